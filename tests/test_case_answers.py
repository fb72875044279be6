"""The answers that the case studies publish are those that the tables give."""

import pytest

import kit


def rows_of(table, *, conflicts=False, **wanted):
    """Rows of a table in which every named column has the value."""
    found = kit.data.load(table, conflicts=conflicts)
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found


def figure(table, *, conflicts=False, **wanted):
    """The one figure in those rows."""
    found = rows_of(table, conflicts=conflicts, **wanted)["value"].unique()
    assert len(found) == 1, (table, wanted, found)
    return found.item()


def about(value, places):
    """The published figure, as far as it was rounded."""
    return pytest.approx(value, abs=0.5 * 10**-places + 1e-9)


def vienna_2025(indicator, status="final"):
    vote = {"year": 2025, "category": "City Council election", "status": status}
    return figure("vienna-electorate-turnout", indicator=indicator, conflicts=True, **vote)


def test_vienna_1_turnout_depends_on_who_is_below_the_line():
    voted, entitled = vienna_2025("votes_cast"), vienna_2025("eligible_voters")
    without = figure("voting-exclusion-city", indicator="residents_without_vote_count", year=2025)
    districts = figure("vienna-electorate-turnout", year=2025, category="district council elections",
                       indicator="eligible_voters")  # fmt: skip
    early = vienna_2025("votes_cast", "preliminary")
    assert 100 * voted / entitled == about(62.74, 2)
    assert 100 * voted / (entitled + without) == about(40.5, 1)
    assert 100 * early / entitled == about(59.76, 2)
    assert 100 * early / districts == about(48.25, 2)


def test_vienna_2_the_rate_of_naturalisation_fell_far_more_than_the_count():
    def citizens(year):
        return figure("naturalisation", indicator="naturalisations", category="all", year=year)

    def foreign(year):
        return figure("naturalisation", indicator="foreign_citizens", year=year)

    rates = {year: 100 * citizens(year) / foreign(year) for year in (2002, 2022, 2023)}
    assert rates == {2002: about(5.70, 2), 2022: about(0.72, 2), 2023: about(0.57, 2)}
    assert 100 * (1 - citizens(2022) / citizens(2002)) == about(69.5, 1)
    assert rates[2002] / rates[2022] == about(7.9, 1)
    assert 100 * (foreign(2022) / foreign(2002) - 1) == about(141, 0)
    assert citizens(2020) < citizens(2023), "2023 was not the lowest of five years"


def test_vienna_3_rounding_before_adding_moves_a_figure_by_a_point():
    rows = rows_of("vienna-discrimination-surveys", indicator="experienced_discrimination")
    wide = rows.pivot(index="dimension", columns="category", values="value")
    met = (wide["several times"] + wide["once"]).sort_values(ascending=False)
    answered = 100 * met / (100 - wide["do not know/no answer"])
    assert list(met) == [about(x, 2) for x in (27.89, 25.88, 24.26, 22.18, 20.76)]
    assert list(answered[met.index]) == [about(x, 1) for x in (30.1, 28.9, 26.3, 24.5, 23.7)]
    rounded = wide.round()
    early = (rounded["several times"] + rounded["once"])[met.index]
    assert list(early[2:4]) == [25, 23]


def test_vienna_4_one_district_has_four_true_figures_and_a_break_in_2017():
    district = "15 Rudolfsheim-Fuenfhaus"
    published = [("foreign citizenship", 2023), ("born abroad", 2022), ("foreign origin", 2021)]
    shares = [
        figure("vienna-population-definitions", category=district, dimension=dimension, year=year)
        for dimension, year in published
    ]
    assert shares == [45, 48.2, 53.6]
    series = rows_of("voting-exclusion-districts", conflicts=True, category=district,
                     indicator="residents_without_vote_share").set_index("year")  # fmt: skip
    assert series["value"].to_dict() == {2011: 34, 2015: 40, 2017: 42.5, 2020: 42, 2023: 44}
    assert series.loc[2017, "status"] == "suspect"


