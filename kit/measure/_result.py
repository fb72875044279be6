"""The one shape of every answer: a tidy table with estimate, interval, method, n and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("estimate", "lower", "upper", "n", "method", "notes")


def result_table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Put answers into the common shape.

    Parameters
    ----------
    rows : iterable of mappings
        One mapping an answer. Keys that are not among `COLUMNS` (a group, a measure)
        come first, in the order met. A missing limit stays missing, a missing note is empty.

    Returns
    -------
    pandas.DataFrame
        Columns: the keys of the rows, then estimate, lower, upper, n, method, notes.

    Examples
    --------
    >>> result_table([{"group": "north", "estimate": 0.25, "n": 8, "method": "share"}]).columns.tolist()
    ['group', 'estimate', 'lower', 'upper', 'n', 'method', 'notes']
    """
    import pandas as pd

    rows = [dict(row) for row in rows]
    extra = list(dict.fromkeys(key for row in rows for key in row if key not in COLUMNS))
    table = pd.DataFrame(rows, columns=[*extra, *COLUMNS])
    for column in ("estimate", "lower", "upper"):
        table[column] = pd.to_numeric(table[column])
    table["notes"] = [row.get("notes", "") for row in rows]
    return table
