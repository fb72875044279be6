"""A hand-in is looked at before anything reads it; what is taken is plain, small and the student's own."""

import json
import os
import subprocess
import sys
from pathlib import Path, PurePath

import nbformat
import pytest

from kit.errors import SubmissionError
from kit.grade import intake
from kit.grade.course import new_course, open_course
from kit.grade.intake import fingerprint, plain_files, take_in
from kit.grade.notebook_file import decode, nesting, read_notebook
from kit.grade.plain_names import why_left_out
from kit.grade.rebuild import MOST_OWN_CELLS, rebuild
from kit.text import text

TOY = "toy_share"
pytestmark = [pytest.mark.grading, pytest.mark.xdist_group("grading")]


@pytest.fixture(scope="module")
def course(toy_sources, toy_exercises, tmp_path_factory):
    place = tmp_path_factory.mktemp("intake") / "course"
    made = new_course(place, solutions=toy_sources, exercises=toy_exercises)
    (made / "source" / TOY / "counting.py").write_text("def count(rows): return len(rows)\n")
    return made


@pytest.fixture
def release(course):
    return nbformat.read(course / "release" / TOY / f"{TOY}.ipynb", as_version=4)


@pytest.fixture
def folder(course, release):
    """A hand-in with the learners' notebook in it, gone afterwards."""
    import shutil

    place = course / "submitted" / "ana" / TOY
    place.mkdir(parents=True)
    (place / f"{TOY}.ipynb").write_text(json.dumps(release))
    yield place
    shutil.rmtree(course / "submitted")


def take(course, tmp_path):
    notes = take_in(open_course(course), TOY, student="ana", into=tmp_path / "in")
    taken = {path.relative_to(tmp_path / "in").as_posix() for path in plain_files(tmp_path / "in")}
    return taken - {f"{TOY}.ipynb"}, "\n".join(notes)


def handed(release, tmp_path, change):
    """The cells of a hand-in made from the learners' copy by one change."""
    notebook = json.loads(json.dumps(release))
    change(notebook)
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return rebuild(read_notebook(path), release)


def cell(notebook, name):
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def test_files_beside_the_notebook_come_along(course, folder, tmp_path):
    (folder / "survey.csv").write_text("a,b\n")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "map.png").write_bytes(b"\x89PNG")
    (folder / "my_rules.py").write_text("x = 1\n")
    assert take(course, tmp_path) == ({"survey.csv", "pictures/map.png", "my_rules.py"}, "")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("ipykernel_launcher.py", "setting"),
        ("sitecustomize.py", "setting"),
        ("nbgrader_config.py", "setting"),
        ("conftest.py", "setting"),
        ("evil.pth", "setting"),
        (".bashrc", "setting"),
        (".ipython/profile_default/startup/x.py", "setting"),
        ("profile_default/startup/x.py", "setting"),
        ("Pandas.py", "shadow"),
        ("pandas/__init__.py", "shadow"),
        ("random.py", "shadow"),
        ("kit/learn/__init__.py", "shadow"),
        ("counting/__init__.py", "shadow"),
        ("counting.pyx.py", "shadow"),
        ("-rf", "name"),
        ('x"><script>.txt', "name"),
        ("line\nbreak.txt", "name"),
        ("a" * 130, "name"),
        ("1/2/3/4/5/6/7/8/9.txt", "name"),
    ],
)
def test_a_file_that_programs_would_obey_is_left_out_and_named(course, folder, tmp_path, name, why):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("raise SystemExit")
    taken, notes = take(course, tmp_path)
    assert taken == set()
    assert notes.startswith(text(f"intake.left-out-{why}", names="")) and notes.isprintable()


def test_the_exercises_own_files_are_not_taken_from_a_student(course, folder, tmp_path):
    (folder / "counting.py").write_text("def count(rows): return 1_000_000\n")
    assert take(course, tmp_path) == (set(), "")


