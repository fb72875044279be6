"""What is hidden stays hidden, and every rule of disclosure control answers as published."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kit.errors import MeasureError, SetupError
from kit.measure import audit, dominance, noise, privacy, rounding
from kit.measure.suppression import suppress

NAN, INF = float("nan"), float("inf")


# k-anonymity and l-diversity ---------------------------------------------------------------------------

# ITU, Shaping smarter and more sustainable cities (2016), pages 740 and 741
ITU = pd.DataFrame(
    [("1970", "Male", "121", illness) for illness in ("Cold", "Obesity", "diabetes")]
    + [("198*", "Human", "12*", illness) for illness in ("diabetes", "Obesity", "diabetes", "Cold")],
    columns=["born", "sex", "area", "illness"],
)
# https://github.com/sdcTools/sdcMicro, tests/testthat/test_freqCalc.R
FULL = [(2, 3, 1), (3, 3, 3), (2, 3, 1), (2, 3, 2), (3, 3, 1), (3, 3, 1), (1, 4, 1), (2, 3, 1)]
GAPS = [(2, 3, 1), (3, 3, 3), (2, 3, None), (2, 3, 2), (3, 3, 1), (3, 3, 1), (1, 4, None), (2, 3, 1)]
KEYS = ["a", "b", "c"]


def test_the_records_of_the_itu_report():
    known = ["born", "sex", "area"]
    assert privacy.k_anonymity(ITU, known).estimate.iloc[0] == 3
    distinct = privacy.l_diversity(ITU, known, sensitive="illness")
    entropy = privacy.l_diversity(ITU, known, sensitive="illness", kind="entropy")
    assert distinct.estimate.tolist() == [3, 3, 3]
    assert entropy.estimate.iloc[0] == pytest.approx(math.exp(1.5 * math.log(2)))
    assert math.floor(entropy.estimate.iloc[0]) == 2  # entropy is stricter


@pytest.mark.parametrize(
    ("rows", "alike", "unique", "pairs"),
    [(FULL, [3, 1, 3, 1, 2, 2, 1, 3], 3, 2), (GAPS, [3, 1, 4, 2, 2, 2, 1, 3], 2, 3)],
)
def test_key_frequencies_of_sdcmicro(rows, alike, unique, pairs):
    data = pd.DataFrame(rows, columns=KEYS)
    assert privacy.key_frequencies(data, KEYS).alike.tolist() == alike
    summary = privacy.k_anonymity(data, KEYS, missing="matches").iloc[0]
    assert (summary.alone, summary.in_pairs) == (unique, pairs)


def test_key_frequencies_add_up_sampling_weights():
    data = pd.DataFrame(GAPS, columns=KEYS).assign(weight=[10.0, 20, 30, 40, 50, 60, 70, 80])
    found = privacy.key_frequencies(data, KEYS, weight="weight")
    assert found.population.tolist() == [120, 20, 160, 70, 110, 110, 70, 120]


def test_distinct_l_diversity_of_sdcmicro():
    """https://github.com/sdcTools/sdcMicro, tests/testthat/test_ldiversity.R."""
    data = pd.DataFrame(
        {
            "sex": list("fffmmff"),
            "job": [None, None, None, "teacher", "teacher", "nurse", "nurse"],
            "group": ["o"] * 5 + ["maj"] * 2,
            "score": [1, 0, 2, 1, 0, 0, 1],
        }
    )
    found = privacy.l_diversity(data, ["sex", "job", "group"], sensitive="score")
    assert found.estimate.tolist() == [2, 3, 2, 2]
    assert found.n.tolist() == [7, 3, 2, 2]


def test_a_missing_quasi_identifier_counts_as_stated_and_the_default_is_the_smallest():
    """Classes a, a, missing: pycanon drops the row (2), as a value of its own 1, sdcMicro's rule 3."""
    data = pd.DataFrame({"class": ["a", "a", None]})
    by_rule = {rule: privacy.k_anonymity(data, ["class"], missing=rule).estimate.iloc[0] for rule in
               ("drop", "value", "matches", "smallest")}  # fmt: skip
    assert by_rule == {"drop": 2, "value": 1, "matches": 3, "smallest": 1}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from([1, 2, None])] * 3), min_size=1, max_size=12))
