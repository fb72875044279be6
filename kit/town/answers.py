"""From what a person typed to the answers of a page, or to words on what to change."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from kit.town.rows import check_rows, empty_cells, problems_in_words
from kit.town.values import check_value, is_unchanged


@dataclass(frozen=True)
class Checked:
    """What came out of a filled-in page.

    Parameters
    ----------
    answers : dict
        The answers that can be kept, by field.
    problems : dict
        What to change, in words, by field.
    empty : list of str
        Required fields without an answer; inside a table of answers as ``"measures/2/owner"``.
    """

    answers: dict
    problems: dict
    empty: list[str]


def check_answers(definition: dict, given: dict, *, earlier: dict | None = None) -> Checked:
    """Hold what was typed against the questions.

    Parameters
    ----------
    definition : dict
        The questions; see `kit.town.page_definition`.
    given : dict
        What was typed, by field.
    earlier : dict, optional
        The answers kept so far. An answer that stays the same is not asked again whether
        its day has passed; answers to questions that no longer exist stay.

    Examples
    --------
    >>> from kit.town.definitions import page_definition
    >>> typed = {"municipality": "Exampleton", "population": "12 O00"}
    >>> found = check_answers(page_definition("about-our-town"), typed)
    >>> found.answers, list(found.problems), found.empty
    ({'municipality': 'Exampleton'}, ['population'], ['country'])
    """
    earlier = earlier or {}
    fields = {field["id"]: field for field in definition["fields"]}
    answers = {name: value for name, value in earlier.items() if name not in fields}
    problems = {}
    for name, field in fields.items():
        answer, problem = check_answer(field, given.get(name), earlier=earlier.get(name))
        if problem:
            problems[name] = problem
        elif answer is not None:
            answers[name] = answer
    empty = []
    for name, field in fields.items():
        if field.get("required") and name not in {**answers, **problems}:
            empty.append(name)
        elif field["kind"] == "rows":
            empty += empty_cells(field, answers.get(name))
    return Checked(answers, problems, empty)


def check_answer(field: dict, given: object, *, earlier: object = None) -> tuple[object, str | None]:
    """Give the answer as it is kept (``None`` if nothing was answered) and, if it will not do, words on why.

    Parameters
    ----------
    field : dict
        The question.
    given : object
        What was typed.
    earlier : object, optional
        The answer kept so far; what stays as it was is not asked again.

    Examples
    --------
    >>> check_answer({"id": "cases", "kind": "whole_number", "min": 0}, "1,102")
    (1102, None)
    >>> check_answer({"id": "cases", "kind": "whole_number", "min": 0}, -3)
    (None, 'This is too small; 0 is the least.')
    """
    if field["kind"] == "rows":
        checked = check_rows(field, given, earlier=earlier)
        problem = problems_in_words(field, checked)
        return (None, problem) if problem else (checked.rows or None, None)
    answer, problem = check_value(field, given)
    if problem and earlier is not None and is_unchanged(field, given, earlier):
        return earlier, None
    return answer, problem


def closest(name: str, known: list[str]) -> str:
    """Give the known name that looks most like this one.

    Examples
    --------
    >>> closest("indicater", ["publisher", "indicator"])
    'indicator'
    """
    return (difflib.get_close_matches(name, known, n=1, cutoff=0.0) or known)[0]
