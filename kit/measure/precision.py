"""How sure is the answer of a survey, and what do clusters and weights cost?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._inputs import choice, count, number, share
from kit.measure._inputs import weights as checked_weights
from kit.measure._intervals import tail_and_z
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


def margin_of_error(
    n: int,
    p: float = 0.5,
    *,
    population: int | None = None,
    deff: float = 1.0,
    selection: str = "random",
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Say how far the share in a random sample may be from the share in the population.

    .. math:: e = z \sqrt{deff \, \frac{p (1 - p)}{n} \, \frac{N - n}{N - 1}}

    Parameters
    ----------
    n : int
        People who answered; for a group, the people of that group.
    p : float
        Share in the sample, 0.5 unless told: the widest margin.
    population : int, optional
        Size of the population (N).
    deff : float
        Design effect.
    selection : {"random", "self-selected"}
        How people came into the sample. Self-selected answers have no margin of error.
    confidence : float
        Level of confidence, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        One row: p, then the common columns. The estimate is the margin as a share (0.031 is 3.1 points).

    Raises
    ------
    MeasureError
        If people chose themselves, or more people answered than live there.

    Notes
    -----
    Misuse: one margin for the whole sample quoted for a group of 30. The margin covers
    chance alone, not people who cannot be reached, refuse or are left off the list.

    Source: Valliant, Dever and Kreuter, PracTools, https://github.com/cran/PracTools.

    Examples
    --------
    >>> margin_of_error(1000).estimate.round(4).tolist()
    [0.031]
    """
    if choice(selection, "selection", options=("random", "self-selected")) == "self-selected":
        raise MeasureError("survey.self-selected")
    n, p, effect = count(n, "n", minimum=1), share(p, "p"), number(deff, "deff", above=0)
    variance = effect * p * (1 - p) / n
    if population is not None:
        people = count(population, "population", minimum=1)
        if n > people:
            raise MeasureError("survey.more-than-population", n=f"{n:,}", population=f"{people:,}")
        variance *= (people - n) / (people - 1) if people > 1 else 0.0
    notes = [text("survey.note-chance-only")]
    if n * min(p, 1 - p) < 5:
        notes.append(text("survey.note-small-margin"))
    row = {
        "p": p,
        "estimate": tail_and_z(confidence)[1] * math.sqrt(variance),
        "n": n,
        "method": text("survey.method-margin", level=f"{100 * confidence:g}"),
        "notes": " ".join(notes),
    }
    return result_table([row])


def design_effect_clusters(
    cluster_size: float, rho: float, *, cluster_size_sd: float = 0.0, n: int | None = None
) -> pd.DataFrame:
    r"""Say by what factor the variance grows when people are asked in clusters.

    .. math:: deff = 1 + (m (1 + cv^2) - 1) \rho

    Parameters
    ----------
    cluster_size : float
        Mean number of people asked in a cluster (m).
    rho : float
        Likeness inside clusters (intra-cluster correlation), 0 to 1.
    cluster_size_sd : float
        Standard deviation of cluster sizes; cv is this divided by m.
    n : int, optional
        Size of a simple random sample; the row then tells the size with clusters, rounded up.

    Returns
    -------
    pandas.DataFrame
        One row: n_adjusted if `n` is given, then the common columns. The estimate is the design effect (deff), not
        its square root (deft).

    Raises
    ------
    MeasureError
        If a value is impossible.

    Notes
    -----
    Source: Kish 1965; unequal sizes after Eldridge and others 2006; numbers checked with epiR,
    https://github.com/cran/epiR.

    Examples
    --------
    >>> design_effect_clusters(20, 0.09, n=1168)[["n_adjusted", "estimate"]].values.tolist()
    [[3166.0, 2.71]]
    """
    m, rho = number(cluster_size, "cluster_size", minimum=1), share(rho, "rho")
    sd = number(cluster_size_sd, "cluster_size_sd", minimum=0)
    effect = 1 + (m * (1 + (sd / m) ** 2) - 1) * rho
    row: dict[str, Any] = {}
    if n is not None:
        n = count(n, "n", minimum=1)
        row["n_adjusted"] = whole_people(n * effect)
    row |= {
        "estimate": effect,
        "n": n,
        "method": text("survey.method-deff-clusters"),
        "notes": text("survey.note-deff"),
    }
    return result_table([row])


def design_effect_weights(weights: Iterable[float]) -> pd.DataFrame:
    r"""Say by what factor unequal weights raise the variance (Kish).

    .. math:: deff = n \sum w^2 / (\sum w)^2

    Parameters
    ----------
    weights : iterable of float
        One weight a person; zeros count as people.

    Returns
    -------
    pandas.DataFrame
        One row: effective_n, then the common columns. The estimate is the design effect (deff), not its square
        root (deft), which some packages call by the same name.

    Raises
    ------
    MeasureError
        If a weight is negative, missing or not a number, or all are zero.

    Notes
    -----
    Source: Kish 1965, Survey Sampling; numbers checked with balance,
    https://github.com/facebookresearch/balance.

    Examples
    --------
    >>> design_effect_weights([0, 1, 2, 3])[["effective_n", "estimate"]].round(4).values.tolist()
    [[2.5714, 1.5556]]
    """
    found = checked_weights(weights, "weights")
    scaled = found / found.max()
    effect = float(len(scaled) * (scaled**2).sum() / scaled.sum() ** 2)
    notes = [text("survey.note-deff")]
    if (found == 0).any():
        notes.append(text("survey.note-zero-weights", people=f"{int((found == 0).sum()):,}"))
    row = {
        "effective_n": len(found) / effect,
        "estimate": effect,
        "n": len(found),
        "method": text("survey.method-deff-weights"),
        "notes": " ".join(notes),
    }
    return result_table([row])


def effective_sample_size(n: int, deff: float) -> pd.DataFrame:
    """Say how many people of a simple random sample would tell as much: n divided by the design effect.

    Parameters
    ----------
    n : int
        People who answered.
    deff : float
        Design effect, not its square root.

    Returns
    -------
    pandas.DataFrame
        One row in the common shape; the unit is people.

    Raises
    ------
    MeasureError
        If a value is impossible.

    Notes
    -----
    Source: Kish 1965, Survey Sampling.

    Examples
    --------
    >>> effective_sample_size(1000, 2).estimate.tolist()
    [500.0]
    """
    n, effect = count(n, "n", minimum=1), number(deff, "deff", above=0)
    row = {
        "estimate": n / effect,
        "n": n,
        "method": text("survey.method-effective"),
        "notes": text("survey.note-deff"),
    }
    return result_table([row])


def whole_people(value: float) -> int:
    """Round up to whole people; 1600.0000000000002 is 1600.

    Examples
    --------
    >>> whole_people(1600.0000000000002), whole_people(384.1)
    (1600, 385)
    """
    return max(1, math.ceil(float(f"{value:.12g}")))
