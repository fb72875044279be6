"""Which row stands for a fact, when sources say different things.

Each row has a status from a closed list, best first (``datasets/package.toml``). The clean
view keeps, for each fact, the row whose status comes first. Rows known to be wrong never stand
for a fact: where there is no other row, the clean view says nothing rather than something wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

NEVER_CLEAN = ("superseded", "mislabelled", "press_error", "wrong")

Row = dict[str, str]


def best_rows(
    rows: Iterable[Row], *, fact: Sequence[str], order: Sequence[str]
) -> dict[tuple[str, ...], list[Row]]:
    """Give, for each fact, the rows with its best status.

    Parameters
    ----------
    rows : iterable of dict
        The rows of a table as text.
    fact : sequence of str
        The columns that say what a figure is about.
    order : sequence of str
        The closed list of status, best first.

    Returns
    -------
    dict of tuple to list of dict
        Mostly one row a fact; more where two sources agree, or where nobody can decide.

    Examples
    --------
    >>> rows = [{"year": "2011", "value": "1605", "status": "preliminary"},
    ...         {"year": "2011", "value": "1581", "status": "final"}]
    >>> best_rows(rows, fact=["year"], order=["final", "preliminary"])
    {('2011',): [{'year': '2011', 'value': '1581', 'status': 'final'}]}
    """
    rank = {status: place for place, status in enumerate(order)}
    facts = defaultdict(list)
    for row in rows:
        if row["status"] not in NEVER_CLEAN:
            facts[tuple(row[name] for name in fact)].append(row)
    best = {}
    for about, several in facts.items():
        ranks = [rank.get(row["status"], len(rank)) for row in several]
        best[about] = [row for row, place in zip(several, ranks, strict=True) if place == min(ranks)]
    return best


def hidden_lines(rows: Sequence[Row], *, fact: Sequence[str], order: Sequence[str]) -> list[int]:
    """Give the lines of the file that the clean view leaves out.

    Parameters
    ----------
    rows : sequence of dict
        The rows in the order of the file; the first stands in line 1, below the names.
    fact, order
        As in `best_rows`.

    Examples
    --------
    >>> hidden_lines([{"year": "2011", "status": "preliminary"}, {"year": "2011", "status": "final"}],
    ...              fact=["year"], order=["final", "preliminary"])
    [1]
    """
    stay = {id(best[0]) for best in best_rows(rows, fact=fact, order=order).values()}
    return [line for line, row in enumerate(rows, start=1) if id(row) not in stay]
