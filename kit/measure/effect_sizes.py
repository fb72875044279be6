"""How large is a difference in marks? Differences of means in units of the spread.

Packages print different numbers under the one name "d". Here each has its own name:
``d_z`` and ``d_av`` for the same people twice, ``d`` and ``g`` for two different groups.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs
from kit.measure._intervals import join_notes, tail_and_z
from kit.measure._matched import matched, pair_notes
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


def paired_effect_size(before: Iterable[Any], after: Iterable[Any], *, confidence: float = 0.95) -> pd.DataFrame:
    r"""Get how large the change of the same people is, in three named ways.

    .. math:: d_z = \frac{\bar x_2 - \bar x_1}{s_{diff}}, \qquad
              d_{av} = \frac{\bar x_2 - \bar x_1}{\sqrt{(s_1^2 + s_2^2)/2}}, \qquad
              g_{av} = d_{av} \sqrt{\frac{n - 2}{n - 1}}

    Parameters
    ----------
    before, after : sequence of numbers
        Marks of the same people in the same order; people without one of the two are left out.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        Rows ``d_z`` (steady change counts more; use it to plan a sample), ``d_av`` (compares with
        studies of two groups) and ``g_av`` (d_av, corrected for few people). Positive: after is
        higher. Unit: standard deviations. n is the number of pairs.

    Raises
    ------
    MeasureError
        If there are fewer than three pairs, or no spread to compare with.

    Notes
    -----
    Intervals: noncentral t for d_z; Bonett's for d_av and g_av.

    Misuse: "d" without saying which; on the same marks one can be twice the other.

    Source: Cohen (1988); Bonett, Confidence intervals for standardized linear contrasts of means (2008),
    numbers checked with R's statpsych, ci.stdmean.ps, https://github.com/dgbonett/statpsych.

    Examples
    --------
    >>> before = [148, 142, 136, 134, 138, 140, 132, 144, 128, 170, 162, 150, 138, 154, 126, 116]
    >>> after = [152, 152, 134, 148, 144, 136, 144, 150, 146, 174, 162, 162, 146, 156, 132, 126]
    >>> paired_effect_size(before, after).set_index("measure").estimate.round(2).to_dict()
    {'d_z': 1.11, 'd_av': 0.51, 'g_av': 0.49}
    """
    import numpy as np

    first, second, left_out = matched(before, after, needed=3)
    if first.std() == 0 or second.std() == 0:
        correlation = 0.0  # not defined without spread, and multiplied by that zero spread below
    else:
        correlation = float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))
    return _paired(
        (first.mean(), second.mean()),
        sds=(first.std(ddof=1), second.std(ddof=1)),
        sd_difference=(second - first).std(ddof=1),
        correlation=correlation,
        n=len(first),
        level=_inputs.confidence(confidence),
        notes=join_notes(*pair_notes(len(first), left_out)),
    )


def paired_effect_size_of_summary(
    means: Sequence[float],
    *,
    sds: Sequence[float],
    correlation: float,
    n: int,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Get how large a change of the same people is from a published summary.

    Formulas: see `paired_effect_size`.

    Parameters
    ----------
    means : pair of numbers
        Mean before and after.
    sds : pair of numbers
        Standard deviation before and after.
    correlation : float
        Correlation of before and after, -1 to 1.
    n : int
        Number of pairs.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        As `paired_effect_size`.

    Raises
    ------
    MeasureError
        If a standard deviation is not above zero, or the correlation is outside -1 to 1.

    Notes
    -----
    Misuse: as for `paired_effect_size`; a correlation guessed where none is published.

    Source: Bonett (2008); numbers checked with R's statpsych, ci.stdmean.ps,
    https://github.com/dgbonett/statpsych.

    Examples
    --------
    >>> found = paired_effect_size_of_summary([102.1, 110.4], sds=[14.6, 15.3], correlation=0.75, n=25)
    >>> found.set_index("measure").loc["g_av", ["estimate", "lower", "upper"]].astype(float).round(4).tolist()
    [0.5433, 0.2395, 0.8706]
    """
    first, second = _two(means, "means")
    sd1, sd2 = (_inputs.number(sd, "sds", above=0) for sd in _two(sds, "sds"))
    r = _inputs.number(correlation, "correlation", minimum=-1, maximum=1)
    return _paired(
        (first, second),
        sds=(sd1, sd2),
        sd_difference=math.sqrt(max(0.0, sd1**2 + sd2**2 - 2 * r * sd1 * sd2)),
        correlation=r,
        n=_inputs.count(n, "n", minimum=3),
        level=_inputs.confidence(confidence),
        notes="",
    )


