"""An office's own file is loaded whole and right, or not at all, with every reason and a way out."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from kit import text as words
from kit.data import headings, numbers, personal
from kit.data.own_file import match_headings, read_own
from kit.data.problems import OwnFileError
from kit.errors import DataError

FILES = Path(__file__).parent / "own_files"
CASES = {
    "fields": [
        {"name": "district", "type": "string"},
        {"name": "year", "type": "year"},
        {"name": "cases", "type": "integer"},
    ],
    "primaryKey": ["district", "year"],
}
SHARES = {**CASES, "fields": [*CASES["fields"][:2], {"name": "share", "type": "number", "unit": "share"}]}
RATES = {"district": "string", "year": "year", "rate": "number"}
DATES = {"date": "date", "cases": "integer"}
COUNT = {"name": "cases", "type": "integer"}
GROUNDS = {"fields": [{"name": "ground", "constraints": {"enum": ["racism", "gender"]}}, COUNT]}
CODES = {"fields": [{"name": "code", "constraints": {"pattern": r"\d{5}"}}, COUNT]}
TWO = {"district": "string", "cases": "integer"}

# File named by its fault, the table it shall look like, where the problem is, and the sentence.
BROKEN = {
    "bookkeeper_minus.csv": (CASES, 2, '"12-" may be a negative number in bookkeepers\' style.'),
    "control_characters.csv": (CASES, 2, '"Nor\x07th" holds signs that cannot be shown.'),
    "damaged_workbook.xlsx": (CASES, None, "The workbook is damaged and cannot be opened."),
    "date_in_number_column.csv": (
        CASES, 2, '"04-mar" is a date in a column of numbers: the spreadsheet may have changed it.'
    ),
    "date_turned_number.xlsx": (
        CASES, 2, '"2023-03-04" is a date in a column of numbers: the spreadsheet may have changed it.'
    ),
    "date_with_time.csv": (DATES, 2, '"2024-04-03 14:25" has a time of day; this column holds days.'),
    "dates_contradict.csv": (
        DATES, None, 'Some dates have the day first, others the month, for example "25/04/2024".'
    ),
    "dates_in_doubt.csv": (DATES, None, '"03/04/2024" can be read with the day or with the month first.'),
    "duplicate_keys.csv": (CASES, 5, "The row says the same as row 2: equal in district, year."),
    "duplicate_rows.csv": (TWO, 3, "The row repeats row 2: equal in every column."),
    "empty.csv": (CASES, None, "The file is empty."),
    "empty_required_cell.csv": (CASES, 3, "The cell is empty, and this column needs a value in every row."),
    "empty_sheet.xlsx": (CASES, None, "The file is empty."),
    "encoding_unknown.csv": (CASES, None, "The accented letters can be read in more than one way."),
    "excel_serial_dates.csv": (DATES, 2, '"44927" is a day number of the spreadsheet; it would be 2023-01-01.'),
    "footnote_marks.csv": (CASES, 2, '"12*" carries the mark of a footnote.'),
    "footnote_row.csv": (CASES, 5, "Row 5 holds a note, not figures."),
    "footnote_row_short.csv": (CASES, 5, "Row 5 holds a note, not figures."),
    "formula_errors.csv": (CASES, 2, '"#REF!" is the error of a formula.'),
    "formula_injection.csv": (CASES, 2, "\"=cmd|' /C calc'!A0\" is a formula that a spreadsheet would run."),
    "formulas_without_results.xlsx": (CASES, None, "The sheet has formulas without saved results."),
    "garbled_letters.csv": (
        CASES, 2, '"GrÃ cia MartÃ" has garbled letters: the file was saved in the wrong encoding once.'
    ),
    "header_only.csv": (CASES, None, "The file has headings but no rows."),
    "heading_empty.csv": (CASES, None, "Column D has cells but no heading."),
    "heading_twice.csv": (CASES, None, 'Two headings mean cases: "cases" and "Cases".'),
    "headings_repeated.csv": (CASES, 3, "Row 3 repeats the headings."),
    "hidden_small_numbers.csv": (CASES, 2, '"< 5" hides a small number.'),
    "huge_cell.csv": (CASES, 2, "The cell holds more text than a spreadsheet cell can."),
    "impossible_date.csv": (DATES, 2, '"31.02.2024" is a day that does not exist.'),
    "impossible_year.csv": (CASES, 2, '"23" is not a year.'),
    "json_named_csv.csv": (CASES, None, "The file is no table: inside it is JSON."),
    "letters_for_digits.csv": (CASES, 2, '"1O2" has letters among its digits, such as O for 0 or l for 1.'),
    "look_alike_letters.csv": (CASES, 2, '"\u0421entre" mixes letters of two alphabets that look alike.'),
    "lost_leading_zero.csv": (CODES, 2, '"8001" does not have the expected form \\d{5}.'),
    "merged_cells.xlsx": (CASES, 2, "The cells A2:A3 are merged: only the first one holds the value."),
    "million_columns.csv": (
        CASES, None, "The table has more than 16,384 columns, more than a spreadsheet can hold."
    ),
    "missing_words.csv": (CASES, 2, '"n/a" stands in the place of a number.'),
    "mixed_decimal_signs.csv": (SHARES, 3, '"0.07" is written unlike the other numbers of the column.'),
    "mixed_encodings.csv": (CASES, None, "Two encodings are mixed in the file, first in line 5."),
    "negative_count.csv": (CASES, 2, "-3 is below zero, and a count cannot be."),
    "no_headings.csv": (CASES, None, "The first row holds data, not headings."),
    "not_a_date.csv": (DATES, 2, '"spring" is not a date that can be read.'),
    "not_whole.csv": (CASES, 2, "12.5 is not a whole number, and the column counts things."),
    "notes_beside_table.xlsx": (CASES, 2, "The row has cells to the right of the last heading."),
    "null_bytes.csv": (CASES, None, "The file holds null bytes, first in line 2: it is damaged or no text."),
    "one_column.csv": (CASES, None, "Everything stands in one column."),
    "only_blanks.csv": (CASES, None, "The file is empty."),
    "only_null_bytes.csv": (CASES, None, "The file holds nothing but null bytes: it was not saved completely."),
    "other_headings.csv": (CASES, None, 'The heading "Bezirk" is not expected. Perhaps it means district.'),
    "password_protected.xlsx": (CASES, None, "The file is protected with a password."),
    "pdf_named_csv.csv": (CASES, None, "The file is no table: inside it is PDF."),
    "percent_for_share.csv": (SHARES, 2, "12 looks like a percentage, and the column holds shares from 0 to 1."),
    "percent_sign.csv": (CASES, 2, '"12 %" has a percent sign, but the column is not in percent.'),
    "quote_never_closed.csv": (CASES, 2, "A quotation mark opens here and is never closed properly."),
    "quote_swallows_rows.csv": (CASES, 2, "A quotation mark has put several rows into one cell."),
    "ragged_rows.csv": (CASES, 2, "The row has 4 cells, the headings have 3."),
    "school_year.csv": (CASES, 2, '"2023/24" names two years; this column holds one.'),
    "scientific_notation.csv": (CASES, 2, '"1,2E+05" was shortened by the spreadsheet: digits are lost.'),
    "several_sheets.xlsx": (CASES, None, 'The workbook has several sheets with content: "2023", "2024".'),
    "text_for_number.csv": (CASES, 2, '"many" is not a number.'),
    "thousands_in_doubt.csv": (RATES, None, '"1.234" can mean 1234 or 1.234: the column does not show which.'),
    "title_above_headings.csv": (CASES, None, "The headings seem to stand in row 3, not in row 1."),
    "total_row_inside.csv": (CASES, 5, '"Total" in row 5 adds up other rows: they would count twice.'),
    "two_digit_years.csv": (DATES, 2, '"25.04.24" has a year of two digits: the century is not clear.'),
    "two_header_rows.csv": (CASES, 2, "Row 2 is a second row of headings."),
    "units_row.csv": (CASES, 2, "Row 2 holds units, not figures."),
    "web_page_named_csv.csv": (CASES, None, "The file is a web page, although its name says something else."),
    "web_page_named_xls.xls": (CASES, None, "The file is a web page, although its name says something else."),
    "word_not_in_list.csv": (GROUNDS, 2, '"racsm" is not in the list of allowed words.'),
    "words_beside_numbers.csv": (CASES, 2, '"about 12" holds words beside the number.'),
    "workbook_formula_errors.xlsx": (CASES, 2, '"#DIV/0!" is the error of a formula.'),
    "zip_named_csv.csv": (CASES, None, "The file is a zip archive. Inside: cases.csv."),
}  # fmt: skip

THREE = [["North", 2023, 12], ["South", 2023, 7], ["West", 2023, 31]]
AS_TEXT = "Read as text: encoding {}, columns separated by ;."
GERMAN = {"Bezirk": "district", "Jahr": "year", "Fälle": "cases"}
# Files that look odd and can be read beyond doubt: what comes out, and a note that says how.
READABLE = {
    "semicolon_decimal_comma.csv": (
        [["North", 2023, 0.12], ["South", 2023, 0.07]],
        'In the column "share" the comma was read as the decimal sign.',
    ),
    "excel_german_cp1252.csv": (
        [["Währing", 2023, 1012], ["Döbling", 2023, 7]], AS_TEXT.format("cp1252")
    ),
    "excel_swiss_apostrophe.csv": ([["Zürich Nord", 2023, 1012]], AS_TEXT.format("cp1252")),
    "excel_french_narrow_space.csv": ([["Montréal", 2023, 1012]], AS_TEXT.format("utf-8-sig")),
    "msdos_cp850.csv": ([["Córdoba señorial", 2023, 12]], AS_TEXT.format("cp850")),
    "mac_roman.csv": ([["Córdoba señorial", 2023, 12]], AS_TEXT.format("mac_roman")),
    "utf16.csv": (THREE, AS_TEXT.format("utf-16")),
    "utf16_without_mark.csv": (THREE, AS_TEXT.format("utf-16-le")),
    "utf8_with_mark.csv": (THREE, AS_TEXT.format("utf-8-sig")),
    "sep_line.csv": (THREE, AS_TEXT.format("utf-8")),
    "tab_separated.csv": (THREE, "Read as text: encoding utf-8, columns separated by tabs."),
    "mixed_line_ends.csv": (THREE, AS_TEXT.format("utf-8")),
    "blanks_and_nbsp.csv": (
        [["North", 2023, 12], ["South East", 2023, 7]],
        'In the column "district" 2 different cells were tidied: blanks or invisible signs taken away.',
    ),
    "blank_rows_and_columns.csv": (THREE[:2], AS_TEXT.format("utf-8")),
    "csv_named_xlsx.xlsx": (THREE, "The name ends in .xlsx, but inside is text. It was read as what it is."),
    "numbers_as_text.xlsx": (
        THREE[:2], 'In the column "cases" 1 numbers were stored as text. They were read as numbers.'
    ),
    "hidden_sheet.xlsx": (
        THREE[:1],
        'The workbook has hidden sheets that were not read: "raw". They may hold more than you want to pass on.',
    ),
    "libreoffice_table.ods": (THREE[:2], None),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_the_expected_sentence(name):
    like, row, sentence = BROKEN[name]
    with pytest.raises(OwnFileError) as caught:
        read_own(FILES / name, like=like)
    told = caught.value.problems
    here = told[told["what"] == sentence]
    assert len(here) >= 1, f"{name}: {told['what'].tolist()}"
    assert here["row"].iloc[0] == row if row else here["row"].isna().all()
    assert here["what_to_do"].str.len().min() > 10
    assert len(caught.value.lines) == 3


@pytest.mark.parametrize("name", BROKEN)
def test_the_same_file_is_refused_in_spanish(name):
    like, _, sentence = BROKEN[name]
    words.set_language("es")
    try:
        with pytest.raises(OwnFileError) as caught:
            read_own(FILES / name, like=like)
    finally:
        words.set_language(None)
    assert len(caught.value.lines) == 3
    assert sentence not in caught.value.problems["what"].tolist()


@pytest.mark.parametrize("name", READABLE)
def test_an_odd_file_that_is_beyond_doubt_is_read(name):
    rows, note = READABLE[name]
    like = SHARES if name.startswith("semicolon") else CASES
    table = read_own(FILES / name, like=like, rename=GERMAN if "german" in name else None)
    assert table.values.tolist() == rows
    assert note is None or note in table.attrs["notes"]


def test_every_fixture_has_an_expectation_and_there_are_at_least_forty():
    there = {each.name for each in FILES.iterdir() if each.suffix in (".csv", ".xlsx", ".xls", ".ods")}
    assert there == {*BROKEN, *READABLE}
    assert len(BROKEN) >= 40


def test_the_fixtures_are_those_the_script_makes(tmp_path, monkeypatch):
    """The committed files and the script cannot drift apart."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_own_files", FILES / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    monkeypatch.setattr(make, "HERE", tmp_path)
    make.main()
    made = {each.name: each for each in tmp_path.iterdir()}
    assert {*made} == {*BROKEN, *READABLE}
    for name, path in made.items():
        if path.suffix == ".csv":
            assert path.read_bytes() == (FILES / name).read_bytes(), name


