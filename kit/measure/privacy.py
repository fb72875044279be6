"""Privacy: how easily people are recognised in records, or by comparing two published tables.

Next door: hiding cells, the outsider's audit, rounding, noise, and tables of money.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._inputs import at_least, choice, count, numbers
from kit.measure._result import result_table
from kit.measure._tables import no_repeats, table
from kit.measure.audit import feasible_intervals
from kit.measure.dominance import dominance_rule, p_percent_rule
from kit.measure.noise import noise_accuracy, noise_scale, noisy_counts, release_counts
from kit.measure.rounding import half_up, round_and_hide, round_counts, round_randomly, rounding_probabilities
from kit.measure.suppression import suppress
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# The ideas next door can be reached from here, too.
__all__ = [
    "compare_releases",
    "dominance_rule",
    "feasible_intervals",
    "half_up",
    "k_anonymity",
    "key_frequencies",
    "l_diversity",
    "noise_accuracy",
    "noise_scale",
    "noisy_counts",
    "p_percent_rule",
    "release_counts",
    "round_and_hide",
    "round_counts",
    "round_randomly",
    "rounding_probabilities",
    "suppress",
]

_MISSING = ("smallest", "value", "drop", "matches")


def k_anonymity(
    records: pd.DataFrame, quasi_identifiers: Sequence[Hashable], *, missing: str = "smallest", at_least: int = 5
) -> pd.DataFrame:
    """Give k: in the smallest group of people who look alike, how many are there?

    Parameters
    ----------
    records : pandas.DataFrame
        One row a person, without names.
    quasi_identifiers : sequence of column names
        What an outsider may know about a person: age group, sex, district, ...
    missing : {"smallest", "value", "drop", "matches"}
        How a missing quasi-identifier counts. ``"value"``: as a value of its own. ``"drop"``: the record
        is left out (as pycanon 1.3.6). ``"matches"``: it may be anything, so it looks like all (as sdcMicro).
        ``"smallest"`` (default, the safe choice): the smallest k of the three, which is that of ``"value"``.
    at_least : int
        The k that you want, 5 unless told; the table says how many people fall below.

    Returns
    -------
    pandas.DataFrame
        One row: below (people in groups smaller than wanted), alone (people who look like nobody
        else), in_pairs, groups, then the common columns. The estimate is k; n is the number of records.

    Raises
    ------
    MeasureError
        If a column is missing, or no record is left.

    Notes
    -----
    Misuse: k on the wrong columns; k after dropping records with gaps; believing that k protects what all people
    of a group share (`l_diversity`), or protects against somebody who knows more.

    Source: Sweeney 2002; the example of ITU, Shaping smarter and more sustainable cities (2016), page 740.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"sex": ["f", "f", "f", "m", "m"], "age": [30, 30, 30, 40, 40]})
    >>> k_anonymity(people, ["sex", "age"]).estimate.tolist()
    [2]
    """
    wanted = count(at_least, "at_least", minimum=1)
    choice(missing, "missing", options=_MISSING)
    alike = key_frequencies(records, quasi_identifiers, missing="value" if missing == "smallest" else missing)
    found = alike["alike"].dropna()
    if found.empty:
        raise MeasureError("privacy.nobody-left")
    below = int((found < wanted).sum())
    notes = [
        text("privacy.note-below", below=f"{below:,}", wanted=wanted) if below else text("privacy.note-none-below")
    ]
    gaps = int(alike["incomplete"].sum())
    if gaps:
        notes.append(text(f"privacy.note-missing-{missing}", records=f"{gaps:,}"))
    notes.append(text("privacy.note-k-limits"))
    row = {
        "below": below,
        "alone": int((found == 1).sum()),
        "in_pairs": int((found == 2).sum()),
        "groups": round(float((1 / found).sum())) if missing != "matches" else None,
        "estimate": int(found.min()),
        "n": len(alike),
        "method": text("privacy.method-k", missing=missing),
        "notes": " ".join(notes),
    }
    return result_table([row])


def key_frequencies(
    records: pd.DataFrame,
    quasi_identifiers: Sequence[Hashable],
    *,
    missing: str = "matches",
    weight: Hashable | None = None,
) -> pd.DataFrame:
    """Say for each record how many records look like it, itself included.

    Parameters
    ----------
    records, quasi_identifiers
        As in `k_anonymity`.
    missing : {"value", "drop", "matches"}
        As in `k_anonymity`; ``"matches"``, the default here, is sdcMicro's rule: a gap may be anything.
    weight : column name, optional
        Sampling weights; the column population then estimates how many people of the population look alike.

    Returns
    -------
    pandas.DataFrame
        One row a record, in the order given: the quasi-identifiers, alike, population (with `weight`), incomplete
        (whether a quasi-identifier is missing).

    Raises
    ------
    MeasureError
        If a column is missing.

    Notes
    -----
    Source: Templ, Kowarik and Meindl, sdcMicro; numbers checked with its test of freqCalc,
    https://github.com/sdcTools/sdcMicro.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"a": [2, 3, 2], "b": [1, 3, None]})
    >>> key_frequencies(people, ["a", "b"]).alike.tolist()
    [2, 1, 2]
    """
    import numpy as np

    choice(missing, "missing", options=_MISSING[1:])
    data, columns = _people(records, quasi_identifiers)
    codes = np.column_stack([_codes(data[column]) for column in columns])
    kinds, kind, size = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    amounts = [size.astype(float)]
    if weight is not None:
        weighed = numbers(table(data, columns=[weight])[weight], str(weight), minimum=0)
        amounts.append(np.bincount(kind.ravel(), weights=weighed, minlength=len(kinds)))
    gaps = (kinds < 0).any(axis=1)
    if missing == "matches" and gaps.any():
        amounts = _with_matches(kinds, gaps, amounts)
    out = data[columns].copy()
    for name, amount in zip(("alike", "population"), amounts, strict=False):
        out[name] = amount[kind.ravel()]
    out["incomplete"] = gaps[kind.ravel()]
    if missing == "drop":
        out["alike"] = out["alike"].where(~out["incomplete"])
    else:
        out["alike"] = out["alike"].astype("int64")
    return out


def l_diversity(
    records: pd.DataFrame,
    quasi_identifiers: Sequence[Hashable],
    *,
    sensitive: Hashable,
    kind: str = "distinct",
    missing: str = "value",
) -> pd.DataFrame:
    r"""Give l: in each group of people who look alike, how many different sensitive values are there?

    .. math:: entropy: \quad l = \exp(-\sum_s p_s \ln p_s)

    Parameters
    ----------
    records, quasi_identifiers
        As in `k_anonymity`.
    sensitive : column name
        What must not be learnt: an illness, a complaint, a status. A missing one adds no diversity.
    kind : {"distinct", "entropy"}
        ``"distinct"`` (default) counts values. ``"entropy"`` is stricter: values that are rare count for less;
        whole numbers below it are reached (2.7 is entropy 2-diverse).
    missing : {"value", "drop"}
        How a missing quasi-identifier counts: as a value of its own (default), or the record is left out.

    Returns
    -------
    pandas.DataFrame
        First the whole file (the smallest l; its quasi-identifiers are empty), then one row a group: the
        quasi-identifiers, group (0 is the whole file), then the common columns.

    Raises
    ------
    MeasureError
        If a column is missing, no record is left, or a sensitive value is missing everywhere.

    Notes
    -----
    Misuse: values that differ in spelling but not in meaning (two kinds of the same illness) counted as
    diversity; l where one value is far more common than the others.

    Source: Machanavajjhala and others 2007; numbers checked with sdcMicro,
    https://github.com/sdcTools/sdcMicro.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [30, 30, 40, 40], "illness": ["flu", "asthma", "flu", "flu"]})
    >>> l_diversity(people, ["age"], sensitive="illness").estimate.tolist()
    [1.0, 2.0, 1.0]
    """
    choice(kind, "kind", options=("distinct", "entropy"))
    choice(missing, "missing", options=("value", "drop"))
    data, columns = _people(records, quasi_identifiers)
    data = table(data, columns=[sensitive])
    if sensitive in columns:
        raise MeasureError("privacy.sensitive-known", name=sensitive)
    if data[sensitive].isna().all():
        raise MeasureError("inputs.all-missing", name=sensitive)
    groups = data.groupby(columns, dropna=missing == "drop", sort=False, observed=True)[sensitive]
    method, rows = text(f"privacy.method-{kind}"), []
    for place, (key, values) in enumerate(groups, start=1):
        shares = values.value_counts(normalize=True)
        found = float(len(shares))
        if kind == "entropy":
            found = float(math.exp(-sum(share * math.log(share) for share in shares))) if len(shares) else 0.0
        note = text("privacy.note-homogeneous") if len(shares) < 2 else ""
        row = dict(zip(columns, key, strict=True)) | {"group": place, "estimate": found, "n": len(values)}
        rows.append(row | {"method": method, "notes": note})
    if not rows:
        raise MeasureError("privacy.nobody-left")
    smallest = min(row["estimate"] for row in rows)
    whole = {"group": 0, "estimate": smallest, "n": len(data), "method": method}
    notes = text("privacy.note-homogeneous" if smallest <= 1 else "privacy.note-l-limits")
    return result_table([dict.fromkeys(columns) | whole | {"notes": notes}, *rows])


def compare_releases(larger: Any, smaller: Any, *, threshold: int = 5) -> pd.DataFrame:
    """Subtract two published tables of which one holds the other: the difference is a third, unpublished table.

    Parameters
    ----------
    larger, smaller : table of counts or nested lists
        The same cells, once for the larger group (a wider area, a later date), once for the smaller.
    threshold : int
        Differences from 1 to threshold - 1 are small.

    Returns
    -------
    pandas.DataFrame
        One row a cell: row, column, discloses (whether the difference is small), then the common columns. The
        estimate is the difference, the count of a group that nobody meant to publish.

    Raises
    ------
    MeasureError
        If the tables differ in shape, or the smaller one holds more in a cell.

    Notes
    -----
    Keep a log of releases and compare each new one with those before.

    Source: European handbook on statistical disclosure control, chapter 5,
    https://sdctools.github.io/HandbookSDC/.

    Examples
    --------
    >>> compare_releases([[52, 55]], [[50, 54]]).estimate.tolist()
    [2, 1]
    """
    from kit.measure._totals import read_cells

    threshold = count(threshold, "threshold", minimum=2)
    first, second = (read_cells(found, by=None, count=None, hierarchy=None) for found in (larger, smaller))
    if first.labels != second.labels:
        raise MeasureError("privacy.different-tables")
    rows = []
    for cell in range(len(first.values)):
        if first.totals_in[cell]:
            continue
        left = int(first.values[cell] - second.values[cell])
        place = dict(zip(first.names, first.where(cell), strict=True))
        if left < 0:
            raise MeasureError("privacy.not-nested", cell=", ".join(str(part) for part in place.values()))
        small = 0 < left < threshold
        notes = text("privacy.note-difference") if small else ""
        n = int(first.values[cell])
        rows.append(place | {"discloses": small, "estimate": left, "n": n} | {"notes": notes})
    method = text("privacy.method-difference")
    return result_table(row | {"method": method} for row in rows)


def _people(records: Any, quasi_identifiers: Sequence[Hashable]) -> tuple[pd.DataFrame, list[Hashable]]:
    listed = [quasi_identifiers] if isinstance(quasi_identifiers, str) else list(quasi_identifiers)
    columns = no_repeats(listed, "quasi_identifiers")
    at_least(columns, "quasi_identifiers", needed=1)
    return table(records, columns=columns), columns


def _codes(column: pd.Series) -> np.ndarray:
    import pandas as pd

    return pd.factorize(column)[0]


def _with_matches(kinds: np.ndarray, gaps: np.ndarray, amounts: list[np.ndarray]) -> list[np.ndarray]:
    """Add up all kinds that a kind may be, a gap being anything on both sides."""
    import numpy as np

    out, with_gaps = [amount.copy() for amount in amounts], np.flatnonzero(gaps)
    for i in range(len(kinds)):
        others = slice(None) if gaps[i] else with_gaps
        match = ((kinds[others] == kinds[i]) | (kinds[others] < 0) | (kinds[i] < 0)).all(axis=1)
        for before, after in zip(amounts, out, strict=True):
            after[i] = before[others][match].sum() + (0 if gaps[i] else before[i])
    return out
