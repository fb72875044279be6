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
__all__ = [
    "achievement",
    "agreement",
    "audit",
    "before_after",
    "budgets",
    "disaggregation",
    "disparity",
    "dominance",
    "effect_sizes",
    "incidence",
    "inequality",
    "items",
    "learning",
    "many_coders",
    "multiple_systems",
    "noise",
    "precision",
    "privacy",
    "rates",
    "realisation",
    "representation",
    "response",
    "rounding",
    "series",
    "simpson",
    "suppression",
    "survey",
    "trends",
    "undercount",
    "weighting",
]


def __getattr__(name: str) -> object:
    if name in __all__:
        return importlib.import_module(f"kit.measure.{name}")
    raise AttributeError(f"module 'kit.measure' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
