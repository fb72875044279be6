"""Estimates of people on no list: right to the published digit, refused where lists cannot support them."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kit.errors import MeasureError
from kit.measure import multiple_systems as systems
from kit.measure import undercount

# Data sets shipped with https://github.com/bernardsilverman/MultipleSystemsEstimation
NEW_ORLEANS = {
    "00000001": 21, "00000010": 6, "00000100": 6, "00001000": 6, "00001001": 1, "00010000": 33, "00011000": 2,
    "00100000": 70, "00100010": 1, "00101000": 1, "00110000": 1, "01000000": 5, "01000100": 1, "10000000": 25,
    "10001000": 1, "10010000": 2, "10011000": 1, "10100000": 1, "10100010": 1,
}  # fmt: skip
WESTERN = {
    "00001": 21, "00010": 45, "00011": 3, "00100": 114, "01000": 90, "01010": 1, "01100": 6, "01110": 1,
    "10000": 52, "10001": 5, "10010": 2, "10100": 4, "10101": 1,
}  # fmt: skip
KOREA = {"001": 41, "010": 5, "100": 5, "110": 54, "101": 6, "011": 0, "111": 12}
ARTIFICIAL = {"100": 40, "010": 30, "001": 20, "110": 6}


# Published answers -----------------------------------------------------------------------------------


def test_two_lists_of_krebs():
    """Krebs 1989, box 2.1; https://github.com/fishR-Core-Team/FSA, tests of mrClosed."""
    assert round(undercount.lincoln_petersen(948, 421, both=167).estimate.iloc[0]) == 2390
    assert round(undercount.chapman(948, 421, both=167).estimate.iloc[0]) == 2383
    share = undercount.lincoln_petersen(948, 421, both=167, interval="recapture-share").iloc[0]
    assert (round(share.lower), round(share.upper)) == (2153, 2685)


@pytest.mark.parametrize(
    ("n1", "n2", "both", "estimate", "others"),
    [
        (109, 177, 57, 337, {}),  # Ricker 1975
        (421, 332, 88, 1578, {"lower": 1330, "upper": 1826}),  # Pine and others 2013, box 11.2
        (500, 149, 7, 9393, {"se": 3022, "upper": 15316}),  # Seber 2002, tables 3.7 and 3.8
        (1000, 243, 21, 11101, {"se": 2184}),  # the same
    ],
)
def test_chapman_as_published(n1, n2, both, estimate, others):
    """All from https://github.com/fishR-Core-Team/FSA, tests of mrClosed."""
    row = undercount.chapman(n1, n2, both=both).iloc[0]
    assert round(row.estimate) == estimate
    for column, value in others.items():
        assert round(row[column]) == value


@pytest.mark.parametrize(("interactions", "people"), [([], 997), ([("D", "E")], 1184)])
def test_new_orleans_with_eight_lists(interactions, people):
    """Chan, Silverman and Vincent 2021, section 4.1."""
    row = systems.multiple_systems(NEW_ORLEANS, interactions=interactions).iloc[0]
    assert round(row.estimate) == people


def test_western_site_with_five_lists():
    """Chan, Silverman and Vincent 2021, section 4.2."""
    assert round(systems.multiple_systems(WESTERN, interactions=[("A", "E")]).estimate.iloc[0]) == 2483


def test_model_table_of_korea():
    """The package's user guide prints abundance and BIC of every model that can be fitted."""
    table = systems.model_table(KOREA, lists=["b", "c", "d"])
    published = {
        "b*c + c*d": (157.1667, 57.14081),
        "b*c + d": (268.7778, 58.96860),
        "b*d + c*d": (123.4630, 91.89711),
        "b + c*d": (126.1944, 138.06368),
        "b*d + c": (126.9394, 155.16018),
        "b + c + d": (141.9926, 184.14431),
    }
    found = {row.model: (round(row.estimate, 4), round(row.bic, 5)) for row in table.itertuples()}
    assert found == published
    assert table.model.tolist() == list(published)  # best first
    assert "2 of 8 models" in table.notes.iloc[0]
    assert round(systems.multiple_systems(KOREA, interactions=[("A", "B")]).aic.iloc[0], 2) == 44.91


