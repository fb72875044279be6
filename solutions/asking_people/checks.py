"""Tasks of the lesson and the exercise *Asking people*.

Each right answer and each known misreading is computed from the published figures,
or from the made-up town Exampleton beside this file.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

from pathlib import Path

import kit
from kit.learn.tasks import Choice, Function, Table, Value

HERE = Path(__file__).parent


def published(table, indicator, year, **where):
    """Look up one published figure."""
    rows = kit.data.load(table)
    found = rows[(rows["indicator"] == indicator) & (rows["year"] == year)]
    for column, value in where.items():
        found = found[found[column] == value]
    return found["value"].item()


def city_asked(year):
    """Interviews in the city of Barcelona in that year's survey on neighbours."""
    return published("survey-underreporting", "survey_sample", year, category="city")


def city_said_yes():
    """Share of those asked in 2022 who were discriminated against somewhere in the city."""
    where = "ANYWHERE IN THE CITY"
    return published("survey-underreporting", "experienced_discrimination", 2022, category=where) / 100


def city_range():
    """Share of the whole city with the range that chance allows."""
    from kit.measure import rates

    asked = city_asked(2022)
    return rates.share(round(city_said_yes() * asked), asked)


def fewest_asked():
    """Tell about the district with the fewest answers in the made-up survey, with its range."""
    from kit.measure import rates

    made_up = kit.data.load("survey-synthetic")
    by_district = rates.disaggregate(
        made_up.assign(yes=made_up["experienced"] == "yes"), "district", outcome="yes"
    )
    return by_district.sort_values("n").iloc[0]


def answers_for(margin):
    """Answers needed for that margin."""
    from kit.measure import survey

    return survey.sample_size(margin).estimate.item()


def margin_of(asked, share):
    """Give the margin of error for that many answers and that share."""
    from kit.measure import survey

    return survey.margin_of_error(asked, share).estimate.item()


def without_passport():
    """Share of Vienna's residents without an Austrian passport, 1 January 2024."""
    table, group = "vienna-population-definitions", "foreign citizenship"
    return published(table, "population_share", 2024, dimension=group, category="city total") / 100


# The made-up telephone survey of task C in the lesson.
REACHED, REACHED_WITHOUT = 600, 90


def women_asked(place):
    """Ever-married women interviewed in the Philippine survey of 2017."""
    return published(
        "vaw-police-and-survey", "women_interviewed", 2017, place=place, category="ever-married women"
    )


def spousal_violence(place):
    """Share of them who ever lived through violence by a husband or partner."""
    category = "any spousal violence"
    return published("vaw-police-and-survey", "prevalence", 2017, place=place, category=category) / 100


def exampleton():
    """Give the made-up town: residents, answers, and answers yes by age group."""
    import pandas as pd

    return pd.read_csv(HERE / "exampleton_synthetic.csv")


def weights_table():
    """Give the weight of each age group of Exampleton; the mean weight is 1."""
    people = exampleton()
    in_town = people["residents"] / people["residents"].sum()
    in_sample = people["answered"] / people["answered"].sum()
    return people[["group"]].assign(weight=in_town / in_sample)


def weighted_share():
    """Share of yes in Exampleton after weighting."""
    people, weight = exampleton(), weights_table()["weight"]
    return (weight * people["yes"]).sum() / (weight * people["answered"]).sum()


def weight_of(group_residents, residents, group_answers, answers):
    """Give the weight of each answer of a group (mean weight 1); None where nobody can know."""
    if group_residents is None or not residents or not group_answers or not answers:
        return None
    return (group_residents / residents) / (group_answers / answers)


