"""Which measures fit into the money, the staff, the languages and the risk there is, and when.

The order of choice is a rule of this kit, without weights. First as many severe impacts and legal duties as
possible get a measure, and as many of them as possible one that changes much; then the same for the next
ground. Only then more measures, less risk, an earlier start, and last less money. Needs are counted, never
the people behind them: a small group is not outvoted by a large one.

Source: mixed-integer linear programming as solved by HiGHS (Huangfu and Hall, Parallelizing the dual revised
simplex method, 2018) through ``scipy.optimize.milp``; one objective after the other, each kept while the next
is improved (lexicographic optimisation).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kit.assess.action_plan_model import Model, Problem, read_problem
from kit.errors import MeasureError


@dataclass(frozen=True)
class Choice:
    """A plan that keeps every limit.

    Parameters
    ----------
    chosen : dict
        For each chosen measure the place of its first period, 0 for the first.
    excluded : dict
        For each measure that could not be weighed, why: ``"refused"``, ``"unknown"`` or ``"language"``.
    paid : dict
        For each language that is paid for, the place of the period in which it is first used.
    spent, days : list of float
        Money and staff days used in each period.
    proved : bool
        True if no better plan exists; false if the search was stopped for time.
    """

    chosen: dict[str, int]
    excluded: dict[str, str]
    paid: dict[str, int]
    spent: list[float]
    days: list[float]
    proved: bool = True


def choose(answers: dict, *, also: str | None = None, money: float = 1.0) -> Choice:
    """Choose and schedule the measures under the limits of the page.

    Parameters
    ----------
    answers : dict
        The page ``action-plan``.
    also : str, optional
        Short name of a measure that has to be in the plan, to see what it would push out.
    money : float
        Share of the money of each period: 1.1 shows what a tenth more would change.

    Returns
    -------
    Choice

    Raises
    ------
    MeasureError
        If the page contradicts itself, or what was decided already does not fit into the limits.

    Examples
    --------
    >>> page = {"until": "2027-12-31", "periods": [{"begins": "2027-01-01", "money": 10, "staff_days": 9}],
    ...         "needs": [{"id": "I1", "ground": "severe_impact"}, {"id": "D", "ground": "wide_gap"}],
    ...         "measures": [{"id": "M1", "needs": "I1", "cost": 8, "staff_days": 1},
    ...                      {"id": "M2", "needs": "D", "cost": 3, "staff_days": 1}]}
    >>> choose(page).chosen
    {'M1': 0}
    """
    return solve(read_problem(answers), also=also, money=money)


def solve(problem: Problem, *, also: str | None = None, money: float = 1.0) -> Choice:
    """Choose as `choose` does, from a problem read already.

    Examples
    --------
    >>> solve(read_problem({})).chosen
    {}
    """
    if also is not None:
        wanted = [one for one in problem.weighed if one["id"].casefold() == also.strip().casefold()]
        if not wanted:
            names = ", ".join(one["id"] for one in problem.weighed) or "–"
            raise MeasureError("action_plan.no-such-measure", name=also[:40], known=names)
        also = wanted[0]["id"]
    problem = replace(
        problem,
        periods=[period | {"money": period["money"] * money} for period in problem.periods],
        measures=[one | {"must": one["must"] or one["id"] == also} for one in problem.measures],
    )
    excluded = _excluded(problem)
    for one in problem.weighed:
        if one["must"] and excluded.get(one["id"]) in ("refused", "language"):
            raise MeasureError(f"action_plan.must-{excluded[one['id']]}", measure=one["id"])
    open_ones = [one for one in problem.weighed if one["must"] or one["id"] not in excluded]
    model = Model(problem, open_ones)
    if not open_ones or not problem.periods:
        nothing = [0.0] * len(problem.periods)
        return Choice({}, excluded, {}, nothing, nothing)
    found, proved = model.best()
    if found is None:
        raise MeasureError("action_plan.must-too-much", limits=", ".join(model.too_tight()))
    chosen = {key[1]: key[2] for key, at in model.columns.items() if key[0] == "start" and found[at] > 0.5}
    paid = {key[1]: key[2] for key, at in model.columns.items() if key[0] == "language" and found[at] > 0.5}
    spent, days = (
        [sum(many * found[at] for at, many in model.use(what, place).items()) for place in range(model.count)]
        for what in ("cost", "staff_days")
    )
    return Choice(chosen, excluded, paid, spent, days, proved)


def _excluded(problem: Problem) -> dict[str, str]:
    found = {}
    for one in problem.weighed:
        if one["support"] == "refused":
            found[one["id"]] = "refused"
        elif any(problem.languages[name]["way"] == "not_available" for name in one["languages"]):
            found[one["id"]] = "language"
        elif (
            one["cost"] is None
            or one["staff_days"] is None
            or any(
                problem.languages[name]["way"] == "paid" and problem.languages[name]["cost"] is None
                for name in one["languages"]
            )
        ):
            found[one["id"]] = "unknown"
    return found
