"""Sample sizes, weights and response rates: right to the published digit, refused where there is no answer."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import MeasureError
from kit.measure import precision, response, survey, weighting

# Kalton and Flores-Cervantes 2003; https://github.com/cran/survey, tests/kalton.Rout.save
KALTON = [[20, 40, 40], [50, 140, 310], [100, 50, 50], [30, 100, 70]]
KALTON_POPULATION = [[80, 40, 55], [60, 150, 340], [170, 60, 200], [55, 165, 125]]
ROWS, COLUMNS = [175, 550, 430, 345], [365, 415, 720]


def one(table, column="estimate"):
    assert len(table) == 1
    return table[column].iloc[0]


# Published answers -----------------------------------------------------------------------------------


def test_sample_sizes_of_practools_for_eight_margins():
    """https://github.com/cran/PracTools, vignettes/Singlestage-samsize.Rmd, example 3."""
    margins = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08]
    assert survey.sample_size(margins, 0.5).estimate.tolist() == [9604, 2401, 1068, 601, 385, 267, 196, 151]


def test_sample_size_for_a_mean_by_coefficient_of_variation():
    """Same vignette, examples 1 and 2."""
    assert one(survey.sample_size_mean(2, target_cv=0.05)) == 1600
    assert one(survey.sample_size_mean(2, target_cv=0.05, population=500)) == 381
    targets = [0.01, 0.03, 0.05, 0.07, 0.09, 0.11, 0.13, 0.15, 0.17, 0.19, 0.21]
    sizes = [40000, 4445, 1600, 817, 494, 331, 237, 178, 139, 111, 91]
    assert survey.sample_size_mean(2, target_cv=targets).estimate.tolist() == sizes


def test_sample_size_with_finite_population_of_epir():
    """https://github.com/cran/epiR, vignettes/epiR_sample_size.Rmd."""
    found = survey.sample_size(0.03, 0.15, population=4000)
    assert (one(found, "n_infinite"), one(found)) == (545, 480)


@pytest.mark.parametrize(("deviation", "clusters"), [(0, 96), (35, 115)])
def test_one_stage_clusters_of_epir(deviation, clusters):
    """Same vignette: villages of 75 households on average, equal (96) or with a standard deviation of 35."""
    found = survey.sample_size_clusters(
        0.46, margin=0.1, relative=True, cluster_size=75, rho=0.2, cluster_size_sd=deviation
    )
    assert one(found) == clusters


def test_design_effect_of_clusters_of_epir():
    """https://github.com/cran/epiR, man/epi.sssimpleestb.Rd: 2.71 times 1168 people are 3166."""
    found = precision.design_effect_clusters(20, 0.09, n=1168)
    assert one(found) == pytest.approx(2.71, abs=1e-9)
    assert one(found, "n_adjusted") == 3166


@pytest.mark.parametrize(
    ("weights", "deff"), [([0, 1, 2, 3], 1.5555555555555556), ([1, 1, 1000], 2.9880418803112336)]
)
def test_design_effect_of_weights_of_balance(weights, deff):
    """https://github.com/facebookresearch/balance, balance/stats_and_plots/weights_stats.py."""
    found = precision.design_effect_weights(weights)
    assert one(found) == pytest.approx(deff, abs=1e-9)
    assert one(found) != pytest.approx(math.sqrt(deff))  # deff, not deft
    assert one(found, "effective_n") == pytest.approx(len(weights) / deff)


def test_post_stratification_of_kalton():
    weights = weighting.post_stratify(KALTON, KALTON_POPULATION).weights.weight.to_numpy().reshape(4, 3)
    expected = [[4.0, 1.0, 1.38], [1.2, 1.07, 1.1], [1.7, 1.2, 4.0], [1.83, 1.65, 1.79]]
    assert weights == pytest.approx(np.array(expected), abs=0.0051)


def test_raking_of_kalton():
    raked = weighting.rake(KALTON, [ROWS, COLUMNS])
    expected = [[1.81, 1.45, 2.02], [1.08, 0.87, 1.21], [2.2, 1.76, 2.45], [1.83, 1.47, 2.04]]
    assert raked.weights.weight.to_numpy().reshape(4, 3) == pytest.approx(np.array(expected), abs=0.0051)


