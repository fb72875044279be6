"""Whatever is typed, every method answers or refuses in three short lines: no silent gap, no traceback.

A good call of every public function stands in `GOOD`. From each, bad ones are made by changing
one value at a time, one column, or the rows. pytest turns warnings into errors.
"""

import copy
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from kit.errors import MeasureError
from kit.measure import _document

FUNCTIONS = _document.public_functions()
PEOPLE = {"group": ["a", "b", "c"], "yes": [7, 10, 12], "people": [34, 40, 50]}
STRATA = {
    "group": ["a", "a", "b", "b"],
    "size": ["s", "l"] * 2,
    "yes": [81, 192, 234, 55],
    "people": [87, 263, 270, 80],
}
AGES = {
    "town": ["x", "x", "y", "y"],
    "age": ["o", "j"] * 2,
    "cases": [15, 46, 53, 16],
    "living": [48, 212, 180, 71],
}
YEARS = {"year": [2021, 2022, 2023], "cases": [60, 66, 50], "people": [600, 610, 620]}
RECORDS = {"sex": ["f", "f", "m", "m"], "age": ["30", "30", "40", "40"], "illness": ["flu", "cold", "flu", "flu"]}
LISTS = {"001": 41, "010": 15, "100": 25, "110": 54, "101": 16, "111": 12, "011": 9}
MARKS = [12, 14, 9, 16, 11, 13, 10, 15], [14, 15, 13, 16, 15, 14, 12, 19]
TEST = [[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0], [1, 0, 1], [0, 1, 0]]
CODES = ["a", "b", "a", "c", "b"], ["a", "b", "b", "c", "b"]
TOWNS = {"resources": list(range(1, 12)), "value": [2, 4, 3, 5, 5, 4, 8, 7, 8, 9, 9]}


def frame(columns):
    return pd.DataFrame({name: list(values) for name, values in columns.items()})


