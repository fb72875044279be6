"""What is promised, done and had, tested by six questions; and no word on change that the figures do not carry."""

import json
import random
from datetime import date

import pytest
from hypothesis import given, settings
from test_forms import anything

from kit.assess import indicators, indicators_plan, rule_files
from kit.assess.section import Picture, Table
from kit.errors import MeasureError
from kit.learn import form
from kit.text import set_language
from kit.town import check_answers, page_definition

TODAY = date(2026, 11, 25)
RULES = rule_files.rules("indicators")
SIX = [one["id"] for one in RULES["questions"]]
YES = dict.fromkeys(SIX, "yes")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def one(**more):
    return {"id": "H2", "type": "process", "attribute": "Tenure", "figure": "share", "direction": "higher"} | more


def with_readings(*figures, **sheet):
    names = ("on", "cases", "of_all", "broken")
    found = [{"indicator": "h2 "} | dict(zip(names, figure, strict=False)) for figure in figures]
    return {"indicators": [one(**sheet)], "readings": found}


def words(*figures, **sheet):
    return indicators.readings(with_readings(*figures, **sheet), today=TODAY)["word"].tolist()


BEFORE, AFTER = ("2025-12-31", 16, 45), ("2026-06-30", 24, 31)
FULL = one(definition="a", source="b", collector="c", checked_by="d", frequency="year", groups=["sex"],
           blind_spot="e", baseline=35.6, target=80, baseline_on="2026-01-31", target_by="2027-12-31",
           **YES)  # fmt: skip


# ---- questions, links and starters are data


def test_the_page_asks_each_question_of_the_rules_in_the_same_words():
    asked = next(field for field in page_definition("indicators")["fields"] if field["id"] == "indicators")
    labels = {field["id"]: field["label"] for field in asked["fields"]}
    for number, question in enumerate(RULES["questions"], start=1):
        for lang in ("en", "es"):
            assert labels[question["id"]][lang] == f"{number}. {question['words'][lang]}"


def test_links_and_starters_name_rights_that_the_kit_knows():
    rights = {one["value"] for one in rule_files.scale("impact_rights.rights")}
    linked = {right for target in RULES["scales"]["sdg"] for right in target["rights"]}
    assert linked <= rights and {one["right"] for one in RULES["starters"]} <= rights
    assert len(RULES["starters"]) == 8


def test_a_right_gets_its_starters_and_its_targets():
    assert "rehousing" in indicators.starters("housing")["indicator"][0]
    assert indicators.starters("culture").empty
    assert indicators.sdg_links("water")["indicator"].tolist() == ["1.4.1", "1.4.2", "6.1.1", "6.2.1", "11.1.1"]
    set_language("es")
    assert "Ninguna" not in " ".join(indicators.sdg_links("water")["target"])
    assert indicators.sdg_links("water")["target"][2].startswith("6.1 Agua potable")


# ---- six questions, no points


@pytest.mark.parametrize("question", SIX)
def test_one_no_is_not_made_good_by_five_yes(question):
    result = indicators.six_questions({"indicators": [one(**YES | {question: "no"}, limits="known")]})["result"][0]
    assert result == ("stop" if question == "harmless" else "mend")


@pytest.mark.parametrize("code", ["does_not_know", "not_asked", "declined", None])
def test_no_answer_leaves_the_indicator_open_and_is_never_a_yes(code):
    assert indicators.six_questions({"indicators": [one(**YES | {"seen": code})]})["result"].tolist() == ["open"]


def test_a_partly_passes_only_with_words_on_what_is_done():
    partly = YES | {"seen": "partly"}
    found = indicators.six_questions(
        {"indicators": [one(**partly), one(**partly, limits="Survey in May"), one(**YES)]}
    )
    assert found["result"].tolist() == ["mend", "limits", "passes"]


def test_an_empty_cell_of_the_matrix_is_named_as_a_gap():
    found = indicators.section(
        {"indicators": [one(), one(id="H3", attribute=" tenure", type="outcome")]}, today=TODAY
    )
    assert "Tenure: no indicator yet for structure." in found.unknown


# ---- change


