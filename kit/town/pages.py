"""The town's file: a folder a person can read, one JSON page for each lesson or instrument.

::

    my_town/
      indicator_blind_spot.json            the page as it counts now
      history/indicator_blind_spot/
        0001.json  0002.json  ...          every state it ever had
      damaged/                             files the kit could not read, kept aside

A page knows its *revision*. Who saves says on which revision the work was based; if the
page has moved on, both states are kept and the person decides. The format stands in
``docs/town_file.md``.
"""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from kit.errors import TownFileError
from kit.town._files import explained, plain, write_json, writing
from kit.town._format import Page, page_record, read_page

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_RESERVED = {"con", "prn", "aux", "nul"}  # Windows opens devices under these names


def town_folder(town: str | Path | None = None) -> Path:
    """Give the folder of the town's file: the one named, else ``KIT_TOWN``, else ``my_town`` in the course.

    Examples
    --------
    >>> town_folder("/tmp/my_town").name
    'my_town'
    """
    wanted = town or os.environ.get("KIT_TOWN")
    return Path(wanted).expanduser().absolute() if wanted else course_folder() / "my_town"


def load_page(name: str, *, town: str | Path | None = None) -> Page:
    """Give a page as it counts now; an empty one with revision 0 if it was never saved.

    Parameters
    ----------
    name : str
        Name of the page, ``"indicator-blind-spot"``.
    town : str or Path, optional
        Another folder than the usual one.

    Raises
    ------
    TownFileError
        If the file is damaged, or was made by a newer kit. It stays as it is.

    Examples
    --------
    >>> import tempfile
    >>> load_page("about-our-town", town=tempfile.mkdtemp()).revision
    0
    """
    return _current(town_folder(town), _checked(name))


def save_page(
    name: str,
    answers: dict,
    *,
    based_on: int | None = None,
    version: int = 1,
    town: str | Path | None = None,
) -> Page:
    """Save a page; give it back with its new revision.

    Parameters
    ----------
    name : str
        Name of the page, ``"indicator-blind-spot"``.
    answers : dict
        Plain data: text, numbers, dates, lists, dicts.
    based_on : int, optional
        The revision the person saw when starting to write. Left out, the newest one is meant.
    version : int
        Version of the questions.
    town : str or Path, optional
        Another folder than the usual one.

    Raises
    ------
    TownFileError
        ``town.conflict`` if the page was saved by somebody else meanwhile: both states are kept.
        Others if the disk is full or cannot be written, or if the page comes from a newer kit.

    Examples
    --------
    >>> import tempfile
    >>> town = tempfile.mkdtemp()
    >>> save_page("about-our-town", {"municipality": "Exampleton"}, town=town).revision
    1
    >>> load_page("about-our-town", town=town).answers
    {'municipality': 'Exampleton'}
    """
    new = Page(_checked(name), plain(answers), saved=_today(), version=version)
    return _store(town_folder(town), new, based_on)


def list_pages(*, town: str | Path | None = None) -> list[str]:
    """Give the names of all pages of the town's file, in alphabetical order.

    Examples
    --------
    >>> import tempfile
    >>> list_pages(town=tempfile.mkdtemp())
    []
    """
    names = (path.stem.replace("_", "-") for path in town_folder(town).glob("*.json"))
    return sorted(name for name in names if _NAME.fullmatch(name) and name != "settings")


def history(name: str, *, town: str | Path | None = None) -> list[Page]:
    """Give every state the page ever had, oldest first; states nobody can read any more are left out.

    Examples
    --------
    >>> import tempfile
    >>> town = tempfile.mkdtemp()
    >>> for place in ("Exampleton", "Sampleville"):
    ...     page = save_page("about-our-town", {"municipality": place}, town=town)
    >>> [(old.revision, old.answers["municipality"]) for old in history("about-our-town", town=town)]
    [(1, 'Exampleton'), (2, 'Sampleville')]
    """
    folder, name, states = town_folder(town), _checked(name), []
    for number in _numbers(folder, name):
        try:
            states.append(read_page(_kept(folder, name, number), name))
        except (TownFileError, FileNotFoundError):
            continue
    return states


def restore(name: str, revision: int | None = None, *, town: str | Path | None = None) -> Page:
    """Make an earlier state count again; it becomes a new revision, so nothing in between is lost.

    Parameters
    ----------
    name : str
        Name of the page.
    revision : int, optional
        Which state; left out, the last good one.
    town : str or Path, optional
        Another folder than the usual one.

    Raises
    ------
    TownFileError
        If there is no such state.

    Examples
    --------
    >>> import tempfile
    >>> town = tempfile.mkdtemp()
    >>> for place in ("Exampleton", "Sampleville"):
    ...     page = save_page("about-our-town", {"municipality": place}, town=town)
    >>> restore("about-our-town", 1, town=town).answers
    {'municipality': 'Exampleton'}
    """
    folder = town_folder(town)
    chosen = state(name, revision, town=folder)
    return _store(folder, replace(chosen, saved=_today(), kind="restored"), None, made_from=chosen.revision)


