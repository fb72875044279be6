"""The one place where the methods look at what they are given, before they count.

Each check gives the clean value back, or raises `MeasureError` in three short lines that
name the column or argument, the group and the value. Nothing here repairs a figure: a
missing value is not zero, 37 is not 0.37, and a word is not a number.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._naming import is_missing, label_of, nearest, place_of, show

if TYPE_CHECKING:
    import numpy as np

# Whole numbers above this are no longer exact in a computer's decimal numbers.
LARGEST_COUNT = 2**53
# No figure of a town or a state comes near; beyond it squares and products run over.
LARGEST_FIGURE = 1e50


def number(
    value: Any,
    name: str,
    *,
    group: object = None,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
) -> float:
    """Give one finite number, at least `minimum`, at most `maximum`, above `above`.

    Examples
    --------
    >>> number("12 people", "events", group="north")
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "events" (north) is "12 people", not a number.
    ...
    """
    place = place_of(name, group)
    value = _plain(value)
    if is_missing(value):
        raise MeasureError("inputs.missing", place=place)
    if isinstance(value, (list, tuple, set, dict)) or hasattr(value, "__array__"):
        raise MeasureError("inputs.many-for-one", place=place)
    if not isinstance(value, (Real, Decimal)):
        raise MeasureError("inputs.not-a-number", place=place, value=show(value))
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if abs(found) > LARGEST_FIGURE:
        raise MeasureError("inputs.infinite", place=place)
    if minimum == 0 and found < 0:
        raise MeasureError("inputs.negative", place=place, value=show(value))
    if above is not None and found <= above:
        raise MeasureError("inputs.not-above", place=place, value=show(value), limit=show(above))
    if minimum is not None and found < minimum:
        raise MeasureError("inputs.below", place=place, value=show(value), limit=show(minimum))
    if maximum is not None and found > maximum:
        raise MeasureError("inputs.above", place=place, value=show(value), limit=show(maximum))
    return found


def numbers(
    values: Iterable[Any],
    name: str,
    *,
    groups: Sequence[object] | None = None,
    minimum: float | None = None,
    keep_missing: bool = False,
) -> np.ndarray:
    """Give many finite numbers; with `keep_missing` a missing one stays missing (NaN).

    Examples
    --------
    >>> numbers([1, None, 2.5], "events", keep_missing=True)
    array([1. , nan, 2.5])
    >>> numbers([1, -2], "events", groups=["north", "south"], minimum=0)
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "events" (south) is -2, below zero.
    ...
    """
    import numpy as np

    found = _array(values, name)
    if found.dtype.kind not in "iufb":
        listed = (found.astype(str) if found.dtype.kind in "Mm" else found).tolist()
        looked_at = [
            math.nan if keep_missing and is_missing(value) else number(value, name, group=label_of(groups, i))
            for i, value in enumerate(listed)
        ]
        found = np.array(looked_at, dtype=float)
    found = found.astype(float)
    wrong = np.abs(found) > LARGEST_FIGURE if keep_missing else ~(np.abs(found) <= LARGEST_FIGURE)
    if minimum is not None:
        wrong |= found < minimum
    if wrong.any():
        first = int(wrong.argmax())
        number(_whole_if_whole(found[first]), name, group=label_of(groups, first), minimum=minimum)
    return found


def count(value: Any, name: str, *, group: object = None, minimum: int = 0) -> int:
    """Give one count: whole, finite, not negative.

    Examples
    --------
    >>> count(12.0, "events")
    12
    >>> count(2.5, "events", group="north")
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "events" (north) is 2.5, not a whole number.
    ...
    """
    found = number(value, name, group=group, minimum=0)
    if found != int(found):
        raise MeasureError("inputs.not-whole", place=place_of(name, group), value=show(value))
    if found > LARGEST_COUNT:
        raise MeasureError("inputs.too-large", place=place_of(name, group), value=show(value))
    if found < minimum:
        raise MeasureError("inputs.below", place=place_of(name, group), value=show(value), limit=show(minimum))
    return int(found)


def counts(
    values: Iterable[Any],
    name: str,
    *,
    groups: Sequence[object] | None = None,
    keep_missing: bool = False,
) -> np.ndarray:
    """Give many counts as decimal numbers, each whole and not negative.

    Examples
    --------
    >>> counts([3, 4.0], "events")
    array([3., 4.])
    """
    import numpy as np

    found = numbers(values, name, groups=groups, minimum=0, keep_missing=keep_missing)
    known = ~np.isnan(found)
    wrong = known & ((found != np.floor(found)) | (found > LARGEST_COUNT))
    if wrong.any():
        first = int(wrong.argmax())
        count(_whole_if_whole(found[first]), name, group=label_of(groups, first))
    return found


def part_of(part: Any, total: Any, *, names: tuple[str, str] = ("count", "total"), group: object = None):
    """Give a count and its total as a pair: the count is not above the total, the total not zero.

    Examples
    --------
    >>> part_of(3, 8)
    (3, 8)
    >>> part_of(9, 8, group="north")
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "count" (north) is 9, above "total", which is 8.
    ...
    """
    first, whole = count(part, names[0], group=group), count(total, names[1], group=group)
    if whole == 0:
        raise MeasureError("inputs.zero-total", place=place_of(names[1], group))
    if first > whole:
        place = place_of(names[0], group)
        raise MeasureError("inputs.above-total", place=place, value=show(first), name=names[1], total=show(whole))
    return first, whole


def parts_of(
    parts: Iterable[Any],
    totals: Iterable[Any],
    *,
    names: tuple[str, str] = ("count", "total"),
    groups: Sequence[object] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Give counts and their totals, pair by pair as `part_of` does.

    Examples
    --------
    >>> parts_of([1, 2], [4, 4])
    (array([1., 2.]), array([4., 4.]))
    """
    first, whole = counts(parts, names[0], groups=groups), counts(totals, names[1], groups=groups)
    same_length(first, whole, names=names)
    wrong = (whole == 0) | (first > whole)
    if wrong.any():
        i = int(wrong.argmax())
        part_of(first[i], whole[i], names=names, group=label_of(groups, i))
    return first, whole