def test_vienna_5_two_ranges_overlap_and_must_not_be_ranked():
    def span(group):
        latest = {"table": "vienna-income-poverty", "category": group, "year": 2020}
        share = figure(indicator="lowest_income_quintile_share", **latest)
        margin = figure(indicator="lowest_income_quintile_margin", **latest)
        return share - margin, share + margin

    third = span("third countries (without Turkey and former Yugoslavia)")
    assert (third, span("Austria")) == ((49, 61), (14, 16))
    assert (span("Turkey"), span("EU15/EFTA")) == ((23, 39), (19, 33))


def test_vienna_6_the_share_of_affected_people_rose_while_their_number_fell():
    def reports(year):
        return figure("racism-reports-zara", indicator="racism_reports", year=year)

    def affected(year, unit):
        who = {"category": "directly affected person", "indicator": "racism_reports_by_reporter"}
        return figure("racism-reports-zara", year=year, unit=unit, **who)

    assert 100 * (reports(2022) / reports(2020) - 1) == about(-51.3, 1)
    assert [affected(year, "percent") for year in (2020, 2022)] == [14, 24]
    assert [affected(year, "reports") for year in (2020, 2022)] == [425, 354]
    assert affected(2021, "percent") / 100 * reports(2021) == about(435, 0)


def test_vienna_7_a_rare_outcome_has_an_upper_end_and_a_base():
    def alleged(category, place="Vienna"):
        name = {"indicator": "ill_treatment_allegations_police", "year": 2015}
        return figure("vienna-police-complaints", category=category, place=place, **name)

    def new_body(category):
        return figure("vienna-police-complaints", indicator="ebm_proceedings", category=category)

    examined = alleged("allegation cases examined")
    assert 100 * alleged("cases brought to court") / examined == about(0.54, 2)
    assert alleged("convictions", place="Vienna and Salzburg") == 0
    assert 100 * 3 / examined == about(0.23, 2)
    court = new_body("indictments")
    ended = ["diversion", "no investigation opened", "discontinued (Section 190 Code of Criminal Procedure)"]
    concluded = court + sum(map(new_body, ended))
    cases = new_body("proceedings in first year of new complaints body (EBM)")
    assert (cases, concluded) == (514, 392)
    assert 100 * court / cases == about(0.39, 2)
    assert 100 * court / concluded == about(0.51, 2)


def test_vienna_8_the_parts_do_not_add_up_to_the_published_totals():
    def dwellings(category):
        return figure("vienna-housing", indicator="dwellings", category=category, year=2017)

    municipal, limited = dwellings("municipal (city-owned)"), dwellings("limited-profit associations")
    bound = dwellings("permanently socially bound (published)")
    rented = municipal + limited + dwellings("private rented")
    assert (dwellings("rented dwellings (published total)"), rented) == (690_900, 690_000)
    assert (bound, municipal + limited) == (391_400, 390_600)
    assert 100 * bound / dwellings("all main-residence dwellings") == about(43.4, 1)


def oaxaca_places():
    """One row for each municipality, with its system of election."""
    rows = kit.data.load("municipal-poverty-population")
    wide = rows.pivot(index=["place", "place_code", "category"], columns=["indicator", "year"], values="value")
    return wide.reset_index()


def extremely_poor(places, year):
    """Share of the people, in percent: each municipality weighs as much as its people."""
    share, base = places["extreme_poverty_share", year], places["population_base_of_estimate", year]
    return (share * base).sum() / base[share.notna()].sum()


def test_oaxaca_1_a_mean_of_places_is_no_share_of_people():
    places = oaxaca_places()
    share = places["extreme_poverty_share"]
    assert (share[2010].count(), share[2015].count()) == (570, 566)
    assert (share[2010].mean(), share[2015].mean()) == (about(43.5, 1), about(35.8, 1))
    assert [extremely_poor(places, year) for year in (2010, 2015)] == [about(29.2, 1), about(24.8, 1)]


