"""Parts of a Word file that a screen reader can walk through: facts about the file, tables, plain words."""

from __future__ import annotations

import re
from datetime import datetime

from kit.text import language

LOCALES = {"en": "en-GB", "es": "es-ES"}
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def name_file(file: object, title: str) -> None:
    """Give a file its title, language, day and A4 pages; no person and no hour.

    Parameters
    ----------
    file : docx.document.Document
        A new Word file.
    title : str
        What it is called.

    Examples
    --------
    >>> from docx import Document
    >>> file = Document()
    >>> name_file(file, "A report")
    >>> file.core_properties.title, file.core_properties.author
    ('A report', '')
    """
    from docx.oxml.ns import qn
    from docx.shared import Cm

    facts, locale = file.core_properties, LOCALES[language()]
    facts.title, facts.language, facts.author, facts.comments = clean(title)[:255], locale, "", ""
    facts.created = facts.modified = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for one in file.styles.element.iter(qn("w:lang")):
        one.set(qn("w:val"), locale)
    paper = file.sections[0]
    paper.page_width, paper.page_height = Cm(21), Cm(29.7)


def add_table(file: object, names: list[str], cells: list[list[str]], caption: str) -> object:
    """Add a table with a header row, and words for those who cannot see it.

    Parameters
    ----------
    file : docx.document.Document
        The Word file.
    names : list of str
        The header row.
    cells : list of list of str
        The rows below it.
    caption : str
        What the table shows.

    Returns
    -------
    docx.table.Table

    Examples
    --------
    >>> from docx import Document
    >>> table = add_table(Document(), ["town", "people"], [["Exampleton", "900"]], "People")
    >>> len(table.rows), table.rows[1].cells[1].text
    (2, '900')
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    table = file.add_table(rows=1, cols=len(names), style="Table Grid")
    for place, name in enumerate(names):
        cell = table.rows[0].cells[place]
        cell.text = clean(name)
        cell.paragraphs[0].runs[0].bold = True
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    described = OxmlElement("w:tblDescription")
    described.set(qn("w:val"), clean(caption))
    table._tbl.tblPr.append(described)
    for row in cells:
        line = table.add_row()
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, words in zip(line.cells, row, strict=True):
            cell.text = clean(words)
    return table


def clean(words: object) -> str:
    """Take out signs that no Word file may hold.

    Examples
    --------
    >>> clean("a" + chr(0) + "b")
    'ab'
    """
    return _NO_LETTERS.sub("", str(words))
