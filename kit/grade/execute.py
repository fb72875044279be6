"""nbgrader's step *Execute*, with two programs in boxes in the place of one kernel.

Everything before and after it is nbgrader's own. The outputs of a test are written in nbgrader's way
(an error, a result, or nothing), so nbgrader decides the points.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit.grade.box import Box
from kit.grade.cell_names import names_bound, names_needed_later, names_used
from kit.grade.safe_notebook import without_hidden_tests
from kit.grade.two_process import Talk, Then
from kit.text import text

if TYPE_CHECKING:
    from nbformat import NotebookNode

# A teacher's tag on a test that needs a student's live objects.
INSIDE = "in-process"


@dataclass
class Workplace:
    """What a worker grades with.

    Parameters
    ----------
    kernels, tests : Box
        The warm parents.
    source : Path
        The folder of the assignment's source.
    seconds : int or None
        Longest time of one cell; nbgrader's setting if ``None``.
    in_process : dict
        By notebook, the tests that need a student's live objects and run in the student's program.
    """

    kernels: Box
    tests: Box
    source: Path
    seconds: int | None = None
    in_process: dict[str, set[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)

    def sourced(self, notebook: str) -> dict[str, Any]:
        """Give the cells of the source by name."""
        if notebook not in self.sources:
            import nbformat

            cells = nbformat.read(self.source / f"{notebook}.ipynb", as_version=4).cells
            self.sources[notebook] = {_name(cell): cell for cell in cells if cell.cell_type == "code"}
        return self.sources[notebook]


def tests_inside(cells: dict[str, Any]) -> set[str]:
    """Name the tests that run in the student's program, where students can change them."""
    return {name for name, cell in cells.items() if INSIDE in cell.metadata.get("tags", ())}


def executor(place: Workplace) -> type:
    """Make the step for a worker; nbgrader finds its settings by the class's name."""
    from nbclient.exceptions import CellExecutionComplete
    from nbformat.v4 import new_output
    from nbgrader.preprocessors import Execute as Stock

    class Execute(Stock):
        def preprocess(self, nb, resources=None, km=None):
            self.nb = nb
            self.reset_execution_trackers()
            self._check_assign_resources(resources)
            name = resources["nbgrader"]["notebook"]
            folder = Path(resources["metadata"].get("path") or ".")
            seconds = place.seconds or self.timeout or 30
            begun = []
            try:
                begun.append(place.kernels.begin(_files(folder)))
                begun.append(place.tests.begin(_files(place.source)))
                student, tests = (program.wait() for program in begun)
                for box in (place.kernels, place.tests):
                    box.ahead()
            except BaseException:
                for program in begun:
                    program.end()
                raise
            talk = Talk(student, tests, seconds=seconds)
            try:
                nb.metadata["language_info"] = json.loads(json.dumps(student.info["language_info"]))
                _Walk(self, place, talk, name=name).all_cells()
            finally:
                talk.end()
            self.set_widgets_metadata()
            return self.nb, self.resources

        def take(self, message: dict, cell: NotebookNode, index: int) -> None:
            """Add what a cell sent out to its outputs."""
            kind = message["says"]
            if kind == "cut":
                if not any(output.get("text") == text("engine.cut") for output in cell.outputs):
                    cell.outputs.append(new_output("stream", name="stdout", text=text("engine.cut")))
                return
            said = {
                "header": {"msg_type": kind},
                "msg_type": kind,
                "parent_header": {},
                "content": message["content"],
                "metadata": message.get("metadata") or {},
                "buffers": [],
            }
            try:
                self.process_message(said, cell, index)
            except (CellExecutionComplete, KeyError, TypeError, AttributeError, ValueError):
                # A message that no kernel sends is a student's invention; it is passed over.
                return

    return Execute


