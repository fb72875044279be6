"""In the student's process: hand out values as plain data, and call functions on request.

Nothing it says is trusted. A student's code can change it, and then only gives wrong answers.
Functions are tried in a copy of the process (a fork) that waits until all cells of the student have
run: what a test asks, no cell of theirs can tell, and a function that ends Python costs its own test only.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import io
import os
import signal
import socket
import traceback
import warnings
from collections.abc import Iterator
from typing import Any

from kit.grade.frames import Channel
from kit.grade.plain_data import NotPlain, Packer, Unpacker

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

    def serve(self, asked: dict, blob: bytes) -> None:
        """Answer one question, or leave a copy of this process that will answer more of them."""
        if asked["ask"] == "keep":
            self._keep(asked)
        else:
            self._answer(asked, blob)

    def _keep(self, asked: dict) -> None:
        self.channel.send({"answer": asked["n"], "line": True})
        _, ends, _, _ = socket.recv_fds(self.channel.socket, 1, 1)
        line = socket.socket(fileno=ends[0])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                copy = os.fork()
        except OSError:
            copy = -1  # too many processes
        if copy == 0:
            try:
                self._be_a_copy(line)
            finally:
                os._exit(1)
        line.close()
        self.channel.send({"answer": asked["n"], "copy": copy})

    def _be_a_copy(self, line: socket.socket) -> None:
        """Wait for a test, then answer its questions until it is over."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # What it shares with the others is not to be touched, and so copied, by looking for waste.
        gc.freeze()
        # Whatever else is still sent from here, nobody waits for.
        self.channel.send_raw = lambda _: None  # type: ignore[method-assign]
        self.channel.close()
        self.channel = Channel(line)
        asked, blob = self.channel.receive()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        while True:
            self._answer(asked, blob)
            asked, blob = self.channel.receive()

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
            # Packed to the same place among the bytes, what did not change gives the same again.
            start = min(_starts(before), default=0)
            again = Packer(self._live, start=start)
            packed = again.pack(now)
            if packed != before or again.blob != blob[start : start + len(again.blob)]:
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


def _starts(data: Any) -> Iterator[int]:
    """Tell where the bytes of a packed value begin, each part of them."""
    if isinstance(data, dict):
        if "at" in data:
            yield data["at"][0]
        data = list(data.values())
    for item in data:
        if isinstance(item, (dict, list)):
            yield from _starts(item)


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
