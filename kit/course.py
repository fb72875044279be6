"""Where the course is: its lessons, exercises and data, in a checkout or in an installed kit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Find one of the course's folders.

    An installed kit carries the course inside (``kit/_course``); in a checkout of the
    repository the folders stand beside ``kit``.

    Parameters
    ----------
    name : str
        ``"datasets"``, ``"modules"``, ``"exercises"`` or ``"solutions"``.

    Raises
    ------
    SetupError
        If the folder is in neither place.

    Examples
    --------
    >>> folder("datasets").name
    'datasets'
    """
    for place in (_HERE / "_course" / name, _HERE.parent / name):
        if place.is_dir():
            return place
    from kit.errors import SetupError

    raise SetupError("data.no-course-folder", name=name)


def front_matter(path: str | Path) -> dict[str, Any]:
    """Read what a lesson says about itself.

    Parameters
    ----------
    path : str or pathlib.Path
        The lesson's notebook.

    Returns
    -------
    dict
        Title, objectives, minutes, sources and the rest; empty if it is no lesson.

    Raises
    ------
    ExerciseError
        If the notebook cannot be read.

    Examples
    --------
    >>> path = folder("modules") / "03_data_collection" / "complaints_are_not_prevalence.ipynb"
    >>> front_matter(path)["id"]
    'complaints'
    """
    from kit.errors import ExerciseError

    try:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        return dict(notebook["metadata"].get("lesson", {}))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as broken:
        raise ExerciseError("teach.broken-lesson", name=Path(path).name, why=broken) from broken


def lesson_paths() -> list[Path]:
    """Give the notebooks of all lessons, in the order of the course.

    Examples
    --------
    >>> "complaints_are_not_prevalence" in [path.stem for path in lesson_paths()]
    True
    """
    found = sorted(folder("modules").glob("[0-9a-z]*/*.ipynb"))
    return [path for path in found if front_matter(path)]
