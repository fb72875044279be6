"""How long a learner waits, next to a kernel that only imports pandas and matplotlib.

    python benchmarks/lessons.py [REPEATS] [LESSON.ipynb ...]

For each lesson, interleaved with its peers, each in a new kernel:

- first cell: from the start of the kernel until the first code cell is done,
  next to a kernel that imports pandas and matplotlib.pyplot;
- run all: until every code cell is done, next to that kernel, and next to one that
  also reads the lesson's tables with pandas.

Then, in a warm kernel of the same lesson: how long a check and a form take.
Prints the least and the middle times and their ratios.
"""

import contextlib
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager

from kit import course
from kit.teach.front_matter import front_matter

PEER = "import pandas, matplotlib.pyplot"


@contextlib.contextmanager
def kernel(folder):
    """Start a kernel in a folder; give the line to it once it answers."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(cells, *, folder):
    """Start a kernel, run the cells; give the seconds until the first and until the last is done."""
    begun, first = time.perf_counter(), None
    with kernel(folder) as client:
        for cell in cells:
            client.execute_interactive(cell, timeout=120, output_hook=lambda message: None)
            first = first or time.perf_counter() - begun
        return first, time.perf_counter() - begun


def inside(lesson, check_key, page, *, folder):
    """Measure a check and a form in a warm kernel; in seconds."""
    code = f"""
import time, json, statistics, io, contextlib
import kit
from kit.learn import check, form, lesson
lesson({lesson!r})
def took(what):
    begun = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        try: what()
        except Exception: pass
    return time.perf_counter() - begun
checks = [took(lambda: check({check_key!r}, 0.5)) for _ in range(20)] if {check_key!r} else [float("nan")]
forms = [took(lambda: form({page!r})._repr_mimebundle_()) for _ in range(5)] if {page!r} else [float("nan")]
print(json.dumps([checks[0], statistics.median(checks), forms[0], statistics.median(forms)]))
"""
    said = []

    def hook(message):
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            said.append(message["content"]["text"])

    with kernel(folder) as client:
        reply = client.execute_interactive(code, timeout=120, output_hook=hook)["content"]
        if reply["status"] != "ok":
            raise SystemExit("\n".join(reply["traceback"]))
        return json.loads("".join(said).strip().splitlines()[-1])


def measure(path, repeats):
    notebook = nbformat.read(path, as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    names = front_matter(path).get("datasets", [])
    files = [str(next(course.folder("datasets").glob(f"*/{name}.csv"))) for name in names]
    ways = {
        "imports": [PEER],
        "imports, tables": [PEER, f"for file in {files!r}: pandas.read_csv(file)"],
        "lesson": cells,
    }
    first, whole = {way: [] for way in ways}, {way: [] for way in ways}
    for _ in range(repeats):
        for way, code in ways.items():
            one, all_cells = run(code, folder=path.parent)
            first[way].append(one)
            whole[way].append(all_cells)
    print(f"\n{path.relative_to(course.folder('modules'))}")
    for part, times in (("first cell", first), ("run all", whole)):
        for way, seconds in times.items():
            print(f"  {part:10} {way:16} least {min(seconds):5.2f} s   middle {statistics.median(seconds):5.2f} s")
    middle = {way: statistics.median(seconds) for way, seconds in whole.items()}
    ready = {way: statistics.median(seconds) for way, seconds in first.items()}
    print(f"  first cell / imports            {ready['lesson'] / ready['imports']:.2f}")
    print(f"  run all / imports               {middle['lesson'] / middle['imports']:.2f}")
    print(f"  run all / imports and tables    {middle['lesson'] / middle['imports, tables']:.2f}")
    checks = [word.split('"')[1] for cell in cells for word in cell.splitlines() if word.startswith('check("')]
    pages = [word.split('"')[1] for cell in cells for word in cell.splitlines() if word.startswith('form("')]
    took = inside(path.stem, *[(found or [None])[0] for found in (checks, pages)], folder=path.parent)
    print(
        "  a check: first {:.1f} ms, middle {:.1f} ms; a form: first {:.0f} ms, middle {:.0f} ms".format(
            *[1000 * one for one in took]
        )
    )


def main():
    words = sys.argv[1:]
    repeats = int(words.pop(0)) if words and words[0].isdigit() else 5
    lessons = [Path(word).resolve() for word in words] or [
        path
        for path in sorted(course.folder("modules").rglob("*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts and front_matter(path)
    ]
    for path in lessons:
        measure(path, repeats)


if __name__ == "__main__":
    main()
