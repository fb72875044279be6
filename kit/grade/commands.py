"""What the commands for teachers do: each calls the library, and says in words what came of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from kit.errors import SubmissionError
from kit.text import text


def add(command: Callable[..., argparse.ArgumentParser], group: Callable[..., Any], *, course: Any) -> None:
    """Add the commands that are a teacher's alone to those of ``kit``.

    Parameters
    ----------
    command, group : callable
        Make a command, and a group of commands.
    course : object
        The group ``kit course``.
    """
    due = command("due", "late.help-due", course_due, under=course)
    due.add_argument("folder", metavar="DIR", help=text("cli.folder"))
    due.add_argument("assignment", metavar="ASSIGNMENT", help=text("cli.assignment"))
    due.add_argument("when", metavar="WHEN", nargs="*", help=text("late.help-when"))

    second = group("second-marks", "second.help-group")
    compare = command("compare", "second.help-compare", second_compare, under=second)
    agree = command("agree", "second.help-agree", second_agree, under=second)
    pages = [
        command("statistics", "statistics.help", statistics),
        command("rubric", "second.help-rubric", rubric),
    ]
    for one in (*pages, command("sheet", "second.help-sheet", second_sheet, under=second), compare, agree):
        one.add_argument("folder", metavar="DIR", help=text("cli.folder"))
        one.add_argument("assignment", metavar="ASSIGNMENT", help=text("cli.assignment"))
    for one in pages:
        one.add_argument("--out", metavar="FILE", help=text("statistics.help-out"))
    compare.add_argument("file", metavar="FILE", nargs="+", help=text("second.help-file"))
    agree.add_argument("--table", metavar="FILE", help=text("second.help-table"))


def course_due(given: argparse.Namespace) -> None:
    """Tell when an exercise is due, or set it."""
    from kit.grade.due import due

    found = due(given.folder, given.assignment, when=" ".join(given.when) or None)
    if found is None:
        print(text("late.not-due", assignment=given.assignment))
    else:
        gaps = {"when": f"{found:%Y-%m-%d %H:%M}", "zone": found.tzname()}
        print(text("late.due", assignment=given.assignment, **gaps))


def grade(given: argparse.Namespace) -> int:
    """Grade a class."""
    from kit.grade import levels
    from kit.grade.report import class_report, class_summary, progress
    from kit.grade.run import grade_class

    if given.check and not given.scheduler:
        print("\n".join(levels.explain()))
        return 0
    if not given.assignment and not given.check:
        raise SubmissionError("cli.grade-what")
    options = {"students": given.student, "again": given.again, "seconds": given.seconds}
    options |= {"workers": given.workers, "tell": lambda line: print(f"{line}\n", flush=True)}
    with ExitStack() as stack:
        if given.scheduler:
            from kit.grade.cluster import connect

            machines = stack.enter_context(
                connect(given.scheduler, without_isolation=given.without_isolation or given.check)
            )
            lines, options["machines"] = machines.lines(), machines
        else:
            options["level"] = levels.choose(without_isolation=given.without_isolation)
            lines = [levels.in_one_line(options["level"])]
        print("\n".join(lines), end="\n\n", flush=True)
        if given.check:
            return 0
        report = stack.enter_context(progress())
        results = grade_class(given.folder, given.assignment, report=report, **options)
    print(f"{class_report(results)}\n\n{class_summary(results)}")
    return 0 if any(result.state in ("graded", "waits") for result in results) else 1


def statistics(given: argparse.Namespace) -> None:
    """Write the page about the tasks."""
    from kit.grade.statistics_page import statistics_page

    print(text("statistics.written", file=statistics_page(given.folder, given.assignment, out=given.out)))


def rubric(given: argparse.Namespace) -> None:
    """Write the page with the rubric."""
    from kit.grade.hand_answers import rubric_page

    print(text("statistics.written", file=rubric_page(given.folder, given.assignment, out=given.out)))


def second_sheet(given: argparse.Namespace) -> None:
    """Write the sheet for a second grader."""
    from kit.grade.second_marks import make_sheet

    sheet, page, n = make_sheet(given.folder, given.assignment)
    print(text("second.sheet-written", n=n, sheet=sheet, page=page))


def second_compare(given: argparse.Namespace) -> int:
    """Compare two graders."""
    from kit.grade.agreement_report import compare
    from kit.grade.report import words_table

    found = compare(given.folder, given.assignment, sheets=given.file)
    heading = [text(f"second.agreement-{name}") for name in ("task", "n", "same", "kappa", "alpha")]
    gaps = {"differ": found.differ, "missing": found.missing, "page": found.page, "table": found.table}
    print(f"{words_table(heading, found.agreement)}\n\n{text('second.compared', **gaps)}")
    return 1 if found.differ else 0


def second_agree(given: argparse.Namespace) -> int:
    """Write agreed marks into the gradebook."""
    from kit.grade.agreement_report import settle

    done = settle(given.folder, given.assignment, sheet=given.table)
    gaps = {"written": len(done.written), "there": len(done.there), "open": len(done.still_open)}
    print(text("second.settled", **gaps))
    if done.changed:
        print(text("second.changed", codes=", ".join(done.changed)))
    return 1 if done.still_open or done.changed else 0
