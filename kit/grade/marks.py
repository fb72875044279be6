"""Marks in the form that a learning platform takes: Canvas, Moodle, Brightspace, or nbgrader's own columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kit.errors import SubmissionError
from kit.grade import late, lms_forms, nbgrader_steps
from kit.grade.course import gradebook, open_course, require_assignment
from kit.grade.hand_in_names import People
from kit.grade.platform_list import read_platform_list
from kit.grade.reasons import reasons_file
from kit.grade.result import GRADED, MISSING, Graded, read_result
from kit.town._files import write_bytes

FORMS = ("brightspace", "canvas", "csv", "moodle")
NBGRADER_COLUMNS = [
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
]


class Marks(NamedTuple):
    """A file of marks: its text, the students whose mark was left empty, what else to know, and all reasons."""

    text: str
    left_empty: list[str]
    notes: list[str]
    reasons: str = ""


def marks_file(
    folder: str | Path,
    assignments: Sequence[str] = (),
    *,
    to: str,
    into: str | Path | None = None,
    column: str | None = None,
    scale: bool = False,
) -> Marks:
    """Give the marks of a class as the text of a CSV file.

    A mark that a person still has to give is left empty for a platform: a number there would be
    taken for the final one. So is the mark of a student who handed in nothing.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignments : sequence of str
        Names of assignments; all if empty.
    to : str
        ``"canvas"``, ``"moodle"``, ``"brightspace"`` or ``"csv"`` (nbgrader's own columns).
    into : str or Path, optional
        A list exported from the platform: its rows and columns are kept, the marks filled in.
    column : str, optional
        The column to fill, where its heading is not the name of the assignment.
    scale : bool
        Convert the marks to the points of the platform, where it counts in other points.

    Returns
    -------
    Marks
        The text of the file, the students without a mark, notes in plain words, and the text of a
        second file: each task's points with the reason.

    Raises
    ------
    SubmissionError
        If the course, an assignment, the form or the column is unknown, or no student in the
        exported list is one of the course.
    """
    if to not in FORMS:
        raise SubmissionError("marks.unknown-form", form=to, known=", ".join(FORMS))
    if to == "csv" and into is not None:
        raise SubmissionError("marks.into-needs-platform", form=to)
    if column is not None and (into is None or len(assignments) != 1):
        raise SubmissionError("marks.column-needs-into", column=column)
    course = open_course(folder)
    with nbgrader_steps.room():
        for name in assignments:
            require_assignment(course, name)
        with gradebook(course) as book:
            known = [entry.name for entry in book.assignments]
        for name in assignments or known:
            late.refresh(course, name)
        with gradebook(course) as book:
            if to == "csv":
                made = lms_forms.write(NBGRADER_COLUMNS, _nbgrader_rows(book, assignments))
            names = [entry.name for entry in book.assignments if not assignments or entry.name in assignments]
            people = [_person(student) for student in book.students]
            possible = {entry.name: entry.max_score for entry in book.assignments}
        given = {name: _given(course, name) for name in names}
    reasons = reasons_file({name: results.values() for name, results in given.items()})
    if to == "csv":
        return Marks(made, [], [], reasons)
    left_empty = [
        person["id"]
        for person in people
        if any(given[name].get(person["id"], Graded("", MISSING)).state != GRADED for name in names)
    ]
    if into is None:
        made, notes = lms_forms.FORMS[to](people, given, possible=possible), []
    else:
        listed = read_platform_list(into, People(people), wanted=to)
        made, notes = lms_forms.fill(listed, given, possible=possible, column=column, scale=scale)
        notes += lms_forms.unlisted(listed, people, given)
    return Marks(made, left_empty, notes, reasons)


def save(text_of_file: str, path: str | Path) -> Path:
    """Write a file whole or not at all.

    Raises
    ------
    SubmissionError
        If the file cannot be written there.
    """
    path = Path(path).expanduser()
    try:
        write_bytes(path, text_of_file.encode("utf-8"))
    except OSError as problem:
        raise SubmissionError("marks.cannot-write", file=path, reason=problem.strerror) from problem
    return path


def _given(course, assignment: str) -> dict[str, Graded]:
    """Give each student's result, from gradebook and autograded notebooks."""
    with gradebook(course) as book:
        students = [submission.student.id for submission in book.assignment_submissions(assignment)]
    return {student: read_result(course, assignment, student=student) for student in students}


def _person(student) -> dict[str, str]:
    return {
        "id": student.id,
        "first_name": student.first_name or "",
        "last_name": student.last_name or "",
        "email": student.email or "",
        "lms_user_id": student.lms_user_id or "",
    }


def _nbgrader_rows(book, assignments: Sequence[str]) -> Iterable[list[object]]:
    """Give the rows of ``nbgrader export``, with quotes where nbgrader forgets them."""
    from nbgrader.api import MissingEntry

    for assignment in book.assignments:
        if assignments and assignment.name not in assignments:
            continue
        for student in book.students:
            try:
                submission = book.find_submission(assignment.name, student.id)
            except MissingEntry:
                when, raw, penalty = None, 0.0, 0.0
            else:
                when, raw, penalty = submission.timestamp, submission.score, submission.late_submission_penalty
            score = max(0.0, raw - (penalty or 0.0))
            yield [
                *(assignment.name, assignment.duedate, when, student.id, student.last_name, student.first_name),
                *(student.email, raw, penalty, score, assignment.max_score),
            ]
