"""One place of work on another computer: hand-ins come in over a line, records and files go back.

It is a program of its own (``python -m kit.grade.station``), started by `kit.grade.stations` on a
machine of a Dask cluster. It has no gradebook and never asks for one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kit.grade import imports_of, levels, nbgrader_steps
from kit.grade.box import Box
from kit.grade.course import open_course
from kit.grade.execute import Workplace
from kit.grade.held import words
from kit.grade.memory_book import MemoryBook
from kit.grade.parcel import pack, unpack
from kit.grade.worker import Job, Worker, limit_memory
from kit.text import set_language

_LAYOUT = "{nbgrader_step}/{student_id}/{assignment_id}"


def main(number: int) -> None:
    """Serve until the line is closed.

    Parameters
    ----------
    number : int
        The file descriptor of the line.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = Connection(number)
    with tempfile.TemporaryDirectory(prefix="kit-station-", ignore_cleanup_errors=True) as root:
        set_up = line.recv()
        set_language(set_up["language"])
        with nbgrader_steps.room(), contextlib.ExitStack() as stack:
            try:
                grade = _station(Path(root), set_up, stack)
            except Exception as problem:
                line.send(words(problem))
                return
            line.send("")
            while True:
                try:
                    line.send(grade(line.recv()))
                except (EOFError, OSError):
                    return


def _station(root: Path, set_up: dict[str, Any], stack: contextlib.ExitStack) -> Any:
    """Lay out the exercise, start the boxes, and give the function that grades one hand-in."""
    assignment = set_up["assignment"]
    for step in ("source", "release"):
        unpack(set_up[step], root / step / assignment)
    (root / "nbgrader_config.py").write_text(set_up["settings"], encoding="utf-8")
    course = open_course(root)
    config = course.config
    config.CourseDirectory.directory_structure = _LAYOUT
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        config.CourseDirectory[f"{step}_directory"] = step
    course = type(course)(config=config)
    level = levels.choose(without_isolation=set_up["without_isolation"])
    source = root / "source" / assignment
    boxes = [Box(what, level=level, preload=imports_of.modules(source)) for what in ("kernel", "tests")]
    for box in boxes:
        stack.callback(box.close)
    for box in boxes:
        box.wait()
    limit_memory()
    os.chdir(root)
    place = Workplace(*boxes, source=source, seconds=set_up["seconds"])
    worker = Worker(Job(course, assignment, {**set_up["outline"], "before": {}}, place), 0)

    def grade(work: dict[str, Any]) -> dict[str, Any]:
        student = work["student"]
        folder = root / "submitted" / student / assignment
        MemoryBook.outline["before"] = {student: work["before"]} if work["before"] else {}
        try:
            folder.parent.mkdir(parents=True)
            if work["is_link"]:
                folder.symlink_to("left-behind")
            else:
                unpack(work["files"], folder)
            told = worker.grade(student)
        finally:
            shutil.rmtree(folder.parent, ignore_errors=True)
        made = told.pop("folder", None)
        return told | {"files": pack(Path(made)) if made else None}

    return grade


if __name__ == "__main__":
    main(int(sys.argv[1]))
