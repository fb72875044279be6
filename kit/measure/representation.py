"""Representation: who is there, beside who could be there.

For juries, consultations, recruitment, stops, exclusions: the share of a group among those
affected beside its share of the population, and the four-fifths rule of thumb.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure import _pairs, _tables
from kit.measure._comparison import pair
from kit.measure._intervals import FEW_PEOPLE, few_people, join_notes, method_words, share_limits
from kit.measure._naming import place_of, show
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

# Below five expected, the normal distribution behind z is too rough.
FEW_EXPECTED = 5


def representation_index(
    count: int,
    total: int,
    *,
    population_share: float,
    interval: str = "wilson",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give how a group's share among those affected compares with its share of the population.

    Formulas: index = (count / total) / population share, 1 means parity; difference = observed share minus
    population share; comparative disparity = (population share - observed share) / population share; expected
    = total * population share; sd = sqrt(total * p * (1 - p)); z = (count - expected) / sd.

    Parameters
    ----------
    count, total : int
        Members of the group among all those affected (selected, stopped, present).
    population_share : float
        The group's share of those who could have been there, 0 to 1; taken as known exactly.
    interval : str
        Interval of the observed share, as in `kit.measure.rates.share`; it is divided by the population share.
    confidence : float
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row: count, expected, sd, z, difference, comparative_disparity, estimate (the index), lower, upper, n,
        method, notes.

    Raises
    ------
    MeasureError
        For counts that are none, or a population share of 0 or 1, or given in percent.

    Examples
    --------
    >>> jurors = representation_index(339, 870, population_share=0.791)
    >>> jurors.round(2).loc[0, ["estimate", "expected", "sd", "z"]].tolist()
    [0.49, 688.17, 11.99, -29.11]

    Source
    ------
    Castaneda v. Partida, 430 U.S. 482 (1977), footnote 17 (binomial model); OJJDP, Disproportionate Minority
    Contact (index).
    """
    x, n = check.part_of(count, total)
    p = check.share(population_share, "population_share")
    if p in (0, 1):
        raise MeasureError("representation.no-contrast", place='"population_share"', value=show(p))
    return result_table([_index_row(x, n, p, interval=interval, confidence=confidence)])


