"""The same marks as nbgrader's, cell by cell: hand-ins of our own exercises, right and wrong in many ways.

    python benchmarks/grading_equal.py [--hand-ins N] [--seed N] [--show] [EXERCISE ...]

Makes hand-ins (208 if left out) from the exercises' own answers: each answer is kept, left
out, or changed in a way drawn at random. Two copies of each course are graded: one by stock
``nbgrader autograde``, one by ``kit grade``. Every cell's score in ``gradebook.db`` is compared.
Ends with 1 if a row differs that ``docs/grading.md`` does not explain.
"""

import argparse
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from kit import course as kit_course
from kit.grade.course import assignments_in, new_course
from kit.grade.run import grade_class

# What may become of a value; {x} is its name.
VALUES = """
    {x} = float({x})
    {x} = str({x})
    {x} = [{x}]
    {x} = ({x},)
    {x} = None
    {x} = float("nan")
    {x} = float("inf")
    import numpy; {x} = numpy.float64({x})
    import numpy; {x} = numpy.array({x})
    import numpy; {x} = numpy.array([{x}])[0]
    from decimal import Decimal; {x} = Decimal(str({x}))
    from fractions import Fraction; {x} = Fraction({x}).limit_denominator(10**9)
    {x} = True
    {x} = complex({x})
    {x} = {{"a": {x}}}
    {x} = -{x}
    {x} = {x} * 100
    {x} = {x} / 100
    {x} = {x} + 1e-12
    {x} = {x} * 1.0004
    {x} = {x} + 1
    {x} = round({x}, 1)
    {x} = 7
    {x} = "no-such-word"
    {x} = "{{}} %s é"
    {x} = lambda *a: 1
    {x} = (one for one in [{x}])
    {x} = object()
    {x} = type("Own", (), {{}})()
    {x} = {x}.upper()
    {x} = f" {{{x}}} "
    {x} = list({x})[::-1]
    {x} = list({x})[:-1]
    {x} = tuple({x})
    {x} = set({x})
    {x} = sorted({x}, key=str)
    {x} = list({x}) * 2
    {x} = dict(reversed(list({x}.items())))
    {x} = {{key: None for key in {x}}}
    {x} = {x}.copy()
    {x} = {x}.head(1)
    {x} = {x}[::-1]
    {x} = {x}.T
    {x} = {x}.reset_index()
    {x} = {x}.reset_index(drop=True)
    {x} = {x}.rename(columns=str.upper)
    {x} = {x}.astype(str)
    {x} = {x}.astype(object)
    {x} = {x}.convert_dtypes()
    {x} = {x}.to_dict()
    {x} = {x}.values
    {x} = {x}.iloc[:0]
    {x} = {x}.assign(more=1)
    {x} = {x}[{x}.columns[::-1]]
    {x} = {x}.sort_values({x}.columns[-1])
    {x} = {x}.set_index({x}.columns[0])
    {x} = {x}.iloc[:, 0]
    {x} = {x}.apply(lambda column: column.astype("category"))
    import pandas; {x} = pandas.concat([{x}, {x}])
    import pandas; {x} = pandas.concat([{x}, {x}.iloc[:1]])
    import pandas; {x} = type("Mine", (pandas.DataFrame,), {{}})({x})
    {x} = {x}.replace({x}.iloc[0, -1], 9)
    {x} = {x}.fillna(0)
    {x}.iloc[0, 0] = None
    {x} = type("Mine", (type({x}),), {{}})({x})
    print({x}); {x} = print({x})
    import warnings; warnings.warn("slow")
    import sys; print("careful", file=sys.stderr)
    from IPython.display import display; display({x})
    display({x}); del {x}
    assert {x} is None, "my own check"
    1 / 0
    open("none.csv")
    {x} += unknown
    for {x} in [{x}]: pass
    %time 1
    x y z
""".strip().splitlines()
# What may become of a rule; kept under its old name as `_mine`.
RULES = """
    return _mine(*given)
    return None
    return 0
    return 0.5
    return "no"
    return str(_mine(*given))
    return [_mine(*given)]
    return round(_mine(*given), 2)
    return _mine(*given) + 1e-12
    return _mine(*given) * 100
    return -_mine(*given)
    return not _mine(*given)
    return float("nan")
    return float(_mine(*given))
    import numpy; return numpy.float64(_mine(*given))
    import numpy; return numpy.bool_(_mine(*given))
    from fractions import Fraction; return Fraction(_mine(*given))
    print(given); return _mine(*given)
    print(_mine(*given))
    import warnings; warnings.warn("odd"); return _mine(*given)
    raise ValueError("not today")
    raise KeyError("town")
    raise type("MyError", (Exception,), {})("own words")
    return _mine(*given[:-1])
    return _mine(*reversed(given))
    return _mine(*given) if None not in given else 0
    return _mine(*given) if all(given) else None
    return given[0] / given[1]
    return unknown
    return 1 / 0
    yield _mine(*given)
    return object()
    return lambda: 1
    return _mine(*given) or 0
    return rule(*given)
    assert given[0], "own check"; return _mine(*given)
    global calls; calls = globals().get("calls", 0) + 1; return _mine(*given) if calls < 3 else None
""".strip().splitlines()
_MARKERS = re.compile(r"^.*### (?:BEGIN|END) (?:SOLUTION|MARK SCHEME).*\n?", flags=re.MULTILINE)
_DEF = re.compile(r"^def (\w+)\((.*?)\):", flags=re.MULTILINE)
_NAME = re.compile(r"^(\w+) = ", flags=re.MULTILINE)


