"""Users and staff are shown apart, claims stay hollow, and counts of cases say what they must not be taken for."""

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from test_forms import anything

from kit.assess import grievance, rule_files
from kit.assess.section import Points, Table
from kit.errors import MeasureError
from kit.learn import form
from kit.text import set_language
from kit.town import check_answers, page_definition

TODAY = date(2026, 11, 25)
RULES = rule_files.rules("grievance")
EIGHT = [one["id"] for one in RULES["criteria"]]
SOME = {"begins": "2026-01-01", "ends": "2026-06-30"}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def view(role="Tenants", side="users", evidence="Minutes of 4 November", **levels):
    found = {"role": role, "side": side}
    for name, level in levels.items():
        found |= {f"{name}_level": level if isinstance(level, str) else f"l{level}", f"{name}_evidence": evidence}
    return found


def period(**counts):
    return {"periods": [SOME | counts]}


def of(answers, criterion="accessible", side="users"):
    table = grievance.summary(answers)
    return table[(table["criterion"] == criterion) & (table["side"] == side)].iloc[0]


# ---- the eight criteria


def test_there_are_the_eight_criteria_and_the_page_asks_for_each_with_level_and_evidence():
    assert [one["letter"] for one in RULES["criteria"]] == [f"G{n}" for n in range(1, 9)]
    views = next(field for field in page_definition("grievance")["fields"] if field["id"] == "views")
    asked = {field["id"]: field for field in views["fields"]}
    for one in RULES["criteria"]:
        values = [choice["value"] for choice in asked[f"{one['id']}_level"]["choices"]]
        assert values == ["l0", "l1", "l2", "l3", "not_asked", "not_applicable", "does_not_know", "declined"]
        assert asked[f"{one['id']}_level"]["help"] == one["questions"]
        assert f"{one['id']}_evidence" in asked


def test_users_and_staff_are_never_mixed():
    answers = {"views": [view(accessible=0), view("Desk", "staff", accessible=3)]}
    assert (of(answers)["middle"], of(answers, side="staff")["middle"]) == (0, 3)
    assert of(answers)["apart"] is True
    points = [item for part in grievance.section(answers).parts if isinstance(part, Points) for item in part.items]
    assert "G2 Accessible: users say 0 absent, staff say 3 works and users check it." in points


def test_the_middle_of_an_even_number_is_the_lower_one_so_that_it_is_a_level():
    row = of({"views": [view("A", accessible=1), view("B", accessible=2)]})
    assert (row["middle"], row["low"], row["high"]) == (1, 1, 2)


@pytest.mark.parametrize("code", ["not_asked", "not_applicable", "does_not_know", "declined"])
def test_no_answer_is_a_code_and_never_level_0(code):
    answers = {"views": [view(accessible=code)]}
    assert of(answers)["rated"] == 0 and of(answers)["middle"] is None
    assert grievance.ratings(answers)["code"].tolist() == [code]


def test_staff_cannot_say_alone_that_users_check_it():
    alone = grievance.section({"views": [view("Desk", "staff", learning=3)]}).unknown
    both = grievance.section({"views": [view("Desk", "staff", learning=3), view(learning=3)]}).unknown
    said = "G7 A source of learning: staff say that users check it, but no user rating says so."
    assert said in alone and said not in both


def test_a_rating_without_evidence_is_claimed_and_drawn_hollow(monkeypatch):
    import matplotlib.axes

    marks, plot = [], matplotlib.axes.Axes.plot

    def noted(self, x, y, *style, **look):
        if len(x) == 1:
            marks.append((look["marker"], look["markerfacecolor"] == "white"))
        return plot(self, x, y, *style, **look)

    monkeypatch.setattr(matplotlib.axes.Axes, "plot", noted)
    answers = {"views": [view(legitimate=1, evidence=""), view("Desk", "staff", legitimate=2)]}
    shown = grievance.picture(answers)
    assert marks == [("o", True), ("s", False)]
    assert "Criterion: G1 Legitimate. Users: 1 (1–1); 0 of 1 with evidence." in shown.alt
    assert len(shown.table) == 8


# ---- counts


def test_shares_come_with_their_interval_and_what_nobody_counted_is_left_out():
    table = grievance.shares(period(received=40, acknowledged=30, closed=0, closed_in_time=0), today=TODAY)
    assert table["measure"].tolist() == ["acknowledged"]
    # Wilson's interval for 30 of 40.
    assert table.loc[0, ["share", "lower", "upper"]].tolist() == pytest.approx([0.75, 0.5981, 0.8581], abs=1e-4)


def test_upheld_is_out_of_those_decided_not_of_all_closed():
    row = grievance.shares(period(closed=50, upheld=10, not_upheld=30, withdrawn=10), today=TODAY).set_index(
        "measure"
    )
    assert (row.loc["upheld", "part"], row.loc["upheld", "all"]) == (10, 40)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"received": 9}, "may mean fear"),
        ({"received": 90, "campaign": "yes"}, "success"),
        ({"withdrawn": 1}, "not solved"),
        ({"upheld": 1, "not_upheld": 2}, "no service"),
        ({"open": 3}, "too short"),
        ({"waivers": 1}, "should be none"),
        ({"reprisals": 1}, "before everything else"),
    ],
)
def test_each_reading_trap_is_named_where_it_is_met(counts, words):
    found = grievance.traps(period(**counts), today=TODAY)
    assert len(found) == 1 and words in found[0]
    assert grievance.traps(period(received=10, upheld=2, not_upheld=2, withdrawn=0, open=0), today=TODAY) == []


