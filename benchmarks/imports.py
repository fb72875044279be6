"""What loading the kit costs over bare Python: ``python benchmarks/imports.py``.

Bare Python, `import kit`, `import kit.measure`, one method's module, and pandas as the peer take
turns, each in a new process. Printed: the fewest and the middle milliseconds, and what each adds.
The promise: the kit adds less than a tenth of what pandas adds.
"""

import argparse
import statistics
import subprocess
import sys
import time

WAYS = {
    "bare Python": "pass",
    "import kit": "import kit",
    "import kit.measure": "import kit.measure",
    "from kit.measure import rates": "from kit.measure import rates",
    "all ten doors": "import kit.measure as m; [getattr(m, door) for door in m.DOORS]",
    "import pandas": "import pandas",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--most", type=float, default=0.1, help="highest share of what pandas adds")
    given = parser.parse_args()
    seconds = {way: [] for way in WAYS}
    for turn in range(given.repeats + 1):
        for way, code in WAYS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            if turn:  # the first round warms the disk
                seconds[way].append(time.perf_counter() - start)
    middle = {way: statistics.median(times) * 1000 for way, times in seconds.items()}
    bare = middle["bare Python"]
    print(f"{'':30}{'min ms':>9}{'median ms':>11}{'adds ms':>9}")
    for way, times in seconds.items():
        print(f"{way:30}{min(times) * 1000:9.1f}{middle[way]:11.1f}{middle[way] - bare:9.1f}")
    share = (middle["import kit.measure"] - bare) / (middle["import pandas"] - bare)
    print(f"import kit.measure adds {share:.1%} of what pandas adds (promised: below {given.most:.0%})")
    return int(share >= given.most)


if __name__ == "__main__":
    sys.exit(main())
