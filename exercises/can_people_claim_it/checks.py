"""Tasks of the lesson and the exercise *Can people claim it?*

Each right answer and each known misreading is computed from published figures and from the law.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import re

import kit
from kit.learn.tasks import Choice, Function, Order, Table, Value


def published(table, **wanted):
    """Look up one published figure by the words of its row."""
    rows = kit.data.load(table)
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    return rows["value"].item()


def received(year):
    """Complaints received by the regional office in Catalonia."""
    indicator = "complaints_regional_equal_treatment_office"
    return published("hate-crime-regional-body", indicator=indicator, dimension="total", year=year)


def opened(year):
    """Sanction procedures opened by the regional office."""
    return published("hate-crime-regional-body", indicator="sanction_proceedings_regional_office", year=year)


def oaxaca(indicator):
    """Complaints to the Defensoría of Oaxaca, 2012 to 2019."""
    return published("defensoria-complaints-training", indicator=indicator, period="2012/2019")


def barcelona_2019(indicator):
    """Situations told in Barcelona in 2019, or those that ended in a formal complaint."""
    return published("observatory-totals", indicator=indicator, year=2019, dimension="total")


def study(place, category):
    """Allegations of ill-treatment by the police, 2012 to 2015."""
    wanted = {"indicator": "ill_treatment_allegations_police", "period": "2012/2015"}
    return published("vienna-police-complaints", place=place, category=category, **wanted)


def allegations(place="Vienna and Salzburg"):
    """Allegations examined by the study."""
    return study(place, "allegation cases examined")


def to_court():
    """Allegations brought to court in both cities."""
    return study("Vienna", "cases brought to court") + study("Salzburg", "cases brought to court")


def fines():
    """Lowest and highest fine for each kind of infringement, read from the law."""
    import pandas as pd

    law = kit.data.load("legal-provisions")
    said = law.loc[law["provision"].str.startswith("article 45(1)"), "paraphrase"]
    found = [
        re.match(r"(.+) infringements: fines of ([\d,]+) to ([\d,]+) euros", words).groups() for words in said
    ]
    rows = [(kind.lower(), int(least.replace(",", "")), int(most.replace(",", ""))) for kind, least, most in found]
    return pd.DataFrame(rows, columns=["kind", "least", "most"])


def limits():
    """Lowest and highest fine by kind."""
    return {row.kind: (row.least, row.most) for row in fines().itertuples()}


def fits(kind, amount):
    """Say whether a fine is too low, fits, or is too high; None where the law does not know the kind."""
    if kind not in limits():
        return None
    least, most = limits()[kind]
    if amount < least:
        return "too low"
    return "too high" if amount > most else "fits"


def limits_left_out(kind, amount):
    """Misreading: the lowest and the highest fine themselves do not count."""
    if kind not in limits():
        return None
    least, most = limits()[kind]
    return "too low" if amount <= least else "too high" if amount >= most else "fits"


def only_the_top(kind, amount):
    """Misreading: any fine below the highest one fits."""
    if kind not in limits():
        return None
    return "too high" if amount > limits()[kind][1] else "fits"


def any_kind(kind, amount):
    """Misreading: what fits some kind fits every kind."""
    if kind not in limits():
        return None
    least, most = min(low for low, _ in limits().values()), max(high for _, high in limits().values())
    return "too low" if amount < least else "too high" if amount > most else "fits"


def unknown_fits(kind, amount):
    """Misreading: where the law does not know the kind, any fine will do."""
    return "fits" if kind not in limits() else fits(kind, amount)


TASKS = {
    # Lesson
    "remember-bound": Choice(["signed", "ratified", "resolution"], answer="ratified"),
    "remember-duty": Choice(["watch", "protect", "nothing"], answer="protect"),
    "first-step": Choice(["facts", "mediate", "press", "court"]),
    "routes": Order(
        {
            "committee": ["court"],
            "procedure": ["clock"],
            "facts": [],
            "court": ["procedure"],
            "clock": ["facts"],
        }
    ),
    "went-further": Value(
        lambda: opened(2023) / received(2023),
        share=True,
        mistakes={
            "other-year": lambda: opened(2023) / received(2022),
            "upside-down": lambda: received(2023) / opened(2023),
            "stopped": lambda: 1 - opened(2023) / received(2023),
        },
    ),
    "pending": Value(
        lambda: (oaxaca("complaints_received") - oaxaca("complaints_concluded")) / oaxaca("complaints_received"),
        share=True,
        mistakes={
            "concluded": lambda: oaxaca("complaints_concluded") / oaxaca("complaints_received"),
            "of-concluded": lambda: (
                (oaxaca("complaints_received") - oaxaca("complaints_concluded")) / oaxaca("complaints_concluded")
            ),
            "number": lambda: oaxaca("complaints_received") - oaxaca("complaints_concluded"),
        },
    ),
    "nhri-grade": Choice(["city-office", "observatory", "national", "court"], answer="national"),
    "reading": Choice(["works", "little", "agency", "honest"], answer="honest"),
    # Exercise
    "to-court": Value(
        lambda: 1000 * to_court() / allegations(),
        within=0.06,
        mistakes={
            "one-city": lambda: 1000 * to_court() / allegations("Vienna"),
            "share": lambda: to_court() / allegations(),
            "percent": lambda: 100 * to_court() / allegations(),
            "upside-down": lambda: allegations() / to_court(),
        },
    ),
    "fines": Table(fines, by=["kind"]),
    "fits": Function(
        fits,
        cases=[("serious", 10_001), ("very serious", 20_000), ("minor", 12_000)],
        mistakes={
            "limits-left-out": limits_left_out,
            "only-the-top": only_the_top,
            "any-kind": any_kind,
            "unknown-fits": unknown_fits,
        },
    ),
    "desk": Order(
        {
            "count": ["tell"],
            "open": ["power"],
            "hear": [],
            "tell": ["open"],
            "facts": ["hear"],
            "power": ["facts"],
        }
    ),
    "grade": Choice(["still-b", "a-now", "city", "no-body"], answer="a-now"),
    "acquitted": Choice(["false", "proved", "route", "useless"], answer="route"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "further-2022": lambda: 100 * opened(2022) / received(2022),
    "no-complaint": lambda: barcelona_2019("situations") - barcelona_2019("formal_complaints"),
}
