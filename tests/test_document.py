"""The town's document: whatever was filled in stands in it, can be read aloud, and names what is not known."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn

from kit import cli
from kit.assess import page_words
from kit.assess.section import Heading, Paragraph, Points, Section, Table
from kit.errors import KitError, SetupError, TownFileError
from kit.text import language, set_language
from kit.town import document as documents
from kit.town import document_pdf, history, load_page, save_page, town_document, write_document
from kit.town.document_check import accessibility_faults
from kit.town.document_pdf import libreoffice, make_pdf
from kit.town.plain_section import plain_section

EXAMPLE = Path(__file__).parents[1] / "docs" / "example_town"
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A town's file that may be changed."""
    folder = tmp_path / "my_town"
    monkeypatch.setenv("KIT_TOWN", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The document of the example town in both languages, made once."""
    places = {}
    for code in ("en", "es"):
        found, path = (
            town_document(EXAMPLE, language=code, today=TODAY),
            tmp_path_factory.mktemp(code) / "report.docx",
        )
        path.write_bytes(found.docx())
        places[code] = found, path
    return places


@pytest.fixture(params=["en", "es"])
def full(request, made):
    return made[request.param]


def words(path_or_bytes):
    kept = io.BytesIO(path_or_bytes) if isinstance(path_or_bytes, bytes) else str(path_or_bytes)
    file = docx.Document(kept)
    cells = "\n".join(part.text or "" for part in file.element.body.iter(qn("w:t")))
    return cells


class Outline(HTMLParser):
    """Headings, pictures, tables and links of a web page."""

    def __init__(self, markup):
        super().__init__()
        self.levels, self.images, self.captions, self.heads, self.links, self.tags = [], [], 0, 0, [], set()
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.tags.add(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "img":
            self.images.append(facts)
        self.captions += tag == "caption"
        self.heads += tag == "thead"
        if tag == "a":
            self.links.append(facts["href"])


# ---- a full town


def test_every_page_of_the_town_has_a_chapter_and_the_last_three_are_there(full):
    found, path = full
    pages = {file.stem.replace("_", "-") for file in EXAMPLE.glob("*.json")}
    assert {chapter.page.name for chapter in found.chapters} == pages
    headings = [line.text for line in docx.Document(str(path)).paragraphs if line.style.name == "Heading 1"]
    assert len(headings) == len(pages) + 4  # the contents, and the last three
    assert [heading.partition(". ")[2] for heading in headings[1:]] == [
        *(chapter.section.title for chapter in found.chapters),
        *(("What we do not know", "Sources", "How old each part is") if found.language == "en"
          else ("Qué no sabemos", "Fuentes", "De cuándo es cada parte")),
    ]  # fmt: skip


def test_no_instrument_of_the_example_town_had_to_be_shown_as_bare_answers(full):
    found, _ = full
    assert not [
        part for chapter in found.chapters for part in chapter.unknown if "could not be worked out" in part
    ]


def test_the_word_file_can_be_read_aloud(full):
    assert accessibility_faults(full[1]) == []


def test_every_picture_has_its_words_and_every_table_its_header_row_and_name(full):
    found, path = full
    file = docx.Document(str(path))
    said = [shape.get("descr") for shape in file.element.body.iter(qn("wp:docPr"))]
    alts = [p.figure.alt for c in found.chapters for p in c.section.parts if hasattr(p, "figure")]
    assert said == alts and len(said) >= 2 and all(len(one) > 40 for one in said)
    for table in file.element.body.iter(qn("w:tbl")):
        assert table.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert table.find(f"{qn('w:tblPr')}/{qn('w:tblCaption')}").get(qn("w:val")).strip()


def test_language_title_and_day_are_set_and_nobody_is_named(full):
    found, path = full
    facts = docx.Document(str(path)).core_properties
    assert facts.title == found.title and facts.language == {"en": "en-GB", "es": "es-ES"}[found.language]
    assert facts.author == "" and facts.last_modified_by == "" and facts.comments == ""
    assert (facts.created.year, facts.created.hour, facts.created.minute) == (2026, 0, 0)
    styles = zipfile.ZipFile(path).read("word/styles.xml").decode()
    assert f'<w:lang w:val="{facts.language}"' in styles


def test_levels_of_headings_leave_none_out(full):
    found, _ = full
    page = Outline(found.html())
    assert page.levels[0] == 1 and page.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.levels, page.levels[1:], strict=False))


def test_the_web_page_needs_nothing_else(full):
    found, _ = full
    markup = found.html()
    page = Outline(markup)
    assert f'<html lang="{found.language}">' in markup and f"<title>{found.title}</title>" in markup
    assert not page.tags & {"script", "iframe", "link", "object", "form"}
    assert all(image["src"].startswith("data:image/png;base64,") and image["alt"] for image in page.images)
    assert page.captions == page.heads > 10
    assert all(link.startswith(("#", "http")) for link in page.links)


def test_both_files_say_the_same_words(full):
    found, path = full
    markup = re.sub(r"<[^>]+>", " ", found.html())
    for chapter in found.chapters:
        for one in chapter.unknown:
            assert one in words(path)
            assert one.split('"')[0].split("'")[0].split("&")[0][:25] in markup


def test_every_source_is_named_once_with_the_day_somebody_read_it(full):
    found, path = full
    titles = [source["title"] for source in found.sources]
    assert len(titles) == len(set(titles)) >= 5
    said = words(path)
    day = "23 November 2026" if found.language == "en" else "23 de noviembre de 2026"
    assert all(title in said for title in titles) and day in said


def test_the_same_town_gives_the_same_bytes(full):
    found, path = full
    assert found.docx() == path.read_bytes()
    assert {entry.date_time for entry in zipfile.ZipFile(path).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_spanish_document_speaks_spanish_and_the_session_goes_on_in_its_own_language(town):
    save_page("about-our-town", {"municipality": "Villaejemplo (inventada)", "document_language": "es"})
    found = town_document()
    assert found.title.startswith("Derechos humanos en Villaejemplo") and language() == "en"
    assert "Qué no sabemos" in words(found.docx()) and "Fuentes" in found.html() and language() == "en"
    assert town_document(language="en").title.startswith("Human rights in")


def test_a_language_nobody_knows_is_refused():
    with pytest.raises(KitError) as caught:
        town_document(EXAMPLE, language="tlh")
    assert caught.value.key == "errors.unknown-language" and language() == "en"


# ---- little, nothing, or something broken


def test_an_empty_town_gives_an_honest_draft_with_every_instrument_named_as_not_begun(town):
    files = write_document("report.docx")
    found = town_document()
    said = words(files[0])
    instruments = list(page_words.FOLDER.glob("*.json"))
    assert len(found.missing) == len(instruments) and all(title in said for title in found.missing)
    assert "Draft." in said and "Still empty: Name of the municipality; Country." in said
    assert accessibility_faults(files[0]) == [] and not town.exists()


def test_a_half_filled_page_is_a_draft_that_names_its_gaps(town):
    save_page("capacity", {"sheets": [{"role": "Clerk", "legal_level": "l2"}]})
    save_page("indicator-blind-spot", {"indicator": "Complaints"})
    said = words(town_document().docx())
    assert "Only 1 people rated" in said or "Only 1" in said
    assert "Complaints" in said and "Still empty: Day of the assessment" in said


def test_an_answer_not_known_is_gathered_among_what_we_do_not_know():
    asked = {"id": "a", "kind": "yes_no_unknown", "label": {"en": "Is there a rule", "es": "Hay una norma"}}
    page = {"id": "our-page", "title": {"en": "Our page"}, "fields": [asked], "sources": []}
    assert plain_section(page, {"a": "unknown"}).unknown == ['Answered with "not known": Is there a rule']
    assert plain_section(page, {"a": "no"}).unknown == []


@pytest.mark.parametrize(
    ("content", "key"),
    [("{", "cannot be read"), ('{"format": 99, "answers": {}}', "newer")],
    ids=["damaged", "future"],
)
def test_a_page_that_cannot_be_read_does_not_stop_the_document(town, content, key):
    save_page("about-our-town", {"municipality": "Exampleton"})
    save_page("capacity", {"who_sees": "all"})
    (town / "capacity.json").write_text(content, encoding="utf-8")
    said = words(town_document().docx())
    assert key in said and "Exampleton" in said
    assert (town / "capacity.json").read_text(encoding="utf-8") == content


@pytest.mark.parametrize("page", ["capacity", "impact", "no-such-page"])
@pytest.mark.parametrize(
    "answers", [{"sheets": 3, "impacts": "x"}, {"impacts": [1, None, {"id": {}}]}, {"a": {"b": [1]}}]
)
def test_answers_written_by_hand_stay_in_the_document(town, page, answers):
    save_page(page, answers)
    found = town_document()
    assert found.docx() and found.html()
    assert page in [chapter.page.name for chapter in found.chapters]


@pytest.mark.parametrize("answer", [["es"], {"a": 1}, 3, None, ""])
def test_odd_answers_on_the_first_page_do_not_stop_the_document(town, answer):
    names = ("municipality", "office", "document_language", "population")
    save_page("about-our-town", dict.fromkeys(names, answer))
    found = town_document()
    assert found.language == "en" and found.docx() and found.html()


def test_an_instrument_that_breaks_leaves_the_answers_in_the_document(town, monkeypatch):
    from kit.assess import capacity

    def broken(answers, *, today=None):
        raise ZeroDivisionError

    monkeypatch.setattr(capacity, "section", broken)
    save_page("capacity", {"who_sees": "The committee"})
    said = words(town_document().docx())
    assert "could not be worked out (ZeroDivisionError)" in said and "The committee" in said


STRANGE = "a\x00b\x0b <script>alert(1)</script> & ]]> ‮ \ud800 数 \U0001f9d1 " + "x" * 3000


def test_strange_letters_reach_neither_file_as_code(town):
    save_page("about-our-town", {"municipality": STRANGE, "country": "a\nb"})
    found = town_document()
    said = words(found.docx())
    assert "<script>alert(1)</script>" in said and "数" in said and "\x00" not in said
    assert "<script>" not in found.html()


def test_a_link_of_another_kind_than_the_web_is_shown_as_words(town, monkeypatch):
    sources = [{"title": "A", "read": "2026-01-01", "url": "javascript:alert(1)"}]
    chapter = documents.Chapter(load_page("capacity"), Section("T", [], sources=sources))
    found = documents.Document("en", "2026-11-25", load_page("about-our-town"), [chapter])
    assert "javascript:" not in found.html() and "javascript" not in str(
        zipfile.ZipFile(io.BytesIO(found.docx())).read("word/_rels/document.xml.rels")
    )


# ---- the parts


def made_of(*parts, **more):
    page = load_page("about-our-town", town="nowhere")
    chapter = documents.Chapter(page, Section("Chapter", list(parts), **more))
    return documents.Document("en", "2026-11-25", page, [chapter])


def test_numbered_lists_begin_at_1_again():
    found = made_of(Points(["a", "b"], numbered=True), Heading("Next"), Points(["c"], numbered=True))
    file = docx.Document(io.BytesIO(found.docx()))
    numbers = [line._p.pPr.numPr.numId.val for line in file.paragraphs if line.style.name == "List Number"]
    assert numbers[0] == numbers[1] != numbers[2]


def test_a_wide_table_lies_on_its_side_and_what_follows_stands_again():
    wide = pd.DataFrame({f"A long heading {n}": ["words " * 10] for n in range(9)})
    found = made_of(Heading("Wide"), Table(wide, "Wide"), Heading("After"), Paragraph("Upright."))
    sides = [part.orientation for part in docx.Document(io.BytesIO(found.docx())).sections]
    assert [int(side) for side in sides] == [0, 1, 0]


def test_missing_values_are_dashes_and_numbers_are_not_made_longer():
    frame = pd.DataFrame({"a": [1.0, None], "b": [None, "x"], "c": [0.1234567, 12345.0]})
    said = words(made_of(Table(frame, "Numbers")).docx()).split("\n")
    assert said.count("–") == 2 and "0.1235" in said and "12,345" in said


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"a": []}), pd.DataFrame({1: [2]}, index=[7])])
def test_empty_and_odd_tables_can_be_written(frame):
    assert made_of(Table(frame, "Odd")).docx() and made_of(Table(frame, "Odd")).html()


# ---- writing


def test_a_document_that_is_there_is_never_written_over(town):
    first = write_document("report.docx")
    first[0].write_bytes(b"changed by hand")
    with pytest.raises(TownFileError) as caught:
        write_document("report.docx")
    assert caught.value.key == "document.exists" and len(caught.value.lines) == 3
    assert first[0].read_bytes() == b"changed by hand"


def test_without_a_name_each_document_gets_its_own(town):
    names = [file.name for _ in range(2) for file in write_document(today=TODAY)]
    assert names == [f"my_town-2026-11-25{again}.{kind}" for again in ("", "-2") for kind in ("docx", "html")]


def test_making_the_document_changes_nothing_in_the_town(town):
    save_page("about-our-town", {"municipality": "Exampleton"})
    before = {path: path.read_bytes() for path in town.rglob("*.json")}
    write_document("report.docx")
    assert {path: path.read_bytes() for path in town.rglob("*.json")} == before and len(
        history("about-our-town")
    ) == 1


def test_the_command_writes_and_checks(town, capsys):
    assert cli.main(["document", "ours", "--town", str(EXAMPLE), "--language", "es"]) == 0
    assert "ours.docx" in capsys.readouterr().out
    assert cli.main(["document", "--check", "ours.docx"]) == 0
    file = docx.Document()
    file.add_heading("One", 1)
    file.add_heading("Three", 3)
    file.add_table(1, 1)
    file.save("bad.docx")
    assert cli.main(["document", "--check", "bad.docx"]) == 1
    said = capsys.readouterr().out
    assert "level 3" in said and "table 1" in said and "title" in said
    Path("no.docx").write_text("no")
    assert cli.main(["document", "--check", "no.docx"]) == 2
    assert cli.main(["document", "ours"]) == 2


def spoiled(path, change):
    file = docx.Document(str(path))
    change(file)
    target = path.with_name("spoiled.docx")
    file.save(target)
    return accessibility_faults(target)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda file: next(file.element.body.iter(qn("wp:docPr"))).set("descr", " "), "Picture 1"),
        (
            lambda file: [one.getparent().remove(one) for one in list(file.element.body.iter(qn("w:tblHeader")))],
            "table 1",
        ),
        (lambda file: setattr(file.core_properties, "title", ""), "title"),
        (lambda file: [one.attrib.clear() for one in file.styles.element.iter(qn("w:lang"))], "language"),
        (lambda file: file.add_heading("Deep", 4), "level 4"),
        (lambda file: file.add_heading("", 1), "empty heading"),
        (lambda file: file.tables[0].cell(0, 0).merge(file.tables[0].cell(0, 1)), "merged"),
    ],
    ids=["alt", "header", "title", "language", "level", "empty", "merged"],
)
def test_the_check_finds_what_is_missing(made, change, fault):
    assert any(fault in line for line in spoiled(made["en"][1], change))


# ---- PDF


def test_without_libreoffice_the_other_files_are_written_and_it_is_said(town, monkeypatch):
    monkeypatch.setattr(document_pdf, "libreoffice", lambda: None)
    with pytest.raises(SetupError) as caught:
        write_document("report.docx", pdf=True)
    assert caught.value.key == "document.no-pdf" and len(caught.value.lines) == 3
    assert Path("report.docx").is_file() and Path("report.html").is_file()


@pytest.mark.skipif(not libreoffice(), reason="LibreOffice is not installed here")
@pytest.mark.slow
def test_libreoffice_makes_a_tagged_pdf_of_it(made):
    found, path = made["en"]
    pdf = make_pdf(path)
    assert pdf.read_bytes()[:5] == b"%PDF-"
    if shutil.which("pdfinfo"):
        said = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Tagged:\s+yes", said) and found.title in said
