"""Answer sheets of the before test and the after test: a file each, with a code and no name.

The code is drawn by the kit and belongs to nobody. Who wants to see the change writes it on paper
and types it in again in the after test.
"""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Any, NamedTuple

from kit.errors import ExerciseError
from kit.learn.course_items import NOT_KNOWN, RIGHT, SIDES, course_items

_CODE = re.compile(r"[a-z]{4}-\d\d")


class Sheet(NamedTuple):
    """One person's answers to one of the two tests; an answer is ``right``, a misreading or ``not-known``."""

    side: str
    code: str
    answers: dict[str, str]

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(answer == RIGHT for answer in self.answers.values())


def sheet_folder() -> Path:
    """Give the folder of the sheets: ``course_tests``, beside the town's file.

    Examples
    --------
    >>> sheet_folder().name
    'course_tests'
    """
    from kit.town.pages import town_folder

    return town_folder().parent / "course_tests"


def new_code(*, place: Path | None = None) -> str:
    """Draw a code that no sheet in the folder has.

    Examples
    --------
    >>> bool(_CODE.fullmatch(new_code()))
    True
    """
    taken = {path.stem.partition("_")[2] for path in (place or sheet_folder()).glob("*.json")}
    while True:
        word = "".join(secrets.choice(letters) for letters in ("bdfgklmnprstv", "aeiou") * 2)
        code = f"{word}-{secrets.randbelow(90) + 10}"
        if code not in taken:
            return code


def save_sheet(side: str, code: str, *, answers: dict[str, str], place: Path | None = None) -> Path:
    """Save a sheet; a sheet that is there already is never overwritten.

    Parameters
    ----------
    side : {"before", "after"}
        Which test.
    code : str
        The code of the sheet, as `new_code` draws it. Capitals and blanks do not matter.
    answers : dict
        What was chosen, by id of the item; an item without an answer counts as not known.
    place : pathlib.Path, optional
        Another folder than the usual one.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ExerciseError
        If the code is no code, or a sheet with that code stands there already.

    Examples
    --------
    >>> import tempfile
    >>> save_sheet("before", "Tola-37", answers={}, place=Path(tempfile.mkdtemp())).name
    'before_tola-37.json'
    """
    from kit.town._files import explained, write_json

    code = read_code(code)
    path = (place or sheet_folder()) / f"{side}_{code}.json"
    if path.exists():
        raise ExerciseError("course_test.sheet-there", code=code)
    given = {item["id"]: answers.get(item["id"]) or NOT_KNOWN for item in course_items()}
    with explained(path.parent):
        write_json(path, {"test": side, "code": code, "answers": given})
    return path


def read_code(typed: str) -> str:
    """Read a code as people type it.

    Raises
    ------
    ExerciseError
        If it is no code.

    Examples
    --------
    >>> read_code(" TOLA 37 ")
    'tola-37'
    """
    code = re.sub(r"[\s_-]+", "-", typed.strip().lower())
    if not _CODE.fullmatch(code):
        raise ExerciseError("course_test.no-code", typed=typed.strip()[:20])
    return code


def find_sheet(side: str, code: str, *, place: Path | None = None) -> Sheet | None:
    """Give the sheet with that code, or nothing.

    Examples
    --------
    >>> find_sheet("before", "tola-37", place=Path("nowhere")) is None
    True
    """
    path = (place or sheet_folder()) / f"{side}_{read_code(code)}.json"
    return read_sheet(path) if path.is_file() else None


def read_sheet(path: Path) -> Sheet:
    """Read a sheet.

    Raises
    ------
    ExerciseError
        If the file is not a sheet of these tests.
    """
    known = {item["id"]: {RIGHT, NOT_KNOWN, *item["misreadings"]} for item in course_items()}
    try:
        held: Any = json.loads(path.read_text(encoding="utf-8"))
        sheet = Sheet(held["test"], read_code(held["code"]), dict(held["answers"]))
        fits = sheet.side in SIDES and sheet.answers.keys() == known.keys()
        if not fits or any(answer not in known[item] for item, answer in sheet.answers.items()):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ExerciseError) as problem:
        raise ExerciseError("course_test.not-a-sheet", file=path.name[:30]) from problem
    return sheet
