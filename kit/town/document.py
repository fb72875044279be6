"""The town's document: all its pages in one report, with figures, sources, days, and what nobody knows yet.

Each instrument gives its part (`kit.assess.section`); a page without an instrument is shown as it stands.
Nothing is left out in silence: a page that cannot be read, an instrument nobody filled in and every open
question stand in the chapter *What we do not know*.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kit.assess.page_words import FOLDER as INSTRUMENTS
from kit.assess.section import Paragraph, Section
from kit.errors import KitError, TownFileError
from kit.text import LANGUAGES, text
from kit.text import language as language_in_use
from kit.town._files import explained, write_bytes
from kit.town._format import Page
from kit.town.answers import check_answers
from kit.town.definitions import page_definition, read_definition
from kit.town.language import speaking
from kit.town.pages import list_pages, load_page, town_folder
from kit.town.plain_section import plain_section, still_empty
from kit.town.wording import in_language, show_day

# What is read first; pages that are not named here follow by name.
ORDER = (
    *("capacity", "participation", "data-checklist", "indicators", "impact-screening", "impact-scope", "impact"),
    *("impact-follow-up", "impact-quality", "grievance", "peer-review", "evaluation-terms"),
    *("questionnaire", "recommendations", "action-plan"),
)


@dataclass(frozen=True)
class Chapter:
    """One page of the town in the document.

    Parameters
    ----------
    page : Page
        The state that is shown; its revision and day stand at the end of the document.
    section : Section
        What it says.
    empty : str
        Words on required questions without an answer.
    """

    page: Page
    section: Section
    empty: str = ""

    @property
    def unknown(self) -> list[str]:
        """What is not known in this chapter."""
        return [one for one in (self.empty, *self.section.unknown) if one]


@dataclass(frozen=True)
class Document:
    """The town's document, to be written as Word file or web page. Made by `town_document`.

    Parameters
    ----------
    language : str
        Its language, ``"en"`` or ``"es"``.
    made_on : str
        The day it was made.
    about : Page
        The page *about our municipality*.
    chapters : list of Chapter
        In the order of reading.
    missing : list of str
        Titles of instruments that nobody filled in.
    """

    language: str
    made_on: str
    about: Page
    chapters: list[Chapter] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What stands on the first page."""
        with speaking(self.language):
            return text("document.title", town=self.about.answers.get("municipality") or text("document.our-town"))

    @property
    def open_points(self) -> int:
        """How many things the chapter *What we do not know* names."""
        return len(self.missing) + sum(len(chapter.unknown) for chapter in self.chapters)

    @property
    def sources(self) -> list[dict]:
        """Every source once, in the order of the chapters."""
        found: dict[tuple, dict] = {}
        for chapter in self.chapters:
            for source in chapter.section.sources:
                found.setdefault((source["title"], source.get("url", "")), source)
        return list(found.values())

    def facts(self) -> list[str]:
        """Give the lines below the title: who, on which day, and whether it is a draft."""
        with speaking(self.language):
            lines = [text("document.made-on", day=show_day(self.made_on))]
            if self.about.answers.get("office"):
                lines.insert(0, str(self.about.answers["office"]))
            if self.open_points:
                lines.append(text("document.draft", number=self.open_points))
            return lines

    def docx(self) -> bytes:
        """Give the document as a Word file."""
        from kit.town.document_docx import word_file

        with speaking(self.language):
            return word_file(self)

    def html(self) -> str:
        """Give the document as one web page that needs nothing else."""
        from kit.town.document_html import web_page

        with speaking(self.language):
            return web_page(self)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        from kit.town.document_html import article

        with speaking(self.language):
            return {"text/html": article(self), "text/plain": self.title}


