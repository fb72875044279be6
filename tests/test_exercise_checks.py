"""Every task of every exercise: the right answer passes, each known misreading gets its own words."""

import polib
import pytest

from kit.course import folder
from kit.learn import tasks
from kit.learn.checking import in_words, tasks_in
from kit.text import set_language

EXERCISES = sorted(path.parent for path in folder("solutions").glob("*/checks.py"))
TASKS = [(exercise, task) for exercise in EXERCISES for task in tasks_in(exercise)]
each_task = pytest.mark.parametrize(("exercise", "task"), TASKS, ids=lambda x: getattr(x, "name", x))
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda path: path.name)


@pytest.fixture(autouse=True)
def english():
    set_language("en")
    yield
    set_language(None)


@each_task
def test_the_right_answer_is_right_and_gives_one_thing_to_take_away(exercise, task):
    found = tasks_in(exercise)[task]
    verdict = found.judge(found.accepts())
    assert verdict.outcome in (tasks.RIGHT, tasks.NOTED)
    assert 1 <= len(in_words(task, verdict, exercise).lines) <= 3


@each_task
def test_the_open_gap_is_not_answered_yet(exercise, task):
    verdict = tasks_in(exercise)[task].judge(...)
    assert verdict.outcome == tasks.UNANSWERED
    assert len(in_words(task, verdict, exercise).lines) == 3


@each_task
def test_an_answer_of_another_kind_cannot_be_read(exercise, task):
    verdict = tasks_in(exercise)[task].judge({"a": object()})
    assert verdict.outcome == tasks.UNREADABLE
    assert len(in_words(task, verdict, exercise).lines) == 3


def known_mistakes():
    for exercise, task in TASKS:
        found = tasks_in(exercise)[task]
        if isinstance(found, tasks.Choice):
            names = [] if found.answer is None else [option for option in found.options if option != found.answer]
        else:
            names = list(getattr(found, "mistakes", {}))
        yield from ((exercise, task, name) for name in names)


KNOWN_MISTAKES = list(known_mistakes())


@pytest.mark.parametrize(("exercise", "task", "mistake"), KNOWN_MISTAKES, ids=lambda x: getattr(x, "name", x))
def test_each_known_misreading_is_named_in_three_lines(exercise, task, mistake):
    """What we see, why it matters to people, what to try; the number itself is never told."""
    found = tasks_in(exercise)[task]
    if isinstance(found, tasks.Value):
        verdict = found.judge(found.mistakes[mistake]())
    elif isinstance(found, tasks.Function):
        verdict = found.judge(found.mistakes[mistake], cases=where_it_shows(found, found.mistakes[mistake]))
    else:
        verdict = found.judge(mistake)
    assert verdict.outcome == tasks.NOT_YET
    assert verdict.message == mistake
    shown = in_words(task, verdict, exercise)
    assert len(shown.lines) == 3
    assert all(len(line) <= 80 for line in shown.lines)
    if isinstance(found, tasks.Value):
        right = found.accepts()
        assert not {f"{right:.3f}", f"{right:.2f}"} & set(" ".join(shown.lines).split())


def where_it_shows(found, rule):
    """The exercise's own cases; a rule that fails only where something is missing gets such a case."""
    missing = [
        (*case[:i], gap, *case[i + 1 :]) for case in found.cases for i in range(len(case)) for gap in (None, 0)
    ]

    def differs(case):
        try:
            return rule(*case) != found.answer(*case)
        except (TypeError, ArithmeticError):
            return False

    return found.cases if any(map(differs, found.cases)) else [next(filter(differs, missing)), *found.cases]


@each_exercise
def test_spanish_has_every_message(exercise):
    def words(code):
        return {entry.msgid: entry.msgstr for entry in polib.pofile(str(exercise / f"messages.{code}.po"))}

    english, spanish = words("en"), words("es")
    assert english.keys() == spanish.keys()
    for key, said in spanish.items():
        assert said, key
        assert said.count("\n") == english[key].count("\n"), key
        assert all(len(line) <= 80 for line in said.splitlines()) or key.endswith(
            (".question", ".says", ".solution")
        )
        assert {part.split("}")[0] for part in said.split("{")[1:]} == {
            part.split("}")[0] for part in english[key].split("{")[1:]
        }, key


@each_exercise
def test_no_message_is_left_over(exercise):
    """A message that no task can show is a mistake waiting to be translated."""
    found = tasks_in(exercise)
    known = {tasks.RIGHT, tasks.NOT_YET, tasks.UNANSWERED, tasks.UNREADABLE, "question", "solution"}
    for entry in polib.pofile(str(exercise / "messages.en.po")):
        task, _, rest = entry.msgid.partition(".")
        assert task in found, entry.msgid
        name = rest.removesuffix(".says")
        options = getattr(found[task], "options", ()) or getattr(found[task], "needs", ())
        if isinstance(found[task], tasks.Table):
            options = ("columns", "rows", "totals", "cells")
        assert name in known or name in getattr(found[task], "mistakes", ()) or name in options, entry.msgid
