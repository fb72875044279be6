"""The learner's own file: one page for each lesson or instrument, in a folder that a person can read."""

from __future__ import annotations

import importlib

_WHERE = {
    "Document": "document",
    "Page": "pages",
    "check_answers": "answers",
    "definition_files": "definitions",
    "differences": "conflicts",
    "history": "pages",
    "list_pages": "pages",
    "load_page": "pages",
    "merge": "conflicts",
    "page_definition": "definitions",
    "page_view": "view",
    "remember_language": "language",
    "remembered_language": "language",
    "restore": "pages",
    "save_page": "pages",
    "town_document": "document",
    "town_folder": "pages",
    "unzip_town": "archive",
    "use_remembered_language": "language",
    "write_document": "document",
    "zip_town": "archive",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module 'kit.town' has no attribute {name!r}")
    return getattr(importlib.import_module(f"kit.town.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
