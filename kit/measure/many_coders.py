"""Do three or more coders see the same thing? Fleiss' kappa and Krippendorff's alpha.

Two coders, and the table to look at first: `kit.measure.agreement`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs
from kit.measure._coders import (
    MOST_CATEGORIES,
    MOST_VALUES,
    as_rows,
    categories_in_order,
    counts_by_unit,
    left_out_note,
    rows_of_units,
)
from kit.measure._intervals import join_notes, tail_and_z
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_LEVELS = ("nominal", "ordinal", "interval", "ratio")


def fleiss_kappa(
    ratings: Any,
    *,
    coders: str = "columns",
    counted: bool = False,
    chance: str = "fleiss",
    interval: str = "bootstrap",
    confidence: float = 0.95,
    seed: int = 1,
) -> pd.DataFrame:
    r"""Get the agreement of three or more coders beyond chance, for codes without order (Fleiss' kappa).

    .. math:: \kappa = \frac{\bar P - \bar P_e}{1 - \bar P_e}

    Parameters
    ----------
    ratings : table or list of lists
        A row a unit and a column a coder. Every unit needs the same number of codes: units with
        gaps are left out (`krippendorff_alpha` can use them).
    coders : {"columns", "rows"}
        Where the coders stand.
    counted : bool
        True if `ratings` holds counts already: a row a unit, a column a code.
    chance : {"fleiss", "uniform"}
        Chance from how often each code was used (default), or all codes equally likely (Randolph).
    interval : {"bootstrap", "null"}
        ``"bootstrap"`` (default) draws the units again 1,000 times. ``"null"``: the standard
        error of Fleiss (1979) that holds without agreement, made for a test.
    confidence : float
        Level of confidence, 0.95 unless told.
    seed : int
        Start of the random draws; the same seed gives the same interval.

    Returns
    -------
    pandas.DataFrame
        One row; n is the number of units.

    Raises
    ------
    MeasureError
        If there is one coder only, or all codes are the same.

    Notes
    -----
    Misuse: as for `cohen_kappa`; levels with an order lose it here.

    Source: Fleiss (1971), Randolph (2005), computed by statsmodels; standard error Fleiss, Nee and Landis (1979).
    Numbers checked with the tests of statsmodels against R's irr,
    https://github.com/statsmodels/statsmodels (statsmodels/stats/tests/test_inter_rater.py).

    Examples
    --------
    >>> fleiss_kappa([[7, 1], [3, 5]], counted=True).estimate.round(4).item()
    0.1619
    """
    _inputs.choice(coders, "coders", options=("columns", "rows"))
    _inputs.choice(chance, "chance", options=("fleiss", "uniform"))
    _inputs.choice(interval, "interval", options=("bootstrap", "null"))
    level = _inputs.confidence(confidence)
    if counted:
        counts, left_out = _counted(ratings), 0
    else:
        rows = rows_of_units(ratings, coders=coders)
        complete = [row for row in rows if None not in row]
        _inputs.at_least(complete, "ratings", needed=1)
        order = categories_in_order({code for row in complete for code in row}, None, ordered=False)
        counts, left_out = counts_by_unit(complete, order), len(rows) - len(complete)
    used = (counts.sum(axis=0) > 0).sum()
    if counts.shape[1] < 2 or (chance == "fleiss" and used < 2):
        raise MeasureError("agreement.one-category", share="100")
    kappa = _fleiss(counts, chance)
    if interval == "null":
        far = tail_and_z(level)[1] * _fleiss_null_error(counts, chance)
        lower, upper = max(-1.0, kappa - far), min(1.0, kappa + far)
        note = ""
    else:
        drawn = _drawn(len(counts), seed, lambda times: _fleiss(counts.repeat(times.astype(int), axis=0), chance))
        lower, upper, note = _percentiles(drawn, kappa, level)
    return result_table(
        [
            {
                "estimate": kappa,
                "lower": lower,
                "upper": upper,
                "n": len(counts),
                "method": text(f"agreement.method-many-{chance}", error=text(f"agreement.error-{interval}")),
                "notes": join_notes(left_out_note(left_out), note),
            }
        ]
    )


def krippendorff_alpha(
    ratings: Any,
    *,
    level: str,
    coders: str = "columns",
    categories: Sequence[Hashable] | None = None,
    confidence: float = 0.95,
    seed: int = 1,
) -> pd.DataFrame:
    r"""Get the agreement of any number of coders, with gaps, on any kind of scale (Krippendorff's alpha).

    .. math:: \alpha = 1 - \frac{D_o}{D_e}

    Observed over expected disagreement. Codes c and k are apart by: nominal 1 if different; interval
    (c - k)²; ratio ((c - k)/(c + k))²; ordinal (the codes given from c to k, ends half)².

    Parameters
    ----------
    ratings : table or list of lists
        A row a unit and a column a coder; empty where a coder gave no code.
    level : {"nominal", "ordinal", "interval", "ratio"}
        The kind of scale. There is no default: on the same codes the levels give different
        answers, and a tool that picks one for you picks the answer.
    coders : {"columns", "rows"}
        Where the coders stand.
    categories : sequence, optional
        All codes in order; needed for words on an ordinal scale.
    confidence : float
        Level of confidence of the bootstrap interval, 0.95 unless told.
    seed : int
        Start of the random draws; the same seed gives the same interval.

    Returns
    -------
    pandas.DataFrame
        One row; n is the number of units that at least two coders coded. The interval draws the
        units again 1,000 times.

    Raises
    ------
    MeasureError
        If no unit has two codes, all codes are the same, or the level needs numbers.

    Notes
    -----
    Misuse: the level chosen by the result; 0.8 and 0.667 treated as law; few units with a rare code.

    Source: Krippendorff, Computing Krippendorff's alpha-reliability (2011). Numbers checked with
    https://github.com/pln-fing-udelar/fast-krippendorff (example of the module).

    Examples
    --------
    >>> codes = [[None] * 5 + [3, 4, 1, 2, 1, 1, 3, 3, None, 3],
    ...          [1, None, 2, 1, 3, 3, 4, 3] + [None] * 7,
    ...          [None, None, 2, 1, 3, 4, 4, None, 2, 1, 1, 3, 3, None, 4]]
    >>> krippendorff_alpha(codes, level="nominal", coders="rows").estimate.round(6).item()
    0.691358
    >>> krippendorff_alpha(codes, level="interval", coders="rows").estimate.round(6).item()
    0.810845
    """
    _inputs.choice(level, "level", options=_LEVELS)
    _inputs.choice(coders, "coders", options=("columns", "rows"))
    wanted = _inputs.confidence(confidence)
    rows = rows_of_units(ratings, coders=coders)
    pairable = [row for row in rows if sum(code is not None for code in row) > 1]
    if not pairable:
        raise MeasureError("agreement.no-pairs")
    found = {code for row in pairable for code in row if code is not None}
    at_most = MOST_CATEGORIES if level == "nominal" else MOST_VALUES
    order = categories_in_order(found, categories, ordered=level == "ordinal", at_most=at_most)
    _check_scale(order, level)
    if len(found) < 2:
        raise MeasureError("agreement.one-category", share="100")
    import numpy as np

    counts = counts_by_unit(pairable, order)
    alpha = _alpha_of(counts, order, level)
    estimate = alpha(np.ones(len(counts)))
    lower, upper, note = _percentiles(_drawn(len(counts), seed, alpha), estimate, wanted)
    return result_table(
        [
            {
                "level": level,
                "estimate": estimate,
                "lower": lower,
                "upper": upper,
                "n": len(counts),
                "method": text("agreement.method-alpha", level=text(f"agreement.level-{level}")),
                "notes": join_notes(left_out_note(len(rows) - len(pairable)), note),
            }
        ]
    )


def _counted(ratings: Any) -> np.ndarray:
    import numpy as np

    counts = np.array([_inputs.counts(row, "ratings") for row in as_rows(ratings, "ratings")])
    totals = counts.sum(axis=1)
    if len(set(totals)) > 1:
        raise MeasureError("agreement.uneven-counts", least=int(totals.min()), most=int(totals.max()))
    if totals[0] < 2:
        raise MeasureError("agreement.one-coder")
    return counts


def _fleiss(counts: np.ndarray, chance: str) -> float:
    from statsmodels.stats.inter_rater import fleiss_kappa as fitted

    if chance == "fleiss" and (counts.sum(axis=0) > 0).sum() < 2:
        return math.nan
    return float(fitted(counts, method=chance))


def _fleiss_null_error(counts: np.ndarray, chance: str) -> float:
    import numpy as np

    units, coders = len(counts), counts[0].sum()
    p = counts.sum(axis=0) / counts.sum() if chance == "fleiss" else np.full(counts.shape[1], 1 / counts.shape[1])
    spread = (p * (1 - p)).sum()
    inner = spread**2 - (p * (1 - p) * (1 - 2 * p)).sum()
    return math.sqrt(2 * inner / (units * coders * (coders - 1))) / spread


def _check_scale(order: Sequence[Hashable], level: str) -> None:
    if level in ("interval", "ratio"):
        for code in order:
            if isinstance(code, str):
                raise MeasureError("agreement.level-needs-numbers", level=level, code=code)
            if level == "ratio" and code < 0:
                raise MeasureError("agreement.ratio-below-zero", code=code)


def _alpha_of(counts: np.ndarray, order: Sequence[Hashable], level: str) -> Callable[[np.ndarray], float]:
    """Give a function: how often each unit was drawn, to alpha."""
    coders = counts.sum(axis=1)
    scale = None if level in ("nominal", "ordinal") else _scale(order, level)
    within = None if level == "ordinal" else _disagreement(counts, scale, level) / (coders - 1)

    def alpha(times: np.ndarray) -> float:
        margin = times @ counts
        marks = margin.cumsum() - margin / 2 if level == "ordinal" else scale
        inside = within if within is not None else _disagreement(counts, marks, level) / (coders - 1)
        expected = _disagreement(margin[None, :], marks, level)[0] / (margin.sum() - 1)
        return float(1 - times @ inside / expected) if expected > 0 else math.nan

    return alpha


def _scale(order: Sequence[Hashable], level: str) -> np.ndarray:
    import numpy as np

    values = np.array(order, dtype=float)
    if level == "interval":
        return values - values.mean()  # keeps the digits of large values in the squares below
    total = values[:, None] + values[None, :]
    return ((values[:, None] - values[None, :]) / np.where(total == 0, 1, total)) ** 2


def _disagreement(counts: np.ndarray, scale: np.ndarray | None, level: str) -> np.ndarray:
    """Add up the squared distance of all pairs of codes, row by row."""
    total = counts.sum(axis=1)
    if level == "nominal":
        return total**2 - (counts**2).sum(axis=1)
    if level == "ratio":
        return ((counts @ scale) * counts).sum(axis=1)
    return 2 * (total * (counts @ scale**2) - (counts @ scale) ** 2)


def _drawn(units: int, seed: int, measure) -> np.ndarray:
    import numpy as np

    draw = np.random.default_rng(_inputs.count(seed, "seed"))
    times = draw.multinomial(units, np.full(units, 1 / units), size=1000).astype(float)
    return np.array([measure(row) for row in times])


def _percentiles(drawn: np.ndarray, estimate: float, level: float) -> tuple[float | None, float | None, str]:
    import numpy as np

    known = drawn[np.isfinite(drawn)]
    if len(known) < len(drawn) / 2:
        return None, None, text("agreement.note-no-interval")
    lower, upper = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    note = text("agreement.note-few-units") if len(known) < len(drawn) else ""
    return min(float(lower), estimate), max(float(upper), estimate), note
