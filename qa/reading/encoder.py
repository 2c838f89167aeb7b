"""Encoders: text in, unit vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a model reads of a text, token by token: their ``vectors`` of unit
    length, float32, shape (n, dim), and the characters that each stands for,
    ``spans``, shape (n, 2), empty for special tokens. A model without such
    vectors, or with some of another dimension than a text's, gives none."""

    vectors: Vectors
    spans: NDArray[np.int64]


NO_TOKENS = Tokens(np.zeros((0, 0), dtype=np.float32), np.zeros((0, 2), dtype=np.int64))


class Encoder(Protocol):
    """What the program asks of a model.

    ``name`` tells models apart, ``fingerprint`` their weights; ``max_tokens``
    is the longest input, special tokens included.
    """

    name: str
    fingerprint: str
    dim: int
    max_tokens: int

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Encode texts: float32, shape (n, dim), unit length.

        ``query`` says that the texts are questions, for models that have a
        prompt of its own for these.
        """
        ...

    def read(self, texts: Sequence[str], *, query: bool = False) -> tuple[Vectors, list[Tokens]]:
        """Encode texts as ``encode`` does, and give the tokens of each as well."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The length of each text in tokens, special tokens included, uncut."""
        ...


@dataclass(frozen=True, slots=True)
class Card:
    """What an index notes of its encoder.

    ``engine`` is "openvino" or "torch", and ``note`` says why it is not what
    was asked for; ``precision`` is "f32", "bf16" or "int8";
    ``machine`` is what the compiled form of an OpenVINO model fits.
    """

    name: str
    fingerprint: str
    dim: int
    max_tokens: int
    pad_id: int
    query_prompt: str
    document_prompt: str
    engine: str = "openvino"
    precision: str = "f32"
    machine: str = ""
    note: str = ""
