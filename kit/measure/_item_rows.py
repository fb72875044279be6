"""What is said of one item of a test: a row each for difficulty, discrimination, correlation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kit.measure._intervals import join_notes, share_limits, tail_and_z
from kit.text import text

if TYPE_CHECKING:
    import numpy as np


def difficulty(correct: int, total: int, level: float) -> dict[str, Any]:
    """Give the share right as a row, with Wilson's interval."""
    lower, upper = share_limits([correct], [total], interval="wilson", confidence=level)
    note = {0: "learning.note-all-wrong", total: "learning.note-all-right"}.get(correct)
    return {
        "measure": "difficulty",
        "estimate": correct / total,
        "lower": float(lower[0]),
        "upper": float(upper[0]),
        "n": total,
        "method": text("learning.method-difficulty"),
        "notes": text(note) if note else "",
    }


def mean_share(shares: np.ndarray, level: float) -> dict[str, Any]:
    """Give the mean share of an item's points as a row; the share right where there are no parts."""
    n = len(shares)
    if set(shares) <= {0, 1}:
        return difficulty(int(shares.sum()), n, level)
    from scipy.stats import t

    mean = float(shares.mean())
    half = float(t.ppf((1 + level) / 2, n - 1) * shares.std(ddof=1) / n**0.5)
    row = {"measure": "difficulty", "estimate": mean, "n": n, "method": text("learning.method-mean-share")}
    return {**row, "lower": max(0.0, mean - half), "upper": min(1.0, mean + half), "notes": ""}


def discrimination(upper: float, lower: float, n: int | None, note: str) -> dict[str, Any]:
    """Give the gap of upper and lower group as a row."""
    gap = upper - lower
    notes = join_notes(text("learning.note-negative-item") if gap < -1e-12 else "", note)
    method = text("learning.method-discrimination")
    return {"measure": "discrimination", "estimate": gap, "n": n, "method": method, "notes": notes}


def item_rest(answers: np.ndarray, rest: np.ndarray, level: float) -> dict[str, Any]:
    """Give the correlation with the other items as a row, with Fisher's interval."""
    import numpy as np

    n = len(answers)
    row = {"measure": "item_rest_correlation", "n": n, "method": text("learning.method-item-rest")}
    if answers.std() == 0 or rest.std() == 0:
        return {**row, "estimate": None, "notes": text("learning.note-no-correlation")}
    r = float(np.clip(np.corrcoef(answers, rest)[0, 1], -1, 1))
    note = text("learning.note-negative-item") if r < -1e-12 else ""
    if abs(r) > 1 - 1e-12:
        return {**row, "estimate": r, "lower": r, "upper": r, "notes": note}
    half = tail_and_z(level)[1] / np.sqrt(n - 3)
    lower, upper = np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half)
    return {**row, "estimate": r, "lower": float(lower), "upper": float(upper), "notes": note}


def group_weights(totals: np.ndarray, size: int) -> np.ndarray:
    """Give each person a weight in the group of the highest totals; ties at the edge share what is left."""
    import numpy as np

    edge = np.sort(totals)[-size]
    above, at = totals > edge, totals == edge
    return (above + at * ((size - above.sum()) / at.sum())) / size
