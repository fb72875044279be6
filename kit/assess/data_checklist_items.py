"""The items of the checklist for data: what was said of each, what stops a release, what will be done.

The items stand in ``pages/data_checklist.json``; headings and STOP items in ``rules/data_checklist.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.deadlines import passed
from kit.assess.page_words import label, page, rows
from kit.assess.rule_files import rules, said
from kit.errors import MeasureError

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

PAGE = "data-checklist"
ANSWERS = ("yes", "partly", "no", "not_applicable", "open")


def checklist(answers: dict) -> pd.DataFrame:
    """Give every item with what was said of it.

    Parameters
    ----------
    answers : dict
        The page ``data-checklist``, filled in or half filled in.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``heading``, ``item`` (words), ``stop`` (must be yes first), ``answer`` (``"yes"``,
        ``"partly"``, ``"no"``, a code for no answer, or empty), ``where`` and ``basis``: ``"evidence"`` or
        ``"claimed"`` for a yes or partly, ``"reason"`` or ``"no_reason"`` where it does not apply, else empty.

    Raises
    ------
    MeasureError
        If an answer is none of the choices.

    Examples
    --------
    >>> checklist({"d3_1": "yes"}).set_index("id").loc["d3_1", ["answer", "basis"]].tolist()
    ['yes', 'claimed']
    """
    import pandas as pd

    known, found = rules("data_checklist"), []
    headings = [one["id"] for one in known["headings"]]
    for field in page(PAGE)["fields"]:
        heading = field["id"].split("_")[0]
        if field["kind"] != "choice" or heading not in headings:
            continue
        given, where = answers.get(field["id"]) or "", str(answers.get(f"{field['id']}_where") or "").strip()
        if given and given not in [one["value"] for one in field["choices"]]:
            raise MeasureError("data_checklist.no-answer", item=name(field["id"]), answer=str(given)[:30])
        basis = ""
        if given in ("yes", "partly"):
            basis = "evidence" if where else "claimed"
        elif given == "not_applicable":
            basis = "reason" if where else "no_reason"
        found.append(
            {"id": field["id"], "heading": heading, "item": label(PAGE, field["id"])}
            | {"stop": field["id"] in known["stop"], "answer": given, "where": where, "basis": basis}
        )
    return pd.DataFrame(found)


def stops(answers: dict) -> pd.DataFrame:
    """Give the STOP items that are not yes with evidence.

    Parameters
    ----------
    answers : dict
        The page ``data-checklist``.

    Returns
    -------
    pandas.DataFrame
        Rows of `checklist`: answered otherwise than yes, not answered, or yes without anything that shows it.

    Raises
    ------
    MeasureError
        As `checklist`.

    Examples
    --------
    >>> stops({"d2_5": "yes", "d2_5_where": "minutes", "d3_1": "not_applicable"})["id"].tolist()
    ['d3_1', 'd5_1', 'd5_2', 'd5_3']
    """
    table = checklist(answers)
    met = (table["answer"] == "yes") & (table["basis"] == "evidence")
    return table[table["stop"] & ~met].reset_index(drop=True)


def verdict(answers: dict) -> str:
    """Tell whether data may be collected or published by the rule of this kit.

    Parameters
    ----------
    answers : dict
        The page ``data-checklist``.

    Returns
    -------
    str
        ``"stop"`` while a STOP item is anything but yes (*does not apply* included), ``"claimed"`` if all are yes
        and one of them has nothing that shows it, else ``"go"``.

    Raises
    ------
    MeasureError
        As `checklist`.

    Examples
    --------
    >>> yes = dict.fromkeys(("d2_5", "d3_1", "d5_1", "d5_2", "d5_3"), "yes")
    >>> verdict({}), verdict(yes), verdict(yes | {f"{name}_where": "file 3" for name in yes})
    ('stop', 'claimed', 'go')
    """
    open_ones = stops(answers)
    if (open_ones["answer"] != "yes").any():
        return "stop"
    return "claimed" if len(open_ones) else "go"


def check(answers: dict) -> None:
    """Refuse a checklist that contradicts itself or could harm somebody.

    Parameters
    ----------
    answers : dict
        The page ``data-checklist``.

    Raises
    ------
    MeasureError
        If data are collected or published while a STOP item is not yes, or something is to be done about an item
        that does not apply.

    Examples
    --------
    >>> check({"stage": "published"})
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: Data are collected or published, but not yes: D2.5, D3.1, D5.1, D5.2, D5.3.
    Yes to every STOP item was expected first.
    Take the data back or stop collecting until they are yes.
    """
    table = checklist(answers)
    open_ones = table[table["stop"] & (table["answer"] != "yes")]["id"].map(name).tolist()
    if answers.get("stage") in ("collected", "published") and open_ones:
        raise MeasureError("data_checklist.too-early", items=", ".join(open_ones))
    aside = set(table[table["answer"] == "not_applicable"]["id"])
    for row in rows(answers, "actions"):
        if str(row.get("item")) in aside:
            raise MeasureError("data_checklist.no-need", item=name(row["item"]))


def profile(answers: dict) -> pd.DataFrame:
    """Count the answers under each heading. There is no total.

    Parameters
    ----------
    answers : dict
        The page ``data-checklist``.

    Returns
    -------
    pandas.DataFrame
        A row for each heading: ``heading``, ``label``, ``yes``, ``partly``, ``no``, ``not_applicable``, ``open``
        (no answer, or a code), ``claimed`` (of yes and partly) and ``stop`` (STOP items that are not yes).

    Raises
    ------
    MeasureError
        As `checklist`.

    Examples
    --------
    >>> profile({"d1_1": "yes", "d1_2": "does_not_know"}).loc[0, ["yes", "open", "claimed", "stop"]].tolist()
    [1, 4, 1, 0]
    """
    import pandas as pd

    table, found = checklist(answers), []
    for one in rules("data_checklist")["headings"]:
        mine = table[table["heading"] == one["id"]]
        counts = {given: int((mine["answer"] == given).sum()) for given in ANSWERS[:-1]}
        found.append(
            {"heading": one["id"], "label": said(one["label"])}
            | counts
            | {"open": len(mine) - sum(counts.values()), "claimed": int((mine["basis"] == "claimed").sum())}
            | {"stop": int((mine["stop"] & (mine["answer"] != "yes")).sum())}
        )
    return pd.DataFrame(found)


def actions(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Give what will be done, the earliest first.

    Parameters
    ----------
    answers : dict
        The page ``data-checklist``.
    today : datetime.date, optional
        The day against which a step is late.

    Returns
    -------
    pandas.DataFrame
        Columns ``item``, ``step``, ``owner``, ``by`` and ``late``.

    Examples
    --------
    >>> from datetime import date
    >>> steps = [{"item": "d1_1", "step": "Ask", "by": "2027-02-01"}, {"item": "d5_2", "by": "2027-01-01"}]
    >>> actions({"actions": steps}, today=date(2027, 1, 15))[["item", "late"]].values.tolist()
    [['d5_2', True], ['d1_1', False]]
    """
    import pandas as pd

    found = [
        {key: str(row.get(key) or "") for key in ("item", "step", "owner", "by")}
        for row in rows(answers, "actions")
    ]
    found.sort(key=lambda row: row["by"] or "9999")
    late = [row | {"late": passed(row["by"], today)} for row in found]
    return pd.DataFrame(late, columns=["item", "step", "owner", "by", "late"])


def name(item: str) -> str:
    """Give the short name of an item.

    Examples
    --------
    >>> name("d2_5")
    'D2.5'
    """
    return str(item).upper().replace("_", ".")