def answer(solved, given, *, draw):
    """Make one answer: right, left out, or changed."""
    if draw.random() < 0.25:
        return solved
    if draw.random() < 0.12:
        return given
    rule, name = _DEF.search(solved), _NAME.search(solved)
    if rule:
        body = draw.choice(RULES).strip()
        if draw.random() < 0.15:
            # Its own numbers, a little off.
            return re.sub(r"\b\d+\b", lambda found: str(int(found[0]) + draw.choice((0, 1, 1))), solved)
        if draw.random() < 0.1:
            return solved.replace(f"def {rule[1]}", f"def {rule[1]}_", 1)
        own = f"_mine = {rule[1]}\ndef {rule[1]}(*given):\n    {body}".replace(
            "return rule(", f"return {rule[1]}("
        )
        return f"{solved}\n\n{own}"
    if name:
        if draw.random() < 0.15:
            return re.sub(r"\b\d+\b", lambda found: str(int(found[0]) + draw.choice((0, 1, 1))), solved)
        line = draw.choice(VALUES).strip().format(x=name[1])
        return f"{solved.rstrip()}\n{line}"
    return draw.choice((solved, given, "I do not know.", ""))


def hand_in(release, source, *, draw):
    """Make one notebook."""
    made = nbformat.from_dict(json.loads(json.dumps(release)))
    solved = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in source.cells}
    whole = draw.random()
    for cell in made.cells:
        role = cell.metadata.get("nbgrader", {})
        if role.get("solution") and whole > 0.05:
            right = _MARKERS.sub("", solved[role["grade_id"]])
            cell.source = right if whole > 0.95 else answer(right, cell.source, draw=draw)
    return made


def scores(course):
    """Read every score of a gradebook, by student, notebook and cell."""
    query = """
        select a.student_id, n.name, c.name, g.auto_score, g.needs_manual_grade
        from grade g join base_cell c on c.id = g.cell_id join submitted_notebook s on s.id = g.notebook_id
        join notebook n on n.id = s.notebook_id join submitted_assignment a on a.id = s.assignment_id
    """
    with sqlite3.connect(course / "gradebook.db") as book:
        return {row[:3]: row[3:] for row in book.execute(query)}


def documented(notebook, cell):
    """Tell which difference on purpose explains a row, if one does."""
    cells = nbformat.read(notebook, as_version=4).cells
    found = next(one for one in cells if one.metadata.get("nbgrader", {}).get("grade_id") == cell)
    outputs = found.get("outputs", [])
    if any(one.get("name") == "stderr" for one in outputs) and not any(
        one.output_type == "error" for one in outputs
    ):
        return "a warning in a test cell"
    return ""


