"""What several test files share: a tiny exercise, and a class that has handed it in."""

import json
import os
import sys
import textwrap

import nbformat
import pytest

TOY = "toy_share"


def _cell(cell_id, source, *, kind="code", **nbgrader):
    metadata = {}
    if nbgrader:
        roles = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata["nbgrader"] = {**roles, "grade_id": cell_id, **nbgrader}
    cell = {"cell_type": kind, "id": cell_id, "metadata": metadata, "source": textwrap.dedent(source).strip()}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def toy_source():
    """The source notebook: a value, a rule with hidden tests, a written answer."""
    cells = [
        _cell("intro", "# A tiny exercise", kind="markdown"),
        _cell("set-up", "import math"),
        _cell("share", "share = (\n    ### BEGIN SOLUTION\n    1 / 4\n    ### END SOLUTION\n)", solution=True),
        _cell(
            "share-check",
            'assert math.isclose(share, 0.25), "Divide by everyone who was asked."',
            grade=True,
            locked=True,
            points=1,
        ),
        _cell(
            "coverage",
            "def coverage(asked, told):\n    ### BEGIN SOLUTION\n    return told / asked\n    ### END SOLUTION",
            solution=True,
        ),
        _cell(
            "coverage-check",
            """
            assert coverage(4, 1) == 0.25, "Try one in four."
            ### BEGIN HIDDEN TESTS
            assert coverage(10, 9) == 0.9, "Your rule fits one town only."
            ### END HIDDEN TESTS
            """,
            grade=True,
            locked=True,
            points=2,
        ),
        _cell(
            "reason",
            "People who do not trust the office never come.",
            kind="markdown",
            grade=True,
            solution=True,
            points=3,
        ),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


SAMPLES = """
[untouched]
about = "Handed in as it was received."

[right]
start = "solution"
marks = { reason = "waits" }

[hard_coded]
start = "solution"
answers = { coverage = "def coverage(asked, told):\\n    return 0.25\\n" }
marks = { coverage-check = 0, reason = "waits" }
"""


@pytest.fixture(scope="session", autouse=True)
def warm_boxes():
    """Start each kind of box once for many classes: a warm parent never sees a student's file.

    Each hand-in still gets a world of its own, and a box that has ended is not used again.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    from kit.grade import box, box_command, engine

    kept, patch = {}, pytest.MonkeyPatch()

    def shared(what, *, level, preload=()):
        seen = [os.environ.get(name) for name in (*box_command._KEPT, "KIT_BOX_DEBUG")]
        key = (what, level, *preload, *seen)
        found = kept.pop(key, None)
        if found is None or found.process.poll() is not None:
            found = box.Box(what, level=level, preload=preload)
            found.end, found.close = found.close, lambda: None
        kept[key] = found
        while len(kept) > 4:
            kept.pop(next(iter(kept))).end()
        return found

    patch.setattr(engine, "Box", shared)
    yield
    patch.undo()
    for found in kept.values():
        found.end()


@pytest.fixture(scope="session")
def toy_sources(tmp_path_factory):
    """A folder of sources with one tiny exercise in it."""
    solutions = tmp_path_factory.mktemp("toy") / "solutions"
    (solutions / TOY).mkdir(parents=True)
    # As JupyterLab writes it: the text of a cell as a list of lines.
    nbformat.write(nbformat.from_dict(toy_source()), solutions / TOY / f"{TOY}.ipynb")
    (solutions / TOY / "submissions.toml").write_text(SAMPLES)
    (solutions / TOY / "rubric.md").write_text("3: names who is missing.\n")
    (solutions / TOY / "towns.csv").write_text("town,asked\nNorth,4\n")
    return solutions


@pytest.fixture(scope="session")
def toy_exercises(toy_sources):
    """The learners' copies of it."""
    from kit.grade.build import build

    exercises = toy_sources.parent / "exercises"
    build(solutions=toy_sources, exercises=exercises)
    return exercises


ROSTER = """\
Matrikelnummer;Nachname;Vorname;E-Mail
íñigo;Núñez;Íñigo;inigo@example.org
ana;"Ng, the younger";Ana;ana@example.org
bo;=HYPERLINK("x");Bo;bo@example.org
dead;Dee;;
mended;Men;;
noisy;Noi;;
two;Two;;
wrong;Wro;;
empty;Emp;;
link;Lin;;
stubborn;Stu;;
absent;Abs;;
"""


def answered(release, **answers):
    """The learners' notebook with some answers in it."""
    notebook = json.loads(json.dumps(release))
    for cell in notebook["cells"]:
        cell["source"] = answers.pop(cell["id"], cell["source"])
    assert not answers
    return notebook


def mended_hand_in(release):
    """Right answers, but cells copied, deleted, edited, moved, turned into text and tagged."""
    notebook = answered(release, share="share = 0.25", coverage="def coverage(asked, told): return told / asked")
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    copy = json.loads(json.dumps(cells["coverage"])) | {"id": "copy", "source": release["cells"][4]["source"]}
    cells["share"] |= {"cell_type": "markdown"}
    for key in ("outputs", "execution_count"):
        del cells["share"][key]
    cells["intro"]["metadata"]["nbgrader"] = {"schema_version": 99}
    cells["coverage-check"]["source"] = "2.0"
    cells["coverage-check"]["metadata"]["tags"] = ["skip-execution"]
    order = ("reason", "intro", "coverage", "copy", "coverage-check", "share")
    return notebook | {"cells": [{**cells, "copy": copy}[name] for name in order]}


@pytest.fixture(scope="session")
def toy_class(toy_sources, toy_exercises, tmp_path_factory):
    """A class that handed in the tiny exercise in every state we know, graded once.

    Gives the course folder and the results by student. Tests that change anything work on a copy.
    """
    from kit.grade.course import new_course
    from kit.grade.run import grade_class

    place = tmp_path_factory.mktemp("class")
    (place / "roster.csv").write_text(ROSTER, encoding="cp1252")
    course = new_course(
        place / "course", roster=place / "roster.csv", solutions=toy_sources, exercises=toy_exercises
    )
    release = json.loads((course / "release" / TOY / f"{TOY}.ipynb").read_text())

    def hand_in(student, notebook, name=f"{TOY}.ipynb"):
        folder = course / "submitted" / student / TOY
        folder.mkdir(parents=True, exist_ok=True)
        said = notebook if isinstance(notebook, str) else json.dumps(notebook)
        (folder / name).write_text(said, encoding="utf-8")
        return folder

    right = {"share": "share = 1 / 4", "coverage": "def coverage(asked, told):\n    return told / asked"}
    essay = "Who is missing? <script>alert(1)</script> <img src='https://example.org/pixel.png'> **Many.**"
    hand_in("íñigo", answered(release, reason=essay, **right))
    hand_in("ana", release)
    hand_in("bo", json.dumps(release)[:700])
    hand_in("dead", answered(release, share="import os; os._exit(1)"))
    hand_in("loop", answered(release, share="while True: pass"))
    hand_in("mended", mended_hand_in(release), "my work.ipynb")
    warns = "import sys\ndef coverage(asked, told):\n    print('slow', file=sys.stderr)\n    return told / asked"
    hand_in("noisy", answered(release, share="share = 0.25", coverage=warns))
    hand_in("two", release, "final.ipynb")
    hand_in("two", release, "final (1).ipynb")
    hand_in("wrong", {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, "shopping.ipynb")
    hand_in("empty", "Dear teacher", "letter.txt")
    folder = hand_in("link", "notes", "notes.txt")
    (folder / f"{TOY}.ipynb").symlink_to(course / "source" / TOY / f"{TOY}.ipynb")
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    hand_in("stubborn", answered(release, share=stubborn))
    results = grade_class(course, TOY, seconds=3)
    return course, {result.student: result for result in results}
