"""Text cells: gathered column by column, cleaned of what nobody sees, checked for what nobody means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from kit.data.numbers import FORMULA_ERROR
from kit.data.spreadsheet import as_text
from kit.data.text_table import LONGEST_CELL

SLICE = 10_000
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"))
_BLANKS = re.compile(r"\s+")
_GARBLED = re.compile(r"Ã[\u0080-\u00bf\u0152-\u0178\u2013-\u2122]|Â[\u00a0-\u00bf]|â€|\ufffd")
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_MIXED = re.compile(r"[A-Za-z\u00c0-\u024f][\u0370-\u052f]|[\u0370-\u052f][A-Za-z\u00c0-\u024f]")
_RUNS = re.compile(r"=(?!=+$).|@[A-Za-z]+\(|[+-](?!\s|\d).*[(|!]", re.DOTALL)
_LINE_END, _BLANK, _DELETE = 10, 32, 127
_FIRST = [*b"=@+-# "]  # a cell that begins so may be a formula, or has a blank too many
_MARKS = ("Ã", "Â", "â€", "\ufffd")


class Cleaned(NamedTuple):
    """The distinct cells of a column and where each stands."""

    values: list[str]
    codes: Any  # position in `values`, one a row
    faults: dict[int, str]  # from position in `values` to the kind of fault
    tidied: int  # cells changed by cleaning

    def rows_of(self, code: int) -> Any:
        """Give the positions of all rows with that cell."""
        import numpy as np

        return np.flatnonzero(self.codes == code)


class TextColumn:
    """The cells of one column while a file is read: each distinct cell once, or all if nearly all differ."""

    def __init__(self) -> None:
        self._index: defaultdict[str, int] = defaultdict()
        self._index.default_factory = self._index.__len__
        self._codes: list[Any] = []
        self._all: list[Any] | None = None

    def add(self, cells: Any, *, typed: bool = False) -> None:
        """Take the next cells, an array of objects; `typed` if some may be numbers or dates."""
        import numpy as np
        import pandas as pd

        if typed:
            words = np.empty(len(cells), dtype=object)
            words[:] = [as_text(cell) for cell in cells]
            cells = words
        if self._all is not None:
            self._all.append(cells)
            return
        codes, distinct = pd.factorize(cells)
        if not self._codes and len(cells) > 1000 and len(distinct) > 0.6 * len(cells):
            self._all = [cells]
            return
        known = np.fromiter(map(self._index.__getitem__, distinct), np.int32, len(distinct))
        self._codes.append(known[codes])

    def slices(self) -> Iterator[list[str]]:
        """Give the distinct cells, some thousands at a time."""
        if self._all is None:
            cells = list(self._index)
            yield from (cells[start : start + SLICE] for start in range(0, len(cells), SLICE))
            return
        for block in self._all:
            yield from (list(block[start : start + SLICE]) for start in range(0, len(block), SLICE))

    def cleaned(self) -> Cleaned:
        """Give the cells, tidied, and forget the raw ones."""
        import numpy as np

        values: list[str] = []
        faults: dict[int, str] = {}
        tidied = 0
        for piece in self.slices():
            if not _needs_a_look(piece):
                values += piece
                continue
            for cell in piece:
                clean, fault = tidy(cell)
                if fault:
                    faults[len(values)] = fault
                tidied += clean != cell
                values.append(clean)
        if self._all is None:
            codes = np.concatenate(self._codes) if self._codes else np.array([], np.int32)
        else:
            codes = np.arange(len(values), dtype=np.int32)
        self._index.clear()
        self._codes, self._all = [], None
        if tidied:
            values, codes, faults = _merge_equal(values, codes, faults)
        return Cleaned(values, codes, faults, tidied)


def tidy(cell: str) -> tuple[str, str | None]:
    """Clean a cell and name what cannot be cleaned.

    Parameters
    ----------
    cell : str
        What stands in the cell.

    Returns
    -------
    str
        The cell in composed Unicode, with single blanks, without invisible signs.
    str or None
        The kind of fault: a formula, a formula error, garbled letters, letters of two alphabets.

    Examples
    --------
    >>> tidy("  Nou\\u00a0Barris "), tidy("=cmd|' /C calc'!A0"), tidy("GrÃ\\u00a0cia")
    (('Nou Barris', None), ("=cmd|' /C calc'!A0", 'text-formula'), ('GrÃ cia', 'text-garbled'))
    """
    if len(cell) > LONGEST_CELL:
        return cell, "huge-cell"
    fault = "text-garbled" if _GARBLED.search(cell) else None
    clean = _BLANKS.sub(" ", unicodedata.normalize("NFC", cell).translate(_INVISIBLE)).strip()
    if clean.isascii() and clean.isprintable():
        pass
    elif any(unicodedata.category(sign) in ("Cc", "Co", "Cn") for sign in clean):
        fault = "text-control"
    elif _MIXED.search(clean):
        fault = "text-look-alike"
    if FORMULA_ERROR.fullmatch(clean):
        fault = "formula-error"
    elif _RUNS.match(clean):
        fault = "text-formula"
    elif "\n" in cell.strip() and _looks_like_rows(cell):
        fault = "quote-swallowed"
    return clean, fault


def _looks_like_rows(cell: str) -> bool:
    """Tell whether a forgotten quotation mark put whole rows into one cell."""
    return any(re.search(r"\d", line) and max(map(line.count, ";\t,|")) > 1 for line in cell.strip().splitlines())


def _needs_a_look(cells: Sequence[str]) -> bool:
    """Tell quickly whether one of many cells has to be tidied or is at fault; most text is neither.

    All cells are looked at together, as bytes between line ends: a million cells must not take seconds.
    """
    import numpy as np

    joined = "\n".join(cells)
    framed = np.frombuffer(f"\n{joined}\n".encode(), np.uint8)
    ends = np.flatnonzero(framed == _LINE_END)
    if len(ends) != len(cells) + 1 or np.diff(ends).max() > LONGEST_CELL:
        return True
    blank = framed == _BLANK
    if (blank[1:] & blank[:-1]).any() or blank[ends[1:] - 1].any() or np.isin(framed[ends[:-1] + 1], _FIRST).any():
        return True
    if "Err:" in joined:
        return True
    if joined.isascii():
        return int(np.count_nonzero(framed < _BLANK)) != len(ends) or bool((framed == _DELETE).any())
    if any(mark in joined for mark in _MARKS) or not joined.replace("\n", " ").isprintable():
        return True
    return not unicodedata.is_normalized("NFC", joined) or bool(_FOREIGN.search(joined))


def _merge_equal(values: list[str], codes: Any, faults: dict[int, str]) -> tuple[list[str], Any, dict[int, str]]:
    """Give cells that became equal by cleaning one place."""
    import numpy as np

    index: dict[str, int] = {}
    moved = np.array([index.setdefault(value, len(index)) for value in values], np.int32)
    return (
        list(index),
        moved[codes] if len(codes) else codes,
        {int(moved[old]): kind for old, kind in faults.items()},
    )


def each_distinct(
    column: Cleaned, read: Callable[[str], Any], missing: Callable[[str], bool]
) -> tuple[list[Any], dict[int, str]]:
    """Read every distinct cell once.

    Parameters
    ----------
    column : Cleaned
        The column.
    read : callable
        Gives the value of a cell, or the kind of fault as text.
    missing : callable
        Tells whether a cell stands for "not known".

    Returns
    -------
    list
        One value for each of `column.values`; None where missing or at fault.
    dict of int to str
        From position to the kind of fault.
    """
    values: list[Any] = []
    faults: dict[int, str] = {}
    for position, cell in enumerate(column.values):
        value = None if missing(cell) else read(cell)
        if isinstance(value, str):
            faults[position] = value
            value = None
        values.append(value)
    return values, faults
