"""Are rights realised step by step? Steps back, and the parts of a standard (AAAQ).

Scores against a frontier: `kit.measure.achievement`. Money: `kit.measure.budgets`. Both can be
used from here too.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs, _tables
from kit.measure._intervals import share_limits
from kit.measure._naming import show
from kit.measure._result import result_table
from kit.measure.achievement import achievement_frontier, achievement_score, achievement_scores, right_scores
from kit.measure.budgets import (
    budget_share,
    execution_rate,
    gender_marker_table,
    hgdg_attribution,
    hgdg_score,
    real_spending_per_head,
)
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "aaaq_table",
    "achievement_frontier",
    "achievement_score",
    "achievement_scores",
    "budget_share",
    "execution_rate",
    "gender_marker_table",
    "hgdg_attribution",
    "hgdg_score",
    "real_spending_per_head",
    "retrogression_check",
    "right_scores",
]

PARTS = {
    "aaaq": ("availability", "accessibility", "acceptability", "quality"),
    "four-a": ("availability", "accessibility", "acceptability", "adaptability"),
}


def retrogression_check(
    data: pd.DataFrame,
    *,
    period: str = "year",
    value: str | None = None,
    lower: str | None = None,
    upper: str | None = None,
    count: str | None = None,
    total: str | None = None,
    noise: float | None = None,
    better: str = "higher",
    against: str = "previous",
    breaks: Collection[Hashable] = (),
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Get every change over time, judged: a step back beyond noise, a step forward, or no clear change.

    .. math:: d \pm \sqrt{(v_2 - l_2)^2 + (u_1 - v_1)^2}

    The lower reach of the change d; the upper one mirrors it (square-and-add).

    Parameters
    ----------
    data : pandas.DataFrame
        A row a period.
    period : str
        Column with years or other periods that can be sorted.
    value, lower, upper : str, optional
        Columns with a figure and its interval.
    count, total : str, optional
        Columns with counts, in place of `value`; gives shares with Wilson and Newcombe intervals.
    noise : float, optional
        With `value` alone: changes up to this size mean nothing, same unit. 0 for figures
        without noise, such as an adopted budget.
    better : {"higher", "lower"}
        Whether more or less of the value is better for people.
    against : {"previous", "best"}
        Compare each period with the one before, or with the best one before it.
    breaks : collection
        Periods from which definition, law or recording changed. Nothing is compared across one.
    confidence : float
        Level of confidence with counts, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        A row a period after the first: ``period``, ``compared_with``, ``verdict`` (step_back, step_forward,
        no_clear_change, not_comparable), then the common columns; the estimate is the change, in the unit of
        the value.

    Raises
    ------
    MeasureError
        If a period stands twice, there is one period only, or nothing tells what noise is.

    Notes
    -----
    A step back that was decided needs a justification by the whole of rights and all available resources.
    The check finds steps; it cannot tell why they happened.

    Misuse: figures compared across a change of definition; nominal money in the place of real; the
    outcome alone, without the effort.

    Source: General Comment 3 (1990), paragraph 9, of the Committee on Economic, Social and Cultural Rights;
    interval Newcombe (1998), numbers checked with R's contingencytables,
    https://github.com/ocbe-uio/contingencytables (tests/testthat/test-ch4.R).

    Examples
    --------
    >>> import pandas as pd
    >>> places = pd.DataFrame({"year": [2021, 2022, 2023], "served": [540, 536, 450], "asked": [600, 600, 600]})
    >>> retrogression_check(places, count="served", total="asked").verdict.tolist()
    ['no_clear_change', 'step_back']
    """
    _inputs.choice(better, "better", options=("higher", "lower"))
    _inputs.choice(against, "against", options=("previous", "best"))
    level = _inputs.confidence(confidence)
    given = {"value": value, "lower": lower, "upper": upper, "count": count, "total": total}
    columns = [column for column in given.values() if column is not None]
    found = _tables.table(data, [period, *columns])
    _tables.distinct(found, [period])
    if found[period].isna().any():
        raise MeasureError("inputs.missing", place=f'"{period}"')
    try:
        found = found.sort_values(period)
    except TypeError:
        raise MeasureError("realisation.no-order", name=period) from None
    _inputs.at_least(found, period, needed=2)
    points = _points(found, given, noise, level)
    sign = 1 if better == "higher" else -1
    names, rows, start = found[period].tolist(), [], 0
    broken = _tables.no_repeats([breaks] if isinstance(breaks, (str, int)) else breaks, "breaks")
    for unknown in (one for one in broken if one not in names):
        raise MeasureError("realisation.unknown-break", period=unknown, name=period)
    for i in range(1, len(points)):
        if names[i] in broken:
            start = i
            rows.append(_change_row(names[i], names[i - 1], None, None))
            continue
        j = i - 1 if against == "previous" else max(range(start, i), key=lambda k: (sign * points[k][0], k))
        rows.append(_change_row(names[i], names[j], _change(points[j], points[i], noise), sign))
    return result_table(rows)


