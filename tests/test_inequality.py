"""Dissimilarity, Gini and Theil: published values, variants by name, and parts that add up."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kit.errors import MeasureError
from kit.measure.inequality import decompose, dissimilarity, gini, lorenz, theil

# Gross domestic product of Mexican states in 1940; mexico.csv of libpysal, answers from the package inequality:
# https://github.com/pysal/inequality, inequality/tests/test_gini.py and inequality/theil.py
MEXICO_1940 = [
    10384, 22361, 9573, 3758, 2934, 8578, 8537, 6909, 17816, 12132, 4359, 2181, 4414, 5309, 3408, 3327,
    6936, 4836, 9073, 1892, 3569, 11016, 21965, 4372, 4840, 6399, 2459, 7508, 3605, 5203, 7990, 3734,
]  # fmt: skip
# https://github.com/elbersb/segregation, tests/testthat/test_dissimilarity.R
SEGREGATED = [
    ([100, 100, 100], [100, 100, 100], 0.0),
    ([100, 60, 40, 0], [0, 40, 60, 100], 0.6),
    ([80, 80, 20, 20], [20, 20, 80, 80], 0.6),
    ([100, 100, 0, 0], [0, 0, 100, 100], 1.0),
]

amounts = st.lists(st.integers(1, 10_000), min_size=2, max_size=30)


def one(answer):
    return answer.loc[0, "estimate"]


@pytest.mark.parametrize(("first", "second", "published"), SEGREGATED)
def test_dissimilarity_is_the_published_one(first, second, published):
    assert one(dissimilarity(first, second)) == pytest.approx(published, abs=1e-12)


def test_gini_and_theil_are_the_published_ones():
    assert one(gini(MEXICO_1940)) == pytest.approx(0.3537237117345285, abs=1e-12)
    assert one(theil(MEXICO_1940)) == pytest.approx(0.20894344, abs=6e-9)


def test_the_variants_have_names_and_differ():
    n = len(MEXICO_1940)
    assert one(gini(MEXICO_1940, variant="corrected")) == pytest.approx(one(gini(MEXICO_1940)) * n / (n - 1))
    assert one(gini([0, 0, 0, 8], variant="corrected")) == pytest.approx(1.0)
    assert one(theil(MEXICO_1940, variant="L")) != pytest.approx(one(theil(MEXICO_1940)), rel=0.01)
    assert "Theil L (mean log deviation)" in theil(MEXICO_1940, variant="L").loc[0, "method"]


@given(amounts)
def test_gini_is_the_mean_difference_of_all_pairs(values):
    x = np.array(values, dtype=float)
    by_pairs = abs(x[:, None] - x[None, :]).mean() / (2 * x.mean())
    assert one(gini(values)) == pytest.approx(by_pairs, abs=1e-12)


@given(amounts)
def test_gini_is_one_minus_twice_the_area_under_the_lorenz_curve(values):
    curve = lorenz(values)
    x, y = curve["share_of_people"].to_numpy(), curve["estimate"].to_numpy()
    assert one(gini(values)) == pytest.approx(1 - 2 * np.trapezoid(y, x), abs=1e-12)
    assert (np.diff(y) >= -1e-12).all() and (y <= x + 1e-12).all()


@given(amounts, st.randoms(use_true_random=False), st.sampled_from([gini, theil]))
def test_order_and_unit_do_not_matter(values, random, measure):
    turned = random.sample(values, len(values))
    assert one(measure(values)) == pytest.approx(one(measure(turned)), abs=1e-12)
    assert one(measure(values)) == pytest.approx(one(measure([3.5 * x for x in values])), abs=1e-9)
    assert 0 <= one(gini(values)) <= 1 and 0 <= one(theil(values)) <= np.log(len(values)) + 1e-12


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 6)), min_size=2, max_size=12), st.sampled_from("TL"))
def test_weights_stand_for_that_many_people(pairs, variant):
    values, weights = zip(*pairs, strict=True)
    people = [value for value, weight in pairs for _ in range(weight)]
    assert one(gini(values, weights=weights)) == pytest.approx(one(gini(people)), abs=1e-12)
    corrected = one(gini(values, weights=weights, variant="corrected"))
    assert corrected == pytest.approx(one(gini(people, variant="corrected")), abs=1e-12)
    assert one(theil(values, weights=weights, variant=variant)) == pytest.approx(
        one(theil(people, variant=variant)), abs=1e-12
    )


@given(
    st.lists(st.tuples(st.integers(1, 900), st.sampled_from("abc"), st.integers(1, 5)), min_size=2, max_size=25),
    st.sampled_from("TL"),
)
def test_between_and_within_add_up_to_the_total(rows, variant):
    values, names, weights = zip(*rows, strict=True)
    assume(len(set(names)) > 1)
    answer = decompose(values, names, variant=variant, weights=weights).set_index("part")["estimate"]
    assert answer["total"] == answer["between groups"] + answer["within groups"]
    assert answer["total"] == pytest.approx(one(theil(values, variant=variant, weights=weights)), abs=1e-12)
    assert answer["within groups"] == pytest.approx(answer.iloc[3:].sum(), abs=1e-12)
    assert (answer >= -1e-12).all()


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=2, max_size=20))
def test_dissimilarity_is_symmetric_and_between_0_and_1(places):
    first, second = zip(*places, strict=True)
    assume(sum(first) and sum(second))
    index = one(dissimilarity(first, second))
    assert 0 <= index <= 1
    assert index == pytest.approx(one(dissimilarity(second, first)))
    turned = one(dissimilarity(first[::-1], second[::-1]))
    assert index == pytest.approx(turned)


def test_ten_thousand_places_are_fine_and_small_ones_are_named():
    answer = dissimilarity([1] * 10_000, [2, 0] * 5_000)
    assert one(answer) == pytest.approx(0.5)
    assert "chance alone" in answer.loc[0, "notes"]
    assert "chance alone" not in dissimilarity([500, 600], [300, 900]).loc[0, "notes"]


@pytest.mark.parametrize(
    ("ask", "key"),
    [
        (lambda: gini([5]), "inputs.too-few"),
        (lambda: gini([5, -1]), "inputs.negative"),
        (lambda: gini([0, 0]), "inequality.nothing"),
        (lambda: gini([1, 2], weights=[0, 0]), "inputs.weights-zero"),
        (lambda: gini([1, 2], weights=[0, 3, 1]), "inputs.not-same-length"),
        (lambda: gini([1, 2], weights=[0.5, 2], variant="corrected"), "inequality.whole-weights"),
        (lambda: gini([1, 2], variant="sample"), "inputs.unknown-choice"),
        (lambda: gini([1, None]), "inputs.missing"),
        (lambda: gini([1, "2"]), "inputs.not-a-number"),
        (lambda: theil([1, 0], variant="L"), "inequality.zero-in-L"),
        (lambda: decompose([1, 2], ["a", "a"]), "inputs.too-few"),
        (lambda: decompose([1, 2], ["a", None]), "inputs.missing"),
        (lambda: decompose([1, 2], ["a"]), "inputs.not-same-length"),
        (lambda: decompose(range(1, 10_001), range(10_000)), "inputs.too-many-categories"),
        (lambda: dissimilarity([1, 2], [0, 0]), "inequality.nobody"),
        (lambda: dissimilarity([1], [2]), "inputs.too-few"),
        (lambda: dissimilarity([0.3, 0.7], [0.5, 0.5]), "inputs.not-whole"),
    ],
)
def test_what_has_no_index_is_refused(ask, key):
    with pytest.raises(MeasureError) as refused:
        ask()
    assert refused.value.key == key and len(refused.value.lines) == 3


def test_a_zero_counts_as_nothing_in_theil_t():
    assert one(theil([0, 4])) == pytest.approx(np.log(2))
