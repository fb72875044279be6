"""start.py sets the kit up with nothing but Python, and says in three lines what is in the way.

A small stand-in kit, with a wheelhouse of one package, is set up for real: no network is needed.
"""

import ast
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = """
[build-system]
requires = []
build-backend = "stand_in"
backend-path = ["."]
[project]
name = "local-rights-kit"
version = "0.1.0"
"""
BACKEND = '''
"""Build the smallest editable wheel there is."""
import base64, hashlib, os, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name, info = "local_rights_kit-0.1.0-py3-none-any.whl", "local_rights_kit-0.1.0.dist-info/"
    files = {
        "_local_rights_kit.pth": os.getcwd(),
        info + "METADATA": "Metadata-Version: 2.1\\nName: local-rights-kit\\nVersion: 0.1.0\\n",
        info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files[info + "RECORD"] = "".join(f"{file},,\\n" for file in [*files, info + "RECORD"])
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
    return name
'''
MAIN = "import json, os, sys, tiny\nprint(json.dumps([sys.argv[1:], tiny.VALUE, os.environ['KIT_LANG']]))\n"
UV_LINES = "uv==0.0.1 \\\n    --hash=sha256:" + "0" * 64 + "\n"


@pytest.fixture
def place(tmp_path):
    """A stand-in kit, in a folder whose name has a space and an accent."""
    return stand_in(tmp_path / "mi kit niños")


def stand_in(root):
    for code in ("en", "es"):
        target = root / "kit" / "text" / code / "start.po"
        target.parent.mkdir(parents=True)
        shutil.copy(ROOT / "kit" / "text" / code / "start.po", target)
    shutil.copy(ROOT / "start.py", root)
    (root / "kit" / "__init__.py").touch()
    (root / "kit" / "__main__.py").write_text(MAIN)
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "stand_in.py").write_text(BACKEND)
    wheel = tiny_wheel(root / "wheelhouse")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = f"tiny==1.0 \\\n    --hash=sha256:{digest}\n" + UV_LINES
    (root / "requirements.lock").write_text(lock)
    (root / "requirements-test.lock").write_text(lock)
    return root


