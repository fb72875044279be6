"""What a trainer uses around the lessons."""

from __future__ import annotations

from importlib import import_module

_PLACES = {"group_result": "groups", "paper_test": "paper"}
__all__ = ["group_result", "paper_test"]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'kit.teach' has no attribute {name!r}")
    return getattr(import_module(f"kit.teach.{_PLACES[name]}"), name)
