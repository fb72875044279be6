"""Marks leave the gradebook in the form that a learning platform takes, and nothing else with them."""

import csv
import io
from pathlib import Path

import pytest

from kit.errors import SubmissionError
from kit.grade.lms_forms import plain_text
from kit.grade.marks import marks_file, save

TOY = "toy_share"
pytestmark = [pytest.mark.grading, pytest.mark.xdist_group("grading")]


def rows(said):
    return list(csv.DictReader(io.StringIO(said, newline="")))


@pytest.fixture(scope="module")
def moodle(toy_class):
    return marks_file(toy_class[0], to="moodle")


@pytest.fixture(scope="module")
def canvas(toy_class):
    return marks_file(toy_class[0], to="canvas")


def test_canvas_has_its_columns_and_the_row_of_possible_points(canvas):
    lines = list(csv.reader(io.StringIO(canvas.text, newline="")))
    assert lines[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TOY]
    assert lines[1] == ["    Points Possible", "", "", "", "", "6"]


def test_a_finished_mark_is_given_and_an_open_one_is_left_empty(canvas, toy_class):
    given = {row["SIS Login ID"]: row[TOY] for row in rows(canvas.text)}
    assert given["ana"] == "0" and given["íñigo"] == ""
    assert "íñigo" in canvas.left_empty and "absent" in canvas.left_empty and "ana" not in canvas.left_empty
    assert given.keys() - {""} == toy_class[1].keys()


def test_moodle_gets_grade_and_feedback_in_one_file(moodle):
    ana = next(row for row in rows(moodle.text) if row["ID number"] == "ana")
    assert ana[TOY] == "0" and ana["Email address"] == "ana@example.org"
    assert "Try one in four." in ana[f"{TOY} feedback"] and "\n" not in ana[f"{TOY} feedback"]


def test_no_cell_starts_a_formula(moodle, canvas, toy_class):
    for said in (moodle.text, canvas.text, marks_file(toy_class[0], to="csv").text):
        for row in csv.reader(io.StringIO(said, newline="")):
            assert not [cell for cell in row if cell.strip()[:1] in tuple("=+-@")]
    assert "'=HYPERLINK" in canvas.text


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (" =1", "' =1"),
        ("Núñez", "Núñez"),
        ("a-b", "a-b"),
        ("", ""),
        (None, ""),
        (-0.5, "-0.5"),
    ],
)
def test_only_what_a_spreadsheet_would_run_is_escaped(value, safe):
    assert plain_text(value) == safe


def test_csv_has_the_columns_and_values_of_nbgrader(toy_class, tmp_path):
    from nbgrader.plugins import CsvExportPlugin

    from kit.grade.course import gradebook, open_course

    stock = tmp_path / "stock.csv"
    with gradebook(open_course(toy_class[0])) as book:
        CsvExportPlugin(to=str(stock)).export(book)
    heading = stock.read_text(encoding="utf-8").splitlines()[0]
    ours = marks_file(toy_class[0], to="csv").text
    assert ours.splitlines()[0] == heading
    theirs = {
        line.split(",")[3]: line.split(",")[-4:] for line in stock.read_text().splitlines() if "Ng," not in line
    }
    for row in rows(ours):
        if row["student_id"] in theirs:
            assert [row[name] for name in heading.split(",")[-4:]] == theirs[row["student_id"]]


CANVAS_EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (12),toy_share (77),Final Score
,,,,,Manual Posting,,
"    Points Possible",,,,,10,6,(read only)
"Ng, Ana",901,s-1,ana,"B, morning",8,,80
"Núñez, Íñigo",902,s-2,íñigo,B,7,5.5,70
"Student, Test",903,,zz,B,,,
"""


def test_a_canvas_export_is_filled_in_and_otherwise_kept(toy_class, tmp_path):
    path = tmp_path / "canvas.csv"
    path.write_text(CANVAS_EXPORT, encoding="utf-8-sig")
    filled = marks_file(toy_class[0], [TOY], to="canvas", into=path).text
    before = list(csv.reader(io.StringIO(CANVAS_EXPORT)))
    after = list(csv.reader(io.StringIO(filled, newline="")))
    before[3][6] = "0"
    assert after == before, "an open mark leaves what stood there"


def test_a_canvas_export_without_the_column_gets_one(toy_class, tmp_path):
    path = tmp_path / "canvas.csv"
    path.write_text(CANVAS_EXPORT.replace("toy_share (77)", "Other (77)"), encoding="utf-8")
    filled = rows(marks_file(toy_class[0], to="canvas", into=path).text)
    assert [row[TOY] for row in filled] == ["", "6", "0", "", ""]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"to": "excel"}, "marks.unknown-form"),
        ({"to": "csv", "into": "x.csv"}, "marks.into-needs-platform"),
        ({"to": "canvas", "into": "no such file.csv"}, "marks.cannot-read"),
        ({"to": "canvas", "into": "a,b\n1,2\n"}, "marks.other-platform"),
        ({"to": "moodle", "into": "Student,ID\nX,1\n"}, "marks.other-platform"),
        ({"to": "canvas", "into": "Student,ID\nX,1\n"}, "marks.nobody-known"),
        ({"to": "canvas", "into": b"PK\x03\x04"}, "marks.not-a-list"),
        ({"to": "canvas", "column": "x"}, "marks.column-needs-into"),
    ],
)
def test_a_wrong_form_or_file_is_refused_in_three_lines(toy_class, options, key, tmp_path):
    said = options.get("into", "")
    if isinstance(said, bytes) or "\n" in said:
        path = tmp_path / "export.csv"
        path.write_bytes(said if isinstance(said, bytes) else said.encode())
        options = {**options, "into": path}
    with pytest.raises(SubmissionError) as caught:
        marks_file(toy_class[0], **options)
    assert caught.value.key == key and len(caught.value.lines) == 3


def test_an_unknown_exercise_is_refused(toy_class):
    with pytest.raises(SubmissionError) as caught:
        marks_file(toy_class[0], ["other"], to="csv")
    assert caught.value.key == "grade.unknown-assignment"


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    old = tmp_path / "marks.csv"
    old.write_text("old")
    save("Núñez,1\r\n", old)
    assert old.read_bytes() == "Núñez,1\r\n".encode()
    with pytest.raises(SubmissionError) as caught:
        save("x", old / "below a file.csv")
    assert caught.value.key == "marks.cannot-write"
    assert [path.name for path in tmp_path.iterdir()] == ["marks.csv"]
    assert Path(old).read_bytes() == "Núñez,1\r\n".encode()
