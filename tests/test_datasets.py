"""The rules every table keeps, and the published answers that are computed from the tables."""

import csv
import json
import re
import shutil
import warnings
from pathlib import Path

import pytest

from kit import course, data
from kit.data.package import build, built_files, check
from kit.data.rules import FOR_TRAINERS, problems
from kit.data.tables import _package
from kit.errors import DataError

FOLDER = course.folder("datasets")
RESOURCES = _package()["resources"]


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "datasets"
    shutil.copytree(FOLDER, folder)
    return folder


def rows(resource):
    with (FOLDER / resource["path"]).open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


# --- the rules ----------------------------------------------------------------------------


def test_every_table_keeps_every_rule():
    assert check() == []


def test_a_rebuild_changes_no_byte():
    for path, content in built_files(FOLDER).items():
        assert (FOLDER / path).read_bytes() == content, path


def test_tables_are_utf_8_with_line_feeds_and_one_line_a_row():
    for each in RESOURCES:
        content = (FOLDER / each["path"]).read_bytes()
        content.decode("utf-8")
        assert b"\r" not in content and not content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\n") == each["rows"] + 1


def test_the_standard_validator_accepts_description_and_data():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from frictionless import validate

        report = validate(str(FOLDER / "datapackage.json"))
    errors = [(task.name, error.message) for task in report.tasks for error in task.errors]
    assert report.valid, [*report.errors, *errors][:5]
    assert len(report.tasks) == len(RESOURCES)


BREAKS = {
    "no source": (
        "barcelona/ond-casework.csv",
        "europa-press-2012-oficina-no-discriminacion",
        "nobody-knows",
        "source",
    ),
    "unknown unit": ("barcelona/housing-audit.csv", ",euro per month,", ",doubloons,", "closed list"),
    "unknown status": ("barcelona/housing-audit.csv", ",wrong,", ",oops,", "closed list"),
    "missing part": ("vancouver/vancouver-deaths.csv", "394,deaths", "393,deaths", "miss their total"),
    "tie": (
        "vancouver/city-homeless-counts.csv",
        "1264,persons,press_error",
        "1264,persons,final",
        "equally good",
    ),
    "blank": ("barcelona/housing-audit.csv", ",Arab name,", ", Arab name,", "blanks"),
    "small count": ("barcelona/ond-casework.md", "small_cells", "tiny_cells", "below 5"),
    "silent card": ("barcelona/ond-casework.md", "## Who can be hurt", "## Nothing", "says nothing"),
    "nobody uses it": ("barcelona/housing-audit.md", 'used_in = ["for trainers"]', "used_in = []", "used_in"),
}


@pytest.mark.parametrize("fault", BREAKS)
def test_a_broken_rule_is_named(copy, fault):
    path, old, new, words = BREAKS[fault]
    text = (copy / path).read_text("utf-8")
    assert old in text
    (copy / path).write_text(text.replace(old, new, 1), "utf-8", newline="\n")
    found = problems(copy)
    assert any(words in each and Path(path).stem in each for each in found), found


def test_a_source_that_no_row_uses_is_named(copy):
    path = copy / "barcelona" / "barcelona-sources.csv"
    path.write_text(
        path.read_text("utf-8") + "spare,Nobody,,press,https://example.org,,,en\n", "utf-8", newline="\n"
    )
    assert any("spare" in each for each in problems(copy))


def test_a_row_that_stands_twice_is_named(copy):
    path = copy / "barcelona" / "housing-audit.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[-1]]), "utf-8", newline="\n")
    assert any("the same" in each for each in problems(copy))


def test_a_table_without_a_card_and_a_card_without_a_table_are_named(copy):
    (copy / "barcelona" / "housing-audit.md").unlink()
    (copy / "barcelona" / "ond-casework.csv").unlink()
    found = " ".join(problems(copy))
    assert "no card (housing-audit.md)" in found and "no table (ond-casework.csv)" in found


def test_tables_out_of_step_are_named_and_put_right_by_a_build(copy):
    path = copy / "barcelona" / "housing-audit.csv"
    head, *lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([head, *reversed(lines)]), "utf-8", newline="\n")
    assert any("housing-audit.csv is out of date" in each for each in check(copy))
    assert "barcelona/housing-audit.csv" in build(copy)
    assert check(copy) == [] and build(copy) == []


