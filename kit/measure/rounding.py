"""Rounding of counts for people to read: half goes up, totals are rounded on their own, small counts hidden."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._inputs import count, counts, number, numbers
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


def round_counts(values: Iterable[float], *, base: float = 5) -> pd.DataFrame:
    """Round to the nearest multiple of the base; what lies half way goes up, as people and spreadsheets do.

    Parameters
    ----------
    values : iterable of numbers
        Figures, totals included: each is rounded on its own.
    base : number
        Multiple to round to: 5, 10, 0.1.

    Returns
    -------
    pandas.DataFrame
        One row a figure in the common shape; the estimate is the rounded figure, lower and upper are the ends
        between which the true one lies.

    Raises
    ------
    MeasureError
        If a figure is missing, infinite or not a number.

    Notes
    -----
    Python's own ``round`` takes 25 to the nearest 10 as 20, because it goes to even numbers. Minus figures are
    rounded away from zero at half way. Rounded figures need not add up to the rounded total; say so and do not
    mend it. Rounding alone protects little: differences between tables undo it.

    Source: European handbook on statistical disclosure control, chapter 5 (its table prints 35 for 32, a
    slip), https://sdctools.github.io/HandbookSDC/.

    Examples
    --------
    >>> round_counts([1, 3, 12, 32]).estimate.tolist()
    [0.0, 5.0, 10.0, 30.0]
    >>> round_counts([25], base=10).estimate.tolist()
    [30.0]
    """
    base = number(base, "base", above=0)
    method, notes = text("rounding.method-nearest", base=f"{base:g}"), text("rounding.note-own")
    rows = []
    for value in numbers(values, "values").tolist():
        rounded = half_up(value, base=base)
        rows.append(
            {"estimate": rounded, "lower": rounded - base / 2, "upper": rounded + base / 2}
            | {"n": 1, "method": method, "notes": notes}
        )
    return result_table(rows)


def half_up(value: float, *, base: float = 1) -> float:
    """Round one figure to the nearest multiple of the base, half way going up (away from zero).

    Parameters
    ----------
    value : number
        The figure.
    base : number
        Multiple to round to.

    Raises
    ------
    MeasureError
        If the figure is missing, infinite or not a number.

    Notes
    -----
    Source: decimal arithmetic with ROUND_HALF_UP, https://docs.python.org/3/library/decimal.html.

    Examples
    --------
    >>> half_up(2.5), half_up(0.285, base=0.01), half_up(-25, base=10)
    (3.0, 0.29, -30.0)
    """
    from decimal import ROUND_HALF_UP, Context, Decimal

    step = Decimal(repr(number(base, "base", above=0)))
    exact = Context(prec=400)
    times = exact.divide(Decimal(repr(number(value, "value"))), step).quantize(Decimal(1), ROUND_HALF_UP, exact)
    return float(exact.multiply(times, step)) + 0.0


def rounding_probabilities(value: int, *, base: int = 3) -> dict[int, float]:
    """Give the values that unbiased random rounding can turn a count into, with their probabilities.

    Parameters
    ----------
    value : int
        A count.
    base : int
        Multiple to round to.

    Raises
    ------
    MeasureError
        If the count is negative or not whole.

    Notes
    -----
    Source: European handbook on statistical disclosure control, chapter 5,
    https://sdctools.github.io/HandbookSDC/.

    Examples
    --------
    >>> {value: round(chance, 3) for value, chance in rounding_probabilities(4, base=3).items()}
    {3: 0.667, 6: 0.333}
    """
    value, base = count(value, "value"), count(base, "base", minimum=2)
    below, over = value - value % base, value % base
    return {below: 1.0} if over == 0 else {below: 1 - over / base, below + base: over / base}


def round_randomly(values: Iterable[int], *, base: int = 3, seed: int | None = None) -> pd.DataFrame:
    """Round each count up or down to a multiple of the base by chance, so that no count is biased.

    Parameters
    ----------
    values : iterable of int
        Counts, totals included: each is rounded on its own.
    base : int
        Multiple to round to.
    seed : int, optional
        Makes the draw repeatable, for teaching. Never publish it, and never draw twice for the same table.

    Returns
    -------
    pandas.DataFrame
        One row a count in the common shape; lower and upper are the ends between which the true count lies.

    Raises
    ------
    MeasureError
        If a count is negative or not whole.

    Notes
    -----
    A count moves up with probability remainder/base, so on average it is right. Tables do not add up;
    controlled rounding (tables that add up) needs a solver and is left to tools such as tau-Argus.

    Source: European handbook on statistical disclosure control, chapter 5,
    https://sdctools.github.io/HandbookSDC/.

    Examples
    --------
    >>> round_randomly([3, 6, 9], base=3, seed=1).estimate.tolist()
    [3, 6, 9]
    """
    import numpy as np

    base = count(base, "base", minimum=2)
    whole = counts(values, "values").astype("int64")
    over = whole % base
    draws = np.random.default_rng(None if seed is None else count(seed, "seed")).random(len(whole))
    rounded = whole - over + base * (draws * base < over)
    method, notes = text("rounding.method-random", base=base), text("rounding.note-random")
    return result_table(
        {"estimate": int(value), "lower": max(0, int(value) - base + 1), "upper": int(value) + base - 1}
        | {"n": 1, "method": method, "notes": notes}
        for value in rounded
    )


def round_and_hide(values: Iterable[int], *, base: int = 5, threshold: int | None = None) -> pd.DataFrame:
    """Round to the nearest multiple of the base, and show small counts in words ("fewer than 5").

    Parameters
    ----------
    values : iterable of int
        Counts, totals included.
    base : int
        Multiple to round to.
    threshold : int, optional
        Counts from 1 to threshold - 1 are shown in words; the base unless told. Zero is shown.

    Returns
    -------
    pandas.DataFrame
        One row a count: shown (what to publish), then the common columns. The estimate is the rounded count, empty
        where it is shown in words; lower and upper are the ends between which the true count lies.

    Raises
    ------
    MeasureError
        If a count is negative or not whole.

    Notes
    -----
    Source: rounding policy of Ofqual, the English regulator of examinations,
    https://www.gov.uk/government/publications/ofquals-statistics-policies-and-procedures/rounding-policy.

    Examples
    --------
    >>> round_and_hide([26, 0, 1, 4]).shown.tolist()
    ['25', '0', 'fewer than 5', 'fewer than 5']
    """
    base = count(base, "base", minimum=1)
    threshold = base if threshold is None else count(threshold, "threshold", minimum=1)
    rows: list[dict[str, Any]] = []
    for value in counts(values, "values").tolist():
        if 0 < value < threshold:
            row = {"shown": text("rounding.fewer", threshold=threshold), "lower": 1, "upper": threshold - 1}
        else:
            rounded = int(half_up(value, base=base))
            far = (base - 1) // 2 if base % 2 else base // 2
            lower = 0 if value == 0 else max(rounded - far, threshold)
            row = {
                "shown": str(rounded),
                "estimate": rounded,
                "lower": lower,
                "upper": rounded + (far if value else 0),
            }
        rows.append(row | {"n": 1, "method": text("rounding.method-hide", base=base, threshold=threshold)})
    if not rows:
        raise MeasureError("inputs.too-few", name="values", found=0, needed=1)
    return result_table(row | {"notes": text("rounding.note-own")} for row in rows)
