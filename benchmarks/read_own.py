"""read_own beside pandas.read_csv on a 200 MB file of a million rows: ``python benchmarks/read_own.py``.

Both read the same file, each in a process of its own, in turn. Printed: minimum and median of time and
peak memory, and the ratio of the medians. The file has the shape of the kit's tables, as an office in
Spain would save it: semicolons, decimal commas, accents.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS = 1_000_000
REPEATS = 5
COLUMNS = ["year", "period", "place", "indicator", "dimension", "category", "value", "unit", "definition"]
DISTRICTS = ("Ciutat Vella", "Eixample", "Sants-Montjuïc", "Les Corts", "Sarrià", "Gràcia", "Horta", "Nou Barris")

PANDAS = """
import pandas
start = time.perf_counter()
table = pandas.read_csv(path, sep=";", decimal=",")
"""
OURS = """
import pandas
from kit.data import read_own
start = time.perf_counter()
table = read_own(path, like="ond-casework")
"""
FRAME = """
import json, resource, sys, time
path = sys.argv[1]
{code}
took = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
print()
print(json.dumps({{"seconds": took, "megabytes": peak, "rows": len(table)}}))
"""


def write(path: Path) -> None:
    """Write rows that all differ, about 200 bytes each."""
    from kit.data.draws import Dice

    dice = Dice("benchmark")
    values = [f"{dice.below(900_000) / 100:.2f}".replace(".", ",") for _ in range(997)]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(";".join(COLUMNS) + "\n")
        for i in range(ROWS):
            year = 2000 + i % 25
            file.write(
                f"{year};{year}-{i % 12 + 1:02d};Barcelona;files_by_ground_and_district;ground and district;"
                f"{DISTRICTS[i % 8]}, block {i // 25};{values[i % 997]};files;"
                f'"Case files opened by the municipal Office for Non-Discrimination; row {i}, '
                f'as published by the city"\n'
            )


def measure(code: str, path: Path) -> dict:
    said = subprocess.run([sys.executable, "-c", FRAME.format(code=code), path], capture_output=True, text=True)
    if said.returncode:
        raise SystemExit(said.stderr)
    return json.loads(said.stdout.splitlines()[-1])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "casework.csv"
        write(path)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {ROWS:,} rows, {REPEATS} repeats in turn")
        runs = {"pandas": [], "read_own": []}
        for _ in range(REPEATS):
            runs["pandas"].append(measure(PANDAS, path))
            runs["read_own"].append(measure(OURS, path))
    for what, unit in (("seconds", "s"), ("megabytes", "MB")):
        middle = {}
        for name, each in runs.items():
            found = [run[what] for run in each]
            middle[name] = statistics.median(found)
            print(f"{name:9} {what:9} min {min(found):8.2f} {unit}  median {middle[name]:8.2f} {unit}")
        print(f"ratio of medians: {middle['read_own'] / middle['pandas']:.2f} (wanted: at most 3)")


if __name__ == "__main__":
    main()
