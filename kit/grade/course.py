"""An academic's course: the folder that nbgrader, formgrader and the kit share.

The kit adds nothing of its own to nbgrader's layout but a folder ``.kit``, where it notes
which hand-ins it has graded. Delete that folder and nothing is lost.
"""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kit.course import folder as kit_folder
from kit.errors import SubmissionError
from kit.text import text

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory
    from sqlalchemy import Engine

# Files beside a source notebook that learners never get, on top of nbgrader's own list.
NOT_RELEASED = ("submissions.toml", "rubric*.md")
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", *NOT_RELEASED)
# A stub of dots keeps the learner's copy runnable: brackets around the solution leave ``share = (...)``.
CODE_STUB = "..."
TEXT_STUB = "Write your answer here."

_CONFIG = '''\
"""nbgrader settings of this course. Every nbgrader command run in this folder reads them."""

import os
from importlib.util import find_spec
from pathlib import Path

c = get_config()  # noqa: F821
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = {course_id!r}
c.CourseDirectory.ignore = {ignored!r}
{gradebook}c.ClearSolutions.code_stub = {{"python": {code_stub!r}}}
c.ClearSolutions.text_stub = {text_stub!r}
# Late hand-ins lose points for each day begun after the due date: "kit course due" sets that date.
# In the grace hours nothing is lost. Nobody loses more than most_points (None: no limit).
# extra_days gives students more time: {{"ana": 3}}, or for one exercise {{"exercise/ana": 3}}.
if find_spec("kit"):
    c.AssignLatePenalties.plugin_class = "kit.grade.late.LateDays"
c.LateDays.points_each_day = 0
c.LateDays.grace_hours = 0
c.LateDays.most_points = None
c.LateDays.extra_days = {{}}
# Hidden tests stay hidden on nbgrader's own feedback pages, too.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
'''


def assignments_in(folder: Path) -> list[str]:
    """Name the assignments in a folder of sources: its sub-folders that hold a notebook.

    Examples
    --------
    >>> assignments_in(Path("no such folder"))
    []
    """
    return sorted({path.parent.name for path in folder.glob("[!.]*/*.ipynb")})


def new_course(
    folder: str | Path,
    *,
    roster: str | Path | None = None,
    name: str | None = None,
    database: str | None = None,
    solutions: Path | None = None,
    exercises: Path | None = None,
) -> Path:
    """Make a course that stock nbgrader and ``kit grade`` can work with.

    Parameters
    ----------
    folder : str or Path
        Where to put it: a new or an empty folder.
    roster : str or Path, optional
        A CSV file with the students; see `kit.grade.roster.read_roster`.
    name : str, optional
        The course's name in nbgrader; the folder's name if left out.
    database : str, optional
        Where the gradebook stands, as nbgrader's ``db_url`` says it; ``gradebook.db`` in the folder if
        left out. ``$NAME`` is read from the surroundings each time, so that no password is written down.
    solutions, exercises : Path, optional
        Sources and learners' copies; the kit's own if left out.

    Returns
    -------
    Path
        The course folder, with settings, sources, learners' copies, gradebook and a README.

    Raises
    ------
    SubmissionError
        If the folder holds something already, the roster cannot be read, or the database cannot be
        used or holds a gradebook already.
    """
    from kit.grade.nbgrader_steps import room
    from kit.grade.roster import read_roster

    folder = Path(folder).expanduser().resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SubmissionError("grade.course-exists", place=folder.name)
    if set(str(folder)) & set("*?["):
        raise SubmissionError("grade.folder-name", place=folder.name)
    course_id = _course_id(name or folder.name)
    students = read_roster(roster) if roster is not None else []
    solutions = solutions or kit_folder("solutions")
    exercises = exercises or kit_folder("exercises")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Made beside its place and moved there whole, so that a half-made course is never seen.
        with tempfile.TemporaryDirectory(prefix=".new-course-", dir=folder.parent) as temporary, room():
            made = Path(temporary) / "course"
            _fill(made, course_id, database=database, solutions=solutions, exercises=exercises)
            _enrol(open_course(made), students)
            if folder.exists():
                folder.rmdir()
            made.replace(folder)
    except OSError as problem:
        raise SubmissionError("grade.cannot-write", place=folder.parent, reason=problem.strerror) from problem
    return folder


def open_course(folder: str | Path) -> CourseDirectory:
    """Read a course's settings.

    Parameters
    ----------
    folder : str or Path
        A course folder, made by `new_course` or by nbgrader.

    Returns
    -------
    nbgrader.coursedir.CourseDirectory
        nbgrader's own description of the course; its ``config`` holds all settings.

    Raises
    ------
    SubmissionError
        If there is no course in that folder, or its settings cannot be read.
    """
    folder = Path(folder).expanduser().resolve()
    if not folder.is_dir():
        raise SubmissionError("grade.no-folder", place=folder)
    if not (folder / "nbgrader_config.py").is_file() and not (folder / "gradebook.db").is_file():
        raise SubmissionError("grade.no-course", place=folder)
    if set(str(folder)) & set("*?["):
        raise SubmissionError("grade.folder-name", place=folder.name)

    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config, PyFileConfigLoader

    config = Config()
    config.Execute.shutdown_kernel = "immediate"
    config.CourseDirectory.ignore = list(IGNORED)
    if (folder / "nbgrader_config.py").is_file():
        try:
            config.merge(PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config())
        except Exception as problem:
            raise SubmissionError("grade.bad-settings", reason=_one_line(problem)) from problem
    config.CourseDirectory.root = str(folder)
    return CourseDirectory(config=config)


