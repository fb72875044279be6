"""A class is graded: every hand-in gets its marks or a reason, and nobody is stopped by another."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from kit.errors import SubmissionError
from kit.grade import levels, run
from kit.grade.box import Level
from kit.grade.course import open_course
from kit.grade.feedback import feedback_class
from kit.grade.intake import fingerprint, take_in
from kit.grade.mine import mark_notebook
from kit.grade.notebook_file import read_notebook
from kit.grade.page import clean
from kit.grade.rebuild import rebuild
from kit.grade.report import class_report
from kit.grade.run import grade_class
from kit.text import set_language, text

TOY = "toy_share"
pytestmark = [pytest.mark.grading, pytest.mark.xdist_group("grading")]


def scores(result):
    return {mark.cell: mark.score for mark in result.cells}


def keys_in(said, *keys):
    """The catalogue's sentences of that name stand in the text, whatever is in their gaps."""
    for key in keys:
        pattern = re.sub(r"\\\{.*?\\\}", ".*", re.escape(text(key)))
        assert re.search(pattern, said), (key, said)


@pytest.fixture
def course_copy(toy_class, tmp_path):
    """The graded course, free to be changed."""
    return Path(shutil.copytree(toy_class[0], tmp_path / "course", symlinks=True))


def test_right_answers_get_their_points_and_the_essay_waits(toy_class):
    result = toy_class[1]["íñigo"]
    assert scores(result) == {"share-check": 1, "coverage-check": 2, "reason": None}
    assert (result.state, result.score, result.max_score) == ("waits", 3, 6)
    assert not result.notes


def test_an_untouched_hand_in_gets_nothing_and_waits_for_nobody(toy_class):
    result = toy_class[1]["ana"]
    assert set(scores(result).values()) == {0}
    assert result.state == "graded"


def test_a_message_of_a_check_reaches_the_result(toy_class):
    said = {mark.cell: mark.message for mark in toy_class[1]["ana"].cells}
    assert "Try one in four." in said["coverage-check"]


@pytest.mark.parametrize(
    ("student", "key"),
    [
        ("bo", "grade.held-not-json"),
        ("two", "grade.held-two-notebooks"),
        ("wrong", "grade.held-wrong-notebook"),
        ("empty", "grade.held-no-notebook"),
        ("link", "grade.held-no-notebook"),
    ],
)
def test_a_hopeless_hand_in_is_held_with_a_reason_of_three_lines(toy_class, student, key):
    result = toy_class[1][student]
    assert result.state == "held" and result.score is None
    keys_in(result.reason, key)
    assert len(result.reason.splitlines()) == 3


def test_everybody_on_the_roster_and_in_the_folder_is_accounted_for(toy_class):
    course, results = toy_class
    assert results["absent"].state == "missing"
    assert set(results) == {path.name for path in (course / "submitted").iterdir()} | {"absent"}


def test_an_endless_loop_costs_its_own_task_and_is_named(toy_class):
    result = toy_class[1]["loop"]
    assert scores(result)["share-check"] == 0
    keys_in("\n".join(result.notes), "grade.stopped", "grade.not-on-roster")


def test_damaged_cells_are_mended_and_each_mend_is_told(toy_class):
    result = toy_class[1]["mended"]
    assert scores(result)["share-check"] == 1
    assert scores(result)["coverage-check"] == 2, "a skipped or edited test must not count, nor a copied answer"
    told = ("name", "order", "copied", "deleted", "edited", "type", "code")
    keys_in("\n".join(result.notes), *(f"grade.mended-{what}" for what in told))


def test_a_warning_costs_no_points(toy_class):
    """Different from stock nbgrader, on purpose: docs/grading.md says so."""
    assert scores(toy_class[1]["noisy"])["coverage-check"] == 2


@pytest.mark.parametrize(("student", "why"), [("dead", "itself"), ("stubborn", "stubborn")])
def test_code_that_ends_its_program_loses_what_comes_after_and_is_named(toy_class, student, why):
    result = toy_class[1][student]
    assert result.state == "graded" and set(scores(result).values()) == {0}
    assert text(f"engine.ended-{why}") in "\n".join(result.notes)


