"""Late hand-ins lose what the course's settings say, once for each hand-in, and it stays right."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import TOY, answered
from kit.cli import main
from kit.errors import SubmissionError
from kit.grade import late
from kit.grade.course import gradebook, new_course, open_course
from kit.grade.due import due
from kit.grade.feedback import feedback_class
from kit.grade.late import points_off
from kit.grade.marks import marks_file
from kit.grade.run import grade_class
from kit.text import text

DUE = datetime(2026, 3, 1, 22, 59, tzinfo=UTC)
LATE = {"ontime": -1, "grace": 1, "day": 5, "second": 25, "week": 24 * 7, "ill": 25}


@pytest.mark.parametrize(
    ("hours", "options", "off"),
    [
        (0, {}, 0),
        (-5, {}, 0),
        (0.001, {}, 1),
        (24, {}, 1),
        (24.001, {}, 2),
        (2, {"grace_hours": 2}, 0),
        (2.01, {"grace_hours": 2}, 1),
        (25, {"grace_hours": 2}, 2),
        (24 * 9, {"most": 5}, 5),
        (24 * 9, {"most": 0}, 0),
    ],
)
def test_points_are_counted_by_days_begun(hours, options, off):
    assert points_off(hours * 3600, each_day=1, **options) == off


def settings(course, **changed):
    """Write settings as a teacher does: in the file that is there."""
    path = course / "nbgrader_config.py"
    said = path.read_text()
    for name, value in changed.items():
        lines = [line for line in said.splitlines() if not line.startswith(f"c.LateDays.{name} ")]
        said = "\n".join([*lines, f"c.LateDays.{name} = {value!r}", ""])
    path.write_text(said)


@pytest.fixture(scope="module")
def late_class(toy_sources, toy_exercises, tmp_path_factory):
    place = tmp_path_factory.mktemp("late")
    course = new_course(place / "course", solutions=toy_sources, exercises=toy_exercises)
    settings(course, points_each_day=1, grace_hours=2, most_points=4, extra_days={f"{TOY}/ill": 2, "other/day": 9})
    due(course, TOY, when="2026-03-01 23:59 Europe/Madrid")
    release = json.loads((course / "release" / TOY / f"{TOY}.ipynb").read_text())
    right = {"share": "share = 1 / 4", "coverage": "def coverage(asked, told):\n    return told / asked"}
    for who, hours in LATE.items():
        folder = course / "submitted" / who / TOY
        folder.mkdir(parents=True)
        (folder / f"{TOY}.ipynb").write_text(json.dumps(answered(release, reason="Many are missing.", **right)))
        when = DUE + timedelta(hours=hours)
        (folder / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC\n")
    return course, {result.student: result for result in grade_class(course, TOY)}


@pytest.fixture
def course(late_class, tmp_path):
    return Path(shutil.copytree(late_class[0], tmp_path / "course"))


def give(course, **marks):
    with gradebook(open_course(course)) as book:
        for who, points in marks.items():
            grade = book.find_grade("reason", TOY, TOY, who)
            grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
class TestGraded:
    def test_each_late_hand_in_loses_its_points_and_the_note_says_so(self, late_class):
        results = late_class[1]
        # The week loses the four points at most, of which three are there until the essay is marked.
        off = {who: result.late for who, result in results.items()}
        assert off == {"ontime": 0, "grace": 0, "day": 1, "second": 2, "week": 3, "ill": 0}
        assert {who: result.score for who, result in results.items()} == {who: 3 - off[who] for who in off}
        assert text("grade.late", points="2") in results["second"].notes

    def test_a_mark_given_later_by_hand_does_not_shrink_the_penalty(self, course):
        give(course, week=3.0)
        row = marks_of(course)["week"]
        assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("6.0", "4.0", "2.0")

    def test_a_due_date_moved_later_is_taken_up_without_grading_again(self, course):
        due(course, TOY, when="2026-03-09")
        results = {result.student: result for result in grade_class(course, TOY)}
        assert not any(result.fresh for result in results.values())
        assert not any(result.late for result in results.values())

    def test_a_changed_rule_is_taken_up_without_grading_again(self, course):
        settings(course, points_each_day=0.5, extra_days={"second": 1})
        results = {result.student: result for result in grade_class(course, TOY)}
        assert (results["day"].late, results["second"].late, results["ill"].late) == (0.5, 0.0, 1.0)
        assert not any(result.fresh for result in results.values())

    def test_an_extension_in_nbgraders_own_gradebook_counts(self, course):
        with gradebook(open_course(course)) as book:
            book.update_or_create_submission(TOY, "week", extension=timedelta(days=6, hours=12))
        assert marks_of(course)["week"]["late_submission_penalty"] == "1.0"

    def test_feedback_and_marks_tell_it(self, course):
        page = feedback_class(course, TOY, students=["second"])[0].files[0].read_text()
        assert text("grade.page-late", points="2") in page
        give(course, **dict.fromkeys(LATE, 3.0))
        made = marks_file(course, [TOY], to="moodle")
        row = next(row for row in csv.DictReader(io.StringIO(made.text)) if row["ID number"] == "second")
        assert row[TOY] == "4" and text("grade.late", points="2") in row[f"{TOY} feedback"]
        assert f"second,{TOY},,{text('late.row')},-2.0," in made.reasons

    def test_stock_nbgrader_takes_off_the_same(self, course):
        """Its own command, with the settings that the course has."""
        give(course, **dict.fromkeys(LATE))
        env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        command = [sys.executable, "-m", "nbgrader", "autograde", TOY, "--student", "second", "--force"]
        done = subprocess.run(command, cwd=course, capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr
        with gradebook(open_course(course)) as book:
            assert book.find_submission(TOY, "second").late_submission_penalty == 2

    def test_a_rule_that_is_none_is_refused_in_three_lines(self, course):
        settings(course, points_each_day="one")
        with pytest.raises(SubmissionError) as caught:
            grade_class(course, TOY)
        assert caught.value.key == "late.bad-rule" and len(caught.value.lines) == 3

    def test_without_a_rule_nothing_is_lost(self, late_class, course):
        settings(course, points_each_day=0)
        assert late.refresh(open_course(course), TOY) == {"day", "second", "week"}
        assert {row["late_submission_penalty"] for row in marks_of(course).values()} <= {"0.0"}

    def test_the_command_tells_and_sets_the_due_date(self, course, capsys):
        assert main(["course", "due", str(course), TOY]) == 0
        assert main(["course", "due", str(course), TOY, "2026-04-01", "12:00", "UTC"]) == 0
        assert due(course, TOY) == datetime(2026, 4, 1, 12, tzinfo=UTC)
        assert main(["course", "due", str(course), TOY, "none"]) == 0
        assert due(course, TOY) is None
        assert text("late.not-due", assignment=TOY) in capsys.readouterr().out
        for wrong in ("tomorrow", "2026-13-01", "2026-01-01 10:00 Atlantis/Sunk"):
            assert main(["course", "due", str(course), TOY, wrong]) == 2
            assert len(capsys.readouterr().err.strip().splitlines()) == 3


def marks_of(course):
    said = marks_file(course, [TOY], to="csv").text
    return {row["student_id"]: row for row in csv.DictReader(io.StringIO(said, newline=""))}


@pytest.mark.parametrize("off", [0, 1, 4, 9])
def test_several_notebooks_of_one_hand_in_lose_the_points_once(off):
    scores = {"b": 5.0, "a": 1.0, "c": 0.0}
    lost = {name: late.part_of(off, scores, notebook=name) for name in scores}
    assert sum(lost.values()) == min(off, 6) and all(lost[name] <= scores[name] for name in scores)
