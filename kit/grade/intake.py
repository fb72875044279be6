"""What a student handed in, made ready for nbgrader: whole notebooks and plain files, nothing else.

The hand-in itself is never changed. nbgrader grades a copy in ``.kit/intake``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import SubmissionError
from kit.grade.course import learners_copies, step_folder
from kit.grade.notebook_file import open_plain, read_notebook, shown
from kit.grade.plain_names import why_left_out
from kit.grade.rebuild import grade_ids, rebuild
from kit.text import text

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.coursedir import CourseDirectory

INTAKE = ".kit/intake"
# What an exercise may bring along beside its notebook: a table, a picture, never a film collection.
LARGEST_FILE, LARGEST_ALL, MOST_FILES = 20_000_000, 100_000_000, 500
_LOOKED_AT = 20_000
# Nobody handed in to nbgrader before it existed.
_FIRST = datetime(2014, 1, 1, tzinfo=UTC)


def take_in(course: CourseDirectory, assignment: str, *, student: str, into: Path) -> list[str]:
    """Copy a hand-in, with every notebook made whole.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment : str
        Name of the assignment.
    student : str
        The student's id.
    into : Path
        An empty folder.

    Returns
    -------
    list of str
        What had to be mended or left out, in plain words.

    Raises
    ------
    SubmissionError
        If this hand-in cannot be graded, and why.
    """
    folder = step_folder(course, "submitted", student=student, assignment=assignment)
    if folder.is_symlink() or folder.parent.is_symlink():
        raise SubmissionError("intake.folder-is-link", place=shown(f"{student}/{assignment}"))
    copies = learners_copies(course, assignment)
    given = {name: _released(path, path.stat().st_mtime_ns) for name, path in copies.items()}
    chosen, notes = _choose(folder, given)
    into.mkdir(parents=True, exist_ok=True)
    notes += _copy_files(course, assignment, folder=folder, into=into)
    notes += _check_timestamp(into / "timestamp.txt")
    for name, path in chosen.items():
        whole, mended = rebuild(read_notebook(path), given[name])
        notes += mended
        # nbgrader checks it when it reads it.
        (into / f"{name}.ipynb").write_text(json.dumps(whole), encoding="utf-8")
    return notes


@lru_cache(maxsize=20)
def _released(path: Path, changed: int) -> NotebookNode:
    """Read a learners' copy, once for all who answered it; nobody changes it."""
    import nbformat

    return nbformat.read(path, as_version=4)


def plain_files(folder: Path) -> list[Path]:
    """List the ordinary files below a folder; links are left out, wherever they lead.

    Examples
    --------
    >>> plain_files(Path("no such folder"))
    []
    """
    return [path for path in _entries(folder) if not path.is_symlink() and path.is_file()]


