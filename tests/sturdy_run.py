"""Break notebooks and kill graders, as often as asked, and look at what becomes of the marks."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import broken_notebooks
import hostile_run
from hostile_work import EXERCISE, POINTS, RIGHT, WRONG


def course_at(place, *, hand_ins=6):
    """Make a course with hand-ins, every second one right."""
    ground = hostile_run.Ground(place)
    ground.close()
    for number in range(hand_ins):
        folder = ground.course / "submitted" / f"s{number}" / EXERCISE
        folder.mkdir(parents=True)
        notebook = json.loads(json.dumps(ground.release))
        for cell in notebook["cells"]:
            cell["source"] = (RIGHT if number % 2 else WRONG).get(cell["id"], cell["source"])
        (folder / f"{EXERCISE}.ipynb").write_text(json.dumps(notebook))
    return ground.course


def marks(course):
    """Give every mark of the gradebook."""
    query = """
        select a.student_id, c.name, g.auto_score, g.needs_manual_grade
        from grade g join base_cell c on c.id = g.cell_id join submitted_notebook s on s.id = g.notebook_id
        join submitted_assignment a on a.id = s.assignment_id order by 1, 2
    """
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as book:
        return book.execute(query).fetchall()


def break_notebooks(course, count, *, seed=5):
    """Hand in broken notebooks; give their students' names."""
    release = json.loads((course / "release" / EXERCISE / f"{EXERCISE}.ipynb").read_text())
    names = []
    for number, raw in enumerate(broken_notebooks.some(count, release, answers=RIGHT, seed=seed)):
        names.append(f"broken{number:03d}")
        folder = course / "submitted" / names[-1] / EXERCISE
        folder.mkdir(parents=True)
        (folder / f"{EXERCISE}.ipynb").write_bytes(raw)
    return names


def unsettled(results, names):
    """Name what is neither graded nor held in three plain lines."""
    wrong = []
    for name in names:
        result = results[name]
        if result.state == "held":
            lines = result.reason.splitlines()
            if len(lines) != 3 or "Error:" in lines[0]:
                wrong.append(f"{name}: held with: {result.reason}")
        elif result.state not in ("graded", "waits") or {mark.cell for mark in result.cells} != {
            *POINTS,
            "reason",
        }:
            wrong.append(f"{name}: {result.state}, {sorted(mark.cell for mark in result.cells)}")
    return wrong


def start(course, *options, one_by_one=False):
    """Start ``kit grade`` as a program of its own; it may write each hand-in alone, which it does not else."""
    words = ["grade", str(course), EXERCISE, *options]
    program = "from kit.cli import main\nfrom kit.grade import engine\n"
    program += f"engine._BATCH = {1 if one_by_one else 'engine._BATCH'}\nraise SystemExit(main({words!r}))"
    command = [sys.executable, "-c", program]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def done(course):
    """Count the hand-ins that are noted as graded."""
    return len(list((course / ".kit" / "graded" / EXERCISE).glob("*.json")))


def killed_at(course, moments):
    """Kill the grader so many seconds after its start, each time; give how many hand-ins were done then."""
    found = []
    for moment in moments:
        grader = start(course, one_by_one=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            grader.wait(timeout=moment)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(grader.pid, signal.SIGKILL)
        grader.communicate()
        found.append(done(course))
    return found


def kill_often(course, *, kills, rounds, seed=1):
    """Kill graders of the same class at random moments; give how far each got, and whose marks differ in the end.

    Parameters
    ----------
    course : Path
        A course with nothing graded; it stays so.
    kills, rounds : int
        How many kills in all, and into how many classes they are shared out.
    """
    from kit.grade.run import grade_class

    draw = random.Random(seed)
    first = course.parent / "undisturbed"
    shutil.copytree(course, first)
    begun = time.monotonic()
    start(first).communicate()
    whole = time.monotonic() - begun
    wanted, reached, wrong = marks(first), [], []
    for number in range(rounds):
        copy = course.parent / f"killed{number}"
        shutil.copytree(course, copy)
        share = kills // rounds + (number < kills % rounds)
        reached += killed_at(copy, [draw.uniform(0.2, 1.1) * whole for _ in range(share)])
        results = grade_class(copy, EXERCISE)
        wrong += [f"round {number}: {result.student} held" for result in results if result.state == "held"]
        if marks(copy) != wanted:
            wrong.append(f"round {number}: other marks")
        if list(Path(copy).glob(".kit/work/*")):
            wrong.append(f"round {number}: work left behind")
        shutil.rmtree(copy)
    return wanted, reached, wrong