def test_matching_gaps_agrees_with_comparing_all_pairs_and_the_smallest_k_is_the_smallest(rows):
    data = pd.DataFrame(rows, columns=KEYS, dtype=object)
    brute = [
        sum(all(x == y or x is None or y is None for x, y in zip(one, other, strict=True)) for other in rows)
        for one in rows
    ]
    assert privacy.key_frequencies(data, KEYS).alike.tolist() == brute
    smallest = privacy.k_anonymity(data, KEYS).estimate.iloc[0]
    others = ["value", "matches"] + (["drop"] if any(None not in row for row in rows) else [])
    assert smallest == min(privacy.k_anonymity(data, KEYS, missing=rule).estimate.iloc[0] for rule in others)


def test_l_diversity_names_groups_that_share_one_value():
    data = pd.DataFrame({"age": [30, 30, 40, 40], "illness": ["flu", "flu", "flu", "cold"]})
    found = privacy.l_diversity(data, ["age"], sensitive="illness")
    assert found.estimate.tolist() == [1, 1, 2]
    assert "share one sensitive value" in found.notes.iloc[0]


# Suppression: an independent attack ----------------------------------------------------------------------


def attack(published, *, lowest=0):
    """Solve the outsider's puzzle anew: dense equations, no code of the kit."""
    shown = published.to_numpy()
    height, width = shown.shape
    hidden = [(i, j) for i in range(height) for j in range(width) if isinstance(shown[i, j], str)]
    number = {cell: k for k, cell in enumerate(hidden)}
    lines = [[(i, j) for j in range(width)] for i in range(height)]
    lines += [[(i, j) for i in range(height)] for j in range(width)]
    equations, rest = [], []
    for line in lines:
        row, known = np.zeros(len(hidden)), 0
        for k, cell in enumerate(line):
            sign = -1 if k == len(line) - 1 else 1
            if cell in number:
                row[number[cell]] += sign
            else:
                known += sign * shown[cell]
        equations.append(row)
        rest.append(-known)
    found = {}
    for cell, k in number.items():
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(hidden))
            aim[k] = sign
            solved = linprog(aim, A_eq=np.array(equations), b_eq=rest, bounds=(lowest, None), method="highs-ds")
            assert solved.status in (0, 3)
            ends.append(sign * solved.fun if solved.status == 0 else INF)
        found[cell] = tuple(ends)
    return found


tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 7, 12, 40]), min_size=width, max_size=width),
        min_size=2,
        max_size=4,
    )
).filter(lambda rows: any(map(any, rows)))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(tables, st.sampled_from(["show", "use", "hide"]), st.sampled_from([3, 5, 10]))
def test_suppression_never_leaks(rows, zeros, threshold):
    """Every small count, totals included, is hidden, and an outsider's interval is wider than small counts go."""
    found = suppress(rows, zeros=zeros, threshold=threshold)
    full = np.array(rows)
    full = np.vstack([np.column_stack([full, full.sum(axis=1)]), [*full.sum(axis=0), full.sum()]])
    shown = found.published.to_numpy()
    # The outsider may know the rule: where zeros are always shown, a hidden count is at least one.
    ranges = attack(found.published, lowest=1 if zeros == "show" else 0)
    small = (full < threshold) & ((full > 0) | (zeros == "hide"))
    for cell in np.ndindex(full.shape):
        if cell in ranges:
            lower, upper = ranges[cell]
            assert lower - 1e-6 <= full[cell] <= upper + 1e-6
            assert upper - lower >= (threshold if small[cell] else 1) - 1e-6
        else:
            assert not small[cell]
            assert shown[cell] == full[cell]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=3))
