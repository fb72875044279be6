"""A hand-in made whole: the learners' copy as it was given out, with the student's answers in it.

Students copy, delete, move and edit cells; most by accident. Only the answers are theirs to change.
So the graded notebook is built from the released one, and only answers are taken from the hand-in.
What had to be mended is told in plain words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kit.grade.notebook_file import LONGEST_CELL, Cell, settings_of, shown
from kit.text import text

if TYPE_CHECKING:
    from nbformat import NotebookNode

# More cells of a student's own than any honest hand-in has.
MOST_OWN_CELLS = 300


class Matched(NamedTuple):
    """Which handed-in cells belong where.

    Parameters
    ----------
    found : dict
        The cells for each place of the released notebook.
    extras : dict
        The student's own cells after each place; -1 is the beginning.
    order : list of int
        The places in the order they were handed in.
    unnamed : set of int
        Places whose cell had lost its name and was known by where it stood, or by its text.
    """

    found: dict[int, list[Cell]]
    extras: dict[int, list[Cell]]
    order: list[int]
    unnamed: set[int]


def rebuild(handed_in: list[Cell], release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Put a student's answers into the notebook that was given out.

    Parameters
    ----------
    handed_in : list of Cell
        The student's cells, from `kit.grade.notebook_file.read_notebook`.
    release : nbformat.NotebookNode
        The learners' copy, as it was given out.

    Returns
    -------
    notebook : nbformat.NotebookNode
        The released notebook with the student's answers and extra cells.
    notes : list of str
        What was mended, in plain words, one sentence each.
    """
    import nbformat

    whole = nbformat.from_dict(json.loads(json.dumps(release)))
    handed_in, notes = _bounded(handed_in)
    matched = _match(handed_in, whole.cells)
    own = sum(map(len, matched.extras.values()))
    if own > MOST_OWN_CELLS:
        notes.append(text("intake.many-cells", count=own, kept=MOST_OWN_CELLS))
        _keep_first(matched.extras)
    cells = list(matched.extras.get(-1, []))
    for place, given in enumerate(whole.cells):
        mine = matched.found.get(place, [])
        name = _grade_id(given)
        if given.cell_type == "code":
            given.outputs, given.execution_count = [], None
        if name:
            notes += _differences(name, given, mine, unnamed=place in matched.unnamed)
        if mine and (not name or _is_answer(given)):
            best = _best(mine, given.source)
            given.source = best.source
            if best.pictures and given.cell_type == "markdown":
                given.attachments = nbformat.from_dict(best.pictures)
        elif not mine and not name and given.cell_type == "code":
            notes.append(text("grade.mended-code", start=_start(given.source)))
        cells.append(given)
        cells += matched.extras.get(place, [])
    if matched.order != sorted(matched.order):
        notes.append(text("grade.mended-order"))
    whole.cells = [_as_cell(cell, number) if isinstance(cell, Cell) else cell for number, cell in enumerate(cells)]
    return whole, notes


def grade_ids(notebook: NotebookNode) -> set[str]:
    """Name the cells of a notebook that nbgrader knows."""
    return {name for name in map(_grade_id, notebook.cells) if name}


