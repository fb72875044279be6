"""A box with a warm parent in it, and the programs that it starts."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.errors import SetupError
from kit.grade import box_command, confine, warm
from kit.grade.frames import Channel

# Limits of one student's program: bytes, numbers, seconds of computing.
MEMORY, PROCESSES, COMPUTING = 1 << 30, 128, 1200
LARGEST_ANSWER = 48_000_000
_PATIENCE = 120


@dataclass(frozen=True)
class Level:
    """How far a student's code is kept apart.

    Parameters
    ----------
    name : str
        ``"box"``, ``"locked"``, ``"container"`` or ``"none"``.
    drop_root : bool
        The grader runs as root, and the box becomes a plain user.
    own_world : bool
        Each student gets a world of processes, files and network of their own.
    landlock : int
        The ABI of Landlock in use; 0 for none.
    reason : str
        Why it is not a better level.
    """

    name: str
    drop_root: bool = False
    own_world: bool = False
    landlock: int = 0
    reason: str = ""


class Program:
    """One program in a box: its connection, and the line to its keeper."""

    def __init__(self, channel: Channel, keeper: socket.socket, scratch: Path | None) -> None:
        self.channel = channel
        self.keeper = keeper
        self.scratch = scratch
        self.info: dict[str, Any] = {}

    def wait(self) -> Program:
        """Wait until it is ready.

        Raises
        ------
        SetupError
            If it cannot be started.
        """
        try:
            said, _ = self.channel.receive(seconds=_PATIENCE)
        except (OSError, EOFError, ValueError) as problem:
            said = {"failed": f"{type(problem).__name__}: {problem}"}
        if not said.get("ready"):
            self.end()
            raise SetupError("box.cannot-start", reason=str(said.get("failed", said))[:200])
        self.info = said
        return self

    def interrupt(self) -> None:
        """Ask it to stop what it does."""
        with contextlib.suppress(OSError):
            self.keeper.send(b"interrupt")

    def spare(self, copy: int) -> None:
        """Let a copy of it live on when it ends."""
        with contextlib.suppress(OSError):
            self.keeper.send(b"spare %d" % copy)

    def stop(self, copy: int = 0) -> str:
        """End it but not its spared copies, or one of these; give the keeper's reason if it had ended before."""
        why = self._why()
        with contextlib.suppress(OSError):
            self.keeper.send(b"end %d" % copy if copy else b"end")
        return why

    def end(self) -> str:
        """End it and everything it started; give the keeper's reason if it had ended before."""
        why = self._why()
        for end in (self.keeper, self.channel.socket):
            end.close()
        if self.scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)
        return why

    def is_gone(self) -> bool:
        """Tell whether it ended already: its keeper speaks only then."""
        return bool(select.select([self.keeper], [], [], 0)[0])

    def _why(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            if self.is_gone():
                return self.keeper.recv(64).decode("ascii", "replace")
        return ""


class Box:
    """A warm parent.

    Parameters
    ----------
    what : str
        ``"kernel"`` for students' programs, ``"tests"`` for the teacher's, ``"probe"`` to try a level.
    level : Level
        How far apart.
    preload : iterable of str
        More modules to load before anything is asked.
    """

    def __init__(self, what: str, *, level: Level, preload: Iterable[str] = ()) -> None:
        self.level = level
        self.what = what
        self._scratch = None
        self._ahead: Program | None = None
        boxed = level.name == "box"
        self._control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = box_command.program("kit.grade.warm", str(inside.fileno()))
        folders = dict(box_command.FOLDERS)
        if boxed:
            command = box_command.bubblewrap(command, drop_root=level.drop_root, fonts=_fonts())
            variables = {"PATH": "/usr/bin:/bin"}
        else:
            self._scratch = Path(tempfile.mkdtemp(prefix="kit-box-"))
            folders = self._folders("parent")
            variables = box_command.environment(folders["home"], folders["temporary"])
            variables["MPLCONFIGDIR"] = str(_fonts() or variables["MPLCONFIGDIR"])
        self.process = subprocess.Popen(
            command,
            env=variables,
            cwd="/",
            pass_fds=[inside.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("KIT_BOX_DEBUG") else subprocess.PIPE,
            start_new_session=True,
        )
        inside.close()
        locked = level.name in ("box", "locked")
        settings = {
            "what": what,
            "user": box_command.PLAIN_USER if boxed and level.drop_root else 0,
            "drop": not boxed and locked,
            # Tests are the teacher's own code: the box and the locks are enough for them.
            "own_world": level.own_world and what != "tests",
            "own_network": boxed,
            "signals": boxed or level.landlock >= 6 or level.name in ("none", "container"),
            "landlock": bool(level.landlock) and locked,
            "seccomp": locked,
            "readable": [*map(str, _visible()), folders["home"]] if not boxed else [],
            "folders": folders,
            "memory": MEMORY,
            "processes": PROCESSES,
            "cpu": COMPUTING,
            "room": 1 << 20,
            "preload": list(preload),
        }
        warm.ask(self._control, settings, [])
        self.ready = False

    def wait(self) -> dict:
        """Wait until it is warm.

        Raises
        ------
        SetupError
            If it cannot be started.
        """
        if not self.ready:
            self._control.settimeout(_PATIENCE)
            try:
                said = self._control.recv(1 << 16)
            except OSError:
                said = b""
            if not said:
                raise SetupError("box.cannot-start", reason=self._last_words())
            self.ready = True
            self.info = json.loads(said)
        return self.info

    def begin(self, files: Iterable[tuple[str, Path]] = ()) -> Program:
        """Give a program these files in its folder, and go on while it gets ready.

        Parameters
        ----------
        files : iterable of (str, Path)
            Names inside, and where the content stands.

        Raises
        ------
        SetupError
            If the warm parent cannot be started.
        """
        if self._ahead and self._ahead.is_gone():
            self._ahead.end()
            self._ahead = None
        running, self._ahead = self._ahead or self._forked(), None
        # A program that is gone already says so when it is waited for.
        with contextlib.suppress(OSError):
            for name, path in files:
                running.channel.send({"file": name}, path.read_bytes())
            running.channel.send({"go": True})
        return running

    def ahead(self) -> None:
        """Have an empty program made for the next `begin`, while others work; it has seen nothing yet."""
        with contextlib.suppress(OSError):
            self._ahead = self._ahead or self._forked()

    def start(self, files: Iterable[tuple[str, Path]] = ()) -> Program:
        """Start a program with these files in its folder, and wait until it is ready.

        Raises
        ------
        SetupError
            If it cannot be started.
        """
        return self.begin(files).wait()

    def _forked(self) -> Program:
        self.wait()
        ours, theirs = socket.socketpair()
        line, keeper = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request: dict[str, Any] = {}
        scratch = None
        if self._scratch:
            folders = self._folders(f"{time.monotonic_ns()}-{os.getpid()}")
            scratch = Path(folders["home"]).parent
            request = {"folders": folders, "scratch": [str(scratch)]}
        try:
            warm.ask(self._control, request, [theirs, keeper])
        finally:
            theirs.close()
            keeper.close()
        return Program(Channel(ours, largest=LARGEST_ANSWER), line, scratch)

    def usage(self) -> dict[str, float]:
        """Tell how many seconds were computed in this box, and the bytes of its largest program."""
        warm.ask(self._control, {"usage": True}, [])
        return json.loads(self._control.recv(1 << 16))

    def close(self) -> None:
        """End the warm parent and every program it started."""
        if self._ahead:
            self._ahead.end()
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _folders(self, name: str) -> dict[str, str]:
        folders = {kind: self._scratch / name / kind for kind in box_command.FOLDERS}
        for folder in folders.values():
            folder.mkdir(parents=True)
        return {kind: str(folder) for kind, folder in folders.items()}

    def _last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)
        words = ""
        if self.process.stderr and self.process.poll() is not None:
            words = self.process.stderr.read().decode("utf-8", "replace").strip()
        return (words.splitlines() or ["-"])[-1][:200]


def _fonts() -> Path | None:
    with contextlib.suppress(ImportError):
        from kit.grade.nbgrader_steps import _matplotlib_folder

        folder = Path(os.environ.get("MPLCONFIGDIR") or _matplotlib_folder())
        return folder if folder.is_dir() else None
    return None


def _visible() -> list[Path]:
    """Name what a program without a box of its own may read: the same as in a box."""
    system = (
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib64",
        "/proc/self",
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/proc/stat",
    )
    settings = (*box_command._SETTINGS, "/etc/passwd", "/etc/group", "/dev/urandom", "/dev/random", "/dev/zero")
    return [*map(Path, system), *map(Path, settings), *box_command.readable(), Path("/sys/devices/system/cpu")]


def abi() -> int:
    """Tell which Landlock this computer has."""
    with contextlib.suppress(OSError, AttributeError):
        return confine.landlock_abi()
    return 0
