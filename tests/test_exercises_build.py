"""``exercises/`` is made from ``solutions/``, and is always what the build makes."""

import json
from pathlib import Path

import nbformat
import pytest

from kit.errors import ExerciseError
from kit.grade.build import build, left_over, make

TOY = "toy_share"
pytestmark = [pytest.mark.grading, pytest.mark.xdist_group("build")]


def test_the_exercises_in_this_repository_are_what_the_build_makes():
    """If this fails: kit exercises build, then commit."""
    changed = {report.assignment: report.changed for report in build(check=True) if report.changed}
    assert (changed, left_over()) == ({}, [])


def test_two_builds_give_the_same_bytes(toy_sources):
    first, _ = make(toy_sources / TOY)
    second, _ = make(toy_sources / TOY)
    assert first == second


def test_the_learners_copy_has_stubs_and_no_solution(toy_exercises):
    notebook = nbformat.read(toy_exercises / TOY / f"{TOY}.ipynb", as_version=4)
    source = {cell.id: cell.source for cell in notebook.cells}
    assert source["share"] == "share = (\n    ...\n)"
    assert source["reason"] == "Write your answer here."
    assert "HIDDEN" not in source["coverage-check"] and "one in four" in source["coverage-check"]
    assert not [text for text in source.values() if "SOLUTION" in text or "1 / 4" in text]


def test_the_learners_copy_carries_nothing_of_an_editor(toy_sources, tmp_path):
    source = copy_of(toy_sources, tmp_path)
    path = source / TOY / f"{TOY}.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        cell["metadata"] |= {
            "execution": {"iopub.status.idle": "2026"},
            "collapsed": True,
            "tags": ["raises-exception"],
        }
        if cell["cell_type"] == "code":
            cell |= {"execution_count": 4, "outputs": [{"output_type": "stream", "name": "stdout", "text": "hi"}]}
    notebook["metadata"] |= {"language_info": {"name": "python", "version": "3.9"}, "lesson": {"id": "x"}}
    path.write_text(json.dumps(notebook))
    files, _ = make(source / TOY)
    made = json.loads(files[f"{TOY}.ipynb"])
    assert made["metadata"].keys() == {"kernelspec", "language_info", "lesson"}
    assert made["metadata"]["language_info"] == {"name": "python"}
    for cell in made["cells"]:
        assert not cell["metadata"].keys() & {"execution", "collapsed"} and cell["metadata"]["tags"]
        assert not cell.get("outputs") and cell.get("execution_count") is None
    assert [cell["id"] for cell in made["cells"]] == [cell["id"] for cell in notebook["cells"]]
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
    assert files[f"{TOY}.ipynb"].endswith(b"}\n")


def test_data_is_released_and_samples_and_rubric_are_not(toy_exercises):
    assert {path.name for path in (toy_exercises / TOY).iterdir()} == {f"{TOY}.ipynb", "towns.csv"}


def test_the_report_counts_cells_points_and_hidden_tests(toy_sources, toy_exercises):
    report = build(check=True, solutions=toy_sources, exercises=toy_exercises)[0]
    assert (report.cells, report.points, report.manual_points, report.hidden_tests) == (7, 6, 3, 1)


def copy_of(sources, tmp_path):
    import shutil

    return Path(shutil.copytree(sources, tmp_path / "solutions"))


def test_the_check_names_what_is_missing_different_or_left_over(toy_sources, tmp_path):
    exercises = tmp_path / "exercises"
    places = {"solutions": toy_sources, "exercises": exercises}
    assert build(check=True, **places)[0].changed == ("towns.csv", f"{TOY}.ipynb")
    assert not exercises.exists(), "a check writes nothing"
    build(**places)
    (exercises / TOY / "towns.csv").write_text("changed")
    (exercises / TOY / "old.csv").write_text("left over")
    (exercises / TOY / "feedback").mkdir()
    (exercises / TOY / "feedback" / f"{TOY}.html").write_text("of a learner")
    assert build(check=True, **places)[0].changed == ("old.csv", "towns.csv")
    build(**places)
    assert build(check=True, **places)[0].changed == ("old.csv",), "what we did not make is not ours to delete"


def test_a_folder_without_a_source_is_named(toy_sources, tmp_path):
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "gone.ipynb").write_text("{}")
    assert left_over(solutions=toy_sources, exercises=tmp_path) == ["gone"]


def test_a_notebook_that_somebody_worked_in_is_kept(toy_sources, tmp_path):
    source, exercises = copy_of(toy_sources, tmp_path), tmp_path / "exercises"
    build(solutions=source, exercises=exercises)
    path = exercises / TOY / f"{TOY}.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][1]["execution_count"] = 1
    mine = json.dumps(notebook)
    path.write_text(mine)
    with pytest.raises(ExerciseError) as caught:
        build(solutions=source, exercises=exercises)
    assert caught.value.key == "build.worked-in" and path.read_text() == mine
    build(solutions=source, exercises=exercises, replace=True)
    assert path.read_text() != mine


def spoil(path, change):
    notebook = json.loads(path.read_text())
    change(notebook)
    path.write_text(json.dumps(notebook))


def two_cells_of_one_name(notebook):
    notebook["cells"][4]["metadata"]["nbgrader"]["grade_id"] = "share"


def no_end_of_solution(notebook):
    notebook["cells"][2]["source"] = "### BEGIN SOLUTION\nshare = 1"


def no_ids(notebook):
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        del cell["id"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (two_cells_of_one_name, "build.nbgrader-refused"),
        (no_end_of_solution, "build.nbgrader-refused"),
        (no_ids, "build.no-cell-ids"),
        (lambda notebook: notebook.pop("cells"), "build.unreadable"),
    ],
)
def test_a_source_that_cannot_be_released_is_explained(change, key, toy_sources, tmp_path):
    source = copy_of(toy_sources, tmp_path)
    spoil(source / TOY / f"{TOY}.ipynb", change)
    with pytest.raises(ExerciseError) as caught:
        build(solutions=source, exercises=tmp_path / "exercises")
    assert caught.value.key == key and len(caught.value.lines) == 3
    assert not (tmp_path / "exercises").exists()


def test_an_unknown_name_is_refused(toy_sources, tmp_path):
    with pytest.raises(ExerciseError) as caught:
        build(["toy"], solutions=toy_sources, exercises=tmp_path)
    assert caught.value.key == "build.unknown" and TOY in caught.value.lines[1]
