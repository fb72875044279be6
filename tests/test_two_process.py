"""Values cross between two processes as plain data, and a test decides in a process of its own."""

import datetime
import math
from collections import Counter, namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from kit.grade.cell_names import names_bound, names_needed_later, names_used
from kit.grade.plain_data import NotPlain, Packer, Unpacker

Point = namedtuple("Point", "x y")


def sent(value):
    """The value as it arrives on the other side, through JSON and bytes."""
    import json

    packer = Packer(lambda thing: {"t": "live", "type": type(thing).__name__})
    data = json.loads(json.dumps(packer.pack(value)))
    return Unpacker(packer.blob, lambda said: ("live", said["type"])).unpack(data)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(10**40),
        1.5,
        math.inf,
        3 - 2j,
        "ñ\u2028",
        b"\0\xff",
        ...,
        range(3, 9, 2),
        [1, (2, {3}), {"a": None, 4: [5]}],
        frozenset("a"),
        Decimal("1.10"),
        Fraction(1, 3),
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 2, 29, 1, tzinfo=datetime.UTC),
        datetime.timedelta(days=-1, microseconds=3),
        np.float64(0.1),
        np.int8(-3),
        np.bool_(True),
        np.datetime64("2024-01-01"),
        pd.Timestamp("2024-01-01 10:00", tz="Europe/Madrid"),
        pd.Timedelta("3h"),
    ],
    ids=repr,
)
def test_a_value_arrives_with_its_type(value):
    got = sent(value)
    assert got == value and type(got) is type(value)


def test_not_a_number_arrives_as_that():
    assert math.isnan(sent(float("nan"))) and sent(pd.NA) is pd.NA and sent(pd.NaT) is pd.NaT


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.array([], dtype="int32"),
        np.array([["a", "bc"]]),
        np.array([1, "x", None], dtype=object),
        np.array(["2024-01-01"], dtype="M8[D]"),
        np.asfortranarray(np.eye(3)),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_an_array_arrives_whole(array):
    got = sent(array)
    assert got.dtype == array.dtype and got.shape == array.shape and (got == array).all()
    got.ravel()[:1] = got.ravel()[:1]  # it may be written to


TABLES = {
    "numbers": pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan]}),
    "texts": pd.DataFrame({"who": ["ana", None], "n": [True, False]}, index=["x", "y"]),
    "dates": pd.DataFrame(
        {"day": pd.to_datetime(["2024-01-01", None]), "z": pd.to_datetime(["2024"] * 2, utc=True)}
    ),
    "category": pd.DataFrame({"c": pd.Categorical(["b", "a"], categories=["b", "a"], ordered=True)}),
    "nullable": pd.DataFrame(
        {"i": pd.array([1, None], dtype="Int64"), "f": pd.array([True, None], dtype="boolean")}
    ),
    "objects": pd.DataFrame({"o": pd.Series([{"a": 1}, [2]], dtype=object)}),
    "empty": pd.DataFrame({"a": pd.Series([], dtype="float64")}),
    "no columns": pd.DataFrame(index=[1, 2]),
    "double columns": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "levels": pd.DataFrame(
        {"v": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["k", None])
    ),
    "level columns": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])),
    "regular dates": pd.DataFrame({"v": [1, 2]}, index=pd.date_range("2024", periods=2, freq="D")),
    "float32": pd.DataFrame({"v": np.array([1, 2], dtype="float32")}),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_arrives_with_every_type(table):
    got = sent(table)
    pd.testing.assert_frame_equal(got, table, check_freq=True)
    for name in range(table.shape[1]):
        pd.testing.assert_series_equal(got.iloc[:, name], table.iloc[:, name])


def test_of_a_subclass_only_the_value_of_its_base_arrives():
    class Liar(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    got = sent(Liar(1.5))
    assert type(got) is float and got != 2

    class List(list):
        def __iter__(self):
            return iter([1, 2, 3])

    assert sent(List([7])) == [7]
    assert type(sent(Counter("aa"))) is dict and sent(Point(1, 2)).x == 1


def test_what_cannot_travel_stays_and_is_described():
    assert sent([len, object()]) == [("live", "builtin_function_or_method"), ("live", "object")]


@pytest.mark.parametrize(
    "data",
    [
        {"t": "array", "d": "|O", "shape": [1], "at": [0, 8]},
        {"t": "array", "d": "<f8", "shape": [10**12], "at": [0, 8]},
        {"t": "array", "d": "<f8", "shape": [1], "at": [0, 10**9]},
        {"t": "array", "d": "<f8", "shape": [1], "at": [-8, 8]},
        {"t": "dict", "v": [[[1], 2]]},
        {"t": "set", "v": [{"t": "list", "v": []}]},
        {"t": "int", "v": "zz"},
        {"t": "list"},
        {"v": 1},
        [1],
        {"t": "table", "index": 1, "columns": [], "v": []},
        {"t": "series", "index": None, "name": None, "v": {"d": "os.system", "v": ["x"]}},
        {"t": "record", "name": "a b", "fields": ["class"], "v": [1]},
    ],
    ids=str,
)
def test_what_is_no_plain_data_is_refused(data):
    with pytest.raises(NotPlain):
        Unpacker(b"12345678", lambda said: said["of"]).unpack(data)


def test_deep_nesting_is_refused_on_both_sides():
    deep = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(NotPlain):
        sent(deep)
    data = {"t": "list", "v": []}
    for _ in range(100):
        data = {"t": "list", "v": [data]}
    with pytest.raises(NotPlain):
        Unpacker(b"", dict).unpack(data)


def test_names_are_read_from_the_text_of_a_cell():
    assert names_used("def f():\n    return outer + g(inner := 1)\nshare") >= {"outer", "g", "share"}
    assert "x" not in names_used("[x for x in rows]")
    assert names_bound("table.loc[0, 'a'] = 1\nfor i in r: pass\nimport a.b as c, d.e") == {"table", "i", "c", "d"}
    assert names_bound("shares.sort()\nprint(n)", changed=False) == set()
    assert names_bound("def (") == set()
    assert names_needed_later({"df"}, ["df = load()\ndf.head()"]) == set()
    assert names_needed_later({"df"}, ["def f():\n    return df"]) == {"df"}
    assert names_needed_later({"df"}, ["%time df"]) == {"df"}
