"""Raters see their disagreement, claims stay hollow, and what comes first follows one rule without weights."""

import json
import random
from datetime import date

import fastjsonschema
import pytest
from hypothesis import given, settings
from test_forms import anything

from kit.assess import capacity, rule_files
from kit.assess.section import Picture, Points, Table
from kit.errors import DataError, MeasureError
from kit.learn import form
from kit.text import LANGUAGES, set_language
from kit.town import check_answers, page_definition

RULES = rule_files.rules("capacity")
NAMES = {one["letter"]: one["id"] for one in RULES["capacities"]}
FIVE = [
    ("Clerk", "Social services", "staff"),
    ("Director", "Planning", "senior"),
    ("Councillor", "Council", "elected"),
    ("Organisation", "Tenants", "outside"),
    ("Sergeant", "Police", "staff"),
]
# The worked example of the method: agreed levels, targets, duty and feasibility, and the order they give.
LEVELS = {"K": 2, "L": 1, "P": 2, "C": 1, "D": 1, "R": 0}
TARGETS = {"K": 3, "L": 2, "P": 3, "C": 3, "D": 3, "R": 2}
FEASIBLE = {"K": "own", "L": "others", "P": "others", "C": "own", "D": "others", "R": "own"}


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def sheet(role="Clerk", department="Social services", seat="staff", round="after_talk", **levels):
    return {"role": role, "department": department, "seat": seat, "round": round} | {
        f"{name}_level": level if isinstance(level, str) else f"l{level}" for name, level in levels.items()
    }


def ours():
    levels = {NAMES[letter]: level for letter, level in LEVELS.items()}
    return {
        "assessed_on": "2026-11-20",
        "sheets": [sheet(*who, **levels) for who in FIVE],
        "targets": [
            {
                "capacity": NAMES[letter],
                "level": f"l{level}",
                "by": "2027-12-01",
                "reason": "a reason",
                "duty": "yes" if letter in "LC" else "no",
                "feasibility": FEASIBLE[letter],
            }
            for letter, level in TARGETS.items()
        ],
    }


def of(table, name="data"):
    return table.set_index("capacity").loc[name]


def rated(*levels, **more):
    answers = {"sheets": [sheet(f"Rater {n}", data=level) for n, level in enumerate(levels)]}
    return of(capacity.summary(answers | more))


# ---- the rubric is data


def test_the_rubric_says_each_level_in_words_a_visitor_could_check_in_both_languages():
    for one in RULES["capacities"]:
        levels = RULES["scales"][one["id"]]
        assert [level["value"] for level in levels] == [level["value"] for level in RULES["scales"]["levels"]]
        for level in levels:
            assert level["help"]["es"] != level["help"]["en"] and set(level["help"]) >= set(LANGUAGES)


def test_the_page_asks_for_each_capacity_of_the_rubric_with_its_levels_and_codes():
    sheets = next(field for field in page_definition("capacity")["fields"] if field["id"] == "sheets")
    asked = {field["id"]: field for field in sheets["fields"]}
    for one in RULES["capacities"]:
        values = [choice["value"] for choice in asked[f"{one['id']}_level"]["choices"]]
        assert values == ["l0", "l1", "l2", "l3", "l4", "cannot_judge", "not_asked", "not_applicable", "declined"]
        assert {f"{one['id']}_{part}" for part in ("evidence", "date", "place")} <= asked.keys()


def test_the_form_shows_what_each_level_means():
    shown = form("capacity").fields["sheets"].append()
    label = shown.fields["legal_level"].widget.description
    assert "3 in place: New by-laws pass a written rights check" in label


def test_a_trainer_adds_a_level_without_programming(tmp_path, monkeypatch):
    more = json.loads(json.dumps(RULES))
    new = {"value": "l5", "label": {"en": "5 taught to others", "es": "5 enseñado a otros"}}
    for name in ("data", "levels"):
        more["scales"][name].append(new | {"help": {"en": "Others learn here", "es": "Otros aprenden aquí"}})
    (tmp_path / "capacity.json").write_text(json.dumps(more), encoding="utf-8")
    schema = rule_files.FOLDER / "capacity.schema.json"
    (tmp_path / schema.name).write_bytes(schema.read_bytes())
    monkeypatch.setattr(rule_files.rules, "__kwdefaults__", {"folder": tmp_path})
    row = rated("l5", "l5", "l4")
    assert (row["agreed"], row["at_5"]) == (5, 2)
    assert capacity.picture({"sheets": [sheet(data="l5")]}).png


