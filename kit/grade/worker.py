"""One worker: takes hand-ins one after the other, has nbgrader's own steps grade them, and sends records.

It never opens the gradebook, and it never runs a student's code: that happens in the boxes.
"""

from __future__ import annotations

import os
import shutil
import signal
import traceback
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.errors import SetupError
from kit.grade.autograder import Autograder
from kit.grade.course import step_folder
from kit.grade.execute import Workplace, executor
from kit.grade.held import is_ours, words
from kit.grade.intake import take_in
from kit.grade.memory_book import MemoryBook, install

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from nbgrader.coursedir import CourseDirectory

WORK = ".kit/work"
# A worker reads what students' programs say: it must not be what fills the computer.
_MEMORY = 4 << 30


@dataclass(frozen=True)
class Job:
    """What all workers of a run have in common.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment : str
        Name of the assignment.
    outline : dict
        The assignment as it stands in the gradebook (`kit.grade.writer.Writer.outline`).
    place : Workplace
        The boxes.
    """

    course: CourseDirectory
    assignment: str
    outline: dict[str, Any]
    place: Workplace


class Worker:
    """Grades hand-ins.

    Parameters
    ----------
    job : Job
        What to grade, and with what.
    number : int
        Its own number: workers share no folder.
    """

    def __init__(self, job: Job, number: int) -> None:
        self.job = job
        self.root = Path(job.course.root)
        self.folder = f"{WORK}/{number}"
        MemoryBook.outline = job.outline
        install()
        config = deepcopy(job.course.config)
        config.CourseDirectory.submitted_directory = f"{self.folder}/in"
        config.CourseDirectory.autograded_directory = f"{self.folder}/out"
        config.CourseDirectory.assignment_id = job.assignment
        self.course = type(job.course)(config=config)
        self.converter = Autograder(self.course, job.assignment, execute=executor(job.place))

    def grade(self, student: str) -> dict[str, Any]:
        """Grade one hand-in; whatever is wrong with it is told, never raised.

        Returns
        -------
        dict
            ``student``; ``record`` for the gradebook and ``folder`` with the autograded files, or
            ``problem``; ``notes`` in words.
        """
        self.job.place.notes.clear()
        told: dict[str, Any] = {"student": student, "notes": (), "record": None, "folder": None, "problem": None}
        shutil.rmtree(self.root / self.folder, ignore_errors=True)
        MemoryBook.current = None
        try:
            into = step_folder(self.course, "submitted", student=student, assignment=self.job.assignment)
            into.mkdir(parents=True)
            notes = take_in(self.job.course, self.job.assignment, student=student, into=into)
            self.converter.grade(into)
            notes += self.job.place.notes
            out = step_folder(self.course, "autograded", student=student, assignment=self.job.assignment)
            result = self._result(student, notes=tuple(notes))
            told |= {"record": MemoryBook.record(), "folder": str(out), "notes": tuple(notes), "result": result}
        except Exception as problem:
            told["problem"] = {
                "reason": words(problem),
                "ours": is_ours(problem),
                "stop": isinstance(problem, SetupError),
            }
            if os.environ.get("KIT_BOX_DEBUG"):
                traceback.print_exc()
        return told

    def _result(self, student: str, *, notes: tuple[str, ...]) -> Any:
        from kit.grade.result import result_of

        made = self.converter.made
        return result_of(MemoryBook.current, self.course, self.job.assignment, notes=notes, notebooks=made)


def serve(job: Job, number: int, line: Connection) -> None:
    """Grade what comes over the line, until it is closed. Runs in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit_memory()
    os.chdir(job.course.root)
    worker = Worker(job, number)
    while True:
        try:
            student = line.recv()
        except (EOFError, OSError):
            student = None
        if student is None:
            os._exit(0)
        told = worker.grade(student)
        try:
            line.send(told)
        except OSError:
            os._exit(0)


def limit_memory() -> None:
    """Keep this process from filling the computer."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard == resource.RLIM_INFINITY or hard > _MEMORY:
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, hard))
