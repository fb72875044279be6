"""The questions of each page: data files that a trainer can change and a translator can translate.

They stand in ``modules/<module>/pages/``, in ``kit/town/definitions/`` and beside the
instruments in ``kit/assess/``. ``page_definition.schema.json`` says what such a file holds.
"""

from __future__ import annotations

import json
import keyword
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kit import course
from kit.assess.rule_files import put_choices_in
from kit.errors import DataError, TownFileError
from kit.text import text
from kit.town._files import read_json
from kit.town.pages import course_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HERE = Path(__file__).parent


def page_definition(name: str) -> dict:
    """Give the questions of a page.

    Parameters
    ----------
    name : str
        Name of the page, ``"about-our-town"``.

    Raises
    ------
    TownFileError
        If there is no such page, or its file breaks the rules.

    Examples
    --------
    >>> page_definition("about-our-town")["fields"][0]["id"]
    'municipality'
    """
    name = str(name).replace("_", "-")
    file = name.replace("-", "_") + ".json"
    for path in definition_files():
        if path.name == file:
            return read_definition(path)
    known = ", ".join(sorted(path.stem.replace("_", "-") for path in definition_files()))
    raise TownFileError("town.unknown-page", page=name[:60], known=known, file=file[:60])


def definition_files() -> list[Path]:
    """Give the files with questions, the course's before the kit's own.

    Examples
    --------
    >>> "about_our_town.json" in [path.name for path in definition_files()]
    True
    """
    modules = dict.fromkeys([course_folder() / "modules", course.folder("modules")])
    places = [
        *(place for folder in modules for place in sorted(folder.glob("*/pages"))),
        _HERE.parent / "assess" / "pages",
        _HERE / "definitions",
    ]
    return [path for place in places for path in sorted(place.glob("*.json"))]


def read_definition(path: Path) -> dict:
    """Read a file with questions and hold it against the schema.

    Raises
    ------
    TownFileError
        Naming the file, the place in it and what was expected there.

    Examples
    --------
    >>> read_definition(_HERE / "definitions" / "about_our_town.json")["id"]
    'about-our-town'
    """
    try:
        found = read_json(path)
    except ValueError as error:
        raise _broken(path, f"line {error}", text("town.definition-json")) from None
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator()(found)
    except JsonSchemaValueException as error:
        where = " → ".join(str(step) for step in error.path[1:]) or "id"
        raise _broken(path, where, _shortened(error.message.removeprefix("data"))) from None
    if found["id"].replace("-", "_") != path.stem:
        raise _broken(path, "id", f'"{path.stem.replace("_", "-")}"')
    for place, fields in _lists_of_fields(found):
        for field in fields:
            try:
                put_choices_in(field)
            except DataError as error:
                raise _broken(path, f"{place} → {field['id']}", error.lines[0]) from None
    _check_names(path, found)
    _check_examples(path, found)
    return found


@cache
def _validator() -> Callable[[object], object]:
    # Not the library jsonschema: its import alone takes two seconds where all its extras are installed.
    import fastjsonschema

    return fastjsonschema.compile(json.loads((_HERE / "page_definition.schema.json").read_text(encoding="utf-8")))


def _check_names(path: Path, definition: dict) -> None:
    for place, fields in _lists_of_fields(definition):
        names = [field["id"] for field in fields]
        _check_once(path, place, names)
        for field in fields:
            chosen = [choice["value"] for choice in field.get("choices", [])]
            _check_once(path, f"{place} → {field['id']} → choices", chosen)
        for name in names:
            if keyword.iskeyword(name):
                raise _broken(path, place, text("town.definition-word", name=name))


def _check_once(path: Path, place: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise _broken(path, place, text("town.definition-twice", name=name))


def _lists_of_fields(definition: dict) -> Iterator[tuple[str, list[dict]]]:
    """Give the questions of the page, and those inside each of its tables, with their place in the file."""
    yield "fields", definition["fields"]
    for field in definition["fields"]:
        if field["kind"] == "rows":
            yield f"fields → {field['id']} → fields", field["fields"]


def _check_examples(path: Path, definition: dict) -> None:
    from kit.town.values import check_value

    for place, fields in _lists_of_fields(definition):
        for field in fields:
            if "example" not in field or isinstance(field["example"], dict):
                continue
            if check_value(field, field["example"])[1]:
                raise _broken(path, f"{place} → {field['id']} → example", text("town.definition-example"))


def _broken(path: Path, where: str, expected: str) -> TownFileError:
    return TownFileError("town.definition-broken", file=f"pages/{path.name}", where=where, expected=expected)


def _shortened(message: str) -> str:
    return message if len(message) <= 160 else message[:157] + "..."
