"""Who answered, and who took part: response rates, and how a consultation compares with its population."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._inputs import at_least, choice, counts, numbers, same_length, share
from kit.measure._inputs import weights as checked_weights
from kit.measure._intervals import share_limits, tail_and_z
from kit.measure._naming import short
from kit.measure._result import result_table
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

_CODES = ("I", "P", "R", "NC", "O", "UH", "UO", "NE")


def response_rates(
    dispositions: Mapping[str, float] | Iterable[str],
    *,
    e: float | None = None,
    weights: Iterable[float] | None = None,
) -> pd.DataFrame:
    r"""Give the AAPOR response, cooperation, refusal and contact rates of a survey, each by its number.

    .. math:: RR1 = \frac{I}{(I + P) + (R + NC + O) + (UH + UO)}, \quad
              RR3 = \frac{I}{(I + P) + (R + NC + O) + e(UH + UO)}, \quad
              RR5 = \frac{I}{(I + P) + (R + NC + O)}

    RR2, RR4, RR6 count partial interviews as well.

    Parameters
    ----------
    dispositions : mapping or iterable of codes
        How many cases ended how, or one code a case: I complete, P partial, R refusal or break-off, NC no
        contact, O other eligible, UH unknown whether a household, UO unknown otherwise, NE not eligible.
    e : float, optional
        Share of the unknown cases taken as eligible. Default: the proportional method, known eligible divided
        by all of known eligibility; the column e states it.
    weights : iterable of float, optional
        A weight a case, when `dispositions` is one code a case.

    Returns
    -------
    pandas.DataFrame
        One row a rate: rate (RR1 ... RR6, COOP1 ... COOP4, REF1 ... REF3, CON1 ... CON3), e, then
        the common columns. Estimates are shares; n is the number of cases in the denominator.

    Raises
    ------
    MeasureError
        If a code is unknown or repeated, a count impossible, or there is no eligible case.

    Notes
    -----
    Misuse: a response rate called representativeness; a rate without its number; a partial counted as complete
    in one wave and not in the next; ineligible cases in the denominator, as some calculators do.

    Source: AAPOR Standard Definitions (2016 edition); numbers checked with
    https://github.com/ropensci/outcomerate.

    Examples
    --------
    >>> cases = {"I": 4, "P": 2, "R": 1, "NC": 1, "O": 1, "UH": 1, "UO": 1, "NE": 1}
    >>> response_rates(cases).set_index("rate").estimate.round(3)[["RR1", "RR3", "RR6"]].tolist()
    [0.364, 0.37, 0.667]
    """
    found = _dispositions(dispositions, weights)
    complete, partial, refused = found["I"], found["P"], found["R"]
    no_contact, other, unknown = found["NC"], found["O"], found["UH"] + found["UO"]
    interviews, reached = complete + partial, complete + partial + refused
    eligible = reached + no_contact + other
    if eligible == 0:
        raise MeasureError("response.no-eligible")
    stated = e is not None
    e = share(e, "e") if stated else eligible / (eligible + found["NE"])
    every, likely = eligible + unknown, eligible + e * unknown
    rates = {
        "RR1": (complete, every),
        "RR2": (interviews, every),
        "RR3": (complete, likely),
        "RR4": (interviews, likely),
        "RR5": (complete, eligible),
        "RR6": (interviews, eligible),
        "COOP1": (complete, reached + other),
        "COOP2": (interviews, reached + other),
        "COOP3": (complete, reached),
        "COOP4": (interviews, reached),
        "REF1": (refused, every),
        "REF2": (refused, likely),
        "REF3": (refused, eligible),
        "CON1": (reached + other, every),
        "CON2": (reached + other, likely),
        "CON3": (reached + other, eligible),
    }
    how = text("response.note-e-stated" if stated else "response.note-e-proportional", e=f"{e:.3g}")
    method = "response.method-aapor" if weights is None else "response.method-aapor-weighted"
    rows = []
    for name, (part, whole) in rates.items():
        if whole == 0:
            continue  # nobody was reached: cooperation does not arise
        notes = [text("response.note-not-representative")] if name.startswith("RR") else []
        if unknown and name in ("RR3", "RR4", "REF2", "CON2"):
            notes.append(how)
        rows.append(
            {
                "rate": name,
                "e": e,
                "estimate": part / whole,
                "n": whole,
                "method": text(method, rate=name),
                "notes": " ".join(notes),
            }
        )
    return result_table(rows)


def representativeness(
    participants: Mapping[Hashable, int],
    population: Mapping[Hashable, float],
    *,
    selection: str = "self-selected",
    confidence: float = 0.95,
) -> pd.DataFrame:
    r"""Compare who took part in a consultation with who lives there (or is affected), group by group.

    .. math:: quotient = \frac{participants_g / n}{population_g / N}, \quad
              V = \sqrt{\frac{\chi^2}{n (k - 1)}}, \quad
              D = \tfrac{1}{2} \sum_g |share_g - population\ share_g|

    Parameters
    ----------
    participants : mapping
        People who took part, by group as they named themselves.
    population : mapping
        People (or shares) in the population that the decision affects, by the same groups.
    selection : {"self-selected", "random"}
        How people came to take part. Only a random sample gets intervals and a p value.
    confidence : float
        Level of confidence of the intervals, 0.95 unless told.

    Returns
    -------
    pandas.DataFrame
        A row a group (measure "representation quotient"; 1 is parity), then rows for all groups: chi-square,
        Cramér's V for a fit, Fei (0 to 1), dissimilarity (the share of participants
        who would have to be exchanged). Columns group, measure, participant_share, population_share, expected,
        p_value (of a random sample), then the common columns.

    Raises
    ------
    MeasureError
        If groups differ between the two, or a population share is zero.

    Notes
    -----
    Misuse: parity of heads taken as influence; the whole population taken where the affected people
    differ; groups guessed by the organiser; an open meeting weighted and then called representative.

    Source: relative representation as in https://www.courts.wa.gov/wsccr/?fa=ccr.datameans; V and Fei as in
    Ben-Shachar and others 2023, https://easystats.github.io/effectsize.

    Examples
    --------
    >>> table = representativeness({"women": 30, "men": 70}, {"women": 510, "men": 490})
    >>> table[["group", "estimate"]].round(2).values.tolist()[:2]
    [['women', 0.59], ['men', 1.43]]
    """
    import numpy as np
    from scipy.stats import chi2

    random = choice(selection, "selection", options=("self-selected", "random")) == "random"
    tail_and_z(confidence)
    groups, came, living = _same_groups(participants, population)
    n, wanted = came.sum(), living / living.sum()
    shares, expected = came / n, n * wanted
    statistic = float(((came - expected) ** 2 / expected).sum())
    degrees = len(groups) - 1
    notes = [text("response.note-random" if random else "response.note-self-selected")]
    rows: list[dict[str, Any]] = []
    for group, count, part, whole, due in zip(groups, came, shares, wanted, expected, strict=True):
        row = {
            "group": group,
            "measure": "representation quotient",
            "participant_share": part,
            "population_share": whole,
            "expected": due,
            "p_value": None,
            "estimate": part / whole,
            "n": int(count),
            "method": text("response.method-quotient"),
            "notes": " ".join(notes + ([text("response.note-few", people=int(count))] if count < 5 else [])),
        }
        if random:
            low, high = share_limits([count], [n], interval="wilson", confidence=confidence)
            words = text("response.method-wilson", level=f"{100 * confidence:g}")
            row |= {"lower": low[0] / whole, "upper": high[0] / whole, "method": f"{row['method']}; {words}"}
        rows.append(row)
    if (expected < 5).any():
        small = ", ".join(str(group) for group, due in zip(groups, expected, strict=True) if due < 5)
        notes.append(text("response.note-expected", groups=short(small)))
    overall = {
        "chi-square": (statistic, text("response.method-chi-square", degrees=degrees)),
        "Cramér's V": (math.sqrt(statistic / (n * degrees)), text("response.method-v")),
        "Fei": (math.sqrt(statistic / (n * (1 / wanted.min() - 1))), text("response.method-fei")),
        "dissimilarity": (float(np.abs(shares - wanted).sum() / 2), text("response.method-dissimilarity")),
    }
    for measure, (value, method) in overall.items():
        p_value = float(chi2.sf(statistic, degrees)) if random and measure == "chi-square" else None
        rows.append(
            {
                "group": text("response.all-groups"),
                "measure": measure,
                "p_value": p_value,
                "estimate": value,
                "n": int(n),
                "method": method,
                "notes": " ".join(notes),
            }
        )
    return result_table(rows)


def _dispositions(found: Mapping[str, float] | Iterable[str], weights: Iterable[float] | None) -> dict[str, float]:
    import pandas as pd

    if isinstance(found, pd.Series) and not set(found.index) & set(_CODES):
        found = found.tolist()
    if isinstance(found, (Mapping, pd.Series)):
        if weights is not None:
            raise MeasureError("response.weights-for-counts")
        named = list(found.keys())
        for code in named:
            if named.count(code) > 1:
                raise MeasureError("inputs.repeated", value=code, name="dispositions")
            choice(code, "dispositions", options=_CODES)
        values = numbers([found[code] for code in named], "dispositions", groups=named, minimum=0)
        return {code: 0.0 for code in _CODES} | dict(zip(named, values.tolist(), strict=True))
    if isinstance(found, (str, bytes)) or not hasattr(found, "__iter__"):
        raise MeasureError("response.not-dispositions")
    cases = list(found)
    at_least(cases, "dispositions", needed=1)
    worth = [1.0] * len(cases) if weights is None else checked_weights(weights, "weights").tolist()
    same_length(cases, worth, names=("dispositions", "weights"))
    total = {code: 0.0 for code in _CODES}
    for code, weight in zip(cases, worth, strict=True):
        total[choice(code, "dispositions", options=_CODES)] += weight
    return total


def _same_groups(participants: Any, population: Any):
    import pandas as pd

    tables = []
    for name, found in (("participants", participants), ("population", population)):
        if not isinstance(found, (Mapping, pd.Series)):
            raise MeasureError("response.not-by-group", name=name)
        if isinstance(found, pd.Series) and not found.index.is_unique:
            twice = found.index[found.index.duplicated()][0]
            raise MeasureError("inputs.repeated", value=twice, name=name)
        tables.append(dict(found.items()))
    first, second = tables
    for group in first:
        if group not in second:
            raise MeasureError("response.unknown-group", group=short(str(group), at_most=30))
    groups = list(second)
    at_least(groups, "population", needed=2)
    came = counts([first.get(group, 0) for group in groups], "participants", groups=groups)
    living = numbers([second[group] for group in groups], "population", groups=groups, minimum=0)
    if came.sum() == 0:
        raise MeasureError("inputs.zero-total", place='"participants"')
    for group, people in zip(groups, living, strict=True):
        if people == 0:
            raise MeasureError("response.empty-group", group=short(str(group), at_most=30))
    return groups, came, living
