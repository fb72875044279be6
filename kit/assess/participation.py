"""Participation: the section of the town's document on who takes part, who is missing, and who does what.

The parts come from `participation_map`, `participation_log`, `participation_people` and `participation_matrix`.

Source: levels of the IAP2 spectrum, rungs of S. Arnstein, "A Ladder of Citizen Participation" (1969). The
crosswalk between them, the coding questions and the map are rules of this kit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.page_words import answer, listed, page, question, rows, told
from kit.assess.participation_log import coded_in_vain, consultations, level_reached
from kit.assess.participation_map import PAGE, kinds_missing, map_table, missing, picture, stakeholders
from kit.assess.participation_matrix import gaps, matrix, matrix_picture, tasks, tasks_table
from kit.assess.participation_people import (
    draw_people,
    incomplete,
    people,
    people_picture,
    people_table,
    published,
    representativeness,
)
from kit.assess.rule_files import rules, said
from kit.assess.section import Heading, Paragraph, Picture, Points, Section, Table
from kit.errors import KitError
from kit.text import text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

__all__ = [
    "consultations",
    "crosswalk",
    "kinds_missing",
    "level_reached",
    "matrix",
    "matrix_picture",
    "missing",
    "people",
    "people_picture",
    "picture",
    "published",
    "representativeness",
    "section",
    "stakeholders",
    "tasks",
]


def crosswalk() -> pd.DataFrame:
    """Give the levels with their promise, the nearest rungs of Arnstein's ladder, and what a record must show.

    The two schemes have different aims; setting them beside each other is a rule of this kit.

    Examples
    --------
    >>> crosswalk().iloc[2].tolist()[:2]
    ['2 consult', 'consultation, placation']
    """
    import pandas as pd

    found = [
        [said(one[part]) for part in ("label", "rungs", "help", "record")]
        for one in rules(PAGE)["scales"]["levels"]
    ]
    return pd.DataFrame(
        found, columns=[text(f"participation.column-{name}") for name in ("level", "rungs", "promise", "record")]
    )


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: the map, who is missing, levels kept, who came, who leads.

    Parameters
    ----------
    answers : dict
        The page ``participation``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        The day against which a task is late.

    Examples
    --------
    >>> section({}).unknown[0]
    'Nobody is on the stakeholder map yet.'
    """
    about = told(PAGE, answers, ("about", "described_on", "who_sees", "complaints_to"))
    parts: list = [Table(about, text("participation.title"))]
    parts.append(Paragraph(text("participation.kit-rule"), note=True))
    unknown: list[str] = []
    for heading, make in (("map", _map), ("log", _log), ("people", _people), ("matrix", _matrix)):
        try:
            shown, open_ones = make(answers, today)
        except KitError as error:
            # One table that contradicts itself does not take the other three with it.
            shown, open_ones = [Paragraph(line, note=True) for line in error.lines], [error.lines[0]]
        parts += [Heading(text(f"participation.heading-{heading}")), *shown]
        unknown += open_ones
    return Section(text("participation.title"), parts, unknown=unknown, sources=page(PAGE)["sources"])


def _map(answers: dict, today: date | None) -> tuple[list, list[str]]:
    table = stakeholders(answers)
    if table.empty:
        return [Paragraph(text("participation.no-map"))], [text("participation.no-map")]
    gone, kinds = missing(answers), kinds_missing(answers)
    parts = [Picture(picture(answers)), Table(map_table(table), text("participation.table-map"))]
    if len(gone):
        parts.append(Paragraph(text("participation.who-is-missing")))
        parts.append(Table(_missing_table(gone), text("participation.table-missing")))
    if kinds:
        parts += [Paragraph(text("participation.kinds-missing")), Points(kinds)]
    if answers.get("not_here"):
        parts.append(
            Table(told(PAGE, answers, ("not_here", "not_here_why")), text("participation.table-not-here"))
        )
    unknown = [text("participation.kind-open", kind=one) for one in kinds]
    if answers.get("not_here") and not answers.get("not_here_why"):
        unknown.append(text("participation.no-why"))
    for row in table.to_dict("records"):
        name = row["name"] or "–"
        if row["missing"] and not row["barrier"]:
            unknown.append(text("participation.no-barrier", name=name))
        if row["missing"] and not row["next_step"]:
            unknown.append(text("participation.no-step", name=name))
        if not (row["affected"] and row["influence"] and row["presence"]):
            unknown.append(text("participation.unrated", name=name))
        if row["basis"] == "claimed":
            unknown.append(text("participation.unproved", name=name))
    if not table["role"].isin(["rights_holder", "both"]).any():
        unknown.append(text("participation.no-rights-holder"))
    return parts, unknown


