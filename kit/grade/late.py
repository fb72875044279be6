"""Late hand-ins: a plain rule for nbgrader's own step, and its marks kept right when something changes.

In the course's ``nbgrader_config.py``::

    c.AssignLatePenalties.plugin_class = "kit.grade.late.LateDays"
    c.LateDays.points_each_day = 1
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from kit.errors import SubmissionError
from kit.grade.course import gradebook

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

DAY = 24 * 60 * 60


def points_off(seconds: float, *, each_day: float, grace_hours: float = 0, most: float | None = None) -> float:
    """Tell how many points a late hand-in loses.

    Parameters
    ----------
    seconds : float
        How late it is.
    each_day : float
        Points for each day begun after the due date.
    grace_hours : float
        So many hours are forgiven; who is later than that is counted from the due date.
    most : float, optional
        No more points than this.

    Examples
    --------
    >>> points_off(25 * 3600, each_day=1), points_off(3600, each_day=1, grace_hours=2)
    (2, 0.0)
    >>> points_off(9 * 86400, each_day=1, most=5)
    5
    """
    if seconds <= 60 * 60 * grace_hours or seconds <= 0:
        return 0.0
    off = math.ceil(seconds / DAY) * each_day
    return off if most is None else min(off, most)


def part_of(off: float, scores: dict[str, float], *, notebook: str) -> float:
    """Give one notebook's part of the points that a hand-in loses.

    nbgrader asks for each notebook; a teacher means the hand-in, once.

    Parameters
    ----------
    off : float
        Points that the hand-in loses.
    scores : dict
        Points by notebook.
    notebook : str
        Which notebook's part is asked for.

    Examples
    --------
    >>> [part_of(4, {"a": 1.0, "b": 5.0}, notebook=name) for name in "ab"]
    [1.0, 3.0]
    """
    for name in sorted(scores):
        mine = min(off, max(0.0, scores[name]))
        if name == notebook:
            return mine
        off -= mine
    return 0.0


def refresh(course: CourseDirectory, assignment: str) -> set[str]:
    """Work out all penalties of an assignment again, by whatever rule the course has.

    nbgrader does so only while it grades: a mark given by hand, a due date moved or a rule changed
    afterwards would leave an old penalty.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment : str
        Name of the assignment.

    Returns
    -------
    set of str
        Students whose penalty changed.

    Raises
    ------
    SubmissionError
        If the rule in the settings cannot be used.
    """
    changed = set()
    with gradebook(course) as book:
        late = list(_late_ones(book, assignment))
        if not late:
            return changed
        try:
            from nbgrader.preprocessors import AssignLatePenalties

            step = AssignLatePenalties(config=course.config)
            step.gradebook, step.assignment_id = book, assignment
            step.init_plugin()
            for submission in late:
                step.student_id = submission.student_id
                for notebook in sorted(submission.notebooks, key=lambda one: one.name):
                    step.notebook_id = notebook.name
                    penalty = _penalty(step, submission, notebook)
                    if penalty != notebook.late_submission_penalty:
                        notebook.late_submission_penalty = penalty
                        changed.add(submission.student_id)
        except Exception as problem:
            book.db.rollback()
            said = " ".join(str(problem).split())[:160] or type(problem).__name__
            raise SubmissionError("late.bad-rule", reason=said) from problem
        if changed:
            book.db.commit()
    return changed


def __getattr__(name: str) -> Any:
    # nbgrader looks the class up by its name; it is made then, so that the kit itself loads no nbgrader.
    if name == "LateDays":
        return _plugin()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _plugin() -> type:
    from nbgrader.plugins import BasePlugin
    from traitlets import Dict, Float

    class LateDays(BasePlugin):
        """Points off for each day begun after the due date."""

        points_each_day = Float(0, min=0, help="points for each day begun after the due date").tag(config=True)
        grace_hours = Float(0, min=0, help="hours that are forgiven").tag(config=True)
        most_points = Float(None, min=0, allow_none=True, help="no more points than this").tag(config=True)
        extra_days = Dict(help="days more for a student: {'id': 3} or {'assignment/id': 3}").tag(config=True)

        def late_submission_penalty(self, student_id, score, total_seconds_late):
            place = self.parent
            extra = self.extra_days.get(student_id, 0)
            extra = self.extra_days.get(f"{getattr(place, 'assignment_id', '')}/{student_id}", extra)
            off = points_off(
                total_seconds_late - extra * DAY,
                each_day=self.points_each_day,
                grace_hours=self.grace_hours,
                most=self.most_points,
            )
            book = getattr(place, "gradebook", None)
            if book is None:
                return min(off, score) or None
            submission = book.find_submission(place.assignment_id, student_id)
            scores = {notebook.name: notebook.score for notebook in submission.notebooks}
            return part_of(off, scores, notebook=place.notebook_id) or None

    LateDays.__module__, LateDays.__qualname__ = __name__, "LateDays"
    return LateDays


def _late_ones(book: Gradebook, assignment: str):
    """Give the hand-ins that came late or have a penalty, without looking at all others."""
    from nbgrader.api import Assignment, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import or_

    after = SubmittedAssignment.timestamp > Assignment.duedate
    has_one = SubmittedAssignment.notebooks.any(SubmittedNotebook.late_submission_penalty.is_not(None))
    return (
        book.db.query(SubmittedAssignment)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .filter(Assignment.name == assignment, or_(after, has_one))
    )


def _penalty(step: Any, submission: Any, notebook: Any) -> float | None:
    seconds = submission.total_seconds_late if submission.assignment.duedate is not None else 0
    if seconds <= 0:
        return None
    penalty = step.plugin_inst.late_submission_penalty(submission.student_id, notebook.score, seconds)
    return None if penalty is None else step._check_late_penalty(notebook, penalty)
