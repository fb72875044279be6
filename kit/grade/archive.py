"""A zip archive, looked at before anything is unpacked: how much, how many, and where it wants to go."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kit.errors import SubmissionError
from kit.grade.notebook_file import LARGEST, shown

# A class of a thousand, or one student who zipped a folder: far above both, far below a full disk.
MOST_ENTRIES, LARGEST_TOTAL, LARGEST_ENTRY = 20_000, 4_000_000_000, LARGEST
# Packed text shrinks to a tenth; what shrinks to a hundredth and is large was made to burst.
_STEEPEST, _STEEP_FROM = 100, 100_000_000
ENDINGS = (".zip",)
OTHER_ENDINGS = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".msg")


def unpack(archive: Path, into: Path) -> list[str]:
    """Unpack an archive into an empty folder.

    Parameters
    ----------
    archive : Path
        A zip file.
    into : Path
        Where to; nothing is ever written outside of it.

    Returns
    -------
    list of str
        Names that were left out: links, paths that lead elsewhere, files that are too large, doubles.

    Raises
    ------
    SubmissionError
        If it is no zip archive, has a password, or holds more than a hand-in can.
    """
    name = shown(archive.name)
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = packed.infolist()
            _check(entries, name=name)
            return list(_unpack(packed, entries, into))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, NotImplementedError) as problem:
        raise SubmissionError("collect.bad-archive", file=name) from problem
    except (RuntimeError, ValueError) as problem:
        # What Python's own library says of a password, or of an archive that lies about itself.
        raise SubmissionError("collect.bad-archive", file=name) from problem
    except OSError as problem:
        raise SubmissionError("collect.cannot-read", file=name, reason=problem.strerror or problem) from problem


def _check(entries: list[zipfile.ZipInfo], *, name: str) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES or total > LARGEST_TOTAL:
        gaps = {"files": len(entries), "size": total // 1_000_000}
        raise SubmissionError("collect.archive-too-large", file=name, **gaps)
    if total > _STEEP_FROM and total > _STEEPEST * max(packed, 1):
        gaps = {"files": len(entries), "size": total // 1_000_000}
        raise SubmissionError("collect.archive-too-large", file=name, **gaps)
    if any(entry.flag_bits & 1 for entry in entries):
        raise SubmissionError("collect.archive-password", file=name)


def _unpack(packed: zipfile.ZipFile, entries: list[zipfile.ZipInfo], into: Path) -> Iterator[str]:
    seen: set[str] = set()
    left = LARGEST_TOTAL
    for entry in entries:
        if entry.is_dir():
            continue
        inside = _safe(entry)
        if inside is None or str(inside).casefold() in seen or entry.file_size > LARGEST_ENTRY:
            yield shown(entry.filename)
            continue
        seen.add(str(inside).casefold())
        target = into.joinpath(*inside.parts)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(entry) as given, target.open("xb") as kept:
                # Counted while it comes: what an archive says of its sizes need not be true.
                size = 0
                while part := given.read(1 << 20):
                    size += len(part)
                    if size > min(LARGEST_ENTRY, left):
                        raise ValueError("larger than it says")
                    kept.write(part)
        except (FileExistsError, NotADirectoryError, OSError) as problem:
            # A file where another entry needs a folder, or a name that this system cannot hold.
            if isinstance(problem, OSError) and problem.errno == 28:
                raise
            yield shown(entry.filename)
            continue
        left -= size


def _safe(entry: zipfile.ZipInfo) -> PurePosixPath | None:
    """Give the place of an entry below the folder, or nothing if it wants to be elsewhere."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return None
    said = _name(entry).replace("\\", "/")
    parts = [part for part in said.split("/") if part not in ("", ".")]
    leads_away = said.startswith("/") or ".." in parts or any(":" in part for part in parts)
    if not parts or leads_away or len(parts) > 20 or any(not part.isprintable() for part in parts):
        return None
    if any(part == "__MACOSX" or len(part.encode("utf-8", "replace")) > 240 for part in parts):
        return None
    return PurePosixPath(*parts)


def _name(entry: zipfile.ZipInfo) -> str:
    """Give the name as it was meant: many programs write UTF-8 without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename
