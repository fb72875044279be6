"""Grade one student, or a whole class: one broken notebook never stops the others.

`grade_one` and `grade_class` are the seam: whatever grades a hand-in stands behind them and gives
back the same `kit.grade.result.Graded`. On Linux that is `kit.grade.engine`; elsewhere nbgrader itself.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.errors import SubmissionError
from kit.grade import late, levels, nbgrader_steps, regrade
from kit.grade.course import database_of, gradebook, open_course, require_assignment, step_folder, students_in
from kit.grade.held import is_ours, words
from kit.grade.intake import INTAKE, take_in
from kit.grade.records import Records
from kit.grade.result import HELD, MISSING, Graded, read_result
from kit.text import text

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

    from kit.grade.box import Level
    from kit.grade.cluster import Machines
    from kit.grade.engine import Engine

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
    workers: int | None = None,
    level: Level | None = None,
    tell: Callable[[str], None] | None = None,
    machines: Machines | None = None,
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
    workers : int, optional
        How many hand-ins are graded at the same time; one for each processor if left out.
    level : Level, optional
        How students' code is kept apart, from `kit.grade.levels.choose`; the best that works if left out.
    tell : callable, optional
        Called before grading with a line that says how many are graded, and why.
    machines : Machines, optional
        The workers of a cluster, from `kit.grade.cluster.connect`; this computer alone if left out.

    Returns
    -------
    list of Graded
        One result a student, those who handed in nothing included.

    Raises
    ------
    SubmissionError
        If there is no such course, assignment or student, nothing was handed in,
        or another program keeps the gradebook.
    SetupError
        If students' code cannot be kept apart on this computer.
    """
    course = open_course(folder)
    with nbgrader_steps.room():
        wait_for_gradebook(course)
        require_assignment(course, assignment)
        handed_in, absent = students_in(course, assignment)
        mended = regrade.register(course, assignment)
        strangers = _strangers(course, handed_in)
        late.refresh(course, assignment)
    chosen = _choose(handed_in, absent, students=students)
    if not handed_in:
        wanted = step_folder(course, "submitted", student="<student>", assignment=assignment)
        raise SubmissionError("grade.nothing-handed-in", name=assignment, place=wanted.relative_to(course.root))
    results: dict[str, Graded] = {}

    def take(result: Graded) -> None:
        if result.student in strangers:
            result = replace(result, notes=(strangers[result.student], *result.notes))
        results[result.student] = result
        if report:
            report(result, len(results), len(chosen))

    records = Records(course, assignment)
    why: dict[str, str] = {}
    for student in chosen:
        noted, reason = (None, regrade.ASKED) if again else records.noted(student)
        if noted:
            take(noted)
        else:
            why[student] = reason
    if tell:
        tell(regrade.words(why, stay=len(results), mended=mended))
    if why:
        level = machines.level if machines else level or levels.choose()
        with nbgrader_steps.room():
            same = [student for student in why if records.same_hand_in(student)]
            settled = regrade.settled(course, assignment, same)
        options = {"seconds": seconds, "workers": workers, "level": level, "machines": machines}

        def tidy() -> set[str]:
            with nbgrader_steps.room():
                wait_for_gradebook(course)
                return regrade.keep_settled(course, assignment, settled) | late.refresh(course, assignment)

        try:
            _grade(course, assignment, students=[*why], records=records, take=take, **options)
        except BaseException:
            # What stopped the run is told, not that the gradebook is still kept by somebody.
            with suppress(SubmissionError):
                tidy()
            raise
        changed = tidy()
        _read_again(records, results, changed, strangers=strangers)
    missing = [] if students else [Graded(student, MISSING) for student in absent]
    return [results[student] for student in chosen] + missing


def _read_again(
    records: Records, results: dict[str, Graded], students: set[str], *, strangers: dict[str, str]
) -> None:
    """Put results right of which something changed after they were graded."""
    for student in students & results.keys():
        again, _ = records.noted(student)
        if again and results[student].state != HELD:
            strange = (strangers[student],) if student in strangers else ()
            results[student] = replace(again, fresh=results[student].fresh, notes=(*strange, *again.notes))