def test_oaxaca_2_municipalities_are_not_people():
    places = oaxaca_places()
    own = places[places["category"] == "normative systems"]
    party = places[places["category"] == "political parties"]
    people, everybody = own["population", 2020].sum(), places["population", 2020].sum()
    assert (len(own), len(places), people, everybody) == (418, 570, 1_469_720, 4_132_148)
    assert (100 * 418 / 570, 100 * people / everybody) == (about(73.3, 1), about(35.6, 1))
    assert [extremely_poor(own, year) for year in (2010, 2015)] == [about(46.8, 1), about(40.4, 1)]
    assert [extremely_poor(party, year) for year in (2010, 2015)] == [about(19.8, 1), about(16.5, 1)]


def test_oaxaca_3_small_places_swing_and_missing_is_not_zero():
    places = oaxaca_places()
    share, people = places["extreme_poverty_share"], places["population", 2020]
    change = share[2015] - share[2010]
    small, large = change[people < 1_000], change[people > 10_000]
    assert (small.count(), large.count()) == (111, 93)
    assert (small.std(), large.std()) == (about(17.2, 1), about(7.5, 1))
    missing = set(places[share[2015].isna()]["place"])
    petapa, chimalapa = "Santa María Petapa", "Santa María Chimalapa"
    assert missing == {"Matías Romero Avendaño", "San Francisco Chindúa", petapa, chimalapa}


def test_oaxaca_4_two_systems_are_parted_before_they_are_added():
    def of_office(indicator, system, year):
        wanted = {"indicator": indicator, "category": system, "year": year, "status": "final"}
        return figure("women-in-municipal-office", **wanted)

    own, parties = "normative systems (SNI)", "political parties"
    elected = "women_municipal_presidents_elected_in_the_year"
    party = of_office("women_municipal_presidents", parties, 2024), of_office("municipalities", parties, 2024)
    custom = of_office(elected, own, 2024), of_office("elections_validated_in_the_year", own, 2024)
    both = of_office(elected, "both systems", 2024)
    printed = figure("women-in-municipal-office", conflicts=True, indicator="municipalities_renewed",
                     status="press_error")  # fmt: skip
    assert (party, custom, both, printed) == ((40, 152), (2, 63), 42, 192)
    assert 100 * both / printed == about(21.9, 1), "printed as 21.8"
    assert (100 * 40 / 152, 100 * 2 / 63, 100 * both / (152 + 63)) == (
        about(26.3, 1),
        about(3.2, 1),
        about(19.5, 1),
    )
    assert 152 + of_office("elections_held_in_the_year", own, 2024) == 222
    later = of_office("women_municipal_presidents", own, 2025) / of_office("elections", own, 2025)
    assert 100 * later == about(8.8, 1)


def test_oaxaca_5_for_the_size_of_the_town_the_order_turns_round():
    places = oaxaca_places().set_index("place")["population", 2020]
    published = {
        "Oaxaca de Juárez": (112, 41.3),
        "Santa Lucía del Camino": (54, 107.2),
        "Santa Cruz Xoxocotlán": (39, 38.8),
        "Heroica Ciudad de Tlaxiaco": (28, 69.8),
        "Santa Cruz Amilpas": (23, 174.2),
        "San Jacinto Amilpas": (17, 101.0),
    }
    for town, (files, rate) in published.items():
        assert figure("defensoria-complaints-training", indicator="files", place=town) == files
        assert 100_000 * files / places[town] == about(rate, 1)
    counts = rows_of("defensoria-complaints-training", conflicts=True, dimension="state authority")
    both = counts.pivot(index="category", columns="year", values="value").dropna()
    assert len(both) == 5 and (both[2024] == both[2025]).all(), "two years, the same five counts"


