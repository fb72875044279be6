"""Read who is on which list: from a table of histories, a table of people, or a mapping."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.errors import MeasureError
from kit.measure._inputs import counts as checked_counts
from kit.measure._inputs import outcomes
from kit.measure._tables import distinct, no_repeats, table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_LISTS = 10
COUNT_NAMES = ("count", "Count", "n", "freq")


class Histories(NamedTuple):
    """People by the lists they are on: every history but the one of no list."""

    lists: list[str]
    on: np.ndarray
    counts: np.ndarray

    @property
    def people(self) -> int:
        """The number of different people seen on at least one list."""
        return int(self.counts.sum())


def capture_histories(
    data: pd.DataFrame | Mapping[Any, int], *, lists: Sequence[str] | None, count: str | None
) -> Histories:
    """Give the count of every possible history, after checking that the lists can tell something.

    Examples
    --------
    >>> found = capture_histories({"10": 4, "01": 3, "11": 2}, lists=None, count=None)
    >>> found.lists, found.people, found.counts.tolist()
    (['A', 'B'], 9, [3, 4, 2])
    """
    import numpy as np

    names, on, people = _read(data, lists, count)
    if not 2 <= len(names) <= MOST_LISTS:
        raise MeasureError("multiple_systems.number-of-lists", found=len(names), most=MOST_LISTS)
    if (people[~on.any(axis=1)] > 0).any():
        raise MeasureError("multiple_systems.on-no-list")
    place = on.astype(int) @ (2 ** np.arange(len(names))[::-1])
    found = np.bincount(place, weights=people, minlength=2 ** len(names))[1:].astype(int)
    every = np.array(list(itertools.product((0, 1), repeat=len(names))), dtype=bool)[1:]
    seen = Histories(names, every, found)
    _refuse_uninformative(seen)
    return seen


def _read(data: Any, lists: Sequence[str] | None, count: str | None) -> tuple[list[str], np.ndarray, np.ndarray]:
    import numpy as np

    if isinstance(data, Mapping) and not all(_is_column(value) for value in data.values()):
        return _read_mapping(data, lists)
    data = table(data)
    if count is None:
        count = next((name for name in COUNT_NAMES if name in data.columns and name not in (lists or ())), None)
    names = list(lists) if lists is not None else [name for name in data.columns if name != count]
    names = no_repeats(names, "lists")
    data = table(data, columns=[*names, *([count] if count is not None else [])])
    columns = [outcomes(data[name], str(name)) for name in names]
    for name, column in zip(names, columns, strict=True):
        if np.isnan(column).any():
            raise MeasureError("inputs.missing", place=f'"{name}"')
    on = np.column_stack(columns).astype(bool) if columns else np.zeros((len(data), 0), dtype=bool)
    if count is None:
        people = np.ones(len(data))
    else:
        people = checked_counts(data[count], str(count))
        distinct(data, names)
    return [str(name) for name in names], on, people


def _read_mapping(data: Mapping[Any, int], lists: Sequence[str] | None):
    import numpy as np

    if not data:
        raise MeasureError("inputs.no-rows", name="data")
    histories = [
        tuple(str(mark) for mark in history) if _is_column(history) else tuple(str(history)) for history in data
    ]
    width = len(lists) if lists is not None else len(histories[0])
    for history in histories:
        if len(history) != width or set(history) - {"0", "1"}:
            raise MeasureError("multiple_systems.bad-history", history="".join(history), width=width)
    no_repeats(histories, "data")
    names = no_repeats(
        [str(name) for name in lists] if lists is not None else list(ascii_uppercase[:width]), "lists"
    )
    on = np.array([[mark == "1" for mark in history] for history in histories])
    return names, on, checked_counts(list(data.values()), "count", groups=["".join(h) for h in histories])


def _is_column(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str)


def _refuse_uninformative(seen: Histories) -> None:
    on_list = [seen.counts[seen.on[:, i]].sum() for i in range(len(seen.lists))]
    for name, people in zip(seen.lists, on_list, strict=True):
        if people == 0:
            raise MeasureError("multiple_systems.empty-list", name=name)
    if seen.counts[seen.on.sum(axis=1) > 1].sum() == 0:
        raise MeasureError("undercount.no-overlap")
    for i, j in itertools.permutations(range(len(seen.lists)), 2):
        if seen.counts[seen.on[:, i] & ~seen.on[:, j]].sum() == 0:
            raise MeasureError("undercount.list-inside", inner=seen.lists[i], outer=seen.lists[j])