GOOD = {
    "rates.disaggregate": lambda: ((frame(PEOPLE), "group"), {"count": "yes", "total": "people"}),
    "rates.rate": lambda: ((15, 50_000), {"per": 1000}),
    "rates.rule_of_three": lambda: ((60,), {"confidence": 0.95}),
    "rates.share": lambda: ((3, 40), {"confidence": 0.95}),
    "rates.standardise": lambda: (
        (frame(AGES), "town"),
        {"strata": "age", "count": "cases", "population": "living", "standard": {"o": 250, "j": 250}},
    ),
    "rates.standardised_rate": lambda: (([15, 46], [48, 212]), {"standard": [250, 250]}),
    "disparity.disproportionality": lambda: ((frame(PEOPLE), "group"), {"count": "yes", "total": "people"}),
    "disparity.four_fifths": lambda: ((frame(PEOPLE), "group"), {"count": "yes", "total": "people"}),
    "disparity.incidence_difference": lambda: (((136, 22050), (1709, 127650)), {}),
    "disparity.incidence_ratio": lambda: (((136, 22050), (1709, 127650)), {}),
    "disparity.odds_ratio": lambda: (((9, 13), (4, 14)), {"confidence": 0.95}),
    "disparity.paired_difference": lambda: ((), {"both": 14, "first_only": 5, "second_only": 3, "neither": 22}),
    "disparity.rate_difference": lambda: (((7, 34), (1, 34)), {}),
    "disparity.rate_ratio": lambda: (((7, 34), (1, 34)), {}),
    "disparity.representation": lambda: ((frame(PEOPLE), "group"), {"count": "yes", "population": "people"}),
    "disparity.representation_index": lambda: ((30, 100), {"population_share": 0.51}),
    "disparity.simpson_check": lambda: (
        (frame(STRATA), "group"),
        {"stratum": "size", "count": "yes", "total": "people"},
    ),
    "inequality.decompose": lambda: (([1, 3, 5, 7], ["a", "a", "b", "b"]), {}),
    "inequality.dissimilarity": lambda: (([100, 60, 40], [10, 40, 60]), {}),
    "inequality.gini": lambda: (([1, 2, 3, 4],), {"weights": [1, 2, 1, 1]}),
    "inequality.lorenz": lambda: (([1, 2, 3, 4],), {}),
    "inequality.theil": lambda: (([1, 2, 3, 4],), {"weights": [1, 2, 1, 1]}),
    "survey.design_effect_clusters": lambda: ((20, 0.09), {"n": 1168}),
    "survey.design_effect_weights": lambda: (([1, 2, 3],), {}),
    "survey.effective_sample_size": lambda: ((1000, 2), {}),
    "survey.margin_of_error": lambda: ((1000, 0.4), {"population": 5000, "deff": 1.5}),
    "survey.post_stratify": lambda: (([[20, 40], [50, 140]], [[80, 40], [60, 150]]), {}),
    "survey.rake": lambda: (([[20, 40], [50, 140]], [[100, 200], [120, 180]]), {}),
    "survey.representativeness": lambda: (({"a": 30, "b": 70}, {"a": 510, "b": 490}), {"selection": "random"}),
    "survey.response_rates": lambda: (({"I": 4, "P": 2, "R": 1, "NC": 1, "O": 1, "UH": 1, "UO": 1},), {"e": 0.9}),
    "survey.sample_size": lambda: ((0.05, 0.4), {"population": 4000, "deff": 1.5, "response": 0.6}),
    "survey.sample_size_clusters": lambda: ((0.46,), {"margin": 0.1, "cluster_size": 75, "rho": 0.2}),
    "survey.sample_size_mean": lambda: ((2,), {"target_cv": 0.05, "population": 500}),
    "privacy.compare_releases": lambda: (([[52, 55], [130, 140]], [[50, 54], [128, 140]]), {}),
    "privacy.dominance_rule": lambda: (([52, 50, 8],), {"n": 2, "k": 85}),
    "privacy.feasible_intervals": lambda: (
        ([[None, None], [None, None], [3, 3]],),
        {"row_totals": [7, 3, 6], "column_totals": [9, 7]},
    ),
    "privacy.half_up": lambda: ((2.5,), {"base": 1}),
    "privacy.k_anonymity": lambda: ((frame(RECORDS).drop(columns="illness"), ["sex", "age"]), {"at_least": 5}),
    "privacy.key_frequencies": lambda: ((frame(RECORDS).drop(columns="illness"), ["sex", "age"]), {}),
    "privacy.l_diversity": lambda: ((frame(RECORDS), ["sex", "age"]), {"sensitive": "illness"}),
    "privacy.noise_accuracy": lambda: ((2.0,), {"alpha": 0.05}),
    "privacy.noise_scale": lambda: ((2.0,), {"alpha": 0.05}),
    "privacy.noisy_counts": lambda: (([3, 40],), {"epsilon": 1.0, "seed": 1}),
    "privacy.p_percent_rule": lambda: (([52, 50, 8],), {"p": 10}),
    "privacy.release_counts": lambda: (([3, 40],), {"epsilon": 1.0}),
    "privacy.round_and_hide": lambda: (([26, 0, 1, 4],), {"base": 5}),
    "privacy.round_counts": lambda: (([26, 0, 1, 4],), {"base": 5}),
    "privacy.round_randomly": lambda: (([26, 0, 1, 4],), {"base": 3, "seed": 1}),
    "privacy.rounding_probabilities": lambda: ((4,), {"base": 3}),
    "privacy.suppress": lambda: (([[3, 20, 12], [30, 40, 25], [11, 9, 14]],), {"threshold": 5}),
    "undercount.assumptions": lambda: ((), {}),
    "undercount.chapman": lambda: ((421, 332), {"both": 88}),
    "undercount.lincoln_petersen": lambda: ((421, 332), {"both": 88}),
    "undercount.model_table": lambda: ((dict(LISTS),), {"order": 2}),
    "undercount.multiple_systems": lambda: ((dict(LISTS),), {"confidence": 0.95}),
    "trends.change": lambda: ((21, 11), {"exposures": (3011, 800)}),
    "trends.change_in_shares": lambda: (((7, 34), (12, 40)), {}),
    "trends.compare_periods": lambda: (
        (frame(YEARS), "year"),
        {"first": 2021, "last": 2023, "count": "cases", "exposure": "people"},
    ),
    "trends.cumulative_to_annual": lambda: (
        (frame({"year": YEARS["year"], "cases": [60, 66, 80]}), "year"),
        {"cumulative": "cases"},
    ),
    "trends.growth": lambda: ((100, 121), {"periods": 2}),
    "trends.rounded_change": lambda: ((2, 3), {"to": 1, "claim": 50}),
    "trends.series": lambda: ((frame(YEARS), "year"), {"count": "cases", "exposure": "people", "breaks": [2022]}),
    "realisation.aaaq_table": lambda: (
        (frame({"part": ["availability", "quality"], "met": [9, 4], "total": [12, 12]}),),
        {},
    ),
    "realisation.achievement_frontier": lambda: ((frame(TOWNS),), {}),
    "realisation.achievement_score": lambda: ((80,), {"minimum": 20, "frontier": 95}),
    "realisation.achievement_scores": lambda: (
        (frame({"value": [80, 9], "minimum": [20, 30], "frontier": [95, 2]}),),
        {},
    ),
    "realisation.budget_share": lambda: ((12.5, 250), {}),
    "realisation.execution_rate": lambda: ((45, 60), {}),
    "realisation.gender_marker_table": lambda: ((frame({"marker": [2, 1, 0], "amount": [10, 30, 60]}),), {}),
    "realisation.hgdg_attribution": lambda: (([3.9, 8.0],), {"budgets": [100, 200]}),
    "realisation.hgdg_score": lambda: (([0.67, 0.67, 2],), {}),
    "realisation.real_spending_per_head": lambda: ((1_100_000,), {"population": 10_000, "prices": 110}),
    "realisation.retrogression_check": lambda: (
        (frame(YEARS),),
        {"count": "cases", "total": "people", "breaks": [2023]},
    ),
    "realisation.right_scores": lambda: ((frame({"right": ["food", "food"], "estimate": [80.0, 60.0]}),), {}),
    "agreement.cohen_kappa": lambda: (([[19, 10], [6, 256]],), {"confidence": 0.95}),
    "agreement.confusion_table": lambda: (([1, 2, 1], [1, 2, 2]), {}),
    "agreement.fleiss_kappa": lambda: (([[7, 1], [3, 5]],), {"counted": True, "seed": 1}),
    "agreement.krippendorff_alpha": lambda: (([[1, 1], [2, 3], [3, 3]],), {"level": "interval", "seed": 1}),
    "agreement.percent_agreement": lambda: (([[19, 10], [6, 256]],), {}),
    "agreement.ratings_table": lambda: (
        (frame({"answer": [1, 1, 2], "by": ["A", "B", "A"], "code": ["x", "y", "x"]}),),
        {"unit": "answer", "coder": "by", "code": "code"},
    ),
    "learning.cronbach_alpha": lambda: ((copy.deepcopy(TEST),), {"confidence": 0.95}),
    "learning.hake_gain": lambda: (copy.deepcopy(MARKS), {"maximum": 20, "seed": 1}),
    "learning.independent_effect_size": lambda: (copy.deepcopy(MARKS), {}),
    "learning.independent_effect_size_of_summary": lambda: (
        ([103, 100],),
        {"sds": [5.5, 4.5], "counts": [50, 50]},
    ),
    "learning.individual_gains": lambda: (copy.deepcopy(MARKS), {"maximum": 20}),
    "learning.item_analysis": lambda: ((copy.deepcopy(TEST),), {"group": 0.27}),
    "learning.item_difficulty": lambda: ((75, 100), {}),
    "learning.item_discrimination": lambda: ((0.6, 0.2), {}),
    "learning.kr20": lambda: ((copy.deepcopy(TEST),), {}),
    "learning.mcnemar": lambda: (([[59, 6], [16, 80]],), {"confidence": 0.95}),
    "learning.paired_effect_size": lambda: (copy.deepcopy(MARKS), {}),
    "learning.paired_effect_size_of_summary": lambda: (
        ([102.1, 110.4],),
        {"sds": [14.6, 15.3], "correlation": 0.75, "n": 25},
    ),
    "learning.paired_t": lambda: (copy.deepcopy(MARKS), {}),
    "learning.wilcoxon_signed_rank": lambda: (copy.deepcopy(MARKS), {}),
}
# Numbers that name something (a year, a code, an answer) and are not counted with.
NAMES = {"year", "answer", "first", "last", "breaks"}
NEEDS_EXTRA = {"privacy.release_counts"}
BAD = {
    "text": "12 people",
    "infinite": math.inf,
    "missing": None,
    "not a number": math.nan,
    "negative": -1,
    "zero": 0,
    "percent": 37,
    "huge": 1e300,
    "a list": [1, 2],
    "empty text": "",
    "half": 0.5,
}
NEVER_AN_ANSWER = {"text", "infinite", "huge", "a list", "empty text"}
# Where such a value has a meaning: several margins at once, a code that was not given, a hidden cell.
HAS_A_MEANING = {
    ("survey.sample_size", "a list"),
    ("survey.sample_size_mean", "a list"),
    ("agreement.confusion_table", "empty text"),
    ("agreement.krippendorff_alpha", "empty text"),
    ("privacy.feasible_intervals", "text"),
    ("privacy.feasible_intervals", "empty text"),
}