def fingerprint(*folders: Path) -> str:
    """Give a short name for the present content of some folders: it changes when any file does."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in plain_files(folder):
            digest.update(str(path.relative_to(folder)).encode("utf-8", "surrogateescape") + b"\0")
            try:
                with os.fdopen(open_plain(path), "rb") as file:
                    digest.update(hashlib.file_digest(file, "sha256").digest())
            except OSError as problem:
                digest.update(str(problem.errno).encode())
    return digest.hexdigest()


def _entries(folder: Path) -> Iterator[Path]:
    """Give what lies below a folder, folders that are links and the files in them left out."""
    seen = 0
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not (here / name).is_symlink())
        for name in sorted(names):
            seen += 1
            if seen > _LOOKED_AT:
                return
            yield here / name


def _copy_files(course: CourseDirectory, assignment: str, *, folder: Path, into: Path) -> list[str]:
    """Copy what lies beside the notebooks; whatever could harm or mislead is left out and named."""
    source = step_folder(course, "source", assignment=assignment)
    ours = [path.relative_to(source) for path in plain_files(source)]
    theirs = {Path(name) for name in course.config.Autograde.get("exclude_overwriting", {}).get(assignment, ())}
    left_out: dict[str, list[str]] = {}
    copied = size = 0
    for path in _entries(folder):
        if path.suffix.lower() == ".ipynb":
            continue
        inside = path.relative_to(folder)
        if inside in ours and inside not in theirs:
            # nbgrader puts the teacher's own copy in its place.
            continue
        why = "" if inside in theirs else why_left_out(inside, ignored=course.ignore, ours=ours)
        if why == "ignored":
            continue
        if not why:
            status = path.lstat()
            if path.is_symlink():
                why = "link"
            elif not path.is_file():
                why = "special"
            elif status.st_size > LARGEST_FILE:
                why = "large"
            elif copied >= MOST_FILES or size + status.st_size > LARGEST_ALL:
                why = "many"
        if not why:
            why = _copy(path, into / inside)
        if why:
            left_out.setdefault(why, []).append(shown(str(inside)))
        else:
            copied, size = copied + 1, size + status.st_size
    return [text(f"intake.left-out-{why}", names=_some(names)) for why, names in left_out.items()]


def _copy(path: Path, target: Path) -> str:
    """Copy one file; give the reason if it could not be done."""
    try:
        handle = open_plain(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(handle, "rb") as given, target.open("xb") as kept:
            shutil.copyfileobj(given, kept)
    except (OSError, ValueError):
        return "unreadable"
    return ""


def _choose(folder: Path, given: dict[str, NotebookNode]) -> tuple[dict[str, Path], list[str]]:
    """Find the notebook that answers each released one: by file name, else by its cells."""
    found = _notebooks(folder)
    if not found:
        others = ", ".join(shown(path.name) for path in plain_files(folder)[:5]) or text("grade.none")
        raise SubmissionError("grade.held-no-notebook", wanted=_names(given), found=others)
    chosen: dict[str, Path] = {}
    for path in found:
        if path.stem in given:
            chosen.setdefault(path.stem, path)
    notes = []
    missing = [name for name in given if name not in chosen]
    spare = [path for path in found if path not in chosen.values()]
    for name in missing:
        fitting = [path for path in spare if _shares_cells(path, given[name])]
        if len(fitting) > 1:
            names = ", ".join(shown(path.name) for path in fitting)
            raise SubmissionError("grade.held-two-notebooks", names=names, wanted=f"{name}.ipynb")
        if fitting:
            chosen[name] = fitting[0]
            spare.remove(fitting[0])
            notes.append(text("grade.mended-name", file=shown(fitting[0].name), wanted=f"{name}.ipynb"))
        elif len(given) > 1 and chosen:
            notes.append(text("grade.missing-notebook", wanted=f"{name}.ipynb"))
    if not chosen:
        # An unreadable file says more about what happened than "no such notebook".
        for path in spare:
            read_notebook(path)
        names = ", ".join(shown(path.name) for path in spare)
        raise SubmissionError("grade.held-wrong-notebook", names=names, wanted=_names(given))
    for path in spare:
        fits = any(_shares_cells(path, notebook) for notebook in given.values())
        notes.append(text("intake.second-copy" if fits else "grade.left-aside", file=shown(path.name)))
    return chosen, notes


def _notebooks(folder: Path) -> list[Path]:
    """Find the notebooks of a hand-in; those in a folder inside it count if there are no others."""
    found = [path for path in plain_files(folder) if path.suffix.lower() == ".ipynb"]
    above = [path for path in found if path.parent == folder]
    below = [
        path
        for path in found
        if not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts[:-1])
    ]
    return (above or below)[:20]


def _shares_cells(path: Path, release: NotebookNode) -> bool:
    try:
        cells = read_notebook(path)
    except SubmissionError:
        return False
    return bool(grade_ids(release) & {cell.grade_id for cell in cells})


def _check_timestamp(path: Path) -> list[str]:
    """Drop a time of hand-in that nbgrader could not read, or that cannot be true."""
    if not path.exists():
        return []
    from nbgrader.utils import parse_utc

    try:
        said = path.read_text(encoding="utf-8").strip()
        when = parse_utc(said).replace(tzinfo=UTC) if said else None
    except (ValueError, OverflowError):
        path.unlink()
        return [text("grade.bad-timestamp")]
    if when is not None and not _FIRST < when < datetime.now(UTC) + timedelta(days=1):
        path.unlink()
        return [text("intake.false-timestamp", time=f"{when:%Y-%m-%d %H:%M}")]
    return []


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")


def _names(given: dict[str, NotebookNode]) -> str:
    return ", ".join(f"{name}.ipynb" for name in given)
