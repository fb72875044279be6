"""The methods that make human-rights figures speak: tables or plain numbers in, tidy tables out.

Ten doors, a question each::

    rates         how many, and how sure are we
    disparity     how far apart are groups
    inequality    how unevenly is something spread
    survey        how many to ask, and how to weigh the answers
    privacy       what can be published without harm
    undercount    how many are on no list
    trends        did it change, and may the years be compared
    realisation   are rights realised step by step, and is there money
    agreement     do coders see the same thing
    learning      did people learn, and is the test any good

The other modules are rooms behind these doors. Nothing is loaded before it is used.

Examples
--------
>>> from kit.measure import rates
>>> rates.share(3, 40).estimate.item()
0.075
"""

from __future__ import annotations

import importlib
import pkgutil

DOORS = (
    "rates",
    "disparity",
    "inequality",
    "survey",
    "privacy",
    "undercount",
    "trends",
    "realisation",
    "agreement",
    "learning",
)
# Read from the folder, so that a new file cannot be forgotten here.
__all__ = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))


def __getattr__(name: str) -> object:
    if name in __all__:
        return importlib.import_module(f"kit.measure.{name}")
    raise AttributeError(f"module 'kit.measure' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
