"""All words the kit shows, in one catalogue a language.

The catalogues are ordinary gettext files (``kit/text/en/data.po``): translators can open
them with any gettext editor. A message has a name (``data.unknown-table``) in the place of
an English sentence; the part before the dot names the file.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "es": "Español"}
_HERE = Path(__file__).parent
_chosen: str | None = None


def language() -> str:
    """Tell which language is in use: the one chosen, else ``KIT_LANG``, else English.

    Examples
    --------
    >>> language() in LANGUAGES
    True
    """
    wanted = _chosen or os.environ.get("KIT_LANG", "en")
    short = wanted.replace("-", "_").split("_")[0].split(".")[0].lower()
    return short if short in LANGUAGES else "en"


def set_language(code: str | None) -> None:
    """Choose the language of this session; ``None`` goes back to ``KIT_LANG``.

    Raises
    ------
    KitError
        If the kit does not speak that language.

    Examples
    --------
    >>> set_language("es"); language()
    'es'
    >>> set_language(None)
    """
    global _chosen
    if code is not None and code not in LANGUAGES:
        from kit.errors import KitError

        raise KitError("errors.unknown-language", code=code, languages=", ".join(LANGUAGES))
    _chosen = code


def text(key: str, *, folder: Path | None = None, lang: str | None = None, **gaps: object) -> str:
    """Give the message of that name in the language in use.

    Parameters
    ----------
    key : str
        Name of the message, ``"<file>.<message>"``.
    folder : Path, optional
        A folder with catalogues of its own (``messages.en.po``), as exercises have.
    lang : str, optional
        Another language than the one in use.
    **gaps
        Values for the named gaps in the message.

    Raises
    ------
    KeyError
        If no catalogue has that name: a mistake of ours, never of the learner.

    Examples
    --------
    >>> text("errors.unknown-language", lang="en", code="tlh", languages="en, es").splitlines()[0]
    'The kit does not speak the language "tlh".'
    """
    for code in dict.fromkeys((lang or language(), "en")):
        found = _catalogue(folder, code, key.split(".")[0]).get(key)
        if found:
            return found.format(**gaps) if gaps else found
    raise KeyError(f"No message {key!r} in {folder or _HERE}")


def has_text(key: str, *, folder: Path | None = None) -> bool:
    """Tell whether a message of that name exists in English.

    Examples
    --------
    >>> has_text("errors.unknown-language"), has_text("errors.no-such-message")
    (True, False)
    """
    return key in _catalogue(folder, "en", key.split(".")[0])


def message_names(domain: str = "", *, folder: Path | None = None) -> list[str]:
    """Name the messages of one file, or of a folder with catalogues of its own.

    Examples
    --------
    >>> "errors.unknown-language" in message_names("errors")
    True
    """
    return list(_catalogue(folder, "en", domain))


@cache
def _catalogue(folder: Path | None, code: str, domain: str) -> dict[str, str]:
    path = _HERE / code / f"{domain}.po" if folder is None else folder / f"messages.{code}.po"
    if not path.is_file():
        return {}
    import polib

    entries = polib.pofile(str(path))
    return {entry.msgid: entry.msgstr for entry in entries if entry.msgstr and not entry.fuzzy}
