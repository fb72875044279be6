"""The consultation log: which level of participation was promised, which was reached, and what was answered.

The coding is a rule of this kit: six questions in their order, and the first no gives the level.

Source: the levels are those of the IAP2 spectrum; the nearest rungs are those of S. Arnstein, "A Ladder of
Citizen Participation" (1969). The two have different aims, so the crosswalk is rough.
"""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from kit.assess.page_words import label, rows
from kit.assess.rule_files import rules
from kit.errors import MeasureError
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd

PAGE = "participation"
DAYS = ("notice_on", "event_on", "answered_on")
FATES = ("taken", "part_taken", "refused", "unanswered")


def level_reached(coded: dict) -> str | None:
    """Give the level of participation that was reached: read in order, the first no decides.

    Parameters
    ----------
    coded : dict
        ``c1`` to ``c6``, each ``"yes"``, ``"no"`` or ``"unknown"``.

    Returns
    -------
    str or None
        ``"none"``, ``"inform"``, ``"consult"``, ``"involve"``, ``"collaborate"`` or ``"empower"``; nothing
        while a question before the first no is open.

    Raises
    ------
    MeasureError
        If an answer is something else.

    Examples
    --------
    >>> level_reached({"c1": "yes", "c2": "yes", "c3": "yes", "c4": "no"})
    'consult'
    >>> level_reached({"c1": "yes", "c2": "unknown"}) is None
    True
    """
    coding = rules(PAGE)["coding"]
    for question in coding["questions"]:
        given = coded.get(question["id"])
        if given not in (None, "", "yes", "no", "unknown"):
            raise MeasureError("participation.coding", question=question["id"].upper(), answer=str(given)[:30])
    for question in coding["questions"]:
        given = coded.get(question["id"])
        if given != "yes":
            return question["if_no"] if given == "no" else None
    return coding["if_all_yes"]


def consultations(answers: dict) -> pd.DataFrame:
    """Give the consultation log with what follows from it, one consultation a row.

    Parameters
    ----------
    answers : dict
        The page ``participation``.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``decision``, ``announced``, ``reached`` (empty while open), ``basis`` (``"evidence"``,
        ``"claimed"`` or empty), ``kept`` (whether the announced level was reached; missing while unknown),
        ``flags`` (list), ``days_to_answer`` (from the decision), ``received``, ``answered`` (taken up, in part,
        refused with a reason), ``unanswered`` and ``no_fate`` (nobody says what became of them).

    Flags: ``"in_name_only"`` (asked for views, gave no reasons), ``"sham"`` (decided before the event),
    ``"unpaid"`` (no costs covered), ``"promise_broken"`` (announced above reached), and those reported.

    Raises
    ------
    MeasureError
        If a short name stands twice, days stand in the wrong order, views could still change what was decided
        already, more proposals have a fate than were received, or a level is not in the rules.

    Examples
    --------
    >>> one = {"id": "C1", "announced": "involve", "c1": "yes", "c2": "yes", "c3": "no", "costs": "no"}
    >>> consultations({"consultations": [one]}).loc[0, ["reached", "kept", "flags"]].tolist()
    ['inform', False, ['in_name_only', 'unpaid', 'promise_broken']]
    """
    import pandas as pd

    found, seen = [], set()
    levels = [one["value"] for one in rules(PAGE)["scales"]["levels"]]
    codes = [one["value"] for one in rules(PAGE)["scales"]["codes"]]
    for row in rows(answers, "consultations"):
        name = str(row.get("id") or "").strip()
        if name and name.casefold() in seen:
            raise MeasureError("participation.consultation-twice", name=name[:40])
        seen.add(name.casefold())
        announced = row.get("announced") or ""
        if announced and announced not in levels and announced not in codes:
            raise MeasureError(
                "participation.no-level", where=name[:30], level=str(announced)[:20], known=", ".join(levels)
            )
        _check_days(name, row)
        reached = level_reached(row)
        kept = None
        if reached and announced in levels:
            kept = levels.index(reached) >= levels.index(announced)
        counts = {fate: count_of(row.get(fate), where=name, what=fate) for fate in ("received", *FATES)}
        settled = sum(counts[fate] or 0 for fate in FATES)
        if counts["received"] is not None and settled > counts["received"]:
            raise MeasureError("participation.too-many", name=name[:30], n=settled, received=counts["received"])
        known = any(counts[fate] is not None for fate in FATES)
        waited = None
        if _day(row.get("decided_on")) and _day(row.get("answered_on")):
            waited = (_day(row["answered_on"]) - _day(row["decided_on"])).days
        found.append(
            {"id": name, "decision": str(row.get("decision") or ""), "announced": announced}
            | {"reached": reached or ""}
            | {"basis": ("evidence" if str(row.get("evidence") or "").strip() else "claimed") if reached else ""}
            | {"kept": kept, "flags": _flags(row, kept), "days_to_answer": waited}
            | {"received": counts["received"]}
            | {"unanswered": counts["unanswered"]}
            | {"answered": sum(counts[fate] or 0 for fate in FATES[:3]) if known else None}
            | {"no_fate": counts["received"] - settled if counts["received"] is not None else None}
        )
    columns = ["id", "decision", "announced", "reached", "basis", "kept", "flags", "days_to_answer"]
    columns += ["received", "answered", "unanswered", "no_fate"]
    table = pd.DataFrame(found, columns=columns)
    for name in columns[-5:]:
        table[name] = table[name].astype("Int64")
    return table.astype({"kept": object})