def _bounded(handed_in: list[Cell]) -> tuple[list[Cell], list[str]]:
    """Leave out cells of a length that nobody types."""
    fitting = [cell for cell in handed_in if len(cell.source) <= LONGEST_CELL]
    long = [cell for cell in handed_in if len(cell.source) > LONGEST_CELL]
    names = [shown(cell.grade_id or _start(cell.source)) for cell in long]
    return fitting, [text("intake.long-cell", cell=name, limit=LONGEST_CELL // 1000) for name in names[:5]]


def _match(handed_in: list[Cell], given: list) -> Matched:
    """Find the place of each handed-in cell; what has none goes after the cell before it."""
    by_name = {_grade_id(cell): place for place, cell in enumerate(given) if _grade_id(cell)}
    by_id = {cell.get("id"): place for place, cell in enumerate(given) if cell.get("id")}
    by_text = {(cell.cell_type, cell.source): place for place, cell in enumerate(given) if not _is_answer(cell)}
    places: list[int | None] = []
    for cell in handed_in:
        place = by_name.get(cell.grade_id) if cell.grade_id else None
        if place is None and not cell.grade_id:
            place = by_id.get(cell.id)
            if place is None:
                place = by_text.get((cell.kind, cell.source))
        places.append(place)
    unnamed = {
        place
        for cell, place in zip(handed_in, places, strict=True)
        if place is not None and not cell.grade_id and _grade_id(given[place])
    }
    for number, place in _between(handed_in, places, given):
        places[number] = place
        unnamed.add(place)
    found: dict[int, list[Cell]] = {}
    extras: dict[int, list[Cell]] = {}
    order, last = [], -1
    for cell, place in zip(handed_in, places, strict=True):
        if place is None:
            extras.setdefault(last, []).append(cell)
            continue
        if place not in found:
            order.append(place)
        elif _grade_id(given[place]) == "" and cell.source != found[place][0].source:
            extras.setdefault(place, []).append(cell)
            continue
        found.setdefault(place, []).append(cell)
        last = place
    return Matched(found, extras, order, unnamed)


def _between(handed_in: list[Cell], places: list[int | None], given: list) -> Iterator[tuple[int, int]]:
    """Give answers that lost their names a place: where as many are missing as stand there unnamed."""
    known = [number for number, place in enumerate(places) if place is not None]
    taken = {place for place in places if place is not None}
    for start, end in zip([-1, *known], [*known, len(places)], strict=True):
        left = places[start] if start >= 0 else -1
        right = places[end] if end < len(places) else len(given)
        open_places = [
            place for place in range(left + 1, right) if place not in taken and _is_answer(given[place])
        ]
        for kind in ("code", "markdown"):
            nameless = [
                number
                for number in range(start + 1, end)
                if not handed_in[number].grade_id and handed_in[number].kind == kind
            ]
            wanted = [place for place in open_places if given[place].cell_type == kind]
            if wanted and len(nameless) == len(wanted):
                yield from zip(nameless, wanted, strict=True)


def _keep_first(extras: dict[int, list[Cell]]) -> None:
    left = MOST_OWN_CELLS
    for place in sorted(extras):
        extras[place] = extras[place][:left]
        left -= len(extras[place])


def _differences(name: str, given: NotebookNode, mine: list[Cell], *, unnamed: bool) -> list[str]:
    if not mine:
        return [text("grade.mended-deleted", cell=name)]
    notes = []
    if len(mine) > 1:
        notes.append(text("grade.mended-copied", cell=name))
    if any(cell.kind != given.cell_type for cell in mine):
        notes.append(text("grade.mended-type", cell=name))
    if not _is_answer(given) and any(cell.source.strip() != given.source.strip() for cell in mine):
        notes.append(text("grade.mended-edited", cell=name))
    if unnamed:
        notes.append(text("intake.mended-unnamed", cell=name))
    elif any(cell.settings != settings_of(given.metadata) for cell in mine):
        notes.append(text("intake.mended-settings", cell=name))
    return notes


def _best(mine: list[Cell], given: str) -> Cell:
    """Of several copies take the last that was worked on, as nbgrader takes the last."""
    worked_on = [cell for cell in mine if cell.source.strip() != given.strip()]
    return (worked_on or mine)[-1]


def _as_cell(cell: Cell, number: int) -> NotebookNode:
    from nbformat import v4

    make = {"code": v4.new_code_cell, "raw": v4.new_raw_cell}.get(cell.kind, v4.new_markdown_cell)
    options = {"attachments": cell.pictures} if cell.pictures and cell.kind != "code" else {}
    return make(cell.source, id=f"own-cell-{number}", **options)


def _grade_id(cell: NotebookNode) -> str:
    nbgrader = cell.metadata.get("nbgrader", {})
    known = any(nbgrader.get(role) for role in ("grade", "solution", "locked", "task"))
    return nbgrader.get("grade_id", "") if known else ""


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _start(source: str) -> str:
    line = next((line.strip() for line in source[:10_000].splitlines() if line.strip()), "")
    return shown(line if len(line) <= 40 else line[:37] + "...")
