"""Does a sum of money (grants, fines, budgets) give away what one recipient gets?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kit.errors import MeasureError
from kit.measure._inputs import at_least, count, number, numbers
from kit.measure._naming import show
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


def p_percent_rule(
    contributions: Sequence[float], *, total: float | None = None, p: float = 10, q: float = 100
) -> pd.DataFrame:
    r"""Say whether the second largest in a sum of money could estimate the largest too closely.

    .. math:: unsafe: \quad total - x_1 - x_2 < (p / q) \, x_1

    Parameters
    ----------
    contributions : sequence of float
        What each recipient or company contributes to the cell; with `total` the two largest are enough.
    total : float, optional
        Published total of the cell. Default: the sum of `contributions`.
    p : float
        Percent within which an estimate of the largest is too close.
    q : float
        Percent within which others are thought to know each other beforehand (p,q rule); 100 is the
        p percent rule.

    Returns
    -------
    pandas.DataFrame
        One row: unsafe, estimate_of_largest (what the second largest can work out), then the common columns. The
        estimate is by how many percent that is above the truth.

    Raises
    ------
    MeasureError
        If a contribution is negative or the total is smaller than its parts.

    Notes
    -----
    Source: European handbook on statistical disclosure control, chapter 4,
    https://sdctools.github.io/HandbookSDC/.

    Examples
    --------
    >>> p_percent_rule([52000, 50000], total=110000)[["unsafe", "estimate_of_largest"]].values.tolist()
    [[False, 60000.0]]
    """
    largest, total = _largest_first(contributions, total)
    p, q = number(p, "p", above=0), number(q, "q", above=0, maximum=100)
    first, second = largest[0], largest[1] if len(largest) > 1 else 0.0
    guess = total - second
    over = 100 * (guess - first) / first
    unsafe = bool((total - first - second) * q < p * first)
    row = {
        "unsafe": unsafe,
        "estimate_of_largest": guess,
        "estimate": over,
        "n": len(largest),
        "method": text("dominance.method-p", p=f"{p:g}", q=f"{q:g}"),
        "notes": text("dominance.note-unsafe" if unsafe else "dominance.note-safe"),
    }
    return result_table([row])


def dominance_rule(
    contributions: Sequence[float], *, total: float | None = None, n: int = 2, k: float = 85
) -> pd.DataFrame:
    """Say whether the n largest make up more than k percent of a sum of money.

    Parameters
    ----------
    contributions, total
        As in `p_percent_rule`; with `total` the n largest are enough.
    n : int
        How many of the largest are added up.
    k : float
        Percent of the total that they may not exceed; 85 unless told.

    Returns
    -------
    pandas.DataFrame
        One row: unsafe, then the common columns. The estimate is the percent of the total that the n
        largest hold.

    Raises
    ------
    MeasureError
        If a contribution is negative or the total is smaller than its parts.

    Notes
    -----
    The rule calls some cells unsafe that the p percent rule rightly calls safe, and the reverse; the handbook
    prefers `p_percent_rule`.

    Source: European handbook on statistical disclosure control, chapter 4,
    https://sdctools.github.io/HandbookSDC/.

    Examples
    --------
    >>> dominance_rule([52000, 50000], total=110000).unsafe.tolist()
    [True]
    """
    largest, total = _largest_first(contributions, total)
    n, k = count(n, "n", minimum=1), number(k, "k", above=0, maximum=100)
    held = sum(largest[:n])
    unsafe = bool(100 * held > k * total)
    row = {
        "unsafe": unsafe,
        "estimate": 100 * held / total,
        "n": len(largest),
        "method": text("dominance.method-dominance", n=n, k=f"{k:g}"),
        "notes": text("dominance.note-unsafe" if unsafe else "dominance.note-safe"),
    }
    return result_table([row])


def _largest_first(contributions: Sequence[float], total: float | None) -> tuple[list[float], float]:
    found = numbers(contributions, "contributions", minimum=0)
    at_least(found, "contributions", needed=1)
    largest = sorted(found.tolist(), reverse=True)
    whole = sum(largest) if total is None else number(total, "total", above=0)
    if whole <= 0 or largest[0] == 0:
        raise MeasureError("inputs.zero-total", place='"contributions"')
    if sum(largest) > whole * (1 + 1e-9):
        raise MeasureError(
            "inputs.above-total",
            place='"contributions"',
            value=show(sum(largest)),
            name="total",
            total=show(whole),
        )
    return largest, whole
