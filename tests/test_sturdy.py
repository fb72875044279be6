"""Whatever is handed in is graded or held; whatever happens to the grader, the marks are the same in the end.

``benchmarks/sturdy.py`` does the same with more notebooks and more kills.
"""

import contextlib
import random
import shutil
import signal
import sqlite3
import sys
import threading
import time

import nbformat
import pytest
from hostile_work import EXERCISE, POINTS, RIGHT
from sturdy_run import break_notebooks, course_at, done, killed_at, marks, start, unsettled

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
    return course_at(tmp_path_factory.mktemp("sturdy"))


@pytest.fixture
def fresh(course, tmp_path):
    """The same course with nothing graded."""
    return shutil.copytree(course, tmp_path / "course")


@pytest.fixture(scope="module")
def undisturbed(course, tmp_path_factory):
    """The course after a run that nothing disturbed."""
    copy = shutil.copytree(course, tmp_path_factory.mktemp("wanted") / "course")
    # What a run that was killed long ago has left is cleared by this one.
    left = copy / ".kit" / "work" / "0" / "in"
    left.mkdir(parents=True)
    (left / "old.txt").write_text("x")
    begun = time.monotonic()
    run.grade_class(copy, EXERCISE, workers=1)
    assert not left.exists()
    assert sum(score or 0 for _, _, score, _ in marks(copy)) == 3 * sum(POINTS.values()) + 3
    return marks(copy), time.monotonic() - begun


@pytest.fixture
def wanted(undisturbed):
    return undisturbed[0]


def test_three_hundred_broken_notebooks_are_taken_in_whole_or_held_in_three_lines(fresh):
    course = open_course(fresh)
    for name in break_notebooks(fresh, 300):
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


def test_broken_notebooks_are_graded_or_held_and_none_stops_the_others(fresh, wanted):
    names = break_notebooks(fresh, 40)
    results = {result.student: result for result in run.grade_class(fresh, EXERCISE)}
    assert results.keys() == {*names, *(f"s{number}" for number in range(6))}
    assert not unsettled(results, names)
    assert {result.state for result in results.values()} == {"held", "graded"}
    assert [row for row in marks(fresh) if row[0].startswith("s")] == wanted


def test_marks_do_not_depend_on_workers_or_order(fresh, wanted):
    students = [f"s{number}" for number in range(6)]
    random.Random(3).shuffle(students)
    for part, workers in ((students[:2], 2), (students[2:], 3)):
        run.grade_class(fresh, EXERCISE, students=part, workers=workers)
    assert marks(fresh) == wanted


def test_a_grader_that_is_killed_again_and_again_loses_nothing(fresh, undisturbed):
    wanted, whole = undisturbed
    killed_at(fresh, [whole * part for part in (0.3, 0.8, 1.1, 0.9)])
    results = run.grade_class(fresh, EXERCISE, workers=2)
    assert all(result.state != "held" for result in results)
    assert marks(fresh) == wanted
    assert not list(fresh.glob(".kit/work/*"))


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(fresh, wanted):
    stopped = start(fresh, "--workers", "1")
    records = fresh / ".kit" / "graded" / EXERCISE
    until(lambda: done(fresh) >= 1 or stopped.poll() is not None)
    stopped.send_signal(signal.SIGINT)
    assert stopped.wait(timeout=60) != 0 or done(fresh) == 6
    assert "Traceback" not in stopped.stderr.read()
    kept = {path.stem for path in records.glob("*.json")}
    assert kept
    results = run.grade_class(fresh, EXERCISE)
    assert {result.student for result in results if not result.fresh} == kept
    assert marks(fresh) == wanted


def test_a_gradebook_that_another_program_keeps_is_waited_for(fresh, wanted):
    keeper = sqlite3.connect(fresh / "gradebook.db", check_same_thread=False)
    keeper.execute("BEGIN EXCLUSIVE")
    threading.Timer(1, keeper.rollback).start()
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
    monkeypatch.setattr(run, "WAIT_FOR_GRADEBOOK", 1)
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


def until(true, seconds=120):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
