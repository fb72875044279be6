"""Disparity: how far apart two groups are, as a difference, a ratio or odds.

Show a difference and a ratio together, with the counts: each hides what the other shows. A
disparity is a reason to look closer, not yet a finding of discrimination; none is no proof of equality.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from kit.errors import MeasureError
from kit.measure import _inputs as check
from kit.measure import _pairs, _tables
from kit.measure._comparison import comparison_row, pair, parity_note
from kit.measure._intervals import FEW_PEOPLE, few_people, join_notes, method_words
from kit.measure._naming import nearest, short
from kit.measure._result import result_table
from kit.measure.incidence import incidence_difference, incidence_ratio
from kit.measure.representation import four_fifths, representation, representation_index
from kit.measure.simpson import simpson_check
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

# The ideas next door can be reached from here, too.
__all__ = [
    "disproportionality",
    "four_fifths",
    "incidence_difference",
    "incidence_ratio",
    "odds_ratio",
    "paired_difference",
    "rate_difference",
    "rate_ratio",
    "representation",
    "representation_index",
    "simpson_check",
]


def rate_ratio(
    group: tuple[int, int],
    reference: tuple[int, int],
    *,
    interval: str = "koopman",
    confidence: float = 0.95,
    few: int = FEW_PEOPLE,
) -> pd.DataFrame:
    """Give how many times as high the share is in one group as in another (also called risk ratio).

    Formula: (x1 / n1) / (x2 / n2). No unit; 1 means parity.

    Parameters
    ----------
    group, reference : (count, total)
        Two pairs, such as ``(7, 34)``: 7 of 34 people.
    interval : str
        ``"koopman"`` (default: the score interval, which holds with small groups and zero counts), ``"katz"``
        (logarithmic; most reports print it; not with a zero count), ``"adjusted-log"`` (half a case added;
        the default of statsmodels), ``"miettinen-nurminen"``, ``"mover-wilson"`` or ``"inverse-sinh"``.
    confidence : float
        Level of the interval.
    few : int
        With fewer people in a group, a note says so.

    Returns
    -------
    pandas.DataFrame
        One row: rate, reference_rate, estimate, lower, upper, n (people in both groups), method, notes. If
        nobody in the reference has it, the ratio is infinite, with a lower limit, and a note says so.

    Raises
    ------
    MeasureError
        For pairs that are none, a total of 0, or nobody in both groups.

    Examples
    --------
    >>> rate_ratio((7, 34), (1, 34)).round(2).loc[0, ["estimate", "lower", "upper"]].tolist()
    [7.0, 1.22, 42.58]

    Source
    ------
    Koopman (1984), Biometrics 40:513-517; Katz et al. (1978), Biometrics 34:469-474; worked values: tests of
    the R package contingencytables, chapter 4.
    """
    first, second = pair(group, "group"), pair(reference, "reference")
    return result_table(
        [comparison_row("ratio", first, second, interval=interval, confidence=confidence, few=few)]
    )


def rate_difference(
    group: tuple[int, int],
    reference: tuple[int, int],
    *,
    interval: str = "newcombe",
    confidence: float = 0.95,
    few: int = FEW_PEOPLE,
) -> pd.DataFrame:
    """Give how many points higher the share is in one group than in another.

    Formula: x1 / n1 - x2 / n2. Unit: a share; times 100 for percentage points. 0 means parity.

    Parameters
    ----------
    group, reference : (count, total)
        Two pairs, such as ``(7, 34)``.
    interval : str
        ``"newcombe"`` (default: hybrid score, close to its level also in small groups),
        ``"newcombe-corrected"``, ``"miettinen-nurminen"``, ``"mee"``, ``"agresti-caffo"``, ``"wald"`` or
        ``"wald-corrected"``.
    confidence, few
        As in `rate_ratio`.

    Returns
    -------
    pandas.DataFrame
        One row, as in `rate_ratio`.

    Raises
    ------
    MeasureError
        For pairs that are none, or a total of 0.

    Examples
    --------
    >>> rate_difference((5, 56), (0, 29)).round(3).loc[0, ["estimate", "lower", "upper"]].tolist()
    [0.089, -0.038, 0.193]

    Source
    ------
    Newcombe (1998), Statistics in Medicine 17:873-890, method 10; Altman et al. (2000), p. 48-49.
    """
    first, second = pair(group, "group"), pair(reference, "reference")
    return result_table(
        [comparison_row("difference", first, second, interval=interval, confidence=confidence, few=few)]
    )


def odds_ratio(
    group: tuple[int, int],
    reference: tuple[int, int],
    *,
    interval: str = "miettinen-nurminen",
    confidence: float = 0.95,
    few: int = FEW_PEOPLE,
) -> pd.DataFrame:
    """Give the odds in one group over the odds in another.

    Formula: (x1 / (n1 - x1)) / (x2 / (n2 - x2)). No unit; 1 means parity. It is not "times as likely": with
    frequent outcomes it lies much further from 1 than the ratio of shares.

    Parameters
    ----------
    group, reference : (count, total)
        Two pairs, such as ``(9, 13)``.
    interval : str
        ``"miettinen-nurminen"`` (default: score, works with zero counts), ``"score"`` (without their
        correction), ``"woolf"`` (logarithmic; not with a zero count), ``"gart"`` (half a case added) or
        ``"exact"`` (Fisher's: conditional estimate and limits, as R's fisher.test gives).
    confidence, few
        As in `rate_ratio`.

    Returns
    -------
    pandas.DataFrame
        One row, as in `rate_ratio`.

    Raises
    ------
    MeasureError
        For pairs that are none, or nobody, or everybody, in both groups.

    Examples
    --------
    >>> odds_ratio((9, 13), (4, 14)).round(4).loc[0, ["estimate", "lower", "upper"]].tolist()
    [5.625, 1.0934, 28.9419]

    Source
    ------
    Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226; Woolf (1955); worked values: tests of the
    R package contingencytables, chapter 4.
    """
    first, second = pair(group, "group"), pair(reference, "reference")
    return result_table([comparison_row("odds", first, second, interval=interval, confidence=confidence, few=few)])


def paired_difference(
    *,
    both: int,
    first_only: int,
    second_only: int,
    neither: int,
    interval: str = "newcombe",
    confidence: float = 0.95,
    few: int = FEW_PEOPLE,
) -> pd.DataFrame:
    """Give the difference of two shares among the same people, such as before and after.

    Formula: (first_only - second_only) / n, which is the first share minus the second. Unit: a share.

    Parameters
    ----------
    both, first_only, second_only, neither : int
        People with yes both times, the first time only, the second time only, never.
    interval : str
        ``"newcombe"`` (default: hybrid score, with the continuity-corrected correlation), ``"newcombe-plain"``
        (correlation not corrected) or ``"wald"``.
    confidence, few
        As in `rate_ratio`.

    Returns
    -------
    pandas.DataFrame
        One row, as in `rate_ratio`; n counts each person once.

    Raises
    ------
    MeasureError
        For anything that is not a count, or nobody at all.

    Examples
    --------
    >>> found = paired_difference(both=14, first_only=5, second_only=0, neither=22)
    >>> found.round(3).loc[0, ["estimate", "lower", "upper"]].tolist()
    [0.122, 0.011, 0.226]

    Source
    ------
    Newcombe (1998), Statistics in Medicine 17:2635-2650, method 10; Altman et al. (2000), p. 52-53.
    """
    cells = {"both": both, "first_only": first_only, "second_only": second_only, "neither": neither}
    a, b, c, d = (check.count(value, name) for name, value in cells.items())
    n = a + b + c + d
    if n == 0:
        raise MeasureError("inputs.zero-total", place='"both + first_only + second_only + neither"')
    estimate, lower, upper = _pairs.paired_difference(a, b, c, d, interval=interval, confidence=confidence)
    row = {
        "rate": (a + b) / n,
        "reference_rate": (a + c) / n,
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
    }
    method = method_words("comparison.paired-difference", interval=interval, confidence=confidence)
    notes = join_notes(few_people(n, check.count(few, "few")), parity_note(0, lower, upper))
    return result_table([{**row, "n": n, "method": method, "notes": notes}])


def disproportionality(
    table: pd.DataFrame,
    group: Hashable,
    *,
    count: Hashable,
    total: Hashable,
    reference: Hashable | None = None,
    measure: str = "ratio",
    interval: str | None = None,
    confidence: float = 0.95,
    few: int = FEW_PEOPLE,
) -> pd.DataFrame:
    """Give each group beside a reference group, or beside everyone else.

    Formulas and units: see `rate_ratio`, `rate_difference` and `odds_ratio`.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a group.
    group, count, total : column
        Its name, how many of it have the outcome, how many people it has.
    reference : value of the column `group`, optional
        The group to compare with. Without it, each group is compared with the rest.
    measure : str
        ``"ratio"`` (default), ``"difference"`` or ``"odds"``.
    interval, confidence
        As in the function of that measure.
    few : int
        A group with fewer people is named as too small to compare: look at its range, do not rank it.

    Returns
    -------
    pandas.DataFrame
        A row a group in the order of the table: the group, reference, rate, reference_rate, too_small, estimate,
        lower, upper, n (people in the group), method, notes.

    Raises
    ------
    MeasureError
        For one group only, a group that stands twice, a reference that is not there, figures that are none.

    Examples
    --------
    >>> import pandas as pd
    >>> stops = pd.DataFrame({"group": ["a", "b"], "stopped": [7, 1], "people": [34, 34]})
    >>> disproportionality(stops, "group", count="stopped", total="people", reference="b").round(2)[
    ...     ["group", "reference", "estimate", "lower", "upper"]].values.tolist()
    [['a', 'b', 7.0, 1.22, 42.58]]

    Source
    ------
    OJJDP, Disproportionate Minority Contact technical manual (relative rate index); intervals as in `rate_ratio`.
    """
    check.choice(measure, "measure", options=("ratio", "difference", "odds"))
    data = _tables.table(table, columns=[group, count, total])
    _tables.distinct(data, [group])
    names = data[group].tolist()
    check.at_least(names, str(group), needed=2)
    x, n = check.parts_of(data[count], data[total], names=(str(count), str(total)), groups=names)
    if reference is not None and reference not in names:
        options = [str(name) for name in names]
        raise MeasureError(
            "inputs.unknown-choice", value=reference, name="reference", options=short(", ".join(options)),
            advice=nearest(reference, options),
        )  # fmt: skip
    rows = []
    for i, name in enumerate(names):
        if reference is None:
            other, beside = (x.sum() - x[i], n.sum() - n[i]), text("disparity.rest")
        elif name == reference:
            continue
        else:
            other, beside = (x[names.index(reference)], n[names.index(reference)]), reference
        try:
            row = comparison_row(measure, (x[i], n[i]), other, interval=interval, confidence=confidence, few=few)
        except MeasureError as error:
            if error.key != "pairs.none-at-all":
                raise
            raise MeasureError("pairs.none-in-group", group=name) from None
        small = bool(n[i] < few)
        rows.append({group: name, "reference": beside, "too_small": small, **row, "n": int(n[i])})
    return result_table(rows)
