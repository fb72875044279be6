"""Ranks of changes with their signs: sums, p values and limits for the Wilcoxon signed-rank method."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

ZEROS = ("drop", "pratt", "split")
_SCIPY_ZEROS = {"drop": "wilcox", "pratt": "pratt", "split": "zsplit"}


def sums(change: np.ndarray, *, zeros: str) -> tuple[float, float]:
    """Give the sums of the ranks of rises and of falls.

    Examples
    --------
    >>> import numpy as np
    >>> sums(np.array([3.0, -1.0, 2.0]), zeros="drop")
    (5.0, 1.0)
    """
    ranks, kept = _ranks(change, zeros)
    half = ranks[kept == 0].sum() / 2 if zeros == "split" else 0.0
    return float(ranks[kept > 0].sum() + half), float(ranks[kept < 0].sum() + half)


def exact_p(change: np.ndarray, *, zeros: str, alternative: str) -> float:
    """Give the p value over all ways to set the signs, also with ties and zeros.

    Examples
    --------
    >>> import numpy as np
    >>> exact_p(np.array([1.0, 2.0, 3.0]), zeros="drop", alternative="greater")
    0.125
    """
    import numpy as np

    ranks, kept = _ranks(change, zeros)
    doubled = np.rint(2 * ranks[kept != 0]).astype(int)  # mid-ranks of ties end in .5
    ways = _ways(doubled)
    rises = int(np.rint(2 * ranks[kept > 0].sum()))
    above, below = float(ways[rises:].sum()), float(ways[: rises + 1].sum())
    p_value = {"greater": above, "less": below, "two-sided": 2 * min(above, below)}[alternative]
    return min(1.0, p_value)


def normal_p(change: np.ndarray, *, zeros: str, alternative: str, correction: bool) -> float:
    """Give the approximate p value of scipy.

    Examples
    --------
    >>> import numpy as np
    >>> round(normal_p(np.array([1.0, 2.0, 3.0]), zeros="drop", alternative="greater", correction=False), 3)
    0.054
    """
    from scipy.stats import wilcoxon

    found = wilcoxon(
        change,
        zero_method=_SCIPY_ZEROS[zeros],
        correction=correction,
        alternative=alternative,
        method="asymptotic",
    )
    return float(found.pvalue)


def centre(change: np.ndarray) -> float:
    """Give the median of the means of all pairs of changes, each change paired with itself too.

    Examples
    --------
    >>> import numpy as np
    >>> centre(np.array([1.0, 2.0, 6.0]))
    2.75
    """
    import numpy as np

    return float(np.median(_pair_means(change)))


def limits(change: np.ndarray, level: float) -> tuple[float, float] | tuple[None, None]:
    """Give the limits of the centre; none where all ranks together cannot reach the level.

    Examples
    --------
    >>> import numpy as np
    >>> limits(np.array([1.0, 2.0, 6.0]), 0.95)
    (None, None)
    """
    import numpy as np

    n, tail = len(change), (1 - level) / 2
    if n <= 50:
        reached = np.cumsum(_ways(2 * np.arange(1, n + 1)))[::2]
        cut = int((reached <= tail).sum())
    else:
        from scipy.special import ndtri

        cut = int(n * (n + 1) / 4 + ndtri(tail) * np.sqrt(n * (n + 1) * (2 * n + 1) / 24))
    if cut < 1:
        return None, None
    means = np.sort(_pair_means(change))
    return float(means[cut - 1]), float(means[-cut])


def _ranks(change: np.ndarray, zeros: str) -> tuple[np.ndarray, np.ndarray]:
    from scipy.stats import rankdata

    kept = change[change != 0] if zeros == "drop" else change
    return rankdata(abs(kept)), kept


def _ways(steps: np.ndarray) -> np.ndarray:
    """Give the probability of every sum when each step is taken or left with the same chance."""
    import numpy as np

    chance = np.zeros(int(steps.sum()) + 1)
    chance[0] = 1.0
    for step in steps:
        moved = np.zeros_like(chance)
        moved[step:] = chance[: len(chance) - step]
        chance = (chance + moved) / 2
    return chance


def _pair_means(change: np.ndarray) -> np.ndarray:
    import numpy as np

    i, j = np.triu_indices(len(change))
    return (change[i] + change[j]) / 2
