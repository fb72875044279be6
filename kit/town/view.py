"""A page of the town's file to read, copy and print: as HTML and as plain words."""

from __future__ import annotations

import html

from kit.text import language, text
from kit.town._format import Page
from kit.town.answers import check_answers
from kit.town.pages import load_page, shown, town_folder
from kit.town.wording import in_language, show_answer, show_day


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
    markup = "".join(f"<p>{html.escape(note)}</p>" for note in notes) + _table(title, rows)
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


def labels(definition: dict, names: list[str]) -> str:
    """Give the questions of these fields in one line.

    Examples
    --------
    >>> from kit.town import page_definition
    >>> labels(page_definition("about-our-town"), ["country", "region"])
    'Region, province or state; Country'
    """
    return "; ".join(in_language(field["label"]) for field in definition["fields"] if field["id"] in names)


def _rows(definition: dict, page: Page) -> tuple[list, list]:
    fields = {field["id"]: field for field in definition["fields"]}
    rows = [
        (in_language(field["label"]), show_answer(field, page.answers[name]) if name in page.answers else "")
        for name, field in fields.items()
    ]
    others = [(name, str(value)) for name, value in page.answers.items() if name not in fields]
    return [(label, answer or f"({text('town.empty')})") for label, answer in rows], others


def _table(title: str, rows: list) -> str:
    body = "".join(
        f'<tr><th scope="row" style="text-align:left;vertical-align:top">{html.escape(label)}</th>'
        f'<td style="text-align:left;white-space:pre-wrap">{html.escape(answer)}</td></tr>'
        for label, answer in rows
    )
    head = f'<tr><th scope="col">{text("town.question")}</th><th scope="col">{text("town.answer")}</th></tr>'
    return f"<table><caption>{html.escape(title)}</caption><thead>{head}</thead><tbody>{body}</tbody></table>"


def _source(source: dict) -> tuple[str, str]:
    day = text("town.read-on", day=show_day(source["read"]))
    title, url = html.escape(source["title"]), html.escape(source.get("url", ""))
    linked = f'<a href="{url}">{title}</a>' if url else title
    return f"{source['title']} {source.get('url', '')} ({day})".replace("  ", " "), f"{linked} ({day})"
