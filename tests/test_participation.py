"""Who is missing stands first, a level is what records show, and small counts stay hidden in what is published."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from test_forms import anything

from kit.assess import participation, rule_files
from kit.assess.participation_log import coded_in_vain
from kit.assess.participation_matrix import gaps
from kit.assess.participation_people import incomplete
from kit.assess.section import Picture, Points, Table
from kit.errors import MeasureError
from kit.learn import form
from kit.text import LANGUAGES, set_language
from kit.town import check_answers, page_definition

EXAMPLE = Path(__file__).parents[1] / "docs" / "example_town" / "participation.json"
RULES = rule_files.rules("participation")
YES = dict.fromkeys(("c1", "c2", "c3", "c4", "c5", "c6"), "yes")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def ours(**changes):
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))["answers"] | changes


def logged(**one):
    return {"consultations": [{"id": "C1"} | one]}


def counted(*groups, ground="Sex", count="came"):
    """Groups as (name, population, count); a code in the place of a name is a line of its own."""
    codes = [one["value"] for one in RULES["scales"]["codes"]]
    lines = [
        {"consultation": "C1", "ground": ground, count: present}
        | ({"line": name} if name in codes else {"line": "group", "group": name, "population": population})
        for name, population, present in groups
    ]
    return logged() | {"counts": lines}


def only(table):
    return table.iloc[0]


# ---- levels


@pytest.mark.parametrize(
    ("first_no", "level"),
    [
        ("c1", "none"),
        ("c2", "inform"),
        ("c3", "inform"),
        ("c4", "consult"),
        ("c5", "involve"),
        ("c6", "collaborate"),
    ],
)
def test_the_first_no_gives_the_level_whatever_stands_after_it(first_no, level):
    assert participation.level_reached(YES | {first_no: "no"}) == level
    assert participation.level_reached(YES) == "empower"


def test_a_level_is_open_while_a_question_before_the_first_no_is():
    assert participation.level_reached({}) is None
    assert participation.level_reached(YES | {"c2": "unknown", "c4": "no"}) is None
    assert coded_in_vain({"c1": "no", "c2": "yes", "c3": "unknown"}) == ["C2"]


def test_asking_without_giving_reasons_is_informing_with_a_flag():
    row = only(participation.consultations(logged(c1="yes", c2="yes", c3="no")))
    assert (row["reached"], row["flags"]) == ("inform", ["in_name_only"])
    assert only(participation.consultations(logged(c1="yes", c2="no", c3="no")))["flags"] == []


def test_flags_tell_sham_unpaid_and_broken_promise():
    row = only(
        participation.consultations(
            logged(
                announced="involve", c1="yes", c2="no", decided_on="2026-03-01", event_on="2026-03-02", costs="no"
            )
        )
    )
    assert row["flags"] == ["sham", "unpaid", "promise_broken"] and row["kept"] is False
    kept = only(participation.consultations(logged(announced="inform", c1="yes", c2="yes", c3="yes", c4="no")))
    assert kept["kept"] is True and kept["flags"] == []
    assert only(participation.consultations(logged(announced="does_not_know", c1="no")))["kept"] is None


def test_proposals_without_a_fate_and_days_to_the_answer_are_counted():
    row = only(
        participation.consultations(
            logged(
                received=10, taken=2, refused=3, unanswered=1, decided_on="2026-03-01", answered_on="2026-03-31"
            )
        )
    )
    assert (row["answered"], row["unanswered"], row["no_fate"], row["days_to_answer"]) == (5, 1, 4, 30)
    nobody = participation.consultations(logged()).isna().iloc[0]
    assert nobody["received"] and nobody["answered"] and nobody["no_fate"]


def test_the_crosswalk_stands_beside_each_level_in_both_languages():
    for code in LANGUAGES:
        set_language(code)
        table = participation.crosswalk()
        assert len(table) == 6 and not (table == "").any(axis=None)
    assert participation.crosswalk().iloc[5, 1] == "poder delegado, control ciudadano"


# ---- the map


def test_the_most_affected_with_the_least_influence_come_first_among_the_missing():
    assert participation.missing(ours())["name"].tolist() == [
        "Street traders without a licence",
        "People who sleep in the square",
        "Exampleton University, law school",
    ]
    page = {
        "stakeholders": [
            {"name": "unrated", "presence": "absent"},
            {"name": "shapes", "affected": "much", "influence": "shapes", "presence": "invited"},
            {"name": "asked", "affected": "much", "influence": "asked", "presence": "absent"},
            {"name": "not asked", "affected": "much", "influence": "asked", "presence": "not_asked"},
        ]
    }
    assert participation.missing(page)["name"].tolist() == ["asked", "shapes", "unrated"]


def test_a_kind_that_nobody_wrote_down_is_named_unless_it_does_not_exist_here():
    page = ours()
    assert participation.kinds_missing(page) == ["Indigenous peoples", "United Nations bodies"]
    page["not_here"].append("un")
    assert participation.kinds_missing(page) == ["Indigenous peoples"]


def test_the_picture_marks_the_missing_by_shape_and_the_claimed_as_hollow(monkeypatch):
    from matplotlib.axes import Axes

    drawn, plot = [], Axes.plot

    def watch(self, x, y, *words, **look):
        drawn.extend((words, look.get("markerfacecolor")) for _ in x)
        return plot(self, x, y, *words, **look)

    monkeypatch.setattr(Axes, "plot", watch)
    shown = participation.picture(ours())
    assert [mark for (mark,), _ in drawn].count("X") == 3
    assert [face for _, face in drawn].count("white") == 1
    assert "Street traders without a licence is missing: affected 3 much" in shown.alt
    assert shown.caption.startswith("3 of 11 groups and bodies are missing; 2 of")


def test_eighty_stakeholders_in_one_field_still_give_a_picture():
    many = [{"name": f"Group {n}", "affected": "much", "influence": "asked"} for n in range(80)]
    shown = participation.picture({"stakeholders": many})
    assert len(shown.table) == 80 and len(shown.png) < 400_000


# ---- people


def test_the_quotient_is_the_share_of_those_present_over_the_share_of_the_population():
    table = participation.representativeness(
        counted(("Women", 5100, 30), ("Men", 4900, 70), ("declined", None, 40))
    )
    assert table["estimate"].round(4).tolist() == [round(0.3 / 0.51, 4), round(0.7 / 0.49, 4)]
    assert (table["lower"] < table["estimate"]).all() and table["n"].tolist() == [100, 100]


def test_a_group_of_which_nobody_came_is_absent_and_not_left_out():
    table = participation.representativeness(counted(("Young", 300, 0), ("Others", 700, 40)))
    assert table["absent"].tolist() == [True, False] and table["estimate"].tolist()[0] == 0
    said = participation.section(counted(("Young", 300, 0), ("Others", 700, 40))).parts
    assert ["Young"] in [part.items for part in said if isinstance(part, Points)]


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        ([("Women", 10, 3)], "only one group"),
        ([("Women", None, 3), ("Men", 9, 3)], 'of "Women" is missing'),
        ([("Women", 10, None), ("Men", 9, 3)], 'nobody counted how many of "Women"'),
        ([("Women", 10, 0), ("Men", 9, 0)], "nobody came"),
        ([("Women", 10, 3), ("Men", 0, 0)], '"Men" has nobody'),
    ],
)
def test_what_cannot_be_compared_says_why_and_is_no_zero(groups, why):
    page = counted(*groups)
    assert participation.representativeness(page).empty
    assert why in incomplete(page)[0] and incomplete(page)[0] in participation.section(page).unknown


def test_a_small_count_cannot_be_worked_out_from_what_is_published():
    page = counted(("Women", 400, 3), ("Men", 350, 60), ("Others", 250, 30))
    table = participation.published(page).set_index("group")
    assert table.loc["Women", "hidden"] and table["hidden"].sum() == 2
    assert table[table["hidden"]][["came", "estimate", "lower"]].isna().all(axis=None)
    assert len(participation.people(page)) == 3


def test_no_quotient_is_published_that_gives_back_how_many_did_not_say():
    # 78 of 81 in groups: the quotient of the large group alone would tell that 3 are in the small one.
    page = counted(("With", 1320, 3), ("Without", 10680, 78), ("not_asked", None, 19))
    table = participation.published(page)
    assert table["hidden"].tolist() == [True, False, True] and table["estimate"].isna().all()


# ---- who leads


def test_the_matrix_has_a_row_a_task_and_bodies_in_the_order_of_the_map():
    grid = participation.matrix(ours())
    assert grid.shape == (4, 10) and grid.columns[0] == "Street traders without a licence"
    assert (grid == "leads").sum(axis=1).tolist() == [1, 1, 1, 1]
    assert grid.loc["Answer every proposal in writing", "National police, local post"] == "contributes"


def test_what_the_matrix_leaves_open_is_said():
    page = {
        "stakeholders": [{"name": "Traders", "role": "rights_holder"}, {"name": "Town"}],
        "tasks": [{"task": f"T{n}", "leads": "town", "by": "2027-01-01", "told": "Traders"} for n in range(6)]
        + [{"task": "Last", "contributes": "Stranger"}],
    }
    said = " ".join(gaps(page, today=date(2027, 6, 1)))
    assert 'Nobody leads the task "Last"' in said and '"T0" has passed' in said and '"Last" has no day' in said
    assert "map: Stranger" in said and "Town leads 6" in said and "No rights-holder leads" in said


# ---- wrong input


def twice(name):
    return lambda page: page[name].append(dict(page[name][0]))


def first(name, **changes):
    return lambda page: page[name][0].update(changes)


FAULTS = {
    "participation.stakeholder-twice": (twice("stakeholders"), participation.stakeholders),
    "participation.no-level": (first("stakeholders", affected="enormous"), participation.stakeholders),
    "participation.here-and-not": (lambda page: page["not_here"].append("nhri"), participation.stakeholders),
    "participation.coding": (first("consultations", c2="maybe"), participation.consultations),
    "participation.consultation-twice": (twice("consultations"), participation.consultations),
    "participation.days": (first("consultations", event_on="2026-09-01"), participation.consultations),
    "participation.decided-first": (first("consultations", decided_on="2026-09-20"), participation.consultations),
    "participation.too-many": (first("consultations", received=33), participation.consultations),
    "participation.no-count": (first("counts", came=-1), participation.people),
    "participation.no-consultation": (first("counts", consultation="C7"), participation.people),
    "participation.group-twice": (twice("counts"), participation.people),
    "participation.more-than": (first("counts", spoke=32), participation.people),
    "participation.task-twice": (twice("tasks"), participation.tasks),
    "participation.two-lead": (first("tasks", leads="Town council; Participation office"), participation.tasks),
    "participation.two-parts": (first("tasks", told="participation office"), participation.tasks),
}


@pytest.mark.parametrize("key", FAULTS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_contradictions_are_named_in_three_lines(key, code):
    set_language(code)
    change, read = FAULTS[key]
    page = ours()
    change(page)
    with pytest.raises(MeasureError) as caught:
        read(page)
    assert caught.value.key == key and len(caught.value.lines) == 3


@pytest.mark.parametrize("key", ["participation.here-and-not", "participation.days", "participation.two-lead"])
def test_a_table_that_contradicts_itself_does_not_take_the_others_with_it(key):
    change, read = FAULTS[key]
    page = ours()
    change(page)
    with pytest.raises(MeasureError) as caught:
        read(page)
    shown = participation.section(page)
    assert caught.value.lines[0] in shown.unknown and any(isinstance(part, Picture) for part in shown.parts)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1.5, True, "many", [3]])
def test_what_is_no_count_is_refused_and_never_read_as_a_number(odd):
    with pytest.raises(MeasureError):
        participation.people(counted(("Women", 10, odd)))


@settings(max_examples=25, deadline=None)
@given(anything, anything, anything, anything)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(people, log, counts, tasks):
    page = {"stakeholders": people, "consultations": log, "counts": counts, "tasks": tasks, "not_here": people}
    assert participation.section(page).title


# ---- form and document


def test_the_page_takes_its_choices_from_the_rules_and_shows_what_a_level_promises():
    shown = form("participation").fields["consultations"].append()
    assert "2 consult: We hear you and say what it changed" in shown.fields["announced"].widget.description


def test_the_example_says_what_it_does_not_know_and_names_no_total():
    shown = participation.section(ours(), today=date(2026, 11, 25))
    assert len(shown.unknown) == 5 and "Indigenous peoples" in shown.unknown[0]
    words = " ".join(part.frame.to_string() for part in shown.parts if isinstance(part, Table))
    assert "hidden" in words and "Total" not in words
    found = check_answers(page_definition("participation"), ours(), earlier=ours())
    assert not found.problems and not found.empty


def test_a_rule_of_the_kit_is_called_so_on_screen_in_both_languages():
    definition = page_definition("participation")
    assert "rules of this kit" in definition["intro"]["en"] and "reglas de este kit" in definition["intro"]["es"]
    set_language("es")
    shown = participation.section(ours())
    assert "reglas de este kit" in shown.parts[1].words and "Falta Street traders" in str(
        shown.parts[3].figure.alt
    )
