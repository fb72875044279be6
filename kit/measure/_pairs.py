"""Intervals that compare two groups, by name: difference, ratio and odds ratio of two shares.

A group is a pair (count, total). The score intervals are hand-written: statsmodels' search for
their limits fails, or leaves the estimate outside, when a group has nobody or everybody.
The adjusted forms ("adjusted-log", "gart") add half a case to each count, as published: with a
count of 0 their limits need not hold the plain estimate.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure._intervals import rate_limits, share_limits, tail_and_z

Pair = tuple[float, float]

DIFFERENCE_INTERVALS = (
    "newcombe",
    "newcombe-corrected",
    "miettinen-nurminen",
    "mee",
    "agresti-caffo",
    "wald",
    "wald-corrected",
)
RATIO_INTERVALS = ("koopman", "katz", "adjusted-log", "miettinen-nurminen", "mover-wilson", "inverse-sinh")
ODDS_INTERVALS = ("miettinen-nurminen", "score", "woolf", "gart", "exact")
INCIDENCE_RATIO_INTERVALS = ("exact", "mid-p", "wilson", "log")
INCIDENCE_DIFFERENCE_INTERVALS = ("mover-exact", "mover-score", "normal")
PAIRED_INTERVALS = ("newcombe", "newcombe-plain", "wald")


def difference(first: Pair, second: Pair, *, interval: str, confidence: float) -> tuple[float, float, float]:
    """Give the difference of two shares, first minus second, and its limits.

    Examples
    --------
    >>> [round(value, 4) for value in difference((7, 34), (1, 34), interval="newcombe", confidence=0.95)]
    [0.1765, 0.0189, 0.3404]
    """
    check.choice(interval, "interval", options=DIFFERENCE_INTERVALS)
    (x1, n1), (x2, n2) = first, second
    p1, p2 = x1 / n1, x2 / n2
    _, z = tail_and_z(confidence)
    estimate = p1 - p2
    if interval in ("newcombe", "newcombe-corrected"):
        single = "wilson" if interval == "newcombe" else "wilson-corrected"
        lower, upper = _square_and_add(estimate, p1, p2, *_both(first, second, single, confidence))
    elif interval in ("miettinen-nurminen", "mee"):
        many = (n1 + n2) / (n1 + n2 - 1) if interval == "miettinen-nurminen" else 1.0
        lower, upper = _invert(lambda d: _score_of_difference(d, first, second, many), z, estimate, (-1.0, 1.0))
    elif interval == "agresti-caffo":
        (p1, n1), (p2, n2) = ((x1 + 1) / (n1 + 2), n1 + 2), ((x2 + 1) / (n2 + 2), n2 + 2)
        half = z * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        lower, upper = p1 - p2 - half, p1 - p2 + half
    else:
        half = z * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        half += (1 / n1 + 1 / n2) / 2 if interval == "wald-corrected" else 0
        lower, upper = estimate - half, estimate + half
    return estimate, max(-1.0, lower), min(1.0, upper)


def ratio(first: Pair, second: Pair, *, interval: str, confidence: float) -> tuple[float, float, float]:
    """Give the ratio of two shares, first over second, and its limits; infinite if the second has nobody.

    Examples
    --------
    >>> [round(value, 4) for value in ratio((7, 34), (1, 34), interval="koopman", confidence=0.95)]
    [7.0, 1.2209, 42.5757]
    """
    check.choice(interval, "interval", options=RATIO_INTERVALS)
    (x1, n1), (x2, n2) = first, second
    _, z = tail_and_z(confidence)
    if x1 == 0 and x2 == 0:
        raise MeasureError("pairs.none-at-all")
    if interval in ("katz", "inverse-sinh") and (x1 == 0 or x2 == 0):
        raise MeasureError("pairs.zero-cell", interval=interval, instead="koopman")
    estimate = x1 * n2 / (x2 * n1) if x2 else math.inf
    if interval in ("koopman", "miettinen-nurminen"):
        many = (n1 + n2) / (n1 + n2 - 1) if interval == "miettinen-nurminen" else 1.0
        lower, upper = _invert(lambda r: _score_of_ratio(r, first, second, many), z, estimate, (0.0, math.inf))
    elif interval == "katz":
        half = z * math.sqrt(max(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2, 0))
        lower, upper = estimate * math.exp(-half), estimate * math.exp(half)
    elif interval == "adjusted-log":
        centre = (x1 + 0.5) * (n2 + 0.5) / ((x2 + 0.5) * (n1 + 0.5))
        half = z * math.sqrt(1 / (x1 + 0.5) - 1 / (n1 + 0.5) + 1 / (x2 + 0.5) - 1 / (n2 + 0.5))
        lower, upper = centre * math.exp(-half), centre * math.exp(half)
    elif interval == "mover-wilson":
        (l1, u1), (l2, u2) = _both(first, second, "wilson", confidence)
        lower, upper = _mover_ratio(x1 / n1, l1, u1, x2 / n2, l2, u2)
    else:
        half = 2 * math.asinh(z / 2 * math.sqrt(max(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2, 0)))
        lower, upper = estimate * math.exp(-half), estimate * math.exp(half)
    return estimate, lower, upper


def odds_ratio(first: Pair, second: Pair, *, interval: str, confidence: float) -> tuple[float, float, float]:
    """Give the ratio of two odds, first over second, and its limits.

    Examples
    --------
    >>> found = odds_ratio((9, 13), (4, 14), interval="miettinen-nurminen", confidence=0.95)
    >>> [round(value, 4) for value in found]
    [5.625, 1.0934, 28.9419]
    """
    check.choice(interval, "interval", options=ODDS_INTERVALS)
    (x1, n1), (x2, n2) = first, second
    _, z = tail_and_z(confidence)
    cells = (x1, n1 - x1, x2, n2 - x2)
    if x1 + x2 in (0, n1 + n2):
        raise MeasureError("pairs.none-at-all" if x1 + x2 == 0 else "pairs.all-of-them")
    if interval == "woolf" and 0 in cells:
        raise MeasureError("pairs.zero-cell", interval=interval, instead="miettinen-nurminen")
    a, b, c, d = cells
    estimate = a * d / (b * c) if b * c else math.inf
    if interval in ("miettinen-nurminen", "score"):
        many = (n1 + n2) / (n1 + n2 - 1) if interval == "miettinen-nurminen" else 1.0
        lower, upper = _invert(lambda r: _score_of_odds(r, first, second, many), z, estimate, (0.0, math.inf))
    elif interval == "exact":
        from scipy.stats.contingency import odds_ratio as conditional

        found = conditional([[int(a), int(b)], [int(c), int(d)]], kind="conditional")
        estimate = float(found.statistic)
        limits = found.confidence_interval(confidence_level=confidence)
        lower, upper = float(limits.low), float(limits.high)
    else:
        half_case = 0.5 if interval == "gart" else 0.0
        a, b, c, d = (cell + half_case for cell in cells)
        half = z * math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        lower, upper = a * d / (b * c) * math.exp(-half), a * d / (b * c) * math.exp(half)
    return estimate, lower, upper


def incidence_ratio(first: Pair, second: Pair, *, interval: str, confidence: float) -> tuple[float, float, float]:
    """Give the ratio of two rates of events, first over second, and its limits.

    Examples
    --------
    >>> found = incidence_ratio((136, 22050), (1709, 127650), interval="log", confidence=0.9)
    >>> [round(value, 2) for value in found]
    [0.46, 0.4, 0.53]
    """
    check.choice(interval, "interval", options=INCIDENCE_RATIO_INTERVALS)
    (x1, t1), (x2, t2) = first, second
    if x1 == 0 and x2 == 0:
        raise MeasureError("pairs.none-at-all")
    estimate = x1 * t2 / (x2 * t1) if x2 else math.inf
    if interval == "log":
        if x1 == 0 or x2 == 0:
            raise MeasureError("pairs.zero-cell", interval=interval, instead="exact")
        half = tail_and_z(confidence)[1] * math.sqrt(1 / x1 + 1 / x2)
        return estimate, estimate * math.exp(-half), estimate * math.exp(half)
    # Given the sum of the events, the first count is a share of it: its limits give those of the ratio.
    (lower,), (upper,) = share_limits([x1], [x1 + x2], interval=interval, confidence=confidence)
    odds = [float(limit) / float(1 - limit) if limit < 1 else math.inf for limit in (lower, upper)]
    return estimate, odds[0] * t2 / t1, odds[1] * t2 / t1


def incidence_difference(first: Pair, second: Pair, *, interval: str, confidence: float):
    """Give the difference of two rates of events a unit, first minus second, and its limits.

    Examples
    --------
    >>> found = incidence_difference((136, 22050), (1709, 127650), interval="normal", confidence=0.9)
    >>> [round(1000 * value, 2) for value in found]
    [-7.22, -8.24, -6.2]
    """
    check.choice(interval, "interval", options=INCIDENCE_DIFFERENCE_INTERVALS)
    (x1, t1), (x2, t2) = first, second
    r1, r2 = x1 / t1, x2 / t2
    if interval == "normal":
        half = tail_and_z(confidence)[1] * math.sqrt(r1 / t1 + r2 / t2)
        return r1 - r2, r1 - r2 - half, r1 - r2 + half
    single = interval.removeprefix("mover-")
    lower, upper = rate_limits([x1, x2], [t1, t2], interval=single, confidence=confidence)
    limits = ((float(lower[0]), float(upper[0])), (float(lower[1]), float(upper[1])))
    return r1 - r2, *_square_and_add(r1 - r2, r1, r2, *limits)


def paired_difference(a: int, b: int, c: int, d: int, *, interval: str, confidence: float):
    """Give the difference of two shares of the same people: yes twice, first only, second only, never.

    Examples
    --------
    >>> found = paired_difference(14, 5, 0, 22, interval="newcombe", confidence=0.95)
    >>> [round(value, 3) for value in found]
    [0.122, 0.011, 0.226]
    """
    check.choice(interval, "interval", options=PAIRED_INTERVALS)
    n = a + b + c + d
    estimate = (b - c) / n
    if interval == "wald":
        half = tail_and_z(confidence)[1] / n * math.sqrt(max(b + c - (b - c) ** 2 / n, 0))
        return estimate, max(-1.0, estimate - half), min(1.0, estimate + half)
    first, second = (a + b, n), (a + c, n)
    gap = a * d - b * c
    if interval == "newcombe" and gap > 0:  # Newcombe's correction for continuity
        gap = max(gap - n / 2, 0)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    phi = gap / math.sqrt(margins) if margins else 0.0
    limits = _both(first, second, "wilson", confidence)
    return estimate, *_square_and_add(estimate, (a + b) / n, (a + c) / n, *limits, phi=phi)


def _both(first: Pair, second: Pair, interval: str, confidence: float) -> tuple[Pair, Pair]:
    counts, totals = zip(first, second, strict=True)
    lower, upper = share_limits(counts, totals, interval=interval, confidence=confidence)
    return (float(lower[0]), float(upper[0])), (float(lower[1]), float(upper[1]))


def _square_and_add(estimate, p1, p2, limits1: Pair, limits2: Pair, phi: float = 0.0) -> tuple[float, float]:
    """Newcombe's hybrid of two single intervals; `phi` is the correlation of paired answers."""
    (l1, u1), (l2, u2) = limits1, limits2

    def far(one, other):
        return math.sqrt(max(one**2 - 2 * phi * one * other + other**2, 0))

    return estimate - far(p1 - l1, u2 - p2), estimate + far(u1 - p1, p2 - l2)


