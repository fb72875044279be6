"""The warm parent: a clean process inside a box that has loaded everything, and forks when asked.

It never sees a student's file or a test. Each request brings two connections: one for the new
process, one for its keeper. The keeper is the first process of a world of its own; when it ends,
everything in that world ends with it. It ends when the student's program ends, when the grader
hangs up, and when the limits on memory or processes are passed. Copies of the program that wait for
a test are spared the first time.

    python -P -s -m kit.grade.warm FD
"""

from __future__ import annotations

import array
import contextlib
import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from kit.grade import confine, pages
from kit.grade.frames import Channel

_WATCH_EVERY = 0.25
_OF_PROC = ("self", "cpuinfo", "meminfo", "stat", "filesystems")


def ask(control: socket.socket, said: dict, ends: list[socket.socket]) -> None:
    """Send the warm parent a request, with the connections that belong to it."""
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [end.fileno() for end in ends]))]
    control.sendmsg([json.dumps(said).encode()], rights if ends else [])


def main() -> None:
    """Get ready, then fork a process for each request until the grader is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    settings, _ = _request(control)
    confine.adopt_orphans()
    if settings.get("user"):
        confine.become(settings["user"])
    elif settings.get("drop"):
        confine.drop_capabilities()
    confine.hide_memory()
    work = _prepare(settings)
    settings["filter"] = confine.call_filter(own_network=settings["own_network"], signals=settings["signals"])
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, ValueError, AttributeError):
        pages.gather()
    control.send(json.dumps({"ready": os.getpid(), "user": os.getuid()}).encode())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(wake, select.POLLIN)
    while True:
        for place, _ in poll.poll():
            if place == wake:
                os.read(wake, 4096)
                _reap()
                continue
            request, ends = _request(control)
            if request is None:
                os._exit(0)
            if "usage" in request:
                control.send(json.dumps(_usage()).encode())
                continue
            if os.fork() == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(wake)
                os.close(woken)
                control.close()
                _start(settings, request=request, ends=ends, work=work)
            for end in ends:
                os.close(end)


def _request(control: socket.socket) -> tuple[dict | None, list[int]]:
    message, rights, _, _ = control.recvmsg(1 << 16, socket.CMSG_SPACE(8 * 4))
    if not message:
        return None, []
    ends = array.array("i")
    for level, kind, data in rights:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            ends.frombytes(data[: len(data) - len(data) % ends.itemsize])
    return json.loads(message), list(ends)


def _usage() -> dict[str, float]:
    """Tell how much was computed here so far, and the memory of the largest program."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "own_seconds": mine.ru_utime + mine.ru_stime,
        "seconds": theirs.ru_utime + theirs.ru_stime,
        "own_memory": mine.ru_maxrss << 10,
        "memory": theirs.ru_maxrss << 10,
    }


def _reap(program: int = 0) -> str:
    """Take note of children that ended; tell if one of them is this program."""
    told = ""
    with contextlib.suppress(ChildProcessError):
        while True:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                break
            if child == program:
                told = f"ended {os.waitstatus_to_exitcode(status)}"
    return told


def _prepare(settings: dict) -> Any:
    """Load what the processes will need; give the function that does their work."""
    if settings["what"] == "probe":
        return lambda channel: channel.send({"ready": True, **_what_holds()})
    from kit.grade import box_kernel

    if settings["what"] == "tests":
        from kit.grade import oracle

        box_kernel.preload((*box_kernel.PRELOAD, *settings.get("preload", ())))
        return oracle.serve
    box_kernel.preload((*box_kernel.PRELOAD, *settings.get("preload", ())))
    app = box_kernel.build()
    return lambda channel: box_kernel.serve(app, channel)


def _start(settings: dict, *, request: dict, ends: list[int], work: Any) -> NoReturn:
    """In the forked process: a world of its own, a keeper in it, and the student's program."""
    try:
        mine, keeper = ends
        if settings["own_world"]:
            confine.own_world()
            if os.fork():
                os._exit(0)
        os.setsid()
        program = os.fork()
        if program:
            os.close(mine)
            _keep(settings, request=request, program=program, line=socket.socket(fileno=keeper))
        os.close(keeper)
        confine.die_with_parent()
        _program(settings, request=request, channel=Channel(socket.socket(fileno=mine)), work=work)
    except BaseException as problem:
        if os.environ.get("KIT_BOX_DEBUG"):
            import traceback

            traceback.print_exc(file=sys.__stderr__)
        with contextlib.suppress(BaseException):
            Channel(socket.socket(fileno=ends[0])).send({"failed": f"{type(problem).__name__}: {problem}"})
    os._exit(1)


