"""Figures with their sources: the kit's tables, your own file, and synthetic practice data.

================ =====================================================================
`list`           which tables there are
`card`           who made a table, who can be hurt, what it cannot say
`load`           a table, ready to work with
`cite`           the one line that belongs below every figure
`read_own`       a file from your own office, checked before it is used
`match_headings` a form that asks which heading of your file is which
`redraw`         a practice table of one's own, for each learner
================ =====================================================================

Examples
--------
>>> from kit import data
>>> files = data.load("ond-casework")
>>> data.cite(files[files["year"] == 2023])
'Casework of the Office for Non-Discrimination (ond-casework). Source: Tot Barcelona. As of 2026-11-25.'
"""

from __future__ import annotations

import importlib

# Imported when first used: `import kit.data` must not cost the time that pandas takes.
_FROM = {
    "card": "tables",
    "cite": "tables",
    "list": "tables",
    "load": "tables",
    "match_headings": "own_file",
    "read_own": "own_file",
    "redraw": "variants",
}
__all__ = ["card", "cite", "list", "load", "match_headings", "read_own", "redraw"]


def __getattr__(name: str) -> object:
    if name in _FROM:
        return getattr(importlib.import_module(f"kit.data.{_FROM[name]}"), name)
    raise AttributeError(f"module 'kit.data' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__]
