from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.errors import ReadError
from qa.reading.blocks import Reading, assemble
from qa.reading.json_export import read_json, read_jsonl
from qa.types import Document

WORDPRESS = [
    {
        "id": 7, "slug": "nurse", "link": "https://x.org/nurse/", "status": "publish", "date": "2024-05-01T10:00:00",
        "title": {"rendered": "Nurse &#038; Carer"},
        "content": {"rendered": "<p>Nurses care for people.</p><h2>Pay</h2><p>They earn $93,600.</p>"},
        "excerpt": {"rendered": "<p>Nurses care for people.</p>"},
    }
]  # fmt: skip
DRUPAL = {
    "jsonapi": {"version": "1.0"},
    "data": [
        {
            "type": "node--career", "id": "3f",
            "attributes": {"title": "Nurse", "body": {"value": "raw", "processed": "<p>Nurses care for people.</p>"}},
        }
    ],
}  # fmt: skip
NESTED = {
    "title": "Nurse",
    "url": "https://x.org/nurse",
    "aliases": ["Carer"],
    "medianPay": "$93,600",
    "skills": ["Patience", "Clear writing"],
    "pay": [{"region": "North", "amount": "$93,600"}, {"region": "South", "amount": "$80,100"}],
    "sections": [
        {"heading": "Outlook", "content": "Demand grows by 6 percent.\n\nIt grows everywhere."},
        {"heading": "Education", "content": "Nurses need a degree in nursing."},
    ],
}


def documents(path: Path, data: Any) -> list[Document]:
    path.write_text(json.dumps(data), encoding="utf-8")
    return [assemble(r.name, r) for r in read_json(path) if isinstance(r, Reading)]


def test_a_list_of_posts(tmp_path: Path) -> None:
    (guide,) = documents(tmp_path / "a.json", WORDPRESS)
    assert (guide.id, guide.title, guide.url) == ("nurse", "Nurse & Carer", "https://x.org/nurse/")
    assert guide.text == "Nurse & Carer\n\nNurses care for people.\n\nPay\n\nThey earn $93,600."
    assert [s.headings for s in guide.sections] == [(), ("Pay",)]


def test_records_whose_fields_stand_one_level_down(tmp_path: Path) -> None:
    (guide,) = documents(tmp_path / "a.json", DRUPAL)
    assert guide.text == "Nurse\n\nNurses care for people."


@pytest.mark.parametrize("wrapped", [lambda g: [g], lambda g: {"result": {"guides": [g]}}], ids=["list", "within"])
def test_fields_with_parts(tmp_path: Path, wrapped: Any) -> None:
    (guide,) = documents(tmp_path / "a.json", wrapped(NESTED))
    assert guide.aliases == ("Carer",)
    assert guide.text == (
        "Nurse\n\nMedian pay | $93,600\n\nSkills\n\n- Patience\n- Clear writing\n\n"
        "Pay\n\nRegion | Amount\nNorth | $93,600\nSouth | $80,100\n\n"
        "Sections\n\nOutlook\n\nDemand grows by 6 percent.\n\nIt grows everywhere.\n\n"
        "Education\n\nNurses need a degree in nursing."
    )
    assert ("Sections", "Education") in [s.headings for s in guide.sections]


def test_fields_that_share_a_name_are_all_kept(tmp_path: Path) -> None:
    twice = {"title": "", "Title": "Nurse", "jobSkills": "Patience", "job_skills": "Care", "job_skills_2": "Tact"}
    parts = {"facts": {"heading": "Facts", "pay": "$93", "Pay": "$94"}}
    (guide,) = documents(tmp_path / "a.json", [twice | parts])
    assert guide.title == "Nurse"
    rows, facts = "Job skills | Patience\nJob skills | Care\nJob skills 2 | Tact", "Facts\n\nPay\n\n$93\n\nPay\n\n$94"
    assert guide.text == f"Nurse\n\n{rows}\n\nFacts\n\n{facts}"


def test_one_guide_in_a_file_takes_the_files_name(tmp_path: Path) -> None:
    assert documents(tmp_path / "a.json", NESTED)[0].id == ""


@pytest.mark.parametrize("data", [{}, [], 3, {"name": "package", "version": "1"}, [{"a": 1}]])
def test_what_holds_no_guides(tmp_path: Path, data: Any) -> None:
    (tmp_path / "a.json").write_text(json.dumps(data))
    try:
        found = [assemble("x", r) for r in read_json(tmp_path / "a.json") if isinstance(r, Reading)]
    except ReadError as error:
        assert "no list of objects with a title" in str(error)
    else:
        assert [d.text for d in found] == ["package"] or not any(d.sections for d in found)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, ""])
def test_what_isnt_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ReadError, match="isn't JSON"):
        list(read_json(tmp_path / "a.json"))


def test_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps(NESTED),
        "",
        "broken",
        json.dumps({"title": "Actuary", "text": "Actuaries reckon risks."}),
        "[1]",
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    found = list(read_jsonl(tmp_path / "a.jsonl"))
    assert [r.title for r in found if isinstance(r, Reading)] == ["Nurse", "Actuary"]
    assert [str(r) for r in found if isinstance(r, ReadError)] == ["line 3, 5 in it isn't a JSON object: mend it"]
    (tmp_path / "b.jsonl").write_text("no")
    with pytest.raises(ReadError, match="none of its lines"):
        list(read_jsonl(tmp_path / "b.jsonl"))


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep: Any = "x"
    for _ in range(40):
        deep = {"part": deep, "more": ["y"]}
    with pytest.raises(ReadError, match="nested"):
        documents(tmp_path / "a.json", [{"title": "Nurse", "body": deep}])
