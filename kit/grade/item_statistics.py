"""How the tasks of an exercise did: difficulty, discrimination, untouched answers, common messages.

Nobody is named. The numbers are those of `kit.measure.items.item_analysis`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.errors import SubmissionError
from kit.grade import nbgrader_steps
from kit.grade.course import gradebook, learners_copies, open_course, require_assignment, step_folder
from kit.grade.feedback import graded_students
from kit.grade.message_names import general
from kit.grade.result import result_of

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

    from kit.grade.result import Graded

# Below this a discrimination says more about single people than about the task.
FEW = 20
# A message of one person alone may hold that person's words.
_SHOWN_FROM = 2


@dataclass
class Item:
    """What became of one task.

    Parameters
    ----------
    name : str
        Its ``grade_id``, after the notebook's name where there are several.
    maximum : float
        Points it has.
    scores : dict
        Points by hand-in (a number, no name); ``None`` where a person still has to mark.
    untouched : set
        Hand-ins that left the answer as it was given out.
    messages : Counter
        What was said where points were lost.
    """

    name: str
    maximum: float
    scores: dict[int, float | None] = field(default_factory=dict)
    untouched: set[int] = field(default_factory=set)
    messages: Counter[str] = field(default_factory=Counter)

    @property
    def marked(self) -> dict[int, float]:
        """Points of the hand-ins that are marked; extra credit counts as all points."""
        return {who: min(score, self.maximum) for who, score in self.scores.items() if score is not None}

    def shares(self) -> dict[str, int]:
        """Count hand-ins by what became of them: ``full``, ``part``, ``none``, ``untouched``, ``waits``."""
        found = Counter({"full": 0, "part": 0, "none": 0, "untouched": 0, "waits": 0})
        for who, score in self.scores.items():
            if score is None:
                found["waits"] += 1
            elif score <= 0:
                found["untouched" if who in self.untouched else "none"] += 1
            else:
                found["full" if score >= self.maximum else "part"] += 1
        return dict(found)

    def common(self, at_most: int = 3) -> list[tuple[str, int]]:
        """Give the messages that at least two hand-ins got, most common first."""
        often = [(said, n) for said, n in self.messages.most_common() if n >= _SHOWN_FROM and said]
        return often[:at_most]


@dataclass
class Statistics:
    """The tasks of an exercise, and the points of the class.

    Parameters
    ----------
    assignment : str
        Name of the exercise.
    items : list of Item
        Its tasks that have points.
    n : int
        Hand-ins that were graded.
    """

    assignment: str
    items: list[Item]
    n: int

    def table(self) -> Any:
        """Give the numbers: a row a task.

        Returns
        -------
        pandas.DataFrame
            Columns ``item``, ``points``, ``n``; ``difficulty``, ``discrimination`` (the correlation with
            the other tasks), each with ``_lower`` and ``_upper``; ``untouched`` (share of hand-ins).
            A discrimination is missing where a task is not marked for everybody, or below four hand-ins.
        """
        import pandas as pd

        with_all = self._whole()
        rows = []
        for item in self.items:
            row = {"item": item.name, "points": item.maximum, "n": len(item.marked)}
            row |= _difficulty(item) | with_all.get(item.name, dict.fromkeys(_DISCRIMINATION))
            known = len(item.untouched) / len(item.scores) if item.scores else None
            rows.append({**row, "untouched": known})
        columns = ["item", "points", "n", *_DIFFICULTY, *_DISCRIMINATION, "untouched"]
        made = pd.DataFrame(rows, columns=columns)
        numbers = [*_DIFFICULTY, *_DISCRIMINATION, "untouched"]
        return made.assign(**{name: pd.to_numeric(made[name]) for name in numbers})

    def _whole(self) -> dict[str, dict[str, float]]:
        """Give the discrimination of the tasks that are marked for everybody."""
        items = [item for item in self.items if len(item.marked) == self.n]
        if self.n < 4 or len(items) < 2:
            return {}
        found = _analysis(items, range(self.n))
        rows = found[found.measure == "item_rest_correlation"].itertuples()
        return {
            row.item: dict(zip(_DISCRIMINATION, (row.estimate, row.lower, row.upper), strict=True)) for row in rows
        }


_DIFFICULTY = ("difficulty", "difficulty_lower", "difficulty_upper")
_DISCRIMINATION = ("discrimination", "discrimination_lower", "discrimination_upper")


def item_statistics(folder: str | Path, assignment: str) -> Statistics:
    """Look at the tasks of a graded exercise.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.

    Raises
    ------
    SubmissionError
        If there is no such course or assignment, or nothing is graded yet.
    """
    course = open_course(folder)
    with nbgrader_steps.room():
        require_assignment(course, assignment)
        students = graded_students(course, assignment)
        if not students:
            raise SubmissionError("grade.nothing-graded", name=assignment)
        return from_results(assignment, _read(course, assignment, students), source=_source(course, assignment))


def from_results(
    assignment: str, results: Iterable[tuple[Graded, set[tuple[str, str]]]], *, source: Path | None = None
) -> Statistics:
    """Count results; each comes with the tasks (notebook, ``grade_id``) whose answer was left untouched."""
    items: dict[tuple[str, str], Item] = {}
    number = -1
    for number, (result, untouched) in enumerate(results):
        for mark in result.cells:
            if not mark.max_score:
                continue
            key = (mark.notebook, mark.cell)
            item = items.setdefault(key, Item(mark.cell, mark.max_score))
            item.scores[number] = mark.score
            if key in untouched:
                item.untouched.add(number)
            elif mark.score is not None and mark.score < mark.max_score:
                item.messages[general(mark.message, folder=source)] += 1
    if len({notebook for notebook, _ in items}) > 1:
        for (notebook, cell), item in items.items():
            item.name = f"{notebook}: {cell}"
    return Statistics(assignment, list(items.values()), number + 1)


def _read(
    course: CourseDirectory, assignment: str, students: list[str]
) -> Iterator[tuple[Graded, set[tuple[str, str]]]]:
    from nbgrader.api import MissingEntry

    given_out = {name: _sources(path) for name, path in learners_copies(course, assignment).items()}
    with gradebook(course) as book:
        for student in students:
            try:
                submission = book.find_submission(assignment, student)
            except MissingEntry:
                continue
            result = result_of(submission, course, assignment)
            written = {
                (notebook.name, grade.name)
                for notebook in submission.notebooks
                for grade in notebook.grades
                # nbgrader gives a written answer points by itself only if it was not changed.
                if grade.cell_type == "markdown" and grade.auto_score == 0 and grade.manual_score is None
            }
            folder = step_folder(course, "autograded", student=student, assignment=assignment)
            yield result, written | set(_untouched(folder, given_out))


def _untouched(folder: Path, given_out: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    """Name the tests whose answers, the code cells before them, stand as they were given out."""
    import nbformat

    for path in sorted(folder.glob("*.ipynb")):
        before: list[bool] = []
        tested = False
        for cell in nbformat.read(path, as_version=4).cells:
            role = cell.metadata.get("nbgrader", {})
            if cell.cell_type != "code":
                continue
            if role.get("solution"):
                # Several tests in a row belong to the same answer.
                before, tested = [] if tested else before, False
                same = cell.source.strip() == given_out.get(path.stem, {}).get(role["grade_id"], "").strip()
                before.append(same)
                if role.get("grade") and same:
                    yield path.stem, role["grade_id"]
            elif role.get("grade"):
                tested = True
                if before and all(before):
                    yield path.stem, role["grade_id"]


def _sources(path: Path) -> dict[str, str]:
    import nbformat

    cells = nbformat.read(path, as_version=4).cells
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if "nbgrader" in cell.metadata}


def _source(course: CourseDirectory, assignment: str) -> Path:
    return step_folder(course, "source", assignment=assignment)


def _difficulty(item: Item) -> dict[str, float | None]:
    marked = item.marked
    if len(marked) < 4:
        mean = sum(marked.values()) / len(marked) / item.maximum if marked else None
        return dict(zip(_DIFFICULTY, (mean, None, None), strict=True))
    found = _analysis([item], marked)
    row = found[found.measure == "difficulty"].iloc[0]
    return dict(zip(_DIFFICULTY, (row.estimate, row.lower, row.upper), strict=True))


def _analysis(items: list[Item], people: Iterable[int]) -> Any:
    import pandas as pd

    from kit.measure.items import item_analysis

    scores = pd.DataFrame({item.name: [item.marked[who] for who in people] for item in items})
    return item_analysis(scores, maximum=[item.maximum for item in items])
