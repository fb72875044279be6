"""Published examples on rates, groups, inequality and surveys, read for the functions of the kit."""

from __future__ import annotations

from typing import Any

from kit.measure._examples import answers, call, limits, row_of


@answers("rates.share")
def _wilson_ci(x, n, confidence=None, interval="wilson"):
    row = row_of("rates.share", x, n, confidence=confidence, interval=interval)
    return limits(row, p=row["estimate"])


@answers("disparity.rate_difference")
def _newcombe_difference_ci(x1, n1, x2, n2, confidence=None, interval="newcombe"):
    row = row_of("disparity.rate_difference", (x1, n1), (x2, n2), confidence=confidence, interval=interval)
    return limits(row, diff=row["estimate"])


@answers("disparity.rate_ratio")
def _katz_ratio_ci(x1, n1, x2, n2, confidence=None, interval="katz"):
    row = row_of("disparity.rate_ratio", (x1, n1), (x2, n2), confidence=confidence, interval=interval)
    return limits(row, ratio=row["estimate"])


@answers("disparity.rate_ratio")
def _koopman_ratio_ci(x1, n1, x2, n2, confidence=None, interval="koopman"):
    return _katz_ratio_ci(x1, n1, x2, n2, confidence=confidence, interval=interval)


@answers("disparity.paired_difference")
def _newcombe_paired_ci(a, b, c, d, confidence=None, interval="newcombe"):
    cells = {"both": a, "first_only": b, "second_only": c, "neither": d}
    row = row_of("disparity.paired_difference", **cells, confidence=confidence, interval=interval)
    return limits(row, diff=row["estimate"])


@answers("disparity.four_fifths")
def _adverse_impact_ratio(rates=None, counts=None, confidence=None):
    found = call(
        "disparity.four_fifths",
        rates or {name: tuple(pair) for name, pair in counts.items()},
        confidence=confidence,
    )
    ratios = dict(zip(found["group"], found["estimate"], strict=True))
    return {
        "impact_ratio": ratios,
        "flagged": [name for name, flag in zip(found["group"], found["flagged"], strict=True) if flag],
    }


@answers("rates.standardised_rate")
def _direct_standardisation(events, denominator, weights, interval=None, confidence=None, per=1):
    variant = {"fay_feuer": "gamma", "fay-feuer": "gamma"}.get(interval, interval)
    row = row_of(
        "rates.standardised_rate",
        events,
        denominator,
        standard=weights,
        per=per,
        interval=variant,
        confidence=confidence,
    )
    return limits(row, rate=row["estimate"])


@answers("inequality.gini")
def _gini(x, weights=None, variant=None):
    return {"gini": row_of("inequality.gini", x, weights=weights, variant=variant)["estimate"]}


@answers("inequality.theil")
def _theil(x, which=("T", "L"), weights=None):
    which = [which] if isinstance(which, str) else which
    return {
        f"theil_{kind}": row_of("inequality.theil", x, variant=kind, weights=weights)["estimate"] for kind in which
    }


@answers("inequality.dissimilarity")
def _dissimilarity_index(pairs):
    return {"D": [float(row_of("inequality.dissimilarity", *pair)["estimate"]) for pair in pairs]}


@answers("disparity.simpson_check")
def _simpson_check(A, B):
    import pandas as pd

    rows = [
        {"group": group, "stratum": stratum, "count": count, "total": total}
        for group, strata in (("A", A), ("B", B))
        for stratum, (count, total) in strata.items()
    ]
    table = pd.DataFrame(rows)
    found = call(
        "disparity.simpson_check", table, "group", stratum="stratum", count="count", total="total", reference="B"
    )
    parts = found[found["group"] == "A"].set_index("part")
    strata = list(A)
    whole = parts.loc[[part for part in parts.index if part not in strata]].iloc[0]
    return {
        "rate_A": {name: parts.loc[name, "rate"] for name in strata},
        "rate_B": {name: parts.loc[name, "reference_rate"] for name in strata},
        "total_A": whole["rate"],
        "total_B": whole["reference_rate"],
        "A_higher_in_strata": sorted(name for name in strata if parts.loc[name, "direction"] == "higher"),
        "A_higher_overall": whole["direction"] == "higher",
        "full_reversal": whole["reversal"] == "full",
        "reversal": whole["reversal"],
    }


@answers("survey.sample_size")
def _sample_size_margin(margins, p=None, confidence=None, population=None, fpc=None):
    found = [
        row_of("survey.sample_size", margin, p, confidence=confidence, population=population, fpc=fpc)
        for margin in margins
    ]
    return {"n": [int(row["estimate"]) for row in found]}


@answers("survey.sample_size_mean")
def _sample_size_mean_cv(cv_pop, cv_target, N=None, fpc=None):
    sizes = [
        row_of("survey.sample_size_mean", cv_pop, target_cv=cv_target, population=n, fpc=fpc) for n in (None, N)
    ]
    return {"n_infinite": int(sizes[0]["estimate"]), "n_finite": int(sizes[1]["estimate"])}


@answers("survey.sample_size")
def _sample_size_fpc(p, margin, N, confidence=None, fpc=None, deff=None, response=None):
    options = {"confidence": confidence, "fpc": fpc, "deff": deff, "response": response}
    sizes = [row_of("survey.sample_size", margin, p, population=n, **options) for n in (None, N)]
    return {"n_infinite": int(sizes[0]["estimate"]), "n_finite": int(sizes[1]["estimate"])}


@answers("survey.design_effect_clusters")
def _design_effect_cluster(rho, m, n_srs=None):
    row = row_of("survey.design_effect_clusters", m, rho, n=n_srs)
    return {"deff": row["estimate"], "n_adjusted": row.get("n_adjusted")}


@answers("survey.sample_size_clusters")
def _sample_size_one_stage_cluster(p, m, rho, relative_error=None, margin=None, confidence=None):
    relative = relative_error is not None
    row = row_of(
        "survey.sample_size_clusters",
        p,
        margin=relative_error if relative else margin,
        relative=relative,
        cluster_size=m,
        rho=rho,
        confidence=confidence,
    )
    return {"psus": int(row["estimate"]), "people": int(row["people"])}


@answers("survey.design_effect_weights")
def _design_effect_kish(weights):
    many = weights if isinstance(weights[0], (list, tuple)) else [weights]
    found = [float(row_of("survey.design_effect_weights", one)["estimate"]) for one in many]
    return {"deff": found if many is weights else found[0]}


@answers("survey.post_stratify")
def _poststratification(sample, population):
    return {"weight": _block(call("survey.post_stratify", sample, population).weights["weight"], sample)}


@answers("survey.rake")
def _raking(sample, row_targets, col_targets, give=None):
    weights = call("survey.rake", sample, [row_targets, col_targets]).weights["weight"]
    block = _block(weights, sample)
    fitted = [[w * n for w, n in zip(*pair, strict=True)] for pair in zip(block, sample, strict=True)]
    return {"weight": block, "fitted": fitted, "table": fitted}


@answers("survey.response_rates")
def _aapor_rates(dispositions, e=None):
    found = call("survey.response_rates", dispositions, e=e)
    rates = dict(zip(found["rate"], found["estimate"], strict=True))
    return {**rates, "e": found["e"].dropna().iloc[0]}


def _block(values: Any, like: list[list[Any]]) -> list[list[float]]:
    flat, width = [float(value) for value in values], len(like[0])
    return [flat[i : i + width] for i in range(0, len(flat), width)]
