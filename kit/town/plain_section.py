"""A page of answers as a section of the document, for pages that no instrument works out further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.section import Paragraph, Section, Table
from kit.text import text
from kit.town._format import Page
from kit.town.rows import labels
from kit.town.view import tables_of
from kit.town.wording import in_language, row_name, show_answer, show_row

if TYPE_CHECKING:
    import pandas as pd


def plain_section(definition: dict, answers: dict, *, note: str = "") -> Section:
    """Give questions and answers as they stand, and what is empty or not known.

    Parameters
    ----------
    definition : dict
        The questions; see `kit.town.page_definition`.
    answers : dict
        What was answered.
    note : str
        Words to set before the answers.

    Examples
    --------
    >>> from kit.town import page_definition
    >>> found = plain_section(page_definition("about-our-town"), {"municipality": "Exampleton"})
    >>> found.title, found.parts[0].frame.iloc[0].tolist()
    ('About our municipality', ['Name of the municipality', 'Exampleton'])
    """
    import pandas as pd

    title = in_language(definition["title"])
    page = Page(definition["id"], answers)
    tables = {field["id"]: rows for field, rows in tables_of(definition, page)}
    rows, unknown = [], []
    for field in definition["fields"]:
        name, label = field["id"], in_language(field["label"])
        if name in tables:
            continue
        said = show_answer(field, answers[name]) if name in answers else ""
        rows.append([label, said or f"({text('town.empty')})"])
        if answers.get(name) == "unknown" and field["kind"] == "yes_no_unknown":
            unknown.append(text("document.not-known", question=label))
    known = {field["id"] for field in definition["fields"]}
    rows += [[name, str(value)] for name, value in answers.items() if name not in known]
    parts = [Paragraph(note, note=True)] if note else []
    if rows:
        frame = pd.DataFrame(rows, columns=[text("town.question"), text("town.answer")])
        parts.append(Table(frame, title))
    for field in definition["fields"]:
        if field["id"] in tables:
            parts.append(Table(_frame(field, tables[field["id"]]), in_language(field["label"])))
    return Section(title, parts, unknown=unknown, sources=definition["sources"])


def still_empty(definition: dict, empty: list[str]) -> str:
    """Give the words on required questions without an answer; empty if there are none.

    Examples
    --------
    >>> from kit.town import page_definition
    >>> still_empty(page_definition("about-our-town"), ["country"])
    'Still empty: Country.'
    """
    return text("document.still-empty", fields=labels(definition, empty)) if empty else ""


def _frame(field: dict, rows: list[dict]) -> pd.DataFrame:
    import pandas as pd

    cells = [dict(show_row(field, row, empty="–")) for row in rows]
    first = in_language(field["row_label"])
    return pd.DataFrame(
        [{first: row_name(field, number).removeprefix(f"{first} ")} | row for number, row in enumerate(cells, 1)]
    )
