"""The check answers at once, in words, with four outcomes; a new exercise needs no change in the kit."""

import textwrap
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from kit.errors import ExerciseError
from kit.learn import checking, tasks
from kit.learn.answers import Unreadable, number_from_text
from kit.learn.checking import NotYet, check, exercise, lesson, solution
from kit.text import set_language

CHECKS = """
from kit.learn.tasks import Choice, Function, Order, Table, Value
import pandas as pd

ASKED, TOLD = 250, 14

TASKS = {
    "told": Value(lambda: TOLD / ASKED, share=True, mistakes={"upside-down": lambda: ASKED / TOLD}),
    "none": Value(lambda: 0, share=True),
    "rule": Function(lambda told, asked: told / asked if asked else None, cases=[(1, 4), (2, 10)],
                     mistakes={"swapped": lambda told, asked: asked / told}),
    "total": Function(lambda table: table["n"].sum(), cases=[(pd.DataFrame({"n": [1, 2]}),)]),
    "vote": Choice(["north", "south"]),
    "reading": Choice(["rise", "unclear"], answer="unclear"),
    "steps": Order({"ask": [], "count": ["ask"], "publish": ["count"]}),
    "clean": Table(lambda: pd.DataFrame({"district": ["N", "S"], "cases": [3, 5], "share": [0.3, 0.5]}),
                   by=["district"]),
}
"""
WORDS = {
    "told.right": "A survey sees those who never complain.",
    "told.upside-down": "You divided those asked by those who told.\\nNobody is helped by it.\\nTurn it round.",
    "told.solution": "told = 14 / 250",
    "rule.swapped": "Turned round ({case}).\\nIt matters.\\nTurn it.",
    "reading.rise": "One.\\nTwo.\\nThree.",
    "reading.unclear": "Good.",
    "vote.north": "Heard.",
    "steps.not-yet": "The step {step} comes too early.\\nIt needs {needs} first.\\nMove it.",
}


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A teacher's own exercise beside the notebook, with nothing of it in the kit."""
    (tmp_path / "checks.py").write_text(CHECKS)
    entries = "\n\n".join(f'msgid "{key}"\nmsgstr "{said}"' for key, said in WORDS.items())
    for code in ("en", "es"):
        head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        (tmp_path / f"messages.{code}.po").write_text(head + entries + "\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "town"))
    monkeypatch.setattr(checking._Here, "folder", None)
    monkeypatch.setattr(checking._Here, "practice", False)
    monkeypatch.setattr(checking._Here, "tried", set())
    set_language("en")
    yield tmp_path
    set_language(None)


def said(call):
    with pytest.raises(NotYet) as caught:
        call()
    return caught.value.lines


def test_right_prints_one_thing_to_take_away_and_gives_nothing_back(own, capsys):
    assert check("told", 14 / 250) is None
    assert capsys.readouterr().out == "✓ Right\nA survey sees those who never complain.\n"


@pytest.mark.parametrize(
    "answer",
    [0.056, np.float32(0.056), Decimal("0.056"), Fraction(14, 250), pd.Series([0.056]), np.array(0.056), 0.0559],
    ids=lambda x: type(x).__name__,
)
def test_any_kind_of_number_is_read(own, answer):
    check("told", answer)


def test_zero_is_a_share_and_a_percentage_so_right_comes_first(own):
    check("none", 0)


def test_an_open_gap_is_not_answered_yet(own):
    assert said(lambda: check("told", ...))[0] == "○ Not answered yet"
    assert said(lambda: check("rule", lambda told, asked: ...))[0] == "○ Not answered yet"
    assert said(lambda: check("steps", ["ask", ..., "publish"]))[0] == "○ Not answered yet"


def test_a_known_misreading_gets_its_own_three_lines(own):
    assert said(lambda: check("told", 250 / 14)) == ["→ Not yet", *WORDS["told.upside-down"].split("\\n")]


def test_a_percentage_for_a_share_is_recognised(own):
    assert "Divide it by 100, or write it in a box with its sign: 25 %." in said(lambda: check("told", 5.6))


def test_a_lesson_says_that_the_box_is_enough_and_an_exercise_does_not(own, capsys):
    assert "the box above" not in " ".join(said(lambda: check("told", ...)))
    lesson("mine")
    check("told", ...)
    assert "If you answered in the box above, leave this cell" in capsys.readouterr().out


def test_any_other_number_gets_three_lines_without_the_number(own):
    lines = said(lambda: check("told", 0.4))
    assert lines[0] == "→ Not yet"
    assert len(lines) == 4
    assert "0.056" not in " ".join(lines)


@pytest.mark.parametrize(
    "answer", ["0.056", "lots", True, np.bool_(True), [1, 2], {}, float("nan"), float("inf"), print]
)
def test_what_is_no_number_cannot_be_read(own, answer):
    lines = said(lambda: check("told", answer))
    assert lines[0] == "? I cannot read this"
    assert len(lines) == 4


def test_a_learners_own_broken_code_keeps_its_traceback(own):
    with pytest.raises(ZeroDivisionError) as caught:
        check("rule", lambda told, asked: told / 0)
    assert "Your own code stopped" in caught.value.__notes__[0]


def test_a_rule_is_tried_on_other_towns(own):
    right = lambda told, asked: told / asked if asked else None  # noqa: E731
    check("rule", right, cases=[(0, 16), (116, 116), (3, 0)])
    assert "every town the same" in said(lambda: check("rule", lambda told, asked: 0.25))[1]
    assert "(4, 1)" not in " ".join(said(lambda: check("rule", lambda told, asked: asked / told)))
    assert said(lambda: check("rule", lambda told, asked: asked / told))[1] == "Turned round (1, 4)."
    assert "gives back nothing" in said(lambda: check("rule", lambda told, asked: None))[1]


def test_a_rule_must_leave_the_figures_alone(own):
    def spoils(table):
        total = table["n"].sum()
        table["n"] = 0
        return total

    assert "changes the table" in said(lambda: check("total", spoils))[1]
    check("total", lambda table: table["n"].sum())


def test_a_choice_can_be_read_before_it_is_marked(own, capsys):
    check("reading", "rise", part="readable")
    assert "can be read" in capsys.readouterr().out
    assert said(lambda: check("reading", "rise"))[1:] == ["One.", "Two.", "Three."]
    assert said(lambda: check("reading", "maybe"))[0] == "? I cannot read this"


def test_a_poll_has_no_wrong_answer(own, capsys):
    check("vote", "north")
    assert capsys.readouterr().out == "✓ Noted\nHeard.\n"


def test_an_order_names_the_first_step_out_of_place(own):
    assert said(lambda: check("steps", ["count", "ask", "publish"]))[1:3] == [
        "The step count comes too early.",
        "It needs ask first.",
    ]
    assert said(lambda: check("steps", ["ask", "count"]))[0] == "? I cannot read this"
    check("steps", ["ask", "count", "publish"])


@pytest.mark.parametrize(
    ("spoil", "seen"),
    [
        (lambda t: t.drop(columns="share"), 'The column "share" is missing'),
        (lambda t: t.head(1), "The rows differ"),
        (lambda t: pd.concat([t, t.head(1)]), "The rows differ"),
        (lambda t: t.assign(cases=[3, 6]), 'The column "cases" adds up'),
        (lambda t: t.assign(cases=[5, 3]), "One cell is not as expected: N"),
        (lambda t: t.assign(share=[np.nan, 0.8]), "One cell is not as expected"),
    ],
    ids=["column", "row", "doubled_row", "total", "cell", "missing_is_not_zero"],
)
def test_a_table_is_told_what_differs_first(own, spoil, seen):
    right = tasks_table()
    assert seen in said(lambda: check("clean", spoil(right)))[1]


def tasks_table():
    return checking.tasks_in(checking.here())["clean"].accepts()


def test_row_order_and_extra_columns_do_not_matter(own):
    check("clean", tasks_table().iloc[::-1].assign(note="mine"))


def test_in_a_lesson_nothing_stops(own, capsys):
    lesson("any name, since the file lies here")
    check("told", 0.4)
    assert "→ Not yet" in capsys.readouterr().out


def test_the_solution_opens_after_a_try(own, capsys):
    lesson("mine")
    solution("told")
    assert "Try it first" in capsys.readouterr().out
    check("told", ...)
    solution("told")
    assert "14 / 250" not in capsys.readouterr().out
    check("told", 0.9)
    solution("told")
    assert capsys.readouterr().out.splitlines()[-2:] == ["The answer: 0.056 (5.6 %).", "told = 14 / 250"]


def test_spanish_words_follow_the_choice(own):
    set_language("es")
    assert said(lambda: check("told", 5.6))[0] == "→ Todavía no"


def test_an_unknown_task_names_the_ones_that_come_near(own):
    with pytest.raises(ExerciseError) as caught:
        check("tolt", 1)
    assert "told" in caught.value.lines[1]
    assert len(caught.value.lines) == 3


def test_broken_checks_are_reported_in_three_lines(own):
    (own / "checks.py").write_text("TASKS = {")
    with pytest.raises(ExerciseError) as caught:
        check("told", 1)
    assert len(caught.value.lines) == 3


def test_an_unknown_exercise_and_none_at_all(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checking._Here, "folder", None)
    with pytest.raises(ExerciseError) as caught:
        exercise("complaints_are_prevalence")
    assert "complaints_are_not_prevalence" in caught.value.lines[1]
    with pytest.raises(ExerciseError) as caught:
        check("told", 1)
    assert caught.value.key == "learn.none-open"


def test_a_notebook_shows_the_words_and_no_traceback(own):
    error = None
    try:
        check("told", 5.6)
    except NotYet as caught:
        error = caught
    assert error._render_traceback_() == error.lines
    assert not any("Traceback" in line for line in error._render_traceback_())


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("0.25", 0.25),
        ("0,25", 0.25),
        (" 25 % ", 0.25),
        ("27,4%", 0.274),
        ("1,102", 1102),
        ("1.102", 1102),
        ("1 102", 1102),
        ("1,102.5", None),
        ("-0.5", -0.5),
        ("−0,5", -0.5),
        (".5", 0.5),
        ("", None),
        ("1/4", 0.25),
        ("1 102 / 2", 551),
    ],
)
def test_typed_numbers_are_read_as_people_write_them(words, number):
    if words == "1,102.5":
        with pytest.raises(Unreadable):
            number_from_text(words)
    else:
        assert number_from_text(words) == (number if number is None else pytest.approx(number))


