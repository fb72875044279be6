"""Hand-ins a minute: `kit grade` in boxes, with tests in a second process, next to stock `nbgrader autograde`.

    python benchmarks/grading.py [--quick] [--rounds N] [--hand-ins N] [--stock N] [--only PART ...]

Rounds take turns: nbgrader on the first hand-ins of the class, the kit with one worker, the kit with two.
Then what each step of safety costs, what the students' code alone costs in one warm process, what
feedback pages cost, and memory. Parts: grade, steps, bare, feedback. Prints least and middle, and ratios.
Use a quiet computer: the last column is the share of the machine that other programs took.
"""

import argparse
import ast
import contextlib
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import grading_work
import nbformat

from kit.grade.course import new_course

NAME = grading_work.NAME


def measured(command, *, cwd=None):
    """Run a command; give its wall and computing seconds, and the share of the machine others took."""
    before, begun = _machine(), time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, after = time.perf_counter() - begun, _machine()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{said[-3000:]}")
    cpu = used.ru_utime + used.ru_stime
    others = max(0.0, (after - before - cpu) / (wall * os.cpu_count()))
    return {"wall": wall, "cpu": cpu, "others": others, "said": said}


def _machine():
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    busy = sum(fields[:8]) - fields[3] - fields[4]
    return busy / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def class_of(count, *, course):
    """Give a copy of the course with the first hand-ins, nothing graded yet."""
    place = Path(tempfile.mkdtemp(prefix="grading-"))
    try:
        copy = place / "course"
        shutil.copytree(course, copy, ignore=shutil.ignore_patterns("submitted", "autograded", "feedback"))
        for folder in sorted((course / "submitted").iterdir())[:count]:
            shutil.copytree(folder, copy / "submitted" / folder.name)
        yield copy
    finally:
        shutil.rmtree(place, ignore_errors=True)


def stock(count, *, course):
    """Grade with nbgrader alone."""
    with class_of(count, course=course) as copy:
        return measured([sys.executable, "-m", "nbgrader", "autograde", NAME, "--create"], cwd=copy)


def ours(count, *, course, workers):
    """Grade with the command that teachers use."""
    with class_of(count, course=course) as copy:
        told = copy.parent / "computed"
        grade = ["grade", str(copy), NAME, "--workers", str(workers)]
        run = measured([sys.executable, __file__, "--kit", str(told), *grade])
        # What boxes compute is counted by their parents, not by the process that started them.
        run["cpu"] += float(told.read_text())
        return run


def run_kit(told, *words):
    """Run the kit's own command, and write down what the boxes computed."""
    from kit import cli
    from kit.grade import engine

    end = engine.Engine.__exit__

    def ended(self, *problem):
        end(self, *problem)
        Path(told).write_text(str(sum(one["own_seconds"] + one["seconds"] for one in self.usage.values())))

    engine.Engine.__exit__ = ended
    raise SystemExit(cli.main(list(words)))


def step(count, *, course, level, same_process):
    """Grade with less safety, one worker, to see what each step costs."""
    with class_of(count, course=course) as copy:
        told = measured([sys.executable, __file__, "--step", str(copy), level, "same" if same_process else "two"])
        last = json.loads(told["said"].splitlines()[-1])
        boxed = level == "box"
        cpu = told["cpu"] + boxed * sum(one["own_seconds"] + one["seconds"] for one in last["usage"].values())
        return {**told, **last, "cpu": cpu}


def run_step(folder, name, where):
    """In a process of its own: grade a course at a level, with the tests where they are asked for."""
    from kit.grade import confine, engine, levels
    from kit.grade.box import Level, abi
    from kit.grade.run import grade_class

    level = {"none": Level("none"), "locked": Level("locked", landlock=abi()), "box": levels.best()}[name]
    kept = []
    start, end = engine.Engine.__init__, engine.Engine.__exit__

    def begin(self, *args, **options):
        start(self, *args, **options)
        kept.append(self)
        if where == "same":
            for path in self.place.source.glob("*.ipynb"):
                cells = nbformat.read(path, as_version=4).cells
                roles = [cell.metadata.get("nbgrader", {}) for cell in cells if cell.cell_type == "code"]
                self.place.in_process[path.stem] = {role["grade_id"] for role in roles if role.get("grade")}

    workers = []

    def finish(self, *problem):
        workers.extend(confine.fair_memory_of(process.pid) for process, _ in self._lines.values())
        end(self, *problem)

    engine.Engine.__init__, engine.Engine.__exit__ = begin, finish
    results = grade_class(folder, NAME, workers=1, level=level)
    assert all(result.state != "held" for result in results), [result.reason for result in results][:1]
    print(json.dumps({"usage": kept[0].usage, "worker": max(workers)}))


def bare(count, *, course):
    """Run the students' cells and the tests in one warm process, without Jupyter; in computing seconds."""
    with class_of(count, course=course) as copy:
        return float(measured([sys.executable, __file__, "--bare", str(copy)])["said"].splitlines()[-1])


def run_bare(folder):
    os.environ["MPLBACKEND"] = "agg"
    import matplotlib.pyplot as plt
    import numpy  # noqa: F401
    import pandas  # noqa: F401

    folder = Path(folder)
    tests = {}
    for path in (folder / "source" / NAME).glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            tests[cell.metadata.get("nbgrader", {}).get("grade_id")] = cell.source
    students = sorted((folder / "submitted").iterdir())
    work = [
        (student, [nbformat.read(path, as_version=4) for path in sorted((student / NAME).glob("*.ipynb"))])
        for student in students
    ]

    def all_of_them():
        for student, notebooks in work:
            os.chdir(student / NAME)
            for notebook in notebooks:
                names = {}
                for cell in notebook.cells:
                    if cell.cell_type == "code":
                        role = cell.metadata.get("nbgrader", {})
                        source = tests[role["grade_id"]] if role.get("grade") else cell.source
                        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                            _run(source.replace("%matplotlib inline", ""), names)
                plt.close("all")

    all_of_them()
    begun = time.process_time()
    all_of_them()
    print((time.process_time() - begun) / len(students))


