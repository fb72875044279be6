"""Capacity self-assessment: the picture, and the section of the town's document.

The figures behind both come from `kit.assess.capacity_ratings`.

Source: the six capacities of the paper behind this course; gap between existing and desired capacity
after UNDP, *Capacity Assessment Methodology: User's Guide*. Levels and order are rules of this kit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.capacity_ratings import (
    ROUNDS,
    compare,
    latest_round,
    order,
    priorities,
    ratings,
    summary,
    targets_of,
)
from kit.assess.page_words import page
from kit.assess.rule_files import rules, said
from kit.assess.section import Heading, Paragraph, Picture, Points, Section, Table
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kit.figures import AccessibleFigure

__all__ = ["compare", "order", "picture", "priorities", "ratings", "section", "summary", "targets_of"]


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: what raters said, where they disagree, what comes first.

    Parameters
    ----------
    answers : dict
        The page ``capacity``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        As in `ratings`.

    Examples
    --------
    >>> section({}).unknown[0]
    'Nobody has rated the capacities of the municipality yet.'
    """
    title, note = text("capacity.title"), Paragraph(text("capacity.kit-rule"), note=True)
    try:
        table = ratings(answers, today=today)
        first = priorities(answers, today=today)
    except MeasureError as error:
        return Section(title, [*(Paragraph(line, note=True) for line in error.lines)], unknown=[error.lines[0]])
    if table.empty:
        return Section(title, [Paragraph(text("capacity.none")), note], unknown=[text("capacity.none")])
    now = summary(answers, today=today)
    stage = latest_round(table)
    count = table[table["round"] == stage]["role"].nunique()
    parts = [
        Paragraph(text("capacity.about", raters=count, round=_round(stage), who=_who(answers))),
        note,
        Picture(picture(answers, today=today)),
        Table(_at_a_glance(now, first), text("capacity.table-now")),
        Table(_counts(now), text("capacity.table-counts")),
        *_other_round(answers, stage, table, today),
        *_what_first(now, first),
        *_evidence(table[table["round"] == stage]),
    ]
    unknown = _unknown(answers, table, now, first)
    return Section(title, parts, unknown=unknown, sources=page("capacity")["sources"])


def picture(answers: dict, *, today: date | None = None) -> AccessibleFigure:
    """Draw every rating of the latest round: full with evidence, hollow without; the target beside it.

    Examples
    --------
    >>> sheets = [{"role": f"Rater {n}", "data_level": f"l{n}", "data_evidence": "table"} for n in (1, 2)]
    >>> print(picture({"sheets": sheets}).caption)
    Raters agree on 1 of 6 capacities. Levels are not added up.
    """
    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    rubric, now = rules("capacity"), summary(answers, today=today)
    table = ratings(answers, today=today)
    table = table[table["round"] == latest_round(table)]
    targets, most = targets_of(answers), max(len(rubric["scales"][one["id"]]) for one in rubric["capacities"])
    drawing, axes = canvas(width=8.0, height=1.5 + 0.62 * len(now))
    for place, row in enumerate(now.to_dict("records")):
        y = len(now) - 1 - place
        axes.axhline(y, color="#d0d0d0", linewidth=0.8, zorder=0)
        mine = table[(table["capacity"] == row["capacity"]) & table["level"].notna()]
        for level in sorted(mine["level"].unique()):
            there = sorted(mine[mine["level"] == level]["basis"], key=lambda basis: basis != "evidence")
            for number, basis in enumerate(there):
                x = level + min(0.15, 0.8 / len(there)) * (number - (len(there) - 1) / 2)
                axes.plot([x], [y], marker="o", markersize=9, color=COLOURS[0], markeredgewidth=1.8, zorder=3,
                          markerfacecolor=COLOURS[0] if basis == "evidence" else "white")  # fmt: skip
        target = targets.get(row["capacity"], {}).get("number")
        if target is not None:
            axes.plot([target], [y + 0.34], marker="v", markersize=10, color=COLOURS[1], clip_on=False, zorder=4)
        axes.text(most - 0.45, y, _right_words(row), va="center", fontsize=10)
    capacities = [wrapped(_capacity(name), 18) for name in reversed(now["capacity"].tolist())]
    axes.set_yticks(range(len(now)), capacities)
    names = [
        "\n".join(wrapped(part, 15) for part in said(level["label"]).split(" ", 1))
        for level in rubric["scales"]["levels"]
    ][:most]
    axes.set_xticks(range(len(names)), names, fontsize=9)
    axes.set_xlim(-0.5, most - 0.5)
    axes.set_ylim(-0.5, len(now) - 0.3)
    for label, face, mark, colour in (
        ("capacity.key-evidence", COLOURS[0], "o", COLOURS[0]),
        ("capacity.key-claimed", "white", "o", COLOURS[0]),
        ("capacity.key-target", COLOURS[1], "v", COLOURS[1]),
    ):
        axes.plot([], [], mark, color=colour, markerfacecolor=face, markeredgewidth=1.8, label=text(label))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=3, frameon=False, fontsize=10)
    agreed = int(now["agreed"].notna().sum())
    return figure(
        drawing,
        alt=text("capacity.alt", rows=" ".join(_row_words(row, targets) for row in now.to_dict("records"))),
        caption=text("capacity.caption", agreed=agreed, all=len(now)),
        source=text("capacity.own-ratings", day=show_day(answers.get("assessed_on") or text("capacity.no-day"))),
        table=_counts(now),
    )


