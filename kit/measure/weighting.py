"""Weights that make a sample look like its population: post-stratification and raking.

Weights repair known differences in known groups. They do not bring in people whom the survey never
reached, and they turn no open meeting into a random sample.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.errors import MeasureError
from kit.measure._cells import (
    cells_of_counts,
    cells_of_people,
    margins_of_counts,
    margins_of_people,
    say,
    unique_cells,
)
from kit.measure._inputs import choice, count, number, numbers
from kit.measure._naming import short, show
from kit.measure._result import result_table
from kit.measure._tables import table
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_SCALES = ("population", "sample")


class Weighted(NamedTuple):
    """Weights and what there is to know about them.

    ``weights`` has a row a person (or a cell of the table given); ``report`` has the common shape.
    """

    weights: pd.DataFrame
    report: pd.DataFrame


def post_stratify(
    sample: pd.DataFrame | Sequence[Sequence[int]] | Mapping[Hashable, int],
    population: pd.DataFrame | Sequence[Sequence[float]] | Mapping[Hashable, float],
    *,
    by: Sequence[str] | None = None,
    scale: str = "population",
) -> Weighted:
    r"""Give each cell (say, women aged 18 to 29) the weight that brings it to its population count.

    .. math:: w_h = N_h / n_h

    Parameters
    ----------
    sample : table of counts, mapping, or pandas.DataFrame of people
        Respondents. Either counts a cell: a table (rows by columns), nested lists or a mapping. Or, with
        `by`, one row a person.
    population : table of counts or mapping
        People in the population in the same cells, of the same form as the counts. With `by`: a mapping from
        a cell (a tuple in the order of `by`) to its count.
    by : sequence of str, optional
        Columns that make the cells, when `sample` has one row a person.
    scale : {"population", "sample"}
        What the weights of all respondents add up to: the population (default, as R's survey package) or
        the number of respondents.

    Returns
    -------
    Weighted
        ``weights``: cells (or people) with their weight. ``report``: smallest and largest weight,
        design effect (Kish) and effective sample size.

    Raises
    ------
    MeasureError
        If a cell has people in the population but no respondents, or is unknown to one of the two.

    Notes
    -----
    Misuse: joining empty cells in silence; weighting by a variable on which people could not name themselves.

    Source: Kalton and Flores-Cervantes 2003, table A; numbers in the tests of R's survey package,
    https://github.com/cran/survey (kalton.R).

    Examples
    --------
    >>> post_stratify([[20, 40], [50, 140]], [[80, 40], [60, 150]]).weights.weight.round(2).tolist()
    [4.0, 1.0, 1.2, 1.07]
    """
    import numpy as np

    choice(scale, "scale", options=_SCALES)
    if by is not None:
        people, codes, labels, respondents = cells_of_people(sample, by)
    else:
        people, labels, respondents = cells_of_counts(sample, "sample")
        codes = np.arange(len(labels))
    _, names, wanted = cells_of_counts(population, "population")
    known = dict(zip(names, wanted, strict=True))
    for cell, asked in zip(labels, respondents, strict=True):
        if cell not in known and asked > 0:
            raise MeasureError("weighting.unknown-cell", cell=say(cell))
    asked_in = dict(zip(labels, respondents, strict=True))
    for cell, living in known.items():
        if living > 0 and asked_in.get(cell, 0) == 0:
            raise MeasureError("weighting.empty-cell", cell=say(cell), people=show(float(living)))
        if living == 0 and asked_in.get(cell, 0) > 0:
            raise MeasureError("weighting.zero-target", cell=say(cell))
    targets = np.array([known.get(cell, 0.0) for cell in labels])
    factor = np.divide(targets, respondents, out=np.zeros(len(labels)), where=respondents > 0)
    if scale == "sample":
        factor *= respondents.sum() / targets.sum()
    weights = factor[codes]
    per_row = np.ones(len(weights)) if by is not None else respondents
    return _answer(people, weights, per_row, method=text("weighting.method-cells"), extra=[])


def rake(
    sample: pd.DataFrame | Sequence[Sequence[int]],
    margins: Mapping[Hashable, Mapping[Hashable, float]] | Sequence[Any],
    *,
    start: str | None = None,
    scale: str = "population",
    trim: float | None = None,
    tolerance: float = 1e-9,
    rounds: int = 1000,
) -> Weighted:
    r"""Give weights that bring several margins (sex, age, district, ...) to their population counts.

    Each round scales the weights to one margin after the other (iterative proportional fitting) until all
    margins fit.

    Parameters
    ----------
    sample : pandas.DataFrame of people, or a table of counts
        One row a person with the columns named in `margins`; or counts of respondents as nested lists, an
        array of any number of dimensions, or a table, with `margins` as a list.
    margins : mapping of mappings, or list
        ``{"sex": {"women": 520, "men": 480}, "age": {...}}``; for a table of counts a list with one list of
        totals a dimension. Counts or shares; all margins must add up to the same sum.
    start : str, optional
        Column with weights to start from, such as design weights.
    scale : {"population", "sample"}
        What the weights add up to: the population (default, as R's survey and samplics) or the number of
        respondents (as weightipy). Shares that add up to 1 always give the number of respondents.
    trim : float, optional
        Largest weight allowed, as a multiple of the mean weight. What is cut off is shared out among the
        others, so margins no longer fit exactly; the report says by how much.
    tolerance : float
        Largest gap between a wanted and a reached total, as a part of the wanted one.
    rounds : int
        Rounds after which to give up.

    Returns
    -------
    Weighted
        ``weights``: the people (or cells) with their weight. ``report``: rounds, largest gap left,
        smallest and largest weight, design effect (Kish), effective sample size, people trimmed.

    Raises
    ------
    MeasureError
        If margins add up to different sums, name a category without respondents, or cannot all be met
        (a proof by linear programming tells which).

    Notes
    -----
    Misuse: margins that do not describe the survey's population; weights without a limit; weighting answers of
    people who chose to take part and then calling them representative.

    Source: Deming and Stephan 1940; Kalton and Flores-Cervantes 2003, table B, numbers in the tests
    of R's survey package, https://github.com/cran/survey (kalton.R).

    Examples
    --------
    >>> counts = [[20, 40, 40], [50, 140, 310], [100, 50, 50], [30, 100, 70]]
    >>> raked = rake(counts, [[175, 550, 430, 345], [365, 415, 720]])
    >>> raked.weights.weight.round(2).tolist()[:3]
    [1.81, 1.45, 2.02]
    """
    import numpy as np

    choice(scale, "scale", options=_SCALES)
    tolerance, rounds = number(tolerance, "tolerance", above=0), count(rounds, "rounds", minimum=1)
    if isinstance(margins, Mapping):
        people, codes, targets, names, respondents = margins_of_people(sample, margins)
        first = np.ones(len(people)) if start is None else _start_weights(people, start)
    else:
        people, codes, targets, names, respondents = margins_of_counts(sample, margins)
        first = np.ones(len(people))
    total = _same_sum(targets, names)
    cells, members = unique_cells(codes, [len(target) for target in targets])
    begin = np.bincount(members, weights=first * respondents, minlength=len(cells[0]))
    settled, used, gap = _settle(cells, begin, targets, tolerance=tolerance, rounds=rounds)
    if gap > tolerance:
        _say_why_unsettled(cells, begin, targets, names, gap=gap, rounds=rounds)
    weights = first * np.divide(settled, begin, out=np.zeros(len(begin)), where=begin > 0)[members]
    if scale == "sample" or abs(total - 1) < 1e-6:
        weights *= respondents.sum() / total
    method = text("weighting.method-raking")
    extra = [_line("rounds", used, method), _line("largest gap", gap, method)]
    if trim is not None:
        weights, lines = _trimmed(weights, respondents, codes, targets, limit=number(trim, "trim", above=1))
        extra += lines
    return _answer(people, weights, respondents, method=method, extra=extra)


def _settle(cells: list, begin: np.ndarray, targets: list, *, tolerance: float, rounds: int):
    """Scale to each margin in turn; give the settled cells, the rounds used and the largest gap left."""
    import numpy as np

    now, gap = begin.astype(float), np.inf
    for used in range(1, rounds + 1):
        gap = 0.0
        for codes, target in zip(cells, targets, strict=True):
            reached = np.bincount(codes, weights=now, minlength=len(target))
            gap = max(gap, float(np.abs(reached / np.where(target > 0, target, 1) - (target > 0)).max()))
            now *= np.divide(target, reached, out=np.ones(len(target)), where=reached > 0)[codes]
        if gap <= tolerance:
            return now, used, gap
    return now, rounds, gap


def _say_why_unsettled(cells: list, begin: np.ndarray, targets: list, names: list, *, gap: float, rounds: int):
    """Prove by linear programming whether any weights at all meet the margins."""
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, vstack

    used = np.flatnonzero(begin > 0)
    size = len(used)
    sums = vstack(
        [
            csr_array((np.ones(size), (codes[used], np.arange(size))), shape=(len(target), size))
            for codes, target in zip(cells, targets, strict=True)
        ]
    )
    wanted = np.concatenate(targets) / targets[0].sum()
    # Every weight is "least" plus something: the largest possible "least" tells what the margins demand.
    solved = linprog(
        np.r_[np.zeros(size), -1.0],
        A_eq=hstack([sums, csr_array(sums.sum(axis=1)[:, None])]),
        b_eq=wanted,
        bounds=[(0, None)] * (size + 1),
        method="highs",
    )
    shown = short(", ".join(str(name) for name in names), at_most=40)
    if solved.status == 2:
        raise MeasureError("weighting.impossible", names=shown)
    if solved.status == 0 and -solved.fun < 1e-10:
        raise MeasureError("weighting.needs-zero", names=shown)
    raise MeasureError("weighting.not-settled", rounds=f"{rounds:,}", gap=f"{gap:.2g}")


def _trimmed(weights: np.ndarray, respondents: np.ndarray, codes: list, targets: list, *, limit: float):
    import numpy as np

    total = (weights * respondents).sum()
    most = limit * total / respondents.sum()
    cut = np.zeros(len(weights), dtype=bool)
    while (weights > most * (1 + 1e-12)).any():
        cut |= weights > most
        weights = np.where(cut, most, weights)
        free = ~cut & (respondents > 0)
        weights[free] *= (total - (most * respondents[cut]).sum()) / (weights * respondents)[free].sum()
    gap = 0.0
    for members, target in zip(codes, targets, strict=True):
        reached = np.bincount(members, weights=weights * respondents, minlength=len(target)) / total
        gap = max(gap, float(np.abs(reached / (target / target.sum()) - 1)[target > 0].max()))
    note = text("weighting.note-trimmed", limit=f"{limit:g}")
    return weights, [
        _line("people trimmed", int(respondents[cut].sum()), text("weighting.method-trimming"), notes=note),
        _line("largest gap after trimming", gap, text("weighting.method-trimming"), notes=note),
    ]


def _answer(people: pd.DataFrame, weights: np.ndarray, respondents: np.ndarray, *, method: str, extra: list):
    used = respondents > 0
    mean = (weights * respondents).sum() / respondents.sum()
    scaled = weights / mean
    effect = float((scaled**2 * respondents).sum() / respondents.sum())
    notes = [text("weighting.note-known-groups")]
    if scaled[used].max() > 5:
        notes.append(text("weighting.note-large", times=f"{scaled[used].max():.1f}"))
    n = int(respondents.sum())
    kish = f"{method}; {text('survey.method-deff-weights')}"
    lines = [
        _line("smallest weight", float(weights[used].min()), method),
        _line("largest weight", float(weights[used].max()), method, notes=" ".join(notes[1:])),
        _line(
            "design effect",
            effect,
            kish,
            notes=text("weighting.note-deff"),
        ),
        _line("effective sample size", n / effect, kish),
    ]
    out = people.assign(weight=weights, notes=" ".join(notes))
    return Weighted(out, result_table([line | {"n": n} for line in [*extra, *lines]]))


def _line(measure: str, value: float, method: str, *, notes: str = "") -> dict[str, Any]:
    return {"measure": measure, "estimate": value, "method": method, "notes": notes}


def _same_sum(targets: list[np.ndarray], names: list[Hashable]) -> float:
    sums = [float(target.sum()) for target in targets]
    for name, found in zip(names, sums, strict=True):
        if found <= 0:
            raise MeasureError("inputs.zero-total", place=f'"{name}"')
        if abs(found - sums[0]) > 1e-6 * max(found, sums[0]):
            raise MeasureError(
                "weighting.sums-differ", first=names[0], first_sum=show(sums[0]), other=name, other_sum=show(found)
            )
    return sums[0]


def _start_weights(people: pd.DataFrame, start: str) -> np.ndarray:
    found = numbers(table(people, columns=[start])[start], start, minimum=0)
    if (found == 0).any():
        raise MeasureError("weighting.zero-start", name=start, people=f"{int((found == 0).sum()):,}")
    return found