def test_oaxaca_6_one_word_has_four_definitions():
    table, state, capital = "oaxaca-languages-and-population", "Oaxaca (state)", "Oaxaca de Juárez"

    def number(place, year, indicator, category):
        wanted = {"place": place, "year": year, "indicator": indicator, "category": category, "status": "final"}
        return figure(table, **wanted)

    by_age = "speakers of an indigenous language, age"
    speakers = number(state, 2020, "persons", f"{by_age} 3+")
    assert number(state, 2020, "share", f"{by_age} 3+") == about(31.2, 1)
    assert 100 * speakers / number(state, 2020, "population", "all") == about(29.6, 1)
    assert number(state, 2015, "share", f"{by_age} 5+") == 34
    assert number(state, 2018, "share", "indigenous peoples (atlas)") == 43.35
    residents = number(capital, 2020, "population", "all")
    spoken = number(capital, 2020, "persons", "speakers of an indigenous language")
    named = number(capital, 2020, "persons", "self-identified indigenous")
    assert (100 * spoken / residents, 100 * named / residents) == (about(8.0, 1), about(44.3, 1))


def test_oaxaca_7_a_changed_ruler_hides_a_rise_and_a_fall():
    def poverty(year, series):
        wanted = {"place": "Oaxaca (state)", "indicator": "share_of_population", "category": "poverty"}
        return figure("oaxaca-poverty-state", year=year, dimension=f"situation, CONEVAL series {series}", **wanted)

    old, new = "2008-2018", "from 2016"
    assert (poverty(2018, old), poverty(2018, new)) == (66.4, 64.3)
    assert poverty(2020, new) - poverty(2008, old) == about(-0.1, 1), "joined, nothing seems to change"
    assert poverty(2018, old) - poverty(2008, old) == about(4.6, 1)
    assert poverty(2020, new) - poverty(2018, new) == about(-2.6, 1)


def one_day_count(category, year, status="final"):
    wanted = {"indicator": "homeless_people_counted", "category": category, "year": year, "status": status}
    return figure("city-homeless-counts", conflicts=True, **wanted)


def test_vancouver_1_the_street_count_fell_while_the_total_stayed():
    def percent(category):
        return 100 * (one_day_count(category, 2011) / one_day_count(category, 2008) - 1)

    assert percent("unsheltered") == about(-81.0, 1)
    assert percent("sheltered") == about(86.5, 1)
    assert percent("total") == about(0.3, 1)


def residents(year):
    where = {"place": "City of Vancouver", "indicator": "population", "year": year}
    return figure("vancouver-population", **where)


def test_vancouver_2_the_rate_grew_less_than_the_count():
    first, last = one_day_count("total", 2005), one_day_count("total", 2023)
    assert 100 * (last / first - 1) == about(77.4, 1)
    assert (residents(2005), residents(2021)) == (597_628, 662_248)
    assert 10_000 * first / residents(2005) == about(22.8, 1)
    assert 10_000 * last / residents(2021) == about(36.5, 1)
    assert (residents(2015), residents(2016)) == (648_608, 631_486), "an estimate and a census do not meet"


def test_vancouver_3_the_smallest_place_has_the_largest_percentage():
    def counted(place, year):
        if place == "City of Vancouver":
            return one_day_count("total", year)
        where = {"indicator": "homeless_people_counted", "category": "total", "place": place, "year": year}
        return figure("region-and-municipal-counts", **where)

    published = {"Delta": (17, 44, 158.8), "City of Vancouver": (2_095, 2_420, 15.5), "Surrey": (644, 1_060, 64.6)}
    for place, (first, last, percent) in published.items():
        assert (counted(place, 2020), counted(place, 2023)) == (first, last)
        assert 100 * (last / first - 1) == about(percent, 1)


