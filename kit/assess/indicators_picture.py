"""The indicators as a picture: parts of the right downward, what is promised, done and had to the right.

The shape of the mark says how an indicator stood the six questions; an empty cell is a gap, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.indicators_plan import PAGE, TYPES, matrix, plan
from kit.assess.page_words import answer, shown
from kit.assess.rule_files import said, scale
from kit.text import text

if TYPE_CHECKING:
    from kit.figures import AccessibleFigure

_MARKS = {
    "passes": ("o", True),
    "limits": ("o", False),
    "open": ("D", False),
    "mend": ("s", False),
    "stop": ("X", True),
}
_ENTRY, _LINE, _WIDTH = 0.14, 0.165, 29  # inches between indicators and of a line; letters in a cell


def picture(answers: dict) -> AccessibleFigure:
    """Draw the plan: each indicator in its cell, with a mark for how it stood the six questions.

    Parameters
    ----------
    answers : dict
        The page ``indicators``.

    Examples
    --------
    >>> rows = [{"id": "H1", "name": "By-law on evictions", "attribute": "Tenure", "type": "structure"}]
    >>> print(picture({"indicators": rows}).caption)
    1 indicator; 0 pass all six questions. Empty cells: 2 of 3.
    """
    import pandas as pd

    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    table, cells = plan(answers, strict=False), matrix(answers)
    known = {row["id"]: row for row in table.to_dict("records")}
    drawn = []
    for line in cells.to_dict("records"):
        entries = {kind: [_entry(known[one]) for one in line[kind]] for kind in TYPES}
        part = wrapped(_short(line["attribute"], 60), 16)
        tallest = max([sum(_LINE * len(words) + _ENTRY for words, _ in entries[kind]) for kind in TYPES])
        drawn.append((part, entries, max(tallest + 0.2, 0.2 * (part.count("\n") + 2))))
    total = sum(height for *_, height in drawn) or 0.5
    drawing, axes = canvas(width=8.2, height=total + 1.4)
    top, ends = total, []
    for part, entries, height in drawn:
        for place, kind in enumerate(TYPES):
            y = top - 0.1
            for words, result in entries[kind]:
                mark, full = _MARKS[result]
                colour = COLOURS[0] if result in ("passes", "limits") else COLOURS[1]
                axes.plot([place + 0.05], [y - _LINE / 2], marker=mark, markersize=9, color=colour, zorder=3,
                          markeredgewidth=1.7, markerfacecolor=colour if full else "white")  # fmt: skip
                axes.text(place + 0.1, y, "\n".join(words), va="top", fontsize=9, linespacing=1.2, zorder=3)
                y -= _LINE * len(words) + _ENTRY
            if not entries[kind]:
                axes.axvspan(place, place + 1, ymin=(top - height) / total, ymax=top / total, facecolor="white",
                             edgecolor="#c8c8c8", hatch="//", linewidth=0, zorder=0)  # fmt: skip
                axes.text(place + 0.5, top - height / 2, text("indicators.empty"), ha="center", va="center",
                          fontsize=10, bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})  # fmt: skip
        ends.append((top - height / 2, part))
        axes.axhline(top - height, color="#b0b0b0", linewidth=0.8, zorder=1)
        top -= height
    for place in (1, 2):
        axes.axvline(place, color="#b0b0b0", linewidth=0.8, zorder=1)
    axes.set_xlim(0, 3)
    axes.set_ylim(0, total)
    heads = [said(one["label"]).replace(": ", ":\n") for one in scale("indicators.types")]
    axes.set_xticks([0.5, 1.5, 2.5], heads, fontsize=10)
    axes.xaxis.tick_top()
    axes.set_yticks([place for place, _ in ends], [part for _, part in ends], fontsize=10)
    axes.tick_params(length=0)
    for result, (mark, full) in _MARKS.items():
        colour = COLOURS[0] if result in ("passes", "limits") else COLOURS[1]
        axes.plot([], [], mark, color=colour, markerfacecolor=colour if full else "white", markeredgewidth=1.7,
                  markersize=9, label=result_words(result))  # fmt: skip
    drawing.legend(loc="outside lower center", ncols=5, frameon=False, fontsize=9.5)
    every = len(cells) * len(TYPES)
    counted = {
        "n": len(table),
        "passes": int((table["result"] == "passes").sum()),
        "empty": sum(not line[kind] for line in cells.to_dict("records") for kind in TYPES),
        "all": every,
    }
    twin = pd.DataFrame(
        [[str(row["attribute"] or "–"), answer(PAGE, "type", row["type"], inside="indicators") or "–",
          _named(row), result_words(row["result"])] for row in table.to_dict("records")],
        columns=[text(f"indicators.column-{name}") for name in ("part", "kind", "indicator", "result")],
    )  # fmt: skip
    return figure(
        drawing,
        alt=text("indicators.alt", rows=" ".join(_told(line, known) for line in cells.to_dict("records"))),
        caption=text("indicators.caption" if len(table) != 1 else "indicators.caption-one", **counted),
        source=text("indicators.own-plan"),
        table=twin,
    )


def result_words(result: str) -> str:
    """Give how an indicator stood the six questions, in words.

    Examples
    --------
    >>> result_words("passes")
    'passes'
    """
    return text(f"indicators.result-{result}")


def _entry(row: dict) -> tuple[list[str], str]:
    from kit.figures._words import wrapped

    lines = wrapped(_named(row), _WIDTH).split("\n")
    return (lines if len(lines) <= 3 else [*lines[:2], _short(lines[2] + "…", _WIDTH)]), row["result"]


def _named(row: dict) -> str:
    return f"{row['id']} {row['name'] or ''}".strip()


def _told(line: dict, known: dict) -> str:
    said_of = []
    for kind in TYPES:
        field = {"kind": "choice", "choices": scale("indicators.types")}
        names = "; ".join(f"{_named(known[one])} ({result_words(known[one]['result'])})" for one in line[kind])
        said_of.append(f"{shown(field, kind).split(':')[0]}: {names or text('indicators.empty')}")
    return f"{line['attribute']}: {', '.join(said_of)}."


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
