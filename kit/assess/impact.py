"""Human rights impact assessment, third step: the section of the document on impacts, options and measures.

The steps before and after it: `kit.assess.impact_screening`, `impact_scope`, `impact_follow_up` and
`impact_quality`. Grades: `impact_severity`; register and checks: `impact_register`, `impact_gaps`;
options: `impact_options`; versions: `impact_versions`. Two cases worked through: `impact_cases`.

Source: five phases of the Danish Institute for Human Rights, *Human rights impact assessment guidance and
toolbox*. Scales, order and screening rule are rules of this kit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.impact_cases import worked_case, worked_cases
from kit.assess.impact_gaps import gaps, ready
from kit.assess.impact_map import listed, picture
from kit.assess.impact_options import compare_options, in_words, side_by_side
from kit.assess.impact_register import legal_sources, measures, register
from kit.assess.impact_severity import contrast, order, severity
from kit.assess.impact_versions import what_changed
from kit.assess.page_words import answer, page, rows
from kit.assess.page_words import listed as rows_listed
from kit.assess.rule_files import rules, said
from kit.assess.section import Heading, Paragraph, Picture, Points, Section, Table
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

__all__ = [
    "compare_options", "contrast", "gaps", "in_words", "legal_sources", "measures", "order", "picture",
    "question_bank", "ready", "register", "section", "severity", "side_by_side", "what_changed",
    "worked_case", "worked_cases",
]  # fmt: skip


def question_bank(phase: str | None = None) -> pd.DataFrame:
    """Give the questions that a team asks itself, by phase, with the gate before the next one.

    Parameters
    ----------
    phase : str, optional
        ``"screening"``, ``"scope"``, ``"baseline"``, ``"analysis"``, ``"measures"`` or ``"follow_up"``.

    Returns
    -------
    pandas.DataFrame
        Columns ``phase``, ``purpose``, ``gate``, ``id`` and ``question``, in the language in use.

    Raises
    ------
    MeasureError
        If there is no such phase.

    Examples
    --------
    >>> question_bank("measures")["id"].tolist()[:2]
    ['P401', 'P402']
    """
    import pandas as pd

    phases = rules("impact")["phases"]
    wanted = [one for one in phases if phase in (None, one["id"])]
    if not wanted:
        raise MeasureError("impact.no-phase", phase=str(phase)[:30], known=", ".join(one["id"] for one in phases))
    return pd.DataFrame(
        [
            {"phase": said(one["title"]), "purpose": said(one["purpose"]), "gate": said(one["gate"])}
            | {"id": asked["id"], "question": said(asked["words"])}
            for one in wanted
            for asked in one["questions"]
        ]
    )


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: what is most severe, what each option does, what will be done.

    Parameters
    ----------
    answers : dict
        The page ``impact``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        The day against which days have passed.

    Examples
    --------
    >>> section({}).unknown
    ['No impact has been written into the register yet.']
    """
    title, note = text("impact.title"), Paragraph(text("impact.kit-rule"), note=True)
    sources = page("impact")["sources"] + rules("impact_rights")["sources"]
    table = register(answers, strict=False)
    if table.empty:
        none = text("impact.none")
        return Section(title, [Paragraph(none), note, *_options(answers)], unknown=[none], sources=sources)
    parts = [Paragraph(_about(answers)), note]
    if table["severity"].notna().any():
        parts.append(Picture(picture(answers)))
    for timing in ("actual", "potential"):
        mine = table[(table["timing"] == timing) & table["severity"].notna()]
        if not mine.empty:
            parts += [
                Heading(text(f"impact.heading-{timing}")),
                Table(listed(mine), text(f"impact.table-{timing}")),
            ]
    open_ones = table[table["severity"].isna()]
    if not open_ones.empty:
        parts += [Heading(text("impact.heading-open")), Table(listed(open_ones), text("impact.table-open"))]
    parts += [*_do_not_wait(table), Table(_register(answers, table), text("impact.table-register"))]
    parts += [*_options(answers), *_measures(answers, table, today), *_evidence(answers)]
    found = gaps(answers, today=today)
    return Section(title, parts, unknown=list(dict.fromkeys(found["words"])), sources=sources)


def _about(answers: dict) -> str:
    return text(
        "impact.about",
        decision=answers.get("decision") or text("impact.no-decision"),
        day=show_day(answers.get("assessed_on") or text("impact.no-day")),
        who=answers.get("assessors") or text("impact.nobody-named"),
    )


def _do_not_wait(table: pd.DataFrame) -> list:
    urgent = table[table["do_not_wait"]]
    if urgent.empty:
        return []
    items = [
        text("impact.urgent", name=row["id"], what=row["what"] or "–", level=row["irremediability"])
        for row in urgent.to_dict("records")
    ]
    return [Heading(text("impact.heading-urgent")), Paragraph(text("impact.urgent-rule")), Points(items)]


