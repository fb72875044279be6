"""The UN questionnaire: asked on phones, read back from any export, counted honestly, coded by two, sent in."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import questionnaire_exports as exports
from docx import Document
from hypothesis import given, settings
from test_forms import anything

from kit.assess import questionnaire, questionnaire_2023, questionnaire_2025
from kit.assess.questionnaire_rounds import choices, fields, repeats, round_of
from kit.assess.questionnaire_xlsform import survey_sheet, xform
from kit.assess.rule_files import rules
from kit.assess.section import Heading
from kit.errors import DataError, KitError, MeasureError
from kit.learn import form
from kit.measure.agreement import krippendorff_alpha
from kit.text import set_language

TOWN = Path(__file__).parents[1] / "docs" / "example_town"
ROUNDS = ("2023", "2025")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def example(round="2023"):
    return json.loads((TOWN / f"questionnaire_{round}.json").read_text(encoding="utf-8"))["answers"]


def many(tmp_path, count=6, **change):
    rows = [row | change for row in exports.answers(count)]
    return questionnaire.read_answers(exports.odk_zip(tmp_path / "form.zip", rows))


def three_lines(error):
    assert len(error.lines) == 3, error.lines
    return error.key


# ---------------------------------------------------------------- rounds and the form for phones


@pytest.mark.parametrize("round", ROUNDS)
def test_every_question_of_the_page_stands_in_one_group_and_under_one_question_of_the_call(round):
    rule, asked = round_of(round), [*fields(round), *repeats(round)]
    inside = [
        name
        for group in rule["groups"]
        for one in (group, group.get("inner", {"fields": []}))
        for name in one["fields"]
    ]
    assert sorted(inside) == sorted(asked)
    called = [name for one in rule["questions"] for name in one["fields"]]
    assert sorted(called) == sorted(name for name in asked if not name.startswith("r_"))
    for block in rule["blocks"].values():
        assert all(choices(fields(round)[name]) for name in block)


def test_what_was_not_read_in_the_call_itself_is_marked():
    marks = {one["ref"]: one["verified"] for one in round_of("2023")["questions"]}
    assert marks == dict.fromkeys(("A1", "A1a", "A1b", "A1c", "A2"), "yes") | dict.fromkeys(
        ("B1", "B2", "B3", "B4", "B5"), "recall"
    )
    assert [one["verified"] for one in round_of("2025")["questions"]] == [
        "yes",
        "yes",
        "theme",
        "theme",
        "theme",
        "theme",
    ]


@pytest.mark.parametrize("round", ROUNDS)
def test_pyxform_accepts_the_form_and_it_asks_everything_in_two_languages(tmp_path, round):
    path = questionnaire.xlsform(tmp_path / "form", round=round)
    made = xform(path.read_bytes())
    for name in (*fields(round), *repeats(round)):
        assert f'/{name}"' in made or f"/{name} " in made, name
    for words in ("About the answer", "Sobre la respuesta"):
        assert words in made


def test_the_form_asks_at_most_three_steps_and_no_end_before_the_start():
    rows = survey_sheet("2023").set_index("name")
    assert rows.loc["b4_issues", "constraint"] == "count-selected(.) <= 5"
    assert rows.loc["a1_end", "constraint"] == ". >= ${a1_start}"
    assert rows.loc["b2_stage", "relevant"] == "not(selected(${b2_mech}, 'none'))"
    assert rows.loc["r_level", "relevant"] == "${r_type} = 'local_gov'"


def test_a_form_that_pyxform_does_not_accept_is_not_written(tmp_path, monkeypatch):
    kept = questionnaire.xlsform(tmp_path / "form").read_bytes()
    monkeypatch.setattr(
        "kit.assess.questionnaire_xlsform._relevant", lambda name, chosen: "${no_such_question} = 1"
    )
    with pytest.raises(DataError) as caught:
        questionnaire.xlsform(tmp_path / "form")
    assert three_lines(caught.value) == "questionnaire.form-broken"
    assert (tmp_path / "form.xlsx").read_bytes() == kept


# ---------------------------------------------------------------- reading back


def ways(folder, rows):
    return {
        "Kobo, names and groups": exports.kobo_xlsx(folder / "a.xlsx", rows),
        "Kobo, names without groups": exports.kobo_xlsx(folder / "b.xlsx", rows, groups=False),
        "Kobo, English words": exports.kobo_xlsx(folder / "c.xlsx", rows, labels=True, groups=False),
        "Kobo, Spanish words": exports.kobo_xlsx(
            folder / "d.xlsx", rows, labels=True, groups=False, language="es"
        ),
        "ODK Central": exports.odk_zip(folder / "e.zip", rows),
        "ODK Central, split": exports.odk_zip(folder / "f.zip", rows, split=True),
        "ODK Briefcase": exports.odk_folder(folder / "g", rows, deeper=True),
        "one CSV and those beside it": exports.odk_folder(folder / "h", rows) / "un_questionnaire_2023.csv",
    }


def test_every_way_of_exporting_gives_the_same_answers_repeats_included(tmp_path):
    rows = exports.answers(5)
    for way, path in ways(tmp_path, rows).items():
        found = questionnaire.read_answers(path)
        assert found.changes.empty, way
        read = found.table.to_dict("records")
        for row, back in zip(rows, read, strict=True):
            for name, one in fields("2023").items():
                assert back[name] == row.get(name, [] if one["kind"] == "several_choices" else None), (way, name)
        for name in repeats("2023"):
            expected = [(place, inside) for place, row in enumerate(rows) for inside in row[name]]
            assert len(found.repeats[name]) == len(expected), way
            for (place, row), back in zip(expected, found.repeats[name].to_dict("records"), strict=True):
                assert back["submission"] == read[place]["submission"], way
                assert {key: back[key] for key in row} == row, way


def test_repeats_find_their_submission_by_its_place_alone(tmp_path):
    path = exports.kobo_xlsx(tmp_path / "a.xlsx", exports.answers(3))
    book = openpyxl.load_workbook(path)
    for name in repeats("2023"):
        last = book[name].max_column
        assert book[name].cell(1, last).value == "_submission__id"
        book[name].delete_cols(last)
    book.save(path)
    found = questionnaire.read_answers(path)
    assert found.repeats["b5_item"]["submission"].tolist() == ["kobo-0", "kobo-1", "kobo-2"]


def test_what_the_tool_adds_about_devices_and_users_is_not_read(tmp_path):
    found = questionnaire.read_answers(exports.kobo_xlsx(tmp_path / "a.xlsx", exports.answers(2)))
    assert found.extra.columns.tolist() == ["submission"]
    assert "somebody" not in found.table.to_csv()


def test_without_consent_nothing_is_read_and_a_person_loses_the_name(tmp_path):
    rows = exports.answers(3)
    rows[0]["r_informed"] = "no"
    rows[1]["r_type"] = "individual"
    found = questionnaire.read_answers(exports.odk_zip(tmp_path / "form.zip", rows))
    assert found.set_aside == {"no-consent": 1, "twice": 0}
    assert found.table["r_unit"].tolist() == [None, "Made-up place 2"]
    assert set(found.repeats["b5_item"]["submission"]) == set(found.table["submission"])
    assert "Set aside, because the use was not agreed to: 1." in repr(found)


def test_a_submission_sent_twice_counts_once(tmp_path):
    folder = exports.odk_folder(tmp_path / "g", exports.answers(2))
    main = folder / "un_questionnaire_2023.csv"
    text = main.read_text(encoding="utf-8")
    main.write_text(text + text.partition("\n")[2], encoding="utf-8")
    found = questionnaire.read_answers(folder)
    assert (len(found.table), found.set_aside["twice"]) == (2, 2)


def edited(tmp_path, change):
    return exports.kobo_xlsx(tmp_path / "changed.xlsx", exports.answers(3), groups=False, change=change)


def rename_heading(old, new):
    def change(rows):
        rows[0][rows[0].index(old)] = new

    return change


def test_a_form_with_changed_questions_stops_in_three_lines_and_nothing_is_lost(tmp_path):
    def change(rows):
        rename_heading("a2_text", "a2_needs")(rows)
        rows[0].append("colour")
        for row in rows[1:]:
            row.append("green")

    path = edited(tmp_path, change)
    with pytest.raises(DataError) as caught:
        questionnaire.read_answers(path)
    assert three_lines(caught.value) == "questionnaire.changed"
    assert "a2_text" in str(caught.value) and "a2_needs" in str(caught.value)
    kept = questionnaire.read_answers(path, changed="keep")
    assert kept.extra["colour"].tolist() == ["green"] * 3
    assert kept.extra["a2_needs"].tolist()[0].startswith("We ")
    assert set(kept.changes["kind"]) == {"missing", "unknown"}
    told = questionnaire.read_answers(path, changed="keep", rename={"a2_needs": "a2_text"})
    assert told.table["a2_text"][0].startswith("We ")
    assert told.changes["name"].tolist() == ["colour"]


def test_an_answer_that_is_no_choice_is_named_and_kept(tmp_path):
    def change(rows):
        rows[1][rows[0].index("a1b_level")] = "decide_alone"

    path = edited(tmp_path, change)
    with pytest.raises(DataError, match="a1b_level = decide_alone is no answer of the list"):
        questionnaire.read_answers(path)
    kept = questionnaire.read_answers(path, changed="keep")
    assert kept.table["a1b_level"][0] == "decide_alone"
    counted = questionnaire.counts(kept, "a1b_level").set_index("answer")["all"]
    assert counted["other_words"] == 1


def test_a_question_that_is_not_in_the_file_was_not_asked_and_not_left_empty(tmp_path):
    kept = questionnaire.read_answers(edited(tmp_path, rename_heading("a1b_level", "gone")), changed="keep")
    counted = questionnaire.counts(kept, "a1b_level").set_index("answer")["all"]
    assert counted["not_asked"] == 3 and "left_empty" not in counted.index


def test_rounds_are_never_mixed(tmp_path):
    with pytest.raises(DataError) as caught:
        questionnaire.read_answers(exports.odk_zip(tmp_path / "form.zip", exports.answers(2)), round="2025")
    assert three_lines(caught.value) == "questionnaire.other-round"
    with pytest.raises(MeasureError) as caught:
        questionnaire.read_answers(tmp_path / "form.zip", round="2019")
    assert three_lines(caught.value) == "questionnaire.no-round"


def write(path, content):
    path.write_bytes(content)
    return path


def zipped(**files):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda p: write(p / "a.csv", b"name,age\nx,3\n"), "questionnaire.not-ours"),
        (lambda p: write(p / "a.zip", zipped(readme="none")), "questionnaire.empty-folder"),
        (lambda p: write(p / "a.zip", zipped(**{"f.csv": "a,b\n1,2\n"})[:60]), None),
        (lambda p: write(p / "a.xlsx", b"PK\x03\x04 not a workbook"), None),
        (lambda p: write(p / "a.csv", b""), None),
        (lambda p: p, "questionnaire.empty-folder"),
        (lambda p: p / "missing.csv", None),
    ],
)
def test_a_file_that_is_none_of_ours_says_so_in_three_lines(tmp_path, make, key):
    with pytest.raises(KitError) as caught:
        questionnaire.read_answers(make(tmp_path))
    assert three_lines(caught.value) == (key or caught.value.key)


def test_a_zip_writes_nothing_outside(tmp_path):
    inside = dict(exports.odk_files(exports.answers(1)))
    path = write(tmp_path / "a.zip", zipped(**{f"../../{name}": content for name, content in inside.items()}))
    assert len(questionnaire.read_answers(path).table) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.zip"]


def test_an_empty_export_has_no_answers_and_no_crash(tmp_path):
    found = questionnaire.read_answers(exports.odk_zip(tmp_path / "form.zip", []))
    assert len(found.table) == 0
    assert questionnaire.analyse(found)["levels"].empty


# ---------------------------------------------------------------- counting


def test_one_municipality_counts_once_and_both_its_submissions_are_told(tmp_path):
    found = many(tmp_path, 6, r_unit="Exampleton", r_type="local_gov", r_country="ESP", a1a_struct=["none"])
    who = questionnaire.who_answered(found)
    assert who[["submissions", "units", "local_government"]].values.tolist() == [[6, 1, 1]]
    assert questionnaire.counts(found, "a1a_struct").set_index("answer").loc["none", "all"] == 1


def test_counts_agree_with_counting_by_hand(tmp_path):
    found = many(tmp_path, 9)
    for name in ("a1a_struct", "a1b_actors", "b4_issues", "a1c_public", "a2_data"):
        counted = questionnaire.counts(found, name).set_index("answer")
        for value in choices(fields("2023")[name]):
            expected = sum(
                value in (given if isinstance(given, list) else [given])
                for given in found.table[name]
                if given is not None
            )
            assert counted.loc[value, "all"] == expected, (name, value)


def test_left_empty_is_kept_apart_from_nothing_exists_and_from_not_asked(tmp_path):
    rows = exports.answers(3)
    rows[0] |= {"a1c_kind": ["none"], "b2_mech": ["none"], "b2_stage": []}
    found = questionnaire.read_answers(exports.odk_zip(tmp_path / "form.zip", rows))
    kinds = questionnaire.counts(found, "a1c_kind").set_index("answer")["all"]
    assert (kinds["none"], kinds["left_empty"]) == (1, 2)
    stages = questionnaire.counts(found, "b2_stage").set_index("answer")["all"]
    assert stages["not_asked"] == 1
    assert questionnaire.counts(found, "r_level").set_index("answer")["all"]["not_asked"] == 2


def test_ordered_levels_have_a_lower_middle_and_a_range_and_no_mean(tmp_path):
    rows = [
        exports.answers(1)[0] | {"r_unit": f"Place {i}", "a2_data": level}
        for i, level in enumerate(["l0", "l1", "l3", "l4", "cannot_judge"])
    ]
    found = questionnaire.levels(questionnaire.read_answers(exports.odk_zip(tmp_path / "form.zip", rows)))
    row = found[found["field"] == "a2_data"].iloc[0]
    assert (row["median"], row["lowest"], row["highest"], row["n"], row["cannot_judge"]) == (1, 0, 4, 4, 1)
    assert not any("mean" in name for name in found.columns)


def test_two_levels_from_one_municipality_are_no_agreement_and_no_middle(tmp_path):
    rows = [exports.answers(1)[0] | {"r_unit": "Exampleton", "a2_data": level} for level in ("l1", "l4")]
    found = questionnaire.levels(questionnaire.read_answers(exports.odk_zip(tmp_path / "form.zip", rows)))
    row = found[found["field"] == "a2_data"].iloc[0]
    assert (row["no_agreement"], row["n"], bool(pd.isna(row["median"]))) == (1, 0, True)


def test_the_four_stakeholder_kinds_and_the_others():
    kinds = {one["value"]: one["types"] for one in rules("questionnaire")["stakeholders"]}
    assert kinds["nhri"] == ["nhri"]  # a city ombuds office is no national institution
    every = [kind for types in kinds.values() for kind in types]
    assert sorted(every) == sorted(one["value"] for one in rules("questionnaire")["scales"]["resp_type"])


def test_the_analysis_covers_frameworks_engagement_monitoring_obstacles_and_what_shows_that_it_worked(tmp_path):
    tables = questionnaire.analyse(many(tmp_path))
    assert {name.partition(":")[0] for name in tables} >= {
        "frameworks",
        "engagement",
        "monitoring",
        "obstacles",
        "levels",
    }
    assert "b5_strength" in tables["b5_item"].columns


def test_a_name_that_may_not_be_published_is_not_shown(tmp_path):
    rows = exports.answers(4)
    for row, publish in zip(rows, ("all", "without_name", "summary_only", "nothing"), strict=True):
        row["r_publish"] = publish
    shown = questionnaire.with_speaker(
        questionnaire.read_answers(exports.odk_zip(tmp_path / "f.zip", rows)), "b5_item"
    )
    assert shown["name"].tolist() == ["Made-up place 0", None]


def test_the_picture_says_each_bar_in_words(tmp_path):
    shown = questionnaire.picture(many(tmp_path), "a1a_struct")
    assert "Unit or office: UN agencies 2, Civil society 2." in shown.alt
    assert "self-selected" in shown.source


@pytest.mark.parametrize(
    "call",
    [
        lambda found: questionnaire.counts(found, "a2_text"),
        lambda found: questionnaire.counts(found, "nothing"),
        lambda found: questionnaire.counts(found, "a1a_struct", by="colour"),
        lambda found: questionnaire.with_speaker(found, "c9_item"),
        lambda found: questionnaire.texts(found, questions=["a1a_struct"]),
    ],
)
def test_a_question_that_cannot_be_counted_is_named(tmp_path, call):
    with pytest.raises(MeasureError) as caught:
        call(many(tmp_path, 2))
    three_lines(caught.value)


# ---------------------------------------------------------------- coding


def marked(folder, name, texts, marks, **how):
    """A coder's sheet, filled in."""
    sheet = questionnaire.coding_sheet(texts, folder / name, **how)
    table = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    for unit, codes in marks.items():
        for code in codes:
            table.loc[table["unit"] == unit, code] = "x"
    table.to_csv(sheet, index=False)
    return questionnaire.read_coding(sheet)


