"""What a student wrote or drew, made harmless before anybody opens it in a browser.

Nothing that is left can run, load anything from elsewhere, lead anywhere with a click, or lie over
the rest of a page. Text stays text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from kit.grade.notebook_file import LARGEST_PICTURE
from kit.text import text

# What a figure, a table or a form of the kit shows; scripts, frames and drawings are not among it.
_TAGS = """
    a abbr article b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins li mark ol p pre q s section small span strong sub summary sup
    table tbody td tfoot th thead tr u ul
"""
_EVERYWHERE = "aria-hidden aria-label colspan dir id lang role rowspan scope title"
_STYLES = """
    background-color border border-bottom border-collapse border-left border-right border-top color display
    font-family font-size font-style font-weight height margin max-width min-width padding text-align
    vertical-align white-space width
"""
_GONE = [
    "script",
    "style",
    "iframe",
    "object",
    "noscript",
    "template",
    "textarea",
    "title",
    "svg",
    "math",
    "select",
]
# Nothing a page shows needs more.
LONGEST, LONGEST_MARKDOWN, MOST_TAGS = 300_000, 30_000, 20_000
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]++")
_PUT_BY = "data:image/png;base64,KitPicture"
# Another address, a way to hide one, or a box moved over its neighbours.
_BAD_STYLE = re.compile(r"url|expression|[\\@<&]|-\s*\d", re.IGNORECASE)
_WEB = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
# Formulas are drawn by a program in the page, which has words for links and styles of its own.
_TEX = re.compile(
    r"\\(?=(?:href|url|unicode|require|class|cssId|style|html\w*|data|tooltip|mathtip|toggle|action|enclose|"
    r"includegraphics|bbox|def|gdef|edef|xdef|let|csname|begingroup|(?:re)?newcommand|(?:re)?newenvironment)\b)",
    re.IGNORECASE,
)


def clean(markup: str) -> str:
    """Keep of some HTML only what cannot run, load or lead anywhere.

    Links become text, with the address in brackets.

    Parameters
    ----------
    markup : str
        HTML that a student's notebook holds.

    Examples
    --------
    >>> clean('<b onclick="x()">5.6 %</b><img src="https://example.org/i.png" alt="map">')
    '<b>5.6 %</b><img alt="map">'
    >>> clean('<a href="https://example.org">source</a> <a href="javascript:x()">more</a>')
    'source (https://example.org) more'
    """
    markup, pictures = _put_by(markup)
    markup = markup[:LONGEST]
    if markup.count("<") > MOST_TAGS:
        return as_typed(markup)
    cleaned = without_commands(_cleaner().clean(markup))
    cleaned = re.sub(r'<a href="([^"]*)">(.*?)</a>', _as_text, cleaned, flags=re.DOTALL)
    cleaned = re.sub(r"</?a(?: [^>]*)?>", "", cleaned)
    # A screen reader announces an empty heading as if a name were missing.
    cleaned = re.sub(r"<th>\s*</th>", "<td></td>", cleaned)
    cleaned = re.sub(r"<img(?![^>]*\balt=)", f'<img alt="{html.escape(text("grade.page-picture"))}"', cleaned)
    kept = dict(enumerate(pictures))
    return re.sub(rf'(?<= src="){_PUT_BY}(\d{{1,6}})(?=")', lambda found: kept.get(int(found[1]), ""), cleaned)


def markdown(said: str, pictures: Mapping[str, Any] | None = None) -> str:
    """Turn Markdown into HTML that is clean.

    Parameters
    ----------
    said : str
        What a student typed.
    pictures : mapping, optional
        Pictures pasted into the cell, as a notebook keeps them: ``{name: {"image/png": base64}}``.

    Examples
    --------
    >>> print(markdown("**Many** <script>x()</script>"))
    <p><strong>Many</strong> </p>
    """
    if said.startswith("<div>") and "\n" not in said:
        # Made by `kit.grade.safe_notebook`: HTML already.
        return clean(said)
    if len(said) > LONGEST_MARKDOWN:
        return as_typed(said)
    try:
        return clean(_read_markdown(said, pictures or {})).strip()
    except Exception:
        # Whatever the reader of Markdown stumbles over is still readable as it was typed.
        return as_typed(said)


def as_typed(said: str) -> str:
    """Show a text letter by letter.

    Examples
    --------
    >>> as_typed("a < b")
    '<pre>a &lt; b</pre>'
    """
    return f"<pre>{html.escape(without_commands(said[:LONGEST]), quote=False)}</pre>"


def without_commands(said: str) -> str:
    """Disarm the commands of formulas that would make a link, a style or a new command.

    Examples
    --------
    >>> without_commands(r"$\\frac{1}{2}$ and $\\href{javascript:x()}{y}$")
    '$\\\\frac{1}{2}$ and $＼href{javascript:x()}{y}$'
    """
    return _TEX.sub("＼", said)


def _read_markdown(said: str, pictures: Mapping[str, Any]) -> str:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        def _embed_image_or_attachment(self, src: str) -> str:
            for kind, content in pictures.get(src.removeprefix("attachment:"), {}).items():
                return f"data:{kind};base64,{content}"
            return src

    return MarkdownWithMath(renderer=Renderer(escape=False, exclude_anchor_links=True)).render(said)


def _put_by(markup: str) -> tuple[str, list[str]]:
    """Take pictures out, for the time of cleaning: a photo is longer than any text."""
    pictures: list[str] = []

    def short(found: re.Match[str]) -> str:
        pictures.append(re.sub(r"\s+", "", found[0]) if len(found[0]) <= LARGEST_PICTURE else "")
        return f"{_PUT_BY}{len(pictures) - 1}"

    return _PICTURE.sub(short, markup), pictures


def _as_text(found: re.Match[str]) -> str:
    address, words = found[1], found[2]
    return words if address == words or not address else f"{words} ({address})"


@cache
def _cleaner() -> Any:
    import nh3

    def allowed(tag: str, name: str, value: str) -> str | None:
        if tag == "a":
            return value if name == "href" and _WEB.match(value) else None
        if name == "src":
            return value if _PICTURE.fullmatch(value) else None
        if name == "style":
            return None if _BAD_STYLE.search(value) else value
        return value

    return nh3.Cleaner(
        tags=set(_TAGS.split()),
        clean_content_tags=set(_GONE),
        attributes={"*": {*_EVERYWHERE.split(), "style"}, "a": {"href"}, "img": {"src", "alt", "width", "height"}},
        attribute_filter=allowed,
        filter_style_properties=set(_STYLES.split()),
        url_schemes={"data", "http", "https", "mailto"},
        link_rel=None,
        # No name of a student's may stand for a part of the page.
        id_prefix="own-",
    )