def _keep(settings: dict, *, request: dict, program: int, line: socket.socket) -> NoReturn:
    """Watch over one program; end it, and all it started, when its time has come."""
    confine.hide_memory()
    confine.adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    why, copies, spare = "", set(), True
    next_look = time.monotonic() + _WATCH_EVERY
    poll = select.poll()
    poll.register(line, select.POLLIN)
    while not why:
        wait = max(1, 1000 * (next_look - time.monotonic()))
        while poll.poll(wait) and not why:
            wait = 0
            word, _, number = line.recv(32).decode("ascii", "replace").partition(" ")
            if not word:
                why, spare = "hung up", False
            elif word == "interrupt":
                _interrupt(program)
            elif word == "spare":
                copies |= {int(number)} & _below_me()
            elif word == "end":
                _kill({int(number)} & copies & _below_me() if number else {program} - {0})
        why = why or _reap(program)
        if time.monotonic() >= next_look:
            why = why or _over_the_limit(settings, confine.descendants(_me()))
            next_look = time.monotonic() + _WATCH_EVERY
        if why and spare and copies:
            # The student's program is gone, but not the copies that tests still have to ask.
            with contextlib.suppress(OSError):
                line.send(why.encode())
            _end_all(but=copies)
            why, spare, program = "", False, 0
    with contextlib.suppress(OSError):
        line.send(why.encode())
    if settings["own_world"]:
        # The kernel would end them with this process, but tell nobody how much they had computed.
        with contextlib.suppress(OSError):
            os.kill(-1, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while True:
                os.wait()
    else:
        _end_all()
    for folder in request.get("scratch", ()):
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _interrupt(program: int) -> None:
    """Stop what runs, as Ctrl-C does: the program, and what it started."""
    with contextlib.suppress(OSError):
        os.killpg(0, signal.SIGINT)
    with contextlib.suppress(OSError):
        if os.getpgid(program) != os.getpgid(0):
            os.kill(program, signal.SIGINT)


def _over_the_limit(settings: dict, processes: list[int]) -> str:
    if len(processes) > settings["processes"]:
        return "processes"
    most = 1.5 * settings["memory"]
    if sum(map(confine.memory_of, processes)) > most and sum(map(confine.fair_memory_of, processes)) > most:
        return "memory"
    return ""


def _me() -> int:
    return int(Path("/proc/self").readlink().name)


def _below_me() -> set[int]:
    """Give the numbers by which descendants can be signalled."""
    return set(map(confine.number_here, confine.descendants(_me())))


def _kill(processes: set[int]) -> None:
    for process in processes:
        with contextlib.suppress(OSError):
            os.kill(process, signal.SIGKILL)


def _end_all(*, but: set[int] = frozenset()) -> None:
    """Kill every descendant, but those named, until none is left."""
    for _ in range(500 if not but else 50):
        left = _below_me() - but
        if not left:
            return
        _kill(left)
        _reap()
        time.sleep(0.005)


def _program(settings: dict, *, request: dict, channel: Channel, work: Any) -> None:
    """Become the student's program: own folders, the files, then every lock, then the work."""
    room = settings["room"]
    folders = request.get("folders") or settings["folders"]
    own_proc = False
    if settings["own_world"]:
        sizes = {folders["home"]: 16, folders["temporary"]: 256, folders["work"]: 256, "/dev/shm": 64}
        own_proc = confine.own_folders({place: size * room for place, size in sizes.items()})
    os.environ.update(HOME=folders["home"], TMPDIR=folders["temporary"])
    with contextlib.suppress(FileNotFoundError):
        os.chdir(folders["work"])
    while True:
        # Made ahead, it waits as long as the one before it works; the grader's end ends it too.
        said, blob = channel.receive()
        if "file" not in said:
            break
        path = Path(folders["work"], said["file"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blob)
    if settings["own_world"]:
        confine.drop_capabilities()
    confine.limits(
        memory=settings["memory"],
        processes=settings["processes"],
        file_size=128 * room,
        open_files=512,
        cpu=settings["cpu"],
    )
    confine.no_new_rights()
    write = [folders["home"], folders["temporary"], folders["work"], "/dev/shm", "/dev/null", "/dev/full"]
    if settings["landlock"]:
        read = ["/"] if own_proc else settings["readable"] or _all_but_processes()
        write = write if settings["own_world"] else [path for path in write if path != "/dev/shm"]
        confine.landlock(read=read, write=write, network=settings["own_network"])
    if settings["seccomp"]:
        confine.use_filter(settings["filter"])
    sys.path.append(folders["work"])
    work(channel)


def _all_but_processes() -> list[str]:
    """Name everything in the box but ``/proc``, of which only the program's own part is shown."""
    seen = [str(place) for place in Path("/").iterdir() if place.name != "proc"]
    return seen + [f"/proc/{name}" for name in _OF_PROC]


def _what_holds() -> dict:
    """Try what must not be possible; used when a level is probed."""
    holds = {}
    try:
        with socket.socket() as tried:
            tried.connect(("127.0.0.1", 9))
        holds["network"] = False
    except ConnectionRefusedError:
        # Refused by an own, empty network; nothing else may be in it.
        holds["network"] = [name for _, name in socket.if_nameindex()] == ["lo"]
    except OSError:
        holds["network"] = True
    try:
        confine.own_world()
        holds["worlds"] = False
    except OSError:
        holds["worlds"] = True
    with contextlib.suppress(OSError):
        holds["processes"] = sum(place.name.isdigit() for place in Path("/proc").iterdir()) <= 3
    holds.setdefault("processes", True)
    holds["files"] = True
    for place in ("/etc/hostname", "/etc/fstab", "/var/log", "/var/lib"):
        with contextlib.suppress(OSError):
            os.close(os.open(place, os.O_RDONLY))
            holds["files"] = False
    return holds


if __name__ == "__main__":
    main()
