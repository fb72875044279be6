"""Tasks of the case study and the exercise *Oaxaca*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

from functools import cache

import kit
from kit.learn.tasks import Choice, Function, Table, Value

OWN, PARTIES = "normative systems", "political parties"
TOWNS = [
    "Oaxaca de Juárez",
    "Santa Lucía del Camino",
    "Santa Cruz Xoxocotlán",
    "Heroica Ciudad de Tlaxiaco",
    "Santa Cruz Amilpas",
    "San Jacinto Amilpas",
]


@cache
def places():
    """One row for each of the 570 municipalities; missing estimates stay missing."""
    rows = kit.data.load("municipal-poverty-population")
    wide = rows.pivot(index=["place", "place_code", "category"], columns=["indicator", "year"], values="value")
    return wide.reset_index(["place", "category"])


def within(system=None):
    """Municipalities of one system of election, or all."""
    return places() if system is None else places()[places()["category"] == system]


def people(system=None):
    """Residents by the census of 2020."""
    return within(system)["population", 2020].sum()


def base(system, year):
    """People that the estimate of extreme poverty covers."""
    known = within(system)["extreme_poverty_share", year].notna()
    return within(system)["population_base_of_estimate", year][known].sum()


def of_places(year, system=None):
    """Mean over municipalities of the share in extreme poverty, in percent."""
    return within(system)["extreme_poverty_share", year].mean()


def of_people(year, system=None):
    """Share of people in extreme poverty, in percent: each place weighs as much as its people."""
    poor = within(system)["extreme_poverty_share", year] * within(system)["population_base_of_estimate", year]
    return poor.sum() / base(system, year)


def spread(at_least=0, at_most=float("inf")):
    """Standard deviation of the change 2010 to 2015, in points, among places of that size."""
    sized = places()[places()["population", 2020].between(at_least, at_most)]
    return (sized["extreme_poverty_share", 2015] - sized["extreme_poverty_share", 2010]).std()


def with_both_years(at_least=0, at_most=float("inf")):
    """Number of places of that size with an estimate in both years."""
    sized = places()[places()["population", 2020].between(at_least, at_most)]
    return sized["extreme_poverty_share"][[2010, 2015]].notna().all(axis=1).sum()


def seats(indicator, year):
    """One final figure on women and councils under own systems."""
    rows = kit.data.load("women-in-municipal-office")
    rows = rows[(rows["indicator"] == indicator) & (rows["year"] == year) & (rows["status"] == "final")]
    return rows["value"].item()


def councils():
    """Councils elected under own systems in 2023, the first year with compulsory parity."""
    return seats("councils_elected_in_the_year", 2023)


def after_second():
    """Those of them that had parity only after a second election."""
    return seats("councils_meeting_parity_only_after_a_re_run", 2023)


def residents(town):
    """Residents of one municipality by the census of 2020."""
    return places()[places()["place"] == town]["population", 2020].item()


def complaint_files(town):
    """Files opened by the ombuds body on that municipality, report year 2023-24."""
    rows = kit.data.load("defensoria-complaints-training")
    return rows[(rows["indicator"] == "files") & (rows["place"] == town)]["value"].item()


def rates():
    """Files of six municipalities, for the size of each."""
    import pandas as pd

    files, living = [complaint_files(town) for town in TOWNS], [residents(town) for town in TOWNS]
    table = pd.DataFrame({"municipality": TOWNS, "files": files, "people": living})
    return table.assign(per_100000=100_000 * table["files"] / table["people"])


def known(shares, people):
    """Pairs of share and people without those whose share or people are missing."""
    pairs = zip(shares, people, strict=True)
    return [(share, living) for share, living in pairs if share is not None and living is not None]


def share_of_people(shares, people):
    """Share of all people from the shares of places; a place without a figure is left out; None if all are."""
    pairs = known(shares, people)
    everybody = sum(living for _, living in pairs)
    return sum(share * living for share, living in pairs) / everybody if everybody else None


def missing_is_zero(shares, people):
    """What a reader gets who puts a zero where no figure is."""
    return sum((share or 0) * living for share, living in zip(shares, people, strict=True)) / sum(people)


def mean_of_places(shares, people):
    """What a reader gets who lets every place weigh the same."""
    pairs = known(shares, people)
    return sum(share for share, _ in pairs) / len(pairs)


TASKS = {
    # Lesson
    "remember-figure": Choice(["speakers", "own-word", "households"], answer="speakers"),
    "remember-kind": Choice(["structure", "process", "outcome"], answer="process"),
    "first-question": Choice(["who", "how-many", "topic", "change"]),
    "who-must-act": Choice(["ombuds", "city", "ministry", "assembly"], answer="city"),
    "first-election": Value(
        lambda: (councils() - after_second()) / councils(),
        share=True,
        mistakes={
            "needed-second": lambda: after_second() / councils(),
            "end-of-year": lambda: councils() / councils(),
            "wrong-base": lambda: after_second() / (councils() - after_second()),
            "number": lambda: councils() - after_second(),
        },
    ),
    "both-systems": Value(
        lambda: of_people(2015) / 100,
        share=True,
        within=0.001,
        mistakes={
            "middle": lambda: (of_people(2015, OWN) + of_people(2015, PARTIES)) / 200,
            "swapped": lambda: (
                (of_people(2015, OWN) * base(PARTIES, 2015) + of_people(2015, PARTIES) * base(OWN, 2015))
                / (100 * base(None, 2015))
            ),
            "sum": lambda: (of_people(2015, OWN) + of_people(2015, PARTIES)) / 100,
        },
    ),
    "system-reading": Choice(["cause", "forty-three", "best", "apart"], answer="apart"),
    # Exercise
    "party-people": Value(
        lambda: of_people(2015, PARTIES),
        within=0.1,
        mistakes={
            "places": lambda: of_places(2015, PARTIES),
            "whole-state": lambda: of_people(2015),
            "own-systems": lambda: of_people(2015, OWN),
            "other-year": lambda: of_people(2010, PARTIES),
            "everybody-below": lambda: of_people(2015, PARTIES) * base(PARTIES, 2015) / people(PARTIES),
            "as-share": lambda: of_people(2015, PARTIES) / 100,
        },
    ),
    "middle-spread": Value(
        lambda: spread(1_000, 10_000),
        within=0.1,
        mistakes={
            "small": lambda: spread(0, 999),
            "large": lambda: spread(10_001),
            "all-sizes": spread,
        },
    ),
    "rates": Table(rates, by=["municipality"], within=0.06),
    "share-of-people": Function(
        share_of_people,
        cases=[([40, 10], [100, 900]), ([50, None, 20], [200, 300, 800]), ([30], [70])],
        mistakes={
            "places": mean_of_places,
            "missing-is-zero": missing_is_zero,
            "none-is-zero": lambda shares, people: 0,
            "poor-people": lambda shares, people: sum(s * p for s, p in known(shares, people)) / 100,
        },
    ),
    "posts": Choice(["half", "training", "posts", "more"], answer="posts"),
    "same-counts": Choice(["stable", "newest", "flag", "mean"], answer="flag"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "own-places": lambda: 100 * len(within(OWN)) / len(within()),
    "own-people": lambda: 100 * people(OWN) / people(),
    "two-towns": lambda: 100 * (residents("Oaxaca de Juárez") + residents("Santa Cruz Xoxocotlán")) / people(),
    "plain-2010": lambda: of_places(2010),
    "people-2010": lambda: of_people(2010),
    "own-2010": lambda: of_people(2010, OWN),
    "party-2010": lambda: of_people(2010, PARTIES),
    "own-2015": lambda: of_people(2015, OWN),
    "party-2015": lambda: of_people(2015, PARTIES),
    "own-base": lambda: base(OWN, 2015),
    "party-base": lambda: base(PARTIES, 2015),
    "own-median": lambda: within(OWN)["population", 2020].median(),
    "party-median": lambda: within(PARTIES)["population", 2020].median(),
    "spread-small": lambda: spread(0, 999),
    "spread-large": lambda: spread(10_001),
    "count-small": lambda: with_both_years(0, 999),
    "count-large": lambda: with_both_years(10_001),
}