def test_vancouver_4_a_published_share_has_its_own_base():
    region = {"place": "Metro Vancouver region", "year": 2017}
    own_word = figure("vancouver-disaggregation", indicator="persons_identified", category="Indigenous", **region)
    share = figure("vancouver-disaggregation", indicator="share_of_homeless", category="Indigenous", **region)
    counted = figure(
        "region-and-municipal-counts", indicator="homeless_people_counted", category="total", **region
    )
    city = figure("vancouver-disaggregation", indicator="persons_identified", category="Indigenous", year=2017,
                  place="City of Vancouver")  # fmt: skip
    assert (100 * own_word / counted, share) == (about(20.7, 1), 34)
    assert own_word / (share / 100) == about(2_194, 0)
    assert 100 * city / own_word == about(60.1, 1)


def test_vancouver_5_two_ratios_of_one_gap():
    region = {"place": "Metro Vancouver region", "year": 2023}
    homeless = figure("vancouver-disaggregation", indicator="share_of_homeless", category="Indigenous", **region)
    everyone = figure("vancouver-population", place="Metro Vancouver region", year=2021,
                      indicator="share_of_population")  # fmt: skip
    printed = figure("vancouver-disaggregation", indicator="times_more_likely_to_be_homeless", **region)
    assert (homeless, everyone, printed) == (33, 2.4, 13)
    assert homeless / everyone == about(13.8, 1)
    assert (homeless / everyone) / ((100 - homeless) / (100 - everyone)) == about(20.0, 1)


def test_vancouver_6_odds_are_not_shares():
    def result(category, indicator="in_stable_housing_at_one_year"):
        return figure("housing-first-trial", place="Five cities", indicator=indicator, category=category)

    home, usual = result("Housing First high-need, ACT support"), result("usual care, high need")
    assert (home, usual, home - usual) == (73, 31, 42)
    assert home / usual == about(2.35, 2)
    assert (home / (100 - home)) / (usual / (100 - usual)) == about(6.0, 1)
    assert result("difference", "odds_ratio_of_stable_housing_at_one_year") == 6.35
    assert 100 / (home - usual) == about(2.4, 1)


def test_vancouver_7_preliminary_figures_were_replaced():
    for category, early, final in [("total", 1_605, 1_581), ("unsheltered", 145, 154)]:
        assert one_day_count(category, 2011, "preliminary") == early
        assert one_day_count(category, 2011) == final
    region = {"place": "Metro Vancouver region", "category": "total", "year": 2014, "conflicts": True}
    found = {
        status: figure("region-and-municipal-counts", status=status, **region)
        for status in ("preliminary", "final", "mislabelled")
    }
    assert found == {"preliminary": 2_770, "final": 2_777, "mislabelled": 1_813}


def test_philippines_1_a_new_way_of_recording_is_not_more_crime():
    def crime(indicator, year):
        return figure("crime-series-break", indicator=indicator, category="all crime", year=year)

    assert crime("crime_volume", 2009) / crime("crime_volume", 2008) == about(7.5, 1)
    assert crime("crime_rate", 2009) / crime("crime_rate", 2008) == about(7.4, 1)
    assert 100 * (crime("crime_volume", 2012) / crime("crime_volume", 2009) - 1) == about(-56.7, 1)


def test_philippines_2_a_city_counted_its_villages_too():
    def cases(year):
        return figure("vaw-police-and-survey", place="Cebu City", indicator="total", year=year)

    assert 100 * (cases(2013) / cases(2012) - 1) == about(126.5, 1)


def test_philippines_3_an_unfinished_table_is_no_fall():
    def reported(category, year):
        wanted = {"indicator": "cases_reported_to_police", "place": "Philippines", "category": category}
        return figure("vaw-police-and-survey", conflicts=True, period=str(year), **wanted)

    for category, fall in [("violations of RA 9262", -98.6), ("violence against women, total", -69.0)]:
        assert 100 * (reported(category, 2022) / reported(category, 2021) - 1) == about(fall, 1)

    def a_day(year):
        return figure("vaw-police-and-survey", indicator="reported_cases_a_day", year=year)

    assert 100 * (a_day(2020) / a_day(2019) - 1) == about(-24.3, 1)


