"""What a learner has done so far: one small file a lesson, on this computer only."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path


def progress_folder() -> Path:
    """Give the folder of these files: ``my_progress``, beside the town's file.

    Examples
    --------
    >>> progress_folder().name
    'my_progress'
    """
    from kit.town.pages import town_folder

    return town_folder().parent / "my_progress"


def note(lesson: str, task: str) -> None:
    """Note that a task of a lesson was answered well.

    Only in a lesson's own notebook: exercises, tests and graders leave no trace. Where nothing can be
    written the lesson goes on without it.

    Parameters
    ----------
    lesson : str
        Name of the lesson, as its exercise is called.
    task : str
        Short name of the task.

    Examples
    --------
    >>> note("complaints_are_not_prevalence", "growth")
    """
    if "modules" not in Path.cwd().parts:
        return
    answered = done_tasks(lesson)
    if task in answered:
        return
    from kit.town._files import write_json

    with contextlib.suppress(OSError):
        write_json(progress_folder() / f"{lesson}.json", {"lesson": lesson, "answered": sorted({*answered, task})})


def done_tasks(lesson: str) -> set[str]:
    """Give the tasks of a lesson that were answered well; none if its file is missing or damaged.

    Examples
    --------
    >>> done_tasks("no_such_lesson")
    set()
    """
    try:
        held = json.loads((progress_folder() / f"{lesson}.json").read_text(encoding="utf-8"))
        return {str(task) for task in held["answered"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
