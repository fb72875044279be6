"""What one hand-in costs on a cluster, and how a gradebook grows: ``python benchmarks/scale.py``.

First a class of sample hand-ins is graded on two workers of a Dask cluster on this computer; the
processors' time is that of the workers and of all they started, so a busy computer changes it little.
Then records of as many invented hand-ins are written into SQLite, and into PostgreSQL if it is installed.
Marks are compared with those of one computer alone. Printed: seconds of processor and bytes for each
hand-in, and what 100,000 hand-ins would take.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
EXERCISE = "complaints_are_not_prevalence"
MANY = 100_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hand-ins", type=int, default=40)
    parser.add_argument("--records", type=int, default=5_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kit-scale-") as root:
        course = a_class(Path(root) / "course", given.hand_ins)
        alone = shutil.copytree(course, Path(root) / "alone")
        seconds = on_a_cluster(course, Path(root), alone)
        sizes(course, given.hand_ins)
        print(f"{MANY:,} hand-ins: {seconds * MANY / 3600:.1f} hours of processor")
        growth("SQLite", None, Path(root), given.records)
        postgresql(Path(root), given.records)
    return 0


def a_class(place, count):
    """Hand in the exercise's samples, again and again, each time as somebody else."""
    import nbformat

    from kit.grade.samples import make_sample, read_samples

    course = one_exercise(place)
    source = ROOT / "solutions" / EXERCISE
    samples = list(read_samples(source).values())
    release = nbformat.read(course / "release" / EXERCISE / f"{EXERCISE}.ipynb", as_version=4)
    solved = nbformat.read(source / f"{EXERCISE}.ipynb", as_version=4)
    for number in range(count):
        made = make_sample(samples[number % len(samples)], release=release, source=solved)
        folder = course / "submitted" / f"s{number:05}" / EXERCISE
        folder.mkdir(parents=True)
        nbformat.write(made, folder / f"{EXERCISE}.ipynb")
    return course


def one_exercise(place, database=None):
    from kit.grade.course import new_course

    alone = place.parent / f"solutions-{place.name}"
    shutil.copytree(ROOT / "solutions" / EXERCISE, alone / EXERCISE)
    return new_course(place, solutions=alone, exercises=ROOT / "exercises", database=database)


def on_a_cluster(course, root, alone):
    """Grade on two workers and on this computer alone; give processor seconds for each hand-in."""
    import psutil

    from kit.grade import cluster
    from kit.grade.run import grade_class

    file = root / "scheduler.json"
    dask = [sys.executable, "-P", "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": root}
    common = ["--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", str(file)]
    programs = [
        subprocess.Popen([*dask, "scheduler", "--port", "0", "--idle-timeout", "10 minutes", *common], **quiet)
    ]
    try:
        while not file.is_file():
            time.sleep(0.1)
        worker = [*dask, "worker", "--nthreads", "1", "--no-nanny", "--death-timeout", "60", *common]
        programs += [subprocess.Popen(worker, **quiet) for _ in range(2)]
        address = json.loads(file.read_text())["address"]
        with cluster.connect(address) as machines:
            machines.client.wait_for_workers(2)
            before = [used(psutil.Process(program.pid)) for program in programs]
            start = time.perf_counter()
            there = grade_class(course, EXERCISE, machines=machines)
            wall = time.perf_counter() - start
            time.sleep(3)
            spent = [used(psutil.Process(one.pid)) - old for one, old in zip(programs, before, strict=True)]
    finally:
        for program in programs[::-1]:
            program.kill()
            program.wait()
    here = grade_class(alone, EXERCISE)
    same = [one.as_plain_data() for one in here] == [one.as_plain_data() for one in there]
    each = sum(spent[1:]) / len(there)
    print(f"cluster of two workers: {len(there)} hand-ins in {wall:.1f} s, marks as on one computer: {same}")
    print(f"  processor for each hand-in: {each:.2f} s on the workers, start of the stations included")
    print(f"  processor of the scheduler for each hand-in: {1000 * spent[0] / len(there):.1f} ms")
    return each


def used(process):
    times = process.cpu_times()
    return times.user + times.system + times.children_user + times.children_system


def sizes(course, count):
    from kit.grade.parcel import pack

    def total(place):
        return sum(len(piece.content) for piece in pack(place))

    sent = sum(total(path / EXERCISE) for path in (course / "submitted").iterdir()) / count
    back = sum(total(path / EXERCISE) for path in (course / "autograded").iterdir()) / count
    once = total(course / "source" / EXERCISE) + total(course / "release" / EXERCISE)
    print(
        f"  sent: {sent / 1000:.1f} kB, back: {back / 1000:.1f} kB; the exercise, once a run: {once / 1000:.0f} kB"
    )
    print(f"{MANY:,} hand-ins: {sent * MANY / 1e9:.1f} GB sent, {back * MANY / 1e9:.1f} GB back")


def growth(name, database, root, count):
    """Write invented records and say what they take."""
    from kit.grade.course import open_course
    from kit.grade.writer import Writer

    course = open_course(one_exercise(root / f"growth-{name}", database))
    writer = Writer(course, EXERCISE)
    empty, start, cpu = size(course, writer), time.perf_counter(), time.process_time()
    for first in range(0, count, 25):
        writer.write([record(writer.outline, number) for number in range(first, min(first + 25, count))])
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    each = (size(course, writer) - empty) / count
    writer.close()
    print(
        f"{name}: {count:,} hand-ins, {each / 1000:.1f} kB each; {1000 * cpu / count:.1f} ms of the one writer's"
    )
    print(f"  processor and {1000 * wall / count:.1f} ms on the clock each")
    print(f"{MANY:,} hand-ins: {each * MANY / 1e9:.2f} GB, {wall / count * MANY / 60:.0f} minutes of writing")


def record(outline, number):
    notebooks = []
    for parts in outline["notebooks"].values():
        marked = [*parts["grade"].values(), *parts["task"].values()]
        written = [*parts["solution"].values(), *parts["task"].values()]
        grades = [(uuid4().hex, cell["id"], 1.0, False, True) for cell in marked]
        comments = [(uuid4().hex, cell["id"], None, True) for cell in written]
        one = {"id": uuid4().hex, "notebook": parts["id"], "new": True, "late": None}
        notebooks.append({**one, "grades": grades, "comments": comments})
    made = {"id": uuid4().hex, "student": f"n{number:07}", "new": True, "timestamp": None}
    return {**made, "notebooks": notebooks}


def size(course, writer):
    from sqlalchemy import text

    if course.db_url.startswith("sqlite"):
        return Path(course.root, "gradebook.db").stat().st_size
    with writer._engine.connect() as connection:
        return connection.execute(text("SELECT pg_database_size(current_database())")).scalar()


def postgresql(root, count):
    import postgres

    if postgres.programs() is None:
        print("PostgreSQL is not installed here (Debian package postgresql).")
        return
    os.environ["KIT_TEST_PASSWORD"] = "no secret"
    with postgres.server() as address:
        growth("PostgreSQL", postgres.make_database(address, "growth"), root, count)


if __name__ == "__main__":
    sys.exit(main())
