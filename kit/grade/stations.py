"""What a worker of a Dask cluster carries while a class is graded: its stations, started when needed.

Dask keeps it on the scheduler and gives it to every worker, also to those that come later or are
started again after a crash.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from typing import Any

from distributed import WorkerPlugin, get_worker


class StationBroken(Exception):
    """A station could not be set up: a fault of that computer, not of a hand-in."""


class Stations(WorkerPlugin):
    """Holds as many stations as this worker has threads.

    Parameters
    ----------
    name : str
        Name of this run.
    set_up : dict
        What a station needs once: the exercise, the course's settings, the outline of the gradebook.
    """

    def __init__(self, name: str, set_up: dict[str, Any]) -> None:
        self.name, self.set_up = name, set_up

    def setup(self, worker: Any) -> None:
        """Make ready on a worker."""
        self.lock, self.idle, self.all = threading.Lock(), [], []

    def teardown(self, worker: Any) -> None:
        """End all stations of this worker."""
        for _, line in self.all:
            with contextlib.suppress(OSError):
                line.close()
        for process, _ in self.all:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
            process.kill()

    def grade(self, work: dict[str, Any]) -> dict[str, Any]:
        """Grade one hand-in in a free station; a station that breaks is not used again.

        Raises
        ------
        EOFError
            If the station ended: then its hand-in is at fault, or the memory of this computer.
        """
        with self.lock:
            station = self.idle.pop() if self.idle else None
        process, line = station or self._start()
        try:
            line.send(work)
            told = line.recv()
        except BaseException:
            process.kill()
            line.close()
            raise
        with self.lock:
            self.idle.append((process, line))
        return told

    def _start(self) -> tuple[subprocess.Popen, Connection]:
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kit.grade.station", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        line = Connection(ours.detach())
        with self.lock:
            self.all.append((process, line))
        line.send(self.set_up)
        if trouble := line.recv():
            raise StationBroken(trouble)
        return process, line


def grade_here(name: str, work: dict[str, Any]) -> dict[str, Any]:
    """Grade one hand-in on the worker that runs this."""
    return get_worker().plugins[name].grade(work)


def look_here() -> dict[str, Any]:
    """Tell what this worker is, and how far it keeps students' code apart: found out by doing."""
    import kit
    from kit.grade import levels

    level = levels.best()
    return {
        "machine": socket.gethostname(),
        "kit": kit.__version__,
        "python": ".".join(map(str, sys.version_info[:2])),
        "level": level,
        "line": levels.in_one_line(level),
    }
