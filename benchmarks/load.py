"""Loading a table against plain pandas: ``python benchmarks/load.py``.

For each table, `kit.data.load` (checksum, clean view, sources, citation) and `pandas.read_csv`
of the same file with the same dtypes take turns. Printed: the medians and their ratio, for the
first time a table is loaded and for the next times, when it was parsed before.
The promise: never more than twice the time of plain pandas.
"""

import argparse
import statistics
import sys
import time

import pandas as pd

from kit import course
from kit.data import tables


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=41)
    parser.add_argument("--most", type=float, default=2.0, help="highest ratio of medians allowed")
    given = parser.parse_args()
    folder = course.folder("datasets")
    worst, rows = 0.0, []
    for resource in tables._package()["resources"]:
        path, types = folder / resource["path"], tables.reading(resource["schema"])

        def plain(path=path, types=types):
            return pd.read_csv(path, **types)

        def again(name=resource["name"]):
            return tables.load(name)

        def clean(name=resource["name"]):
            tables._parse.cache_clear()
            return tables.load(name)

        def every(name=resource["name"]):
            tables._parse.cache_clear()
            return tables.load(name, conflicts=True)

        ways = {"pandas": plain, "load": clean, "load all": every, "load again": again}
        seconds = {way: [] for way in ways}
        for way in ways.values():
            way()
        for _ in range(given.repeats):
            for way, run in ways.items():
                start = time.perf_counter()
                run()
                seconds[way].append(time.perf_counter() - start)
        middle = {way: statistics.median(times) * 1000 for way, times in seconds.items()}
        ratio = middle["load"] / middle["pandas"]
        worst = max(worst, ratio)
        rows.append(
            {
                "table": resource["name"],
                "rows": resource["rows"],
                "pandas ms": middle["pandas"],
                "load ms": middle["load"],
                "load/pandas": ratio,
                "min/min": min(seconds["load"]) / min(seconds["pandas"]),
                "all/pandas": middle["load all"] / middle["pandas"],
                "again/pandas": middle["load again"] / middle["pandas"],
            }
        )
    result = pd.DataFrame(rows).sort_values("load/pandas", ascending=False)
    print(result.to_string(index=False, float_format="{:.2f}".format))
    print(
        f"\n{len(result)} tables, {given.repeats} repeats. Ratio of medians: "
        f"median {result['load/pandas'].median():.2f}, highest {worst:.2f} (promised: at most {given.most:g})."
    )
    return 0 if worst <= given.most else 1


if __name__ == "__main__":
    sys.exit(main())
