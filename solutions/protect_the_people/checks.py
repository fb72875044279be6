"""Tasks of the lesson and the exercise *Protect the people in the table*.

Each right answer and each known misreading is computed from the made-up register of the kit.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Order, Table, Value

TRAITS = ["district", "age_group", "gender", "citizenship"]
EXAM_TRAITS = ["district", "age_group", "citizenship"]


def register():
    """Give the made-up register: a row a file, without names."""
    return kit.data.load("register-synthetic")


def counts():
    """Files by district and ground."""
    import pandas as pd

    return pd.crosstab(register()["district"], register()["ground"])


def cell(district, ground):
    """Files of that district and ground."""
    return counts().loc[district, ground]


def likeness(traits):
    """Tell how many people of the register look like nobody else in these traits."""
    from kit.measure import privacy

    return privacy.k_anonymity(register(), traits)


def suppressed():
    """Give the table by district and ground, with cells hidden."""
    from kit.measure import privacy

    return privacy.suppress(counts())


# Part 5, task C: the made-up table of Exampleton, as published.
NORTH_TOTAL, NORTH_HOUSING = 25, 14
SOUTH_TOTAL, SOUTH_HOUSING, SOUTH_HEALTH = 26, 9, 11
SCHOOL_TOTAL, SCHOOL_EAST = 17, 8


def south_school():
    """The only hidden cell in the row South."""
    return SOUTH_TOTAL - SOUTH_HOUSING - SOUTH_HEALTH


def files(*, without=None, citizenship=None):
    """Count files, without one district and of one citizenship if they are named."""
    rows = register()
    if without:
        rows = rows[rows["district"] != without]
    if citizenship:
        rows = rows[rows["citizenship"] == citizenship]
    return len(rows)


def coarse_table():
    """Files by ground and citizenship, the whole city: no cell is small."""
    import pandas as pd

    return pd.crosstab(register()["ground"], register()["citizenship"]).reset_index()


def hidden_value(shown, total):
    """Give the value of a hidden cell of a row, if only one is possible; else None."""
    hidden = sum(value is None for value in shown)
    if total is None or not hidden:
        return None
    left = total - sum(value for value in shown if value is not None)
    return left if hidden == 1 or left == 0 else None


def left_over(shown, total):
    """Give what the total leaves, however many cells are hidden."""
    return total - sum(value or 0 for value in shown)


FOREIGN = "foreign citizenship"

TASKS = {
    # Lesson
    "remember-weight": Choice(["gaps", "parts", "margin"], answer="parts"),
    "remember-own-word": Choice(["clerk", "register", "person"], answer="person"),
    "first-step": Choice(["publish", "small", "not-at-all", "purpose"]),
    "one-hidden": Value(
        lambda: cell("Ciutat Vella", "another ground"),
        mistakes={
            "one-taken-away": lambda: (
                cell("Ciutat Vella", "another ground") + cell("Ciutat Vella", "racism and xenophobia")
            ),
            "added": lambda: (
                counts().loc["Ciutat Vella"].sum()
                + counts().loc["Ciutat Vella"].sum()
                - cell("Ciutat Vella", "another ground")
            ),
            "the-shown": lambda: counts().loc["Ciutat Vella"].sum() - cell("Ciutat Vella", "another ground"),
        },
    ),
    "two-hidden": Value(
        lambda: cell("Les Corts", "racism and xenophobia"),
        mistakes={
            "whole-row": lambda: cell("Les Corts", "racism and xenophobia") + cell("Les Corts", "another ground"),
            "other-cell": lambda: cell("Les Corts", "another ground"),
            "the-shown": lambda: (
                counts()["racism and xenophobia"].sum() - cell("Les Corts", "racism and xenophobia")
            ),
        },
    ),
    "chain": Value(
        lambda: SCHOOL_TOTAL - SCHOOL_EAST - south_school(),
        mistakes={
            "halfway": south_school,
            "whole-row": lambda: NORTH_TOTAL - NORTH_HOUSING,
            "column-only": lambda: SCHOOL_TOTAL - SCHOOL_EAST,
        },
    ),
    "reading": Choice(["no-names", "small-only", "nothing", "tried"], answer="tried"),
    # Exercise
    "two-releases": Value(
        lambda: files(citizenship=FOREIGN) - files(citizenship=FOREIGN, without="Les Corts"),
        mistakes={
            "all-files": lambda: files() - files(without="Les Corts"),
            "the-others": lambda: (
                (files() - files(without="Les Corts"))
                - (files(citizenship=FOREIGN) - files(citizenship=FOREIGN, without="Les Corts"))
            ),
            "added": lambda: files(citizenship=FOREIGN) + files(citizenship=FOREIGN, without="Les Corts"),
        },
    ),
    "share-alone": Value(
        lambda: likeness(EXAM_TRAITS).alone.item() / files(),
        share=True,
        mistakes={
            "below": lambda: likeness(EXAM_TRAITS).below.item() / files(),
            "groups": lambda: likeness(EXAM_TRAITS).groups.item() / files(),
            "people": lambda: likeness(EXAM_TRAITS).alone.item(),
            "smallest-group": lambda: likeness(EXAM_TRAITS).estimate.item(),
        },
    ),
    "hidden-value": Function(
        hidden_value,
        cases=[([6, None, 6], 16), ([9, None, 11], 26), ([14, None, None], 25), ([7, None, None, 5], 12)],
        mistakes={
            "left-for-several": left_over,
            "zero-for-several": lambda shown, total: (
                left_over(shown, total) if sum(value is None for value in shown) == 1 else 0
            ),
            "nothing-left-missed": lambda shown, total: (
                left_over(shown, total) if sum(value is None for value in shown) == 1 else None
            ),
            "sum-of-shown": lambda shown, total: sum(value or 0 for value in shown),
        },
    ),
    "coarse-table": Table(coarse_table, by=["ground"]),
    "release-steps": Order(
        {
            "limit": [],
            "count": ["limit"],
            "hide-small": ["count"],
            "hide-others": ["hide-small"],
            "undo": ["hide-others"],
            "compare": ["undo"],
            "publish": ["compare"],
            "log": ["publish"],
        }
    ),
    "police-request": Choice(["hand-over", "without-names", "never", "ask-back"], answer="ask-back"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "alone": lambda: likeness(TRAITS).alone.item(),
    "cells": lambda: (counts().shape[0] + 1) * (counts().shape[1] + 1),
    "hidden-cells": lambda: len(suppressed().cells),
}
