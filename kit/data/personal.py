"""The gate: it stops before a table that seems to be about single persons, and says why.

It looks at headings and at cells, and names columns, never what stands in them. A gate can miss
something: it helps people who take care, and takes no responsibility off them.

Source: the data-protection principle of a human-rights-based approach to data (OHCHR, 2018);
small cells: European handbook on statistical disclosure control, chapter on frequency tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kit.data import id_numbers
from kit.data.headings import plain, without_accents
from kit.errors import DataError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

STOP, AGGREGATE = "stop", "aggregate"
LAWFUL_BASIS = "i-have-a-lawful-basis-drop-direct-identifiers"
CHOICES = (STOP, AGGREGATE, LAWFUL_BASIS)
SAMPLE = 2_000
MOST_OF = 0.8
SOME_OF = 0.3


class Finding(NamedTuple):
    """Why a column seems to be about single persons."""

    column: str
    kind: str
    reason: str  # "heading" or "cells"
    direct: bool = True


# Found anywhere in a text, one is enough: a pattern, then a second look at what it caught.
_ANYWHERE: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("e-mail", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+", lambda found: not _office_mailbox(found)),
    ("phone", r"(?<![\w/+.=-])\+[1-9]\d{0,2}[ .\-/]?\(?\d(?:[ .\-/()]?\d){6,11}(?!\w)", bool),
    ("id-number", r"(?<![\w/.-])(?:\d{8}|[XYZ]-?\d{7})-?[A-Z](?![\w/-])", id_numbers.is_dni),
    ("id-number", r"(?<![\w/])[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d(?!\w)", id_numbers.is_curp),
    ("id-number", r"(?<![\w/])756\.\d{4}\.\d{4}\.\d\d(?!\w)", id_numbers.is_swiss_ahv),
    ("bank-account", r"(?<![\w/])[A-Z]{2}\d\d(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?(?!\w)", id_numbers.is_iban),
)
# Each digit seen as 0, each capital as A, small letters left out: phone, DNI and CURP, IBAN, AHV.
_SHAPE = bytes.maketrans(b"123456789BCDEFGHIJKLMNOPQRSTUVWXYZ", b"0" * 9 + b"A" * 25)
_SMALL_LETTERS = b"abcdefghijklmnopqrstuvwxyz"
_SUSPICIOUS_SHAPES = (b"+0", b"000000A", b"000000-A", b"AA00", b"000.0000.0000.00")
_PHONE = re.compile(
    r"(?:00[1-9]\d?[ ./-]?)?\(?0?\d{1,4}\)?[ ./-]\d{2,4}(?:[ ./-]?\d{2,4}){1,3}|[679]\d{8}|0[1-9]\d{8,10}",
    re.ASCII,
)
_STREET = re.compile(
    r"(?:c/|calle|carrer|avda?\.?|avenida|avinguda|plaza|plaça|paseo|passeig|rua|rue|via|av\.)"
    r"\s+.{2,40}?[ ,]+(?:nº?\s*)?\d{1,4}\b.*"
    r"|.{2,40}(?:straße|strasse|str\.|gasse|weg|platz|allee|ring|kai)\s+\d{1,4}\b.*"
    r"|\d{1,5}[a-z]?,? (?:\w+\.? ){1,4}"
    r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|boulevard|blvd|crescent|way|court|place)\b.*",
    re.IGNORECASE,
)
_IP = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)", re.ASCII)
_POINT = re.compile(r"(?:POINT ?\()?-?\d{1,3}\.\d{4,}[,; ]\s*-?\d{1,3}\.\d{4,}\)?", re.ASCII)
_EXACT_DEGREES = re.compile(r"-?\d{1,3}[.,]\d{4,}", re.ASCII)
_DATE = re.compile(r"(?:\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d)(?:[ T].*)?", re.ASCII)
_IDS: tuple[Callable[[str], bool], ...] = (
    id_numbers.is_rfc,
    id_numbers.is_svnr,
    id_numbers.is_sin,
    id_numbers.is_philippine_id,
    id_numbers.is_spanish_social_security,
    id_numbers.is_german_tax_id,
    id_numbers.is_french_social_security,
)


class PersonalDataError(DataError):
    """You meet it when a file seems to be about single persons; `findings` says which columns and why."""

    def __init__(self, file: str, findings: Sequence[Finding]) -> None:
        names = ", ".join(dict.fromkeys(each.column for each in findings))
        super().__init__("personal.stop", file=file, columns=names)
        self.findings = _findings_table(findings)
        self.add_note("\n".join(f"  {row.column}: {row.what} {row.why}" for row in self.findings.itertuples()))

    def _repr_html_(self) -> str:
        from kit.data.problems import html_of

        return html_of(self.lines) + self.table_html()

    def table_html(self) -> str:
        """Give the findings as an HTML table with a caption."""
        from kit.figures import table_html

        names = {name: text(f"personal.column-{name}") for name in self.findings.columns}
        return table_html(self.findings.rename(columns=names), caption=text("personal.caption"))

    def _render_traceback_(self) -> list[str]:
        from kit.data.problems import show_error

        return show_error(self)


def examine(columns: Mapping[str, Sequence[str]], *, not_personal: Iterable[str] = ()) -> list[Finding]:
    """Say which columns seem to be about single persons.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        From heading to cells, as text.
    not_personal : iterable of str
        Headings that a person has looked at and found harmless.

    Returns
    -------
    list of Finding
        Direct identifiers first; then, if the rows seem to be one a person, what tells so.

    Examples
    --------
    >>> [(each.column, each.kind) for each in examine({"Apellidos": ["García", "López"], "Total": ["3", "4"]})]
    [('Apellidos', 'name')]
    >>> examine({"Bezirk": ["Favoriten", "Döbling"], "Telefon": ["12", "30"]})
    []
    """
    harmless = {plain(each) for each in not_personal}
    looked_at = {
        heading: [cell.strip() for cell in cells[:SAMPLE] if cell.strip()]
        for heading, cells in columns.items()
        if plain(heading) not in harmless
    }
    found = [each for heading, cells in looked_at.items() if (each := _look_at(heading, cells))]
    return found + _one_person_a_row(looked_at, found)


def find_in(passage: str) -> str | None:
    """Give the kind of personal detail that stands somewhere in a text, or None.

    Parameters
    ----------
    passage : str
        One cell, or many joined by line ends.

    Examples
    --------
    >>> find_in("please write to ana.lopez@example.org"), find_in("info@example.org"), find_in("call 016")
    ('e-mail', None, None)
    """
    if not _is_suspicious(passage):
        return None
    for kind, pattern, check in _ANYWHERE:
        if kind == "e-mail" and "@" not in passage:
            continue  # the slowest pattern
        for found in re.finditer(pattern, passage):
            if check(found.group()):
                return kind
    return None


def _is_suspicious(passage: str) -> bool:
    """Tell quickly whether a closer look is needed: long texts seldom hold any of these shapes."""
    if "@" in passage:
        return True
    shape = passage.encode("ascii", "replace").translate(_SHAPE, _SMALL_LETTERS)
    return any(each in shape for each in _SUSPICIOUS_SHAPES)


def count_groups(table: pd.DataFrame, by: Sequence[str], *, small_cell: int = 5) -> pd.DataFrame:
    """Count rows by group and hide the small groups.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a person or case.
    by : sequence of str
        Columns to group by; blank cells become a group of their own.
    small_cell : int
        Counts from 1 to `small_cell` - 1 are hidden. If only one group would be hidden, the
        next smallest is hidden too: else the total would give it away.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, `count` (missing where hidden) and `hidden`.

    Examples
    --------
    >>> import pandas as pd
    >>> cases = pd.DataFrame({"district": ["north"] * 9 + ["south"] * 7 + ["west"] * 2})
    >>> count_groups(cases, ["district"])
      district  count  hidden
    0    north      9   False
    1    south   <NA>    True
    2     west   <NA>    True
    """
    import pandas as pd

    groups = table[[*by]].fillna(text("personal.not-stated")).replace("", text("personal.not-stated"))
    counts = groups.groupby([*by], sort=True, observed=True).size().rename("count").reset_index()
    hidden = counts["count"] < small_cell
    if hidden.sum() == 1 and len(counts) > 1:
        hidden |= counts.index == counts.loc[~hidden, "count"].idxmin()
    counts["count"] = counts["count"].astype("Int64").mask(hidden)
    counts["hidden"] = hidden
    return pd.DataFrame(counts)


def _look_at(heading: str, cells: list[str]) -> Finding | None:
    if not cells:
        return None
    kind = find_in("\n".join(cells))
    if kind:
        return Finding(heading, kind, "cells")
    by_heading = _kind_of_heading(heading)
    if by_heading and _agrees(by_heading, cells):
        return Finding(heading, "name" if by_heading.startswith("name") else by_heading, "heading")
    kind = _kind_of_cells(cells)
    return Finding(heading, kind, "cells") if kind else None


def _kind_of_heading(heading: str) -> str | None:
    words = without_accents(heading)
    for kind, known in _known()["headings"].items():
        if words in known:
            return kind
    tokens = f" {re.sub(r'[^a-z0-9&-]+', ' ', words)} "
    for kind, known in _known()["headings"].items():
        if any(len(each) > 4 and f" {each} " in tokens for each in known):
            return kind
    return None


def _agrees(kind: str, cells: list[str]) -> bool:
    """Tell whether the cells can be what the heading says: a column "e-mail" may hold counts."""
    rules: dict[str, Callable[[str], bool]] = {
        "name": lambda cell: bool(re.fullmatch(r"[^\d]*[^\W\d]{2,}[^\d]*", cell)),
        "name-if-values-agree": _is_name,
        "id-number": lambda cell: sum(sign.isdigit() for sign in cell) >= 6 and len(cell) <= 30,
        "e-mail": lambda cell: "@" in cell and not _office_mailbox(cell),
        "phone": lambda cell: sum(sign.isdigit() for sign in cell) >= 7,
        "date-of-birth": lambda cell: bool(_DATE.fullmatch(cell) or re.fullmatch(r"[1-4]\d{4}", cell)),
        "address": lambda cell: bool(re.search(r"\d", cell) and re.search(r"[^\W\d]{3}", cell)),
        "bank-account": lambda cell: sum(sign.isdigit() for sign in cell) >= 8,
        "ip-address": lambda cell: bool(_IP.fullmatch(cell)) or cell.count(":") > 3,
        "exact-place": lambda cell: bool(_EXACT_DEGREES.fullmatch(cell) or _POINT.fullmatch(cell)),
    }
    return _share(cells, rules[kind]) >= (0.5 if kind == "name-if-values-agree" else SOME_OF)


def _kind_of_cells(cells: list[str]) -> str | None:
    distinct = [*dict.fromkeys(cells)]
    if len(distinct) < 3:
        return None
    for check in _IDS:
        if any(map(check, distinct[:3])) and _share(distinct, check) >= MOST_OF:
            return "id-number"
    shapes = (("ip-address", _IP.fullmatch), ("exact-place", _POINT.fullmatch), ("phone", _is_phone))
    for kind, check in shapes:
        if _share(distinct, check) >= MOST_OF:
            return kind
    if _share(distinct, _STREET.fullmatch) >= SOME_OF:
        return "address"
    if len(distinct) > 0.5 * len(cells) and _share(distinct, _is_name) >= 0.5:
        return "name"
    if len(distinct) >= 10 and _are_births(distinct):
        return "date-of-birth"
    return None


def _is_phone(cell: str) -> bool:
    """Tell whether a cell can be a telephone number: nine digits or more, and no date or span of years."""
    if not _PHONE.fullmatch(cell) or sum(map(str.isdigit, cell)) < 9 or _DATE.match(cell):
        return False
    in_threes = re.fullmatch(r"\d{1,3}(?:([ .])\d{3})(?:\1\d{3})+", cell)  # as large numbers are written, too
    return not in_threes or (in_threes[1] == " " and cell[0] in "679")


def _are_births(cells: list[str]) -> bool:
    """Tell whether exact dates are spread over a lifetime, as events in an office's file are not."""
    dates = [cell for cell in cells if _DATE.fullmatch(cell)]
    years = sorted(int(year[-1]) for cell in dates if (year := re.findall(r"(?:19|20)\d\d", cell)))
    if len(years) < MOST_OF * len(cells):
        return False
    return years[len(years) // 2] < 2005 and years[-1] - years[0] > 25 and len({*years}) > 5


def _one_person_a_row(columns: Mapping[str, list[str]], found: list[Finding]) -> list[Finding]:
    """Tell by three traits of a person and no column of counts that each row is one person."""
    if any(each.direct for each in found):
        return []
    traits = {}
    for heading in columns:
        trait = next(
            (kind for kind, words in _known()["about-one-person"].items() if without_accents(heading) in words),
            None,
        )
        if trait:
            traits[heading] = trait
    others = [cells for heading, cells in columns.items() if heading not in traits]
    if len({*traits.values()}) < 3 or any(map(_is_count, others)):
        return []
    return [Finding(heading, trait, "row", direct=False) for heading, trait in traits.items()]


def _is_count(cells: list[str]) -> bool:
    """Tell whether a column holds figures: not only 0 and 1, not only years, not a running number."""
    numbers = [cell for cell in cells if re.fullmatch(r"-?\d[\d.,\s]*%?", cell)]
    if not cells or len(numbers) < MOST_OF * len(cells) or {*numbers} <= {"0", "1", "2"}:
        return False
    if all(re.fullmatch(r"(?:19|20)\d\d", cell) for cell in numbers):
        return False
    if all(cell.isdigit() for cell in numbers):
        values = [int(cell) for cell in numbers]
        return not (len(values) > 3 and values == [*range(values[0], values[0] + len(values))])
    return True


def _is_name(cell: str) -> bool:
    """Tell whether a cell looks like the name of a person.

    Two to five words with capitals, one of the first a usual given name, none that marks a place or a body.
    """
    first, comma, second = cell.partition(",")
    ordered = f"{second} {first}" if comma else cell
    words = re.findall(r"[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?", ordered)
    if not 2 <= len(words) <= 6 or re.search(r"[\d;:()/]", cell) or len(cell) > 60:
        return False
    main = [word for word in words if word.lower() not in _known()["name-particles"].split()]
    if len(main) < 2 or not all(word[0].isupper() for word in main):
        return False
    bare = [without_accents(word) for word in main]
    about_a_place = bare[0] in _known()["place-words"] or any(word in _known()["body-words"] for word in bare)
    return not about_a_place and any(word in _given_names() for word in bare[:2])


def _share(cells: Sequence[str], check: Callable[[str], object]) -> float:
    return sum(map(bool, map(check, cells))) / len(cells)


def _office_mailbox(address: str) -> bool:
    return re.split(r"[.+_\-@]", address.strip().lower())[0] in _known()["office-mailboxes"].split()


@cache
def _known() -> dict:
    return json.loads((Path(__file__).parent / "personal_words.json").read_text("utf-8"))


@cache
def _given_names() -> frozenset[str]:
    return frozenset(_known()["given-names"].split())


def _findings_table(findings: Sequence[Finding]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "column": each.column,
            "what": text(f"personal.kind-{each.kind}"),
            "why": text(f"personal.why-{each.reason}"),
            "todo": text("personal.todo", column=each.column),
        }
        for each in findings
    ]
    return pd.DataFrame(rows, columns=["column", "what", "why", "todo"])