def grade_one(
    course: CourseDirectory,
    assignment: str,
    *,
    student: str,
    seconds: int | None = None,
    level: Level | None = None,
) -> Graded:
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
    level : Level, optional
        How the student's code is kept apart; the best that works if left out.
    """
    results: list[Graded] = []
    level = level or levels.choose()
    records = Records(course, assignment)
    options = {"seconds": seconds, "workers": 1, "level": level}
    _grade(course, assignment, students=[student], records=records, take=results.append, **options)
    return results[0]


def _grade(
    course: CourseDirectory,
    assignment: str,
    *,
    students: list[str],
    records: Records,
    seconds: int | None,
    workers: int | None,
    level: Level,
    take: Callable[[Graded], None],
    machines: Machines | None = None,
) -> None:
    if not machines and not sys.platform.startswith("linux"):
        for student in students:
            take(_grade_by_nbgrader(course, assignment, student=student, records=records, seconds=seconds))
        return
    from_what = {student: records.hand_in(student) for student in students}
    stamp = (text("box.stamp-none"),) if level.name == "none" else ()

    def after(told: dict[str, Any]) -> None:
        student, problem = told["student"], told["problem"]
        if not problem:
            result = replace(told["result"], notes=(*told["result"].notes, *stamp))
            records.note(replace(result, notes=(*told["notes"], *stamp)), hand_in=from_what[student])
        else:
            result = Graded(student, HELD, reason=problem["reason"])
            if not problem["ours"]:
                records.note(result, hand_in=from_what[student])
        take(result)

    def engine() -> Engine:
        if machines:
            from kit.grade.cluster import ClusterEngine

            return ClusterEngine(course, assignment, machines=machines, seconds=seconds)
        from kit.grade.engine import Engine, workers_here

        return Engine(course, assignment, level=level, seconds=seconds, workers=workers or workers_here())

    with nbgrader_steps.room(), engine() as running:
        running.grade(students, before=records.forget, after=after)


def _grade_by_nbgrader(
    course: CourseDirectory, assignment: str, *, student: str, records: Records, seconds: int | None = None
) -> Graded:
    """Grade with nbgrader's own kernel, where there are no boxes: tests run in the student's process."""
    hand_in = records.hand_in(student)
    intake = Path(course.root) / INTAKE
    config = deepcopy(course.config)
    config.CourseDirectory.submitted_directory = INTAKE
    copy = type(course)(config=config)
    with nbgrader_steps.room():
        try:
            shutil.rmtree(intake, ignore_errors=True)
            into = step_folder(copy, "submitted", student=student, assignment=assignment)
            into.mkdir(parents=True)
            notes = (*take_in(course, assignment, student=student, into=into), text("box.stamp-none"))
            nbgrader_steps.autograde(copy, assignment, student=student, seconds=seconds)
            result = read_result(course, assignment, student=student, notes=notes)
        except Exception as problem:
            result = Graded(student, HELD, reason=words(problem))
            if is_ours(problem):
                return result
        finally:
            shutil.rmtree(intake, ignore_errors=True)
    records.note(result, hand_in=hand_in)
    return result


def wait_for_gradebook(course: CourseDirectory) -> None:
    """Wait until no other program is writing into the gradebook.

    Raises
    ------
    SubmissionError
        If the gradebook is still locked after `WAIT_FOR_GRADEBOOK` seconds, cannot be
        reached or written, or is not a gradebook.
    """
    path = Path(course.db_url.removeprefix("sqlite:///"))
    if not course.db_url.startswith("sqlite"):
        database_of(course).dispose()
        return
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


def _strangers(course: CourseDirectory, handed_in: list[str]) -> dict[str, str]:
    """Say of those who are not on the roster who they may be, where there is one: it has names or addresses."""
    with gradebook(course) as book:
        people = {entry.id: entry.last_name or entry.first_name or entry.email for entry in book.students}
    if not any(people.values()):
        return {}
    # An accent typed as a sign of its own, or a capital letter, makes another name of a folder.
    alike = {_plain(name): name for name, known in people.items() if known}
    return {
        student: text("grade.other-spelling", name=alike[_plain(student)])
        if _plain(student) in alike
        else text("grade.not-on-roster")
        for student in handed_in
        if student not in people or (not people[student] and _plain(student) in alike)
    }


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:8]) or text("grade.none")
    return f"{shown}, ..." if len(names) > 8 else shown