def test_the_change_since_the_first_figure_has_its_interval_and_its_word():
    found = indicators.readings(with_readings(BEFORE, AFTER), today=TODAY).iloc[1]
    assert found["value"] == pytest.approx(77.42, abs=0.01) and found["word"] == "better"
    # Newcombe's method 10, worked by hand from the two Wilson intervals.
    assert (found["change_lower"], found["change_upper"]) == pytest.approx((19.27, 58.52), abs=0.01)


def test_better_and_worse_follow_the_direction_and_neither_says_only_which_way():
    assert words(BEFORE, AFTER, direction="lower") == ["first", "worse"]
    assert words(BEFORE, AFTER, direction="neither") == ["first", "higher"]


def test_where_the_interval_holds_zero_no_change_is_claimed():
    assert words(BEFORE, ("2026-06-30", 17, 45)) == ["first", "no-clear-change"]


def test_a_break_begins_a_new_series():
    assert words(BEFORE, (*AFTER, "yes"), ("2026-09-30", 23, 31, "no")) == ["first", "broken", "no-clear-change"]


def test_a_rate_is_given_for_each_1000_and_a_bare_number_gets_no_verdict():
    found = indicators.readings(
        with_readings(("2025-12-31", 33, 8050), ("2026-06-30", 3, 8120), figure="rate", direction="lower"),
        today=TODAY,
    )
    assert found["value"].round(2).tolist() == [4.1, 0.37] and found["word"].tolist() == ["first", "better"]
    assert found["few"].tolist() == [False, True]
    months = [{"indicator": "H2", "on": on, "value": 29} for on in ("2025-12-31", "2026-06-30")]
    bare = {"indicators": [one(figure="number")], "readings": months}
    assert indicators.readings(bare, today=TODAY)["word"].tolist() == ["first", "no-interval"]


def test_the_order_of_the_figures_changes_nothing():
    page = with_readings(BEFORE, AFTER, ("2026-09-30", 23, 31))
    mixed = page | {"readings": random.Random(3).sample(page["readings"], 3)}
    assert indicators.readings(mixed, today=TODAY).equals(indicators.readings(page, today=TODAY))


# ---- what will not do

FAULTS = {
    "indicators.twice": (indicators.plan, {"indicators": [one(), one(id="h2")]}),
    "indicators.unknown-answer": (indicators.plan, {"indicators": [one(type="dream")]}),
    "indicators.target-is-baseline": (indicators.plan, {"indicators": [one(baseline=5, target=5.0)]}),
    "indicators.wrong-way": (indicators.plan, {"indicators": [one(baseline=50, target=40)]}),
    "indicators.target-first": (
        indicators.plan,
        {"indicators": [one(baseline_on="2026-10-01", target_by="2026-10-01")]},
    ),
    "indicators.target-passed": (indicators.plan, {"indicators": [one(target_by="2026-11-24")]}),
    "indicators.baseline-future": (indicators.plan, {"indicators": [one(baseline_on="2026-11-26")]}),
    "indicators.unknown-indicator": (indicators.readings, {"readings": [{"indicator": "H9"}]}),
    "indicators.reading-twice": (indicators.readings, with_readings(BEFORE, BEFORE)),
    "indicators.reading-future": (indicators.readings, with_readings(("2026-11-26", 1, 2))),
    "indicators.more-than-all": (indicators.readings, with_readings(("2026-11-25", 3, 2))),
}


@pytest.mark.parametrize("key", FAULTS)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_contradicts_itself_is_refused_in_three_lines_and_the_document_says_it(key, lang):
    set_language(lang)
    function, page = FAULTS[key]
    with pytest.raises(MeasureError) as caught:
        function(page, today=TODAY)
    assert caught.value.key == key and len(caught.value.lines) == 3
    if "indicators" in page:
        assert caught.value.lines[0] in str(indicators.section(page, today=TODAY).parts)


@pytest.mark.parametrize("function", [indicators.starters, indicators.sdg_links])
def test_a_right_that_is_none_is_refused(function):
    with pytest.raises(MeasureError) as caught:
        function("comfort")
    assert caught.value.key == "indicators.no-right" and len(caught.value.lines) == 3


def test_a_target_that_has_passed_is_fine_once_it_was_measured():
    page = with_readings(BEFORE, target_by="2026-01-31")
    assert indicators.plan(page, today=TODAY)["problem"].tolist() == [""]


