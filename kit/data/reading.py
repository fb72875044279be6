"""Reading one file into its columns: skips what is no data, and lets the gate look before anything is kept."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from kit.data import headings as naming
from kit.data import personal as gate
from kit.data.cells import TextColumn
from kit.data.numbers import NumberColumn
from kit.data.problems import Problems, refuse
from kit.data.spreadsheet import Workbook
from kit.text import text

TOP = 40
BAR_FROM_BYTES = 20_000_000
_NOTE = re.compile(
    r"[*†¹²³]|\(?\d\)|(source|sources|fuente|fuentes|font|quelle|quellen|nota|notas|note|notes|anm|anmerkung|stand|"
    r"elaboraci[oó]n|hinweis|remarque|legend|leyenda|legende|erstellt|datos a|actualizado|última actualización)\b",
    re.IGNORECASE,
)
_UNIT_CELL = re.compile(
    r"\(.*\)|\[.*\]|in .*|en .*|%|‰|€|persons?|personas?|personen|files?|número|numero|number|anzahl|n|nº|count|"
    r"euros?|percent|prozent|porcentaje|cases?|casos?|fälle|año|jahr|year|text|texto",
    re.IGNORECASE,
)


class Reading:
    """What is known while one file is read."""

    def __init__(
        self,
        path: Path,
        table: Any,
        names: list[str],
        header: int,
        wanted: dict[int, Any],
        leave_out: set[int],
        problems: Problems,
    ) -> None:
        self.path = path
        self.table = table
        self.names = names
        self.header = header
        self.problems = problems
        self.leave_out = leave_out
        self.notes: list[str] = [text(f"own.{key}", **gaps) for key, gaps in getattr(table, "notes", [])]
        self.wanted = {position: field for position, field in wanted.items() if field is not None}
        self.columns: dict[int, Any] = {
            position: NumberColumn() if field["type"] in ("number", "integer") else TextColumn()
            for position, field in self.wanted.items()
        }
        self.dropped: list[str] = []
        self._rows: list[Any] = []

    @property
    def rows(self) -> Any:
        """Row numbers of all rows read, as the spreadsheet shows them."""
        import numpy as np

        return np.concatenate(self._rows) if self._rows else np.array([], np.int32)

    def units_and_second_headings(self, fields: list[naming.Field]) -> None:
        """Notice a row of units, or a second row of headings, right below the headings."""
        row = self.header + 1
        top = self.table.top(TOP)
        if row > len(top) or row in self.leave_out:
            return
        below = [str(cell).strip() for cell in top[row - 1]] + [""] * len(self.names)
        numeric = [i for i, field in self.wanted.items() if field["type"] in ("number", "integer", "year")]
        later = [line for line in top[row : row + 10] if any(line)]
        cells = [below[i] for i in numeric if below[i]]
        if not cells or any(re.search(r"\d", cell) for cell in cells):
            return
        with_digits = [
            line for line in later if any(re.search(r"\d", str(line[i])) for i in numeric if i < len(line))
        ]
        if not with_digits:
            return
        kind = "units-row" if all(_UNIT_CELL.fullmatch(cell) for cell in cells) else "second-heading-row"
        self.problems.add(kind, rows=[row], number=row)
        self.leave_out.add(row)

    def merged_cells(self) -> None:
        """Notice merged cells: only the first of them holds the value."""
        for (top, left), (bottom, right) in getattr(self.table, "merged", []):
            if bottom + 1 >= self.header and left < len(self.names):
                column = self.names[left] if left == right else ""
                area = f"{letter(left)}{top + 1}:{letter(right)}{bottom + 1}"
                self.problems.add("merged-cells", rows=[top + 1], column=column, area=area)

    def run(self, *, personal: str, not_personal: list[str]) -> None:
        """Read all rows into the columns; the gate looks at every text cell."""
        without_heading = [i for i, name in enumerate(self.names) if not name]
        with _progress(self.path) as seen:
            for block in self.table.blocks(len(self.names), self.problems, strange=self._strange, seen=seen):
                block = self._without(block)
                if not len(block.rows):
                    continue
                self._rows.append(block.rows)
                for position in [*without_heading]:
                    if (block.columns[position] != "").any():
                        self.problems.add("heading-empty", letter=letter(position))
                        without_heading.remove(position)
                for position, column in self.columns.items():
                    column.add(block.columns[position], typed=block.typed)
        self._gate_text(personal, not_personal)
        if not self._rows and not self.problems:
            raise refuse("header-only", self.path.name)

    def _gate_text(self, personal: str, not_personal: list[str]) -> None:
        """Look for e-mail addresses, phone and identity numbers anywhere in the text cells."""
        harmless = {naming.plain(each) for each in not_personal}
        for position, column in [*self.columns.items()]:
            if not isinstance(column, TextColumn) or naming.plain(self.names[position]) in harmless:
                continue
            kind = next((kind for cells in column.slices() if (kind := gate.find_in("\n".join(cells)))), None)
            if kind and personal == gate.STOP:
                raise gate.PersonalDataError(self.path.name, [gate.Finding(self.names[position], kind, "cells")])
            if kind and personal == gate.LAWFUL_BASIS:
                del self.wanted[position], self.columns[position]
                self.dropped.append(self.names[position])

    def _without(self, block: Any) -> Any:
        """Take out what stands above the data, rows to leave out, blank rows, notes and repeated headings."""
        import numpy as np

        rows = np.asarray(block.rows)
        columns = [_array(column) for column in block.columns]
        keep = rows > self.header
        if self.leave_out:
            keep &= ~np.isin(rows, [*self.leave_out])
        doubtful = columns[0] == ""
        if len(columns) > 2:
            doubtful = doubtful | (columns[1] == "")
        doubtful = doubtful | (columns[0] == self.names[0])
        for i in np.flatnonzero(doubtful & keep):
            cells = [str(column[i]).strip() for column in columns]
            filled = [cell for cell in cells if cell]
            if not filled:
                keep[i] = False
            elif cells == self.names:
                self.problems.add("headings-again", rows=[rows[i]], number=int(rows[i]))
                keep[i] = False
            elif len(filled) == 1 and len(cells) > 2 and _is_note(filled[0]):
                self.problems.add("note-row", rows=[rows[i]], number=int(rows[i]))
                keep[i] = False
        if keep.all():
            return type(block)(rows, columns, block.typed)
        return type(block)(rows[keep], [column[keep] for column in columns], block.typed)

    def _strange(self, row: int, cells: list[str]) -> None:
        if row <= self.header or row in self.leave_out:
            return
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) == 1:
            self.problems.add("note-row", rows=[row], number=row)
        elif isinstance(self.table, Workbook):
            self.problems.add("beside-table", rows=[row])
        else:
            self.problems.add("ragged-row", rows=[row], cells=len(cells), wanted=len(self.names))


class _progress:
    """A bar for large files, on standard output: a graded cell must not write to standard error."""

    def __init__(self, path: Path) -> None:
        self._size = path.stat().st_size
        self._bar: Any = None

    def __enter__(self) -> Any:
        if self._size < BAR_FROM_BYTES:
            return lambda done: None
        from tqdm import tqdm

        self._bar = tqdm(
            total=self._size, unit="B", unit_scale=True, file=sys.stdout, leave=False, desc=text("own.bar")
        )
        return lambda done: self._bar.update(done - self._bar.n)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _array(cells: Any) -> Any:
    import numpy as np

    if isinstance(cells, np.ndarray):
        return cells
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def _is_note(cell: str) -> bool:
    return bool(_NOTE.match(cell)) or len(cell) > 40


def letter(position: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 26 is AA.

    Examples
    --------
    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
