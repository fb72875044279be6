"""The before test and the after test on the screen: twenty questions, local and nameless."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from kit.errors import KitError
from kit.learn._boxes import ChoiceBox, form_style, markup_box
from kit.learn.answer_sheets import Sheet, find_sheet, new_code, read_code, save_sheet
from kit.learn.course_items import NOT_KNOWN, RIGHT, SIDES, answers_of, course_items
from kit.text import LANGUAGES, text
from kit.town.wording import in_language

if TYPE_CHECKING:
    from pathlib import Path

    from ipywidgets import VBox

FIRST = 3  # lessons named at once; a longer list tells nobody where to begin


class CourseTest:
    """A test as a list of questions to choose from. Made by `course_test`; the last line of a cell shows it.

    Attributes
    ----------
    code : Text
        The box with the code of the sheet.
    questions : dict
        The questions by id of the item; each has a ``value``.
    hand_in : Button
        Saves the sheet and says what it shows.
    said : HTML
        What was said last.
    """

    def __init__(self, side: str, *, place: Path | None = None) -> None:
        from ipywidgets import Button, Text, VBox

        self.side, self.place = side, place
        label = f'<span class="kit-label">{text(f"course_test.code-{side}")}</span>'
        self.code = Text(
            value=new_code(place=place) if side == "before" else "", description=label, description_allow_html=True
        )
        self.questions = {
            item["id"]: ChoiceBox(_question(item, side, number)) for number, item in enumerate(course_items(), 1)
        }
        self.hand_in = Button(description=text("course_test.hand-in"))
        self.hand_in.on_click(lambda _: self._hand_in())
        self.said = markup_box()
        boxes = [box.widget for box in self.questions.values()]
        self.box: VBox = VBox([form_style(), self.code, *boxes, self.hand_in, self.said])
        self.box.add_class("kit-form")

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        return self.box._repr_mimebundle_(include=include, exclude=exclude)

    def _hand_in(self) -> None:
        given = {item: box.value for item, box in self.questions.items()}
        left = [number for number, answer in enumerate(given.values(), 1) if not answer]
        try:
            code = read_code(self.code.value) if self.code.value.strip() else new_code(place=self.place)
            if left:
                self._say([text("course_test.left", numbers=", ".join(map(str, left)))])
                return
            save_sheet(self.side, code, answers=given, place=self.place)
            self.code.value, self.hand_in.disabled = code, True
            self.said.value = result_html(
                Sheet(self.side, code, given), find_sheet("before", code, place=self.place)
            )
        except KitError as problem:
            self._say(problem.lines)

    def _say(self, lines: list[str]) -> None:
        words = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        self.said.value = f'<div class="kit-box" role="status">{words}</div>'


def course_test(side: str, *, place: Path | None = None) -> CourseTest:
    """Show the before test or the after test.

    Twenty questions, one right answer each. The answers are saved in ``course_tests/`` on this
    computer, with a code and without a name, a time or a place.

    Parameters
    ----------
    side : {"before", "after"}
        Which test.
    place : pathlib.Path, optional
        Another folder for the sheets.

    Returns
    -------
    CourseTest
        The last line of a notebook cell shows it.

    Raises
    ------
    ExerciseError
        If there is no such test.

    Notes
    -----
    Source: one group before and after, without a group to compare with, is the weakest of the designs in
    Campbell and Stanley (1963), Experimental and Quasi-Experimental Designs for Research, design 2: the
    change may have other causes. The same aims with other questions lower the effect of having seen them.

    Examples
    --------
    >>> len(course_test("before").questions)
    20
    """
    if side not in SIDES:
        from kit.errors import ExerciseError

        raise ExerciseError("course_test.no-such-test", name=str(side)[:30])
    return CourseTest(side, place=place)


def result_html(sheet: Sheet, before: Sheet | None) -> str:
    """Say what a sheet shows: after the before test where to begin, after the other one what to think again.

    Parameters
    ----------
    sheet : Sheet
        The answers just given.
    before : Sheet or None
        The sheet of the before test with the same code, if there is one.

    Examples
    --------
    >>> nothing = {item["id"]: "not-known" for item in course_items()}
    >>> "tola-37" in result_html(Sheet("before", "tola-37", nothing), None)
    True
    """
    items = course_items()
    parts = [_paragraph(text(f"course_test.saved-{sheet.side}", code=sheet.code))]
    counted = {"right": sheet.right, "all": len(items)}
    missed = [(number, item) for number, item in enumerate(items, 1) if sheet.answers[item["id"]] != RIGHT]
    if sheet.side == "before":
        parts.append(_paragraph(text("course_test.counted", **counted)))
        lessons = list(dict.fromkeys(item["lesson"] for _, item in missed))
        if lessons:
            said = [f"<li>{html.escape(_title(lesson))}</li>" for lesson in lessons]
            parts += [_paragraph(text("course_test.begin-with")), f"<ul>{''.join(said[:FIRST])}</ul>"]
            if said[FIRST:]:
                folded = (
                    f"<summary>{html.escape(text('course_test.then'))}</summary><ul>{''.join(said[FIRST:])}</ul>"
                )
                parts.append(f"<details>{folded}</details>")
        return _boxed(parts)
    if before:
        parts.append(_paragraph(text("course_test.counted-both", before=before.right, **counted)))
    else:
        parts.append(_paragraph(text("course_test.counted", **counted)))
    parts += [part for number, item in missed for part in _diagnosis(item, sheet, number)]
    return _boxed(parts)


def _diagnosis(item: dict, sheet: Sheet, number: int) -> list[str]:
    answer = sheet.answers[item["id"]]
    right = in_language(item[sheet.side]["right"])
    heading = f"<p><strong>{number}. {html.escape(in_language(item['aim']))}</strong></p>"
    lines = []
    if answer != NOT_KNOWN:
        chosen = in_language(item[sheet.side]["wrong"][answer])
        lines = [text("course_test.you-chose", answer=chosen), in_language(item["misreadings"][answer])]
    lines += [text("course_test.holds", answer=right), text("course_test.read", lesson=_title(item["lesson"]))]
    return [heading, *(_paragraph(line) for line in lines)]


def _question(item: dict, side: str, number: int) -> dict:
    """Turn an item into a question of a form."""
    said = item[side]["question"]
    not_known = {code: text("course_test.not-known", lang=code) for code in LANGUAGES}
    options = [*answers_of(item, side), (NOT_KNOWN, not_known)]
    return {
        "id": item["id"],
        "kind": "choice",
        "label": {code: f"{number}. {words}" for code, words in said.items()},
        "choices": [{"value": name, "label": words} for name, words in options],
    }


def _title(lesson: str) -> str:
    """Give the title of a lesson, or its name where the course does not have it here."""
    from kit.course import folder, front_matter

    for path in folder("modules").glob(f"*/{lesson}.ipynb"):
        return front_matter(path).get("title", lesson)
    return lesson


def _paragraph(words: str) -> str:
    return f"<p>{html.escape(words)}</p>"


def _boxed(parts: list[str]) -> str:
    return f'<div class="kit-box" role="status">{"".join(parts)}</div>'
