"""Indicators and monitoring plan for one right: the section of the town's document.

The plan and the six questions come from `kit.assess.indicators_plan`, figures over time from
`kit.assess.indicators_readings`, the picture from `kit.assess.indicators_picture`.

Source: OHCHR, *Human Rights Indicators: A Guide to Measurement and Implementation* (HR/PUB/12/5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.indicators_picture import picture, result_words
from kit.assess.indicators_plan import (
    PAGE,
    TYPES,
    matrix,
    plan,
    sdg_links,
    shown_value,
    six_questions,
    starters,
)
from kit.assess.indicators_readings import RATE_FOR, due, readings
from kit.assess.page_words import answer, label, page, rows, told
from kit.assess.rule_files import rules, said, scale
from kit.assess.section import Heading, Paragraph, Picture, Points, Section, Table
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day
from kit.text.numbers import show_number

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

__all__ = ["due", "matrix", "picture", "plan", "readings", "sdg_links", "section", "six_questions", "starters"]

_ABOUT = ("right", "attributes", "at_risk", "duty", "made_with", "debated_on", "review_on")


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: the plan, the six questions, figures over time, and what is missing.

    Parameters
    ----------
    answers : dict
        The page ``indicators``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        As in `plan`.

    Examples
    --------
    >>> section({"right": "housing"}).unknown[0]
    'No indicator has been chosen yet.'
    """
    title, sources = text("indicators.title"), page(PAGE)["sources"]
    parts = [
        Paragraph(text("indicators.kit-rule"), note=True),
        Table(told(PAGE, answers, _ABOUT), text("indicators.table-about")),
    ]
    table = plan(answers, strict=False, today=today)
    if table.empty:
        return Section(title, parts, unknown=[text("indicators.none")], sources=sources)
    parts += [Paragraph(problem, note=True) for problem in table["problem"] if problem]
    parts += [Picture(picture(answers)), Heading(text("indicators.aims"))]
    parts += [Table(_aims(table), text("indicators.table-aims"))]
    parts += [Table(_sheets(answers), text("indicators.table-sheets"))]
    questions = [said(one["words"]) for one in rules(PAGE)["questions"]]
    parts += [Heading(text("indicators.six")), Points(questions, numbered=True)]
    parts += [Table(_six(answers), text("indicators.table-six"))]
    limits = [
        text("indicators.limit", name=row["id"], words=row["limits"])
        for row in table.to_dict("records")
        if row["limits"]
    ]
    parts += [Points(limits)] if limits else []
    parts += _over_time(answers, today) + _due(answers, today) + _targets(table)
    return Section(title, parts, unknown=_unknown(answers, table, today), sources=sources)


