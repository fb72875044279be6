"""Intervals for the share or the rate of one group, by name, for many groups at once.

Closed forms on `scipy.special`, which loads quickly; the tests hold each against statsmodels.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kit.measure import _inputs as check
from kit.text import text

if TYPE_CHECKING:
    import numpy as np

    Limits = tuple[np.ndarray, np.ndarray]

SHARE_INTERVALS = ("wilson", "wilson-corrected", "exact", "mid-p", "jeffreys", "agresti-coull", "normal")
RATE_INTERVALS = ("exact", "byar", "byar-rothman", "mid-p", "score", "normal")
SIDES = ("both", "lower", "upper")

# The kit's own custom, not a law: below this many people a share is shown as a range and never ranked.
FEW_PEOPLE = 30
# Below this many events the English public health indicators publish no standardised rate.
FEW_EVENTS = 10


def share_limits(count, total, *, interval: str, confidence: float, side: str = "both") -> Limits:
    """Give the limits of shares count/total, each an array as long as `count`.

    Examples
    --------
    >>> lower, upper = share_limits([81], [263], interval="wilson", confidence=0.95)
    >>> round(float(lower[0]), 3), round(float(upper[0]), 3)
    (0.255, 0.366)
    """
    import numpy as np
    from scipy.special import betaincinv

    check.choice(interval, "interval", options=SHARE_INTERVALS)
    x, n = np.asarray(count, dtype=float), np.asarray(total, dtype=float)
    tail, z = tail_and_z(confidence, side=side)
    p = x / n
    if interval == "wilson":
        centre, half = (x + z**2 / 2) / (n + z**2), z / (n + z**2) * np.sqrt(x * (1 - p) + z**2 / 4)
        lower, upper = centre - half, centre + half
    elif interval == "wilson-corrected":
        under = np.sqrt(np.maximum(z**2 - 2 - 1 / n + 4 * p * (n - x + 1), 0))
        over = np.sqrt(np.maximum(z**2 + 2 - 1 / n + 4 * p * (n - x - 1), 0))
        lower = (2 * x + z**2 - 1 - z * under) / (2 * (n + z**2))
        upper = (2 * x + z**2 + 1 + z * over) / (2 * (n + z**2))
    elif interval == "exact":
        lower = betaincinv(np.maximum(x, 1), n - x + 1, tail)
        upper = 1 - betaincinv(np.maximum(n - x, 1), x + 1, tail)
    elif interval == "mid-p":
        lower, upper = _mid_p_of_share(x, n, tail)
    elif interval == "jeffreys":
        lower = betaincinv(x + 0.5, n - x + 0.5, tail)
        upper = 1 - betaincinv(n - x + 0.5, x + 0.5, tail)
    elif interval == "agresti-coull":
        centre = (x + z**2 / 2) / (n + z**2)
        half = z * np.sqrt(centre * (1 - centre) / (n + z**2))
        lower, upper = centre - half, centre + half
    else:
        half = z * np.sqrt(p * (1 - p) / n)
        lower, upper = p - half, p + half
    # Nobody, or everybody, puts the limit on the edge: rounding must not leave the estimate outside.
    lower = np.where((x == 0) | (side == "upper"), 0.0, np.clip(lower, 0, 1))
    upper = np.where((x == n) | (side == "lower"), 1.0, np.clip(upper, 0, 1))
    return lower, upper


def rate_limits(count, exposure, *, interval: str, confidence: float, side: str = "both") -> Limits:
    """Give the limits of rates count/exposure for rare, independent events (Poisson).

    Examples
    --------
    >>> lower, upper = rate_limits([0], [1.0], interval="exact", confidence=0.95)
    >>> round(float(lower[0]), 3), round(float(upper[0]), 3)
    (0.0, 3.689)
    """
    import numpy as np
    from scipy.special import gammainccinv, gammaincinv

    check.choice(interval, "interval", options=RATE_INTERVALS)
    x, units = np.asarray(count, dtype=float), np.asarray(exposure, dtype=float)
    tail, z = tail_and_z(confidence, side=side)
    some = np.maximum(x, 1)
    if interval == "exact":
        lower, upper = gammaincinv(some, tail), gammainccinv(x + 1, tail)
    elif interval == "byar":
        lower, upper = _byar(some, -z), _byar(x + 1, z)
    elif interval == "byar-rothman":
        lower, upper = _byar(x + 0.5, -z), _byar(x + 0.5, z)
    elif interval == "mid-p":
        lower, upper = _mid_p_of_rate(x, tail)
    elif interval == "score":
        half = z * np.sqrt(x + z**2 / 4)
        lower, upper = x + z**2 / 2 - half, x + z**2 / 2 + half
    else:
        lower, upper = x - z * np.sqrt(x), x + z * np.sqrt(x)
    lower = np.where((x == 0) | (side == "upper"), 0.0, np.maximum(lower, 0)) / units
    upper = np.full_like(x, np.inf) if side == "lower" else upper / units
    return lower, upper


def tail_and_z(confidence: float, *, side: str = "both") -> tuple[float, float]:
    """Give the probability left out at one end, and the normal deviate that cuts it off.

    Examples
    --------
    >>> tail, z = tail_and_z(0.95)
    >>> round(tail, 3), round(z, 3)
    (0.025, 1.96)
    """
    from scipy.special import ndtri

    check.choice(side, "side", options=SIDES)
    level = check.confidence(confidence)
    tail = (1 - level) / 2 if side == "both" else 1 - level
    return tail, float(-ndtri(tail))


def method_words(what: str, *, interval: str, confidence: float, side: str = "both") -> str:
    """Give the words for the column `method`: what was computed, and how sure the interval is.

    Examples
    --------
    >>> method_words("rates.share", interval="wilson", confidence=0.95)
    'Share; Wilson interval, 95 %'
    """
    words = f"{text(what)}; {text(f'intervals.{interval}')}, {100 * confidence:g} %"
    return words if side == "both" else f"{words}, {text(f'intervals.side-{side}')}"


def interval_rows(
    groups: Mapping[Hashable, Sequence[Any]],
    count: Sequence[float],
    total: Sequence[float],
    *,
    per: float | None = None,
    interval: str | None = None,
    confidence: float = 0.95,
    side: str = "both",
    few: int | None = None,
    notes: Sequence[str] | None = None,
) -> list[dict[Hashable, Any]]:
    """Give a row in the common shape for each group: a share, or with `per` a rate.

    Examples
    --------
    >>> interval_rows({"district": ["north"]}, [1], [2])[0]["estimate"]
    0.5
    """
    import numpy as np

    x, n = np.asarray(count, dtype=float), np.asarray(total, dtype=float)
    if per is None:
        interval, few, what, per = interval or "wilson", FEW_PEOPLE if few is None else few, "rates.share", 1
        lower, upper = share_limits(x, n, interval=interval, confidence=confidence, side=side)
        size_note, sizes = few_people, n
    else:
        interval, few, what = interval or "exact", FEW_EVENTS if few is None else few, "rates.rate"
        lower, upper = rate_limits(x, n, interval=interval, confidence=confidence, side=side)
        size_note, sizes = few_events, x
    few = check.count(few, "few")
    method = method_words(what, interval=interval, confidence=confidence, side=side)
    return [
        {
            **{name: values[i] for name, values in groups.items()},
            "count": int(x[i]),
            "estimate": float(per * x[i] / n[i]),
            "lower": float(per * lower[i]),
            "upper": float(per * upper[i]),
            "n": int(n[i]) if n[i] == int(n[i]) else float(n[i]),
            "method": method,
            "notes": join_notes(
                size_note(sizes[i], few),
                text("intervals.no-width") if lower[i] == upper[i] else "",
                notes[i] if notes is not None else "",
            ),
        }
        for i in range(len(x))
    ]


def few_people(n: float, few: int) -> str:
    """Give the note on a group that is too small to be ranked, or nothing.

    Examples
    --------
    >>> few_people(4, 30)
    'Only 4 people: shown as a range, do not rank.'
    """
    if n >= few:
        return ""
    return text("intervals.few-one") if n == 1 else text("intervals.few-people", n=f"{n:g}")


def few_events(count: float, few: int) -> str:
    """Give the note on a rate that rests on few events, or nothing.

    Examples
    --------
    >>> few_events(3, 10)
    'Only 3 events: one more or less changes the rate much; do not rank.'
    """
    if count >= few:
        return ""
    if count == 0:
        return text("intervals.few-events-none")
    return text("intervals.few-events-one") if count == 1 else text("intervals.few-events", n=f"{count:g}")


def join_notes(*notes: str) -> str:
    """Give several notes as one text, leaving out empty ones.

    Examples
    --------
    >>> join_notes("", "One.", "Two.")
    'One. Two.'
    """
    return " ".join(note for note in notes if note)


def _byar(x, z):
    import numpy as np

    return x * np.maximum(1 - 1 / (9 * x) + z / (3 * np.sqrt(x)), 0) ** 3


def _mid_p_of_share(x, n, tail: float) -> Limits:
    import numpy as np
    from scipy.special import betainc

    def reached(k, p):  # the chance of k or more
        inside = np.clip(k, 1, n)
        return np.where(k <= 0, 1.0, np.where(k > n, 0.0, betainc(inside, n - inside + 1, p)))

    def above(p):
        return (reached(x, p) + reached(x + 1, p)) / 2

    zero, one = np.zeros_like(x), np.ones_like(x)
    return _bisect(above, tail, zero, one), _bisect(above, 1 - tail, zero, one)


def _mid_p_of_rate(x, tail: float) -> Limits:
    import numpy as np
    from scipy.special import gammainc

    def above(mean):
        reached = np.where(x == 0, 1.0, gammainc(np.maximum(x, 1), mean))
        return (reached + gammainc(x + 1, mean)) / 2

    zero, far = np.zeros_like(x), 2 * x + 50 + 20 * np.sqrt(x) - 10 * np.log(tail)
    return _bisect(above, tail, zero, far), _bisect(above, 1 - tail, zero, far)


def _bisect(rising: Callable, target: float, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    import numpy as np

    for _ in range(200):
        middle = (low + high) / 2
        under = rising(middle) < target
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return (low + high) / 2
