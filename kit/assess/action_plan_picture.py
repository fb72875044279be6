"""The plan as a picture: which measure runs in which period, and below it what is left out and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.action_plan_choice import Choice, solve
from kit.assess.action_plan_model import Problem, read_problem
from kit.assess.action_plan_reasons import left_out, plan_table
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure


def picture(answers: dict) -> AccessibleFigure:
    """Draw the plan: a bar for each chosen measure over its periods, left-out measures below with the reason.

    Examples
    --------
    >>> page = {"until": "2027-12-31", "periods": [{"begins": "2027-01-01", "money": 10, "staff_days": 9}],
    ...         "measures": [{"id": "M1", "action": "Course", "cost": 8, "staff_days": 1},
    ...                      {"id": "M2", "action": "Survey", "cost": 3, "staff_days": 1}]}
    >>> print(picture(page).caption)
    1 of 2 measures fits into the plan; 1 is left out.
    """
    problem = read_problem(answers)
    return draw(problem, solve(problem))


def draw(problem: Problem, choice: Choice) -> AccessibleFigure:
    """Draw a choice made already.

    Examples
    --------
    >>> print(draw(read_problem({}), solve(read_problem({}))).caption)
    0 of 0 measures fit into the plan; 0 are left out.
    """
    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    plan, out = plan_table(problem, choice), left_out(problem, choice)
    drawing, axes = canvas(width=7.4, height=1.3 + 0.5 * max(1, len(plan) + len(out)))
    names, width = [], len(problem.periods)
    lasts = {one["id"]: one["lasts"] for one in problem.measures}
    for row in plan.to_dict("records"):
        y, first = -len(names), choice.chosen[row["id"]]
        axes.barh(y, lasts[row["id"]] - 0.06, left=first + 0.03, height=0.7, color=COLOURS[0])
        owner = f" · {row['owner']}" if row["owner"] and lasts[row["id"]] * 2 > width else ""
        axes.text(first + 0.1, y, _short(f"{row['id']}{owner}", 15 * lasts[row["id"]]), va="center",
                  color="white", fontsize=10, clip_on=True)  # fmt: skip
        names.append(wrapped(_short(row["action"] or row["id"], 56), 30))
    for row in out.to_dict("records"):
        y = -len(names)
        axes.barh(y, width - 0.06, left=0.03, height=0.7, facecolor="white", edgecolor=COLOURS[1], linestyle="--")
        words = text("action_plan.left-out", id=row["id"], reason=row["reason"])
        axes.text(
            0.03 * width, y, wrapped(_short(words, 124), 64), va="center", fontsize=9, color="black", clip_on=True
        )
        names.append(wrapped(_short(row["action"] or row["id"], 56), 30))
    axes.set_yticks([-y for y in range(len(names))], names)
    axes.set_xlim(0, max(1, width))
    axes.set_ylim(0.6 - max(1, len(names)), 0.6)
    every = range(0, width, -(-width // 4) or 1)  # room for four labels
    axes.set_xticks(every, [_from(problem.periods[place]["begins"]) for place in every], ha="left")
    for place in range(width):
        axes.axvline(place, color="#d0d0d0", linewidth=0.8, zorder=0)
    axes.tick_params(labelsize=10)
    count, all_of = len(plan), len(plan) + len(out)
    return figure(
        drawing,
        alt=_alt(plan, out),
        caption=text("action_plan.caption-one" if count == 1 else "action_plan.caption", n=count, all=all_of)
        + text("action_plan.caption-out-one" if len(out) == 1 else "action_plan.caption-out", n=len(out)),
        source=text("action_plan.source"),
        table=_twin(plan, out),
    )


def _twin(plan: pd.DataFrame, out: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    columns = [text(f"action_plan.column-{name}") for name in ("measure", "begins", "ends", "reason")]
    rows = [[_named(row), _day(row["begins"]), _day(row["ends"]), ""] for row in plan.to_dict("records")]
    rows += [[_named(row), "", "", row["reason"]] for row in out.to_dict("records")]
    return pd.DataFrame([[cell or "–" for cell in row] for row in rows], columns=columns)


def _alt(plan: pd.DataFrame, out: pd.DataFrame) -> str:
    said = [text("action_plan.alt-bar", name=_named(row), begins=_day(row["begins"]), ends=_day(row["ends"]))
            for row in plan.to_dict("records")]  # fmt: skip
    said += [text("action_plan.alt-out", name=_named(row), reason=row["reason"]) for row in out.to_dict("records")]
    if len(said) > 20:
        said = [*said[:20], text("action_plan.alt-more", n=len(said) - 20)]
    return " ".join([text("action_plan.alt"), *said])


def _named(row: dict) -> str:
    return f"{row['id']} {row['action']}".strip()


def _day(day: date) -> str:
    return show_day(day.isoformat())


def _from(day: date) -> str:
    return text("action_plan.from", month=text("town.months").split()[day.month - 1][:3], year=day.year)


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