def make_gradebook(course: CourseDirectory) -> None:
    """Make an empty gradebook, with the number of its layout that nbgrader would write.

    nbgrader itself asks a second program for that number, which takes seconds.
    """
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import inspect, text

    engine = database_of(course)
    number = ScriptDirectory(ALEMBIC_DIR).get_current_head()
    try:
        with engine.begin() as connection:
            if inspect(connection).has_table("assignment"):
                raise SubmissionError("database.taken", place=engine.url.render_as_string(hide_password=True))
            Base.metadata.create_all(bind=connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:number)"), {"number": number})
    finally:
        engine.dispose()


def database_of(course: CourseDirectory) -> Engine:
    """Reach the database that holds the gradebook.

    Raises
    ------
    SubmissionError
        If it cannot be reached, or its driver is not installed.
    """
    from sqlalchemy import create_engine, exc, make_url

    try:
        shown = make_url(course.db_url).render_as_string(hide_password=True)
        engine = create_engine(course.db_url)
        with engine.connect():
            return engine
    except ImportError as problem:
        raise SubmissionError("database.no-driver", module=problem.name or problem) from problem
    except exc.ArgumentError as problem:
        raise SubmissionError("database.bad-address") from problem
    except exc.SQLAlchemyError as problem:
        reason = _one_line(getattr(problem, "orig", None) or problem)[:100]
        raise SubmissionError("database.unreachable", place=shown, reason=reason) from problem


def gradebook(course: CourseDirectory) -> Gradebook:
    """Open the course's gradebook; use it in a ``with`` statement."""
    from nbgrader.api import Gradebook

    return Gradebook(course.db_url, course.course_id or "default_course")


def step_folder(course: CourseDirectory, step: str, *, student: str = ".", assignment: str) -> Path:
    """Give the folder where nbgrader keeps a step (``"submitted"``) of one student's assignment."""
    directory = getattr(course, f"{step}_directory")
    return Path(os.path.normpath(course.format_path(directory, student, assignment)))


def require_assignment(course: CourseDirectory, assignment: str) -> None:
    """Make sure that the course knows the assignment; write the learners' copy if it is missing.

    Raises
    ------
    SubmissionError
        If the course has no source of that name.
    """
    from kit.grade.nbgrader_steps import generate_assignment

    source = step_folder(course, "source", assignment=assignment)
    known = assignments_in(source.parent)
    if assignment not in known:
        close = difflib.get_close_matches(assignment, known, n=1)
        hint = text("grade.did-you-mean", name=close[0]) if close else text("grade.see-list")
        names = ", ".join(known) or text("grade.none")
        raise SubmissionError("grade.unknown-assignment", name=assignment, known=names, hint=hint)
    with gradebook(course) as book:
        recorded = {entry.name for entry in book.assignments}
    if assignment not in recorded or not learners_copies(course, assignment):
        generate_assignment(course, assignment)


def learners_copies(course: CourseDirectory, assignment: str) -> dict[str, Path]:
    """Give the notebooks that learners received: their names and where they stand."""
    release = step_folder(course, "release", assignment=assignment)
    return {path.stem: path for path in sorted(release.glob("*.ipynb"))}


def students_in(course: CourseDirectory, assignment: str) -> tuple[list[str], list[str]]:
    """Name the students who handed something in, and those on the roster who did not."""
    pattern = step_folder(course, "submitted", student="*", assignment=assignment)
    depth = pattern.parts.index("*")
    root = Path(*pattern.parts[:depth])
    rest = pattern.parts[depth + 1 :]
    everybody = sorted(path.name for path in root.glob("*") if path.is_dir() and not path.name.startswith("."))
    handed_in = [name for name in everybody if (root / name).joinpath(*rest).is_dir()]
    with gradebook(course) as book:
        roster = sorted(student.id for student in book.students)
    return handed_in, [name for name in roster if name not in handed_in]


def course_size(folder: Path) -> dict[str, int]:
    """Count what a course holds: ``students`` and ``assignments``."""
    with gradebook(open_course(folder)) as book:
        return {"students": len(book.students), "assignments": len(book.assignments)}


def _fill(made: Path, course_id: str, *, database: str | None, solutions: Path, exercises: Path) -> None:
    from kit.grade.nbgrader_steps import generate_assignment

    made.mkdir()
    where = f"c.CourseDirectory.db_url = os.path.expandvars({database!r})\n" if database else ""
    gaps = {"course_id": course_id, "ignored": list(IGNORED), "gradebook": where}
    settings = _CONFIG.format(code_stub=CODE_STUB, text_stub=TEXT_STUB, **gaps)
    (made / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    make_gradebook(open_course(made))
    names = assignments_in(solutions)
    (made / "README.md").write_text(
        text("grade.course-readme", course=course_id, assignments="\n".join(f"- {name}" for name in names)) + "\n",
        encoding="utf-8",
    )
    for step in ("source", "release", "submitted"):
        (made / step).mkdir()
    leave_out = shutil.ignore_patterns(".ipynb_checkpoints", "*.pyc", "__pycache__", "submissions.toml")
    for name in names:
        shutil.copytree(solutions / name, made / "source" / name, ignore=leave_out)
        generate_assignment(open_course(made), name)
        if (exercises / name).is_dir():
            # The very files that learners have, so that nothing in a hand-in looks edited.
            shutil.copytree(exercises / name, made / "release" / name, ignore=leave_out, dirs_exist_ok=True)


def _enrol(course: CourseDirectory, students: list[dict[str, str]]) -> None:
    with gradebook(course) as book:
        for student in students:
            details = {key: value or None for key, value in student.items() if key != "id"}
            book.update_or_create_student(student["id"], **details)


def _course_id(name: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name.strip())
    return kept.strip("-.") or "course"


def _one_line(problem: BaseException) -> str:
    said = " ".join(str(problem).split()) or type(problem).__name__
    return said if len(said) <= 160 else said[:157] + "..."
