"""What several test files share: a tiny exercise, and a class that has handed it in."""

import json
import textwrap

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


@pytest.fixture(scope="session")
def toy_sources(tmp_path_factory):
    """A folder of sources with one tiny exercise in it."""
    solutions = tmp_path_factory.mktemp("toy") / "solutions"
    (solutions / TOY).mkdir(parents=True)
    (solutions / TOY / f"{TOY}.ipynb").write_text(json.dumps(toy_source(), indent=1))
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
