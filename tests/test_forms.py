"""A form says what it wants, keeps what was typed, and can be used with a keyboard alone."""

import html
import json
import re
from datetime import date, timedelta

import ipywidgets as widgets
import jsonschema
import nbformat
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from kit.errors import TownFileError
from kit.learn import choose_language, fill, form, view
from kit.learn import forms as forms_module
from kit.text import set_language
from kit.text import text as words
from kit.text.numbers import number_typed
from kit.town import _files as files
from kit.town import (
    check_answers,
    definition_files,
    definitions,
    history,
    load_page,
    page_definition,
    remembered_language,
    save_page,
)
from kit.town.answers import check_answer
from kit.town.definitions import read_definition
from kit.town.wording import show_answer

NAME = "indicator-blind-spot"
SCHEMA = json.loads(definitions._HERE.joinpath("page_definition.schema.json").read_text(encoding="utf-8"))
NEXT_MONTH = date.today() + timedelta(days=30)
GOOD = {
    "indicator": "Complaints about refused services",
    "counts": "Complaints that reach the office in a year",
    "publisher": "City council",
    "latest_value": 1102,
    "unit": "complaints",
    "latest_year": 2024,
    "source": "Yearly report",
    "missing_who": "People without papers",
    "missing_why": ["fear", "documents"],
    "asked": ["affected"],
    "second_source": "survey",
    "sentence": "This counts complaints, not cases.",
    "involve": "Tenants' organisations",
    "decides": "Committee on social rights",
    "next_step_by": NEXT_MONTH.isoformat(),
    "first_step": "Ask two organisations",
}
# No accessible name, no group name, or no keyboard: measured with axe-core and by hand.
FORBIDDEN = (
    widgets.IntSlider, widgets.FloatSlider, widgets.IntRangeSlider, widgets.FloatRangeSlider,
    widgets.SelectionSlider, widgets.FloatLogSlider, widgets.Play, widgets.ColorPicker, widgets.Accordion,
    widgets.RadioButtons,
    widgets.ToggleButtons, widgets.IntText, widgets.BoundedIntText, widgets.FloatText,
)  # fmt: skip


@pytest.fixture(autouse=True)
def town(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))
    monkeypatch.setenv("KIT_LANG", "en")
    yield tmp_path / "my_town"
    set_language(None)


