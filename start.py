#!/usr/bin/env python3
"""Start the Local Rights Kit, with nothing but Python.

``python3 start.py`` sets the kit up once and opens it in the browser, ``python3 start.py test``
runs all tests, and any other words go to the ``kit`` command (``python3 start.py grade ...``).

Pythons too old for the kit must be able to read this file, for it tells them so: it keeps to
the syntax of Python 3.6 and to the standard library. Its words stand in kit/text/*/start.po.
"""

import ast
import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST, TOO_NEW = (3, 11, 5), (3, 15)  # the same as requires-python in pyproject.toml
MEGABYTES = {"kit": 1000, "test": 1500}  # room on the disk: measured with pip, and a quarter to spare
WINDOWS = os.name == "nt"
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
UV = BIN / ("uv.exe" if WINDOWS else "uv")
STAMP = VENV / "kit.stamp"
WHEELHOUSE = ROOT / "wheelhouse"
LOG = ROOT / ".set-up.log"
LOCKS = {"kit": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}


class Stop(Exception):
    """Why the kit cannot start: the name of a message in the catalogue, and its gaps."""

    def __init__(self, key: str, **gaps: object) -> None:
        super().__init__(key)
        self.key, self.gaps = key, gaps


# ---------------------------------------------------------------- words


def language() -> str:
    """Give the language of the user: KIT_LANG, else that of this computer."""
    names = ("KIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((os.environ[name] for name in names if os.environ.get(name)), "")
    if WINDOWS and not wanted:
        import ctypes
        import locale

        wanted = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    short = wanted[:2].lower()
    return short if (ROOT / "kit" / "text" / short / "start.po").is_file() and short else "en"


def words(key: str, **gaps: object) -> str:
    """Read one message from the catalogue, which is an ordinary gettext file."""
    catalogue = (ROOT / "kit" / "text" / language() / "start.po").read_text(encoding="utf-8")
    pair = re.search(r'^msgid "start\.' + key + r'"\nmsgstr ((?:".*"\n?)+)', catalogue, re.MULTILINE)
    return ast.literal_eval("(" + pair.group(1) + ")").format(**gaps)


def say(text: str, end: str = "\n", stream: object = None) -> None:
    """Print, also where the terminal has no accents."""
    stream = stream or sys.stdout
    code = getattr(stream, "encoding", None) or "ascii"
    stream.write(text.encode(code, "replace").decode(code) + end)
    stream.flush()


# ---------------------------------------------------------------- what this computer has


def check_python() -> None:
    """Refuse a Python that cannot run the kit, and name one that can."""
    if OLDEST <= sys.version_info[:3] < TOO_NEW:
        return
    test = f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:3] < {TOO_NEW})"
    for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1):
        for command in ([f"python3.{minor}"], ["py", f"-3.{minor}"]):
            if (
                shutil.which(command[0])
                and subprocess.call([*command, "-c", test], stderr=subprocess.DEVNULL) == 0
            ):
                raise Stop("python-other", have=sys.version.split()[0], command=" ".join(command))
    raise Stop("python", have=sys.version.split()[0])


def check_computer(which: str) -> None:
    """Refuse early what would fail late: no venv, no right to write, no room."""
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise Stop("venv-debian" if shutil.which("apt") else "venv", version=f"3.{sys.version_info[1]}")
    free = shutil.disk_usage(str(ROOT)).free // 10**6
    if free < MEGABYTES[which]:
        raise Stop("disk-low", folder=ROOT, free=free, need=MEGABYTES[which])


@contextlib.contextmanager
def one_at_a_time() -> object:
    """Let a second start wait for the first; the system frees the lock if we die."""
    try:
        handle = (ROOT / ".venv.lock").open("a")
    except OSError as error:
        raise Stop("no-write", folder=ROOT) from error
    with handle:
        told = False
        while not _lock(handle):
            if not told:
                say(words("waiting"))
            told = True
            time.sleep(0.3)
        yield


def _lock(handle: object) -> bool:
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # some network disks know no locks: go on without
        return True
    return True


# ---------------------------------------------------------------- setting up