def write(folder, content, name="town.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


def problems_of(path, like, **choices):
    with pytest.raises(OwnFileError) as caught:
        read_own(path, like=like, **choices)
    return caught.value.problems


def test_all_problems_are_told_at_once(tmp_path):
    path = write(tmp_path, "district;year;cases\nNorth;23;12*\nSouth;2023;-1\n;2023;4\nTotal;2023;16\n")
    told = problems_of(path, CASES)
    assert sorted(told["row"].tolist()) == [2, 2, 3, 4, 5]
    assert told.columns.tolist() == ["row", "column", "what", "what_to_do"]


def test_what_cannot_be_read_is_not_called_a_double(tmp_path):
    path = write(
        tmp_path, "district;year;cases\nNorth;23;1\nNorth;24;2\nSouth;2023;3\nSouth;2023;4\nWest;2023;x\n"
    )
    assert problems_of(path, CASES)["row"].tolist() == [2, 3, 5, 6]


def test_a_thousand_equal_problems_are_told_in_some_twenty_lines(tmp_path):
    rows = "".join(f"d{i};2023;n/a\n" for i in range(1000))
    told = problems_of(write(tmp_path, "district;year;cases\n" + rows), CASES)
    assert len(told) == 21
    assert "980 more rows" in told["what"].iloc[-1]


def test_every_way_out_that_a_message_names_works(tmp_path):
    assert read_own(FILES / "title_above_headings.csv", CASES, header=3)["cases"].tolist() == [12]
    assert read_own(FILES / "units_row.csv", CASES, leave_out=[2])["cases"].tolist() == [12]
    assert read_own(FILES / "two_header_rows.csv", CASES, leave_out=[2])["cases"].tolist() == [12]
    assert len(read_own(FILES / "total_row_inside.csv", CASES, leave_out=[5])) == 3
    assert len(read_own(FILES / "footnote_row.csv", CASES, leave_out=[5])) == 3
    assert len(read_own(FILES / "headings_repeated.csv", CASES, leave_out=[3])) == 2
    assert read_own(FILES / "heading_twice.csv", CASES, rename={"Cases": None})["cases"].tolist() == [12]
    assert read_own(FILES / "hidden_small_numbers.csv", CASES, missing=["< 5"])["cases"].isna().all()
    assert read_own(FILES / "missing_words.csv", CASES, missing=["n/a", "s/d"])["cases"].isna().all()
    assert read_own(FILES / "thousands_in_doubt.csv", RATES, decimal=",")["rate"].tolist() == [1234, 2345]
    assert read_own(FILES / "thousands_in_doubt.csv", RATES, decimal=".")["rate"].tolist() == [1.234, 2.345]
    days = read_own(FILES / "dates_in_doubt.csv", DATES, dates="day-first")["date"]
    assert days.dt.strftime("%Y-%m-%d").tolist() == ["2024-04-03", "2024-06-05"]
    days = read_own(FILES / "dates_in_doubt.csv", DATES, dates="month-first")["date"]
    assert days.dt.strftime("%Y-%m-%d").tolist() == ["2024-03-04", "2024-05-06"]
    days = read_own(FILES / "excel_serial_dates.csv", DATES, dates="excel")["date"]
    assert days.dt.strftime("%Y-%m-%d").tolist() == ["2023-01-01", "2023-01-02"]
    assert read_own(FILES / "two_digit_years.csv", DATES, dates="day-first")["date"].dt.year.tolist() == [2024]
    assert read_own(FILES / "several_sheets.xlsx", CASES, sheet="2024")["cases"].tolist() == [9]
    assert read_own(FILES / "hidden_sheet.xlsx", CASES, sheet="raw")["cases"].tolist() == [9]
    assert read_own(FILES / "encoding_unknown.csv", CASES, encoding="cp1252")["district"].tolist() == ["d’un"]


def test_other_headings_load_nothing_and_the_line_to_copy_works():
    with pytest.raises(OwnFileError) as caught:
        read_own(FILES / "other_headings.csv", CASES)
    line = re.search(r"rename=(\{.*?\})", caught.value.lines[2])[1]
    table = read_own(FILES / "other_headings.csv", CASES, rename=eval(line))
    assert table.values.tolist() == [["Nord", 2023, 12]]


def test_the_form_for_headings_says_the_same_as_the_code():
    form = match_headings(FILES / "other_headings.csv", CASES)
    *_, district, year, cases, note, button, answer = [None, *form.widget().children]
    assert [district.value, year.value, cases.value, note.value] == ["district", "year", "cases", None]
    note.value = "cases"
    button.click()
    assert answer.value == "Chosen twice: cases. Each column can be used once."
    note.value = None
    button.click()
    assert answer.value == f"Now run: {form.code}"
    assert form.rename == {"Bezirk": "district", "Jahr": "year", "Fälle": "cases", "Bemerkung": None}
    assert all(child.description for child in (district, year, cases, note))


def test_the_form_has_nothing_to_ask_when_headings_fit():
    assert match_headings(FILES / "utf16.csv", CASES).rename == {}
    assert "Nothing needs to be renamed" in repr(match_headings(FILES / "utf16.csv", CASES))


@pytest.mark.parametrize("heading", ["Year", " YEAR ", "year\n", "\ufeffyear", "year\u00a0"])
def test_case_and_blanks_in_a_heading_are_no_question(tmp_path, heading):
    path = write(tmp_path, f'district;"{heading}";cases\nNorth;2023;12\n')
    assert read_own(path, CASES)["year"].tolist() == [2023]


@pytest.mark.parametrize(
    ("heading", "name"),
    [("distrito", "district"), ("Bezirk", "district"), ("Año", "year"), ("JAHR", "year"), ("nº de casos", "cases"),
     ("Fälle", "cases"), ("disrict", "district"), ("colour", None)],
)  # fmt: skip
def test_suggestions_know_the_words_of_town_halls(heading, name):
    assert headings.suggest(heading, headings.fields_like(CASES)) == name


@pytest.mark.parametrize(
    ("cells", "want"),
    [
        (["1.234,5", "12,0"], [1234.5, 12]),
        (["1,234.5", "12.0"], [1234.5, 12]),
        (["1.234", "12,5"], [1234, 12.5]),
        (["1,234", "12.5"], [1234, 12.5]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["1 234,5", "1\u00a0234"], [1234.5, 1234]),
        (["1\u202f234", "7"], [1234, 7]),
        (["1'234.50", "7"], [1234.5, 7]),
        (["1’234", "7"], [1234, 7]),
        (["\u2212" + "5", "7"], [-5, 7]),
        (["1.234,50 €", "7,00 €"], [1234.5, 7]),
        (["$1,234.50", "7"], [1234.5, 7]),
        (["0.123", "0.456"], [0.123, 0.456]),
        (["1.2345", "2.345"], [1.2345, 2.345]),
    ],
)
def test_numbers_of_every_country_are_read(tmp_path, cells, want):
    path = write(tmp_path, "place;value\n" + "".join(f'p{i};"{cell}"\n' for i, cell in enumerate(cells)))
    assert read_own(path, {"place": "string", "value": "number"})["value"].tolist() == want


def test_another_column_can_show_the_decimal_sign(tmp_path):
    path = write(tmp_path, "a;b\n1.234;0,5\n2.345;0,7\n")
    assert read_own(path, {"a": "number", "b": "number"})["a"].tolist() == [1234, 2345]


def test_whole_numbers_leave_no_doubt_about_thousands(tmp_path):
    path = write(tmp_path, "district;cases\nNorth;1.234\nSouth;56\n")
    assert read_own(path, {"district": "string", "cases": "integer"})["cases"].tolist() == [1234, 56]


@pytest.mark.parametrize(
    "cell", ["1.23,5", "1,2,3", "12.34.567", "1e999", "0x1F", "1_000", "inf", "nan", "٣", "1 2"]
)
def test_what_is_no_number_is_never_a_number(cell):
    assert isinstance(numbers.read_number(cell, "."), str)
    assert isinstance(numbers.read_number(cell, ","), str)


def test_a_percent_sign_fits_a_column_in_percent(tmp_path):
    path = write(tmp_path, "indicator;value;unit\nshare of women;31,5 %;percent\nfiles;12;files\n")
    table = read_own(path, {"indicator": "string", "value": "number", "unit": "string"})
    assert table["value"].tolist() == [31.5, 12]
    path = write(tmp_path, "indicator;value;unit\nshare of women;131 %;percent\nfiles;-2;files\n")
    told = problems_of(path, {"indicator": "string", "value": "number", "unit": "string"})
    assert told["row"].tolist() == [2, 3]


def test_types_and_missing_cells_survive(tmp_path):
    path = write(tmp_path, "district;cases;rate;open;since\nNorth;;0,5;sí;2024-02-29\nSouth;7;;no;\n")
    like = {"district": "string", "cases": "integer", "rate": "number", "open": "boolean", "since": "date"}
    table = read_own(path, like)
    assert table.dtypes.astype(str).tolist()[1:4] == ["Int64", "float64", "boolean"]
    assert table["since"].dtype.kind == "M"
    assert table.isna().sum().tolist() == [0, 1, 1, 0, 1]


def test_codes_keep_their_leading_zeros(tmp_path):
    path = write(tmp_path, "code;cases\n08001;3\n")
    assert read_own(path, CODES)["code"].tolist() == ["08001"]


def test_cells_with_line_ends_and_quotes_stay_one_cell(tmp_path):
    path = write(tmp_path, 'note;cases\n"first line\nsecond ""line""";3\nplain;4\n')
    table = read_own(path, {"note": "string", "cases": "integer"})
    assert table["note"].tolist() == ['first line second "line"', "plain"]


def test_row_numbers_are_those_of_the_spreadsheet(tmp_path):
    content = 'district;year;cases\n"No\nrth";2023;1\n\nSouth;2023;x1\n'
    assert problems_of(write(tmp_path, content), CASES)["row"].tolist() == [4]


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman"])
@pytest.mark.parametrize("word", ["García Núñez", "Córdoba", "Köln Süd", "Façade élevée", "Peña"])
def test_old_encodings_are_told_apart_by_their_letters(tmp_path, encoding, word):
    path = write(tmp_path, f"district;cases\n{word} 1;1\n{word} 2;2\n", encoding=encoding)
    assert read_own(path, {"district": "string", "cases": "integer"})["district"].tolist() == [
        f"{word} 1",
        f"{word} 2",
    ]


@pytest.mark.parametrize("word", ["Málaga", "Währing"])
def test_one_accent_alone_is_read_as_windows_writes_it(tmp_path, word):
    path = write(tmp_path, f"district;cases\n{word};1\n", encoding="cp1252")
    assert read_own(path, {"district": "string", "cases": "integer"})["district"].tolist() == [word]


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_a_word_that_fits_several_old_encodings_is_asked_about(tmp_path, encoding):
    path = write(tmp_path, "district;cases\nWähring;1\n", encoding=encoding)
    with pytest.raises(DataError) as caught:
        read_own(path, {"district": "string", "cases": "integer"})
    assert "encoding=" in str(caught.value)


@pytest.mark.parametrize(
    ("late", "want"),
    [
        ("Málaga".encode("cp1252"), "Málaga"),
        ("Málaga".encode(), "Málaga"),
        (b"Nor\x00th", "The file holds null bytes, first in line 502"),
    ],
)
def test_what_comes_late_in_a_file_is_met_too(tmp_path, monkeypatch, late, want):
    """The encoding is told from the beginning; a letter further down that does not fit is not passed over."""
    from kit.data import file_format

    monkeypatch.setattr(file_format, "_BLOCK", 64)
    path = tmp_path / "town.csv"
    path.write_bytes(
        b"district;year;cases\n" + b"".join(b"d%d;2023;1\n" % i for i in range(500)) + late + b";2023;1\n"
    )
    if want.startswith("The file"):
        assert problems_of(path, CASES)["what"].item().startswith(want)
    else:
        assert read_own(path, CASES)["district"].iloc[-1] == want


def test_a_wide_block_and_a_broken_row_far_down_are_both_met(tmp_path):
    """The quick way and the careful way of reading give the same rows and the same row numbers."""
    rows = [f"district {i};2023;{i}" for i in range(200_000)]
    rows[150_000] = "district 150000;2023;1;2"
    told = problems_of(write(tmp_path, "district;year;cases\n" + "\n".join(rows) + "\n"), CASES)
    assert told["row"].tolist() == [150_002]
    rows[150_000] = '"district\n150000";2023;1'
    table = read_own(write(tmp_path, "district;year;cases\n" + "\n".join(rows) + "\n"), CASES)
    assert table["cases"].sum() == sum(range(200_000)) - 150_000 + 1
    assert table["district"].iloc[150_000] == "district 150000"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("https://example.org/cases.csv", "This is a web address, not a file on this computer."),
        (str(FILES), "This is a folder, not a file."),
        (str(FILES / "utf61.csv"), "There is no such file. Similar names there: utf16.csv"),
    ],
)
def test_a_path_that_leads_nowhere_says_so(path, sentence):
    with pytest.raises(OwnFileError) as caught:
        read_own(path, CASES)
    assert caught.value.problems["what"].item().startswith(sentence)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    from kit.data.reading import Reading

    path = write(tmp_path, "district;year;cases\nNorth;2023;12\n")
    run = Reading.run

    def touched(self, **choices):
        answer = run(self, **choices)
        with path.open("a") as file:
            file.write("South;2023;7\n")
        return answer

    monkeypatch.setattr(Reading, "run", touched)
    assert problems_of(path, CASES)["what"].item() == "The file was changed while it was read."


