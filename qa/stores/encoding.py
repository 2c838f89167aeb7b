"""Encoding the texts of an index, those that an earlier index has not again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from qa.errors import IndexFolderError
from qa.reading.encoder import Encoder
from qa.stores import folder
from qa.stores.tokens import Signs, TokenStore, signs

_BATCH = 1024  # texts at once
_TOKENS = 65_536  # and of sections at most so many tokens, as each has a vector of its own


@dataclass(frozen=True, slots=True)
class Kept:
    """What an index has of a text: its vector, shape (dim,), and of a section the signs of its words as well.

    Vectors are rounded to float16 (a cosine changes by some 1e-5): so an
    index is the same whether they are new or kept.
    """

    vector: NDArray[np.float16]
    signs: Signs | None = None


def text_key(model_fingerprint: str, text: str) -> bytes:
    """What a text's vector by a model is kept under: 16 bytes."""
    return hashlib.blake2b(f"{model_fingerprint}\n{text}".encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Encoded:
    """The texts of sections and passages, by their keys (of ``text_key``) in
    order, what is kept of each, and how many were encoded anew."""

    passages: Sequence[bytes]
    sections: Sequence[bytes]
    kept: Mapping[bytes, Kept]
    count: int

    @classmethod
    def of(
        cls,
        passages: Sequence[str],
        sections: Sequence[str],
        encoder: Encoder,
        known: Callable[[Sequence[bytes]], Mapping[bytes, Kept]],
        progress: bool = False,
    ) -> Encoded:
        """Encode what isn't ``known``, which is given keys and says what there is of them already; a
        passage that is a whole section is encoded once."""
        keys = [[text_key(encoder.fingerprint, text) for text in texts] for texts in (passages, sections)]
        pieces, wholes = (
            dict(zip(of, texts, strict=True)) for of, texts in zip(keys, (passages, sections), strict=True)
        )
        earlier = known([*pieces, *wholes])
        kept = {key: earlier[key] for key in (*pieces, *wholes) if key in earlier}
        missing = [
            {key: text for key, text in wholes.items() if key not in kept or kept[key].signs is None},
            {key: text for key, text in pieces.items() if key not in kept and key not in wholes},
        ]
        with tqdm(total=sum(map(len, missing)), desc="Encoding", unit="text", disable=not progress) as bar:
            for batch in _batches(missing[0], max(1, _TOKENS // encoder.max_tokens)):
                texts = list(batch.values())
                vectors, tokens = encoder.read(texts)
                for key, text, vector, of_text in zip(batch, texts, vectors.astype(np.float16), tokens, strict=True):
                    kept[key] = Kept(vector, signs(text, of_text))
                bar.update(len(batch))
            for batch in _batches(missing[1], _BATCH):
                vectors = encoder.encode(list(batch.values()))
                kept |= {key: Kept(vector) for key, vector in zip(batch, vectors.astype(np.float16), strict=True)}
                bar.update(len(batch))
        return cls(keys[0], keys[1], kept, sum(map(len, missing)))

    def vectors(self, keys: Sequence[bytes], dim: int) -> NDArray[np.float16]:
        """The vectors of texts, shape (n, dim)."""
        return np.array([self.kept[key].vector for key in keys], dtype=np.float16).reshape(len(keys), dim)

    def signs(self) -> list[Signs]:
        """Those of every section's words."""
        return [found for key in self.sections if (found := self.kept[key].signs) is not None]


def _batches(texts: Mapping[bytes, str], size: int) -> list[dict[bytes, str]]:
    """Texts of like length together, as that wastes least on padding."""
    order = sorted(texts.items(), key=lambda item: len(item[1]))
    return [dict(order[first : first + size]) for first in range(0, len(order), size)]


def known_texts(index: Path, dim: int) -> dict[bytes, Kept]:
    """What the index in use has of its texts, by their keys; nothing if it isn't whole."""
    try:
        generation, manifest = folder.require_whole(index, for_answering=False)
        if manifest.dim != dim:
            return {}
        keys = np.load(generation / folder.KEYS, allow_pickle=False)
        vectors = np.load(generation / folder.KEPT, mmap_mode="r", allow_pickle=False)
        words = TokenStore(generation / folder.TOKENS).of(np.arange(manifest.sections))
    except (IndexFolderError, OSError, ValueError):
        return {}
    of_sections = [None] * (len(keys) - len(words)) + words
    return {
        key.tobytes(): Kept(vector, of_section)
        for key, vector, of_section in zip(keys, vectors, of_sections, strict=True)
    }
