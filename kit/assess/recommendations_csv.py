"""Lists of recommendations as CSV files or spreadsheets: read into the page, and written from it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from kit.assess.page_words import page
from kit.assess.recommendations_table import PAGE
from kit.errors import DataError


def read(
    path: str | Path,
    *,
    rename: Mapping[str, str | None] | None = None,
    dates: str | None = None,
    not_personal: Iterable[str] = (),
) -> dict:
    """Read a list of recommendations from a CSV file or a spreadsheet into answers of the page.

    Headings may be the names of the questions (``words``, ``reply``) or their words in English or Spanish;
    choices likewise. `rename` says which heading is which where they are others.

    Parameters
    ----------
    path : str or Path
        The file.
    rename : mapping, optional
        ``{"Recommendation text": "words", "Comment": None}``; None leaves a column out.
    dates : {"day-first", "month-first", "excel"}, optional
        How days are written, where the file does not show it.
    not_personal : iterable of str
        Headings that the gate took for personal and that you have checked.

    Returns
    -------
    dict
        ``{"recommendations": [...]}``: to be given to every function here, or to `kit.learn.fill`. A file with
        a column ``status`` gives ``log``, too.

    Raises
    ------
    DataError
        If there is no column for the short name or the words, a choice is not on its list, or the file cannot
        be read; see `kit.data.read_own`.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "list.csv"
    >>> _ = file.write_text("Short name;Recommendation, as published;What the State said\\nU1;End it.;Noted\\n")
    >>> read(file)
    {'recommendations': [{'id': 'U1', 'words': 'End it.', 'reply': 'noted'}]}
    """
    from kit.data import read_own
    from kit.data.opening import existing, open_table

    fields, path = _fields(), existing(path)
    headings = [
        str(cell).strip()
        for cell in (open_table(path, sheet=None, encoding=None, separator=None).top(1) or [[]])[0]
    ]
    named = _by_label(headings, fields) | dict(rename or {})
    wanted = {name: field for name, field in fields.items() if name in headings or name in named.values()}
    for name in ("id", "words"):
        if name not in wanted:
            raise DataError("recommendations.column", file=path.name, column=name, found=", ".join(headings)[:200])
    like = {name: "date" if field["kind"] == "date" else "string" for name, field in wanted.items()}
    table = read_own(path, like=like, rename=named, dates=dates, not_personal=not_personal)
    found, log = [], []
    for number, row in enumerate(table.to_dict("records"), start=2):
        kept = {name: value for name, given in row.items() if (value := _value(fields[name], given, number, path))}
        entry = {name.removeprefix("log_"): kept.pop(name) for name in list(kept) if name.startswith("log_")}
        if "status" in kept:
            entry["status"] = kept.pop("status")
        if entry:
            log.append({"id": kept.get("id", "")} | entry)
        found.append(kept)
    return {PAGE: found} | ({"log": log} if log else {})


def write(answers: dict, path: str | Path) -> Path:
    """Write the recommendations, with their status of today, to a CSV file that a spreadsheet opens.

    Parameters
    ----------
    answers : dict
        The page ``recommendations``.
    path : str or Path
        Where to; a file that is there is replaced only when the new one is complete.

    Examples
    --------
    >>> import tempfile
    >>> page = {"recommendations": [{"id": "U1", "words": "End it."}]}
    >>> file = write(page, Path(tempfile.mkdtemp()) / "list.csv")
    >>> read(file)["recommendations"]
    [{'id': 'U1', 'words': 'End it.'}]
    """
    from kit.assess.recommendations_table import recommendations

    path = Path(path)
    table = recommendations(answers, strict=False)
    names = [name for name in _fields() if name in table.columns or name in _FROM_LOG]
    with path.with_name(path.name + ".part").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in table.to_dict("records"):
            if not row["status_on"]:
                row |= dict.fromkeys(("status", *_FROM_LOG.values()), "")
            writer.writerow(_cell(row[_FROM_LOG.get(name, name)]) for name in names)
    path.with_name(path.name + ".part").replace(path)
    return path


_FROM_LOG = {
    "log_on": "status_on",
    "log_by": "said_by",
    "log_evidence": "evidence",
    "log_note": "note",
    "log_reader": "reader",
}


def _fields() -> dict[str, dict]:
    tables = {field["id"]: field["fields"] for field in page(PAGE)["fields"] if field["kind"] == "rows"}
    log = {f"log_{one['id']}": one for one in tables["log"] if one["id"] not in ("id", "status")}
    status = {one["id"]: one for one in tables["log"] if one["id"] == "status"}
    return {one["id"]: one for one in tables[PAGE]} | status | log


def _by_label(headings: list[str], fields: dict[str, dict]) -> dict[str, str]:
    found = {}
    for heading in headings:
        wanted = heading.casefold()
        for name, field in fields.items():
            if heading != name and wanted in (words.casefold() for words in field["label"].values()):
                found[heading] = name
                break
    return found


def _value(field: dict, given: object, number: int, path: Path) -> str:
    import pandas as pd

    if given is None or (not isinstance(given, str) and pd.isna(given)):
        return ""
    if field["kind"] == "date":
        return given.strftime("%Y-%m-%d") if hasattr(given, "strftime") else str(given)
    words = str(given).strip()
    if words[:2] in ("'=", "'+", "'@", "'-"):
        words = words[1:]  # written so by `write`, so that a spreadsheet does not take text for a formula
    choices = field.get("choices", [])
    if field["kind"] == "yes_no_unknown":
        choices = _YES_NO
    if not choices or not words:
        return words
    for choice in choices:
        if words.casefold() in (choice["value"], *(label.casefold() for label in choice["label"].values())):
            return choice["value"]
    known = ", ".join(choice["value"] for choice in choices)
    raise DataError(
        "recommendations.choice", file=path.name, row=number, column=field["id"], value=words[:40], known=known
    )


_YES_NO = [
    {"value": "yes", "label": {"en": "Yes", "es": "Sí"}},
    {"value": "no", "label": {"en": "No", "es": "No"}},
    {"value": "unknown", "label": {"en": "Not known", "es": "No se sabe"}},
]


def _cell(value: object) -> str:
    words = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{words}" if words[:1] in ("=", "+", "@", "-") else words
