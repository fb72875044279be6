"""Every published example comes out of the kit as it was printed."""

import csv
import json
from pathlib import Path

import pytest

from kit.measure import _examples

TABLE = Path(__file__).parents[1] / "datasets" / "methods" / "worked-examples.csv"
with TABLE.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def differences(expected, found, tolerance, path=""):
    """Name every place where the kit's answer is not the published one."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [f"{path}: {found!r} has no parts"]
        missing = [f"{path}.{key}: not answered" for key in expected if key not in found]
        known = [key for key in expected if key in found]
        return missing + [
            d for key in known for d in differences(expected[key], found[key], tolerance, f"{path}.{key}")
        ]
    if isinstance(expected, list):
        if len(expected) != len(found):
            return [f"{path}: {len(found)} values, {len(expected)} published"]
        pairs = enumerate(zip(expected, found, strict=True))
        return [d for i, (e, f) in pairs for d in differences(e, f, tolerance, f"{path}[{i}]")]
    if isinstance(expected, (str, bool)):
        return [] if expected == found else [f"{path}: {found!r}, published {expected!r}"]
    near = abs(float(found) - expected) <= tolerance + 1e-12 * abs(expected)
    return [] if near else [f"{path}: {found!r}, published {expected!r} ± {tolerance}"]


def test_the_table_has_all_published_examples():
    assert len(ROWS) >= 55
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['id']}-{row['method']}")
def test_the_kit_gives_the_published_answer(row):
    found = _examples.run(row["method"], json.loads(row["inputs"]))
    assert not differences(json.loads(row["expected"]), found, float(row["tolerance"]))


def test_the_comparison_notices_a_wrong_last_digit():
    """A test that cannot fail proves nothing."""
    found = _examples.run("wilson_ci", {"x": 81, "n": 263})
    assert differences({"lower": 0.254}, found, 0.0006)
    assert differences({"not_there": 1}, found, 0.0006)
    assert differences({"flagged": ["b"]}, {"flagged": ["a"]}, 0)


def test_another_level_of_confidence_is_understood():
    wide, narrow = (_examples.run("wilson_ci", {"x": 81, "n": 263, "conf": conf}) for conf in (0.99, 0.9))
    assert wide["lower"] < narrow["lower"]