def tiny_wheel(folder):
    folder.mkdir()
    info = "tiny-1.0.dist-info/"
    files = {
        "tiny.py": "VALUE = 42\n",
        info + "METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[info + "RECORD"] = "".join(f"{file},,\n" for file in [*files, info + "RECORD"])
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
    return path


def begin(place, *words, **env):
    """Start the stand-in kit, as a person would, from some other folder."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "KIT_", "LC_", "UV_"))
    }
    clean |= {"LANG": "C.UTF-8", "PIP_CONFIG_FILE": os.devnull, **env}
    return subprocess.Popen(
        [sys.executable, place / "start.py", *words],
        cwd=place.parent,
        env=clean,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # Ctrl-C works as in a person's terminal, also where CI itself runs in the background.
        preexec_fn=None if os.name == "nt" else lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def finish(started):
    out, err = started.communicate(timeout=240)
    return started.returncode, out, err


def module(place):
    """Load start.py of that folder, to call it as Python does."""
    spec = importlib.util.spec_from_file_location("start", place / "start.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def told(capsys, start, words=()):
    """Run it to its end and give the three lines on the error stream."""
    assert start.main(list(words)) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3, lines
    return lines


# ---------------------------------------------------------------- it works


@pytest.mark.slow
def test_two_starts_at_once_make_one_environment_without_a_network(place):
    """The wheelhouse is enough; the second start waits; all words reach the kit; nothing is set up twice."""
    first, second = begin(place, "grade", "my class", "--now"), begin(place, LANG="es_ES.UTF-8")
    (code1, out1, err1), (code2, out2, err2) = finish(first), finish(second)
    assert (code1, err1, code2, err2) == (0, "", 0, "")
    assert json.loads(out1.splitlines()[-1]) == [["grade", "my class", "--now"], 42, "en"]
    assert json.loads(out2.splitlines()[-1]) == [["lab"], 42, "es"]
    both = out1 + out2
    assert ("was set up in" in both) + ("quedó preparado" in both) == 1
    assert ("waits for it" in both) + ("espera a que termine" in both) == 1
    assert not (place / ".set-up.log").exists()

    begun = time.monotonic()
    code, out, _ = finish(begin(place, "--no-browser"))
    assert (code, json.loads(out)) == (0, [["lab", "--no-browser"], 42, "en"]), (
        "a later start says nothing of its own"
    )
    assert time.monotonic() - begun < 60

    path_file = next(place.glob(".venv/**/_local_rights_kit.pth")).read_bytes()
    assert path_file.isascii(), "Pythons before 3.13 read this file in the computer's own encoding"

    # What a crash leaves: no stamp, and rubbish. The next start begins anew.
    (place / ".venv" / "kit.stamp").unlink()
    (place / ".venv" / "rubbish").touch()
    code, out, _ = finish(begin(place))
    assert code == 0 and "set up in" in out and not (place / ".venv" / "rubbish").exists()


def test_the_environment_is_made_again_when_lock_project_python_or_place_change(place, tmp_path, monkeypatch):
    start = module(place)
    before = start.fingerprint("kit")
    assert start.fingerprint("kit") == before
    for file in ("requirements.lock", "pyproject.toml"):
        text = (place / file).read_text()
        (place / file).write_text(text + "# changed\n")
        assert start.fingerprint("kit") != before, file
        (place / file).write_text(text)
    moved = tmp_path / "moved"
    shutil.copytree(place, moved)
    assert module(moved).fingerprint("kit") != before
    monkeypatch.setattr(sys, "version", "3.13.0 another")
    assert start.fingerprint("kit") != before


def test_a_test_environment_serves_the_kit_too_but_not_the_other_way_round(place):
    start = module(place)
    start.PYTHON.parent.mkdir(parents=True)
    start.PYTHON.touch()
    start.STAMP.write_text(start.fingerprint("kit"))
    assert start.ready("kit") and not start.ready("test")
    start.STAMP.write_text(start.fingerprint("kit") + "\n" + start.fingerprint("test"))
    assert start.ready("kit") and start.ready("test")


@pytest.mark.parametrize(
    ("words", "which", "end"),
    [
        ([], "kit", ["kit", "lab"]),
        (["--no-browser"], "kit", ["kit", "lab", "--no-browser"]),
        (["--port", "9999"], "kit", ["kit", "lab", "--port", "9999"]),
        (["commands"], "kit", ["kit", "--help"]),
        (["marks", "--to", "canvas"], "kit", ["kit", "marks", "--to", "canvas"]),
        (["test", "-k", "rates", "-n", "0"], "test", ["-k", "rates", "-n", "0"]),
    ],
)
def test_words_go_where_they_belong(place, words, which, end):
    """Only the word test is for start.py; everything else is for the kit."""
    found, command = module(place).command_for(words)
    assert found == which
    assert command[-len(end) :] == end


def test_uv_is_pinned_by_the_lock_with_its_hashes():
    """The installer itself is checked before it runs."""
    start = module(ROOT)
    lock = start.LOCKS["kit"].read_text()
    found = re.search(r"^uv==(?:.*\n )*.*\n", lock, re.MULTILINE).group()
    assert found.startswith("uv==") and found.count("==") == 1
    assert found.count("--hash=sha256:") == len(found.splitlines()) - 1 > 10


# ---------------------------------------------------------------- something is in the way


def test_a_python_of_2016_can_read_the_file():
    """It has to, to say that it is too old."""
    ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))


OLD_OR_NEW = [(3, 6, 15), (3, 10, 13), (3, 11, 4), (3, 15, 0), (4, 0, 0)]


@pytest.mark.parametrize("version", OLD_OR_NEW)
def test_a_python_that_will_not_do_is_told_so(place, capsys, monkeypatch, version):
    start = module(place)
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(sys, "version", ".".join(map(str, version)) + " (main)")
    monkeypatch.setattr(start.shutil, "which", lambda name: None)
    what, expected, do = told(capsys, start)
    assert ".".join(map(str, version)) in what and "3.11.5" in expected and "python.org" in do
    assert not (place / ".venv").exists()


def test_a_better_python_on_this_computer_is_named(place, capsys, monkeypatch):
    start = module(place)
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(start.shutil, "which", lambda name: "/usr/bin/" + name if name == "python3.12" else None)
    monkeypatch.setattr(start.subprocess, "call", lambda command, **_: 0)
    assert told(capsys, start)[2].endswith("python3.12 start.py")


def test_the_limits_are_those_of_the_project():
    start = module(ROOT)
    oldest, newest = (".".join(map(str, version)) for version in (start.OLDEST, start.TOO_NEW))
    assert f'requires-python = ">={oldest},<{newest}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for code in ("en", "es"):
        catalogue = (ROOT / "kit" / "text" / code / "start.po").read_text(encoding="utf-8")
        assert oldest in catalogue and f"3.{start.TOO_NEW[1] - 1}" in catalogue


@pytest.mark.parametrize("part", ["venv", "ensurepip"])
@pytest.mark.parametrize(
    ("apt", "words"), [("/usr/bin/apt", "sudo apt install python3."), (None, "package manager")]
)
def test_a_python_without_venv_is_told_which_package_brings_it(place, capsys, monkeypatch, part, apt, words):
    start = module(place)
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None if name == part else object())
    monkeypatch.setattr(start.shutil, "which", lambda name: apt if name == "apt" else None)
    assert words in told(capsys, start)[2]


def test_too_little_room_is_seen_before_anything_is_made(place, capsys, monkeypatch):
    start = module(place)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(start.shutil, "disk_usage", lambda path: usage(10**9, 9 * 10**8, 10**8))
    what, expected, _ = told(capsys, start)
    assert "100 MB" in what and "1000 MB" in expected
    assert not (place / ".venv").exists()


def test_a_folder_that_cannot_be_written_is_named(place, capsys):
    (place / ".venv.lock").mkdir()  # root may write anywhere, but not into a folder as if it were a file
    what, _, do = told(capsys, module(place))
    assert str(place) in what and "Copy" in do


@pytest.mark.parametrize("file", ["requirements.lock", "pyproject.toml"])
def test_a_missing_file_is_named(place, capsys, file):
    (place / file).unlink()
    what, where, _ = told(capsys, module(place))
    assert file in what and str(place) in where


def test_start_py_alone_asks_for_the_rest_of_the_kit(tmp_path, capsys):
    shutil.copy(ROOT / "start.py", tmp_path)
    told(capsys, module(tmp_path))


@pytest.mark.slow
def test_without_internet_and_wheelhouse_it_says_so(place):
    """A real attempt, against a port where nobody answers."""
    shutil.rmtree(place / "wheelhouse")
    code, _, err = finish(begin(place, PIP_INDEX_URL="http://127.0.0.1:9/simple", KIT_LANG="es"))
    assert code == 1
    assert err.splitlines()[0] == "El kit no llega a internet para descargar sus paquetes."
    assert len(err.splitlines()) == 3
    assert not (place / ".venv" / "kit.stamp").exists()


@pytest.mark.slow
def test_a_wheelhouse_that_lacks_a_package_is_told_which(place):
    (place / "wheelhouse" / "tiny-1.0-py3-none-any.whl").unlink()
    code, _, err = finish(begin(place))
    assert code == 1
    assert "tiny" in err.splitlines()[0] and ".set-up.log" in err.splitlines()[2]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a person's Ctrl-C cannot be sent by a program on Windows")
def test_ctrl_c_during_the_set_up_loses_nothing(place):
    started = begin(place)
    while not (place / ".venv").exists():
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    code, _, err = finish(started)
    assert code == 130 and len(err.splitlines()) == 3
    assert not (place / ".venv" / "kit.stamp").exists()


# What the two installers said when each fault was made on purpose.
SAID = [
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk-full"),
    ("  cause: failed to write to file `x`: No space left on device (os error 28)", "disk-full"),
    ("  cause: There is not enough space on the disk. (os error 112)", "disk-full"),
    ("error: Failed to fetch\n  cause: error sending request for url (x)\n  cause: dns error", "offline"),
    ("WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError(': Failed to", "offline"),
    (
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(): Read timed out. ReadTimeout",
        "offline",
    ),
    ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'", "no-write"),
    ("error: failed to create directory `/x`: Read-only file system (os error 30)", "no-write"),
    ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "failed"),
    ("", "failed"),
]


@pytest.mark.parametrize(("said", "key"), SAID)
def test_what_an_installer_says_becomes_three_clear_lines(place, said, key):
    start = module(place)
    shutil.rmtree(place / "wheelhouse")
    start.LOG.write_text(said, encoding="utf-8")
    stop = start.reason()
    assert stop.key == key
    assert len(start.words(stop.key, **stop.gaps).splitlines()) == 3


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("wanted", ["en", "es"])
def test_every_message_can_be_read_without_gettext(place, monkeypatch, wanted):
    """start.py reads the catalogue with its own few lines; polib must read the same."""
    import polib

    monkeypatch.setenv("KIT_LANG", wanted)
    start = module(place)
    gaps = dict.fromkeys(
        [
            "need",
            "have",
            "command",
            "version",
            "folder",
            "free",
            "package",
            "log",
            "file",
            "seconds",
            "clock",
            "done",
        ],
        "x",
    )
    for entry in polib.pofile(str(ROOT / "kit" / "text" / wanted / "start.po")):
        name = entry.msgid.removeprefix("start.")
        assert start.words(name, **gaps) == entry.msgstr.format(**gaps)


def test_help_needs_no_set_up_and_no_accents(place):
    """An old terminal shows a question mark in the place of an accent, not an error."""
    code, out, err = finish(begin(place, "--help", KIT_LANG="es", PYTHONIOENCODING="ascii"))
    assert (code, err) == (0, "")
    assert "python3 start.py test" in out
    assert not (place / ".venv").exists()


@pytest.mark.parametrize(
    ("env", "wanted"),
    [
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "es_MX.UTF-8", "KIT_LANG": "en"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "es_ES"}, "es"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_user(place, monkeypatch, env, wanted):
    for name in ("KIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert module(place).language() == wanted
