"""A course for nbgrader: made whole or not at all, with the roster as people keep it."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from kit.errors import SubmissionError
from kit.grade.course import IGNORED, course_size, gradebook, new_course, open_course
from kit.grade.roster import read_roster

ROOT = Path(__file__).resolve().parents[1]
TOY = "toy_share"
pytestmark = [pytest.mark.grading, pytest.mark.xdist_group("grading")]


def roster(tmp_path, said, *, encoding="utf-8", name="class.csv"):
    path = tmp_path / name
    path.write_bytes(said if isinstance(said, bytes) else said.encode(encoding))
    return path


@pytest.fixture
def course(toy_sources, toy_exercises, tmp_path):
    students = roster(tmp_path, "id,first name,last name,email\níñigo,Íñigo,Núñez,i@example.org\nbo,Bo,,\n")
    return new_course(tmp_path / "course", roster=students, solutions=toy_sources, exercises=toy_exercises)


def test_a_course_has_sources_copies_students_and_a_page_to_read(course):
    assert {path.name for path in course.iterdir()} == {
        "README.md",
        "gradebook.db",
        "nbgrader_config.py",
        "release",
        "source",
        "submitted",
    }
    assert course_size(course) == {"students": 2, "assignments": 1}
    with gradebook(open_course(course)) as book:
        assert book.find_student("íñigo").last_name == "Núñez"
    assert TOY in (course / "README.md").read_text(encoding="utf-8")


def test_learners_get_the_exercise_and_neither_samples_nor_rubric(course, toy_exercises):
    assert {path.name for path in (course / "release" / TOY).iterdir()} == {f"{TOY}.ipynb", "towns.csv"}
    released = (course / "release" / TOY / f"{TOY}.ipynb").read_bytes()
    assert released == (toy_exercises / TOY / f"{TOY}.ipynb").read_bytes()
    assert "rubric.md" in {path.name for path in (course / "source" / TOY).iterdir()}
    assert not list(course.rglob("submissions.toml"))


def test_stock_nbgrader_works_in_the_course(course):
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", TOY, "--force"]
    path = course / "release" / TOY / f"{TOY}.ipynb"
    before = nbformat.read(path, as_version=4)
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert nbformat.read(path, as_version=4).cells == before.cells
    assert {path.name for path in (course / "release" / TOY).iterdir()} == {f"{TOY}.ipynb", "towns.csv"}


def test_a_moved_course_still_works(course):
    moved = course.rename(course.with_name("moved"))
    assert course_size(moved) == {"students": 2, "assignments": 1}


def test_nothing_is_ever_overwritten(course):
    (course / "gradebook.db").write_text("precious")
    with pytest.raises(SubmissionError) as caught:
        new_course(course)
    assert caught.value.key == "grade.course-exists" and len(caught.value.lines) == 3
    assert (course / "gradebook.db").read_text() == "precious"


def test_a_course_without_a_roster_and_in_an_empty_folder_is_fine(tmp_path, toy_sources, toy_exercises):
    (tmp_path / "new").mkdir()
    made = new_course(
        tmp_path / "new", name="Human rights, 2026 / A", solutions=toy_sources, exercises=toy_exercises
    )
    assert course_size(made)["students"] == 0
    assert open_course(made).course_id == "Human-rights--2026---A"


def test_a_bad_roster_leaves_no_half_made_course(tmp_path, toy_sources, toy_exercises):
    with pytest.raises(SubmissionError):
        new_course(tmp_path / "c", roster=tmp_path / "none.csv", solutions=toy_sources, exercises=toy_exercises)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda place: place / "none", "grade.no-folder"),
        (lambda place: place, "grade.no-course"),
        (lambda place: _settings(place, "c = ="), "grade.bad-settings"),
    ],
)
def test_what_is_no_course_is_refused_in_three_lines(make, key, tmp_path):
    with pytest.raises(SubmissionError) as caught:
        open_course(make(tmp_path))
    assert caught.value.key == key and len(caught.value.lines) == 3


def _settings(place, said):
    (place / "nbgrader_config.py").write_text(said)
    return place


def test_settings_of_the_teacher_are_kept(course):
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("c.Execute.timeout = 7\n")
    assert open_course(course).config.Execute.timeout == 7


def test_a_folder_that_nbgrader_would_read_as_a_pattern_is_refused(tmp_path):
    with pytest.raises(SubmissionError) as caught:
        new_course(tmp_path / "course [2026]")
    assert caught.value.key == "grade.folder-name"


def test_the_checkout_and_a_course_release_the_same_files():
    from traitlets.config import PyFileConfigLoader

    settings = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    assert settings.CourseDirectory.ignore == list(IGNORED)
    assert settings.ClearSolutions.code_stub == {"python": "..."}
    assert settings.ClearSolutions.text_stub == "Write your answer here."


@pytest.mark.parametrize(
    ("heading", "encoding"),
    [
        ("id,last name,first name,email", "utf-8"),
        ("Student ID;Surname;Given name;E-mail address", "utf-8-sig"),
        ("Matrikelnummer;Nachname;Vorname;E-Mail", "cp1252"),
        ("Número de ID\tApellidos\tNombre\tDirección de correo electrónico", "utf-16"),
        ("ID number,Last name,First name,Email address", "utf-8"),
        ("Username,Family name,Forename,Mail", "utf-8"),
    ],
)
def test_columns_are_known_by_their_usual_words(heading, encoding, tmp_path):
    separator = next(letter for letter in ";\t," if letter in heading)
    row = separator.join(["007", "Núñez Öz", "Íñigo", "i@example.org"])
    students = read_roster(roster(tmp_path, f"{heading}\r\n{row}\r\n\r\n", encoding=encoding))
    assert students == [
        {"id": "007", "last_name": "Núñez Öz", "first_name": "Íñigo", "email": "i@example.org", "lms_user_id": ""}
    ]


def test_a_list_from_canvas_is_read_by_login(tmp_path):
    said = 'Student,ID,SIS User ID,SIS Login ID,Section\n"Ng, Ana",4711,s1,ana,A\n'
    student = read_roster(roster(tmp_path, said))[0]
    assert (student["id"], student["lms_user_id"]) == ("ana", "4711")
    assert (student["last_name"], student["first_name"]) == ("Ng", "Ana")


def test_a_short_row_and_a_comma_in_quotes_are_fine(tmp_path):
    students = read_roster(roster(tmp_path, 'id,name,email\nana,"Ng, Ana",a@example.org\nbo\n'))
    assert [student["id"] for student in students] == ["ana", "bo"]


@pytest.mark.parametrize(
    ("said", "key", "told"),
    [
        ("", "grade.roster-empty", "class.csv"),
        ("id,email\n", "grade.roster-empty", "class.csv"),
        ("name,points\nAna,3\n", "grade.roster-no-id", "name, points"),
        ("id,username\na,b\n", "grade.roster-two-columns", "id, username"),
        ("id\nana\nbo\nANA\n", "grade.roster-twice", "line 4"),
        ("id,email\nana,a\n,b\n", "grade.roster-no-name", "Line 3"),
        ("id\nana/../bo\n", "grade.roster-bad-id", "line 2"),
        ("id\n.hidden\n", "grade.roster-bad-id", "line 2"),
        ("id\nan[a]\n", "grade.roster-bad-id", "line 2"),
        (b"PK\x03\x04zip", "grade.roster-not-csv", "class.csv"),
        (b"id\nan\x00a\n", "grade.roster-not-csv", "class.csv"),
    ],
)
def test_a_roster_that_could_be_misread_is_asked_about(said, key, told, tmp_path):
    with pytest.raises(SubmissionError) as caught:
        read_roster(roster(tmp_path, said))
    assert caught.value.key == key and len(caught.value.lines) == 3
    assert told in caught.value.lines[0]


def test_a_roster_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SubmissionError) as caught:
        read_roster(tmp_path / "none.csv")
    assert caught.value.key == "grade.roster-unreadable"
