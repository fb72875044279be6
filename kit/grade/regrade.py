"""What has to be graded again, and why; and that a person's marks need no second look for it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Collection, Mapping
from copy import deepcopy
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import SubmissionError
from kit.grade import nbgrader_steps
from kit.grade.course import NOT_RELEASED, gradebook, step_folder
from kit.grade.intake import plain_files
from kit.text import text

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

# Why a hand-in is graded: nobody did so yet, it changed, a test changed, it was asked for, something was deleted.
NEW, CHANGED, TESTS, ASKED, LOST = "new", "changed", "tests", "asked", "lost"
_REGISTERED = ".kit/registered"
_Place = tuple[str, str, str]


def source_fingerprint(source: Path) -> str:
    """Give a short name for what decides the marks in a source: it changes when a mark could.

    Code, graded cells, points and files beside the notebook count. The story between the tasks, outputs,
    rubrics and sample hand-ins do not.

    Parameters
    ----------
    source : Path
        The folder of the assignment's source.
    """
    digest = hashlib.sha256()
    for path in plain_files(source):
        if (
            any(fnmatch(path.name, name) for name in (*NOT_RELEASED, "*.pyc"))
            or ".ipynb_checkpoints" in path.parts
        ):
            continue
        digest.update(path.relative_to(source).as_posix().encode("utf-8", "surrogateescape") + b"\0")
        digest.update(_deciding(path) if path.suffix == ".ipynb" else path.read_bytes())
    return digest.hexdigest()


def register(course: CourseDirectory, assignment: str) -> list[str]:
    """Bring the gradebook in step with the source, if a test or its points were mended since.

    nbgrader runs the tests that stand in its gradebook. The learners' copies stay as they were given out.

    Returns
    -------
    list of str
        The ``grade_id`` of cells that were mended.

    Raises
    ------
    SubmissionError
        If tasks were added or taken away after hand-ins were graded: nbgrader cannot do that.
    """
    mended = _mended(course, assignment)
    if not mended:
        return []
    config = deepcopy(course.config)
    config.CourseDirectory.release_directory = _REGISTERED
    try:
        nbgrader_steps.generate_assignment(type(course)(config=config), assignment)
    except Exception as problem:
        if "Cannot add or remove cells" in str(problem):
            raise SubmissionError("regrade.other-tasks", name=assignment) from problem
        said = " ".join(str(problem).split())[:160] or type(problem).__name__
        raise SubmissionError("regrade.bad-source", name=assignment, reason=said) from problem
    finally:
        shutil.rmtree(Path(course.root) / _REGISTERED, ignore_errors=True)
    return mended


def settled(course: CourseDirectory, assignment: str, students: Collection[str]) -> set[_Place]:
    """Give the written answers (student, notebook, cell) that a person has marked for good."""
    found = set()
    if students:
        with gradebook(course) as book:
            for student, notebook, grade in _by_hand(book, assignment, students):
                if not grade.needs_manual_grade:
                    found.add((student, notebook, grade.name))
    return found


def keep_settled(course: CourseDirectory, assignment: str, places: Collection[_Place]) -> set[str]:
    """Take back nbgrader's wish for a second look at these: neither answer nor mark has changed.

    Returns
    -------
    set of str
        Students of whom something was taken back.
    """
    changed = set()
    if places:
        with gradebook(course) as book:
            for student, notebook, grade in _by_hand(book, assignment, {place[0] for place in places}):
                if (student, notebook, grade.name) in places and grade.needs_manual_grade:
                    grade.needs_manual_grade = False
                    changed.add(student)
            book.db.commit()
    return changed


def words(why: Mapping[str, str], *, stay: int, mended: Collection[str] = ()) -> str:
    """Say how many are graded, why, and how many stay as they are.

    Examples
    --------
    >>> print(words({"ana": "tests", "bo": "tests", "cy": "new"}, stay=4, mended=["share-check"]))
    To grade: 3. New: 1. A test was mended: 2 (share-check). Unchanged, left as they are: 4.
    """
    counts = Counter(why.values())
    parts = [text("regrade.to-grade", n=len(why))]
    for reason in (NEW, CHANGED, TESTS, ASKED, LOST):
        if counts[reason]:
            names = f" ({', '.join(mended)})" if reason == TESTS and mended else ""
            parts.append(text(f"regrade.why-{reason}", n=f"{counts[reason]}{names}"))
    if stay:
        parts.append(text("regrade.stay", n=stay))
    return " ".join(parts)


def _deciding(path: Path) -> bytes:
    """Give what decides marks in a notebook, as bytes; all of a file that is no notebook."""
    raw = path.read_bytes()
    try:
        cells = json.loads(raw)["cells"]
        kept = [
            [cell["cell_type"], "".join(cell["source"]), cell.get("metadata", {}).get("nbgrader")]
            for cell in cells
            if cell["cell_type"] == "code" or cell.get("metadata", {}).get("nbgrader")
        ]
    except (ValueError, KeyError, TypeError):
        return raw
    return json.dumps(kept, sort_keys=True).encode()


def _mended(course: CourseDirectory, assignment: str) -> list[str]:
    """Name the locked cells whose text or points differ from those in the gradebook."""
    import nbformat
    from nbgrader.api import MissingEntry

    found = []
    source = step_folder(course, "source", assignment=assignment)
    with gradebook(course) as book:
        for path in sorted(source.glob("*.ipynb")):
            try:
                notebook = book.find_notebook(path.stem, assignment)
            except MissingEntry:
                found.append(path.stem)
                continue
            texts = {cell.name: cell.source for cell in notebook.source_cells}
            tops = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
            here = set()
            for cell in nbformat.read(path, as_version=4).cells:
                role = cell.metadata.get("nbgrader", {})
                if not any(role.get(kind) for kind in ("grade", "solution", "locked", "task")):
                    continue
                here.add(role["grade_id"])
                # An answer's text is the reference solution here and a stub there.
                same = role.get("solution") or role.get("task") or texts.get(role["grade_id"]) == cell.source
                points = float(role.get("points") or 0) if role.get("grade") or role.get("task") else None
                if not same or tops.get(role["grade_id"]) != points:
                    found.append(role["grade_id"])
            found += sorted(here ^ set(texts))
    return list(dict.fromkeys(found))


def _by_hand(book: Gradebook, assignment: str, students: Collection[str]):
    """Give the marks by hand of answers that no test marks."""
    for submission in book.assignment_submissions(assignment):
        if submission.student_id in students:
            for notebook in submission.notebooks:
                # Where a person may comment, a person marks; a test's mark changed by hand is looked at again.
                written = {comment.name for comment in notebook.comments}
                for grade in notebook.grades:
                    if grade.manual_score is not None and grade.name in written:
                        yield submission.student_id, notebook.name, grade