def test_existence_of_estimates_in_the_artificial_table():
    """Chan, Silverman and Vincent 2021, table 3: the three behaviours, by the reason of the refusal."""
    every = [("A", "B"), ("A", "C"), ("B", "C")]
    for pairs, key in ((every, "multiple_systems.too-many-unknowns"), (every[:1], "multiple_systems.no-estimate")):
        with pytest.raises(MeasureError) as caught:
            systems.multiple_systems(ARTIFICIAL, interactions=pairs, no_overlap="extended")
        assert caught.value.key == key
    row = systems.multiple_systems(ARTIFICIAL, interactions=every[1:], no_overlap="extended").iloc[0]
    assert row.estimate == pytest.approx(96 + 40 * 30 / 6)
    with pytest.raises(MeasureError) as caught:
        systems.multiple_systems(ARTIFICIAL, interactions=every[1:])
    assert caught.value.key == "multiple_systems.pair-shares-nobody"


# Cross-checks ------------------------------------------------------------------------------------------


def test_the_table_agrees_with_statsmodels_model_by_model():
    import statsmodels.api as sm

    table = systems.model_table(KOREA).set_index("model")
    histories = [h for h in itertools.product((0, 1), repeat=3) if any(h)]
    on = np.array(histories, float)
    counts = np.array([KOREA["".join(map(str, h))] for h in histories])
    columns = {"A*B": on[:, 0] * on[:, 1], "A*C": on[:, 0] * on[:, 2], "B*C": on[:, 1] * on[:, 2]}
    for model, row in table.iterrows():
        design = np.column_stack([np.ones(7), on, *(columns[part] for part in model.split(" + ") if "*" in part)])
        fit = sm.GLM(counts, design, family=sm.families.Poisson()).fit(tol=1e-12)
        assert row.unseen == pytest.approx(math.exp(fit.params[0]), rel=1e-6)
        assert row.aic == pytest.approx(fit.aic, rel=1e-8)
        variance = row.unseen + row.unseen**2 * fit.cov_params()[0, 0]
        assert row.se == pytest.approx(math.sqrt(variance), rel=1e-5)


def test_one_model_and_the_table_give_the_same_row():
    table = systems.model_table(WESTERN).set_index("model")
    alone = systems.multiple_systems(WESTERN, interactions=[("A", "E"), ("D", "E")]).iloc[0]
    row = table.loc[alone.model]
    for column in ("estimate", "lower", "upper", "se", "aic", "bic", "deviance", "degrees"):
        assert row[column] == pytest.approx(alone[column], rel=1e-5), column


def test_every_model_in_the_table_can_be_asked_for_and_every_other_is_refused():
    table = systems.model_table(KOREA, order=3)
    pairs = [("A", "B"), ("A", "C"), ("B", "C")]
    fitted = set()
    for size in range(4):
        for chosen in itertools.combinations(pairs, size):
            try:
                fitted.add(systems.multiple_systems(KOREA, interactions=chosen).model.iloc[0])
            except MeasureError:
                continue
    assert fitted == set(table.model)


def test_two_lists_without_interaction_are_lincoln_petersen():
    model = systems.multiple_systems({"10": 781, "01": 254, "11": 167}).iloc[0]
    plain = undercount.lincoln_petersen(948, 421, both=167).iloc[0]
    assert model.estimate == pytest.approx(plain.estimate, rel=1e-8)
    assert model.n == plain.n


def test_a_group_of_three_brings_its_pairs_along():
    full = {h: 20 + 7 * i for i, h in enumerate("".join(k) for k in itertools.product("01", repeat=4)) if "1" in h}
    row = systems.multiple_systems(full, interactions=["A:C:D"]).iloc[0]
    same = systems.multiple_systems(full, interactions=[("A", "C", "D"), ("A", "C"), ("C", "D")]).iloc[0]
    assert row.model == same.model == "A*C*D + B"
    assert row.degrees == 15 - 1 - 4 - 4


# Inputs ------------------------------------------------------------------------------------------------