def test_a_file_that_students_may_edit_is_taken(course, folder, tmp_path):
    (folder / "counting.py").write_text("mine = 1\n")
    with (course / "nbgrader_config.py").open("a") as settings:
        settings.write(f'c.Autograde.exclude_overwriting = {{"{TOY}": ["counting.py"]}}\n')
    try:
        assert take(course, tmp_path)[0] == {"counting.py"}
    finally:
        path = course / "nbgrader_config.py"
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for rights to make a link")
@pytest.mark.parametrize("target", ["gradebook.db", f"source/{TOY}", "nowhere"])
def test_a_link_is_never_followed(course, folder, tmp_path, target):
    (folder / "mine").symlink_to(course / target)
    taken, notes = take(course, tmp_path)
    assert taken == set()
    if target != f"source/{TOY}":
        assert "mine" in notes


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for rights to make a link")
def test_a_hand_in_that_is_itself_a_link_is_held(course, tmp_path):
    place = course / "submitted" / "ana"
    place.mkdir(parents=True)
    (place / TOY).symlink_to(course / "source" / TOY)
    try:
        with pytest.raises(SubmissionError) as caught:
            take(course, tmp_path)
        assert caught.value.key == "intake.folder-is-link" and len(caught.value.lines) == 3
    finally:
        (place / TOY).unlink()
        place.rmdir()
        place.parent.rmdir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_does_not_hold_up_the_class(course, folder, tmp_path):
    os.mkfifo(folder / "pipe.csv")
    os.mkfifo(folder / "pipe.ipynb")
    fingerprint(folder)
    taken, notes = take(course, tmp_path)
    assert taken == set() and "pipe.csv" in notes


def test_large_and_many_files_are_left_out(course, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "LARGEST_FILE", 1000)
    monkeypatch.setattr(intake, "LARGEST_ALL", 1500)
    monkeypatch.setattr(intake, "MOST_FILES", 3)
    for name, size in {"a.csv": 900, "b.csv": 900, "c.csv": 2000, "d1": 1, "d2": 1, "d3": 1}.items():
        (folder / name).write_bytes(b"x" * size)
    taken, notes = take(course, tmp_path)
    assert taken == {"a.csv", "d1", "d2"}
    assert "c.csv" in notes and "b.csv, d3" in notes


@pytest.mark.parametrize("time", ["2001-01-01 00:00:00 UTC", "2999-01-01 00:00:00 UTC"])
def test_a_time_of_hand_in_that_cannot_be_true_does_not_count(course, folder, tmp_path, time):
    (folder / "timestamp.txt").write_text(time)
    taken, notes = take(course, tmp_path)
    assert taken == set() and time[:4] in notes


def test_a_true_time_of_hand_in_counts(course, folder, tmp_path):
    (folder / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    assert take(course, tmp_path) == ({"timestamp.txt"}, "")


def test_a_notebook_in_a_folder_inside_the_hand_in_is_found(course, folder, tmp_path):
    (folder / "my work").mkdir()
    (folder / f"{TOY}.ipynb").rename(folder / "my work" / f"{TOY}.ipynb")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / f"{TOY}.ipynb").write_text("{}")
    assert take(course, tmp_path) == (set(), "")


def test_a_second_copy_is_left_aside_and_named(course, folder, tmp_path, release):
    (folder / f"{TOY} (1).IPYNB").write_text(json.dumps(release))
    notes = take(course, tmp_path)[1]
    assert notes == text("intake.second-copy", file=f"{TOY} (1).IPYNB")


# The notebook as a file.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_notebook_in_an_old_encoding_is_read(release, tmp_path, encoding):
    notebook = json.loads(json.dumps(release))
    cell(notebook, "reason")["source"] = "Núñez: „über“"
    path = tmp_path / "x.ipynb"
    path.write_bytes(json.dumps(notebook, ensure_ascii=False).encode(encoding))
    whole, _ = rebuild(read_notebook(path), release)
    assert cell(whole, "reason")["source"] == "Núñez: „über“"


def test_one_damaged_letter_leaves_the_others_whole():
    assert decode("Núñez über ñ".encode() + b"\xff") == "Núñez über ñ\ufffd"


def test_huge_numbers_and_deep_brackets_take_no_time(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text('{"nbformat": ' + "9" * 3_000_000 + ', "cells": [{"source": "a", "cell_type": "code"}]}')
    assert [one.source for one in read_notebook(path)] == ["a"]
    path.write_text('{"cells": [' + "[" * 200_000 + "]" * 200_000 + "]}")
    with pytest.raises(SubmissionError) as caught:
        read_notebook(path)
    assert caught.value.key == "intake.too-deep"


@pytest.mark.parametrize(
    ("said", "deep"), [(b"[]", 1), (b'{"a": "}}]]"}', 1), (b'["\\"[[[", [[]]]', 3), (b'"[[', 2), (b"]]]]", 0)]
)
def test_brackets_in_texts_do_not_count(said, deep):
    assert nesting(said) == deep


def test_a_file_of_60_megabytes_is_refused_and_one_of_30_is_read(release, tmp_path):
    path = tmp_path / "x.ipynb"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(SubmissionError) as caught:
        read_notebook(path)
    assert caught.value.key == "grade.held-too-large"
    notebook = json.loads(json.dumps(release))
    cell(notebook, "share")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "\\n" * 15_000_000}]
    path.write_text(json.dumps(notebook))
    assert rebuild(read_notebook(path), release)[0] == release