def fingerprint(which: str) -> str:
    """Name everything the environment depends on: lock, project, Python, and place."""
    parts = [LOCKS["kit"], LOCKS[which], ROOT / "pyproject.toml"]
    try:
        read = b"".join(part.read_bytes() for part in parts)
    except FileNotFoundError as error:
        raise Stop("incomplete", file=Path(error.filename).name, folder=ROOT) from error
    return which + " " + hashlib.sha256(read + (sys.version + str(ROOT)).encode()).hexdigest()


def ready(which: str) -> bool:
    """Tell whether the environment is whole and fits the lock."""
    return PYTHON.exists() and STAMP.is_file() and fingerprint(which) in STAMP.read_text().splitlines()


def set_up(which: str) -> None:
    """Make the environment, unless it is there. The stamp comes last: half-made is not made."""
    if fingerprint(which) and ready(which):
        return
    with one_at_a_time():
        if ready(which):
            return
        check_computer(which)
        started = time.monotonic()
        say(words("setting-up", need=MEGABYTES[which] * 4 // 5))
        LOG.write_text("", encoding="utf-8")
        fresh = not ready("kit")
        if STAMP.exists():
            STAMP.unlink()
        if fresh and run([sys.executable, "-m", "venv", "--clear", VENV]):
            raise reason()
        install(which)
        path_in_ascii()
        STAMP.write_text("\n".join(fingerprint(name) for name in dict.fromkeys(("kit", which))))
        LOG.unlink()
        clear_line()
        say(words("ready", seconds=round(time.monotonic() - started)))


def install(which: str) -> None:
    """Install the lock, from the wheelhouse or the network: with uv, else with pip."""
    source = ["--no-index", "--find-links", WHEELHOUSE] if WHEELHOUSE.is_dir() else []
    locked = ["--require-hashes", "--no-deps", "-r"]
    pip = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    lock = LOCKS[which].read_text(encoding="utf-8")
    uv_lines = re.search(r"^uv==(?:.*\n )*.*\n", lock, re.MULTILINE).group()
    only_uv, all_but_uv = VENV / "uv.txt", VENV / "all-but-uv.txt"
    only_uv.write_text(uv_lines, encoding="utf-8")
    all_but_uv.write_text(lock.replace(uv_lines, ""), encoding="utf-8")

    if run([*pip, "--retries", "2", *source, *locked, only_uv]) and not source:
        stopped = reason()
        if stopped.key in ("offline", "disk-full"):
            raise stopped
    tool = [UV, "pip", "install", "--python", PYTHON]
    if not UV.exists() or run([*tool, *source, *locked, all_but_uv]):
        tool = pip  # no uv for this computer, or a mirror that only pip has been told of
        if run([*tool, *source, *locked, all_but_uv]):
            raise reason()
    if run([*tool, "--no-index", "--no-deps", "--no-build-isolation", "-e", ROOT]):
        raise reason()


def path_in_ascii() -> None:
    """Write the path to the kit so that every Python can read it.

    Before Python 3.13 such a file is read in the computer's own encoding; on Windows, a folder
    named Niños would be misread, or stop Python altogether.
    """
    for file in VENV.glob("*/**/site-packages/*local_rights_kit.pth"):
        file.write_text(f"import sys; sys.path.append({str(ROOT)!a})\n")


def run(command: list) -> int:
    """Run one step, keep what it says in the log, and show that something moves."""
    command = [str(word) for word in command]
    with LOG.open("ab") as log:
        log.write(("\n$ " + " ".join(command) + "\n").encode("utf-8"))
        log.flush()
        child = subprocess.Popen(
            command,
            cwd=str(ROOT),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            while child.poll() is None:
                show_progress()
                time.sleep(0.1)
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
    return child.returncode


def show_progress() -> None:
    """Rewrite one line: how many packages are in, how long it took, what is being fetched."""
    if not sys.stdout.isatty():
        return
    done = sum(1 for _ in VENV.glob("*/**/site-packages/*.dist-info"))
    lines = re.findall(r"(?:Downloading|Collecting|Installing) .*", last_step())
    minutes, seconds = divmod(int(time.monotonic() - show_progress.since), 60)
    clock = f"{minutes}:{seconds:02d}"
    line = words("progress", clock=clock, done=done) + "  " + (lines[-1] if lines else "")
    width = shutil.get_terminal_size().columns - 1
    say("\r" + line[:width].ljust(width), end="")


show_progress.since = time.monotonic()


def last_step() -> str:
    """Give what the last step said; each one begins with its command."""
    log = LOG.read_text(encoding="utf-8", errors="replace") if LOG.exists() else ""
    return log.rpartition("\n$ ")[2]


def clear_line() -> None:
    """Take the progress line away."""
    if sys.stdout.isatty():
        say("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r", end="")


def reason() -> Stop:
    """Read from the log why a step failed."""
    log = last_step()
    full = re.search(r"No space left|os error (?:28|112)\b|Errno 28|not enough space|Disk quota", log)
    if full or shutil.disk_usage(str(ROOT)).free < 2 * 10**6:
        return Stop("disk-full", folder=ROOT)
    if re.search(r"Permission denied|Errno 13|Read-only file system", log):
        return Stop("no-write", folder=ROOT)
    if WHEELHOUSE.is_dir():
        missing = re.search(r"No matching distribution found for ([\w.-]+)|Because ([\w.-]+) was not found", log)
        return Stop("wheelhouse", package=next(filter(None, missing.groups())) if missing else "?", log=LOG)
    network = (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|dns error"
        r"|error sending request|tcp connect error|operation timed out|Network is unreachable"
        r"|Failed to establish a new connection|Connection (?:reset|refused|aborted)"
        r"|Temporary failure in name resolution|getaddrinfo failed"
    )
    return Stop("offline") if re.search(network, log, re.IGNORECASE) else Stop("failed", log=LOG)


# ---------------------------------------------------------------- starting


def environment() -> dict:
    """Give the programs we start this environment, and no settings that would lead them astray."""
    stray = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_HASHES")
    clean = {name: value for name, value in os.environ.items() if name not in stray}
    clean["PATH"] = str(BIN) + os.pathsep + clean.get("PATH", "")
    clean.setdefault("KIT_LANG", language())
    clean.setdefault("UV_SYSTEM_CERTS", "true")  # town halls often add a certificate of their own
    if WINDOWS:
        clean["PYTHONUTF8"] = "1"
    return clean


def command_for(words_given: list) -> tuple:
    """Turn the words after ``start.py`` into the set to install and the command to run."""
    if words_given[:1] == ["test"]:
        # Later options win, so that "-n 0" or "-v" still do what they say.
        spread = ["-n", "logical", "--maxprocesses", "8", "--dist", "loadgroup"]
        return "test", [PYTHON, "-m", "pytest", *spread, *words_given[1:]]
    if words_given == ["commands"]:
        words_given = ["--help"]
    elif not words_given or words_given[0].startswith("-"):
        words_given = ["lab", *words_given]
    return "kit", [PYTHON, "-m", "kit", *words_given]


def hand_over(command: list, env: dict) -> int:
    """Become the command; Windows cannot, so there we wait for it."""
    command = [str(word) for word in command]
    if not WINDOWS:
        os.execve(command[0], command, env)
    child = subprocess.Popen(command, env=env)
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C is for the command
            return child.wait()


def main(words_given: list) -> int:
    """Set up what is needed and do what the words ask for."""
    if not (ROOT / "kit" / "text" / "en" / "start.po").is_file():
        say(f"The folder of this file is not the whole kit: {ROOT}", stream=sys.stderr)
        say("The folder kit/ was expected beside start.py.", stream=sys.stderr)
        say("Copy or unpack the whole kit again, then start it there.", stream=sys.stderr)
        return 1
    if words_given[:1] in (["-h"], ["--help"]):
        say(words("help"))
        return 0
    try:
        check_python()
        which, command = command_for(words_given)
        set_up(which)
        env = environment()
        if which == "test":
            os.chdir(str(ROOT))
        return hand_over(command, env)
    except Stop as stop:
        clear_line()
        say(words(stop.key, **stop.gaps), stream=sys.stderr)
    except KeyboardInterrupt:
        clear_line()
        say(words("stopped"), stream=sys.stderr)
        return 130
    except OSError as error:
        clear_line()
        key = "disk-full" if error.errno in (28, 122) else "no-write"
        say(words(key, folder=error.filename or ROOT), stream=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
