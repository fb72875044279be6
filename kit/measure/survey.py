"""Surveys: how many people to ask; and, next door, how sure the answers are and how to weigh them.

Standard errors for strata with clusters or replicate weights are out of scope; R's survey package does them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._inputs import choice, count, number, share
from kit.measure._intervals import tail_and_z
from kit.measure._result import result_table
from kit.measure.precision import (
    design_effect_clusters,
    design_effect_weights,
    effective_sample_size,
    margin_of_error,
    whole_people,
)
from kit.measure.response import representativeness, response_rates
from kit.measure.weighting import post_stratify, rake
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

# The ideas next door can be reached from here, too.
__all__ = [
    "design_effect_clusters",
    "design_effect_weights",
    "effective_sample_size",
    "margin_of_error",
    "post_stratify",
    "rake",
    "representativeness",
    "response_rates",
    "sample_size",
    "sample_size_clusters",
    "sample_size_mean",
]

_FPC = ("n0-1", "n0")


def sample_size(
    margin: float | Iterable[float] | None = None,
    p: float = 0.5,
    *,
    relative: bool = False,
    target_cv: float | None = None,
    population: int | None = None,
    fpc: str = "n0-1",
    deff: float = 1.0,
    response: float = 1.0,
    method: str = "wald",
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Say how many people to ask, for a share of yes answers known to within a margin.

    .. math:: n_0 = z^2 p (1 - p) / e^2, \quad n = \frac{n_0}{1 + (n_0 - 1)/N}

    then times the design effect, divided by the expected response, and rounded up once, at the end.

    Parameters
    ----------
    margin : float or several
        Margin of error as a share (0.05 is five points); several give one row each.
    p : float
        Expected share, 0.5 unless told: the cautious choice.
    relative : bool
        Whether `margin` is a part of p (0.1 of 0.46) and not in points.
    target_cv : float, optional
        Wanted coefficient of variation of the estimated share, in place of `margin`.
    population : int, optional
        Size of the population (N), for the finite population correction.
    fpc : {"n0-1", "n0"}
        The two corrections in use, n0/(1 + (n0 - 1)/N), the default and exact for a share, and
        n0/(1 + n0/N). They can differ by one person: 197 or 196 for N = 400 and five points.
    deff : float
        Design effect, the factor by which clusters or weights raise the variance.
    response : float
        Expected response as a share; 0.4 if four in ten will answer.
    method : {"wald", "wilson"}
        Which interval will be made: plus and minus z standard errors (default), or Wilson's.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row a margin: margin, p, n_infinite (without population, design effect and
        response), interviews (answers needed), unrounded, then the common columns. The estimate is the
        number of people to ask.

    Raises
    ------
    MeasureError
        If a value is impossible: a percentage in place of a share, p of 0 or 1, a response of zero.

    Notes
    -----
    Misuse: forgetting the design effect; quoting the margin of the whole sample for a group of 30;
    any margin of error for a self-selected web form or meeting.

    Source: Valliant, Dever and Kreuter, PracTools vignette on single-stage sample sizes,
    https://github.com/cran/PracTools.

    Examples
    --------
    >>> sample_size(0.03, 0.15, population=4000).estimate.tolist()
    [480]
    >>> sample_size([0.05, 0.03]).estimate.tolist()
    [385, 1068]
    """
    p, z = share(p, "p"), tail_and_z(confidence)[1]
    if p in (0, 1):
        raise MeasureError("survey.certain-share", p=int(p))
    choice(method, "method", options=("wald", "wilson"))
    if (margin is None) == (target_cv is None):
        raise MeasureError("survey.margin-or-cv")
    rows = []
    for wanted in _several(margin if margin is not None else target_cv):
        if target_cv is not None:
            error = number(wanted, "target_cv", above=0)
            bare = (1 - p) / p / error**2
        else:
            wanted = _margin(wanted)
            error = wanted * p if relative else wanted
            bare = z**2 * p * (1 - p) / error**2
            if method == "wilson":
                bare = _wilson_size(error, p, z=z)
        rows.append(
            {"margin" if target_cv is None else "target_cv": wanted, "p": p}
            | _size(bare, population, fpc=fpc, deff=deff, response=response, method=f"survey.method-{method}")
        )
    return _whole_estimates(rows)


