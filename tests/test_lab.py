"""JupyterLab opens calm, on this computer only, and never over the learner's work."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kit import course, lab, own_copy
from kit.errors import SetupError

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A running kit in a folder of its own, with a space and an accent in the name; gives folder and address."""
    folder = tmp_path_factory.mktemp("lab") / "mi curso niños"
    with course_of(tmp_path_factory.mktemp("shipped")), lab.server(folder=folder) as address:
        yield folder, address


@contextlib.contextmanager
def course_of(shipped):
    """Pretend that the kit is installed, with this small course in it."""
    for name in ("modules", "exercises"):
        (shipped / name).mkdir(parents=True, exist_ok=True)
    (shipped / lab.START).write_text(json.dumps(NOTEBOOK))
    (shipped / "exercises" / "first.ipynb").write_text(json.dumps(NOTEBOOK))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course, "folder", lambda name: shipped / name)
        yield shipped


def ask(address, path, method="GET", body=None, *, token=True):
    parts = urlsplit(address)
    headers = {"Authorization": "token " + parse_qs(parts.query)["token"][0]} if token else {}
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.request(method, path, body=json.dumps(body) if body else None, headers=headers)
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    return answer.status, json.loads(said) if said[:1] in (b"{", b"[") else said.decode()


def refused(call, *words, **options):
    with pytest.raises(SetupError) as caught:
        call(*words, **options)
    assert len(caught.value.lines) == 3
    return caught.value


# ---------------------------------------------------------------- the running server


@pytest.mark.slow
def test_only_this_computer_can_open_it_and_only_with_the_token(opened):
    _, address = opened
    assert urlsplit(address).hostname == "127.0.0.1"
    assert ask(address, "/api/contents")[0] == 200
    assert ask(address, "/api/contents", token=False)[0] == 403
    listening = Path("/proc/net/tcp")
    if listening.exists():
        port = f":{urlsplit(address).port:04X}"
        mine = [line.split()[1] for line in listening.read_text().splitlines() if f"{port} 00000000" in line]
        assert mine == [f"0100007F{port}"]


@pytest.mark.slow
def test_learners_see_lessons_exercises_and_their_town(opened):
    _, address = opened
    status, listed = ask(address, "/api/contents")
    assert status == 200
    assert sorted(item["name"] for item in listed["content"]) == ["exercises", "modules", "my_town"]


@pytest.mark.slow
def test_nothing_is_asked_of_the_internet(opened):
    """No news, no search for a newer version, no catalogue of add-ons."""
    _, address = opened
    _, page = ask(address, "/lab")
    config = json.loads(page.split('id="jupyter-config-data" type="application/json">')[1].split("</script>")[0])
    assert config["news"] == {"disabled": True}
    assert ask(address, "/lab/api/news")[1] == {"news": []}
    assert ask(address, "/lab/api/update")[1]["notification"] is None
    assert ask(address, "/lab/api/extensions?query=a&page=1&per_page=9&refresh=0")[1] == []
    disabled = config["disabledExtensions"]
    assert "@jupyterlab/apputils-extension:announcements" in disabled
    assert "@jupyterlab/terminal-extension" in disabled
    assert ask(address, "/api/terminals")[0] == 404


@pytest.mark.slow
def test_our_settings_are_known_to_this_jupyterlab(opened):
    """A setting that JupyterLab renamed would be dropped in silence."""
    _, address = opened
    wanted = json.loads((ROOT / "kit" / "lab_settings" / "overrides.json").read_text(encoding="utf-8"))
    for plugin, values in wanted.items():
        status, found = ask(address, f"/lab/api/settings/{plugin}")
        assert status == 200, plugin
        for name, value in values.items():
            assert found["schema"]["properties"][name]["default"] is not None, f"{plugin} {name}"
            if not isinstance(value, dict | list):
                assert found["schema"]["properties"][name]["default"] == value, f"{plugin} {name}"


@pytest.mark.slow
@pytest.mark.parametrize("old", [(2, 0), (3, 0), (4, 0), (4, 4)])
def test_a_notebook_of_an_old_format_opens(opened, old):
    folder, address = opened
    cell = {"cell_type": "code", "metadata": {}, "outputs": []}
    cell |= (
        {"input": "1 + 1", "language": "python"} if old[0] < 4 else {"source": "1 + 1", "execution_count": None}
    )
    content = {"worksheets": [{"cells": [cell]}]} if old[0] < 4 else {"cells": [cell]}
    content |= {"metadata": {"name": "old"}, "nbformat": old[0], "nbformat_minor": old[1]}
    (folder / "modules" / "old.ipynb").write_text(json.dumps(content))
    status, found = ask(address, "/api/contents/modules/old.ipynb")
    assert status == 200
    assert found["content"]["nbformat"] == 4
    assert found["content"]["cells"][0]["source"] == "1 + 1"


@pytest.mark.slow
def test_a_damaged_notebook_gets_one_message_and_stays_as_it_is(opened):
    folder, address = opened
    damaged = folder / "modules" / "damaged.ipynb"
    damaged.write_text("{ this is not a notebook")
    status, said = ask(address, "/api/contents/modules/damaged.ipynb")
    assert status == 400
    assert "Unreadable Notebook" in said["message"]
    assert damaged.read_text() == "{ this is not a notebook"


