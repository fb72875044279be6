"""Published examples, run: from the words of `datasets/methods/worked-examples.csv` to the functions.

A row there has a method, its inputs and the published answer. Each function below reads the
inputs of one method, calls the kit, and gives the answer in the row's own words. Other
optional inputs are understood too: `conf` for another level, or a named variant.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

# Method of the table -> the functions of the kit that answer it ("module.function").
_FUNCTIONS: dict[str, tuple[str, ...]] = {}
_ANSWERS: dict[str, Callable[..., dict[str, Any]]] = {}
_READERS = ("_examples_of_figures", "_examples_of_records")


def run(method: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give the kit's answer to one published example.

    Parameters
    ----------
    method : str
        Name of the method, as in the table of worked examples.
    inputs : mapping
        Its inputs, as in the table.

    Returns
    -------
    dict
        The numbers by the names that the table uses; often more than a row needs.

    Examples
    --------
    >>> run("item_analysis", {"correct": 75, "total": 100})["difficulty"]
    0.75
    """
    functions()
    answer = _ANSWERS[method]
    known = inspect.signature(answer).parameters
    given = {_plain_name(key): value for key, value in inputs.items()}
    return _plain(answer(**{key: value for key, value in given.items() if key in known}))


def functions() -> dict[str, tuple[str, ...]]:
    """Give for each method of the table the functions of the kit that answer it.

    Examples
    --------
    >>> functions()["wilson_ci"]
    ('rates.share',)
    """
    for readers in _READERS:
        import_module(f"kit.measure.{readers}")
    return dict(_FUNCTIONS)


def answers(*used: str) -> Callable:
    """Mark which functions of the kit an example's reader uses; its own name is the method."""

    def mark(reader: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        method = reader.__name__.removeprefix("_")
        _FUNCTIONS[method], _ANSWERS[method] = used, reader
        return reader

    return mark


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.item() if hasattr(value, "item") else value


def _plain_name(key: str) -> str:
    return {"conf": "confidence", "ci": "interval", "return": "give", "conf_level": "confidence"}.get(key, key)


def call(function: str, *args: Any, **options: Any) -> Any:
    """Call a function of the kit by its name; an option that is None was not given."""
    module, name = function.split(".")
    given = {key: value for key, value in options.items() if value is not None}
    return getattr(import_module(f"kit.measure.{module}"), name)(*args, **given)


def row_of(function: str, *args: Any, **options: Any) -> Any:
    """Give the first row of its answer."""
    return call(function, *args, **options).iloc[0]


def limits(row: Any, **more: Any) -> dict[str, Any]:
    """Give estimate and limits of a row, with other names beside them."""
    return {"estimate": row["estimate"], "lower": row["lower"], "upper": row["upper"], "n": row["n"], **more}
