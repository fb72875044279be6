"""Further published numbers for functions that the table of worked examples does not reach.

`CASES`: a call, the published numbers it must give, how closely, and where they are printed.
`WITHOUT`: functions for which no published number can exist, each with the reason.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Case(NamedTuple):
    """One call and what a source prints for it."""

    function: str
    args: tuple[Any, ...]
    options: dict[str, Any]
    row: dict[str, Any]
    expected: dict[str, float]
    tolerance: float
    source: str


_EPIR = "manual of R's epiR, epi.2by2, https://github.com/cran/epiR (man/epi.2by2.Rd)"
_KOREA = {"001": 41, "010": 5, "100": 5, "110": 54, "101": 6, "111": 12}
_ALTMAN_BEFORE = [148, 142, 136, 134, 138, 140, 132, 144, 128, 170, 162, 150, 138, 154, 126, 116]
_ALTMAN_AFTER = [152, 152, 134, 148, 144, 136, 144, 150, 146, 174, 162, 162, 146, 156, 132, 126]
_DOGS = {
    "city": ["ED", "ED", "GL", "GL"],
    "sex": ["M", "F", "M", "F"],
    "cases": [15, 46, 53, 16],
    "tested": [48, 212, 180, 71],
}
_GROUPS = {"group": ["a", "b"], "yes": [7, 1], "people": [34, 34]}
_YEARS = {"year": [1, 2], "yes": [1, 7], "people": [34, 34]}
_CHAPTER_4 = (
    "tests of R's contingencytables, https://github.com/ocbe-uio/contingencytables (tests/testthat/test-ch4.R)"
)

CASES = (
    Case(
        "rates.rate",
        (10, 1),
        {"per": 1},
        {},
        {"lower": 4.795389, "upper": 18.390356},
        6e-7,
        "output of R's poisson.test(10)",
    ),
    Case(
        "rates.rule_of_three",
        (1500,),
        {},
        {},
        {"upper": 0.002},
        1e-9,
        "https://findatwiki.com/Rule_of_three_(statistics): 1,500 people, none, fewer than 1 in 500",
    ),
    Case(
        "rates.standardise",
        (_DOGS, "city"),
        {
            "strata": "sex",
            "count": "cases",
            "population": "tested",
            "standard": {"M": 250, "F": 250},
            "per": 1,
        },
        {"city": "GL"},
        {"estimate": 0.2598983, "lower": 0.1964162, "upper": 0.3406224},
        6e-7,
        "manual of R's epiR, epi.directadj, https://github.com/cran/epiR (man/epi.directadj.Rd), Glasgow",
    ),
    Case(
        "rates.disaggregate",
        ({"group": ["a"], "yes": [13], "people": [16]}, "group"),
        {"count": "yes", "total": "people"},
        {"group": "a"},
        {"estimate": 0.8125, "lower": 0.5699, "upper": 0.9341},
        6e-5,
        _CHAPTER_4.replace("ch4", "ch2"),
    ),
    Case(
        "disparity.disproportionality",
        (_GROUPS, "group"),
        {"count": "yes", "total": "people", "reference": "b"},
        {"group": "a"},
        {"estimate": 7.0, "lower": 1.2209, "upper": 42.5757},
        6e-5,
        _CHAPTER_4,
    ),
    Case(
        "disparity.odds_ratio",
        ((9, 13), (4, 14)),
        {},
        {},
        {"estimate": 5.625, "lower": 1.0934, "upper": 28.9419},
        6e-5,
        _CHAPTER_4,
    ),
    Case(
        "disparity.incidence_ratio",
        ((136, 22050), (1709, 127650)),
        {"interval": "log", "confidence": 0.9},
        {},
        {"estimate": 0.46, "lower": 0.40, "upper": 0.53},
        0.0051,
        f"Feychting and others 1998 in the {_EPIR}",
    ),
    Case(
        "disparity.incidence_difference",
        ((136, 22050), (1709, 127650)),
        {"per": 1000, "interval": "normal", "confidence": 0.9},
        {},
        {"estimate": -7.22, "lower": -8.24, "upper": -6.20},
        0.0051,
        f"Feychting and others 1998 in the {_EPIR}",
    ),
    Case(
        "privacy.noise_accuracy",
        (0.9102392266268373,),
        {"alpha": 0.5},
        {},
        {"estimate": 1.0},
        1e-6,
        "OpenDP, https://github.com/opendp/opendp (python/test/test_accuracy.py), read the other way",
    ),
    Case(
        "undercount.model_table",
        (_KOREA,),
        {},
        {"model": "A*B + B*C"},
        {"estimate": 157.1667, "bic": 57.14081},
        6e-5,
        "user guide of R's MultipleSystemsEstimation, https://github.com/bernardsilverman/MultipleSystemsEstimation",
    ),
    Case(
        "trends.change",
        (21, 11),
        {"exposures": (3011, 800)},
        {"measure": "percent"},
        {"estimate": 97.1488, "lower": -14.15736, "upper": 327.72659},
        6e-5,
        "R's poisson.test(c(11, 21), c(800, 3011)): ratio 1.971488, 0.8584264 to 4.2772659",
    ),
    Case(
        "trends.change_in_shares",
        ((1, 34), (7, 34)),
        {},
        {"measure": "percentage points"},
        {"estimate": 17.65, "lower": 1.89, "upper": 34.04},
        6e-3,
        _CHAPTER_4,
    ),
    Case(
        "realisation.retrogression_check",
        (_YEARS,),
        {"count": "yes", "total": "people"},
        {},
        {"estimate": 0.1765, "lower": 0.0189, "upper": 0.3404},
        6e-5,
        _CHAPTER_4,
    ),
    Case(
        "learning.individual_gains",
        ([4.916], [16.016]),
        {"maximum": 20},
        {},
        {"estimate": 0.73},
        0.0065,
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC8045292/table/Tab1 (0.736, cut to 0.73)",
    ),
    Case(
        "learning.paired_effect_size",
        (_ALTMAN_BEFORE, _ALTMAN_AFTER),
        {},
        {"measure": "d_z"},
        {"estimate": 6.6 / 6.0},
        0.02,
        "mean 6.6 and standard deviation 6.0 of the differences, Altman and others 2000, in "
        "https://github.com/cran/epiR (man/epi.conf.Rd)",
    ),
    Case(
        "learning.paired_effect_size_of_summary",
        ([102.1, 110.4],),
        {"sds": [14.6, 15.3], "correlation": 0.75, "n": 25},
        {"measure": "g_av"},
        {"estimate": 0.5433457, "lower": 0.2394905, "upper": 0.8705732},
        6e-7,
        "manual of R's statpsych, ci.stdmean.ps, https://github.com/dgbonett/statpsych",
    ),
    Case(
        "learning.cronbach_alpha",
        (
            [
                [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
                [1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0],
                [None, 0, 1, 1, None, 1, 1, 1, 1, 0, 0],
                [1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0],
                [1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0],
                [0, 1, None, 0, 1, 1, 1, 1, 0, 0, 0],
                [1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0],
                [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
                [0, 1, 0, 1, 1, 0, 0, 0, 0, 1, 0],
                [1, 0, 0, 1, 0, 1, 0, 0, None, 0, 0],
                [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
                [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
            ],
        ),
        {"missing": "pairwise"},
        {},
        {"estimate": 0.732661, "lower": 0.435, "upper": 0.909},
        6e-4,
        "pingouin, https://github.com/raphaelvallat/pingouin (docstring of cronbach_alpha)",
    ),
    Case(
        "agreement.fleiss_kappa",
        ([[7, 1], [3, 5]],),
        {"counted": True},
        {},
        {"estimate": 0.161905},
        6e-7,
        "tests of statsmodels, https://github.com/statsmodels/statsmodels (stats/tests/test_inter_rater.py)",
    ),
    Case(
        "agreement.confusion_table",
        (["yes"] * 29 + ["no"] * 262, ["yes"] * 19 + ["no"] * 10 + ["yes"] * 6 + ["no"] * 256),
        {"categories": ["yes", "no"]},
        {},
        {"yes": 19, "no": 10, "total": 29},
        0,
        "the table in the manual of R's epiR, epi.kappa, https://github.com/cran/epiR (man/epi.kappa.Rd)",
    ),
)

WITHOUT = {
    "disparity.representation": "A table of `representation_index`, which has one.",
    "inequality.lorenz": "The points of a picture; its area is held against `gini`, which has one.",
    "inequality.decompose": (
        "Two parts that add up to `theil`, which has one; no source prints the parts of a small table."
    ),
    "survey.effective_sample_size": "One division, n by the design effect.",
    "survey.margin_of_error": (
        "The sample sizes of `sample_size`, which have published examples, read backwards."
    ),
    "survey.representativeness": (
        "Quotients of `representation_index` side by side; chi-square held against scipy."
    ),
    "privacy.half_up": "The everyday rule for halves; `round_counts` has a published example.",
    "privacy.noisy_counts": "Random by design; its scale, `noise_scale`, has a published example.",
    "privacy.release_counts": "Random by design, and done by an outside library.",
    "privacy.round_randomly": (
        "Random by design; its chances, `rounding_probabilities`, have a published example."
    ),
    "privacy.suppress": "Suppression is not unique: tests prove that no hidden cell can be worked out.",
    "undercount.assumptions": "A list of words.",
    "trends.compare_periods": "Refuses or calls `change`, which has one.",
    "trends.cumulative_to_annual": "One subtraction a period.",
    "trends.growth": "The everyday formula for growth a year.",
    "trends.rounded_change": ("All values that a rounded figure can stand for; follows from rounding alone."),
    "trends.series": "A layout of `change` with breaks; that nothing crosses a break is tested.",
    "realisation.aaaq_table": "A layout of shares; `rates.share` has one.",
    "realisation.achievement_frontier": "A teaching rule of this kit; tested by its properties.",
    "realisation.achievement_score": (
        "No source with input and answer could be opened; tested by its properties."
    ),
    "realisation.achievement_scores": "As `achievement_score`.",
    "realisation.right_scores": ("A mean, as the SERF Index describes it; no printed example could be opened."),
    "realisation.budget_share": "One division.",
    "realisation.execution_rate": "One division.",
    "realisation.real_spending_per_head": "Two divisions.",
    "realisation.gender_marker_table": "Sums of money by mark; the marker is a label, not a number.",
    "realisation.hgdg_score": ("A sum of thirds; its bands, `hgdg_attribution`, have a published example."),
    "agreement.ratings_table": "A change of layout.",
    "learning.independent_effect_size": (
        "Means and spreads given to `independent_effect_size_of_summary`, which has one."
    ),
}
