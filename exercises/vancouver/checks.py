"""Tasks of the case study and the exercise *Vancouver*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Table, Value

PLACES = ["Delta", "Surrey", "City of Vancouver"]


def published(table, indicator, *, place, year, category="total"):
    """Look up one published figure."""
    found = kit.data.load(table)
    wanted = {"indicator": indicator, "place": place, "year": year, "category": category}
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found["value"].item()


def counted(year, place="City of Vancouver"):
    """People counted without a home on one night."""
    table = "city-homeless-counts" if place == "City of Vancouver" else "region-and-municipal-counts"
    return published(table, "homeless_people_counted", place=place, year=year)


def residents(year):
    """Residents of the City of Vancouver: an estimate for 2005, the census for 2021."""
    return published("vancouver-population", "population", place="City of Vancouver", year=year, category="all")


def rate(year, census):
    """People counted, of every 10,000 residents."""
    return 10_000 * counted(year) / residents(census)


def first_rate():
    """The rate of the first count; its residents are an estimate."""
    return rate(2005, 2005)


def last_rate():
    """There was no census in 2023; that of 2021 is the last before it."""
    return rate(2023, 2021)


def growth(later, earlier):
    """Change as a share of the earlier figure."""
    return (later - earlier) / earlier


def housed(group):
    """Percent of a group of the trial in stable housing after one year, five cities."""
    category = {"home": "Housing First high-need, ACT support", "usual": "usual care, high need"}[group]
    return published(
        "housing-first-trial", "in_stable_housing_at_one_year", place="Five cities", year=2015, category=category
    )


def odds_ratio():
    """The odds ratio that the journal printed."""
    indicator = "odds_ratio_of_stable_housing_at_one_year"
    return published("housing-first-trial", indicator, place="Five cities", year=2015, category="difference")


def indigenous(place):
    """Indigenous people who answered in 2017."""
    return published(
        "vancouver-disaggregation", "persons_identified", place=place, year=2017, category="Indigenous"
    )


def changes():
    """From 2020 to 2023: how many more people were counted, and the growth in percent."""
    import pandas as pd

    more = [counted(2023, place) - counted(2020, place) for place in PLACES]
    percent = [100 * growth(counted(2023, place), counted(2020, place)) for place in PLACES]
    return pd.DataFrame({"place": PLACES, "more_people": more, "percent": percent})


def times_as_often(among_counted, among_all):
    """How many times as often a group is without a home as all others; None where nobody can know.

    Both are shares in percent: of the people counted, and of all residents.
    """
    if not 0 < among_all < 100 or among_counted >= 100:
        return None
    return (among_counted / among_all) / ((100 - among_counted) / (100 - among_all))


def status_to_keep(statuses):
    """The status of the row to use, out of those a figure was found with; None if none can be used."""
    for best in ("final", "preliminary"):
        if best in statuses:
            return best
    return None


TASKS = {
    # Lesson
    "remember-effect": Choice(["worked", "open", "useless"], answer="open"),
    "remember-once": Choice(["nothing", "steps", "everybody"], answer="steps"),
    "first-question": Choice(["result", "compared", "whose", "after"]),
    "rewrite-claim": Choice(["city", "trial", "nothing", "same"], answer="trial"),
    "rate-2023": Value(
        last_rate,
        within=0.06,
        mistakes={
            "percent": lambda: last_rate() / 100,
            "old-population": lambda: rate(2023, 2005),
            "first-year": first_rate,
            "upside-down": lambda: residents(2021) / counted(2023),
        },
    ),
    "rate-growth": Value(
        lambda: growth(last_rate(), first_rate()),
        share=True,
        mistakes={
            "count-growth": lambda: growth(counted(2023), counted(2005)),
            "factor": lambda: last_rate() / first_rate(),
            "later-base": lambda: (last_rate() - first_rate()) / last_rate(),
            "difference": lambda: last_rate() - first_rate(),
        },
    ),
    "trial-reading": Choice(["six-times", "more-housed", "one-building", "saves"], answer="more-housed"),
    # Exercise
    "changes": Table(changes, by=["place"], within=0.06),
    "city-share": Value(
        lambda: indigenous("City of Vancouver") / indigenous("Metro Vancouver region"),
        share=True,
        mistakes={
            "of-the-city": lambda: indigenous("City of Vancouver") / counted(2017),
            "upside-down": lambda: indigenous("Metro Vancouver region") / indigenous("City of Vancouver"),
            "rest": lambda: 1 - indigenous("City of Vancouver") / indigenous("Metro Vancouver region"),
        },
    ),
    "sixty": Choice(["of-city", "of-people", "of-region", "fault"], answer="of-region"),
    "times-as-often": Function(
        times_as_often,
        cases=[(33, 2.4), (20, 5), (50, 50)],
        mistakes={
            "shares-only": lambda among_counted, among_all: among_counted / among_all,
            "others-only": lambda among_counted, among_all: among_counted / (100 - among_counted),
            "upside-down": lambda among_counted, among_all: (
                ((100 - among_counted) / (100 - among_all)) / (among_counted / among_all)
            ),
            "points": lambda among_counted, among_all: among_counted - among_all,
            "nobody-is-zero": lambda among_counted, among_all: 0,
        },
    ),
    "needed": Value(
        lambda: 100 / (housed("home") - housed("usual")),
        within=0.02,
        mistakes={
            "ratio": lambda: housed("home") / housed("usual"),
            "odds": odds_ratio,
            "points": lambda: housed("home") - housed("usual"),
            "share": lambda: (housed("home") - housed("usual")) / 100,
            "no-comparison": lambda: 100 / housed("home"),
        },
    ),
    "status-to-keep": Function(
        status_to_keep,
        cases=[
            (["preliminary", "final"],),
            (["final", "disputed"],),
            (["mislabelled", "preliminary"],),
            (["press_error"],),
        ],
        mistakes={
            "keeps-wrong": lambda statuses: status_to_keep(statuses) or (statuses[0] if statuses else None),
            "first-row": lambda statuses: statuses[0] if statuses else None,
            "last-row": lambda statuses: statuses[-1] if statuses else None,
            "final-only": lambda statuses: "final" if "final" in statuses else None,
        },
    ),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "count-growth": lambda: 100 * growth(counted(2023), counted(2005)),
    "population-growth": lambda: 100 * growth(residents(2021), residents(2005)),
    "rate-2005": first_rate,
}