@pytest.mark.parametrize(
    ("choices", "key"),
    [
        ({"like": None}, "own.like-missing"),
        ({"like": {}}, "own.schema-odd"),
        ({"like": {"a": "colour"}}, "own.schema-type"),
        ({"like": "no/such/schema.json"}, "own.schema-unreadable"),
        ({"like": CASES, "decimal": ";"}, "own.bad-choice"),
        ({"like": CASES, "personal": "yes"}, "own.bad-choice"),
        ({"like": CASES, "rename": {"Zahl": "cases"}}, "own.rename-unknown"),
        ({"like": CASES, "rename": {"cases": "casos"}}, "own.rename-target"),
        ({"like": "ond-case-work"}, "data.unknown-table"),
    ],
)
def test_a_wrong_choice_is_explained(choices, key):
    with pytest.raises(DataError) as caught:
        read_own(FILES / "utf16.csv", **choices)
    assert caught.value.key == key
    assert len(caught.value.lines) == 3


def test_the_error_shows_a_table_in_a_notebook_and_text_elsewhere():
    with pytest.raises(OwnFileError) as caught:
        read_own(FILES / "formula_errors.csv", CASES)
    page = caught.value._repr_html_()
    assert "<caption>Problems found in the file</caption>" in page
    assert page.count("<tr>") == 3
    assert "row 3" in "\n".join(caught.value.__notes__)
    assert caught.value._render_traceback_()[:3] == caught.value.lines


