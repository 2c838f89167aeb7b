from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.builder import build, is_current
from qa.config import Settings
from qa.errors import IndexFolderError, QAError
from qa.stores import folder
from tests.fakes import open_fake, prepare_fake


@pytest.fixture
def index(settings: Settings) -> Path:
    build(settings, progress=False, prepare=prepare_fake)
    return settings.index


def files(index: Path) -> list[Path]:
    generation, _ = folder.current(index)
    return sorted(p for p in generation.rglob("*") if p.is_file() and p.name != "manifest.json")


def test_a_whole_index_has_no_fault(index: Path) -> None:
    assert folder.verify(index) == []


def test_any_changed_file_is_found(index: Path) -> None:
    for path in files(index):
        before = path.read_bytes()
        if not before:
            continue
        path.write_bytes(bytes([before[0] ^ 1]) + before[1:])
        assert any(path.name in fault for fault in folder.verify(index)), path
        if path.name in (folder.KEYS, folder.KEPT):  # which answering never reads
            Assistant.open(index, open_encoder=open_fake)
        else:
            with pytest.raises(IndexFolderError, match="damaged"):
                Assistant.open(index, open_encoder=open_fake)
        path.write_bytes(before)


def test_missing_and_foreign_files_are_found(index: Path) -> None:
    generation, _ = folder.current(index)
    (generation / "vectors.faiss").unlink()
    (generation / "more").write_text("x")
    assert sorted(folder.verify(index)) == ["more isn't in the manifest.", "vectors.faiss is missing."]


@pytest.mark.parametrize(
    ("values", "message"),
    [({"format": 0}, "format 0"), ({"format": folder.FORMAT}, "manifest"), ([], "manifest")],
)
def test_other_formats_say_how_to_go_on(index: Path, values: object, message: str) -> None:
    generation, _ = folder.current(index)
    (generation / "manifest.json").write_text(json.dumps(values))
    with pytest.raises(IndexFolderError, match=f"{message}.*careers-qa build"):
        folder.current(index)


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexFolderError, match="careers-qa build"):
        Assistant.open(tmp_path / "none", open_encoder=open_fake)


def test_a_failed_build_leaves_the_index_as_it_was(index: Path, settings: Settings) -> None:
    before = {p: p.read_bytes() for p in index.rglob("*") if p.is_file()}

    def fail(*_: object) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(settings, progress=False, prepare=fail)  # type: ignore[arg-type]
    empty = settings.corpus.parent / "empty"
    empty.mkdir()
    with pytest.raises(QAError, match="no guide"):
        build(Settings(corpus=empty, index=index), progress=False, prepare=prepare_fake)
    assert {p: p.read_bytes() for p in index.rglob("*") if p.is_file()} == before


def test_a_new_build_replaces_the_old(index: Path, settings: Settings) -> None:
    old, _ = folder.current(index)
    settings = settings.model_copy(update={"keep_old": 0})
    assert is_current(settings)
    (settings.corpus / "data-scientist.md").write_text("# Data Scientist\n\nOther words.")
    assert not is_current(settings)
    summary = build(settings, progress=False, prepare=prepare_fake)
    assert folder.current(index)[0] != old
    assert not old.exists()
    assert summary.encoded == 1  # only the changed passage