def test_response_rates_of_outcomerate():
    """https://github.com/ropensci/outcomerate, README.md."""
    cases = {"I": 4, "P": 2, "R": 1, "NC": 1, "O": 1, "UH": 1, "UO": 1, "NE": 1}
    found = response.response_rates(cases).set_index("rate")
    expected = {
        "RR1": 0.364, "RR2": 0.545, "RR3": 0.37, "RR4": 0.556, "RR5": 0.444, "RR6": 0.667,
        "COOP1": 0.5, "COOP2": 0.75, "COOP3": 0.571, "COOP4": 0.857,
        "REF1": 0.091, "REF2": 0.093, "REF3": 0.111, "CON1": 0.727, "CON2": 0.741, "CON3": 0.889,
    }  # fmt: skip
    assert found.estimate.round(3).to_dict() == expected
    assert set(found.e) == {0.9}
    assert "0.9" in found.notes["RR3"]


def test_response_rates_of_outcomerate_from_one_code_a_case_with_weights():
    codes = ["I", "P", "I", "UO", "R", "I", "NC", "I", "O", "P", "UH"]
    plain = response.response_rates(codes).set_index("rate").estimate
    assert plain[["RR2", "CON1"]].round(2).tolist() == [0.55, 0.73]
    weighted = response.response_rates(codes, weights=[1.3] * 6 + [2.5] * 5).set_index("rate").estimate
    assert weighted[["RR2", "CON1"]].round(2).tolist() == [0.50, 0.69]


# Where sources differ, the variant has a name ----------------------------------------------------------


def test_the_two_finite_population_corrections_differ_by_one_person():
    assert one(survey.sample_size(0.05, population=400)) == 197
    assert one(survey.sample_size(0.05, population=400, fpc="n0")) == 196


def test_people_are_rounded_once_at_the_end():
    """384.146 x 1.3 / 0.7 is 713.4; rounding at each step would give 715."""
    found = survey.sample_size(0.05, deff=1.3, response=0.7)
    assert one(found) == 714
    assert math.ceil(math.ceil(385 * 1.3) / 0.7) == 716


def test_weights_add_up_to_the_population_or_to_the_sample_by_name():
    people = {"population": 1500, "sample": 1000}
    respondents = np.array(KALTON).ravel()
    for scale, total in people.items():
        for found in (
            weighting.rake(KALTON, [ROWS, COLUMNS], scale=scale),
            weighting.post_stratify(KALTON, KALTON_POPULATION, scale=scale),
        ):
            assert (found.weights.weight * respondents).sum() == pytest.approx(total)


def test_e_can_be_stated():
    cases = {"I": 40, "P": 0, "R": 20, "NC": 10, "O": 0, "UH": 30, "UO": 0}
    found = response.response_rates(cases, e=0.5).set_index("rate")
    assert found.estimate["RR3"] == pytest.approx(40 / 85)
    assert found.estimate["RR1"] == pytest.approx(0.4)


def test_wilson_sizes_give_wilson_intervals_of_the_wanted_width():
    from statsmodels.stats.proportion import proportion_confint

    n = survey.sample_size(0.04, 0.2, method="wilson").unrounded.iloc[0]
    lower, upper = proportion_confint(0.2 * n, n, method="wilson")
    assert (upper - lower) / 2 == pytest.approx(0.04, abs=1e-9)


# Raking ------------------------------------------------------------------------------------------------


def people(seed=3, size=2000):
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "sex": draw.choice(["f", "m"], size, p=[0.3, 0.7]),
            "age": draw.choice(["18-29", "30-59", "60+"], size),
            "area": draw.choice(list("ABCDE"), size),
        }
    )


MARGINS = {
    "sex": {"f": 5200, "m": 4800},
    "age": {"18-29": 2000, "30-59": 5000, "60+": 3000},
    "area": {"A": 1000, "B": 3000, "C": 2000, "D": 2500, "E": 1500},
}


def test_raked_people_meet_every_margin_and_the_report_says_so():
    data = people()
    raked = weighting.rake(data, MARGINS)
    for name, wanted in MARGINS.items():
        reached = raked.weights.groupby(name).weight.sum()
        for category, total in wanted.items():
            assert reached[category] == pytest.approx(total, rel=1e-8)
    report = raked.report.set_index("measure").estimate
    assert report["largest gap"] <= 1e-9
    assert report["design effect"] == pytest.approx(
        precision.design_effect_weights(raked.weights.weight).estimate.iloc[0]
    )


def test_raking_does_not_depend_on_the_order_of_people_and_leaves_the_table_alone():
    data = people()
    before = data.copy()
    raked = weighting.rake(data, MARGINS).weights
    pd.testing.assert_frame_equal(data, before)
    shuffled = data.sample(frac=1, random_state=1)
    again = weighting.rake(shuffled, MARGINS).weights
    assert again.loc[raked.index].weight.to_numpy() == pytest.approx(raked.weight.to_numpy(), rel=1e-6)


