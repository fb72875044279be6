"""What an impact assessment still lacks, in words; and whether it is ready to be published."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.deadlines import passed
from kit.assess.impact_register import measures, register
from kit.assess.impact_severity import LEVELS
from kit.assess.page_words import label, rows
from kit.assess.rule_files import rules
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd


def gaps(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Say what is missing, impact by impact: the list for the next meeting of the team.

    Parameters
    ----------
    answers : dict
        The page ``impact``.
    today : datetime.date, optional
        The day against which days have passed.

    Returns
    -------
    pandas.DataFrame
        Columns ``id`` (of the impact or measure, empty for the whole), ``gap`` (its kind) and ``words``.

    Examples
    --------
    >>> gaps({"impacts": [{"id": "I1", "timing": "actual", "view": "agree"}]})["gap"].tolist()
    ['not-rated', 'claimed', 'no-options']
    """
    import pandas as pd

    today, limit = today or date.today(), rules("impact")["severe_from"]
    plans, found = measures(answers, strict=False, today=today), []
    given = {str(row.get("id")): row for row in rows(answers, "impacts")}

    def say(name: str, gap: str, **gaps: object) -> None:
        found.append({"id": name, "gap": gap, "words": text(f"impact.gap-{gap}", name=name, **gaps)})

    for row in register(answers, strict=False).to_dict("records"):
        name, typed = row["id"], given.get(row["id"], {})
        if row["problem"]:
            found.append({"id": name, "gap": "contradiction", "words": row["problem"]})
            continue
        rated = not pd.isna(row["severity"])
        if not rated:
            known = row["at_least"]
            say(name, "not-rated") if pd.isna(known) else say(name, "partly-rated", level=known)
        elif row["timing"] == "potential" and pd.isna(row["likelihood"]):
            say(name, "no-likelihood")
        if row["basis"] == "claimed":
            say(name, "claimed")
        without = [one for one in (*LEVELS, "likelihood") if _rated(row[one]) and not typed.get(f"{one}_reason")]
        if without:
            say(name, "no-reason", levels=", ".join(_short(one) for one in without))
        if rated and row["severity"] >= limit and not row["refused"]:
            mine = [plan for plan in plans.to_dict("records") if name.casefold() in plan["for"]]
            if not mine:
                say(name, "no-measure", severity=row["severity"])
            elif not any(plan["funding"] == "secured" for plan in mine):
                say(name, "no-money", severity=row["severity"])
        if row["scope_alone"] and not typed.get("scope_alone"):
            say(name, "scope-alone")
        if row["view"] in ("", "not_heard"):
            say(name, "not-heard")
        if passed(row["review_on"], today):
            say(name, "review-passed", day=show_day(row["review_on"]))
    for plan in plans.to_dict("records"):
        if plan["problem"]:
            found.append({"id": plan["id"], "gap": "contradiction", "words": plan["problem"]})
        if plan["status"] == "late":
            say(plan["id"], "late", day=show_day(plan["due"]))
        if plan["type"] == "reduce" and not plan["why_not_avoid"]:
            say(plan["id"], "why-not-avoid")
        if not plan["agreed_with"] and not plan["objections"]:
            say(plan["id"], "not-agreed")
    if given and len(rows(answers, "options")) < 2:
        say("", "no-options")
    return pd.DataFrame(found, columns=["id", "gap", "words"])


def ready(answers: dict, *, today: date | None = None) -> None:
    """Refuse an assessment that cannot be published yet, and say why.

    Parameters
    ----------
    answers : dict
        The page ``impact``.
    today : datetime.date, optional
        As in `gaps`.

    Raises
    ------
    MeasureError
        If a rating contradicts itself, an impact has no evidence or no grade, a severe one has neither a
        measure with money nor a recorded refusal, or a day for a measure or a review has passed.

    Examples
    --------
    >>> ready({"impacts": [{"id": "I1", "timing": "actual", "scale": "l1", "scope": "l1",
    ...                     "irremediability": "l1"}]})
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: Impact I1 has no evidence.
    At least one piece of evidence was expected: what, its day, where it is kept.
    Name one from the table of evidence, or go and ask those who live with it.
    """
    register(answers)
    if not rows(answers, "impacts"):
        raise MeasureError("impact.no-impacts")
    measures(answers, today=today)
    for row in gaps(answers, today=today).to_dict("records"):
        if row["gap"] == "claimed":
            raise MeasureError("impact.no-evidence", impact=row["id"])
        if row["gap"] in ("not-rated", "partly-rated"):
            raise MeasureError("impact.not-rated", impact=row["id"], missing=", ".join(LEVELS))
        if row["gap"] in ("no-measure", "no-money"):
            raise MeasureError("impact.no-measure", impact=row["id"])
        if row["gap"] in ("late", "review-passed"):
            raise MeasureError("impact.past-day", name=row["id"])


def _rated(level: object) -> bool:
    import pandas as pd

    return not pd.isna(level)


def _short(level: str) -> str:
    return label("impact", level, inside="impacts").partition(":")[0].partition(",")[0]
