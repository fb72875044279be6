"""Disaggregation: the same share or rate, apart for each group of people.

Totals hide who is left behind. This is the first step of every equality analysis, and of the
indicators of the 2030 Agenda: who, where, and how sure can we be?
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure import _tables
from kit.measure._intervals import interval_rows
from kit.measure._result import COLUMNS, result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


def disaggregate(
    table: pd.DataFrame,
    by: Hashable | Sequence[Hashable],
    *,
    outcome: Hashable | None = None,
    count: Hashable | None = None,
    total: Hashable | None = None,
    exposure: Hashable | None = None,
    per: float = 100_000,
    interval: str | None = None,
    confidence: float = 0.95,
    few: int | None = None,
    empty: str = "refuse",
    most_groups: int = 1000,
) -> pd.DataFrame:
    """Give the share or the rate in each group, by one or more dimensions, with intervals.

    Takes a row a person (`outcome`: 1 or 0), or counts (`count` with `total`, or with `exposure` for a rate).
    Rows of one group are added up. People whose outcome is missing are left out of the share and named in
    `notes`; a missing group is a group of its own, "not stated".

    Parameters
    ----------
    table : pandas.DataFrame
        The figures; it is not changed.
    by : column or list of columns
        The dimensions, such as ``["district", "sex"]``; an empty list gives one row for everybody.
    outcome, count, total, exposure : column
        Either `outcome`, or `count` with `total`, or `count` with `exposure`.
    per : float
        Only for rates: events per so many.
    interval, confidence, few
        As in `share` or `rate`.
    empty : str
        A group in which nothing is known is refused (``"refuse"``), or shown without a figure (``"name"``).
    most_groups : int
        A dimension with more values than this is taken for a mistake.

    Returns
    -------
    pandas.DataFrame
        A row a group, in sorted order: the dimensions, count, estimate, lower, upper, n, method, notes.

    Raises
    ------
    MeasureError
        For columns that are not there, figures that are none, rows that stand twice, a group without people.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"district": ["north", "north", "south", "south"], "served": [1, 0, 1, 1]})
    >>> disaggregate(people, "district", outcome="served")[["district", "count", "estimate", "n"]]
      district  count  estimate  n
    0    north      1       0.5  2
    1    south      2       1.0  2

    Source
    ------
    OHCHR (2018), A Human Rights-Based Approach to Data; intervals as in `share` and `rate`.
    """
    by = [by] if isinstance(by, (str, int)) else list(by)
    _tables.no_repeats(by, "by")
    check.choice(empty, "empty", options=("refuse", "name"))
    given = [name for name in (outcome, count, total, exposure) if name is not None]
    if (outcome is None) == (count is None) or len(given) != (1 if count is None else 2):
        raise MeasureError("disaggregation.which-columns")
    for column in by:
        if column in (*COLUMNS, "count"):
            raise MeasureError("disaggregation.reserved", column=column)
    table = _tables.table(table, columns=[*by, *given])
    per = None if exposure is None else check.number(per, "per", above=0)
    figures = _figures(table, outcome=outcome, count=count, base=given[-1], per=per)
    groups = _added_up(table, by, figures)
    for column in by:
        _tables.not_too_many(groups[column].nunique(), str(column), at_most=most_groups)
    nobody = groups["base"] == 0
    if nobody.any() and empty == "refuse":
        first = groups.loc[nobody, by].iloc[0] if by else []
        raise MeasureError("disaggregation.empty-group", group=", ".join(str(value) for value in first))
    notes = [
        text("disaggregation.unknown-one") if left_out == 1 else
        text("disaggregation.unknown", n=f"{left_out:,.0f}") if left_out else ""
        for left_out in groups["unknown"]
    ]  # fmt: skip
    filled = groups["base"].where(~nobody, 1)
    rows = interval_rows(
        {column: groups[column].tolist() for column in by}, groups["part"], filled,
        per=per, interval=interval, confidence=confidence, few=few, notes=notes,
    )  # fmt: skip
    for position in nobody.to_numpy().nonzero()[0]:
        row = rows[position]
        row |= {"n": 0, "estimate": None, "lower": None, "upper": None, "notes": text("disaggregation.nobody")}
    return result_table(rows)


def _figures(table, *, outcome, count, base, per: float | None) -> pd.DataFrame:
    """Give part, base and unknown of each row of the table."""
    import numpy as np
    import pandas as pd

    if outcome is not None:
        known = check.outcomes(table[outcome], str(outcome))
        unknown = np.isnan(known)
        if not unknown.any():
            return pd.DataFrame({"part": known}, index=table.index)
        return pd.DataFrame({"part": np.where(unknown, 0, known), "unknown": unknown}, index=table.index)
    labels = [column for column in table.columns if column not in (count, base)]
    if labels:
        _tables.distinct(table, labels)
    if per is not None:
        part, whole = check.counts(table[count], str(count)), check.numbers(table[base], str(base), minimum=0)
    else:
        part, whole = check.counts(table[count], str(count)), check.counts(table[base], str(base))
        above = part > whole
        if above.any():
            first = int(above.argmax())
            group = tuple(table[labels].iloc[first]) if labels else None
            check.part_of(part[first], whole[first], names=(str(count), str(base)), group=group)
    return pd.DataFrame({"part": part, "base": whole}, index=table.index)


def _added_up(table, by: list, figures: pd.DataFrame) -> pd.DataFrame:
    """Give one row a group, sorted, with a missing group named "not stated"."""
    if by:
        grouped = figures.groupby([table[column] for column in by], dropna=False, observed=True, sort=False)
        groups = grouped.sum()
        if "base" not in groups:
            groups["base"] = grouped.size() - groups.get("unknown", 0)
        groups = groups.reset_index()
    else:
        groups = figures.sum().to_frame().T
        if "base" not in groups:
            groups["base"] = len(figures) - groups.get("unknown", 0)
    groups["unknown"] = groups.get("unknown", 0)
    try:
        groups = groups.sort_values(by, ignore_index=True) if by else groups
    except TypeError:  # numbers and words in one column
        groups = groups.sort_values(by, ignore_index=True, key=lambda column: column.astype(str))
    for column in by:
        if groups[column].isna().any():
            groups[column] = (
                groups[column].astype(object).where(groups[column].notna(), text("disaggregation.not-stated"))
            )
    return groups
