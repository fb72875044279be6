"""A file from your own office: opened, matched, checked, and loaded only if nothing is wrong with it.

The steps, each in a file of its own::

    what kind of file       file_format.py
    rows and cells          text_table.py, spreadsheet.py
    which heading is which  opening.py, headings.py
    what is no data         reading.py
    about persons?          personal.py, id_numbers.py
    numbers, dates, text    typed_table.py, numbers.py, dates.py, cells.py
    rules of the table      own_rules.py
    what is wrong           problems.py
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.data import headings as naming
from kit.data import personal as gate
from kit.data.file_format import find_encoding
from kit.data.opening import as_named, existing, headings_of, matched, open_table
from kit.data.problems import Problems, refuse
from kit.data.reading import Reading
from kit.errors import DataError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


def read_own(
    path: str | Path,
    like: str | dict | Path | None = None,
    *,
    rename: Mapping[str, str | None] | None = None,
    sheet: str | None = None,
    header: int | None = None,
    leave_out: Iterable[int] = (),
    decimal: str | None = None,
    dates: str | None = None,
    missing: Iterable[str] = (),
    encoding: str | None = None,
    separator: str | None = None,
    personal: str = gate.STOP,
    by: Sequence[str] = (),
    small_cell: int = 5,
    not_personal: Iterable[str] = (),
) -> pd.DataFrame:
    """Load a file of your office, or say everything that is wrong with it.

    Reads CSV as Excel writes it in any country, tab-separated text, .xlsx, .xls, .xlsb and .ods.
    Nothing is loaded by half, and nothing is guessed: where a cell can mean two things, you are asked.

    Parameters
    ----------
    path : str or Path
        The file.
    like : str, dict or Path
        The table it shall look like; see `headings.fields_like`.
    rename : mapping, optional
        Which heading is which: ``{"bezirk": "district", "note": None}``. None leaves a column out.
    sheet : str, optional
        Name of the sheet, if the workbook has several.
    header : int, optional
        Row with the headings, as the spreadsheet numbers it.
    leave_out : iterable of int
        Rows to leave out, as the spreadsheet numbers them: notes, totals, units.
    decimal : {",", "."}, optional
        The decimal sign, where the file does not show it.
    dates : {"day-first", "month-first", "excel"}, optional
        How dates are written, where the file does not show it.
    missing : iterable of str
        Cells that stand for "not known", such as ``"-"`` or ``"n/a"``. An empty cell always does.
    encoding, separator : str, optional
        Encoding and sign between columns of a text file, if the kit cannot tell.
    personal : {"stop", "aggregate", "i-have-a-lawful-basis-drop-direct-identifiers"}
        What to do if the rows seem to be about single persons.
    by : sequence of str
        With ``personal="aggregate"``: the headings to count by.
    small_cell : int
        With ``personal="aggregate"``: counts below this are hidden.
    not_personal : iterable of str
        Headings that the gate took for personal and that you have checked.

    Returns
    -------
    pandas.DataFrame
        Typed columns in the order of `like`. ``.attrs["notes"]`` says how the file was read.
        With ``personal="aggregate"``: counts by group.

    Raises
    ------
    OwnFileError
        With ``.problems``, a table of every problem: row, column, what, what to do.
    PersonalDataError
        With ``.findings``: which columns seem to be about single persons, and why.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "cases.csv"
    >>> _ = file.write_text("Bezirk;Anteil\\nFavoriten;12,5\\nDöbling;1.234,5\\n", encoding="cp1252")
    >>> read_own(file, like={"district": "string", "share": "number"},
    ...          rename={"Bezirk": "district", "Anteil": "share"})
        district   share
    0  Favoriten    12.5
    1    Döbling  1234.5
    """
    path = existing(path)
    _check_choices(decimal=(decimal, (",", ".")), dates=(dates, ("day-first", "month-first", "excel")))
    _check_choices(personal=(personal, gate.CHOICES), separator=(separator, (";", ",", "\t", "|")))
    if personal == gate.AGGREGATE and not by:
        raise DataError("personal.by-missing")
    fields = [] if personal == gate.AGGREGATE else _fields(like)
    before = path.stat()
    opened = partial(open_table, path, sheet=sheet, separator=separator)
    read = partial(
        _read_rows,
        fields=fields,
        rename=dict(rename or {}),
        header=header,
        leave_out={*leave_out},
        personal=personal,
        not_personal=[*not_personal],
    )
    try:
        try:
            reading, found = read(opened(encoding=encoding))
        except UnicodeError:
            if encoding:
                raise
            # The beginning looked like UTF-8 and the rest is something else.
            reading, found = read(opened(encoding=find_encoding(path, whole=True)))
    except UnicodeError:
        raise refuse("encoding-wrong", path.name, encoding=encoding or "utf-8") from None
    except OSError as reason:
        raise refuse("unreadable", path.name, reason=reason.strerror or str(reason)) from None
    after = existing(path).stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise refuse("changed-while-reading", path.name)
    if personal == gate.AGGREGATE:
        answer = _aggregate(reading, by, found, small_cell)
    else:
        from kit.data.own_rules import checked_table

        answer = checked_table(reading, fields, decimal=decimal, dates=dates, missing=[*missing])
    if reading.problems:
        raise reading.problems.error(path.name)
    answer.attrs = _attrs(path, answer, reading, like)
    return answer


def match_headings(
    path: str | Path,
    like: str | dict | Path,
    *,
    sheet: str | None = None,
    header: int | None = None,
    encoding: str | None = None,
    separator: str | None = None,
) -> naming.HeadingForm:
    """Ask which heading of a file is which column.

    Parameters
    ----------
    path, like, sheet, header, encoding, separator
        As in `read_own`.

    Returns
    -------
    HeadingForm
        Shows a small form in a notebook. ``.code`` is the line of code that does the same,
        ``.rename`` what was chosen.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "cases.csv"
    >>> _ = file.write_text("Bezirk;Fälle\\nFavoriten;12\\n", encoding="utf-8")
    >>> match_headings(file, like={"district": "string", "cases": "integer"}).rename
    {'Bezirk': 'district', 'Fälle': 'cases'}
    """
    path = existing(path)
    fields = _fields(like)
    table = open_table(path, sheet=sheet, encoding=encoding, separator=separator)
    _, names = headings_of(table, fields, {}, header, set())
    found = naming.match(names, fields, {})
    asked = naming.suggestions(names, found, fields)
    return naming.HeadingForm(str(path), asked, [each["name"] for each in fields], like)


def _read_rows(
    table: Any,
    *,
    fields: list[naming.Field],
    rename: dict[str, str | None],
    header: int | None,
    leave_out: set[int],
    personal: str,
    not_personal: list[str],
) -> tuple[Reading, list[gate.Finding]]:
    """Find the headings, let the gate look, and read all rows."""
    row, names = headings_of(table, fields, rename, header, leave_out)
    found = _people_in(table, row, names, rename, not_personal)
    if found and personal == gate.STOP:
        raise gate.PersonalDataError(table.path.name, found)
    if personal == gate.AGGREGATE:
        wanted, dropped = as_named(names, rename), []
    else:
        dropped = [each.column for each in found if each.direct]
        wanted = _matched_without(dropped, table.path, names, fields, rename)
    reading = Reading(table.path, table, names, row, wanted, {*leave_out}, Problems())
    reading.dropped = dropped
    reading.units_and_second_headings(fields)
    reading.merged_cells()
    reading.run(personal=personal, not_personal=not_personal)
    return reading, found


def _people_in(
    table: Any, row: int, names: list[str], rename: Mapping[str, str | None], not_personal: list[str]
) -> list[gate.Finding]:
    """Let the gate look at the first rows, before any heading or cell is spoken of."""
    top = table.top(row + gate.SAMPLE)[row:]
    kept = {name: [] for name in names if name and rename.get(name, name) is not None}
    for line in top:
        for name, cell in zip(names, line, strict=False):
            if name in kept:
                kept[name].append(str(cell))
    return gate.examine(kept, not_personal=not_personal)


def _matched_without(
    dropped: list[str], path: Path, names: list[str], fields: list[naming.Field], rename: Mapping[str, str | None]
) -> dict[int, naming.Field | None]:
    """Match headings and fields, leaving out the columns that identify persons."""
    gone = {naming.plain(rename.get(each) or each) for each in dropped}
    fields = [each for each in fields if naming.plain(each["name"]) not in gone]
    return matched(path, names, fields, {**rename, **dict.fromkeys(dropped)})


def _check_choices(**choices: tuple[str | None, tuple[str, ...]]) -> None:
    for name, (value, allowed) in choices.items():
        if value is not None and value not in allowed:
            options = ", ".join(f'"{each}"' for each in allowed)
            raise DataError("own.bad-choice", name=name, value=value, options=options)


def _fields(like: str | dict | Path | None) -> list[naming.Field]:
    if like is None:
        raise DataError("own.like-missing")
    return naming.fields_like(like)


def _aggregate(reading: Reading, by: Sequence[str], findings: list[gate.Finding], small_cell: int) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    places = {naming.plain(field["name"]): position for position, field in reading.wanted.items()}
    absent = [each for each in by if naming.plain(each) not in places]
    if absent:
        raise DataError("personal.by-unknown", name=absent[0], headings=", ".join(filter(None, reading.names)))
    direct = {each.column for each in findings if each.direct}
    chosen = {each: places[naming.plain(each)] for each in by}
    for name, position in chosen.items():
        if reading.names[position] in direct:
            raise DataError("personal.by-identifies", name=name)
    rows = {}
    for name, position in chosen.items():
        column = reading.columns[position].cleaned()
        rows[name] = np.array(column.values, object)[column.codes]
    return gate.count_groups(pd.DataFrame(rows), [*by], small_cell=small_cell)


def _attrs(path: Path, table: pd.DataFrame, reading: Reading, like: object) -> dict[str, Any]:
    notes = reading.notes
    if reading.dropped:
        notes = [*notes, text("personal.dropped", columns=", ".join(reading.dropped))]
    sources = {"own-file": {"publisher": text("own.your-office")}}
    if "source_id" in table.columns:
        sources = {each: {"publisher": str(each)} for each in table["source_id"].dropna().unique()} or sources
    day = datetime.date.fromtimestamp(path.stat().st_mtime)
    return {
        "table": path.name,
        "title": path.stem,
        "as_of": day.isoformat(),
        "synthetic": "synthetic" in path.stem.lower(),
        "sources": sources,
        "like": like if isinstance(like, str) else None,
        "notes": notes,
    }
