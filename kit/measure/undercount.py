"""People on no list: estimates from two lists that overlap; next door, from three and more lists."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._inputs import choice, count
from kit.measure._intervals import tail_and_z
from kit.measure._result import result_table
from kit.measure._unseen import method_words, unseen_interval
from kit.measure.multiple_systems import model_table, multiple_systems
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

# The ideas next door can be reached from here, too.
__all__ = ["assumptions", "chapman", "lincoln_petersen", "model_table", "multiple_systems"]

_ASSUMPTIONS = ("closed", "matched", "independent", "reachable", "alike")
_INTERVALS = ("normal", "log-normal", "recapture-share")


def lincoln_petersen(
    n1: int, n2: int, *, both: int, interval: str = "normal", confidence: float = 0.95
) -> pd.DataFrame:
    r"""Estimate how many people there are from two lists that overlap (Lincoln-Petersen).

    .. math:: N = n_1 n_2 / m, \quad var = n_1 n_2 (n_1 - m)(n_2 - m) / m^3

    Parameters
    ----------
    n1, n2 : int
        People on the first and on the second list.
    both : int
        People on both lists (m), after matching.
    interval : {"normal", "log-normal", "recapture-share"}
        ``"normal"`` (default, as published tables print it): estimate plus and minus z standard
        errors. ``"log-normal"``: for the unseen people on a logarithmic scale; never below the
        people seen, better with few people on both lists. ``"recapture-share"``: Krebs' limits for the
        share m/n2, with his correction, turned into numbers of people.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row: unseen (people on no list), se, then the common columns; n is the number of
        different people seen. The unit is people.

    Raises
    ------
    MeasureError
        If the lists do not overlap, or one list lies wholly inside the other.

    Notes
    -----
    Misuse: two lists that send people to each other (overlap too high, estimate too low);
    matching by name alone; an estimate shown without its interval and assumptions. With few people
    on both lists the estimate is too high on average; use `chapman`.

    Source: Seber, The Estimation of Animal Abundance (1982), chapter 3; numbers checked with Krebs,
    box 2.1, https://github.com/fishR-Core-Team/FSA (tests of mrClosed).

    Examples
    --------
    >>> lincoln_petersen(948, 421, both=167)[["estimate", "n"]].round().values.tolist()
    [[2390.0, 1202.0]]
    """
    n1, n2, both = _two_lists(n1, n2, both)
    variance = n1 * n2 * (n1 - both) * (n2 - both) / both**3
    return _two_list_answer(
        n1 * n2 / both,
        variance,
        lists=(n1, n2, both),
        method="lincoln-petersen",
        interval=choice(interval, "interval", options=_INTERVALS),
        level=confidence,
    )


def chapman(n1: int, n2: int, *, both: int, interval: str = "normal", confidence: float = 0.95) -> pd.DataFrame:
    r"""Estimate how many people there are from two lists, with Chapman's correction for few matches.

    .. math:: N = (n_1 + 1)(n_2 + 1)/(m + 1) - 1, \quad
              var = \frac{(n_1 + 1)(n_2 + 1)(n_1 - m)(n_2 - m)}{(m + 1)^2 (m + 2)}

    Parameters
    ----------
    n1, n2 : int
        People on the first and on the second list.
    both : int
        People on both lists (m), after matching.
    interval : {"normal", "log-normal"}
        As in `lincoln_petersen`; ``"normal"`` is the default.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        As `lincoln_petersen`.

    Raises
    ------
    MeasureError
        If the lists do not overlap, or one list lies wholly inside the other.

    Notes
    -----
    Source: Chapman 1951, in Seber, The Estimation of Animal Abundance (1982); numbers checked with Pine and
    others 2013, box 11.2, https://github.com/fishR-Core-Team/FSA (tests of mrClosed).

    Examples
    --------
    >>> row = chapman(421, 332, both=88).iloc[0]
    >>> round(row.estimate), round(row.lower), round(row.upper)
    (1578, 1330, 1826)
    """
    n1, n2, both = _two_lists(n1, n2, both)
    variance = (n1 + 1) * (n2 + 1) * (n1 - both) * (n2 - both) / ((both + 1) ** 2 * (both + 2))
    return _two_list_answer(
        (n1 + 1) * (n2 + 1) / (both + 1) - 1,
        variance,
        lists=(n1, n2, both),
        method="chapman",
        interval=choice(interval, "interval", options=_INTERVALS[:2]),
        level=confidence,
    )


def assumptions() -> pd.DataFrame:
    """Give the conditions under which estimates from lists hold, and what happens where they fail.

    Returns
    -------
    pandas.DataFrame
        Columns assumption, if_it_fails: one row a condition, in plain words.

    Notes
    -----
    Source: questions and answers of the Human Rights Data Analysis Group, https://hrdag.org/?p=1422.

    Examples
    --------
    >>> len(assumptions())
    5
    """
    import pandas as pd

    return pd.DataFrame(
        [
            {"assumption": text(f"undercount.assume-{name}"), "if_it_fails": text(f"undercount.fails-{name}")}
            for name in _ASSUMPTIONS
        ]
    )


def _two_lists(n1: Any, n2: Any, both: Any) -> tuple[int, int, int]:
    n1, n2, both = count(n1, "n1"), count(n2, "n2"), count(both, "both")
    for name, people in (("n1", n1), ("n2", n2)):
        if both > people:
            raise MeasureError("undercount.both-above-list", both=both, name=name, people=people)
    if both == 0:
        raise MeasureError("undercount.no-overlap")
    for inner, outer, people in (("n1", "n2", n1), ("n2", "n1", n2)):
        if both == people:
            raise MeasureError("undercount.list-inside", inner=inner, outer=outer)
    return n1, n2, both


def _two_list_answer(
    estimate: float, variance: float, *, lists: tuple[int, int, int], method: str, interval: str, level: float
) -> pd.DataFrame:
    n1, n2, both = lists
    seen, z = n1 + n2 - both, tail_and_z(level)[1]
    notes = [text("undercount.note-two-lists")]
    if interval == "log-normal":
        lower, upper = unseen_interval(estimate - seen, variance, seen=seen, level=level)
    elif interval == "recapture-share":
        lower, upper = _recapture_share(n1, n2, both=both, z=z)
    else:
        lower, upper = estimate - z * math.sqrt(variance), estimate + z * math.sqrt(variance)
    if lower < seen:
        lower = float(seen)
        notes.append(text("undercount.note-lower-seen", seen=f"{seen:,}"))
    if both < 7:
        notes.append(text("undercount.note-few-both", both=both))
    row = {
        "unseen": estimate - seen,
        "se": math.sqrt(variance),
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "n": seen,
        "method": method_words(f"undercount.method-{method}", interval=interval, level=level),
        "notes": " ".join(notes),
    }
    return result_table([row])


def _recapture_share(n1: int, n2: int, *, both: int, z: float) -> tuple[float, float]:
    share, drawn = both / n2, both / n1
    half = z * math.sqrt((1 - drawn) * share * (1 - share) / (n2 - 1)) + 1 / (2 * n2)
    if half >= share:
        raise MeasureError("undercount.share-too-wide", both=both)
    return n1 / (share + half), n1 / (share - half)
