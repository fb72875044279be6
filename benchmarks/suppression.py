"""Hiding small cells with proof, beside one linear programme of the same size.

    python benchmarks/suppression.py [sizes ...]

The peer solves once for the smallest value of one cell of a table of the same size, totals known. The kit reads
the table, chooses the cells to hide, and proves every one of them. Both run in turn; the ratio of the
medians is what counts (goal at 50 x 50: below 10).
"""

import statistics
import sys
import time

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import eye_array, kron, vstack

from kit.measure.suppression import suppress


def tables(size: int) -> dict[str, np.ndarray]:
    """Give synthetic counts: one table with a sixth of small cells, one with few."""
    draw = np.random.default_rng(1)
    return {
        "many small": draw.poisson(draw.gamma(1.0, 20, (size, size))),
        "few small": draw.poisson(draw.gamma(3.0, 15, (size, size))),
    }


def one_programme(counts: np.ndarray) -> None:
    size = len(counts)
    ones = np.ones((1, size))
    sums = vstack([kron(eye_array(size), ones), kron(ones, eye_array(size))], format="csc")
    aim = np.zeros(size * size)
    aim[0] = 1
    solved = linprog(aim, A_eq=sums, b_eq=np.r_[counts.sum(axis=1), counts.sum(axis=0)], method="highs")
    assert solved.status == 0


def seconds(task) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def main(sizes: list[int]) -> None:
    suppress([[1, 20], [30, 40]])  # imports done before the clock starts
    print("minimum and median in seconds; hidden cells: small + further")
    for size in sizes:
        repeats = 9 if size <= 50 else 3
        for name, counts in tables(size).items():
            for zeros in ("show", "use", "hide"):
                peer, ours = [], []
                for _ in range(repeats):
                    peer.append(seconds(lambda c=counts: one_programme(c)))
                    ours.append(seconds(lambda c=counts, z=zeros: suppress(c, zeros=z)))
                report = suppress(counts, zeros=zeros).report.set_index("measure").estimate
                small, further = (int(report[f"hidden {why}"]) for why in ("because small", "to protect others"))
                print(
                    f"{size} x {size}, {name}, zeros {zeros}: one programme {min(peer):.3f} / "
                    f"{statistics.median(peer):.3f}, kit {min(ours):.3f} / {statistics.median(ours):.3f}, "
                    f"ratio {statistics.median(ours) / statistics.median(peer):.1f}, hidden {small} + {further}"
                )


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [10, 50, 100, 200])