def test_reprisals_come_first():
    found = grievance.traps(period(received=3, withdrawn=1, reprisals=1), today=TODAY)
    assert "reprisals" in found[0]


# ---- how long cases take


def test_open_cases_count_so_that_times_do_not_look_too_short():
    # Freireich's 21 patients on 6-MP, the published example: median 23, survival beyond 10 days 0.7529.
    done = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    still = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    start = pd.Timestamp("2026-01-01")
    cases = [(start, start + pd.Timedelta(days=day)) for day in done]
    cases += [(pd.Timestamp(TODAY) - pd.Timedelta(days=day), None) for day in still]
    found = grievance.closing(pd.DataFrame(cases, columns=["opened", "closed"]), within=10, today=TODAY).loc[0]
    assert found["share_closed"] == pytest.approx(1 - 0.7529, abs=1e-4) and found["median"] == 23
    assert found["median_closed_only"] == 10 and found["open"] == 12
    assert math.isnan(found["ninth"]) if found["ninth"] is not None else True


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([], "grievance.no-cases"),
        ([{"opened": "2026-02-01", "closed": "2026-01-31"}], "grievance.closed-first"),
        ([{"opened": "soon", "closed": None}], "grievance.no-opened"),
        ([{"opened": "2026-11-26", "closed": None}], "grievance.no-opened"),
    ],
)
def test_a_table_of_cases_that_cannot_be_true_is_refused(rows, key):
    with pytest.raises(MeasureError) as caught:
        grievance.closing(pd.DataFrame(rows, columns=["opened", "closed"]), today=TODAY)
    assert caught.value.key == key and len(caught.value.lines) == 3


# ---- what will not do

FAULTS = {
    "grievance.unknown-level": (grievance.ratings, {"views": [view(accessible="l9")]}),
    "grievance.no-side": (grievance.ratings, {"views": [{"role": "Desk", "accessible_level": "l1"}]}),
    "grievance.rated-twice": (grievance.ratings, {"views": [view(accessible=1), view("tenants ", accessible=2)]}),
    "grievance.ends-first": (grievance.shares, {"periods": [{"begins": "2026-02-01", "ends": "2026-01-31"}]}),
    "grievance.future-period": (grievance.shares, {"periods": [SOME | {"ends": "2026-11-26"}]}),
    "grievance.overlap": (grievance.shares, {"periods": [SOME, {"begins": "2026-06-30", "ends": "2026-07-31"}]}),
    "grievance.part-above": (grievance.shares, period(received=3, acknowledged=4)),
    "grievance.results-above": (grievance.shares, period(closed=3, upheld=2, withdrawn=2)),
    "grievance.no-count": (grievance.shares, period(received=-1)),
}


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("key", FAULTS)
def test_what_contradicts_itself_is_refused_in_three_lines_and_the_document_says_it(key, lang):
    set_language(lang)
    function, answers = FAULTS[key]
    with pytest.raises(MeasureError) as caught:
        function(answers, **({"today": TODAY} if function is grievance.shares else {}))
    assert caught.value.key == key and len(caught.value.lines) == 3
    assert caught.value.lines[0] in grievance.section(answers, today=TODAY).unknown


def test_a_picture_of_nothing_is_refused():
    with pytest.raises(MeasureError) as caught:
        grievance.picture({"views": [view(accessible="declined")]})
    assert caught.value.key == "grievance.nothing-rated"


@settings(max_examples=25, deadline=None)
@given(anything, anything)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(one, two):
    answers = {
        "views": [one, {"side": "users", "role": two, "learning_level": one}],
        "periods": [two, {"received": one}],
    }
    assert grievance.section(answers, today=TODAY).unknown


# ---- the section


def test_the_section_names_no_role_beside_a_rating_and_has_no_total():
    found = grievance.section({"views": [view("Clerk of the third desk", "staff", accessible=2)]}, today=TODAY)
    shown = " ".join(part.frame.to_string() for part in found.parts if isinstance(part, Table))
    assert "Clerk of the third desk" not in shown and "total" not in shown.casefold()


def test_what_is_missing_is_named():
    unknown = grievance.section({"views": [view(accessible=2, evidence="")]}, today=TODAY).unknown
    for words in (
        "Fewer than two ratings from the side “Staff”.",
        "G2 Accessible: the level that Users give rests on no evidence.",
        "G8 Based on dialogue: nobody of the side “Users” has rated it.",
        "Nobody from outside oversees it.",
        "No counts of cases have been entered.",
    ):
        assert words in unknown


def test_spanish_readers_get_spanish():
    set_language("es")
    found = grievance.section({"views": [view(accessible=2)]} | period(received=9), today=TODAY)
    assert found.title == "Mecanismo de queja y sugerencias"
    assert "miedo" in str(found.parts) and "G2 Accesible" in str(found.unknown)


def test_the_form_shows_what_each_level_means_and_keeps_ratings_as_the_method_reads_them(tmp_path):
    kept = check_answers(page_definition("grievance"), {"views": [view(accessible=2)]}, earlier={}).answers
    assert of(kept)["middle"] == 2
    row = form("grievance", town=tmp_path).fields["views"].append()
    assert "3 works and users check it: Cases show it" in row.fields["learning_level"].widget.description
