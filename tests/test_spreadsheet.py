from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qa.errors import ReadError
from qa.reading.blocks import Reading, assemble
from qa.reading.spreadsheet import as_shown, read_xlsx
from tests.files import write_xlsx

HEADER = ["Title", "Pay", "Share", "Reviewed", "Text"]
LONG = "Nurses care for people who are ill, at home and in hospitals, by day and by night."


def test_values_are_as_the_sheet_shows_them(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"Guides": [HEADER, ["Nurse", 93600, 0.05, date(2024, 5, 1), LONG]]})
    book = load_workbook(path)
    sheet = book["Guides"]
    sheet["B2"].number_format = '"$"#,##0'
    sheet["C2"].number_format = "0%"
    book.save(path)
    (reading,) = read_xlsx(path)
    assert isinstance(reading, Reading)
    guide = assemble("a", reading)
    assert guide.text == f"Nurse\n\nPay | $93,600\nShare | 5%\n\n{LONG}"
    assert guide.metadata == {"reviewed": "2024-05-01"}


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (112590, "#,##0", "112,590"),
        (112590.5, '#,##0.00 "€"', "112,590.50 €"),
        (39.27, '[$$-409]#,##0.00;[Red]-[$$-409]#,##0.00', "$39.27"),
        (-4, "General", "-4"),
        (0.125, "0.0%", "12.5%"),
        (2.0, "General", "2"),
        (True, "General", "yes"),
        (datetime(2024, 5, 1, 9, 30), "General", "2024-05-01 09:30"),
        (None, "General", ""),
        # A comma after the figures divides by a thousand.
        (112590, '#,##0,"K"', "113K"),
        (1_200_000, '0.0,,"M"', "1.2M"),
        (112590, '$#,##0,.0"K"', "$112.6K"),
        # Halves go away from zero, as the decimal that people see.
        (0.125, "0%", "13%"),
        (0.285, "0%", "29%"),
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (112590.5, "#,##0", "112,591"),
        (1.005, "0.00", "1.01"),
        (1e30, "#,##0", "1" + ",000" * 10),
        # What is in quotes is text, whatever its signs.
        (12, '0"%"', "12%"),
        (1234, '0", net"', "1234, net"),
        (1.5, '0.00" (0 to 5)"', "1.50 (0 to 5)"),
    ],
)  # fmt: skip
def test_formats(value: object, number_format: str, shown: str) -> None:
    assert as_shown(value, number_format) == shown


def test_sheets_are_tables_of_their_own(tmp_path: Path) -> None:
    sheets = {
        "Care": [["title", "pay"], ["Nurse", "$93"]],
        "Notes": [["only a note"]],
        "Old": [["title", "pay"], ["Smith", "$9"]],
    }
    path = write_xlsx(tmp_path / "a.xlsx", {**sheets, "IT": [["title", "pay"], ["Tester", "$80"]]})
    book = load_workbook(path)
    book["Old"].sheet_state = "hidden"
    book.save(path)
    found = list(read_xlsx(path))
    assert [r.name for r in found if isinstance(r, Reading)] == ["care/nurse", "it/tester"]
    problems = [str(r) for r in found if isinstance(r, ReadError)]
    assert len(problems) == 2
    assert "Notes can't be used" in problems[0]
    assert "Old is hidden" in problems[1]


def test_a_missing_extra_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"Guides": [HEADER]})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ReadError, match=r"pip install 'careers-qa\[files\]'"):
        list(read_xlsx(path))
