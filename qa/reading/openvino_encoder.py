"""The OpenVINO encoder: a converted model that answers without torch.

A sentence-transformers pipeline is converted once, when an index is built,
and saved in the index: token ids and mask in, unit vectors out, of the text
and of its tokens. Answering
loads openvino, tokenizers and numpy alone.
"""

from __future__ import annotations

import json
import mmap
import platform
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# With this package OpenVINO reports its use to its makers, at each import and
# conversion. Nothing leaves the machine: it is kept from being found.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

from qa.errors import ModelError  # noqa: E402
from qa.reading.encoder import NO_TOKENS, Card, Tokens, Vectors  # noqa: E402

_MODEL, _COMPILED, _TOKENIZER, _CARD = "model.xml", "compiled.blob", "tokenizer.json", "encoder.json"
# Rows of a batch share one length, so a batch is bounded by its tokens.
_BATCH_TOKENS = 4096
# Lengths are rounded up to a multiple of this: else OpenVINO packs the weights
# a second time for those that aren't, and keeps both.
_WIDTH = 8
# From so many texts on, each core takes batches of its own: a build encodes a
# sixth more a second that way (two cores). One question is quicker with all cores.
_BULK = 64


class OpenVinoEncoder:
    """A converted model, loaded from an index."""

    def __init__(self, card: Card, compiled: Any, tokenizer: Tokenizer, folder: Path) -> None:
        self.name = card.name
        self.fingerprint = card.fingerprint
        self.dim = card.dim
        self.max_tokens = card.max_tokens
        self._card = card
        self._compiled = compiled
        self._compiled_for_bulk: Any = None
        self._folder = folder
        self._lock = threading.Lock()
        self._tokenizer = tokenizer
        self._tokenizer.enable_truncation(card.max_tokens)
        # A request is for one thread at a time, so each thread has its own.
        self._of_thread = threading.local()
        self._weights: Any = None  # what the compiled model computes with must live as long as it

    @classmethod
    def load(cls, folder: Path) -> OpenVinoEncoder:
        """Load a converted model; its compiled form where it fits this machine.

        Raises ModelError when the folder can't be used.
        """
        try:
            card = Card(**json.loads((folder / _CARD).read_text(encoding="utf-8")))
            tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
            core = openvino.Core()
            pages = None
            if card.machine == machine(core) and (folder / _COMPILED).is_file():
                # Mapped, not read: the model looks words up in the file's own pages.
                with (folder / _COMPILED).open("rb") as file:
                    pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
                weights = openvino.Tensor(np.frombuffer(pages, dtype=np.uint8), shared_memory=True)
                compiled = core.import_model(weights, "CPU", {})
            else:
                compiled = core.compile_model(str(folder / _MODEL), "CPU", _options(card.precision))
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            raise ModelError(
                f"The converted model in {folder} can't be loaded: build the index again with careers-qa build."
            ) from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        encoder = cls(card, compiled, tokenizer, folder)
        if pages:
            encoder._weights = weights
            encoder.encode(["a"])  # this packs most weights anew, and their pages aren't needed again
            pages.madvise(mmap.MADV_DONTNEED)
        return encoder

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        return self._encoded(self._tokenized(texts, query), lambda rows, tokens: None)

    def read(self, texts: Sequence[str], *, query: bool = False) -> tuple[Vectors, list[Tokens]]:
        prompt = len(self._card.query_prompt if query else self._card.document_prompt)
        tokenized = self._tokenized(texts, query)
        found = [NO_TOKENS] * len(texts)

        def keep(rows: Sequence[int], tokens: Vectors) -> None:
            for row, vectors in zip(rows, tokens, strict=True):
                spans = np.array(tokenized[row].offsets, dtype=np.int64).reshape(-1, 2)
                found[row] = Tokens(vectors[: len(spans)].copy(), np.maximum(spans - prompt, 0))

        return self._encoded(tokenized, keep), found

    def _tokenized(self, texts: Sequence[str], query: bool) -> list[Any]:
        prompt = self._card.query_prompt if query else self._card.document_prompt
        return _split(self._tokenizer, [prompt + text for text in texts])

    def _encoded(self, texts: Sequence[Any], keep: Callable[[Sequence[int], Vectors], None]) -> Vectors:
        """The vectors of tokenized texts; ``keep`` gets those of the tokens of some rows, if the model has them."""
        tokens = [text.ids for text in texts]
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)

        def take(request: Any, rows: Sequence[int]) -> None:
            vectors[rows] = request.get_output_tensor(0).data
            if len(request.model_outputs) > 1 and request.get_output_tensor(1).data.shape[-1] == self.dim:
                keep(rows, request.get_output_tensor(1).data)

        batches = ((rows, self._inputs([tokens[n] for n in rows])) for rows in _batches(tokens))
        if len(texts) < _BULK:
            for rows, inputs in batches:
                request = self._request()
                request.infer(inputs, share_inputs=True, share_outputs=True)
                take(request, rows)
        else:
            queue = openvino.AsyncInferQueue(self._bulk())
            queue.set_callback(take)
            for rows, inputs in batches:
                queue.start_async(inputs, userdata=rows)
            queue.wait_all()
        # The model's own normalisation is only as exact as its precision.
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _inputs(self, tokens: list[list[int]]) -> list[NDArray[np.int64]]:
        """Token ids and mask, both shape (n, longest), the longest rounded up."""
        width = -(-max(len(ids) for ids in tokens) // _WIDTH) * _WIDTH
        ids = np.full((len(tokens), width), self._card.pad_id, dtype=np.int64)
        mask = np.zeros((len(tokens), width), dtype=np.int64)
        for row, found in enumerate(tokens):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        return [ids, mask]

    def _request(self) -> Any:
        if not hasattr(self._of_thread, "request"):
            self._of_thread.request = self._compiled.create_infer_request()
        return self._of_thread.request

    def _bulk(self) -> Any:
        """The model compiled for many texts; an index keeps the form for one alone."""
        with self._lock:
            if self._compiled_for_bulk is None:
                options = {**_options(self._card.precision), "PERFORMANCE_HINT": "THROUGHPUT"}
                self._compiled_for_bulk = self._compiled  # does as well where the index is gone by now
                with suppress(RuntimeError):
                    self._compiled_for_bulk = openvino.Core().compile_model(str(self._folder / _MODEL), "CPU", options)
            return self._compiled_for_bulk

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [_length(e) for e in _split(self._tokenizer, texts)]


def _split(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Any]:
    """Texts as a tokenizer splits them; for few of them its threads cost more than they bring."""
    if len(texts) < _BULK:
        return [tokenizer.encode(text) for text in texts]
    return list(tokenizer.encode_batch(list(texts)))


def _length(encoding: Any) -> int:
    """A text's tokens with those that were cut off, which come in pieces that each open and end as a text does."""
    cut: int = sum(part.special_tokens_mask.count(0) for part in encoding.overflowing)
    return len(encoding.ids) + cut


def _batches(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Rows that go together: of like length, as that wastes least on padding."""
    order = sorted(range(len(tokens)), key=lambda n: len(tokens[n]))
    first = 0
    while first < len(order):
        last = first + 1
        while last < len(order) and (last - first + 1) * len(tokens[order[last]]) <= _BATCH_TOKENS:
            last += 1
        yield order[first:last]
        first = last


def convert(
    pipeline: Any,
    card: Card,
    tokenizer_json: str,
    folder: Path,
    precision: str = "auto",
    samples: Sequence[str] = (),
) -> None:
    """Convert a torch module that maps (ids, mask) to unit vectors of texts, and of tokens if it has them; save it.

    ``precision`` is "auto", "f32", "bf16" or "int8"; int8 is calibrated on
    ``samples``, and its fingerprint says so, as its vectors are its own.
    Raises whatever the converter raises on a model that it can't take.
    """
    shape = [([-1, -1], openvino.Type.i64)] * 2
    with warnings.catch_warnings():
        # Tracing warns of each Python condition in the model; the comparison
        # with sentence-transformers that follows is what decides.
        warnings.simplefilter("ignore")
        model = openvino.convert_model(pipeline, example_input=pipeline.example(), input=shape)
    precision, of_machine = here(precision)
    card = replace(card, precision=precision, machine=of_machine)
    if precision == "int8":
        from qa.reading.int8 import quantized

        tokenizer = Tokenizer.from_str(tokenizer_json)
        tokenizer.enable_truncation(card.max_tokens)
        tokenizer.no_padding()
        model = quantized(model, [e.ids for e in tokenizer.encode_batch([card.document_prompt + s for s in samples])])
        card = replace(card, fingerprint=f"{card.fingerprint}-int8")
    openvino.save_model(model, folder / _MODEL, compress_to_fp16=True)
    (folder / _TOKENIZER).write_text(tokenizer_json, encoding="utf-8")
    compiled = openvino.Core().compile_model(str(folder / _MODEL), "CPU", _options(card.precision))
    (folder / _COMPILED).write_bytes(compiled.export_model().getvalue())
    (folder / _CARD).write_text(json.dumps(asdict(card), indent=1), encoding="utf-8")


def best_precision() -> str:
    """bf16 where the processor computes in it, else f32."""
    capabilities = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return "bf16" if "BF16" in capabilities else "f32"


def here(precision: str) -> tuple[str, str]:
    """What a conversion on this machine is of: its precision and ``machine``."""
    return best_precision() if precision == "auto" else precision, machine(openvino.Core())


def machine(core: Any) -> str:
    """What a compiled model is tied to: the processor and OpenVINO's build."""
    return f"{platform.machine()} {core.get_property('CPU', 'FULL_DEVICE_NAME')} {openvino.__version__}"


def _options(precision: str) -> dict[str, str]:
    if precision == "int8":  # which is in the model; the rest of it is computed in what is best
        precision = best_precision()
    return {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision}
