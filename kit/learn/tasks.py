"""The kinds of task an exercise can set, and how an answer to each is judged.

An exercise names its tasks in its own ``checks.py``: a dictionary ``TASKS`` from a short name to
one of the kinds below. Right answers and known misreadings are functions that work on the data:
they are computed, never typed in. The words stand beside it in ``messages.en.po``.

- `Value`     a number that was read or computed
- `Function`  a rule that must hold for other towns, too
- `Choice`    one statement out of several
- `Order`     steps in an order that makes sense
- `Table`     a table with the right columns, rows, totals and cells
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from kit.learn.answers import Unreadable, as_number, is_blank, near

RIGHT, NOT_YET, UNANSWERED, UNREADABLE = "right", "not-yet", "unanswered", "unreadable"
# A poll has no right answer: what was chosen is only noted.
NOTED = "noted"
# What an expected figure may be off by where a task does not say: half a percentage point of a share.
WITHIN = 0.005


@cache
def _number(figure: Callable[[], float]) -> float:
    # Published figures do not change while a lesson is open: each is looked up once.
    return float(figure())


class Verdict(NamedTuple):
    """What is seen in an answer: the outcome, the name of the message, values for its gaps."""

    outcome: str
    message: str = ""
    gaps: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Value:
    """A number that the learner reads or computes.

    Parameters
    ----------
    answer : callable
        Gives the right number from the data.
    mistakes : mapping of str to callable
        Known misreadings: the name of the message, and the number that such a reader gets.
    within : float
        How far off is still right, in the unit of the answer.
    share : bool
        The answer is a share between 0 and 1: a percentage is recognised and explained.

    Examples
    --------
    >>> half = Value(lambda: 1 / 2, share=True)
    >>> half.judge(0.5).outcome, half.judge(50).message, half.judge("a half").outcome
    ('right', 'percent-for-share', 'unreadable')
    """

    answer: Callable[[], float]
    mistakes: Mapping[str, Callable[[], float]] = field(default_factory=dict)
    within: float = WITHIN
    share: bool = False

    def judge(self, answer: object, *, cases: Sequence | None = None, part: str = "") -> Verdict:
        """Compare a number with the right one, then with the known misreadings."""
        if is_blank(answer):
            return Verdict(UNANSWERED)
        try:
            number = as_number(answer)
        except Unreadable as problem:
            return Verdict(UNREADABLE, str(problem))
        right = _number(self.answer)
        if abs(number - right) <= self.within:
            return Verdict(RIGHT)
        for name, mistake in self.mistakes.items():
            if near(number, _number(mistake), self.within):
                return Verdict(NOT_YET, name)
        if self.share and abs(number - 100 * right) <= 100 * self.within:
            return Verdict(NOT_YET, "percent-for-share")
        return Verdict(NOT_YET)

    def accepts(self) -> object:
        """Give an answer that is right."""
        return _number(self.answer)


@dataclass(frozen=True)
class Function:
    """A rule that the learner writes, to be used for any town.

    Parameters
    ----------
    answer : callable
        The rule itself, as the authors would write it. ``None`` stands for *not known*.
    cases : sequence of tuples
        Arguments it is tried on when a check names no others.
    mistakes : mapping of str to callable
        Known wrong rules by the name of their message.
    within : float
        How far off a result is still right; a rule is expected not to round.

    Examples
    --------
    >>> share = Function(lambda told, asked: told / asked if asked else None, cases=[(1, 4), (0, 0)])
    >>> share.judge(lambda told, asked: told / asked if asked else None).outcome
    'right'
    >>> share.judge(lambda told, asked: 0.25).message
    'hard-coded'
    """

    answer: Callable
    cases: Sequence[tuple]
    mistakes: Mapping[str, Callable] = field(default_factory=dict)
    within: float = 1e-6

    def judge(self, answer: object, *, cases: Sequence | None = None, part: str = "") -> Verdict:
        """Try the rule on every case; an error inside it is the learner's own and is let through."""
        if is_blank(answer):
            return Verdict(UNANSWERED)
        if not callable(answer):
            return Verdict(UNREADABLE, "not-a-function")
        cases = list(self.cases if cases is None else cases)
        got, wanted = [], []
        for case in cases:
            given = copy.deepcopy(case)
            result = answer(*given)
            if is_blank(result) and result is not None:
                return Verdict(UNANSWERED)
            if not _equal_arguments(given, case):
                return Verdict(NOT_YET, "changes-its-input", {"case": _words(case)})
            got.append(result)
            wanted.append(self.answer(*copy.deepcopy(case)))
        wrong = [i for i, pair in enumerate(zip(got, wanted, strict=True)) if not self._same(*pair)]
        if not wrong:
            return Verdict(RIGHT)
        gaps = {"case": _words(cases[wrong[0]])}
        for name, rule in self.mistakes.items():
            if all(self._same(got[i], _try(rule, cases[i])) for i in wrong):
                return Verdict(NOT_YET, name, gaps)
        if all(result is None for result in got):
            return Verdict(NOT_YET, "gives-nothing", gaps)
        if len(cases) > 1 and all(self._same(result, got[0]) for result in got):
            return Verdict(NOT_YET, "hard-coded", gaps)
        return Verdict(NOT_YET, "", gaps)

    def _same(self, one: object, other: object) -> bool:
        if one is None or other is None:
            return one is other
        try:
            return near(as_number(one), as_number(other), self.within, relative=1e-6)
        except Unreadable:
            return isinstance(one, str) and isinstance(other, str) and one.strip() == other.strip()

    def accepts(self) -> object:
        """Give an answer that is right."""
        return self.answer


