"""A list that a learning platform exported: who is who there, by the platform's own numbers.

Read are Canvas's gradebook, Moodle's grading worksheet and gradebook, Brightspace's gradebook, and any
roster. Which one it is shows in its headings; every row is linked to a student of the course.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from kit.errors import SubmissionError
from kit.grade.hand_in_names import People
from kit.grade.roster import decode, plain_word

# Headings by their usual words, in the languages that our readers' platforms speak. Compared without
# accents, case and punctuation. Moodle writes them in the language of whoever exports.
_WORDS = {
    "number": "id",
    "participant": "identifier|identificador|identifikator|identifiant|identificatore",
    "ids": (
        "sis_user_id|sis_login_id|orgdefinedid|org_defined_id|username|user_name|id_number|idnumber|login|login_id|"
        "student_id|numero_de_id|nombre_de_usuario|usuario|id_nummer|identifikationsnummer|anmeldename|matrikelnummer|"
        "numero_d_identification|nom_d_utilisateur"
    ),
    "email": (
        "email|e_mail|email_address|e_mail_address|direccion_de_correo|direccion_email|direccion_de_correo_electronico|"
        "correo|correo_electronico|e_mail_adresse|adresse_de_courriel"
    ),
    "first": "first_name|firstname|nombre|vorname|prenom",
    "last": "last_name|lastname|surname|apellido_s|apellidos|nachname|nom|nom_de_famille",
    "full": "student|full_name|nombre_completo|apellido_s_nombre|vollstandiger_name|nom_complet|nombre_apellido_s",
}


@dataclass
class PlatformList:
    """The rows of a list, and how they are linked.

    Parameters
    ----------
    heading : list of str
        The headings, as they stand in the file.
    rows : list of list of str
        All other rows, each as long as the heading.
    students : list of str
        The student of the course for each row; empty where it is nobody's.
    numbers : list of str
        The platform's own number for each row; empty where there is none.
    separator : str
        What stands between the cells.
    """

    heading: list[str]
    rows: list[list[str]]
    students: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    separator: str = ","

    @property
    def kind(self) -> str:
        """``"canvas"``, ``"moodle"`` (worksheet), ``"moodle-gradebook"``, ``"brightspace"``, or ``""``."""
        words = [plain_word(cell) for cell in self.heading]
        if "orgdefinedid" in words or "end_of_line_indicator" in words:
            return "brightspace"
        if words[:1] in (["student"], ["lastname"]) and "id" in words[:3]:
            return "canvas"
        if any(word in _WORDS["participant"].split("|") for word in words[:1]):
            return "moodle"
        known = {*_WORDS["email"].split("|"), *_WORDS["ids"].split("|")}
        return "moodle-gradebook" if known & set(words) else ""


def read_platform_list(path: str | Path, people: People, *, wanted: str = "") -> PlatformList:
    """Read a list and find out who is who.

    Parameters
    ----------
    path : str or Path
        A CSV file from a learning platform.
    people : People
        The students of the course; they learn the numbers and names in the list.
    wanted : str
        The platform it must come from; any if empty.

    Raises
    ------
    SubmissionError
        If the file cannot be read, is from another platform, or nobody in it is a student of the course.
    """
    path = Path(path).expanduser()
    heading, rows, separator = _table(path)
    words = [plain_word(cell) for cell in heading]

    def column(row: list[str], what: str) -> list[str]:
        wanted = _WORDS[what].split("|")
        return [row[place].strip() for place, word in enumerate(words) if word in wanted and row[place].strip()]

    listed = PlatformList(heading, rows, separator=separator)
    if wanted and listed.kind.partition("-")[0] != wanted:
        raise SubmissionError("marks.other-platform", file=path.name, form=wanted)
    canvas = listed.kind == "canvas"
    for row in rows:
        # Brightspace puts a # before ids, so that no spreadsheet eats their noughts.
        ids = [word.removeprefix("#") for word in column(row, "ids")]
        emails, names = column(row, "email"), column(row, "full")
        if column(row, "first") and column(row, "last"):
            names.append(f"{column(row, 'last')[0]}, {column(row, 'first')[0]}")
        numbers = column(row, "number") if canvas else []
        numbers += [found[1] for word in column(row, "participant") if (found := re.search(r"(\d+)$", word))]
        if not canvas and not numbers:
            ids += column(row, "number")
        student = _who(people, numbers=numbers if canvas else [], words=[*ids, *emails, *names])
        listed.students.append(student)
        listed.numbers.append(numbers[0] if numbers else "")
        if student:
            for number in numbers:
                people.add(student, lms_user_id=number)
            for name in names:
                people.add(student, full_name=name)
            for email in emails:
                people.add(student, email=email)
    if not any(listed.students):
        raise SubmissionError("marks.nobody-known", file=path.name)
    return listed


def _who(people: People, *, numbers: list[str], words: list[str]) -> str:
    """Give the one student that the row is about; empty if it is nobody, or could be several."""
    for found in (*map(people.numbered, numbers), *map(people.named, words)):
        if len(found) == 1:
            return found[0]
    return ""


def _table(path: Path) -> tuple[list[str], list[list[str]], str]:
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise SubmissionError("marks.cannot-read", file=path, reason=problem.strerror) from problem
    if raw[:4] == b"PK\x03\x04" or (b"\x00" in raw and raw[:2] not in (b"\xff\xfe", b"\xfe\xff")):
        raise SubmissionError("marks.not-a-list", file=path.name)
    said = decode(raw)
    first = next((line for line in said.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(said, newline=""), delimiter=separator) if any(row)]
    except csv.Error as problem:
        raise SubmissionError("marks.not-a-list", file=path.name) from problem
    if not rows or len(rows[0]) < 2:
        raise SubmissionError("marks.not-a-list", file=path.name)
    width = len(rows[0])
    return rows[0], [row + [""] * (width - len(row)) for row in rows[1:]], separator
