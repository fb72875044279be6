"""A folder as one parcel, to be sent to another computer and laid out there the same.

What a hand-in may hold is a student's choice: links, giants and oddities arrive as such, but empty,
so that the other end says of them what it would say here, and nothing outside the folder is read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kit.grade.intake import LARGEST_ALL, LARGEST_FILE, _entries
from kit.grade.notebook_file import open_plain


class Piece(NamedTuple):
    """One file: its name as bytes, what it is (``file``, ``giant``, ``link``, ``odd``), size and content."""

    name: bytes
    kind: str
    size: int
    content: bytes


def pack(folder: Path, *, whole: bool = False) -> list[Piece]:
    """Take up what lies below a folder; notebooks first, so that they always fit.

    Parameters
    ----------
    folder : Path
        The folder.
    whole : bool
        It is a teacher's own: all of it, however large.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> _ = (place / "a.txt").write_text("hello")
    >>> pack(place)
    [Piece(name=b'a.txt', kind='file', size=5, content=b'hello')]
    """
    found, taken = [], 0
    for path in sorted(_entries(folder), key=lambda path: path.suffix.lower() != ".ipynb"):
        name = os.fsencode(path.relative_to(folder))
        if path.is_symlink():
            found.append(Piece(name, "link", 0, b""))
            continue
        try:
            size = path.stat().st_size
            if not path.is_file():
                found.append(Piece(name, "odd", 0, b""))
            elif not whole and (size > LARGEST_FILE or taken + size > LARGEST_ALL):
                found.append(Piece(name, "giant", size, b""))
            else:
                with os.fdopen(open_plain(path), "rb") as file:
                    content = file.read(None if whole else LARGEST_FILE)
                taken += len(content)
                found.append(Piece(name, "file", len(content), content))
        except OSError:
            found.append(Piece(name, "odd", 0, b""))
    return found


def unpack(pieces: Iterable[Piece], into: Path) -> None:
    """Lay a parcel out in a folder.

    Parameters
    ----------
    pieces : iterable of Piece
        What `pack` gave.
    into : Path
        The folder; made if it is not there.

    Raises
    ------
    ValueError
        If a name leads out of the folder.
    """
    into.mkdir(parents=True, exist_ok=True)
    for piece in pieces:
        name = Path(os.fsdecode(piece.name))
        if name.is_absolute() or ".." in name.parts:
            raise ValueError(name)
        place = into / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if piece.kind == "link":
            place.symlink_to("left-behind")
        elif piece.kind == "odd":
            os.mkfifo(place)
        else:
            with place.open("wb") as file:
                file.write(piece.content)
                # A giant is only as long as it was: nothing of it is sent or stored.
                file.truncate(piece.size)
