"""What the rows of an office's own table must obey together: no totals, no doubles, no impossible shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kit.data.headings import Field, plain, without_accents
from kit.data.typed_table import PERCENT, TypedTable

if TYPE_CHECKING:
    import pandas as pd

    from kit.data.reading import Reading

COUNTED = (
    *("persons", "people", "files", "cases", "situations", "complaints", "incidents", "reports", "interviews"),
    *("households", "dwellings", "evictions", "deaths", "voters", "residents", "personas", "expedientes", "casos"),
    *("quejas", "denuncias", "habitantes", "personen", "fälle", "beschwerden", "meldungen"),
)
TOTAL = re.compile(
    r"(grand |sub-?)?totals?|(sub)?total(es)?( general)?|suma|sumas|summe|gesamt(summe)?|insgesamt|zusammen"
    r"|ensemble|overall|sum",
    re.IGNORECASE,
)
CHANGE = re.compile(r"change|growth|difference|balance|net|variaci|cambio|saldo|veränder|wachstum", re.IGNORECASE)
MOST_WORDS = 2000


def checked_table(
    reading: Reading, fields: list[Field], *, decimal: str | None, dates: str | None, missing: list[str]
) -> pd.DataFrame:
    """Turn what was read into a table, and note whatever breaks a rule.

    Parameters
    ----------
    reading : Reading
        The columns of the file, read to the end.
    fields : list of dict
        From `headings.fields_like`.
    decimal, dates, missing
        As in `own_file.read_own`.
    """
    import pandas as pd

    table = TypedTable(reading, decimal, dates, missing)
    # Text first: the unit of a row decides how its number is read.
    for position, field in sorted(
        reading.wanted.items(), key=lambda each: each[1]["type"] in ("number", "integer")
    ):
        table.add(position, field)
    _words_alike(table, fields)
    _totals(table, fields)
    _percentages_and_counts(table)
    _duplicates(table, fields)
    return pd.DataFrame(
        {each["name"]: table.series[each["name"]] for each in fields if each["name"] in table.series}, copy=False
    )


def _words_alike(table: TypedTable, fields: list[Field]) -> None:
    """Notice words that differ only in capitals or accents: they would count as two groups."""
    for field in fields:
        cleaned = table.words.get(field["name"])
        if cleaned is None or field["optional"] or len(cleaned.values) > MOST_WORDS:
            continue
        first: dict[str, int] = {}
        for code, word in enumerate(cleaned.values):
            other = first.setdefault(without_accents(word), code)
            if other != code:
                row = int(table.rows[cleaned.rows_of(other)[0]])
                table.tell(
                    "words-alike",
                    table.heading[field["name"]],
                    cleaned,
                    code,
                    other=cleaned.values[other],
                    number=row,
                )


def _totals(table: TypedTable, fields: list[Field]) -> None:
    """Notice rows that add up other rows: they would be counted twice."""
    if any(each["name"] == "dimension" for each in fields):
        return
    told: set[int] = set()
    for name, cleaned in table.words.items():
        field = next(each for each in fields if each["name"] == name)
        if field["optional"] or len(cleaned.values) > 20_000:
            continue
        options = field["constraints"].get("enum", [])
        for code, cell in enumerate(cleaned.values):
            if TOTAL.fullmatch(cell.strip(" :.-")) and cell not in options:
                rows = [int(row) for row in table.rows[cleaned.rows_of(code)] if int(row) not in told]
                told |= {*rows}
                for row in rows:
                    table.problems.add("total-row", rows=[row], column=table.heading[name], cell=cell, number=row)


def _percentages_and_counts(table: TypedTable) -> None:
    """Check figures against the unit in their row: no negative counts, no share above the whole."""
    import numpy as np

    if "unit" not in table.words or "value" not in table.series:
        return
    values = table.series["value"].to_numpy(dtype=float, na_value=np.nan)
    units = table.words["unit"]
    indicators = table.words.get("indicator")
    heading = table.heading["value"]
    change = np.zeros(len(values), bool)
    if indicators:
        change = np.array([bool(CHANGE.search(word)) for word in indicators.values], bool)[indicators.codes]
    for code, unit in enumerate(units.values):
        if plain(unit) in COUNTED:
            for i in np.flatnonzero((units.codes == code) & (values < 0) & ~change):
                table.problems.add("negative-count", rows=[table.rows[i]], column=heading, cell=f"{values[i]:g}")
        elif plain(unit) in PERCENT and indicators:
            shares = [i for i, word in enumerate(indicators.values) if re.search(r"share|anteil|proporci", word)]
            outside = (units.codes == code) & ((values > 100) | (values < 0))
            for i in np.flatnonzero(outside & np.isin(indicators.codes, shares)):
                table.problems.add("share-impossible", rows=[table.rows[i]], column=heading, cell=f"{values[i]:g}")


def _duplicates(table: TypedTable, fields: list[Field]) -> None:
    """Notice rows that say the same thing twice."""
    import numpy as np
    import pandas as pd

    # A file that says nothing about status or source has one row a fact; ours keep conflicting ones.
    kind = "fact" if any(each["fact"] for each in fields) and "status" not in table.series else "key"
    key = [each["name"] for each in fields if each[kind] and each["name"] in table.series]
    whole = not key
    if whole:
        key = [*table.series]
        if not any(table.series[name].dtype.kind in "if" for name in key) or len(key) < 2:
            return
    if not len(table.rows):
        return
    joined = np.zeros(len(table.rows), np.int64)
    for name in key:
        codes = table.codes.get(name)
        if codes is None:
            codes = pd.factorize(table.series[name])[0]
        size = int(codes.max()) + 2
        if int(joined.max()) > (1 << 62) // size:
            joined = pd.factorize(joined)[0].astype(np.int64)
        joined = joined * size + (codes + 1)
    again = pd.Series(joined).duplicated().to_numpy()
    if not again.any():
        return
    unreadable = set().union(*(table.problems.rows_told(table.heading[name]) for name in key))
    columns = ", ".join(table.heading[name] for name in key)
    first: dict[int, int] = {}
    for i in np.flatnonzero(np.isin(joined, np.unique(joined[again]))):
        row = int(table.rows[i])
        if row in unreadable:
            continue
        if int(joined[i]) in first:
            kind = "duplicate-row" if whole else "duplicate-key"
            table.problems.add(kind, rows=[row], number=first[int(joined[i])], columns=columns)
        else:
            first[int(joined[i])] = row
