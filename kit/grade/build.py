"""``solutions/`` → ``exercises/``: the learners' copies, made by nbgrader, the same bytes each time."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kit.course import folder as kit_folder
from kit.errors import ExerciseError
from kit.grade import nbgrader_steps
from kit.grade.course import CODE_STUB, IGNORED, TEXT_STUB, assignments_in
from kit.town._files import write_bytes

if TYPE_CHECKING:
    from nbformat import NotebookNode

# What editors leave behind in a notebook; none of it is teaching.
_NOTEBOOK_NOISE = {"celltoolbar", "signature", "toc", "varInspector", "widgets", "vscode", "colab"}
_CELL_NOISE = {"execution", "ExecuteTime", "collapsed", "scrolled", "trusted", "vscode", "colab", "id", "outputId"}
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class Built:
    """What was made of one assignment.

    Parameters
    ----------
    assignment : str
        Its name.
    cells, points, manual_points, hidden_tests : int or float
        Cells of its notebooks; points in all; those of them that a person gives; cells with hidden tests.
    changed : tuple of str
        Files that are, or were, not what the build makes: missing, different or left over.
    """

    assignment: str
    cells: int
    points: float
    manual_points: float
    hidden_tests: int
    changed: tuple[str, ...]


def build(
    names: Sequence[str] = (),
    *,
    check: bool = False,
    replace: bool = False,
    solutions: Path | None = None,
    exercises: Path | None = None,
) -> list[Built]:
    """Make the learners' copies of assignments, or only say what differs.

    Parameters
    ----------
    names : sequence of str
        Names of assignments; all if empty.
    check : bool
        Write nothing; `Built.changed` says what is not as the build makes it.
    replace : bool
        Also replace a notebook that somebody has worked in.
    solutions, exercises : Path, optional
        Where the sources stand and the copies go; the kit's own folders if left out.

    Returns
    -------
    list of Built
        One entry an assignment, sorted by name.

    Raises
    ------
    ExerciseError
        If a name is unknown, a source cannot be made into a learners' copy, or a
        copy to be replaced holds somebody's work.
    """
    solutions = solutions or kit_folder("solutions")
    exercises = exercises or kit_folder("exercises")
    known = assignments_in(solutions)
    for name in names:
        if name not in known:
            raise ExerciseError("build.unknown", name=name, known=", ".join(known) or "-")
    reports = []
    for name in names or known:
        made, report = make(solutions / name)
        changed = _differences(made, exercises / name)
        if not check:
            _write(made, exercises / name, changed=changed, replace=replace)
        reports.append(Built(assignment=name, changed=tuple(changed), **report))
    return reports


def left_over(*, solutions: Path | None = None, exercises: Path | None = None) -> list[str]:
    """Name folders of learners' copies that no source makes."""
    sources = assignments_in(solutions or kit_folder("solutions"))
    return [name for name in assignments_in(exercises or kit_folder("exercises")) if name not in sources]


def make(source: Path) -> tuple[dict[str, bytes], dict]:
    """Give the learners' files of one assignment, and what is in it.

    Parameters
    ----------
    source : Path
        The folder of the source.

    Returns
    -------
    files : dict of str to bytes
        Content by path inside the learners' folder.
    report : dict
        ``cells``, ``points``, ``manual_points``, ``hidden_tests``.
    """
    import nbformat
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    notebooks = {path.name: _read_source(path) for path in sorted(source.glob("*.ipynb"))}
    with tempfile.TemporaryDirectory(prefix="kit-build-") as root, nbgrader_steps.room():
        shutil.copytree(source, Path(root, "source", source.name), ignore=shutil.ignore_patterns(*IGNORED))
        config = Config(
            CourseDirectory={"root": root, "ignore": list(IGNORED)},
            ClearSolutions={"code_stub": {"python": CODE_STUB}, "text_stub": TEXT_STUB},
            # A learners' copy needs no gradebook.
            GenerateAssignment={"no_database": True},
            SaveCells={"enabled": False},
        )
        try:
            nbgrader_steps.generate_assignment(CourseDirectory(config=config), source.name)
        except Exception as problem:
            said = " ".join(str(problem).split())[:200]
            raise ExerciseError("build.nbgrader-refused", name=source.name, reason=said) from problem
        release = Path(root, "release", source.name)
        files = {}
        for path in sorted(release.rglob("*")):
            if path.suffix == ".ipynb":
                files[path.relative_to(release).as_posix()] = as_bytes(nbformat.read(path, as_version=4))
            elif path.is_file():
                files[path.relative_to(release).as_posix()] = path.read_bytes()
    return files, _report(notebooks.values())


