"""Judging a course and its test: published digits, named variants, honest gaps."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import MeasureError
from kit.measure.learning import (
    cronbach_alpha,
    hake_gain,
    independent_effect_size,
    independent_effect_size_of_summary,
    individual_gains,
    item_analysis,
    item_difficulty,
    item_discrimination,
    kr20,
    mcnemar,
    paired_effect_size,
    paired_effect_size_of_summary,
    paired_t,
    wilcoxon_signed_rank,
)

# Altman et al. 2000, as in the manual of R's epiR.
BEFORE = [148, 142, 136, 134, 138, 140, 132, 144, 128, 170, 162, 150, 138, 154, 126, 116]
AFTER = [152, 152, 134, 148, 144, 136, 144, 150, 146, 174, 162, 162, 146, 156, 132, 126]
# Twelve people, eleven questions with gaps (real-statistics.com, shipped with pingouin).
GAPS = [
    "11111111111",
    "11111111010",
    ".011.111100",
    "11101101100",
    "11111000100",
    "01.01111000",
    "11110010000",
    "11111000000",
    "01011000010",
    "10010100.00",
    "11100000000",
    "10010000000",
]
ANSWERS = [[None if x == "." else int(x) for x in row] for row in GAPS]
TESTED = [[59, 6], [16, 80]]


def by_measure(table):
    return table.set_index("measure")


def test_alpha_with_gaps_matches_published_values_for_both_ways():
    """Trap: leaving out people and leaving out pairs give 0.80 and 0.73."""
    pairwise = cronbach_alpha(ANSWERS, missing="pairwise").iloc[0]
    listwise = cronbach_alpha(ANSWERS).iloc[0]
    assert [pairwise.estimate, pairwise.lower, pairwise.upper] == pytest.approx([0.732661, 0.435, 0.909], abs=6e-4)
    assert listwise.estimate == pytest.approx(0.801695, abs=6e-7)
    # pingouin prints 0.581 to 0.933 here: it still counts the three people whom it has left out.
    assert (pairwise.n, listwise.n) == (12, 9)
    assert "because of a gap: 3" in listwise.notes


def test_kr20_is_alpha_of_right_and_wrong():
    whole = [row for row in ANSWERS if None not in row]
    assert by_measure(kr20(whole)).loc["kr20"].estimate == pytest.approx(cronbach_alpha(whole).estimate.item())


def test_kr20_refuses_marks_that_are_not_right_or_wrong():
    with pytest.raises(MeasureError) as caught:
        kr20([[1, 2], [0, 1]])
    assert caught.value.key == "inputs.not-zero-one"


def test_alpha_cannot_be_computed_from_equal_totals():
    with pytest.raises(MeasureError) as caught:
        cronbach_alpha([[1, 2], [2, 1], [1, 2]])
    assert caught.value.key == "learning.same-total"


def test_items_that_pull_apart_are_named():
    row = cronbach_alpha([[1, 4], [2, 3], [3, 1], [4, 2]]).iloc[0]
    assert row.estimate < 0
    assert "point the other way" in row.notes


def test_item_analysis_gives_three_measures_for_each_item_by_name():
    table = pd.DataFrame([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0]], columns=["a", "b", "c"])
    found = item_analysis(table).set_index(["item", "measure"])
    assert found.loc[("a", "difficulty")].estimate == 0.75
    assert found.loc[("b", "discrimination")].estimate == 1
    assert len(found) == 9


def test_an_item_that_all_answered_right_says_so_and_has_no_correlation():
    found = item_analysis([[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 0, 0]])
    first = by_measure(found[found.item == 1])
    assert "tells nobody apart" in first.loc["difficulty"].notes
    assert "no correlation" in first.loc["item_rest_correlation"].notes


def test_a_wrong_key_shows_as_negative_discrimination():
    flipped = [[1 - row[0], *row[1:]] for row in ([1, 1, 1, 1], [1, 1, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0])]
    found = item_analysis(flipped)
    row = found[(found.item == 1) & (found.measure == "item_rest_correlation")].iloc[0]
    assert row.estimate < 0
    assert "check the key" in row.notes


def test_a_gap_is_left_out_or_wrong_by_name():
    left_out, wrong = item_analysis(ANSWERS), item_analysis(ANSWERS, missing="wrong")
    assert set(left_out.n) == {9}
    assert set(wrong.n) == {12}


def test_discrimination_and_difficulty_of_plain_numbers():
    assert item_discrimination(0.6, 0.2).estimate.item() == pytest.approx(0.4)
    row = item_difficulty(75, 100).iloc[0]
    assert (row.estimate, row.n) == (0.75, 100)
    with pytest.raises(MeasureError) as caught:
        item_discrimination(60, 0.2)
    assert caught.value.key == "inputs.percent-for-share"


def test_class_gain_and_mean_of_individual_gains_are_two_numbers():
    found = by_measure(hake_gain([2, 8, 10], [6, 9, 10], maximum=10))
    assert found.loc["class_gain"].estimate == pytest.approx(5 / 10)
    assert found.loc["mean_individual_gain"].estimate == pytest.approx((0.5 + 0.5) / 2)
    assert found.loc["mean_individual_gain"].n == 2
    assert "Started at the highest mark" in found.loc["mean_individual_gain"].notes


def test_gain_of_a_class_that_starts_at_the_maximum_is_refused():
    for before, after in ((20, 20), ([20, 20], [20, 18])):
        with pytest.raises(MeasureError) as caught:
            hake_gain(before, after, maximum=20)
        assert caught.value.key == "learning.at-maximum"


def test_percent_of_the_first_mark_is_left_out_where_that_mark_is_zero():
    assert "gain_percent_of_before" not in hake_gain(0, 5, maximum=10).measure.tolist()


def test_marks_above_the_maximum_are_refused():
    with pytest.raises(MeasureError) as caught:
        hake_gain([3, 4], [5, 12], maximum=10)
    assert caught.value.key == "inputs.above"


def test_individual_gains_say_who_has_none_and_why():
    found = individual_gains([2, 10, None, 9.5], [6, 10, 5, 10], maximum=10, people=["k7", "m2", "p4", "z9"])
    assert found.estimate.isna().tolist() == [False, True, True, False]
    assert "highest mark" in found.notes[1]
    assert "missing" in found.notes[2]
    assert "close to the highest mark" in found.notes[3]


def test_paired_t_gives_change_spread_error_and_test():
    row = paired_t(BEFORE, AFTER).iloc[0]
    assert [row.estimate, row.sd_difference, row.standard_error] == pytest.approx([6.6, 6.0, 1.49], abs=0.051)
    assert row.p_value < 0.001
    assert paired_t(BEFORE, AFTER, alternative="less").p_value.item() > 0.99


def test_people_without_both_marks_are_left_out_with_a_warning_in_words():
    row = paired_t([1, 2, 3, None], [2, 4, 4, 9]).iloc[0]
    assert row.n == 3
    assert "one of the two marks is missing: 1" in row.notes


def test_equal_changes_have_no_test():
    with pytest.raises(MeasureError) as caught:
        paired_t([1, 2, 3], [3, 4, 5])
    assert caught.value.key == "learning.no-spread"


def test_the_three_paired_effect_sizes_keep_their_names():
    """Trap: packages print d_z or d_av under one name; here they are 1.11 and 0.51."""
    found = by_measure(paired_effect_size(BEFORE, AFTER))
    assert found.estimate.round(2).to_dict() == {"d_z": 1.11, "d_av": 0.51, "g_av": 0.49}
    assert (found.lower < found.estimate).all() and (found.estimate < found.upper).all()


@pytest.mark.parametrize(
    "means, sds, r, n, published",
    [
        ([102.1, 110.4], [14.6, 15.3], 0.75, 25, [0.5433457, 0.2394905, 0.8705732]),
        ([602.4, 705.6], [33.17, 51.08], 0.769, 8, [2.2185, 1.1182, 3.6744]),
    ],
)
def test_paired_effect_of_a_summary_matches_rs_statpsych(means, sds, r, n, published):
    row = by_measure(paired_effect_size_of_summary(means, sds=sds, correlation=r, n=n)).loc["g_av"]
    assert [row.estimate, row.lower, row.upper] == pytest.approx(published, abs=6e-5)


def test_effect_of_marks_equals_effect_of_their_summary():
    r = np.corrcoef(BEFORE, AFTER)[0, 1]
    means, sds = (np.mean(BEFORE), np.mean(AFTER)), (np.std(BEFORE, ddof=1), np.std(AFTER, ddof=1))
    of_summary = paired_effect_size_of_summary(means, sds=sds, correlation=r, n=16)
    of_marks = paired_effect_size(BEFORE, AFTER)
    for column in ("estimate", "lower", "upper"):
        assert of_marks[column].tolist() == pytest.approx(of_summary[column].tolist())


def test_hedges_g_matches_borenstein_with_his_normal_interval():
    """Introduction to Meta-Analysis, chapter 4: g = 0.5924, variance 0.0411."""
    row = by_measure(
        independent_effect_size_of_summary([103, 100], sds=[5.5, 4.5], counts=[50, 50], interval="normal")
    ).loc["g"]
    assert row.estimate == pytest.approx(0.5924, abs=6e-5)
    assert ((row.upper - row.lower) / 2 / 1.959964) ** 2 == pytest.approx(0.0411, abs=6e-5)


def test_exact_and_approximate_correction_agree_to_three_digits():
    found = [
        by_measure(
            independent_effect_size_of_summary([5, 4], sds=[1, 1], counts=[10, 10], correction=correction)
        ).loc["g"]
        for correction in ("exact", "approximate")
    ]
    assert found[0].estimate != found[1].estimate
    assert found[0].estimate == pytest.approx(found[1].estimate, abs=6e-4)


def test_independent_effect_leaves_out_missing_marks():
    assert independent_effect_size([5, 6, 7, None], [3, 4, 5]).n.tolist() == [6, 6]


def test_wilcoxon_matches_scipys_published_example():
    changes = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]
    row = wilcoxon_signed_rank(changes).iloc[0]
    assert (row.w_plus, row.w_minus, row.w_min) == (96, 24, 24)
    assert row.p_value == pytest.approx(0.041259765625, abs=1e-12)
    assert wilcoxon_signed_rank(changes, alternative="greater").p_value.item() == pytest.approx(0.0206298828125)
    assert row.lower > 0


def test_wilcoxon_exact_is_exact_with_ties_and_zeros():
    """Counted by hand over all 64 sets of signs."""
    import itertools

    from scipy.stats import rankdata

    changes = [1, 1, 2, -1, 3, 3, 0]
    kept = [c for c in changes if c]
    ranks = rankdata(np.abs(kept))
    plus = sum(r for r, c in zip(ranks, kept, strict=True) if c > 0)
    sums = [
        sum(r for r, s in zip(ranks, signs, strict=True) if s) for signs in itertools.product((0, 1), repeat=6)
    ]
    right = 2 * np.mean([s >= plus - 1e-9 for s in sums])
    assert wilcoxon_signed_rank(changes, p="exact").p_value.item() == pytest.approx(right)


def test_wilcoxon_names_what_it_did_with_people_who_did_not_change():
    rows = {z: wilcoxon_signed_rank([0, 0, 1, 2, 3, 4], zeros=z).iloc[0] for z in ("drop", "pratt", "split")}
    assert {z: row.n for z, row in rows.items()} == {"drop": 4, "pratt": 6, "split": 6}
    assert len({row.notes for row in rows.values()}) == 3
    assert rows["split"].w_minus == pytest.approx(1.5)


def test_wilcoxon_gives_no_limits_for_a_handful_of_people():
    row = wilcoxon_signed_rank([1, 2, 3, 4]).iloc[0]
    assert np.isnan(row.lower)
    assert "Too few people" in row.notes


@pytest.mark.parametrize(
    "test, published",
    [("exact", 0.052479), ("mid-p", 0.03469), ("chi-square", 0.033006), ("chi-square-corrected", 0.055009)],
)
def test_mcnemar_variants_match_the_published_p_values(test, published):
    assert mcnemar(TESTED, test=test).p_value.item() == pytest.approx(published, abs=6e-7)


def test_mcnemar_of_people_equals_mcnemar_of_their_table():
    before = [1] * 65 + [0] * 96
    after = [1] * 59 + [0] * 6 + [1] * 16 + [0] * 80
    people, table = mcnemar(before, after).iloc[0], mcnemar(TESTED).iloc[0]
    assert people.to_dict() == pytest.approx(table.to_dict(), nan_ok=True)
    assert table.estimate == pytest.approx(10 / 161)
    assert table.lower < table.estimate < table.upper


def test_mcnemar_p_values_never_pass_one():
    """Trap: several calculators print p above 1 when as many rose as fell."""
    for test in ("exact", "mid-p", "chi-square", "chi-square-corrected"):
        assert mcnemar([[1, 4], [4, 1]], test=test).p_value.item() <= 1


def test_nobody_changed_is_p_one_or_a_clear_refusal():
    assert mcnemar([[5, 0], [0, 5]]).p_value.item() == 1
    with pytest.raises(MeasureError) as caught:
        mcnemar([[5, 0], [0, 5]], test="chi-square")
    assert caught.value.key == "learning.nobody-changed"


MARKS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=5, max_size=25)


@settings(deadline=None, max_examples=40)
@given(MARKS, st.randoms())
def test_gains_lie_in_their_interval_and_ignore_the_order_of_people(pairs, random):
    if all(first == 20 for first, _ in pairs):
        return
    before, after = zip(*pairs, strict=True)
    row = by_measure(hake_gain(before, after, maximum=20)).loc["class_gain"]
    assert row.estimate <= 1
    shuffled = list(pairs)
    random.shuffle(shuffled)
    again = by_measure(hake_gain(*zip(*shuffled, strict=True), maximum=20)).loc["class_gain"]
    assert again.estimate == pytest.approx(row.estimate)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.integers(0, 1), min_size=4, max_size=4), min_size=4, max_size=30), st.randoms())
def test_item_analysis_ignores_the_order_of_people(rows, random):
    found = item_analysis(rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    again = item_analysis(shuffled)
    assert again.estimate.tolist() == pytest.approx(found.estimate.tolist(), nan_ok=True)
    shares = found[found.measure == "difficulty"]
    assert ((shares.lower <= shares.estimate) & (shares.estimate <= shares.upper)).all()
    assert found.estimate.dropna().between(-1 - 1e-12, 1 + 1e-12).all()


@settings(deadline=None, max_examples=40)
@given(MARKS)
def test_swapping_before_and_after_turns_the_sign(pairs):
    before, after = zip(*pairs, strict=True)
    if len({b - a for a, b in pairs}) < 2:
        return
    there, back = paired_t(before, after).iloc[0], paired_t(after, before).iloc[0]
    assert there.estimate == pytest.approx(-back.estimate)
    assert there.lower == pytest.approx(-back.upper)
    there, back = wilcoxon_signed_rank(before, after).iloc[0], wilcoxon_signed_rank(after, before).iloc[0]
    assert there.w_plus == back.w_minus
    assert there.p_value == pytest.approx(back.p_value)
    assert np.isnan(there.lower) or there.lower <= there.estimate <= there.upper
