"""What a student handed in, made ready for nbgrader: whole notebooks and plain files, nothing else.

The hand-in itself is never changed. nbgrader grades a copy in ``.kit/intake``.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import SubmissionError
from kit.grade.course import learners_copies, step_folder
from kit.grade.rebuild import LARGEST, grade_ids, read_notebook, rebuild
from kit.text import text

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

INTAKE = ".kit/intake"


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
        What had to be mended, in plain words.

    Raises
    ------
    SubmissionError
        If this hand-in cannot be graded, and why.
    """
    import nbformat

    folder = step_folder(course, "submitted", student=student, assignment=assignment)
    given = {name: nbformat.read(path, as_version=4) for name, path in learners_copies(course, assignment).items()}
    chosen, notes = _choose(folder, given)
    files = [path for path in plain_files(folder) if path.suffix != ".ipynb"]
    for path in files:
        if _ignored(path.relative_to(folder), course.ignore) or path.stat().st_size > LARGEST:
            continue
        target = into / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    notes += _check_timestamp(into / "timestamp.txt")
    into.mkdir(parents=True, exist_ok=True)
    for name, path in chosen.items():
        whole, mended = rebuild(read_notebook(path), given[name])
        notes += mended
        nbformat.write(whole, into / f"{name}.ipynb")
    return notes


def plain_files(folder: Path) -> list[Path]:
    """List the ordinary files below a folder; links are left out, wherever they lead.

    Examples
    --------
    >>> plain_files(Path("no such folder"))
    []
    """
    found = []
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not (here / name).is_symlink())
        found += [here / name for name in sorted(names) if not (here / name).is_symlink()]
    return [path for path in found if path.is_file()]


def fingerprint(*folders: Path) -> str:
    """Give a short name for the present content of some folders: it changes when any file does."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in plain_files(folder):
            digest.update(str(path.relative_to(folder)).encode("utf-8", "surrogateescape") + b"\0")
            try:
                digest.update(hashlib.sha256(path.read_bytes()).digest())
            except OSError as problem:
                digest.update(str(problem.errno).encode())
    return digest.hexdigest()


def _choose(folder: Path, given: dict) -> tuple[dict[str, Path], list[str]]:
    """Find the notebook that answers each released one: by file name, else by its cells."""
    found = [path for path in plain_files(folder) if path.suffix == ".ipynb" and path.parent == folder]
    if not found:
        others = ", ".join(path.name for path in plain_files(folder)[:5]) or text("grade.none")
        raise SubmissionError("grade.held-no-notebook", wanted=_names(given), found=others)
    chosen = {path.stem: path for path in found if path.stem in given}
    notes = []
    missing = [name for name in given if name not in chosen]
    spare = [path for path in found if path.stem not in given]
    for name in missing:
        fitting = [path for path in spare if _shares_cells(path, given[name])]
        if len(fitting) > 1:
            names = ", ".join(path.name for path in fitting)
            raise SubmissionError("grade.held-two-notebooks", names=names, wanted=f"{name}.ipynb")
        if fitting:
            chosen[name] = fitting[0]
            spare.remove(fitting[0])
            notes.append(text("grade.mended-name", file=fitting[0].name, wanted=f"{name}.ipynb"))
        elif len(given) > 1 and chosen:
            notes.append(text("grade.missing-notebook", wanted=f"{name}.ipynb"))
    if not chosen:
        # An unreadable file says more about what happened than "no such notebook".
        for path in spare:
            read_notebook(path)
        names = ", ".join(path.name for path in spare)
        raise SubmissionError("grade.held-wrong-notebook", names=names, wanted=_names(given))
    notes += [text("grade.left-aside", file=path.name) for path in spare]
    return chosen, notes


def _shares_cells(path: Path, release) -> bool:
    try:
        cells = read_notebook(path)
    except SubmissionError:
        return False
    return bool(grade_ids(release) & {cell.grade_id for cell in cells})


def _check_timestamp(path: Path) -> list[str]:
    """Drop a time of hand-in that nbgrader could not read: it would stop there."""
    if not path.exists():
        return []
    from nbgrader.utils import parse_utc

    try:
        said = path.read_text(encoding="utf-8").strip()
        if said:
            parse_utc(said)
        return []
    except (ValueError, OverflowError):
        path.unlink()
        return [text("grade.bad-timestamp")]


def _ignored(path: Path, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(part, pattern) for part in path.parts for pattern in patterns)


def _names(given: dict) -> str:
    return ", ".join(f"{name}.ipynb" for name in given)
