"""Human rights impact assessment, first step: does a decision need an assessment, and how deep."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.deadlines import passed
from kit.assess.page_words import answer, label, page, told
from kit.assess.rule_files import rules
from kit.assess.section import Heading, Paragraph, Section, Table
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

PAGE = "impact-screening"
DEPTHS = ("none", "short", "full")  # lighter ones first


def depth(answers: dict) -> str:
    """Give how deep the assessment has to be by the rule of this kit.

    A yes to one of the first four questions asks for a full assessment, a yes to another for a short one.
    *Not known* is no answer: nothing is screened out while a question is open.

    Parameters
    ----------
    answers : dict
        The page ``impact-screening``: ``s01`` to ``s10``, each ``"yes"``, ``"no"`` or ``"unknown"``.

    Returns
    -------
    str
        ``"full"``, ``"short"``, ``"none"``, or ``"open"`` while answers are missing that could change it.

    Raises
    ------
    MeasureError
        If an answer is something else.

    Examples
    --------
    >>> depth({"s01": "no", "s04": "yes"})
    'full'
    >>> depth({"s01": "no", "s02": "unknown"})
    'open'
    """
    first, given = rules("impact")["full_if_yes"], {name: answers.get(name) for name in _questions()}
    for name, said in given.items():
        if said not in (None, "", "yes", "no", "unknown"):
            raise MeasureError("impact.screening-answer", question=name.upper(), answer=str(said)[:30])
    if any(given.get(name) == "yes" for name in first):
        return "full"
    if any(given.get(name) != "no" for name in first):
        return "open"
    if any(said == "yes" for said in given.values()):
        return "short"
    return "open" if any(said != "no" for said in given.values()) else "none"


def check(answers: dict, *, today: date | None = None) -> None:
    """Refuse a screening that contradicts itself or comes too late.

    Parameters
    ----------
    answers : dict
        The page ``impact-screening``.
    today : datetime.date, optional
        The day against which the decision can still change.

    Raises
    ------
    MeasureError
        If less is chosen than the rule asks for and no reason is given, if nothing is chosen out while
        questions are open, or if the decision could change only until a day that has passed.

    Examples
    --------
    >>> check({"s01": "yes", "chosen": "none"})
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: The screening asks for more than what was chosen: full, not none.
    A choice as deep as the rule, or a written reason, was expected.
    Choose the deeper assessment, or give the reason; it will be published.
    """
    asked, chosen, reason = depth(answers), answers.get("chosen"), answers.get("chosen_reason")
    if chosen in DEPTHS and not reason:
        if asked in DEPTHS and DEPTHS.index(chosen) < DEPTHS.index(asked):
            raise MeasureError("impact.screening-lighter", asked=asked, chosen=chosen)
        if asked == "open" and chosen != "full":
            raise MeasureError("impact.screening-open", questions=", ".join(_open(answers)))
    if passed(answers.get("changeable_until"), today):
        raise MeasureError("impact.too-late", day=answers["changeable_until"])


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: the screening note.

    Parameters
    ----------
    answers : dict
        The page ``impact-screening``, filled in or half filled in.
    today : datetime.date, optional
        As in `check`.

    Examples
    --------
    >>> section({"s01": "yes"}).parts[0].words
    'By the rule of this kit the decision needs a full assessment.'
    """
    title, parts, unknown = text("impact.screening-title"), [], []
    try:
        asked = depth(answers)
    except MeasureError as error:
        note = Paragraph(" ".join(error.lines), note=True)
        return Section(title, [note], unknown=[error.lines[0]], sources=page(PAGE)["sources"])
    parts.append(Paragraph(text(f"impact.depth-{asked}")))
    parts.append(Paragraph(text("impact.screening-rule"), note=True))
    try:
        check(answers, today=today)
    except MeasureError as error:
        parts.append(Paragraph(" ".join(error.lines), note=True))
        unknown.append(error.lines[0])
    plain = ("decision", "object", "aim", "decides", "changeable_until", "reasons", "chosen", "chosen_reason")
    parts += [Heading(text("impact.screening-decision")), Table(told(PAGE, answers, plain), title)]
    parts.append(Table(_answers(answers), text("impact.screening-table")))
    readers = ("read_by_group", "read_by_watchdog", "published_on", "published_where")
    parts.append(Table(told(PAGE, answers, readers), text("impact.screening-readers")))
    if _open(answers):
        unknown.append(text("impact.screening-unknown", questions=", ".join(_open(answers))))
    for name in ("read_by_group", "read_by_watchdog", "published_on"):
        if not answers.get(name):
            unknown.append(text(f"impact.screening-no-{name}"))
    return Section(title, parts, unknown=unknown, sources=page(PAGE)["sources"])


def _questions() -> list[str]:
    return [one["id"] for one in page(PAGE)["fields"] if one["kind"] == "yes_no_unknown"]


def _open(answers: dict) -> list[str]:
    return [name.upper() for name in _questions() if answers.get(name) not in ("yes", "no")]


def _answers(answers: dict) -> pd.DataFrame:
    import pandas as pd

    found = [[label(PAGE, name), answer(PAGE, name, answers.get(name)) or "–"] for name in _questions()]
    return pd.DataFrame(found, columns=[text("town.question"), text("town.answer")])
