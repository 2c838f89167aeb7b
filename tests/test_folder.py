from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import kills
from qa.assistant import Assistant
from qa.builder import build, is_current
from qa.config import Settings
from qa.errors import IndexFolderError, QAError
from qa.stores import folder
from tests.conftest import ROOT
from tests.fakes import FakeEncoder, open_fake, prepare_fake


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


def test_a_guide_edited_during_a_build_is_built_again(settings: Settings) -> None:
    def prepare(model: str, place: Path, samples: Sequence[str]) -> FakeEncoder:
        (settings.corpus / "data-scientist.md").write_text("# Data Scientist\n\nOther words.")
        return prepare_fake(model, place, samples)

    build(settings, progress=False, prepare=prepare)
    assert not is_current(settings)


def test_a_generation_that_was_removed_is_built_again(index: Path, settings: Settings) -> None:
    shutil.rmtree(folder.current(index)[0])
    build(settings, progress=False, prepare=prepare_fake)
    assert folder.verify(index) == []


def test_one_generation_is_checked_while_another_comes(
    index: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _ = folder.current(index)
    build(settings, progress=False, prepare=prepare_fake)
    new, _ = folder.current(index)
    (new / folder.VECTORS).write_bytes(b"")
    names = iter([old.name, new.name])
    monkeypatch.setattr(folder, "current_name", lambda _: next(names))
    assert folder.require_whole(index)[0] == old


def test_an_index_with_other_features_is_built_again(index: Path, settings: Settings) -> None:
    (folder.current(index)[0] / "calibration.json").write_text('{"features": ["another"], "weights": [1.0]}')
    assert not is_current(settings)
    assert build(settings, progress=False, prepare=prepare_fake).index == index
    assert is_current(settings)


def test_old_generations_go_after_the_grace_time(index: Path, settings: Settings) -> None:
    old, _ = folder.current(index)
    build(settings, progress=False, prepare=prepare_fake)
    assert old.exists()  # whoever opens it now still can
    folder.clear(index, grace=settings.keep_old)
    assert old.exists()
    an_hour_ago = time.time() - 3600
    os.utime(old, (an_hour_ago, an_hour_ago))
    folder.clear(index, grace=settings.keep_old)
    assert not old.exists()
    assert folder.verify(index) == []


def test_a_reader_keeps_its_index_when_that_is_gone(index: Path, settings: Settings) -> None:
    reader = Assistant.open(settings=settings, open_encoder=open_fake)
    old, _ = folder.current(index)
    (settings.corpus / "health" / "nurse.md").write_text("# Nurse\n\n## Pay\n\nNurses earn other wages: $2.")
    build(settings.model_copy(update={"keep_old": 0}), progress=False, prepare=prepare_fake)
    assert not old.exists()
    assert "$93,600" in reader.ask("What do nurses earn?").answer
    assert "other wages" in Assistant.open(settings=settings, open_encoder=open_fake).ask("What do nurses earn?").answer


def test_of_two_builds_the_second_says_so(index: Path, settings: Settings) -> None:
    # Another process, as its lock is what counts.
    code = (
        "import sys; from pathlib import Path; from qa.stores.folder import new_generation\n"
        "with new_generation(Path(sys.argv[1])): print('building', flush=True); sys.stdin.read()"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", code, str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert first.stdout
    assert first.stdout.readline() == "building\n"
    before = sorted(index.iterdir())
    with pytest.raises(IndexFolderError, match=r"Another build writes to .*wait"):
        build(settings, progress=False, prepare=prepare_fake)
    folder.clear(index, grace=0)
    assert sorted(index.iterdir()) == before  # what the first one writes isn't cleared
    first.kill()
    first.wait()
    first.stdout.close()
    build(settings, progress=False, prepare=prepare_fake)
    assert not list(index.glob(".partial-*"))


def test_killed_at_any_step_of_the_commit(tmp_path: Path) -> None:
    place = Settings(corpus=tmp_path / "g", index=tmp_path / "i", keep_old=0, min_confidence=0.05, file_seconds=0)
    kills.write_guides(place.corpus, "first")
    build(place, progress=False, prepare=prepare_fake)
    _, events = kills.measured(place)
    after = []
    for n in range(events - 25, events):
        before = folder.current_name(place.index)
        kills.write_guides(place.corpus, f"{n}")
        assert kills.killed_at(place, n)
        after.append(kills.whole(place) == before)
    assert True in after
    assert False in after  # both sides of the switch were tried
    build(place, progress=False, prepare=prepare_fake)
    assert kills.leftovers(place.index) == []


@pytest.mark.parametrize("largest", [100, 1_000, 2_000, 3_000])
def test_a_full_disk_is_one_sentence_and_leaves_the_index(index: Path, settings: Settings, largest: int) -> None:
    before = folder.current_name(index)
    code = f"""
import resource, sys
from pathlib import Path
from qa.builder import build
from qa.config import Settings
from qa.errors import IndexFolderError
from tests.fakes import prepare_fake
settings = Settings(corpus=Path(sys.argv[1]), index=Path(sys.argv[2]))
resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))
try:
    build(settings, progress=False, prepare=prepare_fake)
except IndexFolderError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(settings.corpus), str(index)],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "can't be written" in done.stdout, done
    assert done.returncode == 0
    assert folder.current_name(index) == before
    assert folder.verify(index) == []
    assert not list(index.glob(".partial-*"))


@pytest.mark.parametrize("inside", [True, False])
def test_no_permission_is_one_sentence(settings: Settings, inside: bool) -> None:
    with tempfile.TemporaryDirectory() as place:  # a folder that any user may look into
        index = Path(place) / "index"
        ours = settings.model_copy(update={"index": index})
        build(ours, progress=False, prepare=prepare_fake)
        for folder_of_it in (Path(place), index):
            folder_of_it.chmod(0o555)
        where = index if inside else Path(place) / "other"
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)
        try:
            with pytest.raises(IndexFolderError, match="can't be written"), folder.new_generation(where):
                pass
            assert folder.verify(index) == []
        finally:
            if is_root:
                os.seteuid(0)
            for folder_of_it in (Path(place), index):
                folder_of_it.chmod(0o755)


def test_all_is_flushed_before_the_switch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    switched: list[int] = []
    fsync, replace = os.fsync, Path.replace

    def seen(handle: int) -> None:
        flushed.append(os.path.realpath(f"/proc/self/fd/{handle}"))
        fsync(handle)

    def switch(path: Path, target: Path) -> Path:
        switched.append(len(flushed))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", seen)
    monkeypatch.setattr(Path, "replace", switch)
    build(settings, progress=False, prepare=prepare_fake)
    _, manifest = folder.current(settings.index)
    before = {Path(p).name for p in flushed[: switched[0]]}
    assert {Path(name).name for name in manifest.files} | {"manifest.json", ".partial-CURRENT", "words"} <= before
    assert flushed[switched[0] - 1] == flushed[-1] == str(settings.index)


def test_one_byte_changed_in_manifest_or_pointer_is_found(index: Path) -> None:
    generation, _ = folder.current(index)
    for path in (index / "CURRENT", generation / "manifest.json"):
        data = path.read_bytes()
        for place in range(0, len(data), 7):
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            with pytest.raises(IndexFolderError, match="careers-qa build"):
                folder.verify(index)
        path.write_bytes(data)
    assert folder.verify(index) == []


def test_an_index_of_an_older_format_says_how_to_go_on(index: Path) -> None:
    generation, _ = folder.current(index)
    manifest = json.loads((generation / "manifest.json").read_text())
    (generation / "manifest.json").write_text(json.dumps({**manifest, "format": 2}))
    generation.rename(index / "0123456789ab")
    (index / "CURRENT").write_text("0123456789ab")
    with pytest.raises(IndexFolderError, match=r"is of format 2, this program reads \d: .*careers-qa build"):
        Assistant.open(index, open_encoder=open_fake)
