"""The items of the before test and the after test: same blueprint, other questions.

They stand in ``modules/00_before_and_after/items.json``. Each item names an aim of the course,
the lesson that treats it, and four known misreadings; each side, before and after, has a question
of its own with the right answer and one answer for each misreading.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from kit.course import folder
from kit.errors import ExerciseError

SIDES = ("before", "after")
RIGHT, NOT_KNOWN = "right", "not-known"


@cache
def course_items() -> tuple[dict[str, Any], ...]:
    """Give the items of both tests, in their order.

    Raises
    ------
    ExerciseError
        If the file is missing or not as its schema says.

    Examples
    --------
    >>> len(course_items())
    20
    """
    import fastjsonschema

    path = folder("modules") / "00_before_and_after" / "items.json"
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        schema = json.loads(Path(__file__).with_name("course_test.schema.json").read_text(encoding="utf-8"))
        fastjsonschema.compile(schema)(held)
    except (OSError, ValueError) as problem:
        raise ExerciseError("course_test.broken-items", why=str(problem).splitlines()[0][:60]) from problem
    except fastjsonschema.JsonSchemaValueException as problem:
        raise ExerciseError("course_test.broken-items", why=problem.message[:60]) from problem
    return tuple(held["items"])


def answers_of(item: dict[str, Any], side: str) -> list[tuple[str, dict[str, str]]]:
    """Give what one can answer, in an order that tells nothing and is the same for everybody.

    Parameters
    ----------
    item : dict
        One of `course_items`.
    side : {"before", "after"}
        Which test.

    Returns
    -------
    list of (str, dict)
        What is noted, ``"right"`` or the name of a misreading, and the words by language.

    Examples
    --------
    >>> first = course_items()[0]
    >>> sorted(name for name, _ in answers_of(first, "before")) == sorted(["right", *first["misreadings"]])
    True
    """
    found = [(RIGHT, item[side]["right"]), *item[side]["wrong"].items()]

    def place(answer: tuple[str, dict[str, str]]) -> str:
        return hashlib.sha256(f"{item['id']} {side} {answer[0]}".encode()).hexdigest()

    return sorted(found, key=place)
