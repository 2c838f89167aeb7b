"""The precision that the model computes in: int8 and its guard."""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.builder import build
from qa.config import Settings
from qa.errors import ModelError
from qa.reading import models, openvino_encoder
from qa.reading.encoder import Encoder, Vectors
from qa.reading.models import open_encoder, prepare, read_card
from qa.reading.sentence_transformers import SentenceTransformerEncoder
from tests.conftest import GUIDES, ROOT
from tests.tiny import save_tokenizer

SAMPLES = [line for text in GUIDES.values() for line in text.splitlines() if len(line.split()) > 2]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sentence-transformers model of two small layers, its weights random."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel

    torch.manual_seed(3)
    words = sorted({w for s in SAMPLES for w in s.lower().replace(".", "").replace(",", "").split()})
    folder = tmp_path_factory.mktemp("tiny")
    size = save_tokenizer(folder / "bert", words)
    config = BertConfig(
        vocab_size=size,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    layer = Transformer(str(folder / "bert"), max_seq_length=32)
    SentenceTransformer(modules=[layer, Pooling(64)]).save(str(folder / "model"))
    return str(folder / "model")


def cosines(model: str, encoder: Encoder) -> Vectors:
    found: Vectors = np.sum(SentenceTransformerEncoder(model).encode(SAMPLES) * encoder.encode(SAMPLES), axis=1)
    return found


@pytest.mark.model
@pytest.mark.parametrize("model", ["tiny", "all-MiniLM-L6-v2"])
def test_int8_agrees_and_says_what_it_is(model: str, tiny: str, tmp_path: Path) -> None:
    pytest.importorskip("nncf", reason="int8 needs the extra careers-qa[int8]")
    name = tiny if model == "tiny" else model
    built = prepare(name, tmp_path / "encoder", SAMPLES, "int8")
    opened = open_encoder(tmp_path / "encoder")
    card = read_card(tmp_path / "encoder")
    assert (card.engine, card.precision, card.note) == ("openvino", "int8", "")
    assert built.fingerprint == opened.fingerprint == SentenceTransformerEncoder(name).fingerprint + "-int8"
    # The weights are whole numbers: the file is about half of that in float16.
    assert b'element_type="i8"' in (tmp_path / "encoder" / "model.xml").read_bytes()
    assert cosines(name, opened).mean() >= models.INT8_AGREEMENT
    np.testing.assert_allclose(np.linalg.norm(opened.encode(SAMPLES), axis=1), 1, atol=1e-5)


@pytest.mark.model
@pytest.mark.parametrize("model", ["tiny", "all-MiniLM-L6-v2"])
def test_tokens_are_counted_beyond_what_the_model_reads(model: str, tiny: str, tmp_path: Path) -> None:
    name = tiny if model == "tiny" else model
    converted = prepare(name, tmp_path / "encoder", SAMPLES)
    texts = ["", *SAMPLES, " ".join(SAMPLES * 40)]  # so many that the tokenizer's threads share them out
    counts = converted.count_tokens(texts)
    assert read_card(tmp_path / "encoder").engine == "openvino"
    assert counts == SentenceTransformerEncoder(name).count_tokens(texts)
    assert counts[-1] > 2 * converted.max_tokens
    assert converted.count_tokens(texts[-1:]) == counts[-1:]


@pytest.mark.model
def test_int8_that_agrees_too_little_is_not_used(tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nncf", reason="int8 needs the extra careers-qa[int8]")
    monkeypatch.setattr(models, "INT8_AGREEMENT", 1.01)
    encoder = prepare(tiny, tmp_path / "encoder", SAMPLES, "int8")
    card = read_card(tmp_path / "encoder")
    assert card.engine == "openvino"
    assert card.precision in ("bf16", "f32")
    assert "int8: its converted form agrees to a cosine of" in card.note
    assert not encoder.fingerprint.endswith("int8")


@pytest.mark.model
def test_a_full_disk_is_not_taken_for_a_model_that_cant_be_converted(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(openvino_encoder, "convert", full)
    with pytest.raises(OSError, match="No space"):
        prepare(tiny, tmp_path / "encoder", SAMPLES)


@pytest.mark.model
def test_a_build_says_that_the_model_couldnt_be_converted(
    tiny: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "LEAST_AGREEMENT", 1.01)
    summary = build(settings.model_copy(update={"model": tiny, "precision": "f32"}), progress=False)
    note = r"The model couldn't be used as asked for \(f32: its converted form [^)]+\): torch in f32 takes its place."
    assert re.fullmatch(note, summary.lines()[1])


@pytest.mark.model
def test_the_precision_asked_for_is_taken(tiny: str, tmp_path: Path) -> None:
    encoder = prepare(tiny, tmp_path / "encoder", SAMPLES, "f32")
    assert read_card(tmp_path / "encoder").precision == "f32"
    assert cosines(tiny, encoder).min() > 0.9999


def test_int8_without_its_extra_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nncf", None)
    with pytest.raises(ModelError, match=r"pip install 'careers-qa\[int8\]'"):
        prepare("all-MiniLM-L6-v2", tmp_path / "encoder", SAMPLES, "int8")


def test_precision_is_a_setting() -> None:
    assert Settings().precision == "auto"
    with pytest.raises(ValueError, match="precision"):
        Settings.model_validate({"precision": "int4"})


@pytest.mark.model
def test_a_converted_form_is_taken_over_where_it_is_the_same(tiny: str, tmp_path: Path) -> None:
    first = prepare(tiny, tmp_path / "first", SAMPLES)
    code = (
        "import sys; from pathlib import Path; from qa.reading.models import prepare\n"
        "prepare(sys.argv[1], Path(sys.argv[2]), ['A sample.'], earlier=Path(sys.argv[3]))\n"
        "print('torch' in sys.modules)"
    )
    words = [sys.executable, "-c", code, tiny, str(tmp_path / "second"), str(tmp_path / "first")]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "False"
    np.testing.assert_array_equal(open_encoder(tmp_path / "second").encode(SAMPLES), first.encode(SAMPLES))


@pytest.mark.model
def test_many_texts_are_encoded_when_the_index_is_gone(tiny: str, tmp_path: Path) -> None:
    encoder = prepare(tiny, tmp_path / "encoder", SAMPLES, "f32")
    shutil.rmtree(tmp_path / "encoder")
    many = encoder.encode(SAMPLES * 20)
    np.testing.assert_allclose(many[: len(SAMPLES)], encoder.encode(SAMPLES), atol=1e-5)


@pytest.mark.model
def test_another_precision_or_model_is_converted_anew(tiny: str, tmp_path: Path) -> None:
    prepare(tiny, tmp_path / "first", SAMPLES, "f32")
    prepare(tiny, tmp_path / "bf16", SAMPLES, "bf16", earlier=tmp_path / "first")
    assert read_card(tmp_path / "bf16").precision == "bf16"
    changed = shutil.copytree(tiny, tmp_path / "changed")
    pooling = next(p for p in changed.rglob("config.json") if "pooling" in p.parent.name.lower())
    # Other settings over the same weights are another model.
    pooling.write_text(pooling.read_text().replace("mean", "max"))
    encoder = prepare(str(changed), tmp_path / "other", SAMPLES, "f32", earlier=tmp_path / "first")
    assert encoder.fingerprint != read_card(tmp_path / "first").fingerprint
