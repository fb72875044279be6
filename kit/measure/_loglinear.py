"""Poisson log-linear models of who is on which list: fit, existence of an answer, profile interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.errors import MeasureError
from kit.measure._capture import Histories

if TYPE_CHECKING:
    import numpy as np


class Fit(NamedTuple):
    """What a fitted model says about the people on no list."""

    intercept: float
    variance: float
    deviance: float
    log_likelihood: float
    parameters: int
    degrees: int


def design_of(seen: Histories, terms: Sequence[tuple[int, ...]]) -> np.ndarray:
    import numpy as np

    on = seen.on.astype(float)
    return np.column_stack([np.ones(len(on)), on, *(on[:, list(term)].prod(axis=1) for term in terms)])


def why_not(design: np.ndarray, counts: np.ndarray) -> str:
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


def fit_one(design: np.ndarray, counts: np.ndarray) -> Any:
    import warnings

    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a perfect fit is expected of a saturated model; the notes say so
        return GLM(counts, design, family=Poisson()).fit(tol=1e-10)


def fit_all(
    seen: Histories, models: Sequence[tuple[tuple[int, ...], ...]], *, no_overlap: str
) -> list[Fit | None]:
    """Fit every model at once by Newton's method; one by one, statsmodels takes 50 times as long."""
    import numpy as np
    from scipy.special import gammaln, xlogy

    every = tuple(sorted({term for model in models for term in model}, key=lambda term: (len(term), term)))
    design, counts, lists = design_of(seen, every), seen.counts.astype(float), len(seen.lists)
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

    found: list[Fit | None] = []
    for i in range(len(models)):
        cells, columns = kept[i], used[i]
        # A fit at rest without empty means proves that the estimate exists; others are looked at closely.
        proved = np.abs(step[i]).max() < 1e-6 and mean[i][cells].min() > 1e-7 and cells.sum() >= columns.sum()
        if not possible[i] or (not proved and why_not(design[cells][:, columns], counts[cells])):
            found.append(None)
            continue
        found.append(
            Fit(
                intercept=float(beta[i, 0]),
                variance=float(covariance[i]),
                deviance=float(2 * (perfect[i] - likelihood[i])),
                log_likelihood=float(likelihood[i]),
                parameters=1 + lists + len(models[i]),
                degrees=len(counts) - 1 - lists - len(models[i]),
            )
        )
    return found


def profile_interval(design: np.ndarray, counts: np.ndarray, *, level: float) -> tuple[float, float]:
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
        fitted = fit_one(wide, all_counts).mu
        total = people + unseen
        return float(gammaln(total + 1) - gammaln(unseen + 1) + (all_counts * np.log(fitted / total)).sum())

    start = fit_one(design, counts).params[0]
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
