"""The helper library of the Local Rights Kit.

Few names, imported only when they are used: ``import kit`` costs almost nothing.

Examples
--------
>>> import kit
>>> kit.__version__
'0.1.0'
"""

from __future__ import annotations

import importlib

__version__ = "0.1.0"
__all__ = ["data", "errors", "figures", "learn", "measure", "text", "town"]


def __getattr__(name: str) -> object:
    if name in __all__:
        return importlib.import_module(f"kit.{name}")
    raise AttributeError(f"module 'kit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