def state(name: str, revision: int | None = None, *, town: str | Path | None = None) -> Page:
    """Give one state from the page's history; left open, the last good one.

    Raises
    ------
    TownFileError
        If there is no such state.

    Examples
    --------
    >>> import tempfile
    >>> town = tempfile.mkdtemp()
    >>> page = save_page("about-our-town", {"municipality": "Exampleton"}, town=town)
    >>> state("about-our-town", 1, town=town).answers
    {'municipality': 'Exampleton'}
    """
    states = history(name, town=town)
    wanted = [old for old in states if (old.kind != "conflict" if revision is None else old.revision == revision)]
    if not wanted:
        known = ", ".join(str(old.revision) for old in states) or "–"
        asked = "–" if revision is None else revision
        raise TownFileError("town.no-such-revision", page=name, revision=asked, known=known)
    return wanted[-1]


def shown(town: Path, name: str) -> str:
    """Give a page's file as people are told it: ``my_town/indicator_blind_spot.json``.

    Examples
    --------
    >>> shown(Path("/somewhere/my_town"), "indicator-blind-spot")
    'my_town/indicator_blind_spot.json'
    """
    return f"{town.name}/{_file(town, name).name}"


def _store(town: Path, new: Page, based_on: int | None, made_from: int | None = None) -> Page:
    with writing(town):
        try:
            now = _current(town, new.name)
        except TownFileError as error:
            if error.key != "town.damaged":
                raise
            _set_aside(town, new.name)
            good = [old for old in history(new.name, town=town) if old.kind != "conflict"]
            now = good[-1] if good else Page(new.name)
        if now.kind == "by-hand" and now.revision not in _numbers(town, new.name):
            write_json(_kept(town, new.name, now.revision), page_record(now))
        there = _file(town, new.name).exists()
        if there and now.answers == new.answers:
            return now
        number = max([now.revision, *_numbers(town, new.name)]) + 1
        moved_on = there and based_on is not None and based_on != now.revision
        new = replace(new, revision=number, based_on=_first(made_from, based_on, now.revision))
        if moved_on:
            new = replace(new, kind="conflict")
        # History first: what the page says now is always a state that is kept.
        write_json(_kept(town, new.name, number), page_record(new))
        if moved_on:
            file = shown(town, new.name)
            raise TownFileError("town.conflict", file=file, page=new.name, theirs=now.revision, mine=number)
        write_json(_file(town, new.name), page_record(new))
        return new


def _current(town: Path, name: str) -> Page:
    with explained(town):
        if not _file(town, name).exists():
            return Page(name)
        page = read_page(_file(town, name), name)
        numbers = _numbers(town, name)
        if page.revision > 0 and page.revision not in numbers:
            return page
        with contextlib.suppress(TownFileError):
            if page.revision > 0 and read_page(_kept(town, name, page.revision), name).answers == page.answers:
                return page
    # Somebody changed the file by hand: that is a state of its own.
    for old in reversed(history(name, town=town)):
        if old.kind == "by-hand" and old.answers == page.answers:
            return old
    number = max([page.revision, *numbers]) + 1
    return replace(page, revision=number, based_on=page.revision, kind="by-hand")


def _set_aside(town: Path, name: str) -> None:
    number, path = 1, _file(town, name)
    while (aside := town / "damaged" / f"{path.stem}-{number}.json").exists():
        number += 1
    aside.parent.mkdir(exist_ok=True)
    path.rename(aside)


def _checked(name: str) -> str:
    name = str(name).replace("_", "-")
    if not _NAME.fullmatch(name) or name in _RESERVED or len(name) > 80:
        raise TownFileError("town.page-name", name=name[:40])
    return name


def _file(town: Path, name: str) -> Path:
    return town / f"{name.replace('-', '_')}.json"


def _kept(town: Path, name: str, number: int) -> Path:
    return town / "history" / name.replace("-", "_") / f"{number:04d}.json"


def _numbers(town: Path, name: str) -> list[int]:
    names = (path.stem for path in _kept(town, name, 0).parent.glob("*.json"))
    return sorted(int(stem) for stem in names if stem.isascii() and stem.isdigit())


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)


def _today() -> str:
    return date.today().isoformat()


def course_folder() -> Path:
    """Find the course a person works in: above this notebook, else the checkout of the kit.

    Examples
    --------
    >>> course_folder().is_dir()
    True
    """
    from kit import course

    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / "modules").is_dir() and (place / "exercises").is_dir():
            return place
    beside = course.folder("modules").parent
    return here if beside.name == "_course" else beside
