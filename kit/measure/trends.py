"""Trends: did it change, by how much, and may the two figures be compared at all.

Say percentage points for the difference of two percentages, and percent for the change of one
figure. Before any change: same definition, same place, same recording? See `series`.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure import _pairs
from kit.measure._comparison import pair
from kit.measure._intervals import FEW_EVENTS, FEW_PEOPLE, few_people, join_notes, method_words
from kit.measure._naming import show
from kit.measure._result import result_table
from kit.measure.series import compare_periods, cumulative_to_annual, series
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

# Series can be reached from here, too.
__all__ = [
    "change",
    "change_in_shares",
    "compare_periods",
    "cumulative_to_annual",
    "growth",
    "rounded_change",
    "series",
]


def change(
    first: int,
    second: int,
    *,
    exposures: tuple[float, float] = (1, 1),
    per: float = 1,
    interval: str = "exact",
    confidence: float = 0.95,
    few: int = FEW_EVENTS,
) -> pd.DataFrame:
    """Give the change between two counts of events, or between two rates, with its interval.

    Formulas: difference = per * (second / t2 - first / t1); percent = 100 * ((second / t2) / (first / t1) - 1).
    Units: events (per `per`), and percent. The interval tells how far chance alone could move the change if events
    are independent; one cause that hits many people at once moves it further.

    Parameters
    ----------
    first, second : int
        Events in the earlier and in the later period.
    exposures : (earlier, later)
        People, person-years or months of each period; leave it out if they are the same.
    per : float
        Events per so many, for the difference.
    interval : str
        Of the percent change: ``"exact"`` (default: conditional, from the binomial distribution), ``"mid-p"``,
        ``"wilson"`` or ``"log"``. The difference has square-and-add limits from exact ones.
    confidence : float
        Level of the intervals.
    few : int
        With fewer events in a period, a note says to give the counts and no percent.

    Returns
    -------
    pandas.DataFrame
        Rows "difference" and "percent" (only the first if the earlier count is 0): measure, first, second,
        estimate, lower, upper, n (events in both), method, notes.

    Raises
    ------
    MeasureError
        For anything that is not a count, or an exposure of 0.

    Examples
    --------
    >>> change(21, 11, exposures=(3011, 800)).round(1).loc[1, ["estimate", "lower", "upper"]].tolist()
    [97.1, -14.2, 327.7]

    Source
    ------
    Lehmann (1986), Testing Statistical Hypotheses, p. 152; example: R, stats, poisson.test (ratio 1.971, 0.858 to
    4.277).
    """
    x1, x2 = check.count(first, "first"), check.count(second, "second")
    t1, t2 = (check.number(value, "exposures", above=0) for value in _pair_of(exposures, "exposures"))
    per, few = check.number(per, "per", above=0), check.count(few, "few")
    ask = {"confidence": check.confidence(confidence)}
    found = _pairs.incidence_difference((x2, t2), (x1, t1), interval="mover-exact", **ask)
    check.choice(interval, "interval", options=_pairs.INCIDENCE_RATIO_INTERVALS)
    small = text("trends.few-events", first=x1, second=x2) if min(x1, x2) < few else ""
    from_zero = text("trends.from-zero") if x1 == 0 else ""
    rows = [
        _change_row("difference", [per * value for value in found], "mover-exact", confidence, small, from_zero)
    ]
    if x1 > 0:
        ratio = _pairs.incidence_ratio((x2, t2), (x1, t1), interval=interval, **ask)
        rows.append(_change_row("percent", [100 * (value - 1) for value in ratio], interval, confidence, small))
    return result_table({"first": x1, "second": x2, **row, "n": x1 + x2} for row in rows)


def change_in_shares(
    first: tuple[int, int],
    second: tuple[int, int],
    *,
    confidence: float = 0.95,
    few: int = FEW_PEOPLE,
) -> pd.DataFrame:
    """Give the change between two shares in percentage points and in percent, side by side.

    Formulas: points = 100 * (p2 - p1); percent = 100 * (p2 / p1 - 1). For different people each time; for the same
    people see `kit.measure.disparity.paired_difference`.

    Parameters
    ----------
    first, second : (count, total)
        Earlier and later, such as ``(40, 200)``.
    confidence : float
        Level of the intervals (Newcombe for points, Koopman for percent).
    few : int
        With fewer people, a note says so.

    Returns
    -------
    pandas.DataFrame
        Rows "percentage points" and "percent" (only the first if the earlier share is 0): measure, first, second
        (shares), estimate, lower, upper, n, method, notes.

    Raises
    ------
    MeasureError
        For pairs that are none, or a total of 0.

    Examples
    --------
    >>> change_in_shares((40, 200), (50, 200)).round(1)[["measure", "estimate"]].values.tolist()
    [['percentage points', 5.0], ['percent', 25.0]]

    Source
    ------
    Newcombe (1998), Statistics in Medicine 17:873-890; Koopman (1984), Biometrics 40:513-517.
    """
    before, after = pair(first, "first"), pair(second, "second")
    small = few_people(min(before[1], after[1]), check.count(few, "few"))
    ask = {"confidence": check.confidence(confidence)}
    points = _pairs.difference(after, before, interval="newcombe", **ask)
    from_zero = text("trends.from-zero") if before[0] == 0 else ""
    rows = [_change_row("percentage points", [100 * v for v in points], "newcombe", confidence, small, from_zero)]
    if before[0] > 0:
        ratio = _pairs.ratio(after, before, interval="koopman", **ask)
        rows.append(_change_row("percent", [100 * (v - 1) for v in ratio], "koopman", confidence, small))
    shares = {"first": before[0] / before[1], "second": after[0] / after[1]}
    return result_table({**shares, **row, "n": before[1] + after[1]} for row in rows)


def growth(first: float, last: float, *, periods: int) -> pd.DataFrame:
    """Give overall growth and its yearly average between the first and the last figure.

    Formulas: factor = last / first; overall = 100 * (factor - 1); average = 100 * (factor^(1 / periods) - 1). The
    average is geometric: it is not the overall percent divided by the years.

    Parameters
    ----------
    first, last : float
        The two figures, above 0 (the last may be 0).
    periods : int
        Steps between them: 2019 to 2024 are 5 years, not 6.

    Returns
    -------
    pandas.DataFrame
        Rows "factor", "percent overall", "percent a year": measure, first, second, estimate, method, notes.

    Raises
    ------
    MeasureError
        For a first figure of 0 or below, a last one below 0, or fewer periods than one.

    Examples
    --------
    >>> growth(100, 121, periods=2).round(2)["estimate"].tolist()
    [1.21, 21.0, 10.0]

    Source
    ------
    Eurostat, Statistics Explained, glossary: annual average growth rate.
    """
    start, end = check.number(first, "first", above=0), check.number(last, "last", minimum=0)
    steps = check.count(periods, "periods", minimum=1)
    factor = end / start
    estimates = {
        "factor": factor,
        "percent overall": 100 * (factor - 1),
        "percent a year": 100 * (factor ** (1 / steps) - 1),
    }
    note = text("trends.growth-note", periods=steps)
    return result_table(
        {"measure": measure, "first": start, "second": end, "estimate": estimate,
         "method": text("trends.growth"), "notes": note}
        for measure, estimate in estimates.items()
    )  # fmt: skip


def rounded_change(
    first: float | Decimal,
    second: float | Decimal,
    *,
    to: float | tuple[float, float],
    claim: float | None = None,
) -> pd.DataFrame:
    """Give the range in which the true change lies when both figures were rounded, and judge a claim.

    Formula: each true figure lies within half a unit of the rounded one; the ranges of difference and of percent
    change follow from the ends. Computed with exact decimals. Units: as given, and percent.

    Parameters
    ----------
    first, second : number, not negative
        The published, rounded figures.
    to : number or (number, number)
        The unit they were rounded to: 0.1 for one decimal, 1000 for thousands; a pair if they differ.
    claim : float, optional
        A claimed change in percent to judge: 50 for "rose by at least half", -50 for "fell by at least half".

    Returns
    -------
    pandas.DataFrame
        Rows "difference" and "percent" (only the first if the earlier figure may be 0): measure, finding,
        estimate, lower, upper, first, second, method, notes. `finding` is "rise", "fall" or "cannot tell"; with
        a claim, in the row "percent", "supported", "contradicted" or "cannot tell".

    Raises
    ------
    MeasureError
        For a figure that is not a multiple of its unit, or anything that is not a number.

    Examples
    --------
    >>> found = rounded_change(2, 3, to=1, claim=50)
    >>> found[["measure", "finding", "estimate", "lower", "upper"]].round(1).values.tolist()
    [['difference', 'rise', 1.0, 0.0, 2.0], ['percent', 'cannot tell', 50.0, 0.0, 133.3]]

    Source
    ------
    Interval arithmetic on rounding to the nearest unit; JCGM 100:2008 (GUM), F.2.2.1 (resolution of a figure).
    """
    units = tuple(to) if isinstance(to, (tuple, list)) else (to, to)
    for unit in _pair_of(units, "to"):
        check.number(unit, "to", above=0)
    (a, low1, high1), (b, low2, high2) = _rounded(first, "first", units[0]), _rounded(second, "second", units[1])
    lower, upper = low2 - high1, high2 - low1
    # One rule of rounding never turns the order round: different figures in one unit stand for different truths.
    same_unit = Decimal(str(units[0])) == Decimal(str(units[1]))
    risen, fallen = (same_unit and b > a) or lower > 0, (same_unit and b < a) or upper < 0
    finding = "rise" if risen else "fall" if fallen else "cannot tell"
    rows = [{"measure": "difference", "finding": finding, "estimate": b - a, "lower": lower, "upper": upper}]
    notes = [text(f"trends.rounded-{finding.replace(' ', '-')}")]
    if low1 > 0:
        row = {"measure": "percent", "finding": finding, "estimate": 100 * (b / a - 1)}
        row |= {"lower": 100 * (low2 / high1 - 1), "upper": 100 * (high2 / low1 - 1)}
        note = notes[0]
        if claim is not None:
            row["finding"] = _judge(check.number(claim, "claim"), row["lower"], row["upper"])
            note = text(f"trends.claim-{row['finding'].replace(' ', '-')}", claim=f"{claim:+g}")
        rows, notes = [*rows, row], [*notes, note]
    else:
        notes[0] = join_notes(notes[0], text("trends.may-be-zero"))
        if claim is not None:
            check.number(claim, "claim")
    return result_table(
        {**{key: float(value) if isinstance(value, Decimal) else value for key, value in row.items()},
         "first": float(a), "second": float(b), "method": text("trends.rounded"), "notes": note}
        for row, note in zip(rows, notes, strict=True)
    )  # fmt: skip


def _pair_of(value: Any, name: str) -> tuple[Any, Any]:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise MeasureError("trends.two-values", name=name)
    return tuple(value)


def _change_row(measure: str, found: list[float], interval: str, confidence: float, *notes: str) -> dict[str, Any]:
    estimate, lower, upper = found
    unclear = text("trends.includes-none") if lower <= 0 <= upper else ""
    method = method_words(f"trends.{measure.replace(' ', '-')}", interval=interval, confidence=confidence)
    row = {"measure": measure, "estimate": estimate, "lower": lower, "upper": upper}
    return {**row, "method": method, "notes": join_notes(*notes, unclear)}


def _rounded(value: Any, name: str, unit: Any) -> tuple[Decimal, Decimal, Decimal]:
    """Give a rounded figure with the ends of the truth behind it."""
    check.number(value, name, minimum=0)
    exact, step = Decimal(str(value)), Decimal(str(unit))
    if exact % step != 0:
        raise MeasureError("trends.not-rounded", name=name, value=show(value), unit=show(unit))
    return exact, max(exact - step / 2, Decimal(0)), exact + step / 2


def _judge(claim: float, lower: Decimal, upper: Decimal) -> str:
    if math.copysign(1, claim) > 0:
        supported, contradicted = lower >= claim, upper < claim
    else:
        supported, contradicted = upper <= claim, lower > claim
    return "supported" if supported else "contradicted" if contradicted else "cannot tell"
