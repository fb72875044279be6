"""Values as plain data: the only thing a student's process and the process of the tests tell each other.

Numbers, texts, containers, dates, numpy arrays and pandas tables travel as JSON and bytes, each with
its exact type. Of a subclass only the value of its base is taken, so no method of a student's comes
along. Whatever else there is stays where it is; the other side gets a number that stands for it.
Nothing is ever unpickled.
"""

from __future__ import annotations

import datetime
import re
import sys
from collections import namedtuple
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

DEEPEST = 40
_SAFE = 1 << 53
_NUMPY = re.compile(r"[<>|=]?(?:[biufc]\d{1,2}|[SU]\d{1,6}|[Mm]8(?:\[\d*\w+\])?)")
_NULLABLE = re.compile(r"U?Int(?:8|16|32|64)|Float(?:32|64)|boolean|string|str|object")
_ZONED = re.compile(r"datetime64\[(s|ms|us|ns), ([\w/+:-]{1,60})\]")
_BASES = (bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict)


class NotPlain(ValueError):
    """What came is not in the form that plain data has."""


class Packer:
    """Turn values into JSON and bytes.

    Parameters
    ----------
    live : callable
        Gives the description of an object that cannot travel.
    start : int
        How many bytes of other values stand before.
    """

    def __init__(self, live: Callable[[Any], dict], *, start: int = 0) -> None:
        self._live = live
        self._parts: list[bytes] = []
        self._size = start

    @property
    def blob(self) -> bytes:
        """The bytes that belong to what was packed."""
        return b"".join(self._parts)

    def pack(self, value: Any, depth: int = 0) -> Any:
        """Give the JSON of a value."""
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        if kind is str:
            return value if value.isascii() else value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        if kind is int:
            return value if -_SAFE < value < _SAFE else {"t": "int", "v": hex(value)}
        if kind is float:
            return {"t": "float", "v": value.hex()}
        if depth > DEEPEST:
            raise NotPlain("nested too deep")
        if kind in (list, tuple, set, frozenset):
            return {"t": kind.__name__, "v": [self.pack(item, depth + 1) for item in value]}
        if kind is dict:
            return {
                "t": "dict",
                "v": [[self.pack(k, depth + 1), self.pack(v, depth + 1)] for k, v in value.items()],
            }
        simple = _SIMPLE.get(kind)
        if simple:
            return {"t": simple[0], "v": simple[1](value)}
        module = kind.__module__.partition(".")[0]
        if module == "numpy" and "numpy" in sys.modules:
            packed = self._numpy(value, depth)
        elif module == "pandas" and "pandas" in sys.modules:
            packed = self._pandas(value, depth)
        else:
            packed = None
        return packed or self._base_or_live(value, kind, depth)

    def _base_or_live(self, value: Any, kind: type, depth: int) -> Any:
        """Take the base's value of a subclass; anything else stays where it is."""
        if isinstance(value, tuple) and type(getattr(kind, "_fields", None)) is tuple:
            items = [self.pack(item, depth + 1) for item in tuple.__iter__(value)]
            return {"t": "record", "name": kind.__name__, "fields": list(kind._fields), "v": items}
        for base in _BASES:
            if issubclass(kind, base):
                return self.pack(_plain_value(value, base), depth + 1)
        for base in self._tables():
            if isinstance(value, base) and not kind.__module__.startswith(("numpy", "pandas")):
                return self.pack(value.view(base) if base.__module__ == "numpy" else base(value), depth + 1)
        return self._live(value)

    @staticmethod
    def _tables() -> list[type]:
        """Give the classes of tables and arrays, of those libraries that are in use."""
        numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
        found = [numpy.ndarray] if numpy else []
        return found + ([pandas.DataFrame, pandas.Series] if pandas else [])

    def _bytes(self, content: bytes) -> list[int]:
        self._parts.append(content)
        self._size += len(content)
        return [self._size - len(content), len(content)]

    def _numpy(self, value: Any, depth: int) -> Any:
        import numpy as np

        if isinstance(value, np.generic) and not value.dtype.hasobject and value.dtype.fields is None:
            return {"t": "scalar", "d": value.dtype.str, "at": self._bytes(value.tobytes())}
        if type(value) is not np.ndarray or value.dtype.fields is not None:
            return None
        shape = list(value.shape)
        if value.dtype.hasobject:
            return {"t": "objects", "shape": shape, "v": [self.pack(one, depth + 1) for one in value.ravel()]}
        return {"t": "array", "d": value.dtype.str, "shape": shape, "at": self._bytes(value.tobytes())}

    def _pandas(self, value: Any, depth: int) -> Any:
        import pandas as pd

        kind = type(value)
        if kind is pd.DataFrame:
            columns = [self._column(value.iloc[:, i].array, depth) for i in range(value.shape[1])]
            return {
                "t": "table",
                "index": self.pack(value.index, depth + 1),
                "columns": self.pack(value.columns, depth + 1),
                "v": columns,
            }
        if kind is pd.Series:
            named = self.pack(value.name, depth + 1)
            return {
                "t": "series",
                "index": self.pack(value.index, depth + 1),
                "name": named,
                "v": self._column(value.array, depth),
            }
        if kind is pd.RangeIndex:
            return {
                "t": "rows",
                "v": [value.start, value.stop, value.step],
                "name": self.pack(value.name, depth + 1),
            }
        if kind is pd.MultiIndex:
            levels = [self.pack(value.get_level_values(i), depth + 1) for i in range(value.nlevels)]
            return {"t": "levels", "v": levels, "names": [self.pack(name, depth + 1) for name in value.names]}
        if kind in (pd.Index, pd.DatetimeIndex, pd.TimedeltaIndex, pd.CategoricalIndex):
            named = self.pack(value.name, depth + 1)
            return {
                "t": "index",
                "v": self._column(value.array, depth),
                "name": named,
                "freq": getattr(value, "freqstr", None),
            }
        if kind is pd.Categorical or isinstance(value, pd.api.extensions.ExtensionArray):
            return {"t": "column", "v": self._column(value, depth)}
        if kind is pd.Timestamp or kind is pd.Timedelta:
            zone = str(value.tz) if getattr(value, "tz", None) is not None else None
            stamp = value.tz_convert("UTC") if zone else value
            return {"t": kind.__name__, "v": int(stamp.value), "unit": value.unit, "zone": zone}
        if value is pd.NA or value is pd.NaT:
            return {"t": "missing", "v": "NA" if value is pd.NA else "NaT"}
        return None

    def _column(self, array: Any, depth: int) -> dict:
        """Pack one column: plain numbers as bytes, texts as JSON, the rest one by one."""
        import numpy as np
        import pandas as pd

        kind = array.dtype.numpy_dtype if type(array) is pd.arrays.NumpyExtensionArray else array.dtype
        name = str(kind)
        if isinstance(kind, pd.CategoricalDtype):
            codes = np.asarray(array.codes, dtype="<i8")
            categories = self.pack(pd.Index(array.categories), depth + 1)
            return {
                "d": "category",
                "at": self._bytes(codes.tobytes()),
                "of": categories,
                "ordered": bool(array.ordered),
            }
        if _ZONED.fullmatch(name):
            stamps = np.asarray(array.tz_convert("UTC").tz_localize(None)).astype("<i8")
            return {"d": name, "at": self._bytes(stamps.tobytes())}
        values = np.asarray(array) if isinstance(kind, np.dtype) else None
        if values is not None and not values.dtype.hasobject:
            return {"d": values.dtype.str, "at": self._bytes(np.ascontiguousarray(values).tobytes())}
        if values is None and not _NULLABLE.fullmatch(name):
            raise NotPlain(name)
        items = array.tolist()
        if set(map(type, items)) <= {str}:
            plain = "".join(items).isascii()
            return {"d": name, "s": items if plain else [self.pack(item) for item in items]}
        return {"d": name, "v": [self.pack(item, depth + 1) for item in items]}


