"""The town's file keeps every page: two people, a full disk, a kill or a slip of the hand lose nothing."""

import errno
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from kit import town as towns
from kit.errors import TownFileError
from kit.text import has_text
from kit.town import _files as files
from kit.town import (
    differences,
    history,
    list_pages,
    load_page,
    merge,
    remember_language,
    remembered_language,
    restore,
    save_page,
    unzip_town,
    zip_town,
)

NAME = "indicator-blind-spot"


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A town's file of its own; nothing of the person who runs the tests is touched."""
    folder = tmp_path / "my_town"
    monkeypatch.setenv("KIT_TOWN", str(folder))
    return folder


def on_disk(town):
    return json.loads((town / "indicator_blind_spot.json").read_text(encoding="utf-8"))


def test_a_saved_page_comes_back_with_a_revision(town):
    saved = save_page(NAME, {"indicator": "Avisos ñ 数", "latest_year": 2024, "asked": ["nobody"]})
    assert (saved.revision, load_page(NAME)) == (1, saved)
    assert load_page(NAME).answers == {"indicator": "Avisos ñ 数", "latest_year": 2024, "asked": ["nobody"]}
    assert "Avisos ñ 数" in (town / "indicator_blind_spot.json").read_text(encoding="utf-8")


def test_a_page_never_saved_is_empty_and_makes_no_file(town):
    assert load_page(NAME).answers == {} and load_page(NAME).revision == 0
    assert not town.exists()


def test_saving_the_same_answers_again_makes_no_new_revision(town):
    save_page(NAME, {"indicator": "a"})
    assert save_page(NAME, {"indicator": "a"}).revision == 1
    assert len(history(NAME)) == 1


def test_every_earlier_state_can_be_restored_and_nothing_between_is_lost(town):
    for number in range(5):
        save_page(NAME, {"indicator": str(number)})
    assert restore(NAME, 2).answers == {"indicator": "1"}
    assert load_page(NAME).revision == 6
    assert [old.answers["indicator"] for old in history(NAME)] == ["0", "1", "2", "3", "4", "1"]


def test_restoring_a_state_that_never_was_names_those_that_are(town):
    save_page(NAME, {"indicator": "a"})
    with pytest.raises(TownFileError) as caught:
        restore(NAME, 9)
    assert caught.value.key == "town.no-such-revision" and caught.value.gaps["known"] == "1"


def test_two_notebooks_saving_from_one_state_keep_both_and_say_so(town):
    start = save_page(NAME, {"indicator": "a"})
    save_page(NAME, {"indicator": "first"}, based_on=start.revision)
    with pytest.raises(TownFileError) as caught:
        save_page(NAME, {"indicator": "second"}, based_on=start.revision)
    assert caught.value.key == "town.conflict" and len(caught.value.lines) == 3
    assert load_page(NAME).answers == {"indicator": "first"}
    assert differences(NAME, caught.value.gaps["mine"]) == {
        "indicator": {"mine": "second", "theirs": "first", "before": "a"}
    }
    assert restore(NAME, caught.value.gaps["mine"]).answers == {"indicator": "second"}


def test_two_people_with_the_same_answers_have_no_conflict(town):
    start = save_page(NAME, {"indicator": "a"})
    save_page(NAME, {"indicator": "b"}, based_on=start.revision)
    assert save_page(NAME, {"indicator": "b"}, based_on=start.revision).revision == 2


def conflict(town, ours, theirs, start):
    first = save_page(NAME, start)
    save_page(NAME, theirs, based_on=first.revision)
    with pytest.raises(TownFileError) as caught:
        save_page(NAME, ours, based_on=first.revision)
    return caught.value.gaps["mine"]


def test_a_merge_takes_what_only_one_side_changed(town):
    mine = conflict(
        town,
        start={"indicator": "a", "unit": "u", "source": "s"},
        theirs={"indicator": "a", "unit": "theirs"},
        ours={"indicator": "ours", "unit": "u", "source": "s", "decides": "council"},
    )
    assert merge(NAME, mine).answers == {"indicator": "ours", "unit": "theirs", "decides": "council"}


