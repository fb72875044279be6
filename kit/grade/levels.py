"""How well this computer can keep a student's code apart: found out by doing, said in one line.

In this order: a box (bubblewrap, and in it a world for each student) · locks of the kernel alone
(Landlock and seccomp) · a container around the grader that its owner has announced · nothing, which
has to be asked for in words.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
from functools import cache
from pathlib import Path

from kit.errors import KitError, SetupError
from kit.grade.box import Box, Level, abi
from kit.text import text

ANNOUNCED = "KIT_OUTER_BOX"
NONE = Level("none")


def choose(*, without_isolation: bool = False, own_work: bool = False) -> Level:
    """Give the best level that works here.

    Parameters
    ----------
    without_isolation : bool
        Whoever grades has said that students' code may run with their own rights.
    own_work : bool
        What is graded is the work of the person who grades: no box is needed.

    Raises
    ------
    SetupError
        If nothing works, and nobody said that it need not.
    """
    level = best()
    if level.name == "none" and not (without_isolation or own_work):
        raise SetupError("box.refused", reason=level.reason)
    return level


@cache
def best() -> Level:
    """Try the levels in their order; the first that holds is kept for this process."""
    if not sys.platform.startswith("linux"):
        return Level("none", reason=text("box.not-linux"))
    landlock, reasons = abi(), []
    root = os.geteuid() == 0
    candidates = []
    if shutil.which("bwrap"):
        candidates += [Level("box", drop_root=True, own_world=True, landlock=landlock)] if root else []
        candidates.append(Level("box", own_world=True, landlock=landlock))
    else:
        reasons.append(text("box.no-bubblewrap"))
    if landlock:
        candidates.append(Level("locked", landlock=landlock))
    else:
        reasons.append(text("box.no-landlock"))
    for level in candidates:
        problem = trouble(level)
        if not problem:
            return Level(level.name, level.drop_root, level.own_world, level.landlock, "; ".join(reasons))
        reasons.append(f"{text(f'box.name-{level.name}')}: {problem}")
    if os.environ.get(ANNOUNCED) and not _network():
        return Level("container", reason="; ".join(reasons))
    return Level("none", reason="; ".join(reasons) or "-")


def trouble(level: Level) -> str:
    """Start a program at a level and try what must not be possible; say what went wrong."""
    box = None
    try:
        box = Box("probe", level=level)
        running = box.start()
        running.end()
    except (KitError, OSError) as problem:
        return getattr(problem, "gaps", {}).get("reason") or str(problem)
    finally:
        if box:
            box.close()
    broken = [
        text(f"box.holds-{name}")
        for name in ("network", "worlds", "processes", "files")
        if not running.info.get(name)
    ]
    return text("box.does-not-hold", what=", ".join(broken)) if broken else ""


def in_one_line(level: Level) -> str:
    """Say which level is used; the line is printed for each run and stands in each report."""
    said = text(f"box.line-{level.name}", landlock=level.landlock)
    if os.name == "posix" and os.geteuid() == 0 and not level.drop_root:
        said += " " + text("box.line-root")
    return said


def explain() -> list[str]:
    """Say what this computer can do, what it cannot, and how to get more."""
    level = best()
    lines = [in_one_line(level), "", text(f"box.promise-{level.name}")]
    if level.name != "none" and level.name != "container":
        lines.append(text("box.limits"))
    lines.append(text("box.not-promised"))
    if level.drop_root:
        lines.append(text("box.root-drops"))
    if level.reason and level.reason != "-":
        lines += ["", text("box.why-not-better", reason=level.reason)]
    if level.name == "box":
        return lines
    lines += ["", text("box.better")]
    if sys.platform == "darwin":
        lines.append(text("box.better-macos"))
    elif sys.platform == "win32":
        lines.append(text("box.better-windows"))
    else:
        lines += [
            text("box.better-bubblewrap"),
            *_of_this_linux(),
            text("box.better-container", variable=ANNOUNCED),
        ]
    return lines


def _of_this_linux() -> list[str]:
    """Look for the two settings that most often keep bubblewrap from working."""
    said = []
    with contextlib.suppress(OSError):
        if Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").read_text().strip() == "1":
            said.append(text("box.better-apparmor"))
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        said.append(text("box.better-inside-container"))
    return said


def _network() -> bool:
    """Tell whether this computer, or the container around, has a network."""
    return any(name != "lo" for _, name in socket.if_nameindex())