def test_people_histories_and_mapping_give_the_same_answer():
    rows = [{"b": int(h[0]), "c": int(h[1]), "d": int(h[2]), "count": n} for h, n in KOREA.items()]
    histories = pd.DataFrame(rows)
    people = histories.loc[histories.index.repeat(histories["count"]), ["b", "c", "d"]].sample(
        frac=1, random_state=2
    )
    expected = systems.multiple_systems(KOREA, lists=["b", "c", "d"])
    pd.testing.assert_frame_equal(systems.multiple_systems(histories), expected)
    pd.testing.assert_frame_equal(systems.multiple_systems(people), expected)
    pd.testing.assert_frame_equal(systems.multiple_systems(people.astype(bool)), expected)


# Intervals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("interval", ["log-normal", "delta", "profile"])
def test_every_interval_holds_its_estimate_and_the_people_seen(interval):
    row = systems.multiple_systems(KOREA, interactions=[("A", "B")], interval=interval).iloc[0]
    assert row.n <= row.lower < row.estimate < row.upper
    narrow = systems.multiple_systems(KOREA, interactions=[("A", "B")], interval=interval, confidence=0.5).iloc[0]
    assert row.lower < narrow.lower < narrow.upper < row.upper


def test_the_profile_interval_ends_where_the_likelihood_ratio_test_does():
    """For two lists the profile likelihood has a closed form to hold against."""
    n10, n01, n11 = 60, 40, 20
    row = systems.multiple_systems({"10": n10, "01": n01, "11": n11}, interval="profile").iloc[0]

    def height(total):
        seen, first, second = n10 + n01 + n11, (n10 + n11) / total, (n01 + n11) / total
        unseen = total - seen
        return (
            math.lgamma(total + 1) - math.lgamma(unseen + 1)
            + (n10 + n11) * math.log(first) + (total - n10 - n11) * math.log(1 - first)
            + (n01 + n11) * math.log(second) + (total - n01 - n11) * math.log(1 - second)
        )  # fmt: skip

    top = max(height(121 + step / 10) for step in range(6000))
    for end in (row.lower, row.upper):
        assert 2 * (top - height(end)) == pytest.approx(3.841, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 5000))
def test_two_list_answers_keep_their_promises(only_first, only_second, both):
    n1, n2 = only_first + both, only_second + both
    for method in (undercount.lincoln_petersen, undercount.chapman):
        for interval in ("normal", "log-normal"):
            row = method(n1, n2, both=both, interval=interval).iloc[0]
            swapped = method(n2, n1, both=both, interval=interval).iloc[0]
            assert row.estimate == pytest.approx(swapped.estimate)
            assert row.n <= row.lower <= row.estimate <= row.upper
    assert (
        undercount.chapman(n1, n2, both=both).estimate.iloc[0]
        <= undercount.lincoln_petersen(n1, n2, both=both).estimate.iloc[0]
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=7, max_size=7))
def test_the_order_of_lists_does_not_matter(counts):
    histories = ["".join(h) for h in itertools.product("01", repeat=3) if "1" in h]
    people = dict(zip(histories, counts, strict=True))
    turned = {h[::-1]: n for h, n in people.items()}
    try:
        row = systems.multiple_systems(people).iloc[0]
    except MeasureError:
        with pytest.raises(MeasureError):
            systems.multiple_systems(turned)
        assume(False)
    assert systems.multiple_systems(turned).estimate.iloc[0] == pytest.approx(row.estimate, rel=1e-6)


# Words and refusals ------------------------------------------------------------------------------------


def test_assumptions_stand_in_words_and_go_with_every_answer():
    table = undercount.assumptions()
    assert table.assumption.str.len().min() > 20 and table.if_it_fails.str.len().min() > 20
    assert "matches are right" in undercount.chapman(421, 332, both=88).notes.iloc[0]
    assert "independent" in systems.multiple_systems(KOREA).notes.iloc[0]
    assert "range" in undercount.chapman(50, 40, both=3).notes.iloc[0]


def test_a_lower_end_below_the_people_seen_is_raised_and_said():
    row = undercount.lincoln_petersen(100, 90, both=2).iloc[0]
    assert row.lower == row.n == 188
    assert "188" in row.notes


