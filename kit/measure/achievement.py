"""How much of what is possible was achieved? Scores against a frontier (SERF and HRMI type)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kit.errors import MeasureError
from kit.measure import _inputs, _tables
from kit.measure._naming import show
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

BENCHMARKS = ("income-adjusted", "global-best")
# The kit's own custom: fewer comparable units say nothing about what is possible.
FEWEST_UNITS = 10
_SCALE = ("value", "minimum", "frontier")


def achievement_score(
    value: float, *, minimum: float, frontier: float, benchmark: str = "income-adjusted"
) -> pd.DataFrame:
    r"""Get how much of what is possible was achieved, from 0 to 100 (basic SERF and HRMI score).

    .. math:: S = 100 \cdot \frac{value - minimum}{frontier - minimum}, \quad 0 \le S \le 100

    Parameters
    ----------
    value : float
        What was achieved, in the unit of the indicator.
    minimum : float
        The worst level the scale allows for, same unit. May lie above the frontier where less is
        better (deaths).
    frontier : float
        The best level seen at the same resources, or anywhere; see `benchmark`.
    benchmark : {"income-adjusted", "global-best"}
        What `frontier` is: the best with the same resources (default, asks about progressive realisation),
        or the best anywhere (asks how far people are from full enjoyment). It is named in the answer.

    Returns
    -------
    pandas.DataFrame
        One row, points from 0 to 100. 100 does not mean that everybody enjoys the right.

    Raises
    ------
    MeasureError
        If frontier and minimum are the same.

    Notes
    -----
    The form above is known from the field and was not read in the method's own paper for this kit
    (*recalled*). The penalty for rich units below the top of the frontier is left out for the same reason: use
    the published scores for countries.

    Misuse: a score of towns against the frontier of countries; a mean over rights that hides one right.

    Source: Fukuda-Parr, Lawson-Remer and Randolph (2008); what a score means and how scores are averaged, as in
    https://serfindex.uconn.edu/overview-2020/; the two benchmarks as in https://rightstracker.org.

    Examples
    --------
    >>> achievement_score(80, minimum=20, frontier=95).estimate.item()
    80.0
    """
    _inputs.choice(benchmark, "benchmark", options=BENCHMARKS)
    score, note = _score(*(_inputs.number(n, m) for n, m in zip((value, minimum, frontier), _SCALE, strict=True)))
    return result_table([{"estimate": score, "method": text(f"realisation.method-{benchmark}"), "notes": note}])


def achievement_scores(
    data: pd.DataFrame,
    *,
    value: str = "value",
    minimum: str = "minimum",
    frontier: str = "frontier",
    benchmark: str = "income-adjusted",
) -> pd.DataFrame:
    """Get the achievement score of every row of a table; formula and cautions: `achievement_score`.

    Parameters
    ----------
    data : pandas.DataFrame
        A row an indicator (or place and indicator), with the three columns; other columns are kept.
    value, minimum, frontier : str
        Names of the columns. A missing value stays without a score and says so.
    benchmark : {"income-adjusted", "global-best"}
        As in `achievement_score`.

    Returns
    -------
    pandas.DataFrame
        The rows of `data` with the common columns, points from 0 to 100.

    Raises
    ------
    MeasureError
        If every value is missing, or frontier and minimum are the same in a row.

    Notes
    -----
    Source: as `achievement_score`.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"indicator": ["a", "b"], "value": [80, 9], "minimum": [20, 30], "frontier": [95, 2]})
    >>> achievement_scores(table).estimate.tolist()
    [80.0, 75.0]
    """
    _inputs.choice(benchmark, "benchmark", options=BENCHMARKS)
    found = _tables.table(data, [value, minimum, frontier])
    values = _inputs.numbers(found[value], value, keep_missing=True)
    if (values != values).all():
        raise MeasureError("inputs.all-missing", name=value)
    low, best = _inputs.numbers(found[minimum], minimum), _inputs.numbers(found[frontier], frontier)
    rows = []
    for row, *numbers in zip(found.to_dict("records"), values, low, best, strict=True):
        known = not math.isnan(numbers[0])
        score, note = _score(*map(float, numbers)) if known else (None, text("realisation.note-unknown"))
        rows.append({**row, "estimate": score, "method": text(f"realisation.method-{benchmark}"), "notes": note})
    return result_table(rows)


def right_scores(scores: pd.DataFrame, *, right: str = "right", overall: bool = False) -> pd.DataFrame:
    """Get one score a right: the mean of the scores of its indicators.

    Parameters
    ----------
    scores : pandas.DataFrame
        From `achievement_scores`, with a column that names the right.
    right : str
        Name of that column.
    overall : bool
        Adds the mean of the rights, as the SERF Index prints it. Off unless asked for: rights do not make up
        for each other.

    Returns
    -------
    pandas.DataFrame
        A row a right; n is the number of indicators with a score, and a note tells which had none.

    Raises
    ------
    MeasureError
        If a score is outside 0 to 100, or no indicator of a right has a score.

    Notes
    -----
    Misuse: places compared whose means rest on different indicators.

    Source: https://serfindex.uconn.edu/overview-2020/ (means within a right, then over rights).

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({"right": ["food", "food", "health"], "estimate": [80.0, 60.0, 90.0]})
    >>> right_scores(scores).estimate.tolist()
    [70.0, 90.0]
    """
    found = _tables.table(scores, [right, "estimate"])
    points = _inputs.numbers(found["estimate"], "estimate", minimum=0, keep_missing=True)
    for point in points[points > 100]:
        _inputs.number(float(point), "estimate", maximum=100)
    rows = []
    for name in dict.fromkeys(found[right]):
        own = points[(found[right] == name).to_numpy()]
        known = own[own == own]
        if not len(known):
            raise MeasureError("inputs.all-missing", name=name)
        missing = len(own) - len(known)
        note = text("realisation.note-some-unknown", missing=missing, all=len(own)) if missing else ""
        method = text("realisation.method-mean")
        rows.append({"right": name, "estimate": known.mean(), "n": len(known), "method": method, "notes": note})
    if overall:
        mean = sum(row["estimate"] for row in rows) / len(rows)
        least = min(rows, key=lambda row: row["estimate"])
        note = text("realisation.note-overall", right=least["right"], points=f"{least['estimate']:.0f}")
        name, method = text("realisation.all-rights"), text("realisation.method-mean-rights")
        rows.append({"right": name, "estimate": mean, "n": len(rows), "method": method, "notes": note})
    return result_table(rows)


def achievement_frontier(
    data: pd.DataFrame, *, resources: str = "resources", value: str = "value", better: str = "higher"
) -> pd.DataFrame:
    """Get what comparable units achieved at best with the same resources or less: a stepwise frontier.

    Parameters
    ----------
    data : pandas.DataFrame
        A row a unit (town, district), comparable with each other; other columns are kept.
    resources, value : str
        Columns with own revenue per head and with the outcome.
    better : {"higher", "lower"}
        Whether more or less of the outcome is better.

    Returns
    -------
    pandas.DataFrame
        The rows of `data` with the common columns; the estimate is the frontier at the unit's resources,
        in the unit of the outcome; n is the number of units it rests on.

    Raises
    ------
    MeasureError
        If there are fewer than ten units.

    Notes
    -----
    A rule of this kit, for teaching. SERF and HRMI fit smooth curves to decades of country data; a frontier of
    countries does not fit towns. The poorest units have few others to be compared with: their frontier is
    low by design.

    Misuse: a frontier of ten towns shown as what law demands; one wrong figure at the top moves all scores.

    Source: free disposal hull, Deprins, Simar and Tulkens (1984), *recalled*.

    Examples
    --------
    >>> import pandas as pd
    >>> towns = pd.DataFrame({"resources": range(1, 11), "value": [2, 4, 3, 5, 5, 4, 8, 7, 8, 9]})
    >>> achievement_frontier(towns).estimate.tolist()
    [2.0, 4.0, 4.0, 5.0, 5.0, 5.0, 8.0, 8.0, 8.0, 9.0]
    """
    _inputs.choice(better, "better", options=("higher", "lower"))
    found = _tables.table(data, [resources, value])
    means = _inputs.numbers(found[resources], resources, minimum=0)
    reached = _inputs.numbers(found[value], value)
    if len(found) < FEWEST_UNITS:
        raise MeasureError("realisation.few-units", found=len(found), needed=FEWEST_UNITS)
    best = max if better == "higher" else min
    rows = []
    for row, own in zip(found.to_dict("records"), means, strict=True):
        peers = reached[means <= own]
        method = text("realisation.method-frontier")
        note = text("realisation.note-few-peers", n=len(peers)) if len(peers) < 3 else ""
        rows.append({**row, "estimate": best(peers.tolist()), "n": len(peers), "method": method, "notes": note})
    return result_table(rows)


def _score(value: float, minimum: float, frontier: float) -> tuple[float, str]:
    if frontier == minimum:
        raise MeasureError("realisation.flat-scale", value=show(frontier))
    score = 100 * (value - minimum) / (frontier - minimum)
    if score > 100:
        return 100.0, text("realisation.note-above-frontier")
    return max(score, 0.0), text("realisation.note-below-minimum") if score < 0 else ""
