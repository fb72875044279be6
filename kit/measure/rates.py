"""Shares and rates with the interval that belongs to them, for one group or for many.

A share is a part of people who were all counted (0 to 1). A rate is a number of events per
so many people or person-years. An interval says how far chance alone could move the figure;
where everybody was counted, read it as "if the same process ran again".
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure import _tables
from kit.measure._intervals import (
    FEW_EVENTS,
    FEW_PEOPLE,
    few_events,
    interval_rows,
    method_words,
    rate_limits,
    tail_and_z,
)
from kit.measure._naming import label_of, place_of, show
from kit.measure._result import result_table
from kit.measure.disaggregation import disaggregate
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

# Disaggregation can be reached from here, too.
__all__ = ["disaggregate", "rate", "rule_of_three", "share", "standardise", "standardised_rate"]

STANDARD_INTERVALS = ("gamma", "dobson", "dobson-byar", "normal")


def share(
    count: int,
    total: int,
    *,
    interval: str = "wilson",
    confidence: float = 0.95,
    side: str = "both",
    few: int = FEW_PEOPLE,
) -> pd.DataFrame:
    """Give the share of people with something, with its interval.

    Formula: p = count / total. Unit: a number between 0 and 1.

    Parameters
    ----------
    count, total : int
        How many people have it, and how many were looked at.
    interval : str
        ``"wilson"`` (default: good for small groups, never outside 0 to 1), ``"wilson-corrected"``
        (with continuity correction), ``"exact"`` (Clopper-Pearson, on the safe side), ``"mid-p"``,
        ``"jeffreys"``, ``"agresti-coull"``, or ``"normal"`` (textbook; poor for small groups).
    confidence : float
        Level of the interval, 0.95 by default.
    side : str
        ``"both"``, or only a ``"lower"`` or an ``"upper"`` limit.
    few : int
        A group with fewer people gets a note: do not rank. The default is the kit's own custom.

    Returns
    -------
    pandas.DataFrame
        One row: count, estimate, lower, upper, n, method, notes.

    Raises
    ------
    MeasureError
        For a total of 0, a count above it, or anything that is not a count.

    Examples
    --------
    >>> answer = share(81, 263)
    >>> answer.round(3).loc[0, ["estimate", "lower", "upper"]].tolist()
    [0.308, 0.255, 0.366]
    >>> share(3, 4).loc[0, "notes"]
    'Only 4 people: shown as a range, do not rank.'

    Source
    ------
    Wilson (1927); Newcombe (1998), Statistics in Medicine 17:857-872; Altman et al. (2000),
    Statistics with Confidence, p. 46-47. Edge of Jeffreys: Brown, Cai and DasGupta (2001).
    """
    x, n = check.part_of(count, total)
    return result_table(interval_rows({}, [x], [n], interval=interval, confidence=confidence, side=side, few=few))


def rate(
    count: int,
    exposure: float,
    *,
    per: float = 100_000,
    interval: str = "exact",
    confidence: float = 0.95,
    side: str = "both",
    few: int = FEW_EVENTS,
) -> pd.DataFrame:
    """Give events per so many people (incidence), with its interval.

    Formula: per * count / exposure. Unit: events per `per` people or person-years.

    Parameters
    ----------
    count : int
        Number of events.
    exposure : float
        People, or person-years, among whom they happened.
    per : float
        100,000 by default; 1 gives events a person.
    interval : str
        ``"exact"`` (default: Garwood, from the Poisson distribution), ``"byar"`` (Breslow and Day; used by
        English public health from 10 events on), ``"byar-rothman"`` (both limits from count + 0.5),
        ``"mid-p"``, ``"score"`` or ``"normal"``.
    confidence, side
        As in `share`.
    few : int
        A rate on fewer events gets a note.

    Returns
    -------
    pandas.DataFrame
        One row: count, estimate, lower, upper, n (the exposure), method, notes.

    Raises
    ------
    MeasureError
        For an exposure of 0 or below, or a count that is none.

    Examples
    --------
    >>> rate(15, 50_000).round(1).loc[0, ["estimate", "lower", "upper"]].tolist()
    [30.0, 16.8, 49.5]

    Source
    ------
    Garwood (1936); Breslow and Day (1987), Statistical Methods in Cancer Research II, p. 69;
    Rothman (2002), Epidemiology: An Introduction, p. 134.
    """
    x, per = check.count(count, "count"), check.number(per, "per", above=0)
    units = check.number(exposure, "exposure", minimum=0)
    if units == 0:
        raise MeasureError("inputs.zero-total", place='"exposure"')
    return result_table(
        interval_rows({}, [x], [units], per=per, interval=interval, confidence=confidence, side=side, few=few)
    )


def rule_of_three(total: int, *, confidence: float = 0.95, variant: str = "three") -> pd.DataFrame:
    """Give the largest share that fits with having seen nobody among `total` people.

    Formula: 3 / total (``"three"``); 1 - (1 - confidence)^(1 / total) (``"exact"``);
    -ln(1 - confidence) / total (``"poisson"``). Unit: a share. All are one-sided.

    Parameters
    ----------
    total : int
        How many people were looked at; none of them had it.
    confidence : float
        The plain rule is for 0.95 only.
    variant : str
        ``"three"`` (default: the rule as taught, rough below 30 people), ``"exact"`` or ``"poisson"``.

    Returns
    -------
    pandas.DataFrame
        One row; the upper limit is the answer.

    Raises
    ------
    MeasureError
        For a total of 0, or the plain rule at another level than 0.95.

    Examples
    --------
    >>> rule_of_three(60)[["estimate", "upper"]].values.tolist()
    [[0.0, 0.05]]

    Source
    ------
    Hanley and Lippman-Hand (1983), JAMA 249:1743-1745.
    """
    _, n = check.part_of(0, total)
    check.choice(variant, "variant", options=("three", "exact", "poisson"))
    tail, _ = tail_and_z(confidence, side="upper")
    if variant == "three" and confidence != 0.95:
        raise MeasureError("rates.three-level", value=show(confidence))
    upper = {"three": 3 / n, "exact": 1 - tail ** (1 / n), "poisson": -math.log(tail) / n}[variant]
    notes = [text("rates.none-seen", n=n, percent=f"{100 * min(upper, 1):.3g}")]
    if variant == "three" and n < 30:
        notes.append(text("rates.three-rough"))
    method = f"{text(f'rates.rule-{variant}')}, {100 * confidence:g} %"
    row = {"count": 0, "estimate": 0.0, "lower": 0.0, "upper": min(upper, 1.0), "n": n}
    return result_table([{**row, "method": method, "notes": " ".join(notes)}])


def standardised_rate(
    counts: Iterable[int],
    populations: Iterable[float],
    *,
    standard: Iterable[float],
    per: float = 100_000,
    interval: str = "gamma",
    confidence: float = 0.95,
    strata: Sequence[object] | None = None,
) -> pd.DataFrame:
    """Give one directly standardised rate: what it would be if the ages were those of the standard.

    Formula: per * sum(w * x / n), w the shares of the standard population, x the events and n the people of
    each stratum. Variance: sum(w^2 * x / n^2). Unit: events per `per` people. Standardise by age only to
    compare; never standardise away a difference that is itself the harm.

    Parameters
    ----------
    counts, populations, standard : lists of equal length
        One value a stratum (an age band): events, people or person-years, people of the standard population.
    per : float
        100,000 by default.
    interval : str
        ``"gamma"`` (default: Fay and Feuer; works with few and with no events), ``"dobson"`` (exact Poisson
        limits of the total), ``"dobson-byar"`` (Byar's limits, as English public health does) or ``"normal"``.
    confidence : float
        Level of the interval.
    strata : list, optional
        Names of the strata, for messages.

    Returns
    -------
    pandas.DataFrame
        One row: count (all events), estimate, lower, upper, n (all people), method, notes.

    Raises
    ------
    MeasureError
        For lists of unequal length, a stratum without people, weights that are all zero.

    Examples
    --------
    >>> rate = standardised_rate([15, 46], [48, 212], standard=[250, 250], per=1)
    >>> rate.round(4).loc[0, ["estimate", "lower", "upper"]].tolist()
    [0.2647, 0.1866, 0.3693]

    Source
    ------
    Fay and Feuer (1997), Statistics in Medicine 16:791-801; Dobson et al. (1991), Statistics in Medicine
    10:457-462; example: manual of the R package epiR, epi.directadj.
    """
    check.choice(interval, "interval", options=STANDARD_INTERVALS)
    x = check.counts(counts, "counts", groups=strata)
    n = check.numbers(populations, "populations", groups=strata, minimum=0)
    w = check.weights(standard, "standard", groups=strata)
    check.same_length(x, n, names=("counts", "populations"))
    check.same_length(x, w, names=("counts", "standard"))
    if (n == 0).any():
        place = place_of("populations", label_of(strata, int((n == 0).argmax())))
        raise MeasureError("inputs.zero-total", place=place)
    per = check.number(per, "per", above=0)
    w = w / w.sum()
    estimate, variance = float((w * x / n).sum()), float((w**2 * x / n**2).sum())
    lower, upper = _standard_limits(x.sum(), estimate, variance, (w / n).max(), interval, confidence)
    row = {"count": int(x.sum()), "estimate": per * estimate, "lower": per * lower, "upper": per * upper}
    method = method_words("rates.standardised", interval=interval, confidence=confidence)
    return result_table([{**row, "n": n.sum(), "method": method, "notes": few_events(x.sum(), FEW_EVENTS)}])


def standardise(
    table: pd.DataFrame,
    by: Hashable | Sequence[Hashable],
    *,
    strata: Hashable,
    count: Hashable,
    population: Hashable,
    standard: Hashable | Mapping[Hashable, float],
    per: float = 100_000,
    interval: str = "gamma",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give a directly standardised rate for each group, so that groups of different ages can be compared.

    Formula and units: see `standardised_rate`.

    Parameters
    ----------
    table : pandas.DataFrame
        A row for each group and stratum.
    by : column or list of columns
        The groups to compare.
    strata, count, population : column
        The stratum (age band), its events and its people.
    standard : column or mapping
        People of the standard population in each stratum; name that population in your report.
    per, interval, confidence
        As in `standardised_rate`.

    Returns
    -------
    pandas.DataFrame
        A row a group, in sorted order, in the shape of `standardised_rate`.

    Raises
    ------
    MeasureError
        If a group lacks a stratum or has one twice, or a stratum has no standard population.

    Examples
    --------
    >>> import pandas as pd
    >>> dogs = pd.DataFrame({"city": ["ED", "ED", "GL", "GL"], "sex": ["M", "F", "M", "F"],
    ...                      "cases": [15, 46, 53, 16], "tested": [48, 212, 180, 71]})
    >>> rates = standardise(dogs, "city", strata="sex", count="cases", population="tested",
    ...                     standard={"M": 250, "F": 250}, per=1)
    >>> rates.round(4)[["city", "estimate"]].values.tolist()
    [['ED', 0.2647], ['GL', 0.2599]]

    Source
    ------
    As in `standardised_rate`.
    """
    import pandas as pd

    by = [by] if isinstance(by, (str, int)) else list(by)
    check.at_least(by, "by", needed=1)
    mapped = isinstance(standard, Mapping)
    data = _tables.table(table, columns=[*by, strata, count, population, *([] if mapped else [standard])])
    _tables.distinct(data, [*by, strata])
    if mapped:
        people = dict(standard)
    else:
        people = dict(zip(data[strata], data[standard], strict=True))
        if (data[strata].map(people) != data[standard]).any():
            raise MeasureError("rates.two-standards", column=standard)
    for stratum in data[strata]:
        if stratum not in people:
            raise MeasureError("rates.no-standard", stratum=stratum)
    answers = []
    for key, rows in data.groupby(by, dropna=False, observed=True):
        rows = rows.set_index(strata)
        for stratum in people:
            if stratum not in rows.index:
                raise MeasureError("rates.missing-stratum", group=", ".join(map(str, key)), stratum=stratum)
        rows = rows.loc[list(people)]
        answer = standardised_rate(
            rows[count], rows[population], standard=people.values(), per=per, interval=interval,
            confidence=confidence, strata=[(*key, stratum) for stratum in people],
        )  # fmt: skip
        for position, name in enumerate(by):
            answer.insert(position, name, key[position])
        answers.append(answer)
    return pd.concat(answers, ignore_index=True)


def _standard_limits(events, estimate, variance, largest, interval: str, confidence: float) -> tuple[float, float]:
    """Give the limits of a weighted sum of Poisson counts; `largest` is the largest weight of one event."""
    from math import sqrt

    from scipy.special import gammaincinv

    tail, z = tail_and_z(confidence)
    if interval == "gamma":
        # A gamma distribution with the same mean and variance; for the upper limit one more event, at its largest.
        mean, spread = estimate + largest, variance + largest**2
        lower = 0.0 if events == 0 else variance / estimate * gammaincinv(estimate**2 / variance, tail)
        return float(lower), float(spread / mean * gammaincinv(mean**2 / spread, 1 - tail))
    if events == 0:
        raise MeasureError("rates.standard-needs-events", interval=interval)
    if interval == "normal":
        return max(estimate - z * sqrt(variance), 0.0), estimate + z * sqrt(variance)
    of_total = "exact" if interval == "dobson" else "byar"
    lower, upper = rate_limits([events], [1.0], interval=of_total, confidence=confidence)
    scale = sqrt(variance / events)
    return estimate + scale * float(lower[0] - events), estimate + scale * float(upper[0] - events)
