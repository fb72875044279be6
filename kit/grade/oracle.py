"""The process of the tests: decides, in an interpreter that no student's code ever runs in.

It runs the set-up cells and the tests of the teacher's own notebook. What a test needs of the
student's (variables, functions) it asks for through the grader, as plain data.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import inspect
import io
import linecache
import os
import signal
import sys
import traceback
import warnings
from typing import Any

from kit.grade.cell_names import names_bound, names_used
from kit.grade.frames import Channel
from kit.grade.live import Live, ProgramEnded, Student
from kit.text import text

_LONGEST = 200_000


def serve(channel: Channel) -> None:
    """Run the cells that the grader sends, until it hangs up."""
    tests = Tests(channel)
    channel.send({"ready": True})

    def interrupted(*_: Any) -> None:
        # One that comes too late, when the cell is done already, must not end this process.
        if tests.running:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupted)
    while True:
        try:
            said, _ = channel.receive()
        except EOFError:
            os._exit(0)
        try:
            tests.running = True
            answer = tests.run(said)
            tests.running = False
        except KeyboardInterrupt:
            tests.running = False
            answer = {"error": _timed_out()}
        channel.send({"done": said.get("n"), **answer})


class Tests:
    """A namespace for the teacher's cells.

    Parameters
    ----------
    channel : Channel
        The grader, who passes questions on to the student's process.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.names: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins, "display": _show_nothing}
        self.students: set[str] = set()
        self.running = False
        self._asked = 0
        self._student = Student(self._exchange, self.names)

    def run(self, said: dict) -> dict:
        """Run one cell: set-up or test.

        Parameters
        ----------
        said : dict
            ``source``; ``visible``, the text that learners see; ``students``, the names that the
            student's cells give a value up to here.
        """
        self.students |= set(said.get("students", ()))
        source = _without_magics(said["source"])
        shown, result, problem = io.StringIO(), None, None
        try:
            tree = ast.parse(source)
            self._fetch(source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            if last is not None and source.rstrip().endswith(";"):
                tree.body.append(last)
                last = None
            linecache.cache["<test>"] = (len(source), None, source.splitlines(True), "<test>")
            with contextlib.redirect_stdout(shown), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(compile(tree, "<test>", "exec"), self.names)
                if last is not None:
                    value = eval(compile(ast.Expression(last.value), "<test>", "eval"), self.names)
                    result = None if value is None else repr(value)
        except (Exception, SystemExit, ProgramEnded) as caught:
            problem = caught
        finally:
            self._close_figures()
        # What this cell gave a value is its own from now on, until an answer gives it another.
        self.students -= names_bound(source, changed=False)
        answer: dict[str, Any] = {"shown": shown.getvalue()[:_LONGEST]}
        if problem is not None:
            answer["error"] = self._told(problem, visible=said.get("visible", source))
            answer["gone"] = isinstance(problem, ProgramEnded)
        elif result is not None:
            answer["result"] = result[:_LONGEST]
        return answer

    def _fetch(self, source: str) -> None:
        """Bring what this cell needs of the student's."""
        for name in sorted(names_used(source)):
            own = self.names.get(name)
            known = name in self.names or hasattr(builtins, name)
            if inspect.ismodule(own) or (known and name not in self.students):
                continue
            try:
                value = self._student.get(name)
            except NameError:
                if name in self.students:
                    self.names.pop(name, None)
                continue
            if isinstance(value, Live) and value._said.get("module"):
                continue
            self.names[name] = value

    def _exchange(self, said: dict, blob: bytes) -> tuple[dict, bytes]:
        self._asked += 1
        self._channel.send({**said, "n": self._asked}, blob)
        while True:
            answer, blob = self._channel.receive()
            if isinstance(answer, dict) and answer.get("answer") == self._asked:
                return answer, blob

    def _told(self, problem: BaseException, *, visible: str) -> dict:
        """Tell a failed test: the line if learners can see it, then the error's name and words."""
        render = getattr(problem, "_render_traceback_", None)
        if render:
            return {
                "ename": type(problem).__name__,
                "evalue": str(problem)[:_LONGEST],
                "traceback": list(render()),
            }
        seen = {line.strip() for line in visible.splitlines()}
        lines = []
        if (
            isinstance(problem, Exception)
            and hasattr(problem, "kit_students")
            and not self._in_sight(problem, seen)
        ):
            # The student's own words would repeat what a hidden test asked; the check's own note does not.
            kind = type(problem)
            name = kind.__name__ if kind.__module__ == "builtins" else "StudentError"
            ours = text("learn.your-code-broke")
            words = ours if ours in getattr(problem, "__notes__", ()) else ""
            return {"ename": name, "evalue": words, "traceback": [f"{name}: {words}" if words else name]}
        for frame in traceback.extract_tb(problem.__traceback__):
            line = (frame.line or "").strip()
            if frame.filename == "<test>" and line in seen:
                lines.append(f"----> {line}")
        said = traceback.format_exception_only(type(problem), problem)
        name = type(problem).__name__
        head = "".join(said).rstrip().removeprefix(f"{type(problem).__module__}.")
        words = str(problem)
        if not head.startswith(name):
            head = f"{name}: {words}"
        return {"ename": name, "evalue": words[:_LONGEST], "traceback": [*lines, *head[:_LONGEST].splitlines()]}

    @staticmethod
    def _in_sight(problem: BaseException, seen: set[str]) -> bool:
        """Tell whether the line of the test that failed is one that learners can read."""
        frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == "<test>"]
        return bool(frames) and (frames[-1].line or "").strip() in seen

    def _close_figures(self) -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None and pyplot.get_fignums():
            pyplot.close("all")


def _timed_out() -> dict:
    said = "CellTimeoutError: No reply from kernel before timeout"
    return {"ename": "CellTimeoutError", "evalue": "", "traceback": [said]}


def _show_nothing(*_: Any, **__: Any) -> None:
    """Stand for IPython's display in a test: nobody looks."""


def _without_magics(source: str) -> str:
    """Leave out what only IPython understands: ``%matplotlib inline``, ``!ls``, ``name?``."""
    kept = []
    for line in source.splitlines():
        bare = line.lstrip()
        indent = line[: len(line) - len(bare)]
        kept.append(f"{indent}pass" if bare.startswith(("%", "!", "?")) or bare.endswith("?") else line)
    return "\n".join(kept)