def _run(source, names):
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if last is not None:
        shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        if hasattr(shown, "_repr_html_"):
            shown._repr_html_()
        repr(shown)


def feedback(count, *, course):
    """Write feedback pages both ways, for one student and for all, to tell start-up and pages apart."""
    with class_of(count, course=course) as copy:
        measured([sys.executable, "-m", "kit", "grade", str(copy), NAME])
        found = {}
        one = sorted(path.name for path in (copy / "submitted").iterdir())[0]
        nbgrader = [sys.executable, "-m", "nbgrader", "generate_feedback", NAME, "--force"]
        kit = [sys.executable, "-m", "kit", "feedback", str(copy), NAME]
        for name, command in (("stock", nbgrader), ("kit", kit)):
            found[name, 1] = measured([*command, "--student", one], cwd=copy)
            found[name, count] = measured(command, cwd=copy)
        return found


def _line(name, runs, *, count, peer=None):
    wall = [run["wall"] / count for run in runs]
    cpu = [run["cpu"] / count for run in runs]
    others = statistics.median(run["others"] for run in runs)
    said = (
        f"{name:36}{60 / statistics.median(wall):6.1f} a minute"
        f"   wall {min(wall):6.3f} {statistics.median(wall):6.3f}"
        f"   CPU {min(cpu):6.3f} {statistics.median(cpu):6.3f}"
    )
    if peer:
        said += f"   x{peer[0] / statistics.median(wall):5.1f} wall  x{peer[1] / statistics.median(cpu):5.1f} CPU"
    print(f"{said}   others {others:.0%}", flush=True)
    return statistics.median(wall), statistics.median(cpu)


def main():
    if "--step" in sys.argv:
        return run_step(*sys.argv[2:])
    if "--kit" in sys.argv:
        return run_kit(*sys.argv[2:])
    if "--bare" in sys.argv:
        return run_bare(sys.argv[2])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round, ten hand-ins, nbgrader on three")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--hand-ins", type=int, dest="count")
    parser.add_argument("--stock", type=int)
    parser.add_argument("--only", nargs="*", default=["grade", "steps", "bare", "feedback"])
    said = parser.parse_args()
    rounds = said.rounds or (1 if said.quick else 3)
    count, few = said.count or (10 if said.quick else 50), said.stock or (3 if said.quick else 10)
    place = Path(tempfile.mkdtemp(prefix="grading-course-"))
    try:
        grading_work.make_source(place / "solutions")
        course = new_course(place / "course", solutions=place / "solutions")
        shutil.copytree(place / "solutions" / NAME, course / "source" / NAME, dirs_exist_ok=True)
        for number in range(count):
            grading_work.hand_in(course, number)
        parts(said.only, course=course, rounds=rounds, count=count, few=few)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def parts(chosen, *, course, rounds, count, few):
    """Measure what was asked for, and print it."""
    print(f"{count} hand-ins of three notebooks; nbgrader on {few}; {rounds} rounds; seconds each: least, middle")
    if "grade" in chosen:
        runs = {"stock": [], 1: [], 2: []}
        for _ in range(rounds):
            runs["stock"].append(stock(few, course=course))
            for workers in (1, 2):
                runs[workers].append(ours(count, course=course, workers=workers))
        peer = _line("nbgrader autograde", runs["stock"], count=few)
        for workers in (1, 2):
            _line(f"kit grade, {workers} worker{'s' * (workers > 1)}", runs[workers], count=count, peer=peer)
    if "steps" in chosen:
        few_steps = min(count, 20)
        table = (
            ("no isolation, tests in the kernel", "none", True),
            ("no isolation, two processes", "none", False),
            ("Landlock and seccomp, two processes", "locked", False),
            ("box of each student, two processes", "box", False),
        )
        runs = {name: [] for name, _, _ in table}
        for _ in range(rounds):
            for name, level, same in table:
                runs[name].append(step(few_steps, course=course, level=level, same_process=same))
        for name, _, _ in table:
            _line(name, runs[name], count=few_steps)
            print(f"    a worker: {runs[name][-1]['worker'] >> 20} MB of its own")
            for what, used in runs[name][-1]["usage"].items():
                print(
                    f"    box of the {what}: started in {used['own_seconds']:.1f} s, then"
                    f" {used['seconds'] / few_steps:.3f} s a hand-in;"
                    f" parent {used['own_memory'] >> 20} MB, largest program {used['memory'] >> 20} MB"
                )
    if "bare" in chosen:
        alone = [bare(min(count, 20), course=course) for _ in range(rounds)]
        print(f"students' code and tests, one warm process: CPU {min(alone):.3f} {statistics.median(alone):.3f}")
    if "feedback" in chosen:
        found = [feedback(count, course=course) for _ in range(rounds)]
        for what in ("wall", "cpu"):
            whole, pages = (
                statistics.median(one["stock", count][what] / one["kit", count][what] for one in found),
                statistics.median(
                    (one["stock", count][what] - one["stock", 1][what])
                    / max(1e-9, one["kit", count][what] - one["kit", 1][what])
                    for one in found
                ),
            )
            kit, nbgrader = (
                statistics.median(one[name, count][what] for one in found) for name in ("kit", "stock")
            )
            print(
                f"feedback, {count} students, {what}: nbgrader {nbgrader:.1f} s, kit {kit:.1f} s:"
                f" x{whole:.1f}, without start-up x{pages:.1f}"
            )


if __name__ == "__main__":
    main()
