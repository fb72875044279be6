"""Published examples on privacy, hidden people, budgets, coding and courses, read for the functions of the kit."""

from __future__ import annotations

from typing import Any

from kit.measure._examples import answers, call, limits, row_of


@answers("privacy.k_anonymity", "privacy.l_diversity")
def _k_anonymity(rows, missing=None):
    table, keys = _people(rows)
    entropy = call("privacy.l_diversity", table, keys, sensitive="s", kind="entropy")
    return {
        "k": int(row_of("privacy.k_anonymity", table, keys, missing=missing)["estimate"]),
        "l_distinct": int(row_of("privacy.l_diversity", table, keys, sensitive="s")["estimate"]),
        "l_entropy": int(entropy["estimate"].iloc[0] + 1e-9),
    }


@answers("privacy.key_frequencies")
def _key_frequency_with_missing(rows, missing_rule="a missing value matches every value"):
    import pandas as pd

    keys = [f"q{i}" for i in range(len(rows[0]))]
    missing = "matches" if "match" in missing_rule else "drop" if "drop" in missing_rule else "value"
    table = pd.DataFrame(rows, columns=keys, dtype=object)
    alike = call("privacy.key_frequencies", table, keys, missing=missing)["alike"].tolist()
    return {"fk": alike, "n_unique": alike.count(1), "n_double": alike.count(2)}


@answers("privacy.l_diversity")
def _l_diversity_distinct(rows, kind=None):
    table, keys = _people(rows)
    groups = call("privacy.l_diversity", table, keys, sensitive="s", kind=kind)
    groups = groups[groups["group"] != 0]
    found = {_name_of(row[keys]): row["estimate"] for _, row in groups.iterrows()}
    return {"l": [found[_name_of(row[keys])] for _, row in table.iterrows()]}


@answers("privacy.round_counts")
def _round_conventional(values, base=None):
    return {"rounded": [int(x) for x in call("privacy.round_counts", values, base=base)["estimate"]]}


@answers("privacy.rounding_probabilities")
def _random_rounding_probabilities(values, base=None):
    chances = {str(value): call("privacy.rounding_probabilities", value, base=base) for value in values}
    return {"prob": {value: {str(to): chance for to, chance in found.items()} for value, found in chances.items()}}


@answers("privacy.round_and_hide")
def _round_and_suppress_small(values, base=None, threshold=None):
    return {"shown": call("privacy.round_and_hide", values, base=base, threshold=threshold)["shown"].tolist()}


@answers("privacy.feasible_intervals")
def _suppression_feasibility_interval(table, row_totals, col_totals):
    found = call("privacy.feasible_intervals", table, row_totals=row_totals, column_totals=col_totals)
    rows = zip(*(found[name] for name in ("row", "column", "lower", "upper")), strict=True)
    return {"bounds": {f"{row},{column}": [lower, upper] for row, column, lower, upper in rows}}


@answers("privacy.p_percent_rule", "privacy.dominance_rule")
def _p_percent_and_dominance(total, largest, second, p=None, n=None, k=None):
    by_percent = row_of("privacy.p_percent_rule", [largest, second], total=total, p=p)
    by_share = row_of("privacy.dominance_rule", [largest, second], total=total, n=n, k=k)
    return {
        "estimate_of_largest": total - second,
        "overestimate_pct": by_percent["estimate"],
        "unsafe_p_percent": bool(by_percent["unsafe"]),
        "unsafe_2_k_dominance": bool(by_share["unsafe"]),
    }


@answers("privacy.compare_releases")
def _disclosure_by_differencing(larger, smaller):
    found = call("privacy.compare_releases", larger, smaller)["estimate"].astype(int).tolist()
    width = len(larger[0])
    return {"difference": [found[i : i + width] for i in range(0, len(found), width)]}


@answers("privacy.noise_scale")
def _discrete_laplace_scale(accuracy, alpha=None, kind=None):
    return {"scale": call("privacy.noise_scale", accuracy, alpha=alpha, kind=kind)}


@answers("undercount.lincoln_petersen", "undercount.chapman")
def _capture_recapture_two_lists(n1, n2, m, confidence=None, interval=None):
    options = {"both": m, "confidence": confidence, "interval": interval}
    plain, corrected = (
        row_of(f"undercount.{name}", n1, n2, **options) for name in ("lincoln_petersen", "chapman")
    )
    found = {"lincoln_petersen": plain["estimate"], "chapman": corrected["estimate"], "se": corrected["se"]}
    return limits(corrected, **found)


@answers("undercount.multiple_systems")
def _log_linear_mse(histories, lists, interactions=(), confidence=None, interval=None):
    options = {"lists": lists, "interactions": interactions, "confidence": confidence, "interval": interval}
    row = row_of("undercount.multiple_systems", histories, **options)
    return limits(row, N=row["estimate"])


@answers("disparity.representation_index")
def _binomial_representation(n, observed, population_share):
    row = row_of("disparity.representation_index", observed, n, population_share=population_share)
    # The published opinion counts standard deviations as a distance, without a sign.
    return {"expected": row["expected"], "sd": row["sd"], "z": abs(row["z"]), "index": row["estimate"]}


@answers("realisation.hgdg_attribution")
def _hgdg_attribution(scores, budgets=None):
    found = call("realisation.hgdg_attribution", scores, budgets=budgets)
    return {
        "percent": found["estimate"].tolist(),
        "attributed": found.get("attributed", found["estimate"]).tolist(),
    }


