"""Impact assessments: severity comes first, contradictions are refused, every version can be opened again."""

import json
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from test_forms import anything

from kit.assess import impact, impact_cases, impact_follow_up, impact_quality, impact_scope, impact_screening
from kit.assess.rule_files import rules
from kit.assess.section import Picture, Points, Section, Table
from kit.data import load
from kit.errors import DataError, MeasureError
from kit.learn import form
from kit.text import set_language
from kit.town import check_answers, history, load_page, page_definition, restore, save_page

PAGES = {
    "impact-screening": impact_screening,
    "impact-scope": impact_scope,
    "impact": impact,
    "impact-follow-up": impact_follow_up,
    "impact-quality": impact_quality,
}
CASES = impact_cases.worked_cases()["name"].tolist()
TODAY = date(2026, 11, 25)
# The worked example of the method: scale, scope, irremediability, likelihood (none: happens already).
SIX = {
    "I1": (2, 4, 1, 4), "I2": (4, 1, 4, 1), "I3": (3, 2, 2, None),
    "I4": (4, 1, 2, 3), "I5": (1, 1, 1, 4), "I6": (2, 2, 4, None),
}  # fmt: skip


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def six():
    names = ("scale", "scope", "irremediability", "likelihood")
    return [{"id": name, **dict(zip(names, levels, strict=True))} for name, levels in SIX.items()]


def one(**more):
    return {"id": "I1", "timing": "actual", "scale": "l3", "scope": "l2", "irremediability": "l1", **more}


def could(**more):
    return one(timing="potential", likelihood="l2") | more


# ---- severity and order


def test_the_worked_example_gives_its_two_lists_and_its_flags():
    found = impact.order(six())
    assert found[found["timing"] == "actual"]["id"].tolist() == ["I6", "I3"]
    assert found[found["timing"] == "potential"]["id"].tolist() == ["I2", "I1", "I4", "I5"]
    assert found.set_index("id")["severity"].to_dict() == dict(I1=4, I2=4, I3=3, I4=4, I5=1, I6=4)
    assert set(found[found["do_not_wait"]]["id"]) == {"I2", "I6"}
    assert found[found["scope_alone"]]["id"].tolist() == ["I1"]


def test_multiplying_would_let_a_rare_grave_and_final_harm_drop_to_third():
    found = impact.contrast(six())
    assert found[["id", "product"]].values.tolist() == [["I1", 32], ["I4", 24], ["I2", 16], ["I5", 4]]
    assert found.set_index("id")["place"]["I2"] == 1


LEVEL = some.integers(1, 4)


@settings(max_examples=60, deadline=None)
@given(LEVEL, LEVEL, LEVEL)
def test_a_narrower_scope_or_any_other_level_never_lowers_severity(scale, scope, final):
    found = impact.severity(scale=scale, scope=scope, irremediability=final)
    assert found == max(scale, scope, final)
    assert impact.severity(scale=scale, scope=1, irremediability=final) >= max(scale, final)


@settings(max_examples=40, deadline=None)
@given(some.lists(some.tuples(LEVEL, LEVEL, LEVEL, some.one_of(some.none(), LEVEL)), min_size=1, max_size=8))
def test_likelihood_never_lifts_an_impact_over_a_more_severe_one(levels):
    names = ("scale", "scope", "irremediability", "likelihood")
    given = [{"id": f"I{n}", **dict(zip(names, row, strict=True))} for n, row in enumerate(levels)]
    found = impact.order(given)
    for timing in ("actual", "potential"):
        mine = found[found["timing"] == timing]["severity"].tolist()
        assert mine == sorted(mine, reverse=True)
    assert impact.order(given[::-1])["id"].tolist() == found["id"].tolist()


def test_ten_comes_after_two():
    same = {"scale": 1, "scope": 1, "irremediability": 1}
    assert impact.order([{"id": "I10", **same}, {"id": "I2", **same}])["id"].tolist() == ["I2", "I10"]


