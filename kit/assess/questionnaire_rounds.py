"""The rounds of the UN questionnaire: their questions, what is asked when, and who answers; never mixed.

Questions stand in ``pages/questionnaire_<round>.json``, lists and rounds in ``rules/questionnaire.json``.

Source: OHCHR calls for inputs on Human Rights Council resolutions 51/12 (2023) and 57/12 (2025), in own words;
what could not be read in the calls themselves is marked as rebuilt.
"""

from __future__ import annotations

from functools import cache

from kit.assess.page_words import page
from kit.assess.rule_files import rules, said
from kit.errors import MeasureError


def round_of(name: str) -> dict:
    """Give a round of the questionnaire.

    Parameters
    ----------
    name : str
        The year of the call, ``"2023"``.

    Raises
    ------
    MeasureError
        If there is no such round.

    Examples
    --------
    >>> [question["ref"] for question in round_of("2023")["questions"]][:4]
    ['A1', 'A1a', 'A1b', 'A1c']
    """
    found = [one for one in rules("questionnaire")["rounds"] if one["round"] == str(name)]
    if not found:
        known = ", ".join(one["round"] for one in rules("questionnaire")["rounds"])
        raise MeasureError("questionnaire.no-round", round=str(name)[:20], known=known)
    return found[0]


@cache
def fields(name: str) -> dict[str, dict]:
    """Give the questions that are asked once, by short name.

    Examples
    --------
    >>> list(fields("2023"))[:3]
    ['r_informed', 'r_type', 'r_level']
    """
    return {one["id"]: one for one in page(f"questionnaire-{name}")["fields"] if one["kind"] != "rows"}


@cache
def repeats(name: str) -> dict[str, dict[str, dict]]:
    """Give the questions that are asked for each initiative or example, by the name of their table.

    Examples
    --------
    >>> list(repeats("2023")), list(repeats("2025"))
    (['a1_item', 'b5_item'], ['b5_item'])
    """
    return {
        one["id"]: {inside["id"]: inside for inside in one["fields"]}
        for one in page(f"questionnaire-{name}")["fields"]
        if one["kind"] == "rows"
    }


def choices(field: dict) -> dict[str, dict]:
    """Give the choices of a question with their words in all languages; none for text and numbers.

    Examples
    --------
    >>> choices({"kind": "yes_no_unknown"})["unknown"]["en"]
    'Not known'
    """
    if field["kind"] == "yes_no_unknown":
        return YES_NO_UNKNOWN
    return {one["value"]: one["label"] for one in field.get("choices", [])}


YES_NO_UNKNOWN = {
    "yes": {"en": "Yes", "es": "Sí"},
    "no": {"en": "No", "es": "No"},
    "unknown": {"en": "Not known", "es": "No se sabe"},
}


def is_asked(name: str, field: str, answers: dict) -> bool:
    """Tell whether a question is asked, given the answers so far.

    Examples
    --------
    >>> is_asked("2023", "r_level", {"r_type": "cso"}), is_asked("2023", "b2_stage", {"b2_mech": ["upr"]})
    (False, True)
    """
    rule = round_of(name)["when"].get(field)
    if rule is None:
        return True
    answer = answers.get(rule["field"])
    given = answer if isinstance(answer, list) else [] if answer is None else [answer]
    if "is" in rule:
        return rule["is"] in given
    if "is_not" in rule:
        return rule["is_not"] not in given
    return bool(given) if rule.get("answered") else any(one in rule["is_one_of"] for one in given)


def stakeholder(kind: str) -> str:
    """Tell to which of the stakeholder kinds somebody belongs who answers; ``"others"`` if to none of the four.

    Examples
    --------
    >>> stakeholder("cso"), stakeholder("ombuds")
    ('civil_society', 'others')
    """
    for one in rules("questionnaire")["stakeholders"]:
        if kind in one["types"]:
            return one["value"]
    return rules("questionnaire")["stakeholders"][-1]["value"]


def stakeholders() -> dict[str, str]:
    """Give the stakeholder kinds with their words in the language in use.

    Examples
    --------
    >>> list(stakeholders().values())
    ['UN agencies', 'NHRIs', 'Civil society', 'Local governments', 'Others']
    """
    return {one["value"]: said(one["label"]) for one in rules("questionnaire")["stakeholders"]}
