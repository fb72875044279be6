"""Numbers as offices write them: 1.234,5 or 1,234.5 or 1 234,5 or 1'234.5, never guessed.

A cell such as ``1.234`` can mean 1234 or 1.234. What the rest of the column shows decides;
where nothing decides, the reader is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kit.data.spreadsheet import as_text

if TYPE_CHECKING:
    import numpy as np

SPACES = "\u00a0\u2007\u2009\u202f"
APOSTROPHES = "'\u2019"
CURRENCY = "€$£₱"
MINUS = "\u2212"

# From a cell that is no number to the kind of fault and the positions where it stands.
Faults = dict[str, tuple[str, list[int]]]

_EXACT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_GROUPED = re.compile(rf"[-+]?\d{{1,3}}([ ,{SPACES}{APOSTROPHES}])\d{{3}}(?:\1\d{{3}})*(?:\.\d*)?", re.ASCII)
_NO_GROUPS = dict.fromkeys(map(ord, " " + SPACES + APOSTROPHES))
_SWAP = str.maketrans(",.", ".,")
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d+", re.ASCII)
_DATE_LIKE = re.compile(
    r"\d{1,2}[-./ ](?:[A-Za-zäé]{3,4}|\d{1,2}[-./]\d{2,4})|\d{1,2}[-/]\d{1,2}|\d{4}-\d{2}-\d{2}.*"
)
FORMULA_ERROR = re.compile(
    r"#(?:REF|¡REF|BEZUG|DIV/0|¡DIV/0|VALUE|¡VALOR|WERT|VALEUR|NUM|¡NUM|ZAHL|NOMBRE|NULL|¡NULO|SPILL|CALC)[!?]?"
    r"|#(?:NAME|¿NOMBRE|NOM)\?|#N/[AD]|#NV|#+|Err:5\d\d",
    re.IGNORECASE,
)
# One mark alone tells which sign is the decimal one: 0,5 and 12,75 and 1.234.567 and 1.234,5 are never in doubt.
_POINT_IS_DECIMAL = re.compile(
    r"[-+]?(?:\d*\.(?:\d{1,2}|\d{4,})|0+\.\d+|\d{4,}\.\d+|\d{1,3}(?:,\d{3})+\.\d*|\d{1,3}(?:,\d{3}){2,})", re.ASCII
)
_IN_DOUBT = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_ONLY_PLAIN = {".": re.compile(r"[^0-9.\-\n]"), ",": re.compile(r"[^0-9,\-\n]")}


class NumberColumn:
    """The cells of one column while a file is read, held as text until the whole column is known."""

    def __init__(self) -> None:
        self._blocks: list[tuple[str, Any]] = []
        self.as_text = 0  # cells of a workbook that hold text where numbers are expected

    def add(self, cells: Sequence[Any], *, typed: bool = False) -> None:
        """Take the next cells: text, or with `typed` also numbers from a workbook."""
        import numpy as np

        numbers = None
        if typed:
            numbers = np.array([cell if _is_number(cell) else np.nan for cell in cells], float)
            cells = ["" if _is_number(cell) else as_text(cell) for cell in cells]
            self.as_text += len(cells) - cells.count("")
        joined = "\n".join(cells)
        if joined.count("\n") != len(cells) - 1:
            joined = "\n".join(cell.replace("\n", " ") for cell in cells)
        self._blocks.append((joined, numbers))

    def marks(self) -> set[str]:
        """Tell what the column shows about its decimal sign: ``,`` or ``.`` or ``?`` for cells in doubt."""
        found = set()
        for joined, _ in self._blocks:
            if "," in joined or "." in joined:
                found |= decimal_marks(joined.split("\n"))
                if found - {"?"}:
                    break
        return found

    def doubtful(self) -> Iterator[str]:
        """Give the cells that can mean two numbers, such as ``1.234``."""
        for joined, _ in self._blocks:
            if "," in joined or "." in joined:
                yield from (cell for cell in joined.split("\n") if _IN_DOUBT.fullmatch(_bare(cell)))

    def values(self, *, decimal: str, missing: Iterable[str]) -> tuple[np.ndarray, Faults]:
        """Give the numbers and, for each cell that is none, the kind of fault and its positions.

        Parameters
        ----------
        decimal : {".", ","}
            The decimal sign of this column.
        missing : iterable of str
            Cells that stand for "not known".

        Returns
        -------
        numpy.ndarray
            Floats; missing where there is no number.
        Faults
        """
        import numpy as np

        parts, faults, start = [], {}, 0
        missing = {each.strip() for each in missing}
        for joined, typed in self._blocks:
            numbers = _fast(joined, decimal)
            if numbers is None:
                numbers = _slow(joined.split("\n"), decimal, missing, faults, start)
            if typed is not None:
                numbers = np.where(np.isnan(typed), numbers, typed)
            parts.append(numbers)
            start += len(numbers)
        return (np.concatenate(parts) if parts else np.array([], float)), faults


def decimal_marks(cells: Iterable[str]) -> set[str]:
    """Tell which decimal signs the cells show.

    Parameters
    ----------
    cells : iterable of str
        Cells of one column.

    Returns
    -------
    set of str
        ``"?"`` if a cell can mean two numbers, then ``","`` or ``"."`` from the first cell beyond doubt.

    Examples
    --------
    >>> sorted(decimal_marks(["1.234", "12,5"])), decimal_marks(["1.234"]), decimal_marks(["7"])
    ([',', '?'], {'?'}, set())
    """
    found = set()
    for cell in cells:
        if "," not in cell and "." not in cell:
            continue
        cell = _bare(cell.strip("% ")).translate(_NO_GROUPS)
        if _IN_DOUBT.fullmatch(cell):
            found.add("?")
        elif _POINT_IS_DECIMAL.fullmatch(cell):
            found.add(".")
        elif _POINT_IS_DECIMAL.fullmatch(cell.translate(_SWAP)):
            found.add(",")
        if found - {"?"}:
            break
    return found


def read_number(cell: str, decimal: str) -> float | str:
    """Give the number that stands in a cell, or the kind of fault.

    Parameters
    ----------
    cell : str
        What stands in the cell.
    decimal : {".", ","}
        The decimal sign of its column.

    Examples
    --------
    >>> read_number("1.234,5", ","), read_number("1 234", ","), read_number("-1'234.50 €", ".")
    (1234.5, 1234.0, -1234.5)
    >>> read_number("#REF!", "."), read_number("ca. 30", "."), read_number("< 5", ".")
    ('formula-error', 'number-word', 'number-hidden')
    """
    bare = _bare(cell)
    standard = bare if decimal == "." else bare.translate(_SWAP)
    if _EXACT.fullmatch(standard):
        return float(standard)
    grouped = _GROUPED.fullmatch(standard)
    if grouped:
        return float("".join(each for each in standard if each in "+-.0123456789"))
    return _fault(bare)


def _fault(bare: str) -> str:
    """Say which kind of fault a cell has that is no number."""
    if FORMULA_ERROR.fullmatch(bare):
        return "formula-error"
    if bare.endswith("%") or bare.startswith("%"):
        return "number-percent"
    if _SCIENTIFIC.fullmatch(bare):
        return "number-scientific"
    if re.fullmatch(r"\(\s*[\d.,]+\s*\)|[\d.,]+\s*-", bare):
        return "number-bookkeeping"
    if re.fullmatch(r"[<>≤≥]\s*\d+|n\s*<\s*\d+", bare, re.IGNORECASE):
        return "number-hidden"
    if _DATE_LIKE.fullmatch(bare):
        return "number-date"
    if re.fullmatch(
        r"[-–—.:*/x]+|n\.?\s?/?[ad]\.?|k\.?\s?a\.?|s\.?/?\s?d\.?|nan|null|none|na", bare, re.IGNORECASE
    ):
        return "number-missing-word"
    if re.fullmatch(r"[\dOolI.,]+", bare) and re.search(r"\d", bare) and re.search(r"[OolI]", bare):
        return "number-letters"
    if re.fullmatch(r"[-+]?\d[\d.,]*\s*(?:\*+|\(?[a-z\d]\)|[¹²³]+)", bare):
        return "number-footnote-mark"
    if re.fullmatch(r"[-+]?[\d., ]*\d[\d., ]*", bare):
        return "number-other-sign"
    if re.search(r"\d", bare):
        return "number-word"
    return "number-text"


def _bare(cell: str) -> str:
    """Take away what is around a number without changing it: blanks, currency, the long minus."""
    cell = cell.strip().replace(MINUS, "-")
    if cell[:1] in tuple(CURRENCY) or cell[-1:] in tuple(CURRENCY):
        cell = cell.strip(CURRENCY).strip()
    return cell


def _fast(joined: str, decimal: str) -> np.ndarray | None:
    """Read a block of plain numbers at once; None if a cell needs a closer look."""
    import numpy as np

    if _ONLY_PLAIN[decimal].search(joined):
        return None
    try:
        cells = (joined if decimal == "." else joined.replace(",", ".")).split("\n")
        return np.fromiter(map(float, cells), float, len(cells))
    except ValueError:
        return None


def _slow(cells: list[str], decimal: str, missing: set[str], faults: dict, start: int) -> np.ndarray:
    import numpy as np

    known: dict[str, float | str] = {}
    numbers = np.empty(len(cells))
    for position, cell in enumerate(cells):
        value = known.get(cell)
        if value is None:
            value = float("nan") if cell.strip(" " + SPACES) in missing else read_number(cell, decimal)
            known[cell] = value
        if isinstance(value, str):
            faults.setdefault(cell, (value, []))[1].append(start + position)
            value = float("nan")
        numbers[position] = value
    return numbers


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)