def test_trying_all_whole_tables_recovers_no_hidden_cell(rows):
    """Brute force over inner tables that fit what is published, for tables small enough to try."""
    full = np.array(rows)
    if not full.any():
        return
    found = suppress(rows, threshold=3)
    shown = found.published.to_numpy()
    hidden = [cell for cell in np.ndindex(shown.shape) if isinstance(shown[cell], str)]
    seen = {cell: set() for cell in hidden}
    inner = [cell for cell in hidden if cell[0] < full.shape[0] and cell[1] < full.shape[1]]
    if len(inner) > 4:
        return
    for values in itertools.product(range(1, 11), repeat=len(inner)):
        trial = full.copy()
        for cell, value in zip(inner, values, strict=True):
            trial[cell] = value
        whole = np.vstack([np.column_stack([trial, trial.sum(axis=1)]), [*trial.sum(axis=0), trial.sum()]])
        if all(isinstance(shown[cell], str) or shown[cell] == whole[cell] for cell in np.ndindex(shown.shape)):
            for cell in hidden:
                seen[cell].add(int(whole[cell]))
    assert all(len(values) > 1 for values in seen.values())


def test_the_cells_of_the_office_hold_no_count_and_the_release_no_reason():
    found = suppress([[3, 12, 20], [14, 25, 31], [18, 22, 40]])
    assert found.cells.estimate.isna().all()
    assert (found.cells.upper - found.cells.lower >= 1).all()
    assert set(found.published.to_numpy().ravel()) & {3, "small"} == set()
    report = found.report.set_index("measure").estimate
    assert (report["hidden"], report["hidden because small"]) == (4, 1)


def test_hidden_cells_as_seen_by_the_kits_own_audit_are_at_least_as_wide_as_proved():
    found = suppress([[1, 12, 20], [2, 25, 31], [18, 2, 40]])
    exact = audit.feasible_intervals(found.published, totals_inside=True, lowest=1)
    assert not exact.recoverable.any()
    proved = found.cells.set_index(["row", "column"])
    for row in exact.itertuples():
        lower, upper = proved.loc[(row.row, row.column), ["lower", "upper"]]
        assert row.lower <= lower and (math.isnan(row.upper) or upper <= row.upper)


def test_a_table_without_small_counts_is_published_whole():
    found = suppress([[10, 12], [0, 20]])
    assert found.published.iloc[0].tolist() == [10, 12, 22]
    assert found.cells.empty
    assert found.report.set_index("measure").estimate["share of people in cells shown"] == 1


def test_a_single_small_cell_takes_its_total_along():
    """Nothing else in the table can give way, so totals have to."""
    published = suppress({"north": 3, "south": 0}).published.set_index("row")["count"]
    assert published["north"] == "hidden" and published["Total"] == "hidden" and published["south"] == 0


def test_one_list_with_a_total_hides_a_second_cell():
    published = suppress({"north": 3, "south": 20, "east": 30}).published
    assert (published["count"] == "hidden").sum() == 2


def test_people_and_counts_give_the_same_table():
    counts = pd.DataFrame({"sex": ["f", "f", "m", "m"], "area": ["A", "B", "A", "B"], "count": [3, 20, 30, 40]})
    people = counts.loc[counts.index.repeat(counts["count"]), ["sex", "area"]]
    first = suppress(counts, by=["sex", "area"], count="count").published
    second = suppress(people, by=["sex", "area"]).published
    pd.testing.assert_frame_equal(first, second)


def check_by_sums(found, dimensions, *, threshold):
    """Audit a long published table through the general door: every sum by name."""
    published = found.published
    cells = {tuple(row[:-1]): row[-1] for row in published.itertuples(index=False)}
    sums = {}
    for axis, equations in enumerate(dimensions):
        for whole, parts in equations.items():
            for cell in [cell for cell in cells if cell[axis] == whole]:
                others = [(*cell[:axis], part, *cell[axis + 1 :]) for part in parts]
                sums[(axis, cell)] = (cell, others)
    names = {cell: f"{cell}" for cell in cells}
    # A cell can be the sum of several lines: give each line a name of its own, equal to the cell.
    known = {names[cell]: value for cell, value in cells.items()}
    lines = {}
    for (axis, cell), (_, parts) in sums.items():
        line = f"{axis} {cell}"
        known[line] = cells[cell]
        lines[line] = [names[part] for part in parts]
        if isinstance(cells[cell], str):
            lines[f"same {line}"] = [line]
            known[f"same {line}"] = None
            lines[f"again {line}"] = [names[cell]]
            known[f"again {line}"] = None
    return audit.feasible_intervals(known, sums=lines, lowest=1)


