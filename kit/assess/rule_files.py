"""Rules of an instrument as data: levels, descriptors and lists that a trainer can change without programming.

They stand in ``kit/assess/rules/``; ``<name>.schema.json`` says what a file may hold.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kit.errors import DataError
from kit.text import language

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent / "rules"


def rules(name: str, *, folder: Path = FOLDER) -> dict:
    """Give the rules of an instrument, held against their schema. To be read, not to be changed.

    Parameters
    ----------
    name : str
        Name of the file, ``"capacity"``.
    folder : Path
        Where it stands.

    Raises
    ------
    DataError
        Naming the file, the place in it and what was expected there.

    Examples
    --------
    >>> [one["letter"] for one in rules("capacity")["capacities"]]
    ['K', 'L', 'P', 'C', 'D', 'R']
    """
    path = folder / f"{name}.json"
    try:
        changed = path.stat()
    except FileNotFoundError:
        raise DataError("rules.none", file=path.name) from None
    return _read(path, (changed.st_mtime_ns, changed.st_size))


@cache
def _read(path: Path, changed: tuple) -> dict:
    """Read a file once, and again only when it has changed."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise DataError(
            "rules.broken", file=path.name, where=f"line {getattr(error, 'lineno', 1)}", expected="JSON"
        ) from None
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator(path.with_suffix(".schema.json"))(found)
    except JsonSchemaValueException as error:
        where = " → ".join(str(step) for step in error.path[1:]) or "{}"
        raise DataError("rules.broken", file=path.name, where=where, expected=error.message[:160]) from None
    return found


@cache
def _validator(path: Path) -> Callable[[object], object]:
    import fastjsonschema

    return fastjsonschema.compile(json.loads(path.read_text(encoding="utf-8")))


def scale(name: str) -> list[dict]:
    """Give a list of levels or choices, ``"capacity.seats"``: file and name of the scale.

    Raises
    ------
    DataError
        If there is no such scale.

    Examples
    --------
    >>> [level["value"] for level in scale("capacity.levels")]
    ['l0', 'l1', 'l2', 'l3', 'l4']
    """
    file, _, wanted = name.partition(".")
    scales = rules(file).get("scales", {})
    if wanted not in scales:
        raise DataError("rules.no-scale", file=f"{file}.json", name=wanted, known=", ".join(scales))
    return scales[wanted]


def put_choices_in(field: dict) -> None:
    """Put the lists named under ``choices_from`` into a question as its choices.

    Raises
    ------
    DataError
        If there is no such scale.

    Examples
    --------
    >>> field = {"id": "seat", "choices_from": ["capacity.seats"]}
    >>> put_choices_in(field)
    >>> field["choices"][0]["value"], "choices_from" in field
    ('staff', False)
    """
    for name in field.pop("choices_from", []):
        shown = [{key: one[key] for key in ("value", "label", "help") if key in one} for one in scale(name)]
        field.setdefault("choices", []).extend(shown)


def said(words: dict) -> str:
    """Give words of a rules file in the language in use, else in English.

    Examples
    --------
    >>> said({"en": "Town", "es": "Municipio"})
    'Town'
    """
    return words.get(language()) or words["en"]