def parts(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def plain(markup):
    return html.unescape(re.sub(r"<[^>]+>", " ", markup))


def type_all(shown, answers):
    for name, answer in answers.items():
        shown.fields[name].value = answer


# ---- what a page's questions are


NUMBERED = re.compile(r"[A-Z]\d+(\.\d+)*")  # short names of items, such as D1.1
SAME_IN_BOTH = {"A", "B", "C", "D", "No", "Barcelona", "Vancouver", "Oaxaca"}  # letters, and names of cities


@pytest.mark.parametrize("path", definition_files(), ids=lambda path: path.stem)
def test_every_page_definition_is_valid_and_speaks_both_languages(path):
    definition = read_definition(path)
    jsonschema.validate(definition, SCHEMA)

    def check(value, place):
        if isinstance(value, dict) and "en" in value:
            assert value["es"].strip() and value["en"].strip(), place
            same = place.endswith("example") or value["en"] in SAME_IN_BOTH or NUMBERED.fullmatch(value["en"])
            assert value["en"] != value["es"] or same, f"{place} is not translated"
        elif isinstance(value, dict):
            for name, inner in value.items():
                check(inner, f"{place}.{name}")
        elif isinstance(value, list):
            for inner in value:
                check(inner, place)

    check(definition, definition["id"])


def test_page_names_are_unique():
    names = [path.name for path in definition_files()]
    assert len(names) == len(set(names))


def test_an_unknown_page_names_those_that_exist():
    with pytest.raises(TownFileError, match="about-our-town") as caught:
        form("no-such-page")
    assert caught.value.key == "town.unknown-page" and len(caught.value.lines) == 3


BREAKS = {
    "not json": (lambda d: None, "line 1"),
    "no Spanish": (lambda d: d["title"].pop("es"), "title"),
    "empty Spanish": (lambda d: d["title"].update(es=" "), "title"),
    "unknown kind": (lambda d: d["fields"][0].update(kind="slider"), "fields → 0 → kind"),
    "choice without choices": (lambda d: d["fields"][0].update(kind="choice"), "fields → 0"),
    "choices for a text": (lambda d: d["fields"][0].update(choices=[]), "fields → 0"),
    "a misspelt setting": (lambda d: d["fields"][0].update(requird=True), "fields → 0"),
    "the same name twice": (lambda d: d["fields"].append(d["fields"][0]), "fields"),
    "a word of Python": (lambda d: d["fields"][0].update(id="class"), "fields"),
    "another name than the file": (lambda d: d.update(id="other"), "id"),
    "an example against the rule": (lambda d: d["fields"][4].update(example=-5), "population → example"),
}


@pytest.mark.parametrize("fault", BREAKS)
def test_a_trainer_who_breaks_a_definition_reads_where(tmp_path, fault):
    path = tmp_path / "about_our_town.json"
    definition = page_definition("about-our-town")
    change, where = BREAKS[fault]
    change(definition)
    path.write_text("{" if fault == "not json" else json.dumps(definition), encoding="utf-8")
    with pytest.raises(TownFileError) as caught:
        read_definition(path)
    assert caught.value.key == "town.definition-broken"
    assert where in caught.value.gaps["where"], caught.value.gaps["where"]


def test_a_trainer_adds_a_question_without_programming(tmp_path, monkeypatch):
    pages = tmp_path / "modules" / "09_ours" / "pages"
    pages.mkdir(parents=True)
    (tmp_path / "exercises").mkdir()
    definition = page_definition("about-our-town") | {"id": "our-own"}
    definition["fields"].append(
        {"id": "mayor", "kind": "yes_no_unknown", "label": {"en": "Is there one", "es": "¿Hay?"}}
    )
    (pages / "our_own.json").write_text(json.dumps(definition), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    shown = form("our-own")
    shown.fields["mayor"].value = "unknown"
    shown.save.click()
    assert load_page("our-own").answers == {"mayor": "unknown"}


# ---- reading what was typed


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1102", 1102), ("1,102", 1102), ("1.102", 1102), ("1 102", 1102), ("1\u202f102", 1102), ("1'102", 1102),
        ("1,234,567", 1234567), ("−3", -3), ("0", 0), ("5.0", 5), (7.0, 7), ("1.234.567", 1234567),
    ],
)  # fmt: skip
def test_whole_numbers_are_read_as_people_of_many_countries_write_them(typed, number):
    assert check_answer({"id": "n", "kind": "whole_number"}, typed) == (number, None)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("5.6", 5.6), ("5,6", 5.6), ("1,102.5", 1102.5), ("1.102,5", 1102.5), ("0.125", 0.125), ("1102", 1102)],
)
def test_numbers_are_read_with_either_sign_for_decimals(typed, number):
    assert check_answer({"id": "n", "kind": "number"}, typed) == (number, None)


@pytest.mark.parametrize("typed", ["1.102", "1,102"])
def test_a_number_with_two_readings_is_asked_again(typed):
    answer, problem = check_answer({"id": "n", "kind": "number"}, typed)
    assert answer is None and "1102" in problem and f"{typed}0" in problem
    assert check_answer({"id": "n", "kind": "number"}, f"{typed}0")[0] == 1.102


@pytest.mark.parametrize("kind", ["whole_number", "number", "year"])
@pytest.mark.parametrize(
    "typed", ["many", "12 O00", "1e5", "nan", "inf", "1,10,0", "1.2.3", "--1", "5 6", "9" * 400, True]
)
def test_what_is_no_number_is_not_guessed(kind, typed):
    answer, problem = check_answer({"id": "n", "kind": kind}, typed)
    assert answer is None and problem


@pytest.mark.parametrize("kind", ["text", "long_text", "whole_number", "number", "year", "date", "yes_no_unknown"])
@pytest.mark.parametrize("nothing", [None, "", "  ", [], float("nan")])
def test_nothing_typed_is_no_answer_and_never_zero(kind, nothing):
    assert check_answer({"id": "x", "kind": kind, "required": True, "min": 5}, nothing) == (None, None)