def _log(answers: dict, today: date | None) -> tuple[list, list[str]]:
    table = consultations(answers)
    if table.empty:
        return [Paragraph(text("participation.no-log"))], [text("participation.no-log")]
    known = table[table["kept"].notna()]
    kept = int(sum(known["kept"].astype(bool)))
    parts = [Paragraph(text("participation.kept", n=kept, all=len(known)))] if len(known) else []
    parts.append(Table(_levels(table), text("participation.table-log")))
    parts.append(Table(_answered(table), text("participation.table-answers")))
    shown = ("id", "decision", "stage", "event_on", "channels", "languages", "access", "costs")
    hidden = [one["id"] for one in question(PAGE, "consultations")["fields"] if one["id"] not in shown]
    raw = rows(answers, "consultations")
    details = listed(PAGE, raw, inside="consultations", without=tuple(hidden))
    parts.append(Table(details, text("participation.table-details")))
    parts.append(Table(crosswalk(), text("participation.table-levels")))
    unknown = []
    for row, given in zip(table.to_dict("records"), raw, strict=True):
        name = row["id"] or "–"
        for key, there in (
            ("no-announced", not row["announced"]),
            ("no-reached", not row["reached"]),
            ("level-claimed", row["basis"] == "claimed"),
            ("no-received", _missing(row["received"])),
            ("no-source", not given.get("population_source")),
        ):
            unknown += [text(f"participation.{key}", name=name)] if there else []
        if not _missing(row["no_fate"]) and row["no_fate"]:
            unknown.append(text("participation.no-fate", name=name, n=int(row["no_fate"])))
        if coded_in_vain(given):
            unknown.append(text("participation.in-vain", name=name, questions=", ".join(coded_in_vain(given))))
    return parts, unknown


def _people(answers: dict, today: date | None) -> tuple[list, list[str]]:
    table = published(answers)
    if table.empty:
        return [Paragraph(text("participation.no-people"))], [text("participation.no-people")]
    parts: list = []
    drawn = draw_people(table)
    if drawn:
        parts += [Picture(drawn), Paragraph(text("participation.no-sample"), note=True)]
    parts.append(Table(people_table(table), text("participation.table-people")))
    absent = table[table["absent"]]
    if len(absent):
        parts += [Paragraph(text("participation.absent")), Points(absent["group"].drop_duplicates().tolist())]
    if table["hidden"].any():
        parts.append(Paragraph(text("participation.hidden-note", least=rules(PAGE)["least_shown"]), note=True))
    return parts, incomplete(answers)


def _matrix(answers: dict, today: date | None) -> tuple[list, list[str]]:
    table = tasks(answers, today=today)
    drawn = matrix_picture(answers)
    if drawn is None:
        return [Paragraph(text("participation.no-tasks"))], gaps(answers, today=today)
    return [Picture(drawn), Table(tasks_table(table), text("participation.table-tasks"))], gaps(
        answers, today=today
    )


def _missing_table(gone: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    names = ("name", "affected", "barrier", "next_step")
    found = [
        [answer(PAGE, name, row[name], inside="stakeholders") or "–" for name in names]
        for row in gone.to_dict("records")
    ]
    return pd.DataFrame(found, columns=[text(f"participation.column-{name}") for name in names])


def _levels(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = []
    for row in table.to_dict("records"):
        announced, reached = (
            answer(PAGE, "announced", row[name], inside="consultations") for name in ("announced", "reached")
        )
        if row["basis"] == "claimed":
            reached += f" ({text('participation.claimed')})"
        flags = "; ".join(_flag(one) for one in row["flags"])
        kept = "–" if row["kept"] is None else text("town.yes" if row["kept"] else "town.no")
        found.append(
            [row["id"] or "–", announced or "–", reached or text("participation.open"), kept, flags or "–"]
        )
    names = ("consultation", "announced", "reached", "kept", "flags")
    return pd.DataFrame(found, columns=[text(f"participation.column-{name}") for name in names])


def _answered(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = []
    for row in table.to_dict("records"):
        numbers = [row[name] for name in ("received", "answered", "unanswered", "no_fate", "days_to_answer")]
        found.append([row["id"] or "–", *("–" if _missing(one) else str(one) for one in numbers)])
    names = ("consultation", "received", "answered", "unanswered", "no_fate", "days")
    return pd.DataFrame(found, columns=[text(f"participation.column-{name}") for name in names])


def _flag(name: str) -> str:
    known = {one["value"]: said(one["label"]) for one in rules(PAGE)["scales"]["flags"]}
    return known.get(name) or text(f"participation.flag-{name}")


def _missing(value: object) -> bool:
    import pandas as pd

    return bool(pd.isna(value))