class Unpacker:
    """Turn JSON and bytes into values; nothing in them is trusted.

    Parameters
    ----------
    blob : bytes
        The bytes that came with the JSON.
    live : callable
        Gives the stand-in for an object that stayed on the other side.
    """

    def __init__(self, blob: bytes, live: Callable[[dict], Any]) -> None:
        self._blob = blob
        self._live = live

    def unpack(self, data: Any) -> Any:
        """Give the value.

        Raises
        ------
        NotPlain
            If the data do not have the form that `Packer` gives.
        """
        try:
            return self._value(data, 0)
        except NotPlain:
            raise
        except Exception as problem:
            raise NotPlain(f"{type(problem).__name__}: {problem}") from problem

    def _value(self, data: Any, depth: int) -> Any:
        if data is None or isinstance(data, (bool, int, str, float)):
            return data
        if depth > DEEPEST + 5:
            raise NotPlain("nested too deep")
        kind, given = data["t"], data.get("v")
        if kind in ("list", "tuple", "set", "frozenset"):
            items = [self._value(item, depth + 1) for item in given]
            return items if kind == "list" else {"tuple": tuple, "set": set, "frozenset": frozenset}[kind](items)
        if kind == "dict":
            return {self._value(key, depth + 1): self._value(item, depth + 1) for key, item in given}
        if kind in _READ:
            return _READ[kind](given)
        if kind == "record":
            fields = [str(field) for field in data["fields"]]
            return namedtuple(str(data["name"]), fields)(*(self._value(item, depth + 1) for item in given))
        if kind in ("scalar", "array", "objects"):
            return self._numpy(kind, data, depth)
        if kind in _PANDAS:
            return self._pandas(kind, data, depth)
        return self._live(data)

    def _part(self, data: dict) -> bytes:
        start, length = data["at"]
        if not (0 <= start <= start + length <= len(self._blob)):
            raise NotPlain("bytes")
        return self._blob[start : start + length]

    def _numpy(self, kind: str, data: dict, depth: int) -> Any:
        import numpy as np

        if kind == "scalar":
            return np.frombuffer(self._part(data), dtype=_dtype(data["d"]), count=1)[0]
        shape = tuple(int(size) for size in data["shape"])
        if kind == "array":
            return np.frombuffer(self._part(data), dtype=_dtype(data["d"])).reshape(shape).copy()
        flat = np.empty(len(data["v"]), dtype=object)
        for place, item in enumerate(data["v"]):
            flat[place] = self._value(item, depth + 1)
        return flat.reshape(shape)

    def _pandas(self, kind: str, data: dict, depth: int) -> Any:
        import pandas as pd

        given = data.get("v")
        if kind == "table":
            index, columns = self._value(data["index"], depth + 1), self._value(data["columns"], depth + 1)
            table = pd.DataFrame(dict(enumerate(map(self._column, given))), index=index)
            table.columns = columns
            return table
        if kind == "series":
            index = self._value(data["index"], depth + 1)
            return pd.Series(self._column(given), index=index, name=self._value(data["name"], depth + 1))
        if kind == "rows":
            return pd.RangeIndex(*(int(number) for number in given), name=self._value(data["name"], depth + 1))
        if kind == "levels":
            names = [self._value(name, depth + 1) for name in data["names"]]
            return pd.MultiIndex.from_arrays([self._value(level, depth + 1) for level in given], names=names)
        if kind == "index":
            index = pd.Index(self._column(given), name=self._value(data["name"], depth + 1))
            if data.get("freq") and hasattr(index, "freq"):
                index.freq = str(data["freq"])
            return index
        if kind == "column":
            return self._column(given)
        if kind == "missing":
            return pd.NA if given == "NA" else pd.NaT
        maker = {"Timestamp": pd.Timestamp, "Timedelta": pd.Timedelta}[kind]
        value = maker(int(given), unit="ns")
        if data.get("zone"):
            value = value.tz_localize("UTC").tz_convert(str(data["zone"]))
        return value.as_unit(data["unit"]) if data["unit"] in ("s", "ms", "us", "ns") else value

    def _column(self, data: dict) -> Any:
        import numpy as np
        import pandas as pd

        name = str(data["d"])
        if name == "category":
            codes = np.frombuffer(self._part(data), dtype="<i8")
            return pd.Categorical.from_codes(codes, self._value(data["of"], 2), ordered=bool(data["ordered"]))
        zoned = _ZONED.fullmatch(name)
        if zoned:
            stamps = np.frombuffer(self._part(data), dtype="<i8").copy().view(f"<M8[{zoned[1]}]")
            return pd.DatetimeIndex(stamps).tz_localize("UTC").tz_convert(zoned[2]).array
        if "at" in data:
            return pd.array(
                np.frombuffer(self._part(data), dtype=_dtype(name)).copy(), copy=False, dtype=_dtype(name)
            )
        if not _NULLABLE.fullmatch(name):
            raise NotPlain(name)
        items = list(data["s"]) if "s" in data else [self._value(item, 2) for item in data["v"]]
        if name == "object":
            flat = np.empty(len(items), dtype=object)
            flat[:] = items
            return flat
        return pd.array(items, dtype=name)


