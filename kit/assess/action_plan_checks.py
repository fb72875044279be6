"""What an action plan still lacks, in words; and how far each measure has come."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kit.assess.action_plan_choice import Choice
from kit.assess.action_plan_measures import measures
from kit.assess.action_plan_model import read_problem
from kit.assess.rule_files import rules
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd


def checks(answers: dict, *, choice: Choice | None = None, today: date | None = None) -> pd.DataFrame:
    """Say what is missing or does not hold, need by need and measure by measure.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.
    choice : Choice, optional
        The plan; with it, first steps are held against the day on which their measure begins.
    today : datetime.date, optional
        The day against which days have passed.

    Returns
    -------
    pandas.DataFrame
        Columns ``id`` (of the need or measure), ``check`` (its kind) and ``words``.

    Raises
    ------
    MeasureError
        If the page contradicts itself.

    Examples
    --------
    >>> one = {"id": "M1", "needs": "I1", "owner": "Mayor", "due": "2026-06-30", "status": "done"}
    >>> page = {"needs": [{"id": "I1", "ground": "severe_impact"}], "measures": [one]}
    >>> found = checks(page, today=date(2026, 11, 25))
    >>> found.loc[found["check"] == "no-evidence", "words"].item()
    'M1 is called done without evidence.'
    """
    import pandas as pd

    today, lists, found = today or date.today(), rules("action_plan"), []
    problem = read_problem(answers)
    taken = choice.chosen if choice else None

    def say(name: str, check: str, **gaps: object) -> None:
        found.append({"id": name, "check": check, "words": text(f"action_plan.check-{check}", name=name, **gaps)})

    asked = {need for one in problem.measures if one["status"] != "stopped" for need in one["needs"]}
    for need in problem.needs:
        if need["ground"] in lists["first_grounds"] and need["id"] not in asked and not need["refusal"]:
            say(need["id"], "no-measure")
        if not need["holders"]:
            say(need["id"], "no-holders")
    for one in problem.measures:
        name = one["id"]
        if one["status"] == "done" and not one["evidence"]:
            say(name, "no-evidence")
        if one["status"] in ("stopped", "superseded") and not one["reason"]:
            say(name, "no-reason")
        if one["over"] or (taken is not None and name not in taken):
            continue
        begins = problem.periods[taken[name]]["begins"] if taken else None
        _answerable(one, begins, say, today, lists["first_step_days"])
        _measurable(one, say)
        if one["cost"] is None or one["staff_days"] is None:
            say(name, "no-amount")
        if one["funding"] in ("", "none"):
            say(name, "no-funding")
        if not one["change"]:
            say(name, "no-change")
        if one["risk"] == "high" and not one["risk_words"]:
            say(name, "no-risk-words")
        if one["power"] == "none" and not one["partners"]:
            say(name, "no-power")
        if not one["consulted"]:
            say(name, "not-consulted")
    owners = Counter(one["owner"] for one in problem.weighed if one["owner"])
    for owner, many in owners.items():
        if many > lists["owner_limit"]:
            say(owner, "too-many", n=many, most=lists["owner_limit"])
    return pd.DataFrame(found, columns=["id", "check", "words"])


def follow_up(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Show how far each measure has come; what is open after its deadline is late.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.
    today : datetime.date, optional
        The day against which deadlines have passed.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``action``, ``owner``, ``due``, ``status`` (``"late"`` added), ``evidence``,
        ``reason`` and ``holders_view``. *Done* is about the measure; whether a right is enjoyed better is
        read from its indicator.

    Raises
    ------
    MeasureError
        If the page contradicts itself.

    Examples
    --------
    >>> page = {"measures": [{"id": "M1", "due": "2026-06-30", "status": "running"}]}
    >>> follow_up(page, today=date(2026, 11, 25))["status"].tolist()
    ['late']
    """
    table = measures(answers)
    today = today or date.today()
    late = [
        not over and due is not None and due < today for over, due in zip(table["over"], table["due"], strict=True)
    ]
    table["status"] = ["late" if one else status for one, status in zip(late, table["status"], strict=True)]
    return table[["id", "action", "owner", "due", "status", "evidence", "reason", "holders_view"]]


def _answerable(one: dict, begins: date | None, say: Callable[..., None], today: date, days: int) -> None:
    name = one["id"]
    if not one["owner"]:
        say(name, "no-owner")
    elif re.search(r"[;,/+]", one["owner"]):
        say(name, "owners", owner=one["owner"])
    if one["due"] is None:
        say(name, "no-due")
    elif one["due"] < today:
        say(name, "late", day=show_day(one["due"].isoformat()))
    if not one["first_step"] or one["first_step_by"] is None:
        say(name, "no-first-step", days=days)
        return
    by = show_day(one["first_step_by"].isoformat())
    if one["due"] and one["first_step_by"] > one["due"]:
        say(name, "first-step-after", day=by)
    elif begins and one["first_step_by"] > begins + timedelta(days=days):
        say(name, "first-step-late", day=by, begins=show_day(begins.isoformat()), days=days)
    elif one["first_step_by"] < today and one["status"] == "planned":
        say(name, "first-step-passed", day=by)


def _measurable(one: dict, say: Callable[..., None]) -> None:
    if not one["indicator"]:
        say(one["id"], "no-indicator")
    elif one["baseline"] is None or one["target"] is None:
        say(one["id"], "no-target")
    elif one["baseline"] == one["target"]:
        say(one["id"], "same-target")
    elif one["direction"] and (one["target"] > one["baseline"]) != (one["direction"] == "up"):
        say(one["id"], "wrong-way")
