"""Feedback pages of a class: the gradebook is read once, the template is kept, what recurs is made once."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from kit.grade.course import step_folder
from kit.grade.memory_book import MemoryBook
from kit.grade.nbgrader_steps import TEMPLATES
from kit.grade.page import filters
from kit.grade.result import result_of, without_colours
from kit.grade.safe_html import markdown
from kit.grade.writer import Writer
from kit.text import language

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.coursedir import CourseDirectory

_FOLDER = ".kit/pages"
# The texts of an exercise stand in every hand-in.
_markdown = lru_cache(maxsize=1000)(markdown)


class PageMaker:
    """Makes the pages of one student after the other.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment : str
        Name of the assignment.
    """

    def __init__(self, course: CourseDirectory, assignment: str) -> None:
        from jinja2 import Environment, FileSystemLoader

        self.course, self.assignment = course, assignment
        writer = Writer(course, assignment)
        writer.close()
        self._book = type("Book", (MemoryBook,), {"outline": writer.outline})()
        self._environment = Environment(loader=FileSystemLoader(TEMPLATES / "kit_feedback"), autoescape=False)
        self._environment.filters["strip_ansi"] = without_colours

    def write(self, student: str) -> list[Path]:
        """Write a student's pages in the place of older ones, all or none.

        Returns
        -------
        list of Path
            One page a notebook.
        """
        made = self._made(student)
        folder = step_folder(self.course, "feedback", student=student, assignment=self.assignment)
        room = Path(self.course.root) / _FOLDER
        room.mkdir(parents=True, exist_ok=True)
        ready = Path(mkdtemp(dir=room))
        try:
            for name, page in made.items():
                (ready / "new").mkdir(exist_ok=True)
                (ready / "new" / f"{name}.html").write_text(page, encoding="utf-8")
            folder.parent.mkdir(parents=True, exist_ok=True)
            if folder.exists():
                folder.rename(ready / "old")
            (ready / "new").rename(folder)
        finally:
            shutil.rmtree(ready, ignore_errors=True)
        return [folder / f"{name}.html" for name in sorted(made)]

    def _made(self, student: str) -> dict[str, str]:
        import nbformat

        submission = self._book.update_or_create_submission(self.assignment, student)
        folder = step_folder(self.course, "autograded", student=student, assignment=self.assignment)
        notebooks = {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}
        result = result_of(submission, self.course, self.assignment, notebooks=notebooks)
        self._environment.filters.update(filters(result))
        self._environment.filters["kit_markdown"] = _cell_markdown
        template = self._environment.get_template("index.html.j2")
        pages = {}
        for name, notebook in notebooks.items():
            about = self._with_marks(notebook, submission.by_name[name])
            resources = SimpleNamespace(nbgrader=about, language_code=language())
            pages[name] = template.render(nb=notebook, resources=resources)
        return pages

    def _with_marks(self, notebook: NotebookNode, submitted: Any) -> dict[str, Any]:
        """Put marks and comments into the cells, as nbgrader's step *GetGrades* does."""
        for cell in notebook.cells:
            role = cell.metadata.get("nbgrader", {})
            if role.get("solution") or role.get("task"):
                comment = submitted.comment_by_name[role["grade_id"]]
                by_hand = comment.manual_comment
                role["comment"] = comment.auto_comment if by_hand is None else by_hand
            if role.get("grade") or role.get("task"):
                grade = submitted.by_name[role["grade_id"]]
                role["score"], role["points"] = grade.score, grade.max_score
        late = submitted.late_submission_penalty or 0
        score, most = submitted.score - late, submitted.max_score
        return {"notebook": submitted.name, "score": score, "max_score": most, "late_penalty": late}


def _cell_markdown(cell: NotebookNode) -> str:
    pictures = cell.get("attachments")
    return markdown(cell.source, pictures) if pictures else _markdown(cell.source)
