"""Whose hand-in is it? Read from the names that learning platforms and people give to files.

=============  =====================================================================
Canvas         ``ngana_LATE_901_5512_work.ipynb``: name, late, number, file, own name
Moodle         ``Ana Ng_4711_assignsubmission_file/work.ipynb``, or as one name with ``_``
Brightspace    ``39786-640693 - Ana Ng - Oct 10, 2025 1022 AM/work.ipynb``, or as one name
people         a folder, a file or an archive with an id, a name or an address in its name
=============  =====================================================================

Sources: Canvas, lib/content_zipper.rb; Moodle, mod/assign/classes/downloader.php (both read
2026-11-25); Brightspace, downloads as published in the tests of two programs that read them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

_CANVAS = re.compile(
    r"(?P<name>[^\W_]+(?:_[^\W\d_]+)*?)_(?P<late>LATE_)?(?P<number>\d+)_\d+_(?P<own>.+)", re.DOTALL
)
_CANVAS_HIDDEN = re.compile(r"anon_(?:LATE_)?(?P<number>\w+?)_\d+_(?P<own>.+)", re.DOTALL)
_MOODLE = re.compile(
    r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<own>.*)", re.DOTALL
)
_BRIGHTSPACE = re.compile(
    r"\d+-\d+\s*-\s*(?P<who>.+?)\s*-\s*(?P<date>[^-]*\b\d{4}\b[^-]*\d{3,4}\s*[AP]M)(?:\s*-\s*(?P<own>.+))?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Sent:
    """What a name tells of a hand-in.

    Parameters
    ----------
    platform : str
        ``"canvas"``, ``"moodle"``, ``"brightspace"``, or ``""`` for a name that a person gave.
    names : tuple of str
        Names, ids or addresses of the student.
    number : str
        The platform's own number of the student, or of the hand-in.
    own : str
        The name the student gave to the file; empty for a folder.
    late : bool
        The platform says it was late.
    when : datetime or None
        Time of hand-in, on the clock of the platform.
    """

    platform: str
    names: tuple[str, ...]
    number: str = ""
    own: str = ""
    late: bool = False
    when: datetime | None = None


def read_name(name: str) -> Sent:
    """Read the name of a file or folder.

    Examples
    --------
    >>> read_name("ngana_LATE_901_5512_my_work-1.ipynb")
    Sent(platform='canvas', names=('ngana',), number='901', own='my_work-1.ipynb', late=True, when=None)
    >>> read_name("Ana Ng_4711_assignsubmission_file_").number
    '4711'
    >>> read_name("39786-640693 - Ana Ng - Oct 10, 2025 1022 AM - work.ipynb").when
    datetime.datetime(2025, 10, 10, 10, 22)
    """
    name = unicodedata.normalize("NFC", name)
    if found := _MOODLE.fullmatch(name):
        own = "" if found["kind"] == "onlinetext" else found["own"]
        return Sent("moodle", (found["name"].strip(),), found["number"], own)
    if found := _BRIGHTSPACE.fullmatch(name):
        names = tuple(part.strip() for part in re.split(r"\s+-\s+|(?<=\w)-\s+", found["who"]) if part.strip())
        return Sent("brightspace", names, own=found["own"] or "", when=_time(found["date"]))
    if found := _CANVAS_HIDDEN.fullmatch(name):
        return Sent("canvas", (), found["number"], found["own"], "_LATE_" in name[:12])
    if found := _CANVAS.fullmatch(name):
        return Sent("canvas", (found["name"],), found["number"], found["own"], bool(found["late"]))
    return Sent("", (name,), own=name)


def _time(said: str) -> datetime | None:
    said = " ".join(said.split())
    for form in ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p", "%d %b, %Y %I%M %p", "%d %B, %Y %I%M %p"):
        try:
            # A missing nought before the hour: 930 AM.
            day, clock, half = said.rsplit(" ", 2)
            return datetime.strptime(f"{day} {clock.zfill(4)} {half.upper()}", form)
        except ValueError:
            continue
    return None


def letters(said: str) -> str:
    """Keep of a name what survives every platform: letters and digits, small, without accents.

    Examples
    --------
    >>> letters("Núñez, Íñigo"), letters("O'Brien-Öz"), letters("Łukasz Straße")
    ('nunezinigo', 'obrienoz', 'lukaszstrasse')
    """
    plain = unicodedata.normalize("NFKD", said.translate(_SPECIAL)).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


_SPECIAL = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "Ae", "ı": "i"}
)


class People:
    """Students, found by whatever a platform or a person calls them.

    Parameters
    ----------
    people : sequence of dict
        ``id``, ``first_name``, ``last_name``, ``email``, ``lms_user_id``, as the roster gives them.

    Examples
    --------
    >>> people = People([{"id": "s1", "first_name": "Íñigo", "last_name": "Núñez", "email": "i@example.org"}])
    >>> people.named("nunezinigo"), people.inside("work Inigo Nunez (2).ipynb"), people.named("somebody")
    (['s1'], ['s1'], [])
    """

    def __init__(self, people: Sequence[dict[str, str]]) -> None:
        self.ids = [person["id"] for person in people]
        self._exact: dict[str, set[str]] = {}
        self._names: dict[str, set[str]] = {}
        self._numbers: dict[str, set[str]] = {}
        for person in people:
            self.add(person["id"], **{key: value for key, value in person.items() if key != "id"})

    def add(
        self,
        student: str,
        *,
        first_name: str = "",
        last_name: str = "",
        full_name: str = "",
        email: str = "",
        lms_user_id: str = "",
    ) -> None:
        """Learn one more name of a student."""
        for word in (student, email, email.partition("@")[0] if "@" in email else ""):
            _put(self._exact, word.strip().casefold(), student)
        whole = [f"{first_name} {last_name}", f"{last_name} {first_name}"] if first_name and last_name else []
        last, _, first = full_name.partition(",")
        for name in (*whole, full_name, f"{first} {last}" if first else ""):
            _put(self._names, letters(name), student)
        _put(self._numbers, lms_user_id.strip(), student)

    def numbered(self, number: str) -> list[str]:
        """Find by the platform's own number."""
        return sorted(self._numbers.get(number.strip(), ()))

    def named(self, name: str) -> list[str]:
        """Find by an id, an address or a whole name."""
        exact = self._exact.get(name.strip().casefold())
        return sorted(exact or self._names.get(letters(name), ()))

    def inside(self, name: str) -> list[str]:
        """Find by an id, an address or a whole name somewhere in a longer name; the longest find counts."""
        stem = re.sub(r"\.(ipynb|zip|eml)$", "", name, flags=re.IGNORECASE)
        if whole := self.named(stem):
            return whole
        words = {word for word in re.split(r"[\s_,;()\[\]]+|\.(?!\w+@)|-(?=\s)|(?<=\s)-", stem.casefold()) if word}
        words |= {part for word in words for part in word.split("-")}
        words |= set(re.findall(r"[\w.+-]+@[\w.-]+\w", stem.casefold()))
        # A short number is rather the second copy of a file than somebody's id.
        found = {word: self._exact[word] for word in words if word in self._exact and _is_telling(word)}
        squeezed = letters(stem)
        found |= {key: who for key, who in self._names.items() if len(key) > 4 and key in squeezed}
        if not found:
            return []
        longest = max(map(len, found))
        return sorted(set().union(*(who for key, who in found.items() if len(key) == longest)))

    def of(self, sent: Sent) -> list[str]:
        """Find whose hand-in it is, by what its name tells."""
        if sent.platform and sent.number and (known := self.numbered(sent.number)):
            return known
        for name in sent.names:
            found = self.named(name) if sent.platform else self.inside(name)
            if found:
                return found
        return []


def _put(index: dict[str, set[str]], key: str, student: str) -> None:
    if key:
        index.setdefault(key, set()).add(student)


def _is_telling(word: str) -> bool:
    return len(word) >= (4 if word.isdigit() else 2)


def plain_name(own: str, released: Iterable[str]) -> str:
    """Give a notebook the name it was given out with, where only a counter was added to it.

    Examples
    --------
    >>> plain_name("toy_share-1.ipynb", ["toy_share"]), plain_name("my work.ipynb", ["toy_share"])
    ('toy_share.ipynb', 'my work.ipynb')
    """
    stem = re.sub(r"\.ipynb$", "", own, flags=re.IGNORECASE)
    if stem == own:
        return own
    bare = re.sub(r"\s*(?:[-_ ]\d{1,2}|\(\d{1,2}\)|[-_ ]cop(?:y|ia)\d*)$", "", stem, flags=re.IGNORECASE)
    for name in released:
        if name in (stem, bare):
            return f"{name}.ipynb"
    return own
