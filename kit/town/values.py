"""One answer as it is kept: whole numbers, dates and choices read as people of several countries type them."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

from kit.text import text
from kit.town.wording import choices, show_answer


class _Wrong(Exception):
    def __init__(self, key: str, **gaps: object) -> None:
        super().__init__(text(f"town.{key}", **gaps))


def check_value(field: dict, given: object) -> tuple[object, str | None]:
    """Give the answer to one question as it is kept, and words on why it will not do.

    Examples
    --------
    >>> check_value({"id": "cases", "kind": "whole_number", "min": 0}, "1,102")
    (1102, None)
    """
    try:
        answer = _kept_as(field, given)
        if answer is not None:
            _check_limits(field, answer)
    except _Wrong as wrong:
        return None, str(wrong)
    return answer, None


def is_unchanged(field: dict, given: object, earlier: object) -> bool:
    """Tell whether what was typed is the earlier answer, written the same or another way.

    Examples
    --------
    >>> is_unchanged({"id": "cases", "kind": "whole_number"}, "1,102", 1102)
    True
    """
    try:
        return _kept_as(field, given) == earlier
    except _Wrong:
        return False


def _kept_as(field: dict, given: object) -> object:
    if is_nothing(given):
        return None
    if isinstance(given, str):
        given = given.replace("\r\n", "\n").strip()
    if isinstance(given, (str, list, tuple, set, frozenset)) and not given:
        return None
    return _READERS[field["kind"]](field, given)


def is_nothing(given: object) -> bool:
    """Tell whether this stands for no answer: nothing, or a cell of a table that is missing.

    Examples
    --------
    >>> is_nothing(None), is_nothing(float("nan")), is_nothing(0)
    (True, True, False)
    """
    # A missing day of pandas is a datetime that differs from itself, as a missing number does.
    missing = isinstance(given, (float, datetime)) and given != given
    return given is None or missing or type(given).__name__ == "NAType"


def _text(field: dict, given: object) -> str:
    if not isinstance(given, (str, int, float, date)) or isinstance(given, bool):
        raise _Wrong("wrong-text")
    words = str(given).encode("utf-8", "replace").decode()
    return words if field["kind"] == "long_text" else " ".join(words.split())


def _whole_number(field: dict, given: object) -> int:
    value = _read_number(given, "wrong-whole-number", thousands=True)
    if value != int(value):
        raise _Wrong("wrong-whole-number")
    return int(value)


def _number(field: dict, given: object) -> float:
    value = _read_number(given, "wrong-number", thousands=False)
    return int(value) if value == int(value) else value


def _year(field: dict, given: object) -> int:
    if isinstance(given, str) and not re.fullmatch(r"\d{4}", given):
        raise _Wrong("wrong-year")
    value = _read_number(given, "wrong-year", thousands=False)
    if not 1000 <= value <= 9999 or value != int(value):
        raise _Wrong("wrong-year")
    return int(value)


def _read_number(given: object, key: str, *, thousands: bool) -> float:
    """Read a number as people of several countries type it; where two readings are possible, ask."""
    if hasattr(given, "item") and not isinstance(given, str):
        given = given.item()  # numpy
    if isinstance(given, bool) or not isinstance(given, (str, int, float)):
        raise _Wrong(key)
    if isinstance(given, str):
        typed = re.sub(r"(?<=\d)[\s'’](?=\d{3}(?!\d))", "", given.replace("−", "-"))
        marks = re.findall(r"[.,]", typed)
        grouped = re.fullmatch(r"-?[1-9]\d{0,2}([.,]\d{3})+", typed) and len(set(marks)) == 1
        if len(marks) == 1 and grouped and not thousands:
            whole, _, rest = re.sub(r"[.,]", ".", typed).partition(".")
            raise _Wrong("wrong-separator", value=given, big=whole + rest, small=typed + "0")
        if grouped:
            typed = re.sub(r"[.,]", "", typed)
        elif len(set(marks)) == 2 and re.fullmatch(r"-?[1-9]\d{0,2}([.,]\d{3})+[.,]\d+", typed):
            if marks.count(marks[-1]) > 1:
                raise _Wrong(key)
            typed = typed.replace(marks[0], "").replace(marks[-1], ".")
        typed = typed.replace(",", ".")
        if not re.fullmatch(r"-?\d+(\.\d+)?", typed):
            raise _Wrong(key)
        given = float(typed) if "." in typed else int(typed) if len(typed) < 300 else math.inf
    if not math.isfinite(given):
        raise _Wrong(key)
    return given


def _date(field: dict, given: object) -> str:
    if isinstance(given, datetime):
        given = given.date()
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
        try:
            return date.fromisoformat(given).isoformat()
        except ValueError:
            pass
    raise _Wrong("wrong-date")


def _choice(field: dict, given: object) -> str:
    known = choices(field)
    wanted = str(given).strip().casefold()
    if field["kind"] == "yes_no_unknown" and isinstance(given, bool):
        wanted = "yes" if given else "no"
    for value, label in known.items():
        if wanted in (value, label.casefold()):
            return value
    raise _Wrong("wrong-choice", choices=", ".join(known.values()))


def _several_choices(field: dict, given: object) -> list[str] | None:
    wanted = [given] if isinstance(given, str) else list(given) if isinstance(given, (list, tuple, set)) else None
    if wanted is None:
        raise _Wrong("wrong-choice", choices=", ".join(choices(field).values()))
    chosen = {_choice(field, one) for one in wanted}
    return [value for value in choices(field) if value in chosen]


_READERS = {
    "text": _text,
    "long_text": _text,
    "whole_number": _whole_number,
    "number": _number,
    "year": _year,
    "choice": _choice,
    "several_choices": _several_choices,
    "date": _date,
    "yes_no_unknown": _choice,
}


def _check_limits(field: dict, answer: object) -> None:
    words = {
        "date": ("too-early", "too-late"),
        "year": ("year-too-early", "year-too-late"),
    }.get(field["kind"], ("too-small", "too-big"))
    least, most = _limit(field, "min"), _limit(field, "max")
    if least is not None and answer < least:
        raise _Wrong(words[0], limit=show_answer(field, least))
    if most is not None and answer > most:
        raise _Wrong(words[1], limit=show_answer(field, most))


def _limit(field: dict, which: str) -> object:
    limit = field.get(which)
    if limit == "today":
        return date.today().isoformat() if field["kind"] == "date" else date.today().year
    return limit
