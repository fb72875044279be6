"""The plan keeps every limit, serves severe impacts first, and says what is left out and whom that hurts."""

import itertools
import json
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from test_forms import anything

from kit.assess import action_plan, action_plan_model
from kit.assess.rule_files import rules
from kit.assess.section import Picture, Points, Table
from kit.errors import KitError, MeasureError, TownFileError
from kit.learn import fill, form
from kit.text import set_language

EXAMPLE = Path(__file__).parents[1] / "docs" / "example_town" / "action_plan.json"
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def page(*measures, money=10, staff_days=100, needs=("I1:severe_impact", "L1:legal_duty", "D:wide_gap"), **more):
    """A plan of one year with one period, unless told otherwise."""
    listed = [dict(zip(("id", "ground"), need.split(":"), strict=True)) for need in needs]
    return {
        "until": "2028-12-31",
        "currency": "euros",
        "periods": [{"begins": "2027-01-01", "money": money, "staff_days": staff_days}],
        "needs": [need | {"holders": f"people of {need['id']}"} for need in listed],
        "measures": [{"cost": 5, "staff_days": 1, "needs": "D"} | one for one in measures],
    } | more


def years(*amounts):
    return [{"begins": f"{2027 + i}-01-01", "money": money, "staff_days": 100} for i, money in enumerate(amounts)]


def chosen(answers, **more):
    return set(action_plan.choose(answers, **more).chosen)


def reasons(answers):
    table = action_plan.not_in_the_plan(answers)
    return dict(zip(table["id"], table["reason"], strict=True))


# ---------------------------------------------------------------- what is chosen


def test_one_severe_impact_comes_before_any_number_of_other_needs():
    many = [{"id": f"M{i}", "needs": "D", "cost": 1, "change": "large"} for i in range(8)]
    assert chosen(page({"id": "S", "needs": "I1", "cost": 10, "change": "small"}, *many)) == {"S"}


def test_a_severe_impact_and_a_legal_duty_weigh_the_same():
    both = [{"id": "A", "needs": "I1", "cost": 6}, {"id": "B", "needs": "L1", "cost": 5}]
    assert chosen(page(both[0] | {"change": "small"}, both[1] | {"change": "large"})) == {"B"}
    assert chosen(page(*both, money=11)) == {"A", "B"}


def test_a_second_need_is_served_before_a_second_measure_for_the_first():
    first, again = {"id": "A", "needs": "I1"}, {"id": "B", "needs": "I1"}
    other = {"id": "C", "needs": "D"}
    assert chosen(page(first, again, other)) == {"C"} | chosen(page(first, again, money=5))


def test_of_two_answers_the_one_that_changes_much_is_taken():
    small, large = {"id": "A", "needs": "I1", "change": "small"}, {"id": "B", "needs": "I1", "change": "large"}
    assert chosen(page(small, large, money=5)) == {"B"}


def test_of_two_equal_answers_the_less_risky_and_then_the_cheaper_one_is_taken():
    one = {"needs": "I1", "change": "some"}
    risky, safe = {"id": "A", "risk": "high", **one}, {"id": "B", "risk": "low", **one}
    assert chosen(page(risky, safe, money=5)) == {"B"}
    assert chosen(page({"id": "A", **one, "cost": 5}, {"id": "B", **one, "cost": 4}, money=5)) == {"B"}


def test_a_measure_with_an_unknown_cost_is_never_taken_for_a_free_one():
    found = page({"id": "M1", "cost": None, "needs": "I1"}, {"id": "M2"})
    assert chosen(found) == {"M2"}
    assert reasons(found) == {"M1": "Not weighed, because not known: its cost"}


def test_a_refused_measure_stays_out_and_the_refusal_is_shown():
    found = page({"id": "M1", "support": "refused", "needs": "I1"})
    assert chosen(found) == set()
    assert action_plan.not_in_the_plan(found)[["reason", "hurts"]].values.tolist() == [
        ["Refused by the body that decides", "people of I1"]
    ]


