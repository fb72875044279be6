"""What the feedback page needs beside nbgrader's marks: words, clean HTML, no outside address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from kit.grade.result import said_in
from kit.text import text

if TYPE_CHECKING:
    from kit.grade.result import Graded

# What a figure, a table or a form of the kit shows; scripts, frames and links to run code are not among it.
_TAGS = """
    a abbr article b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins li mark ol p pre q s section small span strong sub summary sup
    table tbody td tfoot th thead tr u ul
"""
_EVERYWHERE = "aria-hidden aria-label class colspan dir id lang role rowspan scope title"
_STYLES = """
    background-color border border-bottom border-collapse border-left border-right border-top color display
    font-family font-size font-style font-weight height margin max-width min-width padding text-align
    vertical-align white-space width
"""


def clean(markup: str) -> str:
    """Keep of some HTML only what cannot run, and cannot load anything from elsewhere.

    Parameters
    ----------
    markup : str
        HTML that a student's notebook holds.

    Examples
    --------
    >>> clean('<b onclick="x()">5.6 %</b><img src="https://example.org/i.png" alt="map">')
    '<b>5.6 %</b><img alt="map">'
    """
    import bleach
    from bleach.css_sanitizer import CSSSanitizer

    def allowed(tag: str, name: str, value: str) -> bool:
        if name in _EVERYWHERE.split():
            return True
        if name == "style":
            return "url" not in value.lower()
        if tag == "img":
            if name == "src":
                return value.startswith(("data:image/png", "data:image/jpeg"))
            return name in ("alt", "width", "height")
        return tag == "a" and name == "href" and value.startswith(("#", "https://", "http://", "mailto:"))

    # bleach keeps the text inside a tag that it takes away; of these two it is not meant to be read.
    markup = re.sub(r"<(script|style)\b.*?(</\1\s*>|$)", "", markup, flags=re.DOTALL | re.IGNORECASE)
    cleaned = bleach.clean(
        markup,
        tags=set(_TAGS.split()),
        attributes=allowed,
        protocols={"data", "http", "https", "mailto"},
        strip=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=_STYLES.split()),
    )
    # A screen reader announces an empty heading as if a name were missing.
    cleaned = re.sub(r"<th>\s*</th>", "<td></td>", cleaned)
    cleaned = re.sub(r'<a class="anchor-link"[^>]*>.*?</a>', "", cleaned)
    return re.sub(r"<img(?![^>]*\balt=)", f'<img alt="{words("picture")}"', cleaned)


def below(markup: str) -> str:
    """Put the headings of a notebook one level below the heading of the page.

    Examples
    --------
    >>> below("<h1>Prevalence</h1><h6>Note</h6>")
    '<h2>Prevalence</h2><h6>Note</h6>'
    """
    return re.sub(r"(</?h)([1-5])\b", lambda found: f"{found[1]}{int(found[2]) + 1}", markup)


def words(which: str, /, **gaps: Any) -> str:
    """Give a message of the page in the language in use."""
    return text(f"grade.page-{which}", **gaps)


def points(score: Any) -> str:
    """Write points without needless decimals.

    Examples
    --------
    >>> points(2.0), points(None), points(0.5)
    ('2', '–', '0.5')
    """
    return "–" if score is None else f"{float(score):.2f}".rstrip("0").rstrip(".")


def role(cell: Any) -> str:
    """Tell what a cell is to a reader of the page: test, written answer, code answer or nothing."""
    nbgrader = cell.metadata.get("nbgrader", {})
    if nbgrader.get("grade") and not nbgrader.get("solution"):
        return "test"
    if nbgrader.get("task") or (nbgrader.get("grade") and nbgrader.get("solution")):
        return "written"
    return "answer" if nbgrader.get("solution") else ""


def total(score: float, max_score: float, waiting: float) -> str:
    """Say how many points there are, and how many a person still has to give.

    Examples
    --------
    >>> total(3.0, 6.0, 3.0)
    '3 of 6 points so far. A person still has to mark 3 points.'
    """
    gaps = {"score": points(score), "max_score": points(max_score)}
    return words("score-so-far", waiting=points(waiting), **gaps) if waiting else words("score", **gaps)


def filters(result: Graded) -> dict[str, Any]:
    """Give the template what it needs to write one student's page."""
    waiting = {mark.cell: mark.max_score for mark in result.cells if mark.score is None}

    def mark(cell: Any) -> str:
        nbgrader = cell.metadata.nbgrader
        if nbgrader.grade_id in waiting:
            return words("open")
        return words("of", score=points(nbgrader.score), max_score=points(nbgrader.points))

    return {
        "kit_below": below,
        "kit_clean": clean,
        "kit_mark": mark,
        "kit_points": points,
        "kit_role": role,
        "kit_said": said_in,
        "kit_total": lambda nbgrader: total(nbgrader["score"], nbgrader["max_score"], sum(waiting.values())),
        "kit_words": words,
    }
