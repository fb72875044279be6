"""What a cell of an export says: a choice, several, a number, a day or words."""

from __future__ import annotations

import math
from datetime import date

from kit.assess.questionnaire_rounds import choices

NOT_ASKED = ("", "n/a")
_ON = {"1", "true", "yes", "1.0", "sí", "si", "x"}


def read_cell(field: dict, cells: tuple[str, dict[str, str]] | None, notes: dict) -> object:
    """Read the answer to one question; ``None`` where nothing was answered.

    Parameters
    ----------
    field : dict
        The question.
    cells : tuple or None
        Its cell and those of its choices; ``None`` if the file does not ask it.
    notes : dict
        Gets a count for each answer that does not belong to the question; the answer itself is kept as it is.

    Examples
    --------
    >>> read_cell({"id": "n", "kind": "whole_number"}, ("12", {}), {})
    12
    """
    if cells is None:
        return [] if field["kind"] == "several_choices" else None
    whole, each = cells[0].strip(), cells[1]
    if field["kind"] == "several_choices":
        return _several(field, whole, each, notes)
    if whole.casefold() in NOT_ASKED:
        return None
    if field["kind"] in ("choice", "yes_no_unknown"):
        return _choice(field, whole, notes)
    if field["kind"] in ("whole_number", "number"):
        return _number(field, whole, notes)
    if field["kind"] == "date":
        try:
            return date.fromisoformat(whole[:10]).isoformat()
        except ValueError:
            return _odd(field, whole, notes)
    return whole


def _choice(field: dict, given: str, notes: dict) -> str:
    plain = given.casefold()
    for value, labels in choices(field).items():
        if plain == value or plain in (label.casefold() for label in labels.values()):
            return value
    return _odd(field, given, notes)


def _several(field: dict, whole: str, each: dict[str, str], notes: dict) -> list[str]:
    known = choices(field)
    if each and any(cell.strip() for cell in each.values()):
        chosen = [value for value in known if each.get(value, "").strip().casefold() in _ON]
        return [*chosen, *(one for one in _words(field, whole, notes) if one not in known)]
    return _words(field, whole, notes)


def _words(field: dict, whole: str, notes: dict) -> list[str]:
    if whole.casefold() in NOT_ASKED:
        return []
    known, parts = choices(field), whole.split()
    if all(part in known for part in parts):
        return [value for value in known if value in parts]
    # Tools that export words join them by spaces, and words hold spaces themselves: the longest fit first.
    labels = {label.casefold(): value for value, one in known.items() for label in one.values()}
    rest, chosen = whole.casefold(), []
    for label in sorted([*labels, *known], key=len, reverse=True):
        if f" {label} " in f" {rest} ":
            chosen.append(labels.get(label, label))
            rest = f" {rest} ".replace(f" {label} ", "  ", 1).strip()
    if rest.strip(" ,;"):
        chosen += [_odd(field, part, notes) for part in rest.split()]
    return [*(value for value in known if value in chosen), *(one for one in chosen if one not in known)]


def _number(field: dict, given: str, notes: dict) -> float | str:
    try:
        number = float(given)
    except ValueError:
        return _odd(field, given, notes)
    if not math.isfinite(number) or ("min" in field and number < field["min"]):
        return _odd(field, given, notes)
    return int(number) if number.is_integer() else number


def _odd(field: dict, given: str, notes: dict) -> str:
    name = f"{field['id']} = {given[:40]}"
    notes["answer", name] = notes.get(("answer", name), 0) + 1
    return given
