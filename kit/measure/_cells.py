"""Read a sample and its margins as cells: people with the same answers, who share one weight."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._inputs import numbers
from kit.measure._naming import short
from kit.measure._tables import table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def margins_of_people(sample: Any, margins: Mapping[Hashable, Mapping[Hashable, float]]):
    """Read people and the margins by name: people, codes, totals, names, respondents a row."""
    import numpy as np

    people = table(sample, columns=list(margins))
    if not margins:
        raise MeasureError("inputs.too-few", name="margins", found=0, needed=1)
    codes, targets = [], []
    for name, wanted in margins.items():
        wanted = _mapping(wanted, str(name))
        target = numbers(wanted.values(), str(name), groups=list(wanted), minimum=0)
        places, found = _factors(people[name], name)
        order = {category: place for place, category in enumerate(wanted)}
        for category in found:
            if category not in order:
                raise MeasureError("weighting.unknown-category", category=say(category), name=name)
        own = np.array([order[category] for category in found])[places]
        codes.append(own)
        targets.append(_with_respondents(target, np.bincount(own, minlength=len(target)), list(wanted), name))
    return people, codes, targets, list(margins), np.ones(len(people))


def margins_of_counts(sample: Any, margins: Sequence[Any]):
    """Read a block of counts and one list of totals a dimension; gives the same as `margins_of_people`."""
    import numpy as np
    import pandas as pd

    if isinstance(sample, pd.DataFrame):
        labels = [list(sample.index), list(sample.columns)]
        array = np.array([numbers(row, "sample") for row in sample.to_numpy(dtype=object)])
    else:
        array, labels = _array_of_counts(sample, "sample"), None
    if len(margins) != array.ndim:
        raise MeasureError("weighting.margins-shape", found=len(margins), dimensions=array.ndim)
    labels = labels or [list(range(1, size + 1)) for size in array.shape]
    names = (
        ["row", "column", "layer"][: array.ndim]
        if array.ndim <= 3
        else [f"axis {i + 1}" for i in range(array.ndim)]
    )
    codes = [found.ravel() for found in np.indices(array.shape)]
    counted, targets = numbers(array.ravel(), "sample", minimum=0), []
    if not counted.any():
        raise MeasureError("inputs.zero-total", place='"sample"')
    for axis, (name, wanted) in enumerate(zip(names, margins, strict=True)):
        if isinstance(wanted, (Mapping, pd.Series)):
            found = dict(wanted)
            for label in labels[axis]:
                if label not in found:
                    raise MeasureError("weighting.unknown-category", category=say(label), name=name)
            wanted = [found[label] for label in labels[axis]]
        target = numbers(wanted, name, minimum=0)
        if len(target) != array.shape[axis]:
            raise MeasureError("weighting.margin-length", name=name, found=len(target), needed=array.shape[axis])
        reached = np.bincount(codes[axis], weights=counted, minlength=len(target))
        targets.append(_with_respondents(target, reached, labels[axis], name))
    shown = {name: [labels[axis][code] for code in codes[axis]] for axis, name in enumerate(names)}
    return pd.DataFrame(shown).assign(respondents=counted), codes, targets, names, counted


def _with_respondents(target: np.ndarray, respondents: np.ndarray, categories: list, name: Hashable) -> np.ndarray:
    for category, wanted, found in zip(categories, target, respondents, strict=True):
        if wanted > 0 and found == 0:
            raise MeasureError("weighting.no-respondents", category=say(category), name=name)
        if wanted == 0 and found > 0:
            raise MeasureError("weighting.zero-target", cell=say(category))
    return target


def unique_cells(codes: list[np.ndarray], sizes: list[int]) -> tuple[list[np.ndarray], np.ndarray]:
    """Join people with the same answers: they share one weight, and the work shrinks with them."""
    import numpy as np

    members, used = codes[0].astype(np.int64), sizes[0]
    for code, size in zip(codes[1:], sizes[1:], strict=True):
        if used * size > 2**62:
            members, used = np.unique(members, return_inverse=True)[1], len(members)
        members, used = members * size + code, used * size
    _, first, members = np.unique(members, return_index=True, return_inverse=True)
    return [code[first] for code in codes], members


def cells_of_people(sample: Any, by: Sequence[str]):
    """Read people as cells: people, the cell of each, the names of cells, respondents a cell."""
    import numpy as np

    by = list(by)
    people = table(sample, columns=by)
    if not by:
        raise MeasureError("inputs.too-few", name="by", found=0, needed=1)
    factors = [_factors(people[name], name) for name in by]
    cells, members = unique_cells([places for places, _ in factors], [len(found) for _, found in factors])
    parts = [[found[code] for code in codes] for codes, (_, found) in zip(cells, factors, strict=True)]
    labels = list(zip(*parts, strict=True))
    labels = [label[0] for label in labels] if len(by) == 1 else labels
    return people, members, labels, np.bincount(members, minlength=len(labels)).astype(float)


def cells_of_counts(found: Any, name: str):
    """Read counts a cell: the cells as a table, their names, the counts."""
    import numpy as np
    import pandas as pd

    if isinstance(found, pd.DataFrame):
        found = found.stack()
    if isinstance(found, (Mapping, pd.Series)):
        if isinstance(found, pd.Series) and not found.index.is_unique:
            raise MeasureError("inputs.repeated", value=say(found.index[found.index.duplicated()][0]), name=name)
        labels = list(found.keys())
        values = numbers(
            list(found.values if isinstance(found, pd.Series) else found.values()), name, groups=labels, minimum=0
        )
    else:
        array = _array_of_counts(found, name)
        labels = [tuple(int(i) + 1 for i in place) for place in np.ndindex(array.shape)]
        values = numbers(array.ravel(), name, groups=labels, minimum=0)
    if not values.any():
        raise MeasureError("inputs.zero-total", place=f'"{name}"')
    shown = pd.DataFrame({"cell": labels})
    if labels and all(isinstance(label, tuple) and len(label) == 2 for label in labels):
        shown = pd.DataFrame(labels, columns=["row", "column"])
    return shown.assign(respondents=values), labels, values


def _array_of_counts(found: Any, name: str) -> np.ndarray:
    import numpy as np

    try:
        array = np.array(found, dtype=object)
    except ValueError:
        array = np.empty(0)
    if (
        array.ndim < 1
        or array.size == 0
        or any(hasattr(value, "__len__") and not isinstance(value, str) for value in array.flat)
    ):
        raise MeasureError("weighting.not-a-block", name=name)
    return array


def _factors(column: pd.Series, name: Hashable) -> tuple[np.ndarray, list[Hashable]]:
    import pandas as pd

    places, found = pd.factorize(column)
    if (places < 0).any():
        raise MeasureError("weighting.missing-answers", name=name, people=f"{int((places < 0).sum()):,}")
    return places, list(found)


def _mapping(wanted: Any, name: str) -> dict:
    import pandas as pd

    if isinstance(wanted, pd.Series):
        if not wanted.index.is_unique:
            raise MeasureError("inputs.repeated", value=say(wanted.index[wanted.index.duplicated()][0]), name=name)
        wanted = wanted.to_dict()
    if not isinstance(wanted, Mapping) or not wanted:
        raise MeasureError("weighting.margin-not-mapping", name=name)
    return dict(wanted)


def say(cell: Any) -> str:
    """Give a cell or category as a message shows it."""
    return short(", ".join(str(part) for part in cell) if isinstance(cell, tuple) else str(cell), at_most=30)
