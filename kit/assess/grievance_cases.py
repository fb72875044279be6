"""Counts of cases: shares with their interval, warnings against reading them wrongly, and how long cases take.

The page of the town holds totals only. `closing` reads a table of days that never leaves the office.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.page_words import label, rows
from kit.assess.rule_files import rules
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day
from kit.text.numbers import show_number

if TYPE_CHECKING:
    import pandas as pd

# Each measure: the part, and the whole it is a part of.
PARTS = {
    "acknowledged": ("received",),
    "supported": ("received",),
    "closed_in_time": ("closed",),
    "withdrawn": ("closed",),
    "upheld": ("upheld", "not_upheld"),
    "carried_out": ("granted",),
    "again": ("asked",),
}
RESULTS = ("upheld", "not_upheld", "withdrawn", "referred")
COUNTS = ("received", "anonymous", "acknowledged", "supported", "closed", "closed_in_time", *RESULTS, "open",
          "granted", "carried_out", "waivers", "reprisals", "changes", "asked", "again")  # fmt: skip


def shares(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Give the measures of each period as shares with their interval. What nobody counted is left out, never 0.

    Parameters
    ----------
    answers : dict
        The page ``grievance``.
    today : datetime.date, optional
        The day after which a period lies in the future.

    Returns
    -------
    pandas.DataFrame
        Columns ``begins``, ``ends``, ``measure``, ``part``, ``all``, ``share`` (0 to 1), ``lower``, ``upper``.

    Raises
    ------
    MeasureError
        For a part above its whole, results that add up to more than the cases closed, days in the wrong
        order, periods that share a day, or a count that is none.

    Examples
    --------
    >>> period = {"begins": "2026-01-01", "ends": "2026-06-30", "received": 40, "acknowledged": 30}
    >>> shares({"periods": [period]}).round(2)[["measure", "share", "lower", "upper"]].values.tolist()
    [['acknowledged', 0.75, 0.6, 0.86]]

    Source
    ------
    Interval of Wilson (1927); see `kit.measure.rates.share`.
    """
    import pandas as pd

    from kit.measure.rates import share

    found = []
    for row in periods(answers, today=today):
        for name, of_all in PARTS.items():
            counts = [row.get(one) for one in (name, *of_all)]
            if None in counts or not sum(counts[1:]):
                continue
            shown = share(counts[0], sum(counts[1:])).loc[0]
            limits = {"share": shown["estimate"], "lower": shown["lower"], "upper": shown["upper"]}
            days = {"begins": str(row.get("begins") or ""), "ends": str(row.get("ends") or "")}
            found.append(days | {"measure": name, "part": counts[0], "all": sum(counts[1:])} | limits)
    columns = ["begins", "ends", "measure", "part", "all", "share", "lower", "upper"]
    return pd.DataFrame(found, columns=columns)


def traps(answers: dict, *, today: date | None = None) -> list[str]:
    """Say in words what the counts must not be taken for.

    Raises
    ------
    MeasureError
        As for `shares`.

    Examples
    --------
    >>> period = {"begins": "2026-01-01", "ends": "2026-06-30", "received": 3}
    >>> traps({"periods": [period]})[0]
    '1 January 2026 to 30 June 2026: cases received: 3. Few cases may mean fear, or that nobody knows the way in.'
    """
    found = []
    for row in periods(answers, today=today):
        asked = {
            # Reprisals first: they come before everything else.
            "reprisals": (row.get("reprisals") or 0) > 0,
            "waivers": (row.get("waivers") or 0) > 0,
            "few": row.get("received") is not None and row["received"] < rules("grievance")["few_cases"],
            "campaign": row.get("campaign") == "yes",
            "withdrawn": (row.get("withdrawn") or 0) > 0,
            "refused": (row.get("not_upheld") or 0) > (row.get("upheld") or 0) and row.get("upheld") is not None,
            "open": (row.get("open") or 0) > 0,
        }
        counts = asked | {name: row.get(name) for name in asked if name in row} | {"few": row.get("received")}
        words = period_words(row)
        found += [text(f"grievance.trap-{name}", period=words, n=counts[name]) for name in asked if asked[name]]
    return found