def share(value: Any, name: str, *, group: object = None) -> float:
    """Give one share between 0 and 1; 37 in the place of 0.37 has its own message.

    Examples
    --------
    >>> share(37, "share", group="north")
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "share" (north) is 37: it looks like a percentage.
    ...
    """
    found = number(value, name, group=group, minimum=0)
    if 1 < found <= 100:
        as_share = f"{found / 100:.10g}"
        raise MeasureError(
            "inputs.percent-for-share", place=place_of(name, group), value=show(value), as_share=as_share
        )
    if found > 1:
        raise MeasureError("inputs.not-a-share", place=place_of(name, group), value=show(value))
    return found


def shares(
    values: Iterable[Any],
    name: str,
    *,
    groups: Sequence[object] | None = None,
    add_up: bool = False,
    within: float = 0.005,
) -> np.ndarray:
    """Give many shares; with `add_up` their sum must be 1, give or take `within` for rounding.

    Examples
    --------
    >>> shares([0.25, 0.25], "population share", add_up=True)
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: The shares in "population share" add up to 0.5, not to 1.
    ...
    """
    found = numbers(values, name, groups=groups, minimum=0)
    if (found > 1).any():
        first = int((found > 1).argmax())
        share(_whole_if_whole(found[first]), name, group=label_of(groups, first))
    if add_up and abs(found.sum() - 1) > within:
        raise MeasureError("inputs.shares-sum", name=name, value=f"{found.sum():.4g}")
    return found


def confidence(value: Any, name: str = "confidence") -> float:
    """Give a level of confidence, strictly between 0 and 1.

    Examples
    --------
    >>> confidence(95)
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "confidence" is 95.
    ...
    """
    found = number(value, name)
    if not 0 < found < 1:
        raise MeasureError("inputs.not-confidence", place=place_of(name), value=show(value))
    return found