@settings(max_examples=200, deadline=None)
@given(some.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_number_shown_in_its_box_is_read_back_as_the_same_number(value):
    value = round(value, 6)
    for lang in ("en", "es"):
        set_language(lang)
        assert check_answer({"id": "n", "kind": "number"}, number_typed(value))[0] == value


@pytest.mark.parametrize("typed", ["35.6", "0.1", "33.3", "1102", "123456.7", "0.000001", "-2.5"])
def test_a_decimal_stands_in_its_box_and_on_its_page_as_it_was_typed(town, typed):
    fill(NAME, **GOOD | {"latest_value": typed})
    assert form(NAME).fields["latest_value"].value == typed
    said = view(NAME).words.replace(",", "").replace("−", "-")
    assert f": {typed}\n" in said


@pytest.mark.parametrize(
    ("field", "typed", "key"),
    [
        ({"kind": "whole_number", "min": 0}, -1, "too-small"),
        ({"kind": "number", "max": 100}, 101, "too-big"),
        ({"kind": "year", "max": "today"}, date.today().year + 1, "year-too-late"),
        ({"kind": "date", "min": "today"}, date.today() - timedelta(days=1), "too-early"),
        ({"kind": "date", "max": "2026-01-01"}, "2026-01-02", "too-late"),
    ],
)
def test_limits_are_named(field, typed, key):
    problem = check_answer({"id": "x", **field}, typed)[1]
    assert problem.startswith(words(f"town.{key}", limit="@").split("@")[0])


@pytest.mark.parametrize("typed", ["31/03/2027", "2027-02-30", "soon", "20270331", 20270331])
def test_a_date_that_could_be_two_days_is_not_guessed(typed):
    assert check_answer({"id": "d", "kind": "date"}, typed)[0] is None


def test_choices_are_found_by_value_or_by_the_words_on_the_screen():
    field = next(field for field in page_definition(NAME)["fields"] if field["id"] == "missing_why")
    assert check_answer(field, ["They fear what may follow", "language", "fear"])[0] == ["fear", "language"]
    assert "Choose one of" in check_answer(field, "boredom")[1]


def test_answers_are_shown_in_the_manner_of_the_language():
    number, day = {"kind": "number"}, {"kind": "date"}
    assert [show_answer(number, 1102), show_answer(number, 12345.5), show_answer(number, -3)] == [
        "1,102",
        "12,345.5",
        "−3",
    ]
    set_language("es")
    assert [show_answer(number, 1102), show_answer(number, 12345.5)] == ["1102", "12\u00a0345,5"]
    assert show_answer(day, "2027-03-01") == "1 de marzo de 2027"


# ---- the form


@pytest.mark.parametrize("path", definition_files(), ids=lambda path: path.stem)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_input_of_every_form_has_a_name_and_none_is_of_a_forbidden_kind(path, lang):
    set_language(lang)
    for shown in (form(read_definition(path)["id"]).box, choose_language()):
        inputs = [part for part in parts(shown) if not isinstance(part, (widgets.Box, widgets.HTML))]
        assert inputs
        for part in inputs:
            assert not isinstance(part, FORBIDDEN)
            assert plain(part.description).strip(), part


def test_labels_say_what_is_required_in_words():
    shown = form(NAME)
    for field in page_definition(NAME)["fields"]:
        box = shown.fields[field["id"]]
        label = box.label.value if hasattr(box, "label") else box.widget.description
        assert field["label"]["en"] in plain(label)
        assert ("(required)" in label) == field.get("required", False)


def test_each_tick_box_carries_the_name_of_its_group():
    ticks = form(NAME).fields["missing_why"].ticks
    assert plain(ticks["fear"].description).split(":")[0].strip() == "Why they do not appear"


def test_a_filled_form_is_saved_and_shown_to_read():
    shown = form(NAME)
    type_all(shown, GOOD | {"latest_value": 1102, "next_step_by": NEXT_MONTH.isoformat()})
    shown.save.click()
    assert load_page(NAME).answers == GOOD
    assert plain(shown.message.value).strip() == "Saved: my_town/indicator_blind_spot.json, revision 1."
    assert 'role="status"' in shown.message.value and not shown.problems.value
    assert "1,102" in shown.reading.value and '<th scope="row"' in shown.reading.value


def test_a_saved_page_stands_in_the_boxes_next_time():
    save_page(NAME, GOOD)
    shown = form(NAME)
    assert shown.fields["latest_value"].value == "1102"
    assert shown.fields["next_step_by"].value == NEXT_MONTH
    assert shown.fields["missing_why"].value == ["fear", "documents"]
    shown.save.click()
    assert len(history(NAME)) == 1 and load_page(NAME).answers == GOOD


def test_what_will_not_do_is_listed_in_words_and_stays_in_its_box(town):
    shown = form(NAME)
    type_all(shown, GOOD)
    shown.fields["latest_value"].widget.value = "12 O00"
    shown.fields["latest_year"].widget.value = "2999"
    shown.save.click()
    said = plain(shown.problems.value)
    assert "Latest value:" in said and "Year of that value:" in said and 'role="alert"' in shown.problems.value
    assert "Please change" in shown.fields["latest_value"].widget.description
    assert shown.fields["latest_value"].value == "12 O00"
    assert shown.fields["indicator"].value == GOOD["indicator"]
    assert not town.exists()
    shown.fields["latest_value"].widget.value, shown.fields["latest_year"].widget.value = "12000", "2024"
    shown.save.click()
    assert load_page(NAME).answers["latest_value"] == 12000
    assert "Please change" not in shown.fields["latest_value"].widget.description and not shown.problems.value


def test_a_half_filled_page_is_saved_as_a_draft_that_says_what_is_empty():
    shown = form(NAME)
    type_all(shown, {name: GOOD[name] for name in GOOD if name != "decides"})
    shown.save.click()
    assert "Draft" not in shown.message.value and "It is a draft. Still empty: Who decides." in shown.message.value
    assert "Draft. Still empty: Who decides." in view(NAME).words


def test_an_emptied_box_empties_the_answer_and_the_history_keeps_it():
    save_page(NAME, GOOD)
    shown = form(NAME)
    shown.fields["second_source"].widget.value = ""
    shown.save.click()
    assert "second_source" not in load_page(NAME).answers
    assert history(NAME)[0].answers["second_source"] == "survey"


def test_a_day_that_has_passed_since_is_not_asked_again():
    save_page(NAME, GOOD | {"next_step_by": "2025-01-01"})
    shown = form(NAME)
    shown.fields["unit"].value = "files"
    shown.save.click()
    assert load_page(NAME).answers["unit"] == "files"
    shown.fields["next_step_by"].widget.value = date(2025, 1, 2)
    shown.save.click()
    assert "too early" in shown.problems.value


def test_two_open_forms_keep_both_versions_and_let_the_person_choose():
    save_page(NAME, GOOD)
    mine, theirs = form(NAME), form(NAME)
    theirs.fields["unit"].value = "files <b>"
    theirs.save.click()
    mine.fields["unit"].value = "calls"
    mine.save.click()
    assert load_page(NAME).answers["unit"] == "files <b>"
    assert mine.fields["unit"].value == "calls", "what was typed stays"
    assert [old.answers["unit"] for old in history(NAME)] == ["complaints", "files <b>", "calls"]
    assert "revision 3" in mine.problems.value and "calls" in mine.problems.value
    assert "files &lt;b&gt;" in mine.problems.value and mine.other.layout.display != "none"
    mine.save.click()
    assert load_page(NAME).answers["unit"] == "calls" and not mine.problems.value


def test_after_a_conflict_the_other_version_can_be_shown():
    mine, theirs = form(NAME), form(NAME)
    theirs.fields["unit"].value, mine.fields["unit"].value = "files", "calls"
    theirs.save.click()
    mine.save.click()
    mine.other.click()
    assert mine.fields["unit"].value == "files" and mine.other.layout.display == "none"


@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), OSError(30, "Read-only file system")])
def test_a_disk_that_refuses_leaves_the_text_in_the_boxes_and_to_copy(monkeypatch, problem):
    def refuse(_):
        raise problem

    monkeypatch.setattr(files.os, "fsync", refuse)
    shown = form(NAME)
    type_all(shown, GOOD)
    shown.save.click()
    assert plain(shown.problems.value).count("This counts complaints, not cases.") == 1
    assert "to copy" in shown.problems.value and shown.fields["unit"].value == "complaints"
    assert load_page(NAME).revision == 0


