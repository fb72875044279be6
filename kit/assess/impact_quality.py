"""Human rights impact assessment, last step: ten criteria, looked at by somebody from outside. No total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.page_words import answer, label, page
from kit.assess.section import Paragraph, Points, Section, Table
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

PAGE = "impact-quality"


def criteria(answers: dict) -> pd.DataFrame:
    """Give the ten criteria with what the checker said of each.

    Parameters
    ----------
    answers : dict
        The page ``impact-quality``.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``criterion``, ``answer`` (``"yes"``, ``"partly"``, ``"no"``, a code for no answer, or
        empty), ``where`` and ``basis``: ``"evidence"`` where a place is named, ``"claimed"`` where a yes or
        partly stands without one, else empty.

    Raises
    ------
    MeasureError
        If an answer is none of the choices.

    Examples
    --------
    >>> criteria({"q01": "yes"})[["id", "answer", "basis"]].values.tolist()[0]
    ['q01', 'yes', 'claimed']
    """
    import pandas as pd

    found = []
    for field in page(PAGE)["fields"]:
        if field["kind"] != "choice":
            continue
        said, where = answers.get(field["id"]) or "", answers.get(f"{field['id']}_where") or ""
        if said and said not in [one["value"] for one in field["choices"]]:
            raise MeasureError("impact.quality-answer", criterion=field["id"], answer=str(said)[:30])
        basis = ("evidence" if where else "claimed") if said in ("yes", "partly") else ""
        found.append(
            {
                "id": field["id"],
                "criterion": label(PAGE, field["id"]),
                "answer": said,
                "where": where,
                "basis": basis,
            }
        )
    return pd.DataFrame(found)


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: the quality check.

    Parameters
    ----------
    answers : dict
        The page ``impact-quality``, filled in or half filled in.
    today : datetime.date, optional
        Not needed here.

    Examples
    --------
    >>> section({}).parts[0].words
    'Not checked yet: 10 of 10 criteria.'
    """
    title = text("impact.quality-title")
    try:
        table = criteria(answers)
    except MeasureError as error:
        note = Paragraph(" ".join(error.lines), note=True)
        return Section(title, [note], unknown=[error.lines[0]], sources=page(PAGE)["sources"])
    counts = {name: int((table["answer"] == name).sum()) for name in ("yes", "partly", "no")}
    open_ones = len(table) - sum(counts.values())
    key = "impact.quality-none" if open_ones == len(table) else "impact.quality-counts"
    parts = [Paragraph(text(key, open=open_ones, all=len(table), **counts))]
    if answers.get("checked_by"):
        day = answer(PAGE, "checked_on", answers.get("checked_on")) or text("impact.no-day")
        parts.append(Paragraph(text("impact.quality-by", who=answers["checked_by"], day=day)))
    parts.append(Table(_shown(table), text("impact.quality-table")))
    failed = table[table["answer"] == "no"]["criterion"].tolist()
    parts += [Paragraph(text("impact.quality-no")), Points(failed)] if failed else []
    unknown = [text("impact.quality-open", criterion=one) for one in table[table["answer"] == ""]["criterion"]]
    unknown += [
        text("impact.quality-claimed", criterion=one) for one in table[table["basis"] == "claimed"]["criterion"]
    ]
    if answers.get("independent") != "yes":
        unknown.append(text("impact.quality-not-independent"))
    return Section(title, parts, unknown=unknown, sources=page(PAGE)["sources"])


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = [
        [
            row["criterion"],
            answer(PAGE, row["id"], row["answer"]) or "–",
            row["where"] or (text("impact.claimed") if row["basis"] == "claimed" else "–"),
        ]
        for row in table.to_dict("records")
    ]
    names = ("criterion", "answer", "where")
    return pd.DataFrame(found, columns=[text(f"impact.column-{name}") for name in names])
