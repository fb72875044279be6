"""The action plan: the section of the town's document, and all that one notebook cell may ask for.

Measures are chosen under limits by `kit.assess.action_plan_choice`; people decide, and see what is left out.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.action_plan_checks import checks, follow_up
from kit.assess.action_plan_choice import Choice, choose, solve
from kit.assess.action_plan_measures import languages, measures, needs, periods
from kit.assess.action_plan_model import Problem, read_problem
from kit.assess.action_plan_picture import draw, picture
from kit.assess.action_plan_reasons import (
    amount_words,
    answered,
    compare_budgets,
    instead,
    left_out,
    plan_table,
)
from kit.assess.page_words import answer
from kit.assess.rule_files import rules
from kit.assess.section import Heading, Paragraph, Picture, Points, Section, Table
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "checks",
    "choose",
    "compare_budgets",
    "follow_up",
    "instead",
    "languages",
    "measures",
    "needs",
    "not_in_the_plan",
    "periods",
    "picture",
    "schedule",
    "section",
]

PAGE = "action-plan"


def schedule(answers: dict) -> pd.DataFrame:
    """Give the chosen measures in the order in which they begin, with owner, deadline, first step and reason.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.

    Raises
    ------
    MeasureError
        As `choose`.

    Examples
    --------
    >>> page = {"until": "2027-12-31", "periods": [{"begins": "2027-01-01", "money": 10, "staff_days": 9}],
    ...         "measures": [{"id": "M1", "action": "Course", "cost": 8, "staff_days": 1}]}
    >>> schedule(page)[["id", "action"]].values.tolist()
    [['M1', 'Course']]
    """
    problem = read_problem(answers)
    return plan_table(problem, solve(problem))


def not_in_the_plan(answers: dict) -> pd.DataFrame:
    """Give the measures that are left out, the reason, and whom that hurts.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.

    Raises
    ------
    MeasureError
        As `choose`.

    Examples
    --------
    >>> page = {"needs": [{"id": "I1", "holders": "Tenants"}],
    ...         "measures": [{"id": "M1", "needs": "I1", "support": "refused"}]}
    >>> not_in_the_plan(page)[["reason", "hurts"]].values.tolist()
    [['Refused by the body that decides', 'Tenants']]
    """
    problem = read_problem(answers)
    return left_out(problem, solve(problem))


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: the plan, first steps, what is left out and whom that hurts.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        The day against which days have passed.

    Examples
    --------
    >>> section({}).unknown[0]
    'No measures are listed yet.'
    """
    title, note = text("action_plan.title"), Paragraph(text("action_plan.kit-rule"), note=True)
    try:
        problem = read_problem(answers)
        choice = solve(problem)
        lacks = checks(answers, choice=choice if problem.periods else None, today=today)
    except MeasureError as error:
        return Section(title, [*(Paragraph(line, note=True) for line in error.lines)], unknown=[error.lines[0]])
    unknown = [
        text(f"action_plan.no-{name}") for name in ("measures", "needs", "periods") if not vars(problem)[name]
    ]
    if not problem.measures:
        return Section(title, [Paragraph(unknown[0]), note, *_needs(problem, choice)], unknown=unknown)
    parts = [
        Paragraph(_summary(answers, problem, choice)),
        note,
        *_without_funding(problem, choice),
        Picture(draw(problem, choice)),
        *_plan(problem, choice),
        *_out(answers, problem, choice),
        *_needs(problem, choice),
        *_limits(answers, problem, choice),
        *_follow_up(answers, today),
    ]
    if not choice.proved:
        parts.insert(2, Paragraph(text("action_plan.not-proved"), note=True))
    return Section(title, parts, unknown=[*unknown, *lacks["words"]], sources=_sources())


def _summary(answers: dict, problem: Problem, choice: Choice) -> str:
    needs_of = answered(problem, choice)
    got = int((needs_of["by"].map(len) > 0).sum())
    words = text(
        "action_plan.summary", n=len(choice.chosen), all=len(problem.weighed), got=got, needs=len(needs_of)
    )
    for name in ("decided_by", "reviewed_with"):
        said = answers.get(name)
        words += " " + text(f"action_plan.{name}" if said else f"action_plan.no-{name}", who=said)
    return words


def _without_funding(problem: Problem, choice: Choice) -> list:
    bare = [one["id"] for one in problem.weighed if one["id"] in choice.chosen and one["funding"] in ("", "none")]
    return [Paragraph(text("action_plan.bare", measures=", ".join(bare)), note=True)] if bare else []