def test_a_language_is_paid_once_for_all_measures_that_need_it():
    spoken = [{"name": "Sign language", "way": "paid", "cost": 4}]
    two = [{"id": name, "needs": "I1", "cost": 3, "languages": "sign language"} for name in "AB"]
    assert chosen(page(*two, money=10, languages=spoken)) == {"A", "B"}
    assert action_plan.choose(page(*two, money=10, languages=spoken)).spent == [10.0]
    assert chosen(page(*two, money=6, languages=spoken)) == set()


def test_a_language_that_cannot_be_got_keeps_a_measure_out():
    spoken = [{"name": "Romani", "way": "not_available"}]
    assert reasons(page({"id": "M1", "languages": "Romani"}, languages=spoken)) == {
        "M1": "Language not available: Romani"
    }


def test_money_is_not_carried_over_unless_the_page_says_so():
    two_years = page({"id": "M1", "cost": 8, "lasts": 1}, periods=years(4, 4))
    assert chosen(two_years) == set()
    assert action_plan.choose(two_years | {"carry_over": "yes"}).chosen == {"M1": 1}


def test_money_and_days_are_spread_over_the_periods_a_measure_takes():
    found = action_plan.choose(page({"id": "M1", "cost": 8, "staff_days": 6, "lasts": 2}, periods=years(4, 4)))
    assert (found.chosen, found.spent, found.days) == ({"M1": 0}, [4.0, 4.0], [3.0, 3.0])


def test_a_measure_begins_only_when_those_it_waits_for_have_ended():
    table, training = {"id": "M1", "lasts": 1}, {"id": "M2", "after": "m1", "needs": "I1"}
    assert action_plan.choose(page(training, table, periods=years(10, 10))).chosen == {"M1": 0, "M2": 1}
    assert chosen(page(training, table)) != {"M1", "M2"}
    assert chosen(page(training, table | {"status": "done"})) == {"M2"}


def test_a_deadline_is_kept_or_the_measure_stays_out():
    late = page({"id": "M1", "cost": 8, "due": "2027-06-30"}, {"id": "M2", "cost": 8}, periods=years(8, 8))
    assert action_plan.choose(late).chosen == {"M1": 0, "M2": 1}
    too_late = page({"id": "M1", "lasts": 2, "due": "2027-06-30"}, periods=years(8, 8))
    assert reasons(too_late) == {"M1": "Time: it cannot end by its deadline"}


def test_what_runs_stays_and_what_is_done_costs_nothing_more():
    runs, done = {"id": "M1", "status": "running"}, {"id": "M2", "status": "done", "cost": 100}
    found = page(runs, done, {"id": "M3", "needs": "I1", "cost": 6})
    assert chosen(found) == {"M1"}
    assert "M2" not in reasons(found)


def test_no_more_measures_of_high_risk_than_allowed():
    risky = [{"id": name, "risk": "high", "cost": 1, "needs": "I1"} for name in "ABC"]
    assert len(chosen(page(*risky, most_risky=2))) == 2
    assert "as many as you allow" in next(iter(reasons(page(*risky, most_risky=2)).values()))
    assert len(chosen(page(*risky))) == 3


def test_no_owner_gets_more_open_measures_than_one_can_carry():
    limit = rules("action_plan")["owner_limit"]
    many = [{"id": f"M{i:02}", "owner": "Clerk", "cost": 0} for i in range(limit + 2)]
    assert len(chosen(page(*many))) == limit
    assert reasons(page(*many)).popitem()[1] == f"Clerk would have more than {limit} open measures at once"


def test_the_order_of_the_rows_changes_nothing():
    dice = random.Random(4)
    names = [f"M{i}" for i in range(9)]
    listed = [{"id": name, "needs": dice.choice(["I1", "L1", "D"]), "cost": dice.randint(1, 6)} for name in names]
    shuffled = random.Random(5).sample(listed, len(listed))
    assert action_plan.choose(page(*listed)) == action_plan.choose(page(*shuffled))


