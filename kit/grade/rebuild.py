"""A hand-in made whole: the learners' copy as it was given out, with the student's answers in it.

Students copy, delete, move and edit cells; most by accident. Only the answers are theirs to change.
So the graded notebook is built from the released one, and only answers are taken from the hand-in.
What had to be mended is told in plain words.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.errors import SubmissionError
from kit.text import text

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Larger than any honest notebook; a larger file could fill the memory of the computer that grades.
LARGEST = 50_000_000


class Cell(NamedTuple):
    """What is taken from a student's cell: nothing else of the file is trusted."""

    kind: str
    source: str
    grade_id: str
    id: str


def read_notebook(path: Path) -> list[Cell]:
    """Read the cells of a hand-in, whatever else the file holds.

    Raises
    ------
    SubmissionError
        If the file is too large, not text, not JSON, or not a notebook.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise SubmissionError("grade.held-too-large", file=path.name, limit=LARGEST // 1_000_000)
        raw = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as problem:
        raise SubmissionError("grade.held-unreadable", file=path.name, reason=problem.strerror) from problem
    except (ValueError, RecursionError) as problem:
        raise SubmissionError("grade.held-not-json", file=path.name) from problem
    cells = _cells(raw)
    if cells is None:
        raise SubmissionError("grade.held-not-notebook", file=path.name)
    return [cell for cell in map(_cell, cells) if cell is not None]


def rebuild(handed_in: list[Cell], release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Put a student's answers into the notebook that was given out.

    Parameters
    ----------
    handed_in : list of Cell
        The student's cells, from `read_notebook`.
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
    found, extras, order = _match(handed_in, whole.cells)
    notes, cells = [], list(extras.get(-1, []))
    for place, given in enumerate(whole.cells):
        mine = found.get(place, [])
        name = _grade_id(given)
        if given.cell_type == "code":
            given.outputs, given.execution_count = [], None
        if name:
            notes += _differences(name, given, mine)
        if mine and (not name or _is_answer(given)):
            given.source = _best(mine, given.source).source
        elif not mine and not name and given.cell_type == "code":
            notes.append(text("grade.mended-code", start=_start(given.source)))
        cells.append(given)
        cells += extras.get(place, [])
    if order != sorted(order):
        notes.append(text("grade.mended-order"))
    whole.cells = [_as_cell(cell, number) if isinstance(cell, Cell) else cell for number, cell in enumerate(cells)]
    return whole, notes


def grade_ids(notebook: NotebookNode) -> set[str]:
    """Name the cells of a notebook that nbgrader knows."""
    return {name for name in map(_grade_id, notebook.cells) if name}


def _match(handed_in: list[Cell], given: list) -> tuple[dict[int, list[Cell]], dict[int, list[Cell]], list[int]]:
    """Find the place of each handed-in cell; what has none goes after the cell before it."""
    by_name = {_grade_id(cell): place for place, cell in enumerate(given) if _grade_id(cell)}
    by_id = {cell.get("id"): place for place, cell in enumerate(given) if cell.get("id")}
    by_text = {(cell.cell_type, cell.source): place for place, cell in enumerate(given) if not _grade_id(cell)}
    found: dict[int, list[Cell]] = {}
    extras: dict[int, list[Cell]] = {}
    order, last = [], -1
    for cell in handed_in:
        place = by_name.get(cell.grade_id)
        if place is None and not cell.grade_id:
            place = by_id.get(cell.id)
            if place is None:
                place = by_text.get((cell.kind, cell.source))
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
    return found, extras, order


def _differences(name: str, given: NotebookNode, mine: list[Cell]) -> list[str]:
    if not mine:
        return [text("grade.mended-deleted", cell=name)]
    notes = []
    if len(mine) > 1:
        notes.append(text("grade.mended-copied", cell=name))
    if any(cell.kind != given.cell_type for cell in mine):
        notes.append(text("grade.mended-type", cell=name))
    if not _is_answer(given) and any(cell.source.strip() != given.source.strip() for cell in mine):
        notes.append(text("grade.mended-edited", cell=name))
    return notes


def _best(mine: list[Cell], given: str) -> Cell:
    """Of several copies take the last that was worked on, as nbgrader takes the last."""
    worked_on = [cell for cell in mine if cell.source.strip() != given.strip()]
    return (worked_on or mine)[-1]


def _cells(raw: Any) -> list | None:
    """Find the cells in a file of any notebook format."""
    if not isinstance(raw, dict):
        return None
    if isinstance(raw.get("cells"), list):
        return raw["cells"]
    sheets = raw.get("worksheets")
    if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
        # nbformat 3, as old programs still write it.
        cells = sheets[0].get("cells")
        return cells if isinstance(cells, list) else None
    return None


def _cell(raw: Any) -> Cell | None:
    if not isinstance(raw, dict):
        return None
    source = raw.get("source", raw.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return None
    # A lone surrogate is valid JSON, but no file can hold it.
    source = source.encode("utf-8", "replace").decode("utf-8")
    kind = raw.get("cell_type")
    metadata = raw.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    nbgrader = nbgrader if isinstance(nbgrader, dict) else {}
    name, own = nbgrader.get("grade_id"), raw.get("id")
    return Cell(
        kind=kind if kind in ("code", "markdown", "raw") else "markdown",
        source=source,
        grade_id=name if isinstance(name, str) else "",
        id=own if isinstance(own, str) else "",
    )


def _as_cell(cell: Cell, number: int) -> NotebookNode:
    from nbformat import v4

    make = {"code": v4.new_code_cell, "raw": v4.new_raw_cell}.get(cell.kind, v4.new_markdown_cell)
    return make(cell.source, id=f"own-cell-{number}")


def _grade_id(cell: NotebookNode) -> str:
    nbgrader = cell.metadata.get("nbgrader", {})
    known = any(nbgrader.get(role) for role in ("grade", "solution", "locked", "task"))
    return nbgrader.get("grade_id", "") if known else ""


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _start(source: str) -> str:
    line = next((line.strip() for line in source.splitlines() if line.strip()), "")
    return line if len(line) <= 40 else line[:37] + "..."
