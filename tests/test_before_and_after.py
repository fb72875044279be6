"""The test before the course and the one after it: same aims, other questions, nobody's name."""

import json

import pytest

from kit.course import lesson_paths
from kit.errors import ExerciseError
from kit.learn import course_map, course_test
from kit.learn.answer_sheets import Sheet, find_sheet, new_code, read_sheet, save_sheet
from kit.learn.before_after import result_html
from kit.learn.course_items import SIDES, answers_of, course_items
from kit.learn.routes import plan, progress_of
from kit.teach import group_result, paper_test
from kit.text import set_language

ITEMS = course_items()
ALL_RIGHT = {item["id"]: "right" for item in ITEMS}


def hand_in(side, place, **answers):
    """Fill in a test on the screen and press the button; what is not named is answered right."""
    test = course_test(side, place=place)
    for item, box in test.questions.items():
        box.value = answers.get(item.replace("-", "_"), "right")
    return test


def test_both_tests_ask_twenty_questions_on_the_same_aims_with_other_words():
    assert len(ITEMS) == 20
    for item in ITEMS:
        assert item["before"]["wrong"].keys() == item["after"]["wrong"].keys() == item["misreadings"].keys()
        assert len(item["misreadings"]) == 4
        for code in ("en", "es"):
            assert item["before"]["question"][code] != item["after"]["question"][code]


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("side", SIDES)
def test_answers_are_short_different_and_mixed(side, code):
    places = []
    for item in ITEMS:
        answers = answers_of(item, side)
        said = [words[code] for _, words in answers]
        assert len(set(said)) == 5
        assert max(map(len, said)) <= 92
        places.append([name for name, _ in answers].index("right"))
    # Whoever always takes the same line must not pass.
    assert max(places.count(place) for place in range(5)) <= 8


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_right_answer_cannot_be_told_by_its_length(code):
    longest = [
        max(answers_of(item, side), key=lambda answer: len(answer[1][code]))[0] for item in ITEMS for side in SIDES
    ]
    assert longest.count("right") <= 0.4 * len(longest)


def test_every_lesson_named_by_an_item_or_a_route_is_in_the_plan():
    known = {name for module in plan()["modules"] for name in module["lessons"]}
    assert {item["lesson"] for item in ITEMS} <= known
    for route in plan()["routes"]:
        named = [name for step in route["steps"] for name in step["lessons"]]
        assert set(named) <= known
        assert len(named) == len(set(named)), route["id"]


def test_every_module_has_its_lessons_on_the_map():
    lessons = {path.stem for path in lesson_paths()}
    assert lessons <= {name for module in plan()["modules"] for name in module["lessons"]}


def test_a_sheet_holds_a_code_and_nothing_about_the_person(tmp_path):
    test = hand_in("before", tmp_path)
    test.hand_in.click()
    (path,) = tmp_path.glob("*.json")
    assert json.loads(path.read_text()).keys() == {"test", "code", "answers"}
    assert test.code.value in path.name and test.code.value in test.said.value


def test_a_question_left_out_is_named_and_nothing_is_saved(tmp_path):
    test = course_test("before", place=tmp_path)
    test.hand_in.click()
    assert "1, 2, 3" in test.said.value
    assert not list(tmp_path.iterdir())


def test_the_before_test_tells_where_to_begin_and_keeps_the_answers_to_itself(tmp_path):
    test = hand_in("before", tmp_path, small_cells="one-hidden")
    test.hand_in.click()
    item = next(item for item in ITEMS if item["id"] == "small-cells")
    assert "19 of 20" in test.said.value
    assert item["before"]["right"]["en"] not in test.said.value
    assert test.said.value.count("<li>") == 1


def test_the_after_test_explains_the_misreading_and_compares_with_before(tmp_path):
    first = hand_in("before", tmp_path, small_cells="not-known", screening="not-known")
    first.hand_in.click()
    second = hand_in("after", tmp_path, small_cells="one-hidden")
    second.code.value = first.code.value.upper()
    second.hand_in.click()
    item = next(item for item in ITEMS if item["id"] == "small-cells")
    assert item["misreadings"]["one-hidden"]["en"] in second.said.value
    assert "19 of 20 answers are right now; 18 were before" in second.said.value


def test_a_second_sheet_never_writes_over_the_first(tmp_path):
    save_sheet("before", "tola-37", answers=ALL_RIGHT, place=tmp_path)
    test = hand_in("before", tmp_path, screening="not-known")
    test.code.value = "tola-37"
    test.hand_in.click()
    assert "nothing was written over" in test.said.value
    assert find_sheet("before", "tola-37", place=tmp_path).right == 20


@pytest.mark.parametrize("typed", ["Anna Example", "tola37", "t-1", "../x-11"])
def test_a_name_is_no_code(tmp_path, typed):
    test = hand_in("after", tmp_path)
    test.code.value = typed
    test.hand_in.click()
    assert "is not a code" in test.said.value
    assert not list(tmp_path.iterdir())


def test_codes_are_not_drawn_twice(tmp_path):
    drawn = {new_code(place=tmp_path) for _ in range(50)}
    assert len(drawn) > 45


@pytest.mark.parametrize(
    "held",
    [
        "",
        "{",
        "[]",
        '{"test": "before"}',
        '{"test": "before", "code": "tola-37", "answers": {"screening": "right"}}',
    ],
)
def test_a_file_that_is_no_sheet_is_said_to_be_none(tmp_path, held):
    path = tmp_path / "before_tola-37.json"
    path.write_text(held)
    with pytest.raises(ExerciseError) as said:
        read_sheet(path)
    assert len(said.value.lines) == 3


