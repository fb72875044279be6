"""What the feedback page needs beside nbgrader's marks: words, clean HTML, no outside address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kit.grade.reasons import reason
from kit.grade.result import said_by_error, said_in
from kit.grade.safe_html import clean, markdown
from kit.grade.safe_notebook import without_hidden_tests
from kit.text import text

if TYPE_CHECKING:
    from kit.grade.result import Graded


def below(markup: str) -> str:
    """Put the headings of a notebook below those of the page: its title, and the names of its tasks.

    Examples
    --------
    >>> below("<h1>Prevalence</h1><h6>Note</h6>")
    '<h3>Prevalence</h3><h6>Note</h6>'
    """
    return re.sub(r"(</?h)([1-6])\b", lambda found: f"{found[1]}{min(int(found[2]) + 2, 6)}", markup)


def words(which: str, /, **gaps: Any) -> str:
    """Give a message of the page in the language in use."""
    return text(f"grade.page-{which}", **gaps)


def points(score: Any) -> str:
    """Write points without needless decimals.

    Examples
    --------
    >>> points(2.0), points(None), points(0.5)
    ('2', '–', '0.5')
    """
    return "–" if score is None else f"{float(score):.2f}".rstrip("0").rstrip(".")


def role(cell: Any) -> str:
    """Tell what a cell is to a reader of the page: test, written answer, code answer or nothing."""
    nbgrader = cell.metadata.get("nbgrader", {})
    if nbgrader.get("grade") and not nbgrader.get("solution"):
        return "test"
    if nbgrader.get("task") or (nbgrader.get("grade") and nbgrader.get("solution")):
        return "written"
    return "answer" if nbgrader.get("solution") else ""


def total(score: float, max_score: float, waiting: float) -> str:
    """Say how many points there are, and how many a person still has to give.

    Examples
    --------
    >>> total(3.0, 6.0, 3.0)
    '3 of 6 points so far. A person still has to mark 3 points.'
    """
    gaps = {"score": points(score), "max_score": points(max_score)}
    return words("score-so-far", waiting=points(waiting), **gaps) if waiting else words("score", **gaps)


def filters(result: Graded) -> dict[str, Any]:
    """Give the template what it needs to write one student's page."""
    marks = {(mark.notebook, mark.cell): mark for mark in result.cells}

    def mark(cell: Any, notebook: str) -> str:
        nbgrader = cell.metadata.nbgrader
        known = marks.get((notebook, nbgrader.grade_id))
        if known and known.score is None:
            return words("open")
        return words("of", score=points(nbgrader.score), max_score=points(nbgrader.points))

    def why(cell: Any, notebook: str) -> str:
        known = marks.get((notebook, cell.metadata.nbgrader.grade_id))
        return reason(known) if known else ""

    def waiting(notebook: str) -> float:
        open_marks = (one for one in result.cells if one.score is None and one.notebook == notebook)
        return sum(one.max_score for one in open_marks)

    return {
        "kit_below": below,
        "kit_clean": clean,
        "kit_markdown": lambda cell: markdown(cell.source, cell.get("attachments")),
        "kit_shown": without_hidden_tests,
        "kit_error": said_by_error,
        "kit_mark": mark,
        "kit_points": points,
        "kit_role": role,
        "kit_said": said_in,
        "kit_reason": why,
        "kit_total": lambda nbgrader: total(
            nbgrader["score"], nbgrader["max_score"], waiting(nbgrader["notebook"])
        ),
        "kit_words": words,
    }
