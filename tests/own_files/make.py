"""Make the broken files again: ``python tests/own_files/make.py``. Each is named by its fault."""

import zipfile
from pathlib import Path

import openpyxl

HERE = Path(__file__).parent
CASES = "district;year;cases\nNorth;2023;12\nSouth;2023;7\nWest;2023;31\n"
SHARES = "district;year;share\nNorth;2023;0,12\nSouth;2023;0,07\n"

TEXT = {
    "semicolon_decimal_comma": (SHARES, "utf-8"),
    "excel_german_cp1252": ("Bezirk;Jahr;Fälle\nWähring;2023;1.012\nDöbling;2023;7\n", "cp1252"),
    "excel_swiss_apostrophe": ("district;year;cases\nZürich Nord;2023;1'012\n", "cp1252"),
    "excel_french_narrow_space": ("district;year;cases\nMontréal;2023;1\u202f012\n", "utf-8-sig"),
    "msdos_cp850": ("district;year;cases\nCórdoba señorial;2023;12\n", "cp850"),
    "mac_roman": ("district;year;cases\nCórdoba señorial;2023;12\n", "mac_roman"),
    "utf16": (CASES, "utf-16"),
    "utf16_without_mark": (CASES, "utf-16-le"),
    "utf8_with_mark": (CASES, "utf-8-sig"),
    "sep_line": ("sep=;\n" + CASES, "utf-8"),
    "tab_separated": (CASES.replace(";", "\t"), "utf-8"),
    "mixed_line_ends": ("district;year;cases\r\nNorth;2023;12\nSouth;2023;7\rWest;2023;31\r\n", "utf-8"),
    "blanks_and_nbsp": ("district ; year;cases\n North\u00a0;2023; 12\nSouth  East\u200b;2023;7\n", "utf-8"),
    "blank_rows_and_columns": (
        "district;year;cases;;\n;;;;\nNorth;2023;12;;\n;;;;\nSouth;2023;7;;\n;;;;\n",
        "utf-8",
    ),
    "other_headings": ("Bezirk;Jahr;Fälle;Bemerkung\nNord;2023;12;ok\n", "utf-8"),
    "no_headings": ("North;2023;12\nSouth;2023;7\n", "utf-8"),
    "title_above_headings": ("Report of the office;;\n;;\ndistrict;year;cases\nNorth;2023;12\n", "utf-8"),
    "two_header_rows": ("district;year;cases\n;;all reports\nNorth;2023;12\n", "utf-8"),
    "units_row": ("district;year;cases\n;;persons\nNorth;2023;12\n", "utf-8"),
    "headings_repeated": ("district;year;cases\nNorth;2023;12\ndistrict;year;cases\nSouth;2023;7\n", "utf-8"),
    "heading_twice": ("district;year;cases;Cases\nNorth;2023;12;13\n", "utf-8"),
    "heading_empty": ("district;year;cases;\nNorth;2023;12;x\nSouth;2023;7;y\n", "utf-8"),
    "one_column": ('"district;year;cases"\n"North;2023;12"\n', "utf-8"),
    "footnote_row": (CASES + "* provisional figures;;\n", "utf-8"),
    "footnote_row_short": (CASES + "Source: the office\n", "utf-8"),
    "total_row_inside": (CASES + "Total;2023;50\n", "utf-8"),
    "ragged_rows": ("district,year,cases\nNorth,2023,1,012\nSouth,2023,7\n", "utf-8"),
    "quote_never_closed": ('district;year;cases\n"North;2023;12\nSouth;2023;7\n', "utf-8"),
    "quote_swallows_rows": ('district;year;cases\n"North;2023;12\nSouth";2023;7\n', "utf-8"),
    "formula_errors": ("district;year;cases\nNorth;2023;#REF!\nSouth;2023;#¡DIV/0!\n", "utf-8"),
    "percent_sign": ("district;year;cases\nNorth;2023;12 %\n", "utf-8"),
    "percent_for_share": ("district;year;share\nNorth;2023;12\nSouth;2023;0,07\n", "utf-8"),
    "scientific_notation": ("district;year;cases\nNorth;2023;1,2E+05\n", "utf-8"),
    "bookkeeper_minus": ("district;year;cases\nNorth;2023;12-\n", "utf-8"),
    "hidden_small_numbers": ("district;year;cases\nNorth;2023;< 5\n", "utf-8"),
    "date_in_number_column": ("district;year;cases\nNorth;2023;04-mar\n", "utf-8"),
    "missing_words": ("district;year;cases\nNorth;2023;n/a\nSouth;2023;s/d\n", "utf-8"),
    "letters_for_digits": ("district;year;cases\nNorth;2023;1O2\n", "utf-8"),
    "footnote_marks": ("district;year;cases\nNorth;2023;12*\n", "utf-8"),
    "words_beside_numbers": ("district;year;cases\nNorth;2023;about 12\n", "utf-8"),
    "text_for_number": ("district;year;cases\nNorth;2023;many\n", "utf-8"),
    "mixed_decimal_signs": ("district;year;share\nNorth;2023;0,12\nSouth;2023;0.07\n", "utf-8"),
    "thousands_in_doubt": ("district;year;rate\nNorth;2023;1.234\nSouth;2023;2.345\n", "utf-8"),
    "not_whole": ("district;year;cases\nNorth;2023;12,5\n", "utf-8"),
    "negative_count": ("district;year;cases\nNorth;2023;-3\n", "utf-8"),
    "impossible_year": ("district;year;cases\nNorth;23;3\n", "utf-8"),
    "school_year": ("district;year;cases\nNorth;2023/24;3\n", "utf-8"),
    "empty_required_cell": ("district;year;cases\nNorth;2023;3\n;2024;4\n", "utf-8"),
    "duplicate_keys": (CASES + "North;2023;13\n", "utf-8"),
    "duplicate_rows": ("district;cases\nNorth;12\nNorth;12\n", "utf-8"),
    "dates_in_doubt": ("date;cases\n03/04/2024;1\n05/06/2024;2\n", "utf-8"),
    "dates_contradict": ("date;cases\n25/04/2024;1\n04/25/2024;2\n", "utf-8"),
    "excel_serial_dates": ("date;cases\n44927;1\n44928;2\n", "utf-8"),
    "impossible_date": ("date;cases\n31.02.2024;1\n", "utf-8"),
    "two_digit_years": ("date;cases\n25.04.24;1\n", "utf-8"),
    "date_with_time": ("date;cases\n2024-04-03 14:25;1\n", "utf-8"),
    "not_a_date": ("date;cases\nspring;1\n", "utf-8"),
    "garbled_letters": ("district;year;cases\nGrÃ\u00a0cia MartÃ\u00ad;2023;3\n", "utf-8"),
    "look_alike_letters": ("district;year;cases\nСentre;2023;3\n", "utf-8"),
    "control_characters": ("district;year;cases\nNor\x07th;2023;3\n", "utf-8"),
    "formula_injection": ("district;year;cases\n=cmd|' /C calc'!A0;2023;3\n", "utf-8"),
    "word_not_in_list": ("ground;cases\nracsm;3\n", "utf-8"),
    "lost_leading_zero": ("code;cases\n8001;3\n", "utf-8"),
    "header_only": ("district;year;cases\n", "utf-8"),
    "empty": ("", "utf-8"),
    "only_blanks": (" \n\n ;\n", "utf-8"),
    "million_columns": (";".join(["district"] + [""] * 999_999) + "\n", "utf-8"),
    "web_page_named_csv": ("<html><body><table><tr><td>North</td></tr></table></body></html>", "utf-8"),
    "json_named_csv": ('[{"district": "North", "cases": 3}]', "utf-8"),
    "huge_cell": ("district;year;cases\n" + "North " * 7000 + ";2023;3\n", "utf-8"),
}
BYTES = {
    "null_bytes": b"district;year;cases\nNorth;2023;1\x002\n",
    "only_null_bytes": bytes(400),
    "mixed_encodings": "district;year;cases\nGràcia;2023;1\nMartí;2023;2\nCórdoba;2023;3\n".encode()
    + "Málaga;2023;4\n".encode("cp1252"),
    "encoding_unknown": b"district;year;cases\nd\x92un;2023;4\n",
    "pdf_named_csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
}
MAKERS = {}