def test_three_dimensions_are_hidden_and_proved_in_whole_numbers():
    draw = np.random.default_rng(4)
    block = draw.integers(1, 25, (2, 3, 2))
    found = suppress(block, threshold=5)
    assert (found.cells.upper - found.cells.lower >= 1).all()
    small = found.cells[found.cells.why == "small"]
    assert (small.upper - small.lower >= 5).all()
    dimensions = [{"Total": list(range(1, size + 1))} for size in block.shape]
    exact = check_by_sums(found, dimensions, threshold=5)
    assert not exact.recoverable.any()


def test_subtotals_of_districts_are_part_of_the_puzzle():
    table = pd.DataFrame(
        {"women": [2, 14, 30, 21], "men": [11, 17, 25, 33]}, index=pd.Index(["N1", "N2", "S1", "S2"], name="area")
    )
    groups = {"area": {"North": ["N1", "N2"], "South": ["S1", "S2"]}}
    published = suppress(table, hierarchy=groups).published
    assert published.loc["North", "Total"] == 44
    assert published.loc["N1", "women"] == "hidden"
    # Within North the second area has to give way too, or the subtotal gives the cell back.
    assert published.loc["N2", "women"] == "hidden" or published.loc["North", "women"] == "hidden"


def test_a_large_table_hides_little_beyond_its_small_cells():
    draw = np.random.default_rng(1)
    found = suppress(draw.poisson(draw.gamma(1.0, 20, (50, 50))))
    report = found.report.set_index("measure").estimate
    assert report["hidden to protect others"] < 0.1 * report["hidden because small"]
    assert report["share of people in cells shown"] > 0.95


# Feasibility intervals -----------------------------------------------------------------------------------


def test_the_feasibility_interval_of_geurts():
    """European handbook, chapter 4: the first hidden cell lies between 3 and 6."""
    found = audit.feasible_intervals(
        [[None, None], [None, None], [3, 3]], row_totals=[7, 3, 6], column_totals=[9, 7]
    )
    first = found.iloc[0]
    assert (first.row, first.column, first.lower, first.upper) == (1, 1, 3, 6)


def test_one_hidden_cell_in_a_row_is_not_hidden_at_all():
    found = audit.feasible_intervals([[None, 5]], row_totals=[8])
    assert found.recoverable.tolist()[0] and found.lower.iloc[0] == found.upper.iloc[0] == 3
    assert "Not hidden at all" in found.notes.iloc[0]


def test_a_hidden_cell_without_totals_has_no_upper_end():
    found = audit.feasible_intervals([None, 5])
    assert math.isnan(found.upper.iloc[0])
    assert "no upper end" in found.notes.iloc[0]


def test_whole_numbers_can_be_narrower_than_decimals():
    """2a + b = 3 with b = a: whole cells leave a = b = 1 only; here by a sum that counts a twice."""
    cells = {"a": None, "b": None, "c": None, "t": 3, "u": 3}
    sums = {"t": ["a", "a", "b"], "u": ["b", "b", "c"]}
    whole = audit.feasible_intervals(cells, sums=sums).set_index("cell")
    free = audit.feasible_intervals(cells, sums=sums, whole=False).set_index("cell")
    assert (whole.lower["a"], whole.upper["a"]) == (1, 1)
    assert free.lower["a"] == pytest.approx(0.75) and free.upper["a"] == pytest.approx(1.5)


# Rounding, differences, money, noise ---------------------------------------------------------------------


