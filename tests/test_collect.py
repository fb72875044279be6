"""Hand-ins come as they come: every one finds its student, or is named; nothing is ever replaced."""

import io
import json
import os
import sys
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from kit import cli
from kit.errors import SubmissionError
from kit.grade import archive
from kit.grade.archive import unpack
from kit.grade.collect import collect
from kit.grade.course import gradebook, new_course, open_course
from kit.grade.hand_in_names import People, read_name
from kit.text import text

TOY = "toy_share"
ROSTER = """\
id,last name,first name,email
u1,Núñez,Íñigo,inigo@example.org
u2,Ng,Ana,ana@example.org
u3,O'Brien-Öz,Mary-Jane,mj.obrien@example.org
u4,Ng,Ann,ann@example.org
s0815,Lee,Bo,bo@example.org
"""
pytestmark = [pytest.mark.grading, pytest.mark.xdist_group("grading")]


@pytest.fixture(scope="module")
def made(toy_sources, toy_exercises, tmp_path_factory):
    place = tmp_path_factory.mktemp("collect")
    (place / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return new_course(
        place / "course", roster=place / "roster.csv", solutions=toy_sources, exercises=toy_exercises
    )


@pytest.fixture
def course(made):
    import shutil

    yield made
    shutil.rmtree(made / "submitted")
    (made / "submitted").mkdir()


@pytest.fixture
def notebook(made):
    return (made / "release" / TOY / f"{TOY}.ipynb").read_text()


def write(place, files):
    for name, said in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(said if isinstance(said, bytes) else said.encode())
    return place


def packed(files):
    """The bytes of a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, said in files.items():
            made.writestr(name, said)
    return buffer.getvalue()


def by_student(course):
    found = {}
    for path in sorted((course / "submitted").rglob("*")):
        if path.is_file():
            student, assignment, *rest = path.relative_to(course / "submitted").parts
            assert assignment == TOY
            found.setdefault(student, []).append("/".join(rest))
    return found


CANVAS = ["núñezíñigo_901_55_toy_share.ipynb", "ngana_LATE_902_56_toy_share-1.ipynb", "leebo_905_60_my work.ipynb"]
MOODLE = [f"{name}_assignsubmission_file" for name in ("Íñigo Núñez_71", "Ana Ng_72", "Bo Lee_75")]
BRIGHTSPACE = [
    "101-640 - Íñigo Núñez - Oct 10, 2025 1022 AM",
    "102-640 - Ana Ng - Oct 11, 2025 930 PM",
    "103-640 - s0815 - Bo Lee- Oct 12, 2025 1201 AM",
]


def test_a_download_of_canvas_is_sorted_by_its_names(course, notebook, tmp_path):
    write(tmp_path, {"submissions.zip": packed(dict.fromkeys(CANVAS, notebook))})
    result = collect(course, TOY, come_from=tmp_path / "submissions.zip")
    assert by_student(course) == {"u1": [f"{TOY}.ipynb"], "u2": [f"{TOY}.ipynb"], "s0815": ["my work.ipynb"]}
    assert result.late == ["u2"] and not result.unmatched


@pytest.mark.parametrize("shape", ["folders", "one folder"])
def test_a_download_of_moodle_is_sorted_by_its_names(course, notebook, tmp_path, shape):
    separator = "/" if shape == "folders" else "_"
    files = {f"{name}{separator}{TOY}.ipynb": notebook for name in MOODLE}
    if shape == "folders":
        files[f"{MOODLE[1]}/data/towns.csv"] = "a"
        files["Ana Ng_72_assignsubmission_onlinetext/onlinetext.html"] = "<p>Done</p>"
    write(tmp_path, {"a.zip": packed(files)})
    result = collect(course, TOY, come_from=tmp_path / "a.zip")
    found = by_student(course)
    assert found.keys() == {"u1", "u2", "s0815"} and not result.unmatched
    assert all(f"{TOY}.ipynb" in names for names in found.values())
    assert ("data/towns.csv" in found["u2"]) is (shape == "folders")


@pytest.mark.parametrize("shape", ["/", " - "])
def test_a_download_of_brightspace_is_sorted_and_has_its_times(course, notebook, tmp_path, shape):
    older = "101-640 - Íñigo Núñez - Oct 1, 2025 800 AM"
    files = {f"Exam 1/{name}{shape}{TOY}.ipynb": notebook for name in (older, *BRIGHTSPACE)}
    write(tmp_path, {"a.zip": packed({**files, "Exam 1/index.html": "<html>"})})
    result = collect(course, TOY, come_from=tmp_path / "a.zip")
    assert by_student(course).keys() == {"u1", "u2", "s0815"} and not result.unmatched
    assert any("800 AM" in note for note in result.notes), "the older attempt is left aside and named"
    said = (course / "submitted" / "u2" / TOY / "timestamp.txt").read_text()
    when = datetime.strptime(said.strip(), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    assert when == datetime(2025, 10, 11, 21, 30).astimezone()


@pytest.mark.parametrize(
    "name",
    [
        "u2/toy_share.ipynb",
        "u2/toy_share/toy_share.ipynb",
        "Ana Ng/toy_share.ipynb",
        "Ng, Ana/work/toy_share.ipynb",
        "stick 3/ana@example.org/toy_share.ipynb",
        "u2.ipynb",
        "toy_share_u2.ipynb",
        "Ana Ng - toy_share (2).ipynb",
        "toy_share ana@example.org.ipynb",
    ],
)
def test_what_came_on_a_stick_is_known_by_folder_or_file(course, notebook, tmp_path, name):
    result = collect(course, TOY, come_from=write(tmp_path / "stick", {name: notebook}))
    assert result.taken.keys() == {"u2"} and len(by_student(course)["u2"]) == 1


def test_a_students_own_archive_is_opened(course, notebook, tmp_path):
    files = {"Bo Lee.zip": packed({"work/toy_share.ipynb": notebook, "__MACOSX/._x": "x"}), "u1/all.zip": None}
    files["u1/all.zip"] = packed({"toy_share.ipynb": notebook, "towns.csv": "a"})
    collect(course, TOY, come_from=write(tmp_path / "stick", files))
    assert by_student(course) == {"s0815": ["toy_share.ipynb"], "u1": ["towns.csv", "toy_share.ipynb"]}
    (course / "submitted" / "u1" / TOY / "towns.csv").write_text("kept")
    result = collect(course, TOY, come_from=tmp_path / "stick" / "Bo Lee.zip")
    assert result.kept.keys() == {"s0815"}


def mail(sender, notebook, received="Mon, 13 Oct 2025 10:00:00 +0200"):
    message = EmailMessage()
    message["Received"] = f"from a by b; {received}"
    message["From"], message["Date"] = sender, "Mon, 01 Jan 2001 00:00:00 +0000"
    message.set_content("Here it is.")
    message.add_attachment(
        notebook.encode(), maintype="application", subtype="json", filename="../toy_share.ipynb"
    )
    return bytes(message)


def test_a_saved_e_mail_is_known_by_its_sender_and_dated_by_the_server(course, notebook, tmp_path):
    files = {"1.eml": mail("Ana <ANA@example.org>", notebook), "2.eml": mail("x@elsewhere.org", notebook)}
    result = collect(course, TOY, come_from=write(tmp_path / "mails", files | {"3.eml": b"\x00\xff"}))
    assert by_student(course) == {"u2": ["_toy_share.ipynb", "timestamp.txt"]}
    assert (course / "submitted" / "u2" / TOY / "timestamp.txt").read_text().startswith("2025-10-13 08:00:00")
    assert not (course / "submitted" / "u2" / "toy_share.ipynb").exists()
    assert result.unmatched.keys() == {"2.eml", "3.eml"} and "x@elsewhere.org" in result.unmatched["2.eml"]


def test_nothing_that_is_there_is_replaced(course, notebook, tmp_path):
    write(course / "submitted", {f"u2/{TOY}/{TOY}.ipynb": "precious"})
    result = collect(
        course, TOY, come_from=write(tmp_path / "stick", {"u2.ipynb": notebook, "u1.ipynb": notebook})
    )
    assert result.kept.keys() == {"u2"} and result.taken.keys() == {"u1"}
    assert (course / "submitted" / "u2" / TOY / f"{TOY}.ipynb").read_text() == "precious"
    again = collect(course, TOY, come_from=tmp_path / "stick")
    assert again.kept.keys() == {"u1", "u2"} and not again.taken


def test_what_could_be_two_students_or_none_is_named_and_not_guessed(course, notebook, tmp_path):
    files = {"Ng.ipynb": notebook, "Ana Ng and Ann Ng.ipynb": notebook, "Zoe.ipynb": notebook, "u1.rar": b"Rar!"}
    files["xy_99_77_toy_share.ipynb"] = notebook
    result = collect(course, TOY, come_from=write(tmp_path / "stick", files))
    assert result.taken == {} and by_student(course) == {}
    assert result.unmatched.keys() == files.keys()
    assert (
        "u2" in result.unmatched["Ana Ng and Ann Ng.ipynb"] and "u4" in result.unmatched["Ana Ng and Ann Ng.ipynb"]
    )


def test_a_time_that_a_student_wrote_does_not_come_along(course, notebook, tmp_path):
    files = {f"u2/{TOY}.ipynb": notebook, "u2/timestamp.txt": "2001-01-01 00:00:00 UTC"}
    collect(course, TOY, come_from=write(tmp_path / "stick", files))
    assert by_student(course) == {"u2": [f"{TOY}.ipynb"]}


LISTS = {
    "canvas": "Student,ID,SIS User ID,SIS Login ID,Section\n,,,,\n    Points Possible,,,,\n"
    '"Nguyen, Ana Maria",902,,u2,A\n"Someone, Else",1,,zz,A\n',
    "moodle": "Identifier,Full name,Email address,Status,Grade\nParticipant 72,Ana M. Nguyen,ana@example.org,,\n",
    "moodle-es": "Identificador;Nombre completo;Dirección de correo;Estado;Calificación\n"
    "Participante 72;Ana M. Nguyen;ana@example.org;;\n",
    "brightspace": "OrgDefinedId,Username,Last Name,First Name,End-of-Line Indicator\n"
    "#u2,#ana,Nguyen,Ana Maria,#\n",
}


@pytest.mark.parametrize(
    ("listed", "name"),
    [
        ("canvas", "nguyenanamaria_902_56_toy_share.ipynb"),
        ("moodle", "Ana M. Nguyen_72_assignsubmission_file/toy_share.ipynb"),
        ("moodle-es", "Participante_72_assignsubmission_file/toy_share.ipynb"),
        ("brightspace", "9-640 - Ana Maria Nguyen - Oct 11, 2025 930 PM/toy_share.ipynb"),
    ],
)
def test_the_platforms_own_list_tells_who_is_who(course, notebook, tmp_path, listed, name):
    write(tmp_path, {"stick/" + name: notebook, "list.csv": LISTS[listed].encode("utf-8-sig")})
    assert collect(course, TOY, come_from=tmp_path / "stick").taken == {}
    result = collect(course, TOY, come_from=tmp_path / "stick", platform_list=tmp_path / "list.csv")
    assert result.taken.keys() == {"u2"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for rights to make a link")
def test_links_are_not_followed(course, notebook, tmp_path):
    write(tmp_path, {"stick/u1/toy_share.ipynb": notebook})
    (tmp_path / "stick" / "u2").symlink_to(course / "source")
    (tmp_path / "stick" / "u1" / "book").symlink_to(course / "gradebook.db")
    (tmp_path / "stick" / "u4.ipynb").symlink_to(course / "source" / TOY / f"{TOY}.ipynb")
    collect(course, TOY, come_from=tmp_path / "stick")
    assert by_student(course) == {"u1": ["toy_share.ipynb"]}


# Archives.


def archive_of(tmp_path, entries):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, said in entries:
            made.writestr(name, said)
    return path


def test_an_archive_writes_nowhere_but_into_its_folder(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    bad = ["../up.txt", "/root.txt", "a/../../up.txt", "c:/x.txt", "..\\up.txt", "line\nbreak", "a" * 250]
    path = archive_of(tmp_path, [(link, "/etc/passwd"), *((name, "x") for name in bad), ("good/a.txt", "1")])
    into = tmp_path / "in" / "deep"
    into.mkdir(parents=True)
    left_out = unpack(path, into)
    assert [one.relative_to(into).as_posix() for one in into.rglob("*") if one.is_file()] == ["good/a.txt"]
    assert len(left_out) == len(bad) + 1
    assert {one.name for one in tmp_path.iterdir()} == {"in", "x.zip"}


def test_an_archive_made_to_burst_is_refused_before_it_does(tmp_path, monkeypatch):
    path = archive_of(tmp_path, [(f"{n}.txt", "0" * 10_000_000) for n in range(11)])
    with pytest.raises(SubmissionError) as caught:
        unpack(path, tmp_path)
    assert caught.value.key == "collect.archive-too-large" and len(caught.value.lines) == 3
    monkeypatch.setattr(archive, "MOST_ENTRIES", 10)
    with pytest.raises(SubmissionError):
        unpack(archive_of(tmp_path, [(f"{n}", "") for n in range(11)]), tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {"x.zip"}


def test_an_archive_that_lies_about_its_sizes_is_stopped(tmp_path):
    path = archive_of(tmp_path, [("a.txt", "0" * 100_000)])
    raw = bytearray(path.read_bytes())
    place = raw.rindex(b"PK\x01\x02")
    raw[place + 24 : place + 28] = (10).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(SubmissionError):
        unpack(path, tmp_path)


def test_large_entries_and_doubles_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_ENTRY", 100)
    path = archive_of(tmp_path, [("a", "1"), ("A", "2"), ("b", "x" * 101), ("c/d", "3"), ("c", "4")])
    (tmp_path / "in").mkdir()
    assert unpack(path, tmp_path / "in") == ["A", "b", "c"]


def test_names_in_utf_8_that_do_not_say_so_are_read(tmp_path):
    path = archive_of(tmp_path, [("XXXX.txt", "1")])
    path.write_bytes(path.read_bytes().replace(b"XXXX", "ñü".encode()))
    (tmp_path / "in").mkdir()
    unpack(path, tmp_path / "in")
    assert [one.name for one in (tmp_path / "in").iterdir()] == ["ñü.txt"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no zip"])
def test_a_broken_archive_is_named_and_stops_nothing(course, notebook, tmp_path, content):
    write(tmp_path, {"stick/u1.zip": content, "stick/u2.ipynb": notebook})
    result = collect(course, TOY, come_from=tmp_path / "stick")
    assert result.taken.keys() == {"u2"} and "u1.zip" in result.unmatched


def test_an_archive_with_a_password_is_named(tmp_path):
    path = archive_of(tmp_path, [("a.txt", "1")])
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(SubmissionError) as caught:
        unpack(path, tmp_path)
    assert caught.value.key == "collect.archive-password"


# Names.


@pytest.mark.parametrize(
    ("name", "platform", "names", "number", "own"),
    [
        ("ngana_902_56_toy_share-1.ipynb", "canvas", ("ngana",), "902", "toy_share-1.ipynb"),
        ("ngana_LATE_902_56_a_b_c.ipynb", "canvas", ("ngana",), "902", "a_b_c.ipynb"),
        ("anon_x7Tq_56_work.ipynb", "canvas", (), "x7Tq", "work.ipynb"),
        ("Ana_Ng_72_assignsubmission_file_", "moodle", ("Ana_Ng",), "72", ""),
        ("Ana Ng_72_assignsubmission_file_a_1.ipynb", "moodle", ("Ana Ng",), "72", "a_1.ipynb"),
        ("1-2 - Mary-Jane Öz - Oct 1, 2025 1200 PM", "brightspace", ("Mary-Jane Öz",), "", ""),
        ("toy_share.ipynb", "", ("toy_share.ipynb",), "", "toy_share.ipynb"),
        ("toy_share (2).ipynb", "", ("toy_share (2).ipynb",), "", "toy_share (2).ipynb"),
    ],
)
def test_each_platforms_names_are_read(name, platform, names, number, own):
    sent = read_name(name)
    assert (sent.platform, sent.names, sent.number, sent.own) == (platform, names, number, own)


def test_the_longest_name_wins_and_short_numbers_are_no_ids():
    people = People(
        [{"id": "2", "first_name": "", "last_name": "", "email": ""}, {"id": "u2", "first_name": "Ana"}]
    )
    assert people.inside("toy_share (2).ipynb") == []
    assert people.inside("2.ipynb") == ["2"]
    both = [("a1", "Ana", "Ng"), ("a2", "Ana", "Nguyen")]
    people = People([{"id": who, "first_name": first, "last_name": last} for who, first, last in both])
    assert people.inside("Ana Nguyen.ipynb") == ["a2"]


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda place: {"come_from": place / "none"}, "collect.nothing-there"),
        (lambda place: {"come_from": write(place / "empty", {".x": "x"})}, "collect.nothing-found"),
        (lambda place: {"come_from": place, "platform_list": place / "none.csv"}, "marks.cannot-read"),
        (
            lambda place: {"come_from": place, "platform_list": write(place, {"l.csv": "a,b\n1,2\n"}) / "l.csv"},
            "marks.nobody-known",
        ),
    ],
)
def test_a_wrong_place_is_refused_in_three_lines(course, tmp_path, make, key):
    with pytest.raises(SubmissionError) as caught:
        collect(course, TOY, **make(tmp_path))
    assert caught.value.key == key and len(caught.value.lines) == 3


def test_the_course_itself_is_no_source_and_an_unknown_exercise_is_refused(course, tmp_path):
    with pytest.raises(SubmissionError) as caught:
        collect(course, TOY, come_from=course / "submitted")
    assert caught.value.key == "collect.inside-course"
    with pytest.raises(SubmissionError) as caught:
        collect(course, "toy_shar", come_from=tmp_path)
    assert caught.value.key == "grade.unknown-assignment"


def test_a_course_without_students_is_refused(toy_sources, toy_exercises, tmp_path):
    empty = new_course(tmp_path / "c", solutions=toy_sources, exercises=toy_exercises)
    with pytest.raises(SubmissionError) as caught:
        collect(empty, TOY, come_from=tmp_path)
    assert caught.value.key == "collect.no-students"


def test_the_command_says_what_it_did_and_ends_with_1_if_something_is_left(course, notebook, tmp_path, capsys):
    stick = write(tmp_path / "stick", {"u1.ipynb": notebook, "x\x1b[2J.ipynb": notebook})
    assert cli.main(["collect", str(course), TOY, str(stick)]) == 1
    said = capsys.readouterr().out
    assert text("collect.summary", taken=1, unmatched=1) in said and "\x1b" not in said
    (stick / "x\x1b[2J.ipynb").unlink()
    assert cli.main(["collect", str(course), TOY, str(stick)]) == 0
    assert text("collect.title-kept") in capsys.readouterr().out


def test_what_was_collected_can_be_graded_by_stock_layout(course, notebook, tmp_path):
    collect(course, TOY, come_from=write(tmp_path / "stick", {"u1.ipynb": notebook}))
    path = Path(course) / "submitted" / "u1" / TOY
    assert path.is_dir() and os.access(path, os.R_OK | os.X_OK)
    assert json.loads((path / "u1.ipynb").read_text())["nbformat"] == 4
    with gradebook(open_course(course)) as book:
        assert len(book.students) == 5
