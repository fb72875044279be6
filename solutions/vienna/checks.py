"""Tasks of the case and the exercise *Vienna*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Table, Value


def figure(table, indicator, category, year, *, place=None):
    """One final figure of a table."""
    rows = kit.data.load(table)
    rows = rows[(rows["indicator"] == indicator) & (rows["category"] == category) & (rows["year"] == year)]
    if place:
        rows = rows[rows["place"] == place]
    return rows[rows["status"] == "final"]["value"].iloc[0].item()


def citizens(year):
    """People who became citizens in Vienna in that year."""
    return figure("naturalisation", "naturalisations", "all", year)


def foreign(year):
    """Residents with a foreign passport at the start of that year."""
    return figure("naturalisation", "foreign_citizens", "all ages", year)


def rate(year):
    """Share of residents with a foreign passport who became citizens in that year."""
    return citizens(year) / foreign(year)


def cases_2024(category):
    """Cases of the federal body on complaints against the police, first year."""
    return figure("vienna-police-complaints", "ebm_proceedings", category, 2024)


COURT, ALL = "indictments", "proceedings in first year of new complaints body (EBM)"
DROPPED, NOT_OPENED = "discontinued (Section 190 Code of Criminal Procedure)", "no investigation opened"


def concluded():
    """Cases of 2024 that had come to an end."""
    return sum(cases_2024(category) for category in (COURT, "diversion", DROPPED, NOT_OPENED))


def examined(category="allegation cases examined", *, place="Vienna"):
    """Cases of alleged ill-treatment, 2012 to 2015."""
    return figure("vienna-police-complaints", "ill_treatment_allegations_police", category, 2015, place=place)


def met():
    """Percent that met discrimination at all, by place; of all, and of those who answered."""
    import pandas as pd

    rows = kit.data.load("vienna-discrimination-surveys")
    rows = rows[rows["indicator"] == "experienced_discrimination"]
    wide = rows.pivot(index="dimension", columns="category", values="value")
    at_all = wide["several times"] + wide["once"]
    return pd.DataFrame(
        {
            "place": wide.index.str.removeprefix("place: "),
            "any": at_all.values,
            "of_answers": (100 * at_all / (100 - wide["do not know/no answer"])).values,
        }
    )


def apart(share, margin, other_share, other_margin):
    """Tell whether the ranges of two shares keep apart; None where a margin is not known."""
    if margin is None or other_margin is None:
        return None
    return "apart" if abs(share - other_share) > margin + other_margin else "overlap"


TASKS = {
    # Lesson
    "hearing-owes": Choice(["vote", "answer", "nothing"], answer="answer"),
    "reports-fell": Choice(["less", "worse", "unclear"], answer="unclear"),
    "first-ask": Choice(["name", "money", "door", "proof"]),
    "which-door": Choice(["coordinates", "discrimination", "police"], answer="discrimination"),
    "rate-2022": Value(
        lambda: rate(2022),
        share=True,
        within=0.0002,
        mistakes={
            "everybody": lambda: citizens(2022) / figure("voting-exclusion-city", "population", "all ages", 2023),
            "upside-down": lambda: foreign(2022) / citizens(2022),
        },
    ),
    "rate-factor": Value(
        lambda: rate(2002) / rate(2022),
        within=0.15,
        mistakes={
            "counts": lambda: citizens(2002) / citizens(2022),
            "upside-down": lambda: rate(2022) / rate(2002),
            "foreign": lambda: foreign(2022) / foreign(2002),
        },
    ),
    "charged": Value(
        lambda: cases_2024(COURT) / concluded(),
        share=True,
        within=0.0002,
        mistakes={
            "all-cases": lambda: cases_2024(COURT) / cases_2024(ALL),
            "of-dropped": lambda: cases_2024(COURT) / cases_2024(DROPPED),
            "not-charged": lambda: 1 - cases_2024(COURT) / concluded(),
        },
    ),
    "vienna-reading": Choice(["resolution", "coordinates", "convictions", "evidence"], answer="evidence"),
    # Exercise
    "citizens-change": Value(
        lambda: citizens(2022) / citizens(2002) - 1,
        share=True,
        mistakes={
            "sign": lambda: 1 - citizens(2022) / citizens(2002),
            "left-over": lambda: citizens(2022) / citizens(2002),
            "later-base": lambda: (citizens(2022) - citizens(2002)) / citizens(2022),
            "difference": lambda: citizens(2022) - citizens(2002),
        },
    ),
    "foreign-growth": Value(
        lambda: foreign(2022) / foreign(2002) - 1,
        share=True,
        mistakes={
            "times": lambda: foreign(2022) / foreign(2002),
            "later-base": lambda: (foreign(2022) - foreign(2002)) / foreign(2022),
            "difference": lambda: foreign(2022) - foreign(2002),
        },
    ),
    "met": Table(met, by=["place"], within=0.051),
    "apart": Function(
        apart,
        cases=[(55, 6, 15, 1), (31, 8, 26, 7), (30, 5, 40, 5), (40, 6, 30, 7)],
        mistakes={
            "unknown-is-none": lambda share, margin, other_share, other_margin: apart(
                share, margin or 0, other_share, other_margin or 0
            ),
            "touching": lambda share, margin, other_share, other_margin: (
                "apart" if abs(share - other_share) >= margin + other_margin else "overlap"
            ),
            "one-margin": lambda share, margin, other_share, other_margin: (
                "apart" if abs(share - other_share) > max(margin, other_margin) else "overlap"
            ),
            "points-only": lambda share, margin, other_share, other_margin: (
                "overlap" if share == other_share else "apart"
            ),
        },
    ),
    "four-truths": Choice(["passport", "born", "origin", "no-vote"], answer="no-vote"),
    "parts": Choice(["lie", "both", "smaller", "mean"], answer="both"),
    "upper-bound": Value(
        lambda: 3 / examined(),
        share=True,
        within=0.0001,
        mistakes={
            "zero": lambda: examined("convictions", place="Vienna and Salzburg") / examined(),
            "charged": lambda: examined("cases brought to court") / examined(),
            "upside-down": lambda: examined() / 3,
        },
    ),
}

# Numbers that the case states in its text and that no source prints.
COMPUTED = {
    "concluded": concluded,
    "charged-percent": lambda: 100 * examined("cases brought to court") / examined(),
    "count-factor": lambda: citizens(2002) / citizens(2022),
}
