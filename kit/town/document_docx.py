"""The town's document as a Word file that screen readers can walk through.

Headings, lists and captions are styles; pictures and tables have words in their place; the first row of a
table is marked as such; wide tables lie on their side. The file keeps the day and no hour.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

from kit.assess.section import Heading, Paragraph, Picture, Points, Table
from kit.assess.word_parts import LOCALES, clean
from kit.text import text
from kit.town.document_table import is_wide, needs_twin, pages_frame, table_xml
from kit.town.wording import show_day

if TYPE_CHECKING:
    from docx.document import Document as WordFile

    from kit.town.document import Chapter, Document

_FONT, _INK, _LINK = "Arial", "003A5D", "00558C"
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def word_file(found: Document) -> bytes:
    """Give the document as the bytes of a .docx file; the same town gives the same bytes.

    Examples
    --------
    >>> import tempfile
    >>> from kit.town.document import town_document
    >>> word_file(town_document(tempfile.mkdtemp()))[:2]
    b'PK'
    """
    return _Writer(found).bytes()


class _Writer:
    def __init__(self, found: Document) -> None:
        from docx import Document as new_file

        self.found, self.file = found, new_file()
        self.lying, self.numbers = False, count(1)
        _prepare(self.file, found)
        self.styles = {style.name: style.style_id for style in self.file.styles}
        self._front()
        titles = [chapter.section.title for chapter in found.chapters]
        ends = [text(f"document.{name}") for name in ("unknown", "sources", "pages")]
        numbered = [f"{number}. {title}" for number, title in enumerate([*titles, *ends], 1)]
        self._contents(numbered)
        for title, chapter in zip(numbered, found.chapters, strict=False):
            self._chapter(title, chapter)
        unknown, sources, pages = numbered[-3:]
        self._heading(unknown)
        self._unknown()
        self._heading(sources)
        self._sources()
        self._heading(pages)
        self._pages()

    def bytes(self) -> bytes:
        kept, packed = io.BytesIO(), io.BytesIO()
        self.file.save(kept)
        with zipfile.ZipFile(kept) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                new.writestr(zipfile.ZipInfo(entry.filename, _NO_TIME), old.read(entry), zipfile.ZIP_DEFLATED)
        return packed.getvalue()

    def _front(self) -> None:
        self._words(self.found.title, "Title")
        for line in self.found.facts():
            self._words(line, "Subtitle")
        self._words(text("document.read-me"), "Kit note")

    def _contents(self, titles: list[str]) -> None:
        self._words(text("document.contents"), "Heading 1")
        for number, title in enumerate(titles, 1):
            _link(self._words("", "Kit contents"), title, to=f"chapter{number}")

    def _heading(self, title: str, *, lying: bool = False) -> None:
        self._turn(lying)
        _bookmark(self._words(title, "Heading 1"), next(self.numbers))

    def _chapter(self, title: str, chapter: Chapter) -> None:
        blocks = _blocks(chapter.section.parts)
        self._heading(title, lying=bool(blocks) and _lies_as_a_whole(blocks[0]))
        if chapter.empty:
            self._words(chapter.empty, "Kit note")
        twins = [part.frame for part in chapter.section.parts if isinstance(part, Table)]
        for block in blocks:
            together = _lies_as_a_whole(block)
            for part, after in zip(block, [*block[1:], None], strict=True):
                self._turn(together or _lies(part))
                self._part(part, twins, before_table=isinstance(after, Table))

    def _part(self, part: object, twins: list, *, before_table: bool = False) -> None:
        if isinstance(part, Heading):
            self._words(part.words, "Heading 2")
        elif isinstance(part, Paragraph):
            line = self._words(part.words, "Kit note" if part.note else "Normal")
            line.paragraph_format.keep_with_next = before_table or None
        elif isinstance(part, Points):
            style = "List Number" if part.numbered else "List Bullet"
            restart = _new_list(self.file) if part.numbered else None
            for item in part.items:
                _in_list(self._words(item, style), restart)
        elif isinstance(part, Picture):
            self._picture(part.figure)
            if needs_twin(part, twins):
                self._turn(is_wide(part.figure.table))
                self._table(Table(part.figure.table, text("document.twin", caption=part.figure.caption)))
        elif isinstance(part, Table):
            self._table(part)

    def _picture(self, figure: object) -> None:
        from docx.shared import Inches

        holder = self._words("", "Normal")
        holder.paragraph_format.keep_with_next = True
        shape = holder.add_run().add_picture(io.BytesIO(figure.png))
        if shape.width > Inches(6.4):
            shape.height = round(shape.height * Inches(6.4) / shape.width)
            shape.width = Inches(6.4)
        named = shape._inline.docPr
        named.set("descr", clean(figure.alt))
        named.set("title", clean(figure.caption)[:200])
        self._words(figure.caption, "Caption")
        self._words(f"{text('figures.source')} {figure.source}", "Kit source")

    def _table(self, part: Table) -> None:
        from docx.oxml import parse_xml

        caption = self._words(part.caption, "Caption")
        caption.paragraph_format.keep_with_next = True
        made = parse_xml(table_xml(part.frame, caption=clean(part.caption), lying=self.lying, clean=clean))
        caption._p.addnext(made)
        self._words("", "Kit after table")

    def _unknown(self) -> None:
        if not self.found.open_points:
            self._words(text("document.all-known"), "Normal")
            return
        self._words(text("document.unknown-why"), "Normal")
        for chapter in self.found.chapters:
            if chapter.unknown:
                self._words(chapter.section.title, "Heading 2")
                self._part(Points(chapter.unknown), [])
        if self.found.missing:
            self._words(text("document.missing"), "Heading 2")
            self._words(text("document.missing-why"), "Normal")
            self._part(Points(self.found.missing), [])

    def _sources(self) -> None:
        if not self.found.sources:
            self._words(text("document.no-sources"), "Normal")
        for source in self.found.sources:
            line = self._words("", "List Bullet")
            if source.get("url", "").startswith(("http://", "https://")):
                _link(line, source["title"], address=source["url"])
            else:
                line.add_run(clean(source["title"]))
            line.add_run(f" ({text('town.read-on', day=show_day(source['read']))})")

    def _pages(self) -> None:
        self._words(text("document.pages-why"), "Normal")
        self._table(Table(pages_frame(self.found), text("document.pages-table")))

    def _words(self, words: str, style: str):
        line = self.file.add_paragraph(clean(words))
        line._p.style = self.styles[style]  # by its short name: looking styles up is what takes longest
        return line

    def _turn(self, lying: bool) -> None:
        """Lay the paper on its side for wide tables, and put it upright again."""
        if lying == self.lying:
            return
        from docx.enum.section import WD_ORIENT, WD_SECTION

        part = self.file.add_section(WD_SECTION.NEW_PAGE)
        part.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
        part.page_width, part.page_height = part.page_height, part.page_width
        self.lying = lying


def _prepare(file: WordFile, found: Document) -> None:
    """Set language, title, paper, styles and the line at the foot."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    facts = file.core_properties
    facts.title, facts.language, facts.author = clean(found.title)[:255], LOCALES[found.language], ""
    facts.comments = facts.last_modified_by = facts.keywords = ""
    facts.created = facts.modified = datetime.fromisoformat(found.made_on)
    facts.revision = 1
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LOCALES[found.language])
    paper = file.sections[0]
    paper.page_width, paper.page_height = Cm(21), Cm(29.7)
    paper.left_margin = paper.right_margin = paper.top_margin = paper.bottom_margin = Cm(2.2)
    look = {
        "Normal": (11, 6), "Title": (24, 6), "Subtitle": (12, 2), "Heading 1": (18, 6), "Heading 2": (14, 4),
        "Caption": (10, 3), "List Bullet": (11, 3), "List Number": (11, 3), "Kit note": (11, 8),
        "Kit source": (9, 10), "Kit contents": (11, 2), "Kit table": (9, 1), "Kit table head": (9, 1),
        "Kit after table": (6, 4),
    }  # fmt: skip
    for name, (size, after) in look.items():
        if name.startswith("Kit"):
            file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = file.styles["Normal"]
        style = file.styles[name]
        style.font.name, style.font.size, style.font.italic = _FONT, Pt(size), False
        fonts = style.element.rPr.rFonts
        for theme in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[theme]
        fonts.set(qn("w:cs"), _FONT)
        style.paragraph_format.space_after = Pt(after)
        if name.startswith(("Title", "Subtitle", "Heading", "Caption")):
            style.font.color.rgb = RGBColor.from_string(_INK)
    file.styles["Kit table head"].font.bold = True
    file.styles["Kit note"].paragraph_format.left_indent = Cm(0.8)
    file.styles["Heading 1"].paragraph_format.space_before = Pt(22)
    _foot(paper.footer.paragraphs[0], found.title)


