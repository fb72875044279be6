"""How a page reaches the disk: one writer at a time, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import secrets
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import TownFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_SECONDS = 20.0


@contextlib.contextmanager
def writing(town: Path) -> Iterator[None]:
    """Hold the town's folder alone; a program killed meanwhile lets go of it by itself."""
    from filelock import FileLock, Timeout

    with explained(town):
        town.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(town / ".lock", timeout=WAIT_SECONDS):
                for left_over in town.rglob(".*.tmp"):
                    left_over.unlink(missing_ok=True)
                yield
        except Timeout:
            raise TownFileError("town.busy", folder=town.name) from None


@contextlib.contextmanager
def explained(town: Path) -> Iterator[None]:
    """Turn what the operating system says into three lines."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TownFileError("town.disk-full", folder=town.name) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise TownFileError("town.no-permission", folder=town.name) from error
        reason = error.strerror or type(error).__name__
        raise TownFileError("town.cannot-save", folder=town.name, reason=reason) from error


def write_json(path: Path, record: dict) -> None:
    """Put a record on the disk; whoever reads meanwhile sees the old one or the new one, never a half."""
    words = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    write_bytes(path, words.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write beside the file first, then put it in place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _put_in_place(beside: Path, path: Path) -> None:
    for attempt in range(20):
        try:
            beside.replace(path)
            break
        except PermissionError:
            # Windows refuses while a reader or a virus scanner has the file open for a moment.
            if os.name != "nt" or attempt == 19:
                raise
            time.sleep(0.05)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read_json(path: Path) -> object:
    """Give what a JSON file holds.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no JSON; its first argument says where, in a few words for the error message.
    """
    content = path.read_bytes()
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ValueError(str(error.lineno)) from None
    except (UnicodeDecodeError, RecursionError):
        raise ValueError("1") from None


def plain(value: object) -> object:
    """Give the value as JSON can hold it: dates as ISO text, tables of numbers as lists, not-a-number as nothing.

    Examples
    --------
    >>> plain({"year": 2024, "by": date(2026, 12, 1), "asked": ("a", "b"), "rate": float("nan")})
    {'year': 2024, 'by': '2026-12-01', 'asked': ['a', 'b'], 'rate': None}
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    if hasattr(value, "tolist"):  # numpy numbers and arrays
        return plain(value.tolist())
    raise TownFileError("town.not-plain", kind=type(value).__name__)
