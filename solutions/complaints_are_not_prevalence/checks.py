"""Tasks of the lesson and the exercise *Complaints are not prevalence*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Value


def published(table, indicator, year, *, category="all", unit=None):
    """Look up one published figure."""
    rows = kit.data.load(table)
    found = rows[(rows["indicator"] == indicator) & (rows["year"] == year) & (rows["category"] == category)]
    if unit:
        found = found[found["unit"] == unit]
    return found["value"].item()


def situations(year):
    """Situations reported to Barcelona's Observatory in that year."""
    return published("observatory-totals", "situations", year)


def office_files(year):
    """Files opened by Barcelona's own office in that year."""
    return published("ond-casework", "files_opened", year)


def change(later, earlier):
    """Change as a share of the earlier figure."""
    return (later - earlier) / earlier


def zara(year):
    """Reports to the organisation ZARA, Austria, in that year."""
    return published("racism-reports-zara", "racism_reports", year, category="all reports to the NGO ZARA")


def affected_share(year):
    """Share of these reports that came from people who were directly affected."""
    indicator, who = "racism_reports_by_reporter", "directly affected person"
    return published("racism-reports-zara", indicator, year, category=who, unit="percent") / 100


def affected_in_survey():
    """Share of Barcelona's residents in the 2022 survey to whom it happened anywhere in the city."""
    where = "ANYWHERE IN THE CITY"
    return published("survey-underreporting", "experienced_discrimination", 2022, category=where) / 100


def told_in_survey():
    """Share of these who told an organisation, the administration, the police or a court."""
    whom = "NGO, administration, police or court"
    return published("survey-underreporting", "told_someone_official", 2022, category=whom) / 100


def share_of_rise():
    """Part of the rise of all situations, 2020 to 2022, that came from the office's own files."""
    return (office_files(2022) - office_files(2020)) / (situations(2022) - situations(2020))


def people_per_report(residents, share, reports):
    """Tell how many people who were affected stand behind one report; None where nobody can know."""
    if share is None or not reports:
        return None
    return residents * share / reports


TASKS = {
    # Lesson
    "remember-holder": Choice(["family", "landlord", "council"], answer="family"),
    "remember-share": Value(lambda: 50 / 200, share=True, mistakes={"upside-down": lambda: 200 / 50}),
    "first-step": Choice(["staff", "survey", "reporters", "wait"]),
    "growth": Value(
        lambda: change(situations(2024), situations(2023)),
        share=True,
        mistakes={
            "later-base": lambda: change(situations(2024), situations(2023)) * situations(2023) / situations(2024),
            "factor": lambda: situations(2024) / situations(2023),
            "difference": lambda: situations(2024) - situations(2023),
            "fall": lambda: change(situations(2023), situations(2024)),
        },
    ),
    "office-share": Value(
        lambda: office_files(2023) / situations(2023),
        share=True,
        mistakes={
            "upside-down": lambda: situations(2023) / office_files(2023),
            "other-year": lambda: office_files(2019) / situations(2019),
            "rest": lambda: 1 - office_files(2023) / situations(2023),
        },
    ),
    "direct-reports": Value(
        lambda: affected_share(2021) * zara(2021),
        within=5,
        mistakes={
            "percent-times": lambda: 100 * affected_share(2021) * zara(2021),
            "others": lambda: (1 - affected_share(2021)) * zara(2021),
            "other-year": lambda: affected_share(2021) * zara(2020),
        },
    ),
    "reading": Choice(["quadrupled", "office", "silence", "unclear"], answer="unclear"),
    # Exercise
    "fall": Value(
        lambda: change(zara(2022), zara(2020)),
        share=True,
        mistakes={
            "sign": lambda: change(zara(2020), zara(2022)) * zara(2022) / zara(2020),
            "later-base": lambda: (zara(2022) - zara(2020)) / zara(2022),
            "left-over": lambda: zara(2022) / zara(2020),
            "difference": lambda: zara(2022) - zara(2020),
        },
    ),
    "share-of-rise": Value(
        share_of_rise,
        share=True,
        mistakes={
            "level": lambda: office_files(2022) / situations(2022),
            "own-growth": lambda: change(office_files(2022), office_files(2020)),
            "upside-down": lambda: 1 / share_of_rise(),
            "rest": lambda: 1 - share_of_rise(),
        },
    ),
    "people-per-report": Function(
        people_per_report,
        cases=[(10_000, 0.1, 50), (80_000, 0.25, 40), (900, 0.1, 7)],
        mistakes={
            "no-share": lambda residents, share, reports: residents / reports,
            "upside-down": lambda residents, share, reports: reports / (residents * share),
            "told-only": lambda residents, share, reports: residents * share,
            "silence-is-zero": lambda residents, share, reports: 0,
            "rounded": lambda residents, share, reports: round(residents * share / reports),
        },
    ),
    "reading-fall": Choice(["halved", "trust", "unclear", "useless"], answer="unclear"),
    "reading-survey": Choice(["doubled", "wording", "sample", "wrong"], answer="wording"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "factor": lambda: situations(2024) / situations(2018),
    "files-more": lambda: office_files(2023) - office_files(2019),
    "situations-more": lambda: situations(2023) - situations(2019),
    "affected-of-thousand": lambda: (
        10
        * published("survey-underreporting", "experienced_discrimination", 2022, category="ANYWHERE IN THE CITY")
    ),
    "told-of-thousand": lambda: (
        10
        * published("survey-underreporting", "experienced_discrimination", 2022, category="ANYWHERE IN THE CITY")
        * published(
            "survey-underreporting", "told_someone_official", 2022, category="NGO, administration, police or court"
        )
        / 100
    ),
}
