"""The command ``kit``: each command calls the library, and says in words what came of it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kit.errors import KitError
from kit.grade import commands as commands_of_grading
from kit.text import text


def main(words: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    words : sequence of str, optional
        What was typed after ``kit``.

    Returns
    -------
    int
        0 if it was done, 1 if something is not as it should be, 2 if it could not be done,
        130 if it was stopped by hand.

    Examples
    --------
    >>> main(["version"])
    0.1.0
    0
    """
    words = list(sys.argv[1:] if words is None else words)
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a letter shows a question mark, not a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        given = _parser().parse_args(words or ["lab"])
        return given.run(given) or 0
    except KitError as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\n{text('cli.stopped')}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output, such as "head", has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as problem:
        if os.environ.get("KIT_DEBUG"):
            raise
        said = " ".join(str(problem).split())[:200]
        print(text("cli.unexpected", kind=type(problem).__name__, said=said), file=sys.stderr)
        return 2


def _lab(given: argparse.Namespace) -> int:
    from kit.lab import START, open_lab

    options = {"browser": not given.no_browser, "port": given.port, "everything": given.everything}
    return open_lab(given.page or START, folder=given.folder, **options)


def _course_new(given: argparse.Namespace) -> None:
    from kit.grade.course import course_size, new_course

    folder = new_course(given.folder, roster=given.roster, name=given.name, database=given.database)
    print(text("cli.course-made", place=folder, **course_size(folder)))


def _feedback(given: argparse.Namespace) -> int:
    from kit.grade.feedback import feedback_class

    pages = feedback_class(given.folder, given.assignment, students=given.student)
    written = [page for page in pages if page.files]
    count = sum(len(page.files) for page in written)
    print(text("cli.feedback-written", pages=count, students=len(written), place=Path(given.folder) / "feedback"))
    for page in pages:
        if page.reason:
            print(f"\n{page.student}\n{page.reason}")
    return 0 if written else 1


def _collect(given: argparse.Namespace) -> int:
    from kit.grade.collect import collect
    from kit.grade.report import collected_words

    options = {"come_from": given.come_from, "platform_list": given.list}
    result = collect(given.folder, given.assignment, **options)
    print(collected_words(result))
    return 1 if result.unmatched else 0


def _marks(given: argparse.Namespace) -> None:
    from kit.grade.marks import marks_file, save

    names = [given.assignment] if given.assignment else []
    options = {"into": given.into, "column": given.column, "scale": given.scale}
    marks = marks_file(given.folder, names, to=given.to, **options)
    out = given.out or Path(given.folder) / f"marks-{given.assignment or 'all'}-{given.to}.csv"
    print(text("cli.marks-written", file=save(marks.text, out)))
    if given.reasons:
        print(text("cli.marks-written", file=save(marks.reasons, given.reasons)))
    if marks.left_empty:
        print(text("cli.marks-empty", students=", ".join(marks.left_empty)))
    for note in marks.notes:
        print(note)


def _mark(given: argparse.Namespace) -> int:
    from kit.grade.mine import find_notebook, mark_notebook, save_as_json
    from kit.grade.report import task_words

    marked = mark_notebook(find_notebook(given.notebook))
    print(task_words(marked.result))
    if marked.page:
        print(text("cli.mark-page", file=marked.page))
    if given.json:
        save_as_json(marked, given.json)
    return 1 if marked.result.state == "held" else 0


def _exercises_build(given: argparse.Namespace) -> int:
    from kit.grade.build import build, left_over
    from kit.grade.report import build_report, live_report

    reports = build(given.name, check=given.check, replace=given.replace)
    print(build_report(reports))
    if not given.check:
        from kit.course import folder
        from kit.grade import apart

        tried = apart.look([folder("solutions") / one.assignment for one in reports if one.changed or given.name])
        said = live_report(tried)
        print(*said, sep="\n", end="\n" if said else "")
    stale = [] if given.name else left_over()
    for name in stale:
        print(text("cli.build-leftover", name=name))
    if not given.check:
        return int(any(one.need_inside or one.fail for one in tried.values()))
    changed = [report for report in reports if report.changed]
    if not changed and not stale:
        print(text("cli.build-in-step"))
        return 0
    if changed:
        print(text("cli.build-out-of-step"))
    for report in changed:
        print(f"  {text('cli.build-changed', name=report.assignment, files=', '.join(report.changed))}")
    print(text("cli.build-put-right"))
    return 1


