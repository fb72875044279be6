"""Tasks of the lesson and the exercise *Step by step: progressive realisation*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Table, Value


def published(table, indicator, year, *, category=None):
    """Look up one published figure."""
    rows = kit.data.load(table)
    found = rows[(rows["indicator"] == indicator) & (rows["year"] == year)]
    if category is not None:
        found = found[found["category"] == category]
    return found["value"].item()


def counted(year, category="total"):
    """People counted as homeless in the City of Vancouver on one night."""
    return published("city-homeless-counts", "homeless_people_counted", year, category=category)


def rooms(year):
    """Single rooms that could be rented with the housing part of welfare."""
    indicator = "rooms_renting_at_the_shelter_component_of_income_assistance"
    return published("vancouver-housing-stock-rents", indicator, year)


def evicted(year):
    """Evictions carried out by the courts in Barcelona in that year."""
    return published("evictions-housing", "evictions_executed", year, category="all")


def change(later, earlier):
    """Change as a share of the earlier figure."""
    return (later - earlier) / earlier


def for_chart():
    """People without any shelter and all others, in the years from 2014 in which both are known."""
    rows = kit.data.load("city-homeless-counts")
    rows = rows[(rows["indicator"] == "homeless_people_counted") & (rows["year"] >= 2014)]
    people = rows.pivot(index="year", columns="category", values="value").dropna(subset=["total", "unsheltered"])
    people["others"] = people["total"] - people["unsheltered"]
    return people.reset_index()[["year", "unsheltered", "others"]]


def step(before, after, noise, better):
    """Judge a change: step forward, step back, or no clear change; None where a figure is missing."""
    if before is None or after is None:
        return None
    gained = after - before if better == "higher" else before - after
    if abs(gained) <= noise:
        return "no clear change"
    return "step forward" if gained > 0 else "step back"


TASKS = {
    # Lesson
    "remember-door": Choice(["town", "committee", "court"], answer="committee"),
    "remember-binds": Choice(["all", "ratified", "town"], answer="ratified"),
    "first-step": Choice(["law", "count", "money", "refused"]),
    "at-once": Choice(["home", "equal", "cheap", "tower"], answer="equal"),
    "rooms-lost": Value(
        lambda: (rooms(2003) - rooms(2023)) / rooms(2003),
        share=True,
        mistakes={
            "left": lambda: rooms(2023) / rooms(2003),
            "number": lambda: rooms(2003) - rooms(2023),
            "sign": lambda: change(rooms(2023), rooms(2003)),
            "later-base": lambda: (rooms(2003) - rooms(2023)) / rooms(2023),
        },
    ),
    "evictions": Value(
        lambda: change(evicted(2018), evicted(2015)),
        share=True,
        mistakes={
            "sign": lambda: -change(evicted(2018), evicted(2015)),
            "later-base": lambda: (evicted(2018) - evicted(2015)) / evicted(2018),
            "left": lambda: evicted(2018) / evicted(2015),
            "number": lambda: evicted(2018) - evicted(2015),
        },
    ),
    "four-tests": Choice(["availability", "accessibility", "acceptability", "quality"], answer="accessibility"),
    "reading": Choice(["later", "street", "everybody", "starts"], answer="starts"),
    # Exercise
    "street": Value(
        lambda: change(counted(2023, "unsheltered"), counted(2018, "unsheltered")),
        share=True,
        mistakes={
            "total": lambda: change(counted(2023), counted(2018)),
            "sign": lambda: -change(counted(2023, "unsheltered"), counted(2018, "unsheltered")),
            "number": lambda: counted(2023, "unsheltered") - counted(2018, "unsheltered"),
            "left": lambda: counted(2023, "unsheltered") / counted(2018, "unsheltered"),
        },
    ),
    "for-chart": Table(for_chart, by=["year"]),
    "step": Function(
        step,
        cases=[(450, 400, 10, "higher"), (811, 154, 20, "lower"), (50, 52, 2, "higher"), (100, 103, 5, "higher")],
        mistakes={
            "more-is-better": lambda before, after, noise, better: step(before, after, noise, "higher"),
            "noise-edge": lambda before, after, noise, better: (
                step(before, after, 0, better)
                if abs(after - before) == noise
                else step(before, after, noise, better)
            ),
            "noise-forgotten": lambda before, after, noise, better: step(before, after, 0, better),
            "missing-is-zero": lambda before, after, noise, better: step(before or 0, after or 0, noise, better),
        },
    ),
    "which-test": Choice(["availability", "accessibility", "acceptability", "quality"], answer="quality"),
    "pause": Choice(["free", "never", "reasons", "money"], answer="reasons"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "count-growth": lambda: 100 * change(counted(2023), counted(2011)),
}
