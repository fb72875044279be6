"""A test was mended: only what can have changed is graded again, the reason is told, marks by hand stay."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from conftest import TOY, answered
from kit.cli import main
from kit.errors import SubmissionError
from kit.grade.course import gradebook, new_course, open_course
from kit.grade.regrade import source_fingerprint
from kit.grade.run import grade_class
from kit.text import text

RULE = "def coverage(asked, told):\n    return told / asked"


@pytest.fixture(scope="module")
def small_class(toy_sources, toy_exercises, tmp_path_factory):
    course = new_course(
        tmp_path_factory.mktemp("regrade") / "course", solutions=toy_sources, exercises=toy_exercises
    )
    release = json.loads((course / "release" / TOY / f"{TOY}.ipynb").read_text())
    work = {"ana": {"share": "share = 0.25", "reason": "Many."}, "bo": {"share": "share = 25"}, "cy": {}}
    for who, answers in work.items():
        (course / "submitted" / who / TOY).mkdir(parents=True)
        made = answered(release, **({"coverage": RULE} | answers if answers else {}))
        (course / "submitted" / who / TOY / f"{TOY}.ipynb").write_text(json.dumps(made))
    grade_class(course, TOY)
    with gradebook(open_course(course)) as book:
        grade = book.find_grade("reason", TOY, TOY, "ana")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        book.db.commit()
    return course


@pytest.fixture
def course(small_class, tmp_path):
    return Path(shutil.copytree(small_class, tmp_path / "course"))


def mend(course, **cells):
    """Edit the source notebook as a teacher does."""
    path = course / "source" / TOY / f"{TOY}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        change = cells.get(cell.id.replace("-", "_"))
        if isinstance(change, str):
            cell.source = change
        elif change is not None:
            cell.metadata.nbgrader.points = change
    nbformat.write(notebook, path)


def graded(course, **options):
    said = []
    results = {result.student: result for result in grade_class(course, TOY, tell=said.append, **options)}
    return results, said[0]


def scores(result):
    return {mark.cell: mark.score for mark in result.cells}


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
class TestGrading:
    def test_a_mended_test_counts_and_marks_by_hand_need_no_second_look(self, course):
        mend(course, share_check='assert share in (0.25, 25), "Divide by everyone."')
        results, said = graded(course)
        assert {who: scores(result)["share-check"] for who, result in results.items()} == {
            "ana": 1,
            "bo": 1,
            "cy": 0,
        }
        assert all(result.fresh for result in results.values())
        assert text("regrade.why-tests", n="3 (share-check)") in said
        assert (results["ana"].state, scores(results["ana"])["reason"]) == ("graded", 2.0)
        again, said = graded(course)
        assert not any(result.fresh for result in again.values())
        assert said == f"{text('regrade.to-grade', n=0)} {text('regrade.stay', n=3)}"
        assert scores(again["bo"])["share-check"] == 1 and again["ana"].state == "graded"

    def test_a_hidden_test_that_was_mended_counts(self, course):
        mend(course, coverage_check="assert coverage(4, 1) == 99, 'Never.'")
        results, _ = graded(course)
        assert scores(results["ana"])["coverage-check"] == 0

    def test_points_that_were_changed_count(self, course):
        mend(course, coverage_check=10)
        results, _ = graded(course)
        assert scores(results["ana"])["coverage-check"] == 10 and results["ana"].max_score == 14

    def test_the_learners_copy_stays_and_nobody_is_blamed_for_an_old_one(self, course):
        path = course / "release" / TOY / f"{TOY}.ipynb"
        before = path.read_bytes()
        mend(course, share_check='assert share in (0.25, 25), "Divide by everyone."')
        results, _ = graded(course)
        assert path.read_bytes() == before and not any(result.notes for result in results.values())

    def test_the_gradebook_then_holds_what_stock_nbgrader_would_hold(self, course, tmp_path):
        mend(course, share_check='assert share in (0.25, 25), "Divide by everyone."')
        graded(course, students=["cy"])
        with gradebook(open_course(course)) as book:
            held = {cell.name: cell.source for cell in book.find_notebook(TOY, TOY).source_cells}
        fresh = new_course(tmp_path / "fresh", solutions=course / "source", exercises=tmp_path / "none")
        with gradebook(open_course(fresh)) as book:
            assert held == {cell.name: cell.source for cell in book.find_notebook(TOY, TOY).source_cells}

    def test_only_one_hand_in_is_graded_if_only_one_is_new(self, course):
        path = course / "submitted" / "cy" / TOY / f"{TOY}.ipynb"
        path.write_text(path.read_text() + "\n")
        results, said = graded(course)
        assert [who for who, result in results.items() if result.fresh] == ["cy"]
        assert text("regrade.why-changed", n=1) in said and text("regrade.stay", n=2) in said

    def test_a_new_essay_is_looked_at_again_though_it_had_a_mark(self, course):
        path = course / "submitted" / "ana" / TOY / f"{TOY}.ipynb"
        path.write_text(path.read_text().replace("Many.", "Nobody at all."))
        results, _ = graded(course)
        assert results["ana"].state == "waits" and scores(results["ana"])["reason"] == 2.0

    def test_what_cannot_change_a_mark_grades_nothing(self, course):
        (course / "source" / TOY / "rubric.md").write_text("3: a better rubric.\n")
        mend(course, intro="# A tiny exercise, better told")
        assert not any(result.fresh for result in graded(course)[0].values())

    def test_deleted_results_are_made_again(self, course):
        shutil.rmtree(course / "autograded" / "bo")
        results, said = graded(course)
        assert [who for who, result in results.items() if result.fresh] == ["bo"]
        assert text("regrade.why-lost", n=1) in said

    def test_another_task_is_refused_in_three_lines(self, course):
        path = course / "source" / TOY / f"{TOY}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        extra = nbformat.from_dict(json.loads(json.dumps(notebook.cells[3])))
        extra.id = extra.metadata.nbgrader.grade_id = "one-more"
        notebook.cells.append(extra)
        nbformat.write(notebook, path)
        with pytest.raises(SubmissionError) as caught:
            grade_class(course, TOY)
        assert caught.value.key == "regrade.other-tasks" and len(caught.value.lines) == 3
        assert not (course / ".kit" / "registered").exists()

    def test_the_command_says_how_many_and_why(self, course, capsys):
        mend(course, share_check="assert share == 25")
        assert main(["grade", str(course), TOY, "--student", "bo"]) == 0
        assert text("regrade.why-tests", n="1 (share-check)") in capsys.readouterr().out


def test_files_beside_the_notebook_count_but_rubrics_and_samples_do_not(toy_sources, tmp_path):
    source = Path(shutil.copytree(toy_sources / TOY, tmp_path / TOY))
    before = source_fingerprint(source)
    (source / "submissions.toml").write_text("")
    (source / "rubric.md").write_text("")
    assert source_fingerprint(source) == before
    (source / "towns.csv").write_text("town,asked\nNorth,5\n")
    assert source_fingerprint(source) != before