@dataclass(frozen=True)
class Choice:
    """One statement out of several. Without an answer it is a poll: every choice is heard.

    Parameters
    ----------
    options : sequence of str
        Short names; their words are the messages ``<task>.<option>.says``, and what each
        reader is told is ``<task>.<option>``.
    answer : str, optional
        The option that holds.

    Examples
    --------
    >>> reading = Choice(["rise", "trust", "unclear"], answer="unclear")
    >>> reading.judge("unclear").outcome, reading.judge("Rise").message, reading.judge("4").message
    ('right', 'rise', 'no-such-option')
    """

    options: Sequence[str]
    answer: str | None = None

    def judge(self, answer: object, *, cases: Sequence | None = None, part: str = "") -> Verdict:
        """Tell what was chosen; ``part="readable"`` only says that it can be read."""
        if is_blank(answer) or answer == "":
            return Verdict(UNANSWERED)
        chosen = str(answer).strip().lower()
        gaps = {"options": ", ".join(self.options)}
        if not isinstance(answer, str) or chosen not in self.options:
            return Verdict(UNREADABLE, "no-such-option", gaps)
        if part == "readable":
            return Verdict(RIGHT, "readable", {"choice": chosen})
        if self.answer is None:
            return Verdict(NOTED, chosen)
        if chosen == self.answer:
            return Verdict(RIGHT, chosen)
        return Verdict(NOT_YET, chosen)

    def accepts(self) -> object:
        """Give an answer that is right."""
        return self.answer or self.options[0]


@dataclass(frozen=True)
class Order:
    """Steps to be put in an order that makes sense.

    Parameters
    ----------
    needs : mapping of str to sequence of str
        Every step, and the steps that must come before it. Any order that keeps to it is right.

    Examples
    --------
    >>> steps = Order({"ask": [], "count": ["ask"], "publish": ["count"]})
    >>> steps.judge(["ask", "count", "publish"]).outcome
    'right'
    >>> steps.judge(["count", "ask", "publish"]).gaps["step"]
    'count'
    """

    needs: Mapping[str, Sequence[str]]

    def judge(self, answer: object, *, cases: Sequence | None = None, part: str = "") -> Verdict:
        """Name the first step out of place and what it needs before it."""
        if is_blank(answer) or (isinstance(answer, Sequence) and not answer):
            return Verdict(UNANSWERED)
        if isinstance(answer, str) or not isinstance(answer, Sequence):
            return Verdict(UNREADABLE, "not-a-list")
        if any(is_blank(step) for step in answer):
            return Verdict(UNANSWERED)
        if sorted(map(str, answer)) != sorted(self.needs):
            return Verdict(UNREADABLE, "other-steps", {"steps": ", ".join(self.needs)})
        for place, step in enumerate(answer):
            missing = [need for need in self.needs[step] if need not in answer[:place]]
            if missing:
                return Verdict(NOT_YET, "", {"step": step, "needs": missing[0]})
        return Verdict(RIGHT)

    def accepts(self) -> object:
        """Give an answer that is right."""
        order: list[str] = []
        while len(order) < len(self.needs):
            order += [s for s, needs in self.needs.items() if s not in order and set(needs) <= set(order)][:1]
        return order


