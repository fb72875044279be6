"""Results as a table in words: for a terminal, and for a notebook."""

from __future__ import annotations

import html
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from kit.grade.execute import INSIDE
from kit.grade.page import points, total
from kit.grade.reasons import reason
from kit.grade.result import HELD, Graded
from kit.text import language, text

if TYPE_CHECKING:
    from kit.grade.apart import Apart
    from kit.grade.build import Built
    from kit.grade.collect import Collected
    from kit.grade.result import CellMark


def words_table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Set a table in plain text, columns in line.

    Examples
    --------
    >>> print(words_table(["who", "points"], [["Núñez", "2"]]))
    who    points
    -----  ------
    Núñez  2
    """
    widths = [max(map(_width, column)) for column in zip(heading, *rows, strict=True)]
    lines = [heading, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def class_report(results: Sequence[Graded]) -> str:
    """Give the closing table of a class, then what was held and what was mended."""
    heading = [text(f"grade.column-{name}") for name in ("student", "score", "max", "state")]
    rows = [
        [
            result.student,
            points(result.score) if result.state != HELD else "–",
            points(result.max_score),
            text(f"grade.state-{result.state}") + ("" if result.fresh else f" ({text('grade.state-before')})"),
        ]
        for result in results
    ]
    parts = [words_table(heading, rows)]
    for title, said in (
        (
            "grade.title-held",
            [(result.student, result.reason.splitlines()) for result in results if result.reason],
        ),
        ("grade.title-notes", [(result.student, result.notes) for result in results if result.notes]),
    ):
        if said:
            lines = [text(title)]
            for student, sentences in said:
                lines += [f"  {student}", *(f"    {sentence}" for sentence in sentences)]
            parts.append("\n".join(lines))
    return "\n\n".join(parts)


def task_words(result: Graded) -> str:
    """Give one learner's marks and messages in plain text."""
    if result.state == HELD:
        return result.reason
    lines = [_total(result)]
    for mark in _with_points(result):
        lines.append(f"{mark.cell}: {_points_of(mark)}")
        lines += [f"    {line}" for line in (reason(mark) or mark.message).splitlines()[:6]]
    return "\n".join([*lines, *result.notes])


def task_html(result: Graded) -> str:
    """Give one learner's marks and messages as a table that a screen reader can read."""
    if result.state == HELD:
        return f'<div lang="{language()}" role="status">{in_lines(result.reason)}</div>'
    head = "".join(
        f'<th scope="col" style="text-align:left">{html.escape(text(f"grade.page-{name}"))}</th>'
        for name in ("task", "points", "said")
    )
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left">{html.escape(mark.cell)}</th>'
        f"<td>{html.escape(_points_of(mark))}</td>"
        f'<td style="text-align:left">{in_lines(reason(mark) or mark.message)}</td></tr>'
        for mark in _with_points(result)
    )
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in result.notes)
    return (
        f'<div lang="{language()}" role="status"><table><caption>{html.escape(_total(result))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{notes}</div>"
    )


def _with_points(result: Graded) -> list[CellMark]:
    """Leave out checks without points: their words come again with the task that has some."""
    return [mark for mark in result.cells if mark.max_score or mark.score]


def _total(result: Graded) -> str:
    waiting = sum(mark.max_score for mark in result.cells if mark.score is None)
    return total(result.score, result.max_score, waiting)


def _points_of(mark: CellMark) -> str:
    if mark.score is None:
        return text("grade.page-open")
    return text("grade.page-of", score=points(mark.score), max_score=points(mark.max_score))


def in_lines(said: str) -> str:
    """Give the first lines of a text as HTML."""
    return "<br>".join(html.escape(line) for line in said.splitlines()[:6])


def _width(said: str) -> int:
    """Count the places a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in said
    )


def class_summary(results: Sequence[Graded]) -> str:
    """Count the states of a class in one sentence."""
    states = [result.state for result in results]
    return text(
        "grade.summary", **{state: states.count(state) for state in ("graded", "waits", "held", "missing")}
    )


def collected_words(result: Collected) -> str:
    """Say what a collection brought: who handed in, what was there already, what nobody could be found for."""
    lines = [text("collect.summary", taken=len(result.taken), unmatched=len(result.unmatched))]
    for title, entries in (
        ("collect.title-taken", result.taken),
        ("collect.title-kept", result.kept),
        ("collect.title-unmatched", result.unmatched),
    ):
        if entries:
            lines += ["", text(title), *(f"  {name}: {said}" for name, said in entries.items())]
    if result.late:
        lines += ["", text("collect.late", students=", ".join(result.late))]
    if result.notes:
        lines += ["", *result.notes]
    return "\n".join(lines)


@contextmanager
def progress() -> Iterator[Callable[[Graded, int, int], None]]:
    """Show a bar with the time left and the names of the held; give the function that moves it."""
    import shutil

    from tqdm import tqdm

    class Bar(tqdm):
        def __del__(self) -> None:
            # Stopped while it was made, it would complain of parts it does not have.
            with suppress(AttributeError):
                super().__del__()

    bars: list[Bar] = []
    held: list[str] = []

    def report(result: Graded, done: int, total: int) -> None:
        if not bars:
            width = min(shutil.get_terminal_size().columns, 100)
            bars.append(Bar(desc=text("grade.progress"), unit="", ncols=width, file=sys.stderr, total=total))
        if result.state == HELD:
            held.append(result.student)
            names = ", ".join(held[-3:])
            bars[0].set_postfix_str(text("grade.progress-held", names=names), refresh=False)
        bars[0].update(done - bars[0].n)

    try:
        yield report
    finally:
        for bar in bars:
            bar.close()


def build_report(reports: Sequence[Built]) -> str:
    """Give what the build made: a row an exercise."""
    names = ("assignment", "cells", "points", "manual", "hidden", "changed")
    rows = [
        [
            report.assignment,
            str(report.cells),
            points(report.points),
            points(report.manual_points),
            str(report.hidden_tests),
            str(len(report.changed)),
        ]
        for report in reports
    ]
    return words_table([text(f"build.column-{name}") for name in names], rows)


def live_report(found: Mapping[str, Apart]) -> list[str]:
    """Say which tests run in the student's program, which would have to, and which pass nowhere."""
    return [
        text(f"build.tests-{kind}", name=name, cells=", ".join(cells), tag=INSIDE)
        for kind in ("inside", "need-inside", "fail")
        for name, one in found.items()
        if (cells := getattr(one, kind.replace("-", "_")))
    ]
