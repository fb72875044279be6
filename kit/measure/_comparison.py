"""One comparison of two groups as a row in the common shape, with notes in words."""

from __future__ import annotations

import math
from typing import Any

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure import _pairs
from kit.measure._intervals import few_people, join_notes, method_words
from kit.measure._naming import show
from kit.text import text

# What is computed, the interval unless another is named, and the value that means parity.
MEASURES = {
    "ratio": (_pairs.ratio, "koopman", 1),
    "difference": (_pairs.difference, "newcombe", 0),
    "odds": (_pairs.odds_ratio, "miettinen-nurminen", 1),
    "incidence-ratio": (_pairs.incidence_ratio, "exact", 1),
    "incidence-difference": (_pairs.incidence_difference, "mover-exact", 0),
}


def pair(value: Any, name: str) -> tuple[int, int]:
    """Give a group as count and total.

    Examples
    --------
    >>> pair((7, 34), "group")
    (7, 34)
    """
    count, total = _two(value, name)
    return check.part_of(count, total, names=(f"{name} count", f"{name} total"))


def event_pair(value: Any, name: str) -> tuple[int, float]:
    """Give a group as events and exposure (people or person-years).

    Examples
    --------
    >>> event_pair((136, 22050.5), "group")
    (136, 22050.5)
    """
    count, exposure = _two(value, name)
    units = check.number(exposure, f"{name} exposure", minimum=0)
    if units == 0:
        raise MeasureError("inputs.zero-total", place=f'"{name} exposure"')
    return check.count(count, f"{name} count"), units


def comparison_row(
    measure: str,
    first: tuple[float, float],
    second: tuple[float, float],
    *,
    interval: str | None = None,
    confidence: float = 0.95,
    few: int = 0,
    per: float = 1,
) -> dict[str, Any]:
    """Give rates, estimate, limits, n, method and notes of one comparison.

    Examples
    --------
    >>> comparison_row("difference", (7, 34), (1, 34))["n"]
    68
    """
    compute, default, parity = MEASURES[measure]
    interval = interval or default
    scale = per if measure == "incidence-difference" else 1
    found = compute(first, second, interval=interval, confidence=check.confidence(confidence))
    estimate, lower, upper = (scale * value for value in found)
    events = measure.startswith("incidence")
    return {
        "rate": per * first[0] / first[1],
        "reference_rate": per * second[0] / second[1],
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "n": int(first[0] + second[0] if events else first[1] + second[1]),
        "method": method_words(f"comparison.{measure}", interval=interval, confidence=confidence),
        "notes": join_notes(
            "" if events else few_people(int(min(first[1], second[1])), check.count(few, "few")),
            text("comparison.infinite") if estimate == math.inf else "",
            parity_note(parity, lower, upper),
        ),
    }


def parity_note(parity: float, lower: float, upper: float) -> str:
    """Give the note that a range includes parity, or nothing.

    Examples
    --------
    >>> parity_note(1, 0.5, 2.0)
    'The range includes parity: chance alone could explain this gap.'
    """
    return text("comparison.includes-parity") if lower <= parity <= upper else ""


def _two(value: Any, name: str) -> tuple[Any, Any]:
    try:
        first, second = (None, None) if isinstance(value, (str, dict, set)) else value
    except (TypeError, ValueError):
        first = second = None
    if first is None and second is None:
        raise MeasureError("pairs.not-a-pair", name=name, value=show(value))
    return first, second