@pytest.mark.parametrize("code", ["not_asked", "not_applicable", "does_not_know", "declined"])
def test_no_answer_is_a_code_and_never_the_lowest_level(code):
    row = impact.register({"impacts": [one(scope=code)]}).iloc[0]
    assert row.isna()["severity"] and row["at_least"] == 3
    assert impact.gaps({"impacts": [one(scope=code)]})["gap"].tolist()[0] == "partly-rated"


# ---- what contradicts itself


def answers(*impacts, measures=(), evidence=(), options=()):
    tables = {"impacts": impacts, "measures": measures, "evidence": evidence, "options": options}
    return {name: list(rows) for name, rows in tables.items() if rows}


def plan(**more):
    return {"id": "M1", "impacts": "I1", "type": "reduce", "due": "2027-01-31", "status": "planned", **more}


FAULTS = {
    "impact.likelihood-alone": answers({"id": "I1", "timing": "potential", "likelihood": "l3"}),
    "impact.actual-likelihood": answers(one(likelihood="l2")),
    "impact.no-level": answers(one(scale="l9")),
    "impact.twice": answers(one(), one(id="i1")),
    "impact.residual-alone": answers({"id": "I1", "residual": "l1"}),
    "impact.residual-above": answers(one(residual="l4")),
    "impact.residual-undone": answers(one(residual="l1"), measures=[plan()]),
    "impact.unknown-evidence": answers(one(evidence="E7"), evidence=[{"id": "E1"}]),
    "impact.unknown-option": answers(one(option="c"), options=[{"letter": "a"}, {"letter": "b"}]),
    "impact.unknown-impact": answers(one(), measures=[plan(impacts="I9")]),
    "impact.due-first": answers(one(), measures=[plan(start="2027-02-01")]),
    "impact.done-unproved": answers(one(), measures=[plan(status="done")]),
}


@pytest.mark.parametrize("key", FAULTS)
def test_contradictions_are_refused_in_three_lines_and_the_document_names_them(key):
    with pytest.raises(MeasureError) as caught:
        impact.register(FAULTS[key])
    assert caught.value.key == key and len(caught.value.lines) == 3
    assert any(caught.value.lines[0] in line for line in impact.section(FAULTS[key], today=TODAY).unknown)


def test_what_is_left_may_be_less_once_a_measure_is_done_and_shown():
    done = plan(status="done", proof="Report of the ombuds office")
    found = impact.register(answers(one(residual="l1"), measures=[done])).iloc[0]
    assert (found["severity"], found["residual"]) == (3, 1)


READY = answers(
    one(evidence="E1", scale_reason="a", scope_reason="b", irremediability_reason="c", view="agree"),
    measures=[plan(funding="secured")],
    evidence=[{"id": "E1", "what": "Count", "kept": "Office"}],
)
NOT_READY = {
    "impact.no-impacts": {},
    "impact.no-evidence": READY | {"impacts": [READY["impacts"][0] | {"evidence": ""}]},
    "impact.not-rated": READY | {"impacts": [READY["impacts"][0] | {"scale": None}]},
    "impact.no-measure": READY | {"measures": []},
    "impact.past-day": READY | {"measures": [plan(funding="secured", due="2026-11-24")]},
    "impact.likelihood-alone": FAULTS["impact.likelihood-alone"],
}


def test_an_assessment_is_ready_with_evidence_grades_and_a_measure_with_money():
    impact.ready(READY, today=TODAY)
    refused = READY | {"measures": [], "impacts": [READY["impacts"][0] | {"refused": "The council: no power"}]}
    impact.ready(refused, today=TODAY)


@pytest.mark.parametrize("key", NOT_READY)
def test_publication_is_refused_while_something_essential_is_missing(key):
    with pytest.raises(MeasureError) as caught:
        impact.ready(NOT_READY[key], today=TODAY)
    assert caught.value.key == key and len(caught.value.lines) == 3


