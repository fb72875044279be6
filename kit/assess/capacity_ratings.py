"""What raters said of the six capacities: how they agree, how far the target is, what comes first.

Levels are ordered, not measured. So there is a count, a middle and a range, and neither a mean nor a total.
The rubric stands in ``rules/capacity.json``; it is a rule of this kit, not an official scale.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from kit.assess.rule_files import rules
from kit.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd

ROUNDS = ("alone", "after_talk")
FEASIBILITY = {"own": 3, "others": 2, "law": 1}


def ratings(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Give every rating that was made, one a row.

    Parameters
    ----------
    answers : dict
        The page ``capacity``, filled in or half filled in.
    today : datetime.date, optional
        Evidence is dated against the day of the assessment, else against this day.

    Returns
    -------
    pandas.DataFrame
        Columns ``role``, ``department``, ``seat``, ``round``, ``capacity``, ``level`` (0 and up, or
        missing), ``code`` (``"cannot_judge"`` and the like, or empty), ``evidence``, ``dated``, ``place``
        and ``basis``: ``"evidence"``, ``"outdated"`` (older than the rubric allows) or ``"claimed"``.

    Raises
    ------
    MeasureError
        If one role rated the same capacity twice in one round, or a level is not in the rubric.

    Examples
    --------
    >>> sheet = {"role": "Clerk", "round": "alone", "legal_level": "l2", "legal_evidence": "by-law 12"}
    >>> ratings({"sheets": [sheet]})[["capacity", "level", "basis"]].to_dict("records")
    [{'capacity': 'legal', 'level': 2, 'basis': 'evidence'}]
    """
    import pandas as pd

    rubric, rows, seen = rules("capacity"), [], set()
    codes = {code["value"] for code in rubric["scales"]["codes"]}
    day = _day(answers.get("assessed_on")) or today or date.today()
    for sheet in _rows(answers, "sheets"):
        who, stage = str(sheet.get("role", "")).strip(), sheet.get("round", "alone")
        key = (who.casefold(), str(sheet.get("department", "")).strip().casefold(), stage)
        for one in rubric["capacities"]:
            said = sheet.get(f"{one['id']}_level")
            if said is None:
                continue
            if who and (*key, one["id"]) in seen:
                raise MeasureError("capacity.twice", role=who[:40], capacity=one["id"])
            seen.add((*key, one["id"]))
            levels = [level["value"] for level in rubric["scales"][one["id"]]]
            if said not in levels and said not in codes:
                raise MeasureError(
                    "capacity.no-level", level=str(said)[:30], role=who[:40], levels=", ".join(levels)
                )
            dated = _day(sheet.get(f"{one['id']}_date"))
            if dated and dated > day:
                raise MeasureError("capacity.evidence-later", role=who[:40], dated=dated, day=day)
            evidence = str(sheet.get(f"{one['id']}_evidence", "")).strip()
            old = dated is not None and _months(dated, day) > rubric["evidence_months"]
            rows.append(
                {
                    "role": who,
                    "department": sheet.get("department", ""),
                    "seat": sheet.get("seat", ""),
                    "round": stage,
                    "capacity": one["id"],
                    "level": levels.index(said) if said in levels else None,
                    "code": said if said in codes else "",
                    "evidence": evidence,
                    "dated": dated.isoformat() if dated else "",
                    "place": sheet.get(f"{one['id']}_place", ""),
                    "basis": "claimed" if not evidence else "outdated" if old else "evidence",
                }
            )
    columns = ["role", "department", "seat", "round", "capacity", "level", "code"]
    table = pd.DataFrame(rows, columns=[*columns, "evidence", "dated", "place", "basis"])
    table["level"] = table["level"].astype("Int64")
    return table


def latest_round(table: pd.DataFrame) -> str:
    """Tell which round counts: the second one as soon as somebody rated again.

    Examples
    --------
    >>> latest_round(ratings({"sheets": [{"role": "Clerk", "round": "alone", "legal_level": "l2"}]}))
    'alone'
    """
    return next((one for one in reversed(ROUNDS) if (table["round"] == one).any()), ROUNDS[0])


