"""Tables load with the right types and their sources, or say in three lines why not."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kit import course, data
from kit.data import tables
from kit.data.package import build
from kit.errors import DataError, SetupError
from kit.text import set_language

NAMES = data.list()["name"].tolist()
FIGURES = [each["name"] for each in tables._package()["resources"] if each["fact"]]


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the tables that a test may spoil."""
    folder = tmp_path / "datasets"
    shutil.copytree(course.folder("datasets"), folder)
    monkeypatch.setattr(course, "folder", lambda name: tmp_path / name)
    return folder


def refused(name, **options):
    with pytest.raises(DataError) as caught:
        data.load(name, **options)
    assert len(caught.value.lines) == 3, caught.value
    return caught.value


def test_importing_kit_data_does_not_load_pandas():
    """A learner's first line must not take seconds."""
    code = "import sys, kit.data; assert callable(kit.data.load); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1]).returncode == 0


def test_every_public_name_of_kit_data_can_be_had():
    for name in ("card", "cite", "list", "load", "read_own"):
        assert callable(getattr(data, name)), name
    assert set(data.__all__) <= set(dir(data))
    with pytest.raises(AttributeError):
        _ = data.no_such_name


# --- list ---------------------------------------------------------------------------------


def test_the_list_names_each_table_once_with_title_place_rows_and_date():
    table = data.list()
    assert table.columns.tolist() == ["name", "title", "place", "rows", "as_of"]
    assert table["name"].is_unique and table.notna().all().all()
    assert (table["rows"] > 0).all()
    assert pd.api.types.is_datetime64_any_dtype(table["as_of"])
    for name in ("observatory-totals", "ond-casework", "vienna-housing", "resolution-51-12", "worked-examples"):
        assert name in table["name"].tolist()


# --- load ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_table_loads_with_the_types_its_description_promises(name):
    resource = tables._resource(name)
    table = data.load(name, conflicts=True)
    assert len(table) == resource["rows"]
    for field in resource["schema"]["fields"]:
        column = table[field["name"]]
        if field["type"] == "integer":
            assert column.dtype == "Int64", field
        elif field["type"] == "number":
            assert column.dtype == "float64", field
        elif field["type"] == "date":
            assert pd.api.types.is_datetime64_any_dtype(column), field
        elif "categories" in field or "enum" in field.get("constraints", {}):
            assert isinstance(column.dtype, pd.CategoricalDtype), field
        else:
            assert pd.api.types.is_string_dtype(column), field
        if field.get("constraints", {}).get("required"):
            assert column.notna().all(), field


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_what_stands_in_the_file(name):
    """Nothing is eaten, rounded or moved to another row."""
    resource = tables._resource(name)
    raw = pd.read_csv(
        course.folder("datasets") / resource["path"], dtype="str", keep_default_na=False, na_values=[""]
    )
    table = data.load(name, conflicts=True)
    for column in table.columns:
        loaded = table[column]
        assert loaded.isna().tolist() == raw[column].isna().tolist(), column
        if pd.api.types.is_datetime64_any_dtype(loaded):
            assert loaded.dropna().dt.strftime("%Y-%m-%d").tolist() == raw[column].dropna().tolist()
        elif pd.api.types.is_numeric_dtype(loaded):
            assert loaded.dropna().tolist() == [float(cell) for cell in raw[column].dropna()]
        else:
            assert loaded.dropna().astype("str").tolist() == raw[column].dropna().tolist()


def test_missing_is_missing_and_never_zero():
    table = data.load("municipal-poverty-population")
    poor = table[(table["indicator"] == "extreme_poverty_share") & (table["year"] == 2015)]
    assert sorted(poor[poor["value"].isna()]["place"]) == [
        "Matías Romero Avendaño",
        "San Francisco Chindúa",
        "Santa María Chimalapa",
        "Santa María Petapa",
    ]


def test_words_that_look_like_missing_values_stay_words(copy):
    """Namibia is "NA" in many lists, and "None" can be an answer."""
    path = copy / "un_system" / "un-glossary.csv"
    words = ["NA", "None", "null", "nan", "N/A", "-", "#N/A"]
    new = "".join(f"{word},a word,palabra,mot,local,paperzz-com-metadata,,yes,recall\n" for word in words)
    path.write_text(path.read_text("utf-8") + new, "utf-8")
    build(copy)
    assert set(words) <= set(data.load("un-glossary")["term"])
    assert (data.load("ratifications")["status"] == "none").any()


