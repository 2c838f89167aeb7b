"""How an index lies in Milvus: its collections, its numbers, its codes.

A build writes a generation: four collections whose names begin alike. The
alias leads to that of the files; a generation that it leads to is complete.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from qa.errors import StoreError
from qa.stores.tokens import Signs
from qa.stores.vectors import EXACT_UP_TO, LISTS, PROBES, Ids
from qa.stores.words import Scheme, hashes, scored_terms

FORMAT = 3
PASSAGES, SECTIONS, GUIDES, FILES = "passages", "sections", "guides", "files"
LONGEST_TEXT = 65_535  # bytes that Milvus keeps in a text field

# A section's number is its document's and its place there, a passage's its
# section's and its place there: so order, document and section show in it.
_PLACE = 16
_FEW = 1 << _PLACE
_DIGITS, _CODE = "0123456789abcdefghijklmnopqrstuvwxyz", 7
# Milvus indexes segments of some 1 GB, so many vectors of 384 dimensions.
_SEGMENT = 600_000
_BLANK = "0blank"


def generation_of(collection: str) -> str:
    """The generation that a collection belongs to."""
    return collection.rpartition("_")[0]


def collection_of(generation: str, kind: str) -> str:
    """The name of a generation's collection of a kind."""
    return f"{generation}_{kind}"


def is_of(collection: str, alias: str) -> bool:
    """Whether a collection is of a generation under an alias."""
    return bool(re.fullmatch(rf"{alias}_[0-9a-f]{{12}}_(?:{PASSAGES}|{SECTIONS}|{GUIDES}|{FILES})", collection))


def numbered(owner: int, place: int, what: str) -> int:
    """The number of a section within a document, or a passage within a section."""
    if place >= _FEW:
        raise StoreError(f"A {what} has more than {_FEW} parts, which Milvus's numbers don't hold: split it.")
    return (owner << _PLACE) + place


def owners(numbers: Ids) -> Ids:
    """The sections of passages, or the documents of sections."""
    return numbers >> _PLACE


def parts(owner: int) -> tuple[int, int]:
    """The numbers of an owner's parts: from the first up to, and not including, the second."""
    return owner << _PLACE, (owner + 1) << _PLACE


def codes(text: str, scheme: Scheme) -> str:
    """The terms that a scheme scores of a text, each as a code of seven letters and digits.

    Of a text of more than some 8,000 terms the first are taken: Milvus keeps
    no more in a field.
    """
    found = hashes(scored_terms(text, scheme))
    return " ".join(_code(int(h)) for h in found[: LONGEST_TEXT // (_CODE + 1)])


def kept_codes(text: str, scheme: Scheme) -> str:
    """The same for a text that is kept: one without any term gets a code that no question has, so as to count."""
    return codes(text, scheme) or _BLANK


def _code(number: int) -> str:
    letters = []
    for _ in range(_CODE):
        number, digit = divmod(number, len(_DIGITS))
        letters.append(_DIGITS[digit])
    return "".join(letters)


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """A kind of index in Milvus, what it is built with, and what it is searched with.

    ``filtered`` is what a search within a filter takes, so that it misses none.
    """

    kind: str
    build: Mapping[str, int] = field(default_factory=dict)
    search: Mapping[str, int] = field(default_factory=dict)
    filtered: Mapping[str, int] = field(default_factory=dict)


def vector_index(kind: str, passages: int) -> VectorIndex:
    """The index for so many passages. Its parameters are those of the FAISS
    store where it has the same kind, and those that Milvus advises elsewhere."""
    if kind == "auto":
        kind = "FLAT" if passages <= EXACT_UP_TO else "IVF_SQ8"
    if kind in ("IVF_FLAT", "IVF_SQ8"):
        lists = max(1, round(LISTS * math.sqrt(min(passages, _SEGMENT))))
        return VectorIndex(kind, {"nlist": lists}, {"nprobe": min(PROBES, lists)}, {"nprobe": lists})
    if kind == "HNSW":
        return VectorIndex(kind, {"M": 16, "efConstruction": 200}, {"ef": 800}, {"ef": 800})
    if kind == "DISKANN":
        return VectorIndex(kind, {}, {"search_list": 800}, {"search_list": 800})
    return VectorIndex(kind)


def written_signs(signs: Signs) -> str:
    """The signs of a section's words as text."""
    return base64.b64encode(signs.tobytes()).decode()


def read_signs(text: str, dim: int) -> Signs:
    """The signs of vectors of ``dim`` dimensions, as ``written_signs`` wrote them."""
    return np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(-1, -(-dim // 8))


def among(name: str, numbers: Ids | Sequence[int]) -> str:
    """A filter that lets through the rows whose field is one of some numbers."""
    return f"{name} in {np.asarray(numbers).tolist()}"


def between(name: str, bounds: tuple[int, int]) -> str:
    """A filter that lets through the rows whose field is from the first bound up to, and not including, the second."""
    return f"{name} >= {bounds[0]} and {name} < {bounds[1]}"


def among_texts(name: str, values: Sequence[str]) -> str:
    """The same for texts, which hold neither quotes nor backslashes."""
    return f"{name} in [" + ", ".join(f'"{value}"' for value in values) + "]"
