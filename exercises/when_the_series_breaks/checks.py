"""Tasks of the lesson and the exercise *When the series breaks*.

Each right answer and each known misreading is computed from the published figures.
The words stand in ``messages.en.po`` and ``messages.es.po``.
"""

import kit
from kit.learn.tasks import Choice, Function, Order, Table, Value


def published(table, indicator, year, **where):
    """Look up one published figure."""
    rows = kit.data.load(table)
    found = rows[(rows["indicator"] == indicator) & (rows["year"] == year)]
    for column, value in where.items():
        found = found[found[column] == value]
    return found["value"].item()


def change(later, earlier):
    """Change as a share of the earlier figure."""
    return (later - earlier) / earlier


def crimes(year):
    """Crimes recorded by the police of the Philippines in that year."""
    return published("crime-series-break", "crime_volume", year, category="all crime")


def crime_rate(year, category="all crime"):
    """Recorded crimes per 100,000 people."""
    return published("crime-series-break", "crime_rate", year, category=category)


def rape(year):
    """Cases of rape in the narrower table of the police."""
    where = {"place": "Philippines", "category": "rape", "period": str(year)}
    return published("vaw-police-and-survey", "cases_recorded_by_police", year, **where)


def cebu(year):
    """Cases that concern women, recorded in Cebu City."""
    return published("vaw-police-and-survey", "total", year, place="Cebu City")


def vancouver(category, year):
    """People counted in the city of Vancouver, final figures."""
    where = {"category": category, "status": "final"}
    return published("city-homeless-counts", "homeless_people_counted", year, **where)


def daily(year):
    """Cases of violence against women and children reported a day."""
    return published("vaw-police-and-survey", "reported_cases_a_day", year, place="Philippines")


def poverty(year, series):
    """Share of Oaxaca's people in poverty, in percent, by the series that the figure belongs to."""
    where = {"place": "Oaxaca (state)", "category": "poverty", "dimension": f"situation, CONEVAL series {series}"}
    return published("oaxaca-poverty-state", "share_of_population", year, **where)


def one_row_a_year():
    """Totals of the city of Vancouver: the final figure of each year, else the preliminary one."""
    rows = kit.data.load("city-homeless-counts", conflicts=True)
    is_total = (rows["indicator"] == "homeless_people_counted") & (rows["category"] == "total")
    totals = rows[is_total & rows["status"].isin(["final", "preliminary"])][["year", "value", "status"]]
    totals = totals.assign(status=totals["status"].astype(str))
    return totals.sort_values(["year", "status"]).drop_duplicates("year").reset_index(drop=True)


def change_within(first_year, first, last_year, last, break_year):
    """Give the change as a share of the first figure; None across a break or where nobody can know."""
    if first is None or last is None or not first:
        return None
    if break_year is not None and first_year < break_year <= last_year:
        return None
    return (last - first) / first