def test_cells_in_messages_never_show_a_person(tmp_path):
    path = write(tmp_path, "district;year;cases\nNorth;2023;ana.lopez@example.org\n")
    with pytest.raises(DataError) as caught:
        read_own(path, CASES)
    assert "ana.lopez" not in str(caught.value) + "".join(caught.value.__notes__)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("district;year\nNorth;2023\n", "The column cases is expected, and no heading names it."),
        ("district;year;cases\nNorth;2023;99999999999999999999\n", "The number has more digits than can be kept"),
        ("district;year;cases\nGràcia;2022;1\ngracia;2023;2\n", '"gracia" and "Gràcia" (row 2) differ only in'),
        ("x" * 200_000, "The cell holds more text than a spreadsheet cell can."),
        (";district;year;cases\n;North;2022;1\nnote;North;2023;2\n", "Column A has cells but no heading."),
    ],
)
def test_more_that_would_give_wrong_counts_is_told(tmp_path, content, sentence):
    told = problems_of(write(tmp_path, content), CASES)
    assert told["what"].item().startswith(sentence)


def test_a_huge_cell_is_told_when_another_library_lets_longer_cells_pass(tmp_path):
    before = csv.field_size_limit(10_000_000)
    try:
        told = problems_of(write(tmp_path, "x" * 200_000), CASES)
        second = problems_of(write(tmp_path, 'district;year;cases\n"A\nB' + "x" * 200_000 + '";2023;1\n'), CASES)
    finally:
        csv.field_size_limit(before)
    for table in (told, second):
        assert table["what"].item().startswith("The cell holds more text than a spreadsheet cell can.")


