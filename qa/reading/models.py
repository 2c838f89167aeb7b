"""How a model gets into an index, and out of it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from qa.errors import IndexFolderError, ModelError
from qa.reading.encoder import Card, Encoder

CARD = "encoder.json"
# Below this cosine with sentence-transformers a converted model isn't used.
LEAST_AGREEMENT = 0.999
_SAMPLES = 32


def prepare(model: str, folder: Path, samples: Sequence[str]) -> Encoder:
    """Load a model by name or folder and save what answering needs of it.

    The model is converted to OpenVINO and used in that form if it agrees with
    sentence-transformers on ``samples``; else torch serves, and the card says
    why. Raises ModelError when the model can't be found.
    """
    from qa.reading.sentence_transformers import SentenceTransformerEncoder

    original = SentenceTransformerEncoder(model)
    folder.mkdir(parents=True, exist_ok=True)
    step = max(1, len(samples) // _SAMPLES)
    chosen = list(samples[::step][:_SAMPLES]) or ["What does a data scientist do?"]
    try:
        from qa.reading.openvino_encoder import OpenVinoEncoder, convert

        convert(original.pipeline(), original.card(), original.tokenizer_json(), folder)
        converted = OpenVinoEncoder.load(folder)
        agreement = min(
            float(np.sum(original.encode(chosen, query=query) * converted.encode(chosen, query=query), axis=1).min())
            for query in (False, True)
        )
        if agreement >= LEAST_AGREEMENT:
            return converted
        reason = f"its converted form agrees to a cosine of {agreement:.4f} only"
    except Exception as error:  # the converter raises errors of many kinds, and openvino may be missing
        reason = f"it can't be converted ({str(error).strip().splitlines()[0][:200] if str(error) else type(error)})"
    for path in folder.iterdir():
        path.unlink()
    card = original.card(engine="torch", note=reason)
    (folder / CARD).write_text(json.dumps(asdict(card), indent=1), encoding="utf-8")
    return original


def open_encoder(folder: Path) -> Encoder:
    """The encoder of an index, with the libraries that it needs and no others.

    Raises ModelError when it can't be loaded, IndexFolderError when the model
    of that name isn't the one that the index was built with any more.
    """
    card = read_card(folder)
    if card.engine == "openvino":
        from qa.reading.openvino_encoder import OpenVinoEncoder

        return OpenVinoEncoder.load(folder)
    from qa.reading.sentence_transformers import SentenceTransformerEncoder

    encoder = SentenceTransformerEncoder(card.name)
    if encoder.fingerprint != card.fingerprint:
        raise IndexFolderError(
            f"The index was built with other weights than {card.name} has now: build it again with careers-qa build."
        )
    return encoder


def read_card(folder: Path) -> Card:
    try:
        return Card(**json.loads((folder / CARD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            f"The model's card in {folder} can't be read: build the index again with careers-qa build."
        ) from error
