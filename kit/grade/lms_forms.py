"""The CSV files that Canvas, Moodle and Brightspace read marks from, written new or filled in.

Sources: Canvas, lib/gradebook_importer.rb and lib/gradebook_exporter.rb; Moodle,
mod/assign/feedback/offline/importgradeslib.php and mod/assign/gradingtable.php; Brightspace, its
knowledge base, "Importing grades"; all read 2026-11-25.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping

from kit.errors import SubmissionError
from kit.grade.hand_in_names import letters
from kit.grade.page import points
from kit.grade.platform_list import PlatformList
from kit.grade.reasons import reason
from kit.grade.result import GRADED, MISSING, Graded
from kit.grade.roster import plain_word
from kit.text import text

CANVAS_COLUMNS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
POINTS_POSSIBLE = "    Points Possible"
_END = "End-of-Line Indicator"
_NONE = Graded("", MISSING)
_Given = Mapping[str, Mapping[str, Graded]]

# Moodle's worksheet in the language of whoever exported it.
_GRADE = ("grade", "calificacion", "bewertung", "note", "valutazione", "nota")
_GRADE_MAX = ("maximum_grade", "calificacion_maxima", "beste_bewertung", "note_maximale", "valutazione_massima")
_FEEDBACK = (
    "feedback_comments", "comentarios_de_retroalimentacion", "retroalimentacion", "feedback_als_kommentar",
    "commentaires_de_feedback", "feedback_commenti", "comentarios_feedback",
)  # fmt: skip
# What a platform writes where no mark may go: excused, not assigned.
_TAKEN = ("EX", "N/A")


def plain_text(value: object) -> str:
    """Make a value that no spreadsheet takes for a formula.

    Examples
    --------
    >>> plain_text("=1+1"), plain_text("Núñez"), plain_text(2.5)
    ("'=1+1", 'Núñez', '2.5')
    """
    if value is None:
        return ""
    said = str(value).replace("\x00", "")
    if not isinstance(value, str):
        return said
    risky = said.lstrip()[:1] in ("=", "+", "-", "@") or said[:1] in ("\t", "\r", "\n")
    return f"'{said}" if risky else said


def canvas(people: list[dict[str, str]], given: _Given, *, possible: Mapping[str, float]) -> str:
    """Write marks for Canvas, which finds students by its own number or by the id they sign in with."""
    rows = [[POINTS_POSSIBLE, "", "", "", "", *(points(possible[name]) for name in given)]]
    for person in people:
        full = ", ".join(part for part in (person["last_name"], person["first_name"]) if part) or person["id"]
        scores = [_score(results, person["id"]) for results in given.values()]
        rows.append([full, person["lms_user_id"], person["id"], person["id"], "", *scores])
    return write([*CANVAS_COLUMNS, *given], rows)


def moodle(people: list[dict[str, str]], given: _Given, *, possible: Mapping[str, float]) -> str:
    """Write marks for Moodle's gradebook, which finds students by ID number or address.

    Grade and feedback must come in the same file: a later import of one can empty the other.
    """
    columns = ["ID number", "Email address", "First name", "Last name"]
    for name in given:
        columns += [name, f"{name} feedback"]
    rows = []
    for person in people:
        row = [person["id"], person["email"], person["first_name"], person["last_name"]]
        for results in given.values():
            row += [_score(results, person["id"]), feedback(results.get(person["id"], _NONE))]
        rows.append(row)
    return write(columns, rows)


def brightspace(people: list[dict[str, str]], given: _Given, *, possible: Mapping[str, float]) -> str:
    """Write marks for Brightspace, which finds students by their number or by the name they sign in with."""
    numbers = all(person["id"].isdigit() for person in people)
    columns = ["OrgDefinedId" if numbers else "Username"]
    columns += [f"{name} Points Grade <Numeric MaxPoints:{points(possible[name])}>" for name in given]
    rows = [
        # The sign keeps the noughts of a number, and the end of the line, through any spreadsheet.
        [f"#{person['id']}", *(_score(results, person["id"]) for results in given.values()), "#"]
        for person in people
    ]
    return write([*columns, _END], rows)


FORMS = {"brightspace": brightspace, "canvas": canvas, "moodle": moodle}


def fill(
    listed: PlatformList,
    given: _Given,
    *,
    possible: Mapping[str, float],
    column: str | None = None,
    scale: bool = False,
) -> tuple[str, list[str]]:
    """Fill marks into a list that a platform exported; every other cell stays as it was.

    Returns
    -------
    str
        The text of the file.
    list of str
        What a teacher should know, in plain words.

    Raises
    ------
    SubmissionError
        If there is no such column, or the list has room for one exercise only and several are given.
    """
    if listed.kind == "moodle" and len(given) > 1:
        raise SubmissionError("marks.one-at-a-time", names=", ".join(given))
    notes: list[str] = []
    for name, results in given.items():
        place = _column(listed, column or name, asked=column is not None, maximum=possible[name])
        their_maximum = _maximum(listed, place)
        factor = 1.0
        if their_maximum and abs(their_maximum - possible[name]) > 1e-9:
            gaps = {
                "column": listed.heading[place],
                "theirs": points(their_maximum),
                "ours": points(possible[name]),
            }
            notes.append(text("marks.scaled" if scale else "marks.not-scaled", **gaps))
            factor = their_maximum / possible[name] if scale and possible[name] else 1.0
        said = _feedback_column(listed, name)
        for row, student in zip(listed.rows, listed.students, strict=True):
            result = results.get(student, _NONE)
            if student and result.state == GRADED and row[place].strip().upper() not in _TAKEN:
                row[place] = _as_they_write(listed, points(result.score * factor))
                if said is not None:
                    row[said] = plain_text(feedback(result))
        for row in listed.rows:
            if listed.kind == "canvas" and row[0].strip() == "Points Possible":
                row[place] = row[place] or points(possible[name])
    return write(listed.heading, listed.rows, escape=False, separator=listed.separator), notes


def unlisted(listed: PlatformList, people: list[dict[str, str]], given: _Given) -> list[str]:
    """Name those who have a mark and no row in the list, and the rows that are nobody's."""
    there = set(listed.students)
    missing = [
        person["id"]
        for person in people
        if person["id"] not in there
        and any(results.get(person["id"], _NONE).state == GRADED for results in given.values())
    ]
    strangers = [
        row[0].strip()
        for row, student in zip(listed.rows, listed.students, strict=True)
        if not student and row[0].strip() and row[0].strip() != "Points Possible"
    ]
    notes = [text("marks.no-row", students=", ".join(missing))] if missing else []
    if strangers:
        names = ", ".join(strangers[:8]) + (", ..." if len(strangers) > 8 else "")
        notes.append(text("marks.strangers", names=names))
    return notes


