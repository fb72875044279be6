"""Terms of reference for an independent evaluation: what they cover, whether they are independent, in which order.

Source: OECD DAC Network on Development Evaluation (2019), for the six criteria; UN Evaluation Group (2014), for
human rights in evaluations. The conditions of independence and the order of the steps are rules of this kit.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from kit.assess.page_words import label, rows
from kit.assess.rule_files import rules, said, scale
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

PAGE = "evaluation-terms"
RULES = "evaluation_terms"
NEEDED = ("decision", "affected", "questions_with", "group", "questions", "steps", "team", "forms", "answer_by")


def cover(answers: dict) -> pd.DataFrame:
    """Give each criterion and each principle with the questions that look at it: an empty one is a blind side.

    Parameters
    ----------
    answers : dict
        The page ``evaluation-terms``.

    Returns
    -------
    pandas.DataFrame
        Columns ``kind`` (``"criterion"`` or ``"principle"``), ``name``, ``label`` and ``questions`` (numbers).

    Examples
    --------
    >>> found = cover({"questions": [{"criterion": "impact", "principles": ["participation"]}]})
    >>> found[found["questions"].map(len) > 0]["name"].tolist()
    ['impact', 'participation']
    """
    import pandas as pd

    asked, found = list(enumerate(rows(answers, "questions"), start=1)), []
    for kind, field, name in (("criterion", "criterion", "criteria"), ("principle", "principles", "principles")):
        for one in scale(f"{RULES}.{name}"):
            numbers = [n for n, row in asked if one["value"] in _listed(row.get(field))]
            words = said(one["label"]).split(":")[0]
            found.append({"kind": kind, "name": one["value"], "label": words, "questions": numbers})
    return pd.DataFrame(found)


def independence(answers: dict) -> pd.DataFrame:
    """Give the conditions of independence with their answers.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``condition``, ``answer`` (``"yes"``, ``"no"``, ``"unknown"`` or empty) and ``must``:
        without this one, terms are not published.

    Examples
    --------
    >>> found = independence({"last_word": "no"})
    >>> found[found["must"]][["name", "answer"]].values.tolist()
    [['last_word', 'no'], ['all_published', '']]
    """
    return _conditions(answers, "independence")


def ethics(answers: dict) -> pd.DataFrame:
    """Give the conditions of care for those who are asked, as `independence` does.

    Examples
    --------
    >>> ethics({"consent": "yes"})["answer"].tolist()
    ['yes', '', '', '', '']
    """
    return _conditions(answers, "ethics")


def steps(answers: dict, *, strict: bool = True) -> pd.DataFrame:
    """Give the steps in their order, each with its day.

    Parameters
    ----------
    answers : dict
        The page ``evaluation-terms``.
    strict : bool
        Refuse days that contradict the order; if not, give what can be read.

    Returns
    -------
    pandas.DataFrame
        Columns ``step``, ``label``, ``on`` (empty where no day is set) and ``who``.

    Raises
    ------
    MeasureError
        For a step that is none, a step with two days or without one, or a step before the one it follows.

    Examples
    --------
    >>> found = steps({"steps": [{"step": "draft", "on": "2027-05-01"}, {"step": "terms", "on": "2027-01-15"}]})
    >>> found[found["on"] != ""]["step"].tolist()
    ['terms', 'draft']
    """
    import pandas as pd

    known = {one["value"]: said(one["label"]) for one in scale(f"{RULES}.steps")}
    given: dict[str, dict] = {}
    for row in rows(answers, "steps"):
        name, on = row.get("step"), str(row.get("on") or "")
        try:
            if not isinstance(name, str) or name not in known:
                raise MeasureError("evaluation_terms.step-unknown", step=str(name)[:30])
            if name in given:
                raise MeasureError("evaluation_terms.step-twice", step=known[name])
            if not _is_day(on):
                raise MeasureError("evaluation_terms.no-day", step=known[name], on=on[:20] or "–")
        except MeasureError:
            if strict:
                raise
            continue
        given[name] = {"on": on, "who": row.get("who") or ""}
    found = [
        {"step": name, "label": words} | given.get(name, {"on": "", "who": ""}) for name, words in known.items()
    ]
    if strict:
        dated = [row for row in found if row["on"]]
        for before, after in pairwise(dated):
            if after["on"] < before["on"]:
                gaps = {"later": after["label"], "on": after["on"]}
                gaps |= {"earlier": before["label"], "before": before["on"]}
                raise MeasureError("evaluation_terms.steps-order", **gaps)
    return pd.DataFrame(found)


def check(answers: dict) -> None:
    """Refuse terms that contradict themselves.

    Raises
    ------
    MeasureError
        For a time looked at that ends before it begins, money below 0, or steps as in `steps`.

    Examples
    --------
    >>> check({"budget": -5})
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: The money is -5.
    An amount from 0 on was expected.
    Correct it; leave it empty if it is not known.
    """
    begins, ends, budget = (answers.get(name) or "" for name in ("begins", "ends", "budget"))
    if begins and ends and str(ends) < str(begins):
        raise MeasureError("evaluation_terms.ends-first", begins=str(begins)[:10], ends=str(ends)[:10])
    if isinstance(budget, (int, float)) and budget < 0:
        raise MeasureError("evaluation_terms.negative-budget", budget=budget)
    steps(answers)


def gaps(answers: dict) -> list[str]:
    """Say in words what the terms still lack.

    Examples
    --------
    >>> gaps({"decision": "Council, June 2027"})[0]
    'Nobody is named whom it concerns.'
    """
    found = [text(f"evaluation_terms.no-{name}") for name in NEEDED if not answers.get(name)]
    if answers.get("budget") is None:
        found.append(text("evaluation_terms.no-budget"))
    elif answers.get("funding") != "secured":
        found.append(text("evaluation_terms.not-secured"))
    for table in (independence(answers), ethics(answers)):
        for row in table.to_dict("records"):
            if row["answer"] != "yes":
                key = "not-so" if row["answer"] == "no" else "not-yet"
                found.append(text(f"evaluation_terms.{key}", what=row["condition"]))
    return found + _questions(answers) + _calendar(answers)


def ready(answers: dict, *, today: date | None = None) -> None:
    """Refuse to publish terms that are not complete, not independent, or dated back.

    Parameters
    ----------
    answers : dict
        The page ``evaluation-terms``.
    today : datetime.date, optional
        The day from which terms can be published.

    Raises
    ------
    MeasureError
        As for `check`; if the day of publication has passed; if a condition that must hold does not, or another
        one does not and no reason is written; or if something essential is missing.

    Examples
    --------
    >>> ready({"no_design": "no"})
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: It cannot be called independent: condition 1 of the form is not met.
    A yes, or a reason with what is done instead, was expected.
    Change the condition, or write the reason; it will be published.
    """
    check(answers)
    days = steps(answers).set_index("step")["on"]
    first = days.get("terms", "")
    if first and first < (today or date.today()).isoformat():
        raise MeasureError("evaluation_terms.already-past", day=first)
    for number, row in enumerate(independence(answers).to_dict("records"), start=1):
        if row["answer"] != "yes" and (row["must"] or not answers.get("not_why")):
            raise MeasureError("evaluation_terms.not-independent", n=number)
    needed = [text(f"evaluation_terms.no-{name}") for name in NEEDED if not answers.get(name)]
    needed += [] if answers.get("budget") is not None else [text("evaluation_terms.no-budget")]
    if needed:
        raise MeasureError("evaluation_terms.not-ready", what=needed[0])


def _questions(answers: dict) -> list[str]:
    found = []
    for number, row in enumerate(rows(answers, "questions"), start=1):
        if len(_listed(row.get("methods"))) < 2:
            found.append(text("evaluation_terms.one-way", n=number))
        if not row.get("yardstick"):
            found.append(text("evaluation_terms.no-yardstick", n=number))
    table = cover(answers)
    empty = table[table["questions"].map(len) == 0]["label"].tolist()
    if empty and rows(answers, "questions"):
        found.append(text("evaluation_terms.uncovered", names="; ".join(empty)))
    return found


def _calendar(answers: dict) -> list[str]:
    table, most = steps(answers, strict=False), rules(RULES)["days_for_facts"]
    missing, found = table[table["on"] == ""]["label"].tolist(), []
    if missing and len(missing) < len(table):
        found.append(text("evaluation_terms.missing-steps", names="; ".join(missing)))
    days = table.set_index("step")["on"]
    if days.get("draft") and days.get("facts"):
        number = (date.fromisoformat(days["facts"]) - date.fromisoformat(days["draft"])).days
        if number > most:
            found.append(text("evaluation_terms.long-facts", n=number, most=most))
    return found


def _conditions(answers: dict, which: str) -> pd.DataFrame:
    import pandas as pd

    found = []
    for name in rules(RULES)[which]:
        given = answers.get(name)
        words = label(PAGE, name)
        condition = words.split(". ", 1)[1] if which == "independence" else words
        known = given if given in ("yes", "no", "unknown") else ""
        must = name in rules(RULES)["must"]
        found.append({"name": name, "condition": condition, "answer": known, "must": must})
    return pd.DataFrame(found)


def _listed(given: object) -> list:
    return given if isinstance(given, list) else [given] if given else []


def _is_day(given: str) -> bool:
    try:
        return date.fromisoformat(given).isoformat() == given
    except ValueError:
        return False