def aaaq_table(
    data: pd.DataFrame,
    *,
    part: str = "part",
    met: str = "met",
    total: str = "total",
    scheme: str = "aaaq",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Get how many services meet each part of a standard: availability, accessibility, acceptability, quality.

    Nothing is averaged: a good part cannot make up for a bad one.

    Parameters
    ----------
    data : pandas.DataFrame
        A row a question; further columns (aspect, evidence) are kept.
    part : str
        Column with the part of the standard.
    met, total : str
        Columns with the number of services that meet it, and that were looked at. Both empty: not assessed.
    scheme : {"aaaq", "four-a"}
        The parts of health (General Comment 14), or of education, with adaptability in the place of quality
        (General Comment 13). For other rights use the list of their own general comment.
    confidence : float
        Level of confidence of the Wilson interval, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        A row a question, in the order of the parts; the estimate is a share. A part without any question stands
        there too, with a note that it was not assessed.

    Raises
    ------
    MeasureError
        If a part is unknown, a count is above its total, or nothing was assessed.

    Notes
    -----
    Misuse: one number for all parts; only what is easy to count (availability) looked at; accessibility without
    asking the people who stay away.

    Source: Committee on Economic, Social and Cultural Rights, General Comment 14 (2000), paragraph 12, as in
    https://www.legislationline.org/documents/id/21121.

    Examples
    --------
    >>> import pandas as pd
    >>> clinics = pd.DataFrame({"part": ["availability", "quality"], "met": [9, 4], "total": [12, 12]})
    >>> aaaq_table(clinics)[["part", "notes"]].values.tolist()[1]
    ['accessibility', 'Not assessed: nothing is known about this part.']
    """
    _inputs.choice(scheme, "scheme", options=tuple(PARTS))
    level = _inputs.confidence(confidence)
    found = _tables.table(data, [part, met, total])
    for name in found[part]:
        _inputs.choice(name, part, options=PARTS[scheme])
    keys = [column for column in found.columns if column not in (met, total)]
    _tables.distinct(found, keys)
    rows = []
    for name in PARTS[scheme]:
        own = found[found[part] == name].to_dict("records") or [{part: name, met: None, total: None}]
        rows += [_aaaq_row({key: row.get(key) for key in keys}, row[met], row[total], level, name) for row in own]
    if all(row["estimate"] is None for row in rows):
        raise MeasureError("inputs.all-missing", name=met)
    return result_table(rows)


def _points(found, given, noise, level) -> list[tuple[float, float, float, Any]]:
    """Give value, lower, upper and counts of each period."""
    groups = found.index.tolist()
    if given["count"] is not None and given["total"] is not None and given["value"] is None:
        names = (given["count"], given["total"])
        part, whole = _inputs.parts_of(found[names[0]], found[names[1]], names=names, groups=groups)
        lower, upper = share_limits(part, whole, interval="wilson", confidence=level)
        return list(zip(part / whole, lower, upper, whole, strict=True))
    if given["value"] is None or given["count"] is not None or given["total"] is not None:
        raise MeasureError("realisation.which-figures")
    values = _inputs.numbers(found[given["value"]], given["value"])
    if given["lower"] is not None and given["upper"] is not None and noise is None:
        limits = [_inputs.numbers(found[given[side]], given[side]) for side in ("lower", "upper")]
        for low, value, high in zip(limits[0], values, limits[1], strict=True):
            if not low <= value <= high:
                raise MeasureError(
                    "realisation.outside-interval", value=show(value), low=show(low), high=show(high)
                )
        return list(zip(values, *limits, [None] * len(values), strict=True))
    if noise is None or given["lower"] is not None or given["upper"] is not None:
        raise MeasureError("realisation.what-is-noise")
    _inputs.number(noise, "noise", minimum=0)
    return [(value, value, value, None) for value in values]


def _change(first, second, noise) -> tuple[float, float, float, Any]:
    change = float(second[0] - first[0])
    if noise is not None:
        return change, change - noise, change + noise, None
    down = math.hypot(second[0] - second[1], first[2] - first[0])
    up = math.hypot(second[2] - second[0], first[0] - first[1])
    people = None if second[3] is None else int(first[3] + second[3])
    return change, change - down, change + up, people


def _change_row(name, earlier, change, sign) -> dict[str, Any]:
    row = {"period": name, "compared_with": earlier, "method": text("realisation.method-change")}
    if change is None:
        return {**row, "verdict": "not_comparable", "estimate": None, "notes": text("realisation.note-break")}
    estimate, lower, upper, n = change
    # With noise 0 there is no interval: the change itself decides.
    low, high = (lower, upper) if sign > 0 else (-upper, -lower)
    verdict = "step_forward" if low > 0 else "step_back" if high < 0 else "no_clear_change"
    note = {"step_back": "note-step-back", "step_forward": "note-step-forward"}.get(verdict, "note-no-change")
    shown = {"estimate": estimate, "lower": lower, "upper": upper, "n": n}
    return {**row, "verdict": verdict, **shown, "notes": text(f"realisation.{note}")}


def _aaaq_row(keys, met, total, level, part) -> dict[str, Any]:
    row = {
        **keys,
        "estimate": None,
        "lower": None,
        "upper": None,
        "n": 0,
        "method": text("realisation.method-aaaq"),
    }
    if _inputs.is_missing(met) and _inputs.is_missing(total):
        return {**row, "notes": text("realisation.note-not-assessed")}
    reached, looked_at = _inputs.part_of(met, total, names=("met", "total"), group=part)
    lower, upper = share_limits([reached], [looked_at], interval="wilson", confidence=level)
    shown = {"estimate": reached / looked_at, "lower": float(lower[0]), "upper": float(upper[0]), "n": looked_at}
    note = text("realisation.note-few-services", n=looked_at) if looked_at < 10 else ""
    return {**row, **shown, "notes": note}
