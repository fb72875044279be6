"""The list of students, read from the CSV file that a university or an office has anyway."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path

from kit.errors import SubmissionError
from kit.text import text

# Words people use for a column, best first. Compared without accents, case and punctuation.
WORDS = {
    "id": (
        "id|student_id|student_number|user_id|user_name|username|login|login_id|sis_login_id|sis_user_id|id_number|"
        "orgdefinedid|matriculation_number|matrikelnummer|matricule|matricula|numero|numero_de_estudiante|"
        "id_estudiante|identificador|usuario|numero_de_id|codigo"
    ),
    "last_name": "last_name|surname|family_name|apellido|apellidos|nachname|familienname|nom|sobrenome",
    "first_name": "first_name|given_name|forename|nombre|nombres|vorname|prenom|prenome",
    "full_name": "name|full_name|student|student_name|nombre_completo|nombre_y_apellidos|estudiante",
    "email": (
        "email|e_mail|mail|email_address|e_mail_address|correo|correo_electronico|direccion_de_correo|"
        "direccion_de_correo_electronico|courriel"
    ),
}
# A name becomes a folder: what no file system, or nbgrader's own search, can take is refused.
_FORBIDDEN = set('/\\:*?"<>|[]+')


def read_roster(path: str | Path) -> list[dict[str, str]]:
    """Give the students in a CSV file.

    Parameters
    ----------
    path : str or Path
        A file with one row a student and a heading. Comma, semicolon or tab; any usual
        encoding. One column names the student (``id``); names and e-mail may follow.

    Returns
    -------
    list of dict
        Keys ``id``, ``first_name``, ``last_name``, ``email``, ``lms_user_id``; empty text where unknown.

    Raises
    ------
    SubmissionError
        If the file cannot be read, no column or several columns could be the id,
        an id is missing or stands twice, or an id cannot be the name of a folder.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "class.csv")
    >>> _ = file.write_text("Student ID;Apellidos;Nombre\\n007;Núñez;Íñigo\\n", encoding="cp1252")
    >>> read_roster(file)[0]["last_name"]
    'Núñez'
    """
    path = Path(path).expanduser()
    rows = list(_rows(path))
    if not rows:
        raise SubmissionError("grade.roster-empty", file=path.name)
    columns = _columns(rows[0][1], file=path.name)
    students, seen = [], {}
    for line, row in rows[1:]:
        cells = {key: _clean(row[place]) if place < len(row) else "" for key, place in columns.items()}
        student = {key: cells.get(key, "") for key in ("id", "first_name", "last_name", "email", "lms_user_id")}
        if "full_name" in cells and not (student["first_name"] or student["last_name"]):
            last, comma, first = cells["full_name"].partition(",")
            student["last_name"], student["first_name"] = last.strip(), first.strip() if comma else ""
        _check_id(student["id"], line=line, file=path.name)
        folded = student["id"].casefold()
        if folded in seen:
            gaps = {"id": student["id"], "first": seen[folded], "line": line, "file": path.name}
            raise SubmissionError("grade.roster-twice", **gaps)
        seen[folded] = line
        students.append(student)
    if not students:
        raise SubmissionError("grade.roster-empty", file=path.name)
    return students


def _rows(path: Path):
    """Yield line number and cells of each row that is not empty."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise SubmissionError("grade.roster-unreadable", file=path, reason=problem.strerror) from problem
    if raw[:4] == b"PK\x03\x04" or (b"\x00" in raw and raw[:2] not in (b"\xff\xfe", b"\xfe\xff")):
        raise SubmissionError("grade.roster-not-csv", file=path.name)
    said = decode(raw)
    heading = next((line for line in said.splitlines() if line.strip()), "")
    separator = max(";\t,", key=heading.count)
    reader = csv.reader(io.StringIO(said, newline=""), delimiter=separator)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as problem:
        raise SubmissionError("grade.roster-not-csv", file=path.name) from problem


def decode(raw: bytes) -> str:
    """Turn the bytes of a list into text, whichever usual encoding they are in."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Western spreadsheet programs write; its five gaps fall back to latin-1.
        try:
            return raw.decode("cp1252")
        except UnicodeDecodeError:
            return raw.decode("latin-1")


def _columns(heading: list[str], *, file: str) -> dict[str, int]:
    words = [plain_word(cell) for cell in heading]
    found: dict[str, int] = {}
    # A list from Canvas carries its own number in "ID" beside the login that people know.
    canvas = "id" in words and {"sis_login_id", "sis_user_id"} & set(words)
    if canvas:
        found["lms_user_id"] = words.index("id")
        found["id"] = words.index("sis_login_id" if "sis_login_id" in words else "sis_user_id")
    for key, usual in WORDS.items():
        places = [place for place, word in enumerate(words) if word in usual.split("|")]
        if key in found or not places:
            continue
        if len(places) > 1:
            names = ", ".join(heading[place].strip() for place in places)
            raise SubmissionError(
                "grade.roster-two-columns", what=text(f"grade.column-{key}"), names=names, file=file
            )
        found[key] = places[0]
    if "id" not in found:
        names = ", ".join(cell.strip() for cell in heading if cell.strip())
        raise SubmissionError("grade.roster-no-id", file=file, names=names)
    return found


def _check_id(student: str, *, line: int, file: str) -> None:
    if not student:
        raise SubmissionError("grade.roster-no-name", line=line, file=file)
    bad = [letter for letter in student if letter in _FORBIDDEN or not letter.isprintable()]
    if bad or student.startswith(".") or student.endswith(".") or len(student.encode()) > 120:
        shown = "".join(letter for letter in student if letter.isprintable())[:30]
        raise SubmissionError("grade.roster-bad-id", id=shown, line=line, file=file)


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()


def plain_word(cell: str) -> str:
    """Write a heading without accents, case and punctuation.

    Examples
    --------
    >>> plain_word("Dirección de correo"), plain_word("E-Mail")
    ('direccion_de_correo', 'e_mail')
    """
    letters = unicodedata.normalize("NFKD", cell.strip().lower())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", kept).strip("_")
