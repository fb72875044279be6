"""A practice table of one's own for each learner, with its answers, from one small file beside the exercise.

An exercise that can be drawn again has a file ``variants.py`` in its folder, with two functions::

    def draw(dice):        # kit.data.draws.Dice → a table, or a dict of tables
        return complaints_table(dice)

    def answers(data):     # the reference solution: that table → a dict of answers
        return {"highest_rate": ...}

and, where not every draw is as hard as the other, a third::

    def fits(data):        # → True if the variant has the difficulty that was meant
        return ...

The kit needs no change for a new exercise. Nobody stores or shows the learner's name: it only goes
into the seed, together with the course seed, which the teacher keeps secret.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.data.draws import Dice
from kit.errors import ExerciseError

if TYPE_CHECKING:
    import pandas as pd

MOST_TRIES = 1000


class Variant(NamedTuple):
    """One learner's table and the answers to it."""

    data: Any
    key: dict[str, Any]


def redraw(exercise: str | Path, learner_id: str, course_seed: str, *, folder: Path | None = None) -> Variant:
    """Draw the variant of an exercise that belongs to one learner.

    Parameters
    ----------
    exercise : str or Path
        Name of the exercise, the folder inside ``solutions``.
    learner_id : str
        Any name that tells learners apart. It is neither stored nor shown.
    course_seed : str
        The secret of this course: without it nobody can work out another learner's variant.
    folder : Path, optional
        Where the exercises are; the course's ``solutions`` if left out.

    Returns
    -------
    Variant
        ``data``, a synthetic table or a dict of tables, and ``key``, the answers that the reference
        solution gives. The same on every computer.

    Raises
    ------
    ExerciseError
        If the exercise has no ``variants.py``, or that file does not do what it should.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> place = pathlib.Path(tempfile.mkdtemp())
    >>> (place / "adding").mkdir()
    >>> _ = (place / "adding" / "variants.py").write_text('''
    ... import pandas as pd
    ... def draw(dice):
    ...     return pd.DataFrame({"cases": [dice.between(5, 99) for _ in range(3)]})
    ... def answers(data):
    ...     return {"total": int(data["cases"].sum())}
    ... ''')
    >>> mine = redraw("adding", "learner 7", "autumn", folder=place)
    >>> mine.key == {"total": mine.data["cases"].sum()}, mine.data.attrs["synthetic"]
    (True, True)
    """
    name, module = _load(exercise, folder)
    return _draw(name, module, learner_id, course_seed)


def answer_sets(
    exercise: str | Path, learner_ids: Iterable[str], course_seed: str, *, folder: Path | None = None
) -> dict[str, int | float]:
    """Count how many learners share a set of answers by chance.

    Parameters
    ----------
    exercise, course_seed, folder
        As in `redraw`.
    learner_ids : iterable of str
        The learners of one course.

    Returns
    -------
    dict
        ``learners``; ``different``, the number of different sets of answers; ``sharing``, the
        learners whose set another one has, too; ``expected``, how many of those chance alone would
        give if the sets were as many as `range`; ``range``, the number of sets estimated from this
        course and a second one of a fifth of its size (capture and recapture, Chapman's form;
        infinite if no set came in both).
    """
    name, module = _load(exercise, folder)
    learner_ids = [*learner_ids]
    sets = [_as_key(_draw(name, module, each, course_seed).key) for each in learner_ids]
    other = {_as_key(_draw(name, module, each, course_seed + " again").key) for each in learner_ids[::5]}
    different = {*sets}
    both = len(different & other)
    size = (len(different) + 1) * (len(other) + 1) / (both + 1) - 1 if both else float("inf")
    sharing = sum(times for times in Counter(sets).values() if times > 1)
    n = len(sets)
    expected = n * (1 - (1 - 1 / size) ** (n - 1)) if both else 0.0
    return {"learners": n, "different": len(different), "sharing": sharing, "expected": expected, "range": size}


def _as_key(answers: dict[str, Any]) -> str:
    return repr(sorted((name, str(answer)) for name, answer in answers.items()))


def _load(exercise: str | Path, folder: Path | None) -> tuple[str, ModuleType]:
    if folder is None:
        from kit import course

        folder = course.folder("solutions")
    place = Path(folder) / exercise
    path = place / "variants.py"
    if not path.is_file():
        raise ExerciseError("synthetic.no-variants", exercise=place.name)
    spec = importlib.util.spec_from_file_location(f"variants_of_{place.name}", path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as reason:
        raise ExerciseError("synthetic.bad-variants", exercise=place.name, reason=_said(reason)) from reason
    for name in ("draw", "answers"):
        if not callable(getattr(module, name, None)):
            raise ExerciseError("synthetic.variants-lack", exercise=place.name, name=name)
    return place.name, module


def _draw(name: str, module: ModuleType, learner_id: str, course_seed: str) -> Variant:
    fits = getattr(module, "fits", lambda data: True)
    try:
        for attempt in range(MOST_TRIES):
            dice = Dice("redraw", name, str(learner_id), str(attempt), key=str(course_seed))
            data = module.draw(dice)
            if fits(data):
                break
        else:
            raise ExerciseError("synthetic.never-fits", exercise=name, tries=MOST_TRIES)
        _label(data, name)
        key = module.answers(data)
    except ExerciseError:
        raise
    except Exception as reason:
        raise ExerciseError("synthetic.bad-variants", exercise=name, reason=_said(reason)) from reason
    if not isinstance(key, dict) or not key:
        raise ExerciseError("synthetic.no-answers", exercise=name)
    return Variant(data, key)


def _label(data: pd.DataFrame | dict[str, pd.DataFrame], name: str) -> None:
    from kit.data.synthetic import labelled

    for table in data.values() if isinstance(data, dict) else [data]:
        if not table.attrs.get("synthetic"):
            labelled(table, title=name, name=f"{name}-synthetic")


def _said(reason: Exception) -> str:
    words = str(reason).splitlines() or [type(reason).__name__]
    return words[0][:80]
