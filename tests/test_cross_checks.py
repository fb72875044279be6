"""The methods against a second implementation: other libraries, or output that R printed."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import contingency_tables, proportion
from statsmodels.stats.inter_rater import cohens_kappa

from kit.measure import agreement, disparity, learning, rates, survey

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
quick = settings(deadline=None, max_examples=40)


@quick
@given(COUNTS, st.sampled_from([0.8, 0.95, 0.99]))
@pytest.mark.parametrize(
    "interval, theirs",
    [("wilson", "wilson"), ("exact", "beta"), ("jeffreys", "jeffreys"), ("agresti-coull", "agresti_coull")],
)
def test_intervals_of_a_share_equal_statsmodels(interval, theirs, pair, confidence):
    row = rates.share(*pair, interval=interval, confidence=confidence).iloc[0]
    lower, upper = proportion.proportion_confint(*pair, alpha=1 - confidence, method=theirs)
    if pair[0] in (0, pair[1]) and interval == "jeffreys":
        return  # at the edge statsmodels leaves the estimate outside its own interval
    lower, upper = max(0, lower), min(1, upper)
    assert [row.lower, row.upper] == pytest.approx([lower, upper], abs=1e-9)


@quick
@given(COUNTS)
def test_wilson_and_exact_intervals_equal_scipy(pair):
    test = stats.binomtest(*pair)
    for interval in ("wilson", "exact"):
        row, theirs = rates.share(*pair, interval=interval).iloc[0], test.proportion_ci(method=interval)
        assert [row.lower, row.upper] == pytest.approx([theirs.low, theirs.high], abs=1e-9)


@quick
@given(COUNTS, COUNTS)
def test_newcombe_difference_equals_statsmodels(first, second):
    row = disparity.rate_difference(first, second).iloc[0]
    theirs = proportion.confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")
    assert [row.lower, row.upper] == pytest.approx(theirs, abs=1e-9)


@quick
@given(COUNTS.filter(lambda pair: pair[0] > 0), COUNTS.filter(lambda pair: pair[0] > 0))
def test_katz_ratio_equals_scipy(first, second):
    row = disparity.rate_ratio(first, second, interval="katz").iloc[0]
    theirs = stats.contingency.relative_risk(*first, *second).confidence_interval()
    assert [row.lower, row.upper] == pytest.approx([theirs.low, theirs.high], rel=1e-9)


@pytest.mark.parametrize("first, second", [((7, 34), (1, 34)), ((30, 80), (12, 60)), ((3, 9), (4, 11))])
def test_koopman_ratio_equals_statsmodels_without_its_correction(first, second):
    row = disparity.rate_ratio(first, second, interval="koopman").iloc[0]
    theirs = proportion.confint_proportions_2indep(
        *first, *second, method="score", compare="ratio", correction=False
    )
    assert [row.lower, row.upper] == pytest.approx(theirs, rel=1e-4)


CODES = st.lists(
    st.lists(st.sampled_from([1, 2, 3, 5, None]), min_size=3, max_size=3), min_size=4, max_size=20
).filter(lambda rows: len({c for r in rows if sum(x is not None for x in r) > 1 for c in r if c is not None}) > 1)


@quick
@given(CODES)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_equals_the_krippendorff_package(level, rows):
    ours = agreement.krippendorff_alpha(rows, level=level).estimate.item()
    pairable = [r for r in rows if sum(x is not None for x in r) > 1]
    coded = np.array([[np.nan if x is None else x for x in row] for row in pairable]).T
    assert ours == pytest.approx(krippendorff.alpha(coded, level_of_measurement=level), abs=1e-9)


@quick
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3))
@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappa_equals_a_second_way_to_compute_it(weights, table):
    """Kappa as one minus observed over expected disagreement, written out."""
    counts = np.array(table, dtype=float)
    n = counts.sum()
    margins = counts.sum(axis=1), counts.sum(axis=0)
    if n == 0 or max(margins[0]) == n or max(margins[1]) == n:
        return
    i, j = np.indices((3, 3))
    apart = {"none": i != j, "linear": abs(i - j), "quadratic": (i - j) ** 2}[weights]
    right = 1 - (apart * counts).sum() / (apart * np.outer(*margins) / n).sum()
    ours = agreement.cohen_kappa(table, weights=weights).iloc[0]
    assert ours.estimate == pytest.approx(right, abs=1e-9)
    if weights == "none":
        assert ours.upper <= 1 and cohens_kappa(counts).kappa == pytest.approx(right, abs=1e-9)


TABLE = st.lists(st.integers(0, 60), min_size=4, max_size=4).filter(lambda cells: cells[1] + cells[2] > 0)


@quick
@given(TABLE)
def test_mcnemar_equals_statsmodels(cells):
    a, b, c, d = cells
    table = [[a, b], [c, d]]
    exact = learning.mcnemar(table).p_value.item()
    assert exact == pytest.approx(min(1, contingency_tables.mcnemar(table, exact=True).pvalue), abs=1e-9)
    plain = learning.mcnemar(table, test="chi-square").p_value.item()
    assert plain == pytest.approx(
        contingency_tables.mcnemar(table, exact=False, correction=False).pvalue, abs=1e-9
    )
    if b != c:  # with b = c statsmodels still subtracts, R does not
        corrected = learning.mcnemar(table, test="chi-square-corrected").p_value.item()
        theirs = contingency_tables.mcnemar(table, exact=False, correction=True).pvalue
        assert corrected == pytest.approx(theirs, abs=1e-9)


DIFFERENCES = st.lists(st.integers(-500, 500).filter(bool), min_size=3, max_size=20, unique_by=abs)


@quick
@given(DIFFERENCES, st.sampled_from(["two-sided", "greater", "less"]))
def test_wilcoxon_equals_scipy_where_scipy_is_exact(changes, side):
    ours = learning.wilcoxon_signed_rank(changes, p="exact", alternative=side).iloc[0]
    theirs = stats.wilcoxon(changes, method="exact", alternative=side)
    assert ours.p_value == pytest.approx(theirs.pvalue, abs=1e-9)


@quick
@given(st.lists(st.integers(-5, 5), min_size=5, max_size=12).filter(any))
def test_wilcoxon_with_ties_equals_scipys_own_permutations(changes):
    ours = learning.wilcoxon_signed_rank(changes, p="exact", zeros="pratt").p_value.item()
    theirs = stats.wilcoxon(changes, zero_method="pratt", method=stats.PermutationMethod(n_resamples=2**13))
    assert ours == pytest.approx(theirs.pvalue, abs=1e-9)


def test_hodges_lehmann_interval_equals_r():
    """wilcox.test(conf.int = TRUE) takes the sorted pair means at qsignrank(0.025, 15) = 26 from each end."""
    changes = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]
    means = sorted((a + b) / 2 for i, a in enumerate(changes) for b in changes[i:])
    row = learning.wilcoxon_signed_rank(changes).iloc[0]
    ranks = range(121)
    below = [sum(p for w, p in zip(ranks, _signed_rank(15), strict=True) if w <= q) for q in ranks]
    quantile = next(q for q in ranks if below[q] >= 0.025)
    assert (row.lower, row.upper) == (means[quantile - 1], means[-quantile])


def _signed_rank(n):
    ways = np.array([1.0])
    for step in range(1, n + 1):
        ways = np.convolve(ways, [1, *[0] * (step - 1), 1]) / 2
    return ways


@quick
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=4, max_size=25))
def test_paired_t_equals_scipy(pairs):
    before, after = zip(*pairs, strict=True)
    if len({b - a for a, b in pairs}) < 2:
        return
    theirs = stats.ttest_rel(after, before)
    row = learning.paired_t(before, after).iloc[0]
    assert [row.statistic, row.p_value] == pytest.approx([theirs.statistic, theirs.pvalue])
    limits = theirs.confidence_interval()
    assert [row.lower, row.upper] == pytest.approx([limits.low, limits.high])


def test_noncentral_interval_of_d_inverts_the_distribution():
    found = learning.independent_effect_size_of_summary([103, 100], sds=[5.5, 4.5], counts=[50, 50])
    d = found.iloc[0]
    scale = np.sqrt(1 / 50 + 1 / 50)
    t = d.estimate / scale
    assert stats.nct.sf(t, 98, d.lower / scale) == pytest.approx(0.025, abs=1e-6)
    assert stats.nct.cdf(t, 98, d.upper / scale) == pytest.approx(0.025, abs=1e-6)


@quick
@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=4, max_size=20))
def test_alpha_of_a_test_equals_its_other_formula(rows):
    """Alpha from the mean variance and the mean covariance of the items."""
    scores = np.array(rows, dtype=float)
    if scores.sum(axis=1).var() == 0:
        return
    covariance = np.cov(scores.T)
    variance = covariance.trace() / 3
    shared = (covariance.sum() - covariance.trace()) / 6
    right = 3 * shared / (variance + 2 * shared)
    assert learning.cronbach_alpha(rows).estimate.item() == pytest.approx(right, abs=1e-6)


def test_representativeness_equals_scipys_chi_square():
    found = survey.representativeness({"a": 30, "b": 70}, {"a": 510, "b": 490}, selection="random")
    statistic = found.set_index("measure").loc["chi-square", "estimate"]
    assert statistic == pytest.approx(stats.chisquare([30, 70], [51, 49]).statistic)
