"""A gradebook in a real PostgreSQL, through nbgrader's own setting: the same marks as in a file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import postgres
import pytest

from conftest import TOY, answered
from kit.cli import main
from kit.errors import SubmissionError
from kit.grade.course import gradebook, new_course, open_course
from kit.grade.feedback import feedback_class
from kit.grade.marks import marks_file
from kit.grade.run import grade_class

pytest.importorskip("pg8000", reason="the driver for PostgreSQL is not installed")
pytestmark = [
    pytest.mark.grading,
    pytest.mark.xdist_group("grading"),
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL here (Debian package postgresql)"),
]


@pytest.fixture(scope="module")
def server():
    os.environ["KIT_TEST_PASSWORD"] = "no secret"
    with postgres.server() as address:
        yield address
    del os.environ["KIT_TEST_PASSWORD"]


def hand_in(course):
    release = json.loads((course / "release" / TOY / f"{TOY}.ipynb").read_text())
    rule = "def coverage(asked, told):\n    return told / asked"
    work = {
        "ana": {},
        "íñ": {"share": "share = 0.25", "coverage": rule, "reason": "Many."},
        "bo": {"share": "1 / 0"},
    }
    for who, answers in work.items():
        (course / "submitted" / who / TOY).mkdir(parents=True)
        (course / "submitted" / who / TOY / f"{TOY}.ipynb").write_text(json.dumps(answered(release, **answers)))


@pytest.fixture(scope="module")
def course(server, toy_sources, toy_exercises, tmp_path_factory):
    place = tmp_path_factory.mktemp("postgres")
    (place / "roster.csv").write_text("id;last name;first name\níñ;Núñez;Íñigo\nana;Ng;Ana\n", encoding="utf-8")
    options = {"solutions": toy_sources, "exercises": toy_exercises, "roster": place / "roster.csv"}
    made = new_course(place / "course", database=postgres.make_database(server, "course"), **options)
    hand_in(made)
    grade_class(made, TOY)
    return made


def test_the_marks_are_those_of_a_gradebook_in_a_file(course, toy_sources, toy_exercises, tmp_path):
    alone = new_course(tmp_path / "alone", solutions=toy_sources, exercises=toy_exercises)
    hand_in(alone)
    in_file = [(one.student, one.state, one.score, one.cells) for one in grade_class(alone, TOY)]
    in_server = [(one.student, one.state, one.score, one.cells) for one in grade_class(course, TOY)]
    assert in_server == in_file and (alone / "gradebook.db").is_file()
    assert not (course / "gradebook.db").exists()


def test_marks_by_hand_feedback_and_export_work(course):
    with gradebook(open_course(course)) as book:
        grade = book.find_grade("reason", TOY, TOY, "íñ")
        grade.manual_score, grade.needs_manual_grade = 3.0, False
        book.db.commit()
    result = grade_class(course, TOY, students=["íñ"], again=True)[0]
    assert (result.state, result.score, result.fresh) == ("graded", 6, True)
    assert "Núñez" in marks_file(course, [TOY], to="csv").text
    assert all(page.files for page in feedback_class(course, TOY))


def test_stock_nbgrader_reads_and_writes_it(course, tmp_path):
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for command in (["autograde", TOY, "--student", "bo", "--force"], ["export", f"--to={tmp_path / 'all.csv'}"]):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command], cwd=course, capture_output=True, text=True, env=env
        )
        assert done.returncode == 0, done.stderr
    assert "bo" in (tmp_path / "all.csv").read_text()


def test_no_password_is_written_down(course):
    settings = (course / "nbgrader_config.py").read_text()
    assert "$KIT_TEST_PASSWORD" in settings and "no secret" not in settings


def test_a_database_is_not_used_for_two_courses(server, course, toy_sources, tmp_path):
    with pytest.raises(SubmissionError) as caught:
        new_course(tmp_path / "second", database=f"{server}/course", solutions=toy_sources)
    assert caught.value.key == "database.taken" and len(caught.value.lines) == 3
    assert not (tmp_path / "second").exists()


def test_a_server_that_is_gone_is_told_without_the_password(course, monkeypatch, capsys):
    monkeypatch.setenv("KIT_TEST_PASSWORD", "wrong one")
    assert main(["grade", str(course), TOY]) == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 3 and "wrong one" not in said