def compare(exercise, *, count, draw, shown=False):
    """Grade one exercise's hand-ins both ways; give the rows compared, the differences and the seconds."""
    with tempfile.TemporaryDirectory(prefix="equal-") as place:
        place = Path(place)
        alone = place / "solutions"
        shutil.copytree(kit_course.folder("solutions") / exercise, alone / exercise)
        ours, theirs = place / "ours", place / "theirs"
        new_course(ours, solutions=alone)
        release = nbformat.read(ours / "release" / exercise / f"{exercise}.ipynb", as_version=4)
        source = nbformat.read(alone / exercise / f"{exercise}.ipynb", as_version=4)
        for number in range(count):
            folder = ours / "submitted" / f"{number:03d}" / exercise
            shutil.copytree(ours / "release" / exercise, folder)
            nbformat.write(hand_in(release, source, draw=draw), folder / f"{exercise}.ipynb")
        shutil.copytree(ours, theirs)
        begun = time.perf_counter()
        results = grade_class(ours, exercise)
        ours_took, begun = time.perf_counter() - begun, time.perf_counter()
        nbgrader = [sys.executable, "-m", "nbgrader", "autograde", exercise, "--create"]
        done = subprocess.run(nbgrader, cwd=theirs, capture_output=True, text=True)
        theirs_took = time.perf_counter() - begun
        held = [f"{exercise}: {one.student} held: {one.reason}" for one in results if one.state == "held"]
        mine, stock = scores(ours), scores(theirs)
        if not stock:
            raise SystemExit(done.stderr[-2000:])
        rows = []
        for key in sorted(mine.keys() | stock.keys()):
            if mine.get(key) != stock.get(key):
                student, notebook, cell = key
                path = theirs / "autograded" / student / exercise / f"{notebook}.ipynb"
                why = documented(path, cell) if path.exists() else "nbgrader gave no mark"
                rows.append((f"{exercise} {student} {cell}: kit {mine.get(key)}, nbgrader {stock.get(key)}", why))
                if shown:
                    show(ours / "submitted" / student / exercise / f"{notebook}.ipynb", path, cell)
                    show(ours / "autograded" / student / exercise / f"{notebook}.ipynb", path, cell)
        return len(mine), rows, held, (ours_took, theirs_took)


def show(given, graded, cell):
    """Print what a cell said, to find out why marks differ."""
    for path in (given, graded):
        for one in nbformat.read(path, as_version=4).cells:
            named = one.metadata.get("nbgrader", {}).get("grade_id", "")
            if named == cell:
                print("   ", path.parts[3], json.dumps(one.get("outputs"))[:400])
            elif named and cell.startswith(named) and path == given:
                print("\n".join("    | " + line for line in one.source.splitlines()))


def arguments(known):
    """Read the command line."""
    what, _, more = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        description=what, epilog=more, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help="only these; all if left out")
    parser.add_argument("--hand-ins", type=int, default=208, metavar="N", help="how many in all (208)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another number, other hand-ins (1)")
    parser.add_argument("--show", action="store_true", help="print answers and outputs where marks differ")
    chosen = parser.parse_args()
    if unknown := sorted({*chosen.exercises} - {*known}):
        parser.error(f"no such exercise: {', '.join(unknown)}; there are {', '.join(known)}")
    return chosen


def main():
    known = assignments_in(kit_course.folder("solutions"))
    options = arguments(known)
    count, seed, chosen = options.hand_ins, options.seed, options.exercises or known
    draw = random.Random(seed)
    cells = hand_ins = 0
    open_rows, explained = [], []
    for number, exercise in enumerate(chosen):
        share = count // len(chosen) + (number < count % len(chosen))
        if not share:
            continue
        if sys.stderr.isatty():
            print(f"{number + 1} of {len(chosen)}: {exercise} ...", file=sys.stderr)
        compared, rows, held, (ours, theirs) = compare(exercise, count=share, draw=draw, shown=options.show)
        cells, hand_ins = cells + compared, hand_ins + share
        open_rows += [said for said, why in rows if not why] + held
        explained += [f"{said} ({why})" for said, why in rows if why]
        said = f"{exercise}: {share} hand-ins, {compared} cells, {len(rows)} differ"
        print(f"{said}; {ours:.1f} s, nbgrader {theirs:.1f} s", flush=True)
        for said, why in rows:
            print(f"  {said} {f'({why})' if why else ''}", flush=True)
    print(f"{hand_ins} hand-ins, {cells} cells compared")
    print(f"different on purpose (docs/grading.md): {len(explained)}")
    print(f"different without a reason: {len(open_rows)}")
    for said in open_rows:
        print(f"  {said}")
    raise SystemExit(1 if open_rows else 0)


if __name__ == "__main__":
    main()
