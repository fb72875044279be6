"""Numbers in the manner of the language, to read and to type."""

from __future__ import annotations

import math
from decimal import Decimal

from kit.text import language, text


def show_number(value: float) -> str:
    """Write a number to be read: thousands set apart, the decimal mark of the language.

    Examples
    --------
    >>> show_number(12500), show_number(-35.6)
    ('12,500', '−35.6')
    """
    whole, _, rest = _plain(value).partition(".")
    digits = whole.lstrip("-")
    # Spanish groups digits only from five on.
    if len(digits) > (4 if language() == "es" else 3):
        digits = f"{int(digits):,}".replace(",", text("town.thousands"))
    sign = "−" if whole.startswith("-") else ""
    return sign + digits + (text("town.decimals") + rest if rest else "")


def number_typed(value: float) -> str:
    """Write a number so that it can be typed and is read back as the same number.

    Examples
    --------
    >>> number_typed(1102), number_typed(35.6), number_typed(5.625)
    ('1102', '35.6', '5.6250')
    """
    typed = _plain(value)
    if len(typed.partition(".")[2]) == 3:
        typed += "0"  # 5.625 alone could also mean five thousand
    return typed.replace(".", text("town.decimals"))


def _plain(value: float) -> str:
    """Write out the shortest decimals that mean this number: 35.6, and not 35.600000000000001."""
    if isinstance(value, int) or not math.isfinite(value):
        return str(value)
    return str(int(value)) if value == int(value) else f"{Decimal(repr(float(value))):f}"
