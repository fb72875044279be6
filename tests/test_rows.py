"""A table of answers grows and shrinks row by row, by mouse, keyboard or code, and no row is ever lost."""

import json
from datetime import date

import ipywidgets as widgets
import nbformat
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as some
from test_forms import FORBIDDEN, anything, parts
from test_forms import plain as without_tags

from kit.errors import TownFileError
from kit.learn import fill, form, view
from kit.text import set_language
from kit.town import check_answers, differences, history, load_page, merge, page_definition, save_page
from kit.town.definitions import read_definition
from kit.town.row_merge import join_rows
from kit.town.view import WIDEST

NAME = "our-measures"
CHOICES = [
    {"value": value, "label": {"en": value.title(), "es": f"{value} (es)"}}
    for value in ("fear", "language", "cost")
]
COLUMNS = [
    {"id": "title", "kind": "text", "label": {"en": "Title", "es": "Título"}, "required": True},
    {"id": "cost", "kind": "number", "label": {"en": "Cost", "es": "Costo"}, "min": 0},
    {"id": "due", "kind": "date", "label": {"en": "Due", "es": "Plazo"}, "min": "today"},
    {"id": "why", "kind": "several_choices", "label": {"en": "Barrier", "es": "Barrera"}, "choices": CHOICES},
    {"id": "first", "kind": "choice", "label": {"en": "Comes first", "es": "Va primero"}, "choices": CHOICES},
]
DEFINITION = {
    "id": NAME,
    "version": 1,
    "title": {"en": "Our measures", "es": "Nuestras medidas"},
    "intro": {"en": "What we will do.", "es": "Qué haremos."},
    "sources": [],
    "fields": [
        {"id": "aim", "kind": "text", "label": {"en": "Aim", "es": "Objetivo"}},
        {
            "id": "measures",
            "kind": "rows",
            "label": {"en": "Measures", "es": "Medidas"},
            "help": {"en": "One row each.", "es": "Una fila cada una."},
            "row_label": {"en": "Measure", "es": "Medida"},
            "required": True,
            "max_rows": 4,
            "fields": COLUMNS,
        },
    ],
}
ROWS = [
    {"title": "Interpreters", "cost": 1200.5, "why": ["language"], "first": "language"},
    {"title": "Longer hours", "cost": 0},
]


@pytest.fixture(autouse=True)
def course(tmp_path, monkeypatch):
    """A course with a page of a trainer's own, and a town's file."""
    (tmp_path / "exercises").mkdir()
    write(tmp_path, DEFINITION)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))
    monkeypatch.setenv("KIT_LANG", "en")
    yield tmp_path
    set_language(None)


def plain(markup):
    return without_tags(markup).strip()


def write(course, definition):
    path = course / "modules" / "09_ours" / "pages" / "our_measures.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(definition), encoding="utf-8")
    return path


def typed(rows):
    return check_answers(DEFINITION, {"measures": rows})


# ---- what a definition may say


def changed(change):
    definition = json.loads(json.dumps(DEFINITION))
    change(definition["fields"][1])
    return definition


BREAKS = {
    "no questions": lambda field: field.pop("fields"),
    "an empty list of questions": lambda field: field.update(fields=[]),
    "no name for a row": lambda field: field.pop("row_label"),
    "a name for a row in one language": lambda field: field["row_label"].pop("es"),
    "rows inside rows": lambda field: field["fields"].append({**field, "id": "inner", "fields": [COLUMNS[0]]}),
    "an example": lambda field: field.update(example="x"),
    "no room": lambda field: field.update(max_rows=0),
    "the same column twice": lambda field: field["fields"].append(field["fields"][0]),
    "a column that is a word of Python": lambda field: field["fields"][0].update(id="class"),
    "an example against the rule": lambda field: field["fields"][1].update(example=-1),
    "questions for a text": lambda field: field.update(kind="text"),
}


@pytest.mark.parametrize("fault", BREAKS)
def test_a_trainer_who_breaks_a_table_reads_where(course, fault):
    with pytest.raises(TownFileError) as caught:
        read_definition(write(course, changed(BREAKS[fault])))
    assert caught.value.key == "town.definition-broken"
    assert "fields" in caught.value.gaps["where"]


