"""Five items stop a release, a yes without evidence is only claimed, and headings are never added up."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from test_forms import anything

from kit.assess import data_checklist, rule_files
from kit.assess.section import Picture, Table
from kit.errors import MeasureError
from kit.learn import form
from kit.text import LANGUAGES, set_language
from kit.town import check_answers, page_definition

EXAMPLE = Path(__file__).parents[1] / "docs" / "example_town" / "data_checklist.json"
RULES = rule_files.rules("data_checklist")
STOP = ("d2_5", "d3_1", "d5_1", "d5_2", "d5_3")
MET = dict.fromkeys(STOP, "yes") | {f"{name}_where": "file 3" for name in STOP}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def ours(**changes):
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))["answers"] | changes


def test_there_are_five_items_under_each_of_six_headings_and_the_five_that_stop_say_so():
    table = data_checklist.checklist({})
    assert table.groupby("heading").size().to_dict() == dict.fromkeys(("d1", "d2", "d3", "d4", "d5", "d6"), 5)
    assert tuple(table[table["stop"]]["id"]) == STOP
    assert table[table["item"].str.contains("STOP")]["id"].tolist() == list(STOP)
    assert {one["value"] for one in RULES["scales"]["items"]} == set(table["id"])


@pytest.mark.parametrize("name", STOP)
@pytest.mark.parametrize(
    "said", ["no", "partly", "not_applicable", "does_not_know", "declined", "not_asked", None]
)
def test_anything_but_yes_to_one_stop_item_stops(name, said):
    assert data_checklist.verdict(MET | {name: said}) == "stop"
    assert data_checklist.stops(MET | {name: said})["id"].tolist() == [name]


def test_a_yes_that_nothing_shows_is_claimed_and_does_not_clear_the_way():
    assert data_checklist.verdict(MET) == "go" and data_checklist.stops(MET).empty
    assert data_checklist.verdict(MET | {"d5_1_where": "  "}) == "claimed"
    others = {"d1_1": "no", "d6_5": "no"}
    assert data_checklist.verdict(MET | others) == "go"


def test_the_four_codes_are_no_answers_and_never_a_no():
    codes = ["not_asked", "does_not_know", "declined", None]
    row = data_checklist.profile({f"d1_{n}": code for n, code in enumerate(codes, start=1)}).iloc[0]
    assert (row["open"], row["no"], row["yes"], row["partly"], row["not_applicable"]) == (5, 0, 0, 0, 0)
    row = data_checklist.profile({"d1_1": "not_applicable"}).iloc[0]
    assert (row["not_applicable"], row["open"]) == (1, 4)


def test_an_item_that_does_not_apply_needs_a_reason():
    said = data_checklist.section(ours(d1_3_where="")).unknown
    assert "D1.3 is said not to apply, without a reason." in said
    assert not any("D1.3" in line for line in data_checklist.section(ours()).unknown)


def test_a_no_without_a_step_and_a_step_without_owner_or_too_late_are_named():
    page = ours(actions=[{"item": "d6_2", "step": "Ask", "by": "2027-01-01"}])
    said = data_checklist.section(page, today=date(2027, 2, 1)).unknown
    assert "The step for D6.2 has no owner." in said and "The day of the step for D6.2 has passed." in said
    assert "D6.5 is not met, and no step is planned." in said and not any(
        "D6.2 is not met" in line for line in said
    )


FAULTS = {
    "data_checklist.no-answer": {"d4_4": "maybe"},
    "data_checklist.too-early": {"stage": "published"},
    "data_checklist.no-need": {"actions": [{"item": "d1_3", "step": "Print it"}]},
}


@pytest.mark.parametrize("key", FAULTS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_contradictions_are_named_in_three_lines_and_the_document_says_them(key, code):
    set_language(code)
    with pytest.raises(MeasureError) as caught:
        data_checklist.check(ours(**FAULTS[key]))
    assert caught.value.key == key and len(caught.value.lines) == 3
    assert caught.value.lines[0] in data_checklist.section(ours(**FAULTS[key])).unknown


def test_a_stage_is_no_contradiction_once_every_stop_item_is_yes():
    data_checklist.check(MET | {"stage": "published"})
    data_checklist.check({"stage": "before_collecting"})


@settings(max_examples=15, deadline=None)
@given(anything, anything)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(said, steps):
    assert data_checklist.section({"d1_1": said, "d1_2_where": said, "stage": said, "actions": steps}).title


def test_the_picture_tells_each_answer_by_number_and_pattern_and_the_twin_has_no_total():
    shown = data_checklist.picture(ours())
    assert "D2 Disaggregation: 2 yes, 2 partly, 1 no; STOP: 1." in shown.alt
    assert len(shown.table) == 6 and shown.caption == "Not yes: 1 STOP items. Headings are not added up."
    sums = shown.table.iloc[:, 1:6].sum(axis=1)
    assert sums.tolist() == [5] * 6


def test_the_section_shows_what_stops_first_and_then_every_item():
    shown = data_checklist.section(ours())
    assert shown.parts[0].words.startswith("STOP") and "D2.5" in shown.parts[1].items[0]
    items = [line for part in shown.parts if isinstance(part, Table) for line in part.frame.iloc[:, 0]]
    assert sum(line.startswith("D") and line[1:2].isdigit() for line in items) >= 30
    assert any(isinstance(part, Picture) for part in shown.parts)


def test_the_form_calls_stop_a_rule_of_the_kit_in_both_languages():
    definition = page_definition("data-checklist")
    assert "rules of this kit" in definition["intro"]["en"] and "reglas de este kit" in definition["intro"]["es"]
    assert "Must be yes before" in form("data-checklist").fields["d3_1"].widget.description
    found = check_answers(definition, ours(), earlier=ours())
    assert not found.problems and not found.empty
    set_language("es")
    assert data_checklist.section(ours()).parts[0].words.startswith("ALTO")