def test_a_link_out_of_the_hand_in_is_never_followed(toy_class):
    course = toy_class[0]
    graded = "".join(path.read_text() for path in (course / "autograded").rglob("*") if path.is_file())
    assert "BEGIN SOLUTION" not in graded
    assert not (course / ".kit" / "intake").exists()


def test_hand_ins_are_left_as_they_were(toy_class):
    course = toy_class[0]
    assert (course / "submitted" / "bo" / TOY / f"{TOY}.ipynb").stat().st_size == 700
    assert [path.name for path in (course / "submitted" / "mended" / TOY).iterdir()] == ["my work.ipynb"]


def test_the_table_names_every_student_and_every_reason(toy_class):
    said = class_report(list(toy_class[1].values()))
    for student in toy_class[1]:
        assert re.search(rf"^{student} ", said, flags=re.MULTILINE), student
    assert "waits for your marks" in said and "HELD" in said and "nothing handed in" in said


def test_a_second_run_grades_nothing_that_has_not_changed(course_copy, toy_class):
    again = {result.student: result for result in grade_class(course_copy, TOY)}
    assert not [name for name, result in again.items() if result.fresh and result.state != "missing"]
    for name, result in again.items():
        assert (result.state, result.score, result.reason) == (
            toy_class[1][name].state,
            toy_class[1][name].score,
            toy_class[1][name].reason,
        )


def test_only_a_changed_hand_in_is_graded_again(course_copy):
    path = course_copy / "submitted" / "ana" / TOY / f"{TOY}.ipynb"
    path.write_text(path.read_text().replace("share = (\\n", "share = 0.25\\n_ = (\\n"))
    results = {result.student: result for result in grade_class(course_copy, TOY)}
    assert [name for name, result in results.items() if result.fresh and result.state != "missing"] == ["ana"]
    results = grade_class(course_copy, TOY, students=["ana"], again=True)
    assert [(result.student, result.fresh) for result in results] == [("ana", True)]


def test_a_mark_given_by_hand_survives_grading_again(course_copy):
    from kit.grade.course import gradebook

    with gradebook(open_course(course_copy)) as book:
        grade = book.find_grade("reason", TOY, TOY, "íñigo")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        book.db.commit()
    result = grade_class(course_copy, TOY, students=["íñigo"], again=True)[0]
    assert scores(result)["reason"] == 2.0 and result.score == 5.0


def test_the_marks_are_those_of_stock_nbgrader(course_copy, toy_class):
    """Cell by cell, for hand-ins that need no mending."""
    (course_copy / "gradebook.db").unlink()
    shutil.rmtree(course_copy / "autograded")
    nbgrader = [sys.executable, "-m", "nbgrader"]
    steps = [
        ["generate_assignment", TOY, "--force"],
        *(["autograde", TOY, "--student", s] for s in ("íñigo", "ana")),
    ]
    # nbgrader finds alembic through PATH only.
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for step in steps:
        done = subprocess.run([*nbgrader, *step], cwd=course_copy, capture_output=True, text=True, env=env)
        assert done.returncode == 0, done.stderr
    with sqlite3.connect(course_copy / "gradebook.db") as book:
        rows = book.execute(
            "select student_id, base_cell.name, auto_score from grade join base_cell on cell_id = base_cell.id "
            "join submitted_notebook on grade.notebook_id = submitted_notebook.id "
            "join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id"
        ).fetchall()
    stock = {(student, cell): score for student, cell, score in rows}
    ours = {(name, cell): score for name in ("íñigo", "ana") for cell, score in scores(toy_class[1][name]).items()}
    assert stock == ours


def test_stock_formgrader_sees_the_class(toy_class):
    from nbgrader.apps import NbGraderAPI

    course = open_course(toy_class[0])
    api = NbGraderAPI(course)
    assert api.get_assignment(TOY)["num_submissions"] == len(list((toy_class[0] / "submitted").iterdir()))
    seen = {entry["student"]: entry for entry in api.get_submissions(TOY)}
    assert seen["íñigo"]["needs_manual_grade"] and seen["ana"]["autograded"]