def _register(answers: dict, table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    typed = {str(row.get("id")): row for row in rows(answers, "impacts")}
    names = ("impact", "what", "law", "option", "duty", "involved", "heard", "remedy", "left")
    found = []
    for row in table.to_dict("records"):
        mine = typed.get(row["id"], {})
        cells = [row["id"], row["what"], row["legal_source"]]
        cells.append(answer("impact", "option", row["option"], inside="impacts"))
        cells.append(_joined(mine.get("duty_bearer"), _said("competence", mine)))
        cells.append(_said("involvement", mine))
        cells += [mine.get("heard", ""), mine.get("remedy", "")]
        cells.append("" if pd.isna(row["residual"]) else _joined(str(row["residual"]), mine.get("residual_by")))
        found.append([cell or "–" for cell in cells])
    return pd.DataFrame(found, columns=[text(f"impact.column-{name}") for name in names])


def _options(answers: dict) -> list:
    if not rows(answers, "options"):
        return []
    try:
        counted, sentences, across = compare_options(answers), in_words(answers), side_by_side(answers)
    except MeasureError as error:
        return [Heading(text("impact.heading-options")), Paragraph(" ".join(error.lines), note=True)]
    shown = counted.copy()
    shown["option"] = shown["option"].str.upper()
    shown.columns = [
        text("impact.column-at", level=name.removeprefix("at_")) if name.startswith("at_")
        else text(f"impact.column-{name}") for name in shown.columns
    ]  # fmt: skip
    parts = [Heading(text("impact.heading-options")), Paragraph(text("impact.options-rule"), note=True)]
    whats = [
        text("impact.option-what", letter=one["letter"].upper(), name=one.get("name", ""), what=one["what"])
        for one in rows(answers, "options")
        if one.get("what") and one.get("letter")
    ]
    reasons = [
        text("impact.option-reasons", letter=one["letter"].upper(), reasons=one["limit_reasons"])
        for one in rows(answers, "options")
        if one.get("limit_reasons") and one.get("letter")
    ]
    parts += [Points(whats)] if whats else []
    parts += [Table(shown, text("impact.table-options")), Points([*sentences, *reasons])]
    return [*parts, Table(_across(across), text("impact.table-across"))] if len(across) else parts


def _across(table: pd.DataFrame) -> pd.DataFrame:
    shown = table.drop(columns="differs")
    shown["right"] = [answer("impact", "right", one, inside="impacts") for one in shown["right"]]
    letters = [name for name in shown.columns if name not in ("right", "holders")]
    for letter in letters:
        shown[letter] = shown[letter].replace(0, text("impact.no-impact")).astype(str)
    shown.columns = [text("impact.column-right"), text("impact.column-holders")] + [
        text("impact.column-severity-under", letter=letter.upper()) for letter in letters
    ]
    return shown


def _measures(answers: dict, table: pd.DataFrame, today: date | None) -> list:
    import pandas as pd

    plans = measures(answers, strict=False, today=today)
    refusals = [
        text("impact.refusal", name=row["id"], words=row["refused"])
        for row in table.to_dict("records")
        if row["refused"]
    ]
    if plans.empty and not refusals:
        return []
    parts: list = [Heading(text("impact.heading-measures")), Paragraph(text("impact.hierarchy"))]
    found = []
    typed = {str(row.get("id")): row for row in rows(answers, "measures")}
    for plan in plans.to_dict("records"):
        status = text("impact.late") if plan["status"] == "late" else _plan("status", plan)
        money = _joined(plan["budget_line"], _plan("funding", plan))
        agreed = _joined(
            plan["agreed_with"], text("impact.objects", who=plan["objections"]) if plan["objections"] else ""
        )
        cells = [plan["id"], _plan("type", plan), plan["what"], typed.get(plan["id"], {}).get("impacts", "")]
        cells += [plan["owner"], money, show_day(plan["due"]) if plan["due"] else "", plan["indicator"]]
        found.append([cell or "–" for cell in (*cells, agreed, status)])
    names = ("measure", "type", "what", "for", "owner", "money", "due", "indicator", "agreed", "status")
    if found:
        frame = pd.DataFrame(found, columns=[text(f"impact.column-{name}") for name in names])
        parts.append(Table(frame, text("impact.table-measures")))
    return [*parts, Paragraph(text("impact.refusals")), Points(refusals)] if refusals else parts


def _evidence(answers: dict) -> list:
    kept = rows(answers, "evidence")
    if not kept:
        return []
    shown = rows_listed("impact", kept, inside="evidence")
    return [Heading(text("impact.heading-evidence")), Table(shown, text("impact.table-evidence"))]


def _said(field: str, row: dict) -> str:
    return answer("impact", field, row.get(field), inside="impacts")


def _plan(field: str, plan: dict) -> str:
    return answer("impact", field, plan[field], inside="measures")


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
