"""An autograded notebook made safe to look at, once, before any page is built from it.

nbgrader's formgrader and feedback pages show it as it is, on the address where the teacher is signed in.
Marks are not touched: they stand in the gradebook already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from kit.grade.notebook_file import is_base64
from kit.grade.result import said_by_error
from kit.grade.safe_html import LONGEST, clean, markdown, without_commands
from kit.text import text

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PICTURES = ("image/png", "image/jpeg")
# nbgrader cuts what stands between these words; in a student's cell they would stop it.
_MARKS = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")


def make_safe(notebook: NotebookNode, *, ours: Collection[str] = ()) -> NotebookNode:
    """Clean every cell and output that may be a student's; the notebook is changed in place.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        An autograded notebook.
    ours : collection of str
        Texts of the exercise itself, which stay as they are.

    Returns
    -------
    nbformat.NotebookNode
        The same notebook.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> made = make_safe(new_notebook(cells=[new_markdown_cell("**Many.** <script>x()</script>")]))
    >>> made.cells[0].source
    '<div><p><strong>Many.</strong> </p></div>'
    """
    kept = ("kernelspec", "language_info")
    notebook.metadata = type(notebook.metadata)({k: v for k, v in notebook.metadata.items() if k in kept})
    for cell in notebook.cells:
        role = cell.metadata.get("nbgrader", {})
        theirs = not _is_locked(role) and cell.source not in ours
        if cell.cell_type == "code":
            cell.outputs = [one for output in cell.outputs if (one := _output(output, test=_is_test(role)))]
        elif theirs:
            # On one line: an empty line would end the HTML, and what follows would be Markdown again.
            made = markdown(cell.source, cell.get("attachments")) if cell.source.strip() else ""
            cell.source = f"<div>{_one_line(made)}</div>" if made else ""
            cell.cell_type = "markdown"
            cell.pop("attachments", None)
        if not _is_test(role):
            for mark in _MARKS:
                cell.source = cell.source.replace(mark, mark.replace(" ", "  "))
    return notebook


def preprocessor(ours: Collection[str]) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Give `make_safe` in the form that nbgrader calls as its last step."""

    def last_step(notebook: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        return make_safe(notebook, ours=ours), resources

    return last_step


def without_hidden_tests(source: str, *, begin: str = _MARKS[0], end: str = _MARKS[1]) -> str:
    """Leave out the part of a test that students never see.

    Examples
    --------
    >>> without_hidden_tests("assert x\\n### BEGIN HIDDEN TESTS\\nassert y\\n### END HIDDEN TESTS\\nassert z")
    'assert x\\nassert z'
    """
    kept, hidden = [], False
    for line in source.split("\n"):
        if begin in line:
            hidden = True
        elif end in line:
            hidden = False
        elif not hidden:
            kept.append(line)
    return "\n".join(kept)


def _is_locked(role: dict[str, Any]) -> bool:
    return not role.get("solution") and bool(role.get("grade") or role.get("locked") or role.get("task"))


def _is_test(role: dict[str, Any]) -> bool:
    return bool(role.get("grade")) and not role.get("solution")


def _output(output: NotebookNode, *, test: bool) -> NotebookNode | None:
    from nbformat.v4 import new_output

    kind = output.output_type
    if kind == "stream":
        name = "stderr" if output.name == "stderr" else "stdout"
        return new_output("stream", name=name, text=_cut(_text(output.text)))
    if kind == "error":
        name, value = (_cut(_text(output.get(key, ""))) for key in ("ename", "evalue"))
        lines = [_cut(_text(line)) for line in output.get("traceback", ())][-200:]
        made = new_output("error", ename=name, evalue=value, traceback=lines)
        if test:
            # The lines of a test that failed, hidden ones among them, stand in its traceback.
            made.traceback = said_by_error(made).splitlines()
        return made
    if kind not in ("display_data", "execute_result"):
        return None
    number = {"execution_count": output.get("execution_count")} if kind == "execute_result" else {}
    return new_output(kind, data=_data(output.get("data", {})), **number)


def _data(data: dict[str, Any]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for kind, content in data.items():
        if not isinstance(content, str | list):
            continue
        content = _text(content)
        if kind in _PICTURES:
            if is_base64(content):
                kept[kind] = content
        elif kind == "text/plain":
            kept[kind] = _cut(content)
        elif kind == "text/html":
            kept[kind] = clean(content)
        elif kind == "text/markdown":
            kept.setdefault("text/html", markdown(content))
    return kept or {"text/plain": text("safe.not-shown")}


def _text(content: str | list[str]) -> str:
    return content if isinstance(content, str) else "".join(part for part in content if isinstance(part, str))


def _cut(said: str) -> str:
    said = without_commands(said)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}\n{text('safe.cut')}"


def _one_line(markup: str) -> str:
    return markup.replace("\r", "").replace("\n", "&#10;")