def test_the_unbroken_table_is_read(course):
    assert read_definition(write(course, DEFINITION)) == DEFINITION


# ---- reading what was typed


def test_cells_are_read_like_any_other_answer_and_empty_rows_are_left_out():
    rows = [{"title": " Interpreters ", "cost": "1.200,50", "why": ["Language"]}, {"title": "", "cost": None}, {}]
    assert typed(rows).answers == {"measures": [{"title": "Interpreters", "cost": 1200.5, "why": ["language"]}]}


def test_a_table_of_pandas_is_read_and_its_missing_cells_are_no_answers():
    frame = pd.DataFrame(
        {"title": ["a", "b", None], "cost": [1.0, None, None], "due": pd.to_datetime(["2999-01-31", None, None])}
    )
    assert typed(frame).answers == {"measures": [{"title": "a", "cost": 1, "due": "2999-01-31"}, {"title": "b"}]}


@pytest.mark.parametrize("nothing", [None, "", [], (), [{}], float("nan")])
def test_no_rows_are_no_answer(nothing):
    found = typed(nothing)
    assert (found.answers, found.problems, found.empty) == ({}, {}, ["measures"])


@pytest.mark.parametrize("wrong", ["a", 3, {"title": "a"}, [1, 2], ["title"], True])
def test_what_is_no_table_is_refused_in_words(wrong):
    assert "dictionary for each row" in typed(wrong).problems["measures"]


def test_a_cell_that_will_not_do_is_named_with_its_row():
    said = typed([{"title": "a"}, {"title": "b", "cost": -3}]).problems["measures"]
    assert said == "Measure 2, Cost: This is too small; 0 is the least."


def test_a_misspelt_column_is_named_with_the_closest_one():
    assert 'The closest name is "title"' in typed([{"tilte": "a"}]).problems["measures"]
    assert not typed([{"title": "a", "tilte": None}]).problems, "an empty cell harms nobody"


def test_too_many_rows_are_refused_but_a_table_that_was_longer_before_stays():
    rows = [{"title": str(number)} for number in range(5)]
    assert "4 is the most" in typed(rows).problems["measures"]
    assert not check_answers(DEFINITION, {"measures": rows}, earlier={"measures": rows}).problems


def test_required_cells_without_an_answer_make_a_draft_that_names_the_rows():
    rows = [{"cost": 1}, {"title": "b"}, {"cost": 2}]
    found = typed(rows)
    assert found.empty == ["measures/1/title", "measures/3/title"]
    assert "Still empty: Title (Measure 1, 3)." in fill(NAME, measures=rows).words


def test_a_day_that_has_passed_since_is_not_asked_again_even_when_rows_move():
    old = [{"title": "a", "due": "2020-01-01"}, {"title": "b", "due": "2021-01-01"}]
    kept = check_answers(DEFINITION, {"measures": [{**old[1], "cost": 3}]}, earlier={"measures": old})
    assert kept.answers == {"measures": [{"title": "b", "due": "2021-01-01", "cost": 3}]}
    new = check_answers(DEFINITION, {"measures": [{"title": "c", "due": "2022-01-01"}]}, earlier={"measures": old})
    assert "too early" in new.problems["measures"]


def test_answers_to_columns_that_no_longer_exist_stay():
    save_page(NAME, {"measures": [{"title": "a", "old_column": "kept"}]})
    shown = form(NAME)
    shown.fields["measures"].rows[0].open()
    shown.fields["measures"].rows[0].fields["title"].value = "b"
    shown.save.click()
    assert load_page(NAME).answers == {"measures": [{"title": "b", "old_column": "kept"}]}
    assert "kept" in view(NAME).markup


# ---- the page to read


def test_the_page_shows_a_table_with_a_header_for_each_column(course):
    shown = fill(NAME, measures=ROWS)
    assert '<th scope="col">Cost</th>' in shown.markup and '<th scope="row">2</th>' in shown.markup
    assert "1,200.5" in shown.markup and "2, listed below" in shown.markup
    assert "Measure 2. Title: Longer hours; Cost: 0" in shown.words
    set_language("es")
    assert "Medida 2. Título: Longer hours; Costo: 0" in view(NAME).words