def _capacity(name: str) -> str:
    return next(said(one["label"]) for one in rules("capacity")["capacities"] if one["id"] == name)


def _level(capacity: str, number: int, part: str = "label") -> str:
    return said(rules("capacity")["scales"][capacity][int(number)][part])


def _round(stage: str) -> str:
    return next(said(one["label"]) for one in rules("capacity")["scales"]["rounds"] if one["value"] == stage)


def _missing(value: object) -> bool:
    import pandas as pd

    return bool(pd.isna(value))


def _right_words(row: dict) -> str:
    if not row["rated"]:
        return text("capacity.not-rated")
    words = (
        text("capacity.no-agreement") if _missing(row["agreed"]) else text("capacity.level", level=row["agreed"])
    )
    return f"{words}\n{text('capacity.cannot', n=row['cannot_judge'])}" if row["cannot_judge"] else words


def _row_words(row: dict, targets: dict) -> str:
    name, target = _capacity(row["capacity"]), targets.get(row["capacity"], {}).get("number")
    if not row["rated"]:
        return f"{name}: {text('capacity.not-rated')}."
    spread = text("capacity.spread", lowest=row["lowest"], highest=row["highest"], n=row["rated"])
    goal = "" if target is None else f", {text('capacity.target', level=target)}"
    return f"{name}: {_right_words(row).replace(chr(10), ', ')}, {spread}{goal}."


