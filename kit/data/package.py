"""From hand-written cards and CSV files to one Data Package, with the same bytes at every build.

A table is two files side by side: ``ond-casework.csv`` and ``ond-casework.md``. The second is
the card; it opens with a block of settings between two lines ``+++`` (TOML). `build` puts the
rows in order, takes checksums, and writes ``datapackage.json`` and the last part of each card.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tomllib
from pathlib import Path
from typing import Any

from kit import course
from kit.data.status import hidden_lines
from kit.errors import DataError
from kit.text import text

MADE = "<!-- From here on written by `kit data build`. -->"
FENCE = "+++\n"


def build(folder: Path | None = None) -> list[str]:
    """Write canonical tables, checksums, cards and ``datapackage.json``.

    Parameters
    ----------
    folder : Path, optional
        The folder with the tables; the course's ``datasets`` if left out.

    Returns
    -------
    list of str
        The files that changed. Empty when everything was up to date.

    Raises
    ------
    DataError
        If a card or a table cannot be read.

    Examples
    --------
    >>> build()
    []
    """
    folder = folder or course.folder("datasets")
    return [path for path, content in built_files(folder).items() if _write(folder / path, content)]


def check(folder: Path | None = None) -> list[str]:
    """Say what is out of step, and which rules the tables break.

    Parameters
    ----------
    folder : Path, optional
        The folder with the tables; the course's ``datasets`` if left out.

    Returns
    -------
    list of str
        One sentence a problem; empty when all is well.

    Examples
    --------
    >>> check()
    []
    """
    from kit.data.rules import problems

    folder = folder or course.folder("datasets")
    stale = [path for path, content in built_files(folder).items() if not _is(folder / path, content)]
    return [text("data.rule-stale", file=path) for path in stale] + problems(folder)


def built_files(folder: Path) -> dict[str, bytes]:
    """Give every file that `build` would write, without writing it.

    Parameters
    ----------
    folder : Path
        The folder with the tables.

    Returns
    -------
    dict of str to bytes
        From the path inside `folder` to the canonical content.

    Examples
    --------
    >>> from kit import course
    >>> "datapackage.json" in built_files(course.folder("datasets"))
    True
    """
    package = tomllib.loads((folder / "package.toml").read_text("utf-8"))
    files, resources = {}, []
    for card in cards(folder):
        settings, words = read_card(card)
        path = card.with_suffix(".csv").relative_to(folder).as_posix()
        header, rows = read_rows(folder / path)
        table = settings_of(settings, package=package)
        content = canonical(header, rows, key=table["key"])
        resource = describe(table, path=path, header=header, rows=rows, content=content, package=package)
        files[path] = content
        files[card.relative_to(folder).as_posix()] = _card_page(card, words, resource).encode()
        resources.append(resource)
    resources.sort(key=lambda each: each["name"])
    about = {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", **package["package"]}
    about["resources"] = resources
    files["datapackage.json"] = (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()
    return files


def cards(folder: Path) -> list[Path]:
    """Find the cards: every page with a table of the same name beside it.

    Parameters
    ----------
    folder : Path
        The folder with the tables.

    Examples
    --------
    >>> from kit import course
    >>> "ond-casework" in [card.stem for card in cards(course.folder("datasets"))]
    True
    """
    return [page for page in sorted(folder.glob("*/*.md")) if page.with_suffix(".csv").is_file()]


def canonical(header: list[str], rows: list[list[str]], *, key: list[str]) -> bytes:
    """Give the one way to write a table: UTF-8, line feeds, sorted, quotes only where needed.

    Parameters
    ----------
    header : list of str
        Names of the columns.
    rows : list of list of str
        The cells.
    key : list of str
        The columns to sort by; numbers inside a text count as numbers. The rest breaks ties.

    Examples
    --------
    >>> canonical(["item", "note"], [["OP10", ""], ["OP2", "a, b"]], key=["item"])
    b'item,note\\nOP2,"a, b"\\nOP10,\\n'
    """
    places = [header.index(each) for each in key]
    ordered = sorted(rows, key=lambda row: ([_natural(row[i]) for i in places], row))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *ordered])
    return out.getvalue().encode("utf-8")


def read_card(path: Path) -> tuple[dict[str, Any], str]:
    """Read the settings and the hand-written words of a card.

    Parameters
    ----------
    path : Path
        A ``.md`` file that opens with settings between two lines ``+++``.

    Raises
    ------
    DataError
        If the settings cannot be read.
    """
    try:
        _, settings, page = path.read_text("utf-8").split(FENCE, 2)
        return {"name": path.stem, "folder": path.parent.name} | tomllib.loads(settings), page.split(MADE)[0]
    except (OSError, ValueError) as reason:
        raise DataError("data.bad-card", file=path.name, reason=str(reason).splitlines()[0]) from None


def read_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """Read the header and the rows of a table as text.

    Parameters
    ----------
    path : Path
        A CSV file in UTF-8.

    Raises
    ------
    DataError
        If the file is missing, not UTF-8, or a row is longer or shorter than the header.
    """
    try:
        header, *rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8")), strict=True)
    except (OSError, ValueError, csv.Error) as reason:
        raise DataError("data.bad-table", file=path.name, reason=str(reason).splitlines()[0]) from None
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise DataError("data.bad-row", file=path.name, row=number, cells=len(row), wanted=len(header))
    return header, rows


def settings_of(settings: dict[str, Any], *, package: dict[str, Any]) -> dict[str, Any]:
    """Fill the settings of a card from its shape and from the whole package.

    Parameters
    ----------
    settings : dict
        What the card says, from `read_card`.
    package : dict
        What ``package.toml`` says.

    Raises
    ------
    DataError
        If the card lacks a setting that every card needs.
    """
    lacking = [name for name in ("title", "description", "place", "used_in") if name not in settings]
    if lacking:
        raise DataError("data.card-lacks", file=settings["name"] + ".md", names=", ".join(lacking))
    shape = package["shapes"].get(settings.get("shape", ""), {})
    fields = {each["name"]: each for each in [*shape.get("fields", []), *settings.get("fields", [])]}
    both = {"as_of": package["as_of"], "key": [], "fact": []} | shape | settings
    return both | {"fields": fields}


def describe(
    table: dict[str, Any],
    *,
    path: str,
    header: list[str],
    rows: list[list[str]],
    content: bytes,
    package: dict[str, Any],
) -> dict[str, Any]:
    """Describe one table in the words of the Data Package standard.

    Parameters
    ----------
    table : dict
        Settings, from `settings_of`.
    path : str
        Path inside the folder of tables.
    header, rows : list
        The table as text.
    content : bytes
        The canonical file.
    package : dict
        What ``package.toml`` says.
    """
    unknown = [name for name in {*header, *table["key"]} if name not in table["fields"] or name not in header]
    if unknown:
        raise DataError("data.no-field", file=path, names=", ".join(sorted(unknown)))
    fields = [_field(table["fields"][name], [row[i] for row in rows], package) for i, name in enumerate(header)]
    keys = [{"fields": [link["field"]], "reference": {"resource": link["table"], "fields": [link["to"]]}}
            for link in _links(table, header)]  # fmt: skip
    schema = {"fields": fields, "missingValues": [""], "primaryKey": table["key"]}
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table["name"],
        "type": "table",
        "title": table["title"],
        "description": table["description"],
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
        "rows": len(rows),
        "folder": table["folder"],
        "place": table["place"],
        "as_of": table["as_of"],
        "synthetic": table.get("synthetic", False),
        "fact": table["fact"],
        "not_clean": _not_clean(table, content, package),
        "used_in": table["used_in"],
        "licenses": table.get("licenses", package["package"]["licenses"]),
        "schema": schema,
    }


def _not_clean(table: dict[str, Any], content: bytes, package: dict[str, Any]) -> list[int]:
    if not table["fact"]:
        return []
    rows = [*csv.DictReader(io.StringIO(content.decode("utf-8")))]
    return hidden_lines(rows, fact=table["fact"], order=[*package["status"]])


def _field(field: dict[str, Any], cells: list[str], package: dict[str, Any]) -> dict[str, Any]:
    """Fill in what can be known from the cells: is it always there, which words occur."""
    said = {key: value for key, value in field.items() if key not in ("closed", "words")}
    constraints = dict(said.pop("constraints", {}))
    if cells and all(cells):
        constraints["required"] = True
    if "closed" in field:
        constraints["enum"] = [*package[field["closed"]]]
    elif field.get("words") and any(cells):
        said["categories"] = sorted({cell for cell in cells if cell})
    return said | ({"constraints": constraints} if constraints else {})


def _links(table: dict[str, Any], header: list[str]) -> list[dict[str, str]]:
    if table.get("shape") == "sources":
        return []
    to_sources = [each for each in ("source_id", "second_source_id") if each in header]
    sources = f"{table['folder'].replace('_', '-')}-sources"
    return [{"field": each, "table": sources, "to": "source_id"} for each in to_sources] + table.get("links", [])


def _card_page(card: Path, words: str, resource: dict[str, Any]) -> str:
    settings = card.read_text("utf-8").split(FENCE, 2)[1]
    names = "\n".join(f"- {each['title']}: {each['path']}" for each in resource["licenses"])
    facts = [
        f"- File: `{resource['path']}`, {resource['rows']:,} rows",
        f"- As of: {resource['as_of']}",
        f"- Used in: {', '.join(resource['used_in'])}",
        f"- sha256: `{resource['hash'].removeprefix('sha256:')}`",
    ]
    return (
        f"{FENCE}{settings}{FENCE}{words.rstrip()}\n\n{MADE}\n\n## The file\n\n"
        + "\n".join(facts)
        + (f"\n\n## Licence\n\n{names}\n")
    )


def _natural(cell: str) -> list[tuple[int, int, str]]:
    """Sort OP2 before OP10."""
    parts = re.split(r"(\d+)", cell.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _write(path: Path, content: bytes) -> bool:
    if _is(path, content):
        return False
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    new.replace(path)
    return True


def _is(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