def key_of(problem, taken):
    """How good a set of measures is, in the order of the rule: for a search through all sets."""
    found, mine = [], [one for one in problem.measures if one["id"] in taken]
    for place in sorted({need["place"] for need in problem.needs}):
        ours = [
            [one for one in mine if need["id"] in one["needs"]] for need in problem.needs if need["place"] == place
        ]
        found += [sum(map(bool, ours)), sum(any(one["change"] == "large" for one in each) for each in ours)]
    for place in sorted({problem.place(one) for one in problem.measures}):
        found.append(sum(problem.place(one) == place for one in mine))
    return [*found, -sum(one["risk"] == "high" for one in mine), -sum(one["cost"] for one in mine)]


@pytest.mark.parametrize("seed", range(12))
def test_no_other_set_of_measures_is_better(seed):
    """The solver's plan against every set of nine measures, by the rule as it is told in words."""
    dice, names = random.Random(seed), [f"M{i}" for i in range(9)]
    listed = [
        {
            "id": name,
            "needs": "; ".join(dice.sample(["I1", "L1", "D", "E"], dice.randint(1, 2))),
            "cost": dice.randint(1, 9),
            "staff_days": dice.randint(1, 9),
            "change": dice.choice(["large", "some", "small"]),
            "risk": dice.choice(["low", "high"]),
        }
        for name in names
    ]
    needs = ("I1:severe_impact", "L1:legal_duty", "D:wide_gap", "E:other_need")
    answers = page(*listed, money=dice.randint(8, 25), staff_days=dice.randint(8, 25), needs=needs, most_risky=3)
    problem = action_plan_model.read_problem(answers)
    by_id = {one["id"]: one for one in problem.measures}

    def fits(taken):
        mine = [by_id[name] for name in taken]
        return (
            sum(one["cost"] for one in mine) <= problem.periods[0]["money"]
            and sum(one["staff_days"] for one in mine) <= problem.periods[0]["staff_days"]
            and sum(one["risk"] == "high" for one in mine) <= 3
        )

    every = (set(some) for many in range(10) for some in itertools.combinations(names, many))
    best = max(key_of(problem, some) for some in every if fits(some))
    ours = action_plan.choose(answers)
    assert fits(ours.chosen) and ours.proved
    assert key_of(problem, ours.chosen) == best


# ---------------------------------------------------------------- what is said


def test_the_reason_names_what_is_missing_and_how_much():
    found = page({"id": "M1", "cost": 8}, {"id": "M2", "cost": 9, "needs": "I1"})
    assert reasons(found) == {"M1": "Money: 7 more would be needed"}
    assert reasons(page({"id": "M1", "staff_days": 103})) == {"M1": "Staff: 3 more working days would be needed"}


def test_a_measure_that_waits_for_one_left_out_says_so():
    found = page({"id": "M1", "cost": 50}, {"id": "M2", "cost": 1, "after": "M1"})
    assert reasons(found)["M2"] == "It needs M1 first, which is left out"


def test_a_need_with_another_measure_hurts_nobody():
    found = action_plan.not_in_the_plan(page({"id": "A", "cost": 6}, {"id": "B", "cost": 7}))
    assert found[["id", "hurts"]].values.tolist() == [["B", ""]]


def test_what_taking_in_a_measure_would_push_out():
    found = action_plan.instead(page({"id": "A", "needs": "I1", "cost": 9}, {"id": "B", "cost": 8}), "b")
    assert found[["id", "change", "hurts"]].values.tolist() == [["B", "in", ""], ["A", "out", "people of I1"]]


def test_more_money_is_compared_by_needs_not_by_sums():
    answers = page({"id": "A", "needs": "I1", "cost": 10}, {"id": "B", "cost": 2})
    found = action_plan.compare_budgets(answers, shares=(0.9, 1, 1.2))
    assert found["unanswered"].tolist() == [["I1", "L1"], ["L1", "D"], ["L1"]]


