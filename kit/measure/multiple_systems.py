"""How many people does no list hold? Log-linear models for two to many overlapping lists."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.errors import MeasureError
from kit.measure._capture import Histories, capture_histories
from kit.measure._inputs import choice
from kit.measure._result import result_table
from kit.measure.undercount import unseen_interval, z_value
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_INTERVALS = ("log-normal", "delta", "profile")
_NO_OVERLAP = ("refuse", "extended")
_MOST_MODELS = 2000


def multiple_systems(
    data: pd.DataFrame | Mapping[Any, int],
    *,
    lists: Sequence[str] | None = None,
    count: str | None = None,
    interactions: Iterable[Sequence[str]] = (),
    interval: str = "log-normal",
    no_overlap: str = "refuse",
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Estimate how many people there are from lists that overlap, with a log-linear model you choose.

    The counts of people by the lists they are on (capture histories) are taken as Poisson counts with
    :math:`\log \mu_h = \alpha + \sum_i \beta_i h_i + \sum_{ij} \gamma_{ij} h_i h_j`. Nobody can count the people
    on no list; the model says :math:`e^{\alpha}`. Variance of the answer: :math:`u + u^2 var(\alpha)`,
    u being the unseen people.

    Parameters
    ----------
    data : pandas.DataFrame or mapping
        Either one row a capture history (columns of 0 and 1, and a column with the count); or one row
        a person (columns of 0 and 1 alone); or a mapping such as ``{"110": 6, "100": 40}``. Histories
        left out count zero people.
    lists : sequence of str, optional
        The columns that are lists, or the names of the lists for a mapping. Default: every column but the
        count; A, B, C for a mapping.
    count : str, optional
        The column with the counts. Default: ``"count"``, ``"Count"``, ``"n"`` or ``"freq"`` if there is
        one, else each row is a person.
    interactions : iterable of groups of list names
        Lists that depend on each other: ``[("A", "E")]``. Groups of three bring their pairs along.
        Empty, the default, means independent lists.
    interval : {"log-normal", "delta", "profile"}
        ``"log-normal"`` (default): never below the people seen. ``"delta"``: estimate plus and minus z
        standard errors. ``"profile"``: the numbers of people that a likelihood-ratio test does not
        reject (multinomial, as in R's Rcapture).
    no_overlap : {"refuse", "extended"}
        What to do with an interaction of two lists that share nobody. ``"refuse"`` (default): no ordinary
        estimate exists. ``"extended"``: that interaction is minus infinity, its histories are left out
        (Chan, Silverman and Vincent 2021).
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row: model, unseen, se, aic, bic (with the logarithm of the people seen), deviance, degrees
        (of freedom), then the common columns. n is the number of different people seen; the unit is people.

    Raises
    ------
    MeasureError
        If lists share nobody, one lies inside another, or the model asks more than the lists can tell.

    Notes
    -----
    Misuse: choosing the model that gives the wanted number; matching that misses people, which inflates the
    answer; calling the people unseen "reached". Show `model_table` beside the chosen model, and `assumptions`.

    Source: Fienberg 1972, Biometrika 59; existence: Fienberg and Rinaldo 2012; numbers checked with
    https://github.com/bernardsilverman/MultipleSystemsEstimation.

    Examples
    --------
    >>> people = {"001": 41, "010": 5, "100": 5, "110": 54, "101": 6, "111": 12}
    >>> multiple_systems(people, interactions=[("A", "B")])[["estimate", "n"]].round(1).values.tolist()
    [[268.8, 123.0]]
    """
    choice(interval, "interval", options=_INTERVALS)
    choice(no_overlap, "no_overlap", options=_NO_OVERLAP)
    z_value(confidence)
    seen = capture_histories(data, lists=lists, count=count)
    terms = _chosen_terms(interactions, seen.lists)
    design = _design(seen, terms)
    kept, parameters = _usable(seen, terms, no_overlap)
    reason = _why_not(design[kept][:, parameters], seen.counts[kept])
    if reason:
        raise MeasureError(f"multiple_systems.{reason}", model=_label(terms, seen.lists))

    fitted = _glm(design[kept][:, parameters], seen.counts[kept])
    fit = _Fit(
        intercept=float(fitted.params[0]),
        variance=float(fitted.cov_params()[0, 0]),
        deviance=float(fitted.deviance),
        log_likelihood=float(fitted.llf),
        parameters=design.shape[1],
        degrees=len(design) - design.shape[1],
    )
    limits = None
    if interval == "profile":
        limits = _profile(design[kept][:, parameters], seen.counts[kept], level=confidence)
    notes = [text("multiple_systems.note-model"), _note_on_terms(terms, seen.lists)]
    if not kept.all():
        notes.append(text("multiple_systems.note-extended"))
    row = _row(fit, seen, label=_label(terms, seen.lists), interval=interval, level=confidence, limits=limits)
    return result_table([row | {"notes": " ".join([*notes, row["notes"]]).strip()}])


