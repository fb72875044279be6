"""Why a task got its points: in words, for every mark that is not simply full."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kit.text import text

if TYPE_CHECKING:
    from kit.grade.result import CellMark, Graded

# What nbgrader writes beside an answer that was not changed.
_NO_RESPONSE = "No response."


def reason(mark: CellMark) -> str:
    """Say why a task got its points.

    Parameters
    ----------
    mark : CellMark
        The mark.

    Returns
    -------
    str
        What the check said, or what a person wrote; a sentence of the kit's where both said nothing.
        Empty for full points without a comment, and while a person still has to mark.

    Examples
    --------
    >>> from kit.grade.result import CellMark
    >>> reason(CellMark("a", "share", 1.0, 2.0))
    'Part of the points; the test gave no reason.'
    >>> reason(CellMark("a", "share", 1.0, 2.0, message="2 of 3 towns are right."))
    '2 of 3 towns are right.'
    >>> reason(CellMark("a", "share", 2.0, 2.0, message="Right."))
    ''
    """
    comment = "" if mark.comment.strip() == _NO_RESPONSE else mark.comment.strip()
    if mark.score is None:
        return ""
    if mark.comment.strip() == _NO_RESPONSE and not mark.score:
        return text("reasons.untouched")
    lost = mark.score < mark.max_score
    said = "\n".join(part for part in (mark.message.strip() if lost else "", comment) if part)
    if said or mark.score == mark.max_score:
        return said
    if mark.by_hand:
        return text("reasons.by-hand")
    if mark.score > mark.max_score:
        return text("reasons.extra")
    return text("reasons.part" if mark.score else "reasons.none")


def reasons_file(given: Mapping[str, Iterable[Graded]]) -> str:
    """Give all marks of all tasks with their reasons, as the text of a CSV file: a row a task and student.

    Parameters
    ----------
    given : mapping
        Results by assignment.
    """
    from kit.grade.lms_forms import plain_text
    from kit.grade.page import points

    file = io.StringIO(newline="")
    writer = csv.writer(file)
    names = ("student", "assignment", "notebook", "task", "points", "maximum", "reason")
    writer.writerow([text(f"reasons.column-{name}") for name in names])
    for assignment, results in given.items():
        for result in results:
            for mark in result.cells:
                score = "" if mark.score is None else points(mark.score)
                cells = [result.student, assignment, mark.notebook, mark.cell, score, points(mark.max_score)]
                writer.writerow([plain_text(cell) for cell in (*cells, reason(mark))])
            if result.late:
                words = text("grade.late", points=points(result.late))
                cells = [result.student, assignment, "", text("late.row"), -result.late, "", words]
                writer.writerow([plain_text(cell) for cell in cells])
    return file.getvalue()
