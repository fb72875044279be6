"""The course tests on paper: a sheet to copy for the room, and a key that stays with the trainer."""

from __future__ import annotations

import io
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING

from kit.assess.word_parts import add_table, name_file
from kit.errors import ExerciseError
from kit.learn.answer_sheets import sheet_folder
from kit.learn.course_items import NOT_KNOWN, RIGHT, SIDES, answers_of, course_items
from kit.text import language, text
from kit.town._files import explained, write_bytes
from kit.town.wording import in_language

if TYPE_CHECKING:
    from docx.document import Document as WordFile


def paper_test(side: str, *, folder: str | Path | None = None) -> Path:
    """Write a course test as a Word file: the questions with letters, and the key on a page of its own.

    Parameters
    ----------
    side : {"before", "after"}
        Which test.
    folder : str or pathlib.Path, optional
        Where to; the folder ``paper_tests`` beside ``course_tests`` without it. A file that the kit
        wrote there earlier is written anew.

    Returns
    -------
    pathlib.Path
        The Word file, in the language in use.

    Raises
    ------
    ExerciseError
        If there is no such test.
    TownFileError
        If the folder cannot be written.

    Notes
    -----
    Source: the questions are those of `kit.learn.course_test`, in the same order.

    Examples
    --------
    >>> import tempfile
    >>> paper_test("before", folder=tempfile.mkdtemp()).suffix
    '.docx'
    """
    if side not in SIDES:
        raise ExerciseError("course_test.no-such-test", name=str(side)[:30])
    place = Path(folder) if folder is not None else sheet_folder().parent / "paper_tests"
    path = place / f"{side}_{language()}.docx"
    with explained(place):
        place.mkdir(parents=True, exist_ok=True)
        write_bytes(path, _word_file(side))
    return path


def _word_file(side: str) -> bytes:
    from docx import Document

    file, title = Document(), text(f"paper.title-{side}")
    _prepare(file, title)
    file.add_heading(title, 0)
    for name in ("how", "code"):
        file.add_paragraph(text(f"paper.{name}"))
    for number, item in enumerate(course_items(), 1):
        asked = file.add_paragraph(style="Heading 1")
        asked.add_run(f"{number}. {in_language(item[side]['question'])}")
        asked.paragraph_format.keep_with_next = True
        for letter, (name, words) in _lettered(item, side):
            answer = file.add_paragraph(f"{letter}   {words}")
            answer.paragraph_format.keep_together = True
            answer.paragraph_format.keep_with_next = name != NOT_KNOWN
    file.add_page_break()
    file.add_heading(text("paper.key"), 1)
    file.add_paragraph(text("paper.key-how"))
    _key(file, side)
    kept = io.BytesIO()
    file.save(kept)
    return kept.getvalue()


def _lettered(item: dict, side: str) -> list[tuple[str, tuple[str, str]]]:
    answers = [(name, in_language(words)) for name, words in answers_of(item, side)]
    return list(zip(ascii_uppercase, [*answers, (NOT_KNOWN, text("course_test.not-known"))], strict=False))


def _key(file: WordFile, side: str) -> None:
    """Write what each letter tells: the right one, and the misreading behind each other."""
    from docx.shared import Cm

    rows = []
    for number, item in enumerate(course_items(), 1):
        letters = {name: letter for letter, (name, _) in _lettered(item, side)}
        told = [f"{letters[name]}: {in_language(words)}" for name, words in item["misreadings"].items()]
        rows.append([str(number), letters[RIGHT], "\n".join(sorted(told))])
    names = [text(f"paper.{name}") for name in ("number", "right", "misreadings")]
    table = add_table(file, names, rows, text("paper.key"))
    for column, width in zip(table.columns, (2, 2, 13), strict=True):
        for cell in column.cells:
            cell.width = Cm(width)


def _prepare(file: WordFile, title: str) -> None:
    from docx.shared import Cm, Pt

    name_file(file, title)
    paper = file.sections[0]
    paper.left_margin = paper.right_margin = Cm(2)
    file.styles["Normal"].paragraph_format.space_after = Pt(2)
    file.styles["Heading 1"].font.size = Pt(12)
