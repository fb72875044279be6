"""Messages between two processes: a length, a line of JSON, and bytes that need no telling apart.

No message is ever unpickled. Who reads from a process that runs a student's code sets a limit.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from typing import Any

_HEAD = struct.Struct("<II")
LARGEST = 64_000_000


class TooLarge(ValueError):
    """The other side wants to send more than is taken."""


class Channel:
    """One end of a connection.

    Parameters
    ----------
    sock : socket.socket
        A connected stream.
    largest : int
        Bytes of the largest message taken.
    """

    def __init__(self, sock: socket.socket, *, largest: int = LARGEST) -> None:
        self.socket = sock
        self.largest = largest
        self._kept = bytearray()
        self._ready = select.poll()
        self._ready.register(sock, select.POLLIN)

    def send(self, said: Any, blob: bytes = b"") -> None:
        """Send what JSON can hold, and bytes beside it."""
        line = json.dumps(said, separators=(",", ":")).encode()
        self.send_raw(_HEAD.pack(len(line), len(blob)) + line + blob)

    def send_raw(self, message: bytes) -> None:
        """Send a message that `receive_raw` gave."""
        self.socket.sendall(message)

    def receive(self, *, seconds: float | None = None) -> tuple[Any, bytes]:
        """Wait for one message.

        Raises
        ------
        TimeoutError
            If none came in time.
        EOFError
            If the other side is gone.
        TooLarge
            If it is larger than is taken.
        ValueError
            If it is no message.
        """
        return unpack(self.receive_raw(seconds=seconds))

    def receive_raw(self, *, seconds: float | None = None) -> bytes:
        """Wait for one message and give it unread."""
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            if len(self._kept) >= _HEAD.size:
                line, blob = _HEAD.unpack_from(self._kept)
                whole = _HEAD.size + line + blob
                if whole > self.largest:
                    raise TooLarge(whole)
                if len(self._kept) >= whole:
                    message = bytes(memoryview(self._kept)[:whole])
                    del self._kept[:whole]
                    return message
            left = None if end is None else max(0.0, end - time.monotonic()) * 1000
            if not self._ready.poll(left):
                raise TimeoutError
            try:
                part = self.socket.recv(1 << 18)
            except (ConnectionResetError, BrokenPipeError):
                part = b""
            if not part:
                raise EOFError
            self._kept += part

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def unpack(message: bytes) -> tuple[Any, bytes]:
    """Take a message apart.

    Raises
    ------
    ValueError
        If it holds no JSON.
    """
    line, _ = _HEAD.unpack_from(message)
    try:
        return json.loads(message[_HEAD.size : _HEAD.size + line]), message[_HEAD.size + line :]
    except RecursionError as problem:
        raise ValueError("nested too deep") from problem
