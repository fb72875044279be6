"""Whatever is handed in is graded or held; whatever happens to the grader, the marks are the same in the end."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import broken_notebooks
import hostile_run
import nbformat
import pytest
from hostile_work import EXERCISE, POINTS, RIGHT, WRONG

from kit.errors import SubmissionError
from kit.grade import levels, run
from kit.grade.box import Box
from kit.grade.course import open_course
from kit.grade.intake import take_in

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="boxes need Linux"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with six hand-ins, three of them right."""
    place = tmp_path_factory.mktemp("sturdy")
    ground = hostile_run.Ground(place)
    ground.close()
    for number in range(6):
        hand_in(ground.course, f"s{number}", RIGHT if number % 2 else WRONG, release=ground.release)
    return ground.course


def hand_in(course, student, answers, *, release):
    folder = course / "submitted" / student / EXERCISE
    folder.mkdir(parents=True)
    notebook = json.loads(json.dumps(release))
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    (folder / f"{EXERCISE}.ipynb").write_text(json.dumps(notebook))


@pytest.fixture
def fresh(course, tmp_path):
    """The same course with nothing graded."""
    return shutil.copytree(course, tmp_path / "course")


def marks(course):
    query = """
        select a.student_id, c.name, g.auto_score, g.needs_manual_grade
        from grade g join base_cell c on c.id = g.cell_id join submitted_notebook s on s.id = g.notebook_id
        join submitted_assignment a on a.id = s.assignment_id order by 1, 2
    """
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as book:
        return book.execute(query).fetchall()


@pytest.fixture(scope="module")
def wanted(course, tmp_path_factory):
    """The marks of a run that nothing disturbed."""
    copy = shutil.copytree(course, tmp_path_factory.mktemp("wanted") / "course")
    run.grade_class(copy, EXERCISE, workers=1)
    found = marks(copy)
    assert sum(score or 0 for _, _, score, _ in found) == 3 * sum(POINTS.values()) + 3
    return found


def test_three_hundred_broken_notebooks_are_taken_in_whole_or_held_in_three_lines(fresh):
    course = open_course(fresh)
    for name in broken(fresh, 300):
        into = fresh / "in" / name
        try:
            take_in(course, EXERCISE, student=name, into=into)
        except SubmissionError as problem:
            assert len(str(problem).splitlines()) == 3, (name, str(problem))
            continue
        whole = nbformat.read(into / f"{EXERCISE}.ipynb", as_version=4)
        nbformat.validate(whole)
        roles = [cell.metadata.nbgrader.grade_id for cell in whole.cells if "nbgrader" in cell.metadata]
        assert sorted(roles) == sorted({*POINTS, *RIGHT, "reason"}), name


def broken(course, count):
    release = json.loads((course / "release" / EXERCISE / f"{EXERCISE}.ipynb").read_text())
    names = []
    for number, raw in enumerate(broken_notebooks.some(count, release, answers=RIGHT, seed=5)):
        names.append(f"broken{number:03d}")
        folder = course / "submitted" / names[-1] / EXERCISE
        folder.mkdir(parents=True)
        (folder / f"{EXERCISE}.ipynb").write_bytes(raw)
    return names


def test_broken_notebooks_are_graded_or_held_and_none_stops_the_others(fresh, wanted):
    names = broken(fresh, 40)
    results = {result.student: result for result in run.grade_class(fresh, EXERCISE)}
    assert results.keys() == {*names, *(f"s{number}" for number in range(6))}
    for name in names:
        result = results[name]
        assert result.state in ("graded", "waits", "held")
        if result.state == "held":
            assert len(result.reason.splitlines()) == 3, (name, result.reason)
            assert "Error:" not in result.reason.splitlines()[0], (name, result.reason)
        else:
            assert {mark.cell for mark in result.cells} == {*POINTS, "reason"}
    assert [row for row in marks(fresh) if row[0].startswith("s")] == wanted


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_marks_do_not_depend_on_workers_or_order(fresh, wanted, workers):
    students = [f"s{number}" for number in range(6)]
    random.Random(workers).shuffle(students)
    for part in (students[:2], students[2:]):
        run.grade_class(fresh, EXERCISE, students=part, workers=workers)
    assert marks(fresh) == wanted


