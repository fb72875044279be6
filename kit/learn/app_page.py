"""What the web page of a form shows: the list of forms, a form, or the whole document.

The page runs in a kernel that was started beforehand (see `kit.apps`). `warm` loads what a form needs,
`wait` stops until somebody asks for a page, and only then `show` reads the town's file: what was saved a
moment ago stands in the boxes.
"""

from __future__ import annotations

import html
import tempfile
from urllib.parse import parse_qs, urlencode

from kit.errors import KitError, TownFileError
from kit.learn.forms import form
from kit.text import LANGUAGES, language, set_language, text
from kit.town import check_answers, load_page, page_definition, remembered_language
from kit.town.definitions import definition_files
from kit.town.wording import in_language, show_day

DOCUMENT = "document"


def warm() -> None:
    """Load what a form needs, so that the first one shows at once.

    Examples
    --------
    >>> warm()
    """
    import IPython.display  # noqa: F401

    form("about-our-town", town=tempfile.gettempdir() + "/no_such_town")
    for path in definition_files():
        try:
            page_definition(path.stem)
        except TownFileError:
            continue


def wait() -> str:
    """Stop until somebody asks for a page; give what stands behind the question mark of its address.

    Examples
    --------
    >>> wait()
    ''
    """
    import os

    if os.environ.get("VOILA_PREHEAT", "False") == "False":
        return os.environ.get("QUERY_STRING", "")
    from voila.utils import get_query_string

    return get_query_string() or ""


def show(query: str) -> None:
    """Show the page that was asked for.

    Parameters
    ----------
    query : str
        ``"page=capacity&lang=es"``; without a page, the list of forms.

    Examples
    --------
    >>> show("page=no-such-page&lang=en")
    <IPython.core.display.HTML object>
    >>> set_language(None)
    """
    from IPython.display import HTML, display

    wanted = {name: values[-1] for name, values in parse_qs(query).items()}
    set_language(_language(wanted.get("lang")))
    page = wanted.get("page", "")
    if not page:
        display(HTML(_frame("", _index())))
        return
    try:
        if page == DOCUMENT:
            _show_document()
            return
        shown = form(page)
        display(HTML(_frame(page, f"<h1>{html.escape(in_language(shown.definition['title']))}</h1>")))
        display(shown)
    except KitError as error:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in error.lines)
        display(HTML(_frame(page, f"<h1>{html.escape(text('apps.no-page'))}</h1><div role='alert'>{lines}</div>")))


def forms() -> list[dict]:
    """Give the forms there are: name, title, and what was done with each.

    Examples
    --------
    >>> [one["name"] for one in forms()][:1]
    ['about-our-town']
    """
    found, seen = [], set()
    for path in definition_files():
        name = path.stem.replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        try:
            definition = page_definition(name)
            title, state = in_language(definition["title"]), _state(definition)
        except TownFileError as error:
            title, state = name, error.lines[0]
        found.append({"name": name, "title": title, "state": state, "folder": path.parent.parent.name})
    # Who we are, then the instruments, then the pages of the lessons.
    found.sort(key=lambda one: (one["name"] != "about-our-town", one["folder"] != "assess"))
    return found


def _state(definition: dict) -> str:
    page = load_page(definition["id"])
    if not page.revision and not page.answers:
        return text("apps.not-begun")
    empty = check_answers(definition, page.answers, earlier=page.answers).empty
    return text("apps.draft" if empty else "apps.filled", day=show_day(page.saved) if page.saved else "–")


def _index() -> str:
    listed = {"instruments": "", "lessons": ""}
    for one in forms():
        part = "lessons" if one["folder"].startswith(("0", "1", "case")) else "instruments"
        words = f"{html.escape(one['title'])}</a> – {html.escape(one['state'])}"
        listed[part] += f'<li><a href="{_address(one["name"])}">{words}</li>'
    parts = "".join(
        f"<h2>{html.escape(text(f'apps.{name}'))}</h2><ul>{items}</ul>" for name, items in listed.items() if items
    )
    say = {name: html.escape(text(f"apps.{name}")) for name in ("title", "intro", "document", "document-what")}
    return (
        f"<h1>{say['title']}</h1><p>{say['intro']}</p>{parts}<h2>{say['document']}</h2>"
        f'<p><a href="{_address(DOCUMENT)}">{say["document-what"]}</a></p>'
    )


def _show_document() -> None:
    """Show the whole document, with a button that writes it as a file."""
    from IPython.display import HTML, display

    from kit.learn.document_button import my_document
    from kit.town import town_document

    display(HTML(_frame(DOCUMENT, "")))
    display(my_document())
    display(town_document(language=language()))


def _frame(page: str, inside: str) -> str:
    links = "".join(
        f'<li><a href="{_address(page, code)}" lang="{code}" hreflang="{code}">{name}</a></li>'
        for code, name in LANGUAGES.items()
        if code != language()
    )
    home = f'<li><a href="{_address("")}">{html.escape(text("apps.all-forms"))}</a></li>' if page else ""
    nav = f'<nav aria-label="{html.escape(text("apps.ways"))}"><ul>{home}{links}</ul></nav>'
    return f'<div lang="{language()}">{nav}{inside}</div>'


def _address(page: str, code: str | None = None) -> str:
    query = ({"page": page} if page else {}) | {"lang": code or language()}
    return f"?{html.escape(urlencode(query))}"


def _language(wanted: str | None) -> str | None:
    return wanted if wanted in LANGUAGES else remembered_language()