def test_two_coders_agree_as_krippendorff_says_and_each_disagreement_is_settled_in_writing(tmp_path):
    texts = questionnaire.texts(many(tmp_path, 10), questions=["a2_text"])
    units = texts["unit"].tolist()
    first = marked(tmp_path, "first.csv", texts, {unit: ["money"] for unit in units[:6]})
    second = marked(tmp_path, "second.csv", texts, {unit: ["money"] for unit in units[:5]})
    found = questionnaire.agreement(first, second).set_index("code")
    expected = krippendorff_alpha(
        [[str(a), str(b)] for a, b in zip(first["money"], second["money"], strict=True)], level="nominal"
    )
    assert found.loc["money", ["both", "only_first", "only_second", "neither"]].tolist() == [5, 1, 0, 4]
    assert found.loc["money", "estimate"] == expected["estimate"].item()
    assert pd.isna(found.loc["language", "estimate"])
    open_ones = questionnaire.disagreements(first, second)
    assert open_ones[["unit", "code"]].values.tolist() == [[units[5], "money"]]
    with pytest.raises(MeasureError) as caught:
        questionnaire.settle(first, second, open_ones.assign(decision="no"))
    assert three_lines(caught.value) == "questionnaire.unsettled"
    final = questionnaire.settle(first, second, open_ones.assign(decision="no", reason="only a wish"))
    assert questionnaire.coded(final, texts).set_index("code").loc["money", "all"] == 5