def test_the_clean_view_keeps_the_best_row_of_a_fact_and_conflicts_show_all():
    wanted = {"indicator": "homeless_people_counted", "category": "total", "year": 2011}
    clean, every = (data.load("city-homeless-counts", conflicts=each) for each in (False, True))
    assert select(clean, **wanted)["value"].tolist() == [1581]
    assert sorted(select(every, **wanted)["value"]) == [1581, 1605]
    assert select(every, **wanted, status="preliminary")["value"].tolist() == [1605]


@pytest.mark.parametrize("name", FIGURES)
def test_the_clean_view_has_one_row_a_fact_and_no_row_known_to_be_wrong(name):
    fact = tables._resource(name)["fact"]
    clean, every = data.load(name), data.load(name, conflicts=True)
    assert not clean.duplicated(fact).any()
    assert not clean["status"].isin(["superseded", "mislabelled", "press_error", "wrong"]).any()
    good = every[~every["status"].isin(["superseded", "mislabelled", "press_error", "wrong"])]
    assert len(clean) == len(good.drop_duplicates(fact)), "a fact has been lost"
    best = good["status"].cat.codes.groupby([good[each].astype("str") for each in fact]).min()
    kept = clean["status"].cat.codes.groupby([clean[each].astype("str") for each in fact]).min()
    assert kept.sort_index().equals(best.sort_index())


def test_a_table_without_conflicts_is_the_same_both_ways():
    pd.testing.assert_frame_equal(data.load("ratifications"), data.load("ratifications", conflicts=True))


def test_loading_twice_gives_two_tables_that_do_not_touch_each_other():
    first = data.load("housing-audit")
    first["value"] = 0.0
    next(iter(first.attrs["sources"].values()))["publisher"] = "nobody"
    second = data.load("housing-audit")
    assert (second["value"] > 0).all()
    assert "nobody" not in data.cite(second)


def select(table, **wanted):
    for column, word in wanted.items():
        table = table[table[column] == word]
    return table


# --- attrs and cite -----------------------------------------------------------------------


def test_sources_and_date_travel_with_the_rows():
    table = data.load("ond-casework")
    for part in (
        table,
        table[table["year"] == 2019],
        table.sort_values("value"),
        table.assign(more=1),
        table.copy(),
    ):
        assert part.attrs["as_of"] == "2026-11-25"
        assert part.attrs["table"] == "ond-casework"
        assert set(part["source_id"]) <= set(part.attrs["sources"])
    one = table.attrs["sources"][table["source_id"].iloc[0]]
    assert {"publisher", "title", "kind", "url", "date_read", "language"} <= set(one)


def test_a_citation_names_only_the_sources_of_the_rows_it_is_asked_about():
    table = data.load("observatory-totals")
    whole, part = data.cite(table), data.cite(table[table["period"] == "2022"])
    assert "\n" not in whole and "observatory-totals" in whole and "2026-11-25" in whole
    assert "El Triangle" not in part and "City of Barcelona" in part
    rows = table[table["period"] == "2022"]
    publishers = {rows.attrs["sources"][each]["publisher"] for each in rows["source_id"]}
    assert all(each in part for each in publishers)


def test_a_citation_of_many_sources_stays_one_readable_line():
    line = data.cite(data.load("vaw-police-and-survey", conflicts=True))
    assert "\n" not in line and " more. As of " in line
    assert len(line) < 300


def test_synthetic_data_say_so_in_their_citation():
    table = data.load("ond-casework")
    table.attrs["synthetic"] = True
    assert data.cite(table).startswith("SYNTHETIC")


def test_a_citation_speaks_the_language_in_use():
    table = data.load("housing-audit")
    set_language("es")
    try:
        assert "Fuentes:" in data.cite(table)
    finally:
        set_language(None)


def test_a_table_of_unknown_origin_cannot_be_cited():
    with pytest.raises(DataError) as caught:
        data.cite(pd.DataFrame({"value": [1]}))
    assert caught.value.key == "data.nothing-to-cite" and len(caught.value.lines) == 3


