"""What the measures of agreement share: codes cleaned, categories in order, codes counted by unit."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kit.errors import MeasureError
from kit.measure._inputs import at_least, counts, is_missing, number, same_length
from kit.measure._tables import no_repeats, not_too_many
from kit.text import text

if TYPE_CHECKING:
    import numpy as np

# More different codes than this are free text or the names of persons, not categories.
MOST_CATEGORIES = 200
MOST_VALUES = 1000


def clean_codes(values: Any, name: str) -> list[Hashable | None]:
    """Give codes as a plain list; a code that was not given is None.

    Examples
    --------
    >>> clean_codes(["housing", "", None, "work"], "first")
    ['housing', None, None, 'work']
    """
    if isinstance(values, (str, bytes, dict)) or not isinstance(values, Iterable):
        raise MeasureError("agreement.not-codes", name=name)
    found = []
    for value in values:
        value = value.item() if getattr(value, "ndim", None) == 0 else value
        if is_missing(value) or (isinstance(value, str) and not value.strip()):
            found.append(None)
        elif isinstance(value, str):
            found.append(value)
        elif isinstance(value, (list, tuple, set, dict)) or hasattr(value, "__array__"):
            raise MeasureError("agreement.not-codes", name=name)
        else:
            number(value, name)
            found.append(value)
    return found


def code_pairs(first: Any, second: Any) -> tuple[list[tuple[Hashable, Hashable]], int]:
    """Give the pairs of codes of two coders, and how many units lack one of the two.

    Examples
    --------
    >>> code_pairs(["a", "b", None], ["a", "a", "b"])
    ([('a', 'a'), ('b', 'a')], 1)
    """
    one, two = clean_codes(first, "first"), clean_codes(second, "second")
    same_length(one, two, names=("first", "second"))
    pairs = [(a, b) for a, b in zip(one, two, strict=True) if a is not None and b is not None]
    at_least(pairs, "first, second", needed=1)
    return pairs, len(one) - len(pairs)


def categories_in_order(
    found: Iterable[Hashable], given: Sequence[Hashable] | None, *, ordered: bool, at_most: int = MOST_CATEGORIES
) -> list[Hashable]:
    """Give the categories in order: as given, else sorted; words have no order of their own.

    Examples
    --------
    >>> categories_in_order({3, 1, 2}, None, ordered=True)
    [1, 2, 3]
    """
    found = set(found)
    words = {code for code in found if isinstance(code, str)}
    if words and words != found:
        raise MeasureError("agreement.mixed-codes", word=sorted(words)[0], number=sorted(found - words)[0])
    not_too_many(len(found), "codes", at_most=at_most)
    if given is None:
        if ordered and words:
            raise MeasureError("agreement.no-order", codes=", ".join(sorted(words))[:60])
        return sorted(found)
    given = no_repeats(given, "categories")
    for code in sorted(found, key=str):
        if code not in given:
            raise MeasureError("agreement.unknown-code", code=code, categories=", ".join(map(str, given))[:60])
    return given


def gap_note(categories: Sequence[Hashable], given: Sequence[Hashable] | None) -> str:
    """Give a note if whole numbers of a scale are missing between the codes that were used.

    Examples
    --------
    >>> gap_note([1, 2, 4], None)
    'Nobody used the level 3: name all levels with categories=, or the distance from 2 to 4 counts as one step.'
    """
    if given is not None or any(isinstance(code, str) or code != int(code) for code in categories):
        return ""
    for low, high in pairwise(categories):
        if high - low > 1:
            return text("agreement.note-gap", missing=int(low + 1), low=low, high=high)
    return ""


def square_counts(matrix: Any, name: str = "first") -> np.ndarray:
    """Give a square table of counts, rows one coder and columns the other.

    Examples
    --------
    >>> square_counts([[19, 10], [6, 256]]).sum()
    np.float64(291.0)
    """
    rows = as_rows(matrix, name)
    if len(rows) < 2 or any(len(row) != len(rows) for row in rows):
        raise MeasureError("agreement.not-square")
    import numpy as np

    found = np.array([counts(row, name) for row in rows])
    if not found.any():
        raise MeasureError("inputs.zero-total", place=f'"{name}"')
    return found


def as_rows(matrix: Any, name: str) -> list[list[Any]]:
    """Give a table or a list of lists as a plain list of rows.

    Examples
    --------
    >>> as_rows([(1, 2), (3, 4)], "ratings")
    [[1, 2], [3, 4]]
    """
    if hasattr(matrix, "to_numpy"):
        matrix = matrix.to_numpy(dtype=object)
    if isinstance(matrix, (str, bytes, dict)) or not isinstance(matrix, Iterable):
        raise MeasureError("agreement.not-ratings", name=name)
    rows = list(matrix)
    if not rows or any(isinstance(row, (str, bytes, dict)) or not isinstance(row, Iterable) for row in rows):
        raise MeasureError("agreement.not-ratings", name=name)
    rows = [list(row) for row in rows]
    if len({len(row) for row in rows}) > 1 or not rows[0]:
        raise MeasureError("agreement.not-ratings", name=name)
    return rows


def rows_of_units(ratings: Any, *, coders: str) -> list[list[Hashable | None]]:
    """Give ratings with a row a unit and a column a coder.

    Examples
    --------
    >>> rows_of_units([[1, 2, None], [1, 1, 3]], coders="rows")
    [[1, 1], [2, 1], [None, 3]]
    """
    rows = [clean_codes(row, "ratings") for row in as_rows(ratings, "ratings")]
    rows = [list(row) for row in zip(*rows, strict=True)] if coders == "rows" else rows
    if len(rows[0]) < 2:
        raise MeasureError("agreement.one-coder")
    return rows


def counts_by_unit(rows: Sequence[Sequence[Hashable | None]], categories: Sequence[Hashable]) -> np.ndarray:
    """Count how many coders chose each category, a row a unit and a column a category.

    Examples
    --------
    >>> counts_by_unit([[1, 1, 2], [None, 2, 2]], [1, 2])
    array([[2., 1.],
           [0., 2.]])
    """
    import numpy as np

    place = {code: i for i, code in enumerate(categories)}
    found = np.zeros((len(rows), len(categories)))
    for i, row in enumerate(rows):
        for code in row:
            if code is not None:
                found[i, place[code]] += 1
    return found


def left_out_note(left_out: int) -> str:
    """Give the note that some units could not be used.

    Examples
    --------
    >>> left_out_note(0)
    ''
    """
    return text("agreement.note-left-out", count=left_out) if left_out else ""