def feedback(result: Graded) -> str:
    """Give a student's marks and the words of the checks that cost points, in one line.

    Examples
    --------
    >>> from kit.grade.result import CellMark
    >>> feedback(Graded("ana", "graded", 0, 1, cells=(CellMark("a", "share", 0, 1, message="Divide by all."),)))
    'share: 0 of 1. Divide by all.'
    """
    if result.state != GRADED:
        return ""
    said = []
    for mark in result.cells:
        if not mark.max_score:
            continue
        gaps = {"cell": mark.cell, "score": points(mark.score), "max_score": points(mark.max_score)}
        words = " ".join(reason(mark).splitlines()[:4])
        said.append(f"{text('marks.task', **gaps)} {words}".strip())
    if result.late:
        said.append(text("grade.late", points=points(result.late)))
    return " · ".join(said)


def write(
    columns: Iterable[str], rows: Iterable[Iterable[object]], *, escape: bool = True, separator: str = ","
) -> str:
    """Give a table as the text of a CSV file; what a spreadsheet would run is made text."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    if escape:
        writer.writerow([plain_text(column) for column in columns])
        for row in rows:
            writer.writerow([cell if cell == POINTS_POSSIBLE else plain_text(cell) for cell in row])
    else:
        writer.writerow(columns)
        writer.writerows(rows)
    return file.getvalue()


def _score(given: Mapping[str, Graded], student: str) -> str:
    result = given.get(student, _NONE)
    return points(result.score) if result.state == GRADED else ""


def _bare(heading: str, kind: str) -> str:
    """Give the name of an exercise without what the platform adds to it."""
    if kind == "canvas":
        return re.sub(r"\s*\(\d+\)$", "", heading.strip())
    if kind == "brightspace":
        return re.sub(r"\s+Points Grade(\s*<.*>)?$", "", heading.strip())
    # Moodle: "Assignment: name (Real)", in any language.
    return re.sub(r"^[^:]{1,20}:\s*|\s*\([^()]*\)$", "", heading.strip())


def _column(listed: PlatformList, name: str, *, asked: bool, maximum: float) -> int:
    """Find the column to fill. One that is missing goes to the end, unless it was asked for by name."""
    if listed.kind == "moodle" and not asked:
        words = [plain_word(cell) for cell in listed.heading]
        found = [place for place, word in enumerate(words) if word in _GRADE]
    else:
        found = [
            place
            for place, heading in enumerate(listed.heading)
            if name == heading.strip() or letters(_bare(heading, listed.kind)) == letters(name)
            if "feedback" not in plain_word(heading.rpartition("(")[2])
        ]
    if found:
        return found[0]
    if asked or listed.kind == "moodle":
        raise SubmissionError("marks.no-column", column=name, known=", ".join(listed.heading)[:200])
    place = len(listed.heading)
    heading = name
    if listed.kind == "brightspace":
        heading = f"{name} Points Grade <Numeric MaxPoints:{points(maximum)}>"
        place -= plain_word(listed.heading[-1]) == plain_word(_END)
    listed.heading.insert(place, heading)
    for row in listed.rows:
        row.insert(place, "")
    return place


def _maximum(listed: PlatformList, place: int) -> float | None:
    """Give the points that the platform counts in, where the list says so."""
    if listed.kind == "brightspace" and (found := re.search(r"MaxPoints:\s*([\d.,]+)", listed.heading[place])):
        return _number(found[1])
    if listed.kind == "canvas":
        said = (row[place] for row in listed.rows if row[0].strip() == "Points Possible")
        return _number(next(said, ""))
    words = [plain_word(cell) for cell in listed.heading]
    column = next((at for at, word in enumerate(words) if word in _GRADE_MAX), None)
    if listed.kind == "moodle" and column is not None:
        return next((found for row in listed.rows if (found := _number(row[column]))), None)
    return None


def _feedback_column(listed: PlatformList, name: str) -> int | None:
    for place, heading in enumerate(listed.heading):
        if listed.kind == "moodle" and plain_word(heading) in _FEEDBACK:
            return place
        about = letters(_bare(heading, listed.kind)) == letters(name)
        if listed.kind == "moodle-gradebook" and about and "feedback" in plain_word(heading.rpartition("(")[2]):
            return place
    return None


def _as_they_write(listed: PlatformList, mark: str) -> str:
    """Write a mark with a comma where the platform's own numbers have one."""
    commas = listed.kind.startswith("moodle") and any(
        re.fullmatch(r"\d+,\d{1,5}", cell.strip()) for row in listed.rows for cell in row
    )
    return mark.replace(".", ",") if commas else mark


def _number(said: str) -> float | None:
    try:
        return float(said.strip().replace(",", "."))
    except ValueError:
        return None
