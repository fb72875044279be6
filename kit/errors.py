"""Errors that speak to a town official, in three short lines.

The family tree::

    KitError                what every error of the kit has in common
    ├── DataError           a table: missing, damaged, or not shaped as expected
    ├── MeasureError        a method was asked for something it cannot answer
    ├── ExerciseError       an exercise or its checks cannot be read
    ├── SubmissionError     a hand-in, a roster or a course folder
    ├── TownFileError       the learner's own town file
    └── SetupError          this computer: ports, rights, missing programs

Each message has three lines: what is wrong and where, what was expected, what to do.
The words stand in the catalogue (``kit/text``), so that they can be translated.
"""

from __future__ import annotations


class KitError(Exception):
    """Something the kit can explain. Shown without a Python traceback.

    Parameters
    ----------
    key : str
        Name of the message in the catalogue, for example ``"data.unknown-table"``.
    **gaps
        Values for the named gaps in the message.

    Examples
    --------
    >>> raise KitError("errors.example", name="north")
    Traceback (most recent call last):
        ...
    kit.errors.KitError: There is no district "north" in this table.
    A district that stands in the table was expected.
    Look at the list of districts and choose one of them.
    """

    def __init__(self, key: str, **gaps: object) -> None:
        from kit.text import text

        self.key = key
        self.gaps = gaps
        words = text(key)
        # Filled in here, so that a gap may have any name, also one that `text` uses itself.
        super().__init__(words.format(**gaps) if gaps else words)

    @property
    def lines(self) -> list[str]:
        """The message as a list of lines."""
        return str(self).splitlines()

    def _render_traceback_(self) -> list[str]:
        """Show a notebook the message alone, in the place of a traceback."""
        return self.lines


class DataError(KitError):
    """You meet it when a table is missing, damaged or not shaped as expected."""


class MeasureError(KitError):
    """You meet it when a method is asked for something the figures cannot answer."""


class ExerciseError(KitError):
    """You meet it when an exercise, or the file with its checks, cannot be read."""


class SubmissionError(KitError):
    """You meet it when a hand-in, a roster or a course folder is not as expected."""


class TownFileError(KitError):
    """You meet it when a page of your town's file cannot be read or saved."""


class SetupError(KitError):
    """You meet it when this computer lacks something that the kit needs."""
