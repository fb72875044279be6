"""Checklist for data: thirty items under six headings, five of which stop a release. No total.

Source: the six headings of OHCHR, *A Human Rights-Based Approach to Data* (2018). The items are worded for this
kit; the STOP items, which must be yes before data are collected or published, are a rule of this kit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.data_checklist_items import ANSWERS, PAGE, actions, check, checklist, name, profile, stops, verdict
from kit.assess.page_words import answer, page, told
from kit.assess.rule_files import rules, said
from kit.assess.section import Heading, Paragraph, Picture, Points, Section, Table
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kit.figures import AccessibleFigure

__all__ = ["actions", "check", "checklist", "picture", "profile", "section", "stops", "verdict"]


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: what stops a release, the profile, each item, what will be done.

    Parameters
    ----------
    answers : dict
        The page ``data-checklist``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        As in `actions`.

    Examples
    --------
    >>> section({}).parts[0].words
    'STOP: by the rule of this kit no data may be collected or published yet.'
    """
    title, unknown = text("data_checklist.title"), []
    try:
        table = checklist(answers)
    except MeasureError as error:
        notes = [Paragraph(line, note=True) for line in error.lines]
        return Section(title, notes, unknown=[error.lines[0]], sources=page(PAGE)["sources"])
    parts: list = [Paragraph(text(f"data_checklist.verdict-{verdict(answers)}"))]
    open_ones = stops(answers)
    if len(open_ones):
        parts.append(Points([f"{row['item']} – {_said(row)}" for row in open_ones.to_dict("records")]))
    try:
        check(answers)
    except MeasureError as error:
        parts.append(Paragraph(" ".join(error.lines), note=True))
        unknown.append(error.lines[0])
    parts.append(Paragraph(text("data_checklist.kit-rule"), note=True))
    about = ("data_set", "stage", "checked_on", "checked_by", "published_where")
    parts += [Table(told(PAGE, answers, about), title), Picture(picture(answers))]
    parts.append(Table(profile_table(answers), text("data_checklist.table-profile")))
    for one in rules("data_checklist")["headings"]:
        mine = table[table["heading"] == one["id"]]
        parts += [Heading(said(one["label"])), Table(_shown(mine), said(one["label"]))]
    steps = actions(answers, today=today)
    if len(steps):
        parts += [
            Heading(text("data_checklist.steps")),
            Table(_steps(steps), text("data_checklist.table-steps")),
        ]
    unknown += _unknown(answers, table, steps)
    return Section(title, parts, unknown=unknown, sources=page(PAGE)["sources"])


def picture(answers: dict) -> AccessibleFigure:
    """Draw the profile: a bar for each heading, a field for each item; number and pattern tell the answer.

    Examples
    --------
    >>> print(picture({"d1_1": "yes"}).caption)
    Not yes: 5 STOP items. Headings are not added up.
    """
    from kit.figures import HATCHES, canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    table = profile(answers)
    looks = dict(
        zip(
            ANSWERS,
            ((COLOURS[0], ""), ("#9dc3e0", HATCHES[1]), (COLOURS[1], HATCHES[2]), ("#d9d9d9", ""), ("white", "")),
            strict=True,
        )
    )
    drawing, axes = canvas(width=8.0, height=1.5 + 0.5 * len(table))
    for place, row in enumerate(table.to_dict("records")):
        y, left = -place, 0
        for given in ANSWERS:
            face, hatch = looks[given]
            if row[given]:
                axes.barh(y, row[given], left=left, height=0.66, facecolor=face, hatch=hatch, edgecolor="black",
                          linewidth=0.8)  # fmt: skip
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
                axes.text(
                    left + row[given] / 2, y, str(row[given]), ha="center", va="center", fontsize=11, bbox=box
                )
            left += row[given]
        axes.text(left + 0.08, y, "\n".join(_beside(row)), va="center", fontsize=10)
    axes.set_yticks([-place for place in range(len(table))], [wrapped(one, 22) for one in table["label"]])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_xlim(0, table[list(ANSWERS)].sum(axis=1).max() + 0.9)
    for given in ANSWERS:
        axes.barh(0, 0, facecolor=looks[given][0], hatch=looks[given][1], edgecolor="black",
                  label=text(f"data_checklist.{given}"))  # fmt: skip
    drawing.legend(loc="outside lower center", ncols=5, frameon=False, fontsize=10)
    words = [
        f"{row['label']}: "
        + ", ".join(f"{row[given]} {text(f'data_checklist.{given}')}" for given in ANSWERS if row[given])
        + "".join(f"; {words}" for words in _beside(row))
        + "."
        for row in table.to_dict("records")
    ]
    day = answer(PAGE, "checked_on", answers.get("checked_on")) or text("data_checklist.no-day")
    return figure(
        drawing,
        alt=" ".join([text("data_checklist.alt"), *words]),
        caption=text("data_checklist.caption", n=int(table["stop"].sum())),
        source=text("data_checklist.own", day=day),
        table=profile_table(answers),
    )