def test_a_table_too_wide_for_paper_becomes_one_table_a_row(course):
    wide = changed(lambda field: field["fields"].extend({**COLUMNS[0], "id": f"c{n}"} for n in range(WIDEST)))
    write(course, wide)
    shown = fill(NAME, measures=ROWS)
    assert "<caption>Measures: Measure 2</caption>" in shown.markup


def test_markup_typed_into_a_cell_is_shown_as_words():
    shown = fill(NAME, measures=[{"title": "<script>alert(1)</script>"}])
    assert "<script>" not in shown.markup and "&lt;script&gt;" in shown.markup
    opened = form(NAME)
    assert all(
        "<script>" not in getattr(part, "value", "") for part in parts(opened.box) if hasattr(part, "value")
    )


# ---- the form


def add(shown, **answers):
    shown.fields["measures"].add.click()
    row = shown.fields["measures"].rows[-1]
    for name, answer in answers.items():
        row.fields[name].value = answer
    return row


def test_rows_are_added_filled_in_and_saved():
    shown = form(NAME)
    for row in ROWS:
        add(shown, **row)
    shown.save.click()
    assert load_page(NAME).answers == {"measures": ROWS}
    assert [plain(row.title.value).strip() for row in shown.fields["measures"].rows] == [
        "Measure 1: Interpreters",
        "Measure 2: Longer hours",
    ]


def test_saved_rows_stand_closed_and_open_at_a_button():
    save_page(NAME, {"measures": ROWS})
    shown = form(NAME)
    row = shown.fields["measures"].rows[0]
    assert not row.fields and row.change.description == "Change Measure 1"
    row.change.click()
    assert row.fields["cost"].value == "1200.5" and row.fields["why"].value == ["language"]
    row.fields["cost"].value = 7
    shown.save.click()
    assert load_page(NAME).answers["measures"] == [{**ROWS[0], "cost": 7}, ROWS[1]]


def test_looking_and_saving_changes_nothing():
    save_page(NAME, {"measures": ROWS})
    shown = form(NAME)
    shown.fields["measures"].rows[0].change.click()
    shown.save.click()
    assert len(history(NAME)) == 1


def test_a_row_taken_away_can_be_put_back_into_its_place():
    save_page(NAME, {"measures": ROWS})
    shown = form(NAME)
    table = shown.fields["measures"]
    assert table.undo.layout.display == "none"
    table.rows[0].take_away.click()
    assert [row.value for row in table.rows] == ROWS[1:] and table.undo.layout.display != "none"
    assert (
        plain(table.rows[0].title.value).startswith("Measure 1")
        and "Measure 1 is taken away" in table.message.value
    )
    table.undo.click()
    shown.save.click()
    assert load_page(NAME).answers["measures"] == ROWS and table.undo.layout.display == "none"


def test_a_row_taken_away_and_saved_is_still_in_the_history():
    save_page(NAME, {"measures": ROWS})
    shown = form(NAME)
    shown.fields["measures"].rows[0].take_away.click()
    shown.save.click()
    assert load_page(NAME).answers["measures"] == ROWS[1:]
    assert history(NAME)[0].answers["measures"] == ROWS


def test_the_last_row_taken_away_leaves_no_answer():
    save_page(NAME, {"aim": "a", "measures": ROWS[:1]})
    shown = form(NAME)
    shown.fields["measures"].rows[0].take_away.click()
    shown.save.click()
    assert load_page(NAME).answers == {"aim": "a"} and "Measures" in shown.message.value


def test_a_full_table_says_so_and_keeps_its_rows():
    shown = form(NAME)
    for _ in range(5):
        shown.fields["measures"].add.click()
    assert len(shown.fields["measures"].rows) == 4 and "4 is the most" in shown.fields["measures"].message.value


def test_what_will_not_do_is_written_into_the_box_of_that_row_and_stays_typed():
    shown = form(NAME)
    add(shown, title="a", cost=1)
    row = add(shown, title="b")
    row.fields["cost"].widget.value = "12 O00"
    shown.save.click()
    assert "Measure 2, Cost" in plain(shown.problems.value)
    assert "Please change" in row.fields["cost"].widget.description and row.fields["cost"].value == "12 O00"
    assert "Please change" not in shown.fields["measures"].rows[0].fields["cost"].widget.description
    assert load_page(NAME).revision == 0
    row.fields["cost"].widget.value = "12000"
    shown.save.click()
    assert load_page(NAME).answers["measures"][1]["cost"] == 12000 and not shown.problems.value


