"""Made-up people have published totals, say everywhere that they are made up, and can be drawn again alike."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kit import course, data
from kit.data.draws import Dice, apportion
from kit.data.synthetic import complaints_table, make, register, survey
from kit.data.variants import answer_sets, redraw
from kit.errors import ExerciseError

EXERCISES = Path(__file__).parent / "redrawn"
RATES = "rates_by_district"
PINNED_DRAWS = [966917940168, 415570666402, 91622790801]
PINNED_ORDER = list("hedcafbg")
PINNED_TOWN = "1ca1d2700fcd91ce"
PINNED_KEY = {
    "most_complaints": "Orchard",
    "highest_rate": "Quarry",
    "rate_of_town": 13.44,
    "share_that_told": 0.138,
}


@pytest.fixture(scope="module")
def answers():
    return survey()


def test_the_survey_has_the_published_totals(answers):
    """Interviews, people affected and people who told somebody: each the published figure, to the person."""
    published = data.load("survey-underreporting")
    published = published[(published["year"] == 2022) & (published["place"] == "Barcelona")].set_index("indicator")
    affected = (answers["experienced"] == "yes").sum()
    told = (answers["told"] == "yes").sum()
    assert len(answers) == published.loc["survey_sample", "value"]
    assert round(100 * affected / len(answers)) == published.loc["experienced_discrimination", "value"]
    assert round(100 * told / affected, 1) == published.loc["told_someone_official", "value"]
    assert answers.loc[answers["experienced"] == "no", "told"].isna().all()
    assert answers.loc[answers["experienced"] == "yes", "told"].isin(["yes", "no"]).all()


@pytest.mark.parametrize("table", [survey(), register()], ids=["survey", "register"])
def test_districts_and_citizenship_follow_the_published_population(table):
    """No district is more than one person off its published share, and none more than one foreign citizen."""
    people = data.load("barcelona-population-districts")
    people = people[
        (people["year"] == 2021) & (people["dimension"] == "district") & (people["category"] != "City total")
    ]
    residents = people[people["indicator"] == "population"].set_index("category")["value"]
    foreign = people[people["indicator"] == "foreign_citizens"].set_index("category")["value"]
    counts = table["district"].value_counts()
    assert {*counts.index} == {*residents.index}
    assert ((counts - len(table) * residents / residents.sum()).abs() < 1).all()
    foreigners = table[table["citizenship"] == "foreign citizenship"]["district"].value_counts()
    assert ((foreigners - counts * foreign / residents).abs() < 1).all()


def test_the_register_has_the_published_files_and_grounds():
    casework = data.load("ond-casework")
    casework = casework[(casework["period"] == "2021") & (casework["unit"] == "files")].set_index("category")[
        "value"
    ]
    table = register()
    assert len(table) == casework["all"] == 244
    for ground in ("racism and xenophobia", "LGTBI-phobia"):
        assert (table["ground"] == ground).sum() == casework[ground]


def test_chance_does_not_tie_what_is_meant_to_be_free():
    """Order, gender and ground are mixed: no column can be worked out from the row number."""
    table = register()
    for column in ("gender", "ground", "district"):
        halves = [part[column].value_counts(normalize=True) for part in (table[:122], table[122:])]
        assert halves[0].sub(halves[1], fill_value=0).abs().max() < 0.2, column
    women = table[table["gender"] == "woman"]["ground"].value_counts(normalize=True)
    assert women.sub(table["ground"].value_counts(normalize=True)).abs().max() < 0.12


def test_no_column_names_a_person(answers):
    from kit.data.personal import examine

    for table in (answers, register()):
        cells = {name: table[name].fillna("").astype(str).tolist() for name in table.columns}
        assert not any(each.direct for each in examine(cells))
        assert "name" not in table.columns


def test_synthetic_is_said_in_name_attrs_citation_and_chart(answers):
    from kit.figures import canvas, figure

    for name in ("survey-synthetic", "register-synthetic"):
        table = data.load(name)
        assert table.attrs["synthetic"] is True
        assert data.cite(table).startswith("SYNTHETIC, no real people:")
        assert "made up by the kit" in data.cite(table)
        assert "Synthetic. No row is a real person" in data.card(name)
    picture, _ = canvas()
    shown = figure(
        picture,
        alt="Empty.",
        caption="Nothing.",
        source=data.cite(answers),
        table=answers.head(1),
        synthetic=answers.attrs["synthetic"],
    )
    assert "SYNTHETIC" in shown.markup


def test_the_committed_tables_are_those_the_command_makes(tmp_path):
    """One command, one seed: the same bytes, wherever it runs."""
    import shutil

    shutil.copytree(course.folder("datasets"), tmp_path / "datasets")
    (tmp_path / "datasets/synthetic/survey-synthetic.csv").unlink()
    assert "synthetic/survey-synthetic.csv" in make(tmp_path / "datasets")
    assert make(tmp_path / "datasets") == []
    for name in ("survey-synthetic", "register-synthetic"):
        there = (course.folder("datasets") / f"synthetic/{name}.csv").read_bytes()
        assert (tmp_path / f"datasets/synthetic/{name}.csv").read_bytes() == there


def test_another_seed_gives_other_people_with_the_same_totals(answers):
    other = survey("another seed")
    assert not other.equals(answers)
    assert other["experienced"].value_counts().to_dict() == answers["experienced"].value_counts().to_dict()


def test_the_dice_are_the_same_on_every_computer():
    """Pinned: a change here would give every learner another variant."""
    dice = Dice("pinned", key="secret")
    assert [dice.below(10**12) for _ in range(3)] == PINNED_DRAWS
    assert dice.shuffled("abcdefgh") == PINNED_ORDER
    table = complaints_table(Dice("pinned town"))
    assert hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode()).hexdigest()[:16] == PINNED_TOWN


def test_dice_are_fair_and_refuse_nonsense():
    dice = Dice("fair")
    throws = pd.Series([dice.below(6) for _ in range(6000)]).value_counts()
    assert throws.between(880, 1120).all() and len(throws) == 6
    assert sorted(dice.shuffled(range(50))) == [*range(50)]
    assert sorted(dice.weighted([0, 3, 1, 0, 2], 3)) == [1, 2, 4]
    for limit in (0, -1, 2**65):
        with pytest.raises(ValueError, match="limit"):
            dice.below(limit)


@pytest.mark.parametrize("total", [0, 1, 7, 100, 1325])
def test_parts_always_add_up(total):
    parts = apportion(total, [104239, 262951, 183371, 1, 0])
    assert sum(parts) == total and min(parts) >= 0 and parts[-1] == 0


def test_every_town_has_the_same_difficulty():
    for i in range(300):
        town = complaints_table(Dice("town", str(i)))
        rate = town["complaints"] / town["residents"]
        assert town["complaints"].idxmax() != rate.idxmax()
        assert (town[["complaints", "told"]] >= 5).all().all()
        assert (town["told"] <= town["experienced"]).all() and (town["experienced"] < town["asked"]).all()
        assert town["district"].is_unique
    with pytest.raises(ValueError, match="parts"):
        complaints_table(Dice("x"), parts=2)


def test_a_learner_gets_the_same_variant_again_and_another_learner_another():
    mine = redraw(RATES, "learner 1", "autumn", folder=EXERCISES)
    again = redraw(RATES, "learner 1", "autumn", folder=EXERCISES)
    assert mine.data.equals(again.data) and mine.key == again.key
    assert redraw(RATES, "learner 2", "autumn", folder=EXERCISES).key != mine.key
    assert redraw(RATES, "learner 1", "spring", folder=EXERCISES).key != mine.key
    assert mine.key == PINNED_KEY
    assert mine.data.attrs["synthetic"] is True


def test_a_variant_is_the_same_in_another_process_with_another_hash_seed():
    code = (
        "from kit.data.variants import redraw\n"
        f"print(sorted(redraw({RATES!r}, 'learner 1', 'autumn', folder={str(EXERCISES)!r}).key.items(), key=str))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    ).stdout
    mine = redraw(RATES, "learner 1", "autumn", folder=EXERCISES).key
    assert said.strip() == str(sorted(mine.items(), key=str))


def test_the_learner_is_neither_stored_nor_shown():
    mine = redraw(RATES, "maria.garcia@example.org", "autumn", folder=EXERCISES)
    shown = mine.data.to_csv() + repr(mine.data.attrs) + repr(mine)
    assert "maria" not in shown and "autumn" not in shown


def test_the_key_comes_from_the_reference_answer():
    mine = redraw(RATES, "learner 9", "autumn", folder=EXERCISES)
    told, experienced = mine.data["told"].sum(), mine.data["experienced"].sum()
    assert mine.key["share_that_told"] == round(told / experienced, 3)


def test_draws_that_do_not_fit_are_drawn_again(tmp_path):
    """An exercise says which draws are as hard as meant; the others never reach a learner."""
    (tmp_path / "even").mkdir()
    (tmp_path / "even" / "variants.py").write_text(
        "import pandas as pd\n"
        "def draw(dice): return pd.DataFrame({'cases': [dice.between(1, 10)]})\n"
        "def fits(data): return data['cases'].sum() % 2 == 0\n"
        "def answers(data): return {'cases': int(data['cases'].sum())}\n",
        "utf-8",
    )
    keys = [redraw("even", str(i), "seed", folder=tmp_path).key["cases"] for i in range(60)]
    assert {*keys} == {2, 4, 6, 8, 10}


def test_shared_answers_are_counted_where_the_range_is_small(tmp_path):
    """The count itself works: with ten possible answers, a hundred learners must share them."""
    (tmp_path / "few").mkdir()
    (tmp_path / "few" / "variants.py").write_text(
        "import pandas as pd\n"
        "def draw(dice): return pd.DataFrame({'cases': [dice.between(1, 10)]})\n"
        "def answers(data): return {'cases': int(data['cases'].sum())}\n",
        "utf-8",
    )
    found = answer_sets("few", map(str, range(100)), "seed", folder=tmp_path)
    assert found["different"] == 10 and found["sharing"] == 100
    assert 9 < found["range"] < 12 and found["expected"] > 99


@pytest.mark.slow
def test_learners_share_answers_no_more_often_than_the_range_of_answers_allows():
    """Ten thousand learners: as many share a set of answers as chance gives for a range of that size."""
    found = answer_sets(RATES, [f"learner {i}" for i in range(10_000)], "autumn", folder=EXERCISES)
    assert found["learners"] == 10_000
    assert found["different"] >= 9_900
    allowed = found["expected"] + 4 * found["expected"] ** 0.5 + 10
    assert found["sharing"] <= allowed, found


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (None, "synthetic.no-variants"),
        ("def draw(dice): return 1\n", "synthetic.variants-lack"),
        ("def draw(:\n", "synthetic.bad-variants"),
        ("def draw(dice): return 1 / 0\ndef answers(data): return {}\n", "synthetic.bad-variants"),
        (
            "import pandas as pd\ndef draw(d): return pd.DataFrame()\ndef answers(data): return {}\n",
            "synthetic.no-answers",
        ),
        (
            "def draw(dice): return 1\ndef answers(data): return {'a': 1}\ndef fits(data): return False\n",
            "synthetic.never-fits",
        ),
    ],
)
def test_a_broken_maker_of_variants_is_explained_in_three_lines(tmp_path, content, key):
    (tmp_path / "broken").mkdir()
    if content is not None:
        (tmp_path / "broken" / "variants.py").write_text(content, "utf-8")
    with pytest.raises(ExerciseError) as caught:
        redraw("broken", "learner", "seed", folder=tmp_path)
    assert caught.value.key == key
    assert len(caught.value.lines) == 3
