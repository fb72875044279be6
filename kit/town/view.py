"""A page of the town's file to read, copy and print: as HTML and as plain words."""

from __future__ import annotations

import html

from kit.text import language, text
from kit.town._format import Page
from kit.town.answers import check_answers
from kit.town.pages import load_page, shown, town_folder
from kit.town.rows import labels
from kit.town.wording import in_language, row_name, show_answer, show_day, show_row

WIDEST = 5  # columns of a table that can still be read on paper
_TOP_LEFT = 'style="text-align:left;vertical-align:top;white-space:pre-wrap"'


class PageView:
    """A page ready to be shown: HTML for the screen, words where there is no screen.

    Made by `page_view`. The last line of a notebook cell shows it.
    """

    def __init__(self, markup: str, words: str, page: Page) -> None:
        self.markup = markup
        self.words = words
        self.page = page

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.markup, "text/plain": self.words}

    def __repr__(self) -> str:
        return self.words


def page_view(definition: dict, page: Page | None = None, *, town: object = None) -> PageView:
    """Show a page with its questions in the language in use.

    Parameters
    ----------
    definition : dict
        The questions; see `kit.town.page_definition`.
    page : Page, optional
        The state to show; left out, the one that counts now.
    town : str or Path, optional
        Another folder than the usual one.

    Examples
    --------
    >>> from kit.town import Page, page_definition
    >>> page = Page("about-our-town", {"municipality": "Exampleton"}, revision=1, saved="2026-12-01")
    >>> print(page_view(page_definition("about-our-town"), page).words)
    About our municipality
    my_town/about_our_town.json, revision 1, saved on 1 December 2026.
    Draft. Still empty: Country.
    <BLANKLINE>
    Name of the municipality: Exampleton
    ...
    """
    page = load_page(definition["id"], town=town) if page is None else page
    title = in_language(definition["title"])
    notes = _notes(definition, page, town)
    rows, others = _rows(definition, page)
    sources = [_source(source) for source in definition["sources"]]
    words = [title, *notes, "", *(f"{label}: {answer}" for label, answer in rows)]
    markup = "".join(f"<p>{html.escape(note)}</p>" for note in notes) + _table(
        title, _short(definition, page, rows)
    )
    markup += "".join(_rows_markup(field, answer) for field, answer in tables_of(definition, page))
    if others:
        words += ["", text("town.page-other"), *(f"{label}: {answer}" for label, answer in others)]
        markup += _table(text("town.page-other"), others)
    if sources:
        words += ["", text("town.page-sources"), *(plain for plain, _ in sources)]
        listed = "".join(f"<li>{linked}</li>" for _, linked in sources)
        markup += f"<p>{text('town.page-sources')}:</p><ul>{listed}</ul>"
    return PageView(f'<section lang="{language()}" class="kit-page">{markup}</section>', "\n".join(words), page)


def _notes(definition: dict, page: Page, town: object) -> list[str]:
    if not page.revision:
        return [text("town.page-unsaved")]
    file = shown(town_folder(town), page.name)
    notes = [text("town.page-state", file=file, revision=page.revision, day=show_day(page.saved))]
    empty = check_answers(definition, page.answers, earlier=page.answers).empty
    if empty:
        notes.append(text("town.page-draft", fields=labels(definition, empty)))
    return notes


def _rows(definition: dict, page: Page) -> tuple[list, list]:
    fields = {field["id"]: field for field in definition["fields"]}
    rows = [
        (in_language(field["label"]), show_answer(field, page.answers[name]) if name in page.answers else "")
        for name, field in fields.items()
    ]
    others = [(name, str(value)) for name, value in page.answers.items() if name not in fields]
    return [(label, answer or f"({text('town.empty')})") for label, answer in rows], others


def tables_of(definition: dict, page: Page) -> list[tuple[dict, list[dict]]]:
    """Give the page's questions of the kind *rows* that have rows, each with them.

    Examples
    --------
    >>> from kit.town import page_definition
    >>> tables_of(page_definition("about-our-town"), Page("about-our-town"))
    []
    """
    kept = [(field, page.answers.get(field["id"])) for field in definition["fields"] if field["kind"] == "rows"]
    return [(field, rows) for field, rows in kept if rows and is_table(rows)]


def is_table(answer: object) -> bool:
    """Tell whether an answer is a list of rows; a page changed by hand may hold anything.

    Examples
    --------
    >>> is_table([{"cost": 3}]), is_table("three")
    (True, False)
    """
    return isinstance(answer, list) and all(isinstance(row, dict) for row in answer)


def _short(definition: dict, page: Page, rows: list) -> list:
    """Let the long answers of the kind *rows* stand as a number in the first table; each has its own below."""
    long = {field["id"] for field, _ in tables_of(definition, page)}
    pairs = zip(definition["fields"], rows, strict=True)
    return [
        (label, text("town.rows-below", number=len(page.answers[field["id"]])) if field["id"] in long else answer)
        for field, (label, answer) in pairs
    ]


def _rows_markup(field: dict, rows: list[dict]) -> str:
    """Show few columns as one table; many would not fit a page, so that each row gets its own."""
    empty, label = f"({text('town.empty')})", in_language(field["label"])
    shown = [(row_name(field, number), show_row(field, row, empty=empty)) for number, row in enumerate(rows, 1)]
    names = [name for name, _ in shown[0][1]]
    if len(names) > WIDEST or any([name for name, _ in cells] != names for _, cells in shown):
        return "".join(_table(f"{label}: {name}", cells) for name, cells in shown)
    body = ""
    for number, (_, cells) in enumerate(shown, start=1):
        said = "".join(f"<td {_TOP_LEFT}>{html.escape(answer)}</td>" for _, answer in cells)
        body += f'<tr><th scope="row">{number}</th>{said}</tr>'
    return _whole_table(label, [in_language(field["row_label"]), *names], body)


def _table(title: str, rows: list) -> str:
    body = "".join(
        f'<tr><th scope="row" style="text-align:left;vertical-align:top">{html.escape(label)}</th>'
        f"<td {_TOP_LEFT}>{html.escape(answer)}</td></tr>"
        for label, answer in rows
    )
    return _whole_table(title, [text("town.question"), text("town.answer")], body)


def _whole_table(title: str, names: list[str], body: str) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in names)
    caption = html.escape(title)
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _source(source: dict) -> tuple[str, str]:
    day = text("town.read-on", day=show_day(source["read"]))
    title, url = html.escape(source["title"]), html.escape(source.get("url", ""))
    linked = f'<a href="{url}">{title}</a>' if url else title
    return f"{source['title']} {source.get('url', '')} ({day})".replace("  ", " "), f"{linked} ({day})"
