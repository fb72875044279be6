"""Two people changed one table of answers: join their rows where they did not touch the same one."""

from __future__ import annotations

import json
from difflib import SequenceMatcher


def join_rows(before: object, mine: object, theirs: object) -> list | None:
    """Join two versions of a table of answers; ``None`` where both changed the same row.

    Rows have no names, so that a row is known by what it holds. This is the way in which
    tools join two changed versions of a text, with rows in the place of lines.

    Parameters
    ----------
    before, mine, theirs : list of dict, or None
        What both began with, and what each made of it.

    Examples
    --------
    >>> north, south, port = {"place": "north"}, {"place": "south"}, {"place": "port"}
    >>> join_rows([north], [north, south], [north, port]) == [north, port, south]
    True
    >>> print(join_rows([north], [south], [port]))
    None
    """
    tables = [[] if table is None else table for table in (before, mine, theirs)]
    if not all(isinstance(table, list) and all(isinstance(row, dict) for row in table) for table in tables):
        return None
    old = tables[0]
    changes = _changes(old, tables[2])
    changes += [change for change in _changes(old, tables[1]) if change not in changes]
    joined, done = [], 0
    for start, end, new in sorted(changes, key=lambda change: change[:2]):  # sorted keeps theirs before mine
        if start < done:
            return None
        joined += [*old[done:start], *new]
        done = end
    return joined + old[done:]


def _changes(old: list, new: list) -> list[tuple[int, int, list]]:
    """Give the rows of the old table that are replaced (none, where rows are put in between), and by which."""
    written = [[json.dumps(row, sort_keys=True) for row in rows] for rows in (old, new)]
    steps = SequenceMatcher(None, *written, autojunk=False).get_opcodes()
    return [(start, end, new[first:last]) for what, start, end, first, last in steps if what != "equal"]