@pytest.mark.parametrize(
    ("task", "typed", "said"),
    [
        ("gain", "2.258", "You divided by the mark before."),
        ("gain", "2,258", "You divided by the mark before."),
        ("gain", "0,736", "Right"),
        ("gain", "3.999", "not the answer that the figures give"),
    ],
)
def test_three_digits_behind_a_point_are_read_as_the_task_means_them(task, typed, said):
    from kit.learn import ask

    lesson("did_the_training_work")
    box = ask(task)
    field, button, answered = box.children[2:5]
    field.value = typed
    button.click()
    assert said in answered.value


@pytest.mark.parametrize("words", ["1/0", "/4", "1/", "1/2/3", "a/b", "/"])
def test_a_stroke_without_two_numbers_is_not_read(words):
    with pytest.raises(Unreadable):
        number_from_text(words)


def test_a_question_answers_in_a_box(own):
    from kit.learn import ask

    lesson("mine")
    (own / "messages.en.po").write_text(
        (own / "messages.en.po").read_text()
        + textwrap.dedent("""
        msgid "told.question"
        msgstr "Which share told?"

        msgid "rule.question"
        msgstr "Which rule?"
        """)
    )
    from kit.text import _catalogue

    _catalogue.cache_clear()
    question = ask("told")
    field, button, answered = question.children[2:]
    assert field.description
    for typed, seen in [("5,6 %", "Right"), ("5.6", "Not yet"), ("many", "cannot read"), ("", "Not answered yet")]:
        field.value = typed
        button.click()
        assert seen in answered.value
        assert 'role="status"' in answered.value
    with pytest.raises(ExerciseError):
        ask("rule")


def test_every_kind_of_task_says_what_is_right():
    for kind in (tasks.Value, tasks.Function, tasks.Choice, tasks.Order, tasks.Table):
        assert callable(kind.accepts) and callable(kind.judge)
