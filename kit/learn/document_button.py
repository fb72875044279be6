"""A button that writes the town's document, for those who type no commands."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from kit.errors import KitError
from kit.text import language, text

if TYPE_CHECKING:
    from ipywidgets import VBox


def my_document() -> VBox:
    """Show a button that writes all pages of the town as a Word file and a web page.

    Each press writes new files, with a number in their name: somebody may have worked in the old ones.

    Returns
    -------
    ipywidgets.VBox
        The last line of a notebook cell shows it.

    Examples
    --------
    >>> [type(part).__name__ for part in my_document().children]
    ['HTML', 'Button', 'HTML']
    """
    from ipywidgets import Button, Layout, VBox

    from kit.learn._boxes import form_style, markup_box

    write, said = Button(description=text("apps.write"), layout=Layout(width="auto")), markup_box()
    write.on_click(lambda _: setattr(said, "value", _written()))
    box = VBox([form_style(), write, said])
    box.add_class("kit-form")
    return box


def _written() -> str:
    from kit.town import write_document
    from kit.town.pages import town_folder

    try:
        where = town_folder().parent
        number = len(list(where.glob(f"{town_folder().name}*.docx"))) + 1
        files = write_document(where / f"{town_folder().name}-{number}.docx", language=language())
        lines, kind = [text("document.written", files=", ".join(path.name for path in files))], "status"
    except KitError as error:
        lines, kind = error.lines, "alert"
    words = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f'<div class="kit-box" role="{kind}" lang="{language()}">{words}</div>'
