"""Which heading of a file is which column of a table: the kit suggests, the person decides."""

from __future__ import annotations

import json
import unicodedata
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from kit.text import text

Field = dict[str, Any]
# What our own tables need to prove their origin; an office's own file need not have it.
PROVENANCE = ("status", "definition", "source_id", "second_source_id", "verified")
PLAIN_TYPES = ("string", "integer", "number", "year", "date", "boolean")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def fields_like(like: str | dict | Path) -> list[Field]:
    """Give the columns that a file shall have.

    Parameters
    ----------
    like : str, dict or Path
        Name of one of the kit's tables; a schema in the words of Data Package Table Schema
        (``{"fields": [...]}``); the short form ``{"district": "string", "cases": "integer"}``;
        or the path of a JSON file with one of these.

    Returns
    -------
    list of dict
        Fields with name, type and constraints. Those of the primary key are required.

    Raises
    ------
    DataError
        If there is no such table, or the schema cannot be read.

    Examples
    --------
    >>> [field["name"] for field in fields_like({"district": "string", "cases": "integer"})]
    ['district', 'cases']
    """
    from kit.errors import DataError

    schema, ours = like, False
    if isinstance(like, str | Path):
        path = Path(like)
        if path.suffix.lower() == ".json":
            try:
                schema = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError):
                raise DataError("own.schema-unreadable", file=path.name) from None
        else:
            from kit.data.tables import _resource

            resource, ours = _resource(str(like)), True
            schema = {**resource["schema"], "fact": resource.get("fact") or []}
    if not isinstance(schema, dict):
        raise DataError("own.schema-odd", types=", ".join(PLAIN_TYPES))
    schema = schema.get("schema", schema)
    if "fields" not in schema:
        schema = {"fields": [{"name": name, "type": kind} for name, kind in schema.items()]}
    return _tidy(schema, ours=ours)


def _tidy(schema: dict, *, ours: bool) -> list[Field]:
    from kit.errors import DataError

    fields = schema["fields"]
    named = isinstance(fields, list) and all(isinstance(each, dict) and each.get("name") for each in fields)
    if not named or not fields or any(not isinstance(each.get("type", "string"), str) for each in fields):
        raise DataError("own.schema-odd", types=", ".join(PLAIN_TYPES))
    key = schema.get("primaryKey", [])
    key = [key] if isinstance(key, str) else list(key)
    missing = schema.get("missingValues", [""])
    tidy = []
    for each in fields:
        kind = each.get("type", "string")
        if kind not in PLAIN_TYPES:
            raise DataError("own.schema-type", name=each["name"], type=kind, types=", ".join(PLAIN_TYPES))
        if kind == "integer" and each["name"] == "year":
            kind = "year"  # Table Schema has a type for it; our own tables keep years as whole numbers
        constraints = dict(each.get("constraints", {}))
        optional = ours and (each["name"] in PROVENANCE or not constraints.get("required"))
        required = constraints.get("required", False) or (each["name"] in key and not ours)
        tidy.append(
            {**each, "type": kind, "constraints": constraints, "required": required and not optional}
            | {"optional": optional}
            | {"key": each["name"] in key, "fact": each["name"] in schema.get("fact", [])}
            | {"missing": each.get("missingValues", missing)}
        )
    return tidy


def plain(heading: str) -> str:
    """Write a heading without what nobody sees: case, blanks, line ends, invisible signs.

    Examples
    --------
    >>> plain("  Age\\u00a0Group\\n") == plain("age_group")
    True
    """
    heading = unicodedata.normalize("NFKC", str(heading)).translate(_INVISIBLE)
    return " ".join(heading.replace("_", " ").casefold().split())


def match(headings: list[str], fields: list[Field], rename: dict[str, str | None]) -> dict[int, Field | None]:
    """Say which column of the file is which field.

    Parameters
    ----------
    headings : list of str
        Headings as they stand in the file.
    fields : list of dict
        From `fields_like`.
    rename : dict
        What the person decided: from heading to field name, or to None to leave it out.

    Returns
    -------
    dict of int to dict or None
        From the position of a column to its field; None where the person leaves it out. A
        column that matches nothing is absent.
    """
    exact = {heading: name for heading, name in rename.items() if heading in headings}
    decided = {plain(heading): name for heading, name in rename.items() if heading not in exact}
    by_name = {plain(each["name"]): each for each in fields} | {
        plain(each["title"]): each for each in fields if each.get("title")
    }
    found: dict[int, Field | None] = {}
    for position, heading in enumerate(headings):
        wanted = plain(heading)
        if heading in exact or wanted in decided:
            name = exact[heading] if heading in exact else decided[wanted]
            if name is None:
                found[position] = None
                continue
            wanted = plain(name)
        if wanted in by_name:
            found[position] = by_name[wanted]
    return found


