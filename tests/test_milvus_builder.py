"""An index built in Milvus answers as one in files does."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qa import builder, engines
from qa.answering.abstention import DEFAULT
from qa.assistant import Assistant
from qa.builder import build
from qa.cli import main
from qa.config import Settings
from qa.errors import ConfigError, QuestionError, StoreError
from qa.evaluation.judging import Judge
from qa.stores.milvus_layout import generation_of
from qa.types import Answer
from tests.conftest import write_guides
from tests.fakes import FakeEncoder, open_fake, prepare_fake

QUESTIONS = (
    "How much does a nurse earn?",
    "data scientist skills",
    "What is the outlook for developers?",
    "compare the pay of nurses and data scientists",
    "Who won the football match?",
    "hello",
)


@pytest.fixture
def in_milvus(settings: Settings, milvus_uri: str) -> Settings:
    """The same guides under an alias of their own."""
    alias = f"t_{uuid.uuid4().hex[:8]}"
    return settings.model_copy(update={"store": "milvus", "milvus_uri": milvus_uri, "milvus_collection": alias})


def built(settings: Settings, **more: Any) -> builder.Summary:
    return build(settings, progress=False, prepare=prepare_fake, **more)


def opened(settings: Settings) -> Assistant:
    return Assistant.open(settings=settings, open_encoder=open_fake)


def plain(answer: Answer) -> Any:
    """An answer without its time, numbers to three places."""

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: rounded(v) for k, v in value.items() if k != "elapsed_ms"}
        if isinstance(value, list):
            return [rounded(v) for v in value]
        return round(value, 3) if isinstance(value, float) else value

    return rounded(answer.to_dict())


def test_answers_are_those_of_the_index_in_files(settings: Settings, in_milvus: Settings) -> None:
    built(settings)
    built(in_milvus)
    own, other = opened(settings), opened(in_milvus)
    for question in QUESTIONS:
        assert plain(other.ask(question)) == plain(own.ask(question))
        for document in (None, "health/nurse"):
            found, wanted = other.search(question, 20, document), own.search(question, 20, document)
            assert [h.section_id for h in found] == [h.section_id for h in wanted]
            assert [h.score for h in found] == pytest.approx([h.score for h in wanted], abs=1e-5)
    follow = ("What does a data scientist do?",)
    assert plain(other.ask("and the pay?", follow)) == plain(own.ask("and the pay?", follow))
    assert other.starters() == own.starters()
    assert other.library.ids == own.library.ids
    assert Judge(other.library).anchors == Judge(own.library).anchors
    with pytest.raises(QuestionError, match="no document"):
        other.ask("pay", document="nonesuch")


def test_unchanged_passages_are_not_encoded_again(in_milvus: Settings) -> None:
    assert built(in_milvus).encoded == 9
    assert built(in_milvus).encoded == 0
    path = in_milvus.corpus / "data-scientist.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Statistics", "Algebra"), encoding="utf-8")
    assert not builder.is_current(in_milvus)
    assert 0 < built(in_milvus).encoded <= 4
    assert builder.is_current(in_milvus)


def test_what_an_index_in_files_has_is_not_encoded_again(settings: Settings, in_milvus: Settings) -> None:
    assert built(settings).encoded == 9
    assert built(in_milvus).encoded == 0


def test_builders_share_a_corpus(settings: Settings, in_milvus: Settings) -> None:
    first = built(in_milvus, shard=(2, 3))
    assert first.encoded == first.passages == 3
    assert "1 of 3 parts are in: 1, 3 to come" in first.note
    with pytest.raises(StoreError, match="no index under the alias"):
        opened(in_milvus)
    assert built(in_milvus, shard=(2, 3)).encoded == 0  # it is in
    assert "2 of 3" in built(in_milvus, shard=(1, 3)).note
    assert "All 3 parts are in" in built(in_milvus, shard=(3, 3)).note
    built(settings)
    own, other = opened(settings), opened(in_milvus)
    for question in QUESTIONS:
        assert plain(other.ask(question)) == plain(own.ask(question))
    with pytest.raises(ConfigError, match="no part 4 of 3"):
        built(in_milvus, shard=(4, 3))
    with pytest.raises(ConfigError, match="Milvus alone"):
        built(settings, shard=(1, 2))


def test_readers_never_see_a_half_built_index(in_milvus: Settings) -> None:
    built(in_milvus)
    before, name = opened(in_milvus), engines.name_in_use(in_milvus)
    write_guides(in_milvus.corpus, {"pilot.md": "# Pilot\n\nPilots fly.\n\n## Pay\n\nPilots earn $200,000 a year.\n"})
    built(in_milvus, shard=(1, 2))
    assert engines.name_in_use(in_milvus) == name
    assert before.library.ids == opened(in_milvus).library.ids
    built(in_milvus, shard=(2, 2))
    assert engines.name_in_use(in_milvus) != name
    assert "pilot" in opened(in_milvus).library.ids
    assert before.ask("How much does a nurse earn?").answered  # the former one is kept for those who read it
    built(in_milvus)
    built(in_milvus)
    milvus = engines.connected(in_milvus)
    kept = {generation_of(c) for c in milvus.collections() if c.startswith(in_milvus.milvus_collection)}
    assert len(kept) == 2


def test_a_server_needs_no_disk_of_its_own(in_milvus: Settings, tmp_path: Path) -> None:
    built(in_milvus)
    elsewhere = in_milvus.model_copy(update={"index": tmp_path / "another machine"})
    assert opened(elsewhere).ask("How much does a nurse earn?").answered
    assert engines.faults(elsewhere) == []


def test_a_calibration_reaches_every_server(
    in_milvus: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "open_encoder", open_fake)
    built(in_milvus)
    name = engines.name_in_use(in_milvus)
    builder.recalibrate(in_milvus, DEFAULT.__class__(DEFAULT.weights, -60.0, "a test", 1, 1, "2026-01-01"))
    assert engines.name_in_use(in_milvus) != name
    elsewhere = in_milvus.model_copy(update={"index": tmp_path / "another"})
    assert opened(elsewhere).ask("How much does a nurse earn?").confidence == 0.0
    built(in_milvus)  # which keeps it
    assert opened(in_milvus).ask("How much does a nurse earn?").confidence == 0.0


def test_check_names_what_is_missing(in_milvus: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    built(in_milvus)
    for name in ("store", "milvus_uri", "milvus_collection", "index"):
        monkeypatch.setenv(f"CAREERS_QA_{name.upper()}", str(getattr(in_milvus, name)))
    found = CliRunner().invoke(main, ["check"])
    assert found.exit_code == 0, found.output
    assert f"{in_milvus.milvus_collection} at {in_milvus.milvus_uri} is whole: 3 documents" in found.output
    assert "health/nurse\tNurse" in CliRunner().invoke(main, ["documents"]).output
    milvus = engines.connected(in_milvus)
    generation = generation_of(milvus.target(in_milvus.milvus_collection))
    milvus.call("delete", f"{generation}_guides", ids=[0])
    milvus.drop(f"{generation}_passages")
    assert engines.faults(in_milvus) == [
        f"The collection {generation}_passages is missing.",
        f"The collection {generation}_guides has 2 rows, not 3.",
    ]
    assert "damaged" in CliRunner().invoke(main, ["check"]).output


def test_a_corpus_above_the_limit_has_no_suggestions(in_milvus: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.milvus_builder.SUGGESTED_UP_TO", 2)
    assert "No questions are suggested" in built(in_milvus).note
    answer = opened(in_milvus).ask("How much does a nurse earn?")
    assert answer.answered
    assert answer.suggestions == ()


def test_one_who_only_finishes_prepares_the_model_by_the_same_sections(
    in_milvus: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sampled: list[list[str]] = []

    def prepare(model: str, place: Path, samples: Sequence[str]) -> FakeEncoder:
        sampled.append([*samples])
        return prepare_fake(model, place, samples)

    def dies(*_: Any) -> None:
        raise StoreError("Milvus doesn't answer.")

    built(in_milvus, shard=(1, 2))
    with monkeypatch.context() as patched, pytest.raises(StoreError):
        patched.setattr("qa.milvus_builder._Builder.finish", dies)
        build(in_milvus, progress=False, shard=(2, 2), prepare=prepare)
    build(in_milvus, progress=False, shard=(2, 2), prepare=prepare)
    assert sampled[0]
    assert sampled[1] == sampled[0]


def test_parts_of_different_models_are_refused(in_milvus: Settings) -> None:
    class Other(FakeEncoder):
        fingerprint = "fake-2"

    built(in_milvus, shard=(1, 2))
    with pytest.raises(StoreError, match="different models"):
        build(in_milvus, progress=False, shard=(2, 2), prepare=lambda m, f, s: [prepare_fake(m, f, s), Other()][1])
    with pytest.raises(StoreError, match="no index under"):
        opened(in_milvus)
