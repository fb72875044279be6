"""The gate stops before a table about single persons, says why without showing it, and seldom errs."""

import pandas as pd
import pytest

from kit import text as words
from kit.data import personal
from kit.data.own_file import read_own
from kit.data.personal import PersonalDataError, count_groups, examine, find_in
from kit.errors import DataError

PEOPLE = {
    "Apellidos": ["García López", "Schmidt", "O'Neil", "Peña"],
    "Vorname": ["Anna", "Jürgen", "José Luis", "Mary-Ann"],
    "Nombre y apellidos": ["Ana Pérez", "Luis Gil", "Eva Sanz", "Juan Mora"],
    "nombre": ["María García", "José Pérez Gil", "Ana de la Torre", "Luis Ortega"],
    "Kontakt": ["Huber, Anna", "Gruber, Thomas", "Wagner, Maria", "Bauer, Josef"],
    "quejoso": ["Juan Carlos Ruiz", "ANA TORRES", "Pedro Luna", "Rosa Díaz"],
    "DNI": ["12345678Z", "87654321X", "X1234567L", "11111111H"],
    "ref": ["12345678Z", "87654321X", "X1234567L", "11111111H"],
    "CURP": ["HEGG560427MVZRRL04"] * 4,
    "clave": ["see HEGG560427MVZRRL04", "", "", ""],
    "RFC": ["GODE561231GR8", "GODE561231GR8", "GODE561231GR8", "GODE561231GR8"],
    "SVNR": ["1237 010180", "1237 010180", "1237010180", "1237010180"],
    "SIN": ["046 454 286", "046454286", "046-454-286", "046 454 286"],
    "code": ["046 454 286", "046454286", "046-454-286", "193 456 787"],
    "PhilSys": ["1234-5678-9012-3456"] * 4,
    "passport number": ["XDA123456", "PAB987654", "C01X00T47", "AAB112233"],
    "AHV": ["756.1234.5678.97", "", "", ""],
    "correo": ["ana@example.org", "luis@example.org", "", ""],
    "notes": ["nothing", "ask ana.lopez@example.org", "", ""],
    "Telefon": ["+43 660 1234567", "0660 1234567", "01 23456789", "0699/12345678"],
    "remarks": ["call +34 612 345 678", "", "", ""],
    "contact": ["612 345 678", "699 888 777", "655 444 333", "600 111 222"],
    "Fecha de nacimiento": ["01/02/1980", "1975-12-31", "3.4.1999", "12/12/2001"],
    "Geburtsdatum": ["29465", "30000", "31000", "32000"],
    "domicilio": ["Calle Mayor 5", "Av. Juárez 100, int. 3", "C/ Luna, 7", "Plaza Real 1"],
    "where": ["Hauptstraße 12", "Mariahilfer Straße 101/5", "Berggasse 19", "Ring 3"],
    "location": ["12 Main Street", "450 West Georgia St, Vancouver", "7 Oak Avenue", "9 King Road"],
    "IBAN": ["ES91 2100 0418 4502 0005 1332", "", "", ""],
    "pay to": ["AT61 1904 3002 3457 3201", "", "", ""],
    "ip": ["192.168.1.17", "10.0.0.1", "83.12.44.201", "172.16.0.9"],
    "lat": ["41.385064", "41.403629", "41.396512", "41.414494"],
    "point": ["41.385064, 2.173404", "41.403629, 2.174356", "41.396512, 2.161843", "41.41449, 2.15269"],
}
HARMLESS = {
    "distrito": ["Ciutat Vella", "Eixample", "Sant Andreu", "Sant Martí"],
    "nombre": ["Nou Barris", "Gràcia", "Les Corts", "Sarrià-Sant Gervasi"],
    "name": [
        "Álvaro Obregón",
        "Benito Juárez",
        "Coyoacán",
        "Gustavo A. Madero",
        "Iztapalapa",
        "Tlalpan",
        "Xochimilco",
    ],
    "municipio": ["San Juan Bautista Tuxtepec", "Santa María Huatulco", "San José Ayuquila", "Santa Ana Zegache"],
    "barangay": ["San Jose", "Santa Cruz", "Poblacion", "San Isidro"],
    "Bezirk": ["Favoriten", "Josefstadt", "Mariahilf", "Rudolfsheim-Fünfhaus"],
    "place of episode": ["public space (street, square, park)", "work or study", "shops", "own neighbourhood"],
    "street type": ["street", "avenue", "square", "road"],
    "year": ["2019", "2020", "2021", "2022"],
    "period": ["2019-01 to 2019-06", "2020-01 to 2020-06", "2021", "2015-2016"],
    "date": ["2024-01-03", "2024-02-05", "2023-11-30", "2024-06-01"],
    "Telefon": ["12", "30", "7", "115"],
    "e-mail": ["102", "230", "17", "1,115"],
    "código postal": ["08001", "08002", "28013", "68000"],
    "PLZ": ["1010", "1020", "1030", "1100"],
    "code": ["080193", "080193001", "28079", "68067"],
    "population": ["104239", "262951", "183371", "1627559"],
    "budget": ["123.456.789", "987.654.321", "111.222.333", "454.286.046"],
    "amounts": ["046454280", "123456789", "987654321", "555555551"],
    "phone lines": ["016", "112", "061", "900 116 016"],
    "write to": ["info@example.org", "oficina@example.org", "presse@example.org", "contact@example.org"],
    "source": ["https://example.org/2020/20230802123024.html", "https://example.org/x_1290371", "page 12", "n. 4"],
    "organisation": ["SOS Racisme", "Fundación Ana Bella", "Caritas", "Asociación María Zambrano"],
    "ground": ["racism and xenophobia", "LGTBI-phobia", "gender", "language"],
    "definition": ["files opened by the office, 2019", "25 more than 2020, plus 11 percent", "a", "b"],
    "version": ["1.2.3.4", "draft", "2.0", "final"],
    "address": ["not asked", "asked", "not asked", "asked"],
    "víctima": ["mujer", "hombre", "no consta", "mujer"],
}


