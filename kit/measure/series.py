"""Series: one figure over time, split where the way of counting changed.

A new definition, form, law or office makes a new series. The step at the break shows the change
of counting and of the world together; nobody can tell them apart. So no change is computed across it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure import _tables
from kit.measure._intervals import FEW_EVENTS, few_events, join_notes, method_words, rate_limits
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


def series(
    table: pd.DataFrame,
    time: Hashable,
    *,
    count: Hashable | None = None,
    value: Hashable | None = None,
    exposure: Hashable | None = None,
    per: float = 100_000,
    breaks: Mapping[Any, str] | Iterable[Any] | None = None,
    definition: Hashable | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give a series over time, split at its breaks, with the change from one period to the next.

    Formulas: rate = per * count / exposure; change = 100 * (figure / previous figure - 1), only within one part.
    Units: as given (or events per `per`), and percent.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a period.
    time : column
        Year or date.
    count, value, exposure : column
        Either `count` (events; gets exact Poisson intervals; with `exposure` a rate), or `value` (any other
        figure; no interval).
    per : float
        Events per so many, with `exposure`.
    breaks : mapping or list, optional
        The first period counted in the new way, with the reason: ``{2009: "new recording form"}``.
    definition : column, optional
        Where its text changes from one period to the next, a new part begins.
    confidence : float
        Level of the intervals.

    Returns
    -------
    pandas.DataFrame
        A row a period, in order: the time, part (1, 2, ...), break_reason (why a part begins, else empty),
        change_percent (missing at the start of a part), estimate, lower, upper, n, method, notes.

    Raises
    ------
    MeasureError
        For a period that stands twice or has no figure, or a break outside the series.

    Examples
    --------
    >>> import pandas as pd
    >>> years = pd.DataFrame({"year": [2007, 2008, 2009, 2010], "cases": [60, 66, 500, 325]})
    >>> found = series(years, "year", count="cases", breaks={2009: "new form"})
    >>> found[["year", "part", "change_percent"]].round(0)
       year  part  change_percent
    0  2007     1             NaN
    1  2008     1            10.0
    2  2009     2             NaN
    3  2010     2           -35.0

    Source
    ------
    UN Statistics Division, National Quality Assurance Framework (2019), on coherence and comparability over time.
    """
    given = [column for column in (count, value, exposure, definition) if column is not None]
    if (count is None) == (value is None) or (value is not None and exposure is not None):
        raise MeasureError("series.which-columns")
    data = _in_order(_tables.table(table, columns=[time, *given]), time)
    periods = data[time].tolist()
    reasons = _reasons(periods, breaks, None if definition is None else data[definition].tolist())
    if value is not None:
        figures = check.numbers(data[value], str(value), groups=periods)
        rows = [{"estimate": float(figure), "method": text("series.value"), "notes": ""} for figure in figures]
    else:
        rows = _counted(data, periods, count=count, exposure=exposure, per=per, confidence=confidence)
    part, previous, answers = 0, None, []
    for position, (period, row) in enumerate(zip(periods, rows, strict=True)):
        new = position == 0 or period in reasons
        part += new
        step = None if new or not previous else 100 * (row["estimate"] - previous) / previous
        gap = position > 0 and _whole_years(periods) and period - periods[position - 1] > 1
        row["notes"] = join_notes(
            text("series.break", reason=reasons[period]) if period in reasons else "",
            text("series.gap", first=periods[position - 1], second=period) if gap else "",
            text("trends.from-zero") if not new and previous == 0 else "",
            row["notes"],
        )
        why = reasons.get(period, "")
        answers.append({time: period, "part": part, "break_reason": why, "change_percent": step, **row})
        previous = row["estimate"]
    return result_table(answers)


