"""Every exercise proves itself: each sample hand-in, named by its fault, gets its mark and its words."""

import pytest

from kit.course import folder
from kit.errors import ExerciseError
from kit.grade.course import assignments_in
from kit.grade.samples import grade_samples, read_samples, says

TOY = "toy_share"
EXERCISES = assignments_in(folder("solutions"))
pytestmark = [pytest.mark.grading, pytest.mark.slow]


def _case(exercise, *words):
    """A case that runs where the other cases of its exercise run: they share one graded class."""
    return pytest.param(exercise, *words, marks=pytest.mark.xdist_group(f"samples of {exercise}"))


SAMPLES = [_case(name, sample) for name in EXERCISES for sample in read_samples(folder("solutions") / name)]


@pytest.fixture(scope="module")
def outcomes():
    """All samples of an exercise, graded as one class, once."""
    graded = {}

    def of(name):
        if name not in graded:
            graded[name] = {outcome.name: outcome for outcome in grade_samples(folder("solutions") / name)}
        return graded[name]

    return of


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_has_a_right_and_an_untouched_sample(name):
    samples = read_samples(folder("solutions") / name)
    assert {"right", "untouched"} <= samples.keys()
    assert all(sample.get("about", "").strip() for sample in samples.values())


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("exercise", "sample"), SAMPLES, ids=lambda value: value)
def test_a_sample_gets_its_marks_and_its_messages(exercise, sample, outcomes):
    outcome = outcomes(exercise)[sample]
    assert outcome.given == outcome.expected, outcome.result.reason
    assert outcome.unsaid == {}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("exercise", [_case(name) for name in EXERCISES])
def test_an_untouched_hand_in_gets_nothing_and_a_right_one_everything(exercise, outcomes):
    untouched, right = outcomes(exercise)["untouched"], outcomes(exercise)["right"]
    assert set(untouched.given.values()) == {0}
    open_points = [mark.max_score for mark in right.result.cells if mark.score is None]
    assert right.result.score + sum(open_points) == right.result.max_score


def test_a_wrong_expectation_is_found(toy_sources, toy_exercises, tmp_path):
    """The test above can fail."""
    import shutil

    source = shutil.copytree(toy_sources / TOY, tmp_path / TOY)
    (source / "submissions.toml").write_text(
        '[lucky]\nmarks = { share-check = 1 }\nmessages = { share-check = "errors.example" }\n'
    )
    outcome = grade_samples(source, exercises=toy_exercises)[0]
    assert outcome.given != outcome.expected
    assert outcome.unsaid == {"share-check": "TypeError: must be real number, not ellipsis"}


@pytest.mark.parametrize(
    "said",
    ["[a\n", '[a]\nanswer = { x = "1" }\n', "a = 1\n"],
    ids=["no TOML", "unknown key", "no table"],
)
def test_a_damaged_file_of_samples_is_explained(said, tmp_path):
    (tmp_path / "submissions.toml").write_text(said)
    with pytest.raises(ExerciseError) as caught:
        read_samples(tmp_path)
    assert caught.value.key == "build.bad-samples" and len(caught.value.lines) == 3


def test_a_sample_that_names_an_unknown_cell_is_explained(toy_sources, toy_exercises, tmp_path):
    import shutil

    source = shutil.copytree(toy_sources / TOY, tmp_path / TOY)
    (source / "submissions.toml").write_text('[a]\ndeleted = ["nowhere"]\n')
    with pytest.raises(ExerciseError) as caught:
        grade_samples(source, exercises=toy_exercises)
    assert "nowhere" in str(caught.value)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ('There is no district "Süd" in this table.\nA district that stands in the table was expected.\n'
         "Look at the list of districts and choose one of them.", True),
        ("No hay ningún distrito «Sur» en esta tabla. Se esperaba un distrito que esté en la tabla. "
         "Mire la lista de distritos y elija uno de ellos.", True),
        ("There is no district.", False),
        ("", False),
    ],
)  # fmt: skip
def test_a_message_is_recognised_whatever_stands_in_its_gaps(said, found):
    assert says(said, "errors.example") is found
