"""The eight criteria of a grievance mechanism as users and staff see them: apart, with evidence, without a total.

Source: UN Guiding Principles on Business and Human Rights, principle 31. Levels are rules of this kit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.page_words import question, rows
from kit.assess.rule_files import rules, said
from kit.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd

PAGE = "grievance"
SIDES = ("users", "staff", "outside")


def ratings(answers: dict, *, strict: bool = True) -> pd.DataFrame:
    """Give every rating: a row for each criterion, side and role.

    Parameters
    ----------
    answers : dict
        The page ``grievance``, filled in or half filled in.
    strict : bool
        Refuse what contradicts itself; if not, such a rating is left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``criterion``, ``side`` (``"users"``, ``"staff"`` or ``"outside"``), ``role``, ``level`` (0 to
        3, or missing), ``code`` (why there is none), ``basis`` (``"evidence"`` or ``"claimed"``), ``evidence``.

    Raises
    ------
    MeasureError
        For a level that does not exist, a rating without a side, or two ratings of one role.

    Examples
    --------
    >>> view = {"role": "Tenants", "side": "users", "accessible_level": "l1", "learning_level": "does_not_know"}
    >>> ratings({"views": [view]})[["criterion", "level", "code", "basis"]].values.tolist()
    [['accessible', 1, '', 'claimed'], ['learning', None, 'does_not_know', '']]
    """
    import pandas as pd

    levels = [one["value"] for one in rules(PAGE)["scales"]["levels"]]
    found, seen = [], set()
    for number, row in enumerate(rows(answers, "views"), start=1):
        role = str(row.get("role") or number)
        try:
            seat = (row.get("side"), " ".join(role.split()).casefold())
            if seat[0] not in SIDES:
                raise MeasureError("grievance.no-side", role=role[:30])
            if seat in seen:
                raise MeasureError("grievance.rated-twice", role=role[:30])
            mine = []
            for one in rules(PAGE)["criteria"]:
                given = row.get(f"{one['id']}_level")
                if given in (None, ""):
                    continue
                known = question(PAGE, f"{one['id']}_level", inside="views")["choices"]
                if given not in [choice["value"] for choice in known]:
                    raise MeasureError("grievance.unknown-level", criterion=one["letter"], level=str(given)[:20])
                level, shown = (levels.index(given) if given in levels else None), row.get(f"{one['id']}_evidence")
                basis = "" if level is None else "evidence" if shown else "claimed"
                mine.append([one["id"], seat[0], role, level, "" if basis else given, basis, shown or ""])
        except MeasureError:
            if strict:
                raise
            continue
        seen.add(seat)
        found += mine
    columns = ["criterion", "side", "role", "level", "code", "basis", "evidence"]
    return pd.DataFrame(found, columns=columns, dtype=object)


def summary(answers: dict) -> pd.DataFrame:
    """Give each criterion as users, staff and others from outside see it, and whether users and staff are apart.

    Parameters
    ----------
    answers : dict
        The page ``grievance``; ratings that contradict themselves are left out.

    Returns
    -------
    pandas.DataFrame
        A row for each criterion and side: ``criterion``, ``side``, ``rated`` (how many), ``middle`` (the lower
        of the two middle ones, so that it is a level), ``low``, ``high``, ``proved`` (with evidence) and
        ``apart`` (users and staff two levels or more from each other).

    Examples
    --------
    >>> views = [{"role": "Tenants", "side": "users", "accessible_level": "l1"},
    ...          {"role": "Desk", "side": "staff", "accessible_level": "l3"}]
    >>> found = summary({"views": views})
    >>> found[found["criterion"] == "accessible"][["side", "middle", "apart"]].values.tolist()
    [['users', 1, True], ['staff', 3, True], ['outside', None, True]]
    """
    import pandas as pd

    table, found = ratings(answers, strict=False), []
    table = table[table["basis"] != ""]
    for one in rules(PAGE)["criteria"]:
        lines = []
        for side in SIDES:
            mine = table[(table["criterion"] == one["id"]) & (table["side"] == side)]
            levels = sorted(int(level) for level in mine["level"])
            line = {"criterion": one["id"], "side": side, "rated": len(levels)}
            line |= {"middle": levels[(len(levels) - 1) // 2]} if levels else {"middle": None}
            line |= {"low": levels[0], "high": levels[-1]} if levels else {"low": None, "high": None}
            lines.append(line | {"proved": int((mine["basis"] == "evidence").sum())})
        users, staff = (line["middle"] for line in lines[:2])
        apart = None not in (users, staff) and abs(users - staff) >= rules(PAGE)["apart_from"]
        found += [line | {"apart": apart} for line in lines]
    return pd.DataFrame(found, dtype=object)


def criterion_words(name: str) -> str:
    """Give a criterion with its letter.

    Examples
    --------
    >>> criterion_words("accessible")
    'G2 Accessible'
    """
    one = next(one for one in rules(PAGE)["criteria"] if one["id"] == name)
    return f"{one['letter']} {said(one['label'])}"