@settings(max_examples=25, deadline=None)
@given(anything, anything)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(sheet, figure):
    page = {
        "indicators": [sheet, one(attribute=sheet, groups=sheet)],
        "readings": [figure, {"indicator": "H2"} | BAD],
    }
    assert indicators.section(page, today=TODAY).unknown


BAD = {"on": 7, "cases": "many", "of_all": None}


# ---- the section and the picture


def test_a_complete_plan_leaves_nothing_open():
    kinds = [FULL | {"id": f"H{n}", "type": kind} for n, kind in enumerate(indicators_plan.TYPES)]
    page = {"right": "housing", "at_risk": "a", "made_with": "b", "debated_on": "2027-01-31", "indicators": kinds,
            "readings": [{"indicator": "H1", "on": "2026-01-31", "cases": 16, "of_all": 45}]}  # fmt: skip
    assert indicators.section(page, today=TODAY).unknown == []


@pytest.mark.parametrize("gone", ["source", "blind_spot", "baseline", "checked_by", "groups"])
def test_what_a_sheet_lacks_is_named_with_its_question(gone):
    page = {"indicators": [{name: value for name, value in FULL.items() if name != gone}]}
    assert any(line.startswith("H2: not filled in yet:") for line in indicators.section(page, today=TODAY).unknown)


def test_a_figure_that_is_late_is_named():
    page = {"indicators": [FULL | {"next_on": "2026-11-24"}]}
    assert "H2: the figure due on 24 November 2026 is not in." in indicators.section(page, today=TODAY).unknown


def test_the_section_shows_share_interval_blind_spot_and_the_target_of_the_goals():
    page = {"indicators": [FULL | {"sdg": "sdg_11_1"}], "readings": with_readings(BEFORE, AFTER)["readings"]}
    found = indicators.section(page, today=TODAY)
    shown = " ".join(part.frame.to_string() for part in found.parts if isinstance(part, Table))
    assert "35.6% (16 of 45)" in shown and "11.1 Housing and basic services" in shown and "Blind spot" in shown


def test_the_picture_tells_each_indicator_in_words_and_shapes(monkeypatch):
    import matplotlib.axes

    marks, plot = [], matplotlib.axes.Axes.plot

    def noted(self, x, y, *style, **look):
        if x:
            marks.append((look["marker"], look["markerfacecolor"] == "white"))
        return plot(self, x, y, *style, **look)

    monkeypatch.setattr(matplotlib.axes.Axes, "plot", noted)
    page = {"indicators": [one(**YES, name="Offers"), one(id="H3", **YES | {"harmless": "no"}), one(id="H4")]}
    shown = indicators.picture(page)
    assert marks == [("o", False), ("X", False), ("D", True)]
    assert "H2 Offers (passes)" in shown.alt and "Structure: none" in shown.alt
    assert shown.table["Result"].tolist() == ["passes", "do not use", "open"]
    assert [part for part in indicators.section(page).parts if isinstance(part, Picture)]


def test_forty_indicators_with_long_names_can_be_drawn():
    many = [one(id=f"H{n}", name="A long name of an indicator " * 6, attribute=f"Part {n % 9}") for n in range(40)]
    assert indicators.picture({"indicators": many}).png


def test_prices_in_what_people_typed_are_no_formula():
    page = {"indicators": [one(name="Rent from $5_ to $9", attribute="Rent of $x^ or $y")]}
    assert "Rent from $5_ to $9" in indicators.picture(page).alt


def test_spanish_readers_get_spanish():
    set_language("es")
    found = indicators.section({"right": "housing", "indicators": [FULL]}, today=TODAY)
    assert found.title == "Indicadores y plan de seguimiento"
    assert "35,6" in " ".join(part.frame.to_string() for part in found.parts if isinstance(part, Table))


def test_the_form_keeps_a_row_as_the_method_reads_it(tmp_path):
    page = check_answers(page_definition("indicators"), {"indicators": [FULL]}, earlier={})
    assert not page.problems and page.answers["indicators"][0] == json.loads(json.dumps(FULL))
    row = form("indicators", town=tmp_path).fields["indicators"].append()
    assert "Blind spot" in row.fields["blind_spot"].widget.description