@pytest.mark.parametrize(
    ("path", "spoil", "key"),
    [
        ("barcelona/housing-audit.md", lambda text: text.replace("title =", "title", 1), "data.bad-card"),
        ("barcelona/housing-audit.md", lambda text: text.replace("place = ", "where = ", 1), "data.card-lacks"),
        ("barcelona/housing-audit.csv", lambda text: text.replace("year,", "jahr,", 1), "data.no-field"),
        ("barcelona/housing-audit.csv", lambda text: text + "1,2,3\n", "data.bad-row"),
        ("barcelona/housing-audit.csv", lambda text: text + '"open', "data.bad-table"),
    ],
)
def test_a_card_or_table_that_cannot_be_read_stops_the_build_in_three_lines(copy, path, spoil, key):
    (copy / path).write_text(spoil((copy / path).read_text("utf-8")), "utf-8", newline="\n")
    with pytest.raises(DataError) as caught:
        build(copy)
    assert caught.value.key == key and len(caught.value.lines) == 3


def test_no_row_is_about_a_person():
    """The kit's own gate looks at every table; dates are not telephone numbers."""
    from kit.data.personal import examine

    for each in RESOURCES:
        if each["synthetic"]:
            continue
        dates = [f["name"] for f in each["schema"]["fields"] if f["type"] == "date" or "\\d{4}" in str(f)]
        columns = {name: [row[name] for row in rows(each)] for name in rows(each)[0]}
        assert examine(columns, not_personal=dates) == [], each["name"]


def test_a_warning_in_a_note_shows_in_the_status():
    """No row that its own note calls wrong passes for a good one."""
    loud = re.compile(
        r"DISAGREES with|CONFLICT|PRELIMINARY|PRESS ERROR|MISLABELLED|SUSPECT|WRONG|IMPOSSIBLE|REVISED:|MISPRINT"
    )
    for each in RESOURCES:
        if each["fact"]:
            quiet = [row for row in rows(each) if loud.search(row["definition"]) and row["status"] == "final"]
            quiet = [row for row in quiet if "not because of an error" not in row["definition"]]
            assert quiet == [], each["name"]


def test_no_source_is_a_test_host_or_a_bare_number():
    for each in RESOURCES:
        if each["name"].endswith("-sources"):
            for row in rows(each):
                host = row["url"].split("/")[2]
                assert not re.fullmatch(r"[\d.:]+", host), row
                assert not re.search(r"(^|\.)(test|dev|staging)\.|siteproxy|alphadev", host), row
                assert row["kind"] == "mirror" or "wpengine" not in host, row


def test_a_table_is_used_by_a_lesson_or_is_for_trainers():
    ids, asked = set(), set()
    for path in course.folder("modules").rglob("*.ipynb"):
        lesson = json.loads(path.read_text("utf-8"))["metadata"].get("lesson", {})
        ids.add(lesson.get("id"))
        asked |= set(lesson.get("datasets", []))
    names = {each["name"] for each in RESOURCES}
    assert asked <= names, asked - names
    for each in RESOURCES:
        assert each["name"] in asked or FOR_TRAINERS in each["used_in"], each["name"]
        assert set(each["used_in"]) - {FOR_TRAINERS} <= ids, each["name"]


def test_worked_examples_hold_readable_inputs_and_answers():
    table = data.load("worked-examples")
    assert len(table) == 55 and (table["tolerance"] >= 0).all()
    for text in [*table["inputs"], *table["expected"]]:
        json.loads(text)


# --- published answers, computed from the tables -------------------------------------------


def value(name, *, all_rows=False, **wanted):
    """Give the one value that fits, or fail."""
    table = data.load(name, conflicts=all_rows)
    for column, word in wanted.items():
        table = table[table[column] == word]
    assert len(table) == 1, (name, wanted, len(table))
    return table["value"].iloc[0]


def situations(year):
    return value("observatory-totals", indicator="situations", year=year)


def files(year):
    return value("ond-casework", indicator="files_opened", category="all", year=year)


def ground(year, category):
    return value("observatory-grounds", indicator="ground_count", category=category, year=year)


def test_barcelona_growth_of_reports():
    growth = [round((situations(y) / situations(y - 1) - 1) * 100, 1) for y in range(2019, 2025)]
    assert growth == [55.1, 6.1, 15.6, 25.2, 37.1, 27.4]
    assert round(situations(2024) / situations(2018), 2) == 4.16


def test_barcelona_office_and_observatory():
    shares = [round(files(y) / situations(y) * 100, 1) for y in range(2019, 2024)]
    assert shares == [55.5, 50.2, 48.4, 38.0, 31.7]
    assert situations(2019) - files(2019) == 183 and situations(2023) - files(2023) == 591


