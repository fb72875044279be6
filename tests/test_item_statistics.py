"""A teacher sees how the tasks did, in numbers that hold, and nobody is named."""

import csv
import random
import re
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import pearsonr

from kit.cli import main
from kit.errors import SubmissionError
from kit.grade.item_statistics import from_results, item_statistics
from kit.grade.message_names import general
from kit.grade.result import CellMark, Graded
from kit.grade.statistics_page import markup, statistics_page
from kit.measure.items import item_analysis
from kit.text import LANGUAGES, set_language, text

TOY = "toy_share"
TASKS = {"share-check": 1, "coverage-check": 2, "partial": 4, "reason": 3}


def hand_ins(count, *, seed=3, waits=()):
    """A class of invented people, each with a strength of their own."""
    draw = random.Random(seed)
    for who in range(count):
        strength = draw.gauss(0.5, 0.3)
        cells, untouched = [], set()
        for task, top in TASKS.items():
            score = float(sum(draw.random() < strength for _ in range(top)))
            if strength < 0.1:
                score = 0.0
                untouched.add(("toy", task))
            said = "" if score == top else f"→ Not yet\nYou have {score} of {top} towns."
            score = None if (task, who) in waits else score
            cells.append(CellMark("toy", task, score, float(top), said))
        yield Graded(f"person-{who}", "graded", 1.0, 10.0, tuple(cells)), untouched


@pytest.fixture(scope="module")
def found():
    return from_results("toy", hand_ins(60))


def test_marks_with_parts_get_the_numbers_that_another_library_published():
    """Item discrimination and difficulty of R's performance, on Fisher's irises (its own tests)."""
    lines = (Path(__file__).parent / "iris.csv").read_text().splitlines()[1:]
    names, *rows = list(csv.reader(lines))
    table = pd.DataFrame([[float(cell) for cell in row] for row in rows], columns=names)
    got = item_analysis(table, maximum=[7.9] * 4).set_index(["measure", "item"]).estimate
    published = [0.894040250011166, -0.348657747269071, 0.863271047498634, 0.921040960149154]
    assert got["item_rest_correlation"].tolist() == pytest.approx(published, abs=1e-12)
    assert got["difficulty"].round(2).tolist() == [0.74, 0.39, 0.48, 0.15]


def test_points_above_the_maximum_are_refused():
    from kit.errors import MeasureError

    with pytest.raises(MeasureError):
        item_analysis([[1, 3], [0, 2], [1, 1], [1, 0]], maximum=[1, 2])


def test_the_numbers_are_those_of_pandas_and_scipy(found):
    results = [result for result, _ in hand_ins(60)]
    scores = pd.DataFrame([{mark.cell: mark.score for mark in result.cells} for result in results])
    table = found.table().set_index("item")
    for task, top in TASKS.items():
        rest = scores.drop(columns=task).sum(axis=1)
        assert table.discrimination[task] == pytest.approx(pearsonr(scores[task], rest).statistic)
        interval = pearsonr(scores[task], rest).confidence_interval()
        limits = table.loc[task, ["discrimination_lower", "discrimination_upper"]].tolist()
        assert limits == pytest.approx([interval.low, interval.high])
        assert table.difficulty[task] == pytest.approx(scores[task].mean() / top)
        # Henrysson (1963): the correction worked out from the uncorrected correlation.
        total, spread = scores.sum(axis=1), scores.std()
        r = scores[task].corr(total)
        corrected = (r * total.std() - spread[task]) / (
            total.var() + spread[task] ** 2 - 2 * r * spread[task] * total.std()
        ) ** 0.5
        assert table.discrimination[task] == pytest.approx(corrected)


def test_untouched_answers_are_counted_apart_and_their_messages_are_not(found):
    untouched = sum(("toy", "partial") in left for _, left in hand_ins(60))
    item = next(item for item in found.items if item.name == "partial")
    assert untouched > 0 and item.shares()["untouched"] == untouched
    assert sum(item.shares().values()) == 60
    lost = sum(item.shares()[state] for state in ("part", "none"))
    assert sum(item.messages.values()) == lost


