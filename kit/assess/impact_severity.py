"""How severe an impact is, and which comes first: severity before likelihood.

Severity is the highest of three levels: scale (how grave), scope (how many) and irremediability (can
people be restored). Narrow scope never lowers the grade, and nothing is multiplied or averaged. The levels
stand in ``rules/impact.json`` and are, like the order, a rule of this kit.

Source: scale, scope and irremediability as in the Danish Institute for Human Rights, *Human rights impact
assessment guidance and toolbox*, phase 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kit.assess.rule_files import rules
from kit.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("scale", "scope", "irremediability")


def severity(*, scale: int | str, scope: int | str, irremediability: int | str) -> int:
    """Give the severity of an impact: the highest of its three levels.

    Parameters
    ----------
    scale, scope, irremediability : int or str
        Levels from 1, as a number or as the page keeps them (``"l3"``).

    Raises
    ------
    MeasureError
        If a level is missing or not on the scale.

    Examples
    --------
    >>> severity(scale=4, scope=1, irremediability="l2")
    4
    """
    given = {"scale": scale, "scope": scope, "irremediability": irremediability}
    found = {name: level_number(value, name) for name, value in given.items()}
    missing = [name for name, number in found.items() if number is None]
    if missing:
        raise MeasureError("impact.three-levels", missing=", ".join(missing))
    return max(found.values())


def level_number(value: object, name: str) -> int | None:
    """Give a level as a number; ``None`` where nothing was rated, or one of the codes for no answer.

    Parameters
    ----------
    value : int, str or None
        The level.
    name : str
        Its scale: ``"scale"``, ``"scope"``, ``"irremediability"`` or ``"likelihood"``.

    Raises
    ------
    MeasureError
        If the level is not on the scale.

    Examples
    --------
    >>> level_number("l3", "scope"), level_number("does_not_know", "scope")
    (3, None)
    """
    scales = rules("impact")["scales"]
    levels = [one["value"] for one in scales[name]]
    nothing = value is None or value == "" or (isinstance(value, float) and value != value)
    if nothing or type(value).__name__ == "NAType" or value in {one["value"] for one in scales["codes"]}:
        return None
    if isinstance(value, str) and value in levels:
        return levels.index(value) + 1
    whole = not isinstance(value, (bool, str)) and value == int(value) if hasattr(value, "__int__") else False
    if whole and 1 <= value <= len(levels):
        return int(value)
    raise MeasureError("impact.no-level", level=str(value)[:30], scale=name, most=len(levels))


def order(impacts: Iterable[Mapping] | pd.DataFrame) -> pd.DataFrame:
    """Put impacts into two lists, actual and potential, the most severe first.

    Actual impacts ask for remedy now, potential ones for prevention. Inside each list: severity, then the
    second highest and the lowest of the three levels, then (potential only) likelihood, then the short name.

    Parameters
    ----------
    impacts : list of dict, or pandas.DataFrame
        Keys ``id``, ``scale``, ``scope``, ``irremediability`` and, only for what could still happen,
        ``likelihood``. ``timing`` (``"actual"`` or ``"potential"``) is told from that unless given.

    Returns
    -------
    pandas.DataFrame
        Columns ``timing``, ``place`` (in its list), ``id``, ``severity``, ``second``, ``lowest``,
        ``likelihood``, ``do_not_wait`` and ``scope_alone`` (severe only through its scope: look again).

    Raises
    ------
    MeasureError
        If an impact is not rated, has a likelihood without severity, or is actual and has a likelihood.

    Examples
    --------
    >>> found = order([
    ...     {"id": "I1", "scale": 2, "scope": 4, "irremediability": 1, "likelihood": 4},
    ...     {"id": "I2", "scale": 4, "scope": 1, "irremediability": 4, "likelihood": 1},
    ... ])
    >>> found["id"].tolist(), found["do_not_wait"].tolist()
    (['I2', 'I1'], [True, False])
    """
    import pandas as pd

    given = impacts.to_dict("records") if hasattr(impacts, "columns") else [dict(one) for one in impacts]
    rows = sorted((graded(one) for one in given), key=place)
    lists: dict[str, int] = {}
    for row in rows:
        lists[row["timing"]] = row["place"] = lists.get(row["timing"], 0) + 1
    names = ["timing", "place", "id", "severity", "second", "lowest", "likelihood", "do_not_wait", "scope_alone"]
    table = pd.DataFrame(rows, columns=names)
    table["likelihood"] = table["likelihood"].astype("Int64")
    return table


def graded(impact: Mapping) -> dict:
    """Give one impact with its severity, after looking for ratings that contradict each other.

    Raises
    ------
    MeasureError
        As `order`.

    Examples
    --------
    >>> graded({"id": "I3", "scale": 3, "scope": 2, "irremediability": 2})["severity"]
    3
    """
    name = str(impact.get("id", "–"))
    numbers = {one: level_number(impact.get(one), one) for one in LEVELS}
    likelihood = level_number(impact.get("likelihood"), "likelihood")
    timing = impact.get("timing") or ("actual" if likelihood is None else "potential")
    missing = [one for one, number in numbers.items() if number is None]
    if missing and likelihood is not None:
        raise MeasureError("impact.likelihood-alone", impact=name)
    if missing:
        raise MeasureError("impact.not-rated", impact=name, missing=", ".join(missing))
    if timing == "actual" and likelihood is not None:
        raise MeasureError("impact.actual-likelihood", impact=name)
    found = severity(**numbers)
    lowest, second, _ = sorted(numbers.values())
    others = max(numbers["scale"], numbers["irremediability"])
    limits = rules("impact")
    return {
        "id": name,
        "timing": timing,
        **numbers,
        "likelihood": likelihood,
        "severity": found,
        "second": second,
        "lowest": lowest,
        "do_not_wait": numbers["irremediability"] >= limits["do_not_wait_from"],
        "scope_alone": found >= limits["severe_from"] and others < found,
    }


def place(row: Mapping) -> tuple:
    """Give what an impact is sorted by: actual before potential, then the more severe first.

    Examples
    --------
    >>> names = [graded({"id": one, "scale": 1, "scope": 1, "irremediability": 1}) for one in ("I10", "I2")]
    >>> [row["id"] for row in sorted(names, key=place)]
    ['I2', 'I10']
    """
    worst_first = (-row["severity"], -row["second"], -row["lowest"], -(row["likelihood"] or 0))
    parts = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", row["id"])]
    return (row["timing"] != "actual", *worst_first, parts)


def contrast(impacts: Iterable[Mapping] | pd.DataFrame) -> pd.DataFrame:
    """Show what multiplying the four levels would do to potential impacts. For teaching: never use the product.

    Parameters
    ----------
    impacts : list of dict, or pandas.DataFrame
        As in `order`.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``severity``, ``likelihood``, ``place`` (by this kit), ``product`` and
        ``place_by_product``, in the order of the product.

    Raises
    ------
    MeasureError
        As `order`.

    Examples
    --------
    >>> found = contrast([
    ...     {"id": "I1", "scale": 2, "scope": 4, "irremediability": 1, "likelihood": 4},
    ...     {"id": "I2", "scale": 4, "scope": 1, "irremediability": 4, "likelihood": 1},
    ... ])
    >>> found[["id", "product", "place"]].values.tolist()
    [['I1', 32, 2], ['I2', 16, 1]]
    """
    given = impacts.to_dict("records") if hasattr(impacts, "columns") else [dict(one) for one in impacts]
    table = order(given)
    table = table[(table["timing"] == "potential") & table["likelihood"].notna()].copy()
    by_name = {row["id"]: row for row in map(graded, given)}
    table["product"] = [
        row["likelihood"] * row["scale"] * row["scope"] * row["irremediability"]
        for row in (by_name[name] for name in table["id"])
    ]
    table = table.sort_values("product", ascending=False, kind="stable").reset_index(drop=True)
    table["place_by_product"] = range(1, len(table) + 1)
    return table[["id", "severity", "likelihood", "place", "product", "place_by_product"]]
