"""Where the course is: its lessons, exercises and data, in a checkout or in an installed kit."""

from __future__ import annotations

from pathlib import Path

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
