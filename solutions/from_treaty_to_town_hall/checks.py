"""Tasks of the lesson and the exercise *From treaty to town hall*.

Each right answer and each known misreading is computed from the tables on treaties and resolutions.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Order, Table, Value


def core():
    """One row a country and a core treaty: is the State bound, and can people complain?"""
    rows = kit.data.load("ratifications")
    rows = rows[rows["treaty_kind"] == "core treaty"]
    return rows.assign(
        bound=rows["status"].isin(["ratified", "acceded"]).astype(int),
        open=(rows["individual_communications"] == "yes").astype(int),
    )


def by_country():
    """How many of the nine treaties bind each State, and how many of these are open and closed."""
    counted = core().groupby("country_name", as_index=False)[["bound", "open"]].sum()
    return counted.assign(closed=counted["bound"] - counted["open"])


def of(country, column):
    """Look up one figure of one country."""
    table = by_country()
    return table.loc[table["country_name"] == country, column].item()


def total(column):
    """Add up one column over all countries."""
    return by_country()[column].sum()


def treaties():
    """Number of core treaties in the table."""
    return core()["treaty"].nunique()


def operative(name):
    """Number of operative paragraphs of a resolution."""
    return (kit.data.load(name)["para_type"] == "operative").sum()


def door(status, accepted):
    """Say where a resident stands: open, closed, not bound, or to be looked up."""
    if status not in ("ratified", "acceded"):
        return "not bound"
    if accepted is None:
        return "look it up"
    return "open" if accepted == "yes" else "closed"


TASKS = {
    # Lesson
    "remember-voice": Choice(["nothing", "say", "form"], answer="say"),
    "remember-duty": Choice(["mayor", "state", "people"], answer="state"),
    "first-step": Choice(["read", "ratified", "report", "ask"]),
    "claim-steps": Order(
        {
            "answer": ["ratified"],
            "kind": ["text"],
            "addressee": ["kind"],
            "words": ["addressee"],
            "ratified": ["words"],
            "text": [],
        }
    ),
    "closed": Value(
        lambda: of("Canada", "closed"),
        within=0.1,
        mistakes={
            "not-bound": lambda: treaties() - of("Canada", "bound"),
            "from-nine": lambda: treaties() - of("Canada", "open"),
            "open": lambda: of("Canada", "open"),
        },
    ),
    "share-open": Value(
        lambda: of("Philippines", "open") / of("Philippines", "bound"),
        share=True,
        mistakes={
            "of-nine": lambda: of("Philippines", "open") / treaties(),
            "closed": lambda: of("Philippines", "closed") / of("Philippines", "bound"),
            "upside-down": lambda: of("Philippines", "bound") / of("Philippines", "open"),
        },
    ),
    "data-paragraph": Choice(["op2-51", "pp14-51", "op2-57", "none"], answer="op2-57"),
    "reading": Choice(["obliges", "signed", "complain", "through"], answer="through"),
    # Exercise
    "open-share": Value(
        lambda: total("open") / total("bound"),
        share=True,
        mistakes={
            "all-pairs": lambda: total("open") / len(core()),
            "mean-of-shares": lambda: (by_country()["open"] / by_country()["bound"]).mean(),
            "closed": lambda: total("closed") / total("bound"),
            "upside-down": lambda: total("bound") / total("open"),
            "bound-share": lambda: total("bound") / len(core()),
        },
    ),
    "by-country": Table(by_country, by=["country_name"]),
    "door": Function(
        door,
        cases=[("acceded", "yes"), ("ratified", "no"), ("none", "no")],
        mistakes={
            "signed-binds": lambda status, accepted: (
                "not bound"
                if status == "none"
                else "look it up"
                if accepted is None
                else "open"
                if accepted == "yes"
                else "closed"
            ),
            "acceded-lost": lambda status, accepted: (
                "not bound"
                if status != "ratified"
                else "look it up"
                if accepted is None
                else "open"
                if accepted == "yes"
                else "closed"
            ),
            "unknown-is-no": lambda status, accepted: (
                "not bound" if status not in ("ratified", "acceded") else "open" if accepted == "yes" else "closed"
            ),
            "status-only": lambda status, accepted: "open" if status in ("ratified", "acceded") else "not bound",
        },
    ),
    "whose-words": Choice(["all-there", "call", "preamble", "later"], answer="call"),
    "sentence": Choice(["resolution", "committee", "free", "state"], answer="state"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "paragraphs-51": lambda: operative("resolution-51-12"),
    "paragraphs-57": lambda: operative("resolution-57-12"),
    "countries": lambda: len(by_country()),
}