def _mover_ratio(p1, l1, u1, p2, l2, u2) -> tuple[float, float]:
    product, below, above = (
        p1 * p2,
        l1 * u2 * (2 * p1 - l1) * (2 * p2 - u2),
        u1 * l2 * (2 * p1 - u1) * (2 * p2 - l2),
    )
    under, over = u2 * (2 * p2 - u2), l2 * (2 * p2 - l2)
    # With nobody in a group the general form divides by zero; its limit is the plain quotient.
    lower = (product - math.sqrt(max(product**2 - below, 0))) / under if under else l1 / u2
    upper = (product + math.sqrt(max(product**2 - above, 0))) / over if over else math.inf
    return max(lower, 0.0), upper


def _invert(score: Callable[[float], float], z: float, estimate: float, ends: Pair) -> tuple[float, float]:
    """Give the lowest and highest value that the falling `score` does not reject at `z`."""
    lowest, highest = ends
    if highest == math.inf:  # search on a scale from 0 to 1 that reaches infinity at its end
        widen, narrow = lambda u: u / (1 - u), lambda value: 1.0 if value == math.inf else value / (1 + value)
    else:
        widen, narrow = (lambda u: u), (lambda value: value)
    middle = narrow(estimate)
    lower, upper = narrow(lowest), narrow(highest)
    lower = lower if middle <= lower else _crossing(lambda u: score(widen(u)) > z, lower, middle)
    upper = upper if middle >= upper else _crossing(lambda u: score(widen(u)) >= -z, middle, upper)
    return widen(lower), widen(upper) if upper < 1 or highest < math.inf else math.inf


