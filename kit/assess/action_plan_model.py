"""The choice of measures as a linear programme: what may not be broken, and what is made best in which order.

Each yes-or-no column says that a measure begins in a certain period, that a language is paid for, or that a
need is answered. `kit.assess.action_plan_choice` turns the solution back into a plan.

Source: lexicographic optimisation, one objective after the other, each kept while the next is improved;
solved by HiGHS (Huangfu and Hall, Parallelizing the dual revised simplex method, 2018) in ``scipy.optimize.milp``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kit.assess.action_plan_measures import amount, languages, measures, needs, periods
from kit.assess.rule_files import rules
from kit.text import text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SECONDS_A_STAGE = 2.0


@dataclass(frozen=True)
class Problem:
    """All that a choice rests on, read once from the page."""

    measures: list[dict]
    needs: list[dict]
    periods: list[dict]
    languages: dict[str, dict]
    carry_over: bool
    most_risky: float | None

    @property
    def weighed(self) -> list[dict]:
        """Measures that still cost money or staff."""
        return [one for one in self.measures if not one["over"]]

    def starts(self, one: dict) -> range:
        """Places of the periods in which a measure could begin and still end in time."""
        last = len(self.periods) - one["lasts"]
        if one["due"] and one["status"] != "running":
            ends = [place for place, period in enumerate(self.periods) if period["begins"] <= one["due"]]
            last = min(last, len(ends) - one["lasts"])
        return range(1 if one["status"] == "running" and last >= 0 else last + 1)

    def place(self, one: dict) -> int:
        """The weightiest ground among the needs that a measure answers; 0 is the weightiest."""
        grounds = {need["id"]: need["place"] for need in self.needs}
        return min((grounds[need] for need in one["needs"]), default=99)


def read_problem(answers: dict) -> Problem:
    """Read the page into what a choice rests on.

    Examples
    --------
    >>> read_problem({}).measures
    []
    """
    tables = {"measures": measures(answers), "needs": needs(answers), "periods": periods(answers)}
    spoken = {row["name"]: row for row in _records(languages(answers))}
    return Problem(
        **{name: _records(table) for name, table in tables.items()},
        languages=spoken,
        carry_over=answers.get("carry_over") == "yes",
        most_risky=amount(answers.get("most_risky"), "–", "most_risky"),
    )


class Model:
    """The choice as a linear programme of yes-or-no columns: a measure starts in a period, a need is answered."""

    def __init__(self, problem: Problem, open_ones: list[dict], *, without: str = "") -> None:
        self.problem, self.open, self.without = problem, open_ones, without
        self.count = len(problem.periods)
        names = itertools.count()
        self.columns: dict[tuple, int] = {}
        for one in open_ones:
            for start in problem.starts(one) if without != "time" else range(self.count):
                self.columns["start", one["id"], start] = next(names)
        for name, row in problem.languages.items():
            if row["way"] == "paid":
                self.columns |= {("language", name, place): next(names) for place in range(self.count)}
        for need in problem.needs:
            self.columns |= {(kind, need["id"]): next(names) for kind in ("answered", "large")}
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self._limits()

    def starts_of(self, name: str) -> dict[int, int]:
        """Columns of a measure by the place of the period in which it begins."""
        return {key[2]: at for key, at in self.columns.items() if key[:2] == ("start", name)}

    def use(self, what: str, place: int) -> dict[int, float]:
        """What each column uses of the money (``"cost"``) or the ``"staff_days"`` of a period."""
        found = {}
        for one in self.open:
            for start, at in self.starts_of(one["id"]).items():
                if start <= place < start + one["lasts"]:
                    found[at] = _known(one[what]) / one["lasts"]
        if what == "cost":
            for name, row in self.problem.languages.items():
                if ("language", name, place) in self.columns:
                    found[self.columns["language", name, place]] = _known(row["cost"])
        return found

    def best(self) -> tuple[np.ndarray | None, bool]:
        """Improve one aim after the other; give the last plan found and whether all steps were proved."""
        if self.without:
            return self._solve({})
        found, proved = self._one_after_the_other(self._which(), None, True)
        if found is not None:
            # Which ones is settled; when is a smaller question.
            for one in self.open:
                mine = self.starts_of(one["id"]).values()
                taken = float(sum(found[at] for at in mine))
                self.rows.append((dict.fromkeys(mine, 1.0), taken, taken))
            found, proved = self._one_after_the_other(self._when(), found, proved)
        return found, proved

    def _one_after_the_other(
        self, aims: Iterator[dict[int, float]], found: np.ndarray | None, proved: bool
    ) -> tuple[np.ndarray | None, bool]:
        for aim in aims:
            step, sure = self._solve(aim)
            if step is None:
                return found, False
            found, proved = step, proved and sure
            reached = sum(weight * found[at] for at, weight in aim.items())
            self.rows.append((aim, reached - 1e-6, float("inf")))
        return found, proved

    def too_tight(self) -> Iterator[str]:
        """Name the limits that what was decided already breaks: those without which there would be a plan."""
        limits = ("money", "staff", "risk", "owner", "time", "after")
        decided = [one for one in self.open if one["must"]]
        names = [name for name in limits if Model(self.problem, decided, without=name).best()[0] is not None] or [
            "money",
            "staff",
            "time",
        ]
        return (text(f"action_plan.limit-{name}") for name in names)

    def _limits(self) -> None:
        lists, problem, none = rules("action_plan"), self.problem, float("-inf")
        done = {one["id"] for one in problem.measures if one["status"] == "done"}
        for one in self.open:
            mine = self.starts_of(one["id"])
            self.rows.append(({at: 1.0 for at in mine.values()}, float(one["must"]), 1.0))
            self._waits(one, mine, done)
            for name in one["languages"]:
                if problem.languages[name]["way"] == "paid":
                    for start, at in mine.items():
                        bought = {self.columns["language", name, place]: -1.0 for place in range(start + 1)}
                        self.rows.append(({at: 1.0} | bought, none, 0.0))
        earlier: dict[int, float] = {}
        allowed = 0.0
        for place, period in enumerate(problem.periods):
            money = self.use("cost", place)
            earlier = {at: earlier.get(at, 0.0) + money.get(at, 0.0) for at in earlier.keys() | money.keys()}
            allowed += period["money"]
            if self.without != "money":
                row = (earlier, none, allowed) if problem.carry_over else (money, none, period["money"])
                self.rows.append(row)
            if self.without != "staff":
                self.rows.append((self.use("staff_days", place), none, period["staff_days"]))
            for owner in {one["owner"].casefold() for one in self.open if one["owner"]}:
                at_work = {
                    at: 1.0
                    for one in self.open
                    if one["owner"].casefold() == owner
                    for start, at in self.starts_of(one["id"]).items()
                    if start <= place < start + one["lasts"]
                }
                if self.without != "owner" and len(at_work) > lists["owner_limit"]:
                    self.rows.append((at_work, none, float(lists["owner_limit"])))
        if problem.most_risky is not None and self.without != "risk":
            risky = {
                at: 1.0 for one in self.open if one["risk"] == "high" for at in self.starts_of(one["id"]).values()
            }
            self.rows.append((risky, none, problem.most_risky))
        for need in problem.needs:
            self._answers(need, done)

    def _waits(self, one: dict, mine: dict[int, int], done: set[str]) -> None:
        if self.without == "after":
            return
        lasts = {other["id"]: other["lasts"] for other in self.open}
        for before in one["after"]:
            if before in done:
                continue
            theirs = self.starts_of(before) if before in lasts else {}
            for start, at in mine.items():
                ended = {other: -1.0 for begun, other in theirs.items() if begun + lasts[before] <= start}
                self.rows.append(({at: 1.0} | ended, float("-inf"), 0.0))

    def _answers(self, need: dict, done: set[str]) -> None:
        if any(need["id"] in one["needs"] for one in self.problem.measures if one["id"] in done):
            return  # answered already, so no reason to choose anything
        for kind in ("answered", "large"):
            helps = [
                at
                for one in self.open
                if need["id"] in one["needs"] and (kind == "answered" or one["change"] == "large")
                for at in self.starts_of(one["id"]).values()
            ]
            row = {self.columns[kind, need["id"]]: 1.0} | {at: -1.0 for at in helps}
            self.rows.append((row, float("-inf"), 0.0))

    def _which(self) -> Iterator[dict[int, float]]:
        """What is made as large as possible, one after the other, in choosing."""
        problem, many = self.problem, len(self.problem.needs) + 1.0
        for place in sorted({need["place"] for need in problem.needs}):
            wanted = [need["id"] for need in problem.needs if need["place"] == place]
            yield {self.columns["answered", name]: many for name in wanted} | {
                self.columns["large", name]: 1.0 for name in wanted
            }
        yield from ({at: 1.0 for _, at in mine} for mine in self._by_ground())
        yield {at: -1.0 for one in self.open if one["risk"] == "high" for at in self.starts_of(one["id"]).values()}
        cost: dict[int, float] = {}
        for place in range(self.count):
            for at, money in self.use("cost", place).items():
                cost[at] = cost.get(at, 0.0) - money
        most = max((abs(value) for value in cost.values()), default=0.0) or 1.0
        yield {at: value / most for at, value in cost.items()}

    def _when(self) -> Iterator[dict[int, float]]:
        """The same for the time: the weightiest ground begins first."""
        yield from ({at: -float(start) for start, at in mine} for mine in self._by_ground())

    def _by_ground(self) -> list[list[tuple[int, int]]]:
        places = sorted({self.problem.place(one) for one in self.open})
        return [
            [
                item
                for one in self.open
                if self.problem.place(one) == place
                for item in self.starts_of(one["id"]).items()
            ]
            for place in places
        ]

    def _solve(self, aim: dict[int, float]) -> tuple[np.ndarray | None, bool]:
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        size, triples = len(self.columns), [
            (value, line, at) for line, (row, *_) in enumerate(self.rows) for at, value in row.items()
        ]  # fmt: skip
        values, lines, places = zip(*triples, strict=True) if triples else ((), (), ())
        matrix = coo_array((values, (lines, places)), shape=(len(self.rows), size)).tocsr()
        goal = np.zeros(size)
        for at, weight in aim.items():
            goal[at] = -weight
        lower, upper = [low for _, low, _ in self.rows], [high for *_, high in self.rows]
        done: Any = milp(
            goal,
            constraints=LinearConstraint(matrix, lower, upper),
            integrality=np.ones(size),
            bounds=Bounds(0, 1),
            options={"time_limit": SECONDS_A_STAGE, "mip_rel_gap": 0.0},
        )
        return (None if done.x is None else np.round(done.x)), done.status == 0


def _known(value: float | None) -> float:
    return 0.0 if value is None else float(value)


def _records(table: pd.DataFrame) -> list[dict]:
    import pandas as pd

    def plain(value: object) -> object:
        return None if not isinstance(value, (list, str)) and pd.isna(value) else value

    return [{key: plain(value) for key, value in row.items()} for row in table.to_dict("records")]