@pytest.mark.parametrize("heading", PEOPLE)
def test_a_column_about_persons_is_noticed(heading):
    found = examine({heading: PEOPLE[heading]})
    assert [each.column for each in found] == [heading]


@pytest.mark.parametrize("heading", HARMLESS)
def test_a_column_about_places_and_counts_is_not(heading):
    assert examine({heading: HARMLESS[heading]}) == []


def test_one_person_a_row_is_noticed_without_names():
    table = {"edad": ["34", "51"], "sexo": ["mujer", "hombre"], "nacionalidad": ["ES", "MA"], "motivo": ["a", "b"]}
    assert {each.column for each in examine(table)} == {"edad", "sexo", "nacionalidad"}
    assert examine(table | {"casos": ["12", "30"]}) == []


def test_exact_dates_spread_over_a_lifetime_are_dates_of_birth():
    dates = [f"{1940 + 5 * i}-0{1 + i % 9}-1{i % 9}" for i in range(12)]
    assert [each.kind for each in examine({"datum": dates})] == ["date-of-birth"]
    assert examine({"datum": [f"2023-0{1 + i % 9}-1{i % 9}" for i in range(12)]}) == []


@pytest.mark.parametrize(
    ("passage", "kind"),
    [
        ("Ask eva@example.org today", "e-mail"),
        ("+52 951 123 4567", "phone"),
        ("DNI 12345678Z", "id-number"),
        ("DNI 12345678A", None),
        ("ES9121000418450200051332", "bank-account"),
        ("growth of +12 345 in 2020", None),
        ("A/HRC/RES/51/12 and S/2020/1234567", None),
        ("", None),
    ],
)
def test_a_detail_inside_a_text_is_found(passage, kind):
    assert find_in(passage) == kind


def file_of(tmp_path, columns, name="people.csv"):
    path = tmp_path / name
    pd.DataFrame(columns).to_csv(path, sep=";", index=False)
    return path


PERSONS = {
    "Nombre": ["Ana López", "Luis Pérez", "Eva Mora", "José Gil", "Ana Sanz", "Juan Mora", "Rosa Gil", "Pau Mas"],
    "DNI": ["12345678Z", "87654321X", "X1234567L", "11111111H", "22222222J", "33333333P", "44444444A", "5555555K"],
    "Distrito": ["Norte"] * 6 + ["Sur"] * 2,
    "Motivo": ["racismo"] * 8,
}  # fmt: skip


