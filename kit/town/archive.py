"""The town's file as one zip, to mail it or to take it to another computer."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

from kit.errors import TownFileError
from kit.town._files import explained, write_bytes, writing
from kit.town.pages import town_folder

_ENTRY = re.compile(r"my_town/(history/[a-z0-9_]+/)?[a-z0-9_]+\.json")
_MOST_BYTES = 200_000_000
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # a zip must name a time; the hour of work is nobody's business


def zip_town(path: str | Path, *, with_history: bool = True, town: str | Path | None = None) -> Path:
    """Pack the town's file into one zip. It holds no names of users, folders or hours.

    Parameters
    ----------
    path : str or Path
        The new file, ``"our_town.zip"``.
    with_history : bool
        ``False`` leaves earlier states out: choose it when the zip goes to other people.
    town : str or Path, optional
        Another folder than the usual one.

    Raises
    ------
    TownFileError
        If there is a file of that name already, or no page to pack.

    Examples
    --------
    >>> import tempfile
    >>> from kit.town import save_page
    >>> place = Path(tempfile.mkdtemp())
    >>> page = save_page("about-our-town", {"municipality": "Exampleton"}, town=place / "my_town")
    >>> zip_town(place / "our_town.zip", town=place / "my_town").name
    'our_town.zip'
    """
    folder, target = town_folder(town), Path(path).expanduser().absolute()
    if target.exists():
        raise TownFileError("town.zip-exists", file=target.name)
    pattern = "**/*.json" if with_history else "*.json"
    packed, entries = io.BytesIO(), 0
    with writing(folder), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.glob(pattern)):
            entry = f"my_town/{file.relative_to(folder).as_posix()}"
            if _ENTRY.fullmatch(entry):
                archive.writestr(zipfile.ZipInfo(entry, _NO_TIME), file.read_bytes(), zipfile.ZIP_DEFLATED)
                entries += 1
    if not entries:
        raise TownFileError("town.zip-empty", folder=folder.name)
    with explained(target.parent):
        write_bytes(target, packed.getvalue())
    return target


def unzip_town(path: str | Path, *, to: str | Path | None = None) -> Path:
    """Unpack a zipped town's file into a new folder; nothing that is there already is touched.

    Parameters
    ----------
    path : str or Path
        The zip.
    to : str or Path, optional
        A new or empty folder; left out, the usual one.

    Raises
    ------
    TownFileError
        If the zip is damaged or holds anything else than pages, or if the folder is in use.

    Examples
    --------
    >>> import tempfile
    >>> from kit.town import load_page, save_page
    >>> place = Path(tempfile.mkdtemp())
    >>> page = save_page("about-our-town", {"municipality": "Exampleton"}, town=place / "my_town")
    >>> copy = unzip_town(zip_town(place / "our_town.zip", town=place / "my_town"), to=place / "copy")
    >>> load_page("about-our-town", town=copy).answers
    {'municipality': 'Exampleton'}
    """
    source, folder = Path(path).expanduser(), town_folder(to)
    with explained(folder):
        if folder.exists() and any(folder.iterdir()):
            raise TownFileError("town.folder-not-empty", folder=folder.name, file=source.name)
        contents = _safe_contents(source)
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            inside = beside / "my_town"
            for entry, content in contents.items():
                write_bytes(beside / entry, content)
            with contextlib.suppress(FileNotFoundError):
                folder.rmdir()
            inside.replace(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return folder


def _safe_contents(source: Path) -> dict[str, bytes]:
    """Give the pages of the zip; the names decide, so nothing can land outside the folder."""
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            strange = [entry for entry in entries if not _ENTRY.fullmatch(entry.filename)]
            if strange or sum(entry.file_size for entry in entries) > _MOST_BYTES:
                name = ascii((strange or entries)[0].filename[:60])[1:-1]
                raise TownFileError("town.zip-unsafe", file=source.name, entry=name)
            contents = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, FileNotFoundError):
        raise TownFileError("town.zip-unreadable", file=source.name) from None
    if not contents:
        raise TownFileError("town.zip-unreadable", file=source.name)
    return contents