def test_the_second_coder_reads_at_least_a_fifth_and_always_the_same_texts(tmp_path):
    texts = questionnaire.texts(many(tmp_path, 20), questions=["a2_text"])
    one = questionnaire.read_coding(questionnaire.coding_sheet(texts, tmp_path / "a.csv", share=0.2))
    two = questionnaire.read_coding(
        questionnaire.coding_sheet(texts.sample(frac=1, random_state=3), tmp_path / "b.csv", share=0.2)
    )
    assert len(one) == 4 and set(one.index) == set(two.index)
    with pytest.raises(MeasureError, match="at least a fifth"):
        questionnaire.coding_sheet(texts, tmp_path / "c.csv", share=0.1)
    whole = questionnaire.read_coding(questionnaire.coding_sheet(texts, tmp_path / "d.csv"))
    with pytest.raises(MeasureError, match="a fifth"):
        questionnaire.agreement(whole, one.head(3))


def test_a_coders_work_is_never_written_over_and_a_strange_mark_is_named(tmp_path):
    texts = questionnaire.texts(many(tmp_path, 5), questions=["a2_text"])
    sheet = questionnaire.coding_sheet(texts, tmp_path / "first.csv")
    with pytest.raises(DataError) as caught:
        questionnaire.coding_sheet(texts, sheet)
    assert three_lines(caught.value) == "questionnaire.sheet-there"
    table = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    table.loc[0, "money"] = "perhaps"
    table.to_csv(sheet, index=False)
    with pytest.raises(DataError, match='row 2, code money: "perhaps"'):
        questionnaire.read_coding(sheet)
    table.drop(columns="money").to_csv(sheet, index=False)
    with pytest.raises(DataError, match="no column"):
        questionnaire.read_coding(sheet)


