"""What a trainer uses around the lessons."""

from __future__ import annotations

__all__ = ["group_result"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'kit.teach' has no attribute {name!r}")
    from kit.teach.groups import group_result

    return group_result
