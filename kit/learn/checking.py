"""The check: an answer at once, in words, with four outcomes.

*Not answered yet · not yet · right · I cannot read this.* A learner's own broken code keeps
its real traceback. What is right, what is a known misreading and which words belong to it
stands in the folder of the exercise (``checks.py`` and ``messages.en.po``), not here:
a new exercise needs no change in this file.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kit.errors import ExerciseError, KitError
from kit.text import has_text, text

if TYPE_CHECKING:
    from kit.learn.tasks import Verdict

SYMBOLS = {"right": "✓", "not-yet": "→", "unanswered": "○", "unreadable": "?", "noted": "✓"}
COLOURS = {
    "right": "#00684d",
    "not-yet": "#8a4b00",
    "unanswered": "#595959",
    "unreadable": "#00558c",
    "noted": "#595959",
}


class _Here:
    """Which exercise this notebook belongs to. One kernel serves one notebook."""

    folder: Path | None = None
    practice = False
    tried: set[str] = set()  # noqa: RUF012 (one notebook, one kernel)


class NotYet(KitError):
    """An answer that is not right yet. Its words stand in the place of a traceback."""

    def __init__(self, lines: Sequence[str]) -> None:
        Exception.__init__(self, "\n".join(lines))
        self.key, self.gaps = "learn.not-yet", {}


class Shown(NamedTuple):
    """An outcome in words: the heading and up to three lines."""

    outcome: str
    heading: str
    lines: list[str]


def lesson(name: str) -> None:
    """Open a lesson: its questions and checks are answered for practice, nothing is marked.

    Parameters
    ----------
    name : str
        Folder name of the lesson's exercise, for example ``"complaints_are_not_prevalence"``.

    Raises
    ------
    ExerciseError
        If there is no such lesson.

    Examples
    --------
    >>> lesson("complaints_are_not_prevalence")
    """
    _open(name, practice=True)


def exercise(name: str) -> None:
    """Open an exercise: an answer that is not right stops its cell, so that the marking sees it.

    Parameters
    ----------
    name : str
        Folder name of the exercise, for example ``"complaints_are_not_prevalence"``.

    Raises
    ------
    ExerciseError
        If there is no such exercise.

    Examples
    --------
    >>> exercise("complaints_are_not_prevalence")
    """
    _open(name, practice=False)


def check(task: str, answer: object, *, cases: Sequence[tuple] | None = None, part: str = "") -> None:
    """Look at an answer and say at once what is seen.

    Parameters
    ----------
    task : str
        Short name of the task, as the exercise gives it.
    answer : object
        What the learner found: a number, a rule, a choice, a list of steps, a table.
    cases : sequence of tuples, optional
        For a rule: other arguments to try it on than the exercise names.
    part : str
        For a table ``"columns"``, ``"rows"``, ``"totals"`` or ``"cells"``; for a choice
        ``"readable"``, which does not say whether it is right.

    Raises
    ------
    NotYet
        In an exercise, if the answer is not right. In a lesson the words are only shown.
    ExerciseError
        If the exercise has no task of that name.

    Examples
    --------
    >>> exercise("complaints_are_not_prevalence")
    >>> check("fall", "a lot")
    Traceback (most recent call last):
        ...
    kit.learn.checking.NotYet: ? I cannot read this
    ...
    """
    folder = here()
    try:
        verdict = task_of(task, folder).judge(answer, cases=cases, part=part)
    except ExerciseError:
        raise
    except Exception as broken:
        broken.add_note(text("learn.your-code-broke"))
        raise
    shown = in_words(task, verdict, folder)
    remember_try(task, shown)
    if _Here.practice:
        show(shown)
    elif shown.outcome in ("right", "noted"):
        print("\n".join([shown.heading, *shown.lines]))
    else:
        raise NotYet([shown.heading, *shown.lines])


def solution(task: str) -> None:
    """Show how the authors would answer, with the reason; only after a try.

    Parameters
    ----------
    task : str
        Short name of the task.

    Examples
    --------
    >>> lesson("complaints_are_not_prevalence")
    >>> solution("growth")
    ○ Not answered yet
    Try it first: run the check of this task once.
    Then the solution opens here.
    """
    folder = here()
    found = task_of(task, folder)
    if f"{folder}:{task}" not in _Here.tried:
        heading = f"{SYMBOLS['unanswered']} {text('learn.unanswered')}"
        show(Shown("unanswered", heading, text("learn.try-first").splitlines()))
        return
    words = text(f"{task}.solution", folder=folder).splitlines()
    show(Shown("right", text("learn.solution"), [*_answer_in_figures(found), *words]))


def _answer_in_figures(found: object) -> list[str]:
    """Say the number itself: those who answer without code cannot run the lines below it."""
    from kit.learn.tasks import Value

    if not isinstance(found, Value):
        return []
    number = float(found.answer())
    shown = f"{number:.4g}" if abs(number) < 10_000 else f"{number:.0f}"
    if found.share:
        shown += f" ({100 * number:.3g} %)"
    return [text("learn.answer-is", number=shown)]


def remember_try(task: str, shown: Shown) -> None:
    """Note that a task was tried in this notebook, so that its solution may open.

    Parameters
    ----------
    task : str
        Short name of the task.
    shown : Shown
        What the check said; an empty answer is no try.

    Examples
    --------
    >>> lesson("complaints_are_not_prevalence")
    >>> remember_try("growth", Shown("unanswered", "", []))
    """
    if shown.outcome != "unanswered":
        _Here.tried.add(f"{here()}:{task}")
    if _Here.practice and shown.outcome in ("right", "noted"):
        from kit.learn.progress import note

        note(here().name, task)


def here() -> Path:
    """Give the folder of the exercise in use: the one opened, else the folder one works in.

    Raises
    ------
    ExerciseError
        If no exercise was opened and there is none in this folder.

    Examples
    --------
    >>> lesson("complaints_are_not_prevalence")
    >>> here().name
    'complaints_are_not_prevalence'
    """
    if _Here.folder is not None:
        return _Here.folder
    if Path("checks.py").is_file():
        return Path.cwd()
    raise ExerciseError("learn.none-open")


def task_of(task: str, folder: Path) -> object:
    """Give a task of the exercise in that folder.

    Parameters
    ----------
    task : str
        Short name.
    folder : pathlib.Path
        Folder with ``checks.py``.

    Raises
    ------
    ExerciseError
        If the folder has no such task, or its ``checks.py`` cannot be read.

    Examples
    --------
    >>> lesson("complaints_are_not_prevalence")
    >>> type(task_of("growth", here())).__name__
    'Value'
    """
    import difflib

    tasks = tasks_in(folder)
    if task not in tasks:
        close = ", ".join(difflib.get_close_matches(task, tasks, n=3, cutoff=0.1)) or ", ".join(tasks)
        raise ExerciseError("learn.no-such-task", task=task, exercise=folder.name, close=close)
    return tasks[task]


@cache
def tasks_in(folder: Path) -> Mapping[str, object]:
    """Read the tasks of the exercise in that folder.

    Parameters
    ----------
    folder : pathlib.Path
        Folder with ``checks.py``.

    Raises
    ------
    ExerciseError
        If there is no ``checks.py``, or it cannot be read.

    Examples
    --------
    >>> lesson("complaints_are_not_prevalence")
    >>> "growth" in tasks_in(here())
    True
    """
    path = folder / "checks.py"
    spec = importlib.util.spec_from_file_location(f"checks_of_{folder.name}", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        return dict(module.TASKS)
    except Exception as broken:
        raise ExerciseError("learn.broken-checks", path=path.name, exercise=folder.name, why=broken) from broken


def in_words(task: str, verdict: Verdict, folder: Path) -> Shown:
    """Put a verdict into the words of the exercise, else into the kit's own.

    Parameters
    ----------
    task : str
        Short name of the task.
    verdict : Verdict
        What was seen in the answer.
    folder : pathlib.Path
        Folder with the messages of the exercise.

    Examples
    --------
    >>> from kit.learn.tasks import Verdict
    >>> lesson("complaints_are_not_prevalence")
    >>> in_words("growth", Verdict("unanswered"), here()).heading
    '○ Not answered yet'
    """
    heading = f"{SYMBOLS[verdict.outcome]} {text(f'learn.{verdict.outcome}')}"
    names = [verdict.message] if verdict.message else []
    if _Here.practice and verdict.outcome == "unanswered":
        names.append("unanswered-here")  # a lesson also has a box to answer in
    names.append(verdict.outcome)
    for name in names:
        if has_text(f"{task}.{name}", folder=folder):
            words = text(f"{task}.{name}", folder=folder, **verdict.gaps)
            return Shown(verdict.outcome, heading, words.splitlines())
        if has_text(f"learn.{name}-says"):
            return Shown(verdict.outcome, heading, text(f"learn.{name}-says", **verdict.gaps).splitlines())
    return Shown(verdict.outcome, heading, [])


def show(shown: Shown) -> None:
    """Show an outcome: a calm box in a notebook, plain lines elsewhere.

    Parameters
    ----------
    shown : Shown
        The outcome in words.

    Examples
    --------
    >>> show(Shown("right", "✓ Right", ["One thing to take away."]))
    ✓ Right
    One thing to take away.
    """
    from IPython import get_ipython

    words = "\n".join([shown.heading, *shown.lines])
    if get_ipython() is None:
        print(words)
        return
    from IPython.display import display

    display({"text/html": box(shown), "text/plain": words}, raw=True)


def box(shown: Shown) -> str:
    """Give an outcome as HTML that reads the same without colour and on a dark screen.

    Parameters
    ----------
    shown : Shown
        The outcome in words.

    Examples
    --------
    >>> 'role="status"' in box(Shown("right", "✓ Right", []))
    True
    """
    import html

    from kit.text import language

    lines = "".join(f"<p style='margin:.2em 0'>{html.escape(line)}</p>" for line in shown.lines)
    edge = f"border-left:6px solid {COLOURS[shown.outcome]}"
    style = f"{edge};background:#fff;color:#1a1a1a;padding:.4em .8em;max-width:46em"
    return (
        f'<div role="status" lang="{language()}" style="{style}">'
        f"<p style='margin:.2em 0'><strong>{html.escape(shown.heading)}</strong></p>{lines}</div>"
    )


def _open(name: str, *, practice: bool) -> None:
    _Here.folder = _find(name)
    _Here.practice = practice
    # While a class is marked, the language is the grader's choice, not what this computer remembers.
    if "NBGRADER_EXECUTION" not in os.environ:
        from kit.town import use_remembered_language

        use_remembered_language()


def _find(name: str) -> Path:
    """Prefer the folder one works in: a teacher's own exercise lies beside its notebook."""
    if Path("checks.py").is_file():
        return Path.cwd()
    from kit.course import folder

    found = folder("solutions") / name
    if not (found / "checks.py").is_file():
        import difflib

        known = sorted(path.parent.name for path in found.parent.glob("*/checks.py"))
        close = ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.1)) or ", ".join(known)
        raise ExerciseError("learn.no-such-exercise", name=name, close=close)
    return found
