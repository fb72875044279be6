"""How long the first start takes, next to what people do without start.py: venv and pip.

    python benchmarks/start.py [REPEATS]

Both make the same environment from the same lock file, in fresh clones, each with an empty home
folder (so nothing is cached), one after the other. Prints the least and the middle time and the ratio.
It downloads the packages each time.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def clone(to):
    subprocess.run(["git", "clone", "-q", ROOT, to], check=True)


def by_start_py(place, env):
    subprocess.run([sys.executable, "start.py", "version"], cwd=place, env=env, check=True, capture_output=True)


def by_venv_and_pip(place, env):
    subprocess.run([sys.executable, "-m", "venv", ".venv"], cwd=place, env=env, check=True)
    pip = [place / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python", "-m", "pip", "install", "-q"]
    lock = ["--require-hashes", "-r", "requirements.lock"]
    for words in (lock, ["--no-deps", "--no-build-isolation", "-e", "."]):
        subprocess.run([*pip, *words], cwd=place, env=env, check=True, capture_output=True)


def timed(way):
    top = Path(tempfile.mkdtemp(prefix="kit-start-"))
    try:
        clone(top / "kit")
        (top / "home").mkdir()
        begun = time.perf_counter()
        way(top / "kit", os.environ | {"HOME": str(top / "home"), "USERPROFILE": str(top / "home")})
        return time.perf_counter() - begun
    finally:
        shutil.rmtree(top, ignore_errors=True)


def main():
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    ways = {"start.py": by_start_py, "venv and pip": by_venv_and_pip}
    times = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            times[name].append(timed(way))
    for name, seconds in times.items():
        print(f"{name:14} least {min(seconds):6.1f} s   middle {statistics.median(seconds):6.1f} s")
    first, second = (statistics.median(seconds) for seconds in times.values())
    print(f"start.py takes {first / second:.2f} times as long as venv and pip.")


if __name__ == "__main__":
    main()
