"""Five lists: one log-linear model, its profile interval, and the table of all models, beside statsmodels.

    python benchmarks/loglinear.py

The peer is one bare fit of statsmodels, without checks, interval or notes. All run in turn.
"""

import itertools
import statistics
import time

import numpy as np
import statsmodels.api as sm

from kit.measure.multiple_systems import model_table, multiple_systems

# Western site data, shipped with https://github.com/bernardsilverman/MultipleSystemsEstimation
WESTERN = {
    "00001": 21, "00010": 45, "00011": 3, "00100": 114, "01000": 90, "01010": 1, "01100": 6, "01110": 1,
    "10000": 52, "10001": 5, "10010": 2, "10100": 4, "10101": 1,
}  # fmt: skip
HISTORIES = [history for history in itertools.product((0, 1), repeat=5) if any(history)]
# Synthetic lists that all overlap, so that all 1,024 models can be fitted.
FULL = {"".join(map(str, history)): 400 // 3 ** sum(history) + 1 for history in HISTORIES}


def bare() -> None:
    on = np.array(HISTORIES, float)
    counts = [WESTERN.get("".join(map(str, history)), 0) for history in HISTORIES]
    design = np.column_stack([np.ones(31), on, on[:, 0] * on[:, 4]])
    assert sm.GLM(counts, design, family=sm.families.Poisson()).fit().params[0]


TASKS = {
    "statsmodels, one bare fit": bare,
    "kit, one model": lambda: multiple_systems(WESTERN, interactions=[("A", "E")]),
    "kit, one model, profile interval": lambda: multiple_systems(
        WESTERN, interactions=[("A", "E")], interval="profile"
    ),
    "kit, all models (sparse lists)": lambda: model_table(WESTERN),
    "kit, all models (sparse, extended)": lambda: model_table(WESTERN, no_overlap="extended"),
    "kit, all 1,024 models (full lists)": lambda: model_table(FULL),
}


def main(repeats: int = 7) -> None:
    times = {name: [] for name in TASKS}
    for task in TASKS.values():
        task()  # imports done before the clock starts
    for _ in range(repeats):
        for name, task in TASKS.items():
            start = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - start)
    print(f"{repeats} repeats in turn: minimum and median in seconds")
    for name, found in times.items():
        print(f"{name}: {min(found):.4f} / {statistics.median(found):.4f}")


if __name__ == "__main__":
    main()
