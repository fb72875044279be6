"""Does the money follow the promise? Shares, execution, real spending, gender tags."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs, _tables
from kit.measure._naming import show
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

# Lower edge of each band and the percent of the budget it attributes.
HGDG_BANDS = ((4, 0), (8, 25), (15, 50), (20, 75))
HGDG_ALL = 100
# A sum of thirds can miss a band edge by the last digit of a decimal number.
_EDGE = 1e-9
OECD_MARKERS = (2, 1, 0)


def budget_share(amount: float, total: float) -> pd.DataFrame:
    r"""Get the share of a budget that goes to one purpose.

    .. math:: share = \frac{amount}{total}

    Parameters
    ----------
    amount, total : float
        Money for the purpose and in the whole budget, same currency, same year, same stage
        (planned or spent).

    Returns
    -------
    pandas.DataFrame
        One row; the estimate is a share between 0 and 1. No interval: a budget is not a sample.

    Raises
    ------
    MeasureError
        If the total is zero, or the amount is negative or above it.

    Notes
    -----
    Misuse: shares of planned money compared with shares of spent money; the salaries of one office
    counted as spending for one group.

    Source: Committee on Economic, Social and Cultural Rights, General Comment 3 (1990), on available resources.

    Examples
    --------
    >>> budget_share(12.5, 250).estimate.item()
    0.05
    """
    part, whole = _inputs.number(amount, "amount", minimum=0), _inputs.number(total, "total", minimum=0)
    if whole == 0:
        raise MeasureError("realisation.no-money", name="total")
    if part > whole:
        place = '"amount"'
        raise MeasureError("inputs.above-total", place=place, value=show(part), name="total", total=show(whole))
    return result_table([{"estimate": part / whole, "method": text("realisation.method-share")}])


def execution_rate(spent: float, planned: float) -> pd.DataFrame:
    r"""Get how much of the planned money was spent.

    .. math:: rate = \frac{spent}{planned}

    Parameters
    ----------
    spent, planned : float
        Money spent and money in the approved budget, same currency and year.

    Returns
    -------
    pandas.DataFrame
        One row; the estimate is a share, above 1 if more was spent than planned.

    Raises
    ------
    MeasureError
        If nothing was planned, or an amount is negative.

    Notes
    -----
    Misuse: a budget line praised that is not spent; a low rate blamed on the office when the money came late.

    Source: plain quotient, as budget reports print it.

    Examples
    --------
    >>> execution_rate(45, 60).estimate.item()
    0.75
    """
    used, plan = _inputs.number(spent, "spent", minimum=0), _inputs.number(planned, "planned", minimum=0)
    if plan == 0:
        raise MeasureError("realisation.no-money", name="planned")
    note = text("realisation.note-overspent") if used > plan else ""
    method = text("realisation.method-execution")
    return result_table([{"estimate": used / plan, "method": method, "notes": note}])


def real_spending_per_head(amount: float, *, population: float, prices: float, base: float = 100) -> pd.DataFrame:
    r"""Get spending per person at the prices of a base year.

    .. math:: real = \frac{amount}{population} \cdot \frac{base}{prices}

    Parameters
    ----------
    amount : float
        Money spent, at the prices of its own year.
    population : float
        People the money is for, in the same year.
    prices : float
        Price index of that year.
    base : float
        Price index of the base year, 100 unless told.

    Returns
    -------
    pandas.DataFrame
        One row; the estimate is money per person at base-year prices; n is the population.

    Raises
    ------
    MeasureError
        If the population or an index is not above zero.

    Notes
    -----
    Misuse: nominal budgets that "grow" less than prices; a national index where local rents rise faster.

    Source: plain deflation by a price index.

    Examples
    --------
    >>> real_spending_per_head(1_100_000, population=10_000, prices=110).estimate.round(2).item()
    100.0
    """
    money = _inputs.number(amount, "amount", minimum=0)
    people = _inputs.number(population, "population", above=0)
    index, reference = _inputs.number(prices, "prices", above=0), _inputs.number(base, "base", above=0)
    estimate = money / people * reference / index
    return result_table([{"estimate": estimate, "n": people, "method": text("realisation.method-real")}])


def hgdg_score(elements: Iterable[Any]) -> pd.DataFrame:
    """Get the total of a gender checklist (HGDG) with its thirds kept exact.

    Parameters
    ----------
    elements : sequence of numbers
        The scores of the elements or questions, 0 to 2 each. 0.33, 0.67, 1.33 and 1.67 are read as thirds.

    Returns
    -------
    pandas.DataFrame
        One row; the estimate is the total, 0 to 20; n is the number of elements.

    Raises
    ------
    MeasureError
        If an element is outside 0 to 2, or the total is above 20.

    Notes
    -----
    Printed sheets round thirds: three times 0.67 is 2.01 on paper and 2 in truth. At the edge of a band
    that decides about a quarter of the budget.

    Misuse: a sheet filled by the office that asks for the money, with no second reader.

    Source: Harmonized Gender and Development Guidelines of the Philippines, as in
    https://www.scribd.com/presentation/515117041/HGDG-for-COA-Cebu.

    Examples
    --------
    >>> hgdg_score([0.67, 0.67, 0.67, 2]).estimate.item()
    4.0
    """
    scores = _inputs.numbers(elements, "elements", minimum=0).tolist()
    _inputs.at_least(scores, "elements", needed=1)
    total = sum((_third(_inputs.number(score, "elements", maximum=2)) for score in scores), Fraction(0))
    if total > 20:
        raise MeasureError("realisation.hgdg-above", value=show(float(total)))
    row = {"estimate": float(total), "n": len(scores), "method": text("realisation.method-hgdg-score")}
    return result_table([row])


def hgdg_attribution(
    scores: Any, *, budgets: Iterable[Any] | None = None, programmes: Sequence[Hashable] | None = None
) -> pd.DataFrame:
    """Get the percent of a programme's yearly budget that counts as gender budget (HGDG bands).

    Under 4: 0. From 4 and under 8: 25. From 8 and under 15: 50. From 15 and under 20: 75. At 20: 100 percent.

    Parameters
    ----------
    scores : float or sequence of numbers
        Totals of the checklist, 0 to 20; see `hgdg_score`.
    budgets : sequence of numbers, optional
        Yearly budget of each programme; gives the attributed money too.
    programmes : sequence, optional
        Names of the programmes.

    Returns
    -------
    pandas.DataFrame
        A row a programme with ``score``; the estimate is a percent. With budgets also ``budget`` and
        ``attributed``, in the same currency.

    Raises
    ------
    MeasureError
        If a score is outside 0 to 20, or a budget is negative.

    Notes
    -----
    Printed bands leave gaps (7.9 to 8.0); here each band ends just below the next.

    Misuse: attributed sums compared between places with other rules; the attributed part read as spent on women.

    Source: Harmonized Gender and Development Guidelines of the Philippines, as in
    https://www.scribd.com/presentation/515117041/HGDG-for-COA-Cebu.

    Examples
    --------
    >>> hgdg_attribution([3.99, 4.0, 7.99, 20]).estimate.tolist()
    [0, 25, 25, 100]
    """
    scores = scores if hasattr(scores, "__iter__") and not isinstance(scores, str) else [scores]
    found = _inputs.numbers(scores, "scores", groups=programmes, minimum=0).tolist()
    _inputs.at_least(found, "scores", needed=1)
    names = list(range(1, len(found) + 1)) if programmes is None else _tables.no_repeats(programmes, "programmes")
    _inputs.same_length(found, names, names=("scores", "programmes"))
    money = None if budgets is None else _inputs.numbers(budgets, "budgets", groups=names, minimum=0).tolist()
    _inputs.same_length(found, found if money is None else money, names=("scores", "budgets"))
    rows = []
    for i, (name, score) in enumerate(zip(names, found, strict=True)):
        if score > 20 + _EDGE:
            raise MeasureError("realisation.hgdg-above", value=show(score))
        percent = next((percent for edge, percent in HGDG_BANDS if score < edge - _EDGE), HGDG_ALL)
        row = {"programme": name, "score": score}
        if money is not None:
            row |= {"budget": money[i], "attributed": money[i] * percent / 100}
        rows.append({**row, "estimate": percent, "method": text("realisation.method-hgdg")})
    return result_table(rows)


def gender_marker_table(data: pd.DataFrame, *, marker: str = "marker", amount: str = "amount") -> pd.DataFrame:
    """Get the money under each mark of the OECD gender equality policy marker, never added up.

    Parameters
    ----------
    data : pandas.DataFrame
        A row a project.
    marker : str
        Column with 2 (principal objective), 1 (significant), 0 (screened, not targeted); empty if not screened.
    amount : str
        Column with the money of the project, same currency.

    Returns
    -------
    pandas.DataFrame
        A row a mark with ``amount``; the estimate is its share of all money; n is the number of projects.

    Raises
    ------
    MeasureError
        If a mark is none of 2, 1, 0 and empty, or there is no money.

    Notes
    -----
    The marker is qualitative: of a project marked 1, equality is one aim among others.

    Misuse: 1 and 2 added as "money for equality"; projects not screened counted as 0.

    Source: http://www.oecd.org/dac/gender-development/dac-gender-equality-marker.htm.

    Examples
    --------
    >>> import pandas as pd
    >>> projects = pd.DataFrame({"marker": [2, 1, 0, None], "amount": [10, 30, 50, 10]})
    >>> gender_marker_table(projects)[["mark", "estimate"]].values.tolist()
    [['2', 0.1], ['1', 0.3], ['0', 0.5], ['not screened', 0.1]]
    """
    found = _tables.table(data, [marker, amount])
    marks = _inputs.numbers(found[marker], marker, keep_missing=True)
    money = _inputs.numbers(found[amount], amount, minimum=0)
    for mark in marks[marks == marks]:
        if mark not in OECD_MARKERS:
            raise MeasureError("realisation.unknown-mark", mark=show(float(mark)), name=marker)
    total = money.sum()
    if total == 0:
        raise MeasureError("realisation.no-money", name=amount)
    rows = []
    for mark in (*OECD_MARKERS, None):
        here = marks != marks if mark is None else marks == mark
        name = text("realisation.not-screened") if mark is None else str(mark)
        note = text("realisation.note-mark-one") if mark == 1 else ""
        note = text("realisation.note-not-screened") if mark is None and here.any() else note
        rows.append(
            {
                "mark": name,
                "amount": float(money[here].sum()),
                "estimate": float(money[here].sum() / total),
                "n": int(here.sum()),
                "method": text("realisation.method-marker"),
                "notes": note,
            }
        )
    return result_table(rows)


def _third(score: float) -> Fraction:
    near = Fraction(round(score * 3), 3)
    return near if abs(score - float(near)) < 0.0051 else Fraction(str(score))
