"""What an action plan has to choose from: periods, needs, languages and measures, read from the page.

What is missing stays missing: a measure without a cost is never taken for a free one. What contradicts
itself is refused, because no plan can be right on it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kit.assess.page_words import rows
from kit.assess.rule_files import rules
from kit.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd


def periods(answers: dict) -> pd.DataFrame:
    """Give the periods of the plan in the order of time, with the money and staff days of each.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.

    Returns
    -------
    pandas.DataFrame
        Columns ``begins`` and ``ends`` (dates), ``money``, ``staff_days``.

    Raises
    ------
    MeasureError
        If a period has no first day, begins twice or after the end of the plan, or has less than nothing.

    Examples
    --------
    >>> plan = {"until": "2027-12-31", "periods": [{"begins": "2027-01-01", "money": 900, "staff_days": 20}]}
    >>> periods(plan)["ends"].item()
    datetime.date(2027, 12, 31)
    """
    import pandas as pd

    found = []
    for number, row in enumerate(rows(answers, "periods"), start=1):
        begins, name = day(row.get("begins")), f"{number}"
        if begins is None:
            raise MeasureError("action_plan.no-first-day", period=name)
        amounts = {one: amount(row.get(one), name, one) for one in ("money", "staff_days")}
        found.append({"begins": begins, "number": name} | {one: many or 0 for one, many in amounts.items()})
    found.sort(key=lambda row: row["begins"])
    for earlier, later in itertools.pairwise(found):
        if earlier["begins"] == later["begins"]:
            raise MeasureError("action_plan.same-day", first=earlier["number"], second=later["number"])
        earlier["ends"] = later["begins"] - timedelta(days=1)
    if found:
        until = day(answers.get("until"))
        if until is not None and until < found[-1]["begins"]:
            raise MeasureError("action_plan.ends-before", until=until, begins=found[-1]["begins"])
        found[-1]["ends"] = until or found[-1]["begins"] + timedelta(days=364)
    return pd.DataFrame(found, columns=["begins", "ends", "money", "staff_days"])


def needs(answers: dict) -> pd.DataFrame:
    """Give what the plan should answer, the weightiest ground first.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``what``, ``ground``, ``place`` (of the ground, 0 first), ``right``, ``holders``,
        ``if_not`` and ``refusal``.

    Raises
    ------
    MeasureError
        If two needs have the same short name.

    Examples
    --------
    >>> given = [{"id": "D", "ground": "wide_gap"}, {"id": "I2", "ground": "severe_impact"}]
    >>> needs({"needs": given})["id"].tolist()
    ['I2', 'D']
    """
    import pandas as pd

    order = [one["value"] for one in rules("action_plan")["scales"]["grounds"]]
    words = ("what", "right", "holders", "if_not", "refusal")
    found = []
    for name, row in _named(answers, "needs", "N"):
        ground = row.get("ground") if row.get("ground") in order else order[-1]
        # Legal duties and severe impacts weigh the same: the plan does not choose between them.
        first = ground in rules("action_plan")["first_grounds"]
        found.append(
            {"id": name, "ground": ground, "place": 0 if first else order.index(ground)}
            | {one: _text(row.get(one)) for one in words}
        )
    found.sort(key=lambda row: (row["place"], row["id"].casefold()))
    return pd.DataFrame(found, columns=["id", "what", "ground", "place", *words[1:]])


def measures(answers: dict) -> pd.DataFrame:
    """Give the measures that could be taken, in the order of their short names.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.

    Returns
    -------
    pandas.DataFrame
        The questions of the page, with ``needs``, ``languages`` and ``after`` as lists of short names as they
        stand in their tables, ``due`` a date or missing, ``must`` true for what was decided already or runs,
        and ``over`` true for what is done, stopped or replaced.

    Raises
    ------
    MeasureError
        If two measures have the same short name, one names a need, a language or a measure that is not
        there, measures wait for each other in a circle, money or days are less than nothing, or a
        deadline lies before the plan.

    Examples
    --------
    >>> one = {"id": "M1", "action": "Course", "needs": "K; L", "cost": 800, "staff_days": 5, "must": "yes"}
    >>> plan = {"needs": [{"id": "K"}, {"id": "L"}], "measures": [one]}
    >>> measures(plan)[["id", "needs", "must"]].values.tolist()
    [['M1', ['K', 'L'], True]]
    """
    import pandas as pd

    lists, named = rules("action_plan"), _named(answers, "measures", "M")
    ids = _by_name(name for name, _ in named)
    known = {
        "needs": _by_name(name for name, _ in _named(answers, "needs", "N")),
        "languages": _by_name(row["name"] for row in languages(answers).to_dict("records")),
        "after": ids,
    }
    start = min((row["begins"] for row in periods(answers).to_dict("records")), default=None)
    found = []
    for name, row in named:
        one = {key: _text(row.get(key)) for key in _WORDS} | {"id": name}
        for key, names in known.items():
            one[key] = _names(row.get(key), names, measure=name, table=key)
        one |= {key: amount(row.get(key), name, key) for key in ("cost", "staff_days")}
        lasts = amount(row.get("lasts"), name, "lasts")
        one["lasts"] = max(1, int(lasts)) if lasts else 1
        one |= {key: row.get(key) if _is_number(row.get(key)) else None for key in ("baseline", "target")}
        one |= {key: day(row.get(key)) for key in ("due", "first_step_by", "status_on", "next_review")}
        one["status"] = one["status"] or "planned"
        one["over"] = one["status"] in lists["over"]
        one["must"] = not one["over"] and (row.get("must") == "yes" or one["status"] in lists["kept"])
        if one["due"] and start and one["due"] < start and not one["over"]:
            raise MeasureError("action_plan.due-before", measure=name, due=one["due"], begins=start)
        found.append(one)
    _no_circle(found)
    found.sort(key=lambda row: row["id"].casefold())
    columns = [*_FIRST, *(key for key in _WORDS if key not in _FIRST), *_COMPUTED]
    table = pd.DataFrame(found, columns=columns)
    return table.astype({key: float for key in ("cost", "staff_days", "baseline", "target")})


def languages(answers: dict) -> pd.DataFrame:
    """Give the languages beyond the office's own, how they are got and at what cost.

    Examples
    --------
    >>> languages({"languages": [{"name": "Sign language", "way": "paid", "cost": 6000}]})["cost"].item()
    6000
    """
    import pandas as pd

    found, seen = [], set()
    for row in rows(answers, "languages"):
        name = _text(row.get("name"))
        if not name or name.casefold() in seen:
            continue
        seen.add(name.casefold())
        cost = amount(row.get("cost"), name, "cost")
        found.append({"name": name, "way": row.get("way") or "own_staff", "cost": cost})
    return pd.DataFrame(found, columns=["name", "way", "cost"])


def amount(value: object, name: str, field: str) -> float | None:
    """Give an amount; nothing answered is no amount, and less than nothing is refused.

    Examples
    --------
    >>> amount(None, "M1", "cost"), amount(0, "M1", "cost")
    (None, 0)
    """
    if not _is_number(value):
        return None
    if value < 0:
        raise MeasureError("action_plan.negative", field=field, name=name, value=f"{value:g}")
    return value


def day(value: object) -> date | None:
    """Give a day of the page as a date; what is no day is none.

    Examples
    --------
    >>> day("2027-01-31"), day("soon")
    (datetime.date(2027, 1, 31), None)
    """
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


_FIRST = ("id", "action", "step", "needs", "change", "cost", "staff_days", "lasts", "languages")
_WORDS = (
    *("action", "step", "change", "funding", "budget_line", "support", "risk", "risk_words", "owner", "partners"),
    *("first_step", "indicator", "direction", "power", "consulted", "status", "evidence", "reason"),
    "holders_view",
)
_COMPUTED = ("after", "must", "over", "due", "first_step_by", "baseline", "target", "status_on", "next_review")


def _named(answers: dict, table: str, letter: str) -> list[tuple[str, dict]]:
    """Give the rows with their short names; one without a name gets the letter and its place."""
    found, seen = [], set()
    for number, row in enumerate(rows(answers, table), start=1):
        name = _text(row.get("id")) or f"{letter}{number}"
        if name.casefold() in seen:
            raise MeasureError("action_plan.twice", name=name, table=table)
        seen.add(name.casefold())
        found.append((name, row))
    return found


def _by_name(names: Iterable[str]) -> dict[str, str]:
    return {name.casefold(): name for name in names}


def _names(value: object, known: dict[str, str], *, measure: str, table: str) -> list[str]:
    found = []
    for name in re.split(r"[;,\n]", value if isinstance(value, str) else ""):
        wanted = name.strip().casefold()
        if not wanted:
            continue
        if wanted not in known:
            names = ", ".join(known.values()) or "–"
            raise MeasureError(
                "action_plan.not-there", name=name.strip(), measure=measure, table=table, known=names
            )
        found.append(known[wanted])
    return list(dict.fromkeys(found))


def _no_circle(found: list[dict]) -> None:
    before = {row["id"]: set(row["after"]) for row in found}
    left = dict(before)
    while left:
        free = [name for name, waits in left.items() if not waits & left.keys()]
        if not free:
            raise MeasureError("action_plan.circle", measures=", ".join(sorted(left)))
        left = {name: waits for name, waits in left.items() if name not in free}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
