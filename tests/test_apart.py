"""Tests that cannot run apart from the student's program are found when an exercise is built."""

import sys

import nbformat
import pytest
from hostile_work import _answer, _cell, _test

from kit.grade.apart import Apart, look
from kit.grade.report import live_report

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="boxes need Linux"),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    tagged = _test("kind-tagged", "assert isinstance(town, Town)", 1)
    tagged["metadata"]["tags"] = ["in-process"]
    plain, live, tagged_only = (tmp_path_factory.mktemp("sources") / name for name in ("plain", "live", "tagged"))
    town = _answer("town", "class Town:\n    people = 7\ntown = Town()")
    for folder, tests in (
        (plain, [_test("people", "assert town.people == 7", 1), _test("kind", "2 if town.people == 7 else 0", 2)]),
        (live, [_test("kind", "assert type(town) is Town", 1), _test("never", "assert town.people == 8", 1)]),
        (tagged_only, [tagged]),
    ):
        folder.mkdir()
        notebook = {"cells": [_cell("set-up", "import math"), town, *tests], "metadata": {}}
        nbformat.write(nbformat.from_dict({**notebook, "nbformat": 4, "nbformat_minor": 5}), folder / "a.ipynb")
    return look([plain, live, tagged_only])


def test_tests_that_look_at_values_need_nothing(found):
    assert found["plain"] == Apart()


def test_a_test_that_passes_only_inside_is_told_from_one_that_passes_nowhere(found):
    assert found["live"] == Apart(need_inside=("kind",), fail=("never",))


def test_a_tag_has_a_test_run_inside_and_the_report_names_it(found):
    assert found["tagged"] == Apart(inside=("kind-tagged",))
    said = live_report(found)
    assert len(said) == 3
    assert [line for line in said if line.startswith("tagged: kind-tagged") and "student" in line]


def test_nothing_to_look_at_starts_nothing(monkeypatch):
    monkeypatch.setattr("kit.grade.apart.Box", None)
    assert look([]) == {}
