"""Boxes for a table of answers: rows that can be opened, added, taken away and put back, by keyboard, too.

A row that is filled in stays closed until somebody opens it. Thirty measures of twelve
questions each would else be 360 boxes to walk through, and seconds to draw. Of a long table
the first rows are drawn, and more at a button: a thousand closed rows take seconds, too.
"""

from __future__ import annotations

import html
import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from kit.learn._boxes import Box, box_for, label_html, markup_box
from kit.text import text
from kit.town.rows import MOST_ROWS, check_rows
from kit.town.view import is_table
from kit.town.wording import in_language, row_name, show_row

if TYPE_CHECKING:
    from ipywidgets import VBox

# A new row reaches the screen a moment later than a message to it would; so it asks for the keyboard
# itself when it is drawn. Once only: JupyterLab draws it again whenever it is scrolled back into sight.
_TAKE_KEYBOARD = (
    "window.kitDrawn??=new Set();if(!kitDrawn.has('{token}')){{kitDrawn.add('{token}');"
    "let row=this.closest('.kit-row'),tries=40,look=()=>{{let box=row.querySelector('input,select,textarea');"
    "box?box.focus():tries-->0&&setTimeout(look,50)}};look()}}"
)


DRAWN = 40  # rows of a long table at once


class Row:
    """One row: closed it is a line with a button, open it has a box for each question."""

    def __init__(self, table: RowsBox, answers: dict, number: int) -> None:
        self.table, self.answers, self.number, self.drawn = table, answers, number, False
        self.fields: dict[str, Box] = {}

    @cached_property
    def widget(self) -> VBox:
        """What stands on the screen; made when it is wanted there."""
        from ipywidgets import Button, VBox

        self.title, self.keyboard = markup_box(), markup_box()
        self.change, self.take_away = Button(), Button()
        self.change.on_click(lambda _: self.open(take_keyboard=True))
        self.take_away.on_click(lambda _: self.table.remove(self))
        made = VBox([self.title, self.change, self.take_away])
        made.add_class("kit-row")
        self.drawn = True
        self.call(self.number)
        return made

    def call(self, number: int) -> None:
        """Give the row its number, in every place that names it."""
        self.number = number
        if not self.drawn:
            return
        name = row_name(self.table.field, number)
        first = next((said for _, said in show_row(self.table.field, self.answers)), "")
        short = first if len(first) <= 60 else first[:57] + "..."
        line = text("forms.row-line", row=name, answer=short) if short and not self.fields else name
        self.title.value = f'<div class="kit-label">{html.escape(line)}</div>'
        self.change.description = text("forms.row-change", row=name)
        self.take_away.description = text("forms.row-remove", row=name)
        for box in self.fields.values():
            box.name(f"{name}: ")

    def open(self, *, take_keyboard: bool = False) -> None:
        """Show a box for each question of the row."""
        if self.fields:
            return
        widget, name = self.widget, row_name(self.table.field, self.number)
        self.fields = {one["id"]: box_for(one, before=f"{name}: ") for one in self.table.field["fields"]}
        for key, box in self.fields.items():
            answer = self.answers.get(key)
            box.value = answer
            box.say(None if box.holds(answer) else text("forms.cannot-show", answer=answer))
        if take_keyboard:
            wanted = _TAKE_KEYBOARD.format(token=secrets.token_hex(8))
            self.keyboard.value = f'<style onload="{wanted}"></style>'
        widget.children = [
            self.title,
            *(box.widget for box in self.fields.values()),
            self.take_away,
            self.keyboard,
        ]
        self.call(self.number)

    @property
    def value(self) -> dict:
        """What stands in the row; answers to questions that no longer exist stay."""
        if not self.fields:
            return self.answers
        gone = {key: answer for key, answer in self.answers.items() if key not in self.fields}
        return gone | {key: box.value for key, box in self.fields.items()}

    def say(self, problems: dict) -> None:
        """Write into the boxes what to change; a closed row with a problem opens."""
        if problems:
            self.open()
        for key, box in self.fields.items():
            box.say(problems.get(key))

    def focus(self, key: str) -> None:
        """Bring the keyboard to a question of the row."""
        box = self.fields.get(key) or next(iter(self.fields.values()))
        box.focus()


