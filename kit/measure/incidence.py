"""Incidence: how often events happen in one group beside another, per head or person-year.

For events that can happen to one person more than once, or that are counted over time. For a share of
people see `kit.measure.disparity`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.measure import _inputs as check
from kit.measure._comparison import comparison_row, event_pair
from kit.measure._result import result_table

if TYPE_CHECKING:
    import pandas as pd


def incidence_ratio(
    group: tuple[int, float],
    reference: tuple[int, float],
    *,
    interval: str = "exact",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give how many times as often events happen in one group as in another, per person-year or per head.

    Formula: (x1 / t1) / (x2 / t2). No unit; 1 means parity.

    Parameters
    ----------
    group, reference : (count, exposure)
        Events, and people or person-years.
    interval : str
        ``"exact"`` (default: conditional on all events), ``"mid-p"``, ``"wilson"`` (conditional score) or
        ``"log"`` (not with a zero count).
    confidence : float
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row: rate, reference_rate, estimate, lower, upper, n (events in both groups), method, notes.

    Raises
    ------
    MeasureError
        For pairs that are none, an exposure of 0, or no events at all.

    Examples
    --------
    >>> found = incidence_ratio((136, 22050), (1709, 127650), interval="log", confidence=0.9)
    >>> found.round(2).loc[0, ["estimate", "lower", "upper"]].tolist()
    [0.46, 0.4, 0.53]

    Source
    ------
    Rothman (2002), Epidemiology: An Introduction, p. 152; example: Feychting et al. (1998) in the manual of
    the R package epiR, epi.2by2.
    """
    first, second = event_pair(group, "group"), event_pair(reference, "reference")
    row = comparison_row("incidence-ratio", first, second, interval=interval, confidence=confidence)
    return result_table([row])


def incidence_difference(
    group: tuple[int, float],
    reference: tuple[int, float],
    *,
    per: float = 100_000,
    interval: str = "mover-exact",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give how many more events a unit happen in one group than in another.

    Formula: per * (x1 / t1 - x2 / t2). Unit: events per `per` people or person-years; 0 means parity.

    Parameters
    ----------
    group, reference : (count, exposure)
        Events, and people or person-years.
    per : float
        100,000 by default.
    interval : str
        ``"mover-exact"`` (default: square-and-add of exact limits, works with zero counts),
        ``"mover-score"`` or ``"normal"``.
    confidence : float
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row, as in `incidence_ratio`.

    Raises
    ------
    MeasureError
        For pairs that are none, or an exposure of 0.

    Examples
    --------
    >>> found = incidence_difference((136, 22050), (1709, 127650), per=1000, interval="normal", confidence=0.9)
    >>> found.round(2).loc[0, ["estimate", "lower", "upper"]].tolist()
    [-7.22, -8.24, -6.2]

    Source
    ------
    As in `incidence_ratio`; square-and-add: Zou and Donner (2008), Statistics in Medicine 27:1693-1702.
    """
    first, second = event_pair(group, "group"), event_pair(reference, "reference")
    per = check.number(per, "per", above=0)
    row = comparison_row("incidence-difference", first, second, interval=interval, confidence=confidence, per=per)
    return result_table([row])
