"""Raking of 100,000 people to six margins, beside weightipy.

    python benchmarks/raking.py [--peer /path/to/python/with/weightipy] [--rows 100000]

The kit does not depend on weightipy: without --peer it is installed into a throw-away environment, which needs
a package index. Both rake the same people in turn; each loads its packages before the clock starts. The ratio of
the medians is what counts (goal: at most 1).
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import numpy as np
import pandas as pd

from kit.measure.weighting import rake

PEER = """
import sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd, weightipy
people = pd.read_pickle(sys.argv[1])
margins = pd.read_pickle(sys.argv[2])
percent = {name: {k: 100 * v / sum(m.values()) for k, v in m.items()} for name, m in margins.items()}
for line in sys.stdin:
    start = time.perf_counter()
    scheme = weightipy.scheme_from_dict(percent)
    weighted = weightipy.weight_dataframe(people, scheme, weight_column="weight")
    took = time.perf_counter() - start
    gap = max(
        abs(weighted.groupby(n).weight.sum()[k] / len(people) * 100 / v - 1)
        for n, m in percent.items() for k, v in m.items()
    )
    print(took, gap, flush=True)
"""


def people(rows: int) -> tuple[pd.DataFrame, dict[str, dict[int, float]]]:
    """Give synthetic people and margins that differ from them: nobody real."""
    draw = np.random.default_rng(11)
    data, margins = {}, {}
    for name, size in {"sex": 2, "age": 6, "schooling": 4, "district": 10, "housing": 3, "origin": 5}.items():
        data[name] = draw.choice(np.arange(1, size + 1), rows, p=draw.dirichlet(np.full(size, 8.0)))
        shares = draw.dirichlet(np.full(size, 20.0))
        margins[name] = dict(zip(range(1, size + 1), (shares * 500_000).tolist(), strict=True))
    return pd.DataFrame(data), margins


def peer_python(folder: Path) -> Path:
    """Make a throw-away environment with weightipy and give its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "weightipy", f"pandas=={pd.__version__}"], check=True
    )
    return python


def main(peer: str | None, rows: int, repeats: int) -> None:
    data, margins = people(rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data.to_pickle(folder / "people.pickle")
        pd.to_pickle(margins, folder / "margins.pickle")
        python = Path(peer) if peer else peer_python(folder / "environment")
        worker = subprocess.Popen(
            [python, "-c", PEER, folder / "people.pickle", folder / "margins.pickle"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        rake(data.head(1000), margins)  # imports done before the clock starts
        theirs, ours = [], []
        for _ in range(repeats):
            print("go", file=worker.stdin, flush=True)
            took, gap = map(float, worker.stdout.readline().split())
            theirs.append(took)
            start = time.perf_counter()
            raked = rake(data, margins)
            ours.append(time.perf_counter() - start)
        worker.stdin.close()
        worker.wait()
    own_gap = raked.report.set_index("measure").estimate["largest gap"]
    print(f"{rows:,} people, {len(margins)} margins, {repeats} repeats in turn: minimum and median in seconds")
    for label, times, left in (("weightipy", theirs, gap), ("kit", ours, own_gap)):
        print(f"{label}: {min(times):.3f} / {statistics.median(times):.3f}, largest gap left {left:.1e}")
    print(f"ratio of medians: {statistics.median(ours) / statistics.median(theirs):.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", help="Python of an environment with weightipy")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=7)
    main(**vars(parser.parse_args()))
