"""Marks in the form that a learning platform takes: Canvas, Moodle, or nbgrader's own columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kit.errors import SubmissionError
from kit.grade import nbgrader_steps
from kit.grade.course import gradebook, open_course, require_assignment
from kit.grade.page import points
from kit.grade.result import GRADED, MISSING, Graded, read_result
from kit.text import text
from kit.town._files import write_bytes

FORMS = ("canvas", "csv", "moodle")
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
CANVAS_COLUMNS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
POINTS_POSSIBLE = "    Points Possible"


class Marks(NamedTuple):
    """A file of marks: its text, and the students whose mark was left empty."""

    text: str
    left_empty: list[str]


def marks_file(
    folder: str | Path, assignments: Sequence[str] = (), *, to: str, into: str | Path | None = None
) -> Marks:
    """Give the marks of a class as the text of a CSV file.

    A mark that a person still has to give is left empty for Canvas and Moodle: a number there would be
    taken for the final one. So is the mark of a student who handed in nothing.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignments : sequence of str
        Names of assignments; all if empty.
    to : str
        ``"canvas"``, ``"moodle"`` or ``"csv"`` (nbgrader's own columns).
    into : str or Path, optional
        A gradebook exported from Canvas: its rows and columns are kept, the marks filled in.

    Returns
    -------
    Marks
        The text of the file, and the students without a mark.

    Raises
    ------
    SubmissionError
        If the course, an assignment or the form is unknown, or no student of the
        Canvas export is one of the course.
    """
    if to not in FORMS:
        raise SubmissionError("marks.unknown-form", form=to, known=", ".join(FORMS))
    if into is not None and to != "canvas":
        raise SubmissionError("marks.into-needs-canvas", form=to)
    course = open_course(folder)
    with nbgrader_steps.room():
        for name in assignments:
            require_assignment(course, name)
        with gradebook(course) as book:
            if to == "csv":
                return Marks(_write(NBGRADER_COLUMNS, _nbgrader_rows(book, assignments)), [])
            names = [entry.name for entry in book.assignments if not assignments or entry.name in assignments]
            people = [_person(student) for student in book.students]
            possible = {entry.name: entry.max_score for entry in book.assignments}
        given = {name: _given(course, name) for name in names}
    left_empty = [
        person["id"]
        for person in people
        if any(given[name].get(person["id"], _NONE).state != GRADED for name in names)
    ]
    if to == "moodle":
        return Marks(_moodle(people, given), left_empty)
    if into is not None:
        return Marks(_into_canvas(Path(into), people, given, possible=possible), left_empty)
    return Marks(_canvas(people, given, possible=possible), left_empty)


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


def plain_text(value: object) -> str:
    """Make a value that no spreadsheet takes for a formula.

    Examples
    --------
    >>> plain_text("=1+1"), plain_text("Núñez"), plain_text(2.5)
    ("'=1+1", 'Núñez', '2.5')
    """
    if value is None:
        return ""
    said = str(value).replace("\x00", "")
    if not isinstance(value, str):
        return said
    risky = said.lstrip()[:1] in ("=", "+", "-", "@") or said[:1] in ("\t", "\r", "\n")
    return f"'{said}" if risky else said


_NONE = Graded("", MISSING)


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


def _score(given: dict[str, Graded], student: str) -> str:
    result = given.get(student, _NONE)
    return points(result.score) if result.state == GRADED else ""


def _moodle(people: list[dict[str, str]], given: dict[str, dict[str, Graded]]) -> str:
    """Moodle matches by ID number or e-mail; feedback and grade must come in the same file."""
    columns = ["ID number", "Email address", "First name", "Last name"]
    for name in given:
        columns += [name, f"{name} feedback"]
    rows = []
    for person in people:
        row = [person["id"], person["email"], person["first_name"], person["last_name"]]
        for results in given.values():
            row += [_score(results, person["id"]), _feedback(results.get(person["id"], _NONE))]
        rows.append(row)
    return _write(columns, rows)


def _feedback(result: Graded) -> str:
    if result.state != GRADED:
        return ""
    said = []
    for mark in result.cells:
        if not mark.max_score:
            continue
        gaps = {"cell": mark.cell, "score": points(mark.score), "max_score": points(mark.max_score)}
        lost = mark.score is not None and mark.score < mark.max_score
        words = " ".join(mark.message.splitlines()[:4]) if lost else ""
        said.append(f"{text('marks.task', **gaps)} {words}".strip())
    return " · ".join(said)


def _canvas(
    people: list[dict[str, str]], given: dict[str, dict[str, Graded]], *, possible: dict[str, float]
) -> str:
    rows = [[POINTS_POSSIBLE, "", "", "", "", *(points(possible[name]) for name in given)]]
    for person in people:
        full = ", ".join(part for part in (person["last_name"], person["first_name"]) if part) or person["id"]
        scores = [_score(results, person["id"]) for results in given.values()]
        rows.append([full, person["lms_user_id"], person["id"], person["id"], "", *scores])
    return _write([*CANVAS_COLUMNS, *given], rows)


def _into_canvas(
    path: Path, people: list[dict[str, str]], given: dict[str, dict[str, Graded]], *, possible: dict[str, float]
) -> str:
    """Fill marks into the file that Canvas exported; every other cell stays as it was."""
    try:
        rows = list(csv.reader(io.StringIO(path.expanduser().read_bytes().decode("utf-8-sig"), newline="")))
    except OSError as problem:
        raise SubmissionError("marks.cannot-read", file=path, reason=problem.strerror) from problem
    except (ValueError, csv.Error) as problem:
        raise SubmissionError("marks.not-canvas", file=path.name) from problem
    heading = rows[0] if rows else []
    if "Student" not in heading or not {"ID", "SIS User ID", "SIS Login ID"} & set(heading):
        raise SubmissionError("marks.not-canvas", file=path.name)
    keys = {
        person[key]: person["id"] for person in people for key in ("email", "id", "lms_user_id") if person[key]
    }
    places = {name: _canvas_column(heading, name) for name in given}
    width = len(heading)
    known = 0
    for row in rows[1:]:
        row += [""] * (width - len(row))
        if row[heading.index("Student")].strip() == "Points Possible":
            for name, place in places.items():
                row[place] = row[place] or points(possible[name])
            continue
        ids = [row[heading.index(name)].strip() for name in CANVAS_COLUMNS[1:4] if name in heading]
        student = next((keys[value] for value in ids if value in keys), None)
        known += student is not None
        for name, place in places.items():
            row[place] = _score(given[name], student) or row[place] if student else row[place]
    if not known:
        raise SubmissionError("marks.nobody-known", file=path.name)
    return _write(heading, rows[1:], escape=False)


def _canvas_column(heading: list[str], name: str) -> int:
    """Find the assignment's column; Canvas adds its number in brackets. A new one goes to the end."""
    for place, column in enumerate(heading):
        if re.fullmatch(rf"{re.escape(name)}(\s*\(\d+\))?", column.strip()):
            return place
    heading.append(name)
    return len(heading) - 1


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


def _write(columns: Iterable[str], rows: Iterable[Iterable[object]], *, escape: bool = True) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    if escape:
        writer.writerow([plain_text(column) for column in columns])
        for row in rows:
            writer.writerow([cell if cell == POINTS_POSSIBLE else plain_text(cell) for cell in row])
    else:
        writer.writerow(columns)
        writer.writerows(rows)
    return file.getvalue()
