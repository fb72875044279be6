"""Did the same people change? Paired t, Wilcoxon signed rank, McNemar: the change first, then the test."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs
from kit.measure._intervals import join_notes
from kit.measure._matched import matched, pair_notes
from kit.measure._pairs import paired_difference
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

ALTERNATIVES = ("two-sided", "greater", "less")
MOST_PAIRS = 3000


def paired_t(
    before: Iterable[Any],
    after: Iterable[Any],
    *,
    alternative: str = "two-sided",
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Get the mean change of the same people with its interval (paired t).

    .. math:: \bar d \pm t_{n-1} \, s_d / \sqrt n

    Parameters
    ----------
    before, after : sequence of numbers
        Marks of the same people in the same order; people without one of the two are left out.
    alternative : {"two-sided", "greater", "less"}
        Which change the p value looks for; ``"greater"``: after is higher. The interval stays two-sided.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row: sd_difference, standard_error, statistic (t), df, p_value, then the common columns. Unit: marks.
        Positive: after is higher. n is the number of pairs.

    Raises
    ------
    MeasureError
        If there are fewer than two pairs, or everybody changed by the same amount.

    Notes
    -----
    Misuse: p shown without the change and its interval; unmatched people tested as pairs; eight people
    and thirty questions tested one by one.

    Source: Altman et al., Statistics with Confidence (2000); numbers checked with the manual of R's epiR,
    epi.conf, https://github.com/cran/epiR (man/epi.conf.Rd).

    Examples
    --------
    >>> before = [148, 142, 136, 134, 138, 140, 132, 144, 128, 170, 162, 150, 138, 154, 126, 116]
    >>> after = [152, 152, 134, 148, 144, 136, 144, 150, 146, 174, 162, 162, 146, 156, 132, 126]
    >>> paired_t(before, after)[["estimate", "lower", "upper"]].round(1).iloc[0].tolist()
    [6.6, 3.4, 9.8]
    """
    _inputs.choice(alternative, "alternative", options=ALTERNATIVES)
    level = _inputs.confidence(confidence)
    first, second, left_out = matched(before, after)
    change, n = second - first, len(first)
    spread = float(change.std(ddof=1))
    if spread <= 1e-12 * max(1.0, abs(change).max()):
        raise MeasureError("learning.no-spread")
    from scipy.stats import ttest_1samp

    tested = ttest_1samp(change, 0, alternative=alternative)
    limits = ttest_1samp(change, 0).confidence_interval(level)
    return result_table(
        [
            {
                "measure": "mean_difference",
                "sd_difference": spread,
                "standard_error": spread / math.sqrt(n),
                "statistic": float(tested.statistic),
                "df": n - 1,
                "p_value": float(tested.pvalue),
                "estimate": float(change.mean()),
                "lower": float(limits.low),
                "upper": float(limits.high),
                "n": n,
                "method": text("learning.method-paired-t"),
                "notes": join_notes(*pair_notes(n, left_out)),
            }
        ]
    )


