"""Tasks of the case study and the exercise *Philippines*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Table, Value

DESKS = "philippines-local-institutions-training"
KILLED = "suspects_killed_in_operations_since_2016_07_01"
JOINT = "RealNumbersPH (PDEA and police, unified)"
FIRST, LAST = "2018-11-30", "2022-05-31"


def published(table, indicator, **wanted):
    """Look up one published figure."""
    found = kit.data.load(table, conflicts=table == "drug-campaign-official")
    for column, value in {"indicator": indicator, **wanted}.items():
        found = found[found[column] == value]
    return found["value"].item()


def set_up():
    """Barangay rights desks set up from 2001 to 2006."""
    return published(DESKS, "established_since_2001", category="BHRAC")


def working():
    """Barangay rights desks that still worked in 2006."""
    return published(DESKS, "still_functional", category="BHRAC")


def level(name):
    """Desks against violence rated at that level in July 2018."""
    found = kit.data.load(DESKS)
    found = found[(found["indicator"] == "assessed_desks") & found["category"].str.contains(f"level: {name} ")]
    return found["value"].item()


def rated():
    """Desks against violence that had been rated at all."""
    return published(DESKS, "assessed_for_functionality")


def barangays():
    """All barangays in 2018."""
    return published(DESKS, "total", category="barangays")


def good():
    """Desks against violence rated mature or ideal."""
    return level("mature") + level("ideal")


def centres(kind):
    """Share of the cities or towns of Central Visayas with a rights centre, about 2024."""
    place = {"place": "Central Visayas", "category": kind}
    return published(DESKS, "with_a_human_rights_action_center", **place) / published(DESKS, "total", **place)


def complaints(source="all"):
    """Complaints that the Commission received in 2011, by the way they came."""
    return published("chr-complaints-cases", "complaints_received", year=2011, category=source)


BARANGAY_DESKS = "Barangay Human Rights Action Centers (BHRAC)"


def review(cycle, category):
    """Recommendations of the Universal Periodic Review."""
    where = {"dimension": f"UPR {cycle} cycle", "category": category}
    return published("upr-and-chr-budget", "upr_recommendations", **where)


def third():
    """Percent of the recommendations of 2017 that were accepted."""
    return 100 * review("third", "accepted in full") / review("third", "received")


def fourth():
    """Percent of the recommendations of 2022 that were accepted."""
    return 100 * review("fourth", "accepted in total") / review("fourth", "received")


def total(indicator, until, *, by=JOINT):
    """A running total of the campaign against drugs since July 2016."""
    return published("drug-campaign-official", indicator, period=until, category=by)


def added(indicator):
    """What the later part added to a running total."""
    return total(indicator, LAST) - total(indicator, FIRST)


def interviewed(place):
    """Ever-married women interviewed in the survey of 2017."""
    return published(
        "vaw-police-and-survey", "women_interviewed", year=2017, place=place, category="ever-married women"
    )


def prevalence(place):
    """Share of them who had met violence by a husband or partner."""
    where = {"year": 2017, "place": place, "category": "any spousal violence"}
    return published("vaw-police-and-survey", "prevalence", **where) / 100


def rate_of(cases, people):
    """Cases of every 100,000 people; None where cases were not counted or nobody lives there."""
    if cases is None or not people:
        return None
    return 100_000 * cases / people


def rates():
    """Rape recorded by the police in 2009 for every 100,000 people of 2015, by region."""
    cases = kit.data.load("vaw-police-and-survey")
    cases = cases[
        (cases["indicator"] == "cases_recorded_by_police")
        & (cases["category"] == "rape")
        & (cases["year"] == 2009)
    ]
    people = kit.data.load("philippines-regions-population-units")
    people = people[(people["indicator"] == "population") & (people["year"] == 2015)]
    table = cases[["place", "value"]].merge(people[["place", "value"]], on="place", suffixes=("_cases", "_people"))
    table = table[table["place"] != "Philippines"].rename(
        columns={"value_cases": "cases", "value_people": "people"}
    )
    table["rate"] = 100_000 * table["cases"] / table["people"]
    return table.reset_index(drop=True)


TASKS = {
    # Lesson
    "remember-trained": Choice(["output", "learning", "result"], answer="output"),
    "remember-zero": Choice(["safe", "unknown", "no-door"], answer="unknown"),
    "first-question": Choice(["where", "who-works", "who-came", "who-watches"]),
    "which-step": Choice(["exists", "works", "is-used", "helps"], answer="exists"),
    "still-works": Value(
        lambda: (set_up() - working()) / set_up(),
        share=True,
        mistakes={
            "those-working": lambda: working() / set_up(),
            "other-base": lambda: (set_up() - working()) / working(),
            "count": lambda: set_up() - working(),
        },
    ),
    "known-good": Value(
        lambda: good() / barangays(),
        share=True,
        mistakes={
            "of-rated": lambda: good() / rated(),
            "ideal-only": lambda: level("ideal") / barangays(),
            "rated-share": lambda: rated() / barangays(),
            "upside-down": lambda: barangays() / good(),
        },
    ),
    "total-reading": Choice(["one-year", "all-deaths", "since", "settled"], answer="since"),
    # Exercise
    "passed-on": Value(
        lambda: complaints(BARANGAY_DESKS) / complaints(),
        share=True,
        within=0.0002,
        mistakes={
            "per-desk": lambda: complaints(BARANGAY_DESKS) / set_up(),
            "per-working-desk": lambda: complaints(BARANGAY_DESKS) / working(),
            "upside-down": lambda: complaints() / complaints(BARANGAY_DESKS),
        },
    ),
    "share-rise": Value(
        lambda: fourth() - third(),
        within=0.1,
        mistakes={
            "count-growth": lambda: (
                100 * (review("fourth", "accepted in total") / review("third", "accepted in full") - 1)
            ),
            "share-growth": lambda: 100 * (fourth() / third() - 1),
            "more-accepted": lambda: review("fourth", "accepted in total") - review("third", "accepted in full"),
        },
    ),
    "later-part": Value(
        lambda: 1_000 * added(KILLED) / added("operations"),
        within=0.06,
        mistakes={
            "whole-time": lambda: 1_000 * total(KILLED, LAST) / total("operations", LAST),
            "first-part": lambda: 1_000 * total(KILLED, FIRST) / total("operations", FIRST),
            "only-added": lambda: added(KILLED),
            "mixed": lambda: 1_000 * added(KILLED) / total("operations", LAST),
        },
    ),
    "said-yes": Value(
        lambda: interviewed("Caraga") * prevalence("Caraga"),
        within=0.6,
        mistakes={
            "all-asked": lambda: interviewed("Caraga"),
            "national-share": lambda: interviewed("Caraga") * prevalence("Philippines"),
            "others": lambda: interviewed("Caraga") * (1 - prevalence("Caraga")),
        },
    ),
    "rate-of": Function(
        rate_of,
        cases=[(18, 90_000), (3, 4_000), (60, 1_500_000)],
        mistakes={
            "zero-is-unknown": lambda cases, people: rate_of(cases, people) or None,
            "count-only": lambda cases, people: cases,
            "per-thousand": lambda cases, people: 1_000 * cases / people,
            "percent": lambda cases, people: 100 * cases / people,
            "upside-down": lambda cases, people: 100_000 * people / cases,
            "unknown-is-zero": lambda cases, people: 0,
        },
    ),
    "rates": Table(rates, by=["place"], within=0.06),
    "what-carries": Choice(["helped", "useless", "stands", "safest"], answer="stands"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "working": lambda: 100 * working() / set_up(),
    "used": lambda: 100 * complaints(BARANGAY_DESKS) / complaints(),
    "cities": lambda: 100 * centres("cities"),
    "towns": lambda: 100 * centres("towns"),
    "good": good,
    "gap": lambda: total(KILLED, "2019-05-31", by="Police (PNP) alone") - total(KILLED, "2019-06-30"),
    "later_deaths": lambda: added(KILLED),
}
