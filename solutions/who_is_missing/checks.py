"""Tasks of the lesson and the exercise *Who is missing from our figures?*

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Order, Value


def published(table, indicator, year, *, place, category):
    """Look up one published figure, the final one."""
    rows = kit.data.load(table)
    found = rows[
        (rows["indicator"] == indicator)
        & (rows["year"] == year)
        & (rows["place"] == place)
        & (rows["category"] == category)
        & (rows["status"] == "final")
    ]
    return found["value"].item()


def capital(category):
    """People of that kind in the city of Oaxaca de Juárez, 2020."""
    table, place = "oaxaca-languages-and-population", "Oaxaca de Juárez"
    indicator = "population" if category == "all" else "persons"
    return published(table, indicator, 2020, place=place, category=category)


def speakers():
    """Speakers of an Indigenous language in that city."""
    return capital("speakers of an indigenous language")


def self_named():
    """People in that city who call themselves Indigenous."""
    return capital("self-identified indigenous")


def mexico(category):
    """People of that kind in Mexico, 2020."""
    return published("oaxaca-languages-and-population", "persons", 2020, place="Mexico", category=category)


def narrow():
    """Speakers of an Indigenous language in Mexico, aged 3 and over."""
    return mexico("speakers of an indigenous language, age 3+")


def wide():
    """People who live in Indigenous households in Mexico."""
    return mexico("persons in indigenous households")


REGION = "Metro Vancouver region"


def said_indigenous(year):
    """Respondents of that year's count in the region of Vancouver who said that they were Indigenous."""
    return published("vancouver-disaggregation", "persons_identified", year, place=REGION, category="Indigenous")


def share_of_answers(year):
    """Published share of these among those who answered the question."""
    percent = published("vancouver-disaggregation", "share_of_homeless", year, place=REGION, category="Indigenous")
    return percent / 100


def counted(year):
    """Everyone counted in the region that year."""
    table, indicator = "region-and-municipal-counts", "homeless_people_counted"
    return published(table, indicator, year, place=REGION, category="total")


def answered(year):
    """People who answered the question, worked out from the number and its share."""
    return said_indigenous(year) / share_of_answers(year)


def vienna(dimension):
    """Share of Vienna's residents on 1 January 2020, by passport or by birthplace, in percent."""
    rows = kit.data.load("vienna-population-definitions")
    is_city = (rows["category"] == "city total") & (rows["period"] == "2020-01-01")
    return rows[is_city & (rows["dimension"] == dimension)]["value"].item()


def identity_share(yes, no, not_stated):
    """Tell which share of those who answered belongs to a group; None where too few answered to know."""
    if not_stated is None:
        return None
    asked_and_answered = yes + no
    if not asked_and_answered or asked_and_answered < not_stated:
        return None
    return yes / asked_and_answered


TASKS = {
    # Lesson
    "remember-reports": Choice(["more-happens", "more-reported", "worse-office"], answer="more-reported"),
    "remember-binding": Choice(["resolution", "covenant", "both"], answer="covenant"),
    "first-step": Choice(["census", "own-word", "organisations", "purpose"]),
    "missed-share": Value(
        lambda: (self_named() - speakers()) / self_named(),
        share=True,
        mistakes={
            "seen": lambda: speakers() / self_named(),
            "other-base": lambda: (self_named() - speakers()) / speakers(),
            "of-residents": lambda: (self_named() - speakers()) / capital("all"),
            "difference": lambda: self_named() - speakers(),
        },
    ),
    "answered": Value(
        lambda: answered(2017),
        within=34,
        mistakes={
            "times": lambda: said_indigenous(2017) * share_of_answers(2017),
            "of-all": lambda: counted(2017) * share_of_answers(2017),
            "silent": lambda: counted(2017) - answered(2017),
            "all-turned": lambda: counted(2017) / share_of_answers(2017),
        },
    ),
    "birthplace-or-passport": Value(
        lambda: 10 * (vienna("born abroad") - vienna("foreign citizenship")),
        within=0.5,
        mistakes={
            "of-hundred": lambda: vienna("born abroad") - vienna("foreign citizenship"),
            "relative": lambda: vienna("born abroad") / vienna("foreign citizenship") - 1,
            "whole": lambda: 10 * vienna("born abroad"),
            "minus": lambda: 10 * (vienna("foreign citizenship") - vienna("born abroad")),
        },
    ),
    "reading": Choice(["fell", "language", "only-one", "purpose"], answer="purpose"),
    # Exercise
    "narrower": Value(
        lambda: (wide() - narrow()) / wide(),
        share=True,
        mistakes={
            "other-base": lambda: (wide() - narrow()) / narrow(),
            "left": lambda: narrow() / wide(),
            "difference": lambda: wide() - narrow(),
        },
    ),
    "gave-an-answer": Value(
        lambda: answered(2014) / counted(2014),
        share=True,
        within=0.012,
        mistakes={
            "of-all": lambda: said_indigenous(2014) / counted(2014),
            "published": lambda: share_of_answers(2014),
            "silent": lambda: 1 - answered(2014) / counted(2014),
            "people": lambda: answered(2014),
        },
    ),
    "identity-share": Function(
        identity_share,
        cases=[(30, 70, 50), (5, 15, 4), (120, 40, 160), (4, 6, 30)],
        mistakes={
            "of-everyone": lambda yes, no, not_stated: yes / (yes + no + not_stated),
            "silence-ignored": lambda yes, no, not_stated: yes / (yes + no),
            "silence-is-yes": lambda yes, no, not_stated: (yes + not_stated) / (yes + no + not_stated),
            "zero-for-unknown": lambda yes, no, not_stated: 0,
            "half-is-few": lambda yes, no, not_stated: yes / (yes + no) if yes + no > not_stated else None,
        },
    ),
    "steps": Order(
        {
            "partners": [],
            "purpose": ["partners"],
            "wording": ["purpose"],
            "safety": ["wording"],
            "trial": ["safety"],
            "ask": ["trial"],
            "publish": ["ask"],
        }
    ),
    "reading-women": Choice(["average", "rate", "most-are-women", "split"], answer="split"),
    "which-box": Choice(["clerk", "must-answer", "own-word", "never"], answer="own-word"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "speakers-capital": lambda: 100 * speakers() / capital("all"),
    "self-named-capital": lambda: 100 * self_named() / capital("all"),
    "missed-capital": lambda: self_named() - speakers(),
}
