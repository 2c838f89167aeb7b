from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from qa.errors import ReadError
from qa.reading.packages import LARGEST_XML, require_package, require_size


def test_what_would_unpack_to_too_much_is_refused_unread(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * (LARGEST_XML + 1))
    with pytest.raises(ReadError, match="unpack to more than 50 MB"):
        require_package(tmp_path / "a.docx", "word/document.xml")


def test_pictures_may_be_large(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<x/>")
        package.writestr("word/media/image1.png", b" " * (LARGEST_XML + 1))
    require_package(tmp_path / "a.docx", "word/document.xml")


def test_an_archive_that_calls_itself_a_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as package:
        package.writestr("guide.md", "# Nurse")
    with pytest.raises(ReadError, match="isn't a DOCX file"):
        require_package(tmp_path / "a.docx", "word/document.xml")


def test_a_password_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(ReadError, match=r"password.*save it as XLSX"):
        require_package(tmp_path / "a.xlsx", "xl/workbook.xml")


def test_sizes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 11)
    require_size(tmp_path / "a", 11)
    with pytest.raises(ReadError, match="larger"):
        require_size(tmp_path / "a", 10)
    with pytest.raises(ReadError, match="can't be opened"):
        require_size(tmp_path / "b")