def compare_periods(
    table: pd.DataFrame,
    time: Hashable,
    *,
    first: Any,
    last: Any,
    count: Hashable | None = None,
    value: Hashable | None = None,
    exposure: Hashable | None = None,
    per: float = 100_000,
    breaks: Mapping[Any, str] | Iterable[Any] | None = None,
    definition: Hashable | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give the change between two periods of a series, or refuse it when a break lies between them.

    Formulas and units: `kit.measure.trends.change` for counts and rates; for other figures difference and percent.

    Parameters
    ----------
    first, last
        The two periods, as they stand in the column `time`.
    table, time, count, value, exposure, per, breaks, definition, confidence
        As in `series`.

    Returns
    -------
    pandas.DataFrame
        Rows "difference" and "percent".

    Raises
    ------
    MeasureError
        If a break lies between the two periods, with its reason; or as in `series`.

    Examples
    --------
    >>> import pandas as pd
    >>> years = pd.DataFrame({"year": [2007, 2008, 2009, 2010], "cases": [60, 66, 500, 325]})
    >>> compare_periods(years, "year", first=2008, last=2009, count="cases", breaks={2009: "new form"})
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: 2008 and 2009 cannot be compared: new form (2009).
    Figures counted in the same way were expected.
    Compare within 2007-2008 or within 2009-2010, and show the break.

    Source
    ------
    As in `series`.
    """
    whole = series(
        table, time, count=count, value=value, exposure=exposure, per=per, breaks=breaks, definition=definition,
        confidence=confidence,
    )  # fmt: skip
    periods = whole[time].tolist()
    for name, period in (("first", first), ("last", last)):
        if period not in periods:
            raise MeasureError("series.no-period", name=name, value=period, first=periods[0], last=periods[-1])
    start, end = periods.index(first), periods.index(last)
    if start >= end:
        raise MeasureError("series.wrong-order", first=first, last=last)
    begin, final = whole.loc[start], whole.loc[end]
    if begin["part"] != final["part"]:
        starts = [i for i in range(start + 1, end + 1) if whole.loc[i, "part"] != whole.loc[i - 1, "part"]]
        spans = [whole.loc[whole["part"] == part, time].tolist() for part in (begin["part"], final["part"])]
        definitions = None if definition is None else _in_order(table, time)[definition].tolist()
        why = _reasons(periods, breaks, definitions)
        raise MeasureError(
            "series.break-between", first=first, last=last,
            reason="; ".join(f"{why[periods[i]]} ({periods[i]})" for i in starts),
            one=_span(spans[0]), other=_span(spans[1]),
        )  # fmt: skip
    if value is not None:
        figures = {"first": begin["estimate"], "second": final["estimate"]}
        step = {"measure": "difference", "estimate": final["estimate"] - begin["estimate"]}
        rows = [{**figures, **step, "method": text("series.value")}]
        if begin["estimate"] > 0:
            percent = 100 * (final["estimate"] / begin["estimate"] - 1)
            rows.append({**figures, "measure": "percent", "estimate": percent, "method": text("series.value")})
        return result_table(rows)
    from kit.measure.trends import change

    data = _in_order(table, time)
    exposures = (1, 1) if exposure is None else (data[exposure].iloc[start], data[exposure].iloc[end])
    events = data[count].iloc[start], data[count].iloc[end]
    return change(*events, exposures=exposures, per=1 if exposure is None else per, confidence=confidence)


def cumulative_to_annual(
    table: pd.DataFrame,
    time: Hashable,
    *,
    cumulative: Hashable,
    before_first: int | None = None,
) -> pd.DataFrame:
    """Give the figure of each single period from a running total.

    Formula: total of this period minus total of the period before. Unit: events. Running totals always rise; drawn
    as if they were yearly figures they show a crisis that is not there.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a period.
    time, cumulative : column
        Year or date, and the running total.
    before_first : int, optional
        The total before the first row, such as 0 for a count that begins there. Without it the first period cannot
        be told apart from earlier ones, and is left out.

    Returns
    -------
    pandas.DataFrame
        A row a period, in order: the time, estimate, n (the running total), method, notes.

    Raises
    ------
    MeasureError
        If the running total falls, a period stands twice, or only one total is known.

    Examples
    --------
    >>> import pandas as pd
    >>> totals = pd.DataFrame({"year": [2021, 2022, 2023], "files": [100, 180, 230]})
    >>> found = cumulative_to_annual(totals, "year", cumulative="files")
    >>> dict(zip(found["year"], found["estimate"]))
    {2022: 80.0, 2023: 50.0}

    Source
    ------
    By definition: a running total is the sum of its periods.
    """
    data = _in_order(_tables.table(table, columns=[time, cumulative]), time)
    periods = data[time].tolist()
    totals = check.counts(data[cumulative], str(cumulative), groups=periods).tolist()
    if before_first is not None:
        periods, totals = [None, *periods], [check.count(before_first, "before_first"), *totals]
    check.at_least(totals, str(cumulative), needed=2)
    rows = []
    for position in range(1, len(totals)):
        earlier, later, period = totals[position - 1], totals[position], periods[position]
        if later < earlier:
            raise MeasureError(
                "series.falls", column=cumulative, earlier=f"{earlier:,.0f}", later=f"{later:,.0f}", period=period
            )
        left_out = position == 1 and before_first is None
        rows.append({
            time: period, "estimate": later - earlier, "n": int(later), "method": text("series.differenced"),
            "notes": text("series.first-left-out", period=periods[0]) if left_out else "",
        })  # fmt: skip
    return result_table(rows)


def _in_order(data: pd.DataFrame, time: Hashable) -> pd.DataFrame:
    if data[time].isna().any():
        raise MeasureError("series.no-time", column=time)
    _tables.distinct(data, [time])
    try:
        return data.sort_values(time, ignore_index=True)
    except TypeError:
        raise MeasureError("series.mixed-times", column=time) from None


def _reasons(periods: list, breaks: Any, definitions: list | None) -> dict[Any, str]:
    """Give the reason for each period that begins a new part."""
    reasons: dict[Any, str] = {}
    if definitions is not None:
        for position in range(1, len(periods)):
            old, new = (_stated(definitions[i]) for i in (position - 1, position))
            if old != new:
                reasons[periods[position]] = text("series.new-definition", old=old, new=new)
    if breaks is None:
        return reasons
    if isinstance(breaks, str) or not hasattr(breaks, "__iter__"):
        breaks = [breaks]
    named = (
        breaks
        if isinstance(breaks, Mapping)
        else dict.fromkeys((one if one.__hash__ else str(one) for one in breaks), text("series.no-reason"))
    )
    for start, reason in named.items():
        try:
            after = [period for period in periods[1:] if period >= start and periods[0] < start]
        except TypeError:
            after = []
        if not after:
            raise MeasureError("series.break-outside", value=start, first=periods[0], last=periods[-1])
        known = reasons.get(after[0])
        reasons[after[0]] = f"{known}; {reason}" if known else str(reason)
    return reasons


def _counted(data, periods: list, *, count, exposure, per: float, confidence: float) -> list[dict]:
    import numpy as np

    x = check.counts(data[count], str(count), groups=periods)
    if exposure is None:
        units, per, what = np.ones_like(x), 1.0, "series.count"
    else:
        units, per, what = (
            check.numbers(data[exposure], str(exposure), groups=periods),
            check.number(per, "per", above=0),
            "rates.rate",
        )
        for period, size in zip(periods, units, strict=True):
            check.number(size, str(exposure), group=period, above=0)
    lower, upper = rate_limits(x, units, interval="exact", confidence=confidence)
    method = method_words(what, interval="exact", confidence=confidence)
    return [
        {
            "estimate": float(per * x[i] / units[i]),
            "lower": float(per * lower[i]),
            "upper": float(per * upper[i]),
            "n": int(x[i]) if exposure is None else float(units[i]),
            "method": method,
            "notes": few_events(x[i], FEW_EVENTS),
        }
        for i in range(len(x))
    ]


def _stated(value: Any) -> str:
    return text("disaggregation.not-stated") if check.is_missing(value) else str(value).strip()


def _span(periods: list) -> str:
    return str(periods[0]) if len(periods) == 1 else f"{periods[0]}-{periods[-1]}"


def _whole_years(periods: list) -> bool:
    return all(isinstance(period, int) for period in periods)
