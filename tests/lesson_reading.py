"""Reading lesson notebooks for the tests: cells, words, numbers, runs."""

import json
import re
from pathlib import Path

import nbformat

from kit.course import folder
from kit.teach.front_matter import front_matter

MODULES = folder("modules")
NOTEBOOKS = sorted(MODULES.rglob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if front_matter(path)]


def name(path):
    return path.stem


def read(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def prose(notebook, *, keep_trainer=True):
    """Markdown of the cells, without code blocks and table rows."""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        if not keep_trainer and "trainer" in cell.metadata.get("tags", []):
            continue
        yield cell.id, re.sub(r"```.*?```|`[^`]*`", " ", cell.source, flags=re.S)


def sentences(text):
    """One sentence a line is the rule of the house; headings and markup are no sentences."""
    for line in text.splitlines():
        line = re.sub(r"^\s*(#+|[-*>]|\d+\.)\s*", "", line)
        line = re.sub(r"<[^>]+>|[*_]|\[S\d+\]", "", line).strip()
        for sentence in re.split(r"(?<=[.?!])\s+", line):
            if len(re.findall(r"\w+", sentence)) > 2:
                yield sentence


def numbers(line):
    """Figures in a line: not part numbers, paragraph numbers or source keys."""
    line = re.sub(r"\[S\d+\]|\bS\d+\b|\bO\d\b", " ", line)
    line = re.sub(r"^\s*(#+ )?\d+\.\s", " ", line)
    return re.findall(r"(?<![\w.,/-])-?\d[\d,]*(?:\.\d+)*(?![\w/])", line)


def run(path, *, town, replace=None):
    """Run a notebook as a learner would, in its own folder; give it back with its outputs."""
    import os

    from nbclient import NotebookClient

    notebook = read(path)
    for cell in notebook.cells:
        if replace and cell.cell_type == "code":
            cell.source = replace(cell.source)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(Path(path).parent)}},
    )
    client.execute(env={**os.environ, "KIT_TOWN": str(town), "KIT_LANG": "en"})
    return notebook


def outputs(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell.id, output


def text_of(output):
    data = output.get("data", {})
    return output.get("text", "") or data.get("text/plain", "") or "\n".join(output.get("traceback", []))


def solve(source):
    """Put the authors' own answer into every gap that a check in the same cell looks at."""
    for task, variable in re.findall(r'check\("([\w-]+)", (\w+)', source):
        answer = f'task_of("{task}", here()).accepts()'
        solved = re.sub(rf"^{variable} = \.\.\.$", f"{variable} = {answer}", source, flags=re.M)
        if solved != source:
            source = f"from kit.learn.checking import here, task_of\n{solved}"
    return source


def schema():
    path = Path(__file__).parents[1] / "kit" / "teach" / "lesson.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))