class RowsBox(Box):
    """A question with as many rows as the person adds; ``value`` is a list with a dict for each row.

    Attributes
    ----------
    rows : list of Row
        Each with ``fields`` (when it is open) and ``take_away``, its button.
    add, undo, more : Button
        *Add a row*, *Put it back* after a row was taken away, and *Show more rows* of a long table.
    """

    def _make(self, label: str) -> VBox:
        from ipywidgets import Button, VBox

        self.rows: list[Row] = []
        self.removed: tuple[int, dict] | None = None
        self.saved: object = None
        self.strange: object = None  # what a page changed by hand holds in the place of rows
        self.label, self.list, self.message = markup_box(label), VBox(), markup_box()
        self.list.add_class("kit-rows")
        one = in_language(self.field["row_label"])
        self.room, self.more = DRAWN, Button()
        self.more.on_click(lambda _: self.show_more())
        self.add = Button(description=text("forms.row-add", row=one))
        self.undo = Button(description=text("forms.row-undo"))
        self.add.on_click(lambda _: self.append(take_keyboard=True))
        self.undo.on_click(lambda _: self.put_back())
        self.undo.layout.display = "none"
        box = VBox([self.label, self.list, self.more, self.message, self.undo, self.add])
        box.add_class("kit-table")
        return box

    @property
    def value(self) -> object:
        """What stands in the rows."""
        return self.strange if self.strange is not None and not self.rows else [row.value for row in self.rows]

    @value.setter
    def value(self, answer: object) -> None:
        if hasattr(answer, "columns"):
            answer = answer.to_dict("records")
        fits = answer is None or is_table(answer)
        self.strange, self.saved = None if fits else answer, answer
        here = dict(enumerate(self.rows))
        self.rows = [
            here[place]
            if place in here and not here[place].fields and here[place].answers == row
            else Row(self, row, place + 1)
            for place, row in enumerate((answer or []) if fits else [])
        ]
        self._forget_removed()
        self._show()

    def holds(self, answer: object) -> bool:
        """Tell whether the answer is a list of rows."""
        return answer is None or is_table(answer)

    def append(self, *, take_keyboard: bool = False) -> Row | None:
        """Add an empty row at the end; ``None`` and words where there is no room for more."""
        most = self.field.get("max_rows", MOST_ROWS)
        if len(self.rows) >= most:
            self._tell(text("town.too-many-rows", limit=most))
            return None
        self._forget_removed()
        row = Row(self, {}, len(self.rows) + 1)
        row.open(take_keyboard=take_keyboard)
        self.rows.append(row)
        self._show()
        return row

    def remove(self, row: Row) -> None:
        """Take a row away; it can be put back until the page is saved."""
        place = self.rows.index(row)
        self.removed = (place, row.value)
        self.rows.remove(row)
        self._show()
        self._tell(text("forms.row-removed", row=row_name(self.field, place + 1)))
        self.undo.layout.display = None
        self.undo.focus()

    def put_back(self) -> None:
        """Put the row that was taken away last into its old place."""
        if self.removed is None:
            return
        place, answers = self.removed
        row = Row(self, answers, place + 1)
        self.rows.insert(place, row)
        row.open(take_keyboard=True)
        self._forget_removed()
        self._show()

    def say(self, problem: str | None) -> None:
        """Write what to change above the rows and into the boxes concerned, or take it away."""
        self.problem = problem
        self.label.value = label_html(self.field, problem, before=self.before)
        found = check_rows(self.field, self.value, earlier=self.saved).problems if problem else []
        for place, row in enumerate(self.rows):
            row.say(found[place] if place < len(found) else {})
        self._show()

    def show_more(self) -> None:
        """Draw more rows of a long table, and bring the keyboard to the first of them."""
        first = self.rows[min(self.room, len(self.rows) - 1)]
        self.room += DRAWN
        self._show()
        (next(iter(first.fields.values())) if first.fields else first.change).focus()

    def focus(self) -> None:
        """Bring the keyboard to the first box that needs a change, else to *Add a row*."""
        for row in self.rows:
            for key, box in row.fields.items():
                if box.problem:
                    row.focus(key)
                    return
        self.add.focus()

    def _show(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if row.number != number:
                row.call(number)
        drawn = [row for place, row in enumerate(self.rows) if place < self.room or row.fields]
        self.list.children = [row.widget for row in drawn]
        hidden = len(self.rows) - len(drawn)
        self.more.description = text("forms.row-more", number=min(hidden, DRAWN), hidden=hidden)
        self.more.layout.display = None if hidden else "none"

    def _forget_removed(self) -> None:
        self.removed, self.message.value, self.undo.layout.display = None, "", "none"

    def _tell(self, words: str) -> None:
        self.message.value = f'<div class="kit-box" role="status"><p>{html.escape(words)}</p></div>'
