"""Two graders compared: how far they agree, where they differ, and the marks they settle on.

Agreed marks go into the gradebook through nbgrader's own methods, as formgrader would write them.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kit.errors import KitError, SubmissionError
from kit.grade import html_page, nbgrader_steps
from kit.grade.course import gradebook
from kit.grade.hand_answers import Answer, plain
from kit.grade.page import points
from kit.grade.second_marks import (
    FOLDER,
    Mark,
    codes_of,
    number,
    read_answers,
    read_sheet,
    table_rows,
    write_table,
)
from kit.text import text

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

_COLUMNS = ("code", "task", "maximum", "first", "second", "agreed", "reason", "gradebook", "answer")


class Compared(NamedTuple):
    """What a comparison found: files to look at, rows of agreement, how many marks differ and are missing."""

    table: Path
    page: Path
    agreement: list[list[str]]
    differ: int
    missing: int


class Settled(NamedTuple):
    """What was written into the gradebook: codes written, already there, still open, changed since."""

    written: list[str]
    there: list[str]
    still_open: list[str]
    changed: list[str]


def compare(folder: str | Path, assignment: str, *, sheets: Sequence[str | Path]) -> Compared:
    """Compare a second grader's sheet with the gradebook, or two sheets with each other.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.
    sheets : sequence of str or Path
        One or two sheets that were filled in.

    Raises
    ------
    SubmissionError
        If a sheet cannot be read, or no answer has two marks.
    """
    if not 1 <= len(sheets) <= 2:
        raise SubmissionError("second.two-at-most", n=len(sheets))
    _, found, codes = _known(folder, assignment)
    known = {codes[one.student, one.notebook, one.cell]: one for one in found}
    read = [read_sheet(sheet, known) for sheet in sheets]
    if len(read) == 1:
        read.insert(0, {code: Mark(one.score, one.comment) for code, one in known.items()})
    pairs = {code: (read[0].get(code, Mark(None)), read[1].get(code, Mark(None))) for code in sorted(known)}
    both = {code: pair for code, pair in pairs.items() if None not in (pair[0].points, pair[1].points)}
    if not both:
        raise SubmissionError("second.no-pairs", name=assignment)
    place = Path(folder) / FOLDER
    table = place / f"{assignment}-compared.csv"
    before = _settled_before(table, known)
    rows, talk = [], []
    for code, (first, second) in pairs.items():
        one = known[code]
        same = first.points == second.points
        agreed = first.points if same else before.get(code)
        reason = " / ".join(dict.fromkeys(mark.reason for mark in (first, second) if mark.reason))
        marks = (first.points, second.points, agreed)
        shown = ["" if mark is None else points(mark) for mark in marks]
        in_book = "" if one.score is None else points(one.score)
        rows.append([code, one.cell, points(one.maximum), *shown, reason, in_book, plain(one.markup)])
        if code in both and not same:
            talk.append((code, one, first, second))
    write_table(table, [text(f"second.column-{name}") for name in _COLUMNS], rows)
    agreement = [
        _agreement(cell, [both[code] for code in both if known[code].cell == cell]) for cell in _cells(found)
    ]
    agreement = [row for row in agreement if row]
    page = html_page.save(_page(assignment, agreement, talk), place / f"{assignment}-compared.html")
    return Compared(table, page, agreement, len(talk), len(pairs) - len(both))


def settle(folder: str | Path, assignment: str, *, sheet: str | Path | None = None) -> Settled:
    """Write agreed marks into the gradebook. A mark that somebody changed meanwhile is left alone.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.
    sheet : str or Path, optional
        The table of `compare`, with the column of agreed marks filled in; where it was written if left out.

    Raises
    ------
    SubmissionError
        If there is no such table, or an agreed mark is no number between 0 and the points of the task.
    """
    course, found, codes = _known(folder, assignment)
    known = {codes[one.student, one.notebook, one.cell]: one for one in found}
    path = Path(sheet) if sheet else Path(folder) / FOLDER / f"{assignment}-compared.csv"
    result = Settled([], [], [], [])
    history = []
    with nbgrader_steps.room(), gradebook(course) as book:
        for line, row in table_rows(path, ("code", "agreed", "gradebook")):
            code = row["code"].strip().upper()
            gaps = {"file": path.name, "line": line, "code": code}
            if code not in known:
                raise SubmissionError("second.unknown-code", **gaps)
            one = known[code]
            agreed = number(row["agreed"], one.maximum, **gaps)
            seen = number(row["gradebook"], one.maximum, **gaps)
            grade = book.find_grade(one.cell, one.notebook, assignment, one.student)
            if agreed is None:
                result.still_open.append(code)
            elif grade.manual_score == agreed:
                result.there.append(code)
            elif grade.manual_score != seen:
                result.changed.append(code)
            else:
                history.append([code, _said(grade.manual_score), points(agreed)])
                grade.manual_score, grade.needs_manual_grade = agreed, False
                comment = book.find_comment(one.cell, one.notebook, assignment, one.student)
                comment.manual_comment = comment.manual_comment or row.get("reason", "").strip() or None
                result.written.append(code)
        # What was there before is kept beside it, before it goes.
        _remember(path.parent if sheet is None else Path(folder) / FOLDER, assignment, history)
        book.db.commit()
    return result


def _known(folder: str | Path, assignment: str) -> tuple[CourseDirectory, list[Answer], dict]:
    course, found = read_answers(folder, assignment)
    return course, found, codes_of(Path(folder) / FOLDER / f"{assignment}-codes.csv", found)


def _settled_before(table: Path, known: dict[str, Answer]) -> dict[str, float]:
    """Give what was settled by talk in an earlier table: marks that two graders gave alike are no talk."""
    if not table.is_file():
        return {}
    kept = {}
    for line, row in table_rows(table, ("code", "first", "second", "agreed")):
        code = row["code"].strip().upper()
        if code in known and row["first"].strip() != row["second"].strip():
            agreed = number(row["agreed"], known[code].maximum, file=table.name, line=line, code=code)
            if agreed is not None:
                kept[code] = agreed
    return kept


def _cells(found: list[Answer]) -> list[str]:
    return list(dict.fromkeys(one.cell for one in found))


def _agreement(cell: str, pairs: list[tuple[Mark, Mark]]) -> list[str]:
    """Give a row of the table of agreement: task, answers, same mark, weighted kappa, alpha."""
    from kit.measure.agreement import cohen_kappa, krippendorff_alpha, percent_agreement

    if not pairs:
        return []
    first, second = ([mark.points for mark in side] for side in zip(*pairs, strict=True))
    same = percent_agreement(first, second).iloc[0]
    said = [cell, str(len(pairs)), f"{100 * same.estimate:.0f}%"]
    try:
        kappa = cohen_kappa(first, second, weights="quadratic").iloc[0]
        alpha = krippendorff_alpha(
            [list(pair) for pair in zip(first, second, strict=True)], level="interval"
        ).iloc[0]
    except KitError:
        # Both gave everybody the same mark: there is nothing by chance to agree beyond.
        return [*said, text("second.not-computed"), text("second.not-computed")]
    return [*said, _with_range(kappa), _with_range(alpha)]


def _with_range(row) -> str:
    if row.estimate != row.estimate:
        return text("second.not-computed")
    if row.lower != row.lower:
        return f"{row.estimate:.2f}"
    return text("second.range", value=f"{row.estimate:.2f}", lower=f"{row.lower:.2f}", upper=f"{row.upper:.2f}")


def _page(assignment: str, agreement: list[list[str]], talk: list[tuple[str, Answer, Mark, Mark]]) -> str:
    heading = [text(f"second.agreement-{name}") for name in ("task", "n", "same", "kappa", "alpha")]
    parts = [
        html_page.table(text("second.agreement"), heading, agreement),
        f"<p>{html.escape(text('second.agreement-read'))}</p>",
        f"<h2>{html.escape(text('second.talk', n=len(talk)))}</h2>",
    ]
    for code, one, first, second in sorted(talk, key=lambda row: -abs(row[2].points - row[3].points)):
        said = text("second.answer", code=code, task=one.cell, maximum=points(one.maximum))
        rows = [
            [text("second.column-first"), points(first.points), first.reason],
            [text("second.column-second"), points(second.points), second.reason],
        ]
        names = [text("second.grader"), text("second.column-points"), text("second.column-reason")]
        table = html_page.table(text("second.two-marks", code=code), names, rows)
        parts.append(f'<section class="answer"><h3>{html.escape(said)}</h3>{one.markup}{table}</section>')
    return html_page.page(text("second.compared-title", assignment=assignment), parts)


def _said(score: float | None) -> str:
    return "" if score is None else points(score)


def _remember(place: Path, assignment: str, rows: list[list[str]]) -> None:
    if not rows:
        return
    path = place / f"{assignment}-history.csv"
    before = []
    if path.is_file():
        before = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))[1:]
    now = datetime.now().isoformat(timespec="seconds")
    heading = ["time", "code", "before", "after"]
    write_table(path, heading, [*before, *([now, *row] for row in rows)], bom=False, escape=False)