def _data_list(given: argparse.Namespace) -> None:
    from kit import data

    print(data.list().to_string(index=False))


def _data_card(given: argparse.Namespace) -> None:
    from kit import data

    print(data.card(given.name))


def _data_build(given: argparse.Namespace) -> None:
    from kit.data.package import build

    print(text("cli.data-written", files=", ".join(map(str, build())) or "-"))


def _data_check(given: argparse.Namespace) -> int:
    from kit.data.package import check

    problems = check()
    print("\n".join(map(str, problems)) if problems else text("cli.data-in-step"))
    return 1 if problems else 0


def _data_synthesise(given: argparse.Namespace) -> None:
    from kit.data.synthetic import make

    print(text("cli.data-written", files=", ".join(map(str, make() or [])) or "-"))


def _lessons_refresh(given: argparse.Namespace) -> int:
    from kit import course
    from kit.teach.front_matter import front_matter, refresh

    changed = [
        path
        for path in sorted(course.folder("modules").rglob("*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts and front_matter(path) and refresh(path)
    ]
    print(text("cli.lessons-written", files=", ".join(path.name for path in changed) or "-"))
    return 0


def _apps(given: argparse.Namespace) -> int:
    from kit.apps import open_apps

    options = {"browser": not given.no_browser, "port": given.port, "kernels": given.kernels}
    return open_apps(folder=given.folder, **options)


def _document(given: argparse.Namespace) -> int:
    from kit.town.document import write_document
    from kit.town.document_check import accessibility_faults

    if given.check:
        faults = accessibility_faults(given.check)
        print("\n".join(faults) if faults else text("document.no-faults"))
        return 1 if faults else 0
    files = write_document(given.out, town=given.town, language=given.language, pdf=given.pdf)
    print(text("document.written", files=", ".join(map(str, files))))
    return 0


def _version(given: argparse.Namespace) -> None:
    import kit

    print(kit.__version__)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kit", description=text("cli.about"), epilog=text("cli.after"))
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, help_key: str, run=None, *, under=commands) -> argparse.ArgumentParser:
        said = text(help_key if "." in help_key else f"cli.{help_key}")
        made = under.add_parser(name, help=said, description=said)
        made.set_defaults(run=run)
        return made

    def group(name: str, help_key: str):
        return command(name, help_key).add_subparsers(metavar="COMMAND", required=True)

    lab = command("lab", "help-lab", _lab)
    lab.add_argument("page", metavar="NOTEBOOK", nargs="?", help=text("lab.help-page"))
    lab.add_argument("--no-browser", action="store_true", help=text("lab.help-no-browser"))
    lab.add_argument("--port", metavar="N", type=int, help=text("lab.help-port"))
    lab.add_argument("--folder", metavar="DIR", help=text("lab.help-folder"))
    lab.add_argument("--everything", action="store_true", help=text("lab.help-everything"))

    course = group("course", "help-course")
    new = command("new", "help-course-new", _course_new, under=course)
    new.add_argument("folder", metavar="DIR", help=text("cli.folder"))
    new.add_argument("--roster", metavar="FILE", help=text("cli.help-roster"))
    new.add_argument("--database", metavar="URL", help=text("database.help"))
    new.add_argument("--name", metavar="ID", help=text("cli.help-course-name"))

    grade = command("grade", "help-grade", commands_of_grading.grade)
    feedback = command("feedback", "help-feedback", _feedback)
    for one, count in ((grade, {"nargs": "?"}), (feedback, {})):
        one.add_argument("folder", metavar="DIR", help=text("cli.folder"), **count)
        one.add_argument("assignment", metavar="ASSIGNMENT", help=text("cli.assignment"), **count)
        one.add_argument("--student", metavar="ID", action="append", default=[], help=text("cli.help-student"))
    grade.add_argument("--again", action="store_true", help=text("cli.again"))
    grade.add_argument("--seconds", metavar="N", type=_whole_number, help=text("cli.help-seconds"))
    grade.add_argument("--workers", metavar="N", type=_whole_number, help=text("cli.help-workers"))
    grade.add_argument("--scheduler", metavar="ADDRESS", help=text("cluster.help"))
    grade.add_argument("--check", action="store_true", help=text("cli.help-grade-check"))
    grade.add_argument("--without-isolation", action="store_true", help=text("cli.help-without-isolation"))

    collect = command("collect", "collect.help", _collect)
    collect.add_argument("folder", metavar="DIR", help=text("cli.folder"))
    collect.add_argument("assignment", metavar="ASSIGNMENT", help=text("cli.assignment"))
    collect.add_argument("come_from", metavar="FROM", help=text("collect.help-from"))
    collect.add_argument("--list", metavar="FILE", help=text("collect.help-list"))

    marks = command("marks", "help-marks", _marks)
    marks.add_argument("folder", metavar="DIR", help=text("cli.folder"))
    marks.add_argument("assignment", metavar="ASSIGNMENT", nargs="?", help=text("cli.assignment"))
    marks.add_argument("--to", required=True, metavar="FORM", help=text("cli.help-to"))
    marks.add_argument("--out", metavar="FILE", help=text("cli.help-out"))
    marks.add_argument("--into", metavar="FILE", help=text("cli.help-into"))
    marks.add_argument("--column", metavar="NAME", help=text("marks.help-column"))
    marks.add_argument("--reasons", metavar="FILE", help=text("reasons.help"))
    marks.add_argument("--scale", action="store_true", help=text("marks.help-scale"))

    commands_of_grading.add(command, group, course=course)

    mark = command("mark", "help-mark", _mark)
    mark.add_argument("notebook", metavar="NOTEBOOK", nargs="?", help=text("cli.help-mark-notebook"))
    mark.add_argument("--json", metavar="FILE", help=text("cli.help-mark-json"))

    build = command("build", "help-build", _exercises_build, under=group("exercises", "help-exercises"))
    build.add_argument("name", metavar="NAME", nargs="*", help=text("cli.assignment"))
    build.add_argument("--check", action="store_true", help=text("cli.help-check"))
    build.add_argument("--replace", action="store_true", help=text("cli.help-again-replace"))

    command("refresh", "help-refresh", _lessons_refresh, under=group("lessons", "help-lessons"))

    data = group("data", "help-data")
    command("list", "help-data-list", _data_list, under=data)
    command("card", "help-card", _data_card, under=data).add_argument(
        "name", metavar="NAME", help=text("cli.name")
    )
    command("build", "help-data-build", _data_build, under=data)
    command("check", "help-data-check", _data_check, under=data)
    command("synthesise", "help-data-synthesise", _data_synthesise, under=data)

    apps = command("apps", "apps.help", _apps)
    apps.add_argument("--no-browser", action="store_true", help=text("lab.help-no-browser"))
    apps.add_argument("--port", metavar="N", type=int, help=text("lab.help-port"))
    apps.add_argument("--folder", metavar="DIR", help=text("lab.help-folder"))
    apps.add_argument("--kernels", metavar="N", type=_whole_number, default=1, help=text("apps.help-kernels"))

    document = command("document", "document.help", _document)
    document.add_argument("out", metavar="FILE", nargs="?", help=text("document.help-out"))
    document.add_argument("--town", metavar="DIR", help=text("document.help-town"))
    document.add_argument("--language", metavar="CODE", help=text("document.help-language"))
    document.add_argument("--pdf", action="store_true", help=text("document.help-pdf"))
    document.add_argument("--check", metavar="FILE", help=text("document.help-check"))

    command("version", "help-version", _version)
    return parser


def _whole_number(said: str) -> int:
    """Read a number from 1 on; argparse says what is wrong with another."""
    number = int(said)
    if number < 1:
        raise ValueError(said)
    return number
