"""A page for a teacher: one file, no script, nothing loaded from elsewhere, readable by a screen reader."""

from __future__ import annotations

import html
from pathlib import Path

from kit.errors import SubmissionError
from kit.text import language
from kit.town._files import write_bytes

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;
       margin: 0 auto; padding: 1rem; max-width: 56rem; }
table { border-collapse: collapse; margin: 0.5rem 0 1.2rem; }
th, td { border: 1px solid #767676; padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; }
th[scope=row] { font-weight: normal; }
caption { text-align: left; font-weight: bold; padding-bottom: 0.2rem; }
pre { background: #f5f5f5; padding: 0.6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; }
.warning { border-left: 0.4rem solid #8a4b00; padding: 0.2rem 0.8rem; }
.answer { border-left: 0.4rem solid #00558c; padding-left: 0.8rem; margin: 1.2rem 0; }
"""


def page(title: str, parts: list[str]) -> str:
    """Put parts of a page together.

    Parameters
    ----------
    title : str
        What stands above all, as text.
    parts : list of str
        What stands below, as HTML.

    Examples
    --------
    >>> "<h1>Tasks &amp; marks</h1>" in page("Tasks & marks", [])
    True
    """
    said = html.escape(title)
    return (
        f'<!DOCTYPE html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
        f"<title>{said}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{said}</h1>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def table(caption: str, heading: list[str], rows: list[list[str]]) -> str:
    r"""Give a table whose first column names the row; cells are text, a line break stays one.

    Examples
    --------
    >>> table("Points", ["task", "points"], [["share", "1"]]).count('scope="row"')
    1
    """

    def shown(cell: str) -> str:
        return html.escape(cell).replace("\n", "<br>")

    head = "".join(f'<th scope="col">{shown(name)}</th>' for name in heading)
    body = "".join(
        f'<tr><th scope="row">{shown(first)}</th>{"".join(f"<td>{shown(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    head = f"<caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{head}<tbody>{body}</tbody></table>"


def save(markup: str, path: str | Path) -> Path:
    """Write a page whole or not at all.

    Raises
    ------
    SubmissionError
        If the file cannot be written there.
    """
    path = Path(path).expanduser()
    try:
        write_bytes(path, markup.encode("utf-8"))
    except OSError as problem:
        raise SubmissionError("marks.cannot-write", file=path, reason=problem.strerror) from problem
    return path
