"""Which tests of an exercise can run apart from the student's program: tried with the reference answers."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.grade import levels, nbgrader_steps
from kit.grade.box import Box
from kit.grade.execute import Workplace, executor, tests_inside

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Apart:
    """What was found of one exercise's tests.

    Parameters
    ----------
    inside : tuple of str
        Tests that the exercise has run in the student's program, by a tag.
    need_inside : tuple of str
        Tests that pass only there and have no tag: they need a student's live objects.
    fail : tuple of str
        Tests that the reference answers do not pass at all.
    """

    inside: tuple[str, ...] = ()
    need_inside: tuple[str, ...] = ()
    fail: tuple[str, ...] = ()


def look(sources: Sequence[Path]) -> dict[str, Apart]:
    """Run the tests of exercises on their own reference answers, as a hand-in is graded.

    Parameters
    ----------
    sources : sequence of Path
        Folders of exercises, as in ``solutions/``.

    Returns
    -------
    dict of str to Apart
        By name of the exercise. Empty where there are no two programs (macOS, Windows).

    Raises
    ------
    SetupError
        If no program can be started on this computer.
    """
    if not sources or not sys.platform.startswith("linux"):
        return {}
    level = levels.choose(own_work=True)
    with nbgrader_steps.room(), contextlib.ExitStack() as stack:
        boxes = [Box(what, level=level) for what in ("kernel", "tests")]
        for box in boxes:
            stack.callback(box.close)
        return {source.name: _of(source, boxes) for source in sources}


def _of(source: Path, boxes: list[Box]) -> Apart:
    inside, need, fail = [], [], []
    for path in sorted(source.glob("*.ipynb")):
        place = Workplace(*boxes, source=source)
        tagged = tests_inside(place.sourced(path.stem))
        inside += sorted(tagged)
        broken = _broken(path, place) - tagged
        if broken:
            place.in_process[path.stem] = broken
            still = _broken(path, place)
            need += sorted(broken - still)
            fail += sorted(broken & still)
    return Apart(tuple(inside), tuple(need), tuple(fail))


def _broken(path: Path, place: Workplace) -> set[str]:
    """Grade the source itself; name the tests that do not give all their points."""
    import nbformat
    from nbgrader.utils import determine_grade, is_grade, is_solution

    notebook: NotebookNode = nbformat.read(path, as_version=4)
    about: dict[str, Any] = {"metadata": {"path": str(path.parent)}, "nbgrader": {"notebook": path.stem}}
    executor(place)().preprocess(notebook, about)
    found = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            score, most = determine_grade(cell)
            failed = any(output.output_type == "error" for output in cell.outputs)
            if failed or score is None or score < most:
                found.add(cell.metadata.nbgrader.grade_id)
    return found
