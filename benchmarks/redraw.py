"""How many of 10,000 learners share a set of answers by chance? ``python benchmarks/redraw.py [folder]``."""

import sys
import time
from pathlib import Path

from kit.data.variants import answer_sets

EXAMPLE = Path(__file__).parents[1] / "tests" / "redrawn" / "rates_by_district"


def main() -> None:
    exercise = Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE
    start = time.perf_counter()
    found = answer_sets(exercise.name, [f"learner {i}" for i in range(10_000)], "autumn", folder=exercise.parent)
    for name, value in found.items():
        print(f"{name:10} {value:,.1f}" if isinstance(value, float) else f"{name:10} {value:,}")
    print(f"seconds    {time.perf_counter() - start:.1f}")


if __name__ == "__main__":
    main()
