"""Feedback pages for a class: one page a notebook, in a folder a student."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kit.errors import SubmissionError
from kit.grade import late, nbgrader_steps
from kit.grade.course import open_course, require_assignment, step_folder
from kit.grade.engine import workers_here
from kit.grade.page_maker import PageMaker
from kit.text import text

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory


# A second process costs as much as the pages of so many students.
_WORTH_A_WORKER = 5
_mine: list[PageMaker] = []


class Pages(NamedTuple):
    """The pages written for one student, or why there are none."""

    student: str
    files: list[Path]
    reason: str = ""


def feedback_class(folder: str | Path, assignment: str, *, students: Sequence[str] = ()) -> list[Pages]:
    """Write the feedback pages of a class; trouble with one student's pages never stops the others.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.
    students : sequence of str
        Only these students; all graded ones if empty.

    Returns
    -------
    list of Pages
        One entry a graded student.

    Raises
    ------
    SubmissionError
        If there is no such course or assignment, or nothing is graded yet.
    """
    course = open_course(folder)
    with nbgrader_steps.room():
        require_assignment(course, assignment)
        late.refresh(course, assignment)
    graded = graded_students(course, assignment)
    if not graded:
        raise SubmissionError("grade.nothing-graded", name=assignment)
    for student in students:
        if student not in graded:
            raise SubmissionError("grade.student-not-graded", student=student, known=", ".join(graded[:8]))
    chosen = [student for student in graded if not students or student in students]
    maker = PageMaker(course, assignment)
    workers = min(workers_here(), len(chosen) // _WORTH_A_WORKER) if sys.platform.startswith("linux") else 1
    if workers < 2:
        return [_written(maker, student) for student in chosen]
    with multiprocessing.get_context("fork").Pool(workers, _take, (maker,)) as pool:
        return list(pool.imap(_write_one, chosen, chunksize=4))


def feedback_one(course: CourseDirectory, assignment: str, *, student: str) -> Pages:
    """Write one student's feedback pages."""
    return _written(PageMaker(course, assignment), student)


def _take(maker: PageMaker) -> None:
    """In a new process: keep what it got by the fork, for all students."""
    _mine.append(maker)


def _write_one(student: str) -> Pages:
    return _written(_mine[-1], student)


def _written(maker: PageMaker, student: str) -> Pages:
    try:
        return Pages(student, maker.write(student))
    except Exception as problem:
        said = " ".join(str(problem).split())[:200]
        return Pages(student, [], text("grade.no-feedback", kind=type(problem).__name__, said=said))


def graded_students(course: CourseDirectory, assignment: str) -> list[str]:
    """Name the students whose hand-in has been graded."""
    pattern = step_folder(course, "autograded", student="*", assignment=assignment)
    depth = pattern.parts.index("*")
    root, rest = Path(*pattern.parts[:depth]), pattern.parts[depth + 1 :]
    return sorted(path.name for path in root.glob("[!.]*") if any(path.joinpath(*rest).glob("*.ipynb")))
