"""Tasks of the lesson and the exercise *How the United Nations hears a town*.

Each right answer and each known misreading is computed from the table of reviews.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Order, Table, Value


def review(country, cycle, column):
    """Look up one number of one review."""
    rows = kit.data.load("universal-periodic-review")
    return float(rows.loc[(rows["country"] == country) & (rows["cycle"] == cycle), column].item())


def share(country, cycle, column="supported"):
    """Recommendations with that answer, as a share of all received."""
    return review(country, cycle, column) / review(country, cycle, "received")


def shares():
    """Share supported for each review whose counts were found in a text."""
    rows = kit.data.load("universal-periodic-review")
    found = rows["received"].notna() & rows["supported"].notna()
    found &= ~rows["recall_fields"].fillna("").str.contains("supported")
    rows = rows[found]
    rows = rows.assign(share=(rows["supported"] / rows["received"]).astype(float))
    return rows.reset_index()[["country", "cycle", "share"]]


def points(supported_before, received_before, supported_now, received_now):
    """Tell by how many percentage points the share changed; None where nobody can know."""
    if None in (supported_before, supported_now) or not received_before or not received_now:
        return None
    return 100 * supported_now / received_now - 100 * supported_before / received_before


def silence_is_zero(supported_before, received_before, supported_now, received_now):
    """Misreading: what nobody counted is zero."""
    before = 100 * (supported_before or 0) / received_before if received_before else 0
    now = 100 * (supported_now or 0) / received_now if received_now else 0
    return now - before


TASKS = {
    # Lesson
    "remember-step": Choice(["plan", "later", "reasons"], answer="reasons"),
    "remember-verb": Choice(["obliges", "encourages", "fines"], answer="encourages"),
    "first-step": Choice(["list", "answer", "own", "figures"]),
    "follow-steps": Order(
        {
            "tell": ["figure"],
            "power": ["answer"],
            "figure": ["act"],
            "answer": ["line"],
            "line": [],
            "act": ["power"],
        }
    ),
    "share-supported": Value(
        lambda: share("PHL", 4),
        share=True,
        mistakes={
            "noted": lambda: share("PHL", 4, "noted"),
            "other-review": lambda: share("PHL", 3),
            "upside-down": lambda: 1 / share("PHL", 4),
        },
    ),
    "share-noted": Value(
        lambda: share("AUT", 3, "noted"),
        share=True,
        mistakes={
            "supported": lambda: share("AUT", 3),
            "number": lambda: review("AUT", 3, "noted"),
            "of-supported": lambda: review("AUT", 3, "noted") / review("AUT", 3, "supported"),
        },
    ),
    "who-is-who": Choice(["council", "review", "treaty-body", "office"], answer="treaty-body"),
    "reading": Choice(["principle", "doubled", "own-grade", "noted"], answer="noted"),
    # Exercise
    "twice": Value(
        lambda: review("ESP", 2, "supported") + review("ESP", 2, "noted") - review("ESP", 2, "received"),
        within=0.1,
        mistakes={
            "rest": lambda: review("ESP", 2, "received") - review("ESP", 2, "supported"),
            "noted": lambda: review("ESP", 2, "noted"),
            "sum": lambda: review("ESP", 2, "supported") + review("ESP", 2, "noted"),
        },
    ),
    "shares": Table(shares, by=["country", "cycle"]),
    "points": Function(
        points,
        cases=[(103, 257, 215, 289), (80, 100, 60, 100), (10, 40, 20, 50)],
        mistakes={
            "count-growth": lambda supported_before, received_before, supported_now, received_now: (
                100 * (supported_now - supported_before) / supported_before
            ),
            "of-the-share": lambda supported_before, received_before, supported_now, received_now: (
                100 * (supported_now / received_now / (supported_before / received_before) - 1)
            ),
            "as-share": lambda supported_before, received_before, supported_now, received_now: (
                supported_now / received_now - supported_before / received_before
            ),
            "turned-round": lambda supported_before, received_before, supported_now, received_now: (
                100 * supported_before / received_before - 100 * supported_now / received_now
            ),
            "silence-is-zero": silence_is_zero,
        },
    ),
    "grades": Choice(["mean", "line", "city-grade", "no-report"], answer="line"),
    "noted-line": Choice(["dead", "accepted", "may-act", "must-act"], answer="may-act"),
    "open-door": Choice(["seat", "parallel", "grade", "none"], answer="parallel"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "count-rise": lambda: 100 * (review("PHL", 4, "supported") / review("PHL", 3, "supported") - 1),
    "share-2017": lambda: 100 * share("PHL", 3),
}
