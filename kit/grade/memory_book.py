"""nbgrader's gradebook for one assignment, read once and held in memory while a class is graded.

nbgrader's own steps work on it unchanged: it has the methods they call. What they enter goes as a
record to the one process that writes (`kit.grade.writer`), so no two ever wait for the same file.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4


class Grade(SimpleNamespace):
    """A mark, as nbgrader's steps see it."""

    @property
    def score(self) -> float:
        """The mark that counts: a person's before the computer's."""
        base = self.manual_score if self.manual_score is not None else self.auto_score
        return 0.0 if base is None else base + (self.extra_credit or 0.0)


class SubmittedNotebook(SimpleNamespace):
    """One notebook of a hand-in."""

    @property
    def score(self) -> float:
        """Points so far."""
        return sum(grade.score for grade in self.grades)

    @property
    def max_score(self) -> float:
        """Points that can be had."""
        return sum(grade.max_score for grade in self.grades)


class Submission(SimpleNamespace):
    """A hand-in."""

    @property
    def notebooks(self) -> list[SubmittedNotebook]:
        """Its notebooks."""
        return list(self.by_name.values())

    @property
    def score(self) -> float:
        """Points so far."""
        return sum(one.score for one in self.notebooks)

    @property
    def max_score(self) -> float:
        """Points that can be had."""
        return sum(one.max_score for one in self.notebooks)

    @property
    def late_submission_penalty(self) -> float:
        """Points taken off for coming late."""
        return sum(one.late_submission_penalty or 0.0 for one in self.notebooks)

    @property
    def needs_manual_grade(self) -> bool:
        """Whether a person still has to look at it."""
        return any(grade.needs_manual_grade for one in self.notebooks for grade in one.grades)

    @property
    def total_seconds_late(self) -> float:
        """How late it is."""
        due = self.duedate
        if self.timestamp is None or due is None:
            return 0
        if self.extension is not None:
            due = due + self.extension
        return max(0, (self.timestamp - due).total_seconds())


class _NoSession:
    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass


class MemoryBook:
    """Stands in for `nbgrader.api.Gradebook`.

    Parameters
    ----------
    url, course_id, authenticator : object
        As nbgrader gives them; not used.
    """

    outline: dict[str, Any] = {}  # noqa: RUF012 (one assignment, one worker process)
    current: Submission | None = None
    db = _NoSession()

    def __init__(self, url: Any = None, course_id: Any = None, authenticator: Any = None) -> None:
        pass

    def __enter__(self) -> MemoryBook:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def close(self) -> None:
        """Nothing is open."""

    def find_assignment(self, name: str) -> Any:
        """Give the assignment with the names of its notebooks."""
        _known(name == self.outline["name"], name)
        return SimpleNamespace(name=name, notebooks=[SimpleNamespace(name=n) for n in self.outline["notebooks"]])

    def find_notebook(self, name: str, assignment: str) -> Any:
        """Give a notebook with its cells."""
        parts = self._notebook(name)
        kinds = ("source", "grade", "solution", "task")
        cells = {f"{kind}_cells": [SimpleNamespace(**cell) for cell in parts[kind].values()] for kind in kinds}
        return SimpleNamespace(name=name, kernelspec=parts["kernelspec"], **cells)

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Give a cell as it was given out."""
        cells = self._notebook(notebook)["source"]
        _known(name in cells, name)
        return SimpleNamespace(**cells[name])

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Give a cell with points."""
        parts = self._notebook(notebook)
        cell = parts["grade"].get(name) or parts["task"].get(name)
        _known(cell, name)
        return SimpleNamespace(**cell)

    def find_student(self, student: str) -> Any:
        """Give a student."""
        return SimpleNamespace(id=student)

    def update_or_create_student(self, student: str, **_: Any) -> Any:
        """Begin with a student."""
        type(self).current = None
        return SimpleNamespace(id=student)

    def update_or_create_submission(self, assignment: str, student: str, **known: Any) -> Submission:
        """Begin a hand-in; what a person entered before is kept."""
        from nbgrader.utils import parse_utc

        before = self.outline["before"].get(student) or {"notebooks": {}}
        stamp = parse_utc(known["timestamp"]) if "timestamp" in known else before.get("timestamp")
        made = Submission(
            id=before.get("id") or uuid4().hex,
            new="id" not in before,
            student_id=student,
            duedate=self.outline["duedate"],
            timestamp=stamp,
            extension=before.get("extension"),
            by_name={},
        )
        for name, parts in self.outline["notebooks"].items():
            made.by_name[name] = _submitted(name, parts, before["notebooks"].get(parts["id"]))
        type(self).current = made
        return made

    def find_submission(self, assignment: str, student: str) -> Submission:
        """Give the hand-in in work."""
        return self.current

    def find_submission_notebook(self, notebook: str, assignment: str, student: str) -> SubmittedNotebook:
        """Give one notebook of the hand-in in work."""
        return self.current.by_name[notebook]

    def find_grade(self, name: str, notebook: str, assignment: str, student: str) -> Grade:
        """Give a mark."""
        found = self.current.by_name[notebook].by_name.get(name)
        _known(found, name)
        return found

    def find_comment(self, name: str, notebook: str, assignment: str, student: str) -> Any:
        """Give a comment."""
        found = self.current.by_name[notebook].comment_by_name.get(name)
        _known(found, name)
        return found

    def _notebook(self, name: str) -> dict[str, Any]:
        _known(name in self.outline["notebooks"], name)
        return self.outline["notebooks"][name]

    @classmethod
    def record(cls) -> dict[str, Any] | None:
        """Give what is to be written of the hand-in in work, as plain data."""
        made = cls.current
        if made is None:
            return None
        return {
            "id": made.id,
            "student": made.student_id,
            "new": made.new,
            "timestamp": made.timestamp,
            "notebooks": [
                {
                    "id": one.id,
                    "notebook": one.notebook_id,
                    "new": one.new,
                    "late": one.late_submission_penalty,
                    "grades": [(g.id, g.cell_id, g.auto_score, g.needs_manual_grade, g.new) for g in one.grades],
                    "comments": [(c.id, c.cell_id, c.auto_comment, c.new) for c in one.comments],
                }
                for one in made.notebooks
            ],
        }


