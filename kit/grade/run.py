"""Grade one student, or a whole class: one broken notebook never stops the others.

`grade_one` is the seam: whatever grades a hand-in, faster or better shielded, stands behind it
and gives back the same `kit.grade.result.Graded`.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.errors import KitError, SubmissionError
from kit.grade import nbgrader_steps
from kit.grade.course import gradebook, open_course, require_assignment, step_folder, students_in
from kit.grade.intake import INTAKE, fingerprint, take_in
from kit.grade.result import HELD, MISSING, Graded, read_result
from kit.text import text
from kit.town._files import write_json

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

# How long to wait for another program, such as formgrader, that is writing into the gradebook.
WAIT_FOR_GRADEBOOK = 15


def grade_class(
    folder: str | Path,
    assignment: str,
    *,
    students: Sequence[str] = (),
    again: bool = False,
    seconds: int | None = None,
    report: Callable[[Graded, int, int], None] | None = None,
) -> list[Graded]:
    """Grade what a class handed in: only what is new or changed, unless asked for all again.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.
    students : sequence of str
        Only these students; all if empty.
    again : bool
        Grade everything again.
    seconds : int, optional
        Longest time for one cell; nbgrader's setting (30) if left out.
    report : callable, optional
        Called after each student with the result, how many are done, and how many there are.

    Returns
    -------
    list of Graded
        One result a student, those who handed in nothing included.

    Raises
    ------
    SubmissionError
        If there is no such course, assignment or student, nothing was handed in,
        or another program keeps the gradebook.
    """
    course = open_course(folder)
    with nbgrader_steps.room():
        wait_for_gradebook(course)
        require_assignment(course, assignment)
        handed_in, absent = students_in(course, assignment)
        strangers = _strangers(course, handed_in)
    chosen = _choose(handed_in, absent, students=students)
    if not handed_in:
        wanted = step_folder(course, "submitted", student="<student>", assignment=assignment)
        raise SubmissionError("grade.nothing-handed-in", name=assignment, place=wanted.relative_to(course.root))
    results = []
    for student in chosen:
        noted = None if again else _noted(course, assignment, student=student)
        result = noted or grade_one(course, assignment, student=student, seconds=seconds)
        if student in strangers:
            result = replace(result, notes=(text("grade.not-on-roster"), *result.notes))
        results.append(result)
        if report:
            report(result, len(results), len(chosen))
    if not students:
        results += [Graded(student, MISSING) for student in absent]
    return results


def grade_one(course: CourseDirectory, assignment: str, *, student: str, seconds: int | None = None) -> Graded:
    """Grade one student's hand-in; whatever is wrong with it becomes a reason, never a crash.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course, from `kit.grade.course.open_course`.
    assignment : str
        Name of the assignment, known to the gradebook.
    student : str
        The student's id.
    seconds : int, optional
        Longest time for one cell.
    """
    graded_from = _fingerprint(course, assignment, student=student)
    intake = Path(course.root) / INTAKE
    config = deepcopy(course.config)
    config.CourseDirectory.submitted_directory = INTAKE
    copy = type(course)(config=config)
    with nbgrader_steps.room():
        try:
            shutil.rmtree(intake, ignore_errors=True)
            into = step_folder(copy, "submitted", student=student, assignment=assignment)
            into.mkdir(parents=True)
            notes = tuple(take_in(course, assignment, student=student, into=into))
            nbgrader_steps.autograde(copy, assignment, student=student, seconds=seconds)
            result = read_result(course, assignment, student=student, notes=notes)
        except Exception as problem:
            result = Graded(student, HELD, reason=_reason(problem))
            if _is_ours(problem):
                return result
        finally:
            shutil.rmtree(intake, ignore_errors=True)
    _note(course, assignment, result=result, graded_from=graded_from)
    return result


def wait_for_gradebook(course: CourseDirectory) -> None:
    """Wait until no other program is writing into the gradebook.

    Raises
    ------
    SubmissionError
        If the gradebook is still locked after `WAIT_FOR_GRADEBOOK` seconds, cannot be
        written, or is not a gradebook.
    """
    path = Path(course.db_url.removeprefix("sqlite:///"))
    if not course.db_url.startswith("sqlite:///") or not path.exists():
        return
    try:
        connection = sqlite3.connect(path, timeout=WAIT_FOR_GRADEBOOK)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        finally:
            connection.close()
    except sqlite3.Error as problem:
        locked = "locked" in str(problem)
        key = "grade.gradebook-locked" if locked else "grade.gradebook-unusable"
        raise SubmissionError(key, file=path.name, reason=problem, seconds=WAIT_FOR_GRADEBOOK) from problem


def _choose(handed_in: list[str], absent: list[str], *, students: Sequence[str]) -> list[str]:
    for student in students:
        if student not in handed_in:
            key = "grade.student-absent" if student in absent else "grade.unknown-student"
            raise SubmissionError(key, student=student, known=_some(handed_in))
    return [student for student in handed_in if not students or student in students]


def _strangers(course: CourseDirectory, handed_in: list[str]) -> set[str]:
    """Name those who are not on the roster, where there is one: its students have names or addresses."""
    with gradebook(course) as book:
        people = {entry.id: entry.last_name or entry.first_name or entry.email for entry in book.students}
    return set(handed_in) - people.keys() if any(people.values()) else set()


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:8]) or text("grade.none")
    return f"{shown}, ..." if len(names) > 8 else shown


def _reason(problem: Exception) -> str:
    """Say in three lines why a hand-in could not be graded."""
    if isinstance(problem, KitError):
        return str(problem)
    names = {kind.__name__ for kind in type(problem).__mro__}
    if "DeadKernelError" in names:
        return text("grade.held-kernel-died")
    if names & {"UnresponsiveKernelError", "CellTimeoutError", "TimeoutError"}:
        return text("grade.held-cannot-stop")
    if "OperationalError" in names:
        return text("grade.held-gradebook")
    said = " ".join(str(problem).split())
    said = said if len(said) <= 200 else said[:197] + "..."
    return text("grade.held-other", kind=type(problem).__name__, said=said)


def _is_ours(problem: Exception) -> bool:
    """Tell whether the computer was at fault, not the hand-in: then the next run tries again."""
    names = {kind.__name__ for kind in type(problem).__mro__}
    # A time that ran out is an OSError to Python, but it is the hand-in's own.
    return (
        bool(names & {"OperationalError", "OSError", "NoSuchKernel", "MemoryError"})
        and "TimeoutError" not in names
    )


# What was graded, from which files: so that the next run does only what is new.


def _fingerprint(course: CourseDirectory, assignment: str, *, student: str) -> str:
    return fingerprint(
        step_folder(course, "submitted", student=student, assignment=assignment),
        step_folder(course, "source", assignment=assignment),
    )


def _record(course: CourseDirectory, assignment: str, student: str) -> Path:
    return Path(course.root) / ".kit" / "graded" / assignment / f"{student}.json"


def _note(course: CourseDirectory, assignment: str, *, result: Graded, graded_from: str) -> None:
    record = _record(course, assignment, result.student)
    data: dict[str, Any] = {"from": graded_from, "notes": result.notes, "reason": result.reason}
    write_json(record, data)


def _noted(course: CourseDirectory, assignment: str, *, student: str) -> Graded | None:
    """Give the result of an earlier run if the hand-in and the tests are still the same."""
    try:
        data = json.loads(_record(course, assignment, student).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if data.get("from") != _fingerprint(course, assignment, student=student):
        return None
    if data.get("reason"):
        return Graded(student, HELD, reason=data["reason"], fresh=False)
    if not step_folder(course, "autograded", student=student, assignment=assignment).is_dir():
        return None
    with nbgrader_steps.room():
        notes = tuple(data.get("notes", ()))
        try:
            return read_result(course, assignment, student=student, notes=notes, fresh=False)
        except ValueError:
            # The gradebook no longer knows this hand-in: a teacher removed it.
            return None
