"""Work that means harm, all of it, graded as `kit grade` does it at one level of isolation.

    python benchmarks/attacks.py [--level LEVEL] [--user NUMBER] [--in-container] [--part K/N] [NAME ...]

Each hand-in of ``tests/hostile_attacks.py`` has its fair mark, and things it must not reach. What went
wrong is printed, a line each, and the command ends with 1. A part of the tests runs in
``tests/test_hostile.py``; here are those that take time by their nature, too, and every level.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "tests"))


def arguments():
    what, _, more = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        description=what, epilog=more, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these attacks; all if left out")
    parser.add_argument(
        "--level", choices=("best", "box", "locked"), default="best", help="how code is kept apart"
    )
    parser.add_argument("--user", type=int, metavar="NUMBER", help="grade as this plain user (only root can)")
    parser.add_argument("--in-container", action="store_true", help="grade inside a container without network")
    parser.add_argument("--part", default="1/1", metavar="K/N", help="the K-th of N parts")
    parser.add_argument("--workers", type=int, metavar="N", help="hand-ins at the same time; one a processor")
    return parser.parse_args()


def elsewhere(options):
    """Give the command that runs this again, as another user or in a container; none if it is there already."""
    if os.environ.get("KIT_ATTACKS_PLACED") or not (options.user or options.in_container):
        return None
    command = [sys.executable, str(HERE), *sys.argv[1:]]
    if options.user:
        command = [
            "setpriv",
            f"--reuid={options.user}",
            f"--regid={options.user}",
            "--clear-groups",
            "--",
            *command,
        ]
    if options.in_container:
        outer = [
            shutil.which("bwrap"),
            "--ro-bind",
            "/",
            "/",
            "--dev",
            "/dev",
            "--proc",
            "/proc",
            "--tmpfs",
            "/tmp",
        ]
        outer += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent"]
        command = [*outer, "--", *command]
    return command


def main():
    options = arguments()
    command = elsewhere(options)
    if command:
        with tempfile.TemporaryDirectory(prefix="attacks-") as home:
            Path(home).chmod(0o777)
            inside = "/tmp" if options.in_container else home
            variables = {**os.environ, "KIT_ATTACKS_PLACED": "1", "HOME": inside, "TMPDIR": inside}
            raise SystemExit(subprocess.run(command, env=variables).returncode)
    import hostile_run
    from hostile_work import all_hostile

    from kit.grade import levels
    from kit.grade.box import Level, abi

    level = levels.best()
    if options.level == "locked":
        level = Level("locked", landlock=abi())
    elif level.name not in (("box",) if options.level == "box" else ("box", "locked")):
        # Attacks that nothing holds back would reach this computer.
        raise SystemExit(f"{levels.in_one_line(level)} {level.reason}")
    part, parts = map(int, options.part.split("/"))
    reach = {"course": "/c", "home": "/h", "marks": "/m", "port": 9}
    names = [one.name for one in all_hostile(reach) if not options.names or one.name in options.names]
    names = names[part - 1 :: parts]
    print(f"{levels.in_one_line(level)} User {os.geteuid()}.", flush=True)
    wrong, results, took = hostile_run.grade(set(names), level=level, workers=options.workers)
    print(
        f"{len(results)} hand-ins, {len(results) - len(names)} of them honest; {took:.0f} s; wrong: {len(wrong)}"
    )
    for said in wrong:
        print(f"  {said}")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
