"""Loading models: what is said, and what isn't."""

from __future__ import annotations

import time

import pytest

from qa.errors import ModelError
from qa.reading.sentence_transformers import SentenceTransformerEncoder


@pytest.mark.parametrize("name", ["nosuch/model", "no such model", "nosuch"])
def test_a_model_that_cant_be_had_is_told_of_at_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    start = time.monotonic()
    with pytest.raises(ModelError, match=f"^The model {name} is neither a folder .* name all-MiniLM-L6-v2 or"):
        SentenceTransformerEncoder(name)
    assert time.monotonic() - start < 20


@pytest.mark.model
def test_loading_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    from transformers.utils import logging

    logging.enable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_warning()  # type: ignore[no-untyped-call]
    assert SentenceTransformerEncoder().dim == 384
    assert capfd.readouterr().err == ""