@answers("learning.mcnemar")
def _mcnemar(a, b, c, d, confidence=None):
    tests = {"asymptotic": "chi-square", "cc": "chi-square-corrected", "exact": "exact", "mid": "mid-p"}
    rows = {
        name: row_of("learning.mcnemar", [[a, b], [c, d]], test=test, confidence=confidence)
        for name, test in tests.items()
    }
    found = {f"p_{name}": row["p_value"] for name, row in rows.items()}
    return {**found, "statistic": rows["asymptotic"]["statistic"], "statistic_cc": rows["cc"]["statistic"]}


@answers("learning.wilcoxon_signed_rank")
def _wilcoxon_signed_rank(d=None, before=None, after=None, zeros=None, correction=None, confidence=None):
    pairs = [before, after] if d is None else [d]
    found = {
        (side, p): row_of(
            "learning.wilcoxon_signed_rank",
            *pairs,
            p=p,
            zeros=zeros,
            correction=correction,
            alternative=side,
            confidence=confidence,
        )
        for side in ("two-sided", "greater", "less")
        for p in ("exact", "normal")
    }
    row = found["two-sided", "exact"]
    p_values = {f"p_{side.replace('-', '_')}_{p}": one["p_value"] for (side, p), one in found.items()}
    return limits(row, W_min=row["w_min"], W_plus=row["w_plus"], W_minus=row["w_minus"], **p_values)


@answers("learning.paired_t")
def _paired_t(before, after, confidence=None, alternative=None):
    row = row_of("learning.paired_t", before, after, confidence=confidence, alternative=alternative)
    found = {"mean_diff": row["estimate"], "sd_diff": row["sd_difference"], "se": row["standard_error"]}
    sizes = call("learning.paired_effect_size", before, after).set_index("measure")["estimate"]
    return limits(row, **found, t=row["statistic"], df=row["df"], p=row["p_value"], **sizes)


@answers("learning.kr20", "learning.item_analysis")
def _kr20(scores, confidence=None):
    found = call("learning.kr20", scores, confidence=confidence).set_index("measure")
    items = call("learning.item_analysis", scores)
    easy = items.loc[items["measure"] == "difficulty", "estimate"].tolist()
    return limits(found.loc["kr20"], item_p=easy, **found["estimate"])


@answers("learning.cronbach_alpha")
def _cronbach_alpha(scores, missing=None, confidence=None):
    row = row_of("learning.cronbach_alpha", scores, missing=missing, confidence=confidence)
    return limits(row, alpha=row["estimate"])


@answers("agreement.cohen_kappa", "agreement.percent_agreement")
def _cohen_kappa(
    matrix=None, first=None, second=None, weights=None, interval=None, confidence=None, categories=None
):
    coded = [first, second] if matrix is None else [matrix]
    options = {"weights": weights, "interval": interval, "confidence": confidence, "categories": categories}
    found = call("agreement.cohen_kappa", *coded, **options).set_index("measure")
    return limits(found.loc["kappa"], **found["estimate"])


@answers("agreement.krippendorff_alpha")
def _krippendorff_alpha(ratings, levels=("nominal",), level=None, coders="rows", categories=None):
    levels = levels if level is None else [level]
    rows = {
        one: row_of("agreement.krippendorff_alpha", ratings, level=one, coders=coders, categories=categories)
        for one in levels
    }
    return {"alpha": {one: row["estimate"] for one, row in rows.items()}}


@answers("agreement.fleiss_kappa")
def _fleiss_kappa(counts, chance=None, interval=None):
    row = row_of("agreement.fleiss_kappa", counts, counted=True, chance=chance, interval=interval)
    return limits(row, kappa=row["estimate"])


@answers("learning.independent_effect_size_of_summary")
def _cohen_d_independent(m1, sd1, n1, m2, sd2, n2, correction=None, interval=None, confidence=None):
    found = call(
        "learning.independent_effect_size_of_summary",
        [m1, m2],
        sds=[sd1, sd2],
        counts=[n1, n2],
        correction=correction,
        interval=interval,
        confidence=confidence,
    ).set_index("measure")
    return {
        **limits(found.loc["d"]),
        **found["estimate"],
        "g_lower": found.loc["g", "lower"],
        "g_upper": found.loc["g", "upper"],
    }


@answers("learning.hake_gain")
def _hake_gain(pre, post, max, confidence=None):
    found = call("learning.hake_gain", pre, post, maximum=max, confidence=confidence).set_index("measure")[
        "estimate"
    ]
    return {
        "g_class": found["class_gain"],
        "g_individual": found.get("mean_individual_gain"),
        "gain_pct_of_max": found["gain_percent_of_maximum"],
        "gain_pct_of_pre": found.get("gain_percent_of_before"),
    }


@answers("learning.item_difficulty", "learning.item_discrimination")
def _item_analysis(correct=None, total=None, p_upper=None, p_lower=None, confidence=None):
    found: dict[str, Any] = {}
    if correct is not None:
        row = row_of("learning.item_difficulty", correct, total, confidence=confidence)
        found |= limits(row, difficulty=row["estimate"])
    if p_upper is not None:
        found["discrimination"] = row_of("learning.item_discrimination", p_upper, p_lower)["estimate"]
    return found


def _people(rows: list[dict[str, Any]]) -> tuple[Any, list[str]]:
    import pandas as pd

    keys = [f"q{i}" for i in range(len(rows[0]["qi"]))]
    table = pd.DataFrame([[*row["qi"], row["s"]] for row in rows], columns=[*keys, "s"], dtype=object)
    return table, keys


def _name_of(values: Any) -> tuple[Any, ...]:
    return tuple(None if value != value else value for value in values)
