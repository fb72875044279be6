"""A PDF of the town's document, by LibreOffice where it is installed: tagged, so that it can be read aloud."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from kit.errors import SetupError

_SECONDS = 180
_ELSEWHERE = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
# PDF/UA: headings, alt texts, table headers and the title go into the PDF.
_TAGGED = {
    name: {"type": "boolean", "value": "true"}
    for name in ("UseTaggedPDF", "PDFUACompliance", "DisplayPDFDocumentTitle", "ExportBookmarks")
}


def libreoffice() -> str | None:
    """Give the place of LibreOffice on this computer, or ``None``.

    Examples
    --------
    >>> libreoffice() is None or Path(libreoffice()).is_file()
    True
    """
    named = (shutil.which(name) for name in ("soffice", "libreoffice"))
    there = (place for place in _ELSEWHERE if Path(place).is_file())
    return next((place for place in (*named, *there) if place), None)


def make_pdf(word_file: Path) -> Path:
    """Make a PDF beside a Word file.

    Parameters
    ----------
    word_file : Path
        The Word file.

    Raises
    ------
    SetupError
        If LibreOffice is not on this computer, or makes no PDF in three minutes.

    Examples
    --------
    >>> make_pdf(Path("no_such_folder") / "report.docx")
    Traceback (most recent call last):
        ...
    kit.errors.SetupError: No PDF was made of report.docx...
    """
    program, word_file = libreoffice(), Path(word_file)
    if program is None or not word_file.is_file():
        raise SetupError("document.no-pdf", file=word_file.name)
    # A profile of its own: an office that is open, or its settings, stay out of it.
    with tempfile.TemporaryDirectory() as place:
        profile = (Path(place) / "profile").as_uri()
        how = f"pdf:writer_pdf_Export:{json.dumps(_TAGGED)}"
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", how]
        command += ["--outdir", place, str(word_file)]
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            raise SetupError("document.no-pdf", file=word_file.name) from None
        made = Path(place) / f"{word_file.stem}.pdf"
        if not made.is_file():
            raise SetupError("document.no-pdf", file=word_file.name)
        target = word_file.with_suffix(".pdf")
        beside = target.with_name(f".{target.name}.tmp")
        shutil.copyfile(made, beside)
        beside.replace(target)
    return target
