"""Tasks of the lesson and the exercise *What could this decision do to people?*

The screening rule is the one of the instrument, `kit.assess.impact_screening`; figures come from the tables.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.assess import impact_screening
from kit.learn.tasks import Choice, Function, Order, Table, Value

CITY, REGION = "City of Vancouver", "Metro Vancouver region"
WORDS = {"y": "yes", "n": "no", "?": "unknown"}


def checks_share(category, indicator, year=2017):
    """Share in percent, Catalonia: of the checks, or of the people."""
    rows = kit.data.load("police-stops-catalonia")
    found = rows[(rows["indicator"] == indicator) & (rows["category"] == category) & (rows["year"] == year)]
    return found[found["unit"] == "percent"]["value"].item()


def indigenous(indicator, place, year):
    """Share of Indigenous people in percent: among homeless people who answered, or among residents."""
    rows = kit.data.load("vancouver-disaggregation")
    found = rows[(rows["indicator"] == indicator) & (rows["category"] == "Indigenous") & (rows["place"] == place)]
    return found[found["year"] == year]["value"].item()


def homeless(place, year):
    """Share of Indigenous people among homeless people who answered, in percent."""
    return indigenous("share_of_homeless", place, year)


def residents(place, year):
    """Share of Indigenous people among residents, in percent."""
    return indigenous("share_of_population", place, year)


def per_head(share, of_all):
    """Compare the rate of a group with the rate of everybody else; both shares in percent."""
    return share / of_all / ((100 - share) / (100 - of_all))


def city_table():
    """Both shares of the City of Vancouver, for the years that have both."""
    rows = kit.data.load("vancouver-disaggregation")
    rows = rows[(rows["category"] == "Indigenous") & (rows["place"] == CITY)]
    rows = rows[rows["indicator"].isin(["share_of_homeless", "share_of_population"])]
    table = rows.pivot_table(index="year", columns="indicator", values="value").dropna().reset_index()
    table.columns = ["year", "homeless", "residents"]
    return table.assign(times=table["homeless"] / table["residents"])


def depth(answers):
    """Give the depth by the rule of the instrument, for ten letters y, n or ?."""
    names = [f"s{number:02d}" for number in range(1, 11)]
    return impact_screening.depth({name: WORDS[letter] for name, letter in zip(names, answers, strict=True)})


def depth_unknown_as_no(answers):
    """Misreading: what is not known counts as no."""
    return depth(answers.replace("?", "n"))


def depth_any_yes(answers):
    """Misreading: every yes asks for a full assessment."""
    return "full" if "y" in answers else depth(answers)


def depth_unknown_first(answers):
    """Misreading: anything not known keeps the screening open."""
    return "open" if "?" in answers else depth(answers)


FOREIGN = "foreign citizens"

TASKS = {
    # Lesson
    "remember-series": Choice(["join", "break", "drop"], answer="break"),
    "remember-respect": Choice(["respect", "protect", "fulfil"], answer="respect"),
    "first-step": Choice(["law", "beds", "voices", "police"]),
    "steps": Order(
        {
            "terms": ["screening"],
            "baseline": ["readers"],
            "decision": [],
            "screening": ["decision"],
            "readers": ["terms"],
        }
    ),
    "market-depth": Choice(["none", "short", "full", "open"], answer="full"),
    "times": Value(
        lambda: checks_share(FOREIGN, "identity_checks") / checks_share(FOREIGN, "population_share"),
        within=0.06,
        mistakes={
            "upside-down": lambda: (
                checks_share(FOREIGN, "population_share") / checks_share(FOREIGN, "identity_checks")
            ),
            "difference": lambda: (
                checks_share(FOREIGN, "identity_checks") - checks_share(FOREIGN, "population_share")
            ),
            "rates": lambda: per_head(
                checks_share(FOREIGN, "identity_checks"), checks_share(FOREIGN, "population_share")
            ),
            "other-year": lambda: (
                checks_share(FOREIGN, "identity_checks", 2021) / checks_share(FOREIGN, "population_share")
            ),
        },
    ),
    "reading": Choice(["neutral", "silence", "duty", "time"], answer="time"),
    # Exercise
    "region-times": Value(
        lambda: homeless(REGION, 2020) / residents(REGION, 2020),
        within=0.06,
        mistakes={
            "upside-down": lambda: residents(REGION, 2020) / homeless(REGION, 2020),
            "difference": lambda: homeless(REGION, 2020) - residents(REGION, 2020),
            "rates": lambda: per_head(homeless(REGION, 2020), residents(REGION, 2020)),
            "city": lambda: homeless(CITY, 2019) / residents(CITY, 2019),
        },
    ),
    "city-table": Table(city_table, by=["year"]),
    "depth": Function(
        depth,
        cases=[("nn?ynnnnnn",), ("nnnnynnnnn",), ("nnnnnnnnnn",), ("n?nnnnnnnn",)],
        mistakes={
            "unknown-is-no": depth_unknown_as_no,
            "any-yes-is-full": depth_any_yes,
            "unknown-first": depth_unknown_first,
        },
    ),
    "reading-court": Choice(["paper", "banned", "people", "late"], answer="people"),
    "reading-square": Choice(["leave", "prove", "ask", "drop"], answer="ask"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {"times-2019": lambda: homeless(CITY, 2019) / residents(CITY, 2019)}