def workbook(make):
    MAKERS[make.__name__] = make
    return make


@workbook
def merged_cells(book):
    sheet = fill(book, [["North", 2023, 12], [None, 2024, 9], ["South", 2023, 7]])
    sheet.merge_cells("A2:A3")


@workbook
def numbers_as_text(book):
    fill(book, [["North", 2023, "12"], ["South", 2023, 7]])


@workbook
def workbook_formula_errors(book):
    sheet = fill(book, [["North", 2023, "#DIV/0!"], ["South", 2023, 7]])
    sheet["C2"].data_type = "e"


@workbook
def formulas_without_results(book):
    fill(book, [["North", 2023, "=3+4"]])


@workbook
def several_sheets(book):
    fill(book, [["North", 2023, 12]])
    book.active.title = "2023"
    fill(book, [["North", 2024, 9]], sheet=book.create_sheet("2024"))


@workbook
def hidden_sheet(book):
    fill(book, [["North", 2023, 12]])
    fill(book, [["secret", 2024, 9]], sheet=book.create_sheet("raw"))
    book["raw"].sheet_state = "hidden"


@workbook
def empty_sheet(book):
    book.active.title = "Sheet1"


@workbook
def date_turned_number(book):
    sheet = fill(book, [["North", 2023, 12]])
    import datetime

    sheet["C2"] = datetime.date(2023, 3, 4)


