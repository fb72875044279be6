"""Changes in the tracker: a new status goes into the log, and a recommendation with several parts is split.

Nothing is overwritten: each function gives the page anew, with what was there before still in it.
"""

from __future__ import annotations

from datetime import date

from kit.assess.page_words import rows
from kit.assess.recommendations_table import PAGE, move_problem
from kit.assess.rule_files import rules
from kit.errors import MeasureError


def split(answers: dict, *, id: str, parts: list[str]) -> dict:
    """Split a recommendation with several parts into rows of their own: U1.a, U1.b.

    Parameters
    ----------
    answers : dict
        The page ``recommendations``; it is not changed.
    id : str
        Short name of the recommendation.
    parts : list of str
        The words of each part.

    Returns
    -------
    dict
        The page with the parts in the place of the row.

    Raises
    ------
    MeasureError
        If there is no such recommendation, it has a status already, or there are fewer than two parts.

    Examples
    --------
    >>> page = {"recommendations": [{"id": "U1", "words": "Do this and that."}]}
    >>> [row["id"] for row in split(page, id="U1", parts=["Do this.", "Do that."])["recommendations"]]
    ['U1.a', 'U1.b']
    """
    row = one_row(answers, id)
    if any(str(entry.get("id", "")).casefold() == id.casefold() for entry in answers.get("log") or []):
        raise MeasureError("recommendations.split-late", id=id)
    if not 2 <= len(parts) <= 26 or not all(isinstance(part, str) and part.strip() for part in parts):
        raise MeasureError("recommendations.split-parts", id=id)
    letters = "abcdefghijklmnopqrstuvwxyz"
    new = [
        row | {"id": f"{row['id']}.{letter}", "words": part.strip()}
        for letter, part in zip(letters, parts, strict=False)
    ]
    kept = answers[PAGE]
    place = kept.index(row)
    return answers | {PAGE: [*kept[:place], *new, *kept[place + 1 :]]}


def record(
    answers: dict,
    *,
    id: str,
    status: str,
    by: str,
    on: date | None = None,
    evidence: str = "",
    note: str = "",
    reader: str = "",
) -> dict:
    """Add a change of status to the log; earlier entries stay.

    Parameters
    ----------
    answers : dict
        The page ``recommendations``; it is not changed.
    id, status : str
        The recommendation and its new status.
    by : str
        The role that says so.
    on : datetime.date, optional
        Today unless given.
    evidence, note, reader : str
        As the page asks.

    Returns
    -------
    dict
        The page with one more entry.

    Raises
    ------
    MeasureError
        If there is no such recommendation or status, the move needs a note, a reader or an indicator, or the
        day lies in the future or before the last entry.

    Examples
    --------
    >>> page = {"recommendations": [{"id": "U1"}]}
    >>> record(page, id="U1", status="planned", by="Mayor", on=date(2026, 3, 1))["log"]
    [{'id': 'U1', 'on': '2026-03-01', 'status': 'planned', 'by': 'Mayor'}]
    """
    row, on = one_row(answers, id), on or date.today()
    known = [one["value"] for one in rules(PAGE)["scales"]["status"]]
    if status not in known:
        raise MeasureError("recommendations.no-status", status=status, known=", ".join(known))
    earlier = [entry for entry in answers.get("log") or [] if str(entry.get("id", "")).casefold() == id.casefold()]
    last = sorted(earlier, key=lambda entry: str(entry.get("on")))[-1] if earlier else {}
    if on > date.today() or on.isoformat() < str(last.get("on", "")):
        raise MeasureError("recommendations.day", day=on, last=last.get("on", "–"))
    entry = {"id": row["id"], "on": on.isoformat(), "status": status, "by": by}
    entry |= {name: said for name, said in (("evidence", evidence), ("note", note), ("reader", reader)) if said}
    problem = move_problem(row, str(last.get("status", "not_started")), entry)
    if problem:
        raise problem
    return answers | {"log": [*(answers.get("log") or []), entry]}


def one_row(answers: dict, id: str) -> dict:
    """Give the row of a recommendation as the page holds it.

    Raises
    ------
    MeasureError
        If there is none of that short name.

    Examples
    --------
    >>> one_row({"recommendations": [{"id": "U1"}]}, "u1")
    {'id': 'U1'}
    """
    found = [
        row
        for row in rows(answers, PAGE)
        if str(row.get("id", "")).strip().casefold() == str(id).strip().casefold()
    ]
    if not found:
        raise MeasureError("recommendations.none", id=str(id)[:40], n=len(rows(answers, PAGE)))
    return found[0]
