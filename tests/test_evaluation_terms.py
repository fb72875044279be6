"""Terms name what nobody asks about, are not called independent when they are not, and keep their order."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from test_forms import anything

from kit.assess import evaluation_terms, rule_files
from kit.assess.section import Picture, Table
from kit.errors import MeasureError
from kit.learn import form
from kit.text import set_language
from kit.town import check_answers, page_definition

TODAY = date(2026, 11, 25)
RULES = rule_files.rules("evaluation_terms")
STEPS = [one["value"] for one in RULES["scales"]["steps"]]
DAYS = [{"step": name, "on": str(date(2027, 1, 15) + timedelta(days=14 * n)), "who": "Council"}
        for n, name in enumerate(STEPS)]  # fmt: skip
QUESTION = {
    "question": "Did households with children wait longer?",
    "criterion": "effectiveness",
    "principles": ["non_discrimination"],
    "methods": ["figures", "interviews"],
    "source": "Register, by household type",
    "yardstick": "Same months",
}
WHOLE = {
    **{name: "words" for name in ("object", "decision", "affected", "questions_with", "group", "team", "forms")},
    **dict.fromkeys([*RULES["independence"], *RULES["ethics"]], "yes"),
    "questions": [QUESTION], "steps": DAYS, "budget": 24000, "funding": "secured", "answer_by": "Council",
    "begins": "2024-01-01", "ends": "2026-12-31",
}  # fmt: skip


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def step(name, on):
    return {"step": name, "on": on}


def test_the_page_asks_for_every_condition_of_the_rules():
    asked = [field["id"] for field in page_definition("evaluation-terms")["fields"]]
    assert set(RULES["independence"]) | set(RULES["ethics"]) <= set(asked)
    assert [name for name in asked if name in RULES["independence"]] == RULES["independence"]


def test_the_six_criteria_and_the_six_principles_nobody_asks_about_are_named():
    table = evaluation_terms.cover(WHOLE)
    assert table.groupby("kind").size().to_dict() == {"criterion": 6, "principle": 6}
    assert table[table["questions"].map(len) > 0]["name"].tolist() == ["effectiveness", "non_discrimination"]
    unknown = evaluation_terms.section(WHOLE).unknown
    assert unknown == [
        "No question looks at: Relevance; Coherence; Efficiency; Impact; Sustainability; Participation; "
        "Accountability; Transparency; Empowerment; Human rights law as the yardstick."
    ]


@pytest.mark.parametrize("condition", RULES["independence"])
@pytest.mark.parametrize("said", ["no", "unknown", None])
def test_terms_without_a_condition_of_independence_are_refused_unless_a_reason_will_do(condition, said):
    terms = WHOLE | {condition: said}
    with pytest.raises(MeasureError) as caught:
        evaluation_terms.ready(terms, today=TODAY)
    assert caught.value.key == "evaluation_terms.not-independent"
    with_reason = terms | {"not_why": "The ombuds office chooses the team"}
    if condition in ("last_word", "all_published"):
        with pytest.raises(MeasureError):
            evaluation_terms.ready(with_reason, today=TODAY)
    else:
        evaluation_terms.ready(with_reason, today=TODAY)


def test_whole_terms_are_ready():
    evaluation_terms.ready(WHOLE, today=TODAY)


def test_steps_come_in_their_order_whatever_the_order_typed():
    found = evaluation_terms.steps({"steps": DAYS[::-1]})
    assert found["step"].tolist() == STEPS and found["on"].tolist() == [one["on"] for one in DAYS]


FAULTS = {
    "evaluation_terms.ends-first": {"begins": "2026-01-02", "ends": "2026-01-01"},
    "evaluation_terms.negative-budget": {"budget": -1},
    "evaluation_terms.step-unknown": {"steps": [step("party", "2027-01-01")]},
    "evaluation_terms.step-twice": {"steps": [step("draft", "2027-01-01"), step("draft", "2027-01-02")]},
    "evaluation_terms.no-day": {"steps": [step("draft", "spring")]},
    "evaluation_terms.steps-order": {"steps": [step("final", "2027-01-01"), step("terms", "2027-02-01")]},
}
NOT_READY = FAULTS | {
    "evaluation_terms.already-past": WHOLE | {"steps": [step("terms", "2026-11-24")]},
    "evaluation_terms.not-ready": WHOLE | {"budget": None},
}


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("key", NOT_READY)
def test_what_contradicts_itself_or_is_not_ready_is_refused_in_three_lines(key, lang):
    set_language(lang)
    with pytest.raises(MeasureError) as caught:
        evaluation_terms.ready(NOT_READY[key], today=TODAY)
    assert caught.value.key == key and len(caught.value.lines) == 3
    if key in FAULTS:
        assert caught.value.lines[0] in evaluation_terms.section(NOT_READY[key]).unknown


def test_a_picture_without_a_day_is_refused():
    with pytest.raises(MeasureError) as caught:
        evaluation_terms.picture({"steps": []})
    assert caught.value.key == "evaluation_terms.nothing-to-draw"


@pytest.mark.parametrize("gone", ["decision", "affected", "questions_with", "group", "team", "forms", "answer_by"])
def test_what_is_missing_is_named_and_keeps_the_terms_back(gone):
    terms = {name: value for name, value in WHOLE.items() if name != gone}
    assert len(evaluation_terms.gaps(terms)) == len(evaluation_terms.gaps(WHOLE)) + 1
    with pytest.raises(MeasureError) as caught:
        evaluation_terms.ready(terms, today=TODAY)
    assert caught.value.key == "evaluation_terms.not-ready"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"questions": [QUESTION | {"methods": ["figures"]}]}, "rests on one way"),
        ({"questions": [QUESTION | {"yardstick": ""}]}, "no yardstick"),
        ({"funding": "asked"}, "not secured"),
        ({"consent": "no"}, "Not met: Informed agreement"),
        ({"complaint": "unknown"}, "Not known yet: A way to complain"),
        ({"steps": DAYS[:-1]}, "Steps without a day: What was done is looked at."),
        ({"steps": [step("draft", "2027-05-01"), step("facts", "2027-05-16")]}, "More than 14 days"),
    ],
)
def test_each_gap_is_named(change, words):
    assert words in " ".join(evaluation_terms.gaps(WHOLE | change))
    assert words not in " ".join(evaluation_terms.gaps(WHOLE))


@settings(max_examples=25, deadline=None)
@given(anything, anything)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(one, two):
    terms = {"questions": [one], "steps": [two, {"step": one, "on": two}], "consent": one, "budget": "much"}
    assert evaluation_terms.section(terms).unknown


def test_the_section_shows_the_calendar_in_words_and_as_a_picture():
    found = evaluation_terms.section(WHOLE)
    drawn = next(part.figure for part in found.parts if isinstance(part, Picture))
    assert "Terms published: 15 January 2027." in drawn.alt and len(drawn.table) == len(STEPS)
    assert any(
        "Register, by household type" in part.frame.to_string() for part in found.parts if isinstance(part, Table)
    )


def test_spanish_readers_get_spanish():
    set_language("es")
    found = evaluation_terms.section(WHOLE | {"consent": "no"})
    assert found.title == "Términos de referencia de una evaluación independiente"
    assert "No se cumple: Consentimiento informado" in " ".join(found.unknown)


def test_the_form_keeps_terms_as_the_method_reads_them(tmp_path):
    kept = check_answers(page_definition("evaluation-terms"), WHOLE, earlier={})
    assert not kept.problems and evaluation_terms.gaps(kept.answers) == evaluation_terms.gaps(WHOLE)
    row = form("evaluation-terms", town=tmp_path).fields["questions"].append()
    assert "Yardstick" in row.fields["yardstick"].widget.description
