"""In the student's process: hand out values as plain data, and call functions on request.

Nothing it says is trusted. A student's code can change it, and then only gives wrong answers.
Functions are tried in a copy of the process (a fork): what a test does to it, or asks it, the
student's later cells never see, and a function that ends Python costs its own test only.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import signal
import traceback
from typing import Any

from kit.grade.frames import Channel
from kit.grade.plain_data import NotPlain, Packer, Unpacker

_ENDED_WELL = 77
_MOST_ITEMS = 100_000


class Agent:
    """Answers questions about a namespace.

    Parameters
    ----------
    names : dict
        The student's variables.
    channel : Channel
        Where answers go.
    """

    def __init__(self, names: dict[str, Any], channel: Channel) -> None:
        self.names = names
        self.channel = channel
        self.things: dict[int, Any] = {}
        self._next = 0
        self.copy: int | None = None

    def serve(self, asked: dict, blob: bytes) -> None:
        """Answer one question; from the first that runs the student's code on, a copy of the process does."""
        if asked["ask"] == "end":
            self.channel.send({"back": 0})
        elif asked["ask"] == "get":
            self._answer(asked, blob)
        else:
            self._in_a_copy(asked, blob)

    def _in_a_copy(self, asked: dict, blob: bytes) -> None:
        signal.signal(signal.SIGINT, self._end_copy)
        # What a copy hands out ends with it: its numbers are never given again.
        self._next += 1_000_000
        self.copy = os.fork()
        if self.copy == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                while asked["ask"] != "end":
                    self._answer(asked, blob)
                    asked, blob = self.channel.receive()
                os._exit(_ENDED_WELL)
            finally:
                os._exit(1)
        _, status = os.waitpid(self.copy, 0)
        self.copy = None
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.channel.send({"back": 0 if os.waitstatus_to_exitcode(status) == _ENDED_WELL else 1})

    def _end_copy(self, *_) -> None:
        # It was told to stop as well; this ends one that does not listen, where signals are allowed.
        if self.copy:
            with contextlib.suppress(OSError):
                os.kill(self.copy, signal.SIGKILL)

    def _answer(self, asked: dict, blob: bytes) -> None:
        packer = Packer(self._live)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                said = {"ok": packer.pack(self._do(asked, blob)), **self._changed(packer)}
        except BaseException as problem:
            packer = Packer(self._live)
            said = {"error": _described(problem)}
        self.channel.send({"answer": asked.get("n"), **said}, packer.blob)

    def _do(self, asked: dict, blob: bytes) -> Any:
        self._given: tuple[list, list, Any] | None = None
        what = asked["ask"]
        if what == "get":
            if asked["name"] not in self.names:
                raise NameError(f"name {asked['name']!r} is not defined", name=asked["name"])
            return self.names[asked["name"]]
        thing = self.things[asked["of"]]
        if what == "call":
            args, options = self._unpack(asked["args"], blob), self._unpack(asked["options"], blob)
            result = thing(*args, **options)
            self._given = (args, asked["args"]["v"], blob)
            return result
        if what == "attribute":
            return getattr(thing, asked["name"])
        if what == "item":
            return thing[self._unpack(asked["key"], blob)]
        if what == "items":
            return [item for item, _ in zip(thing, range(_MOST_ITEMS), strict=False)]
        return {"length": len, "truth": bool, "text": str, "shown": repr}[what](thing)

    def _unpack(self, data: Any, blob: bytes) -> Any:
        return Unpacker(blob, lambda said: self.things[said["of"]]).unpack(data)

    def _changed(self, packer: Packer) -> dict:
        """Give the arguments that the function changed."""
        if not self._given:
            return {}
        args, given, blob = self._given
        changed = {}
        for place, (now, before) in enumerate(zip(args, given, strict=True)):
            if now is None or isinstance(now, (bool, int, float, str, bytes, tuple)) or before.get("t") == "mine":
                continue
            again = Packer(self._live)
            packed = again.pack(now)
            if _with_bytes(packed, again.blob) != _with_bytes(before, blob):
                changed[place] = packer.pack(now)
        return {"changed": changed} if changed else {}

    def _live(self, thing: Any) -> dict:
        """Note an object that cannot travel, and describe it."""
        self._next += 1
        self.things[self._next] = thing
        kind = type(thing)
        said = {"t": "live", "of": self._next, "type": f"{kind.__module__}.{kind.__qualname__}"[:100]}
        if inspect.ismodule(thing):
            said["module"] = True
        if callable(thing):
            name, words = getattr(thing, "__name__", ""), getattr(thing, "__doc__", "")
            said |= {"call": True, "name": str(name)[:100], "doc": str(words)[:2000] if words else None}
            with contextlib.suppress(Exception):
                parameters = inspect.signature(thing).parameters.values()
                empty = inspect.Parameter.empty
                said["parameters"] = [[one.name, int(one.kind), one.default is not empty] for one in parameters]
        return said


def _with_bytes(data: Any, blob: bytes) -> Any:
    """Put the bytes in the place of where they stand, so that two packings can be compared."""
    if isinstance(data, list):
        return [_with_bytes(item, blob) for item in data]
    if isinstance(data, dict):
        return {
            key: blob[item[0] : item[0] + item[1]] if key == "at" else _with_bytes(item, blob)
            for key, item in data.items()
        }
    return data


def _described(problem: BaseException) -> dict:
    """Say what went wrong in words, with the student's own lines."""
    kind = type(problem)
    if isinstance(problem, NotPlain):
        return {"kind": "builtins.ValueError", "said": "the value cannot be looked at", "lines": []}
    lines: list[str] = []
    with contextlib.suppress(Exception):
        frames = traceback.extract_tb(problem.__traceback__)
        mine = [
            frame for frame in frames if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython")
        ]
        lines = [f"{frame.name}, line {frame.lineno}: {(frame.line or '').strip()}"[:200] for frame in mine[-3:]]
    said = ""
    with contextlib.suppress(Exception):
        said = str(problem)[:2000]
    if kind is KeyError and problem.args and isinstance(problem.args[0], str):
        said = problem.args[0][:2000]
    if isinstance(problem, NameError) and problem.name:
        said = f"name {problem.name!r} is not defined"
    return {"kind": f"{kind.__module__}.{kind.__qualname__}", "said": said, "lines": lines}