def test_a_merge_asks_where_both_changed_the_same_answer(town):
    mine = conflict(town, start={"unit": "u"}, theirs={"unit": "theirs"}, ours={"unit": "ours"})
    with pytest.raises(TownFileError) as caught:
        merge(NAME, mine)
    assert caught.value.key == "town.choose-fields" and caught.value.gaps["fields"] == "unit"
    assert load_page(NAME).answers == {"unit": "theirs"}
    assert merge(NAME, mine, choose={"unit": "mine"}).answers == {"unit": "ours"}


def test_a_page_changed_by_hand_is_a_state_of_its_own(town):
    start = save_page(NAME, {"indicator": "a"})
    record = on_disk(town) | {"answers": {"indicator": "by hand"}}
    (town / "indicator_blind_spot.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(TownFileError) as caught:
        save_page(NAME, {"indicator": "b"}, based_on=start.revision)
    assert caught.value.key == "town.conflict"
    edited = load_page(NAME)
    assert edited.answers == {"indicator": "by hand"} and edited.kind == "by-hand"
    save_page(NAME, {"indicator": "c"}, based_on=edited.revision)
    assert [old.answers["indicator"] for old in history(NAME)] == ["a", "by hand", "b", "c"]


def test_a_page_written_by_hand_alone_is_read_and_saved_on(town):
    town.mkdir()
    (town / "indicator_blind_spot.json").write_text('\ufeff{"answers": {"indicator": "a"}}', encoding="utf-8")
    page = load_page(NAME)
    assert page.answers == {"indicator": "a"}
    save_page(NAME, {"indicator": "b"}, based_on=page.revision)
    assert [old.answers["indicator"] for old in history(NAME)] == ["a", "b"]
    assert on_disk(town)["format"] == 1


NONSENSE = [
    b"",
    b"{",
    b'{"format": 1, "answers": {"indicator": "a",,}}',
    b"[1, 2]",
    b"null",
    b"{}",
    b'{"format": "one", "answers": {}}',
    b'{"format": 1, "revision": "x", "based_on": 0, "version": 1, "answers": {}}',
    b'{"format": true, "revision": 1, "answers": {}}',
    b'{"format": 1, "revision": 1, "based_on": 0, "version": 1, "answers": [1]}',
    b"\xff\xfe\x00\x00garbage",
    b"[" * 100_000,
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda content: repr(content[:24]))
def test_nonsense_in_a_page_is_named_kept_aside_and_the_last_good_state_comes_back(town, nonsense):
    save_page(NAME, {"indicator": "a"})
    save_page(NAME, {"indicator": "b"})
    path = town / "indicator_blind_spot.json"
    path.write_bytes(nonsense)
    with pytest.raises(TownFileError) as caught:
        load_page(NAME)
    assert caught.value.key == "town.damaged" and len(caught.value.lines) == 3
    assert path.read_bytes() == nonsense, "only looking changes nothing"
    assert restore(NAME).answers == {"indicator": "b"}
    assert load_page(NAME).answers == {"indicator": "b"}
    assert [kept.read_bytes() for kept in (town / "damaged").iterdir()] == [nonsense]


def test_the_message_names_the_line_that_breaks_the_page(town):
    town.mkdir()
    (town / "indicator_blind_spot.json").write_text('{"format": 1,\n"answers":\n{"a": nope}}', encoding="utf-8")
    with pytest.raises(TownFileError, match="line 3"):
        load_page(NAME)


def test_two_damaged_files_are_both_kept(town):
    for nonsense in ("first", "second"):
        save_page(NAME, {"indicator": nonsense})
        (town / "indicator_blind_spot.json").write_text(nonsense, encoding="utf-8")
        restore(NAME)
    assert sorted(path.read_text(encoding="utf-8") for path in (town / "damaged").iterdir()) == ["first", "second"]


def test_a_damaged_state_in_the_history_hides_no_other(town):
    for number in range(3):
        save_page(NAME, {"indicator": str(number)})
    (town / "history" / "indicator_blind_spot" / "0002.json").write_text("{", encoding="utf-8")
    assert [old.revision for old in history(NAME)] == [1, 3]
    assert save_page(NAME, {"indicator": "x"}).revision == 4


def test_a_page_from_a_newer_kit_is_refused_and_never_written_over(town):
    town.mkdir()
    future = '{"format": 99, "pages": "of a shape nobody knows yet"}'
    (town / "indicator_blind_spot.json").write_text(future, encoding="utf-8")
    for attempt in (lambda: load_page(NAME), lambda: save_page(NAME, {"indicator": "a"})):
        with pytest.raises(TownFileError) as caught:
            attempt()
        assert caught.value.key == "town.from-the-future"
    assert (town / "indicator_blind_spot.json").read_text(encoding="utf-8") == future


def test_a_page_moved_away_does_not_bring_its_number_back(town):
    for number in range(3):
        save_page(NAME, {"indicator": str(number)})
    (town / "indicator_blind_spot.json").unlink()
    assert load_page(NAME).revision == 0
    assert save_page(NAME, {"indicator": "new"}, based_on=3).revision == 4
    assert len(history(NAME)) == 4


@pytest.mark.parametrize("name", ["", "../other", "a/b", "A", "a b", "-a", "con", "a" * 81, "ñ", "a.json", "a--b"])
def test_a_name_that_could_leave_the_folder_is_refused(town, name):
    with pytest.raises(TownFileError) as caught:
        save_page(name, {})
    assert caught.value.key == "town.page-name"
    assert not town.exists()


def test_dates_tables_and_numpy_numbers_become_plain_data(town):
    numpy = pytest.importorskip("numpy")
    save_page(
        NAME, {"by": date(2027, 3, 1), "n": numpy.int64(3), "rows": [{"x": numpy.float64("nan")}], "t": (1, 2)}
    )
    assert load_page(NAME).answers == {"by": "2027-03-01", "n": 3, "rows": [{"x": None}], "t": [1, 2]}


def test_half_a_sign_from_a_broken_paste_does_not_stop_the_saving(town):
    assert save_page(NAME, {"indicator": "ab\ud83d"}) == load_page(NAME)


def test_what_is_no_plain_data_is_refused_before_anything_is_written(town):
    with pytest.raises(TownFileError) as caught:
        save_page(NAME, {"indicator": object()})
    assert caught.value.key == "town.not-plain" and not town.exists()


@settings(max_examples=40, deadline=None)
@given(
    some.dictionaries(
        some.text(some.characters(codec="utf-8")),
        some.recursive(
            some.none() | some.booleans() | some.integers() | some.text(some.characters(codec="utf-8")), some.lists
        ),
    )
)
def test_any_plain_answers_survive_the_disk(tmp_path_factory, answers):
    folder = tmp_path_factory.mktemp("any") / "my_town"
    saved = save_page(NAME, answers, town=folder)
    assert load_page(NAME, town=folder).answers == saved.answers
    clean = {
        key: value
        for key, value in answers.items()
        if not any("\ud800" <= c <= "\udfff" for c in key + str(value))
    }
    assert clean.items() <= saved.answers.items()


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "town.disk-full"),
        (errno.EROFS, "town.no-permission"),
        (errno.EACCES, "town.no-permission"),
        (errno.EIO, "town.cannot-save"),
    ],
)
def test_a_disk_that_refuses_gives_one_message_and_leaves_the_saved_page(town, monkeypatch, number, key):
    save_page(NAME, {"indicator": "a"})
    monkeypatch.setattr(files.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(number, os.strerror(number))))
    with pytest.raises(TownFileError) as caught:
        save_page(NAME, {"indicator": "b"})
    assert caught.value.key == key and len(caught.value.lines) == 3
    monkeypatch.undo()
    assert load_page(NAME, town=town).answers == {"indicator": "a"}
    assert not list(town.rglob("*.tmp"))


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX systems")
def test_a_folder_without_write_permission_can_be_read_and_is_named(town, monkeypatch):
    save_page(NAME, {"indicator": "a"})
    with pytest.raises(TownFileError):  # loads the words of the messages while everything can be read
        load_page("con")
    if os.geteuid() == 0:  # for the administrator no rights count: be somebody else for a moment
        for folder in town.parents:
            if folder.is_relative_to(tempfile.gettempdir()):
                folder.chmod(folder.stat().st_mode | 0o055)
        os.seteuid(65534)
    else:
        monkeypatch.setattr(os, "seteuid", lambda _: None)
    mode = town.stat().st_mode
    try:
        if os.getuid():
            town.chmod(0o555)
        assert load_page(NAME).answers == {"indicator": "a"}
        with pytest.raises(TownFileError) as caught:
            save_page(NAME, {"indicator": "b"})
    finally:
        os.seteuid(os.getuid())
        town.chmod(mode)
    assert caught.value.key == "town.no-permission"