def test_mark_my_work_gives_the_marks_of_the_class_and_a_page(toy_class, toy_sources, toy_exercises, tmp_path):
    course, results = toy_class
    mine = tmp_path / "toy_share" / "renamed by me.ipynb"
    mine.parent.mkdir()
    shutil.copy(course / "submitted" / "íñigo" / TOY / f"{TOY}.ipynb", mine)
    before = mine.read_bytes()
    result, page = mark_notebook(mine, solutions=toy_sources, exercises=toy_exercises)
    assert scores(result) == scores(results["íñigo"])
    assert page.parent == mine.parent / "feedback" and "3 of 6" in page.read_text()
    assert mine.read_bytes() == before
    assert {path.name for path in mine.parent.iterdir()} == {mine.name, "feedback"}


def test_mark_my_work_needs_no_box(toy_sources, toy_exercises, tmp_path, monkeypatch):
    """One's own work is marked on any computer, with the same marks."""
    mine = tmp_path / f"{TOY}.ipynb"
    shutil.copyfile(toy_exercises / TOY / mine.name, mine)
    with_box = scores(mark_notebook(mine, solutions=toy_sources, exercises=toy_exercises).result)
    monkeypatch.setattr(levels, "best", lambda: Level("none", reason="nothing is installed"))
    result, page = mark_notebook(mine, solutions=toy_sources, exercises=toy_exercises)
    assert result.state == "graded" and page.is_file()
    assert scores(result) == with_box


def test_mark_my_work_holds_a_broken_notebook_in_words(toy_sources, toy_exercises, tmp_path):
    broken = tmp_path / f"{TOY}.ipynb"
    broken.write_text("{")
    result, page = mark_notebook(broken, solutions=toy_sources, exercises=toy_exercises)
    assert page is None
    keys_in(result.reason, "grade.held-not-json")


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda place: place / "none.ipynb", "grade.mine-no-file"),
        (lambda place: _write(place / "other.ipynb", '{"cells": []}'), "grade.mine-no-exercise"),
    ],
)
def test_mark_my_work_asks_when_the_notebook_is_not_clear(make, key, tmp_path, toy_sources):
    with pytest.raises(SubmissionError) as caught:
        mark_notebook(make(tmp_path), solutions=toy_sources)
    assert caught.value.key == key and len(caught.value.lines) == 3


def _write(path, said):
    path.write_text(said)
    return path


def test_mark_my_work_shows_a_button_with_words(monkeypatch):
    import IPython.display

    shown = []
    monkeypatch.setattr(IPython.display, "display", lambda thing, **_: shown.append(thing))
    from kit.grade.mine import mark_my_work

    mark_my_work("no such notebook")
    button, answer = shown[0].children
    assert button.description == text("grade.mine-button")
    button.click()
    assert "no such notebook" in answer.value and "Traceback" not in answer.value
    assert not button.disabled
    shown.clear()
    mark_my_work("no such notebook", now=True)
    assert "no such notebook" in shown[0]["text/plain"] and shown[0]["text/html"].startswith("<div lang=")
    shown.clear()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    mark_my_work(now=True)
    assert shown == [], "a cell that is itself being marked must not start marking"


def test_feedback_pages_are_written_for_all_graded_and_load_nothing(course_copy):
    pages = {page.student: page for page in feedback_class(course_copy, TOY)}
    assert set(pages) == {"íñigo", "ana", "loop", "mended", "noisy", "dead", "stubborn"}
    assert not [page.reason for page in pages.values() if page.reason]
    for page in pages.values():
        html = page.files[0].read_text(encoding="utf-8")
        assert re.search(r'<html lang="en">', html) and re.search(r"<title>[^<]*toy_share</title>", html)
        assert not re.search(r"<script|<link|@import|url\(|src=[\"'](?!data:)", html)
        assert len(re.findall(r"<h1\b", html)) == 1
    essay = pages["íñigo"].files[0].read_text(encoding="utf-8")
    assert "Who is missing?" in essay and "example.org/pixel" not in essay
    assert text("grade.page-open") in essay


def test_feedback_speaks_the_language_in_use(course_copy):
    set_language("es")
    try:
        page = feedback_class(course_copy, TOY, students=["ana"])[0]
        html = page.files[0].read_text(encoding="utf-8")
        assert '<html lang="es">' in html and text("grade.page-tasks") in html
    finally:
        set_language(None)