def weights(values: Iterable[Any], name: str, *, groups: Sequence[object] | None = None) -> np.ndarray:
    """Give weights: finite, not negative, and not all zero.

    Examples
    --------
    >>> weights([0, 0], "weight")
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: Every value in "weight" is zero: nobody would count.
    ...
    """
    found = numbers(values, name, groups=groups, minimum=0)
    at_least(found, name, needed=1)
    if not found.any():
        raise MeasureError("inputs.weights-zero", name=name)
    return found


def outcomes(values: Iterable[Any], name: str) -> np.ndarray:
    """Give an outcome of each person: 1 or True for yes, 0 or False for no, NaN where missing.

    Examples
    --------
    >>> outcomes([True, False, None], "served")
    array([ 1.,  0., nan])
    >>> outcomes([1, 2], "served")
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "served", value 2, is 2, neither 0 nor 1.
    ...
    """
    import numpy as np

    found = numbers(values, name, keep_missing=True)
    wrong = ~np.isnan(found) & (found != 0) & (found != 1)
    if wrong.any():
        first = int(wrong.argmax())
        place = place_of(name, label_of(None, first))
        raise MeasureError("inputs.not-zero-one", place=place, value=show(_whole_if_whole(found[first])))
    if np.isnan(found).all():
        raise MeasureError("inputs.all-missing", name=name)
    return found


def choice(value: Any, name: str, *, options: Collection[str]) -> str:
    """Give a choice by name, one of `options`.

    Examples
    --------
    >>> choice("wilsen", "interval", options=["wilson", "exact"])
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "wilsen" is not a choice for "interval".
    ...
    """
    if isinstance(value, str) and value in options:
        return value
    raise MeasureError(
        "inputs.unknown-choice",
        value=value if isinstance(value, str) else show(value),
        name=name,
        options=", ".join(options),
        advice=nearest(value, options),
    )


def at_least(values: Collection[Any], name: str, *, needed: int) -> None:
    """Check that there are enough values or groups for the method.

    Examples
    --------
    >>> at_least(["north"], "groups", needed=2)
    Traceback (most recent call last):
        ...
    kit.errors.MeasureError: "groups" holds 1, which is too few.
    ...
    """
    if len(values) < needed:
        raise MeasureError("inputs.too-few", name=name, found=len(values), needed=needed)


def same_length(first: Collection[Any], second: Collection[Any], *, names: tuple[str, str]) -> None:
    """Check that two lists go together, value by value.

    Examples
    --------
    >>> same_length([1, 2], [3, 4], names=("count", "total"))
    """
    if len(first) != len(second):
        raise MeasureError(
            "inputs.not-same-length",
            first=names[0],
            second=names[1],
            first_length=len(first),
            second_length=len(second),
        )


def _plain(value: Any) -> Any:
    dtype = getattr(value, "dtype", None)
    if getattr(value, "ndim", None) == 0 and getattr(dtype, "kind", "O") in "biuf":
        return value.item()
    return value


def _array(values: Any, name: str) -> np.ndarray:
    import numpy as np

    if isinstance(values, (str, bytes, dict)) or not hasattr(values, "__iter__"):
        raise MeasureError("inputs.one-for-many", name=name)
    if getattr(getattr(values, "dtype", None), "_is_numeric", False):  # pandas' numbers that can be missing
        found = values.to_numpy(dtype=float, na_value=math.nan)
    elif hasattr(values, "__array__"):
        found = np.asarray(values)
    else:
        listed = [_plain(value) for value in values]
        plain = all(type(value) in (int, float, bool) for value in listed)
        try:
            found = np.array(listed) if plain else np.array([*listed, None], dtype=object)[:-1]
        except ValueError:
            raise MeasureError("inputs.one-for-many", name=name) from None
    if found.ndim != 1:
        raise MeasureError("inputs.one-for-many", name=name)
    return found


def _whole_if_whole(value: float) -> float | int:
    return int(value) if math.isfinite(value) and value == int(value) else float(value)
