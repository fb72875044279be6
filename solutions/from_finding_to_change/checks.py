"""Tasks of the lesson and the exercise *From a finding to a change*.

Each right answer and each known misreading is computed from the published figures, or from the made-up
``measures.csv`` beside this file. The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

from pathlib import Path

import kit
from kit.assess import impact
from kit.learn.tasks import Choice, Function, Order, Table, Value

TWO_DAYS, FIRST_DAY = "2023-04-05/2023-04-06", "2023-04-05"
ONE_PERSON = {"scale": 4, "scope": 1, "irremediability": 2}
NEEDED = ["owner", "budget_line", "due", "indicator"]


def camp(indicator, period):
    """A figure of the clearing on East Hastings Street."""
    rows = kit.data.load("encampment-clearing")
    return rows[(rows["indicator"] == indicator) & (rows["period"] == period)]["value"].item()


def accepted():
    """People who accepted an offer of shelter on the two days."""
    return camp("people_who_accepted_shelter", TWO_DAYS)


def would_need():
    """People who would have needed shelter, by an estimate of the day."""
    return camp("people_who_would_need_shelter", FIRST_DAY)


def at_one_year(indicator, group):
    """A figure of the trial in five cities, after one year."""
    rows = kit.data.load("housing-first-trial")
    rows = rows[(rows["place"] == "Five cities") & (rows["indicator"] == indicator)]
    return rows[rows["category"].str.startswith(group)]["value"].item()


def housed(group):
    """Percent of a group of the trial in stable housing after one year."""
    return at_one_year("in_stable_housing_at_one_year", group)


def rooms(indicator, year):
    """Private single rooms at some rent, in a year."""
    rows = kit.data.load("vancouver-housing-stock-rents")
    return rows[(rows["indicator"] == indicator) & (rows["year"] == year)]["value"].item()


def dear(year):
    """Rooms at twice the welfare rate."""
    return rooms("rooms_renting_at_twice_the_shelter_rate", year)


def cheap(year):
    """Rooms at the welfare rate."""
    return rooms("rooms_renting_at_the_shelter_component_of_income_assistance", year)


def lacking():
    """How many of the four things each measure of Harbour Street lacks."""
    import pandas as pd

    measures = pd.read_csv(Path(__file__).with_name("measures.csv"))
    return measures.assign(missing=measures[NEEDED].isna().sum(axis=1))[["id", "missing"]]


def still_housed(moved_in, still_there, not_reached):
    """Tell which share still lives there; those not reached stay in the base; None where nobody can know."""
    if not moved_in or still_there is None:
        return None
    return still_there / moved_in


HOME, USUAL = "Housing First", "usual care"

TASKS = {
    # Lesson
    "remember-severity": Value(
        lambda: impact.severity(**ONE_PERSON),
        mistakes={
            "mean": lambda: sum(ONE_PERSON.values()) / 3,
            "product": lambda: ONE_PERSON["scale"] * ONE_PERSON["scope"] * ONE_PERSON["irremediability"],
            "scope-alone": lambda: ONE_PERSON["scope"],
        },
    ),
    "remember-backwards": Choice(["money", "reasons", "never"], answer="reasons"),
    "count-first": Choice(["tents", "offers", "nights", "fires"]),
    "hierarchy": Order(
        {
            "fund": ["wardens", "compare", "erase"],
            "wardens": [],
            "erase": ["wardens", "compare"],
            "compare": ["wardens"],
        }
    ),
    "kind": Choice(["structure", "process", "outcome"], answer="outcome"),
    "offer-share": Value(
        lambda: accepted() / would_need(),
        share=True,
        mistakes={
            "first-evening": lambda: camp("people_who_accepted_shelter", FIRST_DAY) / would_need(),
            "structures": lambda: accepted() / camp("structures_removed", TWO_DAYS),
            "upside-down": lambda: would_need() / accepted(),
            "rest": lambda: 1 - accepted() / would_need(),
        },
    ),
    "more-of-hundred": Value(
        lambda: housed(HOME) - housed(USUAL),
        within=0.5,
        mistakes={
            "ratio": lambda: housed(HOME) / housed(USUAL),
            "odds": lambda: at_one_year("odds_ratio_of_stable_housing_at_one_year", "difference"),
            "no-comparison": lambda: housed(HOME),
            "share": lambda: (housed(HOME) - housed(USUAL)) / 100,
        },
    ),
    "reading": Choice(["built", "indoors", "paid", "open"], answer="open"),
    # Exercise
    "dearer": Value(
        lambda: (dear(2023) - dear(2020)) / dear(2020),
        share=True,
        mistakes={
            "later-base": lambda: (dear(2023) - dear(2020)) / dear(2023),
            "difference": lambda: dear(2023) - dear(2020),
            "factor": lambda: dear(2023) / dear(2020),
            "sign": lambda: (dear(2020) - dear(2023)) / dear(2020),
        },
    ),
    "lacking": Table(lacking, by=["id"]),
    "still-housed": Function(
        still_housed,
        cases=[(40, 22, 8), (120, 90, 10), (15, 9, 3)],
        mistakes={
            "drops-the-lost": lambda moved_in, still_there, not_reached: still_there / (moved_in - not_reached),
            "lost-are-fine": lambda moved_in, still_there, not_reached: (still_there + not_reached) / moved_in,
            "upside-down": lambda moved_in, still_there, not_reached: moved_in / still_there,
            "nobody-is-zero": lambda moved_in, still_there, not_reached: (
                still_there / moved_in if moved_in and still_there else 0
            ),
        },
    ),
    "kind-offer": Choice(["structure", "process", "outcome"], answer="process"),
    "reading-paid": Choice(["fine", "remediate", "reduce", "more"], answer="remediate"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {"rooms-lost": lambda: 100 * (cheap(2003) - cheap(2023)) / cheap(2003)}
