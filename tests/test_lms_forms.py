"""Marks in the files that Canvas, Moodle and Brightspace really read: new, or filled into their own export."""

import csv
import io

import pytest

from kit.errors import SubmissionError
from kit.grade import lms_forms
from kit.grade.hand_in_names import People
from kit.grade.lms_forms import fill, unlisted
from kit.grade.platform_list import read_platform_list
from kit.grade.result import CellMark, Graded
from kit.text import text

PEOPLE = [
    {"id": "1001", "first_name": "Íñigo", "last_name": "Núñez", "email": "inigo@example.org", "lms_user_id": ""},
    {"id": "1002", "first_name": "Ana", "last_name": "=Ng", "email": "ana@example.org", "lms_user_id": "902"},
    {"id": "1003", "first_name": "Bo", "last_name": "Lee", "email": "bo@example.org", "lms_user_id": ""},
]
CELLS = (CellMark("n", "share-check", 0.5, 2, message='=cmd|"/c calc"\nDivide by all.'),)
GIVEN = {
    "equal_share": {
        "1001": Graded("1001", "graded", 4.5, 6, cells=CELLS),
        "1002": Graded("1002", "graded", 6.0, 6),
        "1003": Graded("1003", "waits", 3.0, 6),
    }
}
POSSIBLE = {"equal_share": 6.0}


def table(said, separator=","):
    return list(csv.reader(io.StringIO(said, newline=""), delimiter=separator))


def listed(tmp_path, said, encoding="utf-8"):
    path = tmp_path / "list.csv"
    path.write_text(said, encoding=encoding)
    return read_platform_list(path, People(PEOPLE))


def filled(tmp_path, said, separator=",", **options):
    found = listed(tmp_path, said)
    made, notes = fill(found, GIVEN, possible=POSSIBLE, **options)
    return table(made, separator), notes + unlisted(found, PEOPLE, GIVEN)


def test_brightspace_gets_its_headings_its_signs_and_no_open_mark():
    made = table(lms_forms.brightspace(PEOPLE, GIVEN, possible=POSSIBLE))
    assert made[0] == ["OrgDefinedId", "equal_share Points Grade <Numeric MaxPoints:6>", "End-of-Line Indicator"]
    assert made[1:] == [["#1001", "4.5", "#"], ["#1002", "6", "#"], ["#1003", "", "#"]]
    named = [{**person, "id": f"u{person['id']}"} for person in PEOPLE]
    assert table(lms_forms.brightspace(named, {"equal_share": {}}, possible=POSSIBLE))[0][0] == "Username"


def test_canvas_gets_its_own_numbers_where_the_course_knows_them():
    made = table(lms_forms.canvas(PEOPLE, GIVEN, possible=POSSIBLE))
    assert made[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "equal_share"]
    assert made[1][0] == "    Points Possible" and made[1][-1] == "6"
    assert made[3] == ["'=Ng, Ana", "902", "1002", "1002", "", "6"]


def test_moodle_gets_grade_and_reasons_and_no_formula():
    made = table(lms_forms.moodle(PEOPLE, GIVEN, possible=POSSIBLE))
    assert made[0] == [
        *("ID number", "Email address", "First name", "Last name", "equal_share", "equal_share feedback")
    ]
    assert made[1][:2] == ["1001", "inigo@example.org"] and made[1][4] == "4.5"
    assert "Divide by all." in made[1][5] and made[1][5][0] not in "=+-@"


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (12),Equal Share (77),Final Score
,,,,,Manual Posting,,
    Points Possible,,,,,10,6,(read only)
"Núñez, Íñigo",901,1001,x,"B, morning",8,,80
"Ng, Ana",902,,,B,7,1,70
"Lee, Bo",903,1003,y,B,7,3,70
"Student, Test",999,,,B,,,
"""


def test_canvas_is_filled_by_number_and_id_and_keeps_everything_else(tmp_path):
    made, notes = filled(tmp_path, CANVAS)
    before = table(CANVAS)
    before[3][6], before[4][6] = "4.5", "6"
    assert made == before
    assert notes == [text("marks.strangers", names="Student, Test")]


def test_canvas_with_semicolons_two_name_columns_and_excused_students(tmp_path):
    said = (
        "LastName;FirstName;ID;SIS Login ID;Section;equal_share (7)\n    Points Possible;;;;;6\n"
        "Núñez;Íñigo;901;1001;A;EX\nNg;Ana;902;1002;A;N/A\nLee;Bo;903;1003;A;\n"
    )
    made, _ = filled(tmp_path, said, separator=";")
    assert made == table(said, ";"), "who is excused, or was not given the exercise, gets no mark"


MOODLE = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade),\
Feedback comments
Participant 71,Íñigo Núñez,inigo@example.org,Submitted,,"6,00",Yes,-,
Participant 72,Ana Ng,ana@example.org,Submitted,"1,00","6,00",Yes,-,old
Participant 79,Test Student,test@example.org,,,"6,00",Yes,-,
"""


