"""A handed-in notebook, read as if its author meant harm: few bytes, flat, and only what is asked for.

Size, encoding and nesting are looked at before any parser sees the file. Of a cell only its text, its
kind and its names are taken; the program that grades never sees the rest.
"""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any, NamedTuple

from kit.errors import SubmissionError

# Larger than any honest notebook; a larger file could fill the memory of the computer that grades.
LARGEST = 50_000_000
# A notebook nests about ten levels deep.
DEEPEST = 60
LONGEST_CELL, LARGEST_PICTURE = 1_000_000, 5_000_000
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[{]|[\]}]', re.DOTALL)
_LETTERS = re.compile(r"[^\x00-\x7f]")
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_ROLES = ("grade", "solution", "locked", "task")


class Cell(NamedTuple):
    """What is taken from a student's cell: nothing else of the file is trusted.

    Parameters
    ----------
    kind : str
        ``"code"``, ``"markdown"`` or ``"raw"``.
    source : str
        The text.
    grade_id, id : str
        The names that nbgrader and Jupyter gave it; empty if it has none.
    settings : tuple
        Points, roles and tags, only to tell whether somebody changed them.
    pictures : dict
        Pictures pasted into a text cell: ``{name: {"image/png": base64}}``.
    """

    kind: str
    source: str
    grade_id: str
    id: str
    settings: tuple = ()
    pictures: dict[str, dict[str, str]] = {}  # noqa: RUF012 - nobody changes it


