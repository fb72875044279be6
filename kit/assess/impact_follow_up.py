"""Human rights impact assessment, fourth step: who was heard and answered, publication, monitoring, review."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.deadlines import passed
from kit.assess.page_words import label, listed, page, rows, told
from kit.assess.section import Heading, Paragraph, Section, Table
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd

PAGE = "impact-follow-up"


def check(answers: dict, *, today: date | None = None) -> None:
    """Refuse a follow-up that contradicts itself or could harm somebody.

    Parameters
    ----------
    answers : dict
        The page ``impact-follow-up``.
    today : datetime.date, optional
        The day against which the day of the review has passed.

    Raises
    ------
    MeasureError
        If people were answered before they were heard, if a report is published that could expose somebody,
        or if the day of the review has passed.

    Examples
    --------
    >>> check({"consulted": [{"who": "Traders", "on": "2027-02-01", "answered": "2027-01-01"}]})
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: Traders: answered on 2027-01-01, before they were heard on 2027-02-01.
    A day of the answer after the day of the talk was expected.
    Correct one of the two days.
    """
    for row in rows(answers, "consulted"):
        on, answered = str(row.get("on") or ""), str(row.get("answered") or "")
        if on and answered and answered < on:
            raise MeasureError(
                "impact.answered-first", who=str(row.get("who", "–"))[:40], on=on, answered=answered
            )
    if answers.get("published_on") and answers.get("exposed") == "yes":
        raise MeasureError("impact.exposing", day=answers["published_on"])
    if passed(answers.get("review_on"), today):
        raise MeasureError("impact.past-day", name=label(PAGE, "review_on"))


def due(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Give the checks in the order of their day, and whether it has passed.

    Parameters
    ----------
    answers : dict
        The page ``impact-follow-up``.
    today : datetime.date, optional
        The day against which a check is late.

    Returns
    -------
    pandas.DataFrame
        Columns ``measure``, ``indicator``, ``baseline``, ``target``, ``every``, ``who``, ``with_whom``,
        ``next`` and ``late``.

    Examples
    --------
    >>> plan = [{"measure": "M1", "next": "2027-05-01"}, {"measure": "M2", "next": "2027-02-01"}]
    >>> due({"monitoring": plan}, today=date(2027, 3, 1))[["measure", "late"]].values.tolist()
    [['M2', True], ['M1', False]]
    """
    import pandas as pd

    names = ["measure", "indicator", "baseline", "target", "every", "who", "with_whom", "next"]
    found = [{name: row.get(name, "") for name in names} for row in rows(answers, "monitoring")]
    found.sort(key=lambda row: row["next"] or "9999")
    return pd.DataFrame([row | {"late": passed(row["next"], today)} for row in found], columns=[*names, "late"])


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: who was heard, what was published, what is checked and when.

    Parameters
    ----------
    answers : dict
        The page ``impact-follow-up``, filled in or half filled in.
    today : datetime.date, optional
        As in `check`.

    Examples
    --------
    >>> section({}).unknown[0]
    'Nobody who is affected has been heard yet.'
    """
    title, parts, unknown = text("impact.follow-title"), [], []
    try:
        check(answers, today=today)
    except MeasureError as error:
        parts.append(Paragraph(" ".join(error.lines), note=True))
        unknown.append(error.lines[0])
    for table, heading in (("consulted", "follow-heard"), ("not_taken", "follow-refused")):
        found = rows(answers, table)
        if found:
            parts.append(Heading(text(f"impact.{heading}")))
            parts.append(Table(listed(PAGE, found, inside=table), text(f"impact.{heading}-table")))
    report = ("not_reached", "languages", "forms", "exposed", "published_on", "published_where", "complaints_to")
    parts += [Heading(text("impact.follow-report"))]
    parts.append(Table(told(PAGE, answers, report), text("impact.follow-report-table")))
    plan = due(answers, today=today).to_dict("records")
    if plan:
        parts.append(Heading(text("impact.follow-checks")))
        parts.append(Table(listed(PAGE, plan, inside="monitoring"), text("impact.follow-checks-table")))
    last = ("stop_when", "review_on", "differently", "next_time")
    parts += [
        Heading(text("impact.follow-review")),
        Table(told(PAGE, answers, last), text("impact.follow-review-table")),
    ]
    unknown += _unknown(answers, plan)
    return Section(title, parts, unknown=unknown, sources=page(PAGE)["sources"])


def _unknown(answers: dict, plan: list[dict]) -> list[str]:
    found, heard = [], rows(answers, "consulted")
    if not any(row.get("relation") in ("affected", "at_risk") for row in heard):
        found.append(text("impact.follow-nobody"))
    waiting = [str(row.get("who", "–")) for row in heard if not row.get("answered")]
    if waiting:
        found.append(text("impact.follow-unanswered", who=", ".join(waiting)))
    for name in ("not_reached", "published_on", "complaints_to", "stop_when", "review_on"):
        if not answers.get(name):
            found.append(text(f"impact.follow-no-{name}"))
    if answers.get("exposed") != "no":
        found.append(text("impact.follow-exposed"))
    if not plan:
        found.append(text("impact.follow-no-checks"))
    for row in plan:
        if row["late"]:
            found.append(text("impact.follow-late", name=row["measure"], day=show_day(row["next"])))
    return found
