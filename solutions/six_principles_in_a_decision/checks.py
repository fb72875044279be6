"""Tasks of the lesson and the exercise *Six principles in an ordinary decision*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Order, Value


def housing(indicator, category, *, dimension=None):
    """One figure about homes in Vienna, the latest of its kind."""
    rows = kit.data.load("vienna-housing")
    found = rows[(rows["indicator"] == indicator) & (rows["category"] == category) & (rows["status"] == "final")]
    if dimension:
        found = found[found["dimension"] == dimension]
    return found.sort_values("year")["value"].iloc[-1].item()


def fixed_term(group):
    """Percent of a group that rents a private home for a fixed term."""
    return housing("tenure_share", "private rent, fixed-term", dimension=f"population group: {group}")


def ticket(category):
    """Count of the first year of the Wohn-Ticket."""
    return housing("housing_ticket", category)


def rent(group):
    """Rent in euro per square metre."""
    return housing("rent_per_m2", group)


def answered(name):
    """Percent of letters with this kind of name that got an answer, Barcelona 2020."""
    rows = kit.data.load("housing-audit")
    return rows[(rows["indicator"] == "response_rate") & (rows["category"] == name)]["value"].item()


def harder(failed, group, others_failed, others):
    """Tell how many times as often a group fails as the others; None where there is no such figure."""
    if None in (failed, group, others_failed, others) or not group or not others or not others_failed:
        return None
    return (failed / group) / (others_failed / others)


HERE, ABROAD, NEAR = (
    "no migration background",
    "educated abroad, background third country",
    "educated abroad, background EU/EFTA",
)
ALL, CHECKED, MOVED_UP = (
    "all tickets issued in first year",
    "applicants checked for long-residence bonus",
    "applicants who benefited from the bonus",
)
MUNICIPAL, SUBSIDISED = "for municipal and specially subsidised flats", "for subsidised flats"

TASKS = {
    # Lesson
    "landlord-layer": Choice(["respect", "protect", "fulfil"], answer="protect"),
    "times-as-often": Value(
        lambda: (6 / 20) / (3 / 30),
        within=0.05,
        mistakes={
            "counts": lambda: 6 / 3,
            "upside-down": lambda: (3 / 30) / (6 / 20),
            "difference": lambda: 6 / 20 - 3 / 30,
        },
    ),
    "first-look": Choice(["moved", "asked", "figures", "appeal"]),
    "which-principle": Choice(["universality", "interdependence", "accountability"], answer="universality"),
    "fixed-term": Value(
        lambda: fixed_term(ABROAD) / fixed_term(HERE),
        within=0.05,
        mistakes={
            "upside-down": lambda: fixed_term(HERE) / fixed_term(ABROAD),
            "difference": lambda: fixed_term(ABROAD) - fixed_term(HERE),
            "more": lambda: fixed_term(ABROAD) / fixed_term(HERE) - 1,
            "added": lambda: fixed_term(ABROAD) + fixed_term(HERE),
        },
    ),
    "bonus-share": Value(
        lambda: ticket(MOVED_UP) / ticket(CHECKED),
        share=True,
        mistakes={
            "all-as-base": lambda: ticket(MOVED_UP) / ticket(ALL),
            "looked-at": lambda: ticket(CHECKED) / ticket(ALL),
            "not-moved": lambda: 1 - ticket(MOVED_UP) / ticket(CHECKED),
        },
    ),
    "answers-ratio": Value(
        lambda: answered("native name") / answered("Arab name"),
        within=0.02,
        mistakes={
            "points": lambda: answered("native name") - answered("Arab name"),
            "upside-down": lambda: answered("Arab name") / answered("native name"),
            "more": lambda: answered("native name") / answered("Arab name") - 1,
        },
    ),
    "fair-reading": Choice(["same", "flats", "voted", "tested"], answer="tested"),
    # Exercise
    "rent-gap": Value(
        lambda: rent("migrated from EU/EFTA") / rent(HERE) - 1,
        share=True,
        mistakes={
            "euro": lambda: rent("migrated from EU/EFTA") - rent(HERE),
            "other-base": lambda: 1 - rent(HERE) / rent("migrated from EU/EFTA"),
            "times": lambda: rent("migrated from EU/EFTA") / rent(HERE),
        },
    ),
    "municipal-share": Value(
        lambda: ticket(MUNICIPAL) / ticket(ALL),
        share=True,
        mistakes={
            "others": lambda: ticket(SUBSIDISED) / ticket(ALL),
            "part-to-part": lambda: ticket(MUNICIPAL) / ticket(SUBSIDISED),
            "checked-as-base": lambda: ticket(MUNICIPAL) / ticket(CHECKED),
        },
    ),
    "harder": Function(
        harder,
        cases=[(30, 120, 40, 400), (6, 20, 3, 30), (50, 500, 20, 100)],
        mistakes={
            "counts": lambda failed, group, others_failed, others: failed / others_failed,
            "difference": lambda failed, group, others_failed, others: failed / group - others_failed / others,
            "upside-down": lambda failed, group, others_failed, others: (
                (others_failed / others) / (failed / group)
            ),
            "own-share": lambda failed, group, others_failed, others: failed / group,
            "nobody-is-none": lambda failed, group, others_failed, others: (
                harder(failed, group, others_failed, others) or 0
            ),
        },
    ),
    "missing-principle": Choice(
        ["participation", "accountability", "equality", "indivisibility"], answer="equality"
    ),
    "two-findings": Choice(["favoured", "shut-out", "both", "third"], answer="both"),
    "decision-steps": Order(
        {
            "aim": [],
            "hear": ["aim"],
            "test": ["hear"],
            "change": ["test"],
            "decide": ["change"],
            "review": ["decide"],
        }
    ),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "fixed-here": lambda: fixed_term(HERE),
    "fixed-ratio": lambda: fixed_term(NEAR) / fixed_term(HERE),
    "bonus-percent": lambda: 100 * ticket(MOVED_UP) / ticket(CHECKED),
    "bonus-of-all": lambda: 100 * ticket(MOVED_UP) / ticket(ALL),
}
