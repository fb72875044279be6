"""Agreement of coders: right to the published digit, honest where nothing can be said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import MeasureError
from kit.measure.agreement import (
    cohen_kappa,
    confusion_table,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
    ratings_table,
)

# Two assessors, levels 0 to 2 (the SAS example in the tests of statsmodels).
LEVELS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
# Fleiss 1971: 30 patients, 6 raters, 5 diagnoses, as counts.
FLEISS = [
    "0 0 0 6 0",
    "0 3 0 0 3",
    "0 1 4 0 1",
    "0 0 0 0 6",
    "0 3 0 3 0",
    "2 0 4 0 0",
    "0 0 4 0 2",
    "2 0 3 1 0",
    "2 0 0 4 0",
    "0 0 0 0 6",
    "1 0 0 5 0",
    "1 1 0 4 0",
    "0 3 3 0 0",
    "1 0 0 5 0",
    "0 2 0 3 1",
    "0 0 5 0 1",
    "3 0 0 1 2",
    "5 1 0 0 0",
    "0 2 0 4 0",
    "1 0 2 0 3",
    "0 0 0 0 6",
    "0 1 0 5 0",
    "0 2 0 1 3",
    "2 0 0 4 0",
    "1 0 0 4 1",
    "0 5 0 1 0",
    "4 0 0 0 2",
    "0 2 0 4 0",
    "1 0 5 0 0",
    "0 0 0 0 6",
]
DIAGNOSES = [[int(x) for x in row.split()] for row in FLEISS]
# Krippendorff 2011, section C: four observers, twelve units.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def kappa_row(*args, **options):
    return cohen_kappa(*args, **options).set_index("measure").loc["kappa"]


def spread(matrix):
    pairs = [(i, j) for i, row in enumerate(matrix) for j, n in enumerate(row) for _ in range(n)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def test_kappa_of_two_lists_equals_kappa_of_their_table():
    lists = kappa_row(*spread(LEVELS), categories=[0, 1, 2])
    assert lists.estimate == pytest.approx(kappa_row(LEVELS).estimate)


def test_kappa_and_its_interval_match_the_published_sas_output():
    plain = kappa_row(LEVELS)
    assert [plain.estimate, plain.lower, plain.upper] == pytest.approx([0.4842, 0.2137, 0.7547], abs=6e-5)
    linear = kappa_row(LEVELS, weights="linear")
    assert [linear.estimate, linear.lower, linear.upper] == pytest.approx([0.4701, 0.1845, 0.7558], abs=6e-5)


def test_the_two_standard_errors_give_the_two_published_intervals():
    """Trap: one tool prints 0.52 to 0.82, another 0.56 to 0.79, for the same table."""
    table = [[19, 10], [6, 256]]
    right, null = kappa_row(table), kappa_row(table, interval="null")
    assert [round(right.lower, 2), round(right.upper, 2)] == [0.52, 0.82]
    assert [round(null.lower, 2), round(null.upper, 2)] == [0.56, 0.79]
    assert right.method != null.method


def test_quadratic_weights_forgive_small_distances_more():
    near = [[10, 5, 0], [5, 10, 5], [0, 5, 10]]
    plain, linear, quadratic = (kappa_row(near, weights=w).estimate for w in ("none", "linear", "quadratic"))
    assert plain < linear < quadratic


def test_prevalence_paradox_is_named():
    found = cohen_kappa([[90, 5], [4, 1]]).set_index("measure")
    assert found.loc["percent_agreement"].estimate == 0.91
    assert found.loc["kappa"].estimate < 0.3
    assert "one code is very common" in found.loc["kappa"].notes
    assert found.loc["prevalence_index"].estimate == pytest.approx(0.89)
    assert found.loc["bias_index"].estimate == pytest.approx(0.01)


def test_two_coders_with_one_code_are_told_why_there_is_no_kappa():
    with pytest.raises(MeasureError) as caught:
        cohen_kappa(["a", "a", "a"], ["a", "a", "a"])
    assert caught.value.key == "agreement.one-category"


def test_one_coder_with_one_code_gives_kappa_zero_and_no_interval():
    row = kappa_row(["a", "a", "a", "a"], ["a", "a", "b", "b"])
    assert row.estimate == 0
    assert np.isnan(row.lower)
    assert "One coder used one code only" in row.notes


def test_units_without_both_codes_are_left_out_and_counted():
    row = kappa_row(["a", "b", None, "a"], ["a", "b", "b", ""])
    assert row.n == 2
    assert row.notes.startswith("Units left out because a code is missing: 2")


def test_codes_written_as_text_and_as_numbers_are_not_mixed():
    with pytest.raises(MeasureError) as caught:
        cohen_kappa([1, 2, 1], ["1", "2", "1"])
    assert caught.value.key == "agreement.mixed-codes"


def test_weighted_kappa_of_words_needs_their_order():
    low, high = ["low", "mid", "high", "low"], ["low", "high", "high", "mid"]
    with pytest.raises(MeasureError) as caught:
        cohen_kappa(low, high, weights="linear")
    assert caught.value.key == "agreement.no-order"
    assert kappa_row(low, high, weights="linear", categories=["low", "mid", "high"]).estimate > 0


def test_a_level_nobody_used_changes_weighted_kappa_and_is_named():
    first, second = [1, 2, 4, 4, 1], [1, 4, 4, 2, 2]
    silent = kappa_row(first, second, weights="linear")
    assert "level 3" in silent.notes
    assert silent.estimate != kappa_row(first, second, weights="linear", categories=[1, 2, 3, 4]).estimate


def test_confusion_table_shows_counts_and_totals_in_the_given_order():
    table = confusion_table(["a", "b", "b"], ["a", "a", "b"], categories=["b", "a"])
    assert table.index.tolist() == ["b", "a", "total"]
    assert table.loc["b"].tolist() == [1, 1, 2]
    assert table.loc["total", "total"] == 3


def test_percent_agreement_has_the_interval_of_a_share():
    row = percent_agreement([[19, 10], [6, 256]]).iloc[0]
    assert row.estimate == pytest.approx(275 / 291)
    assert row.lower < row.estimate < row.upper


def test_fleiss_kappa_and_its_test_error_match_rs_irr():
    row = fleiss_kappa(DIAGNOSES, counted=True, interval="null").iloc[0]
    assert row.estimate == pytest.approx(0.4302445, abs=6e-8)
    z = row.estimate / ((row.upper - row.estimate) / 1.959964)
    assert z == pytest.approx(17.65183, abs=1e-4)


@pytest.mark.parametrize(
    "counts, fixed, free", [([[7, 1], [3, 5]], 0.161905, 0.214286), ([[6, 1, 0], [0, 7, 0]], 0.708333, 0.785714)]
)
def test_fleiss_and_randolph_match_the_online_calculator(counts, fixed, free):
    assert fleiss_kappa(counts, counted=True).estimate.item() == pytest.approx(fixed, abs=6e-7)
    free_row = fleiss_kappa(counts, counted=True, chance="uniform")
    assert free_row.estimate.item() == pytest.approx(free, abs=6e-7)


def test_fleiss_leaves_out_units_with_gaps_and_says_so():
    row = fleiss_kappa([[1, 1, 2], [2, 2, None], [1, 2, 2]]).iloc[0]
    assert row.n == 2
    assert "is missing: 1" in row.notes


@pytest.mark.parametrize(
    "level, published", [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorffs_own_example_at_every_level(level, published):
    """Krippendorff 2011: one table, four levels, four answers."""
    row = krippendorff_alpha(OBSERVERS, level=level, coders="rows").iloc[0]
    assert row.estimate == pytest.approx(published, abs=6e-4)
    assert row.n == 11
    assert row.lower <= row.estimate <= row.upper


def test_alpha_has_no_default_level():
    with pytest.raises(TypeError):
        krippendorff_alpha(OBSERVERS, coders="rows")


def test_alpha_refuses_what_the_level_cannot_carry():
    for codes, level, key in (
        ([["a", "b"], ["b", "b"]], "interval", "agreement.level-needs-numbers"),
        ([["a", "b"], ["b", "b"]], "ordinal", "agreement.no-order"),
        ([[-1, 2], [2, 2]], "ratio", "agreement.ratio-below-zero"),
        ([[1, None], [None, 2]], "nominal", "agreement.no-pairs"),
        ([[1, 1], [1, 1]], "nominal", "agreement.one-category"),
        ([[1], [2]], "nominal", "agreement.one-coder"),
    ):
        with pytest.raises(MeasureError) as caught:
            krippendorff_alpha(codes, level=level)
        assert caught.value.key == key


def test_alpha_of_large_numbers_keeps_its_digits():
    small = [[1, 2], [2, 2], [3, 3], [1, 1]]
    large = [[code + 1e9 for code in row] for row in small]
    here, there = (krippendorff_alpha(codes, level="interval").estimate.item() for codes in (small, large))
    assert here == pytest.approx(there)


def test_the_same_seed_gives_the_same_interval():
    first, second, other = (
        krippendorff_alpha(OBSERVERS, level="nominal", coders="rows", seed=seed).iloc[0] for seed in (7, 7, 8)
    )
    assert (first.lower, first.upper) == (second.lower, second.upper)
    assert (first.lower, first.upper) != (other.lower, other.upper)


def test_a_long_table_becomes_ratings_and_a_double_code_is_refused():
    long = pd.DataFrame({"answer": [1, 1, 2, 2], "by": ["A", "B", "A", "B"], "code": ["x", "x", "y", "x"]})
    wide = ratings_table(long, unit="answer", coder="by", code="code")
    assert krippendorff_alpha(wide, level="nominal").n.item() == 2
    with pytest.raises(MeasureError) as caught:
        ratings_table(pd.concat([long, long.head(1)]), unit="answer", coder="by", code="code")
    assert caught.value.key == "inputs.duplicate"


def test_free_text_is_not_a_set_of_categories():
    texts = [f"answer {i}" for i in range(10_000)]
    with pytest.raises(MeasureError) as caught:
        cohen_kappa(texts, texts)
    assert caught.value.key == "inputs.too-many-categories"


CODES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.sampled_from("abc")), min_size=4, max_size=25
).filter(lambda rows: len({code for row in rows for code in row[:2]}) > 1)


@settings(deadline=None, max_examples=40)
@given(CODES, st.randoms())
def test_kappa_is_symmetric_and_blind_to_the_order_of_units(rows, random):
    first, second = [r[0] for r in rows], [r[1] for r in rows]
    row = kappa_row(first, second)
    assert np.isnan(row.lower) or -1 <= row.lower <= row.estimate <= row.upper <= 1
    assert kappa_row(second, first).estimate == pytest.approx(row.estimate)
    shuffled = list(rows)
    random.shuffle(shuffled)
    again = kappa_row([r[0] for r in shuffled], [r[1] for r in shuffled])
    assert again.estimate == pytest.approx(row.estimate)


@settings(deadline=None, max_examples=40)
@given(CODES)
def test_alpha_is_one_only_without_disagreement_and_never_above(rows):
    row = krippendorff_alpha([list(r) for r in rows], level="nominal").iloc[0]
    assert row.estimate <= 1 + 1e-12
    same = all(len(set(r)) == 1 for r in rows)
    assert (row.estimate == pytest.approx(1)) == same
    assert np.isnan(row.lower) or row.lower <= row.estimate <= row.upper
