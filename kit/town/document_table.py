"""Tables of the document: how wide they are, and how Word keeps them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kit.text import text
from kit.town.wording import show_day

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from kit.assess.section import Picture
    from kit.town.document import Document

_UPRIGHT, _LYING = 9410, 14330  # twentieths of a point between the margins of A4
_LETTER = 105  # width of a letter of 9 points, with some air
_SHORT = 600  # letters up to which a row is kept on one page


def is_wide(frame: pd.DataFrame) -> bool:
    """Tell whether a table needs the paper on its side.

    Examples
    --------
    >>> import pandas as pd
    >>> is_wide(pd.DataFrame({"Right": ["Housing"], "Severity": [4]}))
    False
    """
    needed = [_longest_word(column) for column in _columns(frame)]
    long = sum(_mean(column) > 30 for column in _columns(frame))
    return sum(needed) * _LETTER > _UPRIGHT or len(needed) + 2 * long > 10


def needs_twin(picture: Picture, frames: list[pd.DataFrame]) -> bool:
    """Tell whether the numbers of a picture still need a table: not if the chapter has one of the same columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> drawn = SimpleNamespace(figure=SimpleNamespace(table=pd.DataFrame({"year": [2024]})))
    >>> needs_twin(drawn, [pd.DataFrame({"year": [2023, 2024]})]), needs_twin(drawn, [])
    (False, True)
    """
    columns = list(picture.figure.table.columns)
    return not any(list(frame.columns) == columns for frame in frames)


def table_xml(frame: pd.DataFrame, *, caption: str, lying: bool, clean: Callable[[object], str]) -> str:
    """Give a table as Word keeps it: first row repeated and marked, a name for screen readers.

    Parameters
    ----------
    frame : pandas.DataFrame
        What to show; the index is left out, missing values show as a dash.
    caption : str
        What the table shows.
    lying : bool
        Whether the paper lies on its side.
    clean : callable
        Takes away letters that a Word file cannot hold.

    Examples
    --------
    >>> import pandas as pd
    >>> "<w:tblHeader/>" in table_xml(pd.DataFrame({"a": [1]}), caption="One", lying=False, clean=str)
    True
    """
    from docx.oxml.ns import nsdecls

    widths = _widths(frame, _LYING if lying else _UPRIGHT)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [_row([clean(name) for name in frame.columns], widths, head=True)]
    rows += [
        _row([clean(_shown(value)) for value in row], widths) for row in frame.itertuples(index=False, name=None)
    ]
    said = escape(caption, quote=True)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="45" w:type="dxa"/><w:left w:w="90" w:type="dxa"/>'
        '<w:bottom w:w="45" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"'
        ' w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{said}"/><w:tblDescription w:val="{said}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def pages_frame(found: Document) -> pd.DataFrame:
    """Give the pages behind the document: which state of each, of which day.

    Examples
    --------
    >>> import tempfile
    >>> from kit.town.document import town_document
    >>> pages_frame(town_document(tempfile.mkdtemp())).iloc[0].tolist()
    ['About our municipality', 'about-our-town', '0', 'never saved']
    """
    import pandas as pd

    rows = [
        [
            chapter.section.title,
            chapter.page.name,
            str(chapter.page.revision),
            show_day(chapter.page.saved) if chapter.page.saved else text("document.never-saved"),
        ]
        for chapter in found.chapters
    ]
    names = [text(f"document.column-{name}") for name in ("chapter", "page", "revision", "saved")]
    return pd.DataFrame(rows, columns=names)


def _row(cells: list[str], widths: list[int], *, head: bool = False) -> str:
    style = "Kittablehead" if head else "Kittable"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="DCE6EE"/>' if head else ""
    said = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_runs(cell)}</w:p></w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    kept = "<w:cantSplit/>" if sum(map(len, cells)) < _SHORT else ""
    return f"<w:tr><w:trPr>{kept}{'<w:tblHeader/>' if head else ''}</w:trPr>{said}</w:tr>"


def _runs(words: str) -> str:
    lines = (f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in words.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def _shown(value: object) -> str:
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "–"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value) or "–"


def _columns(frame: pd.DataFrame) -> list[list[str]]:
    return [
        [str(name), *(_shown(value) for value in frame.iloc[:, place])] for place, name in enumerate(frame.columns)
    ]


def _longest_word(column: list[str]) -> int:
    return min(18, max(len(word) for cell in column for word in (cell.split() or ["–"]))) + 2


def _mean(column: list[str]) -> float:
    return sum(map(len, column[1:])) / max(1, len(column) - 1)


def _widths(frame: pd.DataFrame, whole: int) -> list[int]:
    """Share the paper out: each column gets its longest word, and the rest goes to those with much to say."""
    columns = _columns(frame)
    needed = [_longest_word(column) * _LETTER for column in columns]
    if sum(needed) >= whole:
        return [width * whole // sum(needed) for width in needed]
    wanted = [max(1.0, min(_mean(column), 160) ** 0.7) for column in columns]
    left = whole - sum(needed)
    return [width + int(left * share / sum(wanted)) for width, share in zip(needed, wanted, strict=True)]
