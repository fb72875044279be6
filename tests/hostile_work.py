"""Hand-ins that mean harm, one for each way we know, with the marks they earn and what they must not reach.

All of them are harmless to the computer even where nothing holds them back: what they start ends by
itself, what they write carries a name that the tests look for and remove.
"""

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

EXERCISE = "town_count"
HIDDEN = "kept-from-students-7f3a"
PRIVATE = "what-ana-wrote-c81d"
TOKEN = "token-of-the-grader-55e0"
MARK = "left-by-hostile-work"

HELPER = "def rate(part, whole):\n    return part / whole\n"


def _cell(cell_id, source, *, kind="code", **nbgrader):
    metadata = {}
    if nbgrader:
        roles = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata["nbgrader"] = {**roles, "grade_id": cell_id, **nbgrader}
    cell = {"cell_type": kind, "id": cell_id, "metadata": metadata, "source": textwrap.dedent(source).strip()}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def _test(cell_id, source, points):
    return _cell(cell_id, source, grade=True, locked=True, points=points)


def _answer(cell_id, solution):
    body = textwrap.indent(textwrap.dedent(solution).strip(), "")
    return _cell(cell_id, f"### BEGIN SOLUTION\n{body}\n### END SOLUTION", solution=True)


def source():
    """The exercise: a number, a rule, a table, a list, points in part, a written answer."""
    cells = [
        _cell("set-up", "import math\nimport pandas as pd\nfrom counting import rate"),
        _answer("share", "share = 0.25"),
        _test("share-check", 'assert math.isclose(share, 0.25), "Divide by all who were asked."', 1),
        _answer("coverage", "def coverage(asked, told):\n    return told / asked"),
        _test(
            "coverage-check",
            f"""
            assert coverage(4, 1) == 0.25, "Try one in four."
            ### BEGIN HIDDEN TESTS
            secret = "{HIDDEN}"
            assert coverage(48611, 7919) == rate(7919, 48611), "Your rule fits one town only."
            ### END HIDDEN TESTS
            """,
            2,
        ),
        _answer("towns", 'towns = pd.DataFrame({"town": ["North", "South"], "asked": [4, 5]})'),
        _test(
            "towns-check",
            """
            wanted = pd.DataFrame({"town": ["North", "South"], "asked": [4, 5]})
            pd.testing.assert_frame_equal(towns, wanted)
            """,
            3,
        ),
        _answer("names", 'names = ["North", "South"]'),
        _test("names-check", 'assert sorted(names) == ["North", "South"], "Name both towns."', 1),
        _answer("found", "found = 2"),
        _test("found-check", "2 if found == 2 else 1 if found == 1 else 0", 2),
        _cell("reason", "Who is missing?", kind="markdown", grade=True, solution=True, points=3),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


RIGHT = {
    "share": "share = 0.25",
    "coverage": "def coverage(asked, told):\n    return told / asked",
    "towns": 'towns = pd.DataFrame({"town": ["North", "South"], "asked": [4, 5]})',
    "names": 'names = ["South", "North"]',
    "found": "found = 2",
}
WRONG = {
    "share": "share = 0.25",
    "coverage": "def coverage(asked, told):\n    return 7",
    "towns": 'towns = pd.DataFrame({"town": ["East"], "asked": [1]})',
    "names": 'names = ["East"]',
    "found": "found = 0",
}
POINTS = {"share-check": 1, "coverage-check": 2, "towns-check": 3, "names-check": 1, "found-check": 2}
ALL = dict(POINTS)
EARNED_ONE = {"share-check": 1, "coverage-check": 0, "towns-check": 0, "names-check": 0, "found-check": 0}
NOTHING = dict.fromkeys(POINTS, 0)


@dataclass
class Hostile:
    """One hand-in.

    ``answers`` go into the answer cells; ``change`` turns the whole notebook; ``files`` lie beside it
    (a function gets the path and makes it); ``raw`` is the file itself. ``fair`` is the mark of each
    test, or "held". ``slow`` takes seconds by its nature. ``may_see`` names words that nothing can keep
    from it: a function knows what it is asked, and can keep it for a later cell.
    """

    name: str
    fair: dict | str
    answers: dict = field(default_factory=lambda: dict(WRONG))
    change: Callable | None = None
    files: dict = field(default_factory=dict)
    raw: Callable | None = None
    slow: bool = False
    may_see: tuple = ()

    def notebook(self, release):
        made = json.loads(json.dumps(release))
        for cell in made["cells"]:
            cell["source"] = self.answers.get(cell["id"], cell["source"])
        if self.change:
            made = self.change(made) or made
        return made


def code(name, attack, *, fair=None, at="names", base=None, files=None, **options):
    """A hand-in whose answer at one place carries the attack; the other answers are wrong, the share right."""
    base = dict(WRONG if base is None else base)
    attack = textwrap.dedent(attack).strip()
    base[at] = attack if at == "coverage" and "def coverage" in attack else f"{base[at]}\n{attack}"
    return Hostile(name, fair or EARNED_ONE, base, files=files or {}, **options)


def shape(name, change, *, fair=None, base=None):
    """A hand-in whose notebook was turned round."""
    return Hostile(name, fair or EARNED_ONE, dict(WRONG if base is None else base), change=change)


def bytes_of(name, raw, *, fair="held", slow=False):
    """A hand-in that is no notebook as JupyterLab saves it."""
    return Hostile(name, fair, raw=raw, slow=slow)


def cell_of(notebook, name):
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def each_test(change):
    def turn(notebook):
        for cell in notebook["cells"]:
            if cell["id"].endswith("-check"):
                change(cell)

    return turn


def own_cell(text, before):
    def turn(notebook):
        place = next(n for n, cell in enumerate(notebook["cells"]) if cell["id"] == before)
        extra = {"cell_type": "code", "id": "mine", "metadata": {}, "source": textwrap.dedent(text).strip()}
        notebook["cells"].insert(place, extra | {"outputs": [], "execution_count": None})

    return turn


# What the right answers are worth if the program ends, or the time, at the list of names.
UP_TO_NAMES = {"share-check": 1, "coverage-check": 2, "towns-check": 3, "names-check": 0, "found-check": 0}
BUT_NAMES = {**ALL, "names-check": 0}
BUT_COVERAGE = {**ALL, "coverage-check": 0}
LINE = "names = 0\n"


def all_hostile(reach):
    """Every hostile hand-in.

    `reach` knows places outside of the box that the attacks try: course, home, marks (a folder), port.
    """
    from hostile_attacks import attacks

    made = attacks(reach)
    names = [one.name for one in made]
    assert len(set(names)) == len(names)
    return made