def independent_effect_size(
    first: Iterable[Any],
    second: Iterable[Any],
    *,
    correction: str = "approximate",
    interval: str = "noncentral",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Get how far the means of two different groups are apart: Cohen's d and Hedges' g.

    Formulas: see `independent_effect_size_of_summary`.

    Parameters
    ----------
    first, second : sequence of numbers
        Marks of two groups of different people. A missing mark is left out.
    correction : {"approximate", "exact"}
        Hedges' correction for few people, by the short formula or the gamma function.
    interval : {"noncentral", "normal"}
        See `independent_effect_size_of_summary`.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        As `independent_effect_size_of_summary`.

    Raises
    ------
    MeasureError
        If a group has fewer than two marks, or nobody differs.

    Notes
    -----
    Misuse: two groups where the same people answered twice, without names to match them; a causal word
    where people chose the course themselves.

    Source: Borenstein et al., Introduction to Meta-Analysis (2009), chapter 4; see
    `independent_effect_size_of_summary`.

    Examples
    --------
    >>> independent_effect_size([5, 6, 7, 8], [3, 4, 5, 6]).estimate.round(2).tolist()
    [1.55, 1.35]
    """
    import numpy as np

    groups = [
        _inputs.numbers(one, name, keep_missing=True) for one, name in ((first, "first"), (second, "second"))
    ]
    known = [group[~np.isnan(group)] for group in groups]
    for group, name in zip(known, ("first", "second"), strict=True):
        _inputs.at_least(group, name, needed=2)
    left_out = sum(map(len, groups)) - sum(map(len, known))
    return _independent(
        [group.mean() for group in known],
        sds=[group.std(ddof=1) for group in known],
        counts=[len(group) for group in known],
        correction=correction,
        interval=interval,
        level=_inputs.confidence(confidence),
        notes=join_notes(*pair_notes(min(map(len, known)), left_out)),
    )


def independent_effect_size_of_summary(
    means: Sequence[float],
    *,
    sds: Sequence[float],
    counts: Sequence[int],
    correction: str = "approximate",
    interval: str = "noncentral",
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Get Cohen's d and Hedges' g of two groups from a published summary.

    .. math:: d = \frac{\bar x_1 - \bar x_2}{s_p}, \quad
              s_p^2 = \frac{(n_1 - 1)s_1^2 + (n_2 - 1)s_2^2}{n_1 + n_2 - 2}, \quad g = J d

    Parameters
    ----------
    means, sds : pair of numbers
        Means and standard deviations of the two groups.
    counts : pair of int
        People in the two groups, two or more each.
    correction : {"approximate", "exact"}
        J = 1 - 3/(4 df - 1), as published tables use it (default), or the exact one with the
        gamma function. They differ from the third digit on, with few people only.
    interval : {"noncentral", "normal"}
        ``"noncentral"`` (default): exact for normal marks, by the noncentral t. ``"normal"``:
        plus and minus z standard errors, var = (n1 + n2)/(n1 n2) + d²/(2(n1 + n2)).
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        Rows ``d`` and ``g``, in standard deviations; positive: the first group is higher. n is
        the number of people in both groups.

    Raises
    ------
    MeasureError
        If there is no spread, or a group has fewer than two people.

    Notes
    -----
    Misuse: d of two groups compared with d_z of one group twice.

    Source: Borenstein et al. (2009), chapter 4; Hedges (1981). Numbers checked with R's effsize,
    https://github.com/mtorchiano/effsize (tests/testthat/testCohenD.R).

    Examples
    --------
    >>> found = independent_effect_size_of_summary([103, 100], sds=[5.5, 4.5], counts=[50, 50])
    >>> found.estimate.round(4).tolist()
    [0.597, 0.5924]
    """
    return _independent(
        _two(means, "means"),
        sds=[_inputs.number(sd, "sds", minimum=0) for sd in _two(sds, "sds")],
        counts=[_inputs.count(n, "counts", minimum=2) for n in _two(counts, "counts")],
        correction=correction,
        interval=interval,
        level=_inputs.confidence(confidence),
        notes="",
    )


def _paired(means, *, sds, sd_difference, correlation, n, level, notes) -> pd.DataFrame:
    change = means[1] - means[0]
    v1, v2 = sds[0] ** 2, sds[1] ** 2
    average = math.sqrt((v1 + v2) / 2)
    if _no_spread(sd_difference, change) or _no_spread(average, change):
        raise MeasureError("learning.no-spread")
    d_z, d_av = change / sd_difference, change / average
    low, high = _noncentral_t(d_z * math.sqrt(n), n - 1, level)
    z_limits = low / math.sqrt(n), high / math.sqrt(n)
    spread = d_av**2 * (v1**2 + v2**2 + 2 * correlation**2 * v1 * v2) / (8 * (n - 1) * average**4)
    error = math.sqrt(spread + sd_difference**2 / ((n - 1) * average**2))
    av_limits = d_av - tail_and_z(level)[1] * error, d_av + tail_and_z(level)[1] * error
    return result_table(
        {
            "measure": name,
            "estimate": size,
            "lower": lower,
            "upper": upper,
            "n": n,
            "method": method,
            "notes": notes,
        }
        for name, size, (lower, upper), method in (
            ("d_z", d_z, z_limits, text("learning.method-dz")),
            ("d_av", d_av, av_limits, text("learning.method-dav")),
            ("g_av", d_av * math.sqrt((n - 2) / (n - 1)), av_limits, text("learning.method-gav")),
        )
    )


def _independent(means, *, sds, counts, correction, interval, level, notes) -> pd.DataFrame:
    _inputs.choice(correction, "correction", options=("approximate", "exact"))
    _inputs.choice(interval, "interval", options=("noncentral", "normal"))
    (n1, n2), gap = counts, means[0] - means[1]
    df = n1 + n2 - 2
    pooled = math.sqrt(((n1 - 1) * sds[0] ** 2 + (n2 - 1) * sds[1] ** 2) / df)
    if _no_spread(pooled, gap):
        raise MeasureError("learning.no-spread")
    d = gap / pooled
    if interval == "noncentral":
        scale = math.sqrt(1 / n1 + 1 / n2)
        low, high = (limit * scale for limit in _noncentral_t(d / scale, df, level))
    else:
        error = math.sqrt((n1 + n2) / (n1 * n2) + d**2 / (2 * (n1 + n2)))
        low, high = d - tail_and_z(level)[1] * error, d + tail_and_z(level)[1] * error
    j = 1 - 3 / (4 * df - 1)
    if correction == "exact":
        j = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2) if df > 1 else j
    words = text(f"learning.{correction}")
    return result_table(
        {
            "measure": name,
            "estimate": d * factor,
            "lower": low * factor,
            "upper": high * factor,
            "n": n1 + n2,
            "method": text(f"learning.method-{name}", interval=text(f"learning.{interval}"), correction=words),
            "notes": notes,
        }
        for name, factor in (("d", 1.0), ("g", j))
    )


def _noncentral_t(t: float, df: int, level: float) -> tuple[float, float]:
    """Give the noncentralities between which a t value lies in the middle."""
    from scipy.optimize import brentq
    from scipy.special import nctdtr

    def share_below(centre: float) -> float:
        found = float(nctdtr(df, centre, abs(t)))
        # scipy gives no number where the share is 0 or 1 to the last digit.
        return found if found == found else float(centre < abs(t))

    def crosses(below: float) -> float:
        far = 10 + abs(t) * (1 + 10 / math.sqrt(df))
        return brentq(lambda centre: share_below(centre) - below, -far, abs(t) + far)

    low, high = crosses((1 + level) / 2), crosses((1 - level) / 2)
    return (low, high) if t >= 0 else (-high, -low)


def _no_spread(spread: float, size: float) -> bool:
    return spread <= 1e-12 * max(1.0, abs(size))


def _two(values: Sequence[Any], name: str) -> list[float]:
    found = _inputs.numbers(values, name).tolist()
    if len(found) != 2:
        raise MeasureError("learning.not-two", name=name, found=len(found))
    return found