def test_barcelona_shares_need_one_base():
    table = data.load("observatory-grounds")
    table = table[(table["indicator"] == "ground_count") & (table["year"] == 2022)]
    racism = ground(2022, "racism and xenophobia")
    assert table["value"].sum() == 767
    assert round(racism / situations(2022) * 100, 1) == 29.3 and round(racism / 767 * 100, 1) == 24.1
    assert round(ground(2020, "racism and xenophobia") / situations(2020) * 100, 1) == 37.4


def test_barcelona_audit_and_evictions():
    native = value("housing-audit", category="native name", indicator="response_rate")
    arab = value("housing-audit", category="Arab name", indicator="response_rate")
    assert round(native - arab, 1) == 18.8 and round((native / arab - 1) * 100, 1) == 49.7
    assert value("evictions-housing", category="Nou Barris share of district households") == 0.59
    assert value("evictions-housing", category="evictions per day", year=2018) == 6.5
    foreign = value("police-stops-catalonia", category="foreign citizens", unit="checks")
    assert round(foreign / value("police-stops-catalonia", category="all", unit="checks") * 100, 1) == 40.0
    assert value("hate-crime-regional-body", category="complaints regional office") == 176


def test_vienna_turnout_and_naturalisation():
    votes = value("vienna-electorate-turnout", indicator="votes_cast", category="City Council election")
    eligible = value(
        "vienna-electorate-turnout", indicator="eligible_voters", category="City Council election", year=2025
    )
    without = value("voting-exclusion-city", indicator="residents_without_vote_count", year=2025)
    assert round(votes / eligible * 100, 2) == 62.74
    assert round(votes / (eligible + without) * 100, 1) == 40.5
    for year, rate in ((2002, 5.70), (2022, 0.72), (2023, 0.57)):
        granted = value("naturalisation", indicator="naturalisations", dimension="total", year=year)
        foreign = value("naturalisation", indicator="foreign_citizens", year=year)
        assert round(granted / foreign * 100, 2) == rate


def test_vienna_rounding_housing_police_and_reports():
    table = data.load("vienna-discrimination-surveys")
    table = table[table["indicator"] == "experienced_discrimination"]
    table = table[table["category"].isin(["several times", "once"])]
    any_time = table.groupby(table["dimension"].astype("str"))["value"].sum().round(2)
    assert any_time["place: housing (search, neighbours)"] == 24.26
    assert any_time["place: public authority or office"] == 22.18
    bound = value("vienna-housing", category="permanently socially bound (published)")
    assert round(bound / value("vienna-housing", category="all main-residence dwellings") * 100, 1) == 43.4
    charged = value("vienna-police-complaints", place="Vienna", category="cases brought to court")
    cases = value("vienna-police-complaints", place="Vienna", category="allegation cases examined")
    assert round(charged / cases * 100, 2) == 0.54 and round(3 / cases * 100, 2) == 0.23
    reports = {y: value("racism-reports-zara", indicator="racism_reports", year=y) for y in (2020, 2022)}
    assert round((reports[2022] / reports[2020] - 1) * 100, 1) == -51.3


def counted(year, category, place="City of Vancouver"):
    name = "city-homeless-counts" if place == "City of Vancouver" else "region-and-municipal-counts"
    return value(name, indicator="homeless_people_counted", category=category, year=year, place=place)


def test_vancouver_counts():
    def change(new, old):
        return round((new / old - 1) * 100, 1)

    assert change(counted(2011, "unsheltered"), counted(2008, "unsheltered")) == -81.0
    assert change(counted(2011, "sheltered"), counted(2008, "sheltered")) == 86.5
    assert change(counted(2011, "total"), counted(2008, "total")) == 0.3
    assert change(counted(2023, "total"), counted(2005, "total")) == 77.4
    people = {y: value("vancouver-population", place="City of Vancouver", year=y) for y in (2005, 2021)}
    assert round(counted(2005, "total") / people[2005] * 10_000, 1) == 22.8
    assert round(counted(2023, "total") / people[2021] * 10_000, 1) == 36.5
    assert change(counted(2023, "total", "Delta"), counted(2020, "total", "Delta")) == 158.8
    assert change(counted(2023, "total", "Surrey"), counted(2020, "total", "Surrey")) == 64.6


def test_vancouver_shares_and_trial():
    def share(indicator, year, place="Metro Vancouver region"):
        return value(
            "vancouver-disaggregation", indicator=indicator, category="Indigenous", year=year, place=place
        )

    region = share("persons_identified", 2017)
    assert round(region / counted(2017, "total", "Metro Vancouver region") * 100, 1) == 20.7
    assert round(region / (share("share_of_homeless", 2017) / 100)) == 2194
    assert round(share("persons_identified", 2017, "City of Vancouver") / region * 100, 1) == 60.1
    first = "in_stable_housing_at_one_year"
    arms = data.load("housing-first-trial")
    arms = arms[arms["indicator"] == first]["value"].tolist()
    assert sorted(arms) == [31, 73]
    assert round(73 / 31, 2) == 2.35 and round((73 / 27) / (31 / 69), 1) == 6.0