def test_a_page_broken_by_hand_shows_the_last_good_state_and_saving_keeps_the_broken_file(town):
    save_page(NAME, GOOD)
    (town / "indicator_blind_spot.json").write_text("{ oops", encoding="utf-8")
    shown = form(NAME)
    assert "last good state, revision 1" in shown.problems.value
    assert shown.fields["unit"].value == "complaints"
    shown.fields["unit"].value = "files"
    shown.save.click()
    assert load_page(NAME).answers["unit"] == "files"
    assert [kept.read_text(encoding="utf-8") for kept in (town / "damaged").iterdir()] == ["{ oops"]


def test_a_page_from_a_newer_kit_is_not_written_over_by_the_form(town):
    town.mkdir()
    (town / "indicator_blind_spot.json").write_text('{"format": 99}', encoding="utf-8")
    shown = form(NAME)
    assert "newer kit" in shown.problems.value
    shown.fields["unit"].value = "files"
    shown.save.click()
    assert "newer kit" in shown.problems.value and "files" in shown.problems.value
    assert (town / "indicator_blind_spot.json").read_text(encoding="utf-8") == '{"format": 99}'


def test_an_answer_that_no_box_can_show_is_named():
    save_page(NAME, {"second_source": "crystal_ball", "next_step_by": "soon", "missing_why": ["fear", "magic"]})
    shown = form(NAME)
    for name in ("second_source", "next_step_by"):
        assert "this box cannot show it" in plain(shown.fields[name].widget.description)
    assert "magic" in shown.fields["missing_why"].label.value


