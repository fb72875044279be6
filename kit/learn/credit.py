"""Part of the points for part of an answer, each with its reason: for test cells of an exercise."""

from __future__ import annotations

from collections.abc import Callable

from kit.text import text


def credit(*parts: tuple[float, bool | Callable[[], object], str]) -> float:
    """Add up the points of the parts that are right, and say for each other part why not.

    Put it on the last line of a test cell: nbgrader takes the number for the mark. The parts must
    add up to the points of the cell.

    Parameters
    ----------
    *parts : tuple
        Points, what must hold, and the words for when it does not hold. What must hold can be a
        function: if it fails, the other parts still count.

    Returns
    -------
    float
        The points.

    Notes
    -----
    Source: nbgrader's documentation, "Autograder tests cells", on partial credit.

    Examples
    --------
    >>> credit((1, True, "Divide by everyone."), (2, lambda: 1 / 0 > 1, "Try a town that asked nobody."))
    0 of 2: Try a town that asked nobody. (ZeroDivisionError: division by zero)
    1.0
    """
    total = 0.0
    for worth, holds, words in parts:
        problem = ""
        try:
            right = bool(holds() if callable(holds) else holds)
        except Exception as error:
            right, problem = False, f" ({type(error).__name__}: {error})"
        if right:
            total += worth
        else:
            print(text("reasons.credit", points=f"{worth:g}", words=words) + problem)
    return total
