"""Disaggregation of a million people by three dimensions, beside the bare pandas groupby.

    python benchmarks/disaggregate.py

The peer answers less: a mean in each group, no interval, no checks, no notes.
Both run in turn in the same process; the ratio of the medians is what counts (goal: at most 2).
"""

import statistics
import sys
import time

import numpy as np
import pandas as pd

from kit.measure.disaggregation import disaggregate

BY = ["district", "age", "status"]


def people(rows: int) -> pd.DataFrame:
    """Give synthetic people: nobody real."""
    random = np.random.default_rng(51)
    return pd.DataFrame(
        {
            "district": random.choice([f"district {i}" for i in range(20)], rows),
            "age": random.choice(["0-14", "15-24", "25-64", "65+"], rows),
            "status": random.choice(["a", "b", "c", "d", "e"], rows),
            "served": random.integers(0, 2, rows),
        }
    )


def seconds(task) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def main(rows: int = 1_000_000, repeats: int = 7) -> None:
    text = people(rows)
    category = text.astype(dict.fromkeys(BY, "category"))
    disaggregate(text.head(1000), BY, outcome="served")  # imports done before the clock starts
    print(f"{rows:,} rows, 3 dimensions, {repeats} repeats in turn: minimum and median in seconds")
    for name, table in {"text columns": text, "category columns": category}.items():
        peer, ours = [], []
        for _ in range(repeats):
            peer.append(seconds(lambda t=table: t.groupby(BY, observed=True)["served"].mean()))
            ours.append(seconds(lambda t=table: disaggregate(t, BY, outcome="served")))
        ratio = statistics.median(ours) / statistics.median(peer)
        print(
            f"{name}: pandas {min(peer):.3f} / {statistics.median(peer):.3f}, "
            f"kit {min(ours):.3f} / {statistics.median(ours):.3f}, ratio {ratio:.2f}"
        )


if __name__ == "__main__":
    main(*[int(argument) for argument in sys.argv[1:]])
