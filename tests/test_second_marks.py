"""Two people mark written answers, see how far they agree, and settle on marks; nothing is lost on the way."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from conftest import TOY, answered
from kit.cli import main
from kit.errors import SubmissionError
from kit.grade.agreement_report import compare, settle
from kit.grade.course import gradebook, new_course, open_course
from kit.grade.hand_answers import rubric_page
from kit.grade.second_marks import FOLDER, make_sheet
from kit.measure.agreement import cohen_kappa, krippendorff_alpha

pytestmark = [pytest.mark.grading, pytest.mark.xdist_group("grading")]

PEOPLE = {"ana": "Ana;Ng", "bo": "Bo;Li", "cy": "Cy;Lee", "di": "Di;Ash", "em": "Em;Roy", "fa": "Fa;Zed"}
FIRST = {"ana": 3.0, "bo": 2.0, "cy": 0.0, "di": 1.0, "em": 2.0}
SECOND = {"ana": "3", "bo": "1", "cy": "0", "di": "1,5", "em": "2"}


@pytest.fixture(scope="module")
def marked(toy_sources, toy_exercises, tmp_path_factory):
    """A class whose written answers one grader has marked in formgrader."""
    from kit.grade.run import grade_class

    place = tmp_path_factory.mktemp("second")
    rows = [f"{who};{names};{who}@example.org" for who, names in PEOPLE.items()]
    (place / "roster.csv").write_text("\n".join(["username;first name;last name;e-mail", *rows]))
    places = {"solutions": toy_sources, "exercises": toy_exercises}
    course = new_course(place / "course", roster=place / "roster.csv", **places)
    release = json.loads((course / "release" / TOY / f"{TOY}.ipynb").read_text())
    for who, names in PEOPLE.items():
        essay = {"reason": f"=1+1 I, {names.replace(';', ' ')} ({who}@example.org), say {who * 3}.\n\n**Many.**"}
        hand_in = course / "submitted" / who / TOY / f"{TOY}.ipynb"
        hand_in.parent.mkdir(parents=True)
        # One left the answer as it was given out: nobody has to mark that.
        hand_in.write_text(json.dumps(release if who == "fa" else answered(release, **essay)))
    grade_class(course, TOY)
    give(course, FIRST)
    return course


def give(course, marks):
    """Mark as formgrader does."""
    with gradebook(open_course(course)) as book:
        for who, points in marks.items():
            grade = book.find_grade("reason", TOY, TOY, who)
            grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


def in_book(course):
    with gradebook(open_course(course)) as book:
        return {who: book.find_grade("reason", TOY, TOY, who).manual_score for who in FIRST}


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def fill(path, column, by_code):
    """Fill in a column, as a person does in a spreadsheet."""
    table = rows(path)
    for row in table:
        row[column] = by_code.get(row["code"], row[column])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(table)


def codes(course):
    return {row["student"]: row["code"] for row in rows(course / FOLDER / f"{TOY}-codes.csv")}


@pytest.fixture
def course(marked, tmp_path):
    return Path(shutil.copytree(marked, tmp_path / "course"))


@pytest.fixture
def sheet(course):
    path = make_sheet(course, TOY)[0]
    fill(path, "points", {codes(course)[who]: said for who, said in SECOND.items()})
    return path


def test_the_sheet_and_the_page_hold_every_answer_and_no_name(course):
    sheet, page, n = make_sheet(course, TOY)
    assert n == 5 and {row["points possible"] for row in rows(sheet)} == {"3"}
    said, markup = sheet.read_text(encoding="utf-8-sig"), page.read_text(encoding="utf-8")
    for who, names in PEOPLE.items():
        for name in (f"{who}@example.org", names.replace(";", " ")):
            assert name not in said and name not in markup
    assert all(row["answer"].startswith("'=1+1") for row in rows(sheet)), "no spreadsheet may run an answer"
    assert "names who is missing" in markup and "<strong>Many.</strong>" in markup


def test_codes_cannot_be_taken_for_numbers_or_dates(course):
    make_sheet(course, TOY)
    for code in codes(course).values():
        assert code.isalpha() and not set(code) & set("AEIOU")


def test_making_the_sheet_again_keeps_codes_and_what_was_filled_in(course, sheet):
    before = {row["code"]: row["points"] for row in rows_of_filled(sheet)}
    make_sheet(course, TOY)
    after = {row["code"]: row["points"] for row in rows(sheet)}
    assert after == {code: said.replace(",", ".") for code, said in before.items()}


def rows_of_filled(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), delimiter=";"))


def test_agreement_is_that_of_the_measures(course, sheet):
    found = compare(course, TOY, sheets=[sheet])
    pairs = [(FIRST[who], float(SECOND[who].replace(",", "."))) for who in FIRST]
    kappa = cohen_kappa(*zip(*pairs, strict=True), weights="quadratic").iloc[0].estimate
    alpha = krippendorff_alpha([list(pair) for pair in pairs], level="interval").iloc[0].estimate
    task, n, same, said_kappa, said_alpha = found.agreement[0]
    assert (task, n, same) == ("reason", "5", "60%")
    assert said_kappa.startswith(f"{kappa:.2f} ") and said_alpha.startswith(f"{alpha:.2f} ")
    assert (found.differ, found.missing) == (2, 0)


def test_only_differences_are_listed_for_talk_with_both_marks(course, sheet):
    found = compare(course, TOY, sheets=[sheet])
    markup = found.page.read_text(encoding="utf-8")
    by_name = codes(course)
    for who in FIRST:
        assert (f"<h3>{by_name[who]}:" in markup) == (who in ("bo", "di"))
    table = {row["code"]: row for row in rows(found.table)}
    assert table[by_name["bo"]]["agreed"] == "" and table[by_name["ana"]]["agreed"] == "3"


def test_agreed_marks_go_into_the_gradebook_and_again_changes_nothing(course, sheet):
    table = compare(course, TOY, sheets=[sheet]).table
    by_name = codes(course)
    fill(table, "agreed", {by_name["bo"]: "1.5"})
    done = settle(course, TOY)
    assert (done.written, done.still_open, done.changed) == ([by_name["bo"]], [by_name["di"]], [])
    assert in_book(course) == {**FIRST, "bo": 1.5}
    with gradebook(open_course(course)) as book:
        assert not book.find_grade("reason", TOY, TOY, "bo").needs_manual_grade
        assert book.find_submission(TOY, "bo").score == 1.5
    again = settle(course, TOY)
    assert again.written == [] and by_name["bo"] in again.there
    history = rows(course / FOLDER / f"{TOY}-history.csv")
    assert [(row["code"], row["before"], row["after"]) for row in history] == [(by_name["bo"], "2", "1.5")]


def test_a_mark_changed_in_formgrader_meanwhile_is_left_alone_and_named(course, sheet):
    table = compare(course, TOY, sheets=[sheet]).table
    by_name = codes(course)
    fill(table, "agreed", {by_name["bo"]: "1.5"})
    give(course, {"bo": 3.0})
    done = settle(course, TOY)
    assert done.changed == [by_name["bo"]] and in_book(course)["bo"] == 3.0


def test_comparing_again_keeps_what_was_agreed_by_talk(course, sheet):
    table = compare(course, TOY, sheets=[sheet]).table
    by_name = codes(course)
    fill(table, "agreed", {by_name["bo"]: "1.5"})
    compare(course, TOY, sheets=[sheet])
    assert {row["code"]: row["agreed"] for row in rows(table)}[by_name["bo"]] == "1.5"


def test_agreed_marks_survive_grading_again(course, sheet):
    from kit.grade.run import grade_class

    fill(compare(course, TOY, sheets=[sheet]).table, "agreed", {codes(course)["bo"]: "1.5"})
    settle(course, TOY)
    result = grade_class(course, TOY, students=["bo"], again=True)[0]
    assert {mark.cell: mark.score for mark in result.cells}["reason"] == 1.5


def test_two_sheets_can_be_compared_without_any_mark_in_the_gradebook(course, sheet, tmp_path):
    give(course, dict.fromkeys(FIRST))
    other = Path(shutil.copy(sheet, tmp_path / "other.csv"))
    found = compare(course, TOY, sheets=[sheet, other])
    assert found.differ == 0
    settle(course, TOY)
    assert in_book(course)["di"] == 1.5


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda said: said.replace(";1,5;", ";4;"), "second.not-a-mark"),
        (lambda said: said.replace(";1,5;", ";good;"), "second.not-a-mark"),
        (lambda said: said.replace(";1,5;", ";nan;"), "second.not-a-mark"),
        (lambda said: said + "QQQQQ;reason;3;1;;\r\n", "second.unknown-code"),
        (lambda said: said + said.split("\n", 1)[1], "second.code-twice"),
        (lambda said: said.replace("points;", "marks;"), "second.no-sheet"),
        (lambda said: "", "second.no-sheet"),
    ],
)
def test_a_wrong_sheet_is_refused_in_three_lines(course, sheet, change, key):
    sheet.write_text(change(sheet.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(SubmissionError) as caught:
        compare(course, TOY, sheets=[sheet])
    assert caught.value.key == key and len(caught.value.lines) == 3


def test_a_sheet_that_is_not_there_or_not_filled_in_is_refused(course):
    with pytest.raises(SubmissionError) as caught:
        compare(course, TOY, sheets=[course / "none.csv"])
    assert caught.value.key == "second.cannot-read"
    empty = make_sheet(course, TOY)[0]
    with pytest.raises(SubmissionError) as caught:
        compare(course, TOY, sheets=[empty])
    assert caught.value.key == "second.no-pairs"


def test_the_rubric_is_a_page_to_keep_beside_formgrader(course):
    page = rubric_page(course, TOY).read_text(encoding="utf-8")
    assert "names who is missing" in page and '<th scope="row">reason</th>' in page
    (course / "source" / TOY / "rubric.md").unlink()
    with pytest.raises(SubmissionError) as caught:
        rubric_page(course, TOY)
    assert caught.value.key == "second.no-rubric"


def test_the_commands_say_what_to_do_next(course, capsys):
    assert main(["rubric", str(course), TOY]) == 0
    assert main(["second-marks", "sheet", str(course), TOY]) == 0
    path = course / FOLDER / f"{TOY}-sheet.csv"
    fill(path, "points", {codes(course)[who]: said for who, said in SECOND.items()})
    assert main(["second-marks", "compare", str(course), TOY, str(path)]) == 1
    said = capsys.readouterr().out
    assert "60%" in said and f"{TOY}-compared.html" in said
    assert main(["second-marks", "agree", str(course), TOY]) == 1
    assert main(["second-marks", "compare", str(course), TOY, "a", "b", "c"]) == 2