def test_rounding_to_base_five_of_the_handbook():
    """Eleven of twelve cells as printed; for 32 the handbook prints 35, the nearest multiple is 30."""
    values = [1, 3, 12, 16, 0, 3, 20, 23, 1, 6, 32, 39]
    assert rounding.round_counts(values).estimate.tolist() == [0, 5, 10, 15, 0, 5, 20, 25, 0, 5, 30, 40]


def test_halves_go_up_for_people():
    assert rounding.round_counts([25, 35, 15], base=10).estimate.tolist() == [30, 40, 20]
    assert [rounding.half_up(x, base=0.1) for x in (0.25, 0.35, 2.675)] == [0.3, 0.4, 2.7]
    assert rounding.half_up(2.675, base=0.01) == 2.68
    assert rounding.half_up(-25, base=10) == -30


@settings(max_examples=200, deadline=None)
@given(st.integers(-(10**12), 10**12), st.integers(1, 1000))
def test_rounded_figures_are_the_nearest_multiple(value, base):
    found = rounding.half_up(value, base=base)
    assert found % base == 0
    assert 2 * abs(found - value) <= base
    if 2 * abs(found - value) == base:
        assert abs(found) > abs(value)


def test_random_rounding_of_the_handbook():
    third = 1 / 3
    expected = {
        0: {0: 1.0}, 1: {0: 2 * third, 3: third}, 2: {0: third, 3: 2 * third}, 3: {3: 1.0},
        4: {3: 2 * third, 6: third}, 5: {3: third, 6: 2 * third}, 6: {6: 1.0},
    }  # fmt: skip
    for value, chances in expected.items():
        assert rounding.rounding_probabilities(value, base=3) == pytest.approx(chances, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 20))
def test_random_rounding_is_unbiased(value, base):
    chances = rounding.rounding_probabilities(value, base=base)
    assert sum(chances.values()) == pytest.approx(1)
    assert sum(found * chance for found, chance in chances.items()) == pytest.approx(value)


def test_random_rounding_draws_with_these_probabilities():
    drawn = rounding.round_randomly([4] * 30_000, base=3, seed=1).estimate
    assert set(drawn) == {3, 6}
    assert (drawn == 6).mean() == pytest.approx(1 / 3, abs=0.01)
    assert rounding.round_randomly([4] * 50, seed=2).equals(rounding.round_randomly([4] * 50, seed=2))


def test_small_counts_are_shown_in_words():
    """Ofqual's rounding policy."""
    assert rounding.round_and_hide([26, 0, 1, 4]).shown.tolist() == ["25", "0", "fewer than 5", "fewer than 5"]


@pytest.mark.parametrize("base", [2, 3, 5, 10])
def test_the_true_count_lies_between_the_ends_shown(base):
    values = list(range(60))
    for table in (rounding.round_and_hide(values, base=base), rounding.round_counts(values, base=base)):
        assert all(row.lower <= value <= row.upper for value, row in zip(values, table.itertuples(), strict=True))


def test_two_releases_give_away_a_third_table():
    """European handbook, chapter 5."""
    found = privacy.compare_releases([[52, 55], [130, 140], [39, 49]], [[50, 54], [128, 140], [39, 49]])
    assert found.estimate.tolist() == [2, 1, 2, 0, 0, 0]
    assert found.discloses.tolist() == [True, True, True, False, False, False]


def test_p_percent_and_dominance_of_the_handbook():
    found = dominance.p_percent_rule([52000, 50000], total=110000, p=10).iloc[0]
    assert found.estimate_of_largest == 60000
    assert round(found.estimate, 1) == 15.4
    assert not found.unsafe
    assert dominance.dominance_rule([52000, 50000], total=110000, n=2, k=90).unsafe.iloc[0]
    assert dominance.p_percent_rule([52000, 50000, 8000], p=20).unsafe.iloc[0]
    assert dominance.p_percent_rule([100]).unsafe.iloc[0]  # one recipient alone