def _foot(line: object, title: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    line.add_run(clean(f"{title} – {text('document.page')} "))
    number = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    line._p.append(parse_xml(number))


def _blocks(parts: list) -> list[list]:
    """Part a chapter at its headings."""
    found: list[list] = [[]]
    for part in parts:
        if isinstance(part, Heading):
            found.append([])
        found[-1].append(part)
    return [block for block in found if block]


def _lies(part: object) -> bool:
    return isinstance(part, Table) and is_wide(part.frame)


def _lies_as_a_whole(block: list) -> bool:
    """Keep what belongs to a wide table on its page, but pictures upright."""
    return any(map(_lies, block)) and not any(isinstance(part, Picture) for part in block)


def _bookmark(line: object, number: int) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    name = f'w:id="{number}" w:name="chapter{number}"'
    line._p.insert(1, parse_xml(f"<w:bookmarkStart {nsdecls('w')} {name}/>"))
    line._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>'))


def _link(line: object, words: str, *, to: str = "", address: str = "") -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    link = OxmlElement("w:hyperlink")
    if to:
        link.set(qn("w:anchor"), to)
    else:
        link.set(qn("r:id"), line.part.relate_to(clean(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = line.add_run(clean(words))
    run.font.underline, run.font.color.rgb = True, RGBColor.from_string(_LINK)
    link.append(run._r)
    line._p.append(link)


def _new_list(file: WordFile) -> int:
    """Begin a numbered list at 1 again; without this Word counts on through the whole document."""
    from docx.oxml.ns import qn

    numbering = file.part.numbering_part.numbering_definitions._numbering
    used = file.styles["List Number"].element.pPr.numPr.numId.val
    kind = next(num for num in numbering.num_lst if num.numId == used).abstractNumId.val
    made = numbering.add_num(kind)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.get(qn("w:numId")))


def _in_list(line: object, number: int | None) -> None:
    if number is not None:
        chosen = line._p.get_or_add_pPr().get_or_add_numPr()
        chosen.get_or_add_numId().val = number
        chosen.get_or_add_ilvl().val = 0
