"""Checks of whole tables: columns that must be there, rows that must stand once.

`kit.measure._inputs` looks at the numbers inside. Errors are `MeasureError`, in three short lines.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._naming import nearest, short

if TYPE_CHECKING:
    import pandas as pd


def table(data: Any, columns: Collection[Hashable] = (), *, name: str = "table") -> pd.DataFrame:
    """Give a table with at least one row, in which each of `columns` stands once.

    Takes a DataFrame, a list of mappings (a row each) or a mapping of lists (a column each).

    Examples
    --------
    >>> table({"district": ["north"], "cases": [3]}, columns=["distric"])
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: There is no column "distric" in the table.
    The table has: district, cases.
    Did you mean "district"?
    """
    import pandas as pd

    if not isinstance(data, pd.DataFrame):
        rows = isinstance(data, (list, tuple)) and data and all(isinstance(row, dict) for row in data)
        if not rows and not isinstance(data, dict):
            raise MeasureError("inputs.not-a-table", name=name, kind=type(data).__name__)
        try:
            data = pd.DataFrame(data)
        except ValueError:
            raise MeasureError("inputs.not-a-table", name=name, kind=type(data).__name__) from None
    for column in columns:
        found = list(data.columns).count(column)
        if found == 0:
            had = ", ".join(str(one) for one in data.columns)
            raise MeasureError(
                "inputs.no-column",
                column=column,
                columns=short(had),
                advice=nearest(column, [str(one) for one in data.columns]),
            )
        if found > 1:
            raise MeasureError("inputs.column-twice", column=column)
    if len(data) == 0:
        raise MeasureError("inputs.no-rows", name=name)
    return data


def distinct(data: pd.DataFrame, keys: Sequence[Hashable]) -> None:
    """Check that no combination of `keys` stands in two rows.

    Examples
    --------
    >>> distinct(table({"district": ["north", "north"]}), ["district"])
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "north" stands in 2 rows (column district).
    One row for each was expected.
    Remove the double row, or add its figures up first.
    """
    keys = list(keys)
    twice = data.duplicated(keys, keep=False)
    if not twice.any():
        return
    first = data.loc[twice, keys].iloc[0]
    same = (data[keys].eq(first) | (data[keys].isna() & first.isna())).all(axis=1).sum()
    raise MeasureError(
        "inputs.duplicate",
        value=", ".join(str(value) for value in first),
        rows=same,
        columns=", ".join(str(key) for key in keys),
    )


def no_repeats(values: Iterable[Hashable], name: str) -> list[Hashable]:
    """Give names of groups, areas or lists as a list in which none stands twice.

    Examples
    --------
    >>> no_repeats(["north", "south"], "districts")
    ['north', 'south']
    """
    found = list(values)
    for value in found:
        if found.count(value) > 1:
            raise MeasureError("inputs.repeated", value=value, name=name)
    return found


def not_too_many(found: int, name: str, *, at_most: int) -> None:
    """Check that a column of groups has no more than `at_most` different values.

    Examples
    --------
    >>> not_too_many(10_000, "district", at_most=1000)
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "district" has 10,000 different values.
    At most 1,000 groups were expected; this looks like a number of a person or file.
    Choose a column with fewer groups, or join groups first.
    """
    if found > at_most:
        raise MeasureError("inputs.too-many-categories", name=name, found=f"{found:,}", at_most=f"{at_most:,}")