def test_a_problem_after_an_empty_row_stands_in_the_right_row():
    shown = form(NAME)
    add(shown)
    row = add(shown, title="b", cost="-1")
    shown.save.click()
    assert "Measure 2, Cost" in plain(shown.problems.value)
    assert "Please change" in row.fields["cost"].widget.description


def test_each_box_is_named_with_its_row_also_after_a_row_before_it_went():
    shown = form(NAME)
    add(shown, title="a")
    add(shown, title="b")
    table = shown.fields["measures"]
    assert plain(table.rows[1].fields["cost"].widget.description).startswith("Measure 2: ")
    table.rows[0].take_away.click()
    row = table.rows[0]
    assert plain(row.fields["cost"].widget.description).startswith("Measure 1: ")
    assert plain(row.fields["why"].ticks["fear"].description).startswith("Measure 1: Barrier: ")
    assert row.take_away.description == "Remove Measure 1"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_input_of_an_open_row_has_a_name_and_none_is_of_a_forbidden_kind(lang):
    set_language(lang)
    shown = form(NAME)
    add(shown)
    inputs = [part for part in parts(shown.box) if not isinstance(part, (widgets.Box, widgets.HTML))]
    names = [plain(part.description).strip() for part in inputs]
    assert not any(isinstance(part, FORBIDDEN) for part in inputs) and all(names)
    assert len(set(names)) == len(names), "two boxes of the same name cannot be told apart by ear"
    assert "Measure" not in " ".join(names) or lang == "en"


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(anything | some.lists(some.dictionaries(some.sampled_from(["title", "cost", "due", "why", "x"]), anything)))
def test_whatever_a_hand_wrote_into_a_table_the_form_opens_and_loses_nothing(answers):
    save_page(NAME, {"aim": "a", "measures": answers})
    before = load_page(NAME).answers["measures"]
    shown = form(NAME)
    assert shown.reading.value and view(NAME).words
    for row in shown.fields["measures"].rows:
        row.change.click()
    shown.save.click()
    assert shown.message.value or shown.problems.value
    assert any(old.answers.get("measures") == before for old in history(NAME))


# ---- two people


def conflict(start, *, ours, theirs):
    first = save_page(NAME, {"measures": start})
    save_page(NAME, {"measures": theirs}, based_on=first.revision)
    with pytest.raises(TownFileError) as caught:
        save_page(NAME, {"measures": ours}, based_on=first.revision)
    return caught.value.gaps["mine"]


A, B, C, D = ({"title": letter} for letter in "abcd")
A2, B2 = {"title": "a", "cost": 2}, {"title": "b", "cost": 3}


@pytest.mark.parametrize(
    ("start", "ours", "theirs", "joined"),
    [
        ([A], [A, B], [A, C], [A, C, B]),
        ([A, B], [A2, B], [A, B2], [A2, B2]),
        ([A, B, C], [A, C], [A, B, C, D], [A, C, D]),
        ([A, B], [B], [B], [B]),
        ([A, B], [A2, B], [A2, B, C], [A2, B, C]),
        ([A, B, C], [C, B, D], [A, B, C], [C, B, D]),
        (None, [A], [B], [B, A]),
        ([A, B], [B, C], [A, D], [D, C]),
        ([A], [A2], [B], None),
        ([A], [], [A2], None),
    ],
)
def test_rows_of_two_people_are_joined_unless_both_touched_the_same_one(start, ours, theirs, joined):
    assert join_rows(start, ours, theirs) == joined


def test_a_merge_joins_the_rows_that_two_people_added():
    mine = conflict([A], ours=[A, B], theirs=[A, C])
    assert differences(NAME, mine)["measures"]["mine"] == [A, B]
    assert merge(NAME, mine).answers == {"measures": [A, C, B]}


