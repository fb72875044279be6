"""nbgrader's own steps, called from Python: quietly, and with a home of their own.

Nothing here decides a mark. nbgrader does, and writes it into its own gradebook.
"""

from __future__ import annotations

import glob
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from logging import CRITICAL, disable, root
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.text import language

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

TEMPLATES = Path(__file__).parent / "templates"


@contextmanager
def room() -> Iterator[None]:
    """Give nbgrader and the kernels it starts a quiet place, with a home folder that goes afterwards.

    Without it a student's code would write into the teacher's own IPython history and start-up files.
    """
    with tempfile.TemporaryDirectory(prefix="kit-grade-", ignore_cleanup_errors=True) as home:
        wanted = {
            "HOME": home,
            "IPYTHONDIR": f"{home}/ipython",
            "JUPYTER_CONFIG_DIR": f"{home}/jupyter",
            "JUPYTER_DATA_DIR": f"{home}/jupyter-data",
            "JUPYTER_RUNTIME_DIR": f"{home}/jupyter-runtime",
            # The list of fonts takes matplotlib seconds to make: the existing one is kept.
            "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR") or str(_matplotlib_folder()),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            # nbgrader finds alembic through PATH, even where no environment was activated.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            "JUPYTER_PLATFORM_DIRS": "1",
            "KIT_LANG": language(),
        }
        profile = Path(home, "ipython", "profile_default")
        profile.mkdir(parents=True)
        (profile / "ipython_kernel_config.py").write_text("get_config().IPKernelApp.log_level = 50\n")
        before = {name: os.environ.get(name) for name in wanted}
        silenced = root.manager.disable
        os.environ.update(wanted)
        disable(CRITICAL)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            disable(silenced)
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def generate_assignment(course: CourseDirectory, assignment: str) -> None:
    """Make the learners' copy of an assignment and enter it into the gradebook.

    Raises
    ------
    Exception
        What nbgrader itself could not do, as nbgrader says it.
    """
    from nbgrader.converters import GenerateAssignment

    _run(GenerateAssignment, course, assignment=assignment)


def autograde(course: CourseDirectory, assignment: str, *, student: str, seconds: int | None = None) -> None:
    """Run a student's notebooks and enter the marks into the gradebook.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course; ``submitted_directory`` says where the hand-ins stand.
    assignment : str
        Name of the assignment.
    student : str
        The student's id.
    seconds : int, optional
        Longest time for one cell; nbgrader's setting (30) if left out.

    Raises
    ------
    Exception
        The first thing that stopped nbgrader, as it was raised.
    """
    from nbgrader.converters import Autograde

    from kit.grade.safe_notebook import preprocessor

    steps = Autograde(coursedir=course, config=course.config).autograde_preprocessors
    last = preprocessor(texts_given_out(course, assignment))
    settings = {"Autograde": {"force": True, "autograde_preprocessors": [*steps, last]}}
    if seconds is not None:
        settings["Execute"] = {"timeout": seconds}
    _run(Autograde, course, assignment=assignment, student=student, settings=settings)


def noting(step: type) -> type:
    """Give one of nbgrader's steps that keeps the first thing that stopped it, as it was raised.

    nbgrader reports a student's trouble as text in its log; the exception itself says more.
    """

    class Step(step):
        first_problem: Exception | None = None

        def init_assignment(self, *names):
            return self._noting(super().init_assignment, *names)

        def convert_single_notebook(self, path):
            return self._noting(super().convert_single_notebook, path)

        def _noting(self, action, *arguments):
            try:
                return action(*arguments)
            except Exception as problem:
                self.first_problem = self.first_problem or problem
                raise

    return Step


def texts_given_out(course: CourseDirectory, assignment: str) -> set[str]:
    """Give the texts of an exercise: they need no cleaning."""
    import nbformat

    from kit.grade.course import learners_copies

    copies = [nbformat.read(path, as_version=4) for path in learners_copies(course, assignment).values()]
    return {cell.source for copy in copies for cell in copy.cells if cell.cell_type != "code"}


def _run(
    step: type, course: CourseDirectory, *, assignment: str, student: str | None = None, settings: Any = None
) -> None:
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    config = deepcopy(course.config)
    config.merge(Config(settings or {}))
    config.CourseDirectory.assignment_id = assignment
    if student is not None:
        # nbgrader reads a pattern here; a bracket in a name must not be one.
        config.CourseDirectory.student_id = glob.escape(student)

    done = noting(step)(coursedir=CourseDirectory(config=config), config=config)
    try:
        done.start()
    except Exception as problem:
        raise done.first_problem or problem from None


def _matplotlib_folder() -> Path:
    home = Path.home()
    if sys.platform.startswith("linux"):
        return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "matplotlib"
    return home / ".matplotlib"
