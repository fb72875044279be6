"""Publish a table of counts without giving small groups away: hide small cells, and enough others.

Hiding the small cells alone is not enough: totals give them back. `suppress` hides further cells until no
hidden one can be worked out, and proves it; `kit.measure.audit` is the outsider who tries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.errors import MeasureError
from kit.measure._inputs import choice
from kit.measure._inputs import count as checked_count
from kit.measure._result import result_table
from kit.measure._totals import Cells, read_cells
from kit.measure.audit import fits, prove_hidden, puzzle_of
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_ZEROS = ("show", "use", "hide")


class Suppressed(NamedTuple):
    """A table for release, what was hidden in it, and a short account.

    ``published`` can be shown to everybody. ``cells`` stays in the office: it tells which cells are small.
    ``report`` has the common shape.
    """

    published: pd.DataFrame
    cells: pd.DataFrame
    report: pd.DataFrame


def suppress(
    table: pd.DataFrame | Sequence[Any] | Mapping[Any, int],
    *,
    threshold: int = 5,
    zeros: str = "show",
    width: int | None = None,
    by: Sequence[str] | None = None,
    count: str | None = None,
    hierarchy: Mapping[str, Mapping[Any, Sequence[Any]]] | None = None,
) -> Suppressed:
    """Hide small counts, and as many others as it takes so that nobody can work them out from totals.

    Parameters
    ----------
    table : table of counts, list, mapping, or pandas.DataFrame of people
        Counts without totals: rows by columns, nested lists of any number of dimensions, or one list or
        mapping. With `by`: one row a cell (with `count`) or one row a person (without).
    threshold : int
        Counts from 1 to threshold - 1 are small, totals included. 5 unless told; 10 is usual for
        health and victim data. State it in the release.
    zeros : {"show", "use", "hide"}
        What happens to empty cells. ``"show"`` (default): always shown, so a hidden count is known to be at
        least 1. ``"use"``: shown unless one is needed to protect others. ``"hide"``: small as well.
    width : int, optional
        How wide an outsider's interval for a small cell must be at least; the threshold unless told, so that
        it always reaches beyond the small counts.
    by : sequence of str, optional
        Columns that make the table.
    count : str, optional
        Column with the count of each cell; without it each row is a person.
    hierarchy : mapping, optional
        Subtotals inside a dimension: ``{"district": {"North": ["N1", "N2"]}}``.

    Returns
    -------
    Suppressed
        ``published``: counts with totals, hidden ones replaced by a word (rows by columns; one row a cell
        for three and more dimensions). ``cells``: the hidden cells, why each is hidden, and values that all
        fit what is published (lower to upper; an outsider's interval is at least as wide). ``report``:
        cells hidden, small and further, share of people in cells shown, tables that prove it.

    Raises
    ------
    MeasureError
        If counts are not whole, or labels repeat.

    Notes
    -----
    Which further cells are hidden is not unique; what counts is the proof. It covers this table alone: other
    tables, years or percentages of the same people can give cells back (`compare_releases`). People in a cell
    know that they are in it. Hiding serves the people in the table; do not use it to hide a failing service.

    Source: European handbook on statistical disclosure control, chapters 4 and 5,
    https://sdctools.github.io/HandbookSDC/. The choice of further cells is the kit's own: the cheapest table
    in which every small cell is larger by `width` shows which other cells have to give way.

    Examples
    --------
    >>> hidden = suppress([[3, 12, 20], [14, 25, 31], [18, 22, 40]])
    >>> hidden.published.iloc[0].tolist()
    ['hidden', 12, 'hidden', 35]
    """
    import numpy as np

    threshold = checked_count(threshold, "threshold", minimum=2)
    choice(zeros, "zeros", options=_ZEROS)
    width = threshold if width is None else checked_count(width, "width", minimum=1)
    cells = read_cells(table, by=by, count=count, hierarchy=hierarchy)
    values = cells.values
    if values[-1] == 0:
        raise MeasureError("suppression.empty")
    small = (values < threshold) & ((values > 0) | (zeros == "hide"))
    lowest = 1 if zeros == "show" else 0
    hidden, seen = small, [values.astype(float)]
    if small.any():
        # First see which small cells hide each other; then hide others for those that stay open.
        low, high = _prove(cells, hidden, small, seen, width=width, lowest=lowest, thorough=False)
        open_cells = small & (high - low < width)
        if open_cells.any():
            change = _cheapest_way_out(cells, small, open_cells, width=width, lowest=lowest, zeros=zeros)
            hidden, seen = small | (change != 0), [*seen, values + change]
            low, high = _prove(cells, hidden, small, seen, width=width, lowest=lowest, thorough=True)
        if (high - low < np.where(small, width, 1))[hidden].any():
            raise MeasureError("suppression.not-protected")
    places = np.flatnonzero(hidden)
    return Suppressed(
        _published(cells, hidden),
        _hidden_cells(cells, places, small, seen),
        _report(cells, hidden, small, tables=len(seen), threshold=threshold, zeros=zeros, width=width),
    )


def _prove(
    cells: Cells, hidden: np.ndarray, small: np.ndarray, seen: list[np.ndarray], *, width, lowest, thorough
) -> tuple[np.ndarray, np.ndarray]:
    """Give the lowest and highest value of each cell in tables that fit; the tables join those seen."""
    import numpy as np

    places = np.flatnonzero(hidden)
    puzzle = puzzle_of(cells.sums, cells.values, hidden=places, lowest=lowest, whole=not cells.network)
    needed = np.where(small, width, 1)[places]
    known = [table[places] for table in seen if fits(table[places], puzzle)]
    found = prove_hidden(puzzle, needed, known=known, thorough=thorough)
    for table in found[len(known) :]:
        seen.append(cells.values.astype(float))
        seen[-1][places] = table
    low, high = cells.values.astype(float), cells.values.astype(float)
    low[places], high[places] = np.min(found, axis=0), np.max(found, axis=0)
    return low, high


def _cheapest_way_out(
    cells: Cells, small: np.ndarray, open_cells: np.ndarray, *, width: int, lowest: int, zeros: str
) -> np.ndarray:
    """Find the cheapest table in which all open cells are larger by the width; give the change of each cell."""
    import numpy as np

    values = cells.values
    room = np.where(open_cells, 0, np.maximum(values - lowest, 0))
    free = small | (values > 0) | (zeros != "show")
    # Large cells and totals are worth more to readers; zeros may be known to be impossible anyway.
    worth = (1 + np.log1p(values)) * np.where(values == 0, 3, 1) * 8.0**cells.totals_in
    price = worth / np.clip(np.minimum(room, 3 * width), 1, None)
    change = _cheapest_change(cells, small, open_cells, free, room, price, width=width)
    for _ in range(4):
        changed = (change != 0) & ~small
        # Prices by the last answer draw the change together into few cells.
        price = worth / (np.abs(change) + 0.01)
        again = _cheapest_change(cells, small, open_cells, small | changed, room, price, width=width)
        if ((again != 0) & ~small).sum() >= changed.sum():
            break
        change = again
    return change


def _cheapest_change(
    cells: Cells,
    small: np.ndarray,
    open_cells: np.ndarray,
    free: np.ndarray,
    room: np.ndarray,
    price: np.ndarray,
    *,
    width: int,
) -> np.ndarray:
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import hstack

    used = np.flatnonzero(free)
    part = cells.sums.tocsc()[:, used]
    downs = np.flatnonzero(room[used] > 0)
    cost = np.where(small[used], 0, price[used])
    found = linprog(
        np.r_[cost, cost[downs]],
        A_eq=hstack([part, -part[:, downs]], format="csc"),
        b_eq=np.zeros(part.shape[0]),
        bounds=np.c_[
            np.r_[np.where(open_cells[used], width, 0), np.zeros(len(downs))],
            np.r_[np.full(len(used), np.inf), room[used][downs]],
        ],
        integrality=None if cells.network else 1,
        method="highs",
        options={"presolve": False} if cells.network else {"mip_rel_gap": 0.05},
    )
    if found.status != 0:
        raise MeasureError("suppression.not-protected")
    change = np.zeros(len(cells.values))
    change[used] = found.x[: len(used)]
    change[used[downs]] -= found.x[len(used) :]
    return np.rint(change)


def _published(cells: Cells, hidden: np.ndarray) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    shown = cells.values.astype(object)
    shown[hidden] = text("suppression.hidden")
    shape = [len(labels) for labels in cells.labels]
    if len(shape) == 2:
        index, columns = (pd.Index(own, name=name) for own, name in zip(cells.labels, cells.names, strict=True))
        return pd.DataFrame(shown.reshape(shape), index=index, columns=columns)
    places = np.unravel_index(np.arange(len(shown)), shape)
    labels = {
        name: [own[i] for i in place] for name, own, place in zip(cells.names, cells.labels, places, strict=True)
    }
    return pd.DataFrame(labels | {"count": shown})


def _hidden_cells(cells: Cells, places: np.ndarray, small: np.ndarray, seen: list[np.ndarray]) -> pd.DataFrame:
    import numpy as np

    low, high = np.min(seen, axis=0)[places], np.max(seen, axis=0)[places]
    why = {True: text("suppression.why-small"), False: text("suppression.why-further")}
    same = {"n": len(places), "method": text("suppression.method"), "notes": text("suppression.note-cell")}
    return result_table(
        dict(zip(cells.names, cells.where(int(place)), strict=True))
        | {"why": why[bool(small[place])], "lower": lower, "upper": upper}
        | same
        for place, lower, upper in zip(places, low, high, strict=True)
    )


def _report(
    cells: Cells, hidden: np.ndarray, small: np.ndarray, *, tables: int, threshold: int, zeros: str, width: int
) -> pd.DataFrame:
    inner = cells.totals_in == 0
    people = cells.values[inner].sum()
    notes = [
        text("suppression.note-rule", threshold=threshold, width=width),
        text(f"suppression.note-zeros-{zeros}"),
        text("suppression.note-alone"),
    ]
    numbers = {
        "cells": len(hidden),
        "hidden": int(hidden.sum()),
        "hidden because small": int(small.sum()),
        "hidden to protect others": int((hidden & ~small).sum()),
        "totals hidden": int((hidden & ~inner).sum()),
        "share of people in cells shown": float(cells.values[inner & ~hidden].sum() / people),
        "tables that prove it": tables,
    }
    method = text("suppression.method")
    return result_table(
        {"measure": name, "estimate": value, "n": int(people), "method": method, "notes": " ".join(notes)}
        for name, value in numbers.items()
    )
