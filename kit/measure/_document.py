"""Make `docs/methods.md` from the docstrings: ``python -m kit.measure._document``.

Nothing on that page is written by hand but the misuses of a whole door below. A test fails
if the page and the code are out of step, or a function has neither a published example nor a
reason why none can exist.
"""

from __future__ import annotations

import csv
import importlib
import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from kit.measure import DOORS
from kit.measure._examples import functions
from kit.measure._published import CASES, WITHOUT

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "methods.md"
EXAMPLES = ROOT / "datasets" / "methods"

_SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "Examples", "Source")
# What goes wrong with the methods of a door as a whole.
_MISUSE = {
    "rates": (
        "A share without its number of people or its interval; a rate whose population is not "
        "named; a standardised rate compared with one of another standard; a difference "
        "standardised away that is the harm."
    ),
    "disparity": (
        "A disparity read as proof of discrimination, or none as proof of equality; a ratio "
        "without the difference, or the reverse; areas ranked whose intervals overlap; the one "
        "striking group of many reported."
    ),
    "inequality": (
        "An index compared between places with units of another size; small groups, which push "
        "the index of dissimilarity up; an index without saying which variant."
    ),
    "survey": (
        "A margin of error for people who chose to take part; one margin for a whole sample "
        "quoted for a group of thirty; weights that stand in for people who were never asked."
    ),
    "privacy": (
        "A table called anonymous because names are gone; one cell hidden beside its totals; "
        "privacy used as a reason to publish nothing that rights-holders need."
    ),
    "undercount": (
        "Lists that send people to each other; the model chosen that gives the wanted number; an "
        "estimate without interval and assumptions; the matched lists of victims passed on."
    ),
    "trends": (
        "Years compared across a change of definition or recording; percent changes of small "
        "counts; a running total read as a count of one year."
    ),
    "realisation": (
        "Outcomes alone, which punishes poor places, or laws alone, which rewards paper; one "
        "number for all rights; nominal budgets."
    ),
    "agreement": 'A coefficient without its table; bands such as "substantial" taken for law.',
    "learning": (
        "Satisfaction called effect; causal words without people who had no course; only those "
        "counted who stayed to the end."
    ),
}
_HEAD = """# The methods, one by one

This page is made from the code: `python -m kit.measure._document`. Do not change it by hand.

Each method tells what you get, its formula, what to give, what goes wrong with it, and where it comes from.
Each is held against numbers that somebody else published; the tests run all of them.
Where no such number can exist, the reason stands there.
A word in `code` is what you type.
Every answer is a table with `estimate`, `lower`, `upper`, `n`, `method` and `notes`, unless said otherwise.

"""


def public_functions() -> dict[str, Callable]:
    """Give every function at the ten doors by ``"door.name"``, in the order of the doors.

    Examples
    --------
    >>> list(public_functions())[0]
    'rates.disaggregate'
    """
    found = {}
    for door in DOORS:
        module = importlib.import_module(f"kit.measure.{door}")
        own = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
        for name in sorted(getattr(module, "__all__", own)):
            function = getattr(module, name)
            if inspect.isfunction(function) and not name.startswith("_"):
                found[f"{door}.{name}"] = function
    return found


def page() -> str:
    """Give the whole page as text.

    Examples
    --------
    >>> page().startswith("# The methods, one by one")
    True
    """
    known = public_functions()
    parts = [_HEAD, "\n".join(_contents(known)), "\n"]
    for door in DOORS:
        module = importlib.import_module(f"kit.measure.{door}")
        parts.append(f"\n## `{door}`\n\n{_prose(inspect.getdoc(module) or '')}\n\n**Misuse.** {_MISUSE[door]}\n")
        parts += [_entry(name, function) for name, function in known.items() if name.startswith(f"{door}.")]
    return "".join(parts).rstrip() + "\n"


def without_example() -> list[str]:
    """Give the functions that have neither a published example nor a reason for it.

    Examples
    --------
    >>> without_example()
    []
    """
    return [name for name in public_functions() if not list(_published(name)) and name not in WITHOUT]


def _contents(known: dict[str, Callable]) -> Iterator[str]:
    for door in DOORS:
        names = [name for name in known if name.startswith(f"{door}.")]
        links = ", ".join(f"[{name.split('.')[1]}](#{name.replace('.', '')})" for name in names)
        yield f"- [`{door}`](#{door}): {links}"


