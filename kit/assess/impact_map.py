"""The salience map: severity upward, likelihood to the right, what happens already in a column of its own.

Each impact stands in its cell with its short name, right and group. The shape of the mark carries what a
colour alone would lose: a square cannot wait, a circle can; hollow means claimed, without evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.impact_register import register
from kit.assess.page_words import answer, rows
from kit.assess.rule_files import rules, said
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure

_ENTRY, _LINE = 0.1, 0.155  # inches: space between impacts, height of a line
_WIDTH = 18  # letters in a cell


def picture(answers: dict, *, option: str | None = None) -> AccessibleFigure:
    """Draw the salience map.

    Parameters
    ----------
    answers : dict
        The page ``impact``; impacts without a grade are named in the caption, not drawn.
    option : str, optional
        Draw one option only, ``"a"``; left out, every impact.

    Raises
    ------
    MeasureError
        If no impact is rated.

    Examples
    --------
    >>> rate = {"timing": "potential", "scale": "l3", "scope": "l2", "irremediability": "l4", "likelihood": "l2"}
    >>> shown = picture({"impacts": [{"id": "I1", "right": "privacy", "holders": "Shoppers", **rate}]})
    >>> print(shown.words.splitlines()[1])
    1 of 1 rated impacts is severe (3 or more); 1 cannot wait. Not rated yet: 0.
    """
    from kit.figures import canvas, figure
    from kit.figures.accessible import COLOURS

    table = register(answers, strict=False)
    if option:
        table = table[table["option"].isin(["all", option])]
    drawn = table[table["severity"].notna()]
    if drawn.empty:
        raise MeasureError("impact.nothing-rated")
    scales = rules("impact")["scales"]
    columns = [*range(1, len(scales["likelihood"]) + 1), "unknown", "actual"]
    if not ((drawn["timing"] != "actual") & drawn["likelihood"].isna()).any():
        columns.remove("unknown")
    severities = list(range(max(len(scales[one]) for one in ("scale", "scope", "irremediability")), 0, -1))
    cells = _cells(drawn, several=len(rows(answers, "options")) > 1 and not option)
    heights = [max(0.5, *(_height(cells.get((level, column), [])) for column in columns)) for level in severities]
    drawing, axes = canvas(width=1.45 * len(columns) + 0.9, height=sum(heights) + 1.5)
    top = sum(heights)
    for level, height in zip(severities, heights, strict=True):
        shade = rules("impact")["severe_from"] <= level
        axes.axhspan(top - height, top, color="#f3e9e2" if shade else "white", zorder=0)
        axes.axhline(top - height, color="#b0b0b0", linewidth=0.8, zorder=1)
        for place, column in enumerate(columns):
            y = top - 0.12
            for lines, mark in cells.get((level, column), []):
                axes.plot([place + 0.08], [y - _LINE / 2], marker="s" if mark["do_not_wait"] else "o",
                          markersize=8.5, color=COLOURS[1 if mark["severe"] else 0], markeredgewidth=1.7, zorder=3,
                          markerfacecolor="white" if mark["claimed"] else None)  # fmt: skip
                axes.text(place + 0.16, y, "\n".join(lines), va="top", fontsize=9, linespacing=1.15, zorder=3)
                y -= _LINE * len(lines) + _ENTRY
        top -= height
    for place in range(1, len(columns)):
        strong = columns[place] == "actual"
        axes.axvline(place, color="#595959" if strong else "#d0d0d0", linewidth=2 if strong else 0.8, zorder=1)
    axes.set_xlim(0, len(columns))
    axes.set_ylim(0, sum(heights))
    axes.set_xticks([place + 0.5 for place in range(len(columns))], [_column_words(one) for one in columns])
    ends = [sum(heights[:place]) + height / 2 for place, height in enumerate(heights)]
    axes.set_yticks([sum(heights) - one for one in ends], [str(level) for level in severities])
    axes.tick_params(length=0)
    axes.set_ylabel(text("impact.axis-severity"), fontsize=11)
    axes.set_xlabel(text("impact.axis-likelihood"), fontsize=11)
    for mark, face, key in (("o", None, "can-wait"), ("s", None, "do-not-wait"), ("o", "white", "claimed")):
        axes.plot([], [], mark, color=COLOURS[4], markerfacecolor=face, markeredgewidth=1.7, markersize=8.5,
                  label=text(f"impact.key-{key}"))  # fmt: skip
    drawing.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=10)
    severe = int((drawn["severity"] >= rules("impact")["severe_from"]).sum())
    counted = {
        "severe": severe,
        "all": len(drawn),
        "limit": rules("impact")["severe_from"],
        "urgent": int(drawn["do_not_wait"].sum()),
        "open": len(table) - len(drawn),
    }
    return figure(
        drawing,
        alt=text("impact.alt", rows=" ".join(_row_words(row) for row in drawn.to_dict("records"))),
        caption=text("impact.caption" if severe == 1 else "impact.caption-several", **counted),
        source=text("impact.own-grades", day=show_day(answers.get("assessed_on") or text("impact.no-day"))),
        table=listed(drawn),
    )


def listed(table: pd.DataFrame) -> pd.DataFrame:
    """Give impacts as a table to read: order, grade, flag, evidence, and what those affected say.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows of `register`.

    Examples
    --------
    >>> rate = {"timing": "actual", "scale": "l3", "scope": "l2", "irremediability": "l1"}
    >>> listed(register({"impacts": [{"id": "I1", "right": "privacy", **rate}]})).columns[:3].tolist()
    ['Impact', 'Right', 'Rights-holders']
    """
    import pandas as pd

    names = ["impact", "right", "holders", "severity", "levels", "likelihood", "do-not-wait", "evidence", "view"]
    found = []
    for row in table.to_dict("records"):
        levels = (row["scale"], row["scope"], row["irremediability"])
        found.append(
            [
                row["id"],
                answer("impact", "right", row["right"], inside="impacts"),
                "; ".join(part for part in (row["holders"], row["group"]) if part),
                _number(row["severity"]),
                "/".join(_number(level) for level in levels),
                text("impact.actual") if row["timing"] == "actual" else _number(row["likelihood"]),
                text("impact.do-not-wait") if row["do_not_wait"] else "–",
                ", ".join(row["evidence"]) or text("impact.claimed"),
                answer("impact", "view", row["view"], inside="impacts") or "–",
            ]
        )
    return pd.DataFrame(found, columns=[text(f"impact.column-{name}") for name in names])


def _cells(table: pd.DataFrame, *, several: bool) -> dict[tuple, list]:
    import pandas as pd

    from kit.figures._words import wrapped

    cells: dict[tuple, list] = {}
    for row in table.to_dict("records"):
        column = "actual" if row["timing"] == "actual" else row["likelihood"]
        column = "unknown" if not isinstance(column, str) and pd.isna(column) else column
        name = row["id"] if not several or row["option"] == "all" else f"{row['id']} ({row['option'].upper()})"
        right = answer("impact", "right", row["right"], inside="impacts")
        who = row["group"] or row["holders"]
        lines = wrapped(f"{name} {right}", _WIDTH).split("\n")[:3] + _shortened(wrapped(str(who), _WIDTH))
        mark = {
            "do_not_wait": row["do_not_wait"],
            "claimed": row["basis"] == "claimed",
            "severe": row["severity"] >= rules("impact")["severe_from"],
        }
        cells.setdefault((row["severity"], column), []).append((lines, mark))
    return cells


def _shortened(words: str) -> list[str]:
    lines = [line for line in words.split("\n") if line]
    return lines if len(lines) <= 2 else [lines[0], lines[1][: _WIDTH - 1] + "…"]


def _height(entries: list) -> float:
    return 0.24 + sum(_LINE * len(lines) + _ENTRY for lines, _ in entries) if entries else 0.0


def _column_words(column: int | str) -> str:
    from kit.figures._words import wrapped

    if column == "actual":
        return wrapped(text("impact.actual-column"), 14)
    if column == "unknown":
        return wrapped(text("impact.unknown-column"), 14)
    return wrapped(said(rules("impact")["scales"]["likelihood"][column - 1]["label"]), 14)


def _row_words(row: dict) -> str:
    key = "impact.alt-actual" if row["timing"] == "actual" else "impact.alt-potential"
    words = text(
        key,
        name=row["id"],
        right=answer("impact", "right", row["right"], inside="impacts"),
        who=row["group"] or row["holders"] or "–",
        severity=row["severity"],
        likelihood=_number(row["likelihood"]),
    )
    flags = [text("impact.do-not-wait")] if row["do_not_wait"] else []
    flags += [text("impact.claimed")] if row["basis"] == "claimed" else []
    return words + (f" ({', '.join(flags)})." if flags else ".")


def _number(value: object) -> str:
    import pandas as pd

    return "–" if pd.isna(value) else str(value)
