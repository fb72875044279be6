"""Chance that can be repeated: the same words give the same draws on every computer.

Only whole numbers are used. The bit generator PCG64 and its seeding are fixed by numpy's promise of
compatibility (NEP 19); what numpy builds on top of them may change between versions, so it is not used.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """A source of chance, made from words.

    Parameters
    ----------
    *words : str
        What the draws are for, for example the name of an exercise.
    key : str
        A secret that makes the draws unknown to those who know only the words.

    Examples
    --------
    >>> dice = Dice("example")
    >>> [dice.below(6) for _ in range(8)]
    [4, 4, 0, 1, 4, 0, 3, 2]
    """

    def __init__(self, *words: str, key: str = "") -> None:
        import numpy as np

        message = "\x1f".join(words).encode("utf-8")
        digest = hmac.new(key.encode("utf-8"), message, hashlib.sha256).digest()
        self._bits = np.random.PCG64(int.from_bytes(digest, "big"))

    def below(self, limit: int) -> int:
        """Draw a whole number from 0 to `limit` - 1, each as likely as the other."""
        if not 0 < limit <= 1 << 64:
            raise ValueError("limit must be from 1 to 2**64")
        fair = (1 << 64) - (1 << 64) % limit
        while True:
            drawn = int(self._bits.random_raw())
            if drawn < fair:
                return drawn % limit

    def between(self, least: int, most: int) -> int:
        """Draw a whole number from `least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def pick(self, options: Sequence[Item]) -> Item:
        """Draw one of the options."""
        return options[self.below(len(options))]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Give the items in an order drawn by chance (Fisher and Yates)."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def some(self, items: Sequence[Item], count: int) -> list[Item]:
        """Draw `count` different items."""
        return self.shuffled(items)[:count]

    def weighted(self, weights: Sequence[int], count: int) -> list[int]:
        """Draw `count` different positions, each in proportion to its whole-numbered weight.

        Parameters
        ----------
        weights : sequence of int
            One weight a position; 0 is never drawn.
        count : int
            How many to draw, at most the number of weights above 0.
        """
        left = list(weights)
        drawn: list[int] = []
        for _ in range(count):
            mark, position = self.below(sum(left)), 0
            while mark >= left[position]:
                mark -= left[position]
                position += 1
            drawn.append(position)
            left[position] = 0
        return drawn


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Share out a whole number in proportion to weights, so that the parts add up exactly.

    Parameters
    ----------
    total : int
        What is shared out.
    weights : sequence of int
        One weight a part.

    Returns
    -------
    list of int
        The parts, by the method of largest remainders (Hamilton); ties go to the earlier part.

    Examples
    --------
    >>> apportion(10, [1, 1, 1]), apportion(100, [50, 30, 20])
    ([4, 3, 3], [50, 30, 20])
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    rest = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in rest[: total - sum(parts)]:
        parts[i] += 1
    return parts