# --- card ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_card_answers_every_question_and_names_the_checksum_of_the_file(name):
    card = data.card(name)
    for heading in (
        "Who made it",
        "Why",
        "Who asked to be counted",
        "Who can be hurt",
        "What it cannot say",
        "Known errors and differences",
        "Licence",
    ):
        assert f"\n## {heading}\n" in card, heading
    path = course.folder("datasets") / tables._resource(name)["path"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() in card
    assert "As of:" in card and "+++" not in card


def test_a_card_is_formatted_text_in_a_notebook_and_plain_text_elsewhere():
    card = data.card("ond-casework")
    assert card._repr_markdown_() == str(card) == repr(card)
    assert card.startswith("# Casework of the Office for Non-Discrimination\n")


# --- what goes wrong ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("ond-caswork", "ond-casework"),
        ("OND casework", "ond-casework"),
        ("ond_casework", "ond-casework"),
        ("viena-housing", "vienna-housing"),
        ("ratification", "ratifications"),
        ("", None),
        (None, None),
        ("🏙" * 500, None),
        ("../package", None),
    ],
)
def test_an_unknown_name_gets_the_three_nearest(asked, near):
    error = refused(asked)
    assert error.key == "data.unknown-table"
    assert len(error.gaps["nearest"].split(", ")) == 3
    assert set(error.gaps["nearest"].split(", ")) <= set(NAMES)
    if near:
        assert near in error.gaps["nearest"].split(", ")


def test_a_card_of_an_unknown_table_is_refused_in_the_same_words():
    with pytest.raises(DataError) as caught:
        data.card("ond-caswork")
    assert caught.value.key == "data.unknown-table"


def spoil_digit(path):
    path.write_bytes(path.read_bytes().replace(b",228,", b",229,", 1))


def spoil_end(path):
    path.write_bytes(path.read_bytes()[:-40])


def spoil_line_ends(path):
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def spoil_all(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("spoil", [spoil_digit, spoil_end, spoil_line_ends, spoil_all])
def test_a_changed_file_is_refused_and_never_gives_numbers(copy, spoil):
    spoil(copy / "barcelona" / "ond-casework.csv")
    assert refused("ond-casework").key == "data.damaged"
    assert refused("ond-casework", conflicts=True).key == "data.damaged"
    assert len(data.load("housing-audit")) > 0, "the other tables still load"


def test_a_changed_table_of_sources_is_refused_too(copy):
    """Figures with the wrong source are as bad as wrong figures."""
    path = copy / "barcelona" / "barcelona-sources.csv"
    path.write_bytes(path.read_bytes().replace(b"press", b"NGO", 1))
    assert refused("ond-casework").key == "data.damaged"


def test_a_lost_file_is_named(copy):
    (copy / "barcelona" / "ond-casework.csv").unlink()
    error = refused("ond-casework")
    assert error.key == "data.missing-file" and "barcelona/ond-casework.csv" in str(error)


def test_a_folder_in_the_place_of_the_file_is_explained(copy):
    path = copy / "barcelona" / "ond-casework.csv"
    path.unlink()
    path.mkdir()
    assert refused("ond-casework").key in ("data.unreadable", "data.no-permission")


def test_a_file_one_may_not_read_is_explained(copy, monkeypatch):
    real = Path.read_bytes

    def read(path):
        if path.name == "ond-casework.csv":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    assert refused("ond-casework").key == "data.no-permission"


@pytest.mark.parametrize(
    "spoil", [Path.unlink, lambda path: path.write_text("{"), lambda path: path.write_bytes(b"\xff")]
)
def test_a_lost_or_broken_list_of_tables_is_explained(copy, spoil):
    spoil(copy / "datapackage.json")
    assert refused("ond-casework").key == "data.no-package"


def test_a_rebuilt_list_of_tables_is_read_again_without_a_restart(copy):
    assert len(data.load("housing-audit", conflicts=True)) == 14
    path = copy / "barcelona" / "housing-audit.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), "utf-8")
    build(copy)
    os.utime(copy / "datapackage.json", ns=(1, 1))
    assert len(data.load("housing-audit", conflicts=True)) == 13


# --- where the course is ------------------------------------------------------------------


def test_an_installed_kit_finds_the_course_inside_itself(tmp_path, monkeypatch):
    """`datasets` is also the name of other packages: the folder inside the kit comes first."""
    (tmp_path / "kit" / "_course" / "datasets").mkdir(parents=True)
    (tmp_path / "datasets").mkdir()
    monkeypatch.setattr(course, "_HERE", tmp_path / "kit")
    assert course.folder("datasets") == tmp_path / "kit" / "_course" / "datasets"
    with pytest.raises(SetupError) as caught:
        course.folder("modules")
    assert len(caught.value.lines) == 3


def test_the_description_of_a_table_can_be_read_without_the_kit():
    """Others read datapackage.json with their own tools."""
    package = json.loads((course.folder("datasets") / "datapackage.json").read_text("utf-8"))
    assert {"name", "title", "description", "version", "licenses", "resources"} <= set(package)
    for each in package["resources"]:
        assert {"name", "title", "description", "path", "schema", "hash", "bytes", "licenses"} <= set(each)
        assert each["schema"]["primaryKey"] and each["schema"]["missingValues"] == [""]