@pytest.mark.parametrize(
    ("gap", "given"),
    [
        ("no-likelihood", answers(could(likelihood=None))),
        ("claimed", answers(one())),
        ("no-reason", answers(one())),
        ("no-measure", answers(one())),
        ("no-money", answers(one(), measures=[plan(funding="asked")])),
        ("scope-alone", answers(one(scale="l1", scope="l4"))),
        ("not-heard", answers(one(view="not_heard"))),
        ("review-passed", answers(one(review_on="2026-11-24"))),
        ("late", answers(one(), measures=[plan(due="2026-11-24")])),
        ("why-not-avoid", answers(one(), measures=[plan()])),
        ("not-agreed", answers(one(), measures=[plan()])),
        ("no-options", answers(one())),
    ],
)
def test_each_gap_is_named(gap, given):
    assert gap in impact.gaps(given, today=TODAY)["gap"].tolist()
    assert (
        gap not in impact.gaps(impact.worked_case(CASES[0])["impact"], today=TODAY)["gap"].tolist()
        or gap == "not-heard"
    )


def test_measures_stand_in_the_order_of_the_hierarchy():
    kinds = ("remediate", "restore", "reduce", "avoid")
    given = answers(one(), measures=[plan(id=f"M{n}", type=kind) for n, kind in enumerate(kinds)])
    assert impact.measures(given, today=TODAY)["type"].tolist() == list(kinds[::-1])


# ---- screening, scope, follow-up, quality


def test_a_yes_to_one_of_the_first_four_asks_for_a_full_assessment():
    no = {f"s{n:02}": "no" for n in range(1, 11)}
    assert impact_screening.depth(no) == "none"
    for n in range(1, 11):
        assert impact_screening.depth(no | {f"s{n:02}": "yes"}) == ("full" if n <= 4 else "short")
        assert impact_screening.depth(no | {f"s{n:02}": "unknown"}) == "open"
    assert impact_screening.depth(no | {"s01": "unknown", "s07": "yes"}) == "open"


SMALL_FAULTS = {
    "impact.screening-answer": (impact_screening.depth, {"s01": "perhaps"}),
    "impact.screening-lighter": (impact_screening.check, {"s01": "yes", "chosen": "short"}),
    "impact.screening-open": (impact_screening.check, {"s01": "unknown", "chosen": "none"}),
    "impact.too-late": (impact_screening.check, {"changeable_until": "2026-01-31"}),
    "impact.ends-first": (impact_scope.check, {"starts": "2027-03-01", "ends": "2027-02-01"}),
    "impact.answered-first": (
        impact_follow_up.check,
        {"consulted": [{"who": "Traders", "on": "2026-10-02", "answered": "2026-10-01"}]},
    ),
    "impact.exposing": (impact_follow_up.check, {"published_on": "2026-11-01", "exposed": "yes"}),
    "impact.past-day": (impact_follow_up.check, {"review_on": "2026-01-31"}),
    "impact.quality-answer": (impact_quality.criteria, {"q01": "surely"}),
    "impact.unknown-right": (impact.legal_sources, "comfort"),
    "impact.no-phase": (impact.question_bank, "dreams"),
    "impact.two-options": (impact.compare_options, {"options": [{"letter": "a"}]}),
    "impact.option-twice": (impact.in_words, {"options": [{"letter": "a"}, {"letter": "a"}]}),
    "impact.nothing-rated": (impact.picture, {"impacts": [{"id": "I1"}]}),
}


@pytest.mark.parametrize("key", SMALL_FAULTS)
def test_wrong_input_of_each_step_is_named_in_three_lines(key):
    function, given = SMALL_FAULTS[key]
    with pytest.raises(MeasureError) as caught:
        function(given)
    assert caught.value.key == key and len(caught.value.lines) == 3


