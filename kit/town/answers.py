"""From what a person typed to an answer that can be kept, or to words on what to change."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from datetime import date, datetime

from kit.text import text
from kit.town.wording import choices, show_answer


@dataclass(frozen=True)
class Checked:
    """What came out of a filled-in page.

    Parameters
    ----------
    answers : dict
        The answers that can be kept, by field.
    problems : dict
        What to change, in words, by field.
    empty : list of str
        Required fields without an answer.
    """

    answers: dict
    problems: dict
    empty: list[str]


class _Wrong(Exception):
    def __init__(self, key: str, **gaps: object) -> None:
        super().__init__(text(f"town.{key}", **gaps))


def check_answers(definition: dict, given: dict, *, earlier: dict | None = None) -> Checked:
    """Hold what was typed against the questions.

    Parameters
    ----------
    definition : dict
        The questions; see `kit.town.page_definition`.
    given : dict
        What was typed, by field.
    earlier : dict, optional
        The answers kept so far. An answer that stays the same is not asked again whether
        its day has passed; answers to questions that no longer exist stay.

    Examples
    --------
    >>> from kit.town.definitions import page_definition
    >>> typed = {"municipality": "Exampleton", "population": "12 O00"}
    >>> found = check_answers(page_definition("about-our-town"), typed)
    >>> found.answers, list(found.problems), found.empty
    ({'municipality': 'Exampleton'}, ['population'], ['country'])
    """
    earlier = earlier or {}
    fields = {field["id"]: field for field in definition["fields"]}
    answers = {name: value for name, value in earlier.items() if name not in fields}
    problems = {}
    for name, field in fields.items():
        answer, problem = check_answer(field, given.get(name))
        if problem and name in earlier and _is_unchanged(field, given.get(name), earlier[name]):
            answer, problem = earlier[name], None
        if problem:
            problems[name] = problem
        elif answer is not None:
            answers[name] = answer
    empty = [
        name for name, field in fields.items() if field.get("required") and name not in {**answers, **problems}
    ]
    return Checked(answers, problems, empty)


def check_answer(field: dict, given: object) -> tuple[object, str | None]:
    """Give the answer as it is kept (``None`` if nothing was answered) and, if it will not do, words on why.

    Examples
    --------
    >>> check_answer({"id": "cases", "kind": "whole_number", "min": 0}, "1,102")
    (1102, None)
    >>> check_answer({"id": "cases", "kind": "whole_number", "min": 0}, -3)
    (None, 'This is too small; 0 is the least.')
    """
    try:
        answer = _kept_as(field, given)
        if answer is not None:
            _check_limits(field, answer)
    except _Wrong as wrong:
        return None, str(wrong)
    return answer, None


def closest(name: str, known: list[str]) -> str:
    """Give the known name that looks most like this one.

    Examples
    --------
    >>> closest("indicater", ["publisher", "indicator"])
    'indicator'
    """
    return (difflib.get_close_matches(name, known, n=1, cutoff=0.0) or known)[0]


def _is_unchanged(field: dict, given: object, earlier: object) -> bool:
    try:
        return _kept_as(field, given) == earlier
    except _Wrong:
        return False


def _kept_as(field: dict, given: object) -> object:
    if given is None or (isinstance(given, float) and math.isnan(given)):
        return None
    if isinstance(given, str):
        given = given.replace("\r\n", "\n").strip()
    if isinstance(given, (str, list, tuple, set, frozenset)) and not given:
        return None
    return _READERS[field["kind"]](field, given)


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
