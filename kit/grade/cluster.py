"""The same grading on the workers of a Dask cluster: hand-ins are sent there, one process here writes.

Nothing is shared but the connection: exercise and hand-ins travel, records and files come back.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic, monotonic_ns
from typing import TYPE_CHECKING, Any

from kit.errors import SetupError
from kit.grade import nbgrader_steps
from kit.grade.box import Level
from kit.grade.course import step_folder
from kit.grade.engine import WORK, Engine
from kit.grade.held import words
from kit.grade.parcel import pack, unpack
from kit.text import language, text

if TYPE_CHECKING:
    from distributed import Client, Future
    from nbgrader.coursedir import CourseDirectory

# Seconds to wait for a scheduler, for a first worker, and for a new one where all have gone.
CONNECT, FIRST_WORKER, NO_WORKER = 15, 30, 60


class Machines:
    """The workers of a cluster, looked at one by one.

    Parameters
    ----------
    client : distributed.Client
        The connection to the scheduler.
    found : dict
        By worker, what `kit.grade.stations.look_here` told.
    without_isolation : bool
        Whoever grades has said that students' code may run with the rights of the workers.
    """

    def __init__(self, client: Client, found: dict[str, dict], *, without_isolation: bool) -> None:
        self.client, self.found, self.without_isolation = client, found, without_isolation

    @property
    def level(self) -> Level:
        """The weakest level of all workers: it stands for the whole run."""
        order = ("none", "container", "locked", "box")
        return min((one["level"] for one in self.found.values()), key=lambda level: order.index(level.name))

    def lines(self) -> list[str]:
        """Say which workers there are, and how far each keeps students' code apart."""
        return [
            text("cluster.worker", address=address, machine=one["machine"], line=one["line"])
            for address, one in sorted(self.found.items())
        ]


@contextmanager
def connect(address: str, *, without_isolation: bool = False) -> Iterator[Machines]:
    """Reach a scheduler and look at its workers.

    Parameters
    ----------
    address : str
        Such as ``"tcp://10.0.0.5:8786"``.
    without_isolation : bool
        Students' code may run on workers that cannot keep it apart.

    Raises
    ------
    SetupError
        If Dask is not installed, no scheduler answers, it has no worker, a worker lacks this
        version of the kit, or one cannot keep students' code apart.
    """
    try:
        import distributed
    except ImportError as problem:
        raise SetupError("cluster.not-installed") from problem
    with nbgrader_steps.room(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            client = distributed.Client(address, timeout=CONNECT, set_as_default=False, name="kit-grade")
        except (OSError, ValueError, ImportError, TimeoutError) as problem:
            said = " ".join(str(problem).split())[:80] or type(problem).__name__
            raise SetupError("cluster.no-scheduler", address=address, reason=said) from problem
        try:
            yield Machines(client, _look(client, without_isolation), without_isolation=without_isolation)
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=5)


def _look(client: Client, without_isolation: bool) -> dict[str, dict]:
    import kit
    from kit.grade.stations import look_here

    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER)
    except TimeoutError as problem:
        raise SetupError("cluster.no-workers", seconds=FIRST_WORKER) from problem
    found = client.run(look_here, on_error="return")
    for address, told in sorted(found.items()):
        if isinstance(told, BaseException):
            raise SetupError("cluster.no-kit", worker=address, reason=type(told).__name__)
        if told["kit"] != kit.__version__:
            raise SetupError("cluster.other-kit", worker=address, theirs=told["kit"], ours=kit.__version__)
        if told["level"].name == "none" and not without_isolation:
            raise SetupError("cluster.refused", worker=address, reason=told["level"].reason)
    if not found:
        raise SetupError("cluster.no-workers", seconds=FIRST_WORKER)
    return found