def _crossing(is_before: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if is_before(middle) else (low, middle)
    return (low + high) / 2


def _standardised(gap: float, variance: float) -> float:
    if variance > 0:
        return gap / math.sqrt(variance)
    return math.copysign(math.inf, gap) if abs(gap) > 1e-12 else 0.0


def _score_of_difference(d: float, first: Pair, second: Pair, many: float) -> float:
    (x1, n1), (x2, n2) = first, second
    n, x = n1 + n2, x1 + x2
    # The likeliest second share when the difference is d: the middle root of a cubic (Miettinen and Nurminen).
    c2 = (n1 + 2 * n2) * d - n - x
    c1 = (n2 * d - n - 2 * x2) * d + x
    c0 = x2 * d * (1 - d)
    q = c2**3 / (27 * n**3) - c1 * c2 / (6 * n**2) + c0 / (2 * n)
    r = math.copysign(math.sqrt(max(c2**2 / (9 * n**2) - c1 / (3 * n), 0)), q)
    angle = (math.pi + math.acos(max(-1.0, min(1.0, q / r**3 if r else 0.0)))) / 3
    p2 = min(max(2 * r * math.cos(angle) - c2 / (3 * n), 0.0, -d), 1.0, 1.0 - d)
    p1 = min(max(p2 + d, 0.0), 1.0)
    return _standardised(x1 / n1 - x2 / n2 - d, many * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2))