def _at_a_glance(now: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    goals = first.set_index("capacity")
    rows = []
    for row in now.to_dict("records"):
        goal = goals.loc[row["capacity"]] if row["capacity"] in goals.index else {}
        none = text("capacity.no-agreement") if row["rated"] else text("capacity.not-rated")
        share = row["with_evidence"]
        cells = {
            "capacity": _capacity(row["capacity"]),
            "agreed": none if _missing(row["agreed"]) else _level(row["capacity"], row["agreed"]),
            "range": "" if not row["rated"] else f"{row['lowest']}–{row['highest']}",
            "evidence": "" if _missing(share) else f"{round(share * row['rated'])}/{row['rated']}",
            "goal": "" if _missing(goal.get("target")) else _level(row["capacity"], goal["target"]),
            "gap": "" if _missing(goal.get("gap")) else str(goal["gap"]),
        }
        rows.append({text(f"capacity.column-{name}"): value or "–" for name, value in cells.items()})
    return pd.DataFrame(rows)


def _counts(now: pd.DataFrame) -> pd.DataFrame:
    names = {name: name.removeprefix("at_") for name in now.columns if name.startswith("at_")}
    codes = {code["value"]: said(code["label"]) for code in rules("capacity")["scales"]["codes"]}
    table = now[["capacity", *names, *codes]].copy()
    table["capacity"] = table["capacity"].map(_capacity)
    table = table.rename(columns={"capacity": text("capacity.column-capacity"), **names, **codes})
    # A code that nobody used takes room and says nothing.
    return table[[name for name in table.columns if name not in codes.values() or table[name].any()]]


def _other_round(answers: dict, stage: str, table: pd.DataFrame, today: date | None) -> list:
    if stage == ROUNDS[0] or not (table["round"] == ROUNDS[0]).any():
        return []
    before, caption = summary(answers, round=ROUNDS[0], today=today), text("capacity.table-before")
    return [Table(_counts(before), caption)]


def _what_first(now: pd.DataFrame, first: pd.DataFrame) -> list:
    open_ones = first[first["gap"].isna() | (first["gap"] > 0)]
    if open_ones.empty:
        return []
    items = []
    for row in open_ones.to_dict("records"):
        gap = "gap-unknown" if _missing(row["gap"]) else "gap"
        words = [f"{_capacity(row['capacity'])}: {text(f'capacity.{gap}', gap=row['gap'])}."]
        if not _missing(row["target"]):
            seen = _level(row["capacity"], row["target"], "help")
            words.append(
                text(
                    "capacity.goal",
                    level=_level(row["capacity"], row["target"]),
                    seen=seen,
                    by=show_day(row["by"]),
                )
            )
        words.append(text("capacity.duty" if row["duty"] else "capacity.no-duty"))
        if not _missing(row["feasibility"]):
            words.append(text(f"capacity.feasible-{row['feasibility']}"))
        if row["reason"]:
            words.append(text("capacity.reason", reason=row["reason"]))
        items.append(" ".join(words))
    return [Heading(text("capacity.first")), Paragraph(text("capacity.order-rule")), Points(items, numbered=True)]


def _evidence(table: pd.DataFrame) -> list:
    import pandas as pd

    # Without the roles: who rated how is known in the room, and need not be known outside.
    shown = table[table["evidence"] != ""].drop_duplicates(["capacity", "evidence", "dated", "place"])
    if shown.empty:
        return []
    names = [text(f"capacity.column-{name}") for name in ("capacity", "what", "dated", "place")]
    cells = zip(
        shown["capacity"].map(_capacity),
        shown["evidence"],
        shown["dated"].map(show_day),
        shown["place"],
        strict=True,
    )
    frame = pd.DataFrame([[cell or "–" for cell in row] for row in cells], columns=names)
    return [Heading(text("capacity.evidence")), Table(frame, text("capacity.table-evidence"))]


def _who(answers: dict) -> str:
    seats = {seat["value"]: said(seat["label"]) for seat in rules("capacity")["scales"]["seats"]}
    table = ratings(answers)
    people = table[table["round"] == latest_round(table)].drop_duplicates(["role", "department"])
    counted = people["seat"].map(seats).value_counts()
    return "; ".join(f"{seat}: {number}" for seat, number in counted.items()) or text("capacity.no-seats")


def _unknown(answers: dict, table: pd.DataFrame, now: pd.DataFrame, first: pd.DataFrame) -> list[str]:
    found, least = [], rules("capacity")["at_least"]
    people = table[table["round"] == latest_round(table)].drop_duplicates(["role", "department"])
    if len(people) < least["raters"]:
        found.append(text("capacity.few-raters", n=len(people), least=least["raters"]))
    if people["department"].nunique() < least["departments"]:
        found.append(text("capacity.few-departments", least=least["departments"]))
    seats = {seat["value"]: said(seat["label"]) for seat in rules("capacity")["scales"]["seats"]}
    found += [
        text("capacity.no-seat", seat=seats[one]) for one in least["seats"] if one not in set(people["seat"])
    ]
    if ROUNDS[1] not in set(table["round"]):
        found.append(text("capacity.one-round"))
    for row in now.to_dict("records"):
        name = _capacity(row["capacity"])
        if not row["rated"]:
            found.append(text("capacity.unrated", capacity=name))
        elif _missing(row["agreed"]):
            found.append(text("capacity.disputed", capacity=name, lowest=row["lowest"], highest=row["highest"]))
        if row["rated"] and row["with_evidence"] < 1:
            without = row["rated"] - round(row["with_evidence"] * row["rated"])
            found.append(text("capacity.unproved", capacity=name, n=without, all=row["rated"]))
    if first.empty:
        found.append(text("capacity.no-targets"))
    return found
