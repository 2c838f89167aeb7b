from __future__ import annotations

from pathlib import Path

import pytest

from qa.builder import build, is_current
from qa.config import Settings
from qa.errors import ConfigError, CorpusError
from qa.reading.corpus import corpus_files, read_corpus
from qa.reading.readers import Skipped
from qa.types import Document
from tests.conftest import write_guides
from tests.fakes import prepare_fake


def test_folders_are_read_recursively(corpus: Path) -> None:
    found = list(read_corpus(corpus))
    assert [d.id for d in found if isinstance(d, Document)] == ["data-scientist", "developer", "health/nurse"]


def test_files_with_one_name_keep_their_ending(tmp_path: Path) -> None:
    write_guides(tmp_path, {"a.html": "<p>x</p>", "a.md": "y"})
    assert [d.id for d in read_corpus(tmp_path) if isinstance(d, Document)] == ["a", "a.md"]


def test_what_is_skipped_is_named(tmp_path: Path) -> None:
    write_guides(tmp_path, {"empty.md": "", "list.xyz": "a", "questions.jsonl": "{}", ".hidden.md": "x"})
    (tmp_path / "binary.md").write_bytes(b"\x00\x01\xff")
    (tmp_path / "latin.md").write_bytes("Schreibkräfte".encode("latin-1"))
    (tmp_path / "wide.md").write_text("Schreibkräfte", encoding="utf-16")
    skipped = {s.path: s.reason for s in read_corpus(tmp_path) if isinstance(s, Skipped)}
    assert set(skipped) == {"empty.md", "list.xyz", "binary.md", "latin.md", "wide.md"}
    assert skipped["wide.md"] == "it is UTF-16: save it as UTF-8"
    assert "binary" in skipped["binary.md"]
    assert "UTF-8" in skipped["latin.md"]
    assert "no text" in skipped["empty.md"]


def test_line_ends_and_byte_order_marks(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf# T\r\n\r\nOne.\r\n")
    document = next(iter(read_corpus(tmp_path)))
    assert isinstance(document, Document)
    assert document.text == "T\n\nOne."


@pytest.mark.parametrize("name", ["missing", "file.md"])
def test_a_folder_that_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.md").write_text("x")
    with pytest.raises(CorpusError, match=name):
        list(read_corpus(tmp_path / name))


def test_an_index_among_the_guides_isnt_read(tmp_path: Path) -> None:
    guides, idx = tmp_path / "guides", tmp_path / "guides" / "idx"
    write_guides(guides, {"a.md": "# A\n\nOne.", "idx/b.md": "# B\n\nTwo.", "CURRENT.md": "# C\n\nThree."})
    settings = Settings(corpus=guides, index=idx)
    for _ in range(2):
        assert build(settings, progress=False, prepare=prepare_fake).documents == 3
        assert is_current(settings)
    (idx / "CURRENT").unlink()
    found = list(read_corpus(guides))
    assert [d.id if isinstance(d, Document) else d for d in found] == ["CURRENT", "a", "idx/b"]
    assert [p.name for p in corpus_files(guides)] == ["CURRENT.md", "a.md", "b.md"]


def test_an_index_in_the_guides_own_folder_is_refused(tmp_path: Path) -> None:
    write_guides(tmp_path, {"a.md": "# A\n\nOne."})
    with pytest.raises(ConfigError, match=r"can't be written into the guides' own folder .*: choose another"):
        build(Settings(corpus=tmp_path, index=tmp_path / "."), progress=False, prepare=prepare_fake)
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]


def test_archives_and_old_formats_are_refused_with_what_to_do(tmp_path: Path) -> None:
    for name in ("a.zip", "b.tar.gz", "c.doc", "d.xls", "e.odt", "~$f.docx"):
        (tmp_path / name).write_bytes(b"x")
    skipped = {s.path: s.reason for s in read_corpus(tmp_path) if isinstance(s, Skipped)}
    assert set(skipped) == {"a.zip", "b.tar.gz", "c.doc", "d.xls", "e.odt"}
    assert "unpack" in skipped["a.zip"]
    assert "unpack" in skipped["b.tar.gz"]
    assert ".docx" in skipped["c.doc"]
    assert ".xlsx" in skipped["d.xls"]


def test_a_file_of_several_guides_gives_each_an_id(tmp_path: Path) -> None:
    write_guides(tmp_path, {"all.csv": "title,pay\nNurse,$93\nNurse,$94\nActuary,$125\n", "all.md": "# All\n\nText."})
    assert [d.id for d in read_corpus(tmp_path) if isinstance(d, Document)] == [
        "all/nurse", "all/nurse-2", "all/actuary", "all.md",
    ]  # fmt: skip
