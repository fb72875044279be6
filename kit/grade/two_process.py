"""One notebook, two programs: the student's cells in one, the tests in the other, the grader between.

The grader passes questions of a test on to the student's program and its answers back, unread.
It keeps the time. Whatever the student's program does, it can only spoil its own answers.

A test that calls a student's function tells it what it asks, which learners may not see. So such a
test, and all after it, wait until no cell of the student is left that could tell. The program leaves
a copy of itself at the place of each, and the copy answers.
"""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kit.grade.box import Program
from kit.grade.frames import Channel, TooLarge, unpack

# How long an interrupted program may take to stop before it is ended, and how much it may say.
GRACE = 3.0
CELL_BYTES, NOTEBOOK_BYTES = 1_000_000, 6_000_000
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
# Values kept for a test that waits, at most; what is larger is asked of a copy.
_KEPT_BYTES = 20_000_000


@dataclass
class Then:
    """The student's program as it was at the place of a test: values, and where needed a copy of it.

    Parameters
    ----------
    values : dict
        Answers by name.
    copy : int
        The number of the process that waits; 0 for none.
    line : Channel or None
        The connection to it.
    """

    values: dict[str, bytes] = field(default_factory=dict)
    copy: int = 0
    line: Channel | None = None


class Talk:
    """The grader's side of both programs, for one notebook.

    Parameters
    ----------
    student, tests : Program
        Started, with the notebook's files in their folders.
    seconds : float
        Longest time of one cell.
    """

    def __init__(self, student: Program, tests: Program, *, seconds: float) -> None:
        self.student = student
        self.tests = tests
        self.seconds = seconds
        self.ended = ""
        self._said = 0
        self._number = 0
        self._open: tuple[bytes, dict] | None = None
        self._then: Then | None = None
        self._spared = False
        self._end = time.monotonic() + max(10 * seconds, 300)

    def run(self, code: str, take: Callable[[dict], None], *, silent: bool = False) -> dict | None:
        """Run a cell in the student's program.

        Parameters
        ----------
        code : str
            The cell.
        take : callable
            Gets each message the cell sends out.
        silent : bool
            Without a number of its own, and without output.

        Returns
        -------
        dict or None
            The reply; ``None`` if the time was over and the program stopped when told to.
        """
        if self.ended:
            return {"status": "error", "ename": "ProgramEnded", "evalue": "", "traceback": []}
        name = secrets.token_hex(8)
        limit, told, reply, taken = self._limit(), False, None, 0
        try:
            self.student.channel.send({"run": code, "id": name, "silent": silent})
            while True:
                try:
                    raw = self.student.channel.receive_raw(seconds=max(0.0, limit - time.monotonic()))
                except TimeoutError:
                    if told:
                        self._end_student("stubborn")
                        return None
                    self.student.interrupt()
                    told, limit = True, time.monotonic() + GRACE
                    continue
                if time.monotonic() > limit and told:
                    self._end_student("stubborn")
                    return None
                if time.monotonic() > limit:
                    self.student.interrupt()
                    told, limit = True, time.monotonic() + GRACE
                taken += len(raw)
                self._said += len(raw)
                if len(raw) > CELL_BYTES and b'"reply"' not in raw[:40]:
                    take(_cut())
                    continue
                message = unpack(raw)[0]
                if message.get("to") != name:
                    continue
                if message.get("reply") == "execute_reply":
                    reply = message["content"]
                elif message.get("says") == "status" and message["content"].get("execution_state") == "idle":
                    return None if told else reply
                elif taken > CELL_BYTES or self._said > NOTEBOOK_BYTES:
                    take(_cut())
                elif "says" in message:
                    take(message)
        except (EOFError, OSError):
            self._end_student("")
        except (TooLarge, *_UNREADABLE):
            self._end_student("nonsense")
        return {"status": "error", "ename": "ProgramEnded", "evalue": self.ended, "traceback": []}

    def test(
        self, source: str, *, visible: str, students: set[str], what: str = "test", then: Then | None = None
    ) -> dict[str, Any] | None:
        """Run a test, or a set-up cell, in the process of the tests.

        Parameters
        ----------
        source, visible : str
            The cell, and the part of it that learners can see.
        students : set of str
            Names that the student's cells have given a value since the last call.
        then : Then, optional
            What answers the test's questions; the student's program itself if left out.

        Returns
        -------
        dict or None
            ``shown``, and ``error`` or ``result`` where there is one. ``None`` if it asked what must wait:
            `go_on` answers that.
        """
        self._number += 1
        said = {
            "source": source,
            "visible": visible,
            "students": sorted(students),
            "n": self._number,
            "what": what,
        }
        self._then = then
        try:
            self.tests.channel.send(said)
            return self._listen()
        except (EOFError, OSError):
            return _test_ended()

    def go_on(self, then: Then) -> dict[str, Any]:
        """Give the test that was left with a question its answer, and what came of it."""
        self._then = then
        raw, question = self._open  # type: ignore[misc]
        limit = self._limit()
        try:
            self._pass_on(raw, question, limit=limit)
            return self._listen(max(limit, time.monotonic() + 1)) or {}
        except (EOFError, OSError):
            return _test_ended()

    def _listen(self, limit: float = 0) -> dict[str, Any] | None:
        """Answer a test's questions until it is done."""
        limit, told = limit or self._limit(), False
        while True:
            try:
                raw = self.tests.channel.receive_raw(seconds=max(0.0, limit - time.monotonic()))
            except TimeoutError:
                if told:
                    raise EOFError from None
                self.tests.interrupt()
                told, limit = True, time.monotonic() + GRACE
                continue
            message, _ = unpack(raw)
            if "ask" in message:
                if not self._then and message["ask"] != "get":
                    self._open = raw, message
                    return None
                self._pass_on(raw, message, limit=limit)
                # A test that got no answer in time ends by itself.
                limit = limit if told else max(limit, time.monotonic() + 1)
            elif message.get("done") == self._number:
                return message

    def look(self, names: Iterable[str] = (), *, copy: bool = False) -> Then:
        """Note what the student's program knows now, for a test that waits.

        Where the test needs more than values, the program leaves a copy of itself.

        Parameters
        ----------
        names : iterable of str
            What the test reads.
        copy : bool
            Whether a copy is needed in any case.
        """
        then = Then()
        for name in names:
            number = secrets.randbits(40)
            raw = self._answer({"ask": "get", "name": name, "n": number}, number)
            if raw and sum(map(len, then.values.values())) + len(raw) < _KEPT_BYTES:
                then.values[name] = raw
                copy = copy or b'"t":"live"' in raw
            else:
                copy = True
        if copy and not self.ended:
            self._copy(then)
        return then

    def finish(self) -> None:
        """No cell of the student is left: end their program. Its copies live on."""
        if not self.ended:
            self.student.stop()

    def let_go(self, then: Then) -> None:
        """End a copy."""
        if then.line:
            then.line.close()
            self.student.stop(then.copy)

    def _copy(self, then: Then) -> None:
        """Have the student's program leave a copy of itself, on a line of its own."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            number = secrets.randbits(40)
            if not self._answer({"ask": "keep", "n": number}, number):
                return
            try:
                socket.send_fds(self.student.channel.socket, [b"."], [theirs.fileno()])
                raw = self._answer(None, number)
                copy = unpack(raw)[0].get("copy") if raw else None
            except OSError:
                copy = None
            if isinstance(copy, int) and copy > 1:
                self._spared = True
                self.student.spare(copy)
                then.copy, then.line = copy, Channel(ours.dup(), largest=self.student.channel.largest)

    def _answer(self, question: dict | None, number: int) -> bytes | None:
        """Ask the student's program itself; ``None`` if it does not answer."""
        try:
            if self.ended:
                return None
            if question:
                self.student.channel.send(question)
            for raw in _answers(self.student.channel, time.monotonic() + GRACE):
                if unpack(raw)[0].get("answer") == number:
                    return raw
        except TimeoutError:
            self._end_student("stubborn")
        except (EOFError, OSError):
            self._end_student("")
        except (TooLarge, *_UNREADABLE):
            self._end_student("nonsense")
        return None

    def end(self) -> None:
        """End both programs."""
        for program in (self.student, self.tests):
            program.end()

    def _limit(self) -> float:
        return min(time.monotonic() + self.seconds, max(self._end, time.monotonic() + 1))

    def _pass_on(self, raw: bytes, question: dict, *, limit: float) -> None:
        """Hand a question to the student's program, or to what it was at that place; the answer to the tests."""
        number, then = question["n"], self._then
        if then and question["ask"] == "get" and question.get("name") in then.values:
            said, blob = unpack(then.values[question["name"]])
            self.tests.channel.send({**said, "answer": number}, blob)
            return
        channel = then.line if then else self.student.channel
        why = "ended" if then else self.ended
        if channel and not (self.ended and not then):
            try:
                channel.send_raw(raw)
                for answer in _answers(channel, max(limit, time.monotonic() + 0.05)):
                    if unpack(answer)[0].get("answer") == number:
                        self.tests.channel.send_raw(answer)
                        return
            except TimeoutError:
                self.student.interrupt()
                why = "time"
            except (EOFError, OSError):
                why = "ended"
            except (TooLarge, *_UNREADABLE):
                why = "nonsense"
            if then:
                self.let_go(then)
                then.line = None
            elif why != "time":
                self._end_student("" if why == "ended" else why)
                why = self.ended
        self.tests.channel.send({"answer": number, "error": {"kind": "kit.gone", "said": _gone(why, then)}})

    def _end_student(self, why: str) -> None:
        said = self.student.stop() if self._spared else self.student.end()
        self.ended = self.ended or why or (said if said in ("memory", "processes") else "itself")


def _answers(channel: Channel, limit: float) -> Iterator[bytes]:
    """Give what a student's program says, until the time is over however much it says."""
    while True:
        left = limit - time.monotonic()
        if left <= 0:
            raise TimeoutError
        yield channel.receive_raw(seconds=left)


def _gone(why: str, then: Then | None) -> str:
    if why == "time":
        return "the function gave no answer in time"
    return "the function ended Python" if then else "the program had ended before this test"


def _test_ended() -> dict[str, Any]:
    return {
        "shown": "",
        "error": {"ename": "TestEnded", "evalue": "", "traceback": ["TestEnded"]},
        "gone": True,
    }


def _cut() -> dict:
    return {"says": "cut", "content": {}}
