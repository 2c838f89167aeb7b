from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.errors import ReadError
from qa.reading.beir import is_beir, read_beir


def write(folder: Path, *rows: object) -> Path:
    (folder / "corpus.jsonl").write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows))
    return folder


def test_rows_of_a_title_are_sections_of_a_document(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"_id": "a1", "title": "Nurse", "headers": ["Pay"], "text": "They earn $1."},
        {"_id": "b", "title": "Cook", "text": "Cooks cook."},
        {"_id": "a2", "title": "Nurse", "headers": ["Training", "Degree"], "text": ""},
    )
    nurse, cook = read_beir(tmp_path)
    assert is_beir(tmp_path)
    assert [(s.anchor, s.headings) for s in nurse.sections] == [("a1", ("Pay",)), ("a2", ("Training", "Degree"))]
    assert [nurse.section_text(s) for s in nurse.sections] == ["They earn $1.", "Degree"]
    assert (cook.id, cook.title, cook.sections[0].headings) == ("cook", "Cook", ())


def test_titles_with_one_slug_stay_apart(tmp_path: Path) -> None:
    write(tmp_path, {"_id": "1", "title": "C", "text": "x"}, {"_id": "2", "title": "c", "text": "y"})
    assert [d.id for d in read_beir(tmp_path)] == ["c", "c-2"]


@pytest.mark.parametrize(
    ("row", "said"),
    [("{", "Line 2 .* isn't JSON"), ("[]", "Line 2 .* object"), ({"_id": "2"}, "Line 2 .*text"),
     ({"_id": "1", "text": "y"}, "Line 2 .* repeats the _id 1")],
)  # fmt: skip
def test_bad_rows_are_named(tmp_path: Path, row: object, said: str) -> None:
    write(tmp_path, {"_id": "1", "text": "x"}, row)
    with pytest.raises(ReadError, match=said):
        read_beir(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="can't be read"):
        read_beir(tmp_path)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "rows"), [("scifact", 5183), ("xquad-en", 240), ("feedbackqa-valid", 2364), ("squad2", 320)]
)
def test_every_row_of_real_collections_is_a_section(data: Path, name: str, rows: int) -> None:
    documents = read_beir(data / name)
    assert sum(len(d.sections) for d in documents) == rows
    for document in documents:
        assert all(document.section_text(s).strip() for s in document.sections)
