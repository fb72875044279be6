"""Figures of an indicator over time: what may be called better or worse, and what is due.

Reading rule of this kit: "better" and "worse" only where the interval of the change leaves out zero, and where
both figures were counted in the same way. All else is "no clear change", and no sign that nothing happened.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.deadlines import passed
from kit.assess.page_words import rows
from kit.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [
    "id", "on", "cases", "of_all", "value", "lower", "upper", "change", "change_lower", "change_upper",
    "word", "few", "decision",
]  # fmt: skip
FEW = 5  # cases; below, small numbers decide more than people do
RATE_FOR = 1000


def readings(answers: dict, *, strict: bool = True, today: date | None = None) -> pd.DataFrame:
    """Give each figure with its interval, and what may be said of its change since the first one.

    Shares come in percent, rates for each 1,000 people; changes in percentage points, or in events for each 1,000.

    Parameters
    ----------
    answers : dict
        The page ``indicators``.
    strict : bool
        Refuse what contradicts itself; if not, such a figure is left out.
    today : datetime.date, optional
        The day after which a figure lies in the future.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``on``, ``cases``, ``of_all``, ``value`` with ``lower`` and ``upper``, ``change`` with
        its limits, ``few`` (fewer than five cases) and ``word``: ``"first"``, ``"better"``, ``"worse"``,
        ``"higher"`` or ``"lower"`` (where neither way is better), ``"no-clear-change"``, ``"broken"`` (counted
        in another way) or ``"no-interval"``.

    Raises
    ------
    MeasureError
        For a figure of an indicator that is not in the plan, more cases than people, a day in the future, or
        two figures of one day.

    Examples
    --------
    >>> page = {"indicators": [{"id": "H2", "figure": "share", "direction": "higher"}],
    ...         "readings": [{"indicator": "H2", "on": "2025-12-31", "cases": 16, "of_all": 45},
    ...                      {"indicator": "H2", "on": "2026-06-30", "cases": 24, "of_all": 31}]}
    >>> readings(page, today=date(2026, 11, 25))[["value", "word"]].round(1).values.tolist()
    [[35.6, 'first'], [77.4, 'better']]

    Source
    ------
    Intervals of Wilson (shares), Newcombe (their difference) and Poisson (rates); see `kit.measure`.
    """
    import pandas as pd

    today = (today or date.today()).isoformat()
    sheets = {_name(row.get("id") or number): row for number, row in enumerate(rows(answers, "indicators"), 1)}
    found, first, seen = [], {}, set()
    for row in sorted(rows(answers, "readings"), key=lambda row: str(row.get("on") or "")):
        name, on = _name(row.get("indicator")), str(row.get("on") or "")
        try:
            if name not in sheets:
                raise MeasureError("indicators.unknown-indicator", name=name[:20] or "–")
            if on > today:
                raise MeasureError("indicators.reading-future", name=name[:20], day=on)
            if (name, on) in seen:
                raise MeasureError("indicators.reading-twice", name=name[:20], day=on)
            sheet = sheets[name]
            line = _figure(name, row, sheet.get("figure"))
            # A break makes what was counted before another figure: from there on, compare with the new first one.
            if row.get("broken") == "yes" or name not in first:
                line["word"] = "broken" if name in first else "first"
                first[name] = row
            else:
                line |= _change(row, first[name], sheet)
        except MeasureError:
            if strict:
                raise
            continue
        seen.add((name, on))
        label = str(sheet.get("id") or row.get("indicator"))
        found.append({"id": label, "on": on, "decision": str(row.get("decision") or "")} | line)
    return pd.DataFrame(found, columns=COLUMNS)


def due(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Give the figures in the order in which they are due, and which are late.

    Examples
    --------
    >>> rows = [{"id": "H1", "next_on": "2027-06-30"}, {"id": "H2", "next_on": "2027-01-31"}]
    >>> due({"indicators": rows}, today=date(2027, 2, 1))[["id", "late"]].values.tolist()
    [['H2', True], ['H1', False]]
    """
    import pandas as pd

    given = []
    for number, row in enumerate(rows(answers, "indicators"), start=1):
        if row.get("next_on"):
            day = {"next_on": str(row["next_on"]), "late": passed(row["next_on"], today)}
            who = {name: str(row.get(name) or "") for name in ("name", "collector")}
            given.append({"id": str(row.get("id") or number)} | who | day)
    given.sort(key=lambda row: (row["next_on"], row["id"]))
    return pd.DataFrame(given, columns=["id", "name", "collector", "next_on", "late"])


def _name(given: object) -> str:
    return str(given or "").strip().casefold()


def _pair(row: dict) -> tuple | None:
    cases, of_all = row.get("cases"), row.get("of_all")
    return (cases, of_all) if isinstance(cases, int) and isinstance(of_all, int) else None


def _figure(name: str, row: dict, figure: object) -> dict:
    from kit.measure.rates import rate, share

    pair = _pair(row)
    line = dict.fromkeys(COLUMNS[2:-1]) | {"value": row.get("value"), "word": "", "few": False}
    if figure not in ("share", "rate") or pair is None:
        return line
    if figure == "share" and pair[0] > pair[1]:
        raise MeasureError("indicators.more-than-all", name=name[:20], cases=pair[0], all=pair[1])
    shown = share(*pair) if figure == "share" else rate(*pair, per=RATE_FOR)
    times = 100 if figure == "share" else 1
    limits = {column: float(shown.loc[0, column]) * times for column in ("estimate", "lower", "upper")}
    limits["value"] = limits.pop("estimate")
    return line | limits | {"cases": pair[0], "of_all": pair[1], "few": pair[0] < FEW}


def _change(row: dict, before: dict, sheet: dict) -> dict:
    from kit.measure.disparity import incidence_difference, rate_difference

    now, then, figure = _pair(row), _pair(before), sheet.get("figure")
    if figure not in ("share", "rate") or now is None or then is None:
        return {"word": "no-interval"}
    if figure == "share":
        shown, times = rate_difference(now, then), 100
    else:
        shown, times = incidence_difference(now, then, per=RATE_FOR), 1
    change, low, high = (float(shown.loc[0, one]) * times for one in ("estimate", "lower", "upper"))
    found = {"change": change, "change_lower": low, "change_upper": high}
    if low <= 0 <= high:
        return found | {"word": "no-clear-change"}
    if sheet.get("direction") not in ("higher", "lower"):
        return found | {"word": "higher" if low > 0 else "lower"}
    return found | {"word": "better" if (low > 0) == (sheet["direction"] == "higher") else "worse"}
