"""Do coders or assessors see the same thing? Agreement on codes, marks and levels.

Agreement is a property of the codebook and the training as much as of the coders. Every
coefficient here stands beside the table it comes from: look at the table first.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs, _tables
from kit.measure._coders import (
    categories_in_order,
    clean_codes,
    code_pairs,
    gap_note,
    left_out_note,
    square_counts,
)
from kit.measure._intervals import join_notes, share_limits, tail_and_z
from kit.measure._result import result_table
from kit.measure.many_coders import fleiss_kappa, krippendorff_alpha
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = [
    "cohen_kappa",
    "confusion_table",
    "fleiss_kappa",
    "krippendorff_alpha",
    "percent_agreement",
    "ratings_table",
]


def ratings_table(data: pd.DataFrame, *, unit: str, coder: str, code: str) -> pd.DataFrame:
    """Get the ratings of many coders as a table: a row a unit, a column a coder.

    Parameters
    ----------
    data : pandas.DataFrame
        A row for each code given.
    unit, coder, code : str
        Names of the columns: what was coded, by whom, and how.

    Returns
    -------
    pandas.DataFrame
        A row a unit, a column a coder; empty where a coder gave no code.

    Raises
    ------
    MeasureError
        If one coder coded one unit twice.

    Notes
    -----
    Source: a change of layout, long to wide; nothing is computed.

    Examples
    --------
    >>> ratings_table({"answer": [1, 1, 2], "by": ["A", "B", "A"], "code": ["x", "y", "x"]},
    ...               unit="answer", coder="by", code="code").shape
    (2, 2)
    """
    found = _tables.table(data, [unit, coder, code])
    for column in (unit, coder, code):
        clean_codes(found[column], column)
    _tables.distinct(found, [unit, coder])
    return found.pivot(index=unit, columns=coder, values=code)


def confusion_table(
    first: Sequence[Hashable], second: Sequence[Hashable], *, categories: Sequence[Hashable] | None = None
) -> pd.DataFrame:
    """Get the table of who said what: rows the first coder, columns the second, with totals.

    Read it before any coefficient: it shows which two codes are taken for each other, and
    whether nearly everything falls under one code.

    Parameters
    ----------
    first, second : sequence
        The codes of two coders for the same units, in the same order. Units that lack one
        of the two codes are left out.
    categories : sequence, optional
        All codes of the codebook in order, used or not.

    Returns
    -------
    pandas.DataFrame
        Counts of units, with a row and a column of totals.

    Notes
    -----
    Source: the layout of Cohen, A coefficient of agreement for nominal scales (1960).

    Examples
    --------
    >>> confusion_table(["yes", "yes", "no"], ["yes", "no", "no"]).loc["yes", "no"]
    np.int64(1)
    """
    import pandas as pd

    pairs, _ = code_pairs(first, second)
    order = categories_in_order({code for pair in pairs for code in pair}, categories, ordered=False)
    found = pd.DataFrame(0, index=pd.Index(order, name="first"), columns=pd.Index(order, name="second"))
    for one, two in pairs:
        found.loc[one, two] += 1
    total = text("agreement.total")
    found[total] = found.sum(axis=1)
    found.loc[total] = found.sum(axis=0)
    return found


def percent_agreement(first: Any, second: Any = None, *, confidence: float = 0.95) -> pd.DataFrame:
    r"""Get the share of units on which two coders agree, with its Wilson interval.

    .. math:: p_o = \frac{\text{units with the same code}}{\text{units}}

    Parameters
    ----------
    first, second : sequence
        The codes of two coders for the same units. Without `second`, `first` is the square
        table of counts (rows one coder, columns the other).
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row; the estimate is a share between 0 and 1, n the units with both codes.

    Raises
    ------
    MeasureError
        If no unit has two codes, or the table is not square.

    Notes
    -----
    Misuse: quoted alone where one code is very common; then two coders agree often by chance.

    Source: Cohen (1960); interval as for any share, Wilson (1927). Numbers checked with the
    manual of R's epiR, epi.kappa, https://github.com/cran/epiR (man/epi.kappa.Rd).

    Examples
    --------
    >>> percent_agreement([[19, 10], [6, 256]]).estimate.round(3).item()
    0.945
    """
    counts, _, left_out = _two_coders(first, second, None, ordered=False)
    return result_table([_observed(counts, left_out, _inputs.confidence(confidence))])


def cohen_kappa(
    first: Any,
    second: Any = None,
    *,
    weights: str = "none",
    interval: str = "standard",
    categories: Sequence[Hashable] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Get the agreement of two coders beyond chance (Cohen's kappa), with what is needed to read it.

    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}, \qquad PABAK = \frac{k p_o - 1}{k - 1}

    Parameters
    ----------
    first, second : sequence
        The codes of two coders for the same units. Without `second`, `first` is the square
        table of counts (rows one coder, columns the other, in the same order).
    weights : {"none", "linear", "quadratic"}
        ``"none"`` for codes without order. For levels: ``"linear"`` counts the steps apart,
        ``"quadratic"`` their square.
    interval : {"standard", "null"}
        ``"standard"`` (default): the large-sample standard error of kappa itself.
        ``"null"``: the one that holds if there were no agreement beyond chance. It is made for a
        test; some tools print it as an interval, and it can be too narrow.
    categories : sequence, optional
        All codes in order. Needed for words with weights.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        A row a measure. ``kappa`` and ``percent_agreement`` (a share) always. Without weights also
        ``pabak``, the kappa that would hold if all codes were equally common. With two codes also
        ``prevalence_index`` and ``bias_index`` (shares): far from 0 they warn that kappa says
        little on its own. n is the number of units with both codes.

    Raises
    ------
    MeasureError
        If both coders used one code only: kappa is then 0 divided by 0.

    Notes
    -----
    Misuse: kappa without its table (where one code is rare kappa can be low although coders nearly
    always agree: the prevalence paradox); bands such as "substantial" treated as law; weights chosen after
    seeing the result.

    Source: Cohen (1960, 1968); standard errors Fleiss, Cohen and Everitt (1969), computed by statsmodels;
    PABAK Byrt, Bishop and Carlin (1993). Numbers checked with the manual of R's epiR, epi.kappa,
    https://github.com/cran/epiR (man/epi.kappa.Rd).

    Examples
    --------
    >>> found = cohen_kappa([[19, 10], [6, 256]]).set_index("measure")
    >>> found.loc["kappa", ["estimate", "lower", "upper"]].astype(float).round(2).tolist()
    [0.67, 0.52, 0.82]
    >>> found.loc["pabak"].estimate.round(2)
    np.float64(0.89)
    """
    _inputs.choice(weights, "weights", options=("none", "linear", "quadratic"))
    _inputs.choice(interval, "interval", options=("standard", "null"))
    level = _inputs.confidence(confidence)
    counts, order, left_out = _two_coders(first, second, categories, ordered=weights != "none")
    n = counts.sum()
    if ((counts.sum(axis=0) == n) & (counts.sum(axis=1) == n)).any():
        raise MeasureError("agreement.one-category", share="100")
    import numpy as np
    from statsmodels.stats.inter_rater import cohens_kappa

    with np.errstate(divide="ignore", invalid="ignore"):  # it also divides by an error of zero
        fitted = cohens_kappa(counts, wt=None if weights == "none" else weights)
    kappa = float(fitted.kappa)
    error = math.sqrt(max(0.0, float(fitted.var_kappa if interval == "standard" else fitted.var_kappa0)))
    far = tail_and_z(level)[1] * error
    notes = [left_out_note(left_out)]
    if weights != "none" and second is not None:
        notes.append(gap_note(order, categories))
    one_sided = (counts.sum(axis=0) == n).any() or (counts.sum(axis=1) == n).any()
    if one_sided:
        notes.append(text("agreement.note-one-code"))
    elif error == 0:
        notes.append(text("agreement.note-no-spread"))
    if n < 30:
        notes.append(text("agreement.note-few", n=int(n)))
    observed = _observed(counts, 0, level)
    if kappa < 0.6 and observed["estimate"] >= 0.8:
        notes.append(text("agreement.note-prevalence"))
    rows = [
        {
            "measure": "kappa",
            "estimate": kappa,
            "lower": None if one_sided else max(-1.0, kappa - far),
            "upper": None if one_sided else min(1.0, kappa + far),
            "n": int(n),
            "method": text(f"agreement.method-kappa-{weights}", error=text(f"agreement.error-{interval}")),
            "notes": join_notes(*notes),
        },
        observed,
    ]
    return result_table(rows if weights != "none" else rows + _reading_aids(counts, observed))


