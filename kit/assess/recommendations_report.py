"""What the municipality can say to those who write the national report: per theme, with evidence, and honest.

The municipality tells what it did. It gives no grade to the State, and official grades stand apart with the
document they come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.recommendations_table import official_scale, recommendations
from kit.assess.recommendations_views import word
from kit.assess.rule_files import rules, said
from kit.assess.section import Heading, Paragraph, Points, Section, Table
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd

MOST = 120


def contribution(answers: dict, *, with_grades: bool = True) -> Section:
    """Give the contribution to the national report: what was done here on each recommendation.

    Parameters
    ----------
    answers : dict
        The page ``recommendations``.
    with_grades : bool
        Shows the official grades, too.

    Returns
    -------
    Section
        By theme: recommendation, what the State said, action, status, evidence, indicator, and the view of civil
        society. Then what is not in local power and who was told; what is refused; what is not begun.

    Examples
    --------
    >>> page = {"country": "Utopia", "recommendations": [{"id": "U1", "theme": "housing", "words": "End it."}]}
    >>> contribution(page).unknown
    ['U1: nothing has been started here.']
    """
    return told(recommendations(answers, strict=False), answers, with_grades=with_grades)


def told(table: pd.DataFrame, answers: dict, *, with_grades: bool = True) -> Section:
    """Give the contribution from a table read already.

    Examples
    --------
    >>> told(recommendations({}), {}).unknown
    []
    """
    done = table[table["status"].isin(["planned", "under_way", "measures_taken", "change_shown"])]
    to, by = answers.get("reports_to"), answers.get("report_due")
    parts: list = [
        Paragraph(
            text(
                "recommendations.contribution",
                country=answers.get("country") or text("recommendations.no-country"),
                to=to or text("recommendations.no-mechanism"),
                by=show_day(by) if by else text("recommendations.no-day"),
                n=len(done),
                all=len(table),
            )
        ),
        Paragraph(text("recommendations.self-reported"), note=True),
    ]
    themes = [one["value"] for one in rules("recommendations")["scales"]["themes"]]
    for theme in [*themes, ""]:
        mine = done[done["theme"] == theme]
        if mine.empty:
            continue
        parts.append(Heading(word("theme", theme) if theme else text("recommendations.no-theme")))
        parts.append(Points([_told(row) for row in mine.head(MOST).to_dict("records")]))
        if len(mine) > MOST:
            parts.append(Paragraph(text("recommendations.more", n=len(mine) - MOST)))
    parts += _elsewhere(table)
    parts += official_grades(table) if with_grades else []
    open_ones = table[table["status"] == "not_started"]
    unknown = [text("recommendations.not-begun", id=one) for one in open_ones["id"].head(MOST)]
    without = done[done["evidence"] == ""]
    unknown += [text("recommendations.no-evidence", id=one) for one in without["id"].head(MOST)]
    return Section(text("recommendations.contribution-title"), parts, unknown=unknown)


def official_grades(table: pd.DataFrame) -> list:
    """Give the published grades as a table, each with its scale and document; nothing where there are none.

    Examples
    --------
    >>> official_grades(recommendations({}))
    []
    """
    import pandas as pd

    graded = table[(table["official_grade"] != "") & (table["problem"] == "")]
    if graded.empty:
        return []
    cells = []
    for row in graded.head(MOST).to_dict("records"):
        scale = official_scale(row["official_scale"])
        grades = {grade["value"]: said(grade["label"]) for grade in scale["grades"]} if scale else {}
        grade = grades.get(row["official_grade"].casefold(), row["official_grade"])
        title = said(scale["title"]) if scale else word("official_scale", row["official_scale"])
        cells.append([row["id"], grade, title, show_day(row["official_on"]), row["official_where"]])
    names = [text(f"recommendations.column-{name}") for name in ("id", "grade", "scale", "day", "where")]
    frame = pd.DataFrame(cells, columns=names)
    return [Heading(text("recommendations.grades")), Paragraph(text("recommendations.grades-mean")),
            Table(frame, text("recommendations.table-grades"))]  # fmt: skip


def _told(row: dict) -> str:
    where = ", ".join(one for one in (row["document"], row["paragraph"]) if one)
    parts = [text("recommendations.told", id=row["id"], where=where or "–", words=row["words"].rstrip("."))]
    if row["reply"]:
        parts.append(text("recommendations.told-reply", reply=word("reply", row["reply"]).casefold()))
    status = word("status", row["status"]).casefold()
    parts.append(text("recommendations.told-status", status=status, day=show_day(row["status_on"])))
    for name in ("action", "evidence", "indicator", "holders_view"):
        if row[name]:
            parts.append(text(f"recommendations.told-{name}", words=row[name].rstrip(".")))
    return " ".join(parts)


def _elsewhere(table: pd.DataFrame) -> list:
    found = []
    for status, key in (("not_in_power", "power"), ("refused", "refused")):
        mine = table[table["status"] == status]
        if mine.empty:
            continue
        said_of = [
            text(f"recommendations.told-{key}", id=row["id"], words=row["words"].rstrip("."),
                 holder=row["power_holder"] or "–", day=show_day(row["told_on"]) or "–", note=row["note"] or "–")
            for row in mine.head(MOST).to_dict("records")
        ]  # fmt: skip
        found += [Heading(text(f"recommendations.heading-{key}")), Points(said_of)]
    return found