def _aims(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    found = []
    for row in table.to_dict("records"):
        now, by = shown_value(row["baseline"]), show_day(row["target_by"] or "–")
        if row["baseline_on"]:
            now = text("indicators.on", value=now, day=show_day(row["baseline_on"]))
        kind = answer(PAGE, "type", row["type"], inside="indicators").split(":")[0] or "–"
        groups = answer(PAGE, "groups", row["groups"], inside="indicators") or "–"
        found.append(
            [f"{row['id']} {row['name'] or ''}".strip(), kind, now, shown_value(row["target"]), by, groups]
        )
    names = ("indicator", "kind", "now", "aim", "by", "groups")
    return pd.DataFrame(found, columns=[text(f"indicators.column-{name}") for name in names])


def _sheets(answers: dict) -> pd.DataFrame:
    import pandas as pd

    fields = ("definition", "source", "collector", "checked_by", "frequency", "blind_spot")
    found = [
        [str(row.get("id") or number)]
        + [answer(PAGE, name, row.get(name), inside="indicators") or "–" for name in fields]
        for number, row in enumerate(rows(answers, "indicators"), start=1)
    ]
    heads = [text("indicators.column-short")] + [text(f"indicators.column-{name}") for name in fields]
    return pd.DataFrame(found, columns=heads)


def _six(answers: dict) -> pd.DataFrame:
    import pandas as pd

    table, found = six_questions(answers, strict=False), []
    for row in table.to_dict("records"):
        cells = [answer(PAGE, name, row[name], inside="indicators") or "–" for name in table.columns[1:-1]]
        found.append([row["id"], *cells, result_words(row["result"])])
    heads = [text("indicators.column-short"), *map(str, range(1, len(table.columns) - 1))]
    return pd.DataFrame(found, columns=[*heads, text("indicators.column-result")])


def _over_time(answers: dict, today: date | None) -> list:
    import pandas as pd

    parts: list = []
    try:
        readings(answers, today=today)
    except MeasureError as error:
        parts.append(Paragraph(" ".join(error.lines), note=True))
    figures = {str(row.get("id")): row.get("figure") for row in rows(answers, "indicators")}
    found = [
        [
            row["id"],
            show_day(row["on"]),
            _value(row, figures.get(row["id"])),
            _limits(row),
            text(f"indicators.word-{row['word']}") + (text("indicators.few") if row["few"] else ""),
            row["decision"] or "–",
        ]
        for row in readings(answers, strict=False, today=today).to_dict("records")
    ]
    if not found:
        return parts
    names = ("short", "until", "value", "interval", "change", "decision")
    table = pd.DataFrame(found, columns=[text(f"indicators.column-{name}") for name in names])
    rule = Paragraph(text("indicators.reading-rule"), note=True)
    return [Heading(text("indicators.time")), rule, *parts, Table(table, text("indicators.table-time"))]


def _value(row: dict, figure: object) -> str:
    if _nothing(row["value"]):
        return "–"
    value = show_number(round(row["value"], 1))
    if _nothing(row["cases"]):
        return value
    key = "indicators.share-of" if figure == "share" else "indicators.rate-of"
    counted = {"cases": show_number(int(row["cases"])), "all": show_number(int(row["of_all"]))}
    return text(key, value=value, per=show_number(RATE_FOR), **counted)


def _limits(row: dict) -> str:
    if _nothing(row["lower"]):
        return "–"
    return text(
        "indicators.from-to", low=show_number(round(row["lower"], 1)), high=show_number(round(row["upper"], 1))
    )


def _nothing(value: object) -> bool:
    return value is None or value != value


def _due(answers: dict, today: date | None) -> list:
    import pandas as pd

    found = [
        [
            f"{row['id']} {row['name']}".strip(),
            show_day(row["next_on"]) + (text("indicators.late") if row["late"] else ""),
            row["collector"] or "–",
        ]
        for row in due(answers, today=today).to_dict("records")
    ]
    if not found:
        return []
    heads = [text(f"indicators.column-{name}") for name in ("indicator", "next", "collector")]
    return [
        Heading(text("indicators.due")),
        Table(pd.DataFrame(found, columns=heads), text("indicators.table-due")),
    ]


def _targets(table: pd.DataFrame) -> list:
    import pandas as pd

    found = []
    for target in scale("indicators.sdg"):
        mine = table[table["sdg"] == target["value"]]["id"].tolist()
        found += [
            [said(target["label"]), ", ".join(mine), f"{one['number']} {said(one['counts'])}"]
            for one in target["indicators"]
            if mine
        ]
    if not found:
        return []
    heads = [text(f"indicators.column-{name}") for name in ("target", "short", "un")]
    frame = pd.DataFrame(found, columns=heads)
    return [Heading(text("indicators.sdg")), Table(frame, text("indicators.table-sdg"))]


def _unknown(answers: dict, table: pd.DataFrame, today: date | None) -> list[str]:
    found = [problem for problem in table["problem"] if problem]
    for line in matrix(answers).to_dict("records"):
        kinds = [answer(PAGE, "type", kind, inside="indicators").split(":")[0] for kind in TYPES if not line[kind]]
        if kinds:
            found.append(text("indicators.gap", part=line["attribute"], kinds=", ".join(kinds).lower()))
    for row in table.to_dict("records"):
        if row["missing"]:
            words = "; ".join(label(PAGE, name, inside="indicators") for name in row["missing"])
            found.append(text("indicators.missing", name=row["id"], words=words))
        if row["result"] != "passes":
            found.append(text(f"indicators.unknown-{row['result']}", name=row["id"]))
        if row["groups"] == ["none"] and row["figure"] != "words":
            found.append(text("indicators.not-split", name=row["id"]))
    for row in due(answers, today=today).to_dict("records"):
        if row["late"]:
            found.append(text("indicators.overdue", name=row["id"], day=show_day(row["next_on"])))
    found += [
        text(f"indicators.no-{name}") for name in ("at_risk", "made_with", "debated_on") if not answers.get(name)
    ]
    if readings(answers, strict=False, today=today).empty:
        found.append(text("indicators.no-readings"))
    return found
