from __future__ import annotations

import sys
import zlib
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from qa.errors import ReadError
from qa.reading.blocks import Reading, assemble
from qa.reading.pdf import read_pdf
from qa.reading.readers import Skipped
from qa.reading.worker import Reader
from qa.types import Citation, Document, Hit
from tests.files import Part, write_pdf

WORDS = "Data scientists find answers in data, write them down and tell those who decide what they mean. "
GUIDE: list[Part] = [
    ("heading", "Data Scientist", 1),
    ("paragraph", WORDS * 6, 0),
    ("heading", "Pay", 2),
    ("paragraph", "Data scientists earned a median of $112,590 a year in 2024.", 0),
    ("table", [["Region", "Pay"], ["North", "$112,590"], ["South", "$98,100"]], 0),
    ("page", "", 0),
    ("heading", "Skills", 2),
    (
        "item",
        "Python and other tools, of which a data scientist knows more than one, and knows them so well that " * 2,
        0,
    ),
    ("item", "Statistics", 0),
    ("paragraph", "Writing is a skill too.", 0),
    ("heading", "At work", 3),
    ("paragraph", "Most work full-time.", 0),
]


def document(path: Path) -> Document:
    readings = [r for r in read_pdf(path) if isinstance(r, Reading)]
    return assemble("guide", readings[0])


@pytest.mark.parametrize("outline", [False, True], ids=["by size", "by outline"])
def test_headings_lists_and_tables(tmp_path: Path, outline: bool) -> None:
    guide = document(write_pdf(tmp_path / "a.pdf", GUIDE, outline=outline, header="Careers portal, edition 2024"))
    assert guide.title == "Data Scientist"
    assert [s.headings for s in guide.sections] == [(), ("Pay",), ("Skills",), ("Skills", "At work")]
    assert guide.section_text(guide.sections[0]) == (WORDS * 6).strip()
    rows = [b for b in guide.blocks if b.kind == "row"]
    assert [guide.text[b.start : b.end] for b in rows] == ["Region | Pay", "North | $112,590", "South | $98,100"]
    assert [b.header for b in rows] == [True, False, False]
    items = [guide.text[b.start : b.end] for b in guide.blocks if b.kind == "item"]
    assert items == [GUIDE[7][1].strip(), "Statistics"]
    assert "edition" not in guide.text
    assert "Page 1" not in guide.text


def test_pages_are_cited(tmp_path: Path) -> None:
    guide = document(write_pdf(tmp_path / "a.pdf", GUIDE))
    assert len(guide.pages) == 2
    start = guide.text.index("Statistics")
    section = next(s for s in guide.sections if s.start <= start < s.end)
    hit = Hit(guide, section, section.start, section.end, 1, 1, 1, 1, 1)
    citation = Citation.of(1, hit, start, start + len("Statistics"))
    assert citation.quote == "Statistics" == guide.text[citation.start : citation.end]
    assert citation.page == 2
    assert guide.page_at(guide.text.index("$112,590")) == 1


def test_a_paragraph_over_a_page_break_is_one(tmp_path: Path) -> None:
    parts: list[Part] = [("heading", "Nurse", 1), ("paragraph", WORDS * 80, 0)]
    guide = document(write_pdf(tmp_path / "a.pdf", parts, header="Portal"))
    assert guide.text == f"Nurse\n\n{(WORDS * 80).strip()}"
    assert len(guide.pages) > 1
    for page, start in enumerate(guide.pages[1:], 2):
        assert guide.page_at(start) == page
        assert guide.page_at(start - 1) == page - 1
        assert guide.text[start - 1] == " "


def test_words_cut_at_line_ends_are_whole(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for n, line in enumerate(
        [
            "The work of data scientists is well-",
            "paid. They are paid well. It is full-",
            "time, as most full-time work is, and exact-",
            "ing.",
        ]
    ):
        canvas.drawString(72, 700 - 14 * n, line)
    canvas.save()
    assert document(tmp_path / "a.pdf").text.endswith("It is full-time, as most full-time work is, and exacting.")


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for x, words in ((72, "left"), (320, "right")):
        for n in range(4):
            canvas.drawString(x, 700 - 14 * n, f"The {words} column's line {n} goes on")
    canvas.save()
    text = " ".join(document(tmp_path / "a.pdf").text.split())
    assert text.index("left column's line 3") < text.index("right column's line 0")


def _scan(path: Path, pages: int, text_on: int = 0) -> Path:
    from PIL import Image

    Image.new("RGB", (60, 80), "white").save(path.with_suffix(".png"))
    canvas = Canvas(str(path), pagesize=A4)
    for page in range(1, pages + 1):
        canvas.drawImage(str(path.with_suffix(".png")), 0, 0, *A4)
        if page == text_on:
            canvas.drawString(72, 700, "Nurses care for people who are ill.")
        canvas.showPage()
    canvas.save()
    return path


def test_scans_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no text, only pictures"):
        list(read_pdf(_scan(tmp_path / "a.pdf", 2)))
    reading, left_out = read_pdf(_scan(tmp_path / "b.pdf", 4, text_on=2))
    assert isinstance(reading, Reading)
    assert reading.pieces[0].page == 2
    assert "pages 1 and 3-4 are left out" in str(left_out)


def test_broken_and_locked_files_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(ReadError, match="broken or isn't a PDF"):
        list(read_pdf(tmp_path / "a.pdf"))
    from reportlab.lib.pdfencrypt import StandardEncryption

    canvas = Canvas(str(tmp_path / "b.pdf"), encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(72, 700, "x")
    canvas.save()
    with pytest.raises(ReadError, match="password"):
        list(read_pdf(tmp_path / "b.pdf"))


def test_a_stream_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(b" " * 10_000_000) for _ in range(120)) + packer.flush()
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    head += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
    stream = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(bomb) + bomb + b"\nendstream endobj\n"
    (tmp_path / "a.pdf").write_bytes(head + stream + b"trailer<</Root 1 0 R>>\n%%EOF")
    with Reader(60, memory=1 << 30) as reader:
        [found] = reader(tmp_path / "a.pdf", "a", "a.pdf")
        [after] = reader(write_pdf(tmp_path / "b.pdf", GUIDE), "b", "b.pdf")
    assert isinstance(found, Skipped)
    assert "memory" in found.reason
    assert isinstance(after, Document)


def test_time_has_a_bound(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", GUIDE)
    with Reader(0.01) as reader:
        [found] = reader(tmp_path / "a.pdf", "a", "a.pdf")
    assert isinstance(found, Skipped)
    assert "more than 0.01 seconds" in found.reason


def test_a_missing_extra_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pdf(tmp_path / "a.pdf", GUIDE)
    monkeypatch.delitem(sys.modules, "qa.reading.pdf_layout", raising=False)
    monkeypatch.delitem(sys.modules, "qa.reading.pdf_lines", raising=False)
    monkeypatch.setitem(sys.modules, "pdfplumber", None)
    with pytest.raises(ReadError, match=r"pip install 'careers-qa\[files\]'"):
        list(read_pdf(tmp_path / "a.pdf"))