def read_notebook(path: Path) -> list[Cell]:
    """Read the cells of a hand-in, whatever else the file holds.

    Parameters
    ----------
    path : Path
        The file; a link is not followed.

    Raises
    ------
    SubmissionError
        If the file is too large, nested too deep, not text, not JSON, or not a notebook.
    """
    name = shown(path.name)
    try:
        raw = read_bytes(path, largest=LARGEST)
    except OSError as problem:
        raise SubmissionError("grade.held-unreadable", file=name, reason=problem.strerror) from problem
    except ValueError as problem:
        raise SubmissionError("grade.held-too-large", file=name, limit=LARGEST // 1_000_000) from problem
    said = decode(raw)
    if said is None:
        raise SubmissionError("grade.held-not-json", file=name)
    if nesting(said.encode("utf-8", "replace")) > DEEPEST:
        raise SubmissionError("intake.too-deep", file=name)
    try:
        data = json.loads(said, parse_int=_whole_number)
    except (ValueError, RecursionError) as problem:
        raise SubmissionError("grade.held-not-json", file=name) from problem
    cells = _cells(data)
    if cells is None:
        raise SubmissionError("grade.held-not-notebook", file=name)
    return [cell for cell in map(_cell, cells) if cell is not None]


def read_bytes(path: Path, *, largest: int) -> bytes:
    """Read an ordinary file: no link, no device, no pipe that would never end.

    Raises
    ------
    OSError
        If it cannot be opened, or is no ordinary file.
    ValueError
        If it is larger than `largest` bytes.
    """
    handle = open_plain(path)
    with os.fdopen(handle, "rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:
        raise ValueError(f"{path.name} is too large")
    return content


def open_plain(path: Path) -> int:
    """Open an ordinary file for reading and give its number; whatever else stands there is refused.

    Raises
    ------
    OSError
        If it is a link, a device or a pipe, or cannot be opened.
    """
    if not stat.S_ISREG(path.lstat().st_mode):
        raise OSError(0, "not an ordinary file")
    # Looked at again once it is open: what stood there a moment ago does not count.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(0, "not an ordinary file")
    return handle


def decode(raw: bytes) -> str | None:
    """Turn bytes into text: UTF-8 as the format asks, else what Windows programs write.

    Examples
    --------
    >>> decode("Núñez".encode("utf-8")), decode("Núñez".encode("cp1252")), decode(b"PK\\x00\\x01\\x90")
    ('Núñez', 'Núñez', None)
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if b"\x00" in raw:
        return None
    # One damaged letter among many good ones is a damaged file, not another encoding.
    mended = raw.decode("utf-8-sig", "replace")
    damaged = mended.count("\ufffd")
    if len(_LETTERS.findall(mended)) > 2 * damaged:
        return mended
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return mended


def nesting(raw: bytes) -> int:
    """Count how deep brackets stand in brackets, without reading what is in them.

    Examples
    --------
    >>> nesting(b'{"cells": [{"source": "[[[[["}]}')
    3
    """
    depth = deepest = 0
    for token in _TOKEN.finditer(raw):
        sign = raw[token.start()]
        if sign in b"[{":
            depth += 1
            if depth > deepest:
                deepest = depth
                if deepest > 10 * DEEPEST:
                    break
        elif sign in b"]}":
            depth -= 1
    return deepest


def shown(name: str) -> str:
    """Make a name from a hand-in fit to be shown: one line, no control signs, not endless.

    Examples
    --------
    >>> shown("work\\x1b[2J.ipynb"), len(shown("a" * 300))
    ('work?[2J.ipynb', 60)
    """
    kept = "".join(letter if letter.isprintable() else "?" for letter in name)
    return kept if len(kept) <= 60 else kept[:57] + "..."


def is_base64(said: str) -> bool:
    """Tell whether a text can be a picture in a notebook: letters of base64 only, and not endless.

    Examples
    --------
    >>> is_base64("iVBORw0KGgo="), is_base64('"><script>')
    (True, False)
    """
    return len(said) <= LARGEST_PICTURE and bool(_BASE64.fullmatch(said))


def settings_of(metadata: dict[str, Any]) -> tuple:
    """Give what a cell's metadata says of points, roles and tags, in a form that can be compared."""
    nbgrader, tags = metadata.get("nbgrader"), metadata.get("tags")
    nbgrader = nbgrader if isinstance(nbgrader, dict) else {}
    points = nbgrader.get("points")
    points = float(points) if isinstance(points, int | float) and not isinstance(points, bool) else 0.0
    tags = sorted(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else []
    return (points, *(nbgrader.get(role) is True for role in _ROLES), tuple(tags))


def _whole_number(said: str) -> int:
    # Reading a number of a million digits takes minutes; no notebook needs it.
    return int(said) if len(said) < 20 else 0


def _cells(raw: Any) -> list | None:
    """Find the cells in a file of any notebook format."""
    if not isinstance(raw, dict):
        return None
    if isinstance(raw.get("cells"), list):
        return raw["cells"]
    sheets = raw.get("worksheets")
    if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
        # nbformat 3, as old programs still write it.
        cells = sheets[0].get("cells")
        return cells if isinstance(cells, list) else None
    return None


def _cell(raw: Any) -> Cell | None:
    if not isinstance(raw, dict):
        return None
    source = raw.get("source", raw.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return None
    # A lone surrogate is valid JSON, but no file can hold it.
    source = source.encode("utf-8", "replace").decode("utf-8")
    kind = raw.get("cell_type")
    metadata = raw.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    name, own = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None, raw.get("id")
    return Cell(
        kind=kind if kind in ("code", "markdown", "raw") else "markdown",
        source=source,
        grade_id=name if isinstance(name, str) else "",
        id=own if isinstance(own, str) else "",
        settings=settings_of(metadata),
        pictures=_pictures(raw.get("attachments")),
    )


def _pictures(raw: Any) -> dict[str, dict[str, str]]:
    """Take the pictures of a cell that are pictures; what else was attached stays behind."""
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in raw.items() if isinstance(raw, dict) else ():
        for kind, content in bundle.items() if isinstance(bundle, dict) else ():
            if kind in _PICTURES and isinstance(content, str) and is_base64(content) and len(kept) < 20:
                kept.setdefault(name, {})[kind] = content
    return kept