@pytest.mark.slow
def test_opening_it_again_shows_the_one_that_is_open(opened, capsys, monkeypatch):
    """A second server on the same folder would let two windows overwrite each other's work."""
    folder, address = opened
    shown = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    with course_of(course.folder("modules").parent):
        assert lab.open_lab(folder=folder) == 0
    assert shown == [address]
    assert address in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent by a program on Windows")
def test_the_command_opens_says_where_and_closes_on_ctrl_c(tmp_path):
    env = os.environ | {"HOME": str(tmp_path / "no home"), "KIT_LANG": "en"}
    words = ["lab", "--no-browser", "--folder", str(tmp_path / "mine")]
    begun = subprocess.Popen(
        [sys.executable, "-m", "kit", *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As in a person's terminal, also where CI itself runs in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        lines = [begun.stdout.readline()]
        while "token=" not in lines[-1]:
            lines.append(begun.stdout.readline())
            assert lines[-1], begun.stderr.read()
        address = lines[-1].strip()
        port, token = urlsplit(address).port, parse_qs(urlsplit(address).query)["token"][0]
        while not lab._answers(port, token):
            assert begun.poll() is None
        begun.send_signal(signal.SIGINT)
        out, err = begun.communicate(timeout=60)
    finally:
        begun.kill()
    assert begun.returncode == 0
    assert "is closed" in out
    assert err == ""
    assert not (tmp_path / "no home").exists(), "the user's own folder is left alone"


# ---------------------------------------------------------------- what is in the way


@contextlib.contextmanager
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_asked_for_that_is_taken_is_refused(tmp_path):
    with taken() as port, course_of(tmp_path / "shipped"):
        problem = refused(lab.open_lab, port=port, folder=tmp_path / "mine")
    assert problem.key == "lab.port-taken" and str(port) in problem.lines[0]


@pytest.mark.parametrize("port", [-1, 65536, 10**9])
def test_a_port_that_cannot_be_is_refused(port):
    assert refused(lab._choose_port, port).key == "lab.port-taken"


def test_without_a_wish_the_next_free_port_is_taken(monkeypatch):
    with taken() as port:
        monkeypatch.setattr(lab, "PORT", port)
        assert lab._choose_port(None) != port


@pytest.mark.parametrize("page", ["modules/none.ipynb", "../outside.ipynb", "modules", "/etc/hosts", ""])
def test_a_page_that_is_not_in_the_course_is_refused(tmp_path, page):
    (tmp_path / "outside.ipynb").touch()
    with course_of(tmp_path / "shipped"):
        assert refused(lab.open_lab, page, folder=tmp_path / "mine").key == "lab.no-page"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    """Root may write anywhere, so a file stands where the folder should be."""
    (tmp_path / "file").touch()
    with course_of(tmp_path / "shipped"):
        problem = refused(lab.open_lab, folder=tmp_path / "file")
    assert problem.key == "lab.no-write" and str(tmp_path / "file") in problem.lines[0]


def test_everything_that_is_hidden_from_learners_is_there_and_the_rest_is_for_them():
    """A new file at the top is for learners, or is hidden: somebody has to choose."""
    found = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if found.returncode:
        pytest.skip("not a checkout of git")
    top = {line.split("/")[0] for line in found.stdout.splitlines() if not line.startswith((".", '"'))}
    assert top - set(lab.HIDDEN) == {"datasets", "docs", "exercises", "modules"} & top


# ---------------------------------------------------------------- the learner's copy


def test_a_copy_follows_the_kit_but_never_overwrites_work(tmp_path):
    """Untouched files are renewed; a changed one, or one of the learner's own, stays."""
    mine = tmp_path / "mine"
    with course_of(tmp_path / "shipped") as shipped:
        assert own_copy.copy_course(mine) == []
        (mine / "exercises" / "first.ipynb").write_text("my work")
        (mine / "modules" / "notes.txt").write_text("my notes")
        (shipped / lab.START).write_text("newer start")
        (shipped / "exercises" / "first.ipynb").write_text("newer exercise")
        (shipped / "exercises" / "second.ipynb").write_text("second")
        assert own_copy.copy_course(mine) == ["exercises/first.ipynb"]
        assert (mine / lab.START).read_text() == "newer start"
        assert (mine / "exercises" / "first.ipynb").read_text() == "my work"
        assert (mine / "exercises" / "second.ipynb").read_text() == "second"
        assert (mine / "modules" / "notes.txt").read_text() == "my notes"


def test_a_copy_whose_record_is_lost_or_damaged_keeps_everything(tmp_path):
    mine = tmp_path / "mine"
    with course_of(tmp_path / "shipped") as shipped:
        own_copy.copy_course(mine)
        (mine / ".lab" / "copied.json").write_text("nonsense")
        (mine / lab.START).write_text("my work")
        (shipped / lab.START).write_text("newer start")
        assert own_copy.copy_course(mine) == [lab.START]
        assert (mine / lab.START).read_text() == "my work"
        assert not list(mine.rglob("*.half"))


def test_a_file_that_the_learner_deleted_comes_back(tmp_path):
    with course_of(tmp_path / "shipped"):
        own_copy.copy_course(tmp_path / "mine")
        (tmp_path / "mine" / lab.START).unlink()
        own_copy.copy_course(tmp_path / "mine")
        assert (tmp_path / "mine" / lab.START).exists()