def _dtype(name: str) -> Any:
    import numpy as np

    if not _NUMPY.fullmatch(name):
        raise NotPlain("dtype")
    return np.dtype(name)


def _plain_value(value: Any, base: type) -> Any:
    """Read what a base class itself keeps, past any method of the subclass."""
    if base in (list, tuple, set, frozenset):
        return base(base.__iter__(value))
    if base is dict:
        return dict(dict.items(value))
    return {
        int: lambda: int.__add__(value, 0),
        float: lambda: float.__add__(value, 0.0),
        complex: lambda: complex.__add__(value, 0),
        str: lambda: str.__str__(value),
        bytes: lambda: bytes.__add__(value, b""),
    }[base]()


# How each simple type is written, and read.
_SIMPLE: dict[type, tuple[str, Callable]] = {
    bytes: ("bytes", bytes.hex),
    bytearray: ("bytearray", bytearray.hex),
    complex: ("complex", lambda value: [value.real.hex(), value.imag.hex()]),
    type(...): ("dots", lambda _: None),
    type(NotImplemented): ("not-implemented", lambda _: None),
    range: ("range", lambda value: [value.start, value.stop, value.step]),
    Decimal: ("decimal", str),
    Fraction: ("fraction", str),
    datetime.date: ("date", datetime.date.isoformat),
    datetime.time: ("time", datetime.time.isoformat),
    datetime.datetime: ("datetime", datetime.datetime.isoformat),
    datetime.timedelta: ("timedelta", lambda value: [value.days, value.seconds, value.microseconds]),
}
_READ: dict[str, Callable] = {
    "int": lambda said: int(said, 16),
    "float": float.fromhex,
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "complex": lambda said: complex(float.fromhex(said[0]), float.fromhex(said[1])),
    "dots": lambda _: ...,
    "not-implemented": lambda _: NotImplemented,
    "range": lambda said: range(*said),
    "decimal": Decimal,
    "fraction": lambda said: Fraction(said) if len(said) < 4000 else None,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "timedelta": lambda said: datetime.timedelta(*said),
}
_PANDAS = {"table", "series", "rows", "levels", "index", "column", "missing", "Timestamp", "Timedelta"}
