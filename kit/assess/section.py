"""What an instrument found, in parts that become a section of the town's document.

An instrument gives plain parts: words, lists, tables, pictures. It knows nothing of Word or
of web pages; ``kit/town/document.py`` turns the parts into both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    words: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a note is set apart from the rest."""

    words: str
    note: bool = False


@dataclass(frozen=True)
class Points:
    """A list, one point a line; numbered where the order matters."""

    items: list[str]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption; the index is left out, missing values show as a dash."""

    frame: pd.DataFrame
    caption: str


@dataclass(frozen=True)
class Picture:
    """A figure with its alt text, caption, source and table twin."""

    figure: AccessibleFigure


@dataclass(frozen=True)
class Section:
    """One instrument's part of the town's document.

    Parameters
    ----------
    title : str
        Heading of the section.
    parts : list of Heading, Paragraph, Points, Table or Picture
        In the order of reading.
    unknown : list of str
        What is not known or not filled in yet; gathered under *What we do not know*.
    sources : list of dict
        Keys ``title``, ``read`` (the day, ``"2026-11-23"``) and, where there is one, ``url``.

    Examples
    --------
    >>> section = Section("Capacities", [Paragraph("Two raters.")], unknown=["Nobody rated reporting."])
    >>> section.parts[0].words
    'Two raters.'
    """

    title: str
    parts: list[Heading | Paragraph | Points | Table | Picture]
    unknown: list[str] = field(default_factory=list)
    sources: list[dict] = field(default_factory=list)
