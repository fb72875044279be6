"""Which message it was: the words of checks told apart without what stood in their gaps."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from kit.text import LANGUAGES, message_names, text

# How the kit begins an outcome; the line says no more than that points were lost.
_HEADING = re.compile(r"^[✓→○?] [^\n]*\n?")
_GAP = re.compile(r"\{[^{}]*\}")


@cache
def pattern(words: str) -> re.Pattern[str]:
    r"""Give a pattern that finds a message, whatever stands in its gaps and however its lines are broken.

    Examples
    --------
    >>> bool(pattern("{n} towns are missing.").search("Not yet. 3 towns are\nmissing."))
    True
    """
    escaped = r"\s+".join(re.escape(word) for word in words.split())
    # A gap stands as \{name\} after escaping; anything may have been filled in.
    return re.compile(re.sub(r"\\\{.*?\\\}", ".*?", escaped), re.DOTALL)


def general(said: str, *, folder: Path | None = None) -> str:
    """Give what a check said in the form that is the same for everybody who made the same mistake.

    Parameters
    ----------
    said : str
        What a check said to one learner.
    folder : Path, optional
        The exercise, for messages of its own.

    Returns
    -------
    str
        The message with its gaps as dots, in the language in use; else the first line, with numbers
        and quoted words as dots. Empty if nothing was said.

    Examples
    --------
    >>> general("NameError: name 'anas_share' is not defined"), general("AssertionError: 3 of 7 are right.")
    ("NameError: name '…' is not defined", '… of … are right.')
    """
    said = _HEADING.sub("", said.strip()).strip()
    found = [
        (len(words), key, place)
        for key, place in _known(folder)
        for words in (text(key, folder=place, lang=lang) for lang in LANGUAGES)
        if _GAP.sub("", words).strip() and pattern(words).search(said)
    ]
    if found:
        _, key, place = max(found, key=lambda one: one[0])
        return " ".join(_GAP.sub("…", text(key, folder=place)).split())
    first = next((line.strip() for line in said.splitlines() if line.strip()), "")
    first = re.sub(r"^AssertionError:? *", "", first)
    first = re.sub(r"'[^']*'", "'…'", re.sub(r'"[^"]*"', '"…"', first))
    return re.sub(r"\d(?:[\d.,]*\d)?%?", "…", first)[:200]


@cache
def _known(folder: Path | None) -> tuple[tuple[str, Path | None], ...]:
    """Give the messages that a check can show: of the exercise, and the kit's own."""
    # A choice's words and a solution are no messages: they could stand in an answer by chance.
    own = [
        (key, folder)
        for key in (message_names(folder=folder) if folder else ())
        if not key.endswith((".says", ".question", ".solution"))
    ]
    return (*own, *((key, None) for key in message_names("learn") if key.endswith("-says")))
