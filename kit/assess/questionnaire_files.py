"""The tables inside an export of ODK or KoboToolbox: workbook, zip, folder of CSV files, or one CSV file.

Source: exports as ODK Central and Briefcase write them (``KEY``, ``PARENT_KEY``, ``SET-OF-…``; one CSV file for
each repeat, named after it) and as KoboToolbox does (sheets with ``_index`` and ``_parent_index``).
"""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from kit.data.file_format import kind_of
from kit.data.opening import existing
from kit.errors import DataError

MOST_BYTES = 500_000_000  # a zip can be made to unfold without end


@dataclass(frozen=True)
class RawTable:
    """One table of an export, as text.

    Parameters
    ----------
    name : str
        Name of the sheet or file, without ending.
    headings : list of str
        As they stand in the file.
    rows : list of list of str
        As wide as the headings; rows without any content are left out.
    """

    name: str
    headings: list[str]
    rows: list[list[str]]


def raw_tables(path: str | Path) -> list[RawTable]:
    """Give every table of an export.

    Parameters
    ----------
    path : str or Path
        An .xlsx workbook, a .zip or folder with CSV files, or one CSV file. Beside a CSV file
        ``form.csv`` its repeats ``form-….csv`` are read, too.

    Raises
    ------
    DataError
        If nothing is there, or it cannot be read.

    Examples
    --------
    >>> file = Path(tempfile.mkdtemp()) / "form.csv"
    >>> _ = file.write_text("KEY,r-r_type\\nuuid:1,cso\\n")
    >>> [(table.name, table.headings) for table in raw_tables(file)]
    [('form', ['KEY', 'r-r_type'])]
    """
    given = Path(path).expanduser()
    if given.is_dir():
        files = sorted(given.glob("*.csv"))
        if not files:
            raise DataError("questionnaire.empty-folder", folder=given.name)
        return [_csv(file) for file in files]
    given = existing(path)
    if given.suffix.lower() == ".zip" and zipfile.is_zipfile(given):
        return _zip(given)
    if kind_of(given) == "text":
        beside = [file for file in sorted(given.parent.glob(f"{_escaped(given.stem)}-*.csv")) if file != given]
        return [_csv(file) for file in (given, *beside)]
    return _workbook(given)


def _escaped(name: str) -> str:
    import glob

    return glob.escape(name)


def _zip(path: Path) -> list[RawTable]:
    try:
        with zipfile.ZipFile(path) as packed, tempfile.TemporaryDirectory() as folder:
            inside = [one for one in packed.infolist() if one.filename.lower().endswith(".csv")]
            if sum(one.file_size for one in inside) > MOST_BYTES:
                raise DataError("questionnaire.zip-large", file=path.name, most=MOST_BYTES // 1_000_000)
            files = []
            for one in inside:
                file = Path(folder) / Path(one.filename).name  # never a path of the zip's own choosing
                file.write_bytes(packed.read(one))
                files.append(file)
            if not files:
                raise DataError("questionnaire.empty-folder", folder=path.name)
            return [_csv(file) for file in files]
    except (zipfile.BadZipFile, RuntimeError, EOFError):
        raise DataError("questionnaire.zip-damaged", file=path.name) from None


def _csv(path: Path) -> RawTable:
    from kit.data.text_table import open_text

    return _tidy(path.stem, open_text(path).top(10_000_000))


def _workbook(path: Path) -> list[RawTable]:
    import python_calamine as calamine

    from kit.data.problems import refuse
    from kit.data.spreadsheet import as_text

    try:
        with calamine.load_workbook(str(path)) as workbook:
            found = [
                (name, [[as_text(cell) for cell in row] for row in workbook.get_sheet_by_name(name).to_python()])
                for name in workbook.sheet_names
            ]
    except calamine.PasswordError:
        raise refuse("password", path.name) from None
    except calamine.CalamineError:
        raise refuse("damaged-workbook", path.name) from None
    return [_tidy(name, rows) for name, rows in found]


def _tidy(name: str, rows: list[list[str]]) -> RawTable:
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    headings = [cell.strip().lstrip("\ufeff") for cell in filled[0]] if filled else []
    width = len(headings)
    return RawTable(name, headings, [[*row, *[""] * width][:width] for row in filled[1:]])