def group(place, people):
    for number in range(people):
        missed = {item["id"]: "not-known" for item in ITEMS[: 5 + number % 4]}
        save_sheet("before", f"tola-{10 + number}", answers=ALL_RIGHT | missed, place=place)
        left = {"screening": "legal-is-harmless"} if number < 3 else {}
        save_sheet("after", f"tola-{10 + number}", answers=ALL_RIGHT | left, place=place)


def test_a_group_sees_what_it_learned_question_by_question(tmp_path):
    group(tmp_path, 8)
    save_sheet("before", "mina-11", answers={}, place=tmp_path)
    (tmp_path / "notes.json").write_text("{}")
    result = group_result(tmp_path)
    totals = dict(zip(result.totals["measure"], result.totals["value"], strict=True))
    assert totals["People with both sheets"] == 8
    assert totals["Right answers before, mean of 20"] == 13.5
    assert totals["Right answers after, mean of 20"] == 19.62
    # Hake: (19.625 - 13.5) / (20 - 13.5)
    assert totals["Learned, of what could still be learned (class gain)"] == 0.94
    row = result.questions.iloc[0]
    assert (row["Right before"], row["Right after"], row["Learned"], row["Lost"]) == (0, 8, 8, 0)
    lost = result.questions[result.questions["Lost"] == 3].iloc[0]
    assert lost["Most common misreading after"].startswith("A lawful plan can still hurt")
    said = " ".join(result.notes)
    assert "1 sheets of the before test" in said and "notes.json" in said and "no group without" in said
    assert "hollow" in result.picture.alt


def test_a_tiny_group_is_not_shown_question_by_question(tmp_path):
    group(tmp_path, 4)
    result = group_result(tmp_path)
    assert result.questions is None and result.picture is None
    assert result.totals["value"].tolist() == [4]
    assert "Below 5" in " ".join(result.notes)


def test_the_mean_of_few_sheets_is_kept_back(tmp_path):
    """With one sheet, the mean is that person's mark."""
    for number in range(5):
        save_sheet("before", f"tola-{10 + number}", answers=ALL_RIGHT, place=tmp_path)
        means = [words for words in group_result(tmp_path).totals["measure"] if "mean" in words]
        assert len(means) == (number == 4)


@pytest.mark.parametrize("people", [5, 6])
def test_a_group_without_any_change_gets_a_result_all_the_same(tmp_path, people):
    for number in range(people):
        for side in SIDES:
            save_sheet(side, f"tola-{10 + number}", answers=ALL_RIGHT, place=tmp_path)
    assert set(group_result(tmp_path).questions["Learned"]) == {0}


def test_nothing_handed_in_yet_is_said_in_three_lines(tmp_path):
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ExerciseError) as said:
            group_result(place)
        assert len(said.value.lines) == 3


def test_the_map_shows_how_far_one_has_come(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))
    matter = {"exercise": "some_lesson", "objectives": [{"checks": ["a", "b"]}, {"checks": ["b"]}]}
    assert progress_of(matter) == (0, 2)
    (tmp_path / "my_progress").mkdir()
    (tmp_path / "my_progress" / "some_lesson.json").write_text('{"answered": ["a"]}')
    assert progress_of(matter) == (1, 2)
    (tmp_path / "my_progress" / "some_lesson.json").write_text("damaged")
    assert progress_of(matter) == (0, 2)


def test_the_map_speaks_spanish_and_knows_its_routes():
    set_language("es")
    assert "El curso entero" in course_map().markup
    set_language("en")
    with pytest.raises(ExerciseError) as said:
        course_map("fortnight")
    assert "half-day" in str(said.value)


def test_a_result_escapes_what_was_typed():
    sheet = Sheet("after", "<b>-11", ALL_RIGHT)
    assert "<b>" not in result_html(sheet, None)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_paper_test_has_all_questions_with_letters_and_a_key_that_fits(tmp_path, monkeypatch, lang):
    from docx import Document

    from kit.town.document_check import accessibility_faults

    monkeypatch.setenv("KIT_LANG", lang)
    path = paper_test("after", folder=tmp_path)
    assert path.parent == tmp_path and accessibility_faults(path) == []
    file = Document(path)
    said = [line.text for line in file.paragraphs]
    for number, (item, row) in enumerate(zip(course_items(), file.tables[0].rows[1:], strict=True), 1):
        place = said.index(f"{number}. {item['after']['question'][lang]}")
        answers = dict(line.split("   ", 1) for line in said[place + 1 : place + 7])
        assert list(answers) == list("ABCDEF")
        number_shown, right, misread = (cell.text for cell in row.cells)
        assert number_shown == str(number) and answers[right] == item["after"]["right"][lang]
        for line in misread.splitlines():
            letter, words = line.split(": ", 1)
            name = next(name for name, found in item["misreadings"].items() if found[lang] == words)
            assert answers[letter] == item["after"]["wrong"][name][lang]


def test_the_key_stands_on_pages_of_its_own(tmp_path):
    """Otherwise the answers are copied for the room."""
    from docx import Document

    body = Document(paper_test("before", folder=tmp_path)).element.body
    kinds = [('w:type="page"' in part.xml, part.tag.endswith("}tbl")) for part in body]
    assert kinds.index((True, False)) < kinds.index((False, True))


def test_a_paper_test_that_is_not_there_is_explained(tmp_path):
    with pytest.raises(ExerciseError) as caught:
        paper_test("between", folder=tmp_path)
    assert len(caught.value.lines) == 3 and not list(tmp_path.iterdir())


def test_only_three_lessons_are_named_at_once(tmp_path):
    nothing = {item["id"]: "not-known" for item in course_items()}
    shown = result_html(Sheet("before", "tola-37", nothing), None)
    first, folded = shown.split("<details>")
    assert first.count("<li>") == 3 and folded.count("<li>") > 3
