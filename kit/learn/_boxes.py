"""One box for each kind of question. Every box has a visible label that screen readers announce.

Numbers are typed into text boxes: a number box of ipywidgets cannot be empty, and shows 0
for "nobody has counted".
"""

from __future__ import annotations

import html
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kit.text import text
from kit.text.numbers import number_typed
from kit.town.wording import choices, in_language, show_answer

if TYPE_CHECKING:
    from ipywidgets import HTML


_STYLE = Path(__file__).with_name("forms.css")
_KEEP_KEYS = (
    "this.closest('.kit-form').addEventListener('focusin', e =>"
    " e.target.matches('select, button, [type=checkbox]')"
    " && e.target.setAttribute('data-lm-suppress-shortcuts', 'true'))"
)


class Box:
    """A question with its widget; ``value`` is what was typed, ``None`` or empty for no answer."""

    def __init__(self, field: dict, *, before: str = "") -> None:
        self.field, self.before, self.problem = field, before, None
        self.widget = self._make(self._label())

    def _label(self) -> str:
        return label_html(self.field, self.problem, before=self.before)

    def _make(self, label: str) -> object:
        from ipywidgets import Text, Textarea

        kind = Textarea if self.field["kind"] == "long_text" else Text
        return kind(description=label, description_allow_html=True)

    @property
    def value(self) -> object:
        """What stands in the box."""
        return self.widget.value

    @value.setter
    def value(self, answer: object) -> None:
        self.widget.value = self._typed(answer)

    def _typed(self, answer: object) -> object:
        if answer is None:
            return ""
        numbers = ("number", "whole_number")
        return number_typed(answer) if self.field["kind"] in numbers and _is_number(answer) else str(answer)

    def holds(self, answer: object) -> bool:
        """Tell whether the box can show that answer; a page changed by hand may hold anything."""
        return answer is None or bool(self.value)

    def say(self, problem: str | None) -> None:
        """Write what to change into the label, or take it away."""
        self.problem = problem
        self.widget.description = self._label()

    def name(self, before: str) -> None:
        """Say to screen readers in which row the box stands; eyes see it above."""
        self.before = before
        self.say(self.problem)

    def focus(self) -> None:
        """Bring the keyboard here."""
        self.widget.focus()


class ChoiceBox(Box):
    """One choice from a list that begins with *choose*."""

    def _make(self, label: str) -> object:
        from ipywidgets import Dropdown

        options = [(text("forms.choose"), ""), *((words, value) for value, words in choices(self.field).items())]
        return Dropdown(description=label, description_allow_html=True, options=options)

    def _typed(self, answer: object) -> object:
        return answer if str(answer) in choices(self.field) else ""


class DateBox(Box):
    """A day."""

    def _make(self, label: str) -> object:
        from ipywidgets import DatePicker

        return DatePicker(description=label, description_allow_html=True)

    def _typed(self, answer: object) -> object:
        try:
            return date.fromisoformat(answer)
        except (TypeError, ValueError):
            return answer if isinstance(answer, date) else None


class SeveralBox(Box):
    """Boxes to tick, with the question above them."""

    def _make(self, label: str) -> object:
        from ipywidgets import Checkbox, VBox

        self.ticks = {
            value: Checkbox(description=self._tick(words), description_allow_html=True, indent=False)
            for value, words in choices(self.field).items()
        }
        self.label = markup_box(label)
        box = VBox([self.label, *self.ticks.values()])
        box.add_class("kit-group")
        return box

    def _tick(self, words: str) -> str:
        return hidden(f"{self.before}{in_language(self.field['label'])}: ") + html.escape(words)

    @property
    def value(self) -> list[str]:
        """The values that are ticked."""
        return [value for value, tick in self.ticks.items() if tick.value]

    @value.setter
    def value(self, answer: object) -> None:
        for value, tick in self.ticks.items():
            tick.value = value in (answer if isinstance(answer, list) else [answer])

    def holds(self, answer: object) -> bool:
        """Tell whether each chosen value has a box."""
        return answer is None or (isinstance(answer, list) and len(answer) == len(self.value))

    def say(self, problem: str | None) -> None:
        """Write what to change above the boxes, or take it away."""
        self.problem = problem
        self.label.value = self._label()

    def name(self, before: str) -> None:
        """Say to screen readers in which row the boxes stand."""
        super().name(before)
        for value, words in choices(self.field).items():
            self.ticks[value].description = self._tick(words)

    def focus(self) -> None:
        """Bring the keyboard to the first box."""
        next(iter(self.ticks.values())).focus()


_KINDS = {"choice": ChoiceBox, "yes_no_unknown": ChoiceBox, "date": DateBox, "several_choices": SeveralBox}


def box_for(field: dict, *, before: str = "") -> Box:
    """Give the box for a question; `before` names the row it stands in.

    Examples
    --------
    >>> box_for({"id": "who", "kind": "text", "label": {"en": "Who decides"}}).value
    ''
    """
    if field["kind"] == "rows":
        from kit.learn._row_boxes import RowsBox

        return RowsBox(field, before=before)
    return _KINDS.get(field["kind"], Box)(field, before=before)


def hidden(words: str) -> str:
    """Give words that screen readers say and eyes do not see.

    Examples
    --------
    >>> hidden("Measure 2: ")
    '<span class="kit-hidden">Measure 2: </span>'
    """
    return f'<span class="kit-hidden">{html.escape(words)}</span>' if words else ""


def label_html(field: dict, problem: str | None = None, *, before: str = "") -> str:
    """Give a question with its help, its example and what to change, all in words.

    Examples
    --------
    >>> label_html({"id": "who", "kind": "text", "label": {"en": "Who decides"}, "required": True})
    '<span class="kit-label">Who decides (required)</span>'
    """
    label = in_language(field["label"])
    parts = [("kit-label", text("forms.required", label=label) if field.get("required") else label)]
    if "help" in field:
        parts.append(("kit-help", in_language(field["help"])))
    if "example" in field:
        example = field["example"]
        words = in_language(example) if isinstance(example, dict) else _example(field, example)
        parts.append(("kit-help", text("forms.example", example=words)))
    for choice in field.get("choices", []):
        if "help" in choice:
            words = {part: in_language(choice[part]) for part in ("label", "help")}
            parts.append(("kit-help", text("forms.choice-means", **words)))
    if problem:
        parts.append(("kit-problem", text("forms.problem", problem=problem)))
    said = " ".join(f'<span class="{name}">{html.escape(words)}</span>' for name, words in parts)
    return hidden(before) + said


def markup_box(markup: str = "") -> HTML:
    """Give a place for words on the screen.

    Examples
    --------
    >>> markup_box("<p>Hello</p>").value
    '<p>Hello</p>'
    """
    from ipywidgets import HTML

    return HTML(markup)


def form_style() -> HTML:
    """Give what makes widgets in a box with the class ``kit-form`` readable and safe to use by keyboard.

    JupyterLab takes keys pressed in a list, a tick box or a button for its own: an arrow moves
    to another cell, two times D deletes the cell. The marker set here tells it to keep out.

    Examples
    --------
    >>> "kit-label" in form_style().value
    True
    """
    return markup_box(f'<style onload="{_KEEP_KEYS}">{_STYLE.read_text(encoding="utf-8")}</style>')


def _example(field: dict, example: object) -> str:
    typed = field["kind"] in ("whole_number", "number")
    return number_typed(example) if typed and _is_number(example) else show_answer(field, example)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
