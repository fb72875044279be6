"""Memory put into large pages, so that a process with much of it forks in half the time."""

from __future__ import annotations

import ctypes
from pathlib import Path

_LARGE = 1 << 21
_COLLAPSE = 25


def gather() -> int:
    """Ask the kernel to put this process's memory into pages of two megabytes.

    Returns
    -------
    int
        How many pages it made; 0 where it cannot (before Linux 6.1).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    made = 0
    for line in Path("/proc/self/maps").read_text().splitlines():
        place, rights, _, _, file, *_ = line.split()
        if rights != "rw-p" or file != "0":
            continue
        start, end = (int(part, 16) for part in place.split("-"))
        first, last = -(-start // _LARGE) * _LARGE, end // _LARGE * _LARGE
        for at in range(first, last, _LARGE):
            made += libc.madvise(at, _LARGE, _COLLAPSE) == 0
    return made
