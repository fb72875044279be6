"""What was graded, from which files: so that the next run does only what is new."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.grade import nbgrader_steps
from kit.grade.course import step_folder
from kit.grade.intake import fingerprint
from kit.grade.regrade import CHANGED, LOST, NEW, TESTS, source_fingerprint
from kit.grade.result import HELD, Graded, read_result
from kit.town._files import write_json

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory


class Records:
    """The records of one assignment, in the course's folder ``.kit``.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment : str
        Name of the assignment.
    """

    def __init__(self, course: CourseDirectory, assignment: str) -> None:
        self._course, self._assignment = course, assignment
        self._tests = source_fingerprint(step_folder(course, "source", assignment=assignment))

    def hand_in(self, student: str) -> str:
        """Give a short name for the present content of a hand-in."""
        return fingerprint(step_folder(self._course, "submitted", student=student, assignment=self._assignment))

    def forget(self, student: str) -> None:
        """Drop a record: whatever happens next, this hand-in is graded again."""
        self._place(student).unlink(missing_ok=True)

    def note(self, result: Graded, *, hand_in: str) -> None:
        """Note a result, with the hand-in it came from."""
        data: dict[str, Any] = {"notes": result.notes, "reason": result.reason}
        write_json(self._place(result.student), {"hand_in": hand_in, "tests": self._tests, **data})

    def noted(self, student: str) -> tuple[Graded | None, str]:
        """Give the result of an earlier run if it still holds, else why the hand-in has to be graded."""
        data = self._read(student)
        if "hand_in" not in data:
            return None, NEW
        if data["hand_in"] != self.hand_in(student):
            return None, CHANGED
        if data.get("tests") != self._tests:
            return None, TESTS
        if data.get("reason"):
            return Graded(student, HELD, reason=data["reason"], fresh=False), ""
        autograded = step_folder(self._course, "autograded", student=student, assignment=self._assignment)
        if not autograded.is_dir():
            return None, LOST
        with nbgrader_steps.room():
            notes = tuple(data.get("notes", ()))
            try:
                return read_result(self._course, self._assignment, student=student, notes=notes, fresh=False), ""
            except ValueError:
                # The gradebook no longer knows this hand-in: a teacher removed it.
                return None, LOST

    def same_hand_in(self, student: str) -> bool:
        """Tell whether the hand-in is the one that was graded before."""
        return self._read(student).get("hand_in") == self.hand_in(student)

    def _read(self, student: str) -> dict[str, Any]:
        try:
            return json.loads(self._place(student).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def _place(self, student: str) -> Path:
        return Path(self._course.root) / ".kit" / "graded" / self._assignment / f"{student}.json"
