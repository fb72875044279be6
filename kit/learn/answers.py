"""Reading what a learner typed: nothing yet, a number, or something else."""

from __future__ import annotations

import math
import numbers
import re


class Unreadable(ValueError):
    """An answer is of another kind than the task asks for; carries the name of the message."""


def is_blank(answer: object) -> bool:
    """Tell whether the learner has left the gap (``...``) or nothing at all.

    Examples
    --------
    >>> is_blank(...), is_blank(None), is_blank(0)
    (True, True, False)
    """
    return answer is None or answer is Ellipsis


def as_number(answer: object) -> float:
    """Read a number of any type; a table or column with one value counts as that value.

    Raises
    ------
    Unreadable
        If it is no number; the text is the name of a message.

    Examples
    --------
    >>> from fractions import Fraction
    >>> as_number(Fraction(1, 4))
    0.25
    """
    if getattr(answer, "size", None) == 1:
        import numpy as np

        answer = np.asarray(answer).item()
    if isinstance(answer, str):
        raise Unreadable("text-for-number")
    if isinstance(answer, bool) or type(answer).__name__ == "bool":
        raise Unreadable("yes-or-no-for-number")
    if not isinstance(answer, numbers.Number) and type(answer).__name__ != "Decimal":
        raise Unreadable("many-values" if hasattr(answer, "__len__") else "not-a-number")
    try:
        number = float(answer)
    except (TypeError, ValueError):
        raise Unreadable("not-a-number") from None
    if not math.isfinite(number):
        raise Unreadable("empty-number")
    return number


def near(one: float, other: float, within: float, *, relative: float = 0.005) -> bool:
    """Tell whether two numbers agree: within a distance, or to a part of the number itself.

    Examples
    --------
    >>> near(41.6, 41.58, 0.005), near(1.0, 1.1, 0.005)
    (True, False)
    """
    return abs(one - other) <= max(within, relative * abs(other))


def readings_of(words: str) -> list[float | None]:
    """Give all numbers that a typed text may mean: ``2.258`` is two and a bit, or more than two thousand.

    Raises
    ------
    Unreadable
        As `number_from_text`.

    Examples
    --------
    >>> readings_of("2.258"), readings_of("2,258"), readings_of("0.25"), readings_of("")
    ([2258.0, 2.258], [2258.0, 2.258], [0.25], [None])
    """
    found = [number_from_text(words)]
    if re.fullmatch(r"\s*[+-]?[1-9]\d{0,2}[.,]\d{3}\s*", words):
        found.append(float(words.replace(",", ".")))
    return found


def number_from_text(words: str) -> float | None:
    """Read a number as people write it: ``0.25``, ``0,25``, ``25 %``, ``1/4``, ``1,102``, ``1 102``.

    A percent sign turns the number into a share, a stroke divides. Blank text is no answer yet.

    Raises
    ------
    Unreadable
        If it is no number, or could be two numbers (``1,234`` is read as a whole number).

    Examples
    --------
    >>> number_from_text("25 %"), number_from_text("0,25"), number_from_text("1,102"), number_from_text(" ")
    (0.25, 0.25, 1102.0, None)
    >>> number_from_text("1 / 4")
    0.25
    """
    plain = re.sub(r"[\s\u00a0\u202f']", "", words).replace("\u2212", "-")
    if not plain:
        return None
    if plain.count("/") == 1:
        part, whole = (number_from_text(side) for side in plain.split("/"))
        if part is None or not whole:
            raise Unreadable("text-for-number")
        return part / whole
    percent = plain.endswith("%")
    plain = plain.rstrip("%")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*", plain) and not percent:
        plain = re.sub(r"[.,]", "", plain)
    elif re.fullmatch(r"[+-]?\d*,\d+", plain):
        plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", plain):
        raise Unreadable("text-for-number")
    return float(plain) / (100 if percent else 1)
