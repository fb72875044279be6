"""The rights register: every impact with its grade, its evidence and its measures; and what contradicts itself.

One row for each right, group and impact. An impact without evidence stays in the register and counts as
*claimed*. What contradicts itself is refused, because a wrong grade would decide what comes first.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from kit.assess.deadlines import passed
from kit.assess.impact_severity import LEVELS, graded, level_number, place
from kit.assess.page_words import rows
from kit.assess.rule_files import rules
from kit.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [
    "id", "right", "legal_source", "option", "what", "holders", "group", "timing", *LEVELS, "likelihood",
    "severity", "second", "lowest", "at_least", "do_not_wait", "scope_alone", "basis", "evidence", "view",
    "measures", "refused", "residual", "review_on", "problem",
]  # fmt: skip
TYPES = ("avoid", "reduce", "restore", "remediate")


def register(answers: dict, *, strict: bool = True) -> pd.DataFrame:
    """Give the rights register: actual impacts first, then potential ones, each list by severity.

    Parameters
    ----------
    answers : dict
        The page ``impact``, filled in or half filled in.
    strict : bool
        Refuse what contradicts itself. If not, such an impact stays without a grade at the end, and
        ``problem`` says in words what is wrong.

    Returns
    -------
    pandas.DataFrame
        A row for each impact: its answers, the levels as numbers, ``severity`` (missing while one of the
        three levels is), ``at_least`` (what the levels known so far already say), ``do_not_wait``,
        ``scope_alone``, ``basis`` (``"evidence"`` or ``"claimed"``), ``measures`` (short names) and ``problem``.

    Raises
    ------
    MeasureError
        For a likelihood without severity, an actual impact with a likelihood, a severity left that is above
        the severity or below it without a measure done, a short name used twice, evidence that is not there.

    Examples
    --------
    >>> impacts = [{"id": "I1", "right": "housing", "timing": "actual", "scale": "l4", "scope": "l1",
    ...             "irremediability": "l3"}]
    >>> register({"impacts": impacts})[["id", "severity", "do_not_wait", "basis"]].values.tolist()
    [['I1', 4, True, 'claimed']]
    """
    import pandas as pd

    known, plans = _names(answers, "evidence", strict), measures(answers, strict=strict)
    found, seen = [], set()
    for number, row in enumerate(rows(answers, "impacts"), start=1):
        row = row | {"id": str(row.get("id") or f"#{number}")}
        problem = ""
        try:
            if row["id"].casefold() in seen:
                raise MeasureError("impact.twice", name=row["id"], table="impacts")
            grade = _grade(row)
            _check_residual(row, grade["severity"], plans)
            _check_evidence(row, known)
            _check_option(row, answers)
        except MeasureError as error:
            if strict:
                raise
            grade, problem = _no_grade(row), " ".join(error.lines)
        seen.add(row["id"].casefold())
        mine = [plan for plan in plans.to_dict("records") if row["id"].casefold() in plan["for"]]
        found.append(
            {name: row.get(name, "") for name in COLUMNS}
            | grade
            | {
                "option": row.get("option") or "all",
                "basis": "evidence" if names_in(row.get("evidence")) else "claimed",
                "evidence": names_in(row.get("evidence")),
                "measures": [plan["id"] for plan in mine],
                "residual": None if problem else level_number(row.get("residual"), "scale"),
                "problem": problem,
            }
        )
    found.sort(key=lambda row: (row["severity"] is None, place(row) if row["severity"] else ()))
    table = pd.DataFrame(found, columns=COLUMNS)
    for name in (*LEVELS, "likelihood", "severity", "second", "lowest", "at_least", "residual"):
        table[name] = table[name].astype("Int64")
    return table


def measures(answers: dict, *, strict: bool = True, today: date | None = None) -> pd.DataFrame:
    """Give the measures in the order of the hierarchy: avoid, reduce, restore, remediate.

    Parameters
    ----------
    answers : dict
        The page ``impact``.
    strict : bool
        As in `register`.
    today : datetime.date, optional
        The day against which a measure is late.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``for`` (impacts, in small letters), ``type``, ``what``, ``owner``, ``funding``,
        ``start``, ``due``, ``status`` (``"late"`` where the day has passed and it is not done), and the rest
        of its answers.

    Raises
    ------
    MeasureError
        If a short name is used twice, a measure is due before it begins, is said to be done without
        anything that shows it, or is for an impact that is not in the register.

    Examples
    --------
    >>> plan = {"id": "M1", "impacts": "I1", "type": "avoid", "due": "2026-01-31", "status": "running"}
    >>> answers = {"impacts": [{"id": "I1"}], "measures": [plan]}
    >>> measures(answers, today=date(2026, 11, 25))["status"].tolist()
    ['late']
    """
    import pandas as pd

    today = today or date.today()
    impacts = {str(row.get("id", "")).casefold() for row in rows(answers, "impacts")}
    _names(answers, "measures", strict)
    names = ["id", "for", "type", "what", "why_not_avoid", "owner", "budget_line", "funding", "start", "due"]
    names += ["indicator", "agreed_with", "objections", "status", "proof", "problem"]
    found = []
    for number, row in enumerate(rows(answers, "measures"), start=1):
        row = row | {"id": str(row.get("id") or f"#{number}")}
        problem = ""
        try:
            _check_measure(row, impacts)
        except MeasureError as error:
            if strict:
                raise
            problem = " ".join(error.lines)
        late = row.get("status") not in ("done", "stopped") and passed(row.get("due"), today)
        found.append(
            dict.fromkeys(names, "")
            | row
            | {"for": [name.casefold() for name in names_in(row.get("impacts"))]}
            | {"status": "late" if late else row.get("status", ""), "problem": problem}
        )
    found.sort(key=lambda row: TYPES.index(row["type"]) if row.get("type") in TYPES else len(TYPES))
    return pd.DataFrame(found, columns=names)


def names_in(typed: object) -> list[str]:
    """Give the short names in an answer, written with commas, semicolons, blanks or *and*.

    Examples
    --------
    >>> names_in("E1, E3 and E4"), names_in(None)
    (['E1', 'E3', 'E4'], [])
    """
    words = re.split(r"[\s,;]+", str(typed or ""))
    return list(dict.fromkeys(word for word in words if word and word.casefold() not in ("and", "y", "e")))


def legal_sources(right: str) -> pd.DataFrame:
    """Give the treaty articles to look at first for a right: a list to start from, not a legal opinion.

    Parameters
    ----------
    right : str
        As in the register, ``"housing"``.

    Raises
    ------
    MeasureError
        If the right is not in the list.

    Examples
    --------
    >>> legal_sources("privacy")["articles"].tolist()
    ['17', '16', '22']
    """
    import pandas as pd

    from kit.assess.rule_files import said

    listed = rules("impact_rights")
    known = {one["value"]: one for one in listed["scales"]["rights"]}
    if right not in known:
        raise MeasureError("impact.unknown-right", right=str(right)[:40])
    articles = known[right].get("articles", {})
    return pd.DataFrame(
        [
            {"treaty": said(one["name"]), "articles": articles[one["id"]], "adopted_by": one["adopted_by"]}
            for one in listed["treaties"]
            if one["id"] in articles
        ],
        columns=["treaty", "articles", "adopted_by"],
    )


def _grade(row: dict) -> dict:
    numbers = {one: level_number(row.get(one), one) for one in LEVELS}
    likelihood = level_number(row.get("likelihood"), "likelihood")
    if likelihood is None and None in numbers.values():  # not rated yet is no contradiction
        return _no_grade(row)
    found = graded(row)
    return found | {"at_least": found["severity"]}


def _no_grade(row: dict) -> dict:
    numbers = {}
    for name in (*LEVELS, "likelihood"):
        try:
            numbers[name] = level_number(row.get(name), name)
        except MeasureError:
            numbers[name] = None
    known = [numbers[one] for one in LEVELS if numbers[one] is not None]
    final = numbers["irremediability"]
    return numbers | {
        "timing": row.get("timing", ""),
        "severity": None,
        "second": None,
        "lowest": None,
        "at_least": max(known, default=None),
        "do_not_wait": final is not None and final >= rules("impact")["do_not_wait_from"],
        "scope_alone": False,
    }


def _check_residual(row: dict, severity: int | None, plans: pd.DataFrame) -> None:
    residual = level_number(row.get("residual"), "scale")
    if residual is None:
        return
    if severity is None:
        raise MeasureError("impact.residual-alone", impact=row["id"])
    if residual > severity:
        raise MeasureError("impact.residual-above", impact=row["id"], residual=residual, severity=severity)
    done = [plan for plan in plans.to_dict("records") if plan["status"] == "done"]
    if residual < severity and not any(row["id"].casefold() in plan["for"] for plan in done):
        raise MeasureError("impact.residual-undone", impact=row["id"], residual=residual, severity=severity)


def _check_evidence(row: dict, known: set[str]) -> None:
    for name in names_in(row.get("evidence")):
        if name.casefold() not in known:
            raise MeasureError("impact.unknown-evidence", impact=row["id"], name=name)


def _check_option(row: dict, answers: dict) -> None:
    letters = {option.get("letter") for option in rows(answers, "options")}
    if letters and row.get("option") not in (None, "", "all", *letters):
        raise MeasureError("impact.unknown-option", impact=row["id"], option=str(row["option"]).upper())


def _check_measure(row: dict, impacts: set[str]) -> None:
    for name in names_in(row.get("impacts")):
        if name.casefold() not in impacts:
            raise MeasureError("impact.unknown-impact", measure=row["id"], impact=name)
    start, due = str(row.get("start") or ""), str(row.get("due") or "")
    if start and due and due < start:
        raise MeasureError("impact.due-first", measure=row["id"], start=start, due=due)
    if row.get("status") == "done" and not row.get("proof"):
        raise MeasureError("impact.done-unproved", measure=row["id"])


def _names(answers: dict, table: str, strict: bool) -> set[str]:
    found: set[str] = set()
    for row in rows(answers, table):
        name = str(row.get("id") or "").casefold()
        if name and name in found and strict:
            raise MeasureError("impact.twice", name=row["id"], table=table)
        found.add(name)
    return found - {""}