def test_why_names_the_need_and_the_ground():
    why = dict(action_plan.schedule(page({"id": "A", "needs": "I1"}))[["id", "why"]].values.tolist())
    assert why == {"A": "It is the only measure for I1 (a severe impact on people)."}


@pytest.mark.parametrize(
    ("measure", "check"),
    [
        ({"owner": "Mayor; Clerk"}, "owners"),
        ({}, "no-owner"),
        ({"due": "2027-06-30", "first_step": "Call", "first_step_by": "2027-08-01"}, "first-step-after"),
        ({"first_step": "Call", "first_step_by": "2027-02-01"}, "first-step-late"),
        ({"first_step": "Call", "first_step_by": "2026-11-01"}, "first-step-passed"),
        ({}, "no-first-step"),
        ({"indicator": "share", "baseline": 5, "target": 5}, "same-target"),
        ({"indicator": "share", "baseline": 5, "target": 3, "direction": "up"}, "wrong-way"),
        ({"status": "done"}, "no-evidence"),
        ({"status": "stopped"}, "no-reason"),
        ({"funding": "none"}, "no-funding"),
        ({"risk": "high"}, "no-risk-words"),
        ({"power": "none"}, "no-power"),
    ],
)
def test_what_a_measure_lacks_is_said_once(measure, check):
    answers = page({"id": "M1"} | measure)
    found = action_plan.checks(answers, choice=action_plan.choose(answers), today=TODAY)
    assert found[found["id"] == "M1"]["check"].tolist().count(check) == 1


def test_a_full_measure_lacks_nothing():
    full = {
        **{"id": "M1", "owner": "Head of housing", "due": "2027-06-30", "first_step": "Call", "change": "large"},
        **{"first_step_by": "2027-01-31", "indicator": "share", "baseline": 5, "target": 9, "direction": "up"},
        **{"funding": "secured", "risk": "low", "power": "own", "consulted": "tenants"},
    }
    answers = page(full, needs=("D:wide_gap",))
    assert action_plan.checks(answers, choice=action_plan.choose(answers), today=TODAY).empty


def test_a_severe_impact_needs_a_measure_or_a_recorded_refusal():
    answers = page({"id": "M1"})
    found = action_plan.checks(answers, today=TODAY)
    assert found[found["check"] == "no-measure"]["id"].tolist() == ["I1", "L1"]
    for need in answers["needs"][:2]:
        need["refusal"] = "Council, 12 May 2026"
    assert "no-measure" not in action_plan.checks(answers, today=TODAY)["check"].tolist()


def test_open_after_its_deadline_is_late_and_done_is_not():
    answers = page({"id": "M1", "due": "2027-03-01"}, {"id": "M2", "due": "2027-03-01", "status": "done"})
    assert action_plan.follow_up(answers, today=date(2027, 3, 2))["status"].tolist() == ["late", "done"]
    assert action_plan.follow_up(answers, today=date(2027, 3, 1))["status"].tolist() == ["planned", "done"]


# ---------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"periods": [{"begins": "2027-01-01", "money": -5}]}, "action_plan.negative"),
        ({"measures": [{"id": "M1", "cost": -1}]}, "action_plan.negative"),
        ({"most_risky": -1}, "action_plan.negative"),
        ({"periods": [{"money": 5}]}, "action_plan.no-first-day"),
        ({"periods": years(1, 1)[:1] * 2}, "action_plan.same-day"),
        ({"until": "2026-12-31"}, "action_plan.ends-before"),
        ({"measures": [{"id": "M1"}, {"id": "m1"}]}, "action_plan.twice"),
        ({"needs": [{"id": "D"}, {"id": "D"}]}, "action_plan.twice"),
        ({"measures": [{"id": "M1", "needs": "X9"}]}, "action_plan.not-there"),
        ({"measures": [{"id": "M1", "after": "M7"}]}, "action_plan.not-there"),
        ({"measures": [{"id": "M1", "languages": "Romani"}]}, "action_plan.not-there"),
        ({"measures": [{"id": "A", "after": "B"}, {"id": "B", "after": "A"}]}, "action_plan.circle"),
        ({"measures": [{"id": "M1", "due": "2026-12-31"}]}, "action_plan.due-before"),
        ({"measures": [{"id": "M1", "must": "yes", "support": "refused"}]}, "action_plan.must-refused"),
        ({"measures": [{"id": "M1", "must": "yes", "cost": 11, "staff_days": 1}]}, "action_plan.must-too-much"),
    ],
)
def test_what_contradicts_itself_is_told_in_three_short_lines(change, key):
    with pytest.raises(MeasureError) as caught:
        action_plan.choose(page({"id": "M1"}) | change)
    assert caught.value.key == key
    assert len(caught.value.lines) == 3 and max(map(len, caught.value.lines)) <= 90
    assert action_plan.section(page({"id": "M1"}) | change, today=TODAY).unknown == [caught.value.lines[0]]


