"""Noisy counts: differential privacy, to be understood here and released with a vetted library."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kit.errors import SetupError
from kit.measure._inputs import choice, confidence, count, counts, number
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

_KINDS = ("discrete", "continuous")


def noisy_counts(
    values: Iterable[int], *, epsilon: float, sensitivity: int = 1, seed: int | None = None, alpha: float = 0.05
) -> pd.DataFrame:
    r"""Add discrete Laplace noise to counts, for teaching: see what an epsilon does to a table.

    .. math:: P(noise = x) = \frac{1 - t}{1 + t} \, t^{|x|}, \quad t = e^{-1/scale}, \quad
              scale = sensitivity / epsilon

    Parameters
    ----------
    values : iterable of int
        Counts.
    epsilon : float
        Privacy budget spent on this table: smaller is safer and noisier. Budgets of releases add up.
    sensitivity : int
        By how much one person can change the table: 1 if each person is in one cell.
    seed : int, optional
        Makes the draw repeatable, for lessons. A published seed takes all noise off again.
    alpha : float
        The interval misses the true count with at most this probability.

    Returns
    -------
    pandas.DataFrame
        One row a count: scale, then the common columns. The estimate is the noisy count and can be negative; lower
        and upper hold the true count with probability 1 - alpha.

    Raises
    ------
    MeasureError
        If epsilon or sensitivity is not above zero, or a count is negative or not whole.

    Notes
    -----
    For teaching only: the random numbers here are not made for secrets. Use `release_counts` for a real
    release. Misuse: epsilon without an explanation; fresh noise for every download; negative counts set to zero
    (totals drift up).

    Source: Ghosh, Roughgarden and Sundararajan 2012 (geometric mechanism); OpenDP,
    https://github.com/opendp/opendp.

    Examples
    --------
    >>> noisy_counts([26, 0], epsilon=0.5, seed=7).estimate.tolist() == noisy_counts(
    ...     [26, 0], epsilon=0.5, seed=7).estimate.tolist()
    True
    """
    import numpy as np

    scale = _scale(epsilon, sensitivity)
    whole = counts(values, "values").astype("int64")
    draw = np.random.default_rng(None if seed is None else count(seed, "seed"))
    # The difference of two geometric numbers is discrete Laplace.
    chance = -math.expm1(-1 / scale)
    noise = draw.geometric(chance, len(whole)) - draw.geometric(chance, len(whole))
    return _noisy_table(whole + noise, scale, alpha, method="noise.method-teaching", note="noise.note-teaching")


def release_counts(
    values: Iterable[int], *, epsilon: float, sensitivity: int = 1, alpha: float = 0.05
) -> pd.DataFrame:
    """Add discrete Laplace noise to counts for a real release, with the OpenDP library.

    Parameters
    ----------
    values, epsilon, sensitivity, alpha
        As in `noisy_counts`. There is no seed: noise comes from the computer's secure source.

    Returns
    -------
    pandas.DataFrame
        As `noisy_counts`.

    Raises
    ------
    SetupError
        If OpenDP is not installed (``pip install "local-rights-kit[dp]"``).
    MeasureError
        If epsilon or sensitivity is not above zero, or a count is negative or not whole.

    Notes
    -----
    Keep a log of the epsilons spent on the same people; they add up. Draw once, store, publish that.

    Source: OpenDP, measurement make_laplace on whole numbers, https://docs.opendp.org.

    Examples
    --------
    >>> release_counts([26, 0], epsilon=0.5)  # doctest: +SKIP
    """
    scale = _scale(epsilon, sensitivity)
    whole = [int(value) for value in counts(values, "values")]
    try:
        import opendp.prelude as dp
    except ImportError:
        raise SetupError("noise.opendp-missing") from None
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    measurement = dp.m.make_laplace(*space, scale=scale)
    noisy = measurement(whole)
    return _noisy_table(noisy, scale, alpha, method="noise.method-opendp", note="noise.note-release")


def noise_accuracy(scale: float, *, alpha: float = 0.05, kind: str = "discrete") -> float:
    r"""Give the error that Laplace noise of this scale exceeds with probability alpha.

    .. math:: continuous: scale \, \ln(1/\alpha); \quad
              discrete: a \text{ with } 2 t^a / (1 + t) = \alpha, \; t = e^{-1/scale}

    Parameters
    ----------
    scale : float
        Sensitivity divided by epsilon.
    alpha : float
        Probability of a larger error.
    kind : {"discrete", "continuous"}
        Whole-number noise (default, right for counts) or continuous. Scale 2, alpha 0.05: 6.43 and 5.99.

    Raises
    ------
    MeasureError
        If the scale is not above zero or alpha not between 0 and 1.

    Notes
    -----
    Source: OpenDP, discrete_laplacian_scale_to_accuracy, https://github.com/opendp/opendp.

    Examples
    --------
    >>> round(noise_accuracy(2), 2), round(noise_accuracy(2, kind="continuous"), 2)
    (6.43, 5.99)
    """
    scale, alpha = number(scale, "scale", above=0), confidence(alpha, "alpha")
    if choice(kind, "kind", options=_KINDS) == "continuous":
        return scale * math.log(1 / alpha)
    return scale * math.log(2 / (alpha * (1 + math.exp(-1 / scale))))


def noise_scale(accuracy: float, *, alpha: float = 0.05, kind: str = "discrete") -> float:
    """Give the scale of Laplace noise whose error exceeds `accuracy` with probability alpha.

    Parameters
    ----------
    accuracy : float
        Largest error wanted.
    alpha, kind
        As in `noise_accuracy`, of which this is the reverse.

    Raises
    ------
    MeasureError
        If the accuracy is not above zero or alpha not between 0 and 1.

    Notes
    -----
    Source: OpenDP, accuracy_to_discrete_laplacian_scale, https://github.com/opendp/opendp (tests).

    Examples
    --------
    >>> round(noise_scale(1.0, alpha=0.5), 7)
    0.9102392
    """
    accuracy, alpha = number(accuracy, "accuracy", above=0), confidence(alpha, "alpha")
    if choice(kind, "kind", options=_KINDS) == "continuous":
        return accuracy / math.log(1 / alpha)
    from scipy.optimize import brentq

    def miss(log_scale: float) -> float:
        scale = math.exp(log_scale)
        return math.log(2 / (alpha * (1 + math.exp(-1 / scale)))) - accuracy / scale

    middle = math.log(accuracy)
    return math.exp(brentq(miss, middle - 20, middle + 20, xtol=1e-14))


def _scale(epsilon: float, sensitivity: float) -> float:
    return number(sensitivity, "sensitivity", above=0) / number(epsilon, "epsilon", above=0)


def _noisy_table(noisy: Iterable[int], scale: float, alpha: float, *, method: str, note: str) -> pd.DataFrame:
    reach = math.ceil(noise_accuracy(scale, alpha=alpha))
    said = {
        "method": text(method, scale=f"{scale:g}"),
        "notes": text(note, reach=reach, percent=f"{100 - 100 * alpha:g}"),
    }
    return result_table(
        {"scale": scale, "estimate": int(value), "lower": int(value) - reach, "upper": int(value) + reach, "n": 1}
        | said
        for value in noisy
    )
