"""Tasks of the lesson and the exercise *How bad, how likely, and for whom?*

Severity and order are those of the instrument, `kit.assess.impact`; figures come from the tables, grades from
a worked case and from ``impacts.csv`` beside this file. The words stand in ``messages.en.po`` and
``messages.es.po``.
"""

from pathlib import Path

import kit
from kit.assess import impact
from kit.learn.tasks import Choice, Function, Order, Table, Value

THREAT = {"scale": 3, "scope": 1, "irremediability": 4}
THREAT_LIKELIHOOD = 2
CLEARING = {"I1": "home", "I2": "life", "I4": "papers", "I9": "notice"}


def alerts(which):
    """Alerts at the football final in Cardiff: all, false or right."""
    rows = kit.data.load("face-recognition")
    rows = rows[(rows["place"] == "Cardiff") & (rows["indicator"] == "alerts") & (rows["dimension"] == "result")]
    return rows[rows["category"] == which]["value"].item()


def people_in_the_city():
    """People who came to Cardiff for the final."""
    rows = kit.data.load("face-recognition")
    return rows[rows["indicator"] == "people_in_the_city"]["value"].item()


def buenos_aires(indicator):
    """A figure of Buenos Aires."""
    rows = kit.data.load("face-recognition")
    return rows[(rows["place"] == "Buenos Aires") & (rows["indicator"] == indicator)]["value"].iloc[0]


def product(levels):
    """Misreading: levels multiplied."""
    found = 1
    for level in levels:
        found *= level
    return found


def clearing_in_order():
    """Four impacts of the worked case, in the order of the instrument."""
    graded = impact.register(impact.worked_case("encampment-clearing")["impact"])
    return [CLEARING[name] for name in graded["id"] if name in CLEARING]


def each_after_those_before():
    """Say for each impact which ones must come before it."""
    names = clearing_in_order()
    return {name: names[: names.index(name)] for name in CLEARING.values()}


def severity(scale, scope, irremediability):
    """Give the severity by the rule of the instrument; None while a level is missing."""
    if None in (scale, scope, irremediability):
        return None
    return impact.severity(scale=scale, scope=scope, irremediability=irremediability)


def severity_of_known(*levels):
    """Misreading: a missing level is passed over."""
    return max(level for level in levels if level is not None)


def graded():
    """Severity and flag of each impact in Harbour Street."""
    import pandas as pd

    impacts = pd.read_csv(Path(__file__).with_name("impacts.csv"))
    table = impact.order(impacts)
    return table.sort_values("id")[["id", "severity", "do_not_wait"]].reset_index(drop=True)


TASKS = {
    # Lesson
    "remember-unknown": Choice(["no", "unknown", "skip"], answer="unknown"),
    "remember-cell": Choice(["publish", "hide", "drop"], answer="hide"),
    "first-harm": Choice(["faces", "held", "groups", "theft"]),
    "false-share": Value(
        lambda: alerts("false") / alerts("all"),
        within=0.01,
        share=True,
        mistakes={
            "right-share": lambda: alerts("right") / alerts("all"),
            "per-right": lambda: alerts("false") / alerts("right"),
            "of-people": lambda: alerts("false") / people_in_the_city(),
        },
    ),
    "threat-severity": Value(
        lambda: impact.severity(**THREAT),
        mistakes={
            "mean": lambda: sum(THREAT.values()) / 3,
            "product": lambda: product(THREAT.values()),
            "all-four": lambda: product(THREAT.values()) * THREAT_LIKELIHOOD,
            "sum": lambda: sum(THREAT.values()),
            "scale-alone": lambda: THREAT["scale"],
            "scope-alone": lambda: THREAT["scope"],
        },
    ),
    "impacts-order": Order(each_after_those_before()),
    "reading": Choice(["fans", "rare", "solved", "first"], answer="first"),
    # Exercise
    "per-wanted": Value(
        lambda: buenos_aires("people_whose_data_were_requested") / buenos_aires("wanted_persons"),
        within=1,
        mistakes={
            "upside-down": lambda: (
                buenos_aires("wanted_persons") / buenos_aires("people_whose_data_were_requested")
            ),
            "records": lambda: buenos_aires("biometric_data_requested") / buenos_aires("wanted_persons"),
            "found": lambda: (
                buenos_aires("people_whose_data_were_requested") / buenos_aires("wanted_persons_found")
            ),
        },
    ),
    "severity": Function(
        severity,
        cases=[(3, 1, 2), (2, 4, 1), (1, 1, 3), (2, 2, 4)],
        mistakes={
            "mean": lambda *levels: sum(levels) / 3,
            "product": lambda *levels: product(levels),
            "scale-only": lambda scale, scope, irremediability: scale,
            "missing-is-low": severity_of_known,
        },
    ),
    "graded": Table(graded, by=["id"]),
    "reading-dust": Choice(["likely", "look", "lower", "add"], answer="look"),
    "reading-stops": Choice(["balance", "rate", "grave", "never"], answer="grave"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {"alerts-per-right": lambda: alerts("all") / alerts("right")}
