"""A class graded by several workers, written by one: quick, resumable, the same marks in any order.

What has been written is noted hand-in by hand-in. A run that is stopped at any moment, even by
pulling the plug, goes on where it was.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.errors import SetupError, SubmissionError
from kit.grade.box import Box, Level
from kit.grade.course import step_folder
from kit.grade.execute import Workplace
from kit.grade.worker import WORK, Job, serve
from kit.grade.writer import Writer
from kit.text import text

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

_BATCH, _EVERY = 25, 2.0


class Engine:
    """Grades the hand-ins of one assignment.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment : str
        Name of the assignment.
    level : Level
        How students' programs are kept apart.
    seconds : int, optional
        Longest time of one cell.
    workers : int
        How many hand-ins are graded at the same time.
    """

    def __init__(
        self, course: CourseDirectory, assignment: str, *, level: Level, seconds: int | None, workers: int
    ) -> None:
        from kit.grade import imports_of

        self.course, self.assignment = course, assignment
        source = step_folder(course, "source", assignment=assignment)
        named = imports_of.modules(source)
        # Both warm up while this process loads nbgrader.
        self._boxes = [Box(what, level=level, preload=named) for what in ("kernel", "tests")]
        self.place = Workplace(*self._boxes, source=source, seconds=seconds)
        self.workers = workers
        self.usage: dict[str, dict[str, float]] = {}
        self._context = multiprocessing.get_context("fork")
        self._lines: dict[Any, tuple[Any, int]] = {}
        self._numbers = iter(range(1_000_000))
        self._job: Job | None = None
        self._asked_to_stop = False

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        for line in self._lines:
            line.close()
        for process, _ in self._lines.values():
            process.join(timeout=2)
            process.kill()
            process.join()
        for box in self._boxes:
            with contextlib.suppress(OSError, ValueError):
                self.usage[box.what] = box.usage()
            box.close()
        shutil.rmtree(Path(self.course.root) / WORK, ignore_errors=True)

    def grade(
        self, students: Iterable[str], *, before: Callable[[str], None], after: Callable[[dict[str, Any]], None]
    ) -> None:
        """Grade hand-ins, and write what came of them.

        Parameters
        ----------
        students : iterable of str
            Their ids.
        before : callable
            Called with a student just before the new marks are written.
        after : callable
            Called with what a worker told, once it is written.

        Raises
        ------
        SubmissionError
            If another program keeps the gradebook.
        """
        # Loaded and compiled once, before the workers are forked.
        import nbformat
        import nbgrader.converters.autograde  # noqa: F401

        nbformat.validate(nbformat.v4.new_notebook())
        writer = Writer(self.course, self.assignment)
        try:
            for box in self._boxes:
                box.wait()
            self._job = Job(self.course, self.assignment, writer.outline, self.place)
            waiting: list[dict[str, Any]] = []
            last = time.monotonic()
            with self._stops_between_two():
                try:
                    for told in self._told(list(students)):
                        waiting.append(told)
                        if len(waiting) >= _BATCH or time.monotonic() - last > _EVERY:
                            self._write(writer, waiting, before=before, after=after)
                            waiting, last = [], time.monotonic()
                finally:
                    # Ctrl-C: what is finished is kept.
                    self._write(writer, waiting, before=before, after=after)
        finally:
            writer.close()

    @contextlib.contextmanager
    def _stops_between_two(self) -> Iterator[None]:
        """Take Ctrl-C for what it means: stop when it is safe. A second one stops at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def asked(*_: Any) -> None:
            if self._asked_to_stop:
                raise KeyboardInterrupt
            self._asked_to_stop = True

        self._asked_to_stop = False
        before = signal.signal(signal.SIGINT, asked)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _stop_if_asked(self) -> None:
        if self._asked_to_stop:
            raise KeyboardInterrupt

    def _told(self, students: list[str]) -> Iterator[dict[str, Any]]:
        """Hand out work and give what comes back, in the order in which it does."""
        todo = students[::-1]
        busy: dict[Any, list[str]] = {}
        for _ in range(min(self.workers, len(todo))):
            busy[self._hire()] = []
        for line, mine in busy.items():
            if todo:
                mine.append(todo.pop())
                line.send(mine[0])
        while any(busy.values()):
            self._stop_if_asked()
            for line in connection.wait([line for line, mine in busy.items() if mine], timeout=0.3):
                mine = busy[line]
                try:
                    told = line.recv()
                except (EOFError, OSError):
                    # The worker is gone: its hand-in is held, the next ones go to a new worker.
                    problem = {"reason": text("engine.worker-gone"), "ours": False, "stop": False}
                    told = {"student": mine[0], "notes": (), "record": None, "problem": problem}
                    del busy[line]
                    self._lines.pop(line)[0].join()
                    line.close()
                    line = self._hire()
                    busy[line] = mine = [mine[0]]
                mine.pop(0)
                if told.get("folder"):
                    told["folder"] = self._set_aside(told)
                if todo:
                    mine.append(todo.pop())
                    line.send(mine[0])
                yield told

    def _hire(self) -> Any:
        ours, theirs = self._context.Pipe()
        number = next(self._numbers)
        process = self._context.Process(target=_work, args=(self._job, number, theirs, ours), daemon=True)
        process.start()
        theirs.close()
        self._lines[ours] = (process, number)
        return ours

    def _set_aside(self, told: dict[str, Any]) -> str:
        """Take the autograded files out of the worker's folder, which it empties for the next hand-in."""
        made = Path(self.course.root) / WORK / "done" / f"{time.monotonic_ns()}"
        made.parent.mkdir(parents=True, exist_ok=True)
        Path(told["folder"]).rename(made)
        return str(made)

    def _write(self, writer: Writer, told: list[dict[str, Any]], *, before: Callable, after: Callable) -> None:
        """Write marks, then put the files in place, then say so: whatever is missing is graded again."""
        from sqlalchemy.exc import OperationalError

        # The computer, not a hand-in: going on would hold the whole class.
        broken = [one["problem"]["reason"] for one in told if one["problem"] and one["problem"]["stop"]]
        told = [one for one in told if not (one["problem"] and one["problem"]["stop"])]
        records = [one["record"] for one in told if one["record"]]
        for one in told:
            before(one["student"])
        try:
            writer.write(records)
        except OperationalError as problem:
            raise SubmissionError("engine.gradebook-busy") from problem
        for one in told:
            if one.get("folder"):
                self._put_in_place(Path(one["folder"]), one["student"])
            elif one["problem"]:
                self._take_away(one["student"])
            after(one)
        if broken:
            raise SetupError("box.cannot-start", reason=broken[0].splitlines()[0].partition(": ")[2])

    def _put_in_place(self, made: Path, student: str) -> None:
        wanted = step_folder(self.course, "autograded", student=student, assignment=self.assignment)
        self._take_away(student)
        wanted.parent.mkdir(parents=True, exist_ok=True)
        made.rename(wanted)

    def _take_away(self, student: str) -> None:
        old = step_folder(self.course, "autograded", student=student, assignment=self.assignment)
        if old.exists():
            aside = Path(self.course.root) / WORK / "old" / f"{time.monotonic_ns()}"
            aside.parent.mkdir(parents=True, exist_ok=True)
            old.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)


def workers_here() -> int:
    """Give the number of processors this process may use."""
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _work(job: Job, number: int, line: Any, other_end: Any) -> None:
    other_end.close()
    serve(job, number, line)
