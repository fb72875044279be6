"""Notebooks broken by chance: in their bytes, and in what the bytes say."""

import copy
import json
import random

# What may stand where something else was expected.
ODD = (
    None, True, 0, -1, 1.5, 10**30, "", "x", "é\u2028\x00", [], [[]], {}, {"a": {}}, ["a", None], "\ud800",
    "x" * 10_000,    {"nbgrader": {"grade_id": "share", "solution": True}}, {"tags": ["skip-execution"]},
    float("nan"), float("inf"),
)  # fmt: skip


def some(count, release, *, answers, seed):
    """Give the bytes of notebooks, each broken in another way."""
    draw = random.Random(seed)
    for number in range(count):
        notebook = json.loads(json.dumps(release))
        for cell in notebook["cells"]:
            cell["source"] = answers.get(cell["id"], cell["source"])
        if number % 2:
            for _ in range(draw.choice((1, 1, 2, 5, 20))):
                _change_structure(notebook, draw)
            yield json.dumps(notebook).encode("utf-8", "surrogatepass")
        else:
            raw = bytearray(json.dumps(notebook, indent=draw.choice((None, 1))).encode())
            for _ in range(draw.choice((1, 1, 2, 5, 50))):
                raw = _change_bytes(raw, draw)
            yield bytes(raw)


def _places(thing, found):
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in list(pairs):
        found.append((thing, key))
        _places(value, found)
    return found


def _change_structure(notebook, draw):
    places = _places(notebook, [])
    if not places:
        return
    where, key = draw.choice(places)
    what = draw.randrange(6)
    if what == 0:
        del where[key]
    elif what == 1 and isinstance(where, list):
        where.insert(draw.randrange(len(where) + 1), where[key])
    elif what == 2 and isinstance(where, dict):
        where[draw.choice(("cells", "source", "metadata", "nbgrader", "grade_id", "cell_type", "x"))] = where[key]
    elif what == 3:
        other, name = draw.choice(places)
        where[key] = json.loads(json.dumps(other[name])) if _holds(other, name) else None
    elif what == 4 and isinstance(where, list):
        draw.shuffle(where)
    else:
        where[key] = copy.deepcopy(draw.choice(ODD))


def _holds(thing, key):
    return key in thing if isinstance(thing, dict) else key < len(thing)


def _change_bytes(raw, draw):
    if not raw:
        return raw
    at, what = draw.randrange(len(raw)), draw.randrange(7)
    size = draw.choice((1, 1, 3, 50, 500))
    if what == 0:
        raw[at] = draw.randrange(256)
    elif what == 1:
        del raw[at : at + size]
    elif what == 2:
        raw[at:at] = draw.randbytes(size)
    elif what == 3:
        raw[at:at] = raw[at : at + size]
    elif what == 4:
        raw = raw[:at]
    elif what == 5:
        raw[at:at] = draw.choice(
            (b'"', b"[", b"{", b"\\u", b"\xff", b"\x00", b",", b"NaN", b"[" * 5000, b"9" * 5000)
        )
    else:
        raw[at : at + 1] = b"\\n"
    return raw