def test_a_lighter_assessment_needs_a_reason_and_a_deeper_one_needs_none():
    impact_screening.check({"s01": "yes", "chosen": "short", "chosen_reason": "Done last year"})
    impact_screening.check({f"s{n:02}": "no" for n in range(1, 11)} | {"chosen": "full"})


def test_checks_that_are_late_say_so():
    given = {"monitoring": [{"measure": "M2", "next": "2026-11-24"}, {"measure": "M1", "next": "2026-11-25"}]}
    assert impact_follow_up.due(given, today=TODAY)[["measure", "late"]].values.tolist() == [
        ["M2", True],
        ["M1", False],
    ]
    assert any("M2" in line for line in impact_follow_up.section(given, today=TODAY).unknown)


def test_the_question_bank_holds_every_question_of_the_method_by_phase():
    found = impact.question_bank()
    counts = found.groupby("phase", sort=False)["id"].count().tolist()
    assert counts == [10, 8, 8, 9, 7, 5] and found["id"].is_unique


def test_every_right_of_the_register_names_treaty_articles_or_says_that_there_are_none():
    for right in rules("impact_rights")["scales"]["rights"]:
        assert list(impact.legal_sources(right["value"]).columns) == ["treaty", "articles", "adopted_by"]


# ---- options


def test_options_are_put_side_by_side_and_no_winner_is_named():
    given = answers(
        one(option="a", right="privacy", holders="Shoppers"),
        one(id="I2", option="b", right="privacy", holders="shoppers ", scale="l1", scope="l1"),
        one(id="I3", option="all", right="work", holders="Traders"),
        options=[{"letter": "b", "name": "Wardens"}, {"letter": "a", "name": "Cameras", "lawful": "no"}],
    )
    counted = impact.compare_options(given)
    assert counted["option"].tolist() == ["a", "b"] and counted["at_3"].tolist() == [2, 1]
    across = impact.side_by_side(given)
    assert across[["right", "a", "b", "differs"]].values.tolist() == [
        ["privacy", 3, 1, True],
        ["work", 3, 3, False],
    ]
    said = " ".join(impact.in_words(given))
    assert "fails a test: lawful" in said and "severity 3 under A; severity 1 under B" in said
    assert not any(word in said.casefold() for word in ("best", "winner", "score"))


# ---- the map


def test_the_map_shows_what_cannot_wait_as_squares_and_claims_hollow(monkeypatch):
    from matplotlib.axes import Axes

    drawn, plot = [], Axes.plot

    def watch(self, x, y, *words, **look):
        drawn.append((len(x), look.get("marker"), look.get("markerfacecolor")))
        return plot(self, x, y, *words, **look)

    monkeypatch.setattr(Axes, "plot", watch)
    known = could(id="I2", right="privacy", irremediability="l4", evidence="E1")
    given = answers(one(right="work", holders="Traders"), known, evidence=[{"id": "E1"}])
    shown = impact.picture(given)
    assert sorted((mark, face) for points, mark, face in drawn if points) == [("o", "white"), ("s", None)]
    assert "I1" in shown.alt and "happens already" in shown.alt and "likelihood 2" in shown.alt
    assert len(shown.table) == 2 and shown.png.startswith(b"\x89PNG")


def test_an_impact_without_likelihood_has_a_column_of_its_own_on_the_map():
    assert "likelihood –" in impact.picture(answers(could(likelihood=None, right="privacy"))).alt


def test_sixty_impacts_can_be_drawn():
    rights = [one["value"] for one in rules("impact_rights")["scales"]["rights"]]
    many = [
        could(id=f"I{n}", right=rights[n % len(rights)], holders="A group with a long name") for n in range(60)
    ]
    assert impact.picture(answers(*many)).png


