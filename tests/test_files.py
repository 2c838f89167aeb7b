"""What a folder may not make the reader do: leave it, wait for a pipe, read without end."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from qa.errors import ReadError
from qa.reading.corpus import corpus_files, read_corpus
from qa.reading.files import read_bytes
from qa.reading.readers import Skipped
from qa.types import Document
from tests.conftest import write_guides


def skipped(folder: Path) -> dict[str, str]:
    return {s.path: s.reason for s in read_corpus(folder) if isinstance(s, Skipped)}


def test_links_out_of_the_corpus_are_refused(tmp_path: Path) -> None:
    write_guides(
        tmp_path, {"secret.md": "A secret.", "guides/a.md": "One.", "guides/deep/b.md": "Two.", "else/c.md": "x"}
    )
    folder = tmp_path / "guides"
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    (folder / "up.md").symlink_to(Path("..") / "secret.md")
    (folder / "else").symlink_to(tmp_path / "else")
    (folder / "inside.md").symlink_to(folder / "deep" / "b.md")
    (folder / "again").symlink_to(folder / "deep")
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "gone.md").symlink_to(folder / "none.md")
    found = skipped(folder)
    assert {name for name, reason in found.items() if "out of the corpus" in reason} == {"out.md", "up.md", "else"}
    assert "link to a folder" in found["again"]
    assert "can't be opened" in found["loop.md"]
    assert "can't be opened" in found["gone.md"]
    assert [d.id for d in read_corpus(folder) if isinstance(d, Document)] == ["a", "deep/b", "inside"]
    assert not {"out.md", "up.md", "loop.md"} & {p.name for p in corpus_files(folder)}


def test_a_corpus_that_is_a_link_itself_is_read(tmp_path: Path) -> None:
    write_guides(tmp_path, {"guides/a.md": "One."})
    (tmp_path / "link").symlink_to(tmp_path / "guides")
    assert [d.id for d in read_corpus(tmp_path / "link") if isinstance(d, Document)] == ["a"]


def test_devices_pipes_and_sockets_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "zero.md").symlink_to("/dev/zero")
    found = skipped(tmp_path)
    assert "a pipe" in found["pipe.md"]
    assert "out of the corpus" in found["zero.md"]
    for path in (tmp_path / "pipe.md", Path("/dev/zero")):
        with pytest.raises(ReadError, match="not a file"):
            read_bytes(path)


@pytest.mark.parametrize("start", [b"PK\x03\x04\x00", b"\x1f\x8b\x08\x00", b"BZh9\x00\xff", b"\xfd7zXZ\x00"])
def test_archives_are_refused_whatever_their_name(tmp_path: Path, start: bytes) -> None:
    for name in ("a.md", "a.txt", "a.html"):
        (tmp_path / name).write_bytes(start + bytes(200))
    (tmp_path / "a.zip").write_bytes(start)
    found = skipped(tmp_path)
    assert len(found) == 4
    assert all("binary" in reason or "archive" in reason for reason in found.values())


def test_more_than_the_bound_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * 1001)
    assert len(read_bytes(tmp_path / "a.md", 1001)) == 1001
    with pytest.raises(ReadError, match="larger than"):
        read_bytes(tmp_path / "a.md", 1000)


def test_a_name_that_isnt_utf8_is_skipped(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("Text.")
    assert skipped(tmp_path) == {"caf?.md": "its name isn't UTF-8: rename it"}


@pytest.mark.parametrize("name", ["a\nb.md", "a\x1b[31m.md", "a\x85b.md", "a\nb/c.md"])
def test_a_name_with_a_control_character_is_skipped(tmp_path: Path, name: str) -> None:
    write_guides(tmp_path, {name: "Text."})
    ((shown, reason),) = skipped(tmp_path).items()
    assert shown == re.sub(r"[\n\x1b\x85]", "?", name)
    assert reason == "its name has a line break or another control character in it: rename it"
