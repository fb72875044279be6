"""The words of an instrument's own page: its questions and choices as people read them.

An instrument knows its page from the same file as the form does, so that no question is worded twice.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kit.assess.rule_files import put_choices_in, said
from kit.text import text
from kit.text.days import show_day
from kit.text.numbers import show_number

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent / "pages"


@cache
def page(name: str) -> dict:
    """Give the questions of an instrument's page, with the choices of its rules put in.

    Examples
    --------
    >>> page("impact")["id"]
    'impact'
    """
    found = json.loads((FOLDER / f"{name.replace('-', '_')}.json").read_text(encoding="utf-8"))
    for field in found["fields"]:
        for one in (field, *field.get("fields", [])):
            put_choices_in(one)
    return found


def question(name: str, field: str, *, inside: str | None = None) -> dict:
    """Give one question of a page; `inside` names the table of answers it belongs to.

    Examples
    --------
    >>> question("impact", "right", inside="impacts")["kind"]
    'choice'
    """
    fields = page(name)["fields"]
    if inside:
        fields = next(one for one in fields if one["id"] == inside)["fields"]
    return next(one for one in fields if one["id"] == field)


def label(name: str, field: str, *, inside: str | None = None) -> str:
    """Give the words of a question in the language in use.

    Examples
    --------
    >>> label("impact", "right", inside="impacts")
    'Right'
    """
    return said(question(name, field, inside=inside)["label"])


def answer(name: str, field: str, value: object, *, inside: str | None = None) -> str:
    """Give an answer as people read it; nothing answered is an empty text.

    Examples
    --------
    >>> answer("impact", "right", "housing", inside="impacts"), answer("impact", "assessed_on", "2026-11-20")
    ('Adequate housing', '20 November 2026')
    """
    return shown(question(name, field, inside=inside), value)


def shown(field: dict, value: object) -> str:
    """Give an answer to this question as people read it.

    Examples
    --------
    >>> shown({"kind": "yes_no_unknown"}, "unknown"), shown({"kind": "text"}, None)
    ('Not known', '')
    """
    if value is None or value == "":
        return ""
    if field["kind"] == "yes_no_unknown":
        return text(f"town.{value}") if value in ("yes", "no", "unknown") else str(value)
    if "choices" in field:
        known = {one["value"]: said(one["label"]) for one in field["choices"]}
        return "; ".join(known.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]))
    if field["kind"] in ("number", "whole_number") and isinstance(value, (int, float)):
        return show_number(value)
    return show_day(value) if field["kind"] == "date" else str(value)


def rows(answers: dict, field: str) -> list[dict]:
    """Give the rows of a table of answers; a page changed by hand may hold anything in its place.

    Examples
    --------
    >>> rows({"measures": [{"id": "M1"}]}, "measures"), rows({"measures": "none"}, "measures")
    ([{'id': 'M1'}], [])
    """
    kept = answers.get(field)
    return [row for row in kept if isinstance(row, dict)] if isinstance(kept, list) else []


def told(name: str, answers: dict, fields: tuple[str, ...]) -> pd.DataFrame:
    """Give questions of a page with their answers, as a table of two columns to read.

    Examples
    --------
    >>> told("impact", {"decision": "Cameras"}, ("decision", "assessors")).values.tolist()
    [['Decision', 'Cameras'], ['Who graded', '–']]
    """
    import pandas as pd

    found = [[label(name, field), answer(name, field, answers.get(field)) or "–"] for field in fields]
    return pd.DataFrame(found, columns=[text("town.question"), text("town.answer")])


def listed(name: str, found: list[dict], *, inside: str, without: tuple[str, ...] = ()) -> pd.DataFrame:
    """Give rows of a table of answers as a table to read, with the questions above.

    Examples
    --------
    >>> listed("impact", [{"letter": "a"}], inside="options", without=("what",)).iloc[0, 0]
    'A'
    """
    import pandas as pd

    fields = next(one for one in page(name)["fields"] if one["id"] == inside)["fields"]
    fields = [one for one in fields if one["id"] not in without]
    cells = [[shown(one, row.get(one["id"])) or "–" for one in fields] for row in found]
    return pd.DataFrame(cells, columns=[said(one["label"]) for one in fields])