@dataclass(frozen=True)
class Table:
    """A table that the learner cleans, joins or suppresses.

    Parameters
    ----------
    answer : callable
        Gives the right table.
    by : sequence of str
        Columns that name a row.
    within : float
        How far off a number may be.

    Notes
    -----
    ``part`` checks one idea at a time: ``"columns"``, ``"rows"``, ``"totals"`` or ``"cells"``.

    Examples
    --------
    >>> import pandas as pd
    >>> right = pd.DataFrame({"district": ["north", "south"], "cases": [4, 6]})
    >>> task = Table(lambda: right, by=["district"])
    >>> task.judge(right).outcome, task.judge(right.head(1)).message
    ('right', 'rows')
    """

    answer: Callable
    by: Sequence[str]
    within: float = WITHIN

    def judge(self, answer: object, *, cases: Sequence | None = None, part: str = "") -> Verdict:
        """Compare columns, then rows, then totals, then cells; the first difference is told."""
        import pandas as pd

        if is_blank(answer):
            return Verdict(UNANSWERED)
        if not isinstance(answer, pd.DataFrame):
            return Verdict(UNREADABLE, "not-a-table")
        right = self.answer()
        missing = [column for column in right.columns if column not in answer.columns]
        if missing:
            return Verdict(NOT_YET, "columns", {"column": missing[0]})
        if part == "columns":
            return Verdict(RIGHT, "columns-right")
        by = list(self.by)
        mine = answer.set_index(by).sort_index()
        theirs = right.set_index(by).sort_index()
        if not mine.index.equals(theirs.index):
            extra = [*theirs.index.difference(mine.index), *mine.index.difference(theirs.index), *mine.index]
            return Verdict(NOT_YET, "rows", {"row": _words(extra[0])})
        if part == "rows":
            return Verdict(RIGHT, "rows-right")
        columns = [c for c in theirs.columns if pd.api.types.is_numeric_dtype(theirs[c])]
        for column in columns:
            total, wanted = pd.to_numeric(mine[column], errors="coerce").sum(), theirs[column].sum()
            if part in ("", "totals") and abs(total - wanted) > self.within * len(theirs):
                return Verdict(NOT_YET, "totals", {"column": column})
        if part == "totals":
            return Verdict(RIGHT, "totals-right")
        for column in theirs.columns:
            for row, one, other in zip(theirs.index, mine[column], theirs[column], strict=True):
                if not _same_cell(one, other, self.within):
                    return Verdict(NOT_YET, "cells", {"row": _words(row), "column": column})
        return Verdict(RIGHT)

    def accepts(self) -> object:
        """Give an answer that is right."""
        return self.answer()


def _try(rule: Callable, case: tuple) -> object:
    try:
        return rule(*copy.deepcopy(case))
    except (ArithmeticError, TypeError, ValueError):
        return None


def _equal_arguments(one: tuple, other: tuple) -> bool:
    for a, b in zip(one, other, strict=True):
        if hasattr(a, "equals"):
            if not a.equals(b):
                return False
        elif a != b and not (a != a and b != b):
            return False
    return True


def _same_cell(one: object, other: object, within: float) -> bool:
    import pandas as pd

    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    try:
        return near(as_number(one), as_number(other), within)
    except Unreadable:
        return one == other


def _words(case: object) -> str:
    return ", ".join(str(part) for part in case) if isinstance(case, tuple) else str(case)
