"""The town's document as one web page that needs nothing else: no script, no link to load, no other file."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kit.assess.section import Heading, Paragraph, Picture, Points, Table
from kit.text import language, text
from kit.town.document_table import needs_twin, pages_frame
from kit.town.wording import show_day

if TYPE_CHECKING:
    from kit.town.document import Chapter, Document

_LOOK = """
body{font:1.05rem/1.5 Arial,"Liberation Sans",sans-serif;color:#1a1a1a;background:#fff;margin:0 auto;padding:1rem;
max-width:62rem}h1,h2,h3{color:#003a5d;line-height:1.2}h2{border-top:2px solid #003a5d;padding-top:.6rem}
a{color:#00558c}a:focus{outline:3px solid #b34700}.skip{position:absolute;left:-99rem}.skip:focus{left:1rem}
table{border-collapse:collapse;margin:1rem 0;font-size:.92rem}
caption{text-align:left;font-weight:bold;padding:.3rem 0}
th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top;white-space:pre-wrap}
th{background:#dce6ee}.wide{overflow-x:auto}.note{border-left:4px solid #767676;padding-left:.8rem}
figure{margin:1rem 0}img{max-width:100%;height:auto}figcaption{font-size:.95rem}
@media print{body{max-width:none}h2{break-before:page}tr,figure{break-inside:avoid}}
"""
_RULES = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def web_page(found: Document) -> str:
    """Give the document as a whole web page.

    Examples
    --------
    >>> import tempfile
    >>> from kit.town.document import town_document
    >>> web_page(town_document(tempfile.mkdtemp())).splitlines()[1]
    '<html lang="en">'
    """
    title = escape(found.title)
    return (
        f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_RULES}">\n<style>{_LOOK}</style>\n'
        "</head>\n<body>\n"
        f'<a class="skip" href="#chapter1">{text("document.skip")}</a>\n'
        f"<main>\n{article(found)}\n</main>\n</body>\n</html>\n"
    )


def article(found: Document) -> str:
    """Give the document as a part of a web page, as a notebook shows it.

    Examples
    --------
    >>> import tempfile
    >>> from kit.town.document import town_document
    >>> article(town_document(tempfile.mkdtemp())).startswith('<article lang="en">')
    True
    """
    titles = [chapter.section.title for chapter in found.chapters]
    titles += [text(f"document.{name}") for name in ("unknown", "sources", "pages")]
    bodies = [_chapter(chapter) for chapter in found.chapters] + [_unknown(found), _sources(found), _pages(found)]
    listed = "".join(f'<li><a href="#chapter{n}">{escape(title)}</a></li>' for n, title in enumerate(titles, 1))
    chapters = "\n".join(
        f'<section id="chapter{n}" aria-labelledby="title{n}">\n<h2 id="title{n}">{n}. {escape(title)}</h2>\n'
        f"{body}\n</section>"
        for n, (title, body) in enumerate(zip(titles, bodies, strict=True), 1)
    )
    facts = "".join(f"<p>{escape(line)}</p>" for line in found.facts())
    return (
        f'<article lang="{language()}">\n<h1>{escape(found.title)}</h1>\n{facts}\n'
        f'<p class="note">{escape(text("document.read-me"))}</p>\n'
        f'<nav aria-label="{text("document.contents")}">\n<h2>{text("document.contents")}</h2>\n'
        f"<ol>{listed}</ol>\n</nav>\n{chapters}\n</article>"
    )


def _chapter(chapter: Chapter) -> str:
    twins = [part.frame for part in chapter.section.parts if isinstance(part, Table)]
    empty = [f'<p class="note">{escape(chapter.empty)}</p>'] if chapter.empty else []
    return "\n".join([*empty, *(_part(part, twins) for part in chapter.section.parts)])


def _part(part: object, twins: list) -> str:
    if isinstance(part, Heading):
        return f"<h3>{escape(part.words)}</h3>"
    if isinstance(part, Paragraph):
        kind = ' class="note"' if part.note else ""
        return f"<p{kind}>{escape(part.words)}</p>"
    if isinstance(part, Points):
        return _list(part.items, numbered=part.numbered)
    if isinstance(part, Table):
        return _table(part)
    assert isinstance(part, Picture)
    return _picture(part, twins)


def _picture(part: Picture, twins: list) -> str:
    import base64

    shown = part.figure
    alt, caption, source = (escape(words) for words in (shown.alt, shown.caption, shown.source))
    image = base64.b64encode(shown.png).decode()
    twin = ""
    if needs_twin(part, twins):
        twin = _table(Table(shown.table, text("document.twin", caption=shown.caption)))
    return (
        f'<figure>\n<img alt="{alt}" src="data:image/png;base64,{image}">\n'
        f"<figcaption><strong>{caption}</strong><br>{text('figures.source')} {source}</figcaption>\n</figure>\n"
        f"{twin}"
    )


def _table(part: Table) -> str:
    from kit.figures import table_html

    # Scrolls by keyboard where it is wider than the screen.
    name = escape(part.caption, quote=True)
    inside = table_html(part.frame, caption=part.caption)
    return f'<div class="wide" role="region" tabindex="0" aria-label="{name}">{inside}</div>'


def _list(items: list[str], *, numbered: bool = False) -> str:
    tag = "ol" if numbered else "ul"
    return f"<{tag}>" + "".join(f"<li>{escape(item)}</li>" for item in items) + f"</{tag}>"


def _unknown(found: Document) -> str:
    if not found.open_points:
        return f"<p>{text('document.all-known')}</p>"
    parts = [f"<p>{text('document.unknown-why')}</p>"]
    for chapter in found.chapters:
        if chapter.unknown:
            parts.append(f"<h3>{escape(chapter.section.title)}</h3>{_list(chapter.unknown)}")
    if found.missing:
        said = f"<h3>{text('document.missing')}</h3><p>{text('document.missing-why')}</p>"
        parts.append(said + _list(found.missing))
    return "\n".join(parts)


def _sources(found: Document) -> str:
    if not found.sources:
        return f"<p>{text('document.no-sources')}</p>"
    items = []
    for source in found.sources:
        day = text("town.read-on", day=show_day(source["read"]))
        words, address = escape(source["title"]), source.get("url", "")
        if address.startswith(("http://", "https://")):
            words = f'<a href="{escape(address, quote=True)}" rel="noreferrer">{words}</a>'
        items.append(f"<li>{words} ({escape(day)})</li>")
    return f"<ul>{''.join(items)}</ul>"


def _pages(found: Document) -> str:
    table = _table(Table(pages_frame(found), text("document.pages-table")))
    return f"<p>{text('document.pages-why')}</p>\n{table}"