def call(name, args, options):
    """Give the refusal, or look closely at the answer."""
    try:
        found = FUNCTIONS[name](*args, **options)
    except MeasureError as refusal:
        assert len(refusal.lines) == 3, refusal
        assert not any("{" in line for line in refusal.lines), refusal
        return refusal
    except Exception as other:
        if type(other).__name__ == "SetupError":
            return other
        raise
    if isinstance(found, pd.DataFrame) and "estimate" in found:
        for row in found.to_dict("records"):
            silent = row["estimate"] is None or not math.isfinite(row["estimate"])
            assert not silent or row["notes"], f"a silent gap in {row}"
    return found


def leaves(value, path=()) -> Iterator[tuple]:
    """Name the places of numbers: the first of each list, the first row of each column."""
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float, np.number)):
        yield path
    elif isinstance(value, pd.DataFrame):
        for column in value.columns:
            if isinstance(value[column].iloc[0], (int, float, np.number)):
                yield (*path, column)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, (*path, key))
    elif isinstance(value, (list, tuple)):
        for i, part in enumerate(value if isinstance(value, tuple) else value[:1]):
            yield from leaves(part, (*path, i))


def changed(value, path, bad):
    if not path:
        return bad
    if isinstance(value, pd.DataFrame):
        table = value.astype({path[0]: object})
        table.at[table.index[0], path[0]] = bad
        return table
    value = list(value) if isinstance(value, tuple) else copy.copy(value)
    value[path[0]] = changed(value[path[0]], path[1:], bad)
    return value