def test_one_broken_autograded_file_does_not_stop_the_other_pages(course_copy):
    broken = course_copy / "autograded" / "ana" / TOY / f"{TOY}.ipynb"
    broken.chmod(0o644)
    broken.write_text("{")
    pages = {page.student: page for page in feedback_class(course_copy, TOY)}
    assert pages["ana"].reason and pages["íñigo"].files


@pytest.mark.parametrize(
    ("arguments", "options", "key"),
    [
        (("toy_shar",), {}, "grade.unknown-assignment"),
        ((TOY,), {"students": ["nobody"]}, "grade.unknown-student"),
        ((TOY,), {"students": ["absent"]}, "grade.student-absent"),
    ],
)
def test_a_wrong_name_is_refused_in_three_lines(toy_class, arguments, options, key):
    with pytest.raises(SubmissionError) as caught:
        grade_class(toy_class[0], *arguments, **options)
    assert caught.value.key == key and len(caught.value.lines) == 3


def test_a_close_name_is_suggested(toy_class):
    with pytest.raises(SubmissionError, match="Did you mean toy_share"):
        grade_class(toy_class[0], "toy_shar")


def test_an_empty_course_says_where_hand_ins_go(course_copy):
    shutil.rmtree(course_copy / "submitted")
    with pytest.raises(SubmissionError) as caught:
        grade_class(course_copy, TOY)
    assert caught.value.key == "grade.nothing-handed-in" and "submitted" in caught.value.lines[1]