def closing(cases: pd.DataFrame, *, within: int = 30, today: date | None = None) -> pd.DataFrame:
    """Give how long cases take, open ones included: the share closed within so many days, and the middle time.

    Cases still open count for as long as they have been open. Closed cases alone would look too quick.

    Parameters
    ----------
    cases : pandas.DataFrame
        Columns ``opened`` and ``closed`` (days; ``closed`` is missing for an open case). No other column is read.
    within : int
        Days, 30 by default.
    today : datetime.date, optional
        The day up to which open cases are counted.

    Returns
    -------
    pandas.DataFrame
        One row: ``cases``, ``open``, ``within``, ``share_closed`` with ``lower`` and ``upper`` (95%), ``median``
        and ``ninth`` (days after which half, and nine of ten, are closed; missing where not reached), and
        ``median_closed_only`` for contrast.

    Raises
    ------
    MeasureError
        For a table without cases, a day in that is none or lies in the future, or a case closed before it came in.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"opened": ["2026-01-01"] * 4, "closed": ["2026-01-11", "2026-01-21", None, None]})
    >>> found = closing(table, within=15, today=date(2026, 3, 1)).loc[0]
    >>> float(found["share_closed"]), float(found["median"]), float(found["median_closed_only"])
    (0.25, 20.0, 15.0)

    Source
    ------
    Kaplan and Meier (1958), Journal of the American Statistical Association 53:457-481, by statsmodels.
    """
    import pandas as pd
    from statsmodels.duration.survfunc import SurvfuncRight

    if not {"opened", "closed"} <= set(getattr(cases, "columns", [])) or cases.empty:
        raise MeasureError("grievance.no-cases")
    now = pd.Timestamp(today or date.today())
    opened, closed = (pd.to_datetime(cases[name], errors="coerce") for name in ("opened", "closed"))
    for row, (first, last) in enumerate(zip(opened, closed, strict=True), start=1):
        if pd.isna(first) or first > now:
            raise MeasureError("grievance.no-opened", row=row, given=str(cases["opened"].iloc[row - 1])[:20])
        if last < first:
            raise MeasureError("grievance.closed-first", row=row, opened=first.date(), closed=last.date())
    done = closed.notna() & (closed <= now)
    days = (closed.where(done, now) - opened).dt.days.to_numpy(dtype=float)
    curve = SurvfuncRight(days, done.to_numpy(dtype=int))
    before = curve.surv_times <= within
    left = float(curve.surv_prob[before][-1]) if before.any() else 1.0
    error = float(curve.surv_prob_se[before][-1]) if before.any() else 0.0
    only = days[done.to_numpy()]
    return pd.DataFrame(
        {
            "cases": [len(days)],
            "open": [int((~done).sum())],
            "within": [within],
            "share_closed": [1 - left],
            "lower": [max(0.0, 1 - left - 1.96 * error)],
            "upper": [min(1.0, 1 - left + 1.96 * error)],
            "median": [_reached(curve, 0.5)],
            "ninth": [_reached(curve, 0.9)],
            "median_closed_only": [float(pd.Series(only).median()) if len(only) else None],
        }
    )


def periods(answers: dict, *, today: date | None = None) -> list[dict]:
    """Give the periods in their order, after a look at whether they can be true.

    Raises
    ------
    MeasureError
        As for `shares`.

    Examples
    --------
    >>> len(periods({"periods": [{"begins": "2026-01-01", "ends": "2026-06-30"}]}))
    1
    """
    found = sorted(rows(answers, "periods"), key=lambda row: str(row.get("begins") or ""))
    last = ""
    for row in found:
        begins, ends = str(row.get("begins") or ""), str(row.get("ends") or "")
        if begins and ends and ends < begins:
            raise MeasureError("grievance.ends-first", first=begins[:10], last=ends[:10])
        if ends > (today or date.today()).isoformat():
            raise MeasureError("grievance.future-period", last=ends[:10])
        if begins and begins <= last:
            raise MeasureError("grievance.overlap", day=begins[:10])
        last = max(last, ends)
        _check_counts(row)
    return found


def period_words(row: dict) -> str:
    """Give the days of a period in words.

    Examples
    --------
    >>> period_words({"begins": "2026-01-01", "ends": "2026-06-30"})
    '1 January 2026 to 30 June 2026'
    """
    first, last = (show_day(row.get(name) or "–") for name in ("begins", "ends"))
    return text("grievance.period", first=first, last=last)


def _check_counts(row: dict) -> None:
    words = period_words(row)
    for name in COUNTS:
        given = row.get(name)
        if given is not None and (not isinstance(given, int) or isinstance(given, bool) or given < 0):
            what = label("grievance", name, inside="periods")
            raise MeasureError("grievance.no-count", period=words, what=what, given=str(given)[:20])
    pairs = {name: of_all[0] for name, of_all in PARTS.items() if name not in of_all} | {"anonymous": "received"}
    for part, whole in pairs.items():
        if None not in (row.get(part), row.get(whole)) and row[part] > row[whole]:
            what = label("grievance", part, inside="periods")
            counts = {"part": show_number(row[part]), "all": show_number(row[whole])}
            raise MeasureError("grievance.part-above", period=words, what=what, **counts)
    results = sum(row.get(name) or 0 for name in RESULTS)
    if row.get("closed") is not None and results > row["closed"]:
        counts = {"part": show_number(results), "all": show_number(row["closed"])}
        raise MeasureError("grievance.results-above", period=words, **counts)


def _reached(curve: object, part: float) -> float | None:
    """Give the day by which this part of the cases is closed, if that day was reached."""
    days = curve.surv_times[curve.surv_prob <= 1 - part + 1e-9]
    return float(days[0]) if len(days) else None
