"""What a page's file holds, and how files of other versions are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.errors import TownFileError
from kit.town._files import read_json

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1


@dataclass(frozen=True)
class Page:
    """One page of the town's file in one state.

    Parameters
    ----------
    name : str
        Its name, ``"indicator-blind-spot"``.
    answers : dict
        What was answered; questions without an answer are not there.
    revision : int
        Number of this state; 0 for a page that was never saved.
    based_on : int
        The state it was made from.
    saved : str
        The day, ``"2026-12-01"``. The hour is not kept.
    kind : str
        How it came about: ``saved``, ``by-hand``, ``restored`` or ``conflict``
        (a conflict is kept in the history and does not count until somebody chooses it).
    version : int
        Version of the questions that were answered.
    """

    name: str
    answers: dict = field(default_factory=dict)
    revision: int = 0
    based_on: int = 0
    saved: str = ""
    kind: str = "saved"
    version: int = 1


def page_record(page: Page) -> dict:
    """Give the page as its file holds it."""
    return {
        "format": FORMAT,
        "page": page.name,
        "revision": page.revision,
        "based_on": page.based_on,
        "kind": page.kind,
        "saved": page.saved,
        "version": page.version,
        "answers": page.answers,
    }


def read_page(path: Path, name: str) -> Page:
    """Read one file of the town; files of older versions are brought up to date in memory."""
    file = path.name
    try:
        record = read_json(path)
    except ValueError as error:
        raise TownFileError("town.damaged", file=file, page=name, where=str(error)) from None
    record = _upgraded(record, file=file, name=name)
    return Page(
        name=name,
        answers=record["answers"],
        revision=record["revision"],
        based_on=record["based_on"],
        saved=str(record.get("saved", "")),
        kind=str(record.get("kind", "saved")),
        version=record["version"],
    )


def _upgraded(record: object, *, file: str, name: str) -> dict:
    written = record.get("format", 0) if isinstance(record, dict) else None
    if _is_number(written) and written > FORMAT:
        raise TownFileError("town.from-the-future", file=file, written=written, known=FORMAT)
    if _is_number(written):
        for step in range(written, FORMAT):
            record = _UPGRADES[step](record)
        numbers = [record.get(key) for key in ("revision", "based_on", "version")]
        if isinstance(record.get("answers"), dict) and all(_is_number(number) for number in numbers):
            return record
    raise TownFileError("town.damaged", file=file, page=name, where="1")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _from_0(record: dict) -> dict:
    """Format 0 is a page written by hand: nothing but the answers."""
    return {"revision": 0, "based_on": 0, "version": 1, **record, "format": 1}


_UPGRADES = {0: _from_0}