def test_answers_to_questions_that_no_longer_exist_are_kept_and_shown():
    save_page(NAME, {"indicator": "a", "old_question": "<i>kept</i>"})
    shown = form(NAME)
    shown.fields["indicator"].value = "b"
    shown.save.click()
    assert load_page(NAME).answers == {"old_question": "<i>kept</i>", "indicator": "b"}
    assert "&lt;i&gt;kept&lt;/i&gt;" in shown.reading.value


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=4,
)


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(some.fixed_dictionaries({name: anything for name in GOOD}))
def test_whatever_a_hand_wrote_into_the_answers_the_form_opens(tmp_path_factory, answers):
    town = tmp_path_factory.mktemp("any") / "my_town"
    save_page(NAME, answers, town=town)
    shown = form(NAME, town=town)
    assert shown.reading.value
    shown.save.click()
    assert shown.message.value or shown.problems.value


def test_words_typed_as_markup_are_shown_as_words():
    shown = form(NAME)
    shown.fields["indicator"].value = "<script>alert(1)</script>"
    shown.save.click()
    assert "<script>alert" not in shown.reading.value and "&lt;script&gt;" in shown.reading.value


def test_spanish_readers_meet_no_english_word():
    set_language("es")
    shown = form(NAME)
    assert shown.save.description == "Guardar" and 'lang="es"' in shown.box.children[1].value
    shown.save.click()
    assert "Guardado" in shown.message.value and "Aún falta" in shown.message.value


# ---- the same in plain code


def test_plain_code_writes_the_same_page_as_the_form():
    shown = form(NAME)
    type_all(shown, GOOD)
    shown.save.click()
    by_form = load_page(NAME).answers
    assert fill(NAME, **GOOD | {"next_step_by": NEXT_MONTH}).page.revision == 1, "nothing changed, nothing new"
    assert load_page(NAME).answers == by_form


def test_plain_code_gives_the_same_words_on_what_to_change_and_saves_nothing(town):
    shown = form(NAME)
    shown.fields["latest_year"].value = "2999"
    shown.save.click()
    with pytest.raises(TownFileError) as caught:
        fill(NAME, latest_year="2999")
    assert caught.value.key == "forms.will-not-do" and len(caught.value.lines) == 3
    assert caught.value.lines[1].split(": ", 1)[1] in plain(shown.problems.value)
    assert not town.exists()


def test_plain_code_goes_on_with_a_draft_and_none_empties():
    fill(NAME, indicator="a", unit="u")
    fill(NAME, unit=None, decides="council")
    assert load_page(NAME).answers == {"indicator": "a", "decides": "council"}


