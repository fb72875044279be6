"""The command ``kit``: what it says, and how it ends."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kit import cli
from kit.grade import levels
from kit.grade.box import Level
from kit.text import text

TOY = "toy_share"
pytestmark = [pytest.mark.grading, pytest.mark.xdist_group("grading")]


def kit(*words):
    return cli.main([str(word) for word in words])


@pytest.fixture
def course_copy(toy_class, tmp_path):
    return Path(shutil.copytree(toy_class[0], tmp_path / "course", symlinks=True))


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "kit", "version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, cli_version(), "")


def cli_version():
    import kit

    return kit.__version__


def test_nothing_heavy_is_loaded_for_a_small_answer():
    code = "import sys; from kit.cli import main; main(['version']); print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()
    assert not {"pandas", "nbgrader", "matplotlib", "ipywidgets", "jupyterlab", "tqdm"} & set(loaded)


@pytest.mark.parametrize("language", ["en", "es"])
def test_help_speaks_the_language_of_the_reader(language, monkeypatch, capsys):
    monkeypatch.setenv("KIT_LANG", language)
    with pytest.raises(SystemExit) as ended:
        kit("--help")
    said = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert text("cli.help-grade", lang=language) in said
    for command in ("lab", "course", "grade", "feedback", "marks", "mark", "exercises", "data", "version"):
        assert re.search(rf"\b{command}\b", said), command


@pytest.mark.parametrize(
    "words",
    [
        ("course", "new"),
        ("grade",),
        ("feedback",),
        ("marks",),
        ("mark",),
        ("exercises", "build"),
        ("data", "list"),
        ("data", "card"),
        ("data", "build"),
        ("data", "check"),
        ("data", "synthesise"),
        ("lab",),
    ],
    ids=" ".join,
)
def test_each_command_explains_itself(words, capsys):
    with pytest.raises(SystemExit) as ended:
        kit(*words, "--help")
    assert ended.value.code == 0 and len(capsys.readouterr().out) > 80


def test_a_word_that_is_no_command_ends_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        kit("grrade", "x")
    assert ended.value.code == 2 and "grrade" in capsys.readouterr().err


def test_trouble_is_told_in_three_lines_without_a_traceback(tmp_path, capsys):
    assert kit("grade", tmp_path / "none", TOY) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 3 and "Traceback" not in said


def test_a_mistake_of_the_kit_is_told_calmly_unless_asked_for(monkeypatch, capsys):
    def broken(given):
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(cli, "_version", broken)
    assert kit("version") == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 3 and "by nought" in said
    monkeypatch.setenv("KIT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        kit("version")


def test_stopping_by_hand_is_calm(monkeypatch, capsys):
    def stopped(given):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_version", stopped)
    assert kit("version") == 130
    assert text("cli.stopped") in capsys.readouterr().err


def test_a_course_is_made_and_counted(tmp_path, capsys):
    roster = tmp_path / "r.csv"
    roster.write_text("id\nana\nbo\n")
    assert kit("course", "new", tmp_path / "c", "--roster", roster) == 0
    said = capsys.readouterr().out
    assert "2 students" in said and (tmp_path / "c" / "gradebook.db").is_file()
    assert kit("course", "new", tmp_path / "c") == 2


def test_grading_says_how_code_is_kept_apart_and_ends_with_a_table(course_copy, capsys):
    assert kit("grade", course_copy, TOY) == 0
    said = capsys.readouterr()
    assert said.out.startswith(levels.in_one_line(levels.best()))
    assert re.search(r"^ana +0 +6 +graded", said.out, flags=re.MULTILINE)
    assert re.search(r"^bo +– +– +HELD", said.out, flags=re.MULTILINE)
    assert text("grade.summary", graded=6, waits=1, held=5, missing=1) in said.out
    # The bar: how far, how long still, and who is held.
    assert re.search(r"100%.*12/12 \[.*<.*held: .*", said.err)


@pytest.fixture
def nothing_holds(monkeypatch):
    """A computer that cannot keep programs apart."""
    monkeypatch.setattr(levels, "best", lambda: Level("none", reason="nothing is installed"))


def test_without_isolation_nothing_is_graded_unless_asked_for_in_words(course_copy, capsys, nothing_holds):
    assert kit("grade", course_copy, TOY, "--student", "ana") == 2
    said = capsys.readouterr()
    assert len(said.err.strip().splitlines()) == 3 and "--without-isolation" in said.err
    assert kit("grade", course_copy, TOY, "--student", "ana", "--again", "--without-isolation") == 0
    said = capsys.readouterr().out
    assert said.startswith(text("box.line-none")) and text("box.stamp-none") in said


def test_the_check_says_what_this_computer_can_do(capsys, nothing_holds):
    assert kit("grade", "--check") == 0
    said = capsys.readouterr().out
    assert text("box.line-none") in said and text("box.better") in said and "nothing is installed" in said


def test_grading_nothing_in_particular_is_explained(capsys):
    assert kit("grade") == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 3


def test_grading_only_held_work_ends_with_1(course_copy, capsys):
    assert kit("grade", course_copy, TOY, "--student", "bo", "--student", "two") == 1
    said = capsys.readouterr().out
    assert "final (1).ipynb" in said and "ana" not in said


def test_feedback_and_marks_say_where_they_are(course_copy, capsys):
    assert kit("feedback", course_copy, TOY, "--student", "ana") == 0
    assert (course_copy / "feedback" / "ana" / TOY / f"{TOY}.html").is_file()
    for form in ("canvas", "moodle", "csv"):
        assert kit("marks", course_copy, TOY, "--to", form) == 0
        assert (course_copy / f"marks-{TOY}-{form}.csv").is_file()
    assert kit("marks", course_copy, "--to", "csv", "--out", course_copy / "all.csv") == 0
    said = capsys.readouterr().out
    assert "all.csv" in said and "absent" in said
    assert kit("marks", course_copy, "--to", "pdf") == 2


def test_the_exercises_are_checked(capsys):
    assert kit("exercises", "build", "--check") == 0
    assert text("cli.build-in-step") in capsys.readouterr().out


def test_a_check_that_fails_names_the_files_and_ends_with_1(monkeypatch, capsys, toy_sources, tmp_path):
    import kit.grade.build as module

    monkeypatch.setattr(module, "kit_folder", lambda name: toy_sources if name == "solutions" else tmp_path)
    assert kit("exercises", "build", "--check") == 1
    said = capsys.readouterr().out
    assert f"towns.csv, {TOY}.ipynb" in said and text("cli.build-put-right") in said
    assert kit("exercises", "build") == 0
    assert kit("exercises", "build", "--check") == 0


def test_an_official_marks_an_exercise_alone(tmp_path, capsys):
    """The model exercise, untouched, through the command that the button uses."""
    from kit.course import folder

    name = "complaints_are_not_prevalence"
    mine = Path(shutil.copytree(folder("exercises") / name, tmp_path / name))
    answer = tmp_path / "answer.json"
    assert kit("mark", mine / f"{name}.ipynb", "--json", answer) == 0
    data = json.loads(answer.read_text(encoding="utf-8"))
    assert data["result"]["state"] == "graded" and data["result"]["score"] == 0
    assert Path(data["page"]).parent == mine / "feedback"
    assert kit("mark", mine / "none.ipynb") == 2


def test_the_data_can_be_listed_and_read_about(capsys):
    from kit import data

    assert kit("data", "list") == 0
    name = data.list()["name"].iloc[0]
    assert name in capsys.readouterr().out
    assert kit("data", "card", name) == 0
    assert len(capsys.readouterr().out) > 200
    assert kit("data", "card", "no such table") == 2
