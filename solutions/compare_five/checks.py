"""Tasks of the lesson and the exercise *Five places: what may be compared?*

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Order, Table, Value

CITY, REGION = "City of Vancouver", "Metro Vancouver region"
DISCRIMINATION = "oaxaca-violence-discrimination-surveys"


def published(table, indicator, place, *, year, category=None):
    """Look up one published figure, final or preliminary; known errors are left out."""
    rows = kit.data.load(table)
    rows = rows[(rows["indicator"] == indicator) & (rows["place"] == place) & (rows["year"] == year)]
    return (rows if category is None else rows[rows["category"] == category])["value"].item()


def complaints(year):
    """Complaints that Oaxaca's ombuds body received: seven months of 2010, or a report year."""
    table, place = "defensoria-complaints-training", "Oaxaca (state)"
    return published(table, "complaints_received", place, year=year, category="all")


MONTHS = {2010: 7, 2024: 12, 2025: 12}


def a_month(year):
    """Complaints in a month, on the mean of the period that was printed."""
    return complaints(year) / MONTHS[year]


def counted(place):
    """People without a home on the days of the count in March 2023."""
    table = "city-homeless-counts" if place == CITY else "region-and-municipal-counts"
    return published(table, "homeless_people_counted", place, year=2023, category="total")


def residents(place):
    """Residents by the census of 2021."""
    return published("vancouver-population", "population", place, year=2021)


def for_ten_thousand(people, living):
    """People for every 10,000 residents."""
    return 10_000 * people / living


def rate(place):
    """People counted without a home for every 10,000 residents."""
    return for_ten_thousand(counted(place), residents(place))


def rest():
    """The same for the region without the city."""
    return for_ten_thousand(counted(REGION) - counted(CITY), residents(REGION) - residents(CITY))


def discriminated(place, group):
    """Share of adults who were discriminated against in 12 months, 2017, in percent."""
    return published(DISCRIMINATION, "discriminated", place, year=2017, category=group)


def gap(place):
    """Women less men, in points."""
    return discriminated(place, "women") - discriminated(place, "men")


def decisions():
    """Six pairs of figures: may they be compared, and what has to be mended first?"""
    import pandas as pd

    return pd.DataFrame(
        {
            "pair": list("ABCDEF"),
            "decision": ["apart", "mend", "compare", "apart", "mend", "apart"],
            "differs": ["thing", "size", "nothing", "group", "period", "thing"],
        }
    )


def may_compare(thing, group, period, method):
    """Decide on two figures: each argument says whether it is the same, or None where nobody knows."""
    if False in (thing, group, method):
        return "apart"
    if None in (thing, group, period, method):
        return "ask"
    return "compare" if period else "mend"


TASKS = {
    # Lesson
    "remember-reports": Choice(["more", "reported", "worse"], answer="reported"),
    "remember-break": Choice(["real", "ruler", "both"], answer="ruler"),
    "first-check": Choice(["sort", "words", "newest", "ask"]),
    "pair-violence": Choice(["compare", "mend", "apart"], answer="apart"),
    "pair-women": Choice(["compare", "mend", "apart"], answer="compare"),
    "pair-body": Choice(["compare", "mend", "apart"], answer="apart"),
    "times-a-month": Value(
        lambda: a_month(2024) / a_month(2010),
        within=0.02,
        mistakes={
            "raw": lambda: complaints(2024) / complaints(2010),
            "upside-down": lambda: a_month(2010) / a_month(2024),
            "difference": lambda: a_month(2024) - a_month(2010),
        },
    ),
    "ten-thousand": Value(
        rest,
        within=0.1,
        mistakes={
            "whole-region": lambda: rate(REGION),
            "city": lambda: rate(CITY),
            "city-still-below": lambda: for_ten_thousand(counted(REGION) - counted(CITY), residents(REGION)),
            "a-hundred": lambda: rest() / 100,
            "people": lambda: counted(REGION) - counted(CITY),
        },
    ),
    "five-reading": Choice(["worst", "never", "mended", "sentences"], answer="sentences"),
    # Exercise
    "burnaby": Value(
        lambda: rate(CITY) / rate("Burnaby"),
        within=0.05,
        mistakes={
            "counts": lambda: counted(CITY) / counted("Burnaby"),
            "upside-down": lambda: rate("Burnaby") / rate(CITY),
            "residents": lambda: residents(CITY) / residents("Burnaby"),
            "difference": lambda: rate(CITY) - rate("Burnaby"),
        },
    ),
    "gap-guerrero": Value(
        lambda: gap("Guerrero"),
        within=0.05,
        mistakes={
            "sign": lambda: -gap("Guerrero"),
            "relative": lambda: gap("Guerrero") / discriminated("Guerrero", "men"),
            "ratio": lambda: discriminated("Guerrero", "women") / discriminated("Guerrero", "men"),
            "other-place": lambda: gap("Ciudad de México"),
        },
    ),
    "decisions": Table(decisions, by=["pair"]),
    "may-compare": Function(
        may_compare,
        cases=[
            (True, True, True, True),
            (True, True, False, True),
            (True, False, True, True),
            (True, None, True, True),
        ],
        mistakes={
            "unknown-is-same": lambda thing, group, period, method: may_compare(
                *(x is not False for x in (thing, group, period, method))
            ),
            "unknown-is-other": lambda thing, group, period, method: may_compare(
                *(x is True for x in (thing, group, period, method))
            ),
            "all-or-nothing": lambda thing, group, period, method: (
                "compare" if all((thing, group, period, method)) else "apart"
            ),
            "all-mendable": lambda thing, group, period, method: (
                "compare" if all((thing, group, period, method)) else "mend"
            ),
        },
    ),
    "steps": Order(
        {
            "question": [],
            "definitions": ["question"],
            "decide": ["definitions"],
            "mend": ["decide"],
            "check": ["mend"],
            "publish": ["check"],
        }
    ),
    "police": Choice(["worse", "rate", "apart", "nothing"], answer="apart"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "city-rate": lambda: rate(CITY),
}
