"""The kit's tables: list them, read their cards, load them, cite them."""

from __future__ import annotations

import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit import course
from kit.errors import DataError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

MOST_PUBLISHERS = 6

Resource = dict[str, Any]


def list() -> pd.DataFrame:
    """Tell which tables there are.

    Returns
    -------
    pandas.DataFrame
        One row a table: name, title, place, rows, as_of.

    Raises
    ------
    DataError
        If the description of the tables is missing or damaged.

    Examples
    --------
    >>> list().columns.tolist()
    ['name', 'title', 'place', 'rows', 'as_of']
    """
    import pandas as pd

    rows = [
        {"name": each["name"], "title": each["title"], "place": each["place"]}
        | {"rows": each["rows"], "as_of": each["as_of"]}
        for each in _package()["resources"]
    ]
    table = pd.DataFrame(rows)
    table["as_of"] = pd.to_datetime(table["as_of"], format="%Y-%m-%d")
    return table


class Card(str):
    """A table's card: shown as formatted text in a notebook, as plain text elsewhere."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


def card(name: str) -> Card:
    """Show the card of a table: who made it, why, who can be hurt, what it cannot say.

    Parameters
    ----------
    name : str
        Name of the table, as in `list`.

    Raises
    ------
    DataError
        If there is no such table, or its card cannot be read.

    Examples
    --------
    >>> card("ond-casework").splitlines()[0]
    '# Casework of the Office for Non-Discrimination'
    """
    resource = _resource(name)
    page = _read_file(Path(resource["path"]).with_suffix(".md").as_posix(), name).decode("utf-8")
    return Card(page.split("+++\n", 2)[2].strip())


def load(name: str, conflicts: bool = False) -> pd.DataFrame:
    """Load a table.

    Parameters
    ----------
    name : str
        Name of the table, as in `list`.
    conflicts : bool
        False gives the clean view: one row a fact, the one with the best `status`.
        True gives every row, also preliminary, disputed and wrong ones.

    Returns
    -------
    pandas.DataFrame
        ``.attrs`` holds table, title, as_of, synthetic, and the sources of its rows.
        What is missing in the source is missing here; it is never zero.

    Raises
    ------
    DataError
        If there is no such table, or its file is missing, unreadable or was changed
        since its checksum was taken.

    Examples
    --------
    >>> totals = load("observatory-totals")
    >>> totals.loc[totals["indicator"] == "situations", "value"].tolist()[:3]
    [265.0, 411.0, 436.0]
    """
    resource = _resource(name)
    hidden = () if conflicts else tuple(resource["not_clean"])
    table = _parse(_checked(resource), name, hidden).copy()
    table.attrs = {
        "table": name,
        "title": resource["title"],
        "as_of": resource["as_of"],
        "synthetic": resource.get("synthetic", False),
        "sources": _sources_of(resource),
    }
    return table


def cite(table: pd.DataFrame) -> str:
    """Give the one line that belongs below every figure: what, who published it, as of when.

    Parameters
    ----------
    table : pandas.DataFrame
        A table from `load`, whole or filtered: only the sources of its rows are named.

    Raises
    ------
    DataError
        If the table does not come from the kit, or lost its sources on the way.

    Examples
    --------
    >>> audit = load("housing-audit")
    >>> cite(audit[audit["category"] == "Arab name"])
    'Name test on the rental market (housing-audit). Source: City of Barcelona. As of 2026-11-25.'
    """
    about = table.attrs
    if "title" not in about or "sources" not in about:
        raise DataError("data.nothing-to-cite")
    sources = about["sources"]
    if "source_id" in table.columns:
        used = table["source_id"].dropna().unique()
        sources = {each: sources[each] for each in used if each in sources}
    publishers = [*dict.fromkeys(each["publisher"] for each in sources.values())]
    more = len(publishers) - MOST_PUBLISHERS
    names = "; ".join(publishers[:MOST_PUBLISHERS])
    if more > 0:
        names = text("data.more-publishers", names=names, more=more)
    line = text(
        "data.cite-one" if len(publishers) == 1 else "data.cite",
        title=about["title"],
        table=about.get("table", "?"),
        names=names,
        as_of=about.get("as_of", "?"),
    )
    return f"{text('data.synthetic')} {line}" if about.get("synthetic") else line


@lru_cache(maxsize=32)
def _parse(content: bytes, name: str, hidden: tuple[int, ...]) -> pd.DataFrame:
    import pandas as pd

    schema = _resource(name)["schema"]
    return pd.read_csv(io.BytesIO(content), skiprows=[*hidden] or None, **reading(schema))


def reading(schema: Resource) -> dict[str, Any]:
    """Say to `pandas.read_csv` what the columns are. An empty cell is missing, the word "NA" is a word.

    Parameters
    ----------
    schema : dict
        The schema of a table, as in ``datapackage.json``.

    Examples
    --------
    >>> reading({"fields": [{"name": "year", "type": "integer"}]})["dtype"]
    {'year': 'Int64'}
    """
    import pandas as pd

    plain = {"integer": "Int64", "number": "float64", "boolean": "boolean", "string": "str"}
    dtypes, dates = {}, []
    for field in schema["fields"]:
        words = field.get("constraints", {}).get("enum") or field.get("categories")
        if field["type"] == "date":
            dates.append(field["name"])
        else:
            dtypes[field["name"]] = pd.CategoricalDtype(words) if words else plain[field["type"]]
    return {
        "dtype": dtypes,
        "parse_dates": dates,
        "date_format": "%Y-%m-%d",
        "keep_default_na": False,
        "na_values": [""],
        "low_memory": False,
    }


class _Sources(dict):
    """Sources of a table: pandas copies ``.attrs`` at each step, and these are shared to save its time."""

    def __deepcopy__(self, memo: object) -> _Sources:
        return self


def _sources_of(resource: Resource) -> dict[str, dict[str, str]]:
    if resource.get("synthetic"):
        from kit.data.synthetic import made_up_source

        return _Sources(made_up_source())
    every = _sources(resource["folder"])
    named = [each for each in resource["schema"]["fields"] if each["name"] == "source_id"]
    ids = named[0].get("categories", every) if named else every
    return _Sources({each: dict(every[each]) for each in ids if each in every})


def _sources(folder: str) -> dict[str, dict[str, str]]:
    name = folder.replace("_", "-") + "-sources"
    resource = next((each for each in _package()["resources"] if each["name"] == name), None)
    return _source_rows(_checked(resource)) if resource else {}


@lru_cache(maxsize=16)
def _source_rows(content: bytes) -> dict[str, dict[str, str]]:
    import csv

    return {row["source_id"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8")))}


def _checked(resource: Resource) -> bytes:
    """Give the bytes of a table if they are the ones described; else stop."""
    content = _read_file(resource["path"], resource["name"])
    if "sha256:" + hashlib.sha256(content).hexdigest() != resource["hash"]:
        raise DataError("data.damaged", name=resource["name"], file=resource["path"])
    return content


def _read_file(path: str, name: str) -> bytes:
    try:
        return (course.folder("datasets") / path).read_bytes()
    except FileNotFoundError:
        raise DataError("data.missing-file", name=name, file=path) from None
    except PermissionError:
        raise DataError("data.no-permission", name=name, file=path) from None
    except OSError as reason:
        raise DataError("data.unreadable", name=name, file=path, reason=reason.strerror or reason) from None


def _resource(name: str) -> Resource:
    resources = {each["name"]: each for each in _package()["resources"]}
    if name in resources:
        return resources[name]
    from difflib import get_close_matches

    asked = str(name).strip().lower().replace("_", "-").replace(" ", "-")
    nearest = ", ".join(get_close_matches(asked, resources, n=3, cutoff=0))
    raise DataError("data.unknown-table", name=name, nearest=nearest)


def _package() -> Resource:
    path = course.folder("datasets") / "datapackage.json"
    try:
        state = path.stat()
    except OSError:
        raise DataError("data.no-package", file=path.name) from None
    return _read_package(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _read_package(path: Path, changed: int, size: int) -> Resource:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise DataError("data.no-package", file=path.name) from None
