"""Tasks of the lesson and the exercise *Who owes what to whom*.

What an article of the Universal Declaration touches is read from the table ``udhr-articles``.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

from functools import cache

import kit
from kit.learn.tasks import Choice, Function, Order, Table, Value


@cache
def reached():
    """Give the articles that touch each service."""
    rows = kit.data.load("udhr-articles")
    found = {}
    for article, areas in zip(rows["article"], rows["service_areas"], strict=True):
        for service in areas.split("; "):
            found.setdefault(service, []).append(article)
    return found


def all_articles():
    """How many articles the Declaration has."""
    return len(kit.data.load("udhr-articles"))


def by_any(*services):
    """How many articles touch at least one of these services."""
    return len(set().union(*(reached()[service] for service in services)))


def added_up(*services):
    """What somebody gets who adds the lists and counts shared articles twice."""
    return sum(len(reached()[service]) for service in services)


def by_both(one, other):
    """How many articles touch both services."""
    return len(set(reached()[one]) & set(reached()[other]))


def without(service):
    """How many articles touch at least one other service."""
    return by_any(*(other for other in reached() if other != service))


def reach_of_five():
    """Five services and how many articles touch each."""
    import pandas as pd

    services = ["education", "social services", "planning", "culture", "procurement"]
    return pd.DataFrame({"service": services, "articles": [len(reached()[service]) for service in services]})


def touched(services, articles):
    """Count the articles that at least one service of a town touches; None where nobody knows its services."""
    if services is None:
        return None
    return sum(1 for touches in articles if set(touches) & set(services))


def rooms(year):
    """Single rooms in Vancouver's core at the rate that social assistance pays for shelter."""
    rows = kit.data.load("vancouver-housing-stock-rents")
    at_rate = rows["indicator"] == "rooms_renting_at_the_shelter_component_of_income_assistance"
    return rows[at_rate & (rows["year"] == year)]["value"].item()


VILLAGE = ("water", "civil registry", "culture")
TOWN = [["water"], ["water", "health"], ["housing"]]

TASKS = {
    # Lesson
    "counter-or-claim": Choice(["favour", "claim", "gift"], answer="claim"),
    "who-promised": Choice(["mayor", "state", "nobody"], answer="state"),
    "first-answer": Choice(["province", "harm", "home", "law"]),
    "desk-steps": Order(
        {
            "right": [],
            "holder": ["right"],
            "bearer": ["holder"],
            "layer": ["bearer"],
            "answer": ["layer"],
        }
    ),
    "which-layer": Choice(["respect", "protect", "fulfil"], answer="protect"),
    "two-services": Value(
        lambda: by_any("housing", "civil registry"),
        mistakes={
            "added-up": lambda: added_up("housing", "civil registry"),
            "both-only": lambda: by_both("housing", "civil registry"),
            "one-list": lambda: len(reached()["housing"]),
        },
    ),
    "without-police": Value(
        lambda: without("policing") / all_articles(),
        share=True,
        mistakes={
            "all-police": lambda: 1 - len(reached()["policing"]) / all_articles(),
            "lost-part": lambda: 1 - without("policing") / all_articles(),
            "number": lambda: without("policing"),
        },
    ),
    "duty-reading": Choice(["signed", "resolution", "flat", "powers"], answer="powers"),
    # Exercise
    "reach": Table(reach_of_five, by=["service"]),
    "village": Value(
        lambda: by_any(*VILLAGE) / all_articles(),
        share=True,
        mistakes={
            "added-up": lambda: added_up(*VILLAGE) / all_articles(),
            "services": lambda: len(VILLAGE) / len(reached()),
            "number": lambda: by_any(*VILLAGE),
        },
    ),
    "touched": Function(
        touched,
        cases=[(["water"], TOWN), (["health", "housing"], TOWN), (["water", "health"], TOWN)],
        mistakes={
            "twice": lambda services, articles: sum(len(set(touches) & set(services)) for touches in articles),
            "only-inside": lambda services, articles: sum(
                1 for touches in articles if set(touches) <= set(services)
            ),
            "all-articles": lambda services, articles: len(articles),
            "unknown-is-none": lambda services, articles: touched(services or [], articles),
        },
    ),
    "contractor": Choice(["nothing", "protect", "pay", "state"], answer="protect"),
    "bus-steps": Order(
        {
            "ask": [],
            "name": ["ask"],
            "map": ["name"],
            "own": ["map"],
            "pass": ["own"],
            "tell": ["pass"],
        }
    ),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "services": lambda: len(reached()),
    "police-articles": lambda: len(reached()["policing"]),
    "rooms-lost": lambda: rooms(2003) - rooms(2023),
}
