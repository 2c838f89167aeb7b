from __future__ import annotations

import sys
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document as new_docx

from qa.errors import ReadError
from qa.reading.blocks import assemble
from qa.reading.docx import read_docx
from qa.types import Document
from tests.files import Part, write_docx

GUIDE: list[Part] = [
    ("heading", "Nurse", 1),
    ("paragraph", "Nurses care for people.", 0),
    ("heading", "Pay", 2),
    ("table", [["Region", "Pay"], ["North", "$93,600"]], 0),
    ("heading", "Skills", 2),
    ("item", "Patience", 0),
    ("item", "Clear writing", 0),
    ("heading", "At work", 3),
    ("paragraph", "Most nurses work in shifts.", 0),
]


def document(path: Path) -> Document:
    return assemble("guide", next(iter(read_docx(path))))


@pytest.mark.parametrize("title_style", [True, False], ids=["Title", "Heading 1"])
def test_styles_become_headings(tmp_path: Path, title_style: bool) -> None:
    guide = document(write_docx(tmp_path / "a.docx", GUIDE, title_style))
    assert guide.title == "Nurse"
    assert [s.headings for s in guide.sections] == [(), ("Pay",), ("Skills",), ("Skills", "At work")]
    assert guide.text.endswith("Skills\n\n- Patience\n- Clear writing\n\nAt work\n\nMost nurses work in shifts.")
    rows = [b for b in guide.blocks if b.kind == "row"]
    assert [(guide.text[b.start : b.end], b.header) for b in rows] == [
        ("Region | Pay", True),
        ("North | $93,600", False),
    ]


def test_sections_without_a_title_take_the_name_of_the_file(tmp_path: Path) -> None:
    parts: list[Part] = [
        ("heading", "Pay", 1),
        ("paragraph", "Much.", 0),
        ("heading", "Skills", 1),
        ("paragraph", "Many.", 0),
    ]
    guide = document(write_docx(tmp_path / "data-scientist.docx", parts, title_style=False))
    assert guide.title == "Data Scientist"
    assert [s.headings for s in guide.sections] == [("Pay",), ("Skills",)]


def test_a_file_of_several_careers_has_topics(tmp_path: Path) -> None:
    parts: list[Part] = []
    for name in ("Nurse", "Actuary"):
        parts += [("heading", name, 1), ("heading", "Pay", 2), ("paragraph", f"{name}s earn much.", 0)]
    guide = document(write_docx(tmp_path / "all.docx", parts, title_style=False))
    assert [s.topic for s in guide.sections] == ["Nurse", "Actuary"]


def test_broken_files_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK nothing")
    with pytest.raises(ReadError, match="broken or isn't a DOCX"):
        list(read_docx(tmp_path / "a.docx"))
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as package:
        package.writestr("word/document.xml", "<w:document")
        package.writestr("_rels/.rels", "<")
    with pytest.raises(ReadError, match="can't be converted"):
        list(read_docx(tmp_path / "b.docx"))


def test_entities_that_grow_are_refused(tmp_path: Path) -> None:
    new_docx().save(str(tmp_path / "a.docx"))
    names = "abcdefghij"
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    with zipfile.ZipFile(tmp_path / "a.docx") as old, zipfile.ZipFile(tmp_path / "b.docx", "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part == "word/document.xml":
                data = data.replace(b"?>", f'?><!DOCTYPE x [<!ENTITY a "{"x" * 1000}">{entities}]>'.encode(), 1)
                data = data.replace(b"<w:body>", b"<w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p>")
            new.writestr(part, data)
    with pytest.raises(ReadError, match="can't be converted"):
        list(read_docx(tmp_path / "b.docx"))


def test_a_missing_extra_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_docx(tmp_path / "a.docx", GUIDE)
    monkeypatch.setitem(sys.modules, "mammoth", None)
    with pytest.raises(ReadError, match=r"pip install 'careers-qa\[files\]'"):
        list(read_docx(tmp_path / "a.docx"))
