"""Human rights impact assessment, second step: law, rights-holders, team and calendar, while things can change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.page_words import listed, page, rows, told
from kit.assess.section import Heading, Paragraph, Section, Table
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

PAGE = "impact-scope"


def check(answers: dict) -> None:
    """Refuse terms that contradict themselves.

    Parameters
    ----------
    answers : dict
        The page ``impact-scope``.

    Raises
    ------
    MeasureError
        If the assessment ends before it begins.

    Examples
    --------
    >>> check({"starts": "2027-03-01", "ends": "2027-02-01"})
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: The assessment ends on 2027-02-01, before it begins on 2027-03-01.
    A day of the end that is not before the beginning was expected.
    Correct one of the two days.
    """
    starts, ends = str(answers.get("starts") or ""), str(answers.get("ends") or "")
    if starts and ends and ends < starts:
        raise MeasureError("impact.ends-first", starts=starts, ends=ends)


def law(answers: dict) -> pd.DataFrame:
    """Give the law the assessment rests on, and how well each source was checked.

    Parameters
    ----------
    answers : dict
        The page ``impact-scope``.

    Returns
    -------
    pandas.DataFrame
        Columns ``source``, ``article``, ``kind``, ``asks``, ``checked`` (``"read"``, ``"summary"``,
        ``"recalled"`` or empty), ``read`` (the day) and ``url``.

    Examples
    --------
    >>> law({"law": [{"source": "Covenant", "article": "17", "checked": "recalled"}]})["checked"].tolist()
    ['recalled']
    """
    import pandas as pd

    names = ["source", "article", "kind", "asks", "checked", "read", "url"]
    return pd.DataFrame(
        [{name: row.get(name, "") for name in names} for row in rows(answers, "law")], columns=names
    )


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: the terms of the assessment.

    Parameters
    ----------
    answers : dict
        The page ``impact-scope``, filled in or half filled in.
    today : datetime.date, optional
        Not needed here.

    Examples
    --------
    >>> section({}).unknown[0]
    'No source of law is named yet.'
    """
    title, unknown, parts = text("impact.scope-title"), [], []
    try:
        check(answers)
    except MeasureError as error:
        parts.append(Paragraph(" ".join(error.lines), note=True))
        unknown.append(error.lines[0])
    parts.append(Table(told(PAGE, answers, ("decision", "power", "alternatives", "others", "earlier")), title))
    parts += [Heading(text("impact.scope-law")), *_rows(answers, "law", text("impact.scope-law-table"))]
    parts += [
        Heading(text("impact.scope-holders")),
        *_rows(answers, "holders", text("impact.scope-holders-table")),
    ]
    team = ("team", "independent", "pays", "can_change", "publishes", "own_risks", "budget", "starts", "ends")
    parts += [Heading(text("impact.scope-team"))]
    parts.append(
        Table(told(PAGE, answers, (*team, "terms_published", "terms_where")), text("impact.scope-team-table"))
    )
    unknown += _unknown(answers)
    return Section(title, parts, unknown=unknown, sources=[*page(PAGE)["sources"], *_sources(answers)])


def _unknown(answers: dict) -> list[str]:
    found, sources = [], law(answers)
    if sources.empty:
        found.append(text("impact.scope-no-law"))
    for row in sources[sources["checked"] != "read"].to_dict("records"):
        key = "summary" if row["checked"] == "summary" else "recalled"
        found.append(text(f"impact.scope-{key}", source=row["source"], article=row["article"]))
    holders = rows(answers, "holders")
    if not holders:
        found.append(text("impact.scope-no-holders"))
    found += [
        text("impact.scope-not-heard", group=row.get("group", "–")) for row in holders if not row.get("heard")
    ]
    if holders and not any(row.get("at_risk") == "yes" for row in holders):
        found.append(text("impact.scope-no-risk"))
    if answers.get("independent") != "yes":
        found.append(text("impact.scope-not-independent"))
    if not answers.get("alternatives"):
        found.append(text("impact.scope-no-alternatives"))
    if not answers.get("terms_published"):
        found.append(text("impact.scope-not-published"))
    return found


def _sources(answers: dict) -> list[dict]:
    """Give the sources of law that somebody has read, with the day, for the list at the end of the document."""
    read = law(answers)
    read = read[read["checked"].isin(["read", "summary"]) & (read["read"] != "")]
    return [
        {"title": f"{row['source']}, {row['article']}", "read": row["read"]}
        | ({"url": row["url"]} if row["url"] else {})
        for row in read.to_dict("records")
    ]


def _rows(answers: dict, table: str, caption: str) -> list:
    found = rows(answers, table)
    if not found:
        return [Paragraph(text("impact.nothing-yet"))]
    return [Table(listed(PAGE, found, inside=table, without=("url",)), caption)]
