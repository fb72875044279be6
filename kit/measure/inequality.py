"""Inequality: how unevenly a thing is spread over people or places.

The dissimilarity index compares two groups across places. Gini and Theil look at one quantity
across people or places. They describe what was counted: a whole register has no sampling interval,
so the columns `lower` and `upper` stay empty here, and `notes` says so.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure import _tables
from kit.measure._intervals import join_notes
from kit.measure._naming import label_of, place_of
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# With fewer members of a group in a usual place, chance alone makes places look unequal.
FEW_A_PLACE = 10


def dissimilarity(
    first: Iterable[int],
    second: Iterable[int],
    *,
    places: Sequence[object] | None = None,
) -> pd.DataFrame:
    """Give the index of dissimilarity: how unevenly two groups are spread over places.

    Formula: D = 1/2 * sum(|a_i / A - b_i / B|). No unit, 0 (same spread) to 1 (never in the same place). It is the
    share of one group that would have to move for the same spread.

    Parameters
    ----------
    first, second : lists or columns of equal length
        People of the first and of the second group in each place.
    places : list, optional
        Names of the places, for messages.

    Returns
    -------
    pandas.DataFrame
        One row: estimate, n (people in both groups), method, notes.

    Raises
    ------
    MeasureError
        For one place only, a group with nobody, lists of unequal length, or figures that are no counts.

    Examples
    --------
    >>> dissimilarity([100, 60, 40, 0], [0, 40, 60, 100]).loc[0, "estimate"].round(3).item()
    0.6

    Source
    ------
    Duncan and Duncan (1955), American Sociological Review 20:210-217; example: tests of the R package segregation.
    """
    a, b = check.counts(first, "first", groups=places), check.counts(second, "second", groups=places)
    check.same_length(a, b, names=("first", "second"))
    check.at_least(a, "first", needed=2)
    for name, group in (("first", a), ("second", b)):
        if not group.any():
            raise MeasureError("inequality.nobody", name=name)
    index = abs(a / a.sum() - b / b.sum()).sum() / 2
    smaller = min(a.sum(), b.sum()) / len(a)
    notes = join_notes(_described(), text("inequality.small-places") if smaller < FEW_A_PLACE else "")
    row = {"estimate": min(float(index), 1.0), "n": int(a.sum() + b.sum())}
    return result_table([{**row, "method": text("inequality.dissimilarity"), "notes": notes}])


def gini(
    values: Iterable[float],
    *,
    variant: str = "raw",
    weights: Iterable[float] | None = None,
) -> pd.DataFrame:
    """Give the Gini coefficient of one quantity across people or places.

    Formula: mean absolute difference of all pairs / (2 * mean). No unit, 0 (all have the same) to 1.

    Parameters
    ----------
    values : list or column
        The quantity, not negative: income, water, green space.
    variant : str
        ``"raw"`` (default: divided by n squared, describes these people) or ``"corrected"`` (times n / (n - 1), as
        some packages do by default; for a sample, and so that one person with everything gives 1).
    weights : list or column, optional
        How many people each value stands for. With ``"corrected"`` they must be whole numbers.

    Returns
    -------
    pandas.DataFrame
        One row: estimate, n, method, notes.

    Raises
    ------
    MeasureError
        For fewer than two values, a negative value, values that are all zero, or unequal lengths.

    Examples
    --------
    >>> gini([1, 2, 3, 4]).loc[0, "estimate"].round(3).item()
    0.25
    >>> gini([1, 2, 3, 4], variant="corrected").loc[0, "estimate"].round(3).item()
    0.333

    Source
    ------
    Gini (1912); Sen (1973), On Economic Inequality, chapter 2; worked value: the Python package
    inequality, tests.
    """
    check.choice(variant, "variant", options=("raw", "corrected"))
    x, w = _values(values, weights)
    people = w.sum()
    if variant == "corrected" and (w != w.round()).any():
        raise MeasureError("inequality.whole-weights")
    if variant == "corrected" and people < 2:
        raise MeasureError("inputs.too-few", name="weights", found=int(people), needed=2)
    order = x.argsort(kind="stable")
    x, w = x[order], w[order]
    below = w.cumsum() - w / 2  # people up to the middle of each step
    index = float((w * x * (2 * below / people - 1)).sum() / (w * x).sum())
    index = max(index * (people / (people - 1) if variant == "corrected" else 1), 0.0)
    row = {"estimate": index, "n": _count(people)}
    return result_table([{**row, "method": text(f"inequality.gini-{variant}"), "notes": _described()}])


def lorenz(values: Iterable[float], *, weights: Iterable[float] | None = None) -> pd.DataFrame:
    """Give the Lorenz curve: what share of the whole the poorest share of people has.

    Formula: people from least to most; running shares of people and of the quantity. Unit: shares, 0 to 1. The
    Gini coefficient is 1 minus twice the area under this curve.

    Parameters
    ----------
    values, weights
        As in `gini`.

    Returns
    -------
    pandas.DataFrame
        People share and quantity share at each step, from 0 to 1: share_of_people, estimate, n, method, notes.

    Raises
    ------
    MeasureError
        As in `gini`.

    Examples
    --------
    >>> lorenz([1, 3])[["share_of_people", "estimate"]].values.tolist()
    [[0.0, 0.0], [0.5, 0.25], [1.0, 1.0]]

    Source
    ------
    Lorenz (1905), Publications of the American Statistical Association 9:209-219.
    """
    x, w = _values(values, weights)
    order = x.argsort(kind="stable")
    people, whole = w[order].cumsum() / w.sum(), (w * x)[order].cumsum() / (w * x).sum()
    steps = [(0.0, 0.0), *zip(people.tolist(), whole.tolist(), strict=True)]
    steps[-1] = (1.0, 1.0)
    common = {"n": _count(w.sum()), "method": text("inequality.lorenz"), "notes": _described()}
    return result_table({"share_of_people": share, "estimate": part, **common} for share, part in steps)


def theil(
    values: Iterable[float],
    *,
    variant: str = "T",
    weights: Iterable[float] | None = None,
) -> pd.DataFrame:
    """Give Theil's index of one quantity across people or places.

    Formulas, m the mean: T = mean of (x/m) * ln(x/m), more sensitive at the top; L = mean of ln(m/x), the mean log
    deviation, more sensitive at the bottom. Unit: nats; 0 means that all have the same.

    Parameters
    ----------
    values : list or column
        The quantity. Zeros count as 0 in T; L has no answer with a zero.
    variant : str
        ``"T"`` (default) or ``"L"``. Packages call either of them "Theil": always say which.
    weights : list or column, optional
        How many people each value stands for.

    Returns
    -------
    pandas.DataFrame
        One row: estimate, n, method, notes.

    Raises
    ------
    MeasureError
        As in `gini`, and for a zero in L.

    Examples
    --------
    >>> [theil([1, 3], variant=variant).loc[0, "estimate"].round(4).item() for variant in ("T", "L")]
    [0.1308, 0.1438]

    Source
    ------
    Theil (1967), Economics and Information Theory; worked value: the Python package inequality, theil.
    """
    x, w = _theil_values(values, weights, variant)
    row = {"estimate": max(_theil(x, w, variant), 0.0), "n": _count(w.sum())}
    return result_table([{**row, "method": text(f"inequality.theil-{variant}"), "notes": _described()}])


def decompose(
    values: Iterable[float],
    groups: Iterable[Hashable],
    *,
    variant: str = "T",
    weights: Iterable[float] | None = None,
    most_groups: int = 1000,
) -> pd.DataFrame:
    """Give how much of Theil's index lies between groups, and how much within them.

    Formulas: between = the index if everyone had the mean of their group; within = sum of each group's own index
    times its share of the quantity (T) or of the people (L). Unit: nats. The two add up to the total.

    Parameters
    ----------
    values, groups : lists or columns of equal length
        The quantity, and the group of each person or place.
    variant, weights
        As in `theil`.
    most_groups : int
        More groups than this are taken for a mistake.

    Returns
    -------
    pandas.DataFrame
        Rows "total", "between groups", "within groups", then one for each group's part of "within", sorted: part,
        share (of the total), estimate, n, method, notes.

    Raises
    ------
    MeasureError
        As in `theil`; for one group only; for a missing group.

    Examples
    --------
    >>> decompose([1, 3, 5, 7], ["a", "a", "b", "b"]).round(4)[["part", "estimate", "share"]].values.tolist()
    [['total', 0.174, 1.0], ['between groups', 0.1308, 0.7519], ['within groups', 0.0432, 0.2481],
     ['within a', 0.0327, 0.188], ['within b', 0.0105, 0.0602]]

    Source
    ------
    Shorrocks (1980), Econometrica 48:613-625; Bourguignon (1979), Econometrica 47:901-920.
    """
    import numpy as np

    x, w = _theil_values(values, weights, variant)
    names = list(groups)
    check.same_length(x, names, names=("values", "groups"))
    for position, name in enumerate(names):
        if check.is_missing(name):
            raise MeasureError("inputs.missing", place=place_of("groups", label_of(None, position)))
    found = sorted(dict.fromkeys(names), key=lambda name: (str(type(name)), name))
    check.at_least(found, "groups", needed=2)
    _tables.not_too_many(len(found), "groups", at_most=most_groups)
    number = {name: i for i, name in enumerate(found)}
    member = np.array([number[name] for name in names])
    people = np.bincount(member, weights=w)
    whole = np.bincount(member, weights=w * x)
    for name, size in zip(found, people, strict=True):
        if size == 0:
            raise MeasureError("inputs.zero-total", place=place_of("weights", name))
    share = whole / whole.sum() if variant == "T" else people / people.sum()
    own = [_theil(x[member == i], w[member == i], variant) if whole[i] else 0.0 for i in range(len(found))]
    parts = share * own
    between, within = _theil(whole / people, people, variant), float(parts.sum())
    total = between + within
    rows = [("total", total, w.sum()), ("between", between, w.sum()), ("within", within, w.sum())]
    named = [(text(f"inequality.{part}"), value, size) for part, value, size in rows]
    named += [(text("inequality.within-group", group=name), parts[i], people[i]) for i, name in enumerate(found)]
    return result_table(
        {
            "part": part,
            "share": float(value / total) if total else 0.0,
            "estimate": float(value),
            "n": _count(size),
            "method": text(f"inequality.theil-{variant}"),
            "notes": _described(),
        }
        for part, value, size in named
    )


def _values(values: Iterable[float], weights: Iterable[float] | None) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    x = check.numbers(values, "values", minimum=0)
    check.at_least(x, "values", needed=2)
    w = np.ones_like(x) if weights is None else check.weights(weights, "weights")
    check.same_length(x, w, names=("values", "weights"))
    if not (w * x).any():
        raise MeasureError("inequality.nothing")
    return x, w


def _theil_values(values, weights, variant: str) -> tuple[np.ndarray, np.ndarray]:
    check.choice(variant, "variant", options=("T", "L"))
    x, w = _values(values, weights)
    zero = (x == 0) & (w > 0)
    if variant == "L" and zero.any():
        raise MeasureError("inequality.zero-in-L", place=place_of("values", label_of(None, int(zero.argmax()))))
    return x, w


def _theil(x: np.ndarray, w: np.ndarray, variant: str) -> float:
    from scipy.special import xlogy

    x, w = x[w > 0], w[w > 0]
    relative = x / ((w * x).sum() / w.sum())
    terms = xlogy(relative, relative) if variant == "T" else -xlogy(1, relative)
    return float((w * terms).sum() / w.sum())


def _described() -> str:
    return text("inequality.described")


def _count(size: float) -> float | int:
    return int(size) if size == int(size) else float(size)
