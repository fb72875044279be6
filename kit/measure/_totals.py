"""Read a table of counts as cells and sums: every total is a cell that equals the sum of others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.errors import MeasureError
from kit.measure._inputs import counts as checked_counts
from kit.measure._tables import distinct, no_repeats, table
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_array

_MOST_CELLS = 500_000


class Cells(NamedTuple):
    """A table with its totals, laid out in one row of cells.

    ``sums @ values`` is zero: each row of ``sums`` says that a total is the sum of its parts.
    ``network`` tells that whole-number totals make all extreme tables whole (no integer search needed).
    """

    names: list[str]
    labels: list[list[Any]]
    values: np.ndarray
    totals_in: np.ndarray
    sums: csr_array
    network: bool

    def where(self, cell: int) -> tuple[Any, ...]:
        """Name a cell by its labels."""
        import numpy as np

        place = np.unravel_index(cell, [len(labels) for labels in self.labels])
        return tuple(labels[i] for labels, i in zip(self.labels, place, strict=True))


def read_cells(
    found: Any,
    *,
    by: Sequence[str] | None,
    count: str | None,
    hierarchy: Mapping[str, Mapping[Any, Sequence[Any]]] | None,
) -> Cells:
    """Give the cells of a table of counts without totals, with all totals added.

    Examples
    --------
    >>> cells = read_cells([[1, 2], [3, 4]], by=None, count=None, hierarchy=None)
    >>> cells.values.tolist()
    [1, 2, 3, 3, 4, 7, 4, 6, 10]
    """
    import numpy as np

    names, labels, inner = _read_people(found, by, count) if by is not None else _read_block(found)
    hierarchy = dict(hierarchy or {})
    for name in hierarchy:
        if name not in names:
            raise MeasureError("suppression.unknown-dimension", name=name, names=", ".join(names))
    values, shown, equations = inner, [], []
    for axis, (name, parts) in enumerate(zip(names, labels, strict=True)):
        own, adding, sums = _add_totals(name, parts, hierarchy.get(name, {}))
        values = np.moveaxis(np.tensordot(adding, values, axes=(1, axis)), 0, axis)
        shown.append(own)
        equations.append(sums)
    if values.size > _MOST_CELLS:
        raise MeasureError("suppression.too-many-cells", cells=f"{values.size:,}", most=f"{_MOST_CELLS:,}")
    places = np.indices(values.shape, sparse=True)
    totals_in = sum((place >= size).astype(int) for place, size in zip(places, inner.shape, strict=True))
    return Cells(
        names,
        shown,
        values.ravel(),
        np.broadcast_to(totals_in, values.shape).ravel(),
        sums_of(values.shape, equations),
        network=len(names) == 1 or (len(names) == 2 and len(hierarchy) <= 1),
    )


def _add_totals(name: str, parts: list[Any], groups: Mapping[Any, Sequence[Any]]):
    """Give the labels with subtotals and total, the matrix that adds them up, and the sums by position."""
    import numpy as np

    total = text("suppression.total")
    labels = [*parts, *groups, total]
    no_repeats(labels, name)
    place = {label: i for i, label in enumerate(labels)}
    adding, sums, inside = np.zeros((len(labels), len(parts)), dtype=np.int64), [], set()
    adding[: len(parts)] = np.eye(len(parts), dtype=np.int64)
    for group, members in groups.items():
        members = list(members)
        for member in members:
            if member not in place or place[member] >= place[group]:
                raise MeasureError("suppression.unknown-part", part=member, group=group)
            if member in inside:
                raise MeasureError("suppression.part-twice", part=member)
            inside.add(member)
        adding[place[group]] = adding[[place[member] for member in members]].sum(axis=0)
        sums.append((place[group], [place[member] for member in members]))
    top = [place[label] for label in labels[:-1] if label not in inside]
    adding[-1] = 1
    return labels, adding, [*sums, (len(labels) - 1, top)]


def sums_of(shape: tuple[int, ...], equations: list) -> csr_array:
    """Give the matrix of sums: for each dimension, pairs of the place of a total and the places of its parts.

    Examples
    --------
    >>> sums_of((3,), [[(2, [0, 1])]]).toarray().tolist()
    [[-1.0, -1.0, 1.0]]
    """
    import numpy as np
    from scipy.sparse import coo_array

    numbered, rows, columns, signs, used = np.arange(np.prod(shape)).reshape(shape), [], [], [], 0
    for axis, sums in enumerate(equations):
        for whole, parts in sums:
            totals = numbered.take(whole, axis=axis).ravel()
            members = np.moveaxis(numbered.take(list(parts), axis=axis), axis, -1).reshape(len(totals), -1)
            lines = np.arange(used, used + len(totals))
            rows += [lines, np.repeat(lines, members.shape[1])]
            columns += [totals, members.ravel()]
            signs += [np.ones(len(totals)), -np.ones(members.size)]
            used += len(totals)
    entries = np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns))
    return coo_array(entries, shape=(used, numbered.size)).tocsr()


def _read_people(found: Any, by: Sequence[str], count: str | None):
    import numpy as np
    import pandas as pd

    by = list(by)
    data = table(found, columns=[*by, *([count] if count is not None else [])])
    if not by:
        raise MeasureError("inputs.too-few", name="by", found=0, needed=1)
    for name in by:
        if data[name].isna().any():
            raise MeasureError("suppression.missing-label", name=name)
    people = np.ones(len(data)) if count is None else checked_counts(data[count], str(count))
    if count is not None:
        distinct(data, by)
    codes, labels = zip(*(pd.factorize(data[name], sort=True) for name in by), strict=True)
    shape = [len(own) for own in labels]
    if np.prod([size + 1.0 for size in shape]) > _MOST_CELLS:
        raise MeasureError("suppression.too-many-cells", cells="…", most=f"{_MOST_CELLS:,}")
    inner = np.bincount(np.ravel_multi_index(codes, shape), weights=people, minlength=int(np.prod(shape)))
    return [str(name) for name in by], [list(own) for own in labels], inner.astype(np.int64).reshape(shape)


def _read_block(found: Any):
    import numpy as np
    import pandas as pd

    names, labels = None, None
    if isinstance(found, pd.DataFrame):
        table(found)
        names, labels = (
            [found.index.name or "row", found.columns.name or "column"],
            [
                list(found.index),
                list(found.columns),
            ],
        )
        found = found.to_numpy()
    elif isinstance(found, (Mapping, pd.Series)):
        names, labels = ["row"], [list(found.keys())]
        found = list(found.values if isinstance(found, pd.Series) else found.values())
    try:
        block = np.array(found)
        if block.dtype.kind not in "iuf":  # words among numbers: keep each as it is
            block = np.array(found, dtype=object)
    except ValueError:
        block = np.empty(0)
    ragged = block.dtype == object and any(hasattr(v, "__len__") and not isinstance(v, str) for v in block.flat)
    if block.ndim == 0 or block.size == 0 or ragged:
        raise MeasureError("suppression.not-a-block")
    labels = labels or [list(range(1, size + 1)) for size in block.shape]
    names = names or ["row", "column", *(f"axis {i}" for i in range(3, block.ndim + 1))][: block.ndim]
    whole = checked_counts(block.ravel(), "table", groups=_Places(labels))
    return [str(name) for name in names], labels, whole.astype(np.int64).reshape(block.shape)


class _Places(Sequence):
    """The names of all cells, each made only when a message asks for it."""

    def __init__(self, labels: list[list[Any]]) -> None:
        self.labels, self.shape = labels, [len(own) for own in labels]

    def __len__(self) -> int:
        return math.prod(self.shape)

    def __getitem__(self, cell: int) -> tuple[Any, ...]:
        import numpy as np

        place = np.unravel_index(range(len(self))[cell], self.shape)
        return tuple(own[i] for own, i in zip(self.labels, place, strict=True))
