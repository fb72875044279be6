"""Forms that write a page of the town's file: boxes on the screen, and the same in plain code.

`form` shows boxes, `fill` is its twin for people who prefer code or a screen reader, and
`view` shows the page to read, copy and print.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import KitError, TownFileError
from kit.learn._boxes import box_for, form_style, markup_box
from kit.text import LANGUAGES, language, text
from kit.town import Page, check_answers, load_page, page_definition, page_view, save_page
from kit.town.answers import closest
from kit.town.conflicts import differences
from kit.town.pages import shown, state, town_folder
from kit.town.view import PageView, is_table, labels
from kit.town.wording import in_language, show_answer

if TYPE_CHECKING:
    from ipywidgets import VBox


class Form:
    """A page of the town's file as boxes to fill in. Made by `form`; the last line of a cell shows it.

    Parameters
    ----------
    definition : dict
        The questions; see `kit.town.page_definition`.
    town : str or Path, optional
        Another folder than the usual one.

    Attributes
    ----------
    fields : dict
        The boxes by name of the question; each has a ``value``.
    save : Button
        Saves the page.
    box : VBox
        All of it, to be put inside other widgets.
    """

    def __init__(self, definition: dict, *, town: str | Path | None = None) -> None:
        from ipywidgets import Button, VBox

        self.definition, self.town = definition, town
        self.page = Page(definition["id"])
        self.problems, self.message, self.reading = markup_box(), markup_box(), markup_box()
        self.fields = {field["id"]: box_for(field) for field in definition["fields"]}
        self.save = Button(description=text("forms.save"))
        self.other = Button(description=text("forms.show-other"))
        self.save.on_click(lambda _: self._save())
        self.other.on_click(lambda _: self._show_other())
        self.box = VBox(
            [
                form_style(),
                markup_box(_intro(definition)),
                self.problems,
                *(box.widget for box in self.fields.values()),
                self.save,
                self.other,
                self.message,
                self.reading,
            ]
        )
        self.box.add_class("kit-form")
        self._open()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        return self.box._repr_mimebundle_(include=include, exclude=exclude)

    def _open(self) -> None:
        """Fill the boxes with what the page holds; where it cannot be read, with its last good state."""
        self._offer_other(False)
        try:
            self.page = load_page(self.definition["id"], town=self.town)
        except TownFileError as error:
            self.problems.value = _alert(error.lines)
            if error.key != "town.damaged":
                return
            try:
                self.page = state(self.definition["id"], town=self.town)
                self.problems.value = _alert([*error.lines, text("forms.last-good", revision=self.page.revision)])
            except TownFileError:
                return
        self._show_answers()

    def _show_answers(self) -> None:
        for name, box in self.fields.items():
            answer = self.page.answers.get(name)
            box.value = answer
            box.say(None if box.holds(answer) else text("forms.cannot-show", answer=answer))
        self.reading.value = (
            page_view(self.definition, self.page, town=self.town).markup if self.page.revision else ""
        )

    def _save(self) -> None:
        """Save, or say in words what to change. What was typed stays in its box either way."""
        self.message.value = ""
        given = {name: box.value for name, box in self.fields.items()}
        found = check_answers(self.definition, given, earlier=self.page.answers)
        for name, box in self.fields.items():
            box.say(found.problems.get(name))
        if found.problems:
            self.problems.value = _alert([text("forms.not-saved")], _listed(self.definition, found.problems))
            self.message.value = _status([text("forms.look-up", number=len(found.problems))])
            self.fields[next(iter(found.problems))].focus()
            return
        try:
            self.page = _keep(self.definition, found.answers, self.page.revision, self.town)
        except TownFileError as error:
            self._explain(error, found.answers)
            return
        self._offer_other(False)
        self.problems.value = ""
        self.message.value = _status(_saved_lines(self.definition, self.page, found.empty, self.town))
        self._show_answers()

    def _explain(self, error: TownFileError, answers: dict) -> None:
        if error.key == "town.conflict":
            # From here on, saving again means: these answers, knowing what the other person wrote.
            self.problems.value = _conflict(self.definition, error, self.town)
            self.page = load_page(self.definition["id"], town=self.town)
            self._offer_other(True)
            self.other.focus()
            return
        unsaved = page_view(self.definition, Page(self.definition["id"], answers), town=self.town).words
        copy = f"<details open><summary>{text('forms.copy')}</summary><pre>{html.escape(unsaved)}</pre></details>"
        self.problems.value = _alert(error.lines, copy)

    def _show_other(self) -> None:
        self._offer_other(False)
        self.problems.value = ""
        self._show_answers()
        self.message.value = _status([text("forms.other-shown", revision=self.page.revision)])

    def _offer_other(self, wanted: bool) -> None:
        self.other.layout.display = None if wanted else "none"


def form(name: str, *, town: str | Path | None = None) -> Form:
    """Show a page of the town's file as a form; what was saved earlier stands in its boxes.

    Parameters
    ----------
    name : str
        Name of the page, ``"indicator-blind-spot"``.
    town : str or Path, optional
        Another folder than the usual one.

    Raises
    ------
    TownFileError
        If there is no such page. A page that cannot be read does not raise: the form says so.

    Examples
    --------
    >>> import tempfile
    >>> shown = form("about-our-town", town=tempfile.mkdtemp())
    >>> shown.fields["municipality"].value = "Exampleton"
    >>> shown.save.click()
    >>> load_page("about-our-town", town=shown.town).answers
    {'municipality': 'Exampleton'}
    """
    return Form(page_definition(name), town=town)


def fill(name: str, /, **answers: object) -> PageView:
    """Fill in a page in plain code: the same questions, the same checks, the same file as `form`.

    Parameters
    ----------
    name : str
        Name of the page, ``"indicator-blind-spot"``.
    **answers
        Answers by question. A question that is not named keeps its earlier answer; ``None`` empties it.

    Returns
    -------
    PageView
        The saved page to read, copy and print.

    Raises
    ------
    TownFileError
        If an answer will not do, or if the page cannot be saved. Nothing is changed then.

    Examples
    --------
    >>> import os, tempfile
    >>> os.environ["KIT_TOWN"] = tempfile.mkdtemp() + "/my_town"
    >>> print(fill("about-our-town", municipality="Exampleton", country="Utopia").words)
    Saved: my_town/about_our_town.json, revision 1.
    About our municipality
    ...
    >>> del os.environ["KIT_TOWN"]
    """
    definition = page_definition(name)
    known = [field["id"] for field in definition["fields"]]
    for field in answers:
        if field not in known:
            close = closest(field, known)
            raise TownFileError("forms.unknown-field", page=definition["id"], field=field, close=close)
    page = load_page(definition["id"])
    found = check_answers(definition, {**page.answers, **answers}, earlier=page.answers)
    if found.problems:
        first = "; ".join(f"{field}: {words}" for field, words in found.problems.items())
        raise TownFileError("forms.will-not-do", page=definition["id"], problems=first)
    page = _keep(definition, found.answers, page.revision, None)
    lines = _saved_lines(definition, page, found.empty, None)
    shown_page = page_view(definition, page)
    shown_page.markup = _status(lines) + shown_page.markup
    shown_page.words = "\n".join([*lines, shown_page.words])
    return shown_page


def view(name: str, *, town: str | Path | None = None) -> PageView:
    """Show a page of the town's file to read, copy and print.

    Examples
    --------
    >>> import tempfile
    >>> print(view("about-our-town", town=tempfile.mkdtemp()).words.splitlines()[1])
    This page has not been saved yet.
    """
    return page_view(page_definition(name), town=town)


def choose_language() -> VBox:
    """Show a list of languages; the choice holds here and in every notebook of this town's file.

    Examples
    --------
    >>> [part.description for part in choose_language().children if part.description]
    ['Language / Idioma', 'Use this language / Usar este idioma']
    """
    from ipywidgets import Button, Dropdown, VBox

    from kit.town import remember_language

    languages = Dropdown(
        description=text("forms.language"),
        options=[(name, code) for code, name in LANGUAGES.items()],
        value=language(),
    )
    use, message = Button(description=text("forms.use-language")), markup_box()

    def remember(_: object) -> None:
        try:
            remember_language(languages.value)
        except KitError as error:
            message.value = _alert(error.lines)
            return
        message.value = _status([text("forms.language-chosen", language=LANGUAGES[languages.value])])

    use.on_click(remember)
    box = VBox([form_style(), languages, use, message])
    box.add_class("kit-form")
    return box


def _keep(definition: dict, answers: dict, revision: int, town: object) -> Page:
    return save_page(definition["id"], answers, based_on=revision, version=definition["version"], town=town)


def _intro(definition: dict) -> str:
    title, intro = in_language(definition["title"]), in_language(definition["intro"])
    lines = [f"<strong>{html.escape(title)}</strong>", html.escape(intro), html.escape(text("forms.care"))]
    return f'<div lang="{language()}">' + "".join(f"<p>{line}</p>" for line in lines) + "</div>"


def _saved_lines(definition: dict, page: Page, empty: list[str], town: object) -> list[str]:
    lines = [text("forms.saved", file=shown(town_folder(town), page.name), revision=page.revision)]
    return [*lines, text("forms.draft", fields=labels(definition, empty))] if empty else lines


def _listed(definition: dict, problems: dict) -> str:
    items = (
        f"<li><strong>{html.escape(labels(definition, [name]))}:</strong> {html.escape(words)}</li>"
        for name, words in problems.items()
    )
    return f"<ul>{''.join(items)}</ul>"


def _conflict(definition: dict, error: TownFileError, town: object) -> str:
    fields = {field["id"]: field for field in definition["fields"]}
    rows = ""
    for name, one in differences(definition["id"], error.gaps["mine"], town=town).items():
        cells = ""
        for side, other in (("mine", "theirs"), ("theirs", "mine")):
            kept = one[side]
            if is_table(kept) and is_table(one[other]):  # of long tables, the rows that differ
                kept = [row for row in kept if row not in one[other]] or None
            said = text("town.empty") if kept is None else show_answer(fields.get(name), kept)
            cells += f'<td style="white-space:pre-wrap">{html.escape(said)}</td>'
        label = labels(definition, [name]) or name
        rows += f'<tr><th scope="row">{html.escape(label)}</th>{cells}</tr>'
    head = "".join(f'<th scope="col">{text(f"forms.{part}")}</th>' for part in ("question", "yours", "theirs"))
    table = f"<table><caption>{text('forms.differences')}</caption><tr>{head}</tr>{rows}</table>"
    return _alert(text("forms.conflict", **error.gaps).splitlines(), table)


def _alert(lines: list[str], rest: str = "") -> str:
    said = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f'<div class="kit-box" role="alert" lang="{language()}">{said}{rest}</div>'


def _status(lines: list[str]) -> str:
    said = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f'<div class="kit-box" role="status" lang="{language()}">{said}</div>'