def coded_in_vain(coded: dict) -> list[str]:
    """Give the coding questions that were answered after the first no; they do not count.

    Examples
    --------
    >>> coded_in_vain({"c1": "yes", "c2": "no", "c4": "yes"})
    ['C4']
    """
    names = [one["id"] for one in rules(PAGE)["coding"]["questions"]]
    first = next((place for place, name in enumerate(names) if coded.get(name) == "no"), len(names))
    return [name.upper() for name in names[first + 1 :] if coded.get(name) in ("yes", "no")]


def count_of(value: object, *, where: str, what: str) -> int | None:
    """Give a count of people or proposals; nothing where nothing was counted, which is not 0.

    Raises
    ------
    MeasureError
        If it is no whole number from 0 up.

    Examples
    --------
    >>> count_of(12, where="C1", what="came"), count_of(None, where="C1", what="came")
    (12, None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not _whole(value):
        raise MeasureError(
            "participation.no-count", where=where[:30], what=_question(what)[:30], value=str(value)[:20]
        )
    return int(value)


def _whole(value: float) -> bool:
    return math.isfinite(value) and value >= 0 and value == int(value)


def _question(what: str) -> str:
    table = "consultations" if what in ("received", *FATES) else "counts"
    return label(PAGE, what, inside=table)


def _flags(row: dict, kept: bool | None) -> list[str]:
    coding = rules(PAGE)["coding"]
    before = [one["id"] for one in coding["questions"]]
    before = before[: before.index(coding["in_name_only_at"])]
    decided, event = _day(row.get("decided_on")), _day(row.get("event_on"))
    reported = row.get("flags") if isinstance(row.get("flags"), list) else []
    own = {
        "in_name_only": row.get(coding["in_name_only_at"]) == "no"
        and all(row.get(one) == "yes" for one in before),
        "sham": bool(decided and event and decided < event),
        "unpaid": row.get("costs") == "no",
        "promise_broken": kept is False,
    }
    return [name for name, there in own.items() if there] + [str(one) for one in reported]


def _check_days(name: str, row: dict) -> None:
    given = [(one, _day(row.get(one))) for one in DAYS if _day(row.get(one))]
    for (earlier, first), (later, second) in pairwise(given):
        if second < first:
            raise MeasureError(
                "participation.days", name=name[:30], first=_asked(earlier, first), second=_asked(later, second)
            )
    decided, event = _day(row.get("decided_on")), _day(row.get("event_on"))
    if decided and event and decided < event and row.get("c2") == "yes":
        raise MeasureError("participation.decided-first", name=name[:30], decided=decided, event=event)


def _asked(name: str, day: date) -> str:
    return f"{label(PAGE, name, inside='consultations')}: {show_day(day.isoformat())}"


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