def test_the_gate_stops_and_never_repeats_what_it_saw(tmp_path):
    path = file_of(tmp_path, PERSONS)
    for language in ("en", "es"):
        words.set_language(language)
        try:
            with pytest.raises(PersonalDataError) as caught:
                read_own(path, like={"district": "string", "cases": "integer"})
        finally:
            words.set_language(None)
        shown = str(caught.value) + "".join(caught.value.__notes__) + caught.value._repr_html_()
        assert {*caught.value.findings["column"]} == {"Nombre", "DNI"}
        assert not any(cell in shown for column in ("Nombre", "DNI") for cell in PERSONS[column])
        assert len(caught.value.lines) == 3


def test_counting_groups_hides_small_ones(tmp_path):
    table = read_own(file_of(tmp_path, PERSONS), personal="aggregate", by=["Distrito"])
    assert table.columns.tolist() == ["Distrito", "count", "hidden"]
    assert table["count"].isna().all()  # 6 alone would give 2 away to those who know the total
    more = {name: cells * 3 for name, cells in PERSONS.items()}
    table = read_own(file_of(tmp_path, more), personal="aggregate", by=["Distrito"])
    assert table["count"].tolist() == [18, 6]


@pytest.mark.parametrize(
    ("by", "key"),
    [((), "personal.by-missing"), (["DNI"], "personal.by-identifies"), (["Barrio"], "personal.by-unknown")],
)
def test_wrong_groups_are_refused(tmp_path, by, key):
    with pytest.raises(DataError) as caught:
        read_own(file_of(tmp_path, PERSONS), personal="aggregate", by=by)
    assert caught.value.key == key


def test_a_lawful_basis_still_drops_what_identifies(tmp_path):
    people = PERSONS | {"Notas": ["ask eva@example.org"] + ["-"] * 7}
    table = read_own(
        file_of(tmp_path, people),
        like={"nombre": "string", "dni": "string", "distrito": "string", "motivo": "string", "notas": "string"},
        personal=personal.LAWFUL_BASIS,
    )
    assert table.columns.tolist() == ["distrito", "motivo"]
    assert any("Nombre, DNI, Notas" in note for note in table.attrs["notes"])


def test_a_false_alarm_can_be_answered_column_by_column(tmp_path):
    offices = {"lat": ["41.385064", "41.403629"], "cases": ["3", "9"]}
    path = file_of(tmp_path, offices)
    like = {"lat": "number", "cases": "integer"}
    with pytest.raises(PersonalDataError):
        read_own(path, like=like)
    assert read_own(path, like=like, not_personal=["lat"])["lat"].tolist() == [41.385064, 41.403629]


def test_a_detail_far_down_is_found_too(tmp_path):
    rows = {"district": [f"d{i % 50}" for i in range(90_000)], "note": ["all well"] * 90_000}
    rows["note"][88_000] = "eva@example.org"
    path = file_of(tmp_path, rows)
    with pytest.raises(PersonalDataError):
        read_own(path, like={"district": "string", "note": "string"})


def test_a_column_left_out_is_not_looked_at(tmp_path):
    path = file_of(tmp_path, {"Nombre": PERSONS["Nombre"][:2], "cases": ["3", "9"]})
    assert read_own(path, like={"cases": "integer"}, rename={"Nombre": None})["cases"].tolist() == [3, 9]


def test_a_file_without_headings_does_not_show_its_first_person(tmp_path):
    path = tmp_path / "raw.csv"
    path.write_text("Ana;12345678Z;Norte\nLuis;87654321X;Sur\n", "utf-8")
    with pytest.raises(DataError) as caught:
        read_own(path, like={"name": "string", "dni": "string", "district": "string"})
    assert "12345678Z" not in str(caught.value) + "".join(caught.value.__notes__)


@pytest.mark.parametrize("sizes", [[9, 2], [9, 7, 2], [4, 4, 20], [5, 5], [1], [3, 3, 3], [100, 50, 4, 30]])
def test_no_hidden_group_can_be_worked_out_from_the_total(sizes):
    table = pd.DataFrame({"g": [f"g{i}" for i, size in enumerate(sizes) for _ in range(size)]})
    counts = count_groups(table, ["g"])
    shown = counts["count"].dropna()
    assert (shown >= 5).all()
    assert counts["hidden"].sum() != 1 or len(sizes) == 1
    assert shown.sum() <= sum(sizes)