def profile_table(answers: dict) -> pd.DataFrame:
    """Give the profile as a table to read.

    Examples
    --------
    >>> profile_table({"d1_1": "yes"}).iloc[0].to_dict()["yes"] == 1
    True
    """
    columns = {given: text(f"data_checklist.{given}") for given in (*ANSWERS, "claimed")}
    heading = text("data_checklist.column-heading")
    return profile(answers)[["label", *columns]].rename(columns={"label": heading, **columns})


def _beside(row: dict) -> list[str]:
    """What stands at the end of a bar: STOP items that are not yes, and what is only claimed."""
    return [
        text(f"data_checklist.{one}", n=row[key])
        for one, key in (("stop", "stop"), ("unshown", "claimed"))
        if row[key]
    ]


def _said(row: dict) -> str:
    given = answer(PAGE, row["id"], row["answer"]) or text("data_checklist.open")
    return f"{given} ({text('data_checklist.claimed')})" if row["basis"] == "claimed" else given


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = [[row["item"], _said(row), row["where"] or "–"] for row in table.to_dict("records")]
    return pd.DataFrame(
        found, columns=[text(f"data_checklist.column-{one}") for one in ("item", "answer", "where")]
    )


def _steps(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = [
        [name(row["item"]), row["step"], row["owner"], answer(PAGE, "by", row["by"], inside="actions")]
        for row in table.to_dict("records")
    ]
    names = ("item", "step", "owner", "by")
    cells = [[one or "–" for one in row] for row in found]
    return pd.DataFrame(cells, columns=[text(f"data_checklist.column-{one}") for one in names])


def _unknown(answers: dict, table: pd.DataFrame, steps: pd.DataFrame) -> list[str]:
    codes = [one["value"] for one in rules("data_checklist")["scales"]["codes"]]
    planned, found = set(steps["item"]), []
    for row in table.to_dict("records"):
        item = name(row["id"])
        if row["answer"] == "":
            found.append(text("data_checklist.not-answered", item=item))
        elif row["answer"] in codes and row["answer"] != "not_applicable":
            found.append(text("data_checklist.code", item=item, code=answer(PAGE, row["id"], row["answer"])))
        elif row["basis"] == "claimed":
            found.append(text("data_checklist.unproved", item=item))
        elif row["basis"] == "no_reason":
            found.append(text("data_checklist.no-reason", item=item))
        elif row["answer"] in ("partly", "no") and row["id"] not in planned:
            found.append(text("data_checklist.no-step", item=item))
    for row in steps.to_dict("records"):
        if not row["owner"]:
            found.append(text("data_checklist.no-owner", item=name(row["item"])))
        if row["late"]:
            found.append(text("data_checklist.late", item=name(row["item"])))
    if not answers.get("published_where"):
        found.append(text("data_checklist.not-public"))
    return found
