"""Answers as people read and type them: words of a choice, numbers and dates in the manner of the language."""

from __future__ import annotations

from kit.text import language, text
from kit.text.days import show_day
from kit.text.numbers import show_number

YES_NO_UNKNOWN = ("yes", "no", "unknown")


def in_language(words: dict, lang: str | None = None) -> str:
    """Give words in the language in use, else in English.

    Examples
    --------
    >>> in_language({"en": "Town", "es": "Municipio"}, "es")
    'Municipio'
    """
    return words.get(lang or language()) or words["en"]


def choices(field: dict) -> dict[str, str]:
    """Give the values one can choose and their words in the language in use.

    Examples
    --------
    >>> choices({"kind": "yes_no_unknown"})
    {'yes': 'Yes', 'no': 'No', 'unknown': 'Not known'}
    """
    if field["kind"] == "yes_no_unknown":
        return {value: text(f"town.{value}") for value in YES_NO_UNKNOWN}
    return {choice["value"]: in_language(choice["label"]) for choice in field["choices"]}


def row_name(question: dict, number: int) -> str:
    """Give a row its name on the screen.

    Examples
    --------
    >>> row_name({"row_label": {"en": "Measure", "es": "Medida"}}, 2)
    'Measure 2'
    """
    return text("town.row", label=in_language(question["row_label"]), number=number)


def show_answer(field: dict | None, answer: object) -> str:
    """Give an answer as people read it: words of a choice, numbers and dates in the manner of the language.

    Examples
    --------
    >>> show_answer({"kind": "date"}, "2027-03-01")
    '1 March 2027'
    >>> show_answer({"kind": "whole_number"}, 1102)
    '1,102'
    """
    kind = field["kind"] if field else "text"
    if kind in ("choice", "yes_no_unknown"):
        return choices(field).get(str(answer), str(answer))
    if kind == "several_choices":
        known = choices(field)
        chosen = answer if isinstance(answer, list) else [answer]
        return "; ".join(known.get(str(value), str(value)) for value in chosen)
    if kind == "rows":
        return _show_rows(field, answer)
    if kind == "date":
        return show_day(answer)
    if kind in ("whole_number", "number") and isinstance(answer, (int, float)) and not isinstance(answer, bool):
        return show_number(answer)
    return str(answer)


def _show_rows(field: dict, answer: object) -> str:
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        return str(answer)
    lines = (
        f"{row_name(field, number)}. " + "; ".join(f"{label}: {said}" for label, said in show_row(field, row))
        for number, row in enumerate(answer, start=1)
    )
    return "\n".join(lines)


def show_row(field: dict, row: dict, *, empty: str | None = None) -> list[tuple[str, str]]:
    """Give one row of a table of answers as questions and answers.

    Parameters
    ----------
    field : dict
        The question of the kind ``rows``.
    row : dict
        The row.
    empty : str, optional
        Words for a cell without an answer; left out, such cells are left out.

    Examples
    --------
    >>> cost = {"id": "cost", "kind": "number", "label": {"en": "Cost"}}
    >>> show_row({"kind": "rows", "fields": [cost]}, {"cost": 12500})
    [('Cost', '12,500')]
    """
    inner = {one["id"]: one for one in field["fields"]}
    said = [
        (in_language(one["label"]), show_answer(one, row[name]) if name in row else empty)
        for name, one in inner.items()
        if name in row or empty is not None
    ]
    return said + [(str(name), str(value)) for name, value in row.items() if name not in inner]