class _Walk:
    """Go through the cells of one notebook."""

    def __init__(self, step: Any, place: Workplace, talk: Talk, *, name: str) -> None:
        self.step, self.place, self.talk = step, place, talk
        self.source = place.sourced(name)
        self.in_process = place.in_process.get(name, set()) | tests_inside(self.source)
        self.students: set[str] = set()
        # Tests that wait until no cell of the student is left: what is asked, of what, what becomes of it.
        self.waiting: list[tuple[dict[str, Any], Then, Callable[[dict], None]]] = []
        self.ever: set[str] = set()
        self.trusted: set[str] = set()

    def all_cells(self) -> None:
        """Run every code cell, each where it belongs; then the tests that wait."""
        self._in_order()
        self.talk.finish()
        for asked, then, take in self.waiting:
            take(self.talk.test(**asked, then=then) if asked else self.talk.go_on(then))
            self.talk.let_go(then)

    def _in_order(self) -> None:
        from nbgrader import utils

        for index, cell in enumerate(self.step.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            cell.metadata.pop("tags", None)
            cell.outputs = []
            self.step.clear_before_next_output = False
            if utils.is_grade(cell) and not utils.is_solution(cell):
                if _name(cell) in self.in_process:
                    self._live_test(cell, index)
                else:
                    self._test(cell, index)
                continue
            mine = self.source.get(_name(cell))
            if utils.is_solution(cell):
                self.students |= names_bound(mine.source if mine is not None else cell.source)
            elif mine is not None:
                trusted = cell.source if utils.is_locked(cell) else mine.source
                self._teachers(trusted, visible=trusted, what="set-up", take=lambda answer: None)
            self._run(cell, index)
            self.ever |= names_bound(cell.source)

    def _run(self, cell: NotebookNode, index: int) -> None:
        """Run a cell in the student's program."""
        from nbformat.v4 import new_output

        if self.talk.ended:
            return
        self.step.code_cells_executed += 1
        reply = self.talk.run(cell.source, lambda said: self.step.take(said, cell, index))
        if self.talk.ended:
            words = text(f"engine.ended-{self.talk.ended}")
            cell.outputs.append(new_output("error", ename="ProgramEnded", evalue=words, traceback=[words]))
            self.place.notes.append(text("engine.note-ended", cell=_name(cell), why=words))
            return
        if reply is None:
            reply = {**self.step.error_on_timeout, "status": "error"}
        if reply.get("status") == "error":
            reply = {"ename": "Error", "evalue": "", "traceback": [], **reply}
            self.step.on_cell_executed(cell=cell, cell_index=index, execute_reply={"content": reply})

    def _test(self, cell: NotebookNode, index: int) -> None:
        """Run a test in the process of the tests, and write what came of it as nbgrader expects."""
        from nbformat.v4 import new_output

        cell.execution_count = index
        if self.talk.ended:
            words = text("engine.test-after-end")
            cell.outputs = [new_output("error", ename="ProgramEnded", evalue=words, traceback=[words])]
            return
        visible = without_hidden_tests(cell.source)

        def take(answer: dict) -> None:
            if answer.get("shown"):
                cell.outputs.append(new_output("stream", name="stdout", text=answer["shown"]))
            error = answer.get("error")
            if error:
                cell.outputs.append(new_output("error", **error))
            elif answer.get("result") is not None:
                data = {"text/plain": answer["result"]}
                cell.outputs.append(new_output("execute_result", data=data, execution_count=index))

        self._teachers(cell.source, visible=visible, what="test", take=take)
        self._leave_names(visible, index)

    def _teachers(self, source: str, *, visible: str, what: str, take: Callable[[dict], None]) -> None:
        """Run a cell of the teacher's, now or once the student's cells are through."""
        asked = {"source": source, "visible": visible, "students": self.students, "what": what}
        self.ever |= self.students
        if self.waiting:
            used = names_used(source)
            unknown = {name for name in used - self.trusted if not hasattr(builtins, name)}
            self.waiting.append((asked, self.talk.look(sorted(used & self.ever | unknown)), take))
        else:
            answer = self.talk.test(**asked)
            if answer is None:
                self.waiting.append(({}, self.talk.look(copy=True), take))
            else:
                take(answer)
        self.trusted |= names_bound(source, changed=False)
        # The tests take over which names are the student's: a new list starts.
        self.students = set()

    def _live_test(self, cell: NotebookNode, index: int) -> None:
        """Run a test in the student's program, after a look whether that still reports failures."""
        from nbformat.v4 import new_output

        if not self._honest():
            words = text("engine.not-honest")
            cell.outputs = [new_output("error", ename="NotTrusted", evalue=words, traceback=[words])]
            self.place.notes.append(text("engine.note-not-honest", cell=_name(cell)))
            return
        self._run(cell, index)
        cell.outputs = [one for one in cell.outputs if one.get("name") != "stderr"]

    def _honest(self) -> bool:
        """Tell whether an error in the student's program comes out as one: a sign, not a proof."""
        import secrets

        word = secrets.token_hex(8)
        reply = self.talk.run(f"assert 1 == 2, '{word}'", lambda _: None, silent=True)
        honest = reply is not None and reply.get("ename") == "AssertionError" and word in str(reply.get("evalue"))
        reply = self.talk.run(f"'{word}'.nothing", lambda _: None, silent=True)
        return honest and reply is not None and reply.get("ename") == "AttributeError"

    def _leave_names(self, visible: str, index: int) -> None:
        """Give the student's later cells what the part of a test that they can see binds."""
        bound = names_bound(visible, changed=False)
        if not bound or self.talk.ended:
            return
        later = [one.source for one in self.step.nb.cells[index + 1 :] if self._is_students(one)]
        if names_needed_later(bound, later):
            self.talk.run(visible, lambda _: None, silent=True)

    def _is_students(self, cell: NotebookNode) -> bool:
        from nbgrader import utils

        return cell.cell_type == "code" and not (utils.is_grade(cell) and not utils.is_solution(cell))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the plain files of a folder but notebooks and what is never given out."""
    from kit.grade.course import NOT_RELEASED
    from kit.grade.intake import plain_files

    for path in plain_files(folder):
        if path.suffix != ".ipynb" and not any(path.match(pattern) for pattern in NOT_RELEASED):
            yield path.relative_to(folder).as_posix(), path


def _name(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")
