"""Play the outsider: what can be worked out about the hidden cells of a published table?

An outsider knows the published cells, that totals are sums, and that nobody counts below zero. All tables
that fit this knowledge are possible. The lowest and the highest value of a hidden cell among them is its
feasibility interval; a cell whose interval is one number is not hidden at all.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.errors import MeasureError
from kit.measure._inputs import is_missing, number
from kit.measure._naming import show
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from scipy.sparse import csr_array


def feasible_intervals(
    published: pd.DataFrame | Sequence[Any] | Mapping[Hashable, Any],
    *,
    row_totals: Sequence[Any] | None = None,
    column_totals: Sequence[Any] | None = None,
    total: Any = None,
    totals_inside: bool = False,
    sums: Mapping[Hashable, Sequence[Hashable]] | None = None,
    lowest: float = 0,
    whole: bool | None = None,
) -> pd.DataFrame:
    """Say how closely an outsider can work out each hidden cell, by linear programming.

    Parameters
    ----------
    published : table, list or mapping
        Rows and columns, or one list of cells, as published; a hidden cell is missing or any text. With
        `sums`: a mapping from the name of a cell to its value.
    row_totals, column_totals : sequence, optional
        Published totals (for one list of cells use `total`); a hidden total is missing.
    total : number, optional
        Published total of everything.
    totals_inside : bool
        Whether the last row and column of the table are the totals, as in what `suppress` publishes.
    sums : mapping, optional
        For tables of any kind: which cell is the sum of which, ``{"town": ["north", "south"]}``.
    lowest : number
        Smallest value a hidden cell can have; 1 if all zeros are known to be shown.
    whole : bool, optional
        Whether cells are whole numbers. Default: yes, if all published ones are.

    Returns
    -------
    pandas.DataFrame
        One row a hidden cell: row and column (or cell), recoverable (the interval is one number), then the common
        columns. The estimate is empty; lower and upper are the feasibility interval; an empty upper end
        means that there is none. n is the number of hidden cells.

    Raises
    ------
    MeasureError
        If the published totals contradict the published cells, or nothing is hidden.

    Notes
    -----
    Misuse: hiding one cell of a row and leaving its total; auditing one table when others (another year, a
    larger area, percentages) hold the same people.

    Source: European handbook on statistical disclosure control, chapter 4 (example of Geurts 1992),
    https://sdctools.github.io/HandbookSDC/.

    Examples
    --------
    >>> known = [[None, None], [None, None], [3, 3]]
    >>> table = feasible_intervals(known, row_totals=[7, 3, 6], column_totals=[9, 7])
    >>> table[["row", "column", "lower", "upper"]].values.tolist()[0]
    [1.0, 1.0, 3.0, 6.0]
    """
    import numpy as np

    if sums is not None:
        names, values, equations = _read_sums(published, sums)
        network, told = False, [True] * len(names)
    else:
        names, values, equations, told = _read_table(published, row_totals, column_totals, total, totals_inside)
        network = True
    lowest = number(lowest, "lowest")
    hidden = np.flatnonzero(np.isnan(values))
    if not any(told[cell] for cell in hidden):
        raise MeasureError("audit.nothing-hidden")
    if whole is None:
        known = values[~np.isnan(values)]
        whole = bool((known == np.floor(known)).all())
    puzzle = puzzle_of(equations, values, hidden=hidden, lowest=lowest, whole=whole and not network)
    rows = []
    for i in (i for i, cell in enumerate(hidden) if told[cell]):
        lower, upper = exact_interval(puzzle, i)
        recoverable = math.isfinite(upper) and upper - lower < 1e-6 * max(1.0, abs(upper))
        note = "recoverable" if recoverable else "range" if math.isfinite(upper) else "no-upper"
        rows.append(
            dict(zip(("row", "column") if len(names[0]) == 2 else ("cell",), names[hidden[i]], strict=True))
            | {
                "recoverable": recoverable,
                "lower": lower,
                "upper": upper if math.isfinite(upper) else None,
                "n": sum(told[cell] for cell in hidden),
                "method": text("audit.method"),
                "notes": text(f"audit.note-{note}", lower=show(lower), upper=show(upper)),
            }
        )
    return result_table(rows)


# With this many tables most cells that can be proved together are proved.
_JOINT_TABLES = 8


class Puzzle(NamedTuple):
    """What an outsider has to solve: ``sums @ cells = rest``, each cell at least ``lowest``."""

    sums: csr_array
    rest: np.ndarray
    lowest: float
    whole: bool


def puzzle_of(sums: csr_array, values: np.ndarray, *, hidden: np.ndarray, lowest: float, whole: bool) -> Puzzle:
    """Give the outsider's puzzle: the sums that hold hidden cells, with the published cells moved to the right.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> puzzle = puzzle_of(csr_array([[1.0, -1, -1]]), np.array([7.0, np.nan, np.nan]), hidden=np.array([1, 2]),
    ...                    lowest=0, whole=False)
    >>> puzzle.rest.tolist()
    [-7.0]
    """
    import numpy as np

    known = values.astype(float).copy()
    known[hidden] = 0
    rest = -(sums @ known)
    part = sums.tocsc()[:, hidden].tocsr()
    used = np.diff(part.indptr) > 0
    if (np.abs(rest[~used]) > 1e-6 * max(1.0, np.abs(known).max(initial=0))).any():
        raise MeasureError("audit.totals-contradict")
    return Puzzle(part[used], rest[used], lowest, whole)


def exact_interval(puzzle: Puzzle, cell: int) -> tuple[float, float]:
    """Give the lowest and the highest value of one hidden cell among all tables that fit.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> exact_interval(Puzzle(csr_array([[1.0, 1.0]]), np.array([7.0]), 0, False), 0)
    (0.0, 7.0)
    """
    import numpy as np

    aim = np.zeros(puzzle.sums.shape[1])
    aim[cell] = 1
    lower, upper = solve(aim, puzzle), solve(-aim, puzzle)
    ends = float(lower[cell]), math.inf if upper is None else float(upper[cell])
    # The solver's 2.9999999 is 3.
    return tuple(round(end) + 0.0 if math.isfinite(end) and abs(end - round(end)) < 1e-6 else end for end in ends)


def solve(aim: np.ndarray, puzzle: Puzzle) -> np.ndarray | None:
    """Give the table that fits and makes ``aim @ cells`` smallest, or None if there is no end to it.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> solve(np.array([1.0, 0.0]), Puzzle(csr_array([[1.0, 1.0]]), np.array([7.0]), 1, False)).tolist()
    [1.0, 6.0]
    """
    from scipy.optimize import linprog

    found = linprog(
        aim,
        A_eq=puzzle.sums,
        b_eq=puzzle.rest,
        bounds=(puzzle.lowest, None),
        integrality=1 if puzzle.whole else None,
        method="highs",
    )
    if found.status == 2:
        raise MeasureError("audit.totals-contradict")
    return found.x if found.status == 0 else None


def prove_hidden(
    puzzle: Puzzle, needed: np.ndarray, *, known: Sequence[np.ndarray] = (), thorough: bool = True
) -> list[np.ndarray]:
    """Show that hidden cells cannot be worked out, by whole tables that all fit what is published.

    Parameters
    ----------
    puzzle : Puzzle
        What the outsider knows.
    needed : numpy.ndarray
        How wide the interval of each hidden cell must be.
    known : sequence of numpy.ndarray
        Tables already at hand that fit.
    thorough : bool
        Whether to look at every cell alone that a few joint tables do not settle.

    Returns
    -------
    list of numpy.ndarray
        Tables, each checked in whole numbers. The feasibility interval of a cell is at least as wide as its
        values in them.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> seven = Puzzle(csr_array([[1.0, 1.0]]), np.array([7.0]), 0, False)
    >>> tables = prove_hidden(seven, np.array([5, 5]))
    >>> bool((np.ptp(tables, axis=0) >= 5).all())
    True
    """
    import numpy as np

    lowest = np.full(len(needed), puzzle.lowest)
    tables = list(known) or [_table_towards(puzzle, lowest == lowest, lowest, up=False)]
    low, high, idle = np.min(tables, axis=0), np.max(tables, axis=0), 0

    def look(cells: np.ndarray, *, up: bool) -> None:
        nonlocal low, high
        goal = low + needed if up else np.maximum(high - needed, lowest)
        tables.append(_table_towards(puzzle, cells, goal, up=up))
        low, high = np.minimum(low, tables[-1]), np.maximum(high, tables[-1])

    while (high - low < needed).any() and idle < 1 and (thorough or len(tables) < _JOINT_TABLES):
        before = np.minimum(high - low, needed).sum()
        look(high - low < needed, up=True)
        idle += np.minimum(high - low, needed).sum() == before
    for cell in np.flatnonzero(high - low < needed) if thorough else ():
        look(np.arange(len(needed)) == cell, up=True)
        look(np.arange(len(needed)) == cell, up=False)
    return tables


def fits(values: np.ndarray, puzzle: Puzzle) -> bool:
    """Tell whether a whole table fits what the outsider knows, exactly.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> fits(np.array([3.0, 4.0]), Puzzle(csr_array([[1.0, 1.0]]), np.array([7.0]), 0, False))
    True
    """
    return bool((values >= puzzle.lowest).all() and (puzzle.sums @ values == puzzle.rest).all())


def _table_towards(puzzle: Puzzle, cells: np.ndarray, goal: np.ndarray, *, up: bool) -> np.ndarray:
    """Find a table that fits and brings these cells as near as possible to their goals, all in one programme.

    Each cell is lowest + first + more: the first part reaches up to the goal, and only one of the two counts.
    """
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import hstack

    size = len(cells)
    first = np.where(cells, goal - puzzle.lowest, 0)
    aim = np.r_[np.where(cells, -1.0, 0), np.zeros(size)] if up else np.r_[np.zeros(size), np.where(cells, 1.0, 0)]
    rest = puzzle.rest - puzzle.sums @ np.full(size, puzzle.lowest)
    for whole in dict.fromkeys((puzzle.whole, True)):
        found = linprog(
            aim,
            A_eq=hstack([puzzle.sums, puzzle.sums], format="csr"),
            b_eq=rest,
            bounds=np.c_[np.zeros(2 * size), np.r_[first, np.full(size, np.inf)]],
            integrality=1 if whole else None,
            method="highs",
            # Simplifying first costs more than it saves on sums, and five times as much on large tables.
            options={"presolve": bool(whole)},
        )
        if found.status != 0:
            raise MeasureError("audit.totals-contradict")
        values = np.rint(puzzle.lowest + found.x[:size] + found.x[size:])
        if fits(values, puzzle):
            return values
    raise MeasureError("audit.totals-contradict")


def _read_table(
    published: Any, row_totals: Any, column_totals: Any, total: Any, totals_inside: bool
) -> tuple[list[tuple], np.ndarray, csr_array, list[bool]]:
    """Read a published table: its cells by name, their values (hidden: NaN), the sums, and which cells it has."""
    import pandas as pd

    from kit.measure._totals import sums_of

    rows = columns = None
    if isinstance(published, pd.DataFrame):
        rows, columns = list(published.index), list(published.columns)
        published = published.to_numpy(dtype=object).tolist()
    elif isinstance(published, (Mapping, pd.Series)):
        rows = list(published.keys())
        published = list(published.values if isinstance(published, pd.Series) else published.values())
    if isinstance(published, (str, bytes)) or not hasattr(published, "__iter__"):
        raise MeasureError("suppression.not-a-block")
    listed = [list(row) if hasattr(row, "__len__") and not isinstance(row, str) else row for row in published]
    flat = bool(listed) and not isinstance(listed[0], list)
    block = [[value] for value in listed] if flat else listed
    if not block or any(not isinstance(row, list) or len(row) != len(block[0]) or not row for row in block):
        raise MeasureError("suppression.not-a-block")
    if totals_inside:
        if len(block) < 2 or (not flat and len(block[0]) < 2):
            raise MeasureError("suppression.not-a-block")
        if flat:
            block, total = block[:-1], block[-1][0]
        else:
            column_totals, total = block[-1][:-1], block[-1][-1]
            row_totals, block = [row[-1] for row in block[:-1]], [row[:-1] for row in block[:-1]]
    height, width = len(block), len(block[0])
    word = text("suppression.total")
    rows = [*list(rows or range(1, height + 1))[:height], word]
    columns = [*list(columns or range(1, width + 1))[:width], word]
    # A total that the publication does not have is unknown, but it is no hidden cell.
    has_rows, has_columns, has_total = (found is not None for found in (row_totals, column_totals, total))
    row_totals = _totals_list(row_totals, height, "row_totals")
    column_totals = _totals_list(column_totals, width, "column_totals")
    if flat:
        cells = [*(row[0] for row in block), total]
        sums = sums_of((height + 1,), [[(height, range(height))]])
        return [(row,) for row in rows], _values(cells, rows), sums, [True] * height + [has_total]
    full = [[*row, own] for row, own in zip(block, row_totals, strict=True)] + [[*column_totals, total]]
    names = [(row, column) for row in rows for column in columns]
    equations = [[(height, range(height))], [(width, range(width))]]
    told = ([True] * width + [has_rows]) * height + [has_columns] * width + [has_total]
    values = _values([value for row in full for value in row], names)
    return names, values, sums_of((height + 1, width + 1), equations), told


def _totals_list(found: Any, needed: int, name: str) -> list[Any]:
    totals = [None] * needed if found is None else list(found)
    if len(totals) != needed:
        raise MeasureError("audit.totals-length", name=name, found=len(totals), needed=needed)
    return totals


def _read_sums(published: Any, sums: Mapping[Hashable, Sequence[Hashable]]):
    import numpy as np
    from scipy.sparse import csr_array

    if not isinstance(published, Mapping):
        raise MeasureError("audit.sums-need-names")
    names = list(published)
    place = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(sums), len(names)))
    for line, (whole, parts) in enumerate(sums.items()):
        for name, sign in [(whole, 1.0), *((part, -1.0) for part in parts)]:
            if name not in place:
                raise MeasureError("audit.unknown-cell", name=name)
            matrix[line, place[name]] += sign
    return [(name,) for name in names], _values(list(published.values()), names), csr_array(matrix)


def _values(cells: Sequence[Any], names: Sequence[Any]) -> np.ndarray:
    import numpy as np

    hidden = [is_missing(value) or isinstance(value, str) for value in cells]
    return np.array(
        [
            np.nan if hide else number(value, "published", group=name, minimum=0)
            for value, name, hide in zip(cells, names, hidden, strict=True)
        ]
    )
