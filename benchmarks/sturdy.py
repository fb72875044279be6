"""Broken notebooks and killed graders: graded or held, never a crash; the same marks in the end.

    python benchmarks/sturdy.py [--fuzzed N] [--kills N] [--rounds N] [--seed N]

Hands in notebooks broken by chance in their bytes and in their structure, and grades them as one class.
Then kills a grader at random moments, again and again in the same class, lets the last one finish, and
compares every mark with a run that nothing disturbed. Ends with 1 if anything is not as it should be.
A small part of it runs in ``tests/test_sturdy.py``.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))


def arguments():
    what, _, more = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        description=what, epilog=more, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fuzzed", type=int, default=300, metavar="N", help="broken notebooks (300)")
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="how often a grader is killed (50)")
    parser.add_argument("--rounds", type=int, default=10, metavar="N", help="classes that share the kills (10)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another number, other chances (1)")
    return parser.parse_args()


def fuzz(place, *, count, seed):
    """Grade broken notebooks; give what is wrong."""
    import sturdy_run

    from kit.grade.run import grade_class

    course = sturdy_run.course_at(place)
    names = sturdy_run.break_notebooks(course, count, seed=seed)
    begun = time.monotonic()
    results = {result.student: result for result in grade_class(course, sturdy_run.EXERCISE)}
    held = sum(results[name].state == "held" for name in names)
    wrong = sturdy_run.unsettled(results, names)
    right = 3 * sum(sturdy_run.POINTS.values()) + 3
    if sum(score or 0 for who, _, score, _ in sturdy_run.marks(course) if who.startswith("s")) != right:
        wrong.append("the whole notebooks among them have other marks")
    took = time.monotonic() - begun
    print(f"{count} broken notebooks: {count - held} graded, {held} held, {len(wrong)} wrong; {took:.0f} s")
    return wrong


def kill(place, *, kills, rounds, seed):
    """Kill graders; give what is wrong."""
    import sturdy_run

    begun = time.monotonic()
    course = sturdy_run.course_at(place, hand_ins=8)
    wanted, reached, wrong = sturdy_run.kill_often(course, kills=kills, rounds=rounds, seed=seed)
    between = sum(0 < done < 8 for done in reached)
    took = time.monotonic() - begun
    print(f"{kills} graders killed in {rounds} classes, {between} of them in the middle of the marks: ", end="")
    print(f"{len(wanted)} marks each, {len(wrong)} wrong; {took:.0f} s")
    return wrong


def main():
    options = arguments()
    wrong = []
    with tempfile.TemporaryDirectory(prefix="sturdy-") as place:
        for name, work in (("fuzz", options.fuzzed), ("kill", options.kills)):
            if not work:
                continue
            folder = Path(place, name)
            folder.mkdir()
            if name == "fuzz":
                wrong += fuzz(folder, count=work, seed=options.seed)
            else:
                wrong += kill(folder, kills=work, rounds=min(options.rounds, work), seed=options.seed)
    for said in wrong:
        print(f"  {said}")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