def test_texts_that_may_not_be_published_are_not_coded_and_personal_data_are_pointed_out(tmp_path):
    rows = exports.answers(3)
    rows[0]["r_publish"] = "nothing"
    rows[1]["a2_text"] = "Write to maria.garcia@example.org about it"
    texts = questionnaire.texts(
        questionnaire.read_answers(exports.odk_zip(tmp_path / "f.zip", rows)), questions=["a2_text"]
    )
    assert len(texts) == 2
    assert [bool(care) for care in texts["care"]] == [True, False]


def test_the_code_book_covers_what_the_paper_names():
    book = questionnaire.code_book()
    assert len(book) == 12 and not (book == "").any().any()


# ---------------------------------------------------------------- submission


@pytest.mark.parametrize("round", ROUNDS)
def test_the_submission_asks_every_question_in_order_and_numbers_its_paragraphs(tmp_path, round):
    file = Document(questionnaire.submission(example(round), tmp_path / "ours", round=round))
    headings = [line.text for line in file.paragraphs if line.style.name == "Heading 1"]
    assert [words.partition(".")[0] for words in headings[1:]] == [
        one["ref"] for one in round_of(round)["questions"]
    ]
    numbers = [
        int(line.text.partition(".")[0])
        for line in file.paragraphs
        if line.style.name == "Normal" and line.text[:1].isdigit()
    ]
    assert numbers == list(range(1, len(numbers) + 1)) and numbers
    assert file.styles["Normal"].font.name == "Times New Roman"
    assert all(table.rows[0]._tr.trPr is not None for table in file.tables)
    assert file.core_properties.title and not file.core_properties.author
    assert "PAGE" in file.sections[0].footer._element.xml