def test_a_folder_in_the_way_of_a_file_is_explained(tmp_path):
    (tmp_path / "my_town").write_text("a file", encoding="utf-8")
    with pytest.raises(TownFileError) as caught:
        save_page(NAME, {"indicator": "a"}, town=tmp_path / "my_town")
    assert caught.value.key == "town.cannot-save"


def test_many_threads_and_processes_saving_at_once_lose_no_state(town):
    code = (
        "import sys\n"
        "from kit.town import save_page\n"
        "for number in range(10):\n"
        "    save_page(sys.argv[1], {'by': sys.argv[2], 'number': number})\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, NAME, f"process {n}"]) for n in range(3)]
    threads = [
        threading.Thread(
            target=lambda n=n: [save_page(NAME, {"by": f"thread {n}", "number": i}) for i in range(10)]
        )
        for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in running] == [0, 0, 0]
    kept = [(old.answers["by"], old.answers["number"]) for old in history(NAME)]
    who = [f"process {n}" for n in range(3)] + [f"thread {n}" for n in range(2)]
    assert sorted(kept) == sorted((by, number) for by in who for number in range(10))
    assert [old.revision for old in history(NAME)] == list(range(1, 51))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9")
def test_two_hundred_kills_while_saving_lose_no_page(town):
    """A saver says on a pipe what it is about to save and what it saved; then it is killed at any moment."""
    code = (
        "import sys\n"
        "from kit.town import load_page, save_page\n"
        "name = sys.argv[1]\n"
        "number = load_page(name).answers.get('number', 0)\n"
        "while True:\n"
        "    number += 1\n"
        "    print('begin', number, flush=True)\n"
        "    save_page(name, {'number': number, 'text': 'ñ' * 20_000})\n"
        "    print('saved', number, flush=True)\n"
    )
    chance, saved, kills = random.Random(7), 0, 0
    while kills < 200:
        process = subprocess.Popen([sys.executable, "-c", code, NAME], stdout=subprocess.PIPE, text=True)
        # Half of the kills fall into the first save of a process, which loads much; half into a later one.
        begun_by_then = "".join(process.stdout.readline() for _ in range(1 + kills % 2))
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        # The kill may cut off the last line.
        said = re.findall(r"^(begin|saved) (\d+)\n", begun_by_then + process.communicate()[0], re.MULTILINE)
        kills += 1
        saved = max([saved, *(int(number) for word, number in said if word == "saved")])
        begun = max([saved + 1, *(int(number) for word, number in said if word == "begin")])
        page = load_page(NAME)
        if saved or page.revision:
            assert saved <= page.answers["number"] <= begun
            assert page.answers["text"] == "ñ" * 20_000
            saved = page.answers["number"]
    for path in town.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    numbers = {old.answers["number"] for old in history(NAME)}
    assert numbers >= set(range(1, saved + 1))
    assert saved > 50, "too few saves to prove anything"
    save_page(NAME, {"number": -1})
    assert not list(town.rglob("*.tmp")), "half-written files are cleared away by the next save"


def test_a_zip_travels_with_its_history_and_opens_elsewhere(town, tmp_path):
    save_page(NAME, {"indicator": "a"})
    save_page(NAME, {"indicator": "b"})
    remember_language("es")
    copy = unzip_town(zip_town(tmp_path / "our_town.zip"), to=tmp_path / "copy")
    assert [old.answers["indicator"] for old in history(NAME, town=copy)] == ["a", "b"]
    assert load_page(NAME, town=copy) == load_page(NAME)
    assert list_pages(town=copy) == [NAME]
    from kit.text import set_language

    set_language(None)


def test_a_zip_without_history_opens_and_saves_on(town, tmp_path):
    save_page(NAME, {"indicator": "secret"})
    save_page(NAME, {"indicator": "b"})
    packed = zip_town(tmp_path / "our_town.zip", with_history=False)
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist() == ["my_town/indicator_blind_spot.json"]
    copy = unzip_town(packed, to=tmp_path / "copy")
    assert load_page(NAME, town=copy).revision == 2
    assert save_page(NAME, {"indicator": "c"}, based_on=2, town=copy).revision == 3


def test_neither_pages_nor_zip_hold_names_of_people_folders_or_hours(town, tmp_path):
    save_page(NAME, {"indicator": "a"})
    packed = zip_town(tmp_path / "our_town.zip")
    with zipfile.ZipFile(packed) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        everything = b"".join(archive.read(entry) for entry in archive.infolist())
    assert set(on_disk(town)) == {
        "format", "page", "revision", "based_on", "kind", "saved", "version", "answers",
    }  # fmt: skip
    assert on_disk(town)["saved"] == date.today().isoformat()
    assert str(tmp_path).encode() not in everything
    assert os.environ.get("USER", "no such name").encode() not in everything


def test_a_zip_never_writes_over_a_file(town, tmp_path):
    save_page(NAME, {"indicator": "a"})
    (tmp_path / "letter.txt").write_text("important", encoding="utf-8")
    with pytest.raises(TownFileError) as caught:
        zip_town(tmp_path / "letter.txt")
    assert caught.value.key == "town.zip-exists"
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "important"


def test_a_town_without_pages_cannot_be_zipped(town, tmp_path):
    with pytest.raises(TownFileError) as caught:
        zip_town(tmp_path / "our_town.zip")
    assert caught.value.key == "town.zip-empty" and not (tmp_path / "our_town.zip").exists()


@pytest.mark.parametrize(
    "entry",
    [
        "../evil.json",
        "my_town/../../evil.json",
        "/etc/evil.json",
        "C:\\evil.json",
        "my_town/run.py",
        "my_town/.x.json",
    ],
)
def test_a_zip_with_anything_else_than_pages_is_not_unpacked(tmp_path, entry):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("my_town/about_our_town.json", "{}")
        archive.writestr(entry, "{}")
    with pytest.raises(TownFileError) as caught:
        unzip_town(tmp_path / "bad.zip", to=tmp_path / "inside" / "copy")
    assert caught.value.key == "town.zip-unsafe"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["bad.zip"]


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_a_damaged_zip_is_named(tmp_path, content):
    (tmp_path / "bad.zip").write_bytes(content)
    with pytest.raises(TownFileError) as caught:
        unzip_town(tmp_path / "bad.zip", to=tmp_path / "copy")
    assert caught.value.key == "town.zip-unreadable" and not (tmp_path / "copy").exists()


def test_unpacking_touches_no_folder_in_use(town, tmp_path):
    save_page(NAME, {"indicator": "a"})
    packed = zip_town(tmp_path / "our_town.zip")
    save_page(NAME, {"indicator": "b"})
    with pytest.raises(TownFileError) as caught:
        unzip_town(packed)
    assert caught.value.key == "town.folder-not-empty" and load_page(NAME).answers == {"indicator": "b"}


def test_the_chosen_language_is_remembered_and_a_damaged_choice_stops_nobody(town):
    from kit.text import language, set_language

    assert remembered_language() is None
    remember_language("es")
    set_language(None)
    towns.use_remembered_language()
    assert language() == "es" and list_pages() == []
    set_language(None)
    (town / "settings.json").write_text("{", encoding="utf-8")
    assert remembered_language() is None
    towns.use_remembered_language()
    assert language() == "en"


def test_the_town_lies_in_the_course_unless_told_otherwise(tmp_path, monkeypatch):
    monkeypatch.delenv("KIT_TOWN", raising=False)
    (tmp_path / "modules" / "03").mkdir(parents=True)
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path / "modules" / "03")
    assert towns.town_folder() == tmp_path / "my_town"
    monkeypatch.chdir("/")
    assert towns.town_folder() == Path(__file__).parents[1] / "my_town"


def test_every_name_the_package_offers_is_there():
    for name in towns.__all__:
        assert getattr(towns, name)
    assert has_text("town.conflict")
