"""Look at a Word file as a screen reader will: what would be missing for people who do not see it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import TownFileError
from kit.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator


def accessibility_faults(path: str | Path) -> list[str]:
    """Give what keeps people with a screen reader out of a Word file, in words; empty if nothing was found.

    Looked at: title, language, levels of headings, words in the place of pictures, header rows of tables,
    links with words. It can be any Word file: also one that was changed after the kit wrote it.

    Parameters
    ----------
    path : str or Path
        The .docx file.

    Raises
    ------
    TownFileError
        If it is no Word file.

    Examples
    --------
    >>> import tempfile
    >>> from docx import Document
    >>> place = Path(tempfile.mkdtemp()) / "report.docx"
    >>> file = Document(); heading = file.add_heading("One", 1); heading = file.add_heading("Two", 3)
    >>> file.save(place)
    >>> for fault in accessibility_faults(place):
    ...     print(fault)
    The file has no title of its own (File, Properties, Title).
    "Two" is a heading of level 3 after one of level 1: no level may be left out.
    """
    from zipfile import BadZipFile

    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    path = Path(path)
    try:
        file = Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError):
        raise TownFileError("document.not-word", file=path.name) from None
    return [*_file_faults(file), *_heading_faults(file), *_picture_faults(file), *_table_faults(file)]


def _file_faults(file: object) -> Iterator[str]:
    from docx.oxml.ns import qn

    title = (file.core_properties.title or "").strip()
    if not title or title == "Word Document":
        yield text("document.fault-title")
    languages = [one.get(qn("w:val")) for one in file.styles.element.iter(qn("w:lang"))]
    if not any(languages):
        yield text("document.fault-language")
    for link in file.element.body.iter(qn("w:hyperlink")):
        words = "".join(part.text or "" for part in link.iter(qn("w:t"))).strip()
        if not words or words.startswith(("http://", "https://", "www.")):
            yield text("document.fault-link", words=words[:60])


def _heading_faults(file: object) -> Iterator[str]:
    before = 0
    for line in file.paragraphs:
        name = line.style.name if line.style is not None else ""
        if not name.startswith("Heading ") or not name.removeprefix("Heading ").isdigit():
            continue
        level = int(name.removeprefix("Heading "))
        if not line.text.strip():
            yield text("document.fault-empty-heading", level=level)
        elif level > before + 1:
            yield text("document.fault-heading", words=line.text[:60], level=level, before=before)
        before = level
    if not before:
        yield text("document.fault-no-headings")


def _picture_faults(file: object) -> Iterator[str]:
    from docx.oxml.ns import qn

    for number, shape in enumerate(file.element.body.iter(qn("wp:docPr")), 1):
        if not (shape.get("descr") or "").strip():
            yield text("document.fault-picture", number=number)


def _table_faults(file: object) -> Iterator[str]:
    from docx.oxml.ns import qn

    for number, table in enumerate(file.element.body.iter(qn("w:tbl")), 1):
        rows = table.findall(qn("w:tr"))
        first = rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") if rows else None
        if first is None or first.get(qn("w:val")) in ("0", "false", "off"):
            yield text("document.fault-table", number=number)
        if next(table.iter(qn("w:vMerge"), qn("w:gridSpan")), None) is not None:
            yield text("document.fault-merged", number=number)
