"""Answers that a person marks: which tasks these are, the rubric, and what each student wrote."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.errors import SubmissionError
from kit.grade import html_page, nbgrader_steps
from kit.grade.course import gradebook, learners_copies, open_course, require_assignment, step_folder
from kit.grade.feedback import graded_students
from kit.grade.page import below, points
from kit.grade.result import said_in
from kit.grade.safe_html import as_typed, markdown
from kit.text import text

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.coursedir import CourseDirectory


@dataclass(frozen=True)
class Answer:
    """One student's answer to one task that a person marks.

    Parameters
    ----------
    student, notebook, cell : str
        Whose it is, and where it stands.
    maximum : float
        Points it can have.
    markup : str
        The answer as clean HTML.
    score : float or None
        The mark a person has given; ``None`` if nobody has.
    comment : str
        What that person wrote about it.
    """

    student: str
    notebook: str
    cell: str
    maximum: float
    markup: str
    score: float | None = None
    comment: str = ""


def rubric_page(folder: str | Path, assignment: str, *, out: str | Path | None = None) -> Path:
    """Write the rubric as a page to keep open beside nbgrader's formgrader.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.
    out : str or Path, optional
        The file to write; ``rubric-<assignment>.html`` in the course folder if left out.

    Raises
    ------
    SubmissionError
        If nothing in the exercise is marked by hand, it has no rubric, or the file cannot be written.
    """
    course = open_course(folder)
    with nbgrader_steps.room():
        require_assignment(course, assignment)
    tasks = tasks_by_hand(course, assignment)
    if not tasks:
        raise SubmissionError("second.nothing-by-hand", name=assignment)
    rubric = rubric_markup(course, assignment)
    if not rubric:
        place = step_folder(course, "source", assignment=assignment).relative_to(course.root)
        raise SubmissionError("second.no-rubric", name=assignment, place=place)
    rows = [[cell, notebook, points(top)] for (notebook, cell), top in tasks.items()]
    heading = [text(f"second.column-{name}") for name in ("task", "notebook", "maximum")]
    parts = [html_page.table(text("second.tasks"), heading, rows), *rubric]
    made = html_page.page(text("second.rubric-title", assignment=assignment), parts)
    return html_page.save(made, out or Path(folder) / f"rubric-{assignment}.html")


def rubric_markup(course: CourseDirectory, assignment: str) -> list[str]:
    """Give the rubrics beside the source as HTML, each below a heading of the page."""
    source = step_folder(course, "source", assignment=assignment)
    return [below(markdown(path.read_text(encoding="utf-8"))) for path in sorted(source.glob("rubric*.md"))]


def tasks_by_hand(course: CourseDirectory, assignment: str) -> dict[tuple[str, str], float]:
    """Give the tasks that a person marks: points by notebook and ``grade_id``, in their order."""
    import nbformat

    found = {}
    for name, path in learners_copies(course, assignment).items():
        for cell in nbformat.read(path, as_version=4).cells:
            if _by_hand(cell):
                found[name, cell.metadata.nbgrader.grade_id] = float(cell.metadata.nbgrader.get("points") or 0)
    return found


def answers(course: CourseDirectory, assignment: str) -> Iterator[Answer]:
    """Give all answers that a person has to mark, or has marked; untouched ones need nobody."""
    from nbgrader.api import MissingEntry

    tasks = tasks_by_hand(course, assignment)
    students = graded_students(course, assignment)
    with gradebook(course) as book:
        for student in students:
            written = _written(course, assignment, student)
            for (notebook, cell), maximum in tasks.items():
                try:
                    grade = book.find_grade(cell, notebook, assignment, student)
                    comment = book.find_comment(cell, notebook, assignment, student)
                except MissingEntry:
                    continue
                untouched = grade.auto_score is not None and grade.manual_score is None
                if (notebook, cell) in written and not untouched:
                    yield Answer(
                        student,
                        notebook,
                        cell,
                        maximum,
                        written[notebook, cell],
                        grade.manual_score,
                        comment.manual_comment or "",
                    )


def plain(markup: str) -> str:
    """Give an answer as plain text, for a cell of a spreadsheet.

    Examples
    --------
    >>> plain("<p>Who is <b>missing</b>?</p><p>Many.</p>")
    'Who is missing?\\nMany.'
    """
    said = re.sub(r"<br[^>]*>|</(?:p|li|tr|h[1-6]|pre|div)>", "\n", markup)
    said = html.unescape(re.sub(r"<[^>]*>", "", said))
    return "\n".join(line.strip() for line in said.splitlines() if line.strip())


def _by_hand(cell: NotebookNode) -> bool:
    role = cell.metadata.get("nbgrader", {})
    return bool(role.get("task") or (role.get("grade") and role.get("solution")))


def _written(course: CourseDirectory, assignment: str, student: str) -> dict[tuple[str, str], str]:
    import nbformat

    found: dict[tuple[str, str], str] = {}
    folder = step_folder(course, "autograded", student=student, assignment=assignment)
    for path in sorted(folder.glob("*.ipynb")):
        task: tuple[str, str] | None = None
        for cell in nbformat.read(path, as_version=4).cells:
            role: dict[str, Any] = cell.metadata.get("nbgrader", {})
            if _by_hand(cell):
                place = (path.stem, role["grade_id"])
                found[place] = "" if role.get("task") else _shown(cell)
                # An answer to a task stands in cells that the student put below it.
                task = place if role.get("task") else None
            elif role.get("grade_id"):
                task = None
            elif task:
                found[task] += _shown(cell)
    return found


def _shown(cell: NotebookNode) -> str:
    if cell.cell_type == "code":
        said = said_in(cell)
        return as_typed(cell.source) + (as_typed(said) if said else "")
    return below(markdown(cell.source, cell.get("attachments")))
