"""Feedback and grievance mechanism: the picture, and the section of the town's document.

The ratings come from `kit.assess.grievance_ratings`, counts and times from `kit.assess.grievance_cases`.

Source: UN Guiding Principles on Business and Human Rights, principle 31.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.deadlines import passed
from kit.assess.grievance_cases import closing, period_words, shares, traps
from kit.assess.grievance_ratings import PAGE, SIDES, criterion_words, ratings, summary
from kit.assess.page_words import listed, page, rows, told
from kit.assess.rule_files import rules, said
from kit.assess.section import Heading, Paragraph, Picture, Points, Section, Table
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day
from kit.text.numbers import show_number

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kit.figures import AccessibleFigure

__all__ = ["closing", "picture", "ratings", "section", "shares", "summary", "traps"]

_ABOUT = ("mechanism", "about", "basis", "overseen_by", "decider", "ways_in", "not_reached", "checked_on")
_MARKS = {"users": ("o", 0.2), "staff": ("s", -0.05), "outside": ("^", -0.3)}


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: the eight criteria as each side sees them, cases, and what will change.

    Parameters
    ----------
    answers : dict
        The page ``grievance``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        The day against which days have passed.

    Examples
    --------
    >>> section({}).unknown[0]
    'Nobody has rated the mechanism yet.'
    """
    title = text("grievance.title")
    parts = [Paragraph(text("grievance.kit-rule"), note=True)]
    parts.append(Table(told(PAGE, answers, _ABOUT), text("grievance.table-about")))
    counted, faults = [], []
    try:
        ratings(answers)
    except MeasureError as error:
        faults.append(error)
    try:
        counted = _counts(answers, today)
    except MeasureError as error:
        faults.append(error)
    parts += [Paragraph(" ".join(error.lines), note=True) for error in faults]
    now = summary(answers)
    if now["rated"].any():
        parts += [Picture(picture(answers)), Table(_levels(now), text("grievance.table-levels"))]
        parts += _apart(now) + _evidence(answers)
    parts += counted
    promises = rows(answers, "promises")
    if promises:
        table = listed(PAGE, promises, inside="promises")
        parts += [Heading(text("grievance.promises")), Table(table, text("grievance.table-promises"))]
    unknown = [error.lines[0] for error in faults] + _unknown(answers, now, today)
    return Section(title, parts, unknown=unknown, sources=page(PAGE)["sources"])


def picture(answers: dict) -> AccessibleFigure:
    """Draw the eight criteria: users, staff and others each with a mark of their own; hollow without evidence.

    Parameters
    ----------
    answers : dict
        The page ``grievance``.

    Raises
    ------
    MeasureError
        If nothing is rated.

    Examples
    --------
    >>> views = [{"role": "Tenants", "side": "users", "accessible_level": "l1"},
    ...          {"role": "Desk", "side": "staff", "accessible_level": "l3"}]
    >>> print(picture({"views": views}).caption)
    Users and staff are 2 or more levels apart on 1 of 8 criteria. Levels are not added up.
    """
    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    now = summary(answers)
    if not now["rated"].any():
        raise MeasureError("grievance.nothing-rated")
    criteria, levels = rules(PAGE)["criteria"], rules(PAGE)["scales"]["levels"]
    drawing, axes = canvas(width=7.8, height=1.5 + 0.62 * len(criteria))
    for place, one in enumerate(criteria):
        y = len(criteria) - 1 - place
        axes.axhline(y - 0.5, color="#d0d0d0", linewidth=0.8, zorder=0)
        for row in now[(now["criterion"] == one["id"]) & (now["rated"] > 0)].to_dict("records"):
            mark, beside = _MARKS[row["side"]]
            colour = COLOURS[SIDES.index(row["side"])]
            axes.plot([row["low"], row["high"]], [y + beside] * 2, color=colour, linewidth=2, zorder=2)
            axes.plot([row["middle"]], [y + beside], marker=mark, markersize=10, color=colour, markeredgewidth=1.8,
                      zorder=3, markerfacecolor=colour if row["proved"] else "white")  # fmt: skip
    axes.set_yticks(range(len(criteria)), [wrapped(criterion_words(one["id"]), 22) for one in reversed(criteria)])
    axes.set_xticks(range(len(levels)), [wrapped(said(one["label"]), 15) for one in levels])
    axes.set_xlim(-0.4, len(levels) - 0.6)
    axes.set_ylim(-0.6, len(criteria) - 0.4)
    axes.tick_params(labelsize=10)
    for side, (mark, _) in _MARKS.items():
        axes.plot(
            [], [], mark, color=COLOURS[SIDES.index(side)], markersize=9, label=text(f"grievance.side-{side}")
        )
    axes.plot([], [], "o", color=COLOURS[4], markerfacecolor="white", markeredgewidth=1.8, markersize=9,
              label=text("grievance.key-claimed"))  # fmt: skip
    drawing.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=10)
    table = _levels(now)
    lines = [" ".join(f"{head}: {cell}." for head, cell in row.items()) for row in table.to_dict("records")]
    apart = int(now[now["side"] == "users"]["apart"].sum())
    day = show_day(answers["checked_on"]) if answers.get("checked_on") else text("grievance.no-day")
    return figure(
        drawing,
        alt=text("grievance.alt", rows=" ".join(lines)),
        caption=text("grievance.caption", apart=rules(PAGE)["apart_from"], n=apart, all=len(criteria)),
        source=text("grievance.own-ratings", day=day),
        table=table,
    )


