"""Names that a hand-in may not bring along: they would stand in for a program, a setting or a test."""

from __future__ import annotations

import fnmatch
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import PurePath

# Files that Python, Jupyter, nbgrader or pytest read by themselves, wherever they lie.
_SETTINGS = (
    "conftest.py", "ipykernel_launcher.py", "ipython_*config.*", "jupyter_*config.*", "nbconvert_*config.*",
    "nbgrader_config.*", "pyproject.toml", "pytest.ini", "setup.cfg", "setup.py", "sitecustomize.py", "tox.ini",
    "usercustomize.py", "*.pth", "*.pyc", "*.pyd", "*.pyo", "*.so", "*.dll",
)  # fmt: skip
_FOLDERS = ("__pycache__", "profile_default", "nbextensions", "site-packages")
_LONGEST, _DEEPEST = 120, 8


def why_left_out(inside: PurePath, *, ignored: Sequence[str] = (), ours: Sequence[PurePath] = ()) -> str:
    """Tell why a file of a hand-in is not taken along, judged by its name alone.

    Parameters
    ----------
    inside : PurePath
        Where it lies in the hand-in.
    ignored : sequence of str
        Patterns that the course leaves out without a word.
    ours : sequence of PurePath
        The files of the exercise itself.

    Returns
    -------
    str
        ``"ignored"``, ``"setting"``, ``"shadow"`` (it would be loaded in the place of a library or of
        the exercise's own program), ``"name"``, or ``""`` if it may come along.

    Examples
    --------
    >>> [why_left_out(PurePath(name)) for name in ("towns.csv", "pandas.py", "nbgrader_config.py", "-rf")]
    ['', 'shadow', 'setting', 'name']
    """
    parts = inside.parts
    folded = [part.casefold() for part in parts]
    if any(fnmatch.fnmatch(part, pattern) for part in parts for pattern in ignored):
        return "ignored"
    if len(parts) > _DEEPEST or any(_odd(part) for part in parts):
        return "name"
    if folded == ["timestamp.txt"]:
        return ""
    if any(part.startswith(".") or part in _FOLDERS for part in folded):
        return "setting"
    if any(fnmatch.fnmatch(folded[-1], pattern) for pattern in _SETTINGS):
        return "setting"
    program = folded[-1].endswith(".py")
    first = folded[0].split(".")[0]
    taken = {path.parts[0].casefold().split(".")[0] for path in ours if path.suffix == ".py"}
    # A folder is found before a file of the same name, also without any program in it.
    if (program or len(parts) > 1) and (first in taken or (program and first in _libraries())):
        return "shadow"
    return ""


def _odd(part: str) -> bool:
    """Tell whether a name could be taken for an option, a path or markup, or cannot be stored everywhere."""
    try:
        size = len(part.encode("utf-8"))
    except UnicodeEncodeError:
        return True
    return (
        size > _LONGEST
        or part.startswith(("-", "~"))
        or any(s in '<>"|\\:*?' or not s.isprintable() for s in part)
    )


@cache
def _libraries() -> frozenset[str]:
    """Name what ``import`` finds: Python's own modules and whatever is installed."""
    from importlib.metadata import packages_distributions

    return frozenset(name.casefold() for name in (*sys.stdlib_module_names, *packages_distributions(), "kit"))
