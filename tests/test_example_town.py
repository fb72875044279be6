"""The example town: invented, labelled as invented, and filled in as the forms would keep it."""

import json
import shutil
from datetime import date
from pathlib import Path

import docx
import pytest

from kit.town import check_answers, page_definition, town_document, unzip_town, zip_town
from kit.town.document_check import accessibility_faults

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


@pytest.mark.parametrize("name", ["example_document.docx", "example_document.html"])
def test_the_finished_example_document_is_there_and_says_that_the_town_is_invented(name):
    path = FILES[0].parents[1] / name
    if path.suffix == ".docx":
        assert accessibility_faults(path) == []
        said = "\n".join(line.text for line in docx.Document(str(path)).paragraphs)
    else:
        said = path.read_text(encoding="utf-8")
    assert "Exampleton (invented)" in said and "What we do not know" in said


def test_a_mailed_town_gives_the_same_document(tmp_path):
    sent = tmp_path / "my_town"
    shutil.copytree(FILES[0].parent, sent, ignore=shutil.ignore_patterns("*.docx"))
    opened = unzip_town(zip_town(tmp_path / "our_town.zip", town=sent), to=tmp_path / "elsewhere")
    day = date(2026, 11, 25)
    assert town_document(opened, today=day).html() == town_document(sent, today=day).html()