def test_philippines_4_most_cases_is_not_the_highest_rate():
    rape = rows_of("vaw-police-and-survey", indicator="cases_recorded_by_police", category="rape", year=2009)
    people = rows_of("philippines-regions-population-units", indicator="population", year=2015)
    rate = 100_000 * rape.set_index("place")["value"] / people.set_index("place")["value"]
    regions = rape[rape["place"] != "Philippines"].set_index("place")["value"]
    assert (regions.idxmax(), regions.max(), len(regions)) == ("National Capital Region", 466, 17)
    assert rate["National Capital Region"] == about(3.6, 1)
    for place, wanted in [
        ("Western Visayas", 5.7),
        ("Cordillera", 5.4),
        ("Mimaropa", 5.2),
        ("Bicol", 5.1),
        ("ARMM", 0.3),
    ]:
        assert rate[place] == about(wanted, 1)


def test_philippines_5_the_sample_is_not_the_victims():
    def said_yes(place):
        where = {"table": "vaw-police-and-survey", "year": 2017, "place": place}
        asked = figure(indicator="women_interviewed", category="ever-married women", **where)
        share = figure(indicator="prevalence", category="any spousal violence", **where)
        return asked * share / 100

    assert (said_yes("Philippines"), said_yes("Caraga")) == (about(3_051, 0), about(167, 0))


def test_philippines_6_existing_working_used():
    def local(indicator, **wanted):
        return figure("philippines-local-institutions-training", indicator=indicator, **wanted)

    levels = rows_of("philippines-local-institutions-training", indicator="assessed_desks").set_index("category")[
        "value"
    ]
    good = sum(value for name, value in levels.items() if "mature" in name or "ideal" in name)
    rated, barangays = local("assessed_for_functionality"), local("total", category="barangays")
    received = figure("chr-complaints-cases", indicator="complaints_received", category="all", year=2011)
    assert 100 * local("still_functional") / local("established_since_2001") == about(32.2, 1)
    assert 100 * local("complaints_passed_to_chr") / received == about(0.5, 1)
    assert (good, rated - levels.sum()) == (17_171, 8)
    assert (100 * good / rated, 100 * good / barangays) == (about(67.5, 1), about(40.8, 1))
    for kind, share in [("cities", 18.8), ("towns", 2.6)]:
        where = {"place": "Central Visayas", "category": kind}
        centres = local("with_a_human_rights_action_center", **where)
        assert 100 * centres / local("total", **where) == about(share, 1)


def test_philippines_7_a_running_total_is_not_a_year():
    def total(indicator, until, by="RealNumbersPH (PDEA and police, unified)"):
        where = {"indicator": indicator, "period": until, "category": by}
        return figure("drug-campaign-official", conflicts=True, **where)

    killed = "suspects_killed_in_operations_since_2016_07_01"
    first, last = "2018-11-30", "2022-05-31"
    added = total(killed, last) - total(killed, first)
    assert added == 1_202
    assert 1_000 * total(killed, first) / total("operations", first) == about(43.7, 1)
    assert 1_000 * added / (total("operations", last) - total("operations", first)) == about(9.7, 1)
    gap = total(killed, "2019-05-31", "Police (PNP) alone") - total(killed, "2019-06-30")
    assert (gap, 100 * gap / total(killed, "2019-06-30")) == (1_074, about(19.4, 1))


def test_philippines_8_the_count_doubled_and_the_share_did_not():
    def of(cycle, category):
        return figure("upr-and-chr-budget", dimension=f"UPR {cycle} cycle", category=category)

    third = 100 * of("third", "accepted in full") / of("third", "received")
    fourth = 100 * of("fourth", "accepted in total") / of("fourth", "received")
    assert (third, fourth, fourth - third) == (about(40.1, 1), about(74.4, 1), about(34.3, 1))
    assert 100 * (of("fourth", "accepted in total") / of("third", "accepted in full") - 1) == about(108.7, 1)