def wilcoxon_signed_rank(
    before: Iterable[Any],
    after: Iterable[Any] | None = None,
    *,
    zeros: str = "drop",
    p: str = "auto",
    correction: bool = False,
    alternative: str = "two-sided",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Get the middle change of the same people by ranks (Wilcoxon signed rank, Hodges-Lehmann).

    For marks on a short scale, or a few people with very large changes.

    Parameters
    ----------
    before, after : sequence of numbers
        Marks of the same people in the same order. Without `after`, `before` holds the differences.
    zeros : {"drop", "pratt", "split"}
        People without change are left out (default, Wilcoxon), ranked and then left out (Pratt),
        or ranked and counted half on each side.
    p : {"auto", "exact", "normal"}
        ``"exact"`` counts all signs, also with ties and zeros. ``"normal"`` approximates.
        ``"auto"`` (default): exact up to 50 pairs.
    correction : bool
        Continuity correction of the normal p value; R applies one unless told, scipy does not.
    alternative : {"two-sided", "greater", "less"}
        Which change the p value looks for; ``"greater"``: after is higher.
    confidence : float
        Level of confidence of the interval, at least; 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row: w_plus, w_minus, w_min, p_value, then the common columns. The estimate is the median of the means
        of all pairs of changes (Hodges-Lehmann), in marks; the limits are missing where there are too few
        people for the level. n is the number of pairs used.

    Raises
    ------
    MeasureError
        If nobody changed, or there are more than 3,000 pairs.

    Notes
    -----
    Misuse: read as a test of medians when changes are lopsided; zeros and ties handled without saying how.

    Source: Wilcoxon (1945), Pratt (1959), Hodges and Lehmann (1963); numbers checked with the docstring of
    scipy.stats.wilcoxon, https://github.com/scipy/scipy (scipy/stats/_morestats.py).

    Examples
    --------
    >>> changes = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]
    >>> row = wilcoxon_signed_rank(changes).iloc[0]
    >>> float(row.w_min), round(float(row.p_value), 4)
    (24.0, 0.0413)
    """
    from kit.measure import _signed_ranks as ranks

    _inputs.choice(zeros, "zeros", options=ranks.ZEROS)
    _inputs.choice(p, "p", options=("auto", "exact", "normal"))
    _inputs.choice(alternative, "alternative", options=ALTERNATIVES)
    level = _inputs.confidence(confidence)
    if after is None:
        change, _, left_out = matched(before, before, needed=1)
    else:
        first, second, left_out = matched(before, after, needed=1)
        change = second - first
    unchanged = int((change == 0).sum())
    if unchanged == len(change):
        raise MeasureError("learning.nobody-changed")
    if len(change) > MOST_PAIRS:
        raise MeasureError("learning.too-many-pairs", found=f"{len(change):,}", at_most=f"{MOST_PAIRS:,}")
    used = change[change != 0] if zeros == "drop" else change
    w_plus, w_minus = ranks.sums(change, zeros=zeros)
    exact = p == "exact" or (p == "auto" and len(used) <= 50)
    lower, upper = ranks.limits(used, level)
    notes = pair_notes(len(used), left_out)
    notes += [text(f"learning.note-zeros-{zeros}", count=unchanged)] if unchanged else []
    notes += [text("learning.note-no-limits")] if lower is None else []
    find = ranks.exact_p if exact else ranks.normal_p
    options = {"zeros": zeros, "alternative": alternative} | ({} if exact else {"correction": bool(correction)})
    return result_table(
        [
            {
                "measure": "hodges_lehmann",
                "w_plus": w_plus,
                "w_minus": w_minus,
                "w_min": min(w_plus, w_minus),
                "p_value": find(change, **options),
                "estimate": ranks.centre(used),
                "lower": lower,
                "upper": upper,
                "n": len(used),
                "method": text("learning.method-wilcoxon-exact" if exact else "learning.method-wilcoxon-normal"),
                "notes": join_notes(*notes),
            }
        ]
    )


def mcnemar(before: Any, after: Any = None, *, test: str = "exact", confidence: float = 0.95) -> pd.DataFrame:
    r"""Get the change in the share that passed, on the same people, with McNemar's test.

    .. math:: \hat d = \frac{c - b}{n}, \qquad \chi^2 = \frac{(b - c)^2}{b + c}

    b passed before only, c passed after only; those who did not change tell nothing about change.

    Parameters
    ----------
    before, after : sequence of 0 and 1
        Passed or not, the same people in the same order. Without `after`, `before` is the table
        ``[[both times, before only], [after only, never]]`` of counts.
    test : {"exact", "mid-p", "chi-square", "chi-square-corrected"}
        ``"exact"`` (default): binomial; right for few people, careful. ``"mid-p"``: less careful.
        ``"chi-square"`` and its continuity-corrected form (R's default) are for b + c of 25 or more.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row: before_only, after_only, statistic (missing for exact and mid-p), p_value, then the
        common columns. The estimate is a difference of shares, after minus before, with Newcombe's
        interval for pairs. n is the number of people.

    Raises
    ------
    MeasureError
        If a count is negative, nobody is counted, or nobody changed and a chi-square is asked for.

    Notes
    -----
    Misuse: two different groups of people tested as pairs; p alone, without the two numbers of those who changed.

    Source: McNemar (1947); Fagerland, Lydersen and Laake (2013) for mid-p; interval Newcombe (1998). Numbers
    checked with R's contingencytables, https://github.com/ocbe-uio/contingencytables
    (tests/testthat/test-ch8.R).

    Examples
    --------
    >>> mcnemar([[59, 6], [16, 80]]).p_value.round(6).item()
    0.052479
    """
    _inputs.choice(test, "test", options=("exact", "mid-p", "chi-square", "chi-square-corrected"))
    level = _inputs.confidence(confidence)
    (a, b, c, d), left_out = _four_cells(before, after)
    n, changed = a + b + c + d, b + c
    notes = [text("learning.note-unmatched", count=left_out)] if left_out else []
    if changed == 0 and test.startswith("chi"):
        raise MeasureError("learning.nobody-changed")
    if changed == 0:
        notes.append(text("learning.note-nobody-changed"))
    elif changed < 25 and test.startswith("chi"):
        notes.append(text("learning.note-few-changed", count=changed))
    statistic, p_value = _mcnemar_p(b, c, test)
    # Newcombe's interval is for the first share minus the second; the change is the other way round.
    _, low, high = paired_difference(a, b, c, d, interval="newcombe", confidence=level)
    return result_table(
        [
            {
                "measure": "change_in_share",
                "before_only": b,
                "after_only": c,
                "statistic": statistic,
                "p_value": p_value,
                "estimate": (c - b) / n,
                "lower": -high,
                "upper": -low,
                "n": n,
                "method": text(f"learning.method-mcnemar-{test}"),
                "notes": join_notes(*notes),
            }
        ]
    )


def _four_cells(before: Any, after: Any) -> tuple[tuple[int, int, int, int], int]:
    if after is not None:
        first, second, left_out = matched(
            _inputs.outcomes(before, "before"), _inputs.outcomes(after, "after"), needed=1
        )
        cells = [int(((first == one) & (second == two)).sum()) for one in (1, 0) for two in (1, 0)]
        return tuple(cells), left_out
    from kit.measure._coders import square_counts

    counts = square_counts(before, "before")
    if counts.shape != (2, 2):
        raise MeasureError("learning.not-two-by-two", rows=len(counts))
    return tuple(int(cell) for cell in counts.ravel()), 0


def _mcnemar_p(b: int, c: int, test: str) -> tuple[float | None, float]:
    from scipy.stats import binom, chi2

    few, changed = min(b, c), b + c
    if not test.startswith("chi"):
        p_value = 2 * float(binom.cdf(few, changed, 0.5))
        p_value -= float(binom.pmf(few, changed, 0.5)) if test == "mid-p" else 0.0
        return None, min(1.0, p_value)
    gap = max(abs(b - c) - (1 if test == "chi-square-corrected" else 0), 0)
    statistic = gap**2 / changed
    return statistic, float(chi2.sf(statistic, 1))
