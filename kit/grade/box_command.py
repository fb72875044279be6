"""The command that starts the warm parent in a box, and what the box may see of this computer."""

from __future__ import annotations

import os
import shutil
import site
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import kit
from kit.course import folder as kit_folder

PLAIN_USER = 61_000
# Where no program of this computer lies, so that nothing is hidden by them.
FOLDERS = {"home": "/run/student/home", "temporary": "/run/student/tmp", "work": "/run/student/work"}
# What programs need of the system; nothing of /etc but these, nothing of /home, /root, /run or /var.
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32")
_SETTINGS = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/alternatives",
    "/etc/fonts", "/etc/mime.types",
)  # fmt: skip
_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "KIT_LANG", "OPENBLAS_CORETYPE")


def readable() -> list[Path]:
    """Name the folders of Python, the kit's own code and its data: no exercise, no solution."""
    package = Path(kit.__file__).resolve().parent
    folders = {
        Path(sys.prefix),
        Path(sys.base_prefix).resolve(),
        Path(sys.base_prefix),
        Path(sys.prefix).resolve(),
    }
    folders |= {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib", "stdlib")}
    folders |= {package, kit_folder("datasets")}
    if site.ENABLE_USER_SITE and Path(site.getusersitepackages()).is_dir():
        folders.add(Path(site.getusersitepackages()))
    # What lies in another folder of the list comes with it.
    return sorted(f for f in folders if not any(f != other and f.is_relative_to(other) for other in folders))


def secret() -> list[Path]:
    """Name what lies inside a readable folder and must not be seen: an installed kit's exercises."""
    inside = Path(kit.__file__).resolve().parent / "_course"
    return [inside / name for name in ("solutions", "exercises", "modules") if (inside / name).is_dir()]


def environment(home: str, temporary: str) -> dict[str, str]:
    """Give the variables that a student's program sees: a short list, no secrets."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
    return {
        **kept,
        **threads,
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": temporary,
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "JUPYTER_PLATFORM_DIRS": "1",
        "NBGRADER_EXECUTION": "autograde",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "" if site.ENABLE_USER_SITE else "1",
        "PYTHONSAFEPATH": "1",
    }


def program(*words: str) -> list[str]:
    """Give the command of a program of the kit: no start-up file, nothing from the folder it runs in."""
    return [sys.executable, "-P", "-m", *words]


def bubblewrap(
    command: Sequence[str], *, drop_root: bool, fonts: Path | None = None, nested: bool = True
) -> list[str]:
    """Put a command into a bubblewrap box.

    Parameters
    ----------
    command : sequence of str
        What runs inside.
    drop_root : bool
        Started by root, who becomes a plain user inside; else in a user world of its own.
    fonts : Path, optional
        A folder with matplotlib's list of fonts, which takes long to make.
    nested : bool
        Whether worlds may be made inside: the warm parent makes one for each student.
    """
    box = [
        shutil.which("bwrap") or "bwrap",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--hostname",
        "box",
    ]
    box += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    box += ["--cap-drop", "ALL"]
    if drop_root:
        box += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        box += ["--unshare-user", "--uid", "1000", "--gid", "1000", *([] if nested else ["--disable-userns"])]
    for place in _SYSTEM:
        if Path(place).is_symlink():
            box += ["--symlink", str(Path(place).readlink()), place]
        elif Path(place).is_dir():
            box += ["--ro-bind", place, place]
    for place in _SETTINGS:
        box += ["--ro-bind-try", place, place]
    box += ["--proc", "/proc", "--dev", "/dev"]
    for folder, megabytes in (
        (FOLDERS["home"], 32),
        (FOLDERS["temporary"], 64),
        (FOLDERS["work"], 64),
        ("/dev/shm", 64),
    ):
        box += ["--perms", "1777", "--size", str(megabytes << 20), "--tmpfs", folder]
    seen = readable()
    if not any(place.is_relative_to("/tmp") for place in seen):
        box += ["--symlink", FOLDERS["temporary"], "/tmp"]
    outside = [place for place in seen if not place.is_relative_to("/usr")]
    for parent in sorted({parent for place in outside for parent in place.parents} - {Path("/")}):
        # Made by itself bubblewrap would close them to the plain user that root becomes.
        box += ["--perms", "0755", "--dir", str(parent)]
    for place in outside:
        box += ["--ro-bind", str(place), str(place)]
    for place in secret():
        box += ["--perms", "0000", "--size", "4096", "--tmpfs", str(place)]
    box += ["--perms", "0777", "--dir", f"{FOLDERS['home']}/.matplotlib"]
    for path in sorted(fonts.glob("fontlist-*.json")) if fonts and fonts.is_dir() else ():
        box += ["--ro-bind", str(path), f"{FOLDERS['home']}/.matplotlib/{path.name}"]
    box += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    for name, value in environment(FOLDERS["home"], FOLDERS["temporary"]).items():
        box += ["--setenv", name, value]
    return [*box, "--", *command]