def as_bytes(notebook: NotebookNode) -> bytes:
    """Write a notebook the same way each time: no outputs, no counts, no traces of an editor.

    Examples
    --------
    >>> from nbformat.v4 import new_notebook, new_code_cell
    >>> ran = new_notebook(cells=[new_code_cell("1", id="one", execution_count=7)])
    >>> b'"execution_count": null' in as_bytes(ran)
    True
    """
    data = json.loads(json.dumps(notebook))
    for cell in data["cells"]:
        cell["metadata"] = {
            key: cell["metadata"][key] for key in sorted(cell["metadata"]) if key not in _CELL_NOISE
        }
        source = cell["source"]
        cell["source"] = source.splitlines(keepends=True) if isinstance(source, str) else source
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    kept = {key: value for key, value in data["metadata"].items() if key not in _NOTEBOOK_NOISE}
    data["metadata"] = {**kept, "kernelspec": _KERNEL, "language_info": {"name": "python"}}
    data["nbformat"], data["nbformat_minor"] = 4, 5
    return (json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _read_source(path: Path) -> NotebookNode:
    import nbformat

    try:
        said = path.read_text(encoding="utf-8")
        raw = json.loads(said)
        nbformat.validate(raw)
        notebook = nbformat.reads(said, as_version=4)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, nbformat.ValidationError) as problem:
        said = " ".join(str(problem).split())[:120]
        raise ExerciseError("build.unreadable", file=path.name, reason=said) from problem
    # Without ids of its own nbformat would draw new ones at each build.
    if (raw.get("nbformat"), raw.get("nbformat_minor")) != (4, 5) or any(
        "id" not in cell for cell in raw["cells"]
    ):
        raise ExerciseError("build.no-cell-ids", file=path.name)
    return notebook


def _report(notebooks) -> dict:
    from nbgrader.preprocessors import ClearHiddenTests

    begin = ClearHiddenTests.begin_test_delimeter.default_value
    cells = [cell for notebook in notebooks for cell in notebook.cells]
    marked = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("points") is not None]
    manual = [
        cell for cell in marked if cell.metadata.nbgrader.get("solution") or cell.metadata.nbgrader.get("task")
    ]
    return {
        "cells": len(cells),
        "points": sum(cell.metadata.nbgrader.points for cell in marked),
        "manual_points": sum(cell.metadata.nbgrader.points for cell in manual),
        "hidden_tests": sum(begin in cell.source for cell in cells),
    }


def _differences(made: dict[str, bytes], folder: Path) -> list[str]:
    here = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(inside.match(pattern) or pattern in inside.parts for pattern in IGNORED):
            here[inside.as_posix()] = path.read_bytes()
    return sorted(name for name in made.keys() | here.keys() if made.get(name) != here.get(name))


def _write(made: dict[str, bytes], folder: Path, *, changed: list[str], replace: bool) -> None:
    """Write what changed. What the build did not make is a person's: it stays."""
    for name in changed:
        if name in made and not replace and name.endswith(".ipynb") and _worked_in(folder / name):
            raise ExerciseError("build.worked-in", file=f"{folder.name}/{name}")
    for name in changed:
        if name in made:
            write_bytes(folder / name, made[name])


def _worked_in(path: Path) -> bool:
    """Tell whether somebody has run a cell of this notebook."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