def suggest(heading: str, fields: list[Field]) -> str | None:
    """Suggest the field that a heading may stand for, or None.

    Parameters
    ----------
    heading : str
        Heading of the file.
    fields : list of dict
        The fields that are still free.

    Examples
    --------
    >>> suggest("Bezirk", fields_like({"district": "string", "year": "year"}))
    'district'
    """
    word = without_accents(heading)
    names = [each["name"] for each in fields]
    for name in names:
        if word in _words().get(name, ()):
            return name
    for name in names:
        if any(len(each) > 3 and each in word.split() for each in _words().get(name, ())):
            return name
    spoken = {without_accents(each): name for name in names for each in [name, *_words().get(name, ())]}
    near = get_close_matches(word, spoken, n=1, cutoff=0.75)
    return spoken[near[0]] if near else None


def suggestions(headings: list[str], found: dict[int, Field | None], fields: list[Field]) -> dict[str, str | None]:
    """Suggest a field for every heading that matches none; no field twice."""
    taken = {each["name"] for each in found.values() if each}
    answer: dict[str, str | None] = {}
    for position, heading in enumerate(headings):
        if position in found or not heading.strip():
            continue
        free = [each for each in fields if each["name"] not in taken]
        answer[heading] = suggest(heading, free)
        if answer[heading]:
            taken.add(answer[heading])
    return answer


class HeadingForm:
    """A small form that asks which heading is which; `code` says the same in one line to copy.

    Made by `match_headings`. The last line of a notebook cell shows it.
    """

    def __init__(self, file: str, asked: dict[str, str | None], names: list[str], like: object) -> None:
        self.file = file
        self.names = names
        self._like = like
        self.rename = dict(asked)
        self._box: Any = None

    @property
    def code(self) -> str:
        """The line of code that does what the form does."""
        return f"read_own({self.file!r}, like={self._like!r}, rename={self.rename!r})"

    def __repr__(self) -> str:
        return text("own.form-code", code=self.code) if self.rename else text("own.form-nothing")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        if not self.rename:
            return {"text/plain": repr(self)}
        return {**self.widget()._repr_mimebundle_(), "text/plain": repr(self)}

    def widget(self) -> Any:
        """Give the form: a drop-down for each heading and a button."""
        if self._box is None:
            self._box = self._build()
        return self._box

    def _build(self) -> Any:
        import ipywidgets as widgets

        leave_out = text("own.form-leave-out")
        wide = {"description_width": "initial"}
        choices = {
            heading: widgets.Dropdown(
                options=[(leave_out, None), *((name, name) for name in self.names)],
                value=suggested,
                description=heading,
                style=wide,
                layout={"width": "max-content"},
            )
            for heading, suggested in self.rename.items()
        }
        button = widgets.Button(description=text("own.form-button"))
        answer = widgets.Label(value=text("own.form-ask"))

        def use(_: object) -> None:
            chosen = [choice.value for choice in choices.values() if choice.value]
            twice = sorted({name for name in chosen if chosen.count(name) > 1})
            if twice:
                answer.value = text("own.form-twice", names=", ".join(twice))
                return
            self.rename = {heading: choice.value for heading, choice in choices.items()}
            answer.value = text("own.form-code", code=self.code)

        button.on_click(use)
        return widgets.VBox([widgets.Label(value=text("own.form-ask")), *choices.values(), button, answer])


def without_accents(words: str) -> str:
    """Write words without capitals, accents and invisible signs, to compare them.

    Examples
    --------
    >>> without_accents("Gràcia") == without_accents("GRACIA")
    True
    """
    letters = unicodedata.normalize("NFD", plain(words).replace("ß", "ss"))
    return "".join(each for each in letters if not unicodedata.combining(each)).strip(" .:*")


@cache
def _words() -> dict[str, tuple[str, ...]]:
    content = json.loads((Path(__file__).parent / "heading_words.json").read_text("utf-8"))
    return {name: tuple(without_accents(each) for each in words) for name, words in content.items()}
