"""Every word a person sees is in the catalogue, in English and in Spanish."""

import string

import polib
import pytest

from kit import text as words
from kit.errors import KitError

CATALOGUES = sorted(words._HERE.glob("en/*.po"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_spanish_has_every_message_with_the_same_gaps(path):
    """A Spanish reader misses no message and no value in it."""
    english = {e.msgid: e.msgstr for e in polib.pofile(str(path))}
    spanish = {e.msgid: e.msgstr for e in polib.pofile(str(path.parents[1] / "es" / path.name))}
    assert english.keys() == spanish.keys()
    for key, sentence in english.items():
        assert key.startswith(path.stem + "."), key
        assert spanish[key], key
        assert gaps(sentence) == gaps(spanish[key]), key


def gaps(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_language_follows_the_environment_and_the_choice(monkeypatch):
    """A reader's own choice wins over the environment."""
    monkeypatch.setenv("KIT_LANG", "es_MX.UTF-8")
    assert words.language() == "es"
    words.set_language("en")
    assert words.language() == "en"
    words.set_language(None)
    monkeypatch.setenv("KIT_LANG", "xx")
    assert words.language() == "en"


def test_an_unknown_language_is_refused_in_three_lines():
    with pytest.raises(KitError) as caught:
        words.set_language("tlh")
    assert caught.value.key == "errors.unknown-language"
    assert len(caught.value.lines) == 3
