"""How a model gets into an index, and out of it again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qa.errors import IndexFolderError, ModelError
from qa.reading.encoder import Card, Encoder

if TYPE_CHECKING:
    from qa.reading.sentence_transformers import CrossEncoderReranker, SentenceTransformerEncoder

CARD = "encoder.json"
# Below this cosine with sentence-transformers a converted model isn't used:
# the least of the samples, and for int8 their mean.
LEAST_AGREEMENT = 0.999
INT8_AGREEMENT = 0.99
_SAMPLES = 32
_CALIBRATION = 256


def prepare(
    model: str, folder: Path, samples: Sequence[str], precision: str = "auto", earlier: Path | None = None
) -> Encoder:
    """Load a model by name or folder and save what answering needs of it.

    The model is converted to OpenVINO and used in that form if it agrees with
    sentence-transformers on ``samples``; else torch serves, and the card says
    why. With ``precision`` "int8" it is quantised too, calibrated on
    ``samples``, and where that agrees too little, "auto" serves and the card
    says so. A converted form in the folder ``earlier`` is taken over where it
    is of the same model, precision and machine: then torch isn't loaded.
    Raises ModelError when the model can't be found, or int8 is asked for
    without its extra, and OSError when the folder can't be written.
    """
    if earlier is not None and (taken := _taken_over(model, folder, precision, earlier)):
        return taken
    if precision == "int8":
        from qa.reading.int8 import require_nncf

        require_nncf()
    from qa.reading.sentence_transformers import SentenceTransformerEncoder

    original = SentenceTransformerEncoder(model)
    notes: list[str] = []
    for tried in ("int8", "auto") if precision == "int8" else (precision,):
        _empty(folder)
        try:
            return _converted(original, folder, samples, tried, "; ".join(notes))
        except OSError:  # such as a full disk, on which another form wouldn't fit either
            raise
        except Exception as error:  # the converter raises errors of many kinds, and openvino may be missing
            lines = str(error).strip().splitlines()
            notes.append(f"{tried}: {lines[0][:200] if lines else type(error).__name__}")
    _empty(folder)
    card = original.card(engine="torch", note="; ".join(notes))
    (folder / CARD).write_text(json.dumps(asdict(card), indent=1), encoding="utf-8")
    return original


def _converted(
    original: SentenceTransformerEncoder, folder: Path, samples: Sequence[str], precision: str, note: str
) -> Encoder:
    """Convert, compare and load; raises ModelError when it agrees too little."""
    from qa.reading.openvino_encoder import OpenVinoEncoder, convert

    chosen = _spread(samples, _SAMPLES)
    card = original.card(note=note)
    convert(original.pipeline(), card, original.tokenizer_json(), folder, precision, _spread(samples, _CALIBRATION))
    encoder = OpenVinoEncoder.load(folder)
    ways = (False,) if card.query_prompt == card.document_prompt else (False, True)
    cosines = np.concatenate(
        [np.sum(original.encode(chosen, query=q) * encoder.encode(chosen, query=q), axis=1) for q in ways]
    )
    agreement, least = float(cosines.min()), LEAST_AGREEMENT
    if precision == "int8":
        agreement, least = float(cosines.mean()), INT8_AGREEMENT
    if not agreement >= least:
        raise ModelError(f"its converted form agrees to a cosine of {agreement:.4f} only")
    return encoder


def _taken_over(model: str, folder: Path, precision: str, earlier: Path) -> Encoder | None:
    """The converted form of an earlier build, copied; None where it isn't this model's on this machine."""
    from qa.reading.sentence_transformers import find, fingerprint

    try:
        card = read_card(earlier)
    except ModelError:
        return None
    if card.engine != "openvino" or card.note:
        return None
    name, source = find(model)
    if source is None or card.name != name:
        return None
    from qa.reading.openvino_encoder import OpenVinoEncoder, here

    wanted = fingerprint(source) + ("-int8" if precision == "int8" else "")
    if card.fingerprint != wanted or (card.precision, card.machine) != here(precision):
        return None
    shutil.copytree(earlier, folder, dirs_exist_ok=True)
    return OpenVinoEncoder.load(folder)


def _spread(samples: Sequence[str], count: int) -> list[str]:
    """Samples from all over the corpus, at most so many."""
    step = max(1, len(samples) // count)
    return list(samples[::step][:count]) or ["What does a data scientist do?"]


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()


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
    """What an index notes of its encoder. Raises ModelError when that can't be read."""
    try:
        return Card(**json.loads((folder / CARD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            f"The model's card in {folder} can't be read: build the index again with careers-qa build."
        ) from error


def fallback(folder: Path) -> str:
    """A sentence on why an encoder isn't of the form that was asked for, "" where it is. Raises as read_card does."""
    card = read_card(folder)
    why = f"The model couldn't be used as asked for ({card.note}): {card.engine} in {card.precision} takes its place."
    return why if card.note else ""


def open_reranker(model: str) -> CrossEncoderReranker | None:
    """The reranker that the settings name, if any; raises ModelError when it can't be loaded."""
    if not model:
        return None
    from qa.reading.sentence_transformers import CrossEncoderReranker

    return CrossEncoderReranker(model)
