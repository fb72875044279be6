"""Everything that is wrong with somebody's file, told at once, in a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kit.errors import DataError, KitError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

ROWS_SHOWN = 20
CELL_SHOWN = 40


class OwnFileError(DataError):
    """You meet it when your own file cannot be used as it is; `problems` lists every reason."""

    def __init__(self, key: str, *, problems: pd.DataFrame, **gaps: object) -> None:
        super().__init__(key, **gaps)
        self.problems = problems
        self.add_note(self._as_text())

    def _as_text(self) -> str:
        width = max((len(where) for where in self._places()), default=0)
        lines = [
            f"  {where.ljust(width)}  {what}  → {todo}"
            for where, what, todo in zip(
                self._places(), self.problems["what"], self.problems["what_to_do"], strict=True
            )
        ]
        return "\n".join(lines)

    def _places(self) -> list[str]:
        return [
            _place(row, column) for row, column in zip(self.problems["row"], self.problems["column"], strict=True)
        ]

    def _repr_html_(self) -> str:
        return html_of(self.lines) + self.table_html()

    def table_html(self) -> str:
        """Give the problems as an HTML table with a caption."""
        from kit.figures import table_html

        names = {name: text(f"own.column-{name.replace('_', '-')}") for name in self.problems.columns}
        table = self.problems.astype({"row": object}).rename(columns=names)
        return table_html(table, caption=text("own.caption"))

    def _render_traceback_(self) -> list[str]:
        return show_error(self)


def show_error(error: KitError) -> list[str]:
    """Show a notebook the table of an error as a table; a terminal gets it as text."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and getattr(shell, "kernel", None) is not None:
        from IPython.display import HTML, display

        display(HTML(error.table_html()))  # the lines follow below it
        return error.lines
    return [*error.lines, *"\n".join(error.__notes__).splitlines()]


def html_of(lines: list[str]) -> str:
    """Write the lines of a message as a paragraph of HTML."""
    import html

    return f"<p>{'<br>'.join(html.escape(line) for line in lines)}</p>"


class Problems:
    """A list of problems that grows while a file is read.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add("number-missing-word", rows=[7], column="cases", cell="n/a")
    >>> problems.table()["what"].item()
    '"n/a" stands in the place of a number.'
    """

    def __init__(self) -> None:
        self._found: list[tuple[int | None, str, str, str, str]] = []
        self._counts: dict[tuple[str, str], int] = {}
        self._told: dict[str, set[int]] = {}

    def __bool__(self) -> bool:
        return bool(self._counts)

    def __len__(self) -> int:
        return sum(self._counts.values())

    def add(self, kind: str, *, rows: Iterable[int | None] = (None,), column: str = "", **gaps: object) -> None:
        """Note one problem, in one row or in many.

        Parameters
        ----------
        kind : str
            Name of the message in the catalogue, without ``own.``.
        rows : iterable of int or None
            Row numbers as the spreadsheet shows them; None for the whole file.
        column : str
            Heading of the column, as it stands in the file.
        **gaps
            Values for the gaps in the message.
        """
        what = todo = ""
        for row in rows:
            if row is not None:
                self._told.setdefault(column, set()).add(int(row))
            count = self._counts[kind, column] = self._counts.get((kind, column), 0) + 1
            if count > ROWS_SHOWN:
                continue
            if not what:
                shown = {key: short(value) if key in ("cell", "other") else value for key, value in gaps.items()}
                what, todo = text(f"own.{kind}", column=column, **shown).split("\n", 1)
            self._found.append((None if row is None else int(row), column, what, todo, kind))

    def rows_told(self, column: str) -> set[int]:
        """Give the rows in which that column has a problem already."""
        return self._told.get(column, set())

    def table(self) -> pd.DataFrame:
        """Give the problems as a table: row, column, what, what_to_do."""
        import pandas as pd

        found = sorted(self._found, key=lambda each: (each[0] is not None, each[0] or 0))
        for (kind, column), count in self._counts.items():
            if count > ROWS_SHOWN:
                example = next(each for each in self._found if each[1] == column and each[4] == kind)
                more = text("own.more-rows", more=count - ROWS_SHOWN, example=example[2])
                found.append((None, column, more, example[3], kind))
        table = pd.DataFrame([each[:4] for each in found], columns=["row", "column", "what", "what_to_do"])
        table["row"] = table["row"].astype("Int64")
        return table

    def error(self, file: str) -> OwnFileError:
        """Make the error that tells all of them.

        Parameters
        ----------
        file : str
            Name of the file, without its folder.
        """
        table = self.table()
        if len(self) == 1:
            one = table.iloc[0]
            where = _place(one["row"], one["column"])
            where = f"{file}, {where}" if where else file
            return OwnFileError(
                "own.one-problem", problems=table, where=where, what=one["what"], todo=one["what_to_do"]
            )
        return OwnFileError("own.many-problems", problems=table, file=file, count=len(self))


def refuse(kind: str, file: str, **gaps: object) -> OwnFileError:
    """Make the error for a file that cannot be read at all.

    Parameters
    ----------
    kind : str
        Name of the message in the catalogue, without ``own.``.
    file : str
        Name of the file, without its folder.
    **gaps
        Values for the gaps in the message.

    Examples
    --------
    >>> print(refuse("empty-file", "cases.csv"))
    cases.csv: The file is empty.
    Nothing was loaded, so that no half table is used.
    Save it again from the program that made it.
    """
    problems = Problems()
    problems.add(kind, **gaps)
    return problems.error(file)


def short(cell: str) -> str:
    """Cut a long cell, so that a message stays a sentence.

    Examples
    --------
    >>> short("a" * 50)
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…'
    """
    cell = " ".join(cell.split())
    return cell if len(cell) <= CELL_SHOWN else cell[: CELL_SHOWN - 1] + "…"


def _place(row: object, column: str) -> str:
    import pandas as pd

    parts = [] if pd.isna(row) else [text("own.at-row", row=row)]
    return ", ".join([*parts, text("own.at-column", column=column)] if column else parts)
