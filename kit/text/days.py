"""Days in the manner of the language."""

from __future__ import annotations

from datetime import date

from kit.text import text


def show_day(day: str) -> str:
    """Give a day in words; what is no date stays as it is.

    Examples
    --------
    >>> show_day("2026-12-01")
    '1 December 2026'
    """
    try:
        when = date.fromisoformat(day)
    except (TypeError, ValueError):
        return str(day)
    return text("town.day", day=when.day, month=text("town.months").split()[when.month - 1], year=when.year)
