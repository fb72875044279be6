"""Trends: published limits, breaks that forbid a comparison, rounding, small numbers, running totals."""

import datetime
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kit.errors import MeasureError
from kit.measure.trends import (
    change,
    change_in_shares,
    compare_periods,
    cumulative_to_annual,
    growth,
    rounded_change,
    series,
)


def three(answer, row=0):
    return answer.loc[row, ["estimate", "lower", "upper"]].astype(float).tolist()


# Change of two counts or shares ------------------------------------------------------------------------


def test_the_change_of_two_rates_has_the_limits_of_r():
    # R, package stats, example of poisson.test: ratio 1.971488, 0.8584264 to 4.2772659
    ratio = [value / 100 + 1 for value in three(change(21, 11, exposures=(3011, 800)), row=1)]
    assert ratio == pytest.approx([1.971488, 0.8584264, 4.2772659], abs=6e-7)


def test_small_numbers_get_a_note_instead_of_a_headline():
    answer = change(2, 4)
    assert answer.loc[1, "estimate"] == 100
    assert "Small numbers (2 and 4)" in answer.loc[1, "notes"]
    assert "The range includes no change" in answer.loc[1, "notes"]
    assert change(2000, 4000).loc[1, "notes"] == ""


def test_from_zero_there_is_no_percent():
    answer = change(0, 7)
    assert answer["measure"].tolist() == ["difference"]
    assert "The earlier figure is 0" in answer.loc[0, "notes"]
    assert change(0, 0).loc[0, "estimate"] == 0
    assert change_in_shares((0, 50), (5, 50))["measure"].tolist() == ["percentage points"]


@given(st.integers(0, 5000), st.integers(0, 5000), st.sampled_from(["exact", "mid-p", "wilson"]))
def test_the_interval_contains_the_change(first, second, interval):
    answer = change(first, second, interval=interval)
    for row in range(len(answer)):
        estimate, lower, upper = three(answer, row)
        assert lower <= estimate + 1e-6 and estimate - 1e-6 <= upper
        assert (lower <= 0 <= upper) == ("includes no change" in answer.loc[row, "notes"])


def test_percentage_points_and_percent_stand_side_by_side():
    answer = change_in_shares((40, 200), (50, 200))
    assert answer["estimate"].tolist() == pytest.approx([5, 25])
    assert [words.split(";")[0] for words in answer["method"]] == [
        "Change in percentage points",
        "Change in percent",
    ]


def test_the_yearly_average_is_geometric():
    assert growth(100, 121, periods=2)["estimate"].tolist() == pytest.approx([1.21, 21, 10])
    assert growth(100, 0, periods=3)["estimate"].tolist() == pytest.approx([0, -100, -100])


# Series and their breaks --------------------------------------------------------------------------------

YEARS = pd.DataFrame({"year": [2007, 2008, 2009, 2010, 2012], "cases": [60, 66, 500, 325, 300]})
BREAK = {2009: "new form"}


def test_a_break_splits_the_series_and_no_change_is_computed_across_it():
    answer = series(YEARS, "year", count="cases", breaks=BREAK)
    assert answer["part"].tolist() == [1, 1, 2, 2, 2]
    assert answer["change_percent"].round(1).tolist()[1::2] == [10.0, -35.0]
    assert answer["change_percent"].isna().tolist() == [True, False, True, False, False]
    assert answer.loc[2, "notes"].startswith("A new part begins: new form. Do not compare")
    assert "No figure between 2010 and 2012." in answer.loc[4, "notes"]


def test_a_change_of_definition_is_a_break():
    defined = YEARS.assign(definition=["crimes", "crimes ", "incidents", "incidents", "incidents"])
    answer = series(defined, "year", count="cases", definition="definition")
    assert answer["part"].tolist() == [1, 1, 2, 2, 2]
    assert answer.loc[2, "break_reason"] == 'definition changed from "crimes" to "incidents"'


def test_comparing_across_a_break_is_forbidden_with_its_reason():
    ask = {"count": "cases", "breaks": BREAK}
    assert compare_periods(YEARS, "year", first=2009, last=2012, **ask).loc[0, "estimate"] == -200
    with pytest.raises(MeasureError) as refused:
        compare_periods(YEARS, "year", first=2007, last=2012, **ask)
    assert refused.value.lines == [
        "2007 and 2012 cannot be compared: new form (2009).",
        "Figures counted in the same way were expected.",
        "Compare within 2007-2008 or within 2009-2012, and show the break.",
    ]


def test_two_breaks_between_are_both_named():
    with pytest.raises(MeasureError) as refused:
        compare_periods(YEARS, "year", first=2007, last=2012, count="cases", breaks={2009: "form", 2011: "law"})
    assert refused.value.lines[0] == "2007 and 2012 cannot be compared: form (2009); law (2012)."


@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(order):
    answer = series(YEARS.iloc[order], "year", count="cases", breaks=BREAK)
    pd.testing.assert_frame_equal(answer, series(YEARS, "year", count="cases", breaks=BREAK))


def test_dates_and_other_figures_work():
    dates = pd.DataFrame({"day": [datetime.date(2024, 1, 1), datetime.date(2024, 2, 1)], "percent": [12.5, 10.0]})
    answer = series(dates, "day", value="percent")
    assert answer.loc[1, "change_percent"] == -20 and answer["lower"].isna().all()
    assert compare_periods(dates, "day", first=dates["day"][0], last=dates["day"][1], value="percent")[
        "estimate"
    ].tolist() == pytest.approx([-2.5, -20])


