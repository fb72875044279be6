"""Days that have passed, in answers that may hold anything."""

from __future__ import annotations

from datetime import date


def passed(day: object, today: date | None = None) -> bool:
    """Tell whether a day has passed; what is no day has not.

    Examples
    --------
    >>> passed("2026-01-31", date(2026, 11, 25)), passed("soon")
    (True, False)
    """
    try:
        return date.fromisoformat(str(day)) < (today or date.today())
    except ValueError:
        return False
