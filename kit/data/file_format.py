"""What kind of file this is: by its first bytes, never by its name."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

from kit.data.problems import refuse

MOST_COLUMNS = 16_384  # the width of a spreadsheet
MOST_UNPACKED = 4 * 1024**3
_BLOCK = 1 << 22
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NOT_TABLES = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "GZIP"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
)
# Letters and signs of Spanish, Catalan, German, French and English text, beyond plain ASCII.
_EXPECTED = frozenset("áéíóúüñçàèòïäöëâêîôûùæœåøãõßÁÉÍÓÚÜÑÇÀÈÒÏÄÖËÂÊÎÔÛÙÆŒÅØÃÕ¿¡ºª·«»€–—’‘“”„…°§£%½²³\u00a0¹±×")
# The most usual of these; a rarer letter counts less, else every MS-DOS file could be French from a Mac.
_USUAL = frozenset("áéíóúñüöäßçàèÁÉÍÓÚÑÜÖÄÇ¿¡ºª·–—’€")
_RARER = 0.6
ENCODINGS = ("cp1252", "cp850", "mac_roman")


class TextFormat(NamedTuple):
    """How a text file is written."""

    encoding: str
    separator: str
    lines_to_skip: int  # 1 if Excel's own line "sep=;" stands on top


def kind_of(path: Path) -> str:
    """Tell what the file is: ``"text"``, ``"xlsx"``, ``"xls"``, ``"xlsb"`` or ``"ods"``.

    Parameters
    ----------
    path : Path
        An existing file.

    Raises
    ------
    OwnFileError
        If it is none of these: a picture, a PDF, a zip archive, a protected workbook, a web page.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise refuse("null-bytes-only" if b"\x00" in start else "empty-file", path.name)
    for magic, name in _NOT_TABLES:
        if start.startswith(magic):
            raise refuse("not-a-table", path.name, form=name)
    if start.startswith(b"PK"):
        return _kind_of_zip(path)
    if start.startswith(bytes.fromhex("d0cf11e0a1b11ae1")):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise refuse("password", path.name)
        return "xls"
    opening = start.lstrip(b"\xef\xbb\xbf \t\r\n")[:300].lower()
    if re.match(rb"<(!doctype html|html|head|body|table|meta)", opening) or (
        opening.startswith(b"<?xml") and b"<html" in start.lower()
    ):
        raise refuse("web-page", path.name)
    if opening.startswith(b"<?xml") or b"<workbook" in opening:
        raise refuse("not-a-table", path.name, form="XML")
    if re.match(rb'[\[{]\s*["{\[]', opening):
        raise refuse("not-a-table", path.name, form="JSON")
    return "text"


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {each.filename for each in archive.infolist()}
            size = sum(each.file_size for each in archive.infolist())
            mimetype = archive.read("mimetype")[:80] if "mimetype" in names else b""
            locked = "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            )
            locked = locked or any(each.flag_bits & 1 for each in archive.infolist())
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError):
        raise refuse("damaged-workbook", path.name) from None
    if locked:
        raise refuse("password", path.name)
    if size > MOST_UNPACKED:
        raise refuse("workbook-too-large", path.name, size=size // 1024**2)
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "word/document.xml" in names or b"opendocument.text" in mimetype:
        raise refuse("not-a-table", path.name, form="Word")
    raise refuse("zip-archive", path.name, inside=", ".join(sorted(names)[:3]))


def text_format(path: Path, *, encoding: str | None = None, separator: str | None = None) -> TextFormat:
    """Tell how a text file is written.

    Parameters
    ----------
    path : Path
        A text file.
    encoding, separator : str, optional
        What the reader already knows.

    Raises
    ------
    OwnFileError
        If the encoding cannot be told, or the file holds null bytes.
    """
    known, encoding = encoding, encoding or find_encoding(path)
    try:
        with path.open(encoding=encoding, newline=None) as file:
            sample = file.read(1 << 18)
            complete = not file.read(1)
    except (LookupError, UnicodeError):
        if known is None:
            raise  # the caller looks at the whole file then
        raise refuse("encoding-wrong", path.name, encoding=encoding) from None
    if not sample.strip("\ufeff \t\n,;|"):
        raise refuse("empty-file", path.name)
    first = sample.split("\n", 1)[0]
    announced = re.fullmatch(r'"?sep=([;,|\t])"?', first.strip("\r"), re.IGNORECASE)
    if not separator:
        separator = announced[1] if announced else find_separator(sample, complete=complete)
    if max(first.count(each) for each in ";,\t|") >= MOST_COLUMNS:
        raise refuse("too-many-columns", path.name, most=f"{MOST_COLUMNS:,}")
    return TextFormat(encoding, separator, 1 if announced else 0)


def find_encoding(path: Path, *, whole: bool = False) -> str:
    """Tell in which encoding a text file is written.

    UTF-8 is recognised by its own rules. Between the old one-byte encodings of Windows, MS-DOS
    and the Mac the letters decide: ``n`` with a tilde is a letter in one and a currency sign in another.

    Parameters
    ----------
    path : Path
        A text file.
    whole : bool
        Whether to look beyond the first megabytes. It takes time, and those who read the file on
        meet a letter that does not fit anyway.

    Raises
    ------
    OwnFileError
        If two encodings are equally likely, or are mixed in one file.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return "utf-32"
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, nulls = True, False
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if b"\x00" in block:
                nulls = True
                break
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                valid = False
            if not (whole and valid):
                break
    if nulls:
        return _find_utf16(path)
    return "utf-8" if valid else _find_one_byte(path)


def _find_utf16(path: Path) -> str:
    with path.open("rb") as file:
        sample = file.read(4096)
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * len(sample) / 2 and even == 0:
        return "utf-16-le"
    if even > 0.4 * len(sample) / 2 and odd == 0:
        return "utf-16-be"
    with path.open("rb") as file:
        for row, line in enumerate(file, start=1):
            if b"\x00" in line:
                raise refuse("null-bytes", path.name, line=row)
    raise refuse("null-bytes-only", path.name)


def _find_one_byte(path: Path) -> str:
    places: list[bytes] = []
    good = 0
    first_bad = 0
    with path.open("rb") as file:
        for row, line in enumerate(file, start=1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                first_bad = first_bad or row
                places += re.findall(rb"[\x00-\x7f]?[\x80-\xff]+[\x00-\x7f]?", line)
            if len(places) > 5000:
                break
    if good > len(places):
        raise refuse("mixed-encodings", path.name, line=first_bad)
    scores = {encoding: _score(places, encoding) for encoding in ENCODINGS}
    best, second = sorted(scores, key=scores.get, reverse=True)[:2]
    if scores[best] >= _RARER and scores[best] - scores[second] >= 0.1:
        return best
    # Equally good: Windows is far more usual, but an apostrophe there is an accented letter on a Mac.
    windows = ENCODINGS[0]
    letters = "".join(place.decode(windows, errors="replace") for place in places)
    if scores[windows] == scores[best] >= _RARER and all(each.isascii() or each.isalpha() for each in letters):
        return windows
    raise refuse("encoding-unknown", path.name, options=", ".join(ENCODINGS))


def _score(places: list[bytes], encoding: str) -> float:
    """Give the share of the unusual letters that fit between their neighbours."""
    fit = total = 0
    for place in places:
        word = place.decode(encoding, errors="replace")
        for i, letter in enumerate(word):
            if letter.isascii():
                continue
            total += 1
            before, after = word[max(i - 1, 0) : i], word[i + 1 : i + 2]
            fits = letter in _EXPECTED
            if before.isalpha() and after.isalpha():
                fits = fits and (letter.isalpha() or letter in "·’")
                fits = fits and not (before.islower() and after.islower() and letter.isupper())
                fits = fits and not (before.isupper() and after.isupper() and letter.islower())
            fit += fits * (1 if letter in _USUAL else _RARER)
    return fit / max(total, 1)


def find_separator(sample: str, *, complete: bool = True) -> str:
    """Tell which sign stands between the columns.

    Parameters
    ----------
    sample : str
        The beginning of the file.
    complete : bool
        Whether the sample is the whole file; else its last line may be cut.

    Examples
    --------
    >>> find_separator("year;share\\n2019;12,5\\n2020;13,1\\n")
    ';'
    """
    lines = sample.split("\n")[:300]
    if not complete and len(lines) > 1:
        lines.pop()

    def evenness(separator: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator) if any(row)]
        except csv.Error:
            return (0, 0)
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0, 0)

    found = {separator: evenness(separator) for separator in ";\t,|"}
    return max(found, key=lambda each: found[each]) if any(found[each][0] for each in found) else ","
