"""Tasks of the lesson and the exercise *Did the training work?*

Gains are computed with `kit.measure.learning`; figures come from the tables, marks from the synthetic
``marks_synthetic.csv`` beside this file. The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import json
import re
from functools import cache
from pathlib import Path

import kit
from kit.learn.tasks import Choice, Function, Table, Value

BEGAN, CAME_TO_THE_END, PASSED = 20, 12, 9
HIGHEST = 20


def published():
    """Give the means before and after of a published course, and the highest mark."""
    rows = kit.data.load("worked-examples")
    inputs = json.loads(rows[rows["id"] == "V45"]["inputs"].item())
    return inputs["pre"], inputs["post"], inputs["max"]


@cache
def published_gain(measure):
    """Give a gain of the published course, as a share."""
    from kit.measure import learning

    before, after, maximum = published()
    found = learning.hake_gain(before, after, maximum=maximum).set_index("measure")["estimate"]
    return found[measure] / (1 if measure == "class_gain" else 100)


def oaxaca(indicator):
    """A figure on training in Oaxaca."""
    rows = kit.data.load("defensoria-complaints-training")
    return rows[rows["indicator"] == indicator]["value"].item()


def municipalities():
    """All municipalities of Oaxaca, as the checked claim O1 gives them."""
    claims = kit.data.load("oaxaca-claims")
    nuance = claims[claims["claim_id"] == "O1"]["nuance"].item()
    return int(re.search(r"of (\d+) municipalities", nuance)[1])


def fairness(group):
    """Mean score for fair treatment, as observers saw it."""
    rows = kit.data.load("training-evaluations")
    return rows[(rows["indicator"] == "fairness_score") & (rows["category"] == group)]["value"].item()


def marks():
    """Synthetic marks before and after; three people left."""
    import pandas as pd

    return pd.read_csv(Path(__file__).with_name("marks_synthetic.csv"))


@cache
def class_gain(measure):
    """Give a gain of the synthetic class, of those with both marks, as a share."""
    from kit.measure import learning

    both = marks().dropna()
    found = learning.hake_gain(both["before"], both["after"], maximum=HIGHEST).set_index("measure")["estimate"]
    return found[measure] / (100 if "percent" in measure else 1)


def mixed_gain():
    """Misreading: all people before, those who stayed after."""
    first, second = marks()["before"].mean(), marks()["after"].mean()
    return (second - first) / (HIGHEST - first)


def mean_change():
    """Misreading: points in place of a share."""
    both = marks().dropna()
    return both["after"].mean() - both["before"].mean()


def who_left():
    """Those who stayed and those who left: how many, and their mean before."""
    table = marks()
    group = table["after"].notna().map({True: "stayed", False: "left"})
    found = table.assign(group=group).groupby("group")["before"].agg(people="count", before="mean")
    return found.reset_index()


def gain_of(before, after, maximum):
    """Give the share of what could be learnt that was learnt; None where there is no gain to compute."""
    if before is None or after is None or before == maximum:
        return None
    return (after - before) / (maximum - before)


TASKS = {
    # Lesson
    "remember-kind": Choice(["structure", "process", "outcome"], answer="process"),
    "remember-silence": Choice(["worse", "better", "unclear"], answer="unclear"),
    "ask-first": Choice(["numbers", "sheet", "test", "people"]),
    "gain": Value(
        lambda: published_gain("class_gain"),
        within=0.007,
        share=True,
        mistakes={
            "of-maximum": lambda: published_gain("gain_percent_of_maximum"),
            "of-before": lambda: published_gain("gain_percent_of_before"),
            "difference": lambda: published()[1] - published()[0],
            "what-was-left": lambda: 1 - published_gain("class_gain"),
        },
    ),
    "level": Choice(["liked", "learnt", "used", "changed"], answer="used"),
    "passed": Value(
        lambda: PASSED / BEGAN,
        share=True,
        mistakes={
            "only-finishers": lambda: PASSED / CAME_TO_THE_END,
            "stayed": lambda: CAME_TO_THE_END / BEGAN,
            "upside-down": lambda: BEGAN / PASSED,
        },
    ),
    "reach": Value(
        lambda: oaxaca("municipalities_in_the_defensoria_intervention") / municipalities(),
        within=0.001,
        share=True,
        mistakes={
            "authorities": lambda: (
                (
                    oaxaca("authorities_elected_under_normative_systems_attending")
                    + oaxaca("municipal_authorities_already_in_office_attending")
                )
                / municipalities()
            ),
            "upside-down": lambda: municipalities() / oaxaca("municipalities_in_the_defensoria_intervention"),
        },
    ),
    "reading": Choice(["liked", "after", "proof", "null"], answer="null"),
    # Exercise
    "class-gain": Value(
        lambda: class_gain("class_gain"),
        share=True,
        mistakes={
            "mixed": mixed_gain,
            "of-maximum": lambda: class_gain("gain_percent_of_maximum"),
            "of-before": lambda: class_gain("gain_percent_of_before"),
            "difference": mean_change,
        },
    ),
    "who-left": Table(who_left, by=["group"]),
    "gain-of": Function(
        gain_of,
        cases=[(8, 14, 20), (12, 15, 20), (40, 85, 100)],
        mistakes={
            "of-maximum": lambda before, after, maximum: (after - before) / maximum,
            "of-before": lambda before, after, maximum: (after - before) / before,
            "points": lambda before, after, maximum: after - before,
            "nothing-is-zero": lambda before, after, maximum: gain_of(before, after, maximum) or 0,
        },
    ),
    "level-said": Choice(["learning", "behaviour-seen", "behaviour-said", "results"], answer="behaviour-said"),
    "reading-rise": Choice(["cause", "same-people", "drop", "percent"], answer="same-people"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {"fair-trained": lambda: fairness("trained"), "fair-others": lambda: fairness("not trained")}