def test_raking_starts_from_design_weights():
    data = people().assign(design=lambda t: np.where(t.area == "A", 3.0, 1.0))
    raked = weighting.rake(data, {"sex": MARGINS["sex"]}, start="design").weights
    women = raked[raked.sex == "f"]
    assert women[women.area == "A"].weight.iloc[0] == pytest.approx(3 * women[women.area == "B"].weight.iloc[0])


def test_raking_takes_shares_and_gives_weights_of_the_sample():
    shares = {name: {k: v / 10000 for k, v in wanted.items()} for name, wanted in MARGINS.items()}
    assert weighting.rake(people(), shares).weights.weight.sum() == pytest.approx(2000)


def test_trimming_holds_the_largest_weight_and_reports_the_gap_it_leaves():
    raked = weighting.rake(people(), MARGINS)
    trimmed = weighting.rake(people(), MARGINS, trim=1.5)
    assert trimmed.weights.weight.max() <= 1.5 * trimmed.weights.weight.mean() * (1 + 1e-9)
    assert trimmed.weights.weight.sum() == pytest.approx(raked.weights.weight.sum())
    report = trimmed.report.set_index("measure").estimate
    assert report["people trimmed"] > 0
    assert report["largest gap after trimming"] > 1e-6


def test_raking_three_dimensions_of_counts():
    draw = np.random.default_rng(5)
    block = draw.integers(1, 30, (3, 4, 2))
    totals = [[100, 200, 300], [150, 150, 150, 150], [250, 350]]
    weights = weighting.rake(block, totals).weights.weight.to_numpy().reshape(block.shape)
    reached = weights * block
    for axis, wanted in enumerate(totals):
        others = tuple(i for i in range(3) if i != axis)
        assert reached.sum(axis=others) == pytest.approx(np.array(wanted, float), rel=1e-8)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 40), min_size=3, max_size=3), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_raking_always_meets_margins_that_a_full_table_allows(sample, chance):
    rows = [chance.randint(1, 500) for _ in sample]
    weights = np.array([chance.random() + 0.1 for _ in range(3)])
    columns = weights / weights.sum() * sum(rows)
    found = weighting.rake(sample, [rows, columns.tolist()]).weights.weight.to_numpy().reshape(len(sample), 3)
    assert (found > 0).all()
    assert (found * sample).sum(axis=1) == pytest.approx(np.array(rows, float), rel=1e-7)


def test_contradictory_margins_are_refused_each_with_its_reason():
    cases = {
        "weighting.sums-differ": (KALTON, [ROWS, [365, 415, 721]]),
        "weighting.no-respondents": ([[1, 2], [0, 0]], [[5, 5], [4, 6]]),
        "weighting.zero-target": ([[1, 2], [3, 4]], [[10, 0], [4, 6]]),
        "weighting.impossible": ([[5, 0], [5, 5]], [[9, 1], [2, 8]]),
        "weighting.needs-zero": ([[5, 0], [5, 5]], [[9, 1], [9, 1]]),
    }
    for key, (sample, margins) in cases.items():
        with pytest.raises(MeasureError) as caught:
            weighting.rake(sample, margins)
        assert caught.value.key == key
        assert len(caught.value.lines) == 3


def test_post_stratification_of_people_by_columns():
    data = people()
    cells = {("f", "A"): 10, ("m", "A"): 20, ("f", "B"): 30, ("m", "B"): 40}
    few = data[data.area.isin(["A", "B"])]
    found = weighting.post_stratify(few, cells, by=["sex", "area"]).weights
    reached = found.groupby(["sex", "area"]).weight.sum()
    for cell, wanted in cells.items():
        assert reached[cell] == pytest.approx(wanted)


# Margins of error and consultations --------------------------------------------------------------------


def test_margin_of_error_with_design_effect_and_finite_population():
    plain = one(precision.margin_of_error(1000))
    assert plain == pytest.approx(1.959963984540054 * math.sqrt(0.25 / 1000))
    assert one(precision.margin_of_error(1000, deff=4)) == pytest.approx(2 * plain)
    assert one(precision.margin_of_error(1000, population=1000)) == 0
    near = one(precision.margin_of_error(500, population=1000))
    assert near == pytest.approx(one(precision.margin_of_error(500)) * math.sqrt(500 / 999))