def install() -> None:
    """Have nbgrader's steps in this process work on the book in memory."""
    import sys

    import nbgrader.converters.autograde as autograde
    import nbgrader.preprocessors  # noqa: F401 (loads the modules named below)

    autograde.Gradebook = MemoryBook
    for name in ("overwritecells", "saveautogrades", "overwritekernelspec", "latesubmissions"):
        sys.modules[f"nbgrader.preprocessors.{name}"].Gradebook = MemoryBook


def _submitted(name: str, parts: dict[str, Any], before: dict[str, Any] | None) -> SubmittedNotebook:
    grades, comments = [], []
    known = before or {"grades": {}, "comments": {}}
    for kind in ("grade", "task"):
        for cell in parts[kind].values():
            old = known["grades"].get(cell["id"]) or {}
            grades.append(
                Grade(
                    id=old.get("id") or uuid4().hex,
                    new=not old,
                    cell_id=cell["id"],
                    name=cell["name"],
                    max_score=cell["max_score"],
                    cell_type=cell["cell_type"],
                    auto_score=old.get("auto_score"),
                    manual_score=old.get("manual_score"),
                    extra_credit=old.get("extra_credit"),
                    needs_manual_grade=bool(old.get("needs_manual_grade", True)),
                )
            )
    for kind in ("solution", "task"):
        for cell in parts[kind].values():
            old = known["comments"].get(cell["id"]) or {}
            comments.append(
                SimpleNamespace(
                    id=old.get("id") or uuid4().hex,
                    new=not old,
                    cell_id=cell["id"],
                    name=cell["name"],
                    auto_comment=old.get("auto_comment"),
                    manual_comment=old.get("manual_comment"),
                )
            )
    return SubmittedNotebook(
        name=name,
        id=known.get("id") or uuid4().hex,
        new=before is None,
        notebook_id=parts["id"],
        late_submission_penalty=known.get("late"),
        grades=grades,
        comments=comments,
        by_name={grade.name: grade for grade in grades},
        comment_by_name={comment.name: comment for comment in comments},
    )


def _known(found: Any, name: str) -> None:
    if not found:
        from nbgrader.api import MissingEntry

        raise MissingEntry(f"No such entry: {name}")
