"""When an exercise is due: read and set in nbgrader's gradebook, in the time of the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kit.errors import SubmissionError
from kit.grade import nbgrader_steps
from kit.grade.course import gradebook, open_course, require_assignment


def due(folder: str | Path, assignment: str, *, when: str | None = None) -> datetime | None:
    """Tell when an exercise is due, or set it.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.
    when : str, optional
        ``"2026-12-01 23:59"``, with the name of a time zone after it if it is not that of this
        computer, or ``"none"``. A date alone means the end of that day.

    Returns
    -------
    datetime or None
        The moment, in the time zone of this computer.

    Raises
    ------
    SubmissionError
        If there is no such course or assignment, or the time cannot be read.
    """
    moment = _moment(when) if when and when.strip().lower() != "none" else None
    course = open_course(folder)
    with nbgrader_steps.room():
        require_assignment(course, assignment)
        with gradebook(course) as book:
            if when:
                # nbgrader keeps the time in UTC, without saying so.
                stored = moment.astimezone(UTC).replace(tzinfo=None) if moment else None
                book.find_assignment(assignment).duedate = stored
                book.db.commit()
            found = book.find_assignment(assignment).duedate
    return found.replace(tzinfo=UTC).astimezone() if found else None


def _moment(said: str) -> datetime:
    from zoneinfo import ZoneInfo

    words = said.strip().split()
    zone = None
    try:
        if len(words) > 1 and words[-1][:1].isalpha():
            zone = ZoneInfo(words.pop())
        moment = datetime.fromisoformat(" ".join(words))
        if len(words) == 1 and len(words[0]) <= 10:
            moment = moment.replace(hour=23, minute=59, second=59)
    except (ValueError, KeyError, OSError) as problem:
        raise SubmissionError("late.bad-time", said=said[:40]) from problem
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone) if zone else moment.astimezone()
    return moment
