"""The language a learner chose, kept beside the town's pages so that every notebook starts in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from kit import text as words
from kit.errors import KitError
from kit.text import LANGUAGES, set_language
from kit.town.pages import load_page, save_page


def remembered_language() -> str | None:
    """Give the code of the language chosen once, or ``None``. Never fails: a lesson must open in any case.

    Examples
    --------
    >>> remembered_language() in (None, *LANGUAGES)
    True
    """
    with contextlib.suppress(KitError):
        code = load_page("settings").answers.get("language")
        return code if code in LANGUAGES else None
    return None


def use_remembered_language() -> None:
    """Let this session speak the language chosen once; without one, ``KIT_LANG`` decides as before.

    Examples
    --------
    >>> import os, tempfile
    >>> os.environ["KIT_TOWN"] = tempfile.mkdtemp()
    >>> use_remembered_language()
    >>> del os.environ["KIT_TOWN"]
    """
    code = remembered_language()
    if code:
        set_language(code)


def remember_language(code: str) -> None:
    """Speak this language from now on, here and in other notebooks of this town's file.

    Raises
    ------
    KitError
        If the kit does not speak it.
    TownFileError
        If the choice cannot be saved; it holds for this session all the same.

    Examples
    --------
    >>> import os, tempfile
    >>> from kit.text import language
    >>> os.environ["KIT_TOWN"] = tempfile.mkdtemp()
    >>> remember_language("es"); language(), remembered_language()
    ('es', 'es')
    >>> set_language(None); del os.environ["KIT_TOWN"]
    """
    set_language(code)
    save_page("settings", {**load_page("settings").answers, "language": code})


@contextlib.contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language for a while, and then the one from before again.

    Raises
    ------
    KitError
        If the kit does not speak it.

    Examples
    --------
    >>> with speaking("es"):
    ...     words.text("town.yes")
    'Sí'
    """
    before = words._chosen
    set_language(code)
    try:
        yield
    finally:
        words._chosen = before
