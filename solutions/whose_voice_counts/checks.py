"""Tasks of the lesson and the exercise *Whose voice counts*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Table, Value

PARTIES, CUSTOMS, BOTH = "political parties", "normative systems (SNI)", "both systems"


def figure(table, indicator, category, year):
    """One final figure of a table."""
    rows = kit.data.load(table)
    rows = rows[(rows["indicator"] == indicator) & (rows["category"] == category) & (rows["year"] == year)]
    return rows[rows["status"].isin(["final", "inferred"])]["value"].iloc[0].item()


def with_vote(year):
    """People with a vote for Vienna's council."""
    return figure("vienna-electorate-turnout", "eligible_voters", "City Council election", year)


def voted(year):
    """Votes cast for Vienna's council, final count."""
    return figure("vienna-electorate-turnout", "votes_cast", "City Council election", year)


def without_vote(year):
    """Residents of Vienna aged 16 or more without a vote."""
    return figure("voting-exclusion-city", "residents_without_vote_count", "16+", year)


def residents(category):
    """Residents of Vienna on 1 January 2020."""
    return figure("voting-exclusion-city", "population", category, 2020)


def turnout_2020():
    """Share of those with a vote who used it in 2020."""
    return figure("vienna-electorate-turnout", "turnout", "Austrian citizens", 2020) / 100


def adults_2025():
    """Residents of Vienna aged 16 or more in April 2025; about, since one part is rounded."""
    return with_vote(2025) + without_vote(2025)


def oaxaca(indicator, system, year):
    """One figure on women in municipal office in Oaxaca."""
    return figure("women-in-municipal-office", indicator, system, year)


def women(system, year):
    """Women elected president of a municipality in that year."""
    if (system, year) == (CUSTOMS, 2024):
        return oaxaca("women_municipal_presidents_elected_in_the_year", system, year)
    return oaxaca("women_municipal_presidents", system, year)


def all_municipalities():
    """Municipalities of the state of Oaxaca."""
    return oaxaca("municipalities_in_the_state", BOTH, 2019)


def party_towns():
    """Municipalities with party lists, 2024."""
    return oaxaca("municipalities", PARTIES, 2024)


def valid_elections():
    """Elections under own customs that were held valid, 2024."""
    return oaxaca("elections_validated_in_the_year", CUSTOMS, 2024)


def women_of_both():
    """Women elected president in 2024 under either system."""
    return oaxaca("women_municipal_presidents_elected_in_the_year", BOTH, 2024)


def printed_base():
    """The base that a newspaper printed for both systems, 2024; it is no sum of the two."""
    rows = kit.data.load("women-in-municipal-office", conflicts=True)
    renewed = rows[(rows["indicator"] == "municipalities_renewed") & (rows["status"] == "press_error")]
    return renewed["value"].item()


def led_in(year):
    """Women who led a municipality, both systems."""
    if year == 2010:
        return oaxaca("women_municipal_presidents", BOTH, year)
    return oaxaca("women_municipal_presidents_in_office", BOTH, year)


def parted():
    """Full and substitute posts under own customs, 2017, and both together."""
    import pandas as pd

    posts = [oaxaca(f"{kind}_posts_elected", CUSTOMS, 2017) for kind in ("full", "substitute")]
    won = [oaxaca(f"women_elected_{kind}", CUSTOMS, 2017) for kind in ("full_posts", "substitutes")]
    table = pd.DataFrame(
        {
            "kind": ["full", "substitutes", "together"],
            "posts": [*posts, sum(posts)],
            "women": [*won, sum(won)],
        }
    )
    return table.assign(share=table["women"] / table["posts"])


def voiceless(residents, with_vote):
    """Share of residents of voting age without a vote; None where nobody can know."""
    if residents is None or with_vote is None or not residents or with_vote > residents:
        return None
    return (residents - with_vote) / residents