TASKS = {
    # Lesson
    "remember-silent": Choice(["drop", "count-as-no", "own-group"], answer="own-group"),
    "remember-source": Choice(["register", "survey", "court"], answer="survey"),
    "first-step": Choice(["same-31", "how-many", "web", "no-figure"]),
    "answers-needed": Value(
        lambda: answers_for(0.04),
        within=1.5,
        mistakes={
            "not-squared": lambda: answers_for(0.04) ** 0.5,
            "percent": lambda: answers_for(0.04) / 10_000,
            "five-points": lambda: answers_for(0.05),
            "half": lambda: answers_for(0.02),
        },
    ),
    "people-to-ask": Value(
        lambda: answers_for(0.04) / 0.4,
        within=3,
        mistakes={
            "times": lambda: answers_for(0.04) * 0.4,
            "added": lambda: answers_for(0.04) * 1.6,
            "answers": lambda: answers_for(0.04),
        },
    ),
    "weight": Value(
        lambda: without_passport() / (REACHED_WITHOUT / REACHED),
        within=0.02,
        mistakes={
            "upside-down": lambda: (REACHED_WITHOUT / REACHED) / without_passport(),
            "difference": lambda: without_passport() - REACHED_WITHOUT / REACHED,
            "the-others": lambda: (1 - without_passport()) / (1 - REACHED_WITHOUT / REACHED),
            "part-of-answers": lambda: REACHED_WITHOUT / REACHED,
        },
    ),
    "reading": Choice(["web", "same-margin", "highest", "chance-only"], answer="chance-only"),
    # Exercise
    "women-who-said-yes": Value(
        lambda: spousal_violence("Philippines") * women_asked("Philippines"),
        within=12,
        mistakes={
            "all-asked": lambda: women_asked("Philippines"),
            "percent-times": lambda: 100 * spousal_violence("Philippines") * women_asked("Philippines"),
            "others": lambda: (1 - spousal_violence("Philippines")) * women_asked("Philippines"),
        },
    ),
    "margin-caraga": Value(
        lambda: margin_of(women_asked("Caraga"), spousal_violence("Caraga")),
        share=True,
        within=0.002,
        mistakes={
            "whole-sample": lambda: margin_of(women_asked("Philippines"), spousal_violence("Caraga")),
            "no-factor": lambda: margin_of(women_asked("Caraga"), spousal_violence("Caraga")) / 1.96,
            "both-sides": lambda: 2 * margin_of(women_asked("Caraga"), spousal_violence("Caraga")),
            "the-share": lambda: spousal_violence("Caraga"),
        },
    ),
    "weight-of": Function(
        weight_of,
        cases=[(2_000, 10_000, 50, 500), (9_000, 30_000, 120, 400), (300, 1_200, 30, 100)],
        mistakes={
            "upside-down": lambda group_residents, residents, group_answers, answers: (
                (group_answers / answers) / (group_residents / residents)
            ),
            "residents-each": lambda group_residents, residents, group_answers, answers: (
                group_residents / group_answers
            ),
            "difference": lambda group_residents, residents, group_answers, answers: (
                group_residents / residents - group_answers / answers
            ),
            "nobody-is-zero": lambda group_residents, residents, group_answers, answers: 0,
            "nobody-is-one": lambda group_residents, residents, group_answers, answers: 1,
        },
    ),
    "weights-table": Table(weights_table, by=["group"], within=0.01),
    "weighted-share": Value(
        weighted_share,
        share=True,
        within=0.003,
        mistakes={
            "unweighted": lambda: exampleton()["yes"].sum() / exampleton()["answered"].sum(),
            "mean-of-shares": lambda: (exampleton()["yes"] / exampleton()["answered"]).mean(),
        },
    ),
    "reading-regions": Choice(["safest", "wrong", "chance", "telling"], answer="telling"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "city-margin": lambda: 100 * margin_of(city_asked(2022), city_said_yes()),
    "city-low": lambda: 100 * city_range().lower.item(),
    "city-high": lambda: 100 * city_range().upper.item(),
    "fewest-asked": lambda: fewest_asked()["n"],
    "fewest-low": lambda: 100 * fewest_asked()["lower"],
    "fewest-high": lambda: 100 * fewest_asked()["upper"],
    "answers-for-five-points": lambda: answers_for(0.05),
    "answers-in-ten-districts": lambda: 10 * answers_for(0.05),
}