@pytest.mark.parametrize("moment", [0.4, 1.1, 1.7, 2.3, 3.1])
def test_a_grader_that_is_killed_loses_nothing(fresh, wanted, moment):
    killed = start(fresh)
    with contextlib.suppress(subprocess.TimeoutExpired):
        killed.wait(timeout=moment * start_takes())
    with contextlib.suppress(ProcessLookupError):
        os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    results = run.grade_class(fresh, EXERCISE, workers=2)
    assert all(result.state != "held" for result in results)
    assert marks(fresh) == wanted
    assert not list(fresh.glob(".kit/work/*"))


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(fresh, wanted):
    stopped = start(fresh, "--workers", "1")
    records = fresh / ".kit" / "graded" / EXERCISE
    until(lambda: len(list(records.glob("*.json"))) >= 1 or stopped.poll() is not None)
    stopped.send_signal(signal.SIGINT)
    assert stopped.wait(timeout=60) != 0 or len(list(records.glob("*.json"))) == 6
    assert "Traceback" not in stopped.stderr.read()
    done = {path.stem for path in records.glob("*.json")}
    assert done
    results = run.grade_class(fresh, EXERCISE)
    assert {result.student for result in results if not result.fresh} == done
    assert marks(fresh) == wanted


def test_a_gradebook_that_another_program_keeps_is_waited_for(fresh, wanted):
    keeper = sqlite3.connect(fresh / "gradebook.db", check_same_thread=False)
    keeper.execute("BEGIN EXCLUSIVE")
    threading.Timer(2, keeper.rollback).start()
    run.grade_class(fresh, EXERCISE)
    assert marks(fresh) == wanted
    keeper.close()


def test_a_gradebook_that_stays_locked_is_told_in_three_lines(fresh, monkeypatch):
    monkeypatch.setattr(run, "WAIT_FOR_GRADEBOOK", 1)
    with contextlib.closing(sqlite3.connect(fresh / "gradebook.db")) as keeper:
        keeper.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SubmissionError) as told:
            run.grade_class(fresh, EXERCISE)
    assert told.value.key == "grade.gradebook-locked"


def test_a_gradebook_locked_in_the_middle_of_a_run_loses_no_hand_in(fresh, wanted, monkeypatch):
    from kit.grade import writer

    monkeypatch.setattr(writer, "PATIENCE", 1)
    keeper = sqlite3.connect(fresh / "gradebook.db", timeout=60)

    def lock(result, done, of):
        if done == 1:
            keeper.execute("BEGIN EXCLUSIVE")

    monkeypatch.setattr("kit.grade.engine._BATCH", 1)
    with pytest.raises(SubmissionError) as told:
        run.grade_class(fresh, EXERCISE, report=lock, workers=1)
    assert told.value.key == "engine.gradebook-busy"
    keeper.close()
    run.grade_class(fresh, EXERCISE)
    assert marks(fresh) == wanted


def test_what_a_box_computed_is_counted():
    box = Box("kernel", level=levels.best())
    program = box.start()
    program.channel.send({"run": "sum(n * n for n in range(2_000_000))", "id": "a", "silent": True})
    while program.channel.receive(seconds=60)[0].get("reply") != "execute_reply":
        pass
    program.end()
    until(lambda: box.usage()["seconds"] > 0.05)
    assert box.usage()["memory"] > 50 << 20
    box.close()


def start(course, *options):
    command = [sys.executable, "-m", "kit", "grade", str(course), EXERCISE, *options]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def start_takes():
    """Give the seconds that loading takes here, so that a moment means the same on any computer."""
    if not hasattr(start_takes, "seconds"):
        begun = time.monotonic()
        subprocess.run([sys.executable, "-c", "import nbgrader.apps, pandas"], check=True)
        start_takes.seconds = time.monotonic() - begun
    return start_takes.seconds


def until(true, seconds=120):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_folder_of_a_killed_run_is_cleared_by_the_next(fresh, wanted):
    left = fresh / ".kit" / "work" / "0" / "in"
    left.mkdir(parents=True)
    (left / "old.txt").write_text("x")
    run.grade_class(fresh, EXERCISE)
    assert not left.exists()
    assert Path(fresh, "gradebook.db").exists()
    assert marks(fresh) == wanted