def _score_of_ratio(r: float, first: Pair, second: Pair, many: float) -> float:
    (x1, n1), (x2, n2) = first, second
    b, c = n1 * r + x1 + n2 + x2 * r, x1 + x2
    p2 = min(2 * c / (b + math.sqrt(max(b**2 - 4 * (n1 + n2) * r * c, 0))), 1.0)
    p1 = min(r * p2, 1.0)
    return _standardised(x1 / n1 - r * x2 / n2, many * (p1 * (1 - p1) / n1 + r**2 * p2 * (1 - p2) / n2))


def _score_of_odds(r: float, first: Pair, second: Pair, many: float) -> float:
    (x1, n1), (x2, n2) = first, second
    b, c = n1 * r + n2 - (x1 + x2) * (r - 1), x1 + x2
    p2 = min(2 * c / (b + math.sqrt(max(b**2 + 4 * n2 * (r - 1) * c, 0))), 1.0)
    p1 = r * p2 / (1 + p2 * (r - 1))
    spread = p1 * (1 - p1) * n1, p2 * (1 - p2) * n2
    if min(spread) <= 0:
        return _standardised(x1 - n1 * p1, 0.0)
    return (x1 - n1 * p1) * math.sqrt((1 / spread[0] + 1 / spread[1]) / many)
