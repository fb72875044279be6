"""Shares, rates and disaggregation: the published digits, every interval by name, and figures that are refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from kit import text as words
from kit.errors import MeasureError
from kit.measure._intervals import RATE_INTERVALS, SHARE_INTERVALS, rate_limits, share_limits
from kit.measure.rates import disaggregate, rate, rule_of_three, share, standardise, standardised_rate

CONTINGENCYTABLES = "https://github.com/ocbe-uio/contingencytables, tests/testthat/test-ch2.R"
EPIR = "https://github.com/cran/epiR, man/epi.conf.Rd and man/epi.directadj.Rd"
R_POISSON = "R, package stats, example of poisson.test: Welsh nickel workers"

counts_of = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.floats(0.5, 0.999)


def limits(answer):
    return answer.loc[0, ["lower", "upper"]].tolist()


# Published answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "total", "interval", "lower", "upper", "digits", "source"),
    [
        (81, 263, "wilson", 0.255, 0.366, 3, EPIR),
        (13, 16, "wilson", 0.5699, 0.9341, 4, CONTINGENCYTABLES),
        (13, 16, "wilson-corrected", 0.5369, 0.9503, 4, CONTINGENCYTABLES),
        (13, 16, "exact", 0.5435, 0.9595, 4, CONTINGENCYTABLES),
        (13, 16, "mid-p", 0.5699, 0.9500, 4, CONTINGENCYTABLES),
        (13, 16, "jeffreys", 0.5792, 0.9442, 4, CONTINGENCYTABLES),
        (1, 2, "normal", 0.0, 1.0, 4, CONTINGENCYTABLES),
        (4, 200, "exact", 0.0054, 0.050, 3, EPIR),
    ],
)
def test_a_share_has_the_published_interval(count, total, interval, lower, upper, digits, source):
    assert limits(share(count, total, interval=interval)) == pytest.approx([lower, upper], abs=0.6 * 10**-digits)


def test_a_rate_has_the_published_interval():
    # R_POISSON prints 5.661407 and 4.753125 to 6.692709.
    answer = rate(137, 24.19893, per=1)
    assert answer.loc[0, "estimate"] == pytest.approx(5.661407, abs=6e-7)
    assert limits(answer) == pytest.approx([4.753125, 6.692709], abs=6e-7)


@pytest.mark.parametrize(
    ("events", "people", "published"),
    [
        ([15, 46], [48, 212], [0.2647406, 0.1866047, 0.3692766]),
        ([53, 16], [180, 71], [0.2598983, 0.1964162, 0.3406224]),
    ],
)
def test_a_standardised_rate_has_the_published_interval(events, people, published):
    answer = standardised_rate(events, people, standard=[250, 250], per=1)
    assert answer.loc[0, ["estimate", "lower", "upper"]].tolist() == pytest.approx(published, abs=6e-8)


def test_the_three_intervals_of_a_standardised_rate_differ_as_documented():
    # The same Edinburgh figures: gamma 0.187 to 0.369, Dobson 0.185 to 0.361, normal 0.180 to 0.350.
    found = {
        interval: limits(standardised_rate([15, 46], [48, 212], standard=[1, 1], per=1, interval=interval))
        for interval in ("gamma", "dobson", "dobson-byar", "normal")
    }
    assert found["gamma"] == pytest.approx([0.187, 0.369], abs=6e-4)
    assert found["dobson"] == pytest.approx([0.185, 0.361], abs=6e-4)
    assert found["dobson-byar"] == pytest.approx([0.185, 0.361], abs=6e-4)
    assert found["normal"] == pytest.approx([0.180, 0.350], abs=6e-4)


def test_the_rule_of_three_is_three_divided_by_the_people():
    assert rule_of_three(60).loc[0, "upper"] == 0.05
    assert rule_of_three(60, variant="exact").loc[0, "upper"] == pytest.approx(1 - 0.05 ** (1 / 60))
    assert rule_of_three(1).loc[0, "upper"] == 1.0


# A second implementation ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("wilson", "wilson"), ("exact", "beta"), ("agresti-coull", "agresti_coull"), ("normal", "normal")],
)
def test_intervals_of_shares_equal_those_of_statsmodels(ours, theirs):
    x, n = np.array([0, 1, 7, 50, 99, 100]), np.array([1, 3, 9, 100, 100, 100])
    for level in (0.8, 0.95, 0.998):
        mine = share_limits(x, n, interval=ours, confidence=level)
        peer = proportion_confint(x, n, alpha=1 - level, method=theirs)
        np.testing.assert_allclose(mine, peer, atol=1e-10)


@pytest.mark.parametrize(("ours", "theirs"), [("exact", "exact-c"), ("score", "score"), ("mid-p", "midp-c")])
def test_intervals_of_rates_equal_those_of_statsmodels(ours, theirs):
    for count in (1, 3, 40, 700):
        mine = [float(limit[0]) for limit in rate_limits([count], [10], interval=ours, confidence=0.9)]
        assert mine == pytest.approx(confint_poisson(count, 10, method=theirs, alpha=0.1), rel=1e-6)


def test_a_one_sided_limit_is_the_limit_of_the_wider_two_sided_interval():
    one_side, two_sides = share(3, 40, side="upper"), share(3, 40, confidence=0.9)
    assert one_side.loc[0, "upper"] == pytest.approx(two_sides.loc[0, "upper"])
    assert limits(share(3, 40, side="lower"))[1] == 1.0
    assert limits(rate(3, 40, side="lower"))[1] == np.inf


# Properties -----------------------------------------------------------------------------------------


@given(counts_of, st.sampled_from(SHARE_INTERVALS), levels)
def test_the_interval_of_a_share_stays_in_range_and_contains_the_share(pair, interval, level):
    lower, upper = limits(share(*pair, interval=interval, confidence=level))
    assert 0 <= lower <= pair[0] / pair[1] + 1e-12 and pair[0] / pair[1] - 1e-12 <= upper <= 1


@given(counts_of, st.sampled_from(SHARE_INTERVALS))
def test_counting_those_without_turns_the_interval_round(pair, interval):
    lower, upper = limits(share(*pair, interval=interval))
    turned = limits(share(pair[1] - pair[0], pair[1], interval=interval))
    assert turned == pytest.approx([1 - upper, 1 - lower], abs=1e-9)


@given(st.integers(0, 10_000), st.sampled_from(RATE_INTERVALS), levels)
def test_the_interval_of_a_rate_contains_the_rate(count, interval, level):
    answer = rate(count, 1000, per=10, interval=interval, confidence=level).loc[0]
    if interval == "byar-rothman" and level < 0.9:  # both limits start from half an event more
        return
    assert 0 <= answer["lower"] <= answer["estimate"] + 1e-9
    assert answer["estimate"] <= answer["upper"] + 1e-9


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 500), st.integers(1, 9)), min_size=1, max_size=6))
def test_a_standardised_rate_lies_between_the_rates_of_the_strata(strata):
    events, people, standard = zip(*strata, strict=True)
    answer = standardised_rate(events, people, standard=standard, per=1).loc[0]
    rates = [x / n for x, n in zip(events, people, strict=True)]
    assert min(rates) - 1e-12 <= answer["estimate"] <= max(rates) + 1e-12
    assert answer["lower"] <= answer["estimate"] <= answer["upper"]


def test_no_events_give_a_range_that_is_wider_than_nothing():
    answer = standardised_rate([0, 0], [48, 212], standard=[1, 1]).loc[0]
    assert answer["lower"] == 0 < answer["upper"]
    for interval in ("dobson", "normal"):
        with pytest.raises(MeasureError) as refused:
            standardised_rate([0, 0], [48, 212], standard=[1, 1], interval=interval)
        assert refused.value.key == "rates.standard-needs-events"


# Disaggregation -------------------------------------------------------------------------------------


PEOPLE = pd.DataFrame(
    {
        "district": ["north", "north", "south", None, "south", "north"],
        "sex": ["f", "m", "f", "f", "m", "f"],
        "served": [1, 0, 1, 1, None, None],
    }
)


def test_people_without_an_answer_are_named_and_not_counted():
    answer = disaggregate(PEOPLE, "district", outcome="served").set_index("district")
    assert answer.loc["north", ["count", "n"]].tolist() == [1, 2]
    assert "1 person has no answer" in answer.loc["north", "notes"]


def test_people_whose_group_is_missing_are_a_group_of_their_own():
    answer = disaggregate(PEOPLE, "district", outcome="served")
    assert answer["district"].tolist() == ["north", "south", "not stated"]
    assert answer["n"].sum() == PEOPLE["served"].notna().sum()


def test_counts_and_people_give_the_same_answer():
    people = PEOPLE.dropna()
    counts = people.groupby(["district", "sex"], as_index=False)["served"].agg(["sum", "count"])
    by_person = disaggregate(people, ["district", "sex"], outcome="served")
    by_count = disaggregate(counts, ["district", "sex"], count="sum", total="count")
    pd.testing.assert_frame_equal(by_person, by_count, check_dtype=False)


def test_dimensions_that_are_not_asked_for_are_added_up():
    table = pd.DataFrame({"district": ["n", "n"], "sex": ["f", "m"], "served": [3, 5], "people": [10, 30]})
    answer = disaggregate(table, "district", count="served", total="people")
    assert answer.loc[0, ["count", "n"]].tolist() == [8, 40]
    everybody = disaggregate(table, [], count="served", total="people")
    assert everybody.loc[0, "estimate"] == 0.2


def test_a_dimension_may_hold_categories_numbers_or_both():
    figures = {"served": [1, 0, 1], "people": [2, 2, 2]}
    mixed = disaggregate(pd.DataFrame({"area": [10, 2, "x"], **figures}), "area", count="served", total="people")
    assert set(mixed["area"]) == {10, 2, "x"}
    unused = pd.Categorical(["a", "b", "a"], categories=["a", "b", "never"])
    answer = disaggregate(pd.DataFrame({"area": unused, "served": [1, 0, 1]}), "area", outcome="served")
    assert answer["area"].tolist() == ["a", "b"]


@given(st.permutations(range(12)))
def test_the_order_of_rows_does_not_matter(order):
    table = pd.DataFrame({"a": list("xyz") * 4, "b": list("ppqqppqqppqq"), "y": [0, 1, 1, 0] * 3})
    answer = disaggregate(table, ["a", "b"], outcome="y")
    pd.testing.assert_frame_equal(answer, disaggregate(table.iloc[order], ["a", "b"], outcome="y"))


def test_the_table_is_left_as_it_was():
    before = PEOPLE.copy()
    disaggregate(PEOPLE, ["district", "sex"], outcome="served", empty="name")
    pd.testing.assert_frame_equal(PEOPLE, before)


def test_a_group_of_which_nothing_is_known_is_refused_or_named():
    with pytest.raises(MeasureError) as refused:
        disaggregate(PEOPLE, ["district", "sex"], outcome="served")
    assert refused.value.lines[0] == 'Nothing is known about the group "south, m": nobody to divide by.'
    named = disaggregate(PEOPLE, ["district", "sex"], outcome="served", empty="name")
    row = named[(named["district"] == "south") & (named["sex"] == "m")].iloc[0]
    assert row["n"] == 0 and pd.isna(row["estimate"]) and "not the same as zero" in row["notes"]


def test_a_row_that_stands_twice_is_not_added_up_in_silence():
    table = pd.DataFrame({"district": ["n", "n"], "served": [3, 5], "people": [10, 30]})
    with pytest.raises(MeasureError) as refused:
        disaggregate(table, "district", count="served", total="people")
    assert refused.value.key == "inputs.duplicate"


def test_ten_thousand_groups_are_taken_for_a_mistake_unless_meant():
    table = pd.DataFrame({"case": range(10_000), "served": 1})
    with pytest.raises(MeasureError) as refused:
        disaggregate(table, "case", outcome="served")
    assert refused.value.key == "inputs.too-many-categories"
    assert len(disaggregate(table, "case", outcome="served", most_groups=10_000)) == 10_000


def test_rates_by_group_use_the_population():
    table = pd.DataFrame({"town": ["a", "b"], "evictions": [15, 0], "people": [50_000, 20_000.5]})
    answer = disaggregate(table, "town", count="evictions", exposure="people")
    assert answer["estimate"].tolist() == [30, 0]
    assert "No events seen" in answer.loc[1, "notes"]


def test_groups_are_standardised_one_by_one():
    table = pd.DataFrame(
        {"city": ["ED", "ED", "GL", "GL"], "sex": list("MFMF"), "x": [15, 46, 53, 16], "n": [48, 212, 180, 71]}
    )
    ask = {"strata": "sex", "count": "x", "population": "n", "per": 1}
    answer = standardise(table.iloc[[3, 1, 0, 2]], "city", standard={"M": 250, "F": 250}, **ask)
    assert answer["estimate"].round(7).tolist() == [0.2647406, 0.2598983]
    same = standardise(table.assign(std=250), "city", standard="std", **ask)
    pd.testing.assert_frame_equal(answer, same)
    with pytest.raises(MeasureError) as refused:
        standardise(table.iloc[:3], "city", standard={"M": 250, "F": 250}, **ask)
    assert refused.value.lines[0] == 'The stratum "F" is missing for GL.'
    with pytest.raises(MeasureError) as refused:
        standardise(table.assign(std=[1, 1, 2, 2]), "city", standard="std", **ask)
    assert refused.value.key == "rates.two-standards"


# Words ----------------------------------------------------------------------------------------------


def test_small_groups_are_named_in_words():
    assert share(3, 4).loc[0, "notes"] == "Only 4 people: shown as a range, do not rank."
    assert share(1, 1).loc[0, "notes"] == "Only 1 person: shown as a range, do not rank."
    assert share(12, 40).loc[0, "notes"] == ""
    assert share(12, 40, few=50).loc[0, "notes"].startswith("Only 40 people")


def test_words_come_in_the_language_of_the_reader():
    words.set_language("es")
    try:
        answer = share(3, 4).loc[0]
    finally:
        words.set_language(None)
    assert answer["method"] == "Proporción; intervalo de Wilson, 95 %"
    assert answer["notes"].startswith("Solo 4 personas")


@pytest.mark.parametrize(
    ("count", "total", "key", "first_line"),
    [
        (5, 0, "inputs.zero-total", '"total" is 0: there is nobody to divide by.'),
        (-1, 8, "inputs.negative", '"count" is -1, below zero.'),
        (9, 8, "inputs.above-total", '"count" is 9, above "total", which is 8.'),
        (float("nan"), 8, "inputs.missing", '"count" has no value.'),
        (float("inf"), 8, "inputs.infinite", '"count" is infinite or too large to be a figure.'),
        ("3 people", 8, "inputs.not-a-number", '"count" is "3 people", not a number.'),
        (0.37, 8, "inputs.not-whole", '"count" is 0.37, not a whole number.'),
        ([1, 2], 8, "inputs.many-for-one", '"count" is a list of values.'),
    ],
)
def test_a_figure_that_cannot_be_is_refused_by_name(count, total, key, first_line):
    with pytest.raises(MeasureError) as refused:
        share(count, total)
    assert (refused.value.key, refused.value.lines[0]) == (key, first_line)
