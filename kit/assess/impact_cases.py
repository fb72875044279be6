"""Two impact assessments worked through from screening to quality check: to read, to teach with, to open again.

The towns and the people who are heard are invented; figures and judgments are real, and are put in from
the kit's tables when a case is opened, each with its source. The cases stand in ``kit/assess/cases/``, in
English; ``words/es.json`` there says each answer in Spanish.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from kit.assess.rule_files import said
from kit.errors import DataError
from kit.text import language
from kit.text.numbers import show_number

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent / "cases"


def worked_cases() -> pd.DataFrame:
    """Give the worked cases: name, title, what is invented in them and what is real.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``title``, ``about`` and ``as_of`` (the day from which deadlines in it are read).

    Examples
    --------
    >>> worked_cases()["name"].tolist()
    ['encampment-clearing', 'market-square-cameras']
    """
    import pandas as pd

    cases = [_read(path) for path in sorted(FOLDER.glob("*.json"))]
    return pd.DataFrame(
        {"name": case["id"], "title": said(case["title"]), "about": said(case["about"]), "as_of": case["as_of"]}
        for case in cases
    )


def worked_case(name: str, *, version: int = 2) -> dict[str, dict]:
    """Give the answers of a worked case, page by page, in the language in use.

    Parameters
    ----------
    name : str
        One of `worked_cases`.
    version : int
        1 is the page ``impact`` as it was graded from documents, before anyone affected was heard.
        2 is the whole assessment after they were heard.

    Returns
    -------
    dict of dict
        Answers by page: ``"impact-screening"``, ``"impact-scope"``, ``"impact"``, ``"impact-follow-up"``
        and ``"impact-quality"``; for version 1 the first three.

    Raises
    ------
    DataError
        If there is no such case or version.

    Examples
    --------
    >>> case = worked_case("market-square-cameras")
    >>> case["impact"]["evidence"][0]["what"]
    'Football final in Cardiff, 3 June 2017: 2,470 alerts, 2,297 of them for the wrong person.'
    """
    path = FOLDER / f"{str(name).replace('-', '_')}.json"
    if path not in sorted(FOLDER.glob("*.json")):
        raise DataError("impact.no-case", name=str(name)[:40], known=", ".join(worked_cases()["name"]))
    if version not in (1, 2):
        raise DataError("impact.no-version", version=str(version)[:20])
    case, words = _read(path), _words()
    rows = _rows(case["figures"])
    pages = _filled(case["pages"], rows, words)
    if version == 2:
        return pages
    first = {name: pages[name] for name in ("impact-screening", "impact-scope", "impact")}
    earlier = _filled(case["earlier"], rows, words)
    return first | {page: _earlier(pages[page], changes) for page, changes in earlier.items()}


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def _rows(wanted: dict) -> dict[str, pd.DataFrame]:
    """Give the row of each figure or event, from the kit's tables."""
    from kit.data import load

    found: dict[str, pd.DataFrame] = {}
    for name, (table, where) in wanted.items():
        rows = load(table, conflicts=True)
        for column, value in where.items():
            rows = rows[rows[column] == value]
        if len(rows) != 1:
            raise DataError("impact.figure-gone", name=name, table=table, found=len(rows))
        found[name] = rows
    return found


def _words() -> dict[str, str]:
    """Give what stands for each English answer in the language in use."""
    path = FOLDER / "words" / f"{language()}.json"
    return _read(path) if path.exists() else {}


def _filled(value: object, found: dict[str, pd.DataFrame], words: dict[str, str]) -> object:
    """Put figures, ``{alerts}``, and their sources, ``{cite:alerts, crowd}``, into the answers."""
    if isinstance(value, dict):
        return {name: _filled(one, found, words) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, found, words) for one in value]
    if isinstance(value, str):
        value = words.get(value, value)
        value = re.sub(r"\{cite:([a-z_, ]+)\}", lambda gap: _cited(gap[1].split(", "), found), value)
        return re.sub(r"\{([a-z_]+)\}", lambda gap: _in_words(found[gap[1]].iloc[0], words), value)
    return value


def _in_words(row: pd.Series, words: dict[str, str]) -> str:
    if "event" in row:
        return words.get(str(row["event"]), str(row["event"]))
    value = float(row["value"])
    written = show_number(value if value.is_integer() else float(f"{value:.4g}"))
    return " ".join(written.split())  # as a form keeps it


def _cited(names: list[str], found: dict[str, pd.DataFrame]) -> str:
    import pandas as pd

    from kit.data import cite

    tables: dict[str, list] = {}
    for name in names:
        tables.setdefault(found[name].attrs["table"], []).append(found[name])
    said = []
    for rows in tables.values():
        together = pd.concat(rows)
        together.attrs = rows[0].attrs
        said.append(cite(together))
    return " ".join(said)


def _earlier(answers: dict, changes: dict) -> dict:
    """Take the later answers back to what was known before."""
    before = answers | changes["set"]
    for table in {*changes["absent"], *changes["rows"]}:
        absent, rows = changes["absent"].get(table, []), changes["rows"].get(table, {})
        before[table] = [
            _without_none(row | rows.get(row.get("id"), {}))
            for row in answers[table]
            if row.get("id", row.get("letter")) not in absent
        ]
    return before


def _without_none(row: dict) -> dict:
    return {name: value for name, value in row.items() if value is not None}
