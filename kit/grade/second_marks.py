"""A second person marks written answers without names: a sheet to fill in, and reading it back.

All of it stands in the course's folder ``second-marks``. Codes are kept there, so that a sheet can be
made again at any time; what was filled in stays.
"""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import SubmissionError
from kit.grade import html_page, nbgrader_steps
from kit.grade.course import gradebook, open_course, require_assignment
from kit.grade.hand_answers import Answer, answers, plain, rubric_markup, tasks_by_hand
from kit.grade.lms_forms import plain_text
from kit.grade.page import points
from kit.grade.roster import decode, plain_word
from kit.text import LANGUAGES, text
from kit.town._files import write_bytes

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

FOLDER = "second-marks"
# No vowels and no digits: a spreadsheet would take 12E34 for a number and MAR12 for a date.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
COLUMNS = ("code", "task", "maximum", "points", "reason", "answer")


@dataclass(frozen=True)
class Mark:
    """What one grader gave one answer."""

    points: float | None
    reason: str = ""


def make_sheet(folder: str | Path, assignment: str) -> tuple[Path, Path, int]:
    """Write the sheet for a second grader, and a page with the rubric and the answers.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.

    Returns
    -------
    tuple
        The sheet, the page, and how many answers they hold.

    Raises
    ------
    SubmissionError
        If nothing in the exercise is marked by hand, or no answer waits for a person.
    """
    course, found = read_answers(folder, assignment)
    place = Path(folder) / FOLDER
    codes = codes_of(place / f"{assignment}-codes.csv", found)
    sheet = place / f"{assignment}-sheet.csv"
    filled = read_sheet(sheet, {codes[_key(one)]: one for one in found}) if sheet.is_file() else {}
    # Sorted by code, which is drawn by lot: the order tells nothing.
    in_order = sorted(found, key=lambda one: codes[_key(one)])
    people = _people(course)
    rows = []
    parts = [f"<p>{text('second.answers-read')}</p>", *rubric_markup(course, assignment)]
    parts.append(f"<h2>{text('second.answers')}</h2>")
    for one in in_order:
        code = codes[_key(one)]
        mark = filled.get(code, Mark(None))
        markup = without_names(one.markup, people.get(one.student, ()))
        given = "" if mark.points is None else points(mark.points)
        rows.append([code, one.cell, points(one.maximum), given, mark.reason, plain(markup)])
        said = text("second.answer", code=code, task=one.cell, maximum=points(one.maximum))
        parts.append(f'<section class="answer"><h3>{said}</h3>{_lower(markup)}</section>')
    write_table(sheet, [text(f"second.column-{name}") for name in COLUMNS], rows)
    page = html_page.save(
        html_page.page(text("second.answers-title", assignment=assignment), parts),
        place / f"{assignment}-answers.html",
    )
    return sheet, page, len(rows)


def read_answers(folder: str | Path, assignment: str) -> tuple[CourseDirectory, list[Answer]]:
    """Give the course and its answers that a person marks.

    Raises
    ------
    SubmissionError
        If there are none.
    """
    course = open_course(folder)
    with nbgrader_steps.room():
        require_assignment(course, assignment)
        if not tasks_by_hand(course, assignment):
            raise SubmissionError("second.nothing-by-hand", name=assignment)
        found = list(answers(course, assignment))
    if not found:
        raise SubmissionError("second.no-answers", name=assignment)
    return course, found


def codes_of(path: Path, found: Iterable[Answer]) -> dict[tuple[str, str, str], str]:
    """Give each answer its code; codes given before stay."""
    known: dict[tuple[str, str, str], str] = {}
    if path.is_file():
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")):
            if len(row) == 4 and row[0] != text("second.column-code", lang="en"):
                known[row[1], row[2], row[3]] = row[0]
    taken = set(known.values())
    for one in found:
        if _key(one) not in known:
            code = next(code for code in iter(_draw, None) if code not in taken)
            taken.add(code)
            known[_key(one)] = code
    rows = [[code, *key] for key, code in sorted(known.items())]
    write_table(path, ["code", "student", "notebook", "task"], rows, bom=False, escape=False)
    return known