# ---- the worked cases


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("code", ["en", "es"])
def test_a_worked_case_is_what_the_forms_would_keep_and_contradicts_nothing(name, version, code):
    set_language(code)
    for page, kept in impact.worked_case(name, version=version).items():
        found = check_answers(page_definition(page), kept, earlier=kept)
        assert not found.problems and not found.empty and found.answers == kept, page
        assert "{" not in json.dumps(kept).replace('{"', "").replace("[{", ""), page
    assert (impact.register(impact.worked_case(name, version=version)["impact"])["problem"] == "").all()


@pytest.mark.parametrize("name", CASES)
def test_a_worked_case_runs_from_screening_to_quality_and_leaves_only_honest_gaps(name):
    case = impact.worked_case(name)
    assert list(case) == list(PAGES) and impact_screening.depth(case["impact-screening"]) == "full"
    impact.ready(case["impact"], today=TODAY)
    assert impact.gaps(case["impact"], today=TODAY)["gap"].tolist() == ["not-heard"]
    assert (
        len(case["impact"]["options"]) >= 2
        and impact_quality.criteria(case["impact-quality"])["answer"].ne("").all()
    )
    for page, module in PAGES.items():
        shown = module.section(case[page], today=TODAY)
        assert isinstance(shown, Section) and shown.sources, page


@pytest.mark.parametrize("name", CASES)
def test_the_figures_of_a_worked_case_come_from_the_tables_of_the_kit_with_their_source(name):
    rows = [row for row in impact.worked_case(name)["impact"]["evidence"] if row["kind"] == "figure"]
    assert len(rows) >= 3
    assert all("As of 2026-" in row["kept"] and "Source" in row["kept"] for row in rows)


def texts(definition, answers):
    """Give every text that a person typed, with its place."""
    for field in definition["fields"]:
        kept = answers.get(field["id"])
        if field["kind"] == "rows":
            for number, row in enumerate(kept or []):
                yield from ((f"{field['id']} {number} {place}", said) for place, said in texts(field, row))
        elif field["kind"] in ("text", "long_text") and kept:
            yield field["id"], kept


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("version", [1, 2])
def test_a_worked_case_says_in_spanish_what_it_says_in_english(name, version):
    english = impact.worked_case(name, version=version)
    set_language("es")
    spanish = impact.worked_case(name, version=version)
    for page, kept in english.items():
        definition = page_definition(page)
        said = dict(texts(definition, spanish[page]))
        for place, words in texts(definition, kept):
            said_too = sorted(re.sub(r"\D", "", said[place]))
            assert said_too == sorted(re.sub(r"\D", "", words)), (place, words, said[place])
            # Names of sources stay as they are; short names and addresses, too.
            if re.search(r"[a-z]{3,} [a-z]{2,}", words) and "Source" not in words:
                assert said[place] != words, place


def test_no_spanish_answer_is_left_over_and_each_keeps_its_gaps():
    words = json.loads((impact_cases.FOLDER / "words" / "es.json").read_text(encoding="utf-8"))
    files = " ".join(path.read_text(encoding="utf-8") for path in impact_cases.FOLDER.glob("*.json"))
    events = set(load("decisions-timeline", conflicts=True)["event"])
    for english, spanish in words.items():
        assert json.dumps(english, ensure_ascii=False) in files or english in events, english
        assert sorted(re.findall(r"\{.*?\}", english)) == sorted(re.findall(r"\{.*?\}", spanish)), english


def test_a_figure_that_left_the_tables_is_not_invented(monkeypatch, tmp_path):
    case = json.loads((impact_cases.FOLDER / "encampment_clearing.json").read_text(encoding="utf-8"))
    case["figures"]["fires"][1]["value"] = 371
    (tmp_path / "encampment_clearing.json").write_text(json.dumps(case), encoding="utf-8")
    monkeypatch.setattr(impact_cases, "FOLDER", tmp_path)
    with pytest.raises(DataError) as caught:
        impact.worked_case("encampment-clearing")
    assert caught.value.key == "impact.figure-gone" and len(caught.value.lines) == 3


