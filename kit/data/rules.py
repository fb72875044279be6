"""The rules that every table of the kit keeps: sources, keys, sums, small counts, honest cards."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from kit.data.package import FENCE, cards, read_card, read_rows, settings_of
from kit.data.status import best_rows
from kit.text import text

# Units that count people or what happened to them. A count below SMALL can point to one person.
PEOPLE = ("persons", "women", "deaths", "applicants", "files", "cases", "complaints", "incidents", "situations")
SMALL = 5
HEADINGS = (
    "Who made it",
    "Why",
    "Who asked to be counted",
    "Who can be hurt",
    "What it cannot say",
    "Known errors and differences",
)
FOR_TRAINERS = "for trainers"

Row = dict[str, str]
Table = dict[str, Any]


def problems(folder: Path) -> list[str]:
    """Say which rules the tables in a folder break.

    Parameters
    ----------
    folder : Path
        The folder with the tables.

    Returns
    -------
    list of str
        One sentence a problem; empty when all is well.

    Examples
    --------
    >>> from kit import course
    >>> problems(course.folder("datasets"))
    []
    """
    package = tomllib.loads((folder / "package.toml").read_text("utf-8"))
    tables = [_read(card, package) for card in cards(folder)]
    found = [*_tables_without_card(folder), *_same_names(tables), *_sources(tables)]
    for table in tables:
        for rule in (_unknown_words, _double_keys, _ties, _sums, _small_counts, _untidy_cells, _card):
            found.extend(rule(table))
    return found


def pick(rows: list[Row], **wanted: str | list[str]) -> list[Row]:
    """Choose the rows that have the wanted words; ``not_place`` leaves a place out.

    Parameters
    ----------
    rows : list of dict
        The rows of a table as text.
    **wanted
        Column and word, or several words.

    Examples
    --------
    >>> pick([{"place": "Vienna"}, {"place": "Graz"}], not_place="Graz")
    [{'place': 'Vienna'}]
    """

    def fits(row: Row) -> bool:
        for name, words in wanted.items():
            words = [words] if isinstance(words, str) else words
            if (row[name.removeprefix("not_")] in words) == name.startswith("not_"):
                return False
        return True

    return [row for row in rows if fits(row)]


def _read(card: Path, package: Table) -> Table:
    settings, words = read_card(card)
    header, rows = read_rows(card.with_suffix(".csv"))
    table = settings_of(settings, package=package)
    table["header"], table["rows"] = header, [dict(zip(header, row, strict=True)) for row in rows]
    table["page"] = words
    closed = {name: field["closed"] for name, field in table["fields"].items() if "closed" in field}
    table["words"] = {name: package[group] for name, group in closed.items() if name in header}
    return table


def _best(table: Table) -> dict[tuple[str, ...], list[Row]]:
    return best_rows(table["rows"], fact=table["fact"], order=[*table["words"]["status"]])


def _tables_without_card(folder: Path) -> Iterator[str]:
    for table in sorted(folder.glob("*/*.csv")):
        if not table.with_suffix(".md").is_file():
            yield text("data.rule-no-card", table=table.stem)
    for card in sorted(folder.glob("*/*.md")):
        if card.read_text("utf-8").startswith(FENCE) and not card.with_suffix(".csv").is_file():
            yield text("data.rule-no-table", table=card.stem)


def _same_names(tables: list[Table]) -> Iterator[str]:
    for name, times in Counter(table["name"] for table in tables).items():
        if times > 1:
            yield text("data.rule-same-name", table=name)


def _sources(tables: list[Table]) -> Iterator[str]:
    """Every row has a source, every source is used."""
    known, used = defaultdict(set), defaultdict(set)
    for table in tables:
        if table.get("shape") == "sources":
            known[table["folder"]] |= {row["source_id"] for row in table["rows"]}
    for table in tables:
        if table.get("shape") == "sources" or table.get("synthetic"):
            continue
        for number, row in enumerate(table["rows"], start=2):
            several = [row["source_id"], row.get("second_source_id", "")]
            several += row.get("more_source_ids", "").split("; ")
            names = {name for name in several if name}
            used[table["folder"]] |= names
            if not row["source_id"] or not names <= known[table["folder"]]:
                yield text("data.rule-no-source", table=table["name"], line=number)
    for folder, names in known.items():
        for name in sorted(names - used[folder]):
            yield text("data.rule-unused-source", place=folder, source=name)


def _unknown_words(table: Table) -> Iterator[str]:
    for name, words in table["words"].items():
        for number, row in enumerate(table["rows"], start=2):
            if row[name] not in words:
                yield text("data.rule-unknown-word", table=table["name"], line=number, column=name, word=row[name])


def _double_keys(table: Table) -> Iterator[str]:
    keys = Counter(tuple(row[name] for name in table["key"]) for row in table["rows"])
    for key, times in keys.items():
        if times > 1:
            yield text("data.rule-double-key", table=table["name"], row=" / ".join(key))


def _ties(table: Table) -> Iterator[str]:
    """The clean view may not choose by chance between two different numbers."""
    if not table["fact"]:
        return
    for fact, rows in _best(table).items():
        undecided = len({row["value"] for row in rows}) > 1 and rows[0]["status"] != "disputed"
        if undecided:
            yield text("data.rule-tie", table=table["name"], fact=" / ".join(filter(None, fact)))


def _sums(table: Table) -> Iterator[str]:
    """Parts add up to their total, or the card names the difference and its reason."""
    if not table.get("sums"):
        return
    rows = [row for rows in _best(table).values() for row in rows[:1]]
    for each in table["sums"]:
        total, parts = pick(rows, **each["total"]), pick(rows, **each["parts"])
        parts = [row for row in parts if row not in total]
        about = ", ".join(f"{name} {word}" for name, word in each["total"].items())
        if len(total) != 1 or len(parts) < 2:
            yield text("data.rule-sum-unclear", table=table["name"], about=about)
            continue
        difference = Decimal(total[0]["value"]) - sum(Decimal(row["value"]) for row in parts)
        expected = Decimal(str(each.get("known_difference", 0)))
        if difference != expected or (expected and not each.get("reason")):
            yield text("data.rule-sum", table=table["name"], about=about, difference=difference)


def _small_counts(table: Table) -> Iterator[str]:
    """A count below five is kept only as published, and the card must say why that is safe."""
    if "unit" not in table["header"] or table.get("small_cells"):
        return
    for number, row in enumerate(table["rows"], start=2):
        if row["unit"] in PEOPLE and row["value"] and 0 < Decimal(row["value"]) < SMALL:
            yield text("data.rule-small-count", table=table["name"], line=number)


def _untidy_cells(table: Table) -> Iterator[str]:
    for number, row in enumerate(table["rows"], start=2):
        for name, cell in row.items():
            if cell != cell.strip() or "\n" in cell or "\r" in cell or "\ufeff" in cell:
                yield text("data.rule-untidy", table=table["name"], line=number, column=name)


def _card(table: Table) -> Iterator[str]:
    """A card answers every question, and says who uses the table."""
    parts = dict(part.split("\n", 1) for part in table["page"].split("\n## ")[1:])
    for heading in HEADINGS:
        if not parts.get(heading, "").strip():
            yield text("data.rule-card-silent", table=table["name"], heading=heading)
    if not table.get("used_in"):
        yield text("data.rule-unused-table", table=table["name"], word=FOR_TRAINERS)
