"""Which column of an export holds which question, however the tool named it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kit.assess.questionnaire_rounds import choices

# How a tool names a submission, the best name first; and how a row of a repeat names the one it belongs to.
_OWN = {"_uuid": "key", "key": "key", "meta/instanceid": "key", "meta-instanceid": "key", "instanceid": "key",
        "_id": "id", "_index": "index"}  # fmt: skip
_PARENT = {"_submission__uuid": "key", "parent_key": "key", "_submission__id": "id", "_parent_index": "index"}
# What the tools add of their own; devices, phones and users among it are never read.
_TOOL = re.compile(
    r"(_.*|key|parent_key|set-of-.*|submissiondate|submitterid|submittername|attachmentspresent|attachmentsexpected|"
    r"status|reviewstate|deviceid|edits|formversion|isvalidated|start|end|today|username|subscriberid|simserial|"
    r"phonenumber|email|audit|instancename|instanceid|meta[/.:-].*|formhub[/.:-]uuid)",
    re.IGNORECASE,
)
_CUT = re.compile(r"[/.:-]")


@dataclass
class Columns:
    """Places of the columns of one table.

    Parameters
    ----------
    places : dict
        For each question the place of its column.
    split : dict
        For a question with several choices the place of the column of each choice.
    own, parents : list of (str, int)
        Columns that name the submission, and that a row of a repeat names it by: kind of name, and place.
    round : int or None
        Column with the round.
    extra : list of int
        Columns that are no question and no addition of the tool.
    twice : list of str
        Questions for which there are two columns.
    """

    places: dict[str, int] = field(default_factory=dict)
    split: dict[str, dict[str, int]] = field(default_factory=dict)
    own: list[tuple[str, int]] = field(default_factory=list)
    parents: list[tuple[str, int]] = field(default_factory=list)
    round: int | None = None
    extra: list[int] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def cells(self, name: str, row: list[str]) -> tuple[str, dict[str, str]] | None:
        """Give the cell of a question and those of its choices; ``None`` if the file does not ask it."""
        if name not in self.places and name not in self.split:
            return None
        whole = row[self.places[name]] if name in self.places else ""
        return whole, {choice: row[at] for choice, at in self.split.get(name, {}).items()}


def find_columns(headings: list[str], known: dict[str, dict], rename: Mapping[str, str]) -> Columns:
    """Find the questions among the headings: by name or words, with or without groups.

    Parameters
    ----------
    headings : list of str
        As they stand in the file.
    known : dict
        The questions of the table.
    rename : mapping
        Headings that were told.

    Examples
    --------
    >>> struct = {"id": "a1", "kind": "several_choices", "label": {"en": "Who"},
    ...           "choices": [{"value": "cso", "label": {"en": "Civil society"}}]}
    >>> found = find_columns(["_uuid", "a/a1", "a/a1/cso", "start", "colour"], {"a1": struct}, {})
    >>> found.places, found.split, found.own, found.extra
    ({'a1': 1}, {'a1': {'cso': 2}}, [('key', 0)], [4])
    """
    found, words = Columns(), _words_of(known)
    for at, heading in enumerate(headings):
        plain = heading.casefold()
        last = _CUT.split(plain)[-1]
        for names, places in ((_OWN, found.own), (_PARENT, found.parents)):
            if plain in names:
                places.append((names[plain], at))
        name, choice = _meant(heading, known, words, rename)
        if last == "round" and name is None:
            found.round = at
        elif name is None:
            if heading and not _TOOL.fullmatch(heading):
                found.extra.append(at)
        elif choice is not None:
            found.split.setdefault(name, {})[choice] = at
        elif name in found.places:
            found.twice.append(name)
        else:
            found.places[name] = at
    for names, places in ((_OWN, found.own), (_PARENT, found.parents)):
        order = [*names]
        places.sort(key=lambda place, order=order: order.index(headings[place[1]].casefold()))
    return found


def _words_of(known: dict[str, dict]) -> dict[str, tuple[str, str | None]]:
    """Every way to write a question, or one of its choices, in words."""
    found: dict[str, tuple[str, str | None]] = {}
    for name, one in known.items():
        for label in one["label"].values():
            found.setdefault(label.casefold(), (name, None))
            if one["kind"] == "several_choices":
                for value, labels in choices(one).items():
                    for said in labels.values():
                        found.setdefault(f"{label}/{said}".casefold(), (name, value))
    return found


def _meant(
    heading: str, known: dict[str, dict], words: dict[str, tuple[str, str | None]], rename: Mapping[str, str]
) -> tuple[str | None, str | None]:
    told = rename.get(heading)
    if told is not None:
        return (told, None) if told in known else (None, None)
    parts = _CUT.split(heading.strip().casefold())
    if parts[-1] in known:
        return parts[-1], None
    if len(parts) > 1 and parts[-2] in known and parts[-1] in choices(known[parts[-2]]):
        return parts[-2], parts[-1]
    plain = heading.strip().casefold()
    if plain in words:
        return words[plain]
    # With groups before it: "Part A/A2. Knowledge".
    for place, sign in enumerate(plain):
        if sign == "/" and plain[place + 1 :] in words:
            return words[plain[place + 1 :]]
    return None, None