def test_a_locked_gradebook_is_waited_for_and_then_named(course_copy, monkeypatch):
    monkeypatch.setattr(run, "WAIT_FOR_GRADEBOOK", 0.2)
    other = sqlite3.connect(course_copy / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(SubmissionError) as caught:
            grade_class(course_copy, TOY)
    finally:
        other.close()
    assert caught.value.key == "grade.gradebook-locked"


def test_a_gradebook_that_is_none_is_named(course_copy):
    (course_copy / "gradebook.db").write_text("not a data base, but long enough to look like one " * 20)
    with pytest.raises(SubmissionError) as caught:
        grade_class(course_copy, TOY)
    assert caught.value.key == "grade.gradebook-unusable"


def test_a_missing_learners_copy_is_made_again(course_copy):
    shutil.rmtree(course_copy / "release")
    grade_class(course_copy, TOY, students=["bo"])
    assert (course_copy / "release" / TOY / f"{TOY}.ipynb").is_file()


# The parts, without a kernel.


@pytest.fixture
def release(toy_exercises):
    return nbformat.read(toy_exercises / TOY / f"{TOY}.ipynb", as_version=4)


def hand_in(tmp_path, data):
    path = tmp_path / "x.ipynb"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_an_untouched_notebook_is_rebuilt_as_it_was(release, tmp_path):
    whole, notes = rebuild(read_notebook(hand_in(tmp_path, release)), release)
    assert whole == release and notes == []


def test_a_notebook_of_an_old_program_is_read(release, tmp_path):
    """nbformat 3 keeps cells in worksheets and code under another name."""
    cells = [
        {"cell_type": "code", "input": ["share =", " 0.25"], "metadata": cell.metadata, "language": "python"}
        for cell in release.cells
        if cell.id == "share"
    ]
    old = {"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}
    whole, notes = rebuild(read_notebook(hand_in(tmp_path, old)), release)
    assert whole.cells[2].source == "share = 0.25"
    assert len(notes) == 5, "the cells that are not there are put back and named"


def test_extra_cells_of_the_student_stay_where_they_were(release, tmp_path):
    notebook = json.loads(json.dumps(release))
    notebook["cells"].insert(3, {"cell_type": "code", "id": "try", "metadata": {}, "source": "share + 1"})
    whole, notes = rebuild(read_notebook(hand_in(tmp_path, notebook)), release)
    assert [cell.source for cell in whole.cells][3] == "share + 1" and notes == []
    nbformat.validate(whole)


def test_a_set_up_cell_may_be_edited(release, tmp_path):
    notebook = json.loads(json.dumps(release))
    notebook["cells"][1]["source"] = "import math, statistics"
    whole, notes = rebuild(read_notebook(hand_in(tmp_path, notebook)), release)
    assert whole.cells[1].source == "import math, statistics" and notes == []


@pytest.mark.parametrize(
    "said",
    ["", "null", "[]", '{"cells": 3}', "{" * 5000, '{"worksheets": []}', '{"cells"', "[" * 100_000, '"\\ud800"'],
    ids=["empty", "null", "list", "number", "braces", "no sheets", "cut", "deep", "text"],
)
def test_what_is_no_notebook_is_refused_in_three_lines(said, tmp_path):
    with pytest.raises(SubmissionError) as caught:
        read_notebook(hand_in(tmp_path, said))
    assert caught.value.key in ("grade.held-not-json", "grade.held-not-notebook", "intake.too-deep")
    assert len(caught.value.lines) == 3


def test_nonsense_inside_a_notebook_is_survived(release, tmp_path):
    odd = [
        7,
        None,
        {},
        {"cell_type": 3, "source": 4},
        {"cell_type": "code", "source": ["a", 1]},
        {"cell_type": "code", "source": "\ud800", "metadata": "x", "id": 9},
        {"cell_type": "code", "source": "1", "metadata": {"nbgrader": []}},
        {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade_id": ["share"]}}},
    ]
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps({"cells": odd, "metadata": 5}))
    whole, _ = rebuild(read_notebook(path), release)
    nbformat.validate(whole)
    nbformat.writes(whole).encode("utf-8")


def test_a_huge_file_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("kit.grade.notebook_file.LARGEST", 10)
    with pytest.raises(SubmissionError) as caught:
        read_notebook(hand_in(tmp_path, "x" * 11))
    assert caught.value.key == "grade.held-too-large"


def test_files_beside_the_notebook_come_along_but_not_a_bad_time_stamp(course_copy, tmp_path):
    folder = course_copy / "submitted" / "ana" / TOY
    (folder / "survey.csv").write_text("mine")
    (folder / "timestamp.txt").write_text("yesterday, I think")
    (folder / "rubric.md").write_text("3 points for me")
    notes = take_in(open_course(course_copy), TOY, student="ana", into=tmp_path / "in")
    assert {path.name for path in (tmp_path / "in").iterdir()} == {"survey.csv", f"{TOY}.ipynb"}
    keys_in("\n".join(notes), "grade.bad-timestamp")


def test_a_fingerprint_changes_with_names_and_content(tmp_path):
    (tmp_path / "a").write_text("1")
    first = fingerprint(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    second = fingerprint(tmp_path)
    (tmp_path / "b").write_text("2")
    assert len({first, second, fingerprint(tmp_path)}) == 3


@pytest.mark.parametrize(
    "markup",
    [
        "<script>x()</script>",
        '<a href="javascript:x()">x</a>',
        '<img src="https://example.org/x.png">',
        '<p onclick="x()">x</p>',
        '<iframe src="x"></iframe>',
        '<p style="background:url(https://example.org/x)">x</p>',
        '<svg onload="x()"></svg>',
        '<form action="https://example.org"><input name="x"></form>',
        '<meta http-equiv="refresh" content="0;url=https://example.org">',
    ],
)
def test_nothing_active_survives_the_cleaning(markup):
    cleaned = clean(markup)
    for bad in ("<script", "javascript:", "example.org", "onclick", "onload", "<iframe", "<form", "<meta", "<svg"):
        assert bad not in cleaned


def test_marks_are_shown_also_where_no_page_can_be_written(toy_class, toy_sources, toy_exercises, tmp_path):
    shutil.copy(toy_class[0] / "submitted" / "ana" / TOY / f"{TOY}.ipynb", tmp_path)
    (tmp_path / "feedback").write_text("a file where the folder should be")
    places = {"solutions": toy_sources, "exercises": toy_exercises}
    result, page = mark_notebook(tmp_path / f"{TOY}.ipynb", **places)
    assert page is None and result.state == "graded" and result.score == 0
    assert "feedback" in "\n".join(result.notes)


def test_what_is_not_meant_to_be_read_goes_with_its_tag():
    assert clean("<STYLE>.x {color: red}</STYLE><p>a</p><script>alert(1)") == "<p>a</p>"


def test_an_empty_heading_of_a_table_is_no_heading():
    cleaned = clean("<table><tr><th></th><th>year</th></tr></table>")
    assert "<td></td><th>year</th>" in cleaned
