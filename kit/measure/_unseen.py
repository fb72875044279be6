"""The interval for all people, seen and unseen, and the words for how it was made."""

from __future__ import annotations

import math

from kit.measure._intervals import tail_and_z
from kit.text import text


def unseen_interval(unseen: float, variance: float, *, seen: int, level: float) -> tuple[float, float]:
    """Give log-normal limits for all people, from the unseen ones and the variance of their number.

    Notes
    -----
    Source: Chao 1987, Estimating the population size for capture-recapture data with unequal
    catchability, Biometrics 43.

    Examples
    --------
    >>> low, high = unseen_interval(100, 400, seen=50, level=0.95)
    >>> round(low, 1), round(high, 1)
    (117.8, 197.4)
    """
    z = tail_and_z(level)[1]
    factor = math.exp(z * math.sqrt(math.log1p(variance / unseen**2)))
    return seen + unseen / factor, seen + unseen * factor


def method_words(name: str, *, interval: str, level: float) -> str:
    """Give the words for the column method.

    Examples
    --------
    >>> method_words("undercount.method-chapman", interval="normal", level=0.95)
    'Chapman, two lists; normal interval, 95 %'
    """
    return f"{text(name)}; {text(f'undercount.interval-{interval}')}, {100 * level:g} %"
