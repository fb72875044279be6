"""The example town: invented, labelled as invented, and filled in as the forms would keep it."""

import json
from pathlib import Path

import pytest

from kit.town import check_answers, page_definition

FILES = sorted((Path(__file__).parents[1] / "docs" / "example_town").glob("*.json"))


def saved(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_town_says_in_its_name_that_it_is_invented():
    about = saved(next(path for path in FILES if path.stem == "about_our_town"))
    assert about["answers"]["municipality"] == "Exampleton (invented)"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_page_of_the_example_town_is_what_its_form_would_keep(path):
    record = saved(path)
    definition = page_definition(record["page"])
    found = check_answers(definition, record["answers"], earlier=record["answers"])
    assert not found.problems and not found.empty
    assert found.answers == record["answers"] and record["version"] == definition["version"]
