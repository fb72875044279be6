"""Why a measure is in the plan or not, in words; and which needs stay without an answer, and whom that hurts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.action_plan_choice import Choice, solve
from kit.assess.action_plan_model import Problem
from kit.assess.page_words import answer
from kit.assess.rule_files import rules
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

PAGE = "action-plan"


def plan_table(problem: Problem, choice: Choice) -> pd.DataFrame:
    """Give the chosen measures in the order in which they begin, with why each is there.

    Examples
    --------
    >>> from kit.assess.action_plan_model import read_problem
    >>> plan_table(read_problem({}), solve(read_problem({}))).columns.tolist()[:4]
    ['id', 'action', 'begins', 'ends']
    """
    import pandas as pd

    found = []
    for one in problem.weighed:
        if one["id"] not in choice.chosen:
            continue
        place = choice.chosen[one["id"]]
        last = min(place + one["lasts"], len(problem.periods)) - 1
        found.append(
            {
                **{key: one[key] for key in ("id", "action")},
                "begins": problem.periods[place]["begins"],
                "ends": problem.periods[last]["ends"],
                **{key: one[key] for key in ("needs", "cost", "staff_days", "owner", "due", "first_step")},
                "first_step_by": one["first_step_by"],
                "why": _why(one, problem, choice),
            }
        )
    columns = ["id", "action", "begins", "ends", "needs", "cost", "staff_days", "owner", "due", "first_step"]
    found.sort(key=lambda row: (row["begins"], row["id"].casefold()))
    return pd.DataFrame(found, columns=[*columns, "first_step_by", "why"])


def answered(problem: Problem, choice: Choice) -> pd.DataFrame:
    """Give every need with the measures that answer it; without any, what that means for those concerned.

    Examples
    --------
    >>> from kit.assess.action_plan_model import read_problem
    >>> page = {"needs": [{"id": "I2", "what": "Evictions", "ground": "severe_impact", "holders": "Tenants"}]}
    >>> answered(read_problem(page), solve(read_problem(page)))[["id", "by", "holders"]].values.tolist()
    [['I2', [], 'Tenants']]
    """
    import pandas as pd

    taken = {one["id"] for one in problem.measures if one["id"] in choice.chosen or one["status"] == "done"}
    order = [level["value"] for level in rules("action_plan")["scales"]["changes"]]
    found = []
    for need in problem.needs:
        mine = [one for one in problem.measures if need["id"] in one["needs"] and one["id"] in taken]
        changes = [one["change"] for one in mine if one["change"] in order]
        found.append(
            need
            | {"by": [one["id"] for one in mine], "change": min(changes, key=order.index, default="")}
            | {"asked_of": [one["id"] for one in problem.measures if need["id"] in one["needs"]]}
        )
    columns = ["id", "what", "ground", "right", "holders", "by", "change", "asked_of", "if_not", "refusal"]
    return pd.DataFrame(found, columns=columns)


def left_out(problem: Problem, choice: Choice) -> pd.DataFrame:
    """Give the measures that are not in the plan, the reason, and whom that hurts.

    Examples
    --------
    >>> from kit.assess.action_plan_model import read_problem
    >>> page = {"until": "2027-12-31", "periods": [{"begins": "2027-01-01", "money": 5, "staff_days": 9}],
    ...         "needs": [{"id": "I1", "ground": "severe_impact", "holders": "Tenants"}],
    ...         "measures": [{"id": "M1", "needs": "I1", "cost": 8, "staff_days": 1}]}
    >>> left_out(read_problem(page), solve(read_problem(page)))[["id", "reason", "hurts"]].values.tolist()
    [['M1', 'Money: 3 more would be needed', 'Tenants']]
    """
    import pandas as pd

    without = answered(problem, choice)
    empty = set(without.loc[without["by"].map(len) == 0, "id"])
    by_id = {need["id"]: need for need in problem.needs}
    found = []
    for one in problem.weighed:
        if one["id"] in choice.chosen:
            continue
        mine = [by_id[name] for name in one["needs"]]
        bare = [need for need in mine if need["id"] in empty]
        found.append(
            {
                **{key: one[key] for key in ("id", "action", "needs", "cost", "staff_days")},
                "reason": reason(one, problem, choice),
                "unanswered": [need["id"] for need in bare],
                "hurts": "; ".join(dict.fromkeys(need["holders"] for need in bare if need["holders"])),
                "place": problem.place(one),
            }
        )
    found.sort(key=lambda row: (not row["unanswered"], row["place"], row["id"].casefold()))
    columns = ["id", "action", "needs", "cost", "staff_days", "reason", "unanswered", "hurts"]
    return pd.DataFrame(found, columns=columns)


def reason(one: dict, problem: Problem, choice: Choice) -> str:
    """Say which limit keeps a measure out: the least that would have to give way, period by period.

    Examples
    --------
    >>> from kit.assess.action_plan_model import read_problem
    >>> page = {"until": "2027-12-31", "periods": [{"begins": "2027-01-01", "money": 5, "staff_days": 9}],
    ...         "measures": [{"id": "M1", "cost": 2, "staff_days": 10}]}
    >>> problem = read_problem(page)
    >>> reason(problem.measures[0], problem, solve(problem))
    'Staff: 1 more working day would be needed'
    """
    shut = choice.excluded.get(one["id"])
    if shut:
        names = [name for name in one["languages"] if problem.languages[name]["way"] == "not_available"]
        missing = [text(f"action_plan.{key}") for key in ("cost", "staff_days") if one[key] is None]
        gaps = {"languages": ", ".join(names), "missing": ", ".join(missing) or text("action_plan.language-cost")}
        return text(f"action_plan.out-{shut}", **gaps)
    starts = problem.starts(one)
    if not starts:
        late = one["due"] and one["lasts"] <= len(problem.periods)
        return text("action_plan.out-deadline" if late else "action_plan.out-long", n=one["lasts"])
    ways = [_in_the_way(one, start, problem, choice) for start in starts]
    if not all(ways):
        return text("action_plan.out-not-found")
    # The period in which the least is in the way; waiting for another measure weighs most.
    least = min(ways, key=lambda way: (sum(kind == "after" for kind, *_ in way), len(way), sum(way[0][1:2])))
    return "; ".join(words for _, _, words in least)


def instead(answers: dict, measure: str) -> pd.DataFrame:
    """Show what would change if a measure had to be in the plan: what comes in, and what goes.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.
    measure : str
        Short name of the measure.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``action``, ``change`` (``"in"`` or ``"out"``) and ``hurts``: whose need loses its
        only answer.

    Raises
    ------
    MeasureError
        If there is no such measure, or it can never fit.

    Examples
    --------
    >>> page = {"until": "2027-12-31", "periods": [{"begins": "2027-01-01", "money": 10, "staff_days": 9}],
    ...         "needs": [{"id": "I1", "ground": "severe_impact", "holders": "Tenants"}, {"id": "D"}],
    ...         "measures": [{"id": "M1", "needs": "I1", "cost": 8, "staff_days": 1},
    ...                      {"id": "M2", "needs": "D", "cost": 3, "staff_days": 1}]}
    >>> instead(page, "M2")[["id", "change", "hurts"]].values.tolist()
    [['M2', 'in', ''], ['M1', 'out', 'Tenants']]
    """
    import pandas as pd

    from kit.assess.action_plan_model import read_problem

    problem = read_problem(answers)
    now, then = solve(problem), solve(problem, also=measure)
    lost = answered(problem, then)
    lost = set(lost.loc[lost["by"].map(len) == 0, "id"])
    had = answered(problem, now)
    lost &= set(had.loc[had["by"].map(len) > 0, "id"])
    holders = {need["id"]: need["holders"] for need in problem.needs}
    found = []
    for one in problem.weighed:
        before, after = one["id"] in now.chosen, one["id"] in then.chosen
        if before != after:
            hurt = [holders[name] for name in one["needs"] if before and name in lost and holders[name]]
            row = {"id": one["id"], "action": one["action"], "change": "in" if after else "out"}
            found.append(row | {"hurts": "; ".join(dict.fromkeys(hurt))})
    found.sort(key=lambda row: (row["change"], row["id"].casefold()))
    return pd.DataFrame(found, columns=["id", "action", "change", "hurts"])


def compare_budgets(answers: dict, *, shares: tuple[float, ...] = (0.75, 1.0, 1.25)) -> pd.DataFrame:
    """Show what less or more money would change: for the talk in the council.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.
    shares : tuple of float
        Shares of the money of each period; 1 is the money of the page.

    Returns
    -------
    pandas.DataFrame
        One row a share: ``share``, ``money``, ``spent``, ``measures`` (how many), ``unanswered`` (short names of
        needs without a measure) and ``hurts`` (whose they are).

    Raises
    ------
    MeasureError
        As `choose`; also if a share is no number above 0.

    Examples
    --------
    >>> page = {"until": "2027-12-31", "periods": [{"begins": "2027-01-01", "money": 8, "staff_days": 9}],
    ...         "needs": [{"id": "I1", "ground": "severe_impact", "holders": "Tenants"}],
    ...         "measures": [{"id": "M1", "needs": "I1", "cost": 8, "staff_days": 1}]}
    >>> compare_budgets(page, shares=(0.5, 1))["unanswered"].tolist()
    [['I1'], []]
    """
    import pandas as pd

    from kit.assess.action_plan_model import read_problem
    from kit.errors import MeasureError

    problem, found = read_problem(answers), []
    for share in shares:
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share < 1000:
            raise MeasureError("action_plan.share", share=share)
        choice = solve(problem, money=share)
        needs = answered(problem, choice)
        bare = needs[needs["by"].map(len) == 0]
        found.append(
            {
                "share": share,
                "money": share * sum(period["money"] for period in problem.periods),
                "spent": sum(choice.spent),
                "measures": len(choice.chosen),
                "unanswered": bare["id"].tolist(),
                "hurts": "; ".join(dict.fromkeys(one for one in bare["holders"] if one)),
            }
        )
    return pd.DataFrame(found)


def _why(one: dict, problem: Problem, choice: Choice) -> str:
    if one["status"] == "running":
        return text("action_plan.why-running")
    if one["must"]:
        return text("action_plan.why-must")
    said, needs = [], {need["id"]: need for need in problem.needs}
    for name in one["needs"]:
        others = [other["id"] for other in problem.measures if name in other["needs"] and other["id"] != one["id"]]
        taken = [other for other in others if other in choice.chosen]
        key = "why-with" if taken else "why-instead" if others else "why-only"
        ground = answer(PAGE, "ground", needs[name]["ground"], inside="needs").casefold()
        said.append(text(f"action_plan.{key}", need=name, ground=ground, others=", ".join(taken or others)))
    waiting = [
        other["id"] for other in problem.weighed if one["id"] in other["after"] and other["id"] in choice.chosen
    ]
    if waiting:
        said.append(text("action_plan.why-before", others=", ".join(waiting)))
    return " ".join(said)


def _in_the_way(one: dict, start: int, problem: Problem, choice: Choice) -> list[tuple[str, float, str]]:
    """Say what stands against beginning in this period, given the plan as it is: kind, by how much, words."""
    found, lasts = [], {other["id"]: other["lasts"] for other in problem.measures}
    done = {other["id"] for other in problem.measures if other["status"] == "done"}
    for before in one["after"]:
        if before not in done and before not in choice.chosen:
            found.append(("after", 1, text("action_plan.out-after", measure=before)))
        elif before not in done and choice.chosen[before] + lasts[before] > start:
            found.append(("after", 1, text("action_plan.out-after-late", measure=before)))
    span = range(start, start + one["lasts"])
    money = _short_of_money(one, start, span, problem, choice)
    if money > 0.005:
        found.append(("money", money, text("action_plan.out-money", amount=amount_words(money))))
    share = (one["staff_days"] or 0) / one["lasts"]
    staff = max(choice.days[place] + share - problem.periods[place]["staff_days"] for place in span)
    if staff > 0.005:
        key = "action_plan.out-staff-one" if round(staff, 1) == 1 else "action_plan.out-staff"
        found.append(("staff", staff, text(key, days=amount_words(staff))))
    chosen = [other for other in problem.weighed if other["id"] in choice.chosen]
    risky = sum(other["risk"] == "high" for other in chosen)
    if one["risk"] == "high" and problem.most_risky is not None and risky + 1 > problem.most_risky:
        found.append(("risk", 1, text("action_plan.out-risk", n=f"{problem.most_risky:g}")))
    limit, owner = rules("action_plan")["owner_limit"], one["owner"].casefold()
    for place in span:
        at_work = [
            other
            for other in chosen
            if other["owner"].casefold() == owner
            and choice.chosen[other["id"]] <= place < choice.chosen[other["id"]] + other["lasts"]
        ]
        if owner and len(at_work) + 1 > limit:
            found.append(("owner", 1, text("action_plan.out-owner", owner=one["owner"], n=limit)))
            break
    return found


def _short_of_money(one: dict, start: int, span: range, problem: Problem, choice: Choice) -> float:
    extra = [0.0] * len(problem.periods)
    for place in span:
        extra[place] += (one["cost"] or 0) / one["lasts"]
    for name in one["languages"]:
        if problem.languages[name]["way"] == "paid" and choice.paid.get(name, len(extra)) > start:
            extra[start] += (problem.languages[name]["cost"] or 0) if name not in choice.paid else 0
    left = [period["money"] - spent - more
            for period, spent, more in zip(problem.periods, choice.spent, extra, strict=True)]  # fmt: skip
    if problem.carry_over:
        sums = [sum(left[: place + 1]) for place in range(len(left))]
        return -min(sums[start:])
    return -min(left[place] for place in span)


def amount_words(value: float) -> str:
    """Give an amount as people write it.

    Examples
    --------
    >>> amount_words(12000.0), amount_words(0.5)
    ('12,000', '0.5')
    """
    words = f"{value:,.1f}".removesuffix(".0")
    return words if text("action_plan.thousands") == "," else words.translate(str.maketrans(",.", ".,"))
