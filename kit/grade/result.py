"""What grading gives back: a student's marks, cell by cell, with what each check said."""

from __future__ import annotations

import html
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kit.grade.course import gradebook, step_folder
from kit.text import text

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.coursedir import CourseDirectory

GRADED, WAITS, HELD, MISSING = "graded", "waits", "held", "missing"
# Colours, and whatever else a terminal would obey: titles, jumps, bells.
_COLOURS = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)|[^\t\n\x20-\x7e\xa0-\U0010ffff]"
)
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class CellMark:
    """The mark of one task.

    Parameters
    ----------
    notebook, cell : str
        Where the task stands: notebook and ``grade_id``.
    score : float or None
        Points; ``None`` while a person still has to mark it.
    max_score : float
        Points that can be had.
    message : str
        What the check said; empty if it said nothing.
    comment : str
        What a person wrote about it, or nbgrader about an answer that was not changed.
    by_hand : bool
        The mark is a person's.
    """

    notebook: str
    cell: str
    score: float | None
    max_score: float
    message: str = ""
    comment: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class Graded:
    """What became of one student's hand-in.

    Parameters
    ----------
    student : str
        The student's id.
    state : str
        ``"graded"``, ``"waits"`` (a person still has to mark something), ``"held"`` (could not
        be graded) or ``"missing"`` (nothing handed in).
    score, max_score : float or None
        Points so far, after a late penalty, and points that can be had.
    cells : tuple of CellMark
        The marks of the tasks.
    notes : tuple of str
        What was mended, in plain words.
    reason : str
        Why the hand-in is held: three lines.
    fresh : bool
        Graded in this run, not in an earlier one.
    late : float
        Points taken off for coming late; `score` is what is left.
    """

    student: str
    state: str
    score: float | None = None
    max_score: float | None = None
    cells: tuple[CellMark, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""
    fresh: bool = True
    late: float = 0.0

    def as_plain_data(self) -> dict[str, Any]:
        """Give the same as dictionaries and lists, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_plain_data(cls, data: dict[str, Any]) -> Graded:
        """Read what `as_plain_data` gave."""
        cells = tuple(CellMark(**cell) for cell in data["cells"])
        return cls(**{**data, "cells": cells, "notes": tuple(data["notes"])})


def read_result(
    course: CourseDirectory, assignment: str, *, student: str, notes: tuple[str, ...] = (), fresh: bool = True
) -> Graded:
    """Read a student's marks from the gradebook, and the messages from the autograded notebook.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment : str
        Name of the assignment.
    student : str
        The student's id.
    notes : tuple of str
        What was mended.
    fresh : bool
        Graded in this run.
    """
    with gradebook(course) as book:
        submission = book.find_submission(assignment, student)
        return result_of(submission, course, assignment, notes=notes, fresh=fresh)


def result_of(
    submission: Any,
    course: CourseDirectory,
    assignment: str,
    *,
    notes: tuple[str, ...] = (),
    fresh: bool = True,
    notebooks: dict[str, NotebookNode] | None = None,
) -> Graded:
    """Put a hand-in's marks together with the messages from its autograded notebook.

    Parameters
    ----------
    submission : object
        nbgrader's ``SubmittedAssignment``, or what stands in for it while a class is graded.
    course, assignment, notes, fresh : object
        As for `read_result`.
    notebooks : dict, optional
        The autograded notebooks by name, where they are read already.
    """
    student = submission.student_id
    said, stopped = _said(notebooks or _autograded(course, assignment, student=student))
    marks = []
    penalty = submission.late_submission_penalty or 0.0
    score = max(0.0, submission.score - penalty)
    max_score = submission.max_score
    for notebook in submission.notebooks:
        comments = {one.name: one.manual_comment or one.auto_comment or "" for one in notebook.comments}
        for grade in notebook.grades:
            open_mark = grade.needs_manual_grade and grade.manual_score is None and grade.auto_score is None
            message = said.get((notebook.name, grade.name), "")
            marks.append(
                CellMark(
                    notebook=notebook.name,
                    cell=grade.name,
                    score=None if open_mark else grade.score,
                    max_score=grade.max_score,
                    message=message,
                    comment=comments.get(grade.name, ""),
                    by_hand=grade.manual_score is not None,
                )
            )
    waits = submission.needs_manual_grade
    if stopped:
        notes = (*notes, text("grade.stopped", cells=", ".join(stopped)))
    if penalty:
        notes = (*notes, text("grade.late", points=f"{penalty:g}"))
    places = {key: place for place, key in enumerate(said)}
    marks.sort(key=lambda mark: places.get((mark.notebook, mark.cell), len(places)))
    state = WAITS if waits else GRADED
    return Graded(student, state, score, max_score, cells=tuple(marks), notes=notes, fresh=fresh, late=penalty)


def without_colours(said: str) -> str:
    """Leave out what a terminal would obey, colours among it.

    Examples
    --------
    >>> without_colours("\x1b[31mred\x1b[0m")
    'red'
    """
    return _COLOURS.sub("", said)


def said_in(cell: NotebookNode) -> str:
    """Give what a cell said when it ran, as plain text: the message of a check, or of an error.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_output
    >>> said_in(new_code_cell(outputs=[new_output("stream", text="Right.\\n")]))
    'Right.'
    """
    parts = []
    for output in cell.get("outputs", []):
        kind = output.output_type
        if _is_points(cell, output):
            continue
        if kind == "stream":
            parts.append(output.text)
        elif kind == "error":
            parts.append(said_by_error(output))
        elif kind in ("display_data", "execute_result"):
            parts.append(_said_by_display(output.data))
    return "\n".join(_COLOURS.sub("", part).strip() for part in parts if part.strip())


def _is_points(cell: NotebookNode, output: NotebookNode) -> bool:
    """Tell whether an output is the number by which a test gives part of the points: no words."""
    role = cell.get("metadata", {}).get("nbgrader", {})
    if output.output_type != "execute_result" or not role.get("grade") or role.get("solution"):
        return False
    try:
        return float(str(output.data.get("text/plain", ""))) >= 0
    except ValueError:
        return False


def _cost_of_warning(cell: NotebookNode) -> str:
    """Explain lost points where the only fault is a warning: nbgrader takes it for an error."""
    outputs = cell.get("outputs", ())
    warned = any(output.output_type == "stream" and output.name == "stderr" for output in outputs)
    failed = any(output.output_type == "error" for output in outputs)
    return "\n" + text("grade.warning-cost") if warned and not failed else ""


def said_by_error(output: NotebookNode) -> str:
    """Give what an error says for itself, without the lines of code it came through."""
    if output.ename == "CellTimeoutError":
        return text("grade.cell-too-long")
    traceback = _COLOURS.sub("", "\n".join(output.traceback)).strip()
    # An error of the kit shows its message in the place of a traceback.
    if traceback == output.evalue.strip():
        return output.evalue
    # Of others the end is told: the name, the message, and what was noted for the reader.
    named = f"{output.ename}: {output.evalue}"
    place = traceback.rfind(named)
    return traceback[place:] if place >= 0 else named


def _said_by_display(data: dict[str, Any]) -> str:
    if "text/plain" in data and not str(data["text/plain"]).startswith("<IPython"):
        return str(data["text/plain"])
    return html.unescape(_TAGS.sub(" ", str(data.get("text/html", ""))))


def _autograded(course: CourseDirectory, assignment: str, *, student: str) -> dict[str, NotebookNode]:
    import nbformat

    folder = step_folder(course, "autograded", student=student, assignment=assignment)
    return {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}


def _said(notebooks: dict[str, NotebookNode]) -> tuple[dict[tuple[str, str], str], list[str]]:
    """Give what each task's cell said, by notebook and cell, and the answers that ran too long."""
    said, stopped = {}, []
    for name, notebook in notebooks.items():
        for cell in notebook.cells:
            nbgrader = cell.metadata.get("nbgrader", {})
            if nbgrader.get("grade") or nbgrader.get("task"):
                said[name, nbgrader["grade_id"]] = said_in(cell) + _cost_of_warning(cell)
            elif any(output.get("ename") == "CellTimeoutError" for output in cell.get("outputs", ())):
                stopped.append(nbgrader.get("grade_id") or cell.get("id", ""))
    return said, stopped