def test_a_planned_sample_keeps_its_promise():
    for population in (300, 5000, 10**6):
        n = one(survey.sample_size(0.04, 0.3, population=population))
        assert one(precision.margin_of_error(n, 0.3, population=population)) <= 0.04
        assert one(precision.margin_of_error(n - 1, 0.3, population=population)) > 0.04


def test_self_selected_people_get_no_margin_of_error():
    with pytest.raises(MeasureError) as caught:
        precision.margin_of_error(1000, selection="self-selected")
    assert caught.value.key == "survey.self-selected"


def test_a_consultation_is_compared_group_by_group():
    from scipy.stats import chisquare

    came, living = {"women": 30, "men": 66, "other": 4}, {"women": 5100, "men": 4860, "other": 40}
    found = response.representativeness(came, living, selection="random").set_index("measure")
    quotients = found.loc["representation quotient"]
    assert quotients.estimate.tolist() == pytest.approx([0.3 / 0.51, 0.66 / 0.486, 0.04 / 0.004])
    assert ((quotients.lower < quotients.estimate) & (quotients.estimate < quotients.upper)).all()
    statistic, p_value = chisquare([30, 66, 4], [51, 48.6, 0.4])
    assert found.loc["chi-square", "estimate"] == pytest.approx(statistic)
    assert found.loc["chi-square", "p_value"] == pytest.approx(p_value)
    assert found.loc["Cramér's V", "estimate"] == pytest.approx(math.sqrt(statistic / 200))
    assert 0 <= found.loc["Fei", "estimate"] <= 1
    assert found.loc["dissimilarity", "estimate"] == pytest.approx(0.21)
    assert "other" in found.loc["chi-square", "notes"]  # expected below five
    assert "Only 4 people" in quotients.notes.iloc[2]


def test_an_open_meeting_gets_no_interval_and_no_p_value():
    found = response.representativeness({"a": 5, "b": 20}, {"a": 500, "b": 500})
    assert found.lower.isna().all() and found.p_value.isna().all()
    assert found.notes.str.contains("no margin of error").all()


def test_dissimilarity_agrees_with_the_index_of_inequality():
    from kit.measure.inequality import dissimilarity

    came, living = {"a": 7, "b": 20, "c": 3}, {"a": 500, "b": 200, "c": 300}
    found = response.representativeness(came, living).set_index("measure").estimate["dissimilarity"]
    assert found == pytest.approx(dissimilarity(list(came.values()), list(living.values())).estimate.iloc[0])


# Bad input -----------------------------------------------------------------------------------------------