def test_a_merge_asks_where_both_changed_one_row():
    mine = conflict([A], ours=[A2], theirs=[B])
    with pytest.raises(TownFileError) as caught:
        merge(NAME, mine)
    assert caught.value.key == "town.choose-fields"
    assert merge(NAME, mine, choose={"measures": "mine"}).answers == {"measures": [A2]}


def test_a_conflict_in_the_form_shows_the_rows_that_differ_only():
    save_page(NAME, {"measures": ROWS})
    mine, theirs = form(NAME), form(NAME)
    add(theirs, title="Theirs")
    theirs.save.click()
    add(mine, title="Ours")
    mine.save.click()
    said = plain(mine.problems.value)
    assert "Ours" in said and "Theirs" in said and "Longer hours" not in said
    assert mine.fields["measures"].value[-1]["title"] == "Ours", "what was typed stays"


# ---- seen by a person


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_a_person_with_a_keyboard_adds_fills_and_removes_rows(course):
    import real_browser

    from kit.lab import server

    cells = ["from kit.learn import form", f"form({NAME!r})", "1 + 1"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    nbformat.write(notebook, course / "page.ipynb")
    with server("page.ipynb", folder=course) as address, real_browser.browser() as visit:
        visit.open(address)
        visit.run_all()
        page, press = visit.page, visit.page.keyboard.press

        def here():
            words = "document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent"
            return page.evaluate(words).strip()

        def wait_for(words):
            page.wait_for_function(
                "words => (document.activeElement.labels?.[0]?.textContent"
                " ?? document.activeElement.textContent).trim().startsWith(words)",
                arg=words,
            )

        page.locator(".kit-form input").first.focus()
        press("Tab")
        for number, title in enumerate(("Interpreters", "Longer hours"), start=1):
            assert here() == "Add a row: Measure"
            press("Enter")
            wait_for(f"Measure {number}: Title")
            page.keyboard.type(title)
            while here() != f"Remove Measure {number}":
                press("Tab")
            press("Tab")
        visit.picture("rows-1-two")
        assert not visit.violations([".kit-form"])
        press("Shift+Tab")
        press("Enter")
        wait_for("Put it back")
        visit.picture("rows-2-removed")
        press("Enter")
        wait_for("Measure 2: Title")
        while here() != "Save":
            press("Tab")
        press("Enter")
        page.wait_for_selector(".kit-form [role=status] >> text=Saved")
        while here() != "Change Measure 2":
            press("Shift+Tab")
        press("Enter")
        wait_for("Measure 2: Title")
        visit.picture("rows-3-changed")
        assert not visit.violations([".kit-form"])
        assert page.locator(".jp-Notebook .jp-CodeCell").count() == 3
        assert not visit.outside and not visit.crashes
    assert load_page(NAME).answers == {"measures": [{"title": "Interpreters"}, {"title": "Longer hours"}]}


def test_today_is_the_day_of_writing_inside_a_row_too():
    assert typed([{"title": "a", "due": date.today()}]).answers["measures"][0]["due"] == date.today().isoformat()
    assert page_definition(NAME) == DEFINITION


def test_of_a_long_table_the_first_rows_are_drawn_and_more_at_a_button(course):
    write(course, changed(lambda field: field.update(max_rows=1000)))
    kept = [{"title": f"Measure of the list {n}"} for n in range(100)]
    save_page(NAME, {"measures": kept})
    shown = form(NAME)
    table = shown.fields["measures"]
    drawn = len(table.list.children)
    assert 20 <= drawn < 100 and str(100 - drawn) in table.more.description
    assert table.value == kept
    table.more.click()
    assert len(table.list.children) == min(100, 2 * drawn)
    table.more.click()
    assert len(table.list.children) == 100 and table.more.layout.display == "none"


def test_a_row_that_will_not_do_is_drawn_wherever_it_stands(course):
    write(course, changed(lambda field: field.update(max_rows=1000)))
    shown = form(NAME)
    table = shown.fields["measures"]
    table.value = [{"title": f"Measure {n}"} for n in range(100)]
    table.rows[90].answers = {"title": "Measure 90", "cost": -1}
    assert table.rows[90].widget not in table.list.children
    shown.save.click()
    assert table.rows[90].widget in table.list.children
    assert "Please change" in table.rows[90].fields["cost"].widget.description
    table.append()
    assert table.rows[100].widget in table.list.children