def test_philippines_breaks_and_bases():
    volume = {y: value("crime-series-break", indicator="crime_volume", year=y) for y in (2008, 2009, 2012)}
    assert round(volume[2009] / volume[2008], 1) == 7.5
    assert round((volume[2012] / volume[2009] - 1) * 100, 1) == -56.7
    cebu = {y: value("vaw-police-and-survey", place="Cebu City", indicator="total", year=y) for y in (2012, 2013)}
    assert round((cebu[2013] / cebu[2012] - 1) * 100, 1) == 126.5
    asked = value("vaw-police-and-survey", indicator="women_interviewed", category="ever-married women",
                  place="Philippines")  # fmt: skip
    assert round(asked * 0.264) == 3051
    people = data.load("philippines-regions-population-units")
    people = people[(people["indicator"] == "population") & (people["year"] == 2015)].set_index("place")["value"]
    assert people.index.is_unique, "the clean view must not double the capital region"
    cases = data.load("vaw-police-and-survey")
    cases = cases[(cases["category"] == "rape") & (cases["year"] == 2009)].set_index("place")["value"]
    rates = (cases / people * 100_000).round(1)
    assert [rates[each] for each in ("National Capital Region", "Western Visayas", "ARMM")] == [3.6, 5.7, 0.3]


def test_philippines_institutions_deaths_and_review():
    name = "philippines-local-institutions-training"
    working = value(name, indicator="still_functional") / value(name, indicator="established_since_2001")
    assert round(working * 100, 1) == 32.2
    passed = value(name, indicator="complaints_passed_to_chr")
    received = value("chr-complaints-cases", indicator="complaints_received", category="all", year=2011)
    assert round(passed / received * 100, 1) == 0.5
    dead = data.load("drug-campaign-official")
    dead = dead[dead["indicator"] == "suspects_killed_in_operations_since_2016_07_01"].set_index("period")["value"]
    assert dead["2022-05-31"] - dead["2018-11-30"] == 1202 and dead["2019-05-31"] - dead["2019-06-30"] == 1074
    for year, part, share in ((2017, "accepted in full", 40.1), (2022, "accepted in total", 74.4)):
        got = {c: value("upr-and-chr-budget", category=c, year=year) for c in (part, "received")}
        assert round(got[part] / got["received"] * 100, 1) == share


def test_oaxaca_weights_and_systems():
    table = data.load("municipal-poverty-population")
    wide = table.pivot(index=["place_code", "category"], columns=["indicator", "year"], values="value")
    for year, plain, weighted in ((2010, 43.5, 29.2), (2015, 35.8, 24.8)):
        poor = wide[("extreme_poverty_share", year)]
        base = wide[("population_base_of_estimate", year)]
        assert round(poor.mean(), 1) == plain
        assert round((poor * base).sum() / base[poor.notna()].sum(), 1) == weighted
    people = wide[("population", 2020)].groupby("category").sum()
    assert people.sum() == 4_132_148 and people["normative systems"] == 1_469_720
    sni = wide.reset_index()["category"].eq("normative systems").sum()
    assert (sni, len(wide)) == (418, 570)


def test_oaxaca_rates_and_rulers():
    people = data.load("municipal-poverty-population")
    people = people[people["indicator"] == "population"].set_index("place")["value"]
    places = {"Oaxaca de Juárez": 41.3, "Santa Lucía del Camino": 107.2, "Santa Cruz Amilpas": 174.2}
    for place, rate in places.items():
        got = value("defensoria-complaints-training", place=place, indicator="files", year=2024)
        assert round(got / people[place] * 100_000, 1) == rate
    poverty = data.load("oaxaca-poverty-state")
    both = poverty[(poverty["place"] == "Oaxaca (state)") & (poverty["category"] == "poverty")]
    both = both[(both["year"] == 2018) & (both["indicator"] == "share_of_population")]
    assert sorted(both["value"]) == [64.3, 66.4], "two series, two right values"
    office = "women-in-municipal-office"
    party = value(office, indicator="women_municipal_presidents", category="political parties", year=2024)
    party /= value(office, indicator="municipalities", category="political parties", year=2024)
    assert round(party * 100, 1) == 26.3
    assert value(office, indicator="share_of_women_presidents", category="both systems") == 19.5
