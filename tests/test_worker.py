"""Reading in a process of its own: a hang, a crash or too much memory cost one file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from qa.builder import build
from qa.config import Settings
from qa.reading.corpus import read_corpus
from qa.reading.readers import Skipped
from qa.reading.worker import Reader
from qa.types import Document
from tests.fakes import prepare_fake

# Put before the package, it stands in for readers that misbehave.
HOSTILE = """
import os, time
from qa.reading import readers
plain = readers.read_markdown
def read(text):
    if "hang" in text:
        while True: pass
    if "die" in text: os._exit(9)
    if "eat" in text: bytearray(1 << 40)
    if "break" in text: raise KeyError("x")
    if "print" in text: print("noise")
    return plain(text)
readers.READERS[".md"] = readers.of_text(read)
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(HOSTILE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    yield
    assert not [p for p in psutil.Process().children() if "qa.reading.worker" in " ".join(p.cmdline())]


def test_it_reads_as_the_reader_does(corpus: Path) -> None:
    with Reader(60) as reader:
        assert list(read_corpus(corpus, reader)) == list(read_corpus(corpus))


@pytest.mark.usefixtures("hostile")
def test_what_goes_wrong_costs_one_file(settings: Settings) -> None:
    for name in ("break", "die", "eat", "hang", "print"):
        (settings.corpus / f"{name}.md").write_text(f"# Title\n\nText that lets it {name}.")
    summary = build(settings.model_copy(update={"file_seconds": 5}), progress=False, prepare=prepare_fake)
    reasons = {s.path: s.reason for s in summary.skipped}
    assert set(reasons) == {"break.md", "die.md", "eat.md", "hang.md"}
    assert "more than 5 seconds" in reasons["hang.md"]
    assert "too much memory" in reasons["eat.md"]
    assert "KeyError" in reasons["break.md"]
    assert "broke" in reasons["die.md"]
    assert summary.documents == 4


def test_a_file_that_the_memory_doesnt_hold(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("*a*" * 1_000_000)
    with Reader(60, memory=200 << 20) as reader:
        [found] = reader(tmp_path / "a.md", "a", "a.md")
    assert isinstance(found, Skipped)
    assert "memory" in found.reason


@pytest.mark.skipif(os.name != "posix", reason="signals that end a process are POSIX's")
@pytest.mark.usefixtures("hostile")
def test_it_ends_itself_when_nobody_is_left_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.reading.worker._LATER", -9.0)
    (tmp_path / "a.md").write_text("hang")
    with Reader(10) as reader:
        [found] = reader(tmp_path / "a.md", "a", "a.md")
    assert isinstance(found, Skipped)
    assert "broke" in found.reason


def test_deep_nesting_is_read_or_refused(tmp_path: Path) -> None:
    deep = 20_000
    texts = {
        "a.html": "<div>" * deep + "Text.",
        "b.html": "<table><tr><td>" * deep + "Text.",
        "c.html": "<ul><li>" * deep + "Text.",
        "d.md": "> " * deep + "Text.",
        "e.md": "".join(f"{' ' * n}- a\n" for n in range(1000)),
        "f.md": f"---\na: {'[' * deep}\n---\n\nText.",
        "g.md": "[" * deep + "Text." + "]" * deep,
        "h.txt": "#" * deep + " a\n" * 100,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    with Reader(60) as reader:
        found = list(read_corpus(tmp_path, reader))
    assert len(found) == len(texts)
    refused = {s.path: s.reason for s in found if isinstance(s, Skipped)}
    assert not [r for r in refused.values() if "broke" in r], refused
    assert "nested" in refused["a.html"]
    assert any(isinstance(d, Document) and "Text." in d.text for d in found)
