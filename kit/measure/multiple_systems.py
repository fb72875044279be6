"""How many people does no list hold? Log-linear models for two to many overlapping lists."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._capture import Histories, capture_histories
from kit.measure._inputs import choice
from kit.measure._intervals import tail_and_z
from kit.measure._loglinear import Fit, design_of, fit_all, fit_one, profile_interval, why_not
from kit.measure._result import result_table
from kit.measure._unseen import method_words, unseen_interval
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
    tail_and_z(confidence)
    seen = capture_histories(data, lists=lists, count=count)
    terms = _chosen_terms(interactions, seen.lists)
    design = design_of(seen, terms)
    kept, parameters = _usable(seen, terms, no_overlap)
    reason = why_not(design[kept][:, parameters], seen.counts[kept])
    if reason:
        raise MeasureError(f"multiple_systems.{reason}", model=_label(terms, seen.lists))

    fitted = fit_one(design[kept][:, parameters], seen.counts[kept])
    fit = Fit(
        intercept=float(fitted.params[0]),
        variance=float(fitted.cov_params()[0, 0]),
        deviance=float(fitted.deviance),
        log_likelihood=float(fitted.llf),
        parameters=design.shape[1],
        degrees=len(design) - design.shape[1],
    )
    limits = None
    if interval == "profile":
        limits = profile_interval(design[kept][:, parameters], seen.counts[kept], level=confidence)
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
    tail_and_z(confidence)
    seen = capture_histories(data, lists=lists, count=count)
    models = _all_models(len(seen.lists), order)
    rows = []
    for terms, fit in zip(models, fit_all(seen, models, no_overlap=no_overlap), strict=True):
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


def _row(
    fit: Fit, seen: Histories, *, label: str, interval: str, level: float, limits: tuple | None = None
) -> dict[str, Any]:
    unseen = math.exp(fit.intercept)
    variance = unseen + unseen**2 * fit.variance
    estimate = seen.people + unseen
    notes = ""
    if interval == "delta":
        half = tail_and_z(level)[1] * math.sqrt(variance)
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
        "method": method_words("multiple_systems.method", interval=interval, level=level),
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
