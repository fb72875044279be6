"""The submission as the bytes of a Word file: numbered paragraphs and pages, headings, a header row a table."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from kit.assess.questionnaire_rounds import round_of
from kit.assess.rule_files import said
from kit.assess.word_parts import add_table, clean, name_file
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

    from kit.assess.questionnaire_submission import Answer

_FONT = "Times New Roman"


def word_file(answers: dict, found: list[Answer], *, round: str, notes: list[str]) -> bytes:
    """Give the submission as the bytes of a .docx file.

    Parameters
    ----------
    answers : dict
        The page of the questionnaire.
    found : list of Answer
        From `kit.assess.questionnaire_submission.answers_by_question`.
    round : str
        Which round.
    notes : list of str
        What is missing or too long; written at the beginning of a draft.

    Examples
    --------
    >>> word_file({}, [], round="2023", notes=[])[:2]
    b'PK'
    """
    from docx import Document

    from kit.assess.page_words import shown
    from kit.assess.questionnaire_submission import about_fields

    file, chosen = Document(), round_of(round)
    title = text("questionnaire.title", title=said(chosen["title"]))
    _prepare(file, title)
    file.add_paragraph(clean(title), style="Title")
    if notes:
        file.add_paragraph(clean(text("questionnaire.draft")), style="Heading 1")
        for note in notes:
            file.add_paragraph(clean(note), style="List Bullet")
    file.add_paragraph(clean(text("questionnaire.table-about")), style="Heading 1")
    about = [
        [said(one["label"]), shown(one, answers.get(name)) or "–"] for name, one in about_fields(round).items()
    ]
    add_table(file, [text("town.question"), text("town.answer")], about, text("questionnaire.table-about"))
    number = 0
    for one in found:
        file.add_paragraph(clean(f"{one.ref}. {one.question}"), style="Heading 1")
        for line in one.paragraphs:
            number += 1
            file.add_paragraph(clean(f"{number}. {line}"), style="Normal")
        if one.table is not None:
            caption = text("questionnaire.table-of", ref=one.ref)
            if len(one.table.columns) > 3:
                number = _records(file, one.table, number)
            else:
                file.add_paragraph(clean(caption), style="Caption").paragraph_format.keep_with_next = True
                add_table(file, list(one.table.columns), one.table.to_numpy().tolist(), caption)
        if not one.words:
            file.add_paragraph(clean(text("questionnaire.empty")), style="Normal")
    file.add_paragraph(clean(text("questionnaire.own-words")), style="Kit note")
    kept = io.BytesIO()
    file.save(kept)
    return kept.getvalue()


def _records(file: object, table: pd.DataFrame, number: int) -> int:
    """A table with many columns cannot be read on a page: each of its rows becomes a paragraph."""
    for row in table.to_dict("records"):
        number += 1
        said_of = "; ".join(f"{name}: {cell}" for name, cell in row.items() if cell != "–")
        file.add_paragraph(clean(f"{number}. {said_of}."), style="Normal")
    return number


def _prepare(file: object, title: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Cm, Pt, RGBColor

    name_file(file, title)
    paper = file.sections[0]
    paper.left_margin = paper.right_margin = paper.top_margin = paper.bottom_margin = Cm(2.5)
    file.styles.add_style("Kit note", WD_STYLE_TYPE.PARAGRAPH).base_style = file.styles["Normal"]
    look = {
        "Normal": (12, 6),
        "Title": (18, 12),
        "Heading 1": (13, 4),
        "Caption": (11, 3),
        "List Bullet": (12, 3),
        "Kit note": (10, 0),
    }
    for name, (size, after) in look.items():
        style = file.styles[name]
        style.font.name, style.font.size, style.font.italic = _FONT, Pt(size), False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[theme]
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), _FONT)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_after = Pt(after)
    foot = paper.footer.paragraphs[0]
    foot.add_run(clean(text("questionnaire.page")) + " ")
    foot._p.append(
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )
