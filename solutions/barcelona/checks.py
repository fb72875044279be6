"""Tasks of the case study and the exercise *Barcelona*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Value


def published(table, indicator, *, year=None, category="all", dimension=None, unit=None):
    """Look up one published figure."""
    found = kit.data.load(table)
    wanted = {"indicator": indicator, "year": year, "category": category, "dimension": dimension, "unit": unit}
    for column, value in wanted.items():
        if value is not None:
            found = found[found[column] == value]
    return found["value"].item()


def answered(name):
    """Messages of every 100 that got an answer, by the kind of name in them."""
    return published("housing-audit", "response_rate", category=name, dimension="name origin")


def exposure(year):
    """Nitrogen dioxide that residents breathed, yearly mean, micrograms in a cubic metre."""
    return published("air-and-low-emission-zone", "mean_exposure", year=year, category="NO2")


def yardstick(indicator, when):
    """A limit or a guide value for nitrogen dioxide, in the same unit."""
    return published("air-and-low-emission-zone", indicator, category="NO2", dimension=when)


def situations(year):
    """Situations reported to Barcelona's Observatory in that year."""
    return published("observatory-totals", "situations", year=year)


def members(year):
    """Organisations that report to the Observatory."""
    return published("observatory-totals", "reporting_organisations", year=year, category="member organisations")


def racism(year):
    """Situations in which racism or xenophobia was named."""
    return published(
        "observatory-grounds", "ground_count", year=year, category="racism and xenophobia", unit="situations"
    )


def printed_share():
    """The share of racism in 2020 as it was printed; its base were mentions, not situations."""
    return published(
        "observatory-grounds", "ground_share", year=2020, category="racism and xenophobia", unit="percent"
    )


def households(category, indicator="ucer_households"):
    """Households in 2017: attended by the unit against residential exclusion, or all of a district."""
    return published("evictions-housing", indicator, year=2017, category=category)


ATTENDED, ALL_HERE = "Nou Barris: households attended", "Nou Barris: all households"


def all_attended():
    """Households that the unit attended in the whole city, 2017."""
    return households("new households at risk")


def times_as_often(checks, people, other_checks, other_people):
    """How many times as often one group is checked as another, for its size; None where nobody can know."""
    if not people or not other_people or not other_checks:
        return None
    return (checks / people) / (other_checks / other_people)


def growth(later, earlier):
    """Change as a share of the earlier figure."""
    return (later - earlier) / earlier


TASKS = {
    # Lesson
    "remember-count": Choice(["more", "unclear", "trust"], answer="unclear"),
    "remember-duty": Choice(["respect", "protect", "fulfil"], answer="protect"),
    "first-question": Choice(["cost", "cases", "change", "independent"]),
    "which-layer": Choice(["structure", "process", "outcome"], answer="process"),
    "more-answers": Value(
        lambda: growth(answered("native name"), answered("Arab name")),
        share=True,
        mistakes={
            "points": lambda: (answered("native name") - answered("Arab name")) / 100,
            "points-whole": lambda: answered("native name") - answered("Arab name"),
            "larger-base": lambda: -growth(answered("Arab name"), answered("native name")),
            "ratio": lambda: answered("native name") / answered("Arab name"),
        },
    ),
    "times-guide": Value(
        lambda: exposure(2023) / yardstick("guide_value", "in force"),
        within=0.05,
        mistakes={
            "legal-limit": lambda: exposure(2023) / yardstick("limit_value", "in force"),
            "limit-2030": lambda: exposure(2023) / yardstick("limit_value", "from 2030"),
            "upside-down": lambda: yardstick("guide_value", "in force") / exposure(2023),
            "other-year": lambda: exposure(2022) / yardstick("guide_value", "in force"),
            "difference": lambda: exposure(2023) - yardstick("guide_value", "in force"),
        },
    ),
    "zone-reading": Choice(["air-is-fine", "never", "ask-first", "worked"], answer="ask-first"),
    # Exercise
    "true-growth": Value(
        lambda: growth(situations(2022), situations(2021)),
        share=True,
        mistakes={
            "later-base": lambda: (situations(2022) - situations(2021)) / situations(2022),
            "factor": lambda: situations(2022) / situations(2021),
            "difference": lambda: situations(2022) - situations(2021),
        },
    ),
    "per-member": Value(
        lambda: situations(2020) / members(2020),
        within=0.06,
        mistakes={
            "other-year": lambda: situations(2018) / members(2018),
            "first-members": lambda: situations(2020) / members(2018),
            "upside-down": lambda: members(2020) / situations(2020),
        },
    ),
    "one-base": Value(
        lambda: racism(2020) / situations(2020),
        share=True,
        mistakes={
            "printed": lambda: printed_share() / 100,
            "other-year": lambda: racism(2022) / situations(2022),
            "upside-down": lambda: situations(2020) / racism(2020),
        },
    ),
    "times-as-often": Function(
        times_as_often,
        cases=[(200, 1_000, 300, 9_000), (50, 500, 50, 500), (10, 100, 40, 800)],
        mistakes={
            "counts-only": lambda checks, people, other_checks, other_people: checks / other_checks,
            "against-all": lambda checks, people, other_checks, other_people: (
                (checks / (checks + other_checks)) / (people / (people + other_people))
            ),
            "upside-down": lambda checks, people, other_checks, other_people: (
                (other_checks / other_people) / (checks / people)
            ),
            "one-rate": lambda checks, people, other_checks, other_people: checks / people,
            "nobody-is-zero": lambda checks, people, other_checks, other_people: 0,
        },
    ),
    "district-share": Value(
        lambda: households(ATTENDED) / households(ALL_HERE, "households"),
        share=True,
        within=0.0002,
        mistakes={
            "printed-base": lambda: households(ATTENDED) / all_attended(),
            "upside-down": lambda: households(ALL_HERE, "households") / households(ATTENDED),
        },
    ),
    "what-carries": Choice(["fell", "more", "register", "model"], answer="register"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {}