def test_moodles_worksheet_is_filled_with_grade_and_reasons(tmp_path):
    made, notes = filled(tmp_path, MOODLE)
    before = table(MOODLE)
    assert [row[4] for row in made] == ["Grade", "4,5", "6", ""], "with the comma of that platform"
    assert "Divide by all." in made[1][8] and made[1][8][0] not in "=+-@"
    assert [row[:4] for row in made] == [row[:4] for row in before]
    assert [row[5:8] for row in made] == [row[5:8] for row in before]
    assert notes == [text("marks.strangers", names="Participant 79")]


def test_moodles_worksheet_in_spanish_is_known(tmp_path):
    said = (
        "Identificador;Nombre completo;Dirección de correo;Estado;Calificación;Calificación máxima\n"
        "Participante 72;Ana Ng;ana@example.org;;;6.00\n"
    )
    made, notes = filled(tmp_path, said, separator=";")
    assert made[1][4] == "6" and notes == [text("marks.no-row", students="1001")]


def test_moodles_gradebook_is_filled_in_the_column_of_the_exercise(tmp_path):
    said = (
        "First name,Last name,ID number,Email address,Quiz: Other (Real),Assignment: Equal share (Real),"
        "Assignment: Equal share (Feedback),Last downloaded from this course\n"
        "Ana,Ng,1002,ana@example.org,3.00,-,,1700000000\n"
    )
    made, _ = filled(tmp_path, said)
    assert made[1][:6] == ["Ana", "Ng", "1002", "ana@example.org", "3.00", "6"]
    assert made[1][7] == "1700000000"


BRIGHTSPACE = """\
OrgDefinedId,Username,Equal Share Points Grade <Numeric MaxPoints:12 Weight:5 Category:Tasks>,End-of-Line Indicator
#1001,#inigo,,#
#1002,#ana,1,#
"""


def test_brightspace_is_filled_and_other_points_are_told_or_converted(tmp_path):
    made, notes = filled(tmp_path, BRIGHTSPACE)
    assert [row[2] for row in made[1:]] == ["4.5", "6"] and [row[0] for row in made[1:]] == ["#1001", "#1002"]
    gaps = {"column": table(BRIGHTSPACE)[0][2], "theirs": "12", "ours": "6"}
    assert notes == [text("marks.not-scaled", **gaps)]
    made, notes = filled(tmp_path, BRIGHTSPACE, scale=True)
    assert [row[2] for row in made[1:]] == ["9", "12"] and notes == [text("marks.scaled", **gaps)]


def test_a_missing_column_is_added_before_the_end_of_the_line(tmp_path):
    said = "OrgDefinedId,Username,End-of-Line Indicator\n#1002,#ana,#\n"
    made, _ = filled(tmp_path, said)
    assert made == [
        ["OrgDefinedId", "Username", "equal_share Points Grade <Numeric MaxPoints:6>", "End-of-Line Indicator"],
        ["#1002", "#ana", "6", "#"],
    ]


def test_a_column_of_another_name_can_be_asked_for(tmp_path):
    made, _ = filled(tmp_path, CANVAS, column="Essay")
    assert [row[5] for row in made[3:5]] == ["4.5", "6"]
    with pytest.raises(SubmissionError) as caught:
        filled(tmp_path, CANVAS, column="Exam")
    assert caught.value.key == "marks.no-column" and "Essay (12)" in str(caught.value)


def test_a_worksheet_takes_one_exercise_only(tmp_path):
    with pytest.raises(SubmissionError) as caught:
        fill(listed(tmp_path, MOODLE), {"a": {}, "b": {}}, possible={"a": 1, "b": 1})
    assert caught.value.key == "marks.one-at-a-time" and len(caught.value.lines) == 3


def test_two_students_of_one_name_are_not_told_apart_by_it(tmp_path):
    people = [{**person, "first_name": "Ana", "last_name": "Ng", "email": ""} for person in PEOPLE]
    path = tmp_path / "l.csv"
    path.write_text('Student,ID,Section,x\n"Ng, Ana",7,A,\n"Ng, Ana",902,A,\n')
    assert read_platform_list(path, People(people)).students == ["", "1002"]
