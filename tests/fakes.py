"""A readable encoder: each of its words is one axis of the vector."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from qa.reading.encoder import Card, Tokens, Vectors
from qa.reading.models import CARD

AXES = (
    "pay earn salary wage money", "skill skills need", "degree education study phd", "hours work schedule",
    "data scientist scientists", "nurse nurses", "developer developers software", "growth outlook demand",
    "task tasks duties do", "tool tools python",
)  # fmt: skip


class FakeEncoder:
    """Counts words of ten kinds; texts without any get an axis of their own."""

    name = "fake"
    fingerprint = "fake-1"
    dim = len(AXES) + 1
    max_tokens = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        self.encoded += texts
        return self._vectors(texts)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                for axis, kind in enumerate(AXES):
                    vectors[row, axis] += word in kind.split()
            if not vectors[row].any():
                vectors[row, -1] = 1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def read(self, texts: Sequence[str], *, query: bool = False) -> tuple[Vectors, list[Tokens]]:
        """Its words are tokens; words that it doesn't know are none."""
        known = {word for kind in AXES for word in kind.split()}
        vectors, tokens = self.encode(texts, query=query), []
        for text in texts:
            words = [word for word in re.finditer(r"\w+", text) if word[0].lower() in known]
            spans = np.array([word.span() for word in words], dtype=np.int64).reshape(-1, 2)
            tokens.append(Tokens(self._vectors([word[0] for word in words]), spans))
        return vectors, tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) + 2 for text in texts]


def prepare_fake(model: str, folder: Path, samples: Sequence[str]) -> FakeEncoder:
    folder.mkdir(parents=True, exist_ok=True)
    encoder = FakeEncoder()
    card = Card(encoder.name, encoder.fingerprint, encoder.dim, encoder.max_tokens, 0, "", "")
    (folder / CARD).write_text(json.dumps(asdict(card)), encoding="utf-8")
    return encoder


def open_fake(folder: Path) -> FakeEncoder:
    return FakeEncoder()
