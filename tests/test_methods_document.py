"""The page of methods is made from the code, misses nothing, and every method has its published numbers."""

import importlib
import inspect
from pathlib import Path

import pandas as pd
import pytest

import kit.measure
from kit.measure import _document, _examples, _published

FUNCTIONS = _document.public_functions()
# Parts of an audit and of a sample size that other files of the kit share; they are not offered to users.
INNER = {
    "audit.puzzle_of",
    "audit.exact_interval",
    "audit.solve",
    "audit.prove_hidden",
    "audit.fits",
    "precision.whole_people",
}


def test_the_page_is_in_step_with_the_code():
    """If this fails: python -m kit.measure._document"""
    assert _document.PAGE.read_text(encoding="utf-8") == _document.page()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_stands_on_the_page(name):
    page = _document.PAGE.read_text(encoding="utf-8")
    entry = page.split(f"### `{name}`\n")[1].split("\n### ")[0].split("\n## ")[0]
    for part in ("**You give**", "**You get.**", "**Source.**", "**Published examples**"):
        assert part in entry or (part == "**You give**" and not inspect.signature(FUNCTIONS[name]).parameters), (
            part
        )
    assert "- None.\n" not in entry


def test_every_public_function_has_a_published_example_or_a_reason():
    assert _document.without_example() == []


def test_reasons_are_given_only_where_they_are_needed():
    reached = {name for used in _examples.functions().values() for name in used}
    reached |= {case.function for case in _published.CASES}
    assert set(_published.WITHOUT) <= set(FUNCTIONS)
    assert not set(_published.WITHOUT) & reached


def test_no_function_is_hidden_behind_the_doors():
    """A public function of a room that no door offers would have no page and no tests of bad input."""
    at_doors = set(FUNCTIONS.values())
    forgotten = [
        f"{name}.{function.__name__}"
        for name in kit.measure.__all__
        for function in vars(importlib.import_module(f"kit.measure.{name}")).values()
        if inspect.isfunction(function)
        and function.__module__ == f"kit.measure.{name}"
        and not function.__name__.startswith("_")
        and function not in at_doors
    ]
    assert set(forgotten) <= INNER


@pytest.mark.parametrize("case", _published.CASES, ids=lambda case: case.function)
def test_further_published_numbers_come_out(case):
    found = FUNCTIONS[case.function](*case.args, **case.options)
    if isinstance(found, pd.DataFrame):
        for column, value in case.row.items():
            found = found[found[column] == value]
        found = found.iloc[0]
    else:
        found = {"estimate": found}
    for column, value in case.expected.items():
        assert found[column] == pytest.approx(value, abs=case.tolerance + 1e-12), column


def test_every_source_of_the_table_of_examples_is_known():
    """Each example on the page names who printed it."""
    table = pd.read_csv(Path(_document.EXAMPLES) / "worked-examples.csv")
    sources = pd.read_csv(Path(_document.EXAMPLES) / "methods-sources.csv")
    assert set(table["source_id"]) <= set(sources["source_id"])
    assert set(table["method"]) <= set(_examples.functions())
