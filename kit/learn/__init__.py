"""What a learner uses: checks that answer at once, questions to click, forms to fill in."""

from __future__ import annotations

import importlib

_WHERE = {
    "ask": "kit.learn.quiz",
    "check": "kit.learn.checking",
    "choose_language": "kit.learn.forms",
    "choose_route": "kit.learn.routes",
    "course_map": "kit.learn.routes",
    "course_test": "kit.learn.before_after",
    "exercise": "kit.learn.checking",
    "fill": "kit.learn.forms",
    "form": "kit.learn.forms",
    "lesson": "kit.learn.checking",
    "my_document": "kit.learn.document_button",
    "solution": "kit.learn.checking",
    "view": "kit.learn.forms",
}
__all__ = [
    "ask",
    "check",
    "choose_language",
    "choose_route",
    "course_map",
    "course_test",
    "exercise",
    "fill",
    "form",
    "lesson",
    "my_document",
    "solution",
    "view",
]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'kit.learn' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