CHANGES = [
    (name, path, kind)
    for name, good in GOOD.items()
    for path in [(0, *p) for p in leaves(good()[0])] + [(1, *p) for p in leaves(good()[1])]
    for kind in BAD
]


def test_every_public_function_is_tried():
    assert set(GOOD) == set(FUNCTIONS)


@pytest.mark.parametrize("name", GOOD)
def test_the_good_call_is_answered(name):
    answer = call(name, *GOOD[name]())
    assert not isinstance(answer, MeasureError) or name in NEEDS_EXTRA, answer


@pytest.mark.parametrize("name", GOOD)
def test_one_bad_value_is_refused_in_three_lines_or_explained(name):
    faults = []
    for _, path, kind in (change for change in CHANGES if change[0] == name):
        try:
            answer = call(name, *changed(GOOD[name](), path, BAD[kind]))
        except Exception as fault:
            faults.append(f"{path} {kind}: {type(fault).__name__} {str(fault)[:150]}")
            continue
        answered = not isinstance(answer, Exception)
        named = NAMES & set(map(str, path)) or (name, kind) in HAS_A_MEANING
        if answered and kind in NEVER_AN_ANSWER and not named:
            faults.append(f"{path} {kind}: answered")
    assert not faults, "\n".join(faults)


def tables(name):
    args, options = GOOD[name]()
    return [i for i, value in enumerate(args) if isinstance(value, pd.DataFrame)], args, options


WITH_TABLE = [name for name in GOOD if tables(name)[0]]