def summary(answers: dict, *, round: str | None = None, today: date | None = None) -> pd.DataFrame:
    """Give what the raters said of each capacity in one round.

    Parameters
    ----------
    answers : dict
        The page ``capacity``.
    round : {"alone", "after_talk"}, optional
        Left out, the latest one.
    today : datetime.date, optional
        As in `ratings`.

    Returns
    -------
    pandas.DataFrame
        A row for each capacity: ``capacity``, ``letter``, ``at_0``, ``at_1`` … (ratings at each level),
        ``rated``, a column for each code, ``lowest``, ``highest``, ``median`` (the lower one where there
        are two), ``agreed`` (the median, missing where the range is too wide) and ``with_evidence`` (share).

    Raises
    ------
    MeasureError
        As `ratings`.

    Examples
    --------
    >>> sheets = [{"role": f"Rater {n}", "data_level": f"l{n}"} for n in (1, 2)]
    >>> row = summary({"sheets": sheets}).set_index("capacity").loc["data"]
    >>> int(row["median"]), int(row["agreed"]), int(row["rated"]), float(row["with_evidence"])
    (1, 1, 2, 0.0)
    """
    import pandas as pd

    rubric, table = rules("capacity"), ratings(answers, today=today)
    table = table[table["round"] == (round or latest_round(table))]
    most = max(len(rubric["scales"][one["id"]]) for one in rubric["capacities"])
    rows = []
    for one in rubric["capacities"]:
        mine = table[table["capacity"] == one["id"]]
        levels, codes = sorted(mine["level"].dropna().astype(int)), Counter(mine["code"])
        middle = levels[(len(levels) - 1) // 2] if levels else None
        wide = bool(levels) and levels[-1] - levels[0] >= rubric["no_agreement_from"]
        rated = mine[mine["level"].notna()]
        rows.append(
            {"capacity": one["id"], "letter": one["letter"]}
            | {f"at_{level}": levels.count(level) for level in range(most)}
            | {"rated": len(levels)}
            | {code["value"]: codes[code["value"]] for code in rubric["scales"]["codes"]}
            | {"lowest": levels[0] if levels else None, "highest": levels[-1] if levels else None}
            | {"median": middle, "agreed": None if wide else middle}
            | {"with_evidence": (rated["basis"] == "evidence").mean() if len(rated) else None}
        )
    found = pd.DataFrame(rows)
    for name in ("lowest", "highest", "median", "agreed"):
        found[name] = found[name].astype("Int64")
    return found


def priorities(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Order the capacities by what comes first: duty, then gap, then feasibility, then letter.

    The order is a rule of this kit. It uses no weights: the next criterion is looked at only
    where the one before is equal.

    Parameters
    ----------
    answers : dict
        The page ``capacity``.
    today : datetime.date, optional
        As in `ratings`.

    Returns
    -------
    pandas.DataFrame
        First things first: ``capacity``, ``letter``, ``agreed``, ``target``, ``gap`` (never below 0;
        missing where raters did not agree), ``duty`` (a legal duty or a severe impact), ``feasibility``
        (3 own power, 2 others must agree, 1 a law or outside money), ``by`` and ``reason``.
        Capacities without a target are not in it.

    Raises
    ------
    MeasureError
        As `ratings`; also if a capacity has two targets, or a target is not in the rubric.

    Examples
    --------
    >>> order(levels={"K": 2, "L": 1, "P": 2, "C": 1, "D": 1, "R": 0},
    ...       targets={"K": 3, "L": 2, "P": 3, "C": 3, "D": 3, "R": 2}, duty={"L", "C"},
    ...       feasibility={"K": 3, "L": 2, "P": 2, "C": 3, "D": 2, "R": 3})
    ['C', 'L', 'R', 'D', 'K', 'P']
    """
    import pandas as pd

    rubric = rules("capacity")
    now = summary(answers, today=today).set_index("capacity")
    targets, rows = targets_of(answers), []
    for one in rubric["capacities"]:
        target = targets.get(one["id"])
        if not target:
            continue
        level, agreed = target["number"], now.loc[one["id"], "agreed"]
        rows.append(
            {
                "capacity": one["id"],
                "letter": one["letter"],
                "agreed": agreed,
                "target": level,
                "gap": None if level is None or pd.isna(agreed) else max(0, level - int(agreed)),
                "duty": target.get("duty") == "yes",
                "feasibility": FEASIBILITY.get(target.get("feasibility")),
                "by": target.get("by", ""),
                "reason": target.get("reason", ""),
            }
        )
    rows.sort(key=lambda row: _place(row["duty"], row["gap"], row["feasibility"], row["letter"]))
    found = pd.DataFrame(
        rows, columns=["capacity", "letter", "agreed", "target", "gap", "duty", "feasibility", "by", "reason"]
    )
    for name in ("agreed", "target", "gap", "feasibility"):
        found[name] = found[name].astype("Int64")
    return found


def targets_of(answers: dict) -> dict[str, dict]:
    """Give the target of each capacity that has one, with its level as ``number``.

    Raises
    ------
    MeasureError
        If a capacity has two targets, or a target is not in the rubric.

    Examples
    --------
    >>> targets_of({"targets": [{"capacity": "data", "level": "l3"}]})["data"]["number"]
    3
    """
    scales, found = rules("capacity")["scales"], {}
    for target in _rows(answers, "targets"):
        name, level = target.get("capacity"), target.get("level")
        if name in found:
            raise MeasureError("capacity.two-targets", capacity=name)
        levels = [one["value"] for one in scales.get(name, [])]
        if name is not None and level is not None and level not in levels:
            raise MeasureError(
                "capacity.no-target", level=str(level)[:30], capacity=name, levels=", ".join(levels)
            )
        if name is not None:
            found[name] = target | {"number": levels.index(level) if level is not None else None}
    return found


def order(*, levels: dict, targets: dict, duty: set, feasibility: dict) -> list[str]:
    """Order capacities by the same rule from plain levels, by letter.

    Parameters
    ----------
    levels, targets : dict
        The level agreed on and the one to reach, by letter.
    duty : set
        Letters where a legal duty or a severe impact is involved.
    feasibility : dict
        3 own power and budget, 2 others must agree, 1 a law or outside money, by letter.

    Examples
    --------
    >>> order(levels={"K": 1, "L": 1}, targets={"K": 2, "L": 2}, duty=set(), feasibility={"K": 1, "L": 3})
    ['L', 'K']
    """
    gaps = {letter: max(0, targets[letter] - level) for letter, level in levels.items()}
    return sorted(gaps, key=lambda letter: _place(letter in duty, gaps[letter], feasibility.get(letter), letter))


def compare(earlier: dict, later: dict) -> pd.DataFrame:
    """Compare two assessments of one town, where the raters are the same for at least one half.

    Parameters
    ----------
    earlier, later : dict
        The page ``capacity`` at two times.

    Returns
    -------
    pandas.DataFrame
        ``capacity``, ``letter``, ``earlier`` and ``later`` (the agreed levels, missing where there was
        no agreement), ``same_raters`` (share of the larger group) and ``comparable``.

    Examples
    --------
    >>> one = {"sheets": [{"role": "Clerk", "data_level": "l1"}]}
    >>> two = {"sheets": [{"role": "Judge", "data_level": "l2"}]}
    >>> bool(compare(one, two).set_index("capacity").loc["data", "comparable"])
    False
    """
    import pandas as pd

    rows = []
    sides = [(summary(side).set_index("capacity"), _raters(side)) for side in (earlier, later)]
    for name in sides[0][0].index.intersection(sides[1][0].index):
        groups = [raters.get(name, set()) for _, raters in sides]
        larger = max(map(len, groups))
        same = len(groups[0] & groups[1]) / larger if larger else None
        levels = [table.loc[name, "agreed"] for table, _ in sides]
        rows.append(
            {"capacity": name, "letter": sides[0][0].loc[name, "letter"], "earlier": levels[0], "later": levels[1]}
            | {"same_raters": same, "comparable": bool(same and same >= 0.5 and not any(map(pd.isna, levels)))}
        )
    return pd.DataFrame(rows)


def _raters(answers: dict) -> dict[str, set]:
    table = ratings(answers)
    rated = table[(table["round"] == latest_round(table)) & table["level"].notna()]
    found: dict[str, set] = {}
    for row in rated.itertuples():
        found.setdefault(row.capacity, set()).add((row.role.casefold(), str(row.department).casefold()))
    return found


def _place(duty: bool, gap: int | None, feasibility: int | None, letter: str) -> tuple:
    # Where raters did not agree there is no gap yet; it comes after those that are known.
    return (not duty, gap is None, -(gap or 0), -(feasibility or 0), letter)


def _rows(answers: dict, name: str) -> list[dict]:
    rows = answers.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _day(said: object) -> date | None:
    if isinstance(said, date):
        return said
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return None


def _months(earlier: date, later: date) -> int:
    """Whole months begun: a day more than 24 months is 25."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months + (later.day > earlier.day)