NAN, INF = float("nan"), float("inf")
BAD = {
    "percent for share": lambda: survey.sample_size(5),
    "margin zero": lambda: survey.sample_size(0),
    "margin negative": lambda: survey.sample_size(-0.05),
    "margin text": lambda: survey.sample_size("five"),
    "margin infinite": lambda: survey.sample_size(INF),
    "margin missing": lambda: survey.sample_size(None),
    "p as percent": lambda: survey.sample_size(0.05, 37),
    "p certain": lambda: survey.sample_size(0.05, 0),
    "population zero": lambda: survey.sample_size(0.05, population=0),
    "population fraction": lambda: survey.sample_size(0.05, population=10.5),
    "response zero": lambda: survey.sample_size(0.05, response=0),
    "response as percent": lambda: survey.sample_size(0.05, response=40),
    "deff zero": lambda: survey.sample_size(0.05, deff=0),
    "confidence as percent": lambda: survey.sample_size(0.05, confidence=95),
    "unknown fpc": lambda: survey.sample_size(0.05, population=400, fpc="n"),
    "cv text": lambda: survey.sample_size_mean("two", target_cv=0.05),
    "cv missing": lambda: survey.sample_size_mean(target_cv=0.05),
    "both targets": lambda: survey.sample_size_mean(2, target_cv=0.05, margin=0.05),
    "mean zero": lambda: survey.sample_size_mean(sd=2, mean=0, margin=0.1),
    "rho above one": lambda: survey.sample_size_clusters(0.4, margin=0.1, cluster_size=20, rho=20),
    "cluster of nobody": lambda: survey.sample_size_clusters(0.4, margin=0.1, cluster_size=0, rho=0.1),
    "nobody answered": lambda: precision.margin_of_error(0),
    "negative answers": lambda: precision.margin_of_error(-5),
    "more than live there": lambda: precision.margin_of_error(500, population=400),
    "weights of zero": lambda: precision.design_effect_weights([0, 0]),
    "weights negative": lambda: precision.design_effect_weights([1, -1]),
    "weights missing": lambda: precision.design_effect_weights([1, NAN]),
    "weights text": lambda: precision.design_effect_weights([1, "2"]),
    "no weights": lambda: precision.design_effect_weights([]),
    "one number for weights": lambda: precision.design_effect_weights(3),
    "effective of nothing": lambda: precision.effective_sample_size(100, 0),
    "ragged counts": lambda: weighting.post_stratify([[1, 2], [3]], [[1, 2], [3, 4]]),
    "empty cell": lambda: weighting.post_stratify([[1, 0]], [[5, 5]]),
    "cell without population": lambda: weighting.post_stratify({"a": 1, "b": 2}, {"a": 5}),
    "negative count": lambda: weighting.post_stratify({"a": -1}, {"a": 5}),
    "text in counts": lambda: weighting.post_stratify({"a": "one"}, {"a": 5}),
    "all zero": lambda: weighting.post_stratify([[0, 0]], [[5, 5]]),
    "missing column": lambda: weighting.rake(people(), {"religion": {"x": 1}}),
    "missing answers": lambda: weighting.rake(people().assign(sex=None), MARGINS),
    "unknown category": lambda: weighting.rake(people(), {"sex": {"f": 5}}),
    "margin not a mapping": lambda: weighting.rake(people(), {"sex": [1, 2]}),
    "total infinite": lambda: weighting.rake(people(), {"sex": {"f": INF, "m": 3}}),
    "total text": lambda: weighting.rake(people(), {"sex": {"f": "5", "m": 3}}),
    "margin all zero": lambda: weighting.rake(people(), {"sex": {"f": 0, "m": 0}}),
    "no margins": lambda: weighting.rake(people(), {}),
    "nobody": lambda: weighting.rake(people().iloc[:0], MARGINS),
    "start of zero": lambda: weighting.rake(people().assign(w=0.0), MARGINS, start="w"),
    "too few margins": lambda: weighting.rake(KALTON, [ROWS]),
    "margin too short": lambda: weighting.rake(KALTON, [ROWS[:3], COLUMNS]),
    "trim below one": lambda: weighting.rake(KALTON, [ROWS, COLUMNS], trim=0.5),
    "unsettled": lambda: weighting.rake(people(), MARGINS, rounds=1),
    "duplicated margin": lambda: weighting.rake(people(), {"sex": pd.Series([1, 2, 3], index=["f", "m", "f"])}),
    "unknown disposition": lambda: response.response_rates({"I": 4, "X": 1}),
    "negative disposition": lambda: response.response_rates({"I": -4}),
    "no eligible case": lambda: response.response_rates({"NE": 5}),
    "no cases": lambda: response.response_rates([]),
    "dispositions as a number": lambda: response.response_rates(5),
    "e as percent": lambda: response.response_rates({"I": 4}, e=90),
    "weights of another length": lambda: response.response_rates(["I", "R"], weights=[1]),
    "one group": lambda: response.representativeness({"a": 5}, {"a": 5}),
    "nobody came": lambda: response.representativeness({"a": 0, "b": 0}, {"a": 5, "b": 5}),
    "group without population": lambda: response.representativeness({"a": 5, "b": 1}, {"a": 5, "c": 5}),
    "population of zero": lambda: response.representativeness({"a": 5, "b": 1}, {"a": 5, "b": 0}),
    "half a person": lambda: response.representativeness({"a": 5.5, "b": 1}, {"a": 5, "b": 5}),
    "list of people": lambda: response.representativeness([5, 1], [5, 5]),
}


@pytest.mark.parametrize("wrong", BAD.values(), ids=BAD.keys())
def test_impossible_figures_are_refused_in_three_lines(wrong):
    with pytest.raises(MeasureError) as caught:
        wrong()
    assert len(caught.value.lines) == 3


def test_ten_thousand_categories_are_no_trouble():
    draw = np.random.default_rng(1)
    data = pd.DataFrame({"place": np.repeat(np.arange(10_000), 3), "sex": draw.choice(["f", "m"], 30_000)})
    margins = {"place": dict.fromkeys(range(10_000), 1.0), "sex": {"f": 5200.0, "m": 4800.0}}
    raked = weighting.rake(data[data.groupby("place").sex.transform("nunique") == 2], {"sex": margins["sex"]})
    assert raked.weights.weight.sum() == pytest.approx(10_000)
    assert len(weighting.rake(data, {"place": margins["place"]}).weights) == 30_000


def test_the_doors_reach_the_rooms():
    for name in survey.__all__:
        assert callable(getattr(survey, name))
