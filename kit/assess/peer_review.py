"""Peer review between two local governments: the section of the town's document.

Source: practice of associations of local governments (Wales, South-East Europe) and of human rights cities; the
protocol of eleven steps is a rule of this kit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.page_words import answer, listed, page, rows, told
from kit.assess.peer_review_findings import finding_gaps, findings, team_gaps, visit_gaps
from kit.assess.peer_review_steps import calendar, calendar_picture, calendar_table
from kit.assess.rule_files import rules, said
from kit.assess.section import Heading, Paragraph, Picture, Points, Section, Table
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from kit.figures import AccessibleFigure

__all__ = ["calendar", "finding_gaps", "findings", "picture", "questions", "section", "team_gaps", "visit_gaps"]
PAGE = "peer-review"
AGREED = ("who_sees", "publication", "safety", "costs", "complaints_to")


def questions(answers: dict) -> list[str]:
    """Give the questions of the review.

    Raises
    ------
    MeasureError
        If there are more than the protocol allows.

    Examples
    --------
    >>> questions({"questions": [{"question": "Who is not reached?"}]})
    ['Who is not reached?']
    """
    found = [str(row.get("question") or "").strip() for row in rows(answers, "questions")]
    found, most = [one for one in found if one], rules("peer_review")["questions_at_most"]
    if len(found) > most:
        raise MeasureError("peer_review.many-questions", n=len(found), most=most)
    return found


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: agreement, calendar, team, visit, findings, what was taken home.

    Parameters
    ----------
    answers : dict
        The page ``peer-review``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        The day against which steps and recommendations are late.

    Examples
    --------
    >>> section({}).unknown[0]
    'The review has no question yet.'
    """
    parts: list = [Table(told(PAGE, answers, ("host", "peers", *AGREED)), text("peer_review.title"))]
    parts.append(Paragraph(text("peer_review.kit-rule"), note=True))
    if answers.get("threats") == "yes":
        parts.append(Paragraph(text("peer_review.threats"), note=True))
    unknown: list[str] = []
    for heading, make in (
        ("questions", _questions),
        ("calendar", _calendar),
        ("team", _team),
        ("visit", _visit),
        ("findings", _findings),
        ("home", _home),
    ):
        try:
            shown, open_ones = make(answers, today)
        except MeasureError as error:
            # One table that contradicts itself does not take the others with it.
            shown, open_ones = [Paragraph(line, note=True) for line in error.lines], [error.lines[0]]
        parts += [Heading(text(f"peer_review.heading-{heading}")), *shown]
        unknown += open_ones
    unknown += [text(f"peer_review.not-{name}") for name in AGREED if not answers.get(name)]
    return Section(text("peer_review.title"), parts, unknown=unknown, sources=page(PAGE)["sources"])


def picture(answers: dict, *, today: date | None = None) -> AccessibleFigure:
    """Draw the calendar; see `kit.assess.peer_review_steps.calendar_picture`.

    Examples
    --------
    >>> print(picture({}).caption)
    0 of 11 steps are done; 0 are late.
    """
    return calendar_picture(answers, today=today)


def _questions(answers: dict, today: date | None) -> tuple[list, list[str]]:
    found = questions(answers)
    ground = Points([said(one) for one in rules("peer_review")["ground_rules"]])
    parts: list = [Points(found, numbered=True)] if found else []
    parts += [Paragraph(text("peer_review.ground-rules")), ground]
    return parts, [] if found else [text("peer_review.no-question")]


def _calendar(answers: dict, today: date | None) -> tuple[list, list[str]]:
    table = calendar(answers, today=today)
    shown = Table(calendar_table(table), text("peer_review.table-calendar"))
    if not answers.get("visit_on"):
        return [shown], [text("peer_review.no-visit")]
    late = table[table["state"] == "late"]["label"]
    kept = table[(table["state"] == "done") & (table["where"] == "")]["label"]
    unknown = [text("peer_review.step-late", step=one) for one in late]
    return [Picture(picture(answers, today=today)), shown], unknown + [
        text("peer_review.not-kept", step=one) for one in kept
    ]


def _team(answers: dict, today: date | None) -> tuple[list, list[str]]:
    team = rows(answers, "team")
    shown = [Table(listed(PAGE, team, inside="team"), text("peer_review.table-team"))] if team else []
    return shown or [Paragraph(text("peer_review.no-team"))], team_gaps(answers)


def _visit(answers: dict, today: date | None) -> tuple[list, list[str]]:
    plan = rows(answers, "visit")
    shown = [Table(listed(PAGE, plan, inside="visit"), text("peer_review.table-visit"))] if plan else []
    return shown or [Paragraph(text("peer_review.no-plan"))], visit_gaps(answers)


def _findings(answers: dict, today: date | None) -> tuple[list, list[str]]:
    table = findings(answers, today=today)
    if table.empty:
        return [Paragraph(text("peer_review.no-findings"))], [text("peer_review.no-findings")]
    parts = [
        Table(_finding_table(table), text("peer_review.table-findings")),
        Table(_answer_table(table), text("peer_review.table-answers")),
    ]
    unknown = finding_gaps(answers, today=today)
    if answers.get("dissent"):
        parts.append(Paragraph(text("peer_review.dissent", words=answers["dissent"])))
    if answers.get("complaints_passed") != "yes":
        unknown.append(text("peer_review.complaints-open"))
    return parts, unknown


def _home(answers: dict, today: date | None) -> tuple[list, list[str]]:
    found = rows(answers, "take_home")
    given = {(row.get("side"), row.get("time")) for row in found}
    scales = rules("peer_review")["scales"]
    open_ones = [
        text("peer_review.not-asked", side=said(side["label"]), time=said(time["label"]))
        for time in scales["times"]
        for side in scales["sides"]
        if (side["value"], time["value"]) not in given
    ]
    if not found:
        return [Paragraph(text("peer_review.no-home"))], open_ones
    return [Table(listed(PAGE, found, inside="take_home"), text("peer_review.table-home"))], open_ones


def _finding_table(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = [
        {"id": row["id"], "finding": row["finding"]}
        | {"evidence": ", ".join(text(f"peer_review.{kind}") for kind in row["kinds"])}
        | {"touches": row["touches"], "standard": row["standard"]}
        | {"strength": answer(PAGE, "strength", row["strength"], inside="findings")}
        for row in table.to_dict("records")
    ]
    return _readable(pd.DataFrame(found))


def _answer_table(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = [
        {"id": row["id"], "recommendation": row["recommendation"]}
        | {"host": answer(PAGE, "host_answer", row["host_answer"], inside="findings")}
        | {"reason": row["host_reason"], "owner": row["owner"]}
        | {"by": answer(PAGE, "by", row["by"], inside="findings")}
        for row in table.to_dict("records")
    ]
    return _readable(pd.DataFrame(found))


def _readable(cells: pd.DataFrame) -> pd.DataFrame:
    cells.columns = [text(f"peer_review.column-{one}") for one in cells.columns]
    return cells.map(lambda cell: cell or "–")