def test_a_series_of_rates_uses_the_people_of_each_year():
    table = YEARS.assign(people=1_000_000)
    assert series(table, "year", count="cases", exposure="people")["estimate"].tolist() == pytest.approx(
        [6.0, 6.6, 50.0, 32.5, 30.0]
    )


@pytest.mark.parametrize(
    ("ask", "key"),
    [
        (lambda: series(YEARS, "year"), "series.which-columns"),
        (lambda: series(YEARS, "year", count="cases", breaks={2030: "form"}), "series.break-outside"),
        (lambda: series(YEARS, "year", count="cases", breaks={2007: "form"}), "series.break-outside"),
        (lambda: series(YEARS, "year", count="cases", breaks=["soon"]), "series.break-outside"),
        (lambda: series(pd.concat([YEARS, YEARS]), "year", count="cases"), "inputs.duplicate"),
        (lambda: series(YEARS.assign(year=[1, 2, 3, None, 5]), "year", count="cases"), "series.no-time"),
        (lambda: series(YEARS.assign(year=[1, 2, 3, "four", 5]), "year", count="cases"), "series.mixed-times"),
        (lambda: series(YEARS.assign(cases=[1, 2, None, 4, 5]), "year", count="cases"), "inputs.missing"),
        (lambda: compare_periods(YEARS, "year", first=2008, last=2008, count="cases"), "series.wrong-order"),
        (lambda: compare_periods(YEARS, "year", first=2011, last=2012, count="cases"), "series.no-period"),
        (lambda: change(5, -1), "inputs.negative"),
        (lambda: change(5, 4, exposures=(0, 1)), "inputs.not-above"),
        (lambda: growth(0, 5, periods=1), "inputs.not-above"),
        (lambda: growth(1, 5, periods=0), "inputs.below"),
        (lambda: rounded_change(2.34, 3, to=0.5), "trends.not-rounded"),
        (lambda: rounded_change(2, 3, to=0), "inputs.not-above"),
    ],
)
def test_what_cannot_be_compared_is_refused(ask, key):
    with pytest.raises(MeasureError) as refused:
        ask()
    assert refused.value.key == key and len(refused.value.lines) == 3


# Running totals -----------------------------------------------------------------------------------------

TOTALS = pd.DataFrame({"year": [2021, 2022, 2023], "files": [100, 180, 230]})


def test_a_running_total_is_taken_apart():
    answer = cumulative_to_annual(TOTALS.iloc[::-1], "year", cumulative="files")
    assert dict(zip(answer["year"], answer["estimate"], strict=True)) == {2022: 80, 2023: 50}
    assert "2021 itself is left out" in answer.loc[0, "notes"]
    whole = cumulative_to_annual(TOTALS, "year", cumulative="files", before_first=0)
    assert whole["estimate"].tolist() == [100, 80, 50]


def test_a_running_total_that_falls_is_refused():
    with pytest.raises(MeasureError) as refused:
        cumulative_to_annual(TOTALS.assign(files=[100, 180, 170]), "year", cumulative="files")
    assert refused.value.lines[0] == '"files" falls from 180 to 170 at 2023.'


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_adding_up_and_taking_apart_gives_the_same_figures(yearly):
    table = pd.DataFrame({"year": range(len(yearly)), "total": pd.Series(yearly).cumsum()})
    assert cumulative_to_annual(table, "year", cumulative="total", before_first=0)["estimate"].tolist() == yearly


# Rounding -----------------------------------------------------------------------------------------------


def test_two_rounded_figures_hide_how_much_changed():
    answer = rounded_change(2, 3, to=1, claim=50)
    assert answer["finding"].tolist() == ["rise", "cannot tell"]
    assert three(answer, row=1) == pytest.approx([50, 0, 400 / 3])
    assert rounded_change(200, 300, to=1, claim=49)["finding"].tolist() == ["rise", "supported"]
    assert rounded_change(200, 210, to=1, claim=50)["finding"].tolist() == ["rise", "contradicted"]
    assert rounded_change(200, 90, to=1, claim=-50)["finding"].tolist() == ["fall", "supported"]


def test_equal_rounded_figures_tell_neither_rise_nor_fall():
    answer = rounded_change(Decimal("0.3"), Decimal("0.3"), to=Decimal("0.1"))
    assert set(answer["finding"]) == {"cannot tell"}
    assert rounded_change(0.3, 1, to=(0.1, 1)).loc[0, "finding"] == "rise"
    assert rounded_change(0.6, 1, to=(0.1, 1)).loc[0, "finding"] == "cannot tell"


def test_a_figure_that_may_be_nothing_has_no_percent():
    answer = rounded_change(0, 3, to=1)
    assert answer["measure"].tolist() == ["difference"] and "may be 0" in answer.loc[0, "notes"]


exact = st.decimals(0, 1000, places=3)


@given(exact, exact, st.sampled_from([Decimal("0.1"), Decimal("1"), Decimal("0.5"), Decimal("10")]))
def test_the_true_change_lies_in_the_range(first, second, unit):
    def rounded(value):
        return (value / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit

    answer = rounded_change(rounded(first), rounded(second), to=unit)
    estimate, lower, upper = three(answer)
    truth = float(second - first)
    assert lower - 1e-9 <= truth <= upper + 1e-9 and lower <= estimate <= upper
    finding = answer.loc[0, "finding"]
    assert finding == "cannot tell" or (truth > 0) == (finding == "rise")
    if len(answer) > 1:
        assume(first > 0)
        _, lower, upper = three(answer, row=1)
        assert lower - 1e-6 <= 100 * float(second / first - 1) <= upper + 1e-6