def model_table(
    data: pd.DataFrame | Mapping[Any, int],
    *,
    lists: Sequence[str] | None = None,
    count: str | None = None,
    order: int = 2,
    interval: str = "log-normal",
    no_overlap: str = "refuse",
    sort_by: str = "bic",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give the answer of every hierarchical model, so that a reader sees how much the model decides.

    Parameters
    ----------
    data, lists, count, no_overlap, confidence
        As in `multiple_systems`; two to five lists.
    order : {1, 2, 3}
        Largest group of lists that may depend on each other: 1 independent lists alone, 2 (default)
        all choices of pairs, 3 also groups of three whose pairs are all in the model.
    interval : {"log-normal", "delta"}
        As in `multiple_systems`.
    sort_by : {"bic", "aic", "estimate"}
        Order of the rows, smallest first.

    Returns
    -------
    pandas.DataFrame
        One row a model that can be estimated; columns as in `multiple_systems`.

    Raises
    ------
    MeasureError
        If the lists cannot support any model, or there are more than 2,000 models.

    Notes
    -----
    AIC and BIC rank fit, not truth: models with equal fit to the people seen can differ by thousands in
    the people unseen. The interval of the best row leaves out that it was chosen.

    Source: Silverman, Chan and Vincent 2024; numbers checked with the Korea data of
    https://github.com/bernardsilverman/MultipleSystemsEstimation.

    Examples
    --------
    >>> people = {"001": 41, "010": 5, "100": 5, "110": 54, "101": 6, "111": 12}
    >>> model_table(people)[["model", "bic", "estimate"]].round(1).values.tolist()[0]
    ['A*B + B*C', 57.1, 157.2]
    """
    choice(interval, "interval", options=_INTERVALS[:2])
    choice(no_overlap, "no_overlap", options=_NO_OVERLAP)
    choice(sort_by, "sort_by", options=("bic", "aic", "estimate"))
    z_value(confidence)
    seen = capture_histories(data, lists=lists, count=count)
    models = _all_models(len(seen.lists), order)
    rows = []
    for terms, fit in zip(models, _fit_all(seen, models, no_overlap), strict=True):
        if fit is not None:
            rows.append(_row(fit, seen, label=_label(terms, seen.lists), interval=interval, level=confidence))
    if not rows:
        raise MeasureError("multiple_systems.no-model")
    left_out = len(models) - len(rows)
    about = [text("multiple_systems.note-table")]
    if left_out:
        about.append(text("multiple_systems.note-left-out", left_out=f"{left_out:,}", models=f"{len(models):,}"))
    for row in rows:
        row["notes"] = " ".join([*about, row["notes"]]).strip()
    rows.sort(key=lambda row: (row[sort_by], row["model"]))
    return result_table(rows)


class _Fit(NamedTuple):
    """What a fitted model says about the people on no list."""

    intercept: float
    variance: float
    deviance: float
    log_likelihood: float
    parameters: int
    degrees: int


def _row(
    fit: _Fit, seen: Histories, *, label: str, interval: str, level: float, limits: tuple | None = None
) -> dict[str, Any]:
    unseen = math.exp(fit.intercept)
    variance = unseen + unseen**2 * fit.variance
    estimate = seen.people + unseen
    notes = ""
    if interval == "delta":
        half = z_value(level) * math.sqrt(variance)
        limits = max(float(seen.people), estimate - half), estimate + half
    elif limits is None:
        limits = unseen_interval(unseen, variance, seen=seen.people, level=level)
    if fit.degrees == 0:
        notes = text("multiple_systems.note-saturated")
    return {
        "model": label,
        "unseen": unseen,
        "se": math.sqrt(variance),
        "aic": 2 * fit.parameters - 2 * fit.log_likelihood,
        "bic": fit.parameters * math.log(seen.people) - 2 * fit.log_likelihood,
        "deviance": fit.deviance,
        "degrees": fit.degrees,
        "estimate": estimate,
        "lower": limits[0],
        "upper": limits[1],
        "n": seen.people,
        "method": f"log-linear, {interval}",
        "notes": notes,
    }


def _chosen_terms(interactions: Iterable[Sequence[str]], lists: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    terms = set()
    for group in [interactions] if isinstance(interactions, str) else interactions:
        names = (
            [part.strip() for part in group.replace("*", ":").split(":")]
            if isinstance(group, str)
            else list(group)
        )
        for name in names:
            choice(name, "interactions", options=lists)
        places = sorted({lists.index(name) for name in names})
        if len(places) < 2:
            raise MeasureError("multiple_systems.one-list-term", names=", ".join(names))
        for size in range(2, len(places) + 1):
            terms.update(itertools.combinations(places, size))
    return tuple(sorted(terms, key=lambda term: (len(term), term)))


def _all_models(lists: int, order: int) -> list[tuple[tuple[int, ...], ...]]:
    if order not in (1, 2, 3):
        raise MeasureError("multiple_systems.order", order=order)
    pairs = list(itertools.combinations(range(lists), 2)) if order > 1 else []
    if 2 ** len(pairs) > _MOST_MODELS:
        raise MeasureError("multiple_systems.too-many-models", lists=lists, most=f"{_MOST_MODELS:,}")
    models = []
    for chosen in _subsets(pairs):
        triples = [
            triple
            for triple in itertools.combinations(range(lists), 3)
            if order == 3 and set(itertools.combinations(triple, 2)) <= set(chosen)
        ]
        models.extend(chosen + more for more in itertools.islice(_subsets(triples), _MOST_MODELS + 1))
        if len(models) > _MOST_MODELS:
            raise MeasureError("multiple_systems.too-many-models", lists=lists, most=f"{_MOST_MODELS:,}")
    return models


def _subsets(items: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
    return itertools.chain.from_iterable(itertools.combinations(items, size) for size in range(len(items) + 1))


def _label(terms: Sequence[tuple[int, ...]], lists: Sequence[str]) -> str:
    largest = [term for term in terms if not any(set(term) < set(other) for other in terms)]
    alone = [(i,) for i in range(len(lists)) if not any(i in term for term in largest)]
    return " + ".join("*".join(lists[i] for i in term) for term in sorted([*largest, *alone]))


def _note_on_terms(terms: Sequence[tuple[int, ...]], lists: Sequence[str]) -> str:
    if not terms:
        return text("multiple_systems.note-independent")
    return text("multiple_systems.note-dependent", pairs="; ".join(" – ".join(lists[i] for i in t) for t in terms))


def _design(seen: Histories, terms: Sequence[tuple[int, ...]]) -> np.ndarray:
    import numpy as np

    on = seen.on.astype(float)
    return np.column_stack([np.ones(len(on)), on, *(on[:, list(term)].prod(axis=1) for term in terms)])


def _usable(seen: Histories, terms: Sequence[tuple[int, ...]], no_overlap: str) -> tuple[np.ndarray, np.ndarray]:
    """Tell which histories and parameters stay when groups of lists in the model share nobody."""
    import numpy as np

    kept = np.ones(len(seen.counts), dtype=bool)
    parameters = np.ones(1 + len(seen.lists) + len(terms), dtype=bool)
    for place, term in enumerate(terms, start=1 + len(seen.lists)):
        together = seen.on[:, list(term)].all(axis=1)
        if seen.counts[together].sum() == 0:
            if no_overlap == "refuse":
                names = " – ".join(seen.lists[i] for i in term)
                raise MeasureError("multiple_systems.pair-shares-nobody", names=names)
            kept &= ~together
            parameters[place] = False
    return kept, parameters


def _why_not(design: np.ndarray, counts: np.ndarray) -> str:
    """Say why no estimate exists: too few histories, or a finite answer that no fit can reach."""
    import numpy as np

    if np.linalg.matrix_rank(design) < design.shape[1]:
        return "too-many-unknowns"
    return "" if _estimate_exists(design, counts) else "no-estimate"


def _estimate_exists(design: np.ndarray, counts: np.ndarray) -> bool:
    """Tell whether some table without zeros has the same sums as the counts (Fienberg and Rinaldo 2012)."""
    import numpy as np
    from scipy.optimize import linprog

    histories = len(counts)
    solved = linprog(
        np.r_[np.zeros(histories), -1.0],
        A_ub=np.column_stack([-np.eye(histories), np.ones(histories)]),
        b_ub=np.zeros(histories),
        A_eq=np.column_stack([design.T, np.zeros(design.shape[1])]),
        b_eq=design.T @ counts,
        bounds=[(0, None)] * histories + [(0, 1)],
        method="highs",
    )
    return solved.status == 0 and -solved.fun > 1e-7


def _glm(design: np.ndarray, counts: np.ndarray) -> Any:
    import warnings

    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a perfect fit is expected of a saturated model; the notes say so
        return GLM(counts, design, family=Poisson()).fit(tol=1e-10)


def _fit_all(seen: Histories, models: Sequence[tuple[tuple[int, ...], ...]], no_overlap: str) -> list[_Fit | None]:
    """Fit every model at once by Newton's method; one by one, statsmodels takes 50 times as long."""
    import numpy as np
    from scipy.special import gammaln, xlogy

    every = tuple(sorted({term for model in models for term in model}, key=lambda term: (len(term), term)))
    design, counts, lists = _design(seen, every), seen.counts.astype(float), len(seen.lists)
    together = np.array([seen.on[:, list(term)].all(axis=1) for term in every]).reshape(len(every), len(counts))
    empty = np.array([counts[cells].sum() == 0 for cells in together], dtype=bool)
    inside = np.array([[term in model for term in every] for model in models], dtype=bool).reshape(len(models), -1)
    possible = np.ones(len(models), dtype=bool)
    if no_overlap == "refuse":
        possible = ~(inside & empty).any(axis=1)
    kept = ~((inside & empty).astype(int) @ together.astype(int) > 0)
    used = np.column_stack([np.ones((len(models), 1 + lists), dtype=bool), inside & ~empty])

    products = np.einsum("hj,hk->hjk", design, design).reshape(len(counts), -1)
    size, unused = design.shape[1], ~used
    both_used = used[:, :, None] & used[:, None, :]
    beta = np.zeros((len(models), size))
    beta[:, 0] = np.log(counts.mean() + 0.1)
    for _ in range(100):
        mean = np.exp(np.clip(beta @ design.T, -60, 60)) * kept
        slope = ((counts - mean) * kept) @ design * used
        curve = np.where(both_used, (mean @ products).reshape(-1, size, size), 0.0)
        # The tiny addition keeps models without an answer solvable; they are sorted out below.
        curve[:, range(size), range(size)] += np.where(unused, 1.0, 1e-12)
        step = np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
        beta += np.clip(step, -4, 4)
        if np.abs(step).max() < 1e-9:
            break
    covariance = np.linalg.inv(curve)[:, 0, 0]
    likelihood = np.where(kept, xlogy(counts, mean) - mean - gammaln(counts + 1), 0).sum(axis=1)
    perfect = np.where(kept, xlogy(counts, counts) - counts - gammaln(counts + 1), 0).sum(axis=1)

    found: list[_Fit | None] = []
    for i in range(len(models)):
        cells, columns = kept[i], used[i]
        # A fit at rest without empty means proves that the estimate exists; others are looked at closely.
        proved = np.abs(step[i]).max() < 1e-6 and mean[i][cells].min() > 1e-7 and cells.sum() >= columns.sum()
        if not possible[i] or (not proved and _why_not(design[cells][:, columns], counts[cells])):
            found.append(None)
            continue
        found.append(
            _Fit(
                intercept=float(beta[i, 0]),
                variance=float(covariance[i]),
                deviance=float(2 * (perfect[i] - likelihood[i])),
                log_likelihood=float(likelihood[i]),
                parameters=1 + lists + len(models[i]),
                degrees=len(counts) - 1 - lists - len(models[i]),
            )
        )
    return found


def _profile(design: np.ndarray, counts: np.ndarray, *, level: float) -> tuple[float, float]:
    """Give the numbers of people that a likelihood-ratio test at this level does not reject."""
    import numpy as np
    from scipy.optimize import brentq, minimize_scalar
    from scipy.special import gammaln
    from scipy.stats import chi2

    nobody = np.zeros(design.shape[1])
    nobody[0] = 1
    wide, people = np.vstack([design, nobody]), counts.sum()

    def height(log_unseen: float) -> float:
        unseen = math.exp(log_unseen)
        all_counts = np.append(counts, unseen)
        fitted = _glm(wide, all_counts).mu
        total = people + unseen
        return float(gammaln(total + 1) - gammaln(unseen + 1) + (all_counts * np.log(fitted / total)).sum())

    start = _glm(design, counts).params[0]
    top = minimize_scalar(lambda x: -height(x), bounds=(start - 3, start + 3), method="bounded")
    floor = -top.fun - chi2.ppf(level, 1) / 2

    def edge(direction: int) -> float:
        step, outer = direction * 0.5, top.x
        for _ in range(60):
            outer += step
            if height(outer) < floor:
                return people + math.exp(
                    brentq(lambda x: height(x) - floor, *sorted((outer - step, outer)), xtol=1e-6)
                )
            if direction < 0 and outer < -12:
                return float(people)
        raise MeasureError("multiple_systems.profile-open")

    return edge(-1), edge(1)
