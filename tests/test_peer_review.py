"""The calendar counts from the visit, findings need evidence of two kinds, and nobody judges their own judge."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from test_forms import anything

from kit.assess import peer_review, rule_files
from kit.assess.section import Picture, Table
from kit.errors import MeasureError
from kit.text import LANGUAGES, set_language
from kit.town import check_answers, page_definition

EXAMPLE = Path(__file__).parents[1] / "docs" / "example_town" / "peer_review.json"
RULES = rule_files.rules("peer_review")
DAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def ours(**changes):
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))["answers"] | changes


def steps(table, *names):
    return table.set_index("step").loc[list(names)]


# ---- the calendar


def test_the_steps_fall_on_the_weeks_of_the_protocol():
    table = peer_review.calendar({"visit_on": "2027-05-10", "visit_days": 3}, today=DAY)
    assert table["week"].tolist() == [-12, -10, -6, -4, 0, 0, 3, 6, 10, 26, 78]
    visit = date(2027, 5, 10)
    for row in table.to_dict("records"):
        days = (date.fromisoformat(row["due"]) - visit).days
        assert days == 7 * row["week"] + (2 if row["step"] == "first_findings" else 0)


def test_a_step_is_late_from_the_day_after_it_was_due_and_never_once_it_is_done():
    page = {"visit_on": "2027-05-10"}
    due = date(2027, 2, 15)
    assert steps(peer_review.calendar(page, today=due), "agreement")["state"].item() == "ahead"
    assert steps(peer_review.calendar(page, today=date(2027, 2, 16)), "agreement")["state"].item() == "late"
    page["done"] = [{"step": "agreement", "on": "2027-02-20"}]
    assert steps(peer_review.calendar(page, today=date(2028, 1, 1)), "agreement")["state"].item() == "done"


def test_without_a_day_of_the_visit_no_step_has_a_day_or_is_late():
    table = peer_review.calendar({"visit_on": "soon"}, today=date(2030, 1, 1))
    assert set(table["state"]) == {"open"} and set(table["due"]) == {""}


def test_the_choices_of_the_form_are_the_steps_of_the_protocol():
    assert [one["value"] for one in RULES["scales"]["steps"]] == [one["id"] for one in RULES["steps"]]
    known = [one["id"] for one in RULES["steps"]]
    assert all(one.get("after", known[0]) in known for one in RULES["steps"])


def test_done_late_and_ahead_differ_by_shape_in_the_picture(monkeypatch):
    from matplotlib.axes import Axes

    drawn, plot = [], Axes.plot

    def watch(self, x, y, *words, **look):
        drawn.extend((words[0], look.get("markerfacecolor") == "white") for _ in x)
        return plot(self, x, y, *words, **look)

    monkeypatch.setattr(Axes, "plot", watch)
    shown = peer_review.picture(ours(), today=date(2026, 12, 5))
    assert drawn.count(("o", False)) == 1 and drawn.count(("X", False)) == 1 and drawn.count(("o", True)) == 9
    assert shown.caption == "1 of 11 steps are done; 1 is late."
    assert "Letter of agreement: done 12 November 2026." in shown.alt and len(shown.table) == 11


# ---- team, visit, findings


def member(**more):
    return {"role": "Clerk", "seat": "other", "declared": "yes", "reviewed_by_host": "no"} | more


def test_the_team_of_the_example_is_what_the_protocol_asks_for_but_for_one_declaration():
    assert peer_review.team_gaps(ours()) == [
        "Spokesperson, street traders' group has not declared interests in writing."
    ]


@pytest.mark.parametrize(
    ("team", "words"),
    [
        ([member()] * 4, "has 4 members"),
        ([member()] * 8, "has 8 members"),
        ([member(seat="other_government")], "From other local governments: 1"),
        ([member()], "this seat: Rights-holders or civil society"),
        ([member()], "this seat: National institution"),
        ([member()], "Nobody in the team works with data"),
        ([member(reviewed_by_host="yes")], "Clerk comes from a place that the host reviews"),
        ([member(declared="unknown")], "Clerk has not declared"),
    ],
)
def test_what_the_team_lacks_is_named(team, words):
    assert any(words in line for line in peer_review.team_gaps({"team": team, "mixed": "yes"}))


def test_communities_speak_without_officials_or_the_document_says_so():
    plan = ours()["visit"]
    assert peer_review.visit_gaps({"visit": plan}) == []
    plan[2]["officials"] = "yes"
    assert "Day 3: officials" in peer_review.visit_gaps({"visit": plan})[0]
    del plan[2]["officials"]
    assert "Day 3: it is not said" in peer_review.visit_gaps({"visit": plan})[0]
    assert len(peer_review.visit_gaps({"visit": plan[:2]})) == 2


def test_a_finding_on_one_kind_of_evidence_may_only_be_weak():
    one = {"id": "F1", "interview": "front desk", "strength": "weak"}
    assert peer_review.findings({"findings": [one]})["kinds"].tolist() == [["interview"]]
    assert "F1 rests on 1 kinds of evidence" in peer_review.finding_gaps({"findings": [one]})[0]
    both = one | {"paper": "minutes", "strength": "strong"}
    assert not any("kinds" in line for line in peer_review.finding_gaps({"findings": [both]}))


def test_the_host_may_disagree_but_owes_a_reason():
    one = {"id": "F1", "recommendation": "Do it", "host_answer": "disagree"}
    said = peer_review.finding_gaps({"findings": [one]})
    assert "F1: the host disagrees without a reason." in said and not any("no owner" in line for line in said)
    agreed = peer_review.finding_gaps(
        {"findings": [one | {"host_answer": "agree", "by": "2026-01-01"}]}, today=DAY
    )
    assert "F1: the recommendation has no owner or no day." in agreed
    assert "F1: the day of the recommendation has passed." in agreed


# ---- wrong input


def more(name, row):
    return {name: [*ours()[name], row]}


FAULTS = {
    "peer_review.many-questions": (lambda: {"questions": [{"question": f"Q{n}"} for n in range(4)]}, "questions"),
    "peer_review.visit-days": (lambda: {"visit_days": 5}, "calendar"),
    "peer_review.no-step": (lambda: {"done": [{"step": "party", "on": "2026-11-01"}]}, "calendar"),
    "peer_review.step-twice": (lambda: more("done", {"step": "agreement", "on": "2026-11-13"}), "calendar"),
    "peer_review.order": (lambda: more("done", {"step": "desk_study", "on": "2026-11-11"}), "calendar"),
    "peer_review.finding-twice": (lambda: more("findings", {"id": "f0"}), "findings"),
    "peer_review.no-choice": (lambda: more("findings", {"id": "F1", "host_answer": "maybe"}), "findings"),
    "peer_review.too-strong": (
        lambda: more("findings", {"id": "F1", "paper": "x", "strength": "strong"}),
        "findings",
    ),
}


@pytest.mark.parametrize("key", FAULTS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_contradictions_are_named_in_three_lines(key, code):
    set_language(code)
    change, read = FAULTS[key]
    with pytest.raises(MeasureError) as caught:
        getattr(peer_review, read)(ours(**change()))
    assert caught.value.key == key and len(caught.value.lines) == 3


@pytest.mark.parametrize("key", ["peer_review.many-questions", "peer_review.order", "peer_review.too-strong"])
def test_a_table_that_contradicts_itself_does_not_take_the_others_with_it(key):
    page = ours(**FAULTS[key][0]())
    shown = peer_review.section(page, today=DAY)
    assert any(line in part.words for line in shown.unknown for part in shown.parts if hasattr(part, "words"))
    assert sum(isinstance(part, Table) for part in shown.parts) >= 4


@settings(max_examples=15, deadline=None)
@given(anything, anything, anything)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(one, two, three):
    page = {"questions": one, "team": two, "done": three, "visit": one, "findings": two, "take_home": three}
    assert peer_review.section(page | {"visit_on": one, "visit_days": two}).title


# ---- document


def test_the_example_says_what_is_open_and_has_a_picture():
    shown = peer_review.section(ours(), today=DAY)
    assert len(shown.unknown) == 6 and any(isinstance(part, Picture) for part in shown.parts)
    found = check_answers(page_definition("peer-review"), ours(), earlier=ours())
    assert not found.problems and not found.empty


def test_a_threat_is_said_before_anything_else_about_the_review():
    assert "threatened" in peer_review.section(ours(threats="yes"), today=DAY).parts[2].words


def test_the_protocol_is_called_a_rule_of_the_kit_in_both_languages():
    intro = page_definition("peer-review")["intro"]
    assert "rule of this kit" in intro["en"] and "regla de este kit" in intro["es"]
    set_language("es")
    shown = peer_review.section(ours(), today=DAY)
    assert shown.title == "Revisión entre pares" and "regla de este kit" in shown.parts[1].words