def test_a_table_may_start_in_any_column(tmp_path):
    path = write(tmp_path, ";;district;year;cases\n;;North;2022;1\n")
    assert read_own(path, CASES).values.tolist() == [["North", 2022, 1]]


def test_nothing_goes_to_standard_error_and_small_files_are_silent(capfd):
    read_own(FILES / "utf16.csv", CASES)
    read_own(FILES / "numbers_as_text.xlsx", CASES)
    assert capfd.readouterr() == ("", "")


def test_large_files_show_a_bar_on_standard_output(tmp_path, capfd, monkeypatch):
    from kit.data import reading

    monkeypatch.setattr(reading, "BAR_FROM_BYTES", 10)
    read_own(FILES / "utf16.csv", CASES)
    out, err = capfd.readouterr()
    assert "Reading" in out and err == ""


def test_the_tables_of_the_kit_can_be_read_like_themselves():
    """What we publish ourselves obeys what we ask of others, and the gate finds no person in it."""
    from kit import course, data

    read = 0
    for name in data.list()["name"]:
        path = next(course.folder("datasets").glob(f"*/{name}.csv"), None)
        if path is None or "indicator" not in path.read_text("utf-8").split("\n", 1)[0]:
            continue
        table = read_own(path, like=name)
        assert len(table) == len(data.load(name, conflicts=True)), name
        read += 1
    assert read > 5


def test_the_table_can_be_cited_and_says_how_it_was_read():
    from kit import data

    table = data.read_own(FILES / "utf16.csv", CASES)
    assert data.cite(table).startswith("utf16 (utf16.csv). Source: your own office.")
    assert isinstance(table, pd.DataFrame)
    assert personal.examine({"district": ["North"]}) == []