def test_the_scale_of_opendp_for_an_accuracy():
    """https://github.com/opendp/opendp, python/test/test_accuracy.py."""
    assert noise.noise_scale(1.0, alpha=0.5) == pytest.approx(0.9102392266268373, abs=1e-9)


def test_discrete_and_continuous_accuracy_differ():
    assert round(noise.noise_accuracy(2), 2) == 6.43
    assert round(noise.noise_accuracy(2, kind="continuous"), 2) == 5.99


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 500), st.floats(0.001, 0.9), st.sampled_from(["discrete", "continuous"]))
def test_scale_and_accuracy_are_each_others_reverse(scale, alpha, kind):
    accuracy = noise.noise_accuracy(scale, alpha=alpha, kind=kind)
    assert noise.noise_scale(accuracy, alpha=alpha, kind=kind) == pytest.approx(scale, rel=1e-6)


def test_noise_has_the_promised_size():
    drawn = noise.noisy_counts([100] * 40_000, epsilon=0.5, seed=3)
    away = drawn.estimate - 100
    t = math.exp(-0.5)
    assert away.mean() == pytest.approx(0, abs=0.06)
    assert away.var() == pytest.approx(2 * t / (1 - t) ** 2, rel=0.05)
    held = (drawn.lower <= 100) & (drawn.upper >= 100)
    assert held.mean() >= 0.95
    assert (noise.noisy_counts([0] * 50, epsilon=0.1, seed=1).estimate < 0).any()


def test_a_real_release_draws_from_opendp():
    pytest.importorskip("opendp", reason="OpenDP is an optional part of the kit (dp)")
    drawn = noise.release_counts([1000] * 2000, epsilon=1.0)
    assert drawn.estimate.mean() == pytest.approx(1000, abs=0.3)
    assert (drawn.estimate % 1 == 0).all()


def test_a_real_release_without_opendp_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "opendp", None)
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    with pytest.raises(SetupError) as caught:
        noise.release_counts([1, 2], epsilon=1.0)
    assert "local-rights-kit[dp]" in caught.value.lines[2]
    assert len(caught.value.lines) == 3


# Bad input -----------------------------------------------------------------------------------------------