@pytest.mark.parametrize(
    ("key", "name", "version"), [("impact.no-case", "../rules", 2), ("impact.no-version", CASES[0], 3)]
)
def test_another_case_or_version_is_refused(key, name, version):
    with pytest.raises(DataError) as caught:
        impact.worked_case(name, version=version)
    assert caught.value.key == key


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_cases_say_that_they_are_for_teaching_and_what_is_invented(code):
    set_language(code)
    words = ("Teaching case", "invented") if code == "en" else ("Caso de enseñanza", "inventad")
    for about in impact.worked_cases()["about"]:
        assert all(word in about for word in words)


# ---- versions


@pytest.fixture
def town(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))


def test_an_assessment_is_opened_again_and_says_what_changed(town):
    first = impact.worked_case("encampment-clearing", version=1)["impact"]
    save_page("impact", first)
    later = impact.worked_case("encampment-clearing")["impact"]
    save_page("impact", later, based_on=1)
    states = history("impact")
    words = impact.what_changed(states[0], states[1])["words"].tolist()
    assert "I1, Scale: how grave: was 3 serious, is now 4 gravest." in words
    assert any(line.startswith("New: Impact I4") for line in words)
    assert restore("impact", 1).answers == first
    assert impact.what_changed(load_page("impact"), states[0]).empty
    assert len(history("impact")) == 3


def test_a_severity_that_changed_is_told_first():
    first, second = (impact.worked_case("market-square-cameras", version=n)["impact"] for n in (1, 2))
    assert impact.what_changed(first, second)["words"].iloc[0] == "I4, Severity: was 2, is now 3."


def test_a_row_that_is_taken_away_is_told():
    told = impact.what_changed(answers(one(), one(id="I2")), answers(one()))["words"].tolist()
    assert len(told) == 1 and "I2" in told[0]


@pytest.mark.parametrize(
    ("key", "earlier", "later"), [("impact.other-page", {"name": "capacity"}, None), ("impact.no-states", None, 3)]
)
def test_only_two_states_of_one_page_are_compared(key, earlier, later):
    from types import SimpleNamespace

    earlier = SimpleNamespace(name=earlier["name"], answers={}) if earlier else {}
    with pytest.raises(MeasureError) as caught:
        impact.what_changed(earlier, {} if later is None else later)
    assert caught.value.key == key


# ---- the document, half filled or changed by hand


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_page_gives_an_honest_draft(page):
    shown = PAGES[page].section({})
    assert shown.title and shown.unknown


@pytest.mark.parametrize("page", PAGES)
@settings(max_examples=25, deadline=None)
@given(data=some.data())
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(page, data):
    names = [field["id"] for field in page_definition(page)["fields"]]
    given = data.draw(some.dictionaries(some.sampled_from(names), anything, max_size=4))
    assert PAGES[page].section(given).title


def test_the_section_puts_actual_before_potential_and_names_what_cannot_wait():
    shown = impact.section(impact.worked_case("encampment-clearing")["impact"], today=TODAY)
    tables = [part.caption for part in shown.parts if isinstance(part, Table)]
    assert [caption.split()[0] for caption in tables[:2]] == ["Actual", "Potential"]
    urgent = next(part for part in shown.parts if isinstance(part, Points))
    assert {item.split()[0] for item in urgent.items} == {"I1", "I2", "I5", "I6"}
    assert any(isinstance(part, Picture) for part in shown.parts)


def test_spanish_readers_get_spanish():
    set_language("es")
    shown = impact.section(impact.worked_case("market-square-cameras")["impact"], today=TODAY)
    assert shown.title.startswith("Evaluación de impacto")
    assert "gravedad 4" in str(impact.picture(impact.worked_case(CASES[0])["impact"]).alt).casefold()


def test_the_form_of_the_register_shows_what_each_level_means(town):
    shown = form("impact").fields["impacts"].append()
    assert "4 gravest: Life, bodily integrity" in shown.fields["scale"].widget.description