@pytest.mark.parametrize(
    ("content", "where"),
    [("{", "line 1"), ("{}", "{}"), (json.dumps(RULES | {"evidence_months": 0}), "evidence_months")],
)
def test_a_broken_rules_file_is_named_with_the_place(tmp_path, content, where):
    (tmp_path / "capacity.json").write_text(content, encoding="utf-8")
    schema = rule_files.FOLDER / "capacity.schema.json"
    (tmp_path / schema.name).write_bytes(schema.read_bytes())
    with pytest.raises(DataError) as caught:
        rule_files.rules("capacity", folder=tmp_path)
    assert caught.value.gaps["where"] == where and len(caught.value.lines) == 3


@pytest.mark.parametrize("path", sorted(rule_files.FOLDER.glob("*.schema.json")), ids=lambda path: path.stem)
def test_every_rules_file_keeps_its_schema(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    rules = json.loads(path.with_name(path.name.replace(".schema", "")).read_text(encoding="utf-8"))
    fastjsonschema.compile(schema)(rules)


# ---- counting


def test_the_worked_example_of_the_method_gives_its_order():
    first = capacity.priorities(ours())
    assert first["letter"].tolist() == ["C", "L", "R", "D", "K", "P"]
    assert first.set_index("letter")["gap"].to_dict() == {"C": 2, "L": 1, "R": 2, "D": 2, "K": 1, "P": 1}


def test_the_middle_of_an_even_number_is_the_lower_one_so_that_it_is_a_level():
    assert rated(1, 2)["median"] == 1 and rated(1, 1, 2)["median"] == 1 and rated(1, 2, 2)["median"] == 2


def test_raters_two_levels_apart_show_no_agreement_in_the_place_of_the_median():
    row = rated(1, 1, 1, 3)
    assert row["median"] == 1 and row.isna()["agreed"] and (row["lowest"], row["highest"]) == (1, 3)
    assert rated(1, 1, 1, 2)["agreed"] == 1


def test_cannot_judge_is_a_code_of_its_own_and_never_level_0():
    row = rated("cannot_judge", "cannot_judge", 3, "declined")
    assert (row["agreed"], row["rated"], row["cannot_judge"], row["declined"], row["at_0"]) == (3, 1, 2, 1, 0)
    assert rated("cannot_judge").isna()["median"]


@pytest.mark.parametrize(
    ("evidence", "dated", "basis"),
    [
        ("", "", "claimed"),
        ("  ", "2026-11-01", "claimed"),
        ("minutes", "", "evidence"),
        ("minutes", "2024-11-20", "evidence"),
        ("minutes", "2024-11-19", "outdated"),
    ],
)
def test_a_rating_without_evidence_is_claimed_and_evidence_grows_old(evidence, dated, basis):
    one = sheet(data=2) | {"data_evidence": evidence, "data_date": dated}
    table = capacity.ratings({"assessed_on": "2026-11-20", "sheets": [one]})
    assert table["basis"].tolist() == [basis]


def test_the_gap_is_never_below_0_and_unknown_where_raters_disagree():
    answers = ours()
    answers["targets"][0]["level"] = "l1"
    answers["sheets"][0]["reporting_level"] = "l3"
    gaps = capacity.priorities(answers).set_index("letter")["gap"]
    assert gaps["K"] == 0 and gaps.isna()["R"]
    assert capacity.priorities(answers)["letter"].tolist() == ["C", "L", "D", "P", "K", "R"]


def test_the_second_round_counts_and_the_first_is_kept():
    answers = {"sheets": [sheet(round="alone", data=0), sheet(round="after_talk", data=2)]}
    assert of(capacity.summary(answers))["agreed"] == 2
    assert of(capacity.summary(answers, round="alone"))["agreed"] == 0


def test_two_assessments_are_compared_only_if_half_of_the_raters_are_the_same():
    old = {"sheets": [sheet(f"Rater {n}", data=1) for n in range(4)]}
    half = {"sheets": [sheet(f"Rater {n}", data=2) for n in range(2, 6)]}
    fewer = {"sheets": [sheet(f"Rater {n}", data=2) for n in range(3, 7)]}
    assert of(capacity.compare(old, half))["comparable"] and of(capacity.compare(old, half))["later"] == 2
    assert not of(capacity.compare(old, fewer))["comparable"]


# ---- wrong input


def wrong(change):
    answers = ours()
    change(answers)
    return answers


FAULTS = {
    "capacity.twice": lambda a: a["sheets"].append(a["sheets"][0] | {"role": " clerk "}),
    "capacity.no-level": lambda a: a["sheets"][0].update(data_level="l9"),
    "capacity.evidence-later": lambda a: a["sheets"][0].update(data_evidence="x", data_date="2026-11-21"),
    "capacity.two-targets": lambda a: a["targets"].append(a["targets"][0]),
    "capacity.no-target": lambda a: a["targets"][0].update(level="l9"),
}


@pytest.mark.parametrize("key", FAULTS)
def test_contradictions_are_named_in_three_lines_and_the_document_says_them(key):
    answers = wrong(FAULTS[key])
    with pytest.raises(MeasureError) as caught:
        capacity.priorities(answers)
    assert caught.value.key == key and len(caught.value.lines) == 3
    assert capacity.section(answers).unknown == [caught.value.lines[0]]


def test_two_people_of_one_role_are_told_apart_by_number_or_department():
    answers = {"sheets": [sheet("Clerk 1", data=1), sheet("Clerk 2", data=1), sheet("Clerk 1", "Parks", data=1)]}
    assert of(capacity.summary(answers))["rated"] == 3


@settings(max_examples=40, deadline=None)
@given(anything, anything)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(sheets, targets):
    assert capacity.section({"sheets": sheets, "targets": targets}).title


# ---- the document and the picture


def test_a_full_section_leaves_nothing_open_but_evidence():
    answers = ours()
    assert [line for line in capacity.section(answers).unknown if "evidence" not in line] == []
    for one in answers["sheets"]:
        one |= {f"{name}_evidence": "minutes" for name in NAMES.values()}
    assert capacity.section(answers).unknown == []


def test_what_is_missing_is_named():
    answers = ours()
    answers["sheets"] = [one | {"round": "alone"} for one in answers["sheets"][:2]]
    del answers["sheets"][0]["data_level"], answers["sheets"][1]["data_level"], answers["targets"]
    said = " ".join(capacity.section(answers).unknown)
    for words in (
        "Only 2 people",
        "Elected member",
        "From outside",
        "after the talk",
        '"Collecting and',
        "No target",
    ):
        assert words in said


def test_the_section_names_no_role_beside_a_rating():
    answers = ours()
    answers["sheets"][4] |= {"data_evidence": "minutes", "data_place": "archive"}
    shown = capacity.section(answers)
    tables = " ".join(part.frame.to_string() for part in shown.parts if isinstance(part, Table))
    assert "minutes" in tables and "archive" in tables
    words = tables + " ".join(getattr(part, "words", "") for part in shown.parts)
    assert not any(role in words for role, _, _ in FIVE)


def test_the_section_has_neither_total_nor_mean():
    shown = capacity.section(ours())
    for part in shown.parts:
        if isinstance(part, Table):
            assert len(part.frame) == 6 and not part.frame.map(lambda cell: "." in str(cell)).to_numpy().any()
    order = next(part for part in shown.parts if isinstance(part, Points))
    assert order.numbered and order.items[0].startswith("Work with communities: gap of 2.")


def test_a_claim_is_drawn_hollow_and_the_alt_text_tells_each_row(monkeypatch):
    from matplotlib.axes import Axes

    drawn, plot = [], Axes.plot

    def watch(self, x, y, *words, **look):
        drawn.append((len(x), look.get("markerfacecolor")))
        return plot(self, x, y, *words, **look)

    monkeypatch.setattr(Axes, "plot", watch)
    full = sheet("Clerk", data=2) | {"data_evidence": "table"}
    shown = capacity.picture({"sheets": [full, sheet("Head", data=3), sheet("Guard", data="cannot_judge")]})
    faces = [face for points, face in drawn if points]
    assert len(faces) == 2 and sorted(face == "white" for face in faces) == [False, True]
    assert "Collecting and analysing data: level 2, 1 cannot judge, from 2 to 3 among 2" in shown.alt


def test_spanish_readers_get_spanish(monkeypatch):
    set_language("es")
    shown = capacity.section(ours())
    assert shown.title == "Autoevaluación de capacidades" and "1 de diciembre de 2027" in str(shown.parts)
    assert isinstance(shown.parts[2], Picture) and "Marco legal: nivel 1" in shown.parts[2].figure.alt


def test_answers_typed_into_the_page_are_those_the_method_reads():
    found = check_answers(page_definition("capacity"), ours() | {"who_sees": "all", "complaints_to": "ombuds"})
    assert not found.problems and not found.empty
    assert capacity.priorities(found.answers)["letter"].tolist() == ["C", "L", "R", "D", "K", "P"]


def test_the_order_of_the_sheets_changes_nothing():
    answers = ours()
    random.Random(3).shuffle(answers["sheets"])
    assert capacity.summary(answers).equals(capacity.summary(ours()))
    assert capacity.ratings(answers, today=date(2030, 1, 1))["basis"].eq("claimed").all()
