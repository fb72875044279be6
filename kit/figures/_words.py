"""The words and numbers of a chart: labels, ranges, alt text."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


def rows_of(table: pd.DataFrame, columns: list[str], needed: tuple[str, ...], *, at_most: int) -> list[dict]:
    """Give the rows to draw, or say which column is missing or that there are too many.

    Examples
    --------
    >>> import pandas as pd
    >>> rows_of(pd.DataFrame({"estimate": [0.5]}), [], ("estimate",), at_most=60)
    [{'estimate': 0.5}]
    """
    for column in (*columns, *needed):
        if column not in table.columns:
            raise MeasureError("figures.no-column", column=column, columns=", ".join(map(str, table.columns)))
    if not 0 < len(table) <= at_most:
        raise MeasureError("figures.row-number", found=f"{len(table):,}", at_most=f"{at_most:,}")
    return table.to_dict("records")


def is_drawn(value: object) -> bool:
    """Tell whether a value has a place on an axis.

    Examples
    --------
    >>> is_drawn(0.5), is_drawn(float("inf")), is_drawn(None)
    (True, False, False)
    """
    return isinstance(value, (int, float)) and math.isfinite(value)


def number_words(value: float, *, percent: bool = False) -> str:
    """Give a number as a chart shows it.

    Examples
    --------
    >>> number_words(0.308, percent=True), number_words(12345.6), number_words(0.3081)
    ('30.8%', '12,346', '0.308')
    """
    if percent:
        return f"{100 * value:.1f}".removesuffix(".0") + "%"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def range_words(row: dict, *, percent: bool, small: bool) -> str:
    """Give an answer with its range as a chart shows it.

    Examples
    --------
    >>> range_words({"estimate": 0.5, "lower": 0.25, "upper": 0.75}, percent=True, small=False)
    '50% (25% to 75%)'
    """
    if not is_drawn(row["estimate"]) and not is_drawn(row["lower"]):
        return text("figures.missing")
    estimate, lower, upper = (
        number_words(row[key], percent=percent) if is_drawn(row[key]) else text("figures.no-end")
        for key in ("estimate", "lower", "upper")
    )
    if not is_drawn(row["estimate"]):  # a ratio without an upper end
        return text("figures.at-least", lower=lower)
    words = (
        text("figures.range", estimate=estimate, lower=lower, upper=upper) if is_drawn(row["lower"]) else estimate
    )
    return f"{words}, {text('figures.few-people')}" if small else words


def listed(names: list[str], said: list[str], *, at_most: int = 12) -> str:
    """Give rows as sentences for alt text; long tables are cut and point to the table.

    Examples
    --------
    >>> listed(["north", "south"], ["1", "2"])
    'north: 1. south: 2.'
    """
    rows = [f"{name}: {words}." for name, words in zip(names, said, strict=True)]
    return " ".join(rows if len(rows) <= at_most else [*rows[:at_most], text("figures.see-table")])


def wrapped(words: str, width: int) -> str:
    """Give words broken into lines that fit a chart.

    Examples
    --------
    >>> wrapped("new recording form", 12).splitlines()
    ['new', 'recording', 'form']
    """
    return "\n".join(textwrap.wrap(words, width)) or words
