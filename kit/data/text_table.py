"""The rows of a CSV file, block by block: fast where every row has the same shape, careful where not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from kit.data.file_format import TextFormat
from kit.data.problems import Problems
from kit.text import text

LONGEST_CELL = 32_767  # characters a spreadsheet cell can hold

PIECE = 1 << 21
LONGEST_RECORD = 1 << 23


class Block(NamedTuple):
    """Some rows of a table."""

    rows: Any  # row numbers as the spreadsheet shows them
    columns: list[Any]  # one sequence of cells a column
    typed: bool = False  # whether cells can be numbers and dates, as in a workbook


class TextTable:
    """A text file seen as a table: `top` for a first look, `blocks` for all rows."""

    def __init__(self, path: Path, form: TextFormat) -> None:
        self.path = path
        self.form = form
        sign = text("own.sign-tab") if form.separator == "\t" else form.separator
        self.notes = [("note-text-file", {"encoding": form.encoding, "separator": sign})]

    def top(self, count: int) -> list[list[str]]:
        """Give the first rows, blank ones included."""
        rows: list[list[str]] = []
        with self._open() as file:
            reader = csv.reader(file, delimiter=self.form.separator)
            try:
                for row in reader:
                    if any(len(cell) > LONGEST_CELL for cell in row):
                        break  # `blocks` meets the same place and names it
                    rows.append(row)
                    if len(rows) == count:
                        break
            except csv.Error:
                pass  # `blocks` meets the same place and names it
        return rows

    def blocks(
        self,
        width: int,
        problems: Problems,
        *,
        strange: Callable[[int, list[str]], None],
        seen: Callable[[int], None],
    ) -> Iterator[Block]:
        """Give all rows that have `width` cells.

        Parameters
        ----------
        width : int
            Number of cells in a row.
        problems : Problems
            Where a broken quotation mark is noted.
        strange : callable
            Called with row number and cells for each row that is longer or shorter.
        seen : callable
            Called with the number of bytes read so far.

        Yields
        ------
        Block
        """
        import numpy as np

        row, rest = 1, b""
        separator = self.form.separator.encode()
        for more, done in self._pieces():
            rest += more
            end = _last_record(rest) if more else len(rest)
            if end == 0 and len(rest) > LONGEST_RECORD:
                problems.add("quote-open", rows=[row])
                return
            piece, rest = rest[:end], rest[end:]
            columns = _even(piece, separator, width) if piece else None
            if columns is not None:
                yield Block(np.arange(row, row + len(columns[0]), dtype=np.int32), columns)
                row += len(columns[0])
            elif piece:
                good, following = self._careful(piece.decode(), row, width, problems, strange)
                if good.columns:
                    yield good
                if following is None:
                    return
                row = following
            seen(done)

    def _pieces(self) -> Iterator[tuple[bytes, int]]:
        """Give the file as UTF-8 with plain line ends, and how many bytes were read; last an empty piece."""
        if self.form.encoding not in ("utf-8", "utf-8-sig"):
            with self._open() as file:
                while more := file.read(PIECE):
                    yield more.encode(), file.buffer.tell()
                yield b"", self.path.stat().st_size
            return
        with self.path.open("rb") as file:  # most files: no need to decode and encode
            if self.form.encoding == "utf-8-sig":
                file.seek(3)
            for _ in range(self.form.lines_to_skip):
                file.readline()
            while more := file.read(PIECE):
                if more.endswith(b"\r"):
                    more += file.read(1)
                if b"\x00" in more:
                    raise UnicodeError("a null byte")
                if b"\r" in more:
                    more = more.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
                yield more, file.tell()
            yield b"", file.tell()

    def _open(self) -> io.TextIOWrapper:
        file = self.path.open(encoding=self.form.encoding, newline=None)
        try:
            for _ in range(self.form.lines_to_skip):
                file.readline()
        except BaseException:
            file.close()
            raise
        return file

    def _careful(
        self, piece: str, row: int, width: int, problems: Problems, strange: Callable[[int, list[str]], None]
    ) -> tuple[Block, int | None]:
        """Read records one at a time; the second answer is None when a quotation mark ends the reading."""
        import numpy as np

        numbers, records = [], []
        reader = csv.reader(io.StringIO(piece), delimiter=self.form.separator, strict=True)
        going: int | None = row
        while True:
            try:
                record = next(reader)
            except StopIteration:
                break
            except csv.Error as reason:
                kind = "huge-cell" if "field larger" in str(reason) else "quote-open"
                problems.add(kind, rows=[row])
                going = None
                break
            if any(len(cell) > LONGEST_CELL for cell in record):
                problems.add("huge-cell", rows=[row])  # the reader's own limit is shared with other libraries
                row += 1
                going = row
                continue
            while len(record) > width and not record[-1].strip():
                record.pop()
            if len(record) == width and (width > 1 or record[0].strip()):
                numbers.append(row)
                records.append(record)
            elif any(cell.strip() for cell in record):
                strange(row, record)
            row += 1
            going = row
        return Block(np.array(numbers, np.int32), [[*column] for column in zip(*records, strict=True)]), going


def _last_record(text: bytes) -> int:
    """Give where the last complete record ends: after a line end that no quotation mark holds open."""
    end = text.rfind(b"\n") + 1
    odd = text.count(b'"', 0, end) % 2
    while end and odd:
        before = text.rfind(b"\n", 0, end - 1) + 1
        odd ^= text.count(b'"', before, end) % 2
        end = before
    return end


@cache
def _without_bones(separator: bytes) -> bytes:
    """Give all bytes but the separator, the line end and the quotation mark."""
    return bytes(sorted({*range(256)} - {*separator, 10, 34}))


def _even(piece: bytes, separator: bytes, width: int) -> list[Any] | None:
    """Read records at once if each has the same number of cells; None if one has not.

    Only the bones of the text are compared: separators and line ends, without those between quotation marks.
    """
    import pandas as pd

    if width < 2:
        return None
    bones = piece.translate(None, _without_bones(separator))
    if b'"' in bones:
        bones = b"".join(bones.split(b'"')[::2])
    if not bones.endswith(b"\n"):
        bones += b"\n"
    count = bones.count(b"\n")
    if bones != (separator * (width - 1) + b"\n") * count:
        return None
    try:
        frame = pd.read_csv(
            io.BytesIO(piece),
            sep=separator.decode(),
            header=None,
            names=range(width),
            index_col=False,
            dtype=object,
            na_filter=False,
            low_memory=False,
            encoding="utf-8",
        )
    except UnicodeDecodeError:
        raise
    except ValueError:
        return None
    if len(frame) != count:
        return None
    return [frame[each].to_numpy() for each in range(width)]


def open_text(path: Path, *, encoding: str | None = None, separator: str | None = None) -> TextTable:
    """Open a text file as a table; see `file_format.text_format`."""
    from kit.data.file_format import text_format

    return TextTable(path, text_format(path, encoding=encoding, separator=separator))
