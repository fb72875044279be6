"""*Mark my work*: a learner alone gets the same marks and the same page as a class would.

A copy of the saved notebook is graded in a course made for the moment, by the code that grades a class.
"""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kit.course import folder as kit_folder
from kit.errors import KitError, SubmissionError
from kit.grade.result import HELD, Graded
from kit.text import language, text
from kit.town._files import write_bytes

ME = "me"


class Marked(NamedTuple):
    """The result of a notebook, and the feedback page written beside it (``None`` if held)."""

    result: Graded
    page: Path | None


def mark_notebook(notebook: str | Path, *, solutions: Path | None = None, exercises: Path | None = None) -> Marked:
    """Grade one notebook and write its feedback page into a folder ``feedback`` beside it.

    Parameters
    ----------
    notebook : str or Path
        The saved notebook of an exercise.
    solutions, exercises : Path, optional
        The kit's own folders if left out.

    Returns
    -------
    Marked
        The result, and where the page is.

    Raises
    ------
    SubmissionError
        If the notebook is not there, or belongs to no exercise.
    """
    import shutil

    from kit.grade import levels
    from kit.grade.course import new_course, open_course, step_folder
    from kit.grade.feedback import feedback_one
    from kit.grade.intake import plain_files
    from kit.grade.run import grade_class

    notebook = Path(notebook).expanduser().resolve()
    if not notebook.is_file():
        raise SubmissionError("grade.mine-no-file", file=notebook.name)
    solutions = solutions or kit_folder("solutions")
    assignment, name = _exercise_of(notebook, solutions)
    with tempfile.TemporaryDirectory(prefix="kit-mark-", ignore_cleanup_errors=True) as root:
        alone = Path(root) / "solutions"
        shutil.copytree(solutions / assignment, alone / assignment)
        folder = new_course(Path(root) / "course", solutions=alone, exercises=exercises or kit_folder("exercises"))
        handed_in = folder / "submitted" / ME / assignment
        handed_in.mkdir(parents=True)
        shutil.copyfile(notebook, handed_in / f"{name}.ipynb")
        for path in plain_files(notebook.parent) if notebook.parent.name == assignment else ():
            if path.suffix != ".ipynb" and path.parent == notebook.parent:
                shutil.copyfile(path, handed_in / path.name)
        result = grade_class(folder, assignment, level=levels.choose(own_work=True))[0]
        cells = tuple(cell for cell in result.cells if cell.notebook == name)
        result = replace(result, cells=cells)
        if result.state == HELD:
            return Marked(result, None)
        course = open_course(folder)
        pages = feedback_one(course, assignment, student=ME)
        if pages.reason:
            return Marked(replace(result, notes=(*result.notes, pages.reason)), None)
        made = step_folder(course, "feedback", student=ME, assignment=assignment) / f"{name}.html"
        try:
            return Marked(result, _keep(made, notebook.parent / "feedback" / f"{name}.html"))
        except SubmissionError as problem:
            # Marks count more than the page: they are shown also where nothing can be written.
            return Marked(replace(result, notes=(*result.notes, *problem.lines)), None)


def save_as_json(marked: Marked, path: str | Path) -> None:
    """Write a result where another program can read it."""
    data = {"result": marked.result.as_plain_data(), "page": str(marked.page) if marked.page else None}
    Path(path).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def mark_my_work(notebook: str | Path | None = None, *, now: bool = False) -> None:
    """Show a button that marks this notebook; with ``now=True`` mark it at once.

    Parameters
    ----------
    notebook : str or Path, optional
        The notebook, or the name of an exercise. The notebook it is called in if left out.
    now : bool
        Mark at once, without a button.

    Notes
    -----
    What counts is the file as it was last saved.
    """
    # The cell stands in the exercise itself: while that is marked, it must not start marking again.
    if "NBGRADER_EXECUTION" in os.environ:
        return
    from IPython.display import display

    if now:
        markup, words = _marked(notebook)
        display({"text/html": markup, "text/plain": words}, raw=True)
        return
    import ipywidgets as widgets

    button = widgets.Button(
        description=text("grade.mine-button"),
        tooltip=text("grade.mine-hint"),
        layout=widgets.Layout(width="auto", min_width="10em"),
    )
    answer = widgets.HTML(f'<p lang="{language()}">{html.escape(text("grade.mine-hint"))}</p>')

    def pressed(_) -> None:
        button.disabled = True
        answer.value = f'<p lang="{language()}" role="status">{html.escape(text("grade.mine-wait"))}</p>'
        try:
            answer.value = _marked(notebook)[0]
        finally:
            button.disabled = False

    button.on_click(pressed)
    display(widgets.VBox([button, answer]))