PEOPLE = pd.DataFrame({"sex": ["f", "m"], "age": [30, 40], "illness": ["flu", "flu"]})
BAD = {
    "no such column": lambda: privacy.k_anonymity(PEOPLE, ["sex", "town"]),
    "no columns": lambda: privacy.k_anonymity(PEOPLE, []),
    "a column twice": lambda: privacy.k_anonymity(PEOPLE, ["sex", "sex"]),
    "nobody": lambda: privacy.k_anonymity(PEOPLE.iloc[:0], ["sex"]),
    "not a table": lambda: privacy.k_anonymity(5, ["sex"]),
    "only gaps": lambda: privacy.k_anonymity(pd.DataFrame({"a": [None, None]}), ["a"], missing="drop"),
    "unknown rule": lambda: privacy.k_anonymity(PEOPLE, ["sex"], missing="ignore"),
    "k of zero": lambda: privacy.k_anonymity(PEOPLE, ["sex"], at_least=0),
    "weights negative": lambda: privacy.key_frequencies(PEOPLE.assign(w=-1), ["sex"], weight="w"),
    "sensitive and known": lambda: privacy.l_diversity(PEOPLE, ["sex"], sensitive="sex"),
    "sensitive all missing": lambda: privacy.l_diversity(PEOPLE.assign(x=None), ["sex"], sensitive="x"),
    "unknown kind": lambda: privacy.l_diversity(PEOPLE, ["sex"], sensitive="illness", kind="t"),
    "negative count": lambda: suppress([[3, -1], [2, 4]]),
    "half a person": lambda: suppress([[3, 1.5], [2, 4]]),
    "text in a count": lambda: suppress([[3, "few"], [2, 4]]),
    "missing count": lambda: suppress([[3, None], [2, 4]]),
    "infinite count": lambda: suppress([[3, INF], [2, 4]]),
    "ragged": lambda: suppress([[3, 1], [2]]),
    "no cells": lambda: suppress([]),
    "nobody counted": lambda: suppress([[0, 0], [0, 0]]),
    "a number": lambda: suppress(5),
    "threshold of one": lambda: suppress([[3, 1], [2, 4]], threshold=1),
    "unknown zeros": lambda: suppress([[3, 1], [2, 4]], zeros="drop"),
    "a label twice": lambda: suppress(pd.DataFrame([[1, 2], [3, 4]], index=["a", "a"])),
    "totals given along": lambda: suppress(pd.DataFrame([[1, 2], [3, 4]], index=["a", "Total"])),
    "a cell twice": lambda: suppress(pd.DataFrame({"a": [1, 1], "n": [2, 3]}), by=["a"], count="n"),
    "a gap in a label": lambda: suppress(pd.DataFrame({"a": [1, None]}), by=["a"]),
    "too many categories": lambda: suppress(
        pd.DataFrame({"a": np.arange(10_000), "b": np.arange(10_000)}), by=["a", "b"]
    ),
    "unknown dimension": lambda: suppress([[3, 1], [2, 4]], hierarchy={"area": {"North": [1]}}),
    "unknown part": lambda: suppress([[3, 1], [2, 4]], hierarchy={"row": {"North": [7]}}),
    "a part twice": lambda: suppress([[3, 1], [2, 4]], hierarchy={"row": {"N": [1], "S": [1, 2]}}),
    "nothing hidden": lambda: audit.feasible_intervals([[1, 2]], row_totals=[3]),
    "totals contradict": lambda: audit.feasible_intervals([[1, 2], [None, 3]], row_totals=[4, 9]),
    "hidden below zero": lambda: audit.feasible_intervals([[None, 5]], row_totals=[3]),
    "too few totals": lambda: audit.feasible_intervals([[None, 5]], row_totals=[3, 4]),
    "sums of an unknown cell": lambda: audit.feasible_intervals({"a": None}, sums={"t": ["a"]}),
    "sums without names": lambda: audit.feasible_intervals([None], sums={"t": ["a"]}),
    "published negative": lambda: audit.feasible_intervals([[None, -5]], row_totals=[3]),
    "different tables": lambda: privacy.compare_releases([[1, 2]], [[1], [2]]),
    "not nested": lambda: privacy.compare_releases([[1, 2]], [[1, 3]]),
    "negative money": lambda: dominance.p_percent_rule([5, -1]),
    "no money": lambda: dominance.p_percent_rule([0, 0]),
    "total below its parts": lambda: dominance.dominance_rule([5, 4], total=8),
    "p of zero": lambda: dominance.p_percent_rule([5, 4], p=0),
    "base of zero": lambda: rounding.round_counts([1], base=0),
    "round infinite": lambda: rounding.round_counts([INF]),
    "round missing": lambda: rounding.round_counts([NAN]),
    "round text": lambda: rounding.half_up("7"),
    "random rounding of a half": lambda: rounding.round_randomly([1.5]),
    "random rounding below zero": lambda: rounding.rounding_probabilities(-1),
    "nothing to round": lambda: rounding.round_and_hide([]),
    "epsilon of zero": lambda: noise.noisy_counts([1], epsilon=0),
    "epsilon negative": lambda: noise.release_counts([1], epsilon=-1),
    "sensitivity of zero": lambda: noise.noisy_counts([1], epsilon=1, sensitivity=0),
    "noise on half a person": lambda: noise.noisy_counts([1.5], epsilon=1),
    "alpha as percent": lambda: noise.noise_accuracy(2, alpha=5),
    "accuracy of zero": lambda: noise.noise_scale(0),
}


@pytest.mark.parametrize("wrong", BAD.values(), ids=BAD.keys())
def test_impossible_figures_are_refused_in_three_lines(wrong):
    with pytest.raises(MeasureError) as caught:
        wrong()
    assert len(caught.value.lines) == 3


def test_the_door_reaches_the_rooms():
    for name in privacy.__all__:
        assert callable(getattr(privacy, name))