# The notebook made whole.


def test_3000_cells_of_ones_own_are_cut_and_counted(release, tmp_path):
    def change(notebook):
        notebook["cells"][3:3] = [{"cell_type": "code", "id": f"x{n}", "source": f"x = {n}"} for n in range(3000)]

    whole, notes = handed(release, tmp_path, change)
    assert len(whole.cells) == len(release.cells) + MOST_OWN_CELLS
    assert notes == [text("intake.many-cells", count=3000, kept=MOST_OWN_CELLS)]
    nbformat.validate(whole)


def test_a_cell_of_a_million_letters_is_left_out_and_named(release, tmp_path):
    whole, notes = handed(release, tmp_path, lambda nb: cell(nb, "share").update(source="x" * 1_000_001))
    assert cell(whole, "share").source == cell(release, "share").source
    assert "share" in notes[0] and len(notes) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["metadata"].update(tags=["skip-execution"]),
        lambda one: one["metadata"]["nbgrader"].update(points=100),
        lambda one: one["metadata"]["nbgrader"].update(grade=False),
        lambda one: one["metadata"]["nbgrader"].update(solution=True),
    ],
    ids=["tag", "points", "no test", "answer"],
)
def test_changed_settings_of_a_test_do_not_count_and_are_told(release, tmp_path, change):
    whole, notes = handed(release, tmp_path, lambda nb: change(cell(nb, "share-check")))
    assert whole == release
    assert notes == [text("intake.mended-settings", cell="share-check")]


def test_swapped_names_and_unknown_names_change_no_test(release, tmp_path):
    def change(notebook):
        one, other = (cell(notebook, name)["metadata"]["nbgrader"] for name in ("share", "share-check"))
        one["grade_id"], other["grade_id"] = other["grade_id"], one["grade_id"]
        cell(notebook, "coverage")["metadata"]["nbgrader"]["grade_id"] = "full-marks"

    whole, notes = handed(release, tmp_path, change)
    assert cell(whole, "share-check") == cell(release, "share-check")
    assert text("grade.mended-deleted", cell="coverage") in notes


@pytest.mark.parametrize("names", ["nbgrader", "nbgrader and id"])
def test_an_answer_that_lost_its_name_is_known_by_its_place(release, tmp_path, names):
    def change(notebook):
        for one in notebook["cells"]:
            one["metadata"] = {}
            if names == "nbgrader and id":
                del one["id"]
        notebook["cells"][2]["source"] = "share = 0.25"
        notebook["cells"][4]["source"] = "def coverage(asked, told): return told / asked"

    whole, notes = handed(release, tmp_path, change)
    assert cell(whole, "share").source == "share = 0.25"
    assert cell(whole, "coverage").source.endswith("told / asked")
    assert len(whole.cells) == len(release.cells)
    assert text("intake.mended-unnamed", cell="share") in notes


def test_two_nameless_cells_are_not_guessed_between(release, tmp_path):
    def change(notebook):
        notebook["cells"][2] = {"cell_type": "code", "source": "share = 0.25"}
        notebook["cells"].insert(3, {"cell_type": "code", "source": "share * 4"})

    whole, notes = handed(release, tmp_path, change)
    assert cell(whole, "share").source == cell(release, "share").source
    assert notes == [text("grade.mended-deleted", cell="share")]
    assert "share = 0.25" in [one.source for one in whole.cells], "what was typed is still there"


def test_control_signs_in_names_reach_no_terminal(course, folder, tmp_path):
    (folder / f"{TOY}.ipynb").rename(folder / "\x1b]0;owned\x07\x1b[2J.ipynb")
    assert "\x1b" not in take(course, tmp_path)[1]


def test_names_alone_decide_and_a_harmless_name_passes():
    for name in ("towns.csv", "data/2024/towns.csv", "Núñez.png", "my-work_2.txt", "checks.txt", "timestamp.txt"):
        assert why_left_out(PurePath(name)) == "", name
    assert why_left_out(PurePath("rubric_new.md"), ignored=["rubric*.md"]) == "ignored"


def test_the_reader_of_hand_ins_loads_no_notebook_library():
    code = "import sys, kit.grade.notebook_file; print('nbformat' in sys.modules, 'nbgrader' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent)
    assert done.stdout.split() == ["False", "False"]
