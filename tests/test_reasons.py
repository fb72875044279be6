"""Each mark comes with its reason: on the page, in the file of marks, and part of the points too."""

import csv
import io
import json
import sys

import nbformat
import pytest

from conftest import _cell, answered, toy_source
from kit.cli import main
from kit.grade import feedback
from kit.grade.course import gradebook, new_course, open_course
from kit.grade.feedback import feedback_class
from kit.grade.marks import marks_file
from kit.grade.reasons import reason
from kit.grade.result import CellMark
from kit.learn.credit import credit
from kit.text import text

PARTS = "parts_share"
TEST = """
from kit.learn.credit import credit
credit(
    (1, lambda: coverage(4, 1) == 0.25, "Try one in four."),
    (1, lambda: coverage(0, 0) is None, "Try a town that asked nobody."),
)
"""


@pytest.fixture(scope="module")
def parts_class(tmp_path_factory):
    """An exercise whose tests give parts of points: one with the kit's words, two with nbgrader's own means."""
    from kit.grade.build import build
    from kit.grade.run import grade_class

    place = tmp_path_factory.mktemp("parts")
    source = toy_source()
    cells = {cell["id"]: cell for cell in source["cells"]}
    cells["coverage-check"]["source"] = TEST.strip()
    silent = _cell("silent", "1.0 if coverage(4, 1) == 0.25 else 0.0", grade=True, locked=True, points=2)
    printed = "print('Two of three towns are right.')\n0.5"
    spoken = _cell("spoken", printed, grade=True, locked=True, points=1)
    source["cells"] = [*source["cells"][:6], silent, spoken, cells["reason"]]
    (place / "solutions" / PARTS).mkdir(parents=True)
    nbformat.write(nbformat.from_dict(source), place / "solutions" / PARTS / f"{PARTS}.ipynb")
    build(solutions=place / "solutions", exercises=place / "exercises")
    course = new_course(place / "course", solutions=place / "solutions", exercises=place / "exercises")
    release = json.loads((course / "release" / PARTS / f"{PARTS}.ipynb").read_text())
    rule = "def coverage(asked, told):\n    return told / asked"
    work = {
        "half": answered(release, share="share = 0.25", coverage=rule, reason="=1 Many are missing."),
        "none": release,
        "full": answered(release, share="share = 0.25", coverage=rule.replace("return", "if asked: return")),
    }
    for who, notebook in work.items():
        (course / "submitted" / who / PARTS).mkdir(parents=True)
        (course / "submitted" / who / PARTS / f"{PARTS}.ipynb").write_text(json.dumps(notebook))
    results = {result.student: result for result in grade_class(course, PARTS)}
    with gradebook(open_course(course)) as book:
        grade = book.find_grade("reason", PARTS, PARTS, "half")
        grade.manual_score, grade.needs_manual_grade = 1.0, False
        book.find_comment("reason", PARTS, PARTS, "half").manual_comment = "A group is named, no reason."
        book.db.commit()
    return course, results


def marks_of(result):
    return {mark.cell: mark for mark in result.cells}


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_part_of_the_points_comes_with_the_words_of_the_part_that_failed(parts_class):
    half = marks_of(parts_class[1]["half"])["coverage-check"]
    assert half.score == 1 and "Try a town that asked nobody." in reason(half)
    assert "ZeroDivisionError" in reason(half) and "1.0" not in reason(half)
    full = marks_of(parts_class[1]["full"])["coverage-check"]
    assert full.score == 2 and reason(full) == ""


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_part_of_the_points_without_words_is_still_explained(parts_class):
    half = marks_of(parts_class[1]["half"])
    assert half["silent"].score == 1 and reason(half["silent"]) == text("reasons.part")
    assert half["spoken"].score == 0.5 and reason(half["spoken"]) == "Two of three towns are right."


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_the_feedback_page_gives_each_reason_beside_the_points(parts_class):
    pages = {page.student: page.files[0].read_text() for page in feedback_class(parts_class[0], PARTS)}
    table = pages["half"].split("</table>")[0]
    for said in ("1 of 2", "Try a town that asked nobody.", text("reasons.part"), "A group is named, no reason."):
        assert said in table, said
    assert text("reasons.untouched") in pages["none"].split("</table>")[0]
    assert "No response." not in pages["none"]


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere one process writes all pages")
def test_pages_that_two_processes_write_are_those_of_one(parts_class, monkeypatch):
    alone = {page.student: page.files[0].read_text() for page in feedback_class(parts_class[0], PARTS)}
    monkeypatch.setattr(feedback, "_WORTH_A_WORKER", 1)
    monkeypatch.setattr(feedback, "workers_here", lambda: 2)
    together = feedback_class(parts_class[0], PARTS)
    assert {page.student: page.files[0].read_text() for page in together} == alone
    assert [page.student for page in together] == ["full", "half", "none"]


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_the_file_of_reasons_has_a_row_for_each_task_and_student(parts_class, tmp_path):
    course = parts_class[0]
    command = ["marks", str(course), PARTS, "--to", "csv", "--out", str(tmp_path / "m.csv")]
    assert main([*command, "--reasons", str(tmp_path / "why.csv")]) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "why.csv").read_text(encoding="utf-8"), newline="")))
    assert len(rows) == 3 * 5
    by_task = {row["task"]: row for row in rows if row["student"] == "half"}
    assert by_task["reason"]["reason"] == "A group is named, no reason." and by_task["reason"]["points"] == "1"
    assert by_task["coverage-check"]["points"] == "1" and "asked nobody" in by_task["coverage-check"]["reason"]
    assert not [row for row in rows if row["reason"][:1] in ("=", "+", "-", "@")]


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_a_platform_gets_the_comment_of_a_person_too(parts_class):
    rows = csv.DictReader(io.StringIO(marks_file(parts_class[0], [PARTS], to="moodle").text, newline=""))
    said = next(row for row in rows if row["ID number"] == "half")[f"{PARTS} feedback"]
    assert "A group is named, no reason." in said and "Two of three towns are right." in said


def test_every_kind_of_mark_has_its_reason():
    def mark(score, **more):
        return reason(CellMark("n", "t", score, 2.0, **more))

    assert mark(None) == ""
    assert mark(0.0) == text("reasons.none")
    assert mark(1.0, by_hand=True) == text("reasons.by-hand")
    assert mark(3.0) == text("reasons.extra")
    assert mark(0.0, comment="No response.") == text("reasons.untouched")
    assert mark(2.0, comment="Well put.", message="Right.") == "Well put."
    assert mark(1.0, comment="See page 3.", message="Too high.") == "Too high.\nSee page 3."


def test_a_part_that_breaks_does_not_cost_the_others(capsys):
    assert credit((1, lambda: 1 / 0, "a"), (2, True, "b"), (4, False, "c")) == 2
    said = capsys.readouterr().out
    assert "0 of 1: a (ZeroDivisionError" in said and "0 of 4: c" in said and ": b" not in said
