"""Every lesson keeps to the pattern: aims with checks, sourced numbers, plain words, care."""

import re

import jsonschema
import lesson_reading as lessons
import pandas as pd
import pytest
from lesson_reading import LESSONS, NOTEBOOKS, name

import kit
from kit.course import folder
from kit.learn.checking import tasks_in
from kit.learn.tasks import Value
from kit.teach.front_matter import at_a_glance, front_matter

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=name)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=name)


def test_there_are_lessons():
    assert LESSONS


@each_notebook
def test_notebook_is_clean_in_git(path):
    """No outputs, no counts, cell ids that say what they are: differences then read as sentences."""
    notebook = lessons.read(path)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert path.read_text(encoding="utf-8").endswith("}\n")
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", cell_id) for cell_id in ids), ids
    for cell in notebook.cells:
        assert not cell.get("outputs"), cell.id
        assert cell.get("execution_count") is None, cell.id


@each_lesson
def test_front_matter_is_complete_and_shown(path):
    """What the lesson says of itself is valid, and the cell below the title says the same."""
    matter = front_matter(path)
    jsonschema.validate(matter, lessons.schema())
    cells = {cell.id: cell for cell in lessons.read(path).cells}
    assert cells[f"{matter['id']}-glance"].source == at_a_glance(matter)
    assert all(cell_id.startswith(f"{matter['id']}-") for cell_id in cells)
    assert cells[f"{matter['id']}-title"].source == f"# {matter['title']}"


@each_lesson
def test_every_aim_has_a_check(path):
    """An aim nobody can check is a wish."""
    matter = front_matter(path)
    tasks = tasks_in(folder("solutions") / matter["exercise"])
    code = "\n".join(cell.source for cell in lessons.read(path).cells if cell.cell_type == "code")
    for aim in matter["objectives"]:
        for check in aim["checks"]:
            kind, _, page = check.partition(":")
            assert (kind == "form" and f'form("{page}")' in code) or check in tasks, check
            assert kind == "form" or re.search(rf'(ask|check)\("{check}"', code), check


@each_lesson
def test_parts_stand_in_order_and_fit_the_hour(path):
    """One title, the parts in order, no level skipped, minutes that add up."""
    matter = front_matter(path)
    headings = [
        line for _, text in lessons.prose(lessons.read(path)) for line in text.splitlines() if line.startswith("#")
    ]
    assert [line for line in headings if line.startswith("# ")] == [f"# {matter['title']}"]
    parts = [line[3:4] for line in headings if line.startswith("## ")]
    assert parts == [*matter["parts"], "9"]
    assert not [line for line in headings if line.startswith("####")]
    title_minutes = 2
    assert sum(matter["parts"].values()) + title_minutes <= matter["minutes"]["room"]
    assert matter.get("left_out") or set(matter["parts"]) == set("12345678")


@each_lesson
def test_story_and_idea_are_short_and_the_critics_are_heard(path):
    cells = {cell.id: cell.source for cell in lessons.read(path).cells}
    lesson = front_matter(path)["id"]
    story, idea = cells[f"{lesson}-story"], cells[f"{lesson}-idea"]
    assert count_words(story) <= 150
    assert count_words(idea) <= 200
    assert re.search(r"[Cc]ritic", story)


def count_words(text):
    return len(re.findall(r"[A-Za-z][\w'’-]*", re.sub(r"^#.*$|\[S\d+\]", "", text, flags=re.M)))


@each_lesson
def test_words_are_plain(path):
    """Sentences of 18 words on the mean, none beyond 40, and a reading grade a town hall can use."""
    import textstat

    said = [s for _, text in lessons.prose(lessons.read(path)) for s in lessons.sentences(text)]
    lengths = [len(s.split()) for s in said]
    assert sum(lengths) / len(lengths) <= 18
    assert max(lengths) <= 40, said[lengths.index(max(lengths))]
    assert textstat.automated_readability_index(" ".join(said)) <= 9


@each_lesson
def test_every_number_has_a_source_that_holds_it(path):
    """A number in the text stands in the table its key points to, or is computed from it."""
    matter = front_matter(path)
    computed = {written: lessons_value(matter, key) for written, key in matter["computed"].items()}
    answers = answers_of(matter)
    for cell_id, text in lessons.prose(lessons.read(path)):
        if cell_id.endswith(("-glance", "-sources", "-open")):
            continue
        for line in sentence_groups(text):
            keys = re.findall(r"\[(S\d+)\]", line)
            known = {key: numbers_of(matter["sources"][key]) for key in keys}
            for number in lessons.numbers(line):
                where = f"{cell_id}: {number} in {line!r}"
                if number in computed:
                    assert keys, where
                    places = len(number.partition(".")[2])
                    assert float(number.replace(",", "")) == round(computed[number], places), where
                elif (
                    re.fullmatch(r"(19|20)\d\d|\d", number)
                    or unsourced_is_fine(line, number)
                    or ("-trainer-" in cell_id and is_answer(number, answers))
                ):
                    continue
                elif keys:
                    assert any(plain(number) in values for values in known.values()), where
                else:
                    assert "-trainer-" in cell_id or unsourced_is_fine(line, number), where


