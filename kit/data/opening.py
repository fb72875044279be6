"""Opening a person's file: is it there, what is it, which row has the headings, which heading is which?"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.data import headings as naming
from kit.data.file_format import MOST_COLUMNS, kind_of
from kit.data.personal import find_in
from kit.data.problems import OwnFileError, Problems, refuse
from kit.data.reading import TOP
from kit.errors import DataError
from kit.text import text


def existing(path: str | Path) -> Path:
    """Give the path if a file is there that can be read.

    Raises
    ------
    OwnFileError
        If it is a web address, a folder, missing, or not readable for this person.
    """
    written = os.fspath(path)
    if re.match(r"[a-z]{2,6}://", written, re.IGNORECASE):
        raise refuse("web-address", written)
    path = Path(written).expanduser()
    name = path.name or written
    try:
        if path.is_dir():
            raise refuse("folder", name)
        if not path.exists():
            raise refuse("no-file", name, nearby=_nearby(path))
        with path.open("rb"):
            return path
    except PermissionError:
        raise refuse("no-permission", name) from None
    except (OSError, ValueError) as reason:
        raise refuse("unreadable", name, reason=getattr(reason, "strerror", None) or str(reason)) from None


def _nearby(path: Path) -> str:
    """Name files that may be meant: same folder, similar name."""
    from difflib import get_close_matches

    try:
        there = [each.name for each in path.parent.iterdir() if each.is_file()]
    except OSError:
        there = []
    near = get_close_matches(path.name, there, n=3, cutoff=0.5)
    return text("own.nearby", names=", ".join(near)) if near else text("own.nothing-nearby")


def open_table(path: Path, *, sheet: str | None, encoding: str | None, separator: str | None) -> Any:
    """Open a file as a table, whatever its name says it is."""
    kind = kind_of(path)
    if kind == "text":
        from kit.data.text_table import open_text

        table = open_text(path, encoding=encoding, separator=separator)
    else:
        from kit.data.spreadsheet import open_workbook

        table = open_workbook(path, kind, sheet=sheet)
    suffix = path.suffix.lower()
    expected = (
        ("", ".csv", ".txt", ".tsv", ".tab", ".dat", ".asc")
        if kind == "text"
        else ("", f".{kind}", ".xlsm", ".xls")
    )
    if suffix not in expected:
        table.notes.append(("note-name-differs", {"suffix": suffix, "kind": kind}))
    return table


def headings_of(
    table: Any,
    fields: list[naming.Field],
    rename: Mapping[str, str | None],
    header: int | None,
    leave_out: set[int],
) -> tuple[int, list[str]]:
    """Find the row with the headings: the one the person names, else the first that is not blank."""
    file = table.path.name
    top = [[str(cell) for cell in row] for row in table.top(max(TOP, header or 0))]
    filled = [i for i, row in enumerate(top, start=1) if any(cell.strip() for cell in row) and i not in leave_out]
    if not filled:
        raise refuse("empty-file" if table.path.stat().st_size < 100_000 else "huge-cell", file)
    row = header or filled[0]
    if row not in filled:
        raise refuse("header-blank", file, number=row)
    names = [re.sub(r"\s+", " ", cell.replace("\ufeff", "")).strip() for cell in top[row - 1]]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise refuse("too-many-columns", file, most=f"{MOST_COLUMNS:,}")
    if header is None and fields:
        fits = {i: len([f for f in naming.match(top[i - 1], fields, {**rename}).values() if f]) for i in filled}
        best = max(fits, key=lambda each: (fits[each], -each))
        if best != row and fits[best] > fits[row] and fits[best] >= min(2, len(fields)):
            raise refuse("header-lower", file, number=best, row=row)
        if not fits[row] and len([name for name in names if name]) == 1 and len(top) > row:
            widest = max(filled, key=lambda each: len([cell for cell in top[each - 1] if cell.strip()]))
            if widest != row and len([cell for cell in top[widest - 1] if cell.strip()]) > 2:
                raise refuse("header-lower", file, number=widest, row=row)
        figures = [name for name in names if re.fullmatch(r"[-+]?[\d.,]+ ?%?", name)]
        if not fits[row] and (2 * len(figures) >= len(names) or find_in("\n".join(names))):
            raise refuse("no-headings", file)
    if len(names) == 1 and re.search(r"[;\t|]|,\S", names[0]) and len(fields) > 1:
        raise refuse("one-column", file)
    return row, names + [""] * (_width(top[row - 1 :]) - len(names))


def _width(rows: list[list[str]]) -> int:
    """Give the number of columns: the headings, and cells without a heading that some row has filled."""
    headings = len([*rows[0]])
    while headings and not rows[0][headings - 1].strip():
        headings -= 1
    usual = [max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0) for row in rows[1:]]
    wide = [each for each in usual if each > headings]
    return max(wide, default=headings) if len(wide) > len(usual) / 2 else headings


def matched(
    path: Path,
    names: list[str],
    fields: list[naming.Field],
    rename: Mapping[str, str | None],
) -> dict[int, naming.Field | None]:
    """Match headings and fields; if a question is open, ask all of them at once."""
    unknown = [each for each in rename if naming.plain(each) not in {naming.plain(name) for name in names}]
    if unknown:
        raise DataError(
            "own.rename-unknown", file=path.name, heading=unknown[0], headings=", ".join(filter(None, names))
        )
    known = {naming.plain(each["name"]) for each in fields}
    wrong = [each for each in rename.values() if each is not None and naming.plain(each) not in known]
    if wrong:
        raise DataError("own.rename-target", name=wrong[0], names=", ".join(each["name"] for each in fields))
    problems = Problems()
    found = naming.match(names, fields, {**rename})
    seen: dict[str, str] = {}
    for position, heading in enumerate(names):
        field = found.get(position)
        if field:
            if field["name"] in seen:
                problems.add("heading-twice", column=heading, other=seen[field["name"]], name=field["name"])
            seen[field["name"]] = heading
    asked = naming.suggestions(names, found, fields)
    for heading, name in asked.items():
        if name:
            problems.add("heading-suggested", column=heading, heading=heading, name=name)
        else:
            problems.add("heading-unknown", column=heading, heading=heading)
    settled = {*seen, *asked.values()}
    absent = [each for each in fields if each["name"] not in settled and not each["optional"]]
    for each in absent:
        problems.add("heading-missing", name=each["name"])
    if not problems:
        return found
    if not asked:
        raise problems.error(path.name)
    listed = ", ".join(asked)
    expected = ", ".join(each["name"] for each in fields if not each["optional"])
    code = "rename={" + ", ".join(f"{old!r}: {new!r}" for old, new in asked.items()) + "}"
    raise OwnFileError(
        "own.headings", problems=problems.table(), file=path.name, headings=listed, expected=expected, code=code
    )


def as_named(names: list[str], rename: Mapping[str, str | None]) -> dict[int, naming.Field | None]:
    """Take every column as text, under the name the person gives it."""
    answer: dict[int, naming.Field | None] = {}
    for position, heading in enumerate(names):
        name = rename.get(heading, heading)
        answer[position] = {"name": name, "type": "string"} if name else None
    return answer
