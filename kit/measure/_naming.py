"""How a message of the methods names a value, its place and the nearest right spelling; what is missing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

from kit.text import text


def show(value: Any) -> str:
    """Give a value as a message shows it: a text in quotes, a number short.

    Examples
    --------
    >>> show("12 people"), show(12.0), show(0.12345678)
    ('"12 people"', '12', '0.123457')
    """
    if isinstance(value, str):
        return f'"{short(value, at_most=24)}"'
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{int(value):,}" if abs(value) < 10**18 else f"{float(value):.3g}" if abs(value) < 1e300 else "…"
    if isinstance(value, (Real, Decimal)):
        return f"{float(value):.6g}"
    return short(str(value), at_most=24)


def place_of(name: str, group: object = None) -> str:
    """Give the words for a place: the argument or column, and the group or position in it.

    Examples
    --------
    >>> place_of("events"), place_of("events", "north"), place_of("events", label_of(None, 0))
    ('"events"', '"events" (north)', '"events", value 1,')
    """
    if group is None:
        return f'"{name}"'
    if isinstance(group, _Position):
        return text("inputs.place-position", name=name, position=int(group))
    if isinstance(group, tuple):
        group = ", ".join(str(part) for part in group)
    return f'"{name}" ({short(str(group), at_most=30)})'


def label_of(groups: Sequence[object] | None, position: int) -> object:
    """Give the name of the group at a position, or the position itself where groups have no names.

    Examples
    --------
    >>> label_of(["north", "south"], 1)
    'south'
    """
    if groups is None:
        return _Position(position + 1)
    return list(groups)[position]


class _Position(int):
    """The place of a value in a list that has no names."""


def nearest(value: object, options: Iterable[str]) -> str:
    """Give the advice that names the nearest right spelling, if one is near.

    Examples
    --------
    >>> nearest("wilsen", ["wilson", "exact"])
    'Did you mean "wilson"?'
    """
    options = list(options)
    near = difflib.get_close_matches(str(value), options, n=1, cutoff=0.5)
    if not near:
        lowered = {option.lower(): option for option in options}
        near = [lowered[str(value).lower()]] if str(value).lower() in lowered else []
    return text("inputs.did-you-mean", value=near[0]) if near else text("inputs.choose-one")


def short(words: str, *, at_most: int = 60) -> str:
    """Give words cut to a length that a message can hold.

    Examples
    --------
    >>> short("a very long name", at_most=7)
    'a very…'
    """
    return words if len(words) <= at_most else words[: at_most - 1] + "…"


def is_missing(value: Any) -> bool:
    """Tell whether a value is missing: None, NaN, or pandas' own marks.

    Examples
    --------
    >>> is_missing(None), is_missing(float("nan")), is_missing(0), is_missing("")
    (True, True, False, False)
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    try:
        return isinstance(value, (Real, Decimal)) and bool(value != value)
    except ArithmeticError:  # a signalling NaN of the decimal module
        return True
