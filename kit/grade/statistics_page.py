"""The page of an exercise's tasks: pictures with words and a table each, and what cannot be read from it."""

from __future__ import annotations

import html
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.grade import html_page
from kit.grade.item_statistics import FEW, Statistics, item_statistics
from kit.grade.page import points
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure

# One picture shows no more rows than a screen.
_ROWS = 30
_STATES = ("full", "part", "none", "untouched", "waits")


def statistics_page(folder: str | Path, assignment: str, *, out: str | Path | None = None) -> Path:
    """Write the page of an exercise's tasks.

    Parameters
    ----------
    folder : str or Path
        The course folder.
    assignment : str
        Name of the assignment.
    out : str or Path, optional
        The file to write; ``statistics-<assignment>.html`` in the course folder if left out.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    SubmissionError
        If nothing is graded yet, or the file cannot be written.
    """
    made = markup(item_statistics(folder, assignment))
    return html_page.save(made, out or Path(folder) / f"statistics-{assignment}.html")


def markup(found: Statistics) -> str:
    """Give the page as HTML."""
    numbers = found.table()
    parts = [f"<p>{html.escape(words('about', n=found.n))}</p>", *_warnings(found)]
    for key, pictures in (
        ("shares", [_shares_picture(found, items) for items in _by(found.items)]),
        ("difficulty", [_dots(found, rows, "difficulty") for rows in _by(numbers)]),
        ("discrimination", [_dots(found, rows, "discrimination") for rows in _by(_known(numbers))]),
    ):
        parts.append(f"<h2>{html.escape(words(f'{key}-title'))}</h2>")
        parts.append(f"<p>{html.escape(words(f'{key}-read'))}</p>")
        parts += [picture.markup for picture in pictures] or [f"<p>{html.escape(words('no-picture'))}</p>"]
    parts += [f"<h2>{html.escape(words('numbers-title'))}</h2>", _numbers_table(numbers)]
    parts += [f"<h2>{html.escape(words('messages-title'))}</h2>", _messages_table(found)]
    parts += [f"<h2>{html.escape(words('method-title'))}</h2>", f"<p>{html.escape(words('method'))}</p>"]
    return html_page.page(words("title", assignment=found.assignment), parts)


def words(which: str, /, **gaps: Any) -> str:
    """Give a message of the page in the language in use."""
    return text(f"statistics.{which}", **gaps)


def _by(rows: Any) -> list[Any]:
    return [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]


def _known(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[numbers.discrimination.notna()]


def _warnings(found: Statistics) -> list[str]:
    said = []
    if found.n < FEW:
        said += [words("few", n=found.n, few=FEW), words("few-difficulty"), words("few-discrimination")]
    waiting = [item.name for item in found.items if item.shares()["waits"]]
    if waiting:
        said.append(words("waiting", items=", ".join(waiting)))
    if not said:
        return []
    lines = "".join(f"<li>{html.escape(one)}</li>" for one in said)
    return [f'<div class="warning"><h2>{html.escape(words("few-title"))}</h2><ul>{lines}</ul></div>']


def _shares_picture(found: Statistics, items: list[Any]) -> AccessibleFigure:
    """Draw what became of each task: a bar of all hand-ins, with its parts."""
    import pandas as pd

    from kit.figures import COLOURS, HATCHES, canvas, figure

    shares = [item.shares() for item in items]
    names = {state: words(f"state-{state}") for state in _STATES}
    picture, axes = canvas(height=1.4 + 0.42 * len(items))
    left = [0] * len(items)
    places = range(len(items) - 1, -1, -1)
    for state, colour, hatch in zip(_STATES, COLOURS, HATCHES, strict=True):
        counts = [share[state] for share in shares]
        if any(counts):
            # A pale ground and dark lines: the patterns are told apart without any colour.
            axes.barh(
                list(places), counts, left=left, height=0.7, facecolor="white" if hatch else colour,
                edgecolor=colour, hatch=hatch, linewidth=1.2, label=names[state],
            )  # fmt: skip
        left = [before + count for before, count in zip(left, counts, strict=True)]
    axes.set_yticks(list(places), [item.name for item in items])
    axes.set_xlim(0, max(found.n, 1))
    axes.set_xlabel(words("hand-ins"))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, fontsize=10)
    told = [
        f"{item.name}: " + ", ".join(f"{names[state]} {share[state]}" for state in _STATES if share[state]) + "."
        for item, share in zip(items, shares, strict=True)
    ]
    rows = pd.DataFrame(
        [{words("task"): item.name} | {names[state]: share[state] for state in _STATES}
         for item, share in zip(items, shares, strict=True)]
    )  # fmt: skip
    most = max(zip(shares, items, strict=True), key=lambda one: one[0]["untouched"])
    caption = words("shares-caption", item=most[1].name, n=most[0]["untouched"])
    caption = caption if most[0]["untouched"] else words("shares-caption-none")
    return figure(
        picture, alt=words("shares-alt", rows=" ".join(told)), caption=caption, source=_source(), table=rows
    )


def _dots(found: Statistics, numbers: pd.DataFrame, which: str) -> AccessibleFigure:
    from kit.figures import intervals

    drawn = numbers[numbers[which].notna()]
    table = drawn[["item", which, f"{which}_lower", f"{which}_upper", "n"]]
    table = table.set_axis(["item", "estimate", "lower", "upper", "n"], axis="columns")
    lowest, highest = (drawn.loc[drawn[which].idxmin()], drawn.loc[drawn[which].idxmax()])
    gaps = {"lowest": lowest["item"], "highest": highest["item"]}
    options = (
        {"percent": True} if which == "difficulty" else {"reference": 0.0, "reference_words": words("no-link")}
    )
    return intervals(
        table,
        "item",
        caption=words(f"{which}-caption", **gaps),
        source=_source(),
        axis=words(f"{which}-axis"),
        few=FEW,
        **options,
    )


def _numbers_table(numbers: pd.DataFrame) -> str:
    rows = [
        [
            row.item,
            points(row.points),
            str(row.n),
            _with_range(row.difficulty, row.difficulty_lower, row.difficulty_upper, percent=True),
            _with_range(row.discrimination, row.discrimination_lower, row.discrimination_upper),
            _number(row.untouched, percent=True),
        ]
        for row in numbers.itertuples()
    ]
    heading = [words(name) for name in ("task", "points", "marked", "difficulty", "discrimination", "untouched")]
    return html_page.table(words("numbers-caption"), heading, rows)


def _messages_table(found: Statistics) -> str:
    rows = []
    for item in found.items:
        lost = sum(item.messages.values())
        common = item.common()
        said = [words("message", said=said, n=n) for said, n in common]
        others = lost - sum(n for _, n in common)
        if others:
            said.append(words("other-messages", n=others))
        rows.append([item.name, str(lost), "\n".join(said) or words("no-message")])
    return html_page.table(words("messages-caption"), [words("task"), words("lost"), words("common")], rows)


def _with_range(value: float, lower: float, upper: float, *, percent: bool = False) -> str:
    if value != value:
        return words("not-known")
    one = _number(value, percent=percent)
    if lower != lower:
        return one
    return words("range", value=one, lower=_number(lower, percent=percent), upper=_number(upper, percent=percent))


def _number(value: float, *, percent: bool = False) -> str:
    if value != value:
        return words("not-known")
    return f"{100 * value:.0f}%" if percent else f"{value:.2f}"


def _source() -> str:
    return words("source", date=date.today().isoformat())
