"""Before and after on the same people: what the measures of learning share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._inputs import count, numbers, same_length
from kit.text import text

if TYPE_CHECKING:
    import numpy as np

DRAWS = 1000


def matched(before: Any, after: Any, *, needed: int = 2) -> tuple[np.ndarray, np.ndarray, int]:
    """Give the pairs that are complete, and how many are not.

    Examples
    --------
    >>> matched([1, 2, None], [3, 4, 5])
    (array([1., 2.]), array([3., 4.]), 1)
    """
    import numpy as np

    first = numbers(before, "before", keep_missing=True)
    second = numbers(after, "after", keep_missing=True)
    same_length(first, second, names=("before", "after"))
    complete = ~np.isnan(first) & ~np.isnan(second)
    if complete.sum() < needed:
        raise MeasureError("learning.too-few-pairs", found=int(complete.sum()), needed=needed)
    return first[complete], second[complete], int((~complete).sum())


def pair_notes(n: int, left_out: int) -> list[str]:
    """Give the notes on people without a pair, and on few people.

    Examples
    --------
    >>> pair_notes(40, 0)
    []
    """
    notes = [text("learning.note-unmatched", count=left_out)] if left_out else []
    return [*notes, text("learning.note-few", n=n)] if n < 10 else notes


def bootstrap_limits(
    units: int, measure: Callable[[np.ndarray], float], *, level: float, seed: int
) -> tuple[float, float] | tuple[None, None]:
    """Give the limits between which `measure` falls when the units are drawn again and again.

    Examples
    --------
    >>> low, high = bootstrap_limits(4, lambda drawn: drawn.mean(), level=0.9, seed=1)
    >>> 0 <= low < high <= 3
    True
    """
    import numpy as np

    draw = np.random.default_rng(count(seed, "seed"))
    found = np.array([measure(draw.integers(0, units, units)) for _ in range(DRAWS)])
    found = found[np.isfinite(found)]
    if len(found) < DRAWS / 2:
        return None, None
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
