"""The rows of a workbook: .xlsx, .xls, .xlsb or .ods, with its sheets, merged cells and formula errors."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kit.data.problems import Problems, refuse
from kit.data.text_table import Block

ROWS = 20_000
MOST_CELLS = 60_000_000


class Workbook:
    """One sheet of a workbook seen as a table: the same two doors as a text file, `top` and `blocks`."""

    def __init__(
        self, path: Path, rows: list[list[Any]], merged: list[Any], notes: list[tuple[str, dict]]
    ) -> None:
        self.path = path
        self._rows = rows
        self.merged = merged
        self.notes = notes

    def top(self, count: int) -> list[list[Any]]:
        """Give the first rows, blank ones included."""
        return [[as_text(cell) for cell in row] for row in self._rows[:count]]

    def blocks(
        self,
        width: int,
        problems: Problems,
        *,
        strange: Callable[[int, list[Any]], None],
        seen: Callable[[int], None],
    ) -> Iterator[Block]:
        """Give all rows; `strange` gets those with something beyond the last heading."""
        import numpy as np

        for start in range(0, len(self._rows), ROWS):
            numbers, records = [], []
            for row, record in enumerate(self._rows[start : start + ROWS], start=start + 1):
                if all(cell == "" for cell in record):
                    continue
                if any(cell != "" for cell in record[width:]):
                    strange(row, [as_text(cell) for cell in record])
                    continue
                numbers.append(row)
                records.append(record[:width] + [""] * (width - len(record)))
            if records:
                columns = [[*column] for column in zip(*records, strict=True)]
                yield Block(np.array(numbers, np.int32), columns, typed=True)


def open_workbook(path: Path, kind: str, *, sheet: str | None = None) -> Workbook:
    """Open one sheet of a workbook.

    Parameters
    ----------
    path : Path
        The workbook.
    kind : str
        From `file_format.kind_of`.
    sheet : str, optional
        Name of the sheet; needed when several sheets hold something.

    Raises
    ------
    OwnFileError
        If the workbook is damaged, protected, or which sheet to read is not clear.
    """
    import python_calamine as calamine

    try:
        with calamine.load_workbook(str(path)) as workbook:
            name, notes = _choose(workbook, path, sheet)
            found = workbook.get_sheet_by_name(name)
            if found.total_height * found.total_width > MOST_CELLS:
                raise refuse("sheet-too-large", path.name, sheet=name)
            rows = found.to_python(skip_empty_area=False)
            merged = _merged(found, kind)
    except calamine.PasswordError:
        raise refuse("password", path.name) from None
    except calamine.CalamineError:
        raise refuse("damaged-workbook", path.name) from None
    while rows and all(cell == "" for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise refuse("empty-sheet", path.name, sheet=name)
    if kind == "xlsx":
        _formulas(path, name, rows)
    return Workbook(path, rows, merged, notes)


def as_text(cell: Any) -> str:
    """Write a cell as a person would: no ``.0`` after whole numbers, dates in the order year, month, day.

    Examples
    --------
    >>> as_text(2019.0), as_text(12.5), as_text(datetime.datetime(2024, 4, 3)), as_text(True)
    ('2019', '12.5', '2024-04-03', 'TRUE')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(sep=" ")
    return str(cell)


def _choose(workbook: Any, path: Path, sheet: str | None) -> tuple[str, list[tuple[str, dict]]]:
    import python_calamine as calamine

    sheets = [each for each in workbook.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
    names = [each.name for each in sheets]
    if sheet is not None:
        if sheet not in names:
            raise refuse("no-such-sheet", path.name, sheet=sheet, sheets=_list(names))
        return sheet, []
    visible = [each.name for each in sheets if each.visible == calamine.SheetVisibleEnum.Visible]
    hidden = [name for name in names if name not in visible]
    filled = [name for name in visible if workbook.get_sheet_by_name(name).total_height]
    if len(filled) > 1:
        raise refuse("several-sheets", path.name, sheets=_list(filled), first=filled[0])
    if not filled:
        if hidden and any(workbook.get_sheet_by_name(name).total_height for name in hidden):
            raise refuse("only-hidden-sheets", path.name, sheets=_list(hidden), first=hidden[0])
        raise refuse("empty-file", path.name)
    return filled[0], [("note-hidden-sheets", {"sheets": _list(hidden)})] if hidden else []


def _merged(sheet: Any, kind: str) -> list[Any]:
    if kind not in ("xlsx", "xls"):
        return []
    return [area for area in sheet.merged_cell_ranges or [] if area[0] != area[1]]


def _formulas(path: Path, sheet: str, rows: list[list[Any]]) -> None:
    """Put formula errors back into their cells: the fast reader shows them as empty."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(each) for each in archive.namelist() if each.startswith("xl/worksheets/sheet")]
    if not any(b"<f>" in part or b"<f " in part or b't="e"' in part for part in parts):
        return
    import warnings

    import openpyxl

    with warnings.catch_warnings(action="ignore"):  # about styles, which nobody needs here
        shown = openpyxl.load_workbook(path, read_only=True, data_only=True)
        written = openpyxl.load_workbook(path, read_only=True)
    try:
        formulas = unsaved = 0
        for row, (values, sources) in enumerate(
            zip(shown[sheet].iter_rows(values_only=True), written[sheet].iter_rows(values_only=True), strict=False)
        ):
            for column, (value, source) in enumerate(zip(values, sources, strict=False)):
                if isinstance(source, str) and source.startswith("="):
                    formulas += 1
                    unsaved += value is None
                inside = row < len(rows) and column < len(rows[row])
                if inside and isinstance(value, str) and value.startswith("#") and rows[row][column] == "":
                    rows[row][column] = value
    finally:
        shown.close()
        written.close()
    if formulas and formulas == unsaved:
        raise refuse("formulas-without-results", path.name)


def _list(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names[:10])