def test_a_task_that_waits_has_no_discrimination_and_does_not_spoil_the_others():
    waiting = from_results("toy", hand_ins(40, waits={("reason", 3)}))
    table = waiting.table().set_index("item")
    assert table.discrimination.isna().to_dict() == {task: task == "reason" for task in TASKS}
    assert table.n["reason"] == 39
    assert "reason" in re.search(r'class="warning".*?</div>', markup(waiting), re.DOTALL)[0]


@pytest.mark.parametrize("count", [1, 2, 3, 8, 19])
def test_a_small_class_is_told_what_cannot_be_read(count):
    said = markup(from_results("toy", hand_ins(count)))
    assert text("statistics.few-discrimination") in said and str(count) in said


def test_a_larger_class_is_not_warned(found):
    assert text("statistics.few-discrimination") not in markup(found)


def test_messages_differing_in_numbers_only_are_one_message(found):
    item = next(item for item in found.items if item.name == "coverage-check")
    assert item.common()[0][0] == "You have … of … towns."


def test_a_message_of_one_person_alone_is_not_shown():
    marks = [("toy", 0.0, "Dear Ana Ng"), ("toy", 0.0, "no"), ("toy", 0.0, "no")]
    results = [
        (Graded(str(who), "graded", 0, 1, (CellMark("n", task, score, 1.0, said),)), set())
        for who, (task, score, said) in enumerate(marks)
    ]
    said = markup(from_results("toy", results))
    assert "Ana Ng" not in said and "no (2)" in said


def test_a_message_of_the_catalogue_is_known_in_any_language():
    folder = Path(__file__).parents[1] / "solutions" / "complaints_are_not_prevalence"
    english = " ".join(text("growth.later-base", folder=folder, lang="en").split())
    for lang in LANGUAGES:
        said = f"→ x\n{text('growth.later-base', folder=folder, lang=lang)}"
        assert general(said, folder=folder) == english


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_a_graded_class_gives_a_page_without_names(toy_class, tmp_path):
    course = toy_class[0]
    found = item_statistics(course, TOY)
    by_name = {item.name: item for item in found.items}
    assert found.n == 7
    # ana handed in what she received; the others left what they did not get to.
    assert by_name["share-check"].shares()["untouched"] == 1
    assert by_name["coverage-check"].shares()["untouched"] == 4
    assert by_name["reason"].shares()["untouched"] == 6
    page = statistics_page(course, TOY, out=tmp_path / "page.html").read_text(encoding="utf-8")
    for name in ("íñigo", "Núñez", "inigo", "ana@", "stubborn", "mended"):
        assert name not in page


def test_the_page_is_whole_for_a_screen_reader_in_each_language(found):
    for lang in LANGUAGES:
        set_language(lang)
        try:
            said = markup(found)
        finally:
            set_language(None)
        assert f'<html lang="{lang}">' in said and len(re.findall(r"<h1\b", said)) == 1
        assert said.count("<img ") == 3 == len(re.findall(r'<img alt="[^"]{40,}"', said))
        assert said.count("<table>") == said.count("<caption>") == 5
        assert not re.search(r"<script|<link|src=[\"'](?!data:)", said)


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_the_command_writes_the_page_and_refuses_what_is_not_there(toy_class, tmp_path, capsys):
    assert main(["statistics", str(toy_class[0]), TOY, "--out", str(tmp_path / "s.html")]) == 0
    assert (tmp_path / "s.html").is_file()
    assert main(["statistics", str(toy_class[0]), "other"]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 3


def test_a_class_without_marks_is_told(toy_sources, toy_exercises, tmp_path):
    from kit.grade.course import new_course

    course = new_course(tmp_path / "course", solutions=toy_sources, exercises=toy_exercises)
    with pytest.raises(SubmissionError) as caught:
        item_statistics(course, TOY)
    assert caught.value.key == "grade.nothing-graded" and len(caught.value.lines) == 3
