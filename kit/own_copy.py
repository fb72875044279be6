"""A copy of the course that a learner can write in, made from an installed kit."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from kit import course

FOLDERS = ("modules", "exercises")
_RECORD = Path(".lab") / "copied.json"


def copy_course(to: str | os.PathLike[str]) -> list[str]:
    """Give learners lessons and exercises in a folder of their own; their work is never overwritten.

    A file that the learner has not changed follows a newer kit. A file that the learner has
    changed, or has put there, stays as it is.

    Parameters
    ----------
    to : path
        The folder. It is made if it is not there.

    Returns
    -------
    list of str
        The files that were kept because the learner had changed them, while the kit has a newer one.

    Raises
    ------
    SetupError
        If nothing can be written there.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "my course"
    >>> copy_course(folder)
    []
    >>> (folder / "modules").is_dir()
    True
    """
    folder = Path(to).expanduser().absolute()
    kept = []
    try:
        (folder / _RECORD).parent.mkdir(parents=True, exist_ok=True)
        before = _read_record(folder)
        record = dict(before)
        for name, source in _shipped():
            target, new = folder / name, _digest(source)
            if target.exists():
                mine = _digest(target)
                if mine not in (new, before.get(name)):
                    if new != before.get(name):
                        kept.append(name)
                    continue
            _write(source.read_bytes(), target)
            record[name] = new
        _write(json.dumps(record, indent=1).encode(), folder / _RECORD)
    except OSError as error:
        from kit.errors import SetupError

        raise SetupError("lab.no-write", folder=folder) from error
    return kept


def _shipped() -> list[tuple[str, Path]]:
    found = []
    for folder in FOLDERS:
        top = course.folder(folder)
        for path in sorted(top.rglob("*")):
            parts = path.relative_to(top).parts
            if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in parts):
                found.append(("/".join((folder, *parts)), path))
    return found


def _read_record(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(content: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{os.getpid()}.half")
    try:
        half.write_bytes(content)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