def read_sheet(path: str | Path, known: dict[str, Answer]) -> dict[str, Mark]:
    """Read a sheet that somebody filled in.

    Parameters
    ----------
    path : str or Path
        The sheet, as a CSV file: comma, semicolon or tab, any usual encoding.
    known : dict
        The answers by code.

    Returns
    -------
    dict
        Marks by code.

    Raises
    ------
    SubmissionError
        If the file is no sheet, a code is unknown or stands twice, or a mark is no number
        between 0 and the points of the task.
    """
    path = Path(path).expanduser()
    found: dict[str, Mark] = {}
    for line, row in table_rows(path, ("code", "points")):
        code, said = row["code"].strip().upper(), row["points"].strip()
        if not code and not said:
            continue
        gaps = {"file": path.name, "line": line, "code": code}
        if code not in known:
            raise SubmissionError("second.unknown-code", **gaps)
        if code in found:
            raise SubmissionError("second.code-twice", **gaps)
        found[code] = Mark(number(said, known[code].maximum, **gaps), row.get("reason", "").strip())
    return found


def number(said: str, maximum: float, **gaps: object) -> float | None:
    """Read a mark; nothing is no mark yet."""
    if not said.strip():
        return None
    try:
        value = float(said.strip().lstrip("'").replace(",", "."))
    except ValueError:
        raise SubmissionError("second.not-a-mark", said=said[:20], maximum=points(maximum), **gaps) from None
    if not 0 <= value <= maximum:
        raise SubmissionError("second.not-a-mark", said=said[:20], maximum=points(maximum), **gaps)
    return value


def table_rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows of a CSV file, cells by what their column means in any language of the kit.

    Raises
    ------
    SubmissionError
        If the file cannot be read, or a column is missing.
    """
    meaning = {
        plain_word(text(f"second.column-{name}", lang=lang)): name
        for name in (*COLUMNS, "first", "second", "agreed", "gradebook", "notebook")
        for lang in LANGUAGES
    }
    rows = _rows(path)
    heading = [meaning.get(plain_word(cell), "") for cell in rows[0][1]] if rows else []
    missing = [text(f"second.column-{name}") for name in needed if name not in heading]
    if missing:
        raise SubmissionError("second.no-sheet", file=path.name, columns=", ".join(missing))
    for line, row in rows[1:]:
        cells = {name: row[place] if place < len(row) else "" for place, name in enumerate(heading) if name}
        yield line, {name: re.sub(r"^'(?=\s*[=+\-@\t\r\n])", "", cell) for name, cell in cells.items()}


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        said = decode(path.read_bytes()).replace("\x00", "")
        heading = said.split("\n", 1)[0]
        reader = csv.reader(io.StringIO(said, newline=""), delimiter=max(";\t,", key=heading.count))
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except (OSError, csv.Error) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise SubmissionError("second.cannot-read", file=path, reason=reason) from problem


def write_table(
    path: Path, heading: list[str], rows: Iterable[list[str]], *, bom: bool = True, escape: bool = True
) -> None:
    """Write a CSV file that spreadsheets open with accents right, whole or not at all."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(heading)
    writer.writerows([plain_text(cell) if escape else cell for cell in row] for row in rows)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, file.getvalue().encode("utf-8-sig" if bom else "utf-8"))
    except OSError as problem:
        raise SubmissionError("marks.cannot-write", file=path, reason=problem.strerror) from problem


def without_names(said: str, names: Iterable[str]) -> str:
    """Take the writer's own address, id and full name out of an answer.

    Examples
    --------
    >>> without_names("I, Ana Ng (ana@example.org), think so.", ["Ana Ng", "ana@example.org"])
    'I, […] ([…]), think so.'
    """
    for name in sorted(names, key=len, reverse=True):
        words = r"\s+".join(re.escape(word) for word in name.split())
        said = re.sub(rf"(?<!\w){words}(?!\w)", "[…]", said, flags=re.IGNORECASE)
    return said


def _people(course: CourseDirectory) -> dict[str, list[str]]:
    """Give what names each student; a single word could be any word, so it stays."""
    found = {}
    with gradebook(course) as book:
        for student in book.students:
            first, last = student.first_name or "", student.last_name or ""
            names = [f"{first} {last}", f"{last}, {first}"] if first and last else []
            names += [one for one in (student.email, student.id) if one and re.search(r"[\d@]", one)]
            found[student.id] = names
    return found


def _key(one: Answer) -> tuple[str, str, str]:
    return one.student, one.notebook, one.cell


def _draw() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))


def _lower(markup: str) -> str:
    """Keep an answer's headings below that of its section."""
    return re.sub(r"(</?h)([1-6])\b", lambda found: f"{found[1]}{max(int(found[2]), 4)}", markup)