TASKS = {
    # Lesson
    "not-in-the-rule": Choice(["universality", "equality", "accountability"], answer="accountability"),
    "who-must-answer": Choice(["firm", "town", "family"], answer="town"),
    "first-voice": Choice(["council", "users", "owners", "experts"]),
    "three-ways": Choice(["vote", "seat", "hearing"], answer="hearing"),
    "without-vote": Value(
        lambda: without_vote(2020) / residents("16+"),
        share=True,
        mistakes={
            "children": lambda: without_vote(2020) / residents("all ages"),
            "by-voters": lambda: without_vote(2020) / (residents("16+") - without_vote(2020)),
            "with-vote": lambda: 1 - without_vote(2020) / residents("16+"),
        },
    ),
    "all-adults": Value(
        lambda: turnout_2020() * with_vote(2020) / residents("16+"),
        share=True,
        mistakes={
            "turnout": turnout_2020,
            "roll": lambda: with_vote(2020) / residents("16+"),
            "stayed": lambda: 1 - turnout_2020() * with_vote(2020) / residents("16+"),
            "children": lambda: turnout_2020() * with_vote(2020) / residents("all ages"),
        },
    ),
    "party-towns": Value(
        lambda: women(PARTIES, 2024) / party_towns(),
        share=True,
        mistakes={
            "printed": lambda: women_of_both() / printed_base(),
            "mixed": lambda: women_of_both() / (party_towns() + valid_elections()),
            "customs": lambda: women(CUSTOMS, 2024) / valid_elections(),
            "whole-state": lambda: women(PARTIES, 2024) / all_municipalities(),
        },
    ),
    "voice-reading": Choice(["turnout", "city", "customs", "three"], answer="three"),
    # Exercise
    "roll-change": Value(
        lambda: (with_vote(2025) - with_vote(2020)) / with_vote(2020),
        share=True,
        within=0.001,
        mistakes={
            "sign": lambda: (with_vote(2020) - with_vote(2025)) / with_vote(2020),
            "left-over": lambda: with_vote(2025) / with_vote(2020),
            "difference": lambda: with_vote(2025) - with_vote(2020),
        },
    ),
    "points-up": Value(
        lambda: 100 * (led_in(2023) - led_in(2010)) / all_municipalities(),
        within=0.1,
        mistakes={
            "as-share": lambda: (led_in(2023) - led_in(2010)) / all_municipalities(),
            "growth": lambda: 100 * (led_in(2023) / led_in(2010) - 1),
            "times": lambda: led_in(2023) / led_in(2010),
            "women": lambda: led_in(2023) - led_in(2010),
            "level": lambda: 100 * led_in(2023) / all_municipalities(),
        },
    ),
    "parted": Table(parted, by=["kind"]),
    "voiceless": Function(
        voiceless,
        cases=[(1000, 750), (640, 512), (90, 60), (300, 320)],
        mistakes={
            "with-vote": lambda residents, with_vote: with_vote / residents,
            "by-voters": lambda residents, with_vote: (residents - with_vote) / with_vote,
            "head-count": lambda residents, with_vote: residents - with_vote,
            "below-zero": lambda residents, with_vote: (residents - with_vote) / residents,
            "unknown-is-none": lambda residents, with_vote: voiceless(residents, with_vote) or 0,
            "rounded": lambda residents, with_vote: round((residents - with_vote) / residents, 1),
        },
    ),
    "sanctions": Choice(["worst", "customs", "harmless", "register"], answer="register"),
    "roll-reading": Choice(["half", "night", "final", "all"], answer="final"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "adults": adults_2025,
    "of-all": lambda: 100 * voted(2025) / adults_2025(),
    "voted-of-hundred": lambda: 100 * voted(2025) / adults_2025(),
    "stayed": lambda: 100 * (with_vote(2025) - voted(2025)) / adults_2025(),
    "shut-out": lambda: 100 * without_vote(2025) / adults_2025(),
    "custom-2019": lambda: 100 * women(CUSTOMS, 2019) / oaxaca("municipalities_with_valid_results", CUSTOMS, 2019),
    "custom-2024": lambda: 100 * women(CUSTOMS, 2024) / valid_elections(),
    "custom-2025": lambda: 100 * women(CUSTOMS, 2025) / oaxaca("elections", CUSTOMS, 2025),
    "party-2024": lambda: 100 * women(PARTIES, 2024) / party_towns(),
    "mixed": lambda: 100 * women_of_both() / (party_towns() + valid_elections()),
    "custom-of-hundred": lambda: 100 * oaxaca("municipalities", CUSTOMS, 2024) / all_municipalities(),
}