NAN, INF = float("nan"), float("inf")
BAD = {
    "lists without overlap": lambda: undercount.chapman(5, 4, both=0),
    "more on both than on one": lambda: undercount.chapman(5, 4, both=5),
    "one list inside the other": lambda: undercount.chapman(5, 4, both=4),
    "the same list twice": lambda: undercount.lincoln_petersen(5, 5, both=5),
    "negative": lambda: undercount.lincoln_petersen(-5, 5, both=1),
    "half a person": lambda: undercount.lincoln_petersen(5.5, 5, both=1),
    "infinite": lambda: undercount.lincoln_petersen(INF, 5, both=1),
    "missing": lambda: undercount.lincoln_petersen(NAN, 5, both=1),
    "text": lambda: undercount.lincoln_petersen("many", 5, both=1),
    "unknown interval": lambda: undercount.chapman(5, 4, both=2, interval="wald"),
    "confidence as percent": lambda: undercount.chapman(5, 4, both=2, confidence=95),
    "interval without end": lambda: undercount.lincoln_petersen(50, 40, both=1, interval="recapture-share"),
    "no lists share anybody": lambda: systems.multiple_systems({"100": 5, "010": 4, "001": 3}),
    "a list inside another": lambda: systems.multiple_systems({"100": 5, "110": 4, "001": 3, "101": 1}),
    "an empty list": lambda: systems.multiple_systems({"100": 5, "010": 4, "110": 3}),
    "people on no list": lambda: systems.multiple_systems({"00": 5, "10": 4, "01": 3, "11": 2}),
    "saturated two lists": lambda: systems.multiple_systems({"10": 4, "01": 3, "11": 2}, interactions=["A:B"]),
    "pair that shares nobody": lambda: systems.multiple_systems(WESTERN, interactions=[("A", "B")]),
    "no finite answer": lambda: systems.multiple_systems(KOREA, interactions=["A:B", "A:C"]),
    "unknown list": lambda: systems.multiple_systems(KOREA, interactions=[("A", "Z")]),
    "a list with itself": lambda: systems.multiple_systems(KOREA, interactions=[("A", "A")]),
    "history too short": lambda: systems.multiple_systems({"10": 4, "011": 3}),
    "history with a two": lambda: systems.multiple_systems({"20": 4, "01": 3}),
    "nothing at all": lambda: systems.multiple_systems({}),
    "negative count": lambda: systems.multiple_systems({"10": -4, "01": 3, "11": 1}),
    "text for a count": lambda: systems.multiple_systems({"10": "four", "01": 3, "11": 1}),
    "infinite count": lambda: systems.multiple_systems({"10": INF, "01": 3, "11": 1}),
    "one list": lambda: systems.multiple_systems({"1": 4}),
    "too many lists": lambda: systems.multiple_systems({"1" + "0" * 11: 4, "1" * 12: 3}),
    "a history twice": lambda: systems.multiple_systems(
        pd.DataFrame({"A": [1, 1, 0, 1], "B": [0, 0, 1, 1], "count": [3, 4, 5, 6]})
    ),
    "membership of two": lambda: systems.multiple_systems(pd.DataFrame({"A": [1, 2], "B": [0, 1]})),
    "membership missing": lambda: systems.multiple_systems(pd.DataFrame({"A": [1, None], "B": [0, 1]})),
    "no such column": lambda: systems.multiple_systems(pd.DataFrame({"A": [1], "B": [1]}), lists=["A", "C"]),
    "not a table": lambda: systems.multiple_systems(5),
    "too many models": lambda: systems.model_table(NEW_ORLEANS),
    "order": lambda: systems.model_table(KOREA, order=7),
    "no model at all": lambda: systems.model_table({"110": 3, "101": 1, "100": 2, "010": 1, "001": 0, "011": 0}),
}


@pytest.mark.parametrize("wrong", BAD.values(), ids=BAD.keys())
def test_lists_that_cannot_support_an_answer_are_refused_in_three_lines(wrong):
    with pytest.raises(MeasureError) as caught:
        wrong()
    assert len(caught.value.lines) == 3


def test_the_door_reaches_the_rooms():
    for name in undercount.__all__:
        assert callable(getattr(undercount, name))