def test_the_limit_that_decided_measures_break_is_named():
    with pytest.raises(MeasureError, match="The limit in the way: money"):
        action_plan.choose(page({"id": "M1", "must": "yes", "cost": 11}))
    with pytest.raises(MeasureError, match="The limit in the way: staff"):
        action_plan.choose(page({"id": "M1", "must": "yes", "staff_days": 101}))


def test_no_measure_of_that_name_and_no_share_of_money():
    with pytest.raises(MeasureError, match="One of these was expected: M1"):
        action_plan.instead(page({"id": "M1"}), "M9")
    with pytest.raises(MeasureError, match="is no share"):
        action_plan.compare_budgets(page({"id": "M1"}), shares=(0,))


def test_the_form_refuses_a_negative_budget_and_a_deadline_in_the_past(monkeypatch, tmp_path):
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))
    with pytest.raises(TownFileError, match="too small"):
        fill("action-plan", periods=[{"begins": "2027-01-01", "money": -1, "staff_days": 3}])
    with pytest.raises(TownFileError, match="too early"):
        fill("action-plan", measures=[{"id": "M1", "due": "2020-01-01"}])


@given(anything, anything)
@settings(max_examples=40, deadline=None)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(measures, needs):
    answers = page({"id": "M1"}) | {"measures": measures, "needs": needs, "most_risky": measures}
    try:
        found = action_plan.section(answers, today=TODAY)
    except KitError:  # never: the section explains it
        pytest.fail("the section raised")
    assert found.unknown


# ---------------------------------------------------------------- the document


def example():
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))["answers"]


def test_the_example_town_is_called_invented_and_keeps_its_form(tmp_path):
    kept = example()
    assert "invented" in json.dumps(kept)
    shown = form("action-plan", town=tmp_path)
    shown.fields["measures"].value = kept["measures"]
    assert len(shown.fields["measures"].value) == len(kept["measures"])


def test_the_section_tells_the_plan_the_money_and_whom_the_rest_hurts():
    found = action_plan.section(example(), today=TODAY)
    tables = [part for part in found.parts if isinstance(part, Table)]
    assert {"Whom that hurts", "Owner", "Money used"} <= {name for table in tables for name in table.frame.columns}
    assert any(isinstance(part, Points) for part in found.parts)
    assert found.sources


def test_the_picture_says_every_measure_in_words():
    shown = next(
        part.figure for part in action_plan.section(example(), today=TODAY).parts if isinstance(part, Picture)
    )
    for one in example()["measures"]:
        if one.get("status") != "done":
            assert one["id"] in shown.alt
    assert len(shown.table) == len([one for one in example()["measures"] if one.get("status") != "done"])


def test_spanish_readers_get_spanish(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "es")
    found = action_plan.section(page({"id": "M1", "cost": 12000}, money=5))
    assert found.title == "Plan de acción"
    assert reasons(page({"id": "M1", "cost": 12000}, money=5)) == {"M1": "Dinero: harían falta 11.995 más"}
