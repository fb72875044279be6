"""Sample submissions, named by their fault: how an exercise proves that its marks and words are right.

``solutions/<assignment>/submissions.toml`` describes each sample as a small change to the notebook that
learners receive; see ``docs/grading.md``. All samples of an exercise are graded as one class.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.errors import ExerciseError
from kit.grade import levels
from kit.grade.course import new_course
from kit.grade.message_names import pattern
from kit.grade.result import Graded
from kit.grade.run import grade_class
from kit.text import LANGUAGES, has_text, text

if TYPE_CHECKING:
    from nbformat import NotebookNode

FILE = "submissions.toml"
_MARKERS = re.compile(r"^.*### (?:BEGIN|END) (?:SOLUTION|MARK SCHEME).*\n?", flags=re.MULTILINE)
_KEYS = {
    "about",
    "answers",
    "changed",
    "copied",
    "deleted",
    "extra",
    "marks",
    "messages",
    "notebook",
    "reordered",
    "start",
}


@dataclass(frozen=True)
class Outcome:
    """What a sample should get, beside what it got.

    Parameters
    ----------
    name : str
        The sample.
    expected : dict
        Mark by ``grade_id``; ``"waits"`` where a person marks.
    given : dict
        The marks it got, in the same form.
    unsaid : dict
        Messages that were expected and did not come: what was said instead, by ``grade_id``.
    result : Graded
        The whole result.
    """

    name: str
    expected: dict[str, float | str]
    given: dict[str, float | str]
    unsaid: dict[str, str]
    result: Graded


def read_samples(assignment: Path) -> dict[str, dict[str, Any]]:
    """Read the sample submissions of an exercise.

    Parameters
    ----------
    assignment : Path
        The folder of the source.

    Returns
    -------
    dict
        Descriptions by name; empty if the exercise has no samples.

    Raises
    ------
    ExerciseError
        If the file is not TOML, or a sample has a key that means nothing.
    """
    path = assignment / FILE
    if not path.is_file():
        return {}
    try:
        samples = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ExerciseError("build.bad-samples", file=f"{assignment.name}/{FILE}", reason=problem) from problem
    for name, sample in samples.items():
        unknown = set(sample) - _KEYS if isinstance(sample, dict) else {"?"}
        if unknown:
            reason = f"[{name}] {', '.join(sorted(unknown))}"
            raise ExerciseError("build.bad-samples", file=f"{assignment.name}/{FILE}", reason=reason)
    return samples


def make_sample(sample: dict[str, Any], *, release: NotebookNode, source: NotebookNode) -> NotebookNode:
    """Make the notebook of a sample from the one that learners receive.

    Parameters
    ----------
    sample : dict
        Its description.
    release, source : nbformat.NotebookNode
        The learners' notebook, and the source with the solutions.
    """
    import nbformat

    notebook = nbformat.from_dict(json.loads(json.dumps(release)))
    solved = {_grade_id(cell): cell.source for cell in source.cells}
    texts = {**sample.get("answers", {}), **sample.get("changed", {})}
    named = {_grade_id(cell): cell for cell in notebook.cells if _grade_id(cell)}
    mentioned = {*texts, *sample.get("copied", ()), *sample.get("deleted", ()), *sample.get("reordered", ())}
    for name in sorted(mentioned - named.keys()):
        raise ExerciseError("build.bad-samples", file=FILE, reason=name)
    for name, cell in named.items():
        if sample.get("start") == "solution" and cell.metadata.nbgrader.solution:
            cell.source = re.sub(
                r"^.*### (?:BEGIN|END) (?:SOLUTION|MARK SCHEME).*\n?", "", solved[name], flags=re.M
            )
        if name in texts:
            cell.source = texts[name].rstrip("\n")
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        name = _grade_id(cell)
        if name in sample.get("deleted", ()):
            continue
        cells.append(cell)
        if name in sample.get("copied", ()):
            cells.append(nbformat.from_dict({**json.loads(json.dumps(cell)), "id": f"{cell.id}-copy"[:64]}))
        extra = sample.get("extra", ())
        if isinstance(extra, dict) and name in extra:
            cells.append(nbformat.v4.new_code_cell(extra[name], id=f"extra-{name}"[:64]))
    if not isinstance(sample.get("extra", ()), dict):
        cells += [
            nbformat.v4.new_code_cell(code, id=f"extra-{n}") for n, code in enumerate(sample.get("extra", ()))
        ]
    moved = sample.get("reordered", ())
    notebook.cells = sorted(cells, key=lambda cell: _grade_id(cell) in moved)
    return notebook


def grade_samples(assignment: Path, *, exercises: Path | None = None) -> list[Outcome]:
    """Grade all samples of an exercise in one run, with the code that grades a class.

    Parameters
    ----------
    assignment : Path
        The folder of the source.
    exercises : Path, optional
        Where the learners' copies stand; the kit's own folder if left out.

    Returns
    -------
    list of Outcome
        One entry a sample.
    """
    import nbformat

    samples = read_samples(assignment)
    with tempfile.TemporaryDirectory(prefix="kit-samples-") as root:
        # Only this exercise, so that the run does not depend on the others.
        alone = Path(root) / "solutions"
        shutil.copytree(assignment, alone / assignment.name)
        course = new_course(Path(root) / "course", solutions=alone, exercises=exercises)
        for name, sample in samples.items():
            folder = course / "submitted" / name / assignment.name
            folder.mkdir(parents=True)
            for path in sorted((course / "release" / assignment.name).glob("*.ipynb")):
                release = nbformat.read(path, as_version=4)
                source = nbformat.read(assignment / path.name, as_version=4)
                mine = sample if sample.get("notebook", path.stem) == path.stem else {"start": sample.get("start")}
                nbformat.write(make_sample(mine, release=release, source=source), folder / path.name)
        graded = grade_class(course, assignment.name, level=levels.choose(own_work=True))
        results = {result.student: result for result in graded}
    return [_outcome(name, sample, results[name], folder=assignment) for name, sample in samples.items()]


def _outcome(name: str, sample: dict[str, Any], result: Graded, *, folder: Path) -> Outcome:
    full = sample.get("start") == "solution"
    expected = {mark.cell: mark.max_score if full else 0.0 for mark in result.cells} | sample.get("marks", {})
    given = {mark.cell: "waits" if mark.score is None else mark.score for mark in result.cells}
    said = {mark.cell: mark.message for mark in result.cells}
    unsaid = {
        cell: said.get(cell, "")
        for cell, key in sample.get("messages", {}).items()
        if not says(said.get(cell, ""), key, folder=folder)
    }
    return Outcome(name, expected, given, unsaid, result)


def says(said: str, key: str, *, folder: Path | None = None) -> bool:
    """Tell whether a text holds the catalogue's message of that name, whatever stands in its gaps.

    Parameters
    ----------
    said : str
        What a check said.
    key : str
        Name of the message.
    folder : Path, optional
        The exercise, for messages of its own.

    Examples
    --------
    >>> says('There is no district "Nord" in this table. A district that stands in the table was expected. '
    ...      'Look at the list of districts and choose one of them.', "errors.example")
    True
    """
    place = folder if folder is not None and has_text(key, folder=folder) else None
    return any(pattern(text(key, folder=place, lang=lang)).search(said) for lang in LANGUAGES)


def _grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
