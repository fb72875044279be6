"""One notebook, two programs: the student's cells in one, the tests in the other, the grader between.

The grader passes questions of a test on to the student's program and its answers back, unread.
It keeps the time. Whatever the student's program does, it can only spoil its own answers.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

from kit.grade.box import Program
from kit.grade.frames import TooLarge, unpack

# How long an interrupted program may take to stop before it is ended, and how much it may say.
GRACE = 3.0
CELL_BYTES, NOTEBOOK_BYTES = 1_000_000, 6_000_000
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


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

    def test(self, source: str, *, visible: str, students: set[str], what: str = "test") -> dict[str, Any]:
        """Run a test, or a set-up cell, in the process of the tests.

        Parameters
        ----------
        source, visible : str
            The cell, and the part of it that learners can see.
        students : set of str
            Names that the student's cells have given a value since the last call.

        Returns
        -------
        dict
            ``shown``, and ``error`` or ``result`` where there is one.
        """
        self._number += 1
        said = {
            "source": source,
            "visible": visible,
            "students": sorted(students),
            "n": self._number,
            "what": what,
        }
        limit, told, asked = self._limit(), 0, False
        try:
            self.tests.channel.send(said)
            while True:
                try:
                    raw = self.tests.channel.receive_raw(seconds=max(0.0, limit - time.monotonic()))
                except TimeoutError:
                    if told:
                        raise EOFError from None
                    self.tests.interrupt()
                    told, limit = 1, time.monotonic() + GRACE
                    continue
                message, _ = unpack(raw)
                if "ask" in message:
                    asked = asked or message["ask"] != "get"
                    self._pass_on(raw, number=message["n"], limit=limit)
                    # A test that got no answer in time ends by itself.
                    limit = limit if told else max(limit, time.monotonic() + 1)
                elif message.get("done") == self._number:
                    return message
        except (EOFError, OSError):
            return {
                "shown": "",
                "error": {"ename": "TestEnded", "evalue": "", "traceback": ["TestEnded"]},
                "gone": True,
            }
        finally:
            if asked:
                self._take_back()

    def end(self) -> None:
        """End both programs."""
        for program in (self.student, self.tests):
            program.end()

    def _limit(self) -> float:
        return min(time.monotonic() + self.seconds, max(self._end, time.monotonic() + 1))

    def _pass_on(self, question: bytes, *, number: int, limit: float) -> None:
        """Hand a question to the student's program, and its answer to the tests."""
        if not self.ended:
            try:
                self.student.channel.send_raw(question)
                for raw in self._answers(max(limit, time.monotonic() + 0.05)):
                    message, _ = unpack(raw)
                    if message.get("answer") == number:
                        self.tests.channel.send_raw(raw)
                        return
                    if "back" in message:
                        self._gone(number, "ended")
                        return
            except TimeoutError:
                self.student.interrupt()
                self._gone(number, "time")
                return
            except (EOFError, OSError):
                self._end_student("")
            except (TooLarge, *_UNREADABLE):
                self._end_student("nonsense")
        self._gone(number, self.ended)

    def _answers(self, limit: float) -> Iterator[bytes]:
        """Give what the student's program says, until the time is over however much it says."""
        while True:
            left = limit - time.monotonic()
            if left <= 0:
                raise TimeoutError
            yield self.student.channel.receive_raw(seconds=left)

    def _gone(self, number: int, why: str) -> None:
        words = {
            "time": "the function gave no answer in time",
            "ended": "the function ended Python",
        }.get(why, "the program had ended before this test")
        self.tests.channel.send({"answer": number, "error": {"kind": "kit.gone", "said": words}})

    def _take_back(self) -> None:
        """Have the copy that answered the test's questions end, and wait until the program itself is back."""
        if self.ended:
            return
        for attempt in range(2):
            with contextlib.suppress(TimeoutError):
                try:
                    if attempt:
                        self.student.interrupt()
                    else:
                        self.student.channel.send({"ask": "end", "n": 0})
                    for raw in self._answers(time.monotonic() + GRACE):
                        if "back" in unpack(raw)[0]:
                            return
                except (EOFError, OSError) as problem:
                    if isinstance(problem, TimeoutError):
                        raise
                    return self._end_student("")
                except (TooLarge, *_UNREADABLE):
                    return self._end_student("nonsense")
        self._end_student("stubborn")

    def _end_student(self, why: str) -> None:
        said = self.student.end()
        self.ended = self.ended or why or (said if said in ("memory", "processes") else "itself")


def _cut() -> dict:
    return {"says": "cut", "content": {}}
