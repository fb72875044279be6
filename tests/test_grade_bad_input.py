"""Whatever is wrong with a course, a name or a hand-in: three short lines, in both languages."""

import json
import shutil
import unicodedata
from pathlib import Path

import pytest

from conftest import TOY
from kit.cli import main
from kit.errors import SubmissionError
from kit.grade.course import new_course
from kit.grade.roster import read_roster
from kit.grade.run import grade_class
from kit.text import LANGUAGES, set_language, text


@pytest.fixture(scope="module")
def course(toy_sources, toy_exercises, tmp_path_factory):
    """A course with nothing handed in."""
    place = tmp_path_factory.mktemp("bad")
    (place / "roster.csv").write_bytes("id;Nachname;Vorname\níñigo;Núñez;Íñigo\nana;Ng;Ana\n".encode("cp1252"))
    options = {"solutions": toy_sources, "exercises": toy_exercises, "roster": place / "roster.csv"}
    return new_course(place / "course", **options)


@pytest.fixture(params=LANGUAGES)
def language(request):
    set_language(request.param)
    yield request.param
    set_language(None)


def hand_in(course, student, **files):
    folder = course / "submitted" / student / TOY
    folder.mkdir(parents=True)
    for name, said in files.items():
        (folder / f"{name}.ipynb").write_text(said)
    return folder


GRADING = (
    "grade",
    "feedback",
    "statistics",
    "rubric",
    "marks --to csv",
    "second-marks sheet",
    "second-marks agree",
)


@pytest.mark.parametrize("command", GRADING)
@pytest.mark.parametrize("place", ["no such folder", "empty folder", "a file"])
def test_a_folder_that_is_no_course_is_told_in_three_lines(command, place, language, tmp_path, capsys):
    if place == "empty folder":
        (tmp_path / place).mkdir()
    elif place == "a file":
        (tmp_path / place).write_text("x")
    name, _, more = command.partition(" ")
    words = [name, *([more] if name == "second-marks" else []), str(tmp_path / place), TOY]
    assert main([*words, *(more.split() if name == "marks" else [])]) == 2
    three_lines(capsys)


@pytest.mark.parametrize(
    "command", ["grade", "feedback", "statistics", "rubric", "second-marks sheet", "course due"]
)
def test_an_exercise_that_is_not_there_is_told_with_the_nearest_name(command, language, course, capsys):
    assert main([*command.split(), str(course), TOY[:-1]]) == 2
    assert TOY in three_lines(capsys)


@pytest.mark.parametrize("command", ["grade", "feedback", "statistics", "second-marks sheet"])
def test_a_course_without_hand_ins_is_told(command, language, course, capsys):
    assert main([*command.split(), str(course), TOY]) == 2
    three_lines(capsys)


def test_a_course_without_any_exercise_says_that_there_is_none(language, course, tmp_path, capsys):
    bare = Path(shutil.copytree(course, tmp_path / "bare"))
    shutil.rmtree(bare / "source" / TOY)
    assert main(["grade", str(bare), TOY]) == 2
    assert text("grade.none") in three_lines(capsys)


def test_an_unknown_student_is_told_with_those_who_are_known(language, course, tmp_path, capsys):
    some = Path(shutil.copytree(course, tmp_path / "some"))
    hand_in(some, "ana", x="{")
    for who in ("nobody", "íñigo"):
        assert main(["grade", str(some), TOY, "--student", who]) == 2
        assert who in three_lines(capsys)


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_each_hopeless_hand_in_has_its_three_lines_and_stops_nobody(course, tmp_path):
    some = Path(shutil.copytree(course, tmp_path / "some"))
    release = (course / "release" / TOY / f"{TOY}.ipynb").read_text()
    other = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    hand_in(some, "good", anything_at_all=release)
    hand_in(some, "empty")
    hand_in(some, "two", one=release, other=release)
    hand_in(some, "wrong", shopping=other)
    hand_in(some, "broken", **{TOY: "{"})
    hand_in(some, "nothing", **{TOY: ""})
    (hand_in(some, "letter") / "letter.txt").write_text("Dear teacher")
    nested = hand_in(some, "nested") / "for you" / "final"
    nested.mkdir(parents=True)
    (nested / f"{TOY}.ipynb").write_text(release)
    # A stick from a Mac writes í as two signs; a folder of that name is the same person.
    hand_in(some, unicodedata.normalize("NFD", "íñigo"), **{TOY: release})
    for code in LANGUAGES:
        set_language(code)
        try:
            graded = grade_class(some, TOY, again=True)
        finally:
            set_language(None)
        handed_in = [one for one in graded if one.state != "missing"]
        results = {unicodedata.normalize("NFC", one.student): one for one in handed_in}
        held = {who: result.reason.splitlines() for who, result in results.items() if result.state == "held"}
        assert held.keys() == {"empty", "two", "wrong", "broken", "nothing", "letter"}
        assert all(len(lines) == 3 for lines in held.values()), held
        assert results["good"].state == "graded" and results["nested"].state == "graded"
        assert text("grade.other-spelling", lang=code, name="íñigo") in results["íñigo"].notes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_roster_with_accents_is_read_in_any_usual_encoding(encoding, tmp_path):
    path = tmp_path / "lista año.csv"
    said = "Matrícula;Apellidos;Nombre\nñ-1;Ibáñez Peña;Zoë\n"
    path.write_bytes(said.encode(encoding))
    assert [(one["id"], one["last_name"], one["first_name"]) for one in read_roster(path)] == [
        ("ñ-1", "Ibáñez Peña", "Zoë")
    ]


def test_accents_typed_in_two_ways_are_one_student(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("id;name\níñigo;A\n" + unicodedata.normalize("NFD", "íñigo") + ";B\n", encoding="utf-8")
    with pytest.raises(SubmissionError) as caught:
        read_roster(path)
    assert caught.value.key == "grade.roster-twice" and len(caught.value.lines) == 3


def three_lines(capsys):
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 3, said
    assert "Traceback" not in said
    return said
