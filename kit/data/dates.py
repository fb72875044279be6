"""Dates as offices write them. 03/04/2024 is read only when it is known which number is the day."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])\s?(\d{1,2})\2\s?(\d{4}|\d{2})", re.ASCII)
_SERIAL = re.compile(r"[2-5]\d{4}(?:\.0+)?", re.ASCII)
ORDERS = ("day-first", "month-first")
DAY_ZERO = datetime.date(1899, 12, 30)


def date_order(cells: Iterable[str]) -> str | None:
    """Tell whether day or month comes first, from the cells that leave no doubt.

    Parameters
    ----------
    cells : iterable of str
        Cells of one column.

    Returns
    -------
    str or None
        ``"day-first"``, ``"month-first"``, ``"both"`` if cells contradict each other, ``"unknown"``
        if every cell could be either, None if no cell is written in that way.

    Examples
    --------
    >>> date_order(["03/04/2024", "25/04/2024"]), date_order(["03/04/2024"]), date_order(["2024-04-03"])
    ('day-first', 'unknown', None)
    """
    seen = set()
    for cell in cells:
        found = _YEAR_LAST.fullmatch(cell.strip())
        if found:
            first, _, second, _ = found.groups()
            if int(first) > 12 >= int(second):
                seen.add("day-first")
            elif int(second) > 12 >= int(first):
                seen.add("month-first")
            elif first != second:
                seen.add("unknown")
    clear = seen - {"unknown"}
    if len(clear) == 2:
        return "both"
    return clear.pop() if clear else ("unknown" if seen else None)


def read_date(cell: str, order: str | None, *, two_digits: bool = False) -> datetime.date | str:
    """Give the day that stands in a cell, or the kind of fault.

    Parameters
    ----------
    cell : str
        What stands in the cell.
    order : {"day-first", "month-first", "excel", None}
        How the column writes its dates; ``"excel"`` counts days since the end of 1899.
    two_digits : bool
        Whether a year of two digits is accepted, as 20xx up to 68 and 19xx from 69.

    Examples
    --------
    >>> read_date("31.12.2024", "day-first"), read_date("31.2.2024", "day-first")
    (datetime.date(2024, 12, 31), 'date-impossible')
    >>> read_date("44927", None), read_date("44927", "excel")
    ('date-serial', datetime.date(2023, 1, 1))
    """
    cell = cell.strip()
    if _SERIAL.fullmatch(cell):
        if order == "excel":
            return DAY_ZERO + datetime.timedelta(days=int(float(cell)))
        return "date-serial"
    iso = _ISO.fullmatch(cell)
    if iso:
        return _day(*(int(part) for part in iso.groups()))
    found = _YEAR_LAST.fullmatch(cell)
    if not found:
        return "date-with-time" if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", cell) else "date-unreadable"
    first, _, second, year = found.groups()
    if len(year) == 2 and not two_digits:
        return "date-two-digit-year"
    if order == "month-first":
        first, second = second, first
    elif order != "day-first" and first != second:
        return "date-unreadable"
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) <= 68 else 1900)
    return _day(full, int(second), int(first))


def from_serial(cell: str) -> str:
    """Write an Excel day number as a date.

    Examples
    --------
    >>> from_serial("44927")
    '2023-01-01'
    """
    return (DAY_ZERO + datetime.timedelta(days=int(float(cell)))).isoformat()


def read_year(cell: str) -> int | str:
    """Give the year that stands in a cell, or the kind of fault.

    Examples
    --------
    >>> read_year("2019"), read_year("2019.0"), read_year("2019/20"), read_year("19")
    (2019, 2019, 'year-span', 'year-unreadable')
    """
    cell = cell.strip()
    if re.fullmatch(r"[12]\d{3}(?:[.,]0+)?", cell, re.ASCII):
        return int(cell[:4])
    if re.fullmatch(r"[12]\d{3}\s?[-/–]\s?(?:\d{2}|\d{4})", cell, re.ASCII):
        return "year-span"
    if re.fullmatch(r"[12]\d{3}\s?[*¹²³]+|[12]\d{3}\s?\([a-z\d]+\)", cell):
        return "number-footnote-mark"
    return "year-unreadable"


def _day(year: int, month: int, day: int) -> datetime.date | str:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return "date-impossible"