TASKS = {
    # Lesson
    "remember-hidden": Choice(["safe", "worked-out", "named"], answer="worked-out"),
    "remember-wording": Choice(["doubled", "new-series", "chance"], answer="new-series"),
    "first-step": Choice(["warn", "calm", "count", "more-police"]),
    "cebu-rise": Value(
        lambda: change(cebu(2013), cebu(2012)),
        share=True,
        mistakes={
            "factor": lambda: cebu(2013) / cebu(2012),
            "later-base": lambda: (cebu(2013) - cebu(2012)) / cebu(2013),
            "difference": lambda: cebu(2013) - cebu(2012),
        },
    ),
    "street-fall": Value(
        lambda: change(vancouver("unsheltered", 2011), vancouver("unsheltered", 2008)),
        share=True,
        mistakes={
            "sign": lambda: -change(vancouver("unsheltered", 2011), vancouver("unsheltered", 2008)),
            "later-base": lambda: -change(vancouver("unsheltered", 2008), vancouver("unsheltered", 2011)),
            "left": lambda: vancouver("unsheltered", 2011) / vancouver("unsheltered", 2008),
            "difference": lambda: vancouver("unsheltered", 2011) - vancouver("unsheltered", 2008),
        },
    ),
    "total-change": Value(
        lambda: change(vancouver("total", 2011), vancouver("total", 2008)),
        share=True,
        within=0.002,
        mistakes={
            "added-percents": lambda: (
                change(vancouver("sheltered", 2011), vancouver("sheltered", 2008))
                + change(vancouver("unsheltered", 2011), vancouver("unsheltered", 2008))
            ),
            "shelters-only": lambda: change(vancouver("sheltered", 2011), vancouver("sheltered", 2008)),
            "street-only": lambda: change(vancouver("unsheltered", 2011), vancouver("unsheltered", 2008)),
            "difference": lambda: vancouver("total", 2011) - vancouver("total", 2008),
        },
    ),
    "reading": Choice(["exploded", "fell", "worthless", "two-series"], answer="two-series"),
    # Exercise
    "daily-fall": Value(
        lambda: change(daily(2020), daily(2019)),
        share=True,
        mistakes={
            "printed": lambda: -0.5,
            "sign": lambda: -change(daily(2020), daily(2019)),
            "later-base": lambda: (daily(2020) - daily(2019)) / daily(2020),
            "left": lambda: daily(2020) / daily(2019),
            "difference": lambda: daily(2020) - daily(2019),
        },
    ),
    "poverty-points": Value(
        lambda: poverty(2020, "from 2016") - poverty(2018, "from 2016"),
        within=0.05,
        mistakes={
            "across": lambda: poverty(2020, "from 2016") - poverty(2018, "2008-2018"),
            "joined": lambda: poverty(2020, "from 2016") - poverty(2008, "2008-2018"),
            "ruler": lambda: poverty(2018, "from 2016") - poverty(2018, "2008-2018"),
            "sign": lambda: poverty(2018, "from 2016") - poverty(2020, "from 2016"),
            "percent": lambda: 100 * change(poverty(2020, "from 2016"), poverty(2018, "from 2016")),
        },
    ),
    "change-within": Function(
        change_within,
        cases=[
            (2002, 108, 2008, 75, 2009),
            (2008, 75, 2009, 552, 2009),
            (2009, 552, 2012, 227, 2009),
            (2019, 40, 2021, 50, None),
        ],
        mistakes={
            "break-ignored": lambda first_year, first, last_year, last, break_year: (last - first) / first,
            "zero-at-break": lambda first_year, first, last_year, last, break_year: (
                0
                if break_year is not None and first_year < break_year <= last_year
                else change_within(first_year, first, last_year, last, break_year)
            ),
            "first-year-of-the-new": lambda first_year, first, last_year, last, break_year: (
                None
                if break_year is not None and first_year <= break_year <= last_year
                else change_within(first_year, first, last_year, last, break_year)
            ),
            "all-refused": lambda first_year, first, last_year, last, break_year: (
                None if break_year is not None else (last - first) / first
            ),
            "later-base": lambda first_year, first, last_year, last, break_year: (
                None if break_year is not None and first_year < break_year <= last_year else (last - first) / last
            ),
        },
    ),
    "one-row-a-year": Table(one_row_a_year, by=["year"]),
    "jump-steps": Order(
        {
            "see": [],
            "ask-count": ["see"],
            "mark": ["ask-count"],
            "cut": ["mark"],
            "witness": ["cut"],
            "sentence": ["witness"],
            "publish": ["sentence"],
        }
    ),
    "reading-fall": Choice(["safer", "fear", "coverage", "quote"], answer="coverage"),
}

# Numbers that the lesson states in its text and that no source prints.
COMPUTED = {
    "crime-times": lambda: crimes(2009) / crimes(2008),
    "rate-times": lambda: crime_rate(2009) / crime_rate(2008),
    "index-times": lambda: crime_rate(2009, "index crime") / crime_rate(2008, "index crime"),
    "other-times": lambda: crime_rate(2009, "non-index crime") / crime_rate(2008, "non-index crime"),
    "fall-before": lambda: -100 * change(crimes(2008), crimes(2002)),
    "fall-after": lambda: -100 * change(crimes(2012), crimes(2009)),
    "rape-rise": lambda: 100 * change(rape(2009), rape(2008)),
}