def test_a_misspelt_question_is_named_with_the_closest_one():
    with pytest.raises(TownFileError, match='"indicator"') as caught:
        fill(NAME, indicater="a")
    assert caught.value.key == "forms.unknown-field"


def test_plain_code_says_what_is_still_empty():
    assert "Still empty: Country" in fill("about-our-town", municipality="Exampleton").words


# ---- the language


def test_the_language_is_chosen_once_for_all_notebooks():
    box = choose_language()
    listed, use = (part for part in box.children if not isinstance(part, widgets.HTML))
    listed.value = "es"
    use.click()
    assert remembered_language() == "es" and form(NAME).save.description == "Guardar"
    assert "Español" in box.children[-1].value


def test_a_language_that_cannot_be_remembered_holds_for_now_and_says_so(monkeypatch):
    def refuse(_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(files.os, "fsync", refuse)
    box = choose_language()
    box.children[1].value = "es"
    box.children[2].click()
    assert "solo lectura" in box.children[-1].value and form(NAME).save.description == "Guardar"


# ---- seen by a person


@pytest.mark.browser
@pytest.mark.slow
def test_a_person_with_a_keyboard_fills_in_the_form(tmp_path, monkeypatch):
    """Tab, type, arrow keys, Space and Enter reach everything; axe-core finds nothing; no request leaves."""
    import real_browser

    from kit.lab import server

    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))
    cells = ["from kit.learn import form", f"form({NAME!r})", "1 + 1"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    folder = tmp_path / "course"
    folder.mkdir()
    nbformat.write(notebook, folder / "page.ipynb")
    with server("page.ipynb", folder=folder) as address, real_browser.browser() as visit:
        visit.open(address)
        visit.run_all()
        page = visit.page
        page.wait_for_selector(".kit-form button")
        assert not visit.violations([".kit-form"])

        def here():
            return page.evaluate(
                "document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent"
            )

        page.locator(".kit-form input").first.focus()
        reached = []
        for field in page_definition(NAME)["fields"]:
            label = field["label"]["en"]
            count = len(field["choices"]) if field["kind"] == "several_choices" else 1
            for number in range(count):
                reached.append(label if label in here() else here())
                if field["kind"] == "several_choices":
                    if number == 1:
                        page.keyboard.press("Space")
                    page.keyboard.press("d")  # two of them would delete the cell
                elif field["kind"] == "choice":
                    page.keyboard.press("ArrowDown")
                elif field["kind"] == "date":
                    page.keyboard.type(NEXT_MONTH.strftime("%m%d%Y"))
                    page.keyboard.press("Tab")
                else:
                    answer = GOOD.get(field["id"], "The city survey")
                    page.keyboard.type("2999" if field["id"] == "latest_year" else str(answer))
                page.keyboard.press("Tab")
        labels = [field["label"]["en"] for field in page_definition(NAME)["fields"]]
        assert list(dict.fromkeys(reached)) == labels
        assert here().strip() == "Save"
        page.keyboard.press("Enter")
        page.wait_for_selector(".kit-form [role=alert]")
        page.wait_for_function("document.activeElement.labels?.[0]?.textContent.includes('Please change')")
        visit.picture("form-errors")
        assert not visit.violations([".kit-form"])
        page.keyboard.press("Control+A")
        page.keyboard.type("2024")
        while here().strip() != "Save":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".kit-form [role=status]")
        visit.picture("form-saved")
        assert not visit.violations([".kit-form"])
        assert page.locator(".jp-Notebook .jp-CodeCell").count() == 3, (
            "no key was taken for a command to the notebook"
        )
        assert not visit.outside and not visit.crashes
    answers = load_page(NAME).answers
    assert answers["second_source"] == "survey" and answers["missing_why"] == ["fear"]
    assert answers["latest_year"] == 2024 and answers["next_step_by"] == NEXT_MONTH.isoformat()
    assert not check_answers(page_definition(NAME), answers).empty


def test_the_twins_stand_in_one_file():
    for name in ("form", "fill", "view", "choose_language"):
        assert getattr(forms_module, name).__doc__
