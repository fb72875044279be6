"""Did people learn? The door to all measures for courses and tests; here the gains.

Tests of a change: `kit.measure.before_after`. Sizes of a difference: `kit.measure.effect_sizes`. The
test itself: `kit.measure.items`. All can be used from here. No number says *why* marks changed:
without people who had no course, "after" is not "because of".
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs
from kit.measure._intervals import join_notes
from kit.measure._matched import bootstrap_limits, matched, pair_notes
from kit.measure._result import result_table
from kit.measure.before_after import mcnemar, paired_t, wilcoxon_signed_rank
from kit.measure.effect_sizes import (
    independent_effect_size,
    independent_effect_size_of_summary,
    paired_effect_size,
    paired_effect_size_of_summary,
)
from kit.measure.items import cronbach_alpha, item_analysis, item_difficulty, item_discrimination, kr20
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = [
    "cronbach_alpha",
    "hake_gain",
    "independent_effect_size",
    "independent_effect_size_of_summary",
    "individual_gains",
    "item_analysis",
    "item_difficulty",
    "item_discrimination",
    "kr20",
    "mcnemar",
    "paired_effect_size",
    "paired_effect_size_of_summary",
    "paired_t",
    "wilcoxon_signed_rank",
]


def hake_gain(before: Any, after: Any, *, maximum: float, confidence: float = 0.95, seed: int = 1) -> pd.DataFrame:
    r"""Get the share of what could still be learned that was learned (Hake's normalised gain).

    .. math:: g = \frac{\bar x_{after} - \bar x_{before}}{max - \bar x_{before}}

    Parameters
    ----------
    before, after : float, or sequence of numbers
        The two mean marks of a class, or the marks of each person in the same order. People
        without one of the two marks are left out.
    maximum : float
        The highest mark that can be reached.
    confidence : float
        Level of confidence of the interval (bootstrap over people), 0.95 unless told.
    seed : int
        Start of the random draws; the same seed gives the same interval.

    Returns
    -------
    pandas.DataFrame
        ``class_gain`` (from the means; the usual one), ``gain_percent_of_maximum`` and
        ``gain_percent_of_before`` (percent; left out if the mean before is 0). With marks of people
        also ``mean_individual_gain``, which is another number, and intervals. n is the number of people
        (missing where only means are known).

    Raises
    ------
    MeasureError
        If the mean before is the maximum already, a mark is below 0 or above the maximum.

    Notes
    -----
    A person who starts at the maximum has no individual gain and is left out of that mean, not set to 0;
    near the maximum an individual gain is unstable.

    Misuse: the two gains under one name; only those who stayed to the end counted (drop-out raises g);
    the test taught to.

    Source: Hake (1998), as in https://www.physport.org/recommendations/Entry.cfm?T=normalized%20gain; numbers
    checked with https://pmc.ncbi.nlm.nih.gov/articles/PMC8045292/table/Tab1.

    Examples
    --------
    >>> hake_gain(4.916, 16.016, maximum=20).set_index("measure").estimate.round(2).to_dict()
    {'class_gain': 0.74, 'gain_percent_of_maximum': 55.5, 'gain_percent_of_before': 225.79}
    """
    top = _inputs.number(maximum, "maximum", above=0)
    level = _inputs.confidence(confidence)
    if not _is_many(before) and not _is_many(after):
        first, second = (_mark(value, name, top) for value, name in ((before, "before"), (after, "after")))
        if first == top:
            raise MeasureError("learning.at-maximum")
        return result_table(_class_gains(first, second, top, None, ""))
    first, second, left_out = _marks(before, after, top, needed=1)
    if first.mean() == top:
        raise MeasureError("learning.at-maximum")
    n, notes = len(first), pair_notes(len(first), left_out)

    def limits(measure):
        return bootstrap_limits(n, measure, level=level, seed=seed) if n > 1 else (None, None)

    def of_class(drawn):
        room = top - first[drawn].mean()
        return (second[drawn].mean() - first[drawn].mean()) / room if room > 0 else math.nan

    rows = _class_gains(first.mean(), second.mean(), top, n, join_notes(*notes))
    rows[0]["lower"], rows[0]["upper"] = limits(of_class)
    return result_table([rows[0], *_mean_of_individuals(first, second, top, limits, notes), *rows[1:]])


def individual_gains(
    before: Iterable[Any], after: Iterable[Any], *, maximum: float, people: Sequence[Hashable] | None = None
) -> pd.DataFrame:
    r"""Get the normalised gain of each person, with a note where it says little.

    .. math:: g_i = \frac{after_i - before_i}{max - before_i}

    Parameters
    ----------
    before, after : sequence of numbers
        Marks of the same people in the same order.
    maximum : float
        The highest mark that can be reached.
    people : sequence, optional
        Codes for the people; anonymous ones. Numbers from 1 without it.

    Returns
    -------
    pandas.DataFrame
        A row a person with ``before`` and ``after``. The estimate is missing, with a note that says why, for a
        person who started at the maximum or lacks a mark. n is 1.

    Raises
    ------
    MeasureError
        If a mark is below 0 or above the maximum, or a code of a person stands twice.

    Notes
    -----
    Misuse: shown to an employer; people ranked by it.

    Source: as `hake_gain`; definition in
    https://studylib.net/doc/18050955/theoretical-comparison-of-average-normalized-gain.

    Examples
    --------
    >>> individual_gains([2, 10], [6, 10], maximum=10).notes.tolist()[1]
    'Started at the highest mark: no gain can be computed.'
    """
    from kit.measure._tables import no_repeats

    top = _inputs.number(maximum, "maximum", above=0)
    pairs = [
        _inputs.numbers(values, name, keep_missing=True) for values, name in ((before, "before"), (after, "after"))
    ]
    _inputs.same_length(*pairs, names=("before", "after"))
    names = list(range(1, len(pairs[0]) + 1)) if people is None else no_repeats(people, "people")
    _inputs.same_length(pairs[0], names, names=("before", "people"))
    rows = []
    for name, first, second in zip(names, *pairs, strict=True):
        row = {"person": name, "before": first, "after": second, "n": 1, "method": text("learning.method-gain")}
        if math.isnan(first) or math.isnan(second):
            rows.append({**row, "notes": text("learning.note-no-pair")})
            continue
        _mark(first, "before", top, group=name), _mark(second, "after", top, group=name)
        if first == top:
            rows.append({**row, "notes": text("learning.note-at-maximum")})
            continue
        near = text("learning.note-near-maximum") if top - first <= 0.1 * top else ""
        rows.append({**row, "estimate": (second - first) / (top - first), "notes": near})
    return result_table(rows)


def _class_gains(first: float, second: float, top: float, n: int | None, note: str) -> list[dict[str, Any]]:
    sizes = {
        "class_gain": (second - first) / (top - first),
        "gain_percent_of_maximum": 100 * (second - first) / top,
    }
    if first > 0:
        sizes["gain_percent_of_before"] = 100 * (second - first) / first
    method = text("learning.method-class-gain")
    rows = [{"measure": name, "estimate": float(size), "n": n, "method": method} for name, size in sizes.items()]
    rows[0]["notes"] = join_notes(note, text("learning.note-lower-after") if second < first else "")
    return rows


def _mean_of_individuals(first, second, top, limits, notes) -> list[dict[str, Any]]:
    import numpy as np

    room = top - first
    at_top = int((room == 0).sum())
    gains = np.divide(second - first, room, out=np.full_like(room, np.nan), where=room > 0)

    def mean(drawn):
        known = gains[drawn][~np.isnan(gains[drawn])]
        return known.mean() if len(known) else np.nan

    lower, upper = limits(mean)
    note = text("learning.note-some-at-maximum", count=at_top) if at_top else ""
    return [
        {
            "measure": "mean_individual_gain",
            "estimate": float(mean(np.arange(len(gains)))),
            "lower": lower,
            "upper": upper,
            "n": len(first) - at_top,
            "method": text("learning.method-mean-gain"),
            "notes": join_notes(*notes, note),
        }
    ]


def _marks(before: Any, after: Any, top: float, *, needed: int) -> tuple[np.ndarray, np.ndarray, int]:
    first, second, left_out = matched(before, after, needed=needed)
    for values, name in ((first, "before"), (second, "after")):
        for wrong in values[(values < 0) | (values > top)][:1]:
            _mark(float(wrong), name, top)
    return first, second, left_out


def _mark(value: Any, name: str, top: float, *, group: object = None) -> float:
    return _inputs.number(value, name, group=group, minimum=0, maximum=top)


def _is_many(values: Any) -> bool:
    return getattr(values, "ndim", 1) > 0 and hasattr(values, "__iter__") and not isinstance(values, str)
