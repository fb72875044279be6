"""Recommendations with the status of local action, read from the page and its log of changes.

The status stands in the log, never in the row: what was true earlier stays readable. The order of the
status and the moves allowed are rules of this kit. Official grades stand apart, each with its scale.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from kit.assess.page_words import question, rows
from kit.assess.rule_files import rules
from kit.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd

PAGE = "recommendations"


def recommendations(answers: dict | pd.DataFrame, *, strict: bool = True) -> pd.DataFrame:
    """Give every recommendation with the status of local action.

    Parameters
    ----------
    answers : dict or pandas.DataFrame
        The page ``recommendations``, or what `kit.assess.recommendations.read` gave. A table that this
        function gave, or a part of it, is taken as it is: so a part can be counted.
    strict : bool
        False leaves a row that contradicts itself in, with the first line of what is wrong in ``problem``.

    Returns
    -------
    pandas.DataFrame
        The questions of the page; ``groups`` as a list; and from the log ``status``, ``status_on``,
        ``said_by``, ``evidence``, ``note``, ``reader``. Then ``closed`` and ``problem``.

    Raises
    ------
    MeasureError
        If two rows have the same short name, a treaty body's recommendation is called supported or noted,
        an official grade lacks its scale, day or paragraph or is not on the scale, or the log contradicts
        itself.

    Examples
    --------
    >>> page = {"recommendations": [{"id": "U1", "mechanism": "upr", "reply": "noted"}],
    ...         "log": [{"id": "U1", "on": "2026-03-01", "status": "planned", "by": "Mayor"}]}
    >>> recommendations(page)[["id", "reply", "status"]].values.tolist()
    [['U1', 'noted', 'planned']]
    """
    import pandas as pd

    if isinstance(answers, pd.DataFrame):
        return answers
    entries, lists = log(answers, strict=strict), rules(PAGE)
    fields, found, seen = _fields(), [], set()
    for number, given in enumerate(rows(answers, PAGE), start=1):
        row = {name: _answer(given.get(name)) for name in fields}
        row["id"] = row["id"] or f"R{number}"
        name = row["id"].casefold()
        row["groups"] = [part.strip() for part in row["groups"].split(";") if part.strip()]
        last, wrong = _latest(entries.get(name, []), row)
        problem = _contradiction(row, lists, twice=name in seen) or wrong
        seen.add(name)
        if problem and strict:
            raise problem
        row |= last | {"problem": problem.lines[0] if problem else ""}
        row["closed"] = row["status"] in lists["closed"]
        found.append(row)
    if strict and (stray := _stray(entries, seen)):
        raise stray
    columns = [*fields, "status", "status_on", "said_by", "evidence", "note", "reader", "closed", "problem"]
    return pd.DataFrame(found, columns=columns)


def log(answers: dict, *, strict: bool = True) -> dict[str, list[dict]]:
    """Give the log of changes, by recommendation and in the order of the days.

    Parameters
    ----------
    answers : dict
        The page ``recommendations``.
    strict : bool
        False leaves out entries without a day or a status.

    Raises
    ------
    MeasureError
        If an entry has no day, or no status of the list.

    Examples
    --------
    >>> page = {"log": [{"id": "U1", "on": "2026-03-01", "status": "planned"}]}
    >>> [entry["status"] for entry in log(page)["u1"]]
    ['planned']
    """
    known, found = _status(), {}
    for number, given in enumerate(rows(answers, "log"), start=1):
        entry = {
            name: _answer(given.get(name)) for name in ("id", "on", "status", "by", "evidence", "note", "reader")
        }
        if day(entry["on"]) is None or entry["status"] not in known:
            if strict:
                raise MeasureError("recommendations.log-entry", number=number, known=", ".join(known))
            continue
        found.setdefault(entry["id"].casefold(), []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: entry["on"])  # of two on one day, the one written later counts
    return found


def log_problem(answers: dict, table: pd.DataFrame) -> MeasureError | None:
    """Say what is wrong with the log as a whole; ``None`` if nothing is.

    Examples
    --------
    >>> page = {"log": [{"id": "U1", "on": "2026-03-01", "status": "planned"}]}
    >>> print(log_problem(page, recommendations(page, strict=False)).lines[0])
    The log speaks of "U1", which is not in the list.
    """
    try:
        entries = log(answers)
    except MeasureError as error:
        return error
    return _stray(entries, {name.casefold() for name in table["id"]})


def move_problem(row: dict, before: str, entry: dict) -> MeasureError | None:
    """Say why a change of status may not be made; ``None`` if it may.

    Examples
    --------
    >>> problem = move_problem({"id": "U1"}, "measures_taken", {"status": "planned"})
    >>> print(problem.lines[0])
    U1 moves back from measures_taken to planned without a note.
    """
    order, status, name = rules(PAGE)["status_order"], entry.get("status"), row["id"]
    if before in order and status in order and order.index(status) < order.index(before) and not entry.get("note"):
        return MeasureError("recommendations.back", id=name, before=before, after=status)
    if status == "refused" and not entry.get("note"):
        return MeasureError("recommendations.refused", id=name)
    if status == "change_shown" and not (row.get("indicator") and entry.get("reader")):
        return MeasureError("recommendations.change", id=name)
    if status == "not_in_power" and not (row.get("power_holder") and row.get("told_on")):
        return MeasureError("recommendations.power", id=name)
    if status == "not_in_power" and row.get("power") == "own":
        return MeasureError("recommendations.own-power", id=name)
    return None


def official_scale(name: str) -> dict | None:
    """Give a published grading scale by its short name.

    Examples
    --------
    >>> [grade["value"] for grade in official_scale("ccpr_2017")["grades"]]
    ['a', 'b', 'c', 'd', 'e']
    """
    return next((scale for scale in rules(PAGE)["official_scales"] if scale["id"] == name), None)


def day(value: object) -> date | None:
    """Give a day of the page as a date; what is no day is none.

    Examples
    --------
    >>> day("2027-01-31"), day("")
    (datetime.date(2027, 1, 31), None)
    """
    try:
        return date.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None


def _stray(entries: dict[str, list[dict]], known: set[str]) -> MeasureError | None:
    unknown = entries.keys() - known
    return MeasureError("recommendations.log-unknown", id=entries[min(unknown)][0]["id"]) if unknown else None


@cache
def _fields() -> tuple[str, ...]:
    from kit.assess.page_words import page

    return tuple(one["id"] for field in page(PAGE)["fields"] if field["id"] == PAGE for one in field["fields"])


@cache
def _status() -> tuple[str, ...]:
    return tuple(one["value"] for one in question(PAGE, "status", inside="log")["choices"])


def _answer(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _latest(entries: list[dict], row: dict) -> tuple[dict, MeasureError | None]:
    before, wrong = "not_started", None
    for entry in entries:
        wrong = wrong or move_problem(row, before, entry)
        before = entry["status"]
    last = entries[-1] if entries else {}
    kept = {name: last.get(name, "") for name in ("evidence", "note", "reader")}
    return {"status": before, "status_on": last.get("on", ""), "said_by": last.get("by", "")} | kept, wrong


def _contradiction(row: dict, lists: dict, *, twice: bool) -> MeasureError | None:
    name = row["id"]
    if twice:
        return MeasureError("recommendations.twice", id=name)
    if row["reply"] and row["mechanism"] and row["mechanism"] not in lists["reply_bodies"]:
        return MeasureError("recommendations.reply", id=name)
    given = [bool(row[key]) for key in ("official_scale", "official_grade", "official_on", "official_where")]
    if any(given) and not all(given):
        return MeasureError("recommendations.official", id=name)
    scale = official_scale(row["official_scale"]) if row["official_scale"] else None
    if scale is None:
        return None
    grades = [grade["value"] for grade in scale["grades"]]
    if row["official_grade"].casefold() not in grades:
        known = ", ".join(grade.upper() if len(grade) < 3 else grade for grade in grades)
        return MeasureError("recommendations.grade", id=name, grade=row["official_grade"], known=known)
    on = row["official_on"]
    if (scale["since"] and on < scale["since"]) or (scale["until"] and on > scale["until"]):
        return MeasureError("recommendations.scale-years", id=name, day=on, since=scale["since"] or "–",
                            until=scale["until"] or "–")  # fmt: skip
    return None
