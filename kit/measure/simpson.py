"""Simpson's paradox: a gap that turns round, or goes away, when the parts are looked at.

Both views are true. Which one matters is a question about people, not about figures: if the
parts themselves are the result of discrimination, the total tells more.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure import _tables
from kit.measure._comparison import comparison_row
from kit.measure._intervals import FEW_PEOPLE, join_notes, method_words, tail_and_z
from kit.measure._naming import nearest, short
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def simpson_check(
    table: pd.DataFrame,
    group: Hashable,
    *,
    stratum: Hashable,
    count: Hashable,
    total: Hashable,
    reference: Hashable | None = None,
    interval: str = "newcombe",
    confidence: float = 0.95,
    few: int = FEW_PEOPLE,
) -> pd.DataFrame:
    """Give the gap between groups in each stratum, in the total, and with the strata held equal.

    Formula: gap = share of the group minus share of the reference. The signs are compared exactly.
    Standardised: sum(w * p) with w the stratum's share of all people of both groups; variance
    sum(w^2 * p(1-p)/n) of each group, normal interval. Unit: shares.

    Parameters
    ----------
    table : pandas.DataFrame
        A row for each group and stratum.
    group, stratum, count, total : column
        The group, the part (department, age band), how many have the outcome, how many people.
    reference : value of the column `group`, optional
        The group to compare with; with two groups, the second in sorted order unless named.
    interval : str
        Of the gaps in strata and total, as in `kit.measure.disparity.rate_difference`.
    confidence, few
        As there.

    Returns
    -------
    pandas.DataFrame
        For each group beside the reference: a row a stratum, then "all together" and "standardised". Columns: the
        group, reference, part, direction ("higher", "lower" or "equal"), reversal, rate, reference_rate, estimate,
        lower, upper, n, method, notes. `reversal` is the same in all rows of a group: "full" (every stratum points
        the other way than the total), "partial" (some do, or the total shows no gap where strata do), "none".

    Raises
    ------
    MeasureError
        For one group or one stratum only, a group that lacks a stratum or has it twice, figures that are none.

    Examples
    --------
    >>> import pandas as pd
    >>> stones = pd.DataFrame({"care": ["A", "A", "B", "B"], "size": ["small", "large"] * 2,
    ...                        "healed": [81, 192, 234, 55], "treated": [87, 263, 270, 80]})
    >>> found = simpson_check(stones, "care", stratum="size", count="healed", total="treated")
    >>> found["reversal"].iloc[0], found["direction"].tolist()
    ('full', ['higher', 'higher', 'lower', 'higher'])

    Source
    ------
    Simpson (1951), J. R. Stat. Soc. B 13:238-241; example: kidney stones, Charig et al. (1986), as told in
    https://generalist.academy/2019/08/16/kidney-stone-paradox/.
    """
    data = _tables.table(table, columns=[group, stratum, count, total])
    _tables.distinct(data, [group, stratum])
    keys = list(zip(data[group], data[stratum], strict=True))
    x, n = check.parts_of(data[count], data[total], names=(str(count), str(total)), groups=keys)
    cells = {key: (x[i], n[i]) for i, key in enumerate(keys)}
    groups, strata = list(dict.fromkeys(data[group])), list(dict.fromkeys(data[stratum]))
    check.at_least(groups, str(group), needed=2)
    check.at_least(strata, str(stratum), needed=2)
    for name in groups:
        for part in strata:
            if (name, part) not in cells:
                raise MeasureError("simpson.missing-stratum", group=name, stratum=part)
    if reference is None and len(groups) == 2:
        reference = max(groups, key=str)
    if reference not in groups:
        names = [str(name) for name in groups]
        advice, options = nearest(reference, names), short(", ".join(names))
        raise MeasureError(
            "inputs.unknown-choice", value=reference, name="reference", options=options, advice=advice
        )
    rows = []
    for name in groups:
        if name != reference:
            pairs = {part: (cells[name, part], cells[reference, part]) for part in strata}
            ask = {"interval": interval, "confidence": confidence, "few": few}
            rows += [{group: name, "reference": reference, **row} for row in _compared(pairs, **ask)]
    return result_table(rows)


def _compared(pairs: dict, *, interval: str, confidence: float, few: int) -> list[dict]:
    import numpy as np

    figures = np.array(list(pairs.values()))  # stratum × (group, reference) × (count, total)
    whole = figures.sum(axis=0)
    gaps = [_sign(first, second) for first, second in figures]
    overall = _sign(*whole)
    against = [gap for gap in gaps if gap and gap != overall]
    reversal = "none" if not against else "full" if overall and len(against) == len(gaps) else "partial"
    rows = []
    for part, (first, second), gap in zip(
        [*pairs, text("simpson.all")], [*figures, whole], [*gaps, overall], strict=True
    ):
        row = comparison_row(
            "difference", tuple(first), tuple(second), interval=interval, confidence=confidence, few=few
        )
        rows.append({"part": part, "direction": _direction(gap), "reversal": reversal, **row})
    rows[-1]["notes"] = join_notes(rows[-1]["notes"], text(f"simpson.{reversal}"))
    return [
        *rows,
        {"part": text("simpson.standardised"), "reversal": reversal, **_standardised(figures, confidence)},
    ]


def _standardised(figures: np.ndarray, confidence: float) -> dict:
    import math

    x, n = figures[..., 0], figures[..., 1]
    weight = n.sum(axis=1) / n.sum()
    p = x / n
    first, second = (weight[:, None] * p).sum(axis=0)
    variance = (weight[:, None] ** 2 * p * (1 - p) / n).sum()
    gap = first - second
    half = tail_and_z(confidence)[1] * math.sqrt(variance)
    return {
        "direction": _direction(0 if math.isclose(first, second, abs_tol=1e-12) else math.copysign(1, gap)),
        "rate": first,
        "reference_rate": second,
        "estimate": gap,
        "lower": max(gap - half, -1.0),
        "upper": min(gap + half, 1.0),
        "n": int(n.sum()),
        "method": method_words("simpson.method", interval="normal", confidence=confidence),
        "notes": text("simpson.held-equal"),
    }


def _sign(first, second) -> int:
    """Compare two shares with whole numbers, so that equal shares are equal."""
    across = int(first[0]) * int(second[1]) - int(second[0]) * int(first[1])
    return (across > 0) - (across < 0)


def _direction(sign: float) -> str:
    return "higher" if sign > 0 else "lower" if sign < 0 else "equal"