def _two_coders(first, second, categories, *, ordered) -> tuple[np.ndarray, list[Hashable], int]:
    import numpy as np

    if second is None:
        counts = square_counts(first)
        return counts, list(range(len(counts))), 0
    pairs, left_out = code_pairs(first, second)
    order = categories_in_order({code for pair in pairs for code in pair}, categories, ordered=ordered)
    place = {code: i for i, code in enumerate(order)}
    counts = np.zeros((len(order), len(order)))
    for one, two in pairs:
        counts[place[one], place[two]] += 1
    return counts, order, left_out


def _observed(counts: np.ndarray, left_out: int, level: float) -> dict[str, Any]:
    n, same = int(counts.sum()), int(counts.trace())
    lower, upper = (float(limit[0]) for limit in share_limits([same], [n], interval="wilson", confidence=level))
    return {
        "measure": "percent_agreement",
        "estimate": same / n,
        "lower": lower,
        "upper": upper,
        "n": n,
        "method": text("agreement.method-percent"),
        "notes": left_out_note(left_out),
    }


def _reading_aids(counts: np.ndarray, observed: dict[str, Any]) -> list[dict[str, Any]]:
    k, n = len(counts), counts.sum()
    pabak = {**observed, "measure": "pabak", "method": text("agreement.method-pabak"), "notes": ""}
    pabak |= {limit: (k * observed[limit] - 1) / (k - 1) for limit in ("estimate", "lower", "upper")}
    if k != 2:
        return [pabak]
    prevalence = {"measure": "prevalence_index", "estimate": (counts[0, 0] - counts[1, 1]) / n}
    bias = {"measure": "bias_index", "estimate": (counts[0, 1] - counts[1, 0]) / n}
    return [pabak, *({**row, "n": int(n), "method": text("agreement.method-index")} for row in (prevalence, bias))]