def representation(
    table: pd.DataFrame,
    group: Hashable,
    *,
    count: Hashable,
    population: Hashable,
    interval: str = "wilson",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give the representation index of every group.

    Formulas and units: see `representation_index`. The groups must be all of those affected and all of the
    population, each person in one group.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a group.
    group, count, population : column
        Its name, how many of it are among those affected, how many people it has in the population.
    interval, confidence
        As in `representation_index`.

    Returns
    -------
    pandas.DataFrame
        A row a group in the order of the table, in the shape of `representation_index`.

    Raises
    ------
    MeasureError
        For one group only, a group that stands twice, a group without population, figures that are none.

    Examples
    --------
    >>> import pandas as pd
    >>> meeting = pd.DataFrame({"group": ["women", "men"], "present": [30, 70], "residents": [5100, 4900]})
    >>> representation(meeting, "group", count="present", population="residents").round(2)[
    ...     ["group", "estimate"]].values.tolist()
    [['women', 0.59], ['men', 1.43]]

    Source
    ------
    As in `representation_index`.
    """
    data = _tables.table(table, columns=[group, count, population])
    _tables.distinct(data, [group])
    names = data[group].tolist()
    check.at_least(names, str(group), needed=2)
    x = check.counts(data[count], str(count), groups=names)
    people = check.numbers(data[population], str(population), groups=names, minimum=0)
    for name, size in zip(names, people, strict=True):
        if size == 0 or size == people.sum():
            place = place_of(str(population), name)
            raise MeasureError("representation.no-contrast", place=place, value=show(float(size)))
    if x.sum() == 0:
        raise MeasureError("representation.nobody", column=count)
    return result_table(
        {
            group: name,
            **_index_row(x[i], x.sum(), people[i] / people.sum(), interval=interval, confidence=confidence),
        }
        for i, name in enumerate(names)
    )


def four_fifths(
    rates: Mapping[Hashable, Any] | pd.DataFrame,
    group: Hashable | None = None,
    *,
    count: Hashable | None = None,
    total: Hashable | None = None,
    confidence: float = 0.95,
    few: int = FEW_PEOPLE,
) -> pd.DataFrame:
    """Give each group's selection rate beside the highest, and flag those below four fifths of it.

    Formula: impact ratio = rate of the group / highest rate; flagged if it is below 4/5. Compared exactly,
    with whole numbers: 4/5 itself is not flagged. It is a rule of thumb of employment practice in the United
    States, neither a human-rights standard nor a test.

    Parameters
    ----------
    rates : mapping or pandas.DataFrame
        A mapping of group to (selected, applied), or to its rate; or a table with the three columns named.
    group, count, total : column
        Only for a table: the group, how many were selected, how many applied.
    confidence : float
        Level of the Koopman interval of the ratio, where counts are given.
    few : int
        A group with fewer people gets a note: do not rank.

    Returns
    -------
    pandas.DataFrame
        A row a group: group, rate, flagged, estimate (impact ratio), lower, upper, n, method, notes. The group
        with the highest rate has no interval, nor has a rate that was given without counts.

    Raises
    ------
    MeasureError
        For one group only, nobody selected at all, or figures that are none.

    Examples
    --------
    >>> found = four_fifths({"a": 0.60, "b": 0.45, "c": 0.48})
    >>> found[["group", "estimate", "flagged"]].round(2).values.tolist()
    [['a', 1.0, False], ['b', 0.75, True], ['c', 0.8, False]]

    Source
    ------
    Uniform Guidelines on Employee Selection Procedures (1978), section 4D; example: the questions and
    answers on them (1979).
    """
    if group is not None or not isinstance(rates, Mapping):
        for name, value in {"group": group, "count": count, "total": total}.items():
            if value is None:
                raise MeasureError("representation.which-columns", name=name)
        data = _tables.table(rates, columns=[group, count, total])
        _tables.distinct(data, [group])
        given, label = dict(zip(data[group], zip(data[count], data[total], strict=True), strict=True)), group
    else:
        given, label = dict(rates), "group"
    check.at_least(given, "rates", needed=2)
    known = {name: _exact_rate(value, name) for name, value in given.items()}
    highest = max(rate for rate, _ in known.values())
    if highest == 0:
        raise MeasureError("representation.nobody-selected")
    best = next(counts for rate, counts in known.values() if rate == highest)
    rows = []
    for name, (rate, counts) in known.items():
        impact = rate / highest
        lower = upper = None
        if counts and best and rate < highest:
            _, lower, upper = _pairs.ratio(
                counts, best, interval="koopman", confidence=check.confidence(confidence)
            )
        what = "representation.exactly" if impact == Fraction(4, 5) else "representation.flagged"
        rows.append({
            label: name, "rate": float(rate), "flagged": impact < Fraction(4, 5), "estimate": float(impact),
            "lower": lower, "upper": upper, "n": counts[1] if counts else None,
            "method": method_words("representation.four-fifths", interval="koopman", confidence=confidence)
            if lower is not None else text("representation.four-fifths"),
            "notes": join_notes(
                few_people(counts[1], check.count(few, "few")) if counts else text("representation.no-counts"),
                text("representation.highest") if rate == highest else "",
                text(what) if impact <= Fraction(4, 5) else "",
            ),
        })  # fmt: skip
    return result_table(rows)


def _index_row(x: float, n: float, p: float, *, interval: str, confidence: float) -> dict[str, Any]:
    (lower,), (upper,) = share_limits([x], [n], interval=interval, confidence=confidence)
    expected, sd = n * p, (n * p * (1 - p)) ** 0.5
    return {
        "count": int(x),
        "expected": expected,
        "sd": sd,
        "z": (x - expected) / sd,
        "difference": x / n - p,
        "comparative_disparity": (p - x / n) / p,
        "estimate": x / n / p,
        "lower": float(lower) / p,
        "upper": float(upper) / p,
        "n": int(n),
        "method": method_words("representation.index", interval=interval, confidence=confidence),
        "notes": text("representation.few-expected", n=f"{expected:.1f}") if expected < FEW_EXPECTED else "",
    }


def _exact_rate(value: Any, name: Hashable) -> tuple[Fraction, tuple[int, int] | None]:
    """Give a rate as a fraction, and its counts if it was given as a pair."""
    if isinstance(value, (tuple, list)):
        counts = pair(value, str(name))
        return Fraction(*counts), counts
    found = check.share(value, "rates", group=name)
    if isinstance(value, (Fraction, Decimal)):
        return Fraction(value), None
    # A decimal such as 0.26666666666666666 stands for 4/15: the nearest simple fraction.
    return Fraction(str(found)).limit_denominator(10**7), None
