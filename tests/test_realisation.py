"""Step by step: scores against a frontier, steps back, AAAQ and money."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import MeasureError
from kit.measure.realisation import (
    aaaq_table,
    achievement_frontier,
    achievement_score,
    achievement_scores,
    budget_share,
    execution_rate,
    gender_marker_table,
    hgdg_attribution,
    hgdg_score,
    real_spending_per_head,
    retrogression_check,
    right_scores,
)


def shares(served, asked=600, first=2021):
    years = range(first, first + len(served))
    return pd.DataFrame({"year": years, "served": served, "asked": [asked] * len(served)})


@given(st.floats(-1000, 1000), st.floats(0.1, 1000))
def test_a_score_is_100_on_the_frontier_and_0_at_the_minimum(minimum, length):
    frontier = minimum + length
    assert achievement_score(frontier, minimum=minimum, frontier=frontier).estimate.item() == pytest.approx(100)
    assert achievement_score(minimum, minimum=minimum, frontier=frontier).estimate.item() == 0


@given(st.floats(-50, 150), st.floats(-50, 150), st.booleans())
def test_a_score_rises_with_achievement_and_stays_in_its_bounds(one, two, less_is_better):
    ends = {"minimum": 90.0, "frontier": 10.0} if less_is_better else {"minimum": 10.0, "frontier": 90.0}
    low, high = sorted((one, two), reverse=less_is_better)
    first, second = (achievement_score(value, **ends).estimate.item() for value in (low, high))
    assert 0 <= first <= second <= 100


def test_a_value_above_the_frontier_is_capped_and_says_so():
    row = achievement_score(120, minimum=0, frontier=100).iloc[0]
    assert row.estimate == 100
    assert "Above the frontier" in row.notes


def test_a_scale_without_length_is_refused():
    with pytest.raises(MeasureError) as caught:
        achievement_score(5, minimum=3, frontier=3)
    assert caught.value.key == "realisation.flat-scale"


def test_the_benchmark_is_named_in_the_answer():
    methods = {
        benchmark: achievement_score(5, minimum=0, frontier=10, benchmark=benchmark).method.item()
        for benchmark in ("income-adjusted", "global-best")
    }
    assert len(set(methods.values())) == 2


def test_a_missing_value_has_no_score_and_the_mean_of_the_right_says_so():
    table = pd.DataFrame(
        {
            "right": ["food", "food", "health"],
            "value": [8, None, 5],
            "minimum": [0, 0, 0],
            "frontier": [10, 10, 10],
        }
    )
    scores = achievement_scores(table)
    assert np.isnan(scores.estimate[1]) and "Missing is not zero" in scores.notes[1]
    rights = right_scores(scores).set_index("right")
    assert rights.loc["food"].estimate == 80
    assert "1 of 2 indicators" in rights.loc["food"].notes


def test_the_mean_over_rights_comes_only_when_asked_and_names_the_weakest():
    scores = pd.DataFrame({"right": ["food", "health"], "estimate": [90.0, 30.0]})
    assert len(right_scores(scores)) == 2
    last = right_scores(scores, overall=True).iloc[-1]
    assert last.estimate == 60
    assert "health, 30 points" in last.notes


def test_a_frontier_needs_units_to_compare_with():
    with pytest.raises(MeasureError) as caught:
        achievement_frontier(pd.DataFrame({"resources": [1, 2], "value": [3, 4]}))
    assert caught.value.key == "realisation.few-units"


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=10, max_size=30), st.randoms())
def test_nobody_is_above_the_frontier_and_it_never_falls_with_resources(towns, random):
    random.shuffle(towns)
    table = pd.DataFrame(towns, columns=["resources", "value"])
    found = achievement_frontier(table)
    assert (found.estimate >= found.value).all()
    assert found.sort_values("resources").estimate.is_monotonic_increasing
    lower = achievement_frontier(table, better="lower")
    assert (lower.estimate <= lower.value).all()


def test_a_fall_inside_noise_is_no_step_back():
    found = retrogression_check(shares([540, 536, 450]), count="served", total="asked")
    assert found.verdict.tolist() == ["no_clear_change", "step_back"]
    assert "justification" in found.notes[1]


def test_the_interval_of_a_change_of_shares_is_newcombes():
    table = pd.DataFrame({"year": [1, 2], "x": [1, 7], "n": [34, 34]})
    row = retrogression_check(table, count="x", total="n").iloc[0]
    assert [row.estimate, row.lower, row.upper] == pytest.approx([0.1765, 0.0189, 0.3404], abs=6e-5)


def test_less_can_be_better():
    found = retrogression_check(shares([100, 200]), count="served", total="asked", better="lower")
    assert found.verdict.tolist() == ["step_back"]


def test_nothing_is_compared_across_a_break():
    found = retrogression_check(shares([540, 300, 296]), count="served", total="asked", breaks=[2022])
    assert found.verdict.tolist() == ["not_comparable", "no_clear_change"]
    assert found.estimate.isna().tolist() == [True, False]


def test_against_the_best_finds_a_slow_slide_but_never_looks_behind_a_break():
    slide = shares([540, 520, 500, 480])
    step_by_step = retrogression_check(slide, count="served", total="asked")
    best = retrogression_check(slide, count="served", total="asked", against="best")
    assert "step_back" not in step_by_step.verdict.tolist()
    assert best.verdict.tolist()[-1] == "step_back"
    assert set(best.compared_with) == {2021}
    after = retrogression_check(slide, count="served", total="asked", against="best", breaks=[2023])
    assert after.compared_with.tolist()[-1] == 2023


def test_rows_in_any_order_give_the_same_answer():
    table = shares([540, 536, 450])
    first = retrogression_check(table, count="served", total="asked")
    second = retrogression_check(table.iloc[::-1], count="served", total="asked")
    pd.testing.assert_frame_equal(first, second)


def test_figures_need_something_that_tells_noise():
    table = pd.DataFrame({"year": [2022, 2023], "spending": [100.0, 99.0]})
    with pytest.raises(MeasureError) as caught:
        retrogression_check(table, value="spending")
    assert caught.value.key == "realisation.what-is-noise"
    assert retrogression_check(table, value="spending", noise=0).verdict.tolist() == ["step_back"]
    assert retrogression_check(table, value="spending", noise=1).verdict.tolist() == ["no_clear_change"]


def test_figures_with_intervals_are_compared_by_their_intervals():
    table = pd.DataFrame({"year": [1, 2], "v": [50.0, 40.0], "low": [45.0, 38.0], "high": [55.0, 43.0]})
    row = retrogression_check(table, value="v", lower="low", upper="high").iloc[0]
    assert row.verdict == "step_back"
    assert row.lower == pytest.approx(-10 - np.hypot(2, 5))
    assert row.upper == pytest.approx(-10 + np.hypot(3, 5))


@pytest.mark.parametrize(
    "options, key",
    [
        ({}, "realisation.which-figures"),
        ({"count": "served"}, "realisation.which-figures"),
        ({"count": "served", "total": "asked", "breaks": [1999]}, "realisation.unknown-break"),
        ({"count": "served", "total": "asked", "period": "asked"}, "inputs.duplicate"),
    ],
)
def test_unclear_requests_are_refused(options, key):
    with pytest.raises(MeasureError) as caught:
        retrogression_check(shares([540, 500]), **options)
    assert caught.value.key == key


def test_aaaq_keeps_the_parts_apart_and_names_the_one_nobody_looked_at():
    clinics = pd.DataFrame(
        {
            "part": ["quality", "availability", "accessibility", "accessibility"],
            "aspect": ["staff", "open", "ramp", "price"],
            "met": [4, 9, 3, None],
            "total": [12, 12, 12, None],
        }
    )
    found = aaaq_table(clinics)
    assert found.part.tolist() == ["availability", "accessibility", "accessibility", "acceptability", "quality"]
    assert found.estimate.isna().tolist() == [False, False, True, True, False]
    assert found.notes[3] == found.notes[2] == "Not assessed: nothing is known about this part."
    assert "all" not in found.part.tolist()


def test_education_has_adaptability_in_the_place_of_quality():
    schools = pd.DataFrame({"part": ["adaptability"], "met": [3], "total": [9]})
    assert aaaq_table(schools, scheme="four-a").part.tolist()[-1] == "adaptability"
    with pytest.raises(MeasureError) as caught:
        aaaq_table(schools)
    assert caught.value.key == "inputs.unknown-choice"


def test_aaaq_with_nothing_assessed_is_refused():
    with pytest.raises(MeasureError) as caught:
        aaaq_table(pd.DataFrame({"part": ["quality"], "met": [None], "total": [None]}))
    assert caught.value.key == "inputs.all-missing"


def test_budget_share_and_execution_are_plain_quotients_with_limits():
    assert budget_share(12.5, 250).estimate.item() == 0.05
    with pytest.raises(MeasureError) as caught:
        budget_share(300, 250)
    assert caught.value.key == "inputs.above-total"
    row = execution_rate(70, 60).iloc[0]
    assert row.estimate > 1
    assert "More was spent" in row.notes
    with pytest.raises(MeasureError) as caught:
        execution_rate(5, 0)
    assert caught.value.key == "realisation.no-money"


def test_real_spending_falls_when_prices_rise_faster_than_money():
    first = real_spending_per_head(1_000_000, population=10_000, prices=100).estimate.item()
    second = real_spending_per_head(1_050_000, population=10_000, prices=110).estimate.item()
    assert second < first


def test_hgdg_bands_have_no_gaps_and_thirds_do_not_fall_through_an_edge():
    """Trap: bands printed to one decimal leave 7.9 to 8.0 undefined."""
    scores = [0, 3.99, 4, 7.9, 7.95, 8, 14.99, 15, 19.99, 20]
    assert hgdg_attribution(scores).estimate.tolist() == [0, 0, 25, 25, 25, 50, 50, 75, 75, 100]
    assert hgdg_attribution(sum([1 / 3] * 12)).estimate.item() == 25
    assert hgdg_score([0.67] * 3 + [0.33] * 3 + [1.0]).estimate.item() == 4
    assert hgdg_score([0.5, 1.5, 2]).estimate.item() == 4


def test_hgdg_attributes_money_by_programme():
    found = hgdg_attribution([3, 10], budgets=[500, 300], programmes=["roads", "care"])
    assert found.attributed.tolist() == [0, 150]
    with pytest.raises(MeasureError) as caught:
        hgdg_attribution([21])
    assert caught.value.key == "realisation.hgdg-above"


def test_marker_keeps_the_unscreened_apart_and_adds_nothing_up():
    projects = pd.DataFrame({"marker": [2, 1, 0, None, None], "amount": [10, 30, 40, 10, 10]})
    found = gender_marker_table(projects)
    assert found.amount.tolist() == [10, 30, 40, 20]
    assert found.n.tolist() == [1, 1, 1, 2]
    assert found.estimate.sum() == pytest.approx(1)
    assert "unknown, not zero" in found.notes[3]
    with pytest.raises(MeasureError) as caught:
        gender_marker_table(projects.assign(marker=[2, 1, 0, 3, 1]))
    assert caught.value.key == "realisation.unknown-mark"
