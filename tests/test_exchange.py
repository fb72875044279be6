"""The exchange of stock nbgrader keeps working beside the kit: released, fetched, submitted, collected, graded."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import TOY, answered
from kit.grade.course import new_course
from kit.grade.run import grade_class


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_work_that_came_through_the_exchange_is_graded(toy_sources, toy_exercises, tmp_path):
    course = new_course(tmp_path / "course", solutions=toy_sources, exercises=toy_exercises)
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange").chmod(0o777)
    (tmp_path / "student").mkdir()

    def nbgrader(*words, where=course):
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "HOME": str(home), "USER": "ana", "JUPYTER_CONFIG_DIR": str(home)}
        settings = [f"--Exchange.root={tmp_path / 'exchange'}", "--CourseDirectory.course_id=course"]
        command = [sys.executable, "-m", "nbgrader", *words, *settings]
        done = subprocess.run(command, cwd=where, capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr

    nbgrader("release_assignment", TOY)
    nbgrader("fetch_assignment", TOY, where=tmp_path / "student")
    mine = tmp_path / "student" / TOY / f"{TOY}.ipynb"
    mine.write_text(json.dumps(answered(json.loads(mine.read_text()), share="share = 0.25")))
    nbgrader("submit", TOY, where=tmp_path / "student")
    nbgrader("collect", TOY)
    (result,) = grade_class(course, TOY)
    assert result.state == "graded" and result.score == 1
    assert (course / "submitted" / result.student / TOY / "timestamp.txt").is_file()