def _plan(problem: Problem, choice: Choice) -> list:
    plan = plan_table(problem, choice)
    if plan.empty:
        return []
    cells = [
        [
            f"{row['id']} {row['action']}".strip(),
            row["owner"],
            _day(row["begins"]),
            _day(row["due"]) or _day(row["ends"]),
            "" if row["cost"] is None else amount_words(row["cost"]),
            "" if row["staff_days"] is None else amount_words(row["staff_days"]),
        ]
        for row in plan.to_dict("records")
    ]
    steps = [
        text("action_plan.step", day=_day(row["first_step_by"]) or text("action_plan.no-day"), measure=row["id"],
             owner=row["owner"] or text("action_plan.no-owner"), step=row["first_step"])
        for row in sorted(plan.to_dict("records"), key=lambda row: row["first_step_by"] or date.max)
        if row["first_step"]
    ]  # fmt: skip
    why = [
        text("action_plan.why", measure=row["id"], why=row["why"]) for row in plan.to_dict("records") if row["why"]
    ]
    names = ("measure", "owner", "begins", "due", "cost", "staff")
    found = [Heading(text("action_plan.plan")), Table(_frame(cells, names), text("action_plan.table-plan"))]
    if steps:
        days = rules("action_plan")["first_step_days"]
        found += [Heading(text("action_plan.first-steps", days=days)), Points(steps)]
    return [*found, Heading(text("action_plan.reasons")), Paragraph(text("action_plan.order")), Points(why)]


def _out(answers: dict, problem: Problem, choice: Choice) -> list:
    out = left_out(problem, choice)
    if out.empty:
        return [Heading(text("action_plan.out")), Paragraph(text("action_plan.nothing-out"))]
    cells = [
        [
            f"{row['id']} {row['action']}".strip(),
            row["reason"],
            row["hurts"] or text("action_plan.answered-by-others"),
        ]
        for row in out.to_dict("records")
    ]
    found = [
        Heading(text("action_plan.out")),
        Table(_frame(cells, ("measure", "reason", "hurts")), text("action_plan.table-out")),
    ]
    first = {need["id"] for need in problem.needs if need["place"] == 0}
    severe = [row["id"] for row in out.to_dict("records") if first & set(row["unanswered"])][:2]
    said = []
    for name in severe:
        try:
            change = instead(answers, name)
        except MeasureError:
            continue
        gone = change[change["change"] == "out"]
        if not gone.empty:
            hurt = "; ".join(one for one in gone["hurts"] if one) or text("action_plan.nobody-more")
            said.append(text("action_plan.instead", measure=name, out=", ".join(gone["id"]), hurts=hurt))
    return [*found, Points(said)] if said else found


def _needs(problem: Problem, choice: Choice) -> list:
    table = answered(problem, choice)
    if table.empty:
        return []
    cells, bare = [], []
    for row in table.to_dict("records"):
        ground = answer(PAGE, "ground", row["ground"], inside="needs")
        by = ", ".join(row["by"]) or text("action_plan.no-answer")
        cells.append([f"{row['id']} {row['what']}".strip(), ground, row["holders"], by])
        if not row["by"]:
            said = text("action_plan.bare-need", need=row["id"], what=row["what"], holders=row["holders"] or "–")
            for name in ("if_not", "refusal"):
                said += " " + text(f"action_plan.{name}", words=row[name].rstrip(".")) if row[name] else ""
            bare.append(said)
    found = [
        Heading(text("action_plan.needs")),
        Table(_frame(cells, ("need", "ground", "holders", "by")), text("action_plan.table-needs")),
    ]
    return [*found, Paragraph(text("action_plan.bare-needs")), Points(bare)] if bare else found


def _limits(answers: dict, problem: Problem, choice: Choice) -> list:
    cells = [
        [_day(period["begins"]), _day(period["ends"]), *(amount_words(many) for many in (spent, period["money"])),
         *(amount_words(many) for many in (days, period["staff_days"]))]
        for period, spent, days in zip(problem.periods, choice.spent, choice.days, strict=True)
    ]  # fmt: skip
    if not cells:
        return []
    money = text("action_plan.table-limits", currency=answers.get("currency") or text("action_plan.no-currency"))
    table = _frame(cells, ("begins", "ends", "spent", "money", "days", "staff-days"))
    carried = [Paragraph(text("action_plan.carried"))] if problem.carry_over else []
    paid = [text("action_plan.paid", language=name, day=_day(problem.periods[place]["begins"]))
            for name, place in choice.paid.items()]  # fmt: skip
    return [Heading(text("action_plan.limits")), Table(table, money), *carried, *([Points(paid)] if paid else [])]


def _follow_up(answers: dict, today: date | None) -> list:
    table = follow_up(answers, today=today)
    if not (table["status"] != "planned").any():
        return []
    cells = [
        [
            f"{row['id']} {row['action']}".strip(),
            text("action_plan.late") if row["status"] == "late" else
            answer(PAGE, "status", row["status"], inside="measures"),
            _day(row["due"]),
            row["evidence"] or row["reason"],
            row["holders_view"],
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    names = ("measure", "status", "due", "evidence", "view")
    return [
        Heading(text("action_plan.follow-up")),
        Paragraph(text("action_plan.done-means")),
        Table(_frame(cells, names), text("action_plan.table-status")),
    ]


def _frame(cells: list[list[str]], names: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    columns = [text(f"action_plan.column-{name}") for name in names]
    return pd.DataFrame([[cell or "–" for cell in row] for row in cells], columns=columns)


def _day(day: date | None) -> str:
    return "" if day is None else show_day(day.isoformat())


def _sources() -> list[dict]:
    from kit.assess.page_words import page

    return page(PAGE)["sources"]