def find_notebook(notebook: str | Path | None = None) -> Path:
    """Find the notebook that is meant: a path, an exercise's name, or the one this code runs in.

    Raises
    ------
    SubmissionError
        If there is none, or several could be meant.
    """
    if notebook is not None:
        path = Path(notebook).expanduser()
        if path.is_file():
            return path.resolve()
        folder = path if path.is_dir() else kit_folder("exercises") / path.name.removesuffix(".ipynb")
        found = sorted(folder.glob("*.ipynb")) if folder.is_dir() else []
        if len(found) == 1:
            return found[0].resolve()
        raise SubmissionError("grade.mine-no-file", file=notebook)
    # JupyterLab tells the kernel where its notebook stands.
    session = os.environ.get("JPY_SESSION_NAME", "")
    if session.endswith(".ipynb") and Path(session).is_file():
        return Path(session).resolve()
    here = sorted(Path.cwd().glob("*.ipynb"))
    if len(here) == 1:
        return here[0].resolve()
    names = ", ".join(path.name for path in here) or text("grade.none")
    raise SubmissionError("grade.mine-which", place=Path.cwd().name, names=names)


def _marked(notebook: str | Path | None) -> tuple[str, str]:
    """Mark, and give what came of it as HTML and in plain words."""
    from kit.grade.report import in_lines, task_html, task_words

    try:
        path = find_notebook(notebook)
        result, page = _mark_in_own_process(path)
    except KitError as problem:
        return f'<div lang="{language()}" role="status">{in_lines(str(problem))}</div>', str(problem)
    saved = time.strftime("%H:%M", time.localtime(path.stat().st_mtime))
    said = [text("grade.mine-saved", file=path.name, time=saved)]
    if _looks_unsaved(path):
        said.insert(0, text("grade.mine-unsaved"))
    parts = [f"<p>{html.escape(sentence)}</p>" for sentence in said]
    parts.append(task_html(result))
    words = "\n".join([*said, task_words(result)])
    if page:
        link = html.escape(os.path.relpath(page).replace(os.sep, "/"))
        parts.append(f'<p><a href="{link}" target="_blank">{html.escape(text("grade.mine-page"))}</a></p>')
        words += f"\n{text('cli.mark-page', file=page)}"
    return f'<div lang="{language()}">{"".join(parts)}</div>', words


def _mark_in_own_process(path: Path) -> tuple[Graded, Path | None]:
    """Grade outside the learner's kernel: its folder, variables and settings stay as they are."""
    with tempfile.TemporaryDirectory(prefix="kit-mark-") as folder:
        answer = Path(folder) / "result.json"
        command = [sys.executable, "-m", "kit", "mark", str(path), "--json", str(answer)]
        done = subprocess.run(
            command,
            env={**os.environ, "KIT_LANG": language()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        if not answer.is_file():
            last = (done.stderr.strip().splitlines() or [text("grade.none")])[-1]
            raise SubmissionError("grade.mine-failed", reason=last[:200])
        data = json.loads(answer.read_text(encoding="utf-8"))
    page = Path(data["page"]) if data["page"] else None
    return Graded.from_plain_data(data["result"]), page


def _exercise_of(notebook: Path, solutions: Path) -> tuple[str, str]:
    """Find the exercise that a notebook answers: by its name, else by its cells."""
    import nbformat

    from kit.grade.notebook_file import read_notebook
    from kit.grade.rebuild import grade_ids

    sources = sorted(solutions.glob("[!.]*/*.ipynb"))
    for source in sources:
        if source.stem == notebook.stem and source.parent.name == notebook.parent.name:
            return source.parent.name, source.stem
    try:
        mine = {cell.grade_id for cell in read_notebook(notebook)} - {""}
    except SubmissionError:
        mine = set()
    shared = {source: len(mine & grade_ids(nbformat.read(source, as_version=4))) for source in sources}
    best = max(shared, key=shared.get, default=None)
    if best is not None and shared[best]:
        return best.parent.name, best.stem
    for source in sources:
        if source.stem == notebook.stem:
            return source.parent.name, source.stem
    raise SubmissionError("grade.mine-no-exercise", file=notebook.name)


def _keep(made: Path, wanted: Path) -> Path:
    """Put the page beside the notebook, whole or not at all."""
    page = made.read_bytes()
    try:
        write_bytes(wanted, page)
    except OSError as problem:
        raise SubmissionError("grade.cannot-write", place=wanted.parent, reason=problem.strerror) from problem
    return wanted


def _looks_unsaved(path: Path) -> bool:
    """Tell whether the cell that ran last is not in the file: then the file is older than the screen."""
    from IPython import get_ipython

    shell = get_ipython()
    ran = [code for code in (shell.user_ns.get("In", []) if shell else []) if code and "mark_my_work" not in code]
    if not ran:
        return False
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        saved = {"".join(cell["source"]).strip() for cell in cells}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return ran[-1].strip() not in saved
