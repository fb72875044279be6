"""The indicator plan: one sheet for each indicator, six questions to it, and what contradicts itself.

Source: OHCHR, *Human Rights Indicators: A Guide to Measurement and Implementation* (HR/PUB/12/5), for
structure, process and outcome. The six questions and the gate are rules of this kit.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.page_words import answer, question, rows
from kit.assess.rule_files import rules, said, scale
from kit.errors import MeasureError
from kit.text.numbers import show_number

if TYPE_CHECKING:
    import pandas as pd

PAGE = "indicators"
TYPES = ("structure", "process", "outcome")
# What a sheet has to say before anybody can use the figure.
SHEET = ("definition", "source", "collector", "checked_by", "frequency", "groups", "blind_spot")
COLUMNS = [
    "id", "name", "attribute", "type", "figure", "direction", "baseline", "baseline_on", "target", "target_by",
    "sdg", "groups", "frequency", "next_on", "blind_spot", "limits", "result", "missing", "problem",
]  # fmt: skip


def plan(answers: dict, *, strict: bool = True, today: date | None = None) -> pd.DataFrame:
    """Give the plan: a row for each indicator, what its sheet lacks, and how it stood the six questions.

    Parameters
    ----------
    answers : dict
        The page ``indicators``, filled in or half filled in.
    strict : bool
        Refuse what contradicts itself. If not, ``problem`` says in words what is wrong.
    today : datetime.date, optional
        The day against which targets have passed.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``name``, ``attribute``, ``type``, ``figure``, ``direction``, ``baseline`` and ``target``
        (a number, words, or missing), their days, ``sdg``, ``groups``, ``result``, ``missing``
        (questions of the sheet without an answer) and ``problem``; for ``result`` see `six_questions`.

    Raises
    ------
    MeasureError
        For a short name used twice, a target that is the value now or lies the wrong way, days in the wrong
        order, a target whose day has passed without a figure, or a choice that does not exist.

    Examples
    --------
    >>> one = {"id": "H2", "type": "process", "direction": "higher", "baseline": 35.6, "target": 80}
    >>> plan({"indicators": [one]}).loc[0, ["baseline", "target", "result"]].tolist()
    [35.6, 80, 'open']
    """
    import pandas as pd

    today, found, seen = today or date.today(), [], set()
    measured = {_name(row, "indicator") for row in rows(answers, "readings")}
    results = six_questions(answers, strict=False)["result"].tolist()
    for number, row in enumerate(rows(answers, "indicators"), start=1):
        name = str(row.get("id") or number)
        sheet = {column: row.get(column) for column in COLUMNS[1:-3]}
        sheet |= {"id": name, "baseline": _value(row, "baseline"), "target": _value(row, "target")}
        sheet |= {"result": results[number - 1], "missing": _missing(row), "problem": ""}
        try:
            if name.casefold() in seen:
                raise MeasureError("indicators.twice", name=name[:20])
            seen.add(name.casefold())
            _check(name[:20], row, today, name.casefold() in measured)
        except MeasureError as error:
            if strict:
                raise
            sheet["problem"] = " ".join(error.lines)
        found.append(sheet)
    return pd.DataFrame(found, columns=COLUMNS, dtype=object)


def six_questions(answers: dict, *, strict: bool = True) -> pd.DataFrame:
    """Hold each indicator against the six questions. No points, no sum: one *no* is not made good by five *yes*.

    Parameters
    ----------
    answers : dict
        The page ``indicators``.
    strict : bool
        Refuse an answer that is none of the choices; if not, it counts as not answered.

    Returns
    -------
    pandas.DataFrame
        ``id``, a column for each question, and ``result``: ``"passes"`` (yes to all), ``"limits"`` (a partly,
        with words on what is done), ``"mend"`` (a no, or a partly without words), ``"stop"`` (a no to
        *harmless*) or ``"open"`` (questions without an answer).

    Raises
    ------
    MeasureError
        For an answer that does not exist.

    Examples
    --------
    >>> yes = dict.fromkeys(("relevant", "independent", "seen", "power", "repeatable", "harmless"), "yes")
    >>> rows = [yes, yes | {"seen": "partly", "limits": "Survey in May"}, yes | {"harmless": "no"}, {}]
    >>> six_questions({"indicators": rows})["result"].tolist()
    ['passes', 'limits', 'stop', 'open']
    """
    import pandas as pd

    names, found = [one["id"] for one in rules(PAGE)["questions"]], []
    for number, row in enumerate(rows(answers, "indicators"), start=1):
        name = str(row.get("id") or number)
        given = {one: _chosen(name[:20], row, one, strict) for one in names}
        found.append({"id": name} | given | {"result": _result(given, row)})
    return pd.DataFrame(found, columns=["id", *names, "result"])


def matrix(answers: dict) -> pd.DataFrame:
    """Give the indicators by part of the right (rows) and kind (columns): an empty cell is a gap to see.

    Returns
    -------
    pandas.DataFrame
        Columns ``attribute``, ``structure``, ``process``, ``outcome``; each cell a list of short names.

    Examples
    --------
    >>> rows = [{"id": "H1", "attribute": "Tenure", "type": "structure"}, {"id": "H2", "attribute": "tenure"}]
    >>> matrix({"indicators": rows}).values.tolist()
    [['Tenure', ['H1'], [], []]]
    """
    import pandas as pd

    found: dict[str, dict] = {}
    for number, row in enumerate(rows(answers, "indicators"), start=1):
        part = " ".join(str(row.get("attribute") or "–").split())
        line = found.setdefault(part.casefold(), {"attribute": part} | {kind: [] for kind in TYPES})
        if row.get("type") in TYPES:
            line[row["type"]].append(str(row.get("id") or number))
    return pd.DataFrame(list(found.values()), columns=["attribute", *TYPES])


def starters(right: str) -> pd.DataFrame:
    """Give indicators to begin with for a right, one of each kind; an empty table where the kit has none.

    Parameters
    ----------
    right : str
        ``"housing"``; the names are those of the page's list of rights.

    Raises
    ------
    MeasureError
        If there is no such right.

    Examples
    --------
    >>> starters("housing")["type"].tolist()
    ['structure', 'process', 'outcome']
    """
    import pandas as pd

    _known_right(right)
    one = next((one for one in rules(PAGE)["starters"] if one["right"] == right), None)
    found = [{"type": kind, "indicator": said(one[kind])} for kind in TYPES] if one else []
    return pd.DataFrame(found, columns=["type", "indicator"])


def sdg_links(right: str) -> pd.DataFrame:
    """Give the targets of the Sustainable Development Goals that speak of a right, with a local use of each.

    Parameters
    ----------
    right : str
        ``"housing"``.

    Returns
    -------
    pandas.DataFrame
        Columns ``value`` (for the page), ``target``, ``indicator`` (its number at the UN), ``counts`` (what it
        counts, in brief) and ``local`` (what a municipality could count in its spirit).

    Raises
    ------
    MeasureError
        If there is no such right.

    Examples
    --------
    >>> sdg_links("housing")["indicator"].tolist()
    ['1.4.1', '1.4.2', '11.1.1']

    Source
    ------
    Resolution A/RES/70/1 and the global indicator framework; the links to rights are the kit's own.
    """
    import pandas as pd

    _known_right(right)
    found = [
        {"value": target["value"], "target": said(target["label"]), "indicator": one["number"],
         "counts": said(one["counts"]), "local": said(one["local"])}
        for target in scale("indicators.sdg") if right in target["rights"] for one in target["indicators"]
    ]  # fmt: skip
    return pd.DataFrame(found, columns=["value", "target", "indicator", "counts", "local"])


def _known_right(right: str) -> None:
    known = [one["value"] for one in scale("impact_rights.rights")]
    if right not in known:
        raise MeasureError("indicators.no-right", right=str(right)[:30])


def _name(row: dict, field: str) -> str:
    return str(row.get(field) or "").strip().casefold()


def _value(row: dict, which: str) -> object:
    number = row.get(which)
    if row.get("figure") != "words" and isinstance(number, (int, float)) and not isinstance(number, bool):
        return number
    return row.get(f"{which}_said")


def _missing(row: dict) -> list[str]:
    found = [name for name in SHEET if not row.get(name)]
    return found + [name for name in ("baseline", "target") if _value(row, name) in (None, "")]


def _chosen(name: str, row: dict, field: str, strict: bool) -> str:
    given = row.get(field) or ""
    if given and given not in [one["value"] for one in question(PAGE, field, inside="indicators")["choices"]]:
        if strict:
            raise MeasureError("indicators.unknown-answer", name=name, question=field, answer=str(given)[:30])
        return ""
    return given


def _result(given: dict, row: dict) -> str:
    # An answer that says nothing, such as "does not know", leaves the question open.
    if any(given.get(one) == "no" for one in rules(PAGE)["stop_if_no"]):
        return "stop"
    if "no" in given.values():
        return "mend"
    if not set(given.values()) <= {"yes", "partly", "not_applicable"}:
        return "open"
    if "partly" in given.values():
        return "limits" if row.get("limits") else "mend"
    return "passes"


def _check(name: str, row: dict, today: date, measured: bool) -> None:
    fields = ("type", "figure", "direction", "frequency", "sdg", *(one["id"] for one in rules(PAGE)["questions"]))
    for field in fields:
        _chosen(name, row, field, strict=True)
    on, by = str(row.get("baseline_on") or ""), str(row.get("target_by") or "")
    if on > today.isoformat():
        raise MeasureError("indicators.baseline-future", name=name, day=on)
    if on and by and by <= on:
        raise MeasureError("indicators.target-first", name=name, by=by, on=on)
    if by and by < today.isoformat() and not measured:
        raise MeasureError("indicators.target-passed", name=name, day=by)
    now, aim, way = _value(row, "baseline"), _value(row, "target"), row.get("direction")
    if now not in (None, "") and now == aim:
        raise MeasureError("indicators.target-is-baseline", name=name, value=shown_value(now)[:30])
    numbers = isinstance(now, (int, float)) and isinstance(aim, (int, float))
    if numbers and ((way == "higher" and aim < now) or (way == "lower" and aim > now)):
        better = answer(PAGE, "direction", way, inside="indicators")
        gaps = {"now": shown_value(now), "aim": shown_value(aim), "better": better}
        raise MeasureError("indicators.wrong-way", name=name, **gaps)


def shown_value(value: object) -> str:
    """Give a value as people read it: a number, words, or a dash.

    Examples
    --------
    >>> shown_value(35.6), shown_value("No rule"), shown_value(None)
    ('35.6', 'No rule', '–')
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
        return show_number(value)
    return str(value) if isinstance(value, str) and value else "–"