def town_document(
    town: str | Path | None = None, *, language: str | None = None, today: date | None = None
) -> Document:
    """Gather all pages of the town's file into one document.

    Parameters
    ----------
    town : str or Path, optional
        Another folder than the usual one.
    language : str, optional
        ``"en"`` or ``"es"``; left out, the one chosen on the page *about our municipality*, else the one in use.
    today : datetime.date, optional
        The day against which deadlines have passed.

    Raises
    ------
    KitError
        If the kit does not speak that language. A page that cannot be read does not raise: the document says so.

    Examples
    --------
    >>> import tempfile
    >>> from kit.town import save_page
    >>> town = tempfile.mkdtemp()
    >>> page = save_page("about-our-town", {"municipality": "Exampleton"}, town=town)
    >>> town_document(town).title
    'Human rights in Exampleton: what we know and what we will do'
    """
    today = today or date.today()
    about = _readable("about-our-town", town)
    chosen = language or str(about.answers.get("document_language"))
    if language is None and chosen not in LANGUAGES:
        chosen = language_in_use()
    with speaking(chosen):
        names = [name for name in list_pages(town=town) if name not in ("settings", "about-our-town")]
        names.sort(key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
        chapters = [_chapter(name, town, today) for name in ("about-our-town", *names)]
        missing = [
            in_language(read_definition(path)["title"])
            for path in sorted(INSTRUMENTS.glob("*.json"))
            if path.stem.replace("_", "-") not in names
        ]
        return Document(chosen, today.isoformat(), about, chapters, missing)


def write_document(
    path: str | Path | None = None,
    *,
    town: str | Path | None = None,
    language: str | None = None,
    pdf: bool = False,
    today: date | None = None,
) -> list[Path]:
    """Write the town's document as a Word file and as a web page; nothing that is there already is touched.

    Parameters
    ----------
    path : str or Path, optional
        The Word file, ``"report.docx"``; the others stand beside it. Left out, a name with the day in
        the present folder, and a number behind it if that name is taken.
    town, language, today
        As for `town_document`.
    pdf : bool
        Also make a PDF, with LibreOffice.

    Returns
    -------
    list of Path
        The files: .docx, .html and, if asked for, .pdf.

    Raises
    ------
    TownFileError
        If a file of that name is there already, or the folder cannot be written.
    SetupError
        If a PDF is wanted and LibreOffice is not on this computer; the other files are written.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> [file.name for file in write_document(place / "report.docx", town=place / "my_town")]
    ['report.docx', 'report.html']
    """
    found = town_document(town, language=language, today=today)
    target = _target(path, town_folder(town), found, ending_too=(".pdf",) if pdf else ())
    with explained(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(target, found.docx())
        write_bytes(target.with_suffix(".html"), found.html().encode())
    files = [target, target.with_suffix(".html")]
    if pdf:
        from kit.town.document_pdf import make_pdf

        files.append(make_pdf(target))
    return files


def _target(path: str | Path | None, town: Path, found: Document, *, ending_too: tuple) -> Path:
    endings = (".docx", ".html", *ending_too)
    if path is not None:
        target = Path(path).expanduser().absolute()
        target = target if target.suffix == ".docx" else target.with_name(target.name + ".docx")
        taken = [ending for ending in endings if target.with_suffix(ending).exists()]
        if taken:
            raise TownFileError("document.exists", file=target.with_suffix(taken[0]).name)
        return target
    number = 1
    while True:
        again = "" if number == 1 else f"-{number}"
        target = Path.cwd() / f"{town.name}-{found.made_on}{again}.docx"
        if not any(target.with_suffix(ending).exists() for ending in endings):
            return target
        number += 1


def _chapter(name: str, town: str | Path | None, today: date) -> Chapter:
    try:
        page = load_page(name, town=town)
    except TownFileError as error:
        return Chapter(Page(name), _broken(name, error))
    try:
        definition = page_definition(name)
    except TownFileError:
        definition = {"id": name, "title": {"en": name}, "fields": [], "sources": []}
    empty = check_answers(definition, page.answers, earlier=page.answers).empty
    return Chapter(page, _section(definition, page.answers, today), still_empty(definition, empty))


def _section(definition: dict, answers: dict, today: date) -> Section:
    module = f"kit.assess.{definition['id'].replace('-', '_')}"
    if importlib.util.find_spec(module) is None:
        return plain_section(definition, answers)
    try:
        return importlib.import_module(module).section(answers, today=today)
    except Exception as error:
        # Whatever was written into the file by hand: the answers stay in the document.
        note = text("document.not-worked-out", kind=type(error).__name__)
        shown = plain_section(definition, answers, note=note)
        return Section(shown.title, shown.parts, unknown=[note, *shown.unknown], sources=shown.sources)


def _broken(name: str, error: KitError) -> Section:
    title = name
    with contextlib.suppress(TownFileError):
        title = in_language(page_definition(name)["title"])
    return Section(title, [Paragraph(line, note=True) for line in error.lines], unknown=[error.lines[0]])


def _readable(name: str, town: str | Path | None) -> Page:
    try:
        return load_page(name, town=town)
    except TownFileError:
        return Page(name)