class ClusterEngine(Engine):
    """Grades the hand-ins of one assignment on a cluster; writing is the engine's own.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment : str
        Name of the assignment.
    machines : Machines
        The workers.
    seconds : int, optional
        Longest time of one cell.
    """

    def __init__(
        self, course: CourseDirectory, assignment: str, *, machines: Machines, seconds: int | None
    ) -> None:
        self.course, self.assignment, self.machines = course, assignment, machines
        self.seconds = seconds
        self.workers = 0
        self.usage: dict[str, dict[str, float]] = {}
        self.place: Any = None
        self._boxes, self._lines, self._job = [], {}, None
        self._asked_to_stop = False

    def _told(self, students: list[str]) -> Iterator[dict[str, Any]]:
        """Send hand-ins out and give what comes back, in the order in which it does."""
        client, todo = self.machines.client, students[::-1]
        name = f"kit-grade-{monotonic_ns()}"
        before = self._job.outline["before"]
        flying: dict[Future, str] = {}
        done: SimpleQueue[Future] = SimpleQueue()
        try:
            self._send_set_up(name)
            pulse = _Pulse(client)
            while todo or flying:
                self._stop_if_asked()
                # Enough on the way that no worker waits for the network, little enough to hold in memory.
                room = 2 * pulse.threads() + 2 - len(flying)
                for _ in range(min(room, len(todo))):
                    student = todo.pop()
                    future = self._submit(name, student, before.get(student))
                    flying[future] = student
                    future.add_done_callback(done.put)
                with contextlib.suppress(Empty):
                    future = done.get(timeout=1)
                    yield self._received(future, flying.pop(future))
        except OSError as problem:
            raise SetupError("cluster.lost", reason=type(problem).__name__) from problem
        finally:
            if client.status == "running":
                with contextlib.suppress(Exception):
                    client.cancel(list(flying))
                    client.unregister_worker_plugin(name)

    def _send_set_up(self, name: str) -> None:
        from kit.grade.stations import Stations

        settings = Path(self.course.root) / "nbgrader_config.py"
        folder = partial(step_folder, self.course, assignment=self.assignment)
        set_up = {
            "assignment": self.assignment,
            "language": language(),
            "outline": {key: value for key, value in self._job.outline.items() if key != "before"},
            "release": pack(folder("release"), whole=True),
            "seconds": self.seconds,
            "settings": settings.read_text(encoding="utf-8") if settings.is_file() else "",
            "source": pack(folder("source"), whole=True),
            "without_isolation": self.machines.without_isolation,
        }
        self.machines.client.register_plugin(Stations(name, set_up))

    def _submit(self, name: str, student: str, before: dict[str, Any] | None) -> Future:
        from kit.grade.stations import grade_here

        folder = step_folder(self.course, "submitted", student=student, assignment=self.assignment)
        is_link = folder.is_symlink() or folder.parent.is_symlink()
        files = [] if is_link else pack(folder)
        work = {"student": student, "files": files, "is_link": is_link, "before": before}
        return self.machines.client.submit(grade_here, name, work, pure=False)

    def _received(self, future: Future, student: str) -> dict[str, Any]:
        from distributed import CancelledError, KilledWorker

        from kit.grade.stations import StationBroken

        try:
            told = future.result()
        except CancelledError as problem:
            raise SetupError("cluster.lost", reason="cancelled") from problem
        except (EOFError, KilledWorker):
            # It ended its station, or one worker after the other: its hand-in is held, the others go on.
            problem = {"reason": text("engine.worker-gone"), "ours": False, "stop": False}
            return {"student": student, "notes": (), "record": None, "problem": problem, "folder": None}
        except StationBroken as problem:
            raise SetupError("cluster.station", reason=str(problem).splitlines()[0]) from problem
        except Exception as problem:
            told = {"reason": words(problem), "ours": True, "stop": False}
            return {"student": student, "notes": (), "record": None, "problem": told, "folder": None}
        files = told.pop("files")
        told["folder"] = self._lay_out(files) if files is not None else None
        return told

    def _lay_out(self, files: list) -> str:
        made = Path(self.course.root) / WORK / "done" / f"{monotonic_ns()}"
        unpack(files, made)
        return str(made)


class _Pulse:
    """Feels from time to time whether the scheduler and its workers are still there."""

    def __init__(self, client: Client) -> None:
        self._client, self._known, self._asked = client, 0, 0.0
        self._scheduler = self._worker = monotonic()

    def threads(self) -> int:
        """Give how many hand-ins the workers can grade at the same time.

        Raises
        ------
        SetupError
            If scheduler or workers have been gone for too long.
        """
        now = monotonic()
        if self._client.status == "running":
            self._scheduler = now
            if now - self._asked > 1:
                self._known, self._asked = sum(self._client.nthreads().values()), now
            self._worker = now if self._known else self._worker
        if now - self._scheduler > CONNECT or self._client.status == "closed":
            raise SetupError("cluster.lost", reason=self._client.status)
        if now - self._worker > NO_WORKER:
            raise SetupError("cluster.all-gone", seconds=NO_WORKER)
        return self._known