def test_an_answer_longer_than_its_pages_is_refused_and_may_be_given_more(tmp_path):
    long = example() | {"b1_text": "word " * 500}
    with pytest.raises(MeasureError) as caught:
        questionnaire.submission(long, tmp_path / "ours")
    assert three_lines(caught.value) == "questionnaire.too-long"
    assert not (tmp_path / "ours.docx").exists()
    assert questionnaire.too_long(long)["question"].tolist() == ["B1"]
    assert questionnaire.submission(long, tmp_path / "ours", pages={"B1": 2}).exists()
    draft = Document(questionnaire.submission(long, tmp_path / "draft", draft=True))
    assert any(
        "500" in line.text or "words" in line.text for line in draft.paragraphs if line.style.name == "List Bullet"
    )


@pytest.mark.parametrize("pages", [{"C9": 1}, {"A1": 0}, {"A1": True}, {"A1": "two"}])
def test_pages_that_will_not_do_are_named(pages):
    with pytest.raises(MeasureError) as caught:
        questionnaire.answers_by_question({}, pages=pages)
    assert three_lines(caught.value) == "questionnaire.pages"


@pytest.mark.parametrize(
    ("name", "key"), [("r_informed", "lack-informed"), ("r_type", "lack-who"), ("r_country", "lack-country")]
)
def test_nothing_is_sent_before_it_is_said_who_answers_and_that_the_use_is_understood(tmp_path, name, key):
    with pytest.raises(MeasureError) as caught:
        questionnaire.submission(example() | {name: None}, tmp_path / "ours")
    assert three_lines(caught.value) == f"questionnaire.{key}"