def _levels(now: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = []
    for one in rules(PAGE)["criteria"]:
        line = {text("grievance.column-criterion"): criterion_words(one["id"])}
        for row in now[now["criterion"] == one["id"]].to_dict("records"):
            gaps = {"low": row["low"], "high": row["high"], "proved": row["proved"], "all": row["rated"]}
            words = text("grievance.cell", level=row["middle"], **gaps) if row["rated"] else ""
            line[text(f"grievance.side-{row['side']}")] = words or text("grievance.not-rated")
        found.append(line)
    return pd.DataFrame(found)


def _level(number: int) -> str:
    return said(rules(PAGE)["scales"]["levels"][number]["label"])


def _middle(now: pd.DataFrame, criterion: str, side: str) -> int | None:
    return now[(now["criterion"] == criterion) & (now["side"] == side)]["middle"].iloc[0]


def _apart(now: pd.DataFrame) -> list:
    found = [
        text(
            "grievance.wide",
            criterion=criterion_words(name),
            users=_level(_middle(now, name, "users")),
            staff=_level(_middle(now, name, "staff")),
        )
        for name in now[(now["side"] == "users") & now["apart"].astype(bool)]["criterion"]
    ]
    return [Heading(text("grievance.apart")), Points(found)] if found else []


def _evidence(answers: dict) -> list:
    import pandas as pd

    # Without the roles: who rated how is known in the room, and need not be known outside.
    table = ratings(answers, strict=False)
    shown = table[table["evidence"] != ""].drop_duplicates(["criterion", "side", "evidence"])
    if shown.empty:
        return []
    sides = shown["side"].map(lambda side: text(f"grievance.side-{side}"))
    cells = zip(shown["criterion"].map(criterion_words), sides, shown["evidence"], strict=True)
    heads = [text(f"grievance.column-{name}") for name in ("criterion", "side", "evidence")]
    frame = pd.DataFrame(sorted(cells), columns=heads)
    return [Heading(text("grievance.evidence")), Table(frame, text("grievance.table-evidence"))]


def _counts(answers: dict, today: date | None) -> list:
    import pandas as pd

    found = []
    for row in shares(answers, today=today).to_dict("records"):
        value, low, high = (show_number(round(100 * row[one], 1)) for one in ("share", "lower", "upper"))
        counted = {"part": show_number(row["part"]), "all": show_number(row["all"])}
        found.append(
            [
                period_words(row),
                text(f"grievance.measure-{row['measure']}"),
                text("grievance.share-of", value=value, **counted),
                text("grievance.from-to", low=low, high=high),
            ]
        )
    heads = [text(f"grievance.column-{name}") for name in ("period", "measure", "value", "interval")]
    parts: list = []
    if found:
        parts += [Heading(text("grievance.counts"))]
        parts += [Table(pd.DataFrame(found, columns=heads), text("grievance.table-counts"))]
    warned = traps(answers, today=today)
    return parts + ([Paragraph(text("grievance.traps")), Points(warned)] if warned else [])


def _unknown(answers: dict, now: pd.DataFrame, today: date | None) -> list[str]:
    found = []
    if not now["rated"].any():
        found.append(text("grievance.none"))
    else:
        people = ratings(answers, strict=False).drop_duplicates(["side", "role"])["side"].tolist()
        for side in SIDES[:2]:
            if people.count(side) < 2:
                found.append(text("grievance.unknown-few", side=text(f"grievance.side-{side}")))
        found += _unproved(now)
    for name in ("basis", "overseen_by", "decider", "not_reached", "periods", "promises"):
        if not answers.get(name):
            found.append(text(f"grievance.no-{name}"))
    for row in rows(answers, "promises"):
        if passed(row.get("by"), today):
            found.append(text("grievance.late", what=str(row.get("what") or "–")[:60], day=show_day(row["by"])))
    return found


def _unproved(now: pd.DataFrame) -> list[str]:
    found, top = [], len(rules(PAGE)["scales"]["levels"]) - 1
    for one in rules(PAGE)["criteria"]:
        name = criterion_words(one["id"])
        for row in now[(now["criterion"] == one["id"]) & (now["side"] != "outside")].to_dict("records"):
            side = text(f"grievance.side-{row['side']}")
            if not row["rated"]:
                found.append(text("grievance.unknown-unrated", criterion=name, side=side))
            elif not row["proved"]:
                found.append(text("grievance.unknown-claimed", criterion=name, side=side))
        if _middle(now, one["id"], "staff") == top and _middle(now, one["id"], "users") != top:
            found.append(text("grievance.unknown-level3", criterion=name))
    return found
