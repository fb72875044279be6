"""The tracker says what is due, keeps every earlier status, and holds its own status apart from grades."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from test_forms import anything

from kit.assess import recommendations as tracker
from kit.assess.rule_files import rules
from kit.assess.section import Picture, Table
from kit.errors import KitError, MeasureError, TownFileError
from kit.learn import fill, form
from kit.text import set_language

EXAMPLE = Path(__file__).parents[1] / "docs" / "example_town" / "recommendations.json"
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    yield
    set_language(None)


def example():
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))["answers"]


def page(*listed, log=()):
    return {"recommendations": [{"mechanism": "upr"} | one for one in listed], "log": list(log)}


def entry(status, on="2026-03-01", **more):
    return {"id": "U1", "on": on, "status": status, "by": "Mayor"} | more


def many(count):
    themes = [one["value"] for one in rules("recommendations")["scales"]["themes"]]
    return [
        {
            **{"id": f"UPR-{i}", "mechanism": "upr", "words": f"Recommendation {i}, made up", "groups": "a; b"},
            **{
                "reply": ("supported", "noted")[i % 2],
                "theme": themes[i % len(themes)],
                "owner": f"Office {i % 40}",
            },
            "due": (TODAY + timedelta(days=i % 700 - 300)).isoformat(),
        }
        for i in range(count)
    ]


# ---------------------------------------------------------------- status and log


def test_the_last_entry_of_the_log_counts_and_without_one_nothing_has_started():
    entries = [entry("under_way", "2026-05-01"), entry("planned", "2026-03-01")]
    table = tracker.recommendations(page({"id": "U1"}, {"id": "U2"}, log=entries))
    assert table["status"].tolist() == ["under_way", "not_started"]


def test_a_new_status_is_added_and_the_old_one_stays():
    before = page({"id": "U1"}, log=[entry("planned")])
    after = tracker.record(before, id="u1", status="under_way", by="Clerk", on=date(2026, 6, 1))
    assert [one["status"] for one in after["log"]] == ["planned", "under_way"]
    assert len(before["log"]) == 1


OWN = {"power_holder": "Parliament", "told_on": "2026-01-01", "power": "own"}


@pytest.mark.parametrize(
    ("row", "change", "key"),
    [
        ({}, {"status": "not_started"}, "recommendations.back"),
        ({}, {"status": "refused"}, "recommendations.refused"),
        ({"indicator": "share"}, {"status": "change_shown"}, "recommendations.change"),
        ({}, {"status": "change_shown", "reader": "Ombuds office"}, "recommendations.change"),
        ({"power_holder": "Parliament"}, {"status": "not_in_power"}, "recommendations.power"),
        (OWN, {"status": "not_in_power"}, "recommendations.own-power"),
        ({}, {"status": "finished"}, "recommendations.no-status"),
        ({}, {"status": "under_way", "on": date(2026, 1, 1)}, "recommendations.day"),
        ({}, {"status": "under_way", "on": date(2999, 1, 1)}, "recommendations.day"),
        ({}, {"status": "under_way", "id": "U9"}, "recommendations.none"),
    ],
)  # fmt: skip
def test_a_move_that_will_not_do_is_refused_and_nothing_is_written(row, change, key):
    before = page({"id": "U1"} | row, log=[entry("planned")])
    kept = json.dumps(before)
    with pytest.raises(MeasureError) as caught:
        tracker.record(before, **({"id": "U1", "by": "Mayor", "on": date(2026, 6, 1)} | change))
    assert caught.value.key == key
    assert len(caught.value.lines) == 3
    assert json.dumps(before) == kept


@pytest.mark.parametrize(
    "change",
    [
        ({}, {"status": "not_started", "note": "money withdrawn"}),
        ({}, {"status": "refused", "note": "Council, 12 May"}),
        ({"indicator": "share"}, {"status": "change_shown", "reader": "Ombuds office"}),
        ({"power_holder": "Parliament", "told_on": "2026-01-01"}, {"status": "not_in_power"}),
    ],
)
def test_the_same_move_with_what_it_needs_is_written(change):
    row, move = change
    after = tracker.record(
        page({"id": "U1"} | row, log=[entry("planned")]), id="U1", by="Mayor", on=date(2026, 6, 1), **move
    )
    assert tracker.recommendations(after)["status"].tolist() == [move["status"]]


def test_a_recommendation_with_several_parts_is_split_before_its_first_status():
    parts = tracker.split(
        page({"id": "U1", "reply": "noted"}, {"id": "U2"}), id="U1", parts=["Do this", "Do that"]
    )
    assert tracker.recommendations(parts)[["id", "words", "reply"]].values.tolist() == [
        ["U1.a", "Do this", "noted"],
        ["U1.b", "Do that", "noted"],
        ["U2", "", ""],
    ]
    with pytest.raises(MeasureError, match="has a status already"):
        tracker.split(page({"id": "U1"}, log=[entry("planned")]), id="U1", parts=["a", "b"])
    with pytest.raises(MeasureError, match="fewer than two parts"):
        tracker.split(page({"id": "U1"}), id="U1", parts=["a"])


# ---------------------------------------------------------------- what the State said, official grades


GRADE = {"mechanism": "treaty_body", "official_scale": "ccpr_2017", "official_grade": "B",
         "official_on": "2020-07-24", "official_where": "CCPR/C/128/3, para. 7"}  # fmt: skip


def test_the_published_scales_are_kept_as_published():
    scales = {
        scale["id"]: [grade["value"] for grade in scale["grades"]]
        for scale in rules("recommendations")["official_scales"]
    }
    assert scales["ccpr_2017"] == list("abcde")
    assert scales["ccpr_2013"] == ["a", "b1", "b2", "c1", "c2", "d1", "d2", "e"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"official_grade": "B1"}, "recommendations.grade"),
        ({"official_scale": "ccpr_2013"}, "recommendations.grade"),
        ({"official_scale": "ccpr_2013", "official_grade": "B1"}, "recommendations.scale-years"),
        ({"official_where": None}, "recommendations.official"),
        ({"official_scale": None}, "recommendations.official"),
        ({"reply": "supported"}, "recommendations.reply"),
    ],
)
def test_a_grade_needs_its_scale_day_and_paragraph_and_a_treaty_body_has_no_reply(change, key):
    with pytest.raises(MeasureError) as caught:
        tracker.recommendations(page({"id": "T1"} | GRADE | change))
    assert caught.value.key == key
    assert tracker.recommendations(page({"id": "T1"} | GRADE))["problem"].tolist() == [""]


def test_no_grade_becomes_a_number_and_no_count_a_share():
    for part in tracker.section(example(), today=TODAY).parts:
        if isinstance(part, Table):
            assert not any("%" in str(cell) or isinstance(cell, float) for cell in part.frame.to_numpy().ravel())


def test_noted_is_told_apart_from_supported_and_already_done_is_kept_apart():
    listed = [{"id": "A", "reply": "supported", "already_done": "yes"}, {"id": "B", "reply": "noted"},
              {"id": "T", "mechanism": "treaty_body"}]  # fmt: skip
    found = tracker.replies(page(*listed)).set_index("reply")
    assert found["all"].to_dict() == {"supported": 1, "noted": 1}
    assert found["already_done"].to_dict() == {"supported": 1, "noted": 0}


# ---------------------------------------------------------------- views


def test_overdue_comes_first_and_what_is_closed_is_not_due():
    listed = [
        {"id": f"U{i}", "due": due}
        for i, due in enumerate(["2027-01-01", "2026-11-24", "2026-11-25", "", "2026-01-01"])
    ]
    found = tracker.due(page(*listed, log=[entry("measures_taken") | {"id": "U4"}]), today=TODAY)
    assert found[["id", "state"]].values.tolist() == [
        ["U1", "overdue"],
        ["U2", "soon"],
        ["U0", "soon"],
        ["U3", "no_deadline"],
    ]
    assert tracker.due(page(*listed), today=TODAY, within_days=0)["id"].tolist() == ["U4", "U1", "U2"]


def test_behind_every_count_stands_its_list():
    answers = example()
    for by in ("theme", "groups", "owner", "mechanism", "reply", "power"):
        for row in tracker.counts(answers, by=by).to_dict("records"):
            assert len(tracker.behind(answers, **{by: row[by]})) == row["all"]
            assert len(tracker.behind(answers, **{by: row[by], "status": "planned"})) == row["planned"]


def test_one_recommendation_for_two_groups_counts_for_both():
    found = tracker.counts(page({"id": "U1", "groups": "Roma; children"}), by="groups")
    assert found[["groups", "all"]].values.tolist() == [["Roma", 1], ["children", 1]]


@pytest.mark.parametrize(
    "call",
    [
        lambda: tracker.counts(page(), by="colour"),
        lambda: tracker.behind(page(), colour="red"),
        lambda: tracker.due(page(), within_days=-1),
    ],
)
def test_a_question_that_does_not_exist_is_named(call):
    with pytest.raises(MeasureError) as caught:
        call()
    assert len(caught.value.lines) == 3


def test_five_thousand_recommendations_are_read_counted_and_shown(tmp_path):
    answers = {"recommendations": many(5000), "country": "Utopia"}
    again = tracker.read(tracker.write(answers, tmp_path / "list.csv"))
    assert again["recommendations"] == answers["recommendations"]
    assert tracker.counts(again)["all"].sum() == 5000
    shown = tracker.section(again, today=TODAY)
    assert max(len(part.frame) for part in shown.parts if isinstance(part, Table)) <= 40
    assert len(shown.unknown) < 60


# ---------------------------------------------------------------- files


def test_a_spanish_office_reads_its_list_with_spanish_headings_and_words(tmp_path):
    file = tmp_path / "lista.csv"
    rows = "Clave;Recomendación, tal como se publicó;Qué dijo el Estado;Plazo;Grupos afectados\n"
    rows += "EPU-1;Poner fin a los desalojos;Tomada en nota;31.12.2027;niñez; \n".replace(
        "niñez; ", '"niñez; mayores"'
    )
    file.write_bytes(rows.encode("cp1252"))
    assert tracker.read(file)["recommendations"] == [
        {
            "id": "EPU-1",
            "words": "Poner fin a los desalojos",
            "reply": "noted",
            "due": "2027-12-31",
            "groups": "niñez; mayores",
        }
    ]


def test_what_was_written_is_read_again_with_its_status(tmp_path):
    again = tracker.read(tracker.write(example(), tmp_path / "list.csv"))
    before, after = (tracker.recommendations(one).drop(columns="note") for one in (example(), again))
    assert after["status"].tolist() == before["status"].tolist()
    assert after["evidence"].tolist() == before["evidence"].tolist()


def test_a_spreadsheet_finds_no_formula_in_the_file(tmp_path):
    answers = page({"id": "U1", "words": '=HYPERLINK("x")'})
    file = tracker.write(answers, tmp_path / "list.csv")
    assert ",\"'=HYPERLINK" in file.read_text(encoding="utf-8-sig")
    assert tracker.read(file)["recommendations"][0]["words"] == '=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("id,text\nU1,End it\n", "recommendations.column"),
        ("id,words,reply\nU1,End it,accepted\n", "recommendations.choice"),
        ("", None),
    ],
)
def test_a_list_that_cannot_be_used_says_what_to_change(tmp_path, content, key):
    file = tmp_path / "list.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(KitError) as caught:
        tracker.read(file)
    assert key is None or caught.value.key == key
    assert len(caught.value.lines) == 3


def test_another_heading_is_told_by_name(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("No,Recommendation text,Comment\nU1,End it,x\n", encoding="utf-8")
    found = tracker.read(file, rename={"No": "id", "Recommendation text": "words", "Comment": None})
    assert found["recommendations"] == [{"id": "U1", "words": "End it"}]


# ---------------------------------------------------------------- the page and the document


def test_two_rows_of_one_name_and_a_log_without_its_row_are_refused():
    with pytest.raises(MeasureError, match="stands twice"):
        tracker.recommendations(page({"id": "U1"}, {"id": "u1"}))
    with pytest.raises(MeasureError, match="which is not in the list"):
        tracker.recommendations(page({"id": "U2"}, log=[entry("planned")]))
    with pytest.raises(MeasureError, match="has no day"):
        tracker.recommendations(page({"id": "U1"}, log=[entry("planned", on="soon")]))


def test_the_form_refuses_a_deadline_in_the_past_and_an_entry_from_the_future(monkeypatch, tmp_path):
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))
    with pytest.raises(TownFileError, match="too early"):
        fill("recommendations", recommendations=[{"id": "U1", "due": "2020-01-01"}])
    with pytest.raises(TownFileError, match="too late"):
        fill("recommendations", log=[entry("planned", on="2999-01-01")])


def test_a_list_from_a_file_goes_into_the_town_and_its_form(monkeypatch, tmp_path):
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))
    listed = [one | {"due": "2999-01-01"} for one in many(30)]
    fill("recommendations", **tracker.read(tracker.write({"recommendations": listed}, tmp_path / "list.csv")))
    assert len(form("recommendations").fields["recommendations"].value) == 30


def test_the_section_names_problems_and_gaps_and_stays_a_draft():
    found = tracker.section(page({"id": "T1"} | GRADE | {"reply": "supported"}), today=TODAY)
    assert found.unknown[0] == "T1 comes from no Universal Periodic Review, but has a reply."
    assert any("Open without an owner: T1" in one for one in found.unknown)


def test_the_contribution_tells_action_evidence_and_the_view_of_civil_society():
    told = tracker.contribution(example())
    words = " ".join(item for part in told.parts for item in getattr(part, "items", []))
    for part in (
        "Reply of the State: noted",
        "Evidence: Draft by-law",
        "three of five desks are not usable",
        "Parliament",
    ):
        assert part in words
    assert "CCPR-20: nothing has been started here." in told.unknown


def test_the_picture_says_every_bar_in_words():
    shown = next(
        part.figure for part in tracker.section(example(), today=TODAY).parts if isinstance(part, Picture)
    )
    assert "Housing: planned 1, under way 2." in shown.alt
    assert shown.table["All"].sum() == 8


@given(anything, anything)
@settings(max_examples=30, deadline=None)
def test_whatever_a_hand_wrote_the_section_is_a_draft_and_no_crash(listed, log):
    found = tracker.section({"recommendations": listed, "log": log, "as_of": listed, "country": log}, today=TODAY)
    assert found.title


def test_spanish_readers_get_spanish(monkeypatch):
    monkeypatch.setenv("KIT_LANG", "es")
    assert tracker.contribution(example()).title == "Contribución al informe nacional"