def sentence_groups(text):
    """Lines of the text; a list item or a line is one unit with its keys."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def unsourced_is_fine(line, number):
    """Minutes, days ahead, an article, a person's own example: no figures about the world."""
    return re.search(
        rf"{re.escape(number)} (minutes|days|points|words|residents)|(article|every) {re.escape(number)}", line
    )


def answers_of(matter):
    """What the tasks of the lesson expect, and what readers with a known misreading get."""
    found = tasks_in(folder("solutions") / matter["exercise"]).values()
    values = [task for task in found if isinstance(task, Value)]
    return [task.accepts() for task in values] + [
        float(wrong()) for task in values for wrong in task.mistakes.values()
    ]


def is_answer(number, answers):
    places = len(number.partition(".")[2])
    written = float(number.replace(",", ""))
    return any(round(answer * scale, places) == written for answer in answers for scale in (1, 100))


def lessons_value(matter, key):
    import importlib.util

    path = folder("solutions") / matter["exercise"] / "checks.py"
    spec = importlib.util.spec_from_file_location("checks_of_lesson", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return float(module.COMPUTED[key]())


def numbers_of(source):
    """All numbers in the rows that a source key points to."""
    table = kit.data.load(source["table"], conflicts=True)
    for column, value in source.get("where", {}).items():
        assert column in table.columns, (source, list(table.columns))
        table = table[table[column].astype(str) == str(value)]
    assert len(table), source
    found = set()
    for column in table.columns:
        if pd.api.types.is_numeric_dtype(table[column]):
            found |= {plain(str(value)) for value in table[column].dropna()}
        else:
            found |= {plain(n) for text in table[column].dropna() for n in lessons.numbers(str(text))}
    return found


def plain(number):
    """One spelling for each number: 1,102 and 1102.0 are the same; 10.3.1 is a name and stays."""
    number = number.replace(",", "").rstrip(".")
    return number if number.count(".") > 1 else f"{float(number):.10g}"


@each_lesson
def test_sources_are_listed_and_used(path):
    """Every key in the text is listed in the last part, every listed key is used."""
    matter = front_matter(path)
    used, listed = set(), set()
    for cell_id, text in lessons.prose(lessons.read(path)):
        if cell_id.endswith("-sources"):
            listed = set(re.findall(r"\*\*(S\d+)\*\*", text))
        else:
            used |= set(re.findall(r"\[(S\d+)\]", text))
    assert used == listed == set(matter["sources"])
    known = set(kit.data.list()["name"])
    tables = {source["table"] for source in matter["sources"].values()}
    assert set(matter["datasets"]) <= known
    assert tables <= known


@each_lesson
def test_trainers_find_their_notes_where_they_need_them(path):
    notes = [cell for cell in lessons.read(path).cells if "trainer" in cell.metadata.get("tags", [])]
    assert len(notes) >= 4
    for cell in notes:
        assert cell.source.startswith("<details><summary>For trainers"), cell.id
        assert cell.source.rstrip().endswith("</details>"), cell.id


@each_lesson
@pytest.mark.notebook
@pytest.mark.parametrize("state", ["untouched", "solved"])
def test_lesson_runs_from_top_to_bottom(path, state, tmp_path):
    """No error, no warning, no wall of output; figures speak to people who cannot see them."""
    notebook = lessons.run(path, town=tmp_path / "town", replace=lessons.solve if state == "solved" else None)
    shown = list(lessons.outputs(notebook))
    for cell_id, output in shown:
        assert output.output_type != "error", (cell_id, lessons.text_of(output))
        assert output.get("name") != "stderr", (cell_id, output.text)
        assert len(lessons.text_of(output).splitlines()) <= 25, cell_id
        assert "image/png" not in output.get("data", {}), f"{cell_id}: a picture without alt text"
    figures = [
        output.data["text/html"] for _, output in shown if "<figure" in output.get("data", {}).get("text/html", "")
    ]
    assert len(figures) >= 1
    for figure in figures:
        assert re.search(r'<img alt="[^"]{60,}"', figure)
        assert "<figcaption>" in figure and "<caption>" in figure
    words = "\n".join(lessons.text_of(output) for _, output in shown)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    checks = sum(len(re.findall(r"^check\(", source, flags=re.M)) for source in code)
    wanted = "✓ Right" if state == "solved" else "○ Not answered yet"
    assert words.count(wanted) >= checks > 0
