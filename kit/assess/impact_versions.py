"""What changed between two versions of an assessment, in words that a council can read.

Every state of a page is kept (`kit.town.history`), so that an assessment can be opened again and
compared with what was said before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.impact_register import register
from kit.assess.page_words import page, shown
from kit.assess.rule_files import said
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

# How a row is known again: its short name where it has one, else what the row is about.
KEYS = ("id", "letter", "source", "group", "who", "what", "measure")


def what_changed(earlier: object, later: object, *, page_name: str = "impact") -> pd.DataFrame:
    """Say what changed between two states of a page, answer by answer.

    Rows of a table are known again by their short name; a row that keeps its short name and says something
    else is a change, not a new row. On the page ``impact`` the severity is compared, too.

    Parameters
    ----------
    earlier, later : dict or Page
        The answers, or states as `kit.town.history` gives them.
    page_name : str
        The page they belong to.

    Returns
    -------
    pandas.DataFrame
        Columns ``where`` (question, or row and question), ``before``, ``now`` and ``words``: a sentence each.
        Empty if nothing changed.

    Raises
    ------
    MeasureError
        If the two are states of different pages, or no answers at all.

    Examples
    --------
    >>> old = {"impacts": [{"id": "I1", "scale": "l2", "scope": "l1", "irremediability": "l1"}]}
    >>> new = {"impacts": [{"id": "I1", "scale": "l4", "scope": "l1", "irremediability": "l1"}]}
    >>> for sentence in what_changed(old, new)["words"]:
    ...     print(sentence)
    I1, Severity: was 2, is now 4.
    I1, Scale: how grave: was 2 moderate, is now 4 gravest.
    """
    import pandas as pd

    for side in (earlier, later):
        name = str(getattr(side, "name", page_name)).replace("_", "-")
        if name != page_name.replace("_", "-"):
            raise MeasureError("impact.other-page", page=page_name, other=name)
    before, now = (getattr(side, "answers", side) for side in (earlier, later))
    if not isinstance(before, dict) or not isinstance(now, dict):
        raise MeasureError("impact.no-states")
    found = _severities(before, now) if page_name == "impact" else []
    for field in page(page_name)["fields"]:
        old, new = before.get(field["id"]), now.get(field["id"])
        if old == new:
            continue
        if field["kind"] == "rows":
            found += _rows_changed(field, old, new)
        else:
            found.append(_change(said(field["label"]), shown(field, old), shown(field, new)))
    return pd.DataFrame(found, columns=["where", "before", "now", "words"])


def _severities(before: dict, now: dict) -> list[dict]:
    import pandas as pd

    tables = [register(side, strict=False).drop_duplicates("id").set_index("id") for side in (before, now)]
    found = []
    for name in tables[1].index.intersection(tables[0].index):
        old, new = (table.loc[name, "severity"] for table in tables)
        words = ["" if pd.isna(level) else str(level) for level in (old, new)]
        if words[0] != words[1]:
            found.append(_change(f"{name}, {text('impact.column-severity')}", *words))
    return found


def _rows_changed(field: dict, old: object, new: object) -> list[dict]:
    one, found = said(field["row_label"]), []
    sides = [_by_key(field, side) for side in (old, new)]
    for key in sides[0].keys() - sides[1].keys():
        words = text("impact.row-gone", row=one, name=_name(key))
        found.append(
            {"where": f"{one} {_name(key)}", "before": _whole(field, sides[0][key]), "now": "", "words": words}
        )
    found.sort(key=lambda change: change["where"])
    for key, row in sides[1].items():
        if key not in sides[0]:
            whole = _whole(field, row)
            words = text("impact.row-new", row=one, name=_name(key), whole=whole)
            found.append({"where": f"{one} {_name(key)}", "before": "", "now": whole, "words": words})
            continue
        for inner in field["fields"]:
            was, is_now = sides[0][key].get(inner["id"]), row.get(inner["id"])
            if was != is_now:
                where = f"{_name(key)}, {said(inner['label'])}"
                found.append(_change(where, shown(inner, was), shown(inner, is_now)))
    return found


def _by_key(field: dict, side: object) -> dict[tuple, dict]:
    """Give rows by what they are known by; two rows of one name are told apart by a number."""
    known = [inner["id"] for inner in field["fields"]]
    key = next((name for name in KEYS if name in known), known[0])
    found: dict[tuple, dict] = {}
    for row in side if isinstance(side, list) else []:
        if not isinstance(row, dict):
            continue
        inner = next(one for one in field["fields"] if one["id"] == key)
        name, number = shown(inner, row.get(key)) or "–", 1
        while (name, number) in found:
            number += 1
        found[name, number] = row
    return found


def _name(key: tuple) -> str:
    name, number = key
    short = name if len(name) <= 60 else name[:57] + "..."
    return short if number == 1 else f"{short} ({number})"


def _whole(field: dict, row: dict) -> str:
    said_cells = (shown(inner, row.get(inner["id"])) for inner in field["fields"])
    words = "; ".join(cell for cell in said_cells if cell)
    return words if len(words) <= 200 else words[:197] + "..."


def _change(where: str, before: str, now: str) -> dict:
    key = "impact.changed" if before and now else "impact.filled" if now else "impact.emptied"
    words = text(key, where=where, before=before, now=now)
    return {"where": where, "before": before, "now": now, "words": words}