@pytest.mark.parametrize("name", WITH_TABLE)
@pytest.mark.parametrize(
    "fault", ["no rows", "one row", "rows twice", "column gone", "column missing", "many groups"]
)
def test_a_bad_table_is_refused_in_three_lines_or_explained(name, fault):
    (place, *_), args, options = tables(name)
    table = args[place]
    variants = {
        "no rows": lambda: [table.iloc[:0]],
        "one row": lambda: [table.iloc[:1]],
        "rows twice": lambda: [pd.concat([table, table])],
        "column gone": lambda: [table.drop(columns=column) for column in table],
        "column missing": lambda: [table.astype(object).assign(**{column: None}) for column in table],
        "many groups": lambda: [
            pd.concat([table.iloc[:1]] * 10_000, ignore_index=True).assign(
                **{column: [f"g{i}" for i in range(10_000)]}
            )
            for column in table
            if isinstance(table[column].iloc[0], str)
        ],
    }
    for variant in variants[fault]():
        args_now = [*args[:place], variant, *args[place + 1 :]]
        answer = call(name, args_now, options)
        if fault in ("no rows", "column gone") and "columns" not in str(answer):
            assert isinstance(answer, MeasureError), answer


@pytest.mark.parametrize("name", GOOD)
def test_a_wrong_choice_names_the_right_ones(name):
    import inspect

    args, options = GOOD[name]()
    for option, parameter in inspect.signature(FUNCTIONS[name]).parameters.items():
        if isinstance(parameter.default, str) and option not in (
            "period",
            "part",
            "met",
            "total",
            "value",
            "right",
        ):
            answer = call(name, args, options | {option: "no such choice"})
            assert isinstance(answer, Exception), option


# What people really type, and the message each must meet.
REAL = [
    ("rates.share", (3, 0), {}, "inputs.zero-total"),
    ("rates.share", (-3, 40), {}, "inputs.negative"),
    ("rates.share", (41, 40), {}, "inputs.above-total"),
    ("rates.share", ("3 people", 40), {}, "inputs.not-a-number"),
    ("rates.share", (3, 40), {"confidence": 95}, "inputs.not-confidence"),
    ("rates.standardised_rate", ([1, 2], [10, 20]), {"standard": [0, 0]}, "inputs.weights-zero"),
    ("disparity.representation_index", (30, 100), {"population_share": 51}, "inputs.percent-for-share"),
    ("disparity.disproportionality", (frame(PEOPLE).iloc[:1], "group"), {"count": "yes", "total": "people"}, None),
    ("survey.design_effect_weights", ([0, 0, 0],), {}, "inputs.weights-zero"),
    ("survey.margin_of_error", (1000, 37), {}, "inputs.percent-for-share"),
    ("undercount.chapman", (40, 30), {"both": 0}, None),
    ("undercount.multiple_systems", ({"100": 40, "010": 30, "001": 20},), {}, None),
    ("inequality.gini", ([math.inf, 1, 2],), {}, "inputs.infinite"),
    ("inequality.gini", ([-1, 1, 2],), {}, "inputs.negative"),
    ("learning.item_discrimination", (60, 0.2), {}, "inputs.percent-for-share"),
    ("learning.paired_t", ([None, None], [1, 2]), {}, "learning.too-few-pairs"),
    ("agreement.cohen_kappa", (["a"] * 5, ["a"] * 5), {}, "agreement.one-category"),
    ("realisation.budget_share", (5, 0), {}, "realisation.no-money"),
]


@pytest.mark.parametrize("name, args, options, key", REAL)
def test_common_mistakes_meet_their_own_message(name, args, options, key):
    with pytest.raises(MeasureError) as caught:
        FUNCTIONS[name](*args, **options)
    assert len(caught.value.lines) == 3
    assert key is None or caught.value.key == key


def test_ten_thousand_categories_are_taken_for_a_mistake():
    table = pd.DataFrame({"person": [f"p{i}" for i in range(10_000)], "served": [0, 1] * 5_000})
    with pytest.raises(MeasureError) as caught:
        FUNCTIONS["rates.disaggregate"](table, "person", outcome="served")
    assert caught.value.key == "inputs.too-many-categories"


def test_a_group_of_which_nothing_is_known_is_refused_or_named():
    table = pd.DataFrame({"group": ["a", "a", "b"], "served": [1, 0, None]})
    with pytest.raises(MeasureError):
        FUNCTIONS["rates.disaggregate"](table, "group", outcome="served")
    named = FUNCTIONS["rates.disaggregate"](table, "group", outcome="served", empty="name")
    assert named.set_index("group").loc["b", "notes"]
