"""A saved e-mail (.eml): who sent it, when it arrived, and the files that came with it."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

from kit.errors import SubmissionError
from kit.grade.notebook_file import LARGEST, read_bytes, shown

_MOST = 50


class Mail(NamedTuple):
    """Who sent it, and when the mail server took it; ``None`` if no server says so."""

    sender: str
    when: datetime | None


def read_mail(path: Path, into: Path) -> Mail:
    """Read a saved e-mail and put its attachments into a folder.

    Raises
    ------
    SubmissionError
        If it cannot be read.
    """
    try:
        message = message_from_bytes(read_bytes(path, largest=2 * LARGEST), policy=policy.default)
        sender = parseaddr(str(message.get("From", "")))[1]
        for number, part in enumerate(message.iter_attachments()):
            if number >= _MOST:
                break
            name = re.sub(r'[/\\:*?"<>|\x00-\x1f]', "_", part.get_filename() or "").strip(". ")
            content = part.get_payload(decode=True)
            if name and isinstance(content, bytes) and not (into / name).exists():
                (into / name[-120:]).write_bytes(content)
    except OSError as problem:
        raise SubmissionError("collect.cannot-read", file=shown(path.name), reason=problem.strerror) from problem
    except Exception as problem:
        # The standard reader of e-mail fails in many ways on what is none.
        raise SubmissionError("collect.bad-mail", file=shown(path.name)) from problem
    if not sender:
        raise SubmissionError("collect.bad-mail", file=shown(path.name))
    return Mail(sender, _arrived(message))


def _arrived(message) -> datetime | None:
    """Give the time that the receiving server wrote; what the sender's computer says is not taken."""
    said = str((message.get_all("Received") or [""])[0]).rpartition(";")[2].strip()
    try:
        when = parsedate_to_datetime(said)
    except (TypeError, ValueError, IndexError):
        return None
    return when.astimezone() if when.tzinfo else when