def sample_size_mean(
    cv: float | None = None,
    *,
    target_cv: float | Iterable[float] | None = None,
    margin: float | Iterable[float] | None = None,
    relative: bool = True,
    mean: float | None = None,
    sd: float | None = None,
    population: int | None = None,
    fpc: str = "n0",
    deff: float = 1.0,
    response: float = 1.0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Say how many people to ask, for a mean (an income, a waiting time) known closely enough.

    .. math:: n_0 = (cv / cv_{target})^2 \text{ or } (z \, cv / e)^2, \quad n = \frac{n_0}{1 + n_0/N}

    Parameters
    ----------
    cv : float, optional
        Coefficient of variation in the population: standard deviation divided by mean. Or give `sd`.
    target_cv : float or several, optional
        Wanted coefficient of variation of the estimated mean. Give this or `margin`.
    margin : float or several, optional
        Margin of error: a part of the mean, or with ``relative=False`` in the unit of `sd`.
    relative : bool
        Whether `margin` is a part of the mean (default).
    mean, sd : float, optional
        Mean and standard deviation of the population, in place of `cv`.
    population, deff, response, confidence
        As in `sample_size`.
    fpc : {"n0", "n0-1"}
        As in `sample_size`; here n0/(1 + n0/N) is exact and the default, because the variance of
        a population of N divides by N - 1.

    Returns
    -------
    pandas.DataFrame
        As `sample_size`.

    Raises
    ------
    MeasureError
        If neither or both of `target_cv` and `margin` are given, or a value is impossible.

    Notes
    -----
    Source: Valliant, Dever and Kreuter, PracTools, functions nCont and nContMoe,
    https://github.com/cran/PracTools.

    Examples
    --------
    >>> sample_size_mean(2, target_cv=0.05, population=500).estimate.tolist()
    [381]
    """
    z = tail_and_z(confidence)[1]
    if (margin is None) == (target_cv is None):
        raise MeasureError("survey.margin-or-cv")
    if sd is not None:
        sd = number(sd, "sd", above=0)
        if mean is not None:
            cv = sd / number(mean, "mean", above=0)
    if cv is None and (sd is None or relative or margin is None):
        raise MeasureError("survey.cv-missing")
    spread = sd if margin is not None and not relative and sd is not None else number(cv, "cv", above=0)
    if margin is not None and not relative and sd is None:
        raise MeasureError("survey.cv-missing")
    rows = []
    for wanted in _several(margin if margin is not None else target_cv):
        name = "margin" if margin is not None else "target_cv"
        wanted = number(wanted, name, above=0)
        bare = ((z if margin is not None else 1) * spread / wanted) ** 2
        rows.append(
            {name: wanted}
            | _size(bare, population, fpc=fpc, deff=deff, response=response, method="survey.method-mean")
        )
    return _whole_estimates(rows)


def sample_size_clusters(
    p: float = 0.5,
    *,
    margin: float,
    cluster_size: float,
    rho: float,
    relative: bool = False,
    cluster_size_sd: float = 0.0,
    response: float = 1.0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Say how many whole clusters (villages, schools, blocks) to visit, asking everybody in them.

    .. math:: clusters = \frac{z^2 p (1 - p)}{e^2} \cdot \frac{deff}{m}

    Parameters
    ----------
    p : float
        Expected share, 0.5 unless told.
    margin : float
        Margin of error as a share; with ``relative=True`` a part of p.
    cluster_size : float
        Mean number of people in a cluster (m).
    rho : float
        Likeness inside clusters (intra-cluster correlation), 0 to 1.
    relative, response, confidence
        As in `sample_size`.
    cluster_size_sd : float
        Standard deviation of cluster sizes; unequal clusters cost more.

    Returns
    -------
    pandas.DataFrame
        One row: margin, p, deff, people (rounded up), unrounded, then the common columns. The estimate is the
        number of clusters.

    Raises
    ------
    MeasureError
        If a value is impossible.

    Notes
    -----
    Source: Stevenson and others, epiR, function epi.ssclus1estb, https://github.com/cran/epiR.

    Examples
    --------
    >>> sample_size_clusters(0.46, margin=0.1, relative=True, cluster_size=75, rho=0.2).estimate.tolist()
    [96]
    """
    effect = design_effect_clusters(cluster_size, rho, cluster_size_sd=cluster_size_sd).estimate.iloc[0]
    size = sample_size(margin, p, relative=relative, deff=effect, response=response, confidence=confidence).iloc[0]
    clusters = size.unrounded / cluster_size
    row = {
        "margin": margin,
        "p": p,
        "deff": effect,
        "people": whole_people(size.unrounded),
        "unrounded": clusters,
        "estimate": whole_people(clusters),
        "n": whole_people(clusters),
        "method": text("survey.method-clusters"),
        "notes": text("survey.note-clusters"),
    }
    return _whole_estimates([row])


def _size(
    bare: float, population: int | None, *, fpc: str, deff: float, response: float, method: str
) -> dict[str, Any]:
    choice(fpc, "fpc", options=_FPC)
    effect, answering = number(deff, "deff", above=0), share(response, "response")
    if answering == 0:
        raise MeasureError("survey.no-response")
    needed, notes, words = bare, [text("survey.note-random-sample")], text(method)
    if population is not None:
        people = count(population, "population", minimum=1)
        needed = bare / (1 + (bare - (fpc == "n0-1")) / people)
        words += "; " + text("survey.method-fpc", fpc=fpc)
    asked = needed * effect / answering
    if population is not None and asked > people:
        notes.append(text("survey.note-ask-everybody", population=f"{people:,}"))
        asked = float(people)
    if effect == 1:
        notes.append(text("survey.note-no-deff"))
    return {
        "n_infinite": whole_people(bare),
        "interviews": whole_people(needed * effect),
        "unrounded": asked,
        "estimate": whole_people(asked),
        "n": whole_people(asked),
        "method": words,
        "notes": " ".join(notes),
    }


def _whole_estimates(rows: list[dict[str, Any]]) -> pd.DataFrame:
    answer = result_table(rows)
    return answer.astype({"estimate": "int64", "n": "int64"})


def _several(values: Any) -> list[Any]:
    return list(values) if hasattr(values, "__iter__") and not isinstance(values, (str, bytes)) else [values]


def _margin(value: Any) -> float:
    found = share(value, "margin")
    if found == 0:
        raise MeasureError("inputs.not-above", place='"margin"', value="0", limit="0")
    return found


def _wilson_size(error: float, p: float, *, z: float) -> float:
    """Solve Wilson's half-width for n; a margin of half or more needs no more than one answer."""
    b, c = z**2 * (2 * error**2 - p * (1 - p)), z**4 * (error**2 - 0.25)
    return max(1.0, (-b + math.sqrt(max(0.0, b**2 - 4 * error**2 * c))) / (2 * error**2))