def test_what_is_not_asked_is_not_sent():
    found = {
        one.ref: one
        for one in questionnaire.answers_by_question({"b2_mech": ["none"], "b2_stage": ["own_submission"]})
    }
    assert found["B2"].paragraphs == [
        "United Nations bodies with which there was contact in the last five years: No contact"
    ]


def test_letters_no_word_file_can_hold_do_not_stop_it(tmp_path):
    file = Document(questionnaire.submission(example() | {"b1_text": "a\x00b\ud800"}, tmp_path / "ours"))
    assert any(line.text.endswith("ab") for line in file.paragraphs)


def test_the_finished_example_stands_in_the_documents():
    assert (TOWN / "submission_2023.docx").exists()
    assert "invented" in json.dumps(example()) and "invented" in json.dumps(example("2025"))


# ---------------------------------------------------------------- the page and its section


@pytest.mark.parametrize(("module", "round"), [(questionnaire_2023, "2023"), (questionnaire_2025, "2025")])
def test_the_section_follows_the_call_and_names_what_is_not_answered(module, round):
    full = module.section(example(round))
    assert [part.words.partition(".")[0] for part in full.parts if isinstance(part, Heading)] == [
        one["ref"] for one in round_of(round)["questions"]
    ]
    assert full.unknown == []
    half = module.section({"r_type": "local_gov"})
    assert sum("is not answered" in one for one in half.unknown) == len(round_of(round)["questions"])


@pytest.mark.parametrize("round", ROUNDS)
def test_the_form_on_the_screen_holds_the_example(tmp_path, round):
    shown = form(f"questionnaire-{round}", town=tmp_path)
    for name, answer in example(round).items():
        shown.fields[name].value = answer
        assert shown.fields[name].value == answer


@given(anything)
@settings(max_examples=25, deadline=None)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(value):
    for round, module in (("2023", questionnaire_2023), ("2025", questionnaire_2025)):
        assert module.section(dict.fromkeys([*fields(round), *repeats(round)], value)).title


def test_spanish_readers_get_spanish(monkeypatch, tmp_path):
    monkeypatch.setenv("KIT_LANG", "es")
    file = Document(questionnaire.submission(example(), tmp_path / "ours"))
    assert file.paragraphs[0].text.startswith("Contribución:")
    book = openpyxl.load_workbook(questionnaire.xlsform(tmp_path / "form", language="es"))
    assert book["settings"]["D2"].value == "Español (es)"
