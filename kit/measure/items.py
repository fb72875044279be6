"""Is the test any good? Reliability of a set of items, and each item on its own."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure import _inputs, _item_rows, _tables
from kit.measure._intervals import join_notes
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def cronbach_alpha(scores: Any, *, missing: str = "listwise", confidence: float = 0.95) -> pd.DataFrame:
    r"""Get how well the items of a test or scale hang together (Cronbach's alpha), with Feldt's interval.

    .. math:: \alpha = \frac{k}{k - 1} \left(1 - \frac{\sum_i var(x_i)}{var(\sum_i x_i)}\right)

    The variances of items and total have the same divisor; which one then makes no difference.

    Parameters
    ----------
    scores : table or list of lists
        A row a person, a column an item, marks as numbers. Turn items round that are asked the
        other way before.
    missing : {"listwise", "pairwise"}
        ``"listwise"`` (default): people with a gap are left out. ``"pairwise"``: each pair of items uses
        the people who answered both. With a dozen people the two can differ by 0.07.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row; n is the number of people used (pairwise: people with any answer).

    Raises
    ------
    MeasureError
        If there are fewer than two items or people, or everybody has the same total.

    Notes
    -----
    Misuse: alpha above 0.7 read as "measures one thing" (it does not show that); alpha raised by asking
    the same thing five times; variances with different divisors.

    Source: Cronbach (1951); interval Feldt, Woodruff and Salih (1987). Numbers checked with pingouin,
    https://github.com/raphaelvallat/pingouin (docstring of cronbach_alpha), which was checked with R's psych.

    Examples
    --------
    >>> cronbach_alpha([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]]).estimate.round(3).item()
    0.75
    """
    _inputs.choice(missing, "missing", options=("listwise", "pairwise"))
    found, _ = _scores(scores)
    k, notes = found.shape[1], []
    if k < 2:
        raise MeasureError("inputs.too-few", name="scores", found=k, needed=2)
    gaps = _gaps(found)
    if missing == "listwise":
        found = found[~gaps]
        notes.append(text("learning.note-gaps-listwise", count=int(gaps.sum())) if gaps.any() else "")
    elif gaps.any():
        notes.append(text("learning.note-gaps-pairwise", count=int(gaps.sum())))
    _inputs.at_least(found, "scores", needed=2)
    import pandas as pd

    covariance = pd.DataFrame(found).cov(min_periods=2).to_numpy()
    if (covariance != covariance).any():
        raise MeasureError("learning.too-few-shared")
    total = covariance.sum()
    if total <= 1e-12 * max(1.0, abs(covariance).max()):
        raise MeasureError("learning.same-total")
    alpha = float(k / (k - 1) * (1 - covariance.trace() / total))
    if alpha < 0:
        notes.append(text("learning.note-negative-alpha"))
    n = len(found)
    lower, upper = _feldt(alpha, n, k, _inputs.confidence(confidence))
    notes.append(text("learning.note-few", n=n) if n < 10 else "")
    return result_table(
        [
            {
                "measure": "alpha",
                "estimate": alpha,
                "lower": lower,
                "upper": upper,
                "n": n,
                "method": text("learning.method-alpha", missing=text(f"learning.{missing}")),
                "notes": join_notes(*notes),
            }
        ]
    )


def kr20(scores: Any, *, confidence: float = 0.95) -> pd.DataFrame:
    r"""Get the reliability of a test with right or wrong answers (Kuder-Richardson 20).

    .. math:: KR_{20} = \frac{k}{k - 1}\left(1 - \frac{\sum_i p_i(1 - p_i)}{\sigma^2_{total}}\right)

    Parameters
    ----------
    scores : table or list of lists
        A row a person, a column an item; 1 for right, 0 for wrong. People with a gap are left out.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        Row ``kr20`` with its interval, and the two sums it is made of, to check by hand:
        ``sum_pq`` and ``total_variance_population`` (divided by n, not n - 1). n is the number of people.

    Raises
    ------
    MeasureError
        If an answer is neither 0 nor 1, or as in `cronbach_alpha`.

    Notes
    -----
    It is Cronbach's alpha of right and wrong answers. The population variance belongs to p(1 - p): with the
    sample variance of totals the answer is wrong.

    Misuse: as for `cronbach_alpha`.

    Source: Kuder and Richardson (1937); numbers checked with https://core.ecu.edu/wuenschk/StatHelp/KR20.txt.

    Examples
    --------
    >>> kr20([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]]).estimate.round(3).tolist()
    [0.75, 0.625, 1.25]
    """
    found = _right_or_wrong(scores)
    answer = cronbach_alpha(found, confidence=confidence)
    complete = found[~_gaps(found)]
    p = complete.mean(axis=0)
    first = answer.iloc[0].to_dict() | {"measure": "kr20", "method": text("learning.method-kr20")}
    sums = {"sum_pq": float((p * (1 - p)).sum()), "total_variance_population": float(complete.sum(axis=1).var())}
    parts = [
        {"measure": name, "estimate": value, "n": len(complete), "method": text("learning.method-kr20-part")}
        for name, value in sums.items()
    ]
    return result_table([first, *parts])


def item_difficulty(correct: int, total: int, *, confidence: float = 0.95) -> pd.DataFrame:
    r"""Get the difficulty of one item: the share that answered it right. High means easy.

    .. math:: p = \frac{\text{right answers}}{\text{people}}

    Parameters
    ----------
    correct, total : int
        People with the right answer, and people who took the test.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row: a share between 0 and 1 with its Wilson interval; n is `total`.

    Raises
    ------
    MeasureError
        If nobody took the test, or more were right than took it.

    Notes
    -----
    Misuse: "difficulty 0.9" read as hard; it is an easy item.

    Source: classical item analysis; numbers checked with
    https://www.scribd.com/presentation/554356561/ITEM-ANALYSIS-REVISED-1.

    Examples
    --------
    >>> item_difficulty(75, 100).estimate.item()
    0.75
    """
    correct, total = _inputs.part_of(correct, total, names=("correct", "total"))
    return result_table([_item_rows.difficulty(correct, total, _inputs.confidence(confidence))])


def item_discrimination(upper: float, lower: float) -> pd.DataFrame:
    r"""Get how well one item tells strong and weak learners apart: the gap of two groups.

    .. math:: D = p_{upper} - p_{lower}

    Parameters
    ----------
    upper, lower : float
        Share with the right answer among the highest totals and among the lowest (0 to 1).

    Returns
    -------
    pandas.DataFrame
        One row, from -1 to 1. Near 0: the item tells nobody apart. Below 0: look at the key.

    Raises
    ------
    MeasureError
        If a share is outside 0 to 1.

    Notes
    -----
    Misuse: an item thrown out for a low value although it is easy on purpose (nearly all right).

    Source: classical item analysis with the upper and lower 27 percent (Kelley, 1939); numbers checked with
    https://www.scribd.com/presentation/554356561/ITEM-ANALYSIS-REVISED-1.

    Examples
    --------
    >>> item_discrimination(0.6, 0.2).estimate.round(2).item()
    0.4
    """
    return result_table(
        [_item_rows.discrimination(_inputs.share(upper, "upper"), _inputs.share(lower, "lower"), None, "")]
    )


def item_analysis(
    scores: Any,
    *,
    maximum: Sequence[float] | None = None,
    missing: str = "listwise",
    group: float = 0.27,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Get difficulty, discrimination and item-rest correlation of every item of a test.

    Parameters
    ----------
    scores : table or list of lists
        A row a person, a column an item; 1 for right, 0 for wrong. With `maximum`, points.
    maximum : sequence of float, optional
        Points that each item has, in the order of the columns, where an item has more than one point.
    missing : {"listwise", "wrong"}
        People with a gap are left out (default), or a gap counts as a wrong answer.
    group : float
        Share of people in the upper and in the lower group, 0.27 unless told; at most 0.5.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        Three rows an item, column ``measure``: ``difficulty`` (share right, Wilson interval; where
        there are parts of points the mean share of the points, Student's t interval),
        ``discrimination`` (upper minus lower group), ``item_rest_correlation`` (with the total of
        the *other* items, interval by Fisher's z; missing if all answers to an item are alike).

    Raises
    ------
    MeasureError
        If an answer is neither 0 nor 1 (with `maximum`: outside 0 to its points), or there are fewer
        than four people.

    Notes
    -----
    People with equal totals at the edge of a group count in parts, so the order of rows never matters.

    Misuse: thirty items judged on eight people; an item correlated with a total that contains it.

    Source: classical item analysis (Kelley, 1939; Guilford, 1953 for the corrected correlation); numbers
    checked with https://www.scribd.com/presentation/554356561/ITEM-ANALYSIS-REVISED-1, and points with the
    tests of R's performance, https://github.com/easystats/performance (test-item_discrimination.R).

    Examples
    --------
    >>> found = item_analysis([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]])
    >>> found[found.measure == "difficulty"].estimate.tolist()
    [0.75, 0.5, 0.25]
    """
    _inputs.choice(missing, "missing", options=("listwise", "wrong"))
    share = _inputs.number(_inputs.share(group, "group"), "group", above=0, maximum=0.5)
    level = _inputs.confidence(confidence)
    import numpy as np

    found, names = _right_or_wrong(scores) if maximum is None else _points(scores, maximum), _names(scores)
    tops = np.ones(len(names)) if maximum is None else np.array(maximum, dtype=float)
    gaps = _gaps(found)
    found = np.nan_to_num(found) if missing == "wrong" else found[~gaps]
    _inputs.at_least(found, "scores", needed=4)
    n, totals = len(found), found.sum(axis=1)
    note = text("learning.note-gaps-listwise", count=int(gaps.sum())) if gaps.any() and missing != "wrong" else ""
    note = join_notes(note, text("learning.note-few-people", n=n) if n < 30 else "")
    size = min(max(1, int(share * n + 0.5)), n // 2)
    top, bottom = _item_rows.group_weights(totals, size), _item_rows.group_weights(-totals, size)
    rows = []
    for i, name in enumerate(names):
        answers, shares = found[:, i], found[:, i] / tops[i]
        own = [
            _item_rows.mean_share(shares, level),
            _item_rows.discrimination(float(top @ shares), float(bottom @ shares), n, ""),
            _item_rows.item_rest(answers, totals - answers, level),
        ]
        rows += [{"item": name, **row, "notes": join_notes(row["notes"], note)} for row in own]
    return result_table(rows)


def _feldt(alpha: float, n: int, k: int, level: float) -> tuple[float, float]:
    from scipy.stats import f

    tail, df1, df2 = (1 - level) / 2, n - 1, (n - 1) * (k - 1)
    return tuple(float(1 - (1 - alpha) * f.ppf(at, df1, df2)) for at in (1 - tail, tail))


def _scores(scores: Any) -> tuple[np.ndarray, list[Hashable]]:
    import numpy as np

    from kit.measure._coders import as_rows

    rows = [_inputs.numbers(row, "scores", keep_missing=True) for row in as_rows(scores, "scores")]
    found = np.array(rows)
    if np.isnan(found).all():
        raise MeasureError("inputs.all-missing", name="scores")
    return found, _names(scores)


def _right_or_wrong(scores: Any) -> np.ndarray:
    found, names = _scores(scores)
    for i, name in enumerate(names):
        _inputs.outcomes(found[:, i], str(name))
    return found


def _points(scores: Any, maximum: Sequence[float]) -> np.ndarray:
    found, names = _scores(scores)
    _inputs.same_length(names, list(maximum), names=("scores", "maximum"))
    for i, name in enumerate(names):
        top = _inputs.number(maximum[i], "maximum", above=0)
        for value in found[:, i][~_gaps(found[:, i : i + 1])]:
            _inputs.number(value, str(name), minimum=0, maximum=top)
    return found


def _names(scores: Any) -> list[Hashable]:
    if hasattr(scores, "columns"):
        return _tables.no_repeats(scores.columns, "scores")
    return list(range(1, len(next(iter(scores))) + 1))


def _gaps(found: Sequence[Sequence[float]]) -> np.ndarray:
    import numpy as np

    return np.isnan(found).any(axis=1)