@workbook
def notes_beside_table(book):
    sheet = fill(book, [["North", 2023, 12], ["South", 2023, 7], ["West", 2023, 9]])
    sheet["E2"] = "checked by hand"


def fill(book, rows, sheet=None):
    sheet = sheet or book.active
    for row in [["district", "year", "cases"], *rows]:
        sheet.append(row)
    return sheet


def ods(rows) -> str:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
            if isinstance(cell, int)
            else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = "urn:oasis:names:tc:opendocument:xmlns"
    return (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="2023">{cells}</table:table></office:spreadsheet>'
        f"</office:body></office:document-content>"
    )


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)


def main():
    for name, (content, encoding) in TEXT.items():
        (HERE / f"{name}.csv").write_bytes(content.encode(encoding))
    for name, content in BYTES.items():
        (HERE / f"{name}.csv").write_bytes(content)
    for name, make in MAKERS.items():
        book = openpyxl.Workbook()
        make(book)
        book.save(HERE / f"{name}.xlsx")
    (HERE / "csv_named_xlsx.xlsx").write_text(CASES, "utf-8")
    (HERE / "web_page_named_xls.xls").write_text("<html><table><tr><td>North</td></tr></table></html>", "utf-8")
    (HERE / "damaged_workbook.xlsx").write_bytes(b"PK\x03\x04 cut off")
    locked = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)
    (HERE / "password_protected.xlsx").write_bytes(locked)
    zipped(HERE / "zip_named_csv.csv", {"cases.csv": CASES})
    table = [["district", "year", "cases"], ["North", 2023, 12], ["South", 2023, 7]]
    content = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ods(table)}
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entries = [("/", kind), ("content.xml", "text/xml")]
    manifest = (
        '<?xml version="1.0"?>'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        + "".join(
            f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{form}"/>'
            for path, form in entries
        )
        + "</manifest:manifest>"
    )
    zipped(HERE / "libreoffice_table.ods", {**content, "META-INF/manifest.xml": manifest})


if __name__ == "__main__":
    main()
