"""Marks and feedback: a course for nbgrader, a class graded, one's own work marked."""

from __future__ import annotations

import importlib
import sys

# nbgrader loads jsonschema, and that an optional checker of web addresses which takes seconds to load
# and which no notebook needs. Named as missing, it is left out.
sys.modules.setdefault("rfc3987_syntax", None)

_WHERE = {
    "Graded": "kit.grade.result",
    "feedback_class": "kit.grade.feedback",
    "grade_class": "kit.grade.run",
    "grade_one": "kit.grade.run",
    "mark_my_work": "kit.grade.mine",
    "marks_file": "kit.grade.marks",
    "new_course": "kit.grade.course",
    "open_course": "kit.grade.course",
}
__all__ = [
    "Graded",
    "feedback_class",
    "grade_class",
    "grade_one",
    "mark_my_work",
    "marks_file",
    "new_course",
    "open_course",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'kit.grade' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