def _entry(name: str, function: Callable) -> str:
    sections = _read(inspect.getdoc(function) or "")
    first, *more = sections["About"].split("\n\n")
    formula, about = _formula(more)
    notes, misuse, source = _notes(sections.get("Notes", ""))
    source = sections.get("Source", "") or source
    call = f"{name}{inspect.signature(function)}"
    call = re.sub(r": '[^']*'|: [\w.\[\], |]+(?= =)| -> .*$", "", call)
    lines = [f"\n### `{name}`\n", _prose(first), ""]
    lines += [*(f"{_prose(paragraph)}\n" for paragraph in about), f"```python\n{call}\n```\n"]
    lines += [f"**Formula.** {formula}\n"] if formula else []
    lines += [f"**You give**\n\n{_list(sections['Parameters'])}\n"] if "Parameters" in sections else []
    back = (
        _given_back(sections["Returns"]) if "Returns" in sections else f"`{function.__annotations__['return']}`."
    )
    lines += [f"**You get.** {back}\n"]
    lines += [f"{_prose(notes)}\n"] if notes else []
    lines += [f"**Misuse.** {misuse}\n"] if misuse else []
    lines += [f"**Source.** {_prose(source)}\n"] if source else []
    shown = [f"- {line}" for line in _published(name)] or [
        f"- None: {WITHOUT[name]}" if name in WITHOUT else "- None."
    ]
    return "\n".join([*lines, "**Published examples**\n", *shown, ""])


def _published(name: str) -> Iterator[str]:
    methods = {method for method, used in functions().items() if name in used}
    with (EXAMPLES / "methods-sources.csv").open(encoding="utf-8", newline="") as file:
        sources = {row["source_id"]: row for row in csv.DictReader(file)}
    with (EXAMPLES / "worked-examples.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["method"] in methods:
                source = sources[row["source_id"]]
                given, answer = _short(json.loads(row["inputs"])), _short(json.loads(row["expected"]))
                yield f"{row['id']}: {given} gives {answer}. Source: {source['publisher']}, <{source['url']}>."
    for case in CASES:
        if case.function == name:
            names = list(inspect.signature(public_functions()[name]).parameters)
            given = _short({**dict(zip(names, case.args, strict=False)), **case.options})
            yield f"{given} gives {_short(case.expected)}. Source: {case.source}."


def _read(doc: str) -> dict[str, str]:
    found, name, lines = {}, "About", []
    for line in doc.splitlines():
        if re.fullmatch(r"-{4,}", line) and lines and lines[-1] in _SECTIONS:
            name_next = lines.pop()
            found[name] = "\n".join(lines).strip()
            name, lines = name_next, []
        else:
            lines.append(line)
    found[name] = "\n".join(lines).strip()
    return found


def _formula(paragraphs: list[str]) -> tuple[str, list[str]]:
    formula, about = [], []
    for paragraph in paragraphs:
        if paragraph.startswith(".. math::"):
            formula.append(f"$`{_prose(paragraph.removeprefix('.. math::'))}`$")
        elif re.match(r"Formulas?\b[^:]*:", paragraph):
            formula.append(_prose(re.sub(r"^Formulas?", "", paragraph).lstrip(":, ")))
        else:
            about.append(paragraph)
    return " ".join(formula), about


def _notes(notes: str) -> tuple[str, str, str]:
    rest, misuse, source = [], "", ""
    for paragraph in notes.split("\n\n"):
        if paragraph.startswith("Misuse:"):
            misuse = _prose(paragraph.removeprefix("Misuse:"))
        elif paragraph.startswith("Source:"):
            source = paragraph.removeprefix("Source:")
        else:
            rest.append(paragraph)
    return "\n\n".join(rest), misuse, source


def _list(block: str) -> str:
    items: list[list[str]] = []
    for line in block.splitlines():
        if line and not line.startswith(" "):
            name, _, kind = line.partition(" : ")
            items.append([f"- `{name}`" + (f" ({kind})" if kind else "") + ":"])
        elif line.strip() and items:
            items[-1].append(line.strip())
    return "\n".join(_prose(" ".join(item)) for item in items)


def _given_back(block: str) -> str:
    told = [line.strip() for line in block.splitlines() if line.startswith(" ")]
    return _prose(" ".join(told)) if told else f"`{block.strip()}`."


def _prose(words: str) -> str:
    words = re.sub(r":math:`([^`]*)`", r"$`\1`$", words)
    kept = [
        " ".join(paragraph.split()) if "::" not in paragraph else paragraph for paragraph in words.split("\n\n")
    ]
    return "\n\n".join(_code(paragraph) for paragraph in kept)


def _code(paragraph: str) -> str:
    if re.search(r"::\s*$|::\n", paragraph):
        return paragraph
    return paragraph.replace("``", "`")


def _short(value: object) -> str:
    if isinstance(value, dict):
        shown = [f"{key} = {_short(part)}" for key, part in list(value.items())[:12]]
        return "; ".join(shown) + ("; …" if len(value) > 12 else "")
    if isinstance(value, (list, tuple)) and len(value) > 8:
        return f"[{len(value)} values]"
    if isinstance(value, (list, tuple)):
        words = ", ".join(_short(part) for part in value)
        return f"[{words}]" if len(words) <= 80 else f"[{len(value)} values]"
    return str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
