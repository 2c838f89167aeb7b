from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import ReadError
from qa.reading.blocks import Reading, assemble
from qa.reading.csv_table import read_csv
from qa.types import Document

TABLE = """Job title,Slug,URL,Median pay,Alternative titles,What they do,Region
Nurse,nurse-1,https://x.org/nurse,"$93,600",Carer; Sister,"Nurses care for people.

They also:

- keep records
- give medicine",North
Actuary,,,"$125,770",,"<p>Actuaries reckon risks &amp; costs.</p><h2>Tools</h2><ul><li>Statistics</li></ul>",
"""


def read(path: Path, text: str) -> tuple[list[Document], list[str]]:
    path.write_text(text, encoding="utf-8")
    found = list(read_csv(path))
    return [assemble(r.name, r) for r in found if isinstance(r, Reading)], [
        str(r) for r in found if isinstance(r, ReadError)
    ]


def test_each_row_is_a_guide(tmp_path: Path) -> None:
    (nurse, actuary), problems = read(tmp_path / "guides.csv", TABLE)
    assert not problems
    assert (nurse.id, nurse.title, nurse.url, nurse.aliases) == (
        "nurse-1",
        "Nurse",
        "https://x.org/nurse",
        ("Carer", "Sister"),
    )
    assert nurse.metadata == {"region": "North"}
    assert nurse.text == (
        "Nurse\n\nMedian pay | $93,600\n\nWhat they do\n\nNurses care for people.\n\n"
        "They also:\n\n- keep records\n- give medicine"
    )
    assert [s.headings for s in nurse.sections] == [(), ("What they do",)]
    assert actuary.id == "actuary"
    assert [s.headings for s in actuary.sections] == [(), ("What they do",), ("What they do", "Tools")]
    assert "Actuaries reckon risks & costs." in actuary.text


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_separators(tmp_path: Path, separator: str) -> None:
    guides, _ = read(tmp_path / "a.csv", f"title{separator}pay\nNurse{separator}$93,600\n")
    assert guides[0].text == "Nurse\n\nPay | $93,600"


def test_columns_whose_names_differ_in_case_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,Skills,skills,Title\nNurse,Patience,Care,RN\nSmith,,Strength,\n")
    nurse, smith = [assemble(r.name, r) for r in read_csv(path) if isinstance(r, Reading)]
    assert nurse.text == "Nurse\n\nSkills | Patience\nSkills | Care\nTitle | RN"
    assert smith.text == "Smith\n\nSkills | Strength"


def test_a_table_without_a_named_column_of_titles(tmp_path: Path) -> None:
    guides, _ = read(tmp_path / "a.csv", "Group,Who,Pay\nCare,Nurse,$93\nCare,Carer,$60\n")
    assert [g.title for g in guides] == ["Nurse", "Carer"]
    with pytest.raises(ReadError, match="name the column of their titles"):
        read(tmp_path / "b.csv", "Group,Pay\nCare,$93\nCare,$93\n")


def test_rows_without_a_title_are_named(tmp_path: Path) -> None:
    guides, problems = read(tmp_path / "a.csv", "title,pay\nNurse,$93\n,$60\n,$61\n")
    assert [g.title for g in guides] == ["Nurse"]
    assert problems == ["row 3, row 4 in it can't be told from others: give each a title"]


def test_what_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no rows below a header"):
        read(tmp_path / "a.csv", "title,pay\n")
    (tmp_path / "b.csv").write_bytes("title\nSch\xfc".encode("latin-1"))
    with pytest.raises(ReadError, match="UTF-8"):
        list(read_csv(tmp_path / "b.csv"))
