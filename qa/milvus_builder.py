"""Building an index in Milvus, alone or with other builders.

Each builder writes its part of the corpus to the collections of a new
generation and notes there that its part is in. The one that finds all parts
in finishes: it indexes, makes what needs the whole, and switches the alias.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from qa.answering.naming import write_names
from qa.answering.people import People
from qa.answering.suggestions import Suggestions
from qa.builder import (
    Prepare,
    Summary,
    calibration_of,
    check_offsets,
    corpus_fingerprint,
    manifest_for,
    numbered_documents,
    samples_of,
    write_questions,
)
from qa.config import Settings
from qa.engines import SCHEMES, connected, open_documents, open_search
from qa.errors import ConfigError, StoreError
from qa.reading.corpus import QUESTIONS
from qa.reading.encoder import Encoder
from qa.reading.models import fallback
from qa.reading.passages import encoded_text, passages_of
from qa.reading.readers import Skipped
from qa.retrieval.fields import GUIDES as GUIDE_SCHEME
from qa.retrieval.fields import guide_text, heading_text, words_text
from qa.retrieval.spelling import Spelling
from qa.starters import write_starters
from qa.stores import folder
from qa.stores.encoding import Encoded, Kept, known_texts
from qa.stores.engine import DocumentStore, each_document
from qa.stores.library import document_bytes
from qa.stores.milvus_copy import GENERATION, INDEX, LAYOUT, copy_folder, publish
from qa.stores.milvus_files import Files, MilvusLibrary, document_name
from qa.stores.milvus_index import FREQUENCIES, Frequencies
from qa.stores.milvus_layout import (
    FILES,
    FORMAT,
    GUIDES,
    PASSAGES,
    SECTIONS,
    among_texts,
    collection_of,
    generation_of,
    is_of,
    kept_codes,
    numbered,
    read_signs,
    vector_index,
    written_signs,
)
from qa.stores.milvus_store import Milvus, Row
from qa.stores.words import terms
from qa.types import Document

_DOCUMENTS = 50  # read, encoded and written together
_KEYS = 500  # looked up together
# Above so many sections no questions are suggested: each would have to be asked.
SUGGESTED_UP_TO = 100_000


@dataclass(slots=True)
class _Written:
    """What a builder has written so far."""

    documents: int = 0
    sections: int = 0
    passages: int = 0
    encoded: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    words: list[Frequencies] = field(default_factory=list)
    guides: list[Frequencies] = field(default_factory=list)


def build_in_milvus(settings: Settings, shard: tuple[int, int], progress: bool, prepare: Prepare) -> Summary:
    """Build a part of an index, and finish it if that was the last one.

    Raises what build does, StoreError among it; what the alias leads to then
    stays as it was.
    """
    part, count = shard
    if not 1 <= part <= count:
        raise ConfigError(f"There is no part {part} of {count}: give --shard as 1/{count} to {count}/{count}.")
    milvus = connected(settings)
    builder = _Builder(milvus, settings, count)
    where = settings.index
    with tempfile.TemporaryDirectory(prefix="careers-qa-") as work:
        encoder_folder = Path(work) / folder.ENCODER
        if part in builder.records():
            written, encoder = _Written(), None
        else:
            written, encoder = builder.write_part(part, encoder_folder, progress, prepare)
        records = builder.records()
        if len(records) < count:
            note = (
                f"{len(records)} of {count} parts are in: {_missing(records, count)} to come, then the index is used."
            )
            return _summary(where, written, note)
        encoder = encoder or builder.prepared(part, encoder_folder, prepare)
        note = f"{builder.finish(records, encoder, encoder_folder, progress)} {fallback(encoder_folder)}".rstrip()
    return _summary(where, written, note)


def _missing(records: dict[int, Any], count: int) -> str:
    return ", ".join(str(n) for n in range(1, count + 1) if n not in records)


def _summary(where: Path, written: _Written, note: str) -> Summary:
    done = written
    return Summary(where, done.documents, done.sections, done.passages, done.encoded, tuple(done.skipped), note)


class _Builder:
    """One generation in the making. Its name follows from what it is built
    of and what it replaces, so that builders who share a corpus agree on it."""

    def __init__(self, milvus: Milvus, settings: Settings, count: int) -> None:
        self.milvus = milvus
        self.settings = settings
        self.count = count
        alias = settings.milvus_collection
        target = milvus.target(alias)
        self.previous = generation_of(target) if is_of(target, alias) else ""
        self.corpus = corpus_fingerprint(settings.corpus)
        made_of = [FORMAT, self.corpus, settings.model, settings.precision, settings.passage_words, count, target]
        digest = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:12]
        self.generation = f"{alias}_{digest}"
        # A generation of an earlier layout keeps no words.
        self._has_signs = bool(self.previous) and "signs" in milvus.fields(collection_of(self.previous, SECTIONS))
        self._in_files: dict[bytes, Kept] | None = None
        self.files = Files(milvus, self.generation)
        milvus.create(self.files.collection, FILES, 2)
        milvus.complete(self.files.collection)

    def records(self) -> dict[int, dict[str, Any]]:
        """What the builders noted whose parts are in, by part."""
        found = self.files.get([f"part/{n}" for n in range(1, self.count + 1)])
        return {int(name.partition("/")[2]): json.loads(data) for name, data in found.items()}

    def write_part(self, part: int, encoder_folder: Path, progress: bool, prepare: Prepare) -> tuple[_Written, Encoder]:
        written = _Written()
        batches = _batches(numbered_documents(self.settings, part, self.count, written.skipped))
        first = next(batches, [])
        encoder = prepare(self.settings.model, encoder_folder, samples_of(d for _, d in first))
        for kind in (PASSAGES, SECTIONS, GUIDES):
            self.milvus.create(collection_of(self.generation, kind), kind, encoder.dim, SCHEMES.get(kind, {}))
        with tqdm(desc="Building", unit="guide", disable=not progress) as bar:
            while first:
                self._write(first, encoder, written)
                bar.update(len(first))
                first = next(batches, [])
        tables = {"words": Frequencies.sum(written.words), "guides": Frequencies.sum(written.guides)}
        with io.BytesIO() as table:
            Frequencies.write(table, tables)
            self.files.put({f"frequencies/{part}": table.getvalue()})
        record = {
            "documents": written.documents,
            "sections": written.sections,
            "passages": written.passages,
            "model_fingerprint": encoder.fingerprint,
        }
        self.files.put({f"part/{part}": json.dumps(record).encode()})
        return written, encoder

    def prepared(self, part: int, encoder_folder: Path, prepare: Prepare) -> Encoder:
        """The model as the builder of a part that is in had it, for one that begins again and only finishes."""
        first = next(_batches(numbered_documents(self.settings, part, self.count, [])), [])
        return prepare(self.settings.model, encoder_folder, samples_of(d for _, d in first))

    def _write(self, batch: Sequence[tuple[int, Document]], encoder: Encoder, written: _Written) -> None:
        """Cut, encode and write some documents with their numbers."""
        documents = [d for _, d in batch]
        length = self.settings.passage_words
        cut = [passages_of(d, length, encoder.max_tokens, encoder.count_tokens) for d in documents]
        check_offsets(documents, cut)
        passages: list[Row] = []
        sections: list[Row] = []
        guides: list[Row] = []
        texts: dict[str, list[str]] = {PASSAGES: [], SECTIONS: []}
        for (number, document), pieces in zip(batch, cut, strict=True):
            owners = [numbered(number, place, "guide") for place in range(len(document.sections))]
            places = [0] * len(owners)
            for piece in pieces:
                owner = owners[piece.section]
                row: Row = {"id": numbered(owner, places[piece.section], "section"), "section": owner}
                places[piece.section] += 1
                passages.append(row | {"start": piece.start, "end": piece.end})
                texts[PASSAGES].append(encoded_text(document, document.sections[piece.section], piece.start, piece.end))
            for owner, section in zip(owners, document.sections, strict=True):
                own = {"words": words_text(document, section), "headings": heading_text(document, section)}
                scored = {name: kept_codes(text, SCHEMES[SECTIONS][name]) for name, text in own.items()}
                sections.append({"id": owner, **scored})
                texts[SECTIONS].append(encoded_text(document, section, section.start, section.end))
            coded = kept_codes(guide_text(document), GUIDE_SCHEME)
            guides.append({"id": number, "name": document.id, "words": coded, "vector": [0.0, 0.0]})
        known = partial(self._known, encoder.dim)
        encoded = Encoded.of(texts[PASSAGES], texts[SECTIONS], encoder, known)
        keys = [*encoded.passages, *encoded.sections]
        vectors = encoded.vectors(keys, encoder.dim).astype(np.float32)
        for row, key, vector in zip([*passages, *sections], keys, vectors, strict=True):
            row |= {"key": key.hex(), "vector": vector.tolist()}
        for row, signs in zip(sections, encoded.signs(), strict=True):
            row["signs"] = written_signs(signs)
        for kind, rows in ((PASSAGES, passages), (SECTIONS, sections), (GUIDES, guides)):
            self.milvus.write(collection_of(self.generation, kind), rows)
        self.files.put({document_name(n): document_bytes(d) for n, d in batch})
        written.words.append(Frequencies.of([set(terms(words_text(d, s))) for d in documents for s in d.sections]))
        written.guides.append(Frequencies.of([set(terms(guide_text(d))) for d in documents]))
        written.documents += len(documents)
        written.sections += len(sections)
        written.passages += len(passages)
        written.encoded += encoded.count

    def _known(self, dim: int, wanted: Sequence[bytes]) -> dict[bytes, Kept]:
        """What the index in use has of the texts with these keys, or one in files that was there before."""
        if not self._has_signs:
            if self._in_files is None:
                self._in_files = known_texts(self.settings.index, dim)
            return self._in_files
        known: dict[bytes, Kept] = {}
        keys = sorted({key.hex() for key in wanted})
        for kind, more in ((PASSAGES, []), (SECTIONS, ["signs"])):
            collection = collection_of(self.previous, kind)
            for first in range(0, len(keys), _KEYS):
                within = among_texts("key", keys[first : first + _KEYS])
                for row in self.milvus.rows(collection, within, ["key", "vector", *more]):
                    if len(row["vector"]) == dim:
                        signs = read_signs(row["signs"], dim) if more else None
                        known[bytes.fromhex(row["key"])] = Kept(np.array(row["vector"], dtype=np.float16), signs)
        return known

    def finish(self, records: dict[int, dict[str, Any]], encoder: Encoder, encoder_folder: Path, progress: bool) -> str:
        """Index, make what needs the whole, and switch the alias; gives a sentence for the summary."""
        settings, milvus = self.settings, self.milvus
        if {r["model_fingerprint"] for r in records.values()} != {encoder.fingerprint}:
            raise StoreError("The parts of the corpus were encoded by different models: build them all with the same.")
        documents, sections, passages = (
            sum(r[name] for r in records.values()) for name in ("documents", "sections", "passages")
        )
        index = vector_index(settings.milvus_index, passages)
        for kind, rows in ((PASSAGES, passages), (SECTIONS, sections), (GUIDES, documents)):
            collection = collection_of(self.generation, kind)
            if kind != GUIDES:
                milvus.index_vectors(collection, index)
            milvus.complete(collection)
            if (found := milvus.count(collection)) != rows:
                raise StoreError(f"The collection {collection} has {found} rows of {rows}: build the index again.")
        where = copy_folder(settings)
        with folder.new_generation(where) as work:
            shutil.copytree(encoder_folder, work / folder.ENCODER)
            noted: dict[str, str | int] = {LAYOUT: FORMAT, GENERATION: self.generation, INDEX: index.kind}
            manifest = manifest_for(settings, encoder, self.corpus, (documents, sections, passages), **noted)
            self._write_whole(work, manifest, encoder, progress)
            folder.commit(where, work, manifest)
        publish(milvus, self.generation, folder.current(where)[0])
        milvus.lead(settings.milvus_collection, self.files.collection)
        self._clear()
        parts = f"All {self.count} parts are in: " if self.count > 1 else ""
        note = (
            f"{parts}{settings.milvus_collection} at {settings.milvus_uri} has {documents} documents, "
            f"{sections} sections, {passages} passages."
        )
        if sections > SUGGESTED_UP_TO:
            note += f" No questions are suggested, since it has more than {SUGGESTED_UP_TO} sections."
        return note

    def _write_whole(self, work: Path, manifest: folder.Manifest, encoder: Encoder, progress: bool) -> None:
        """Save what answering needs beside the collections."""
        settings = self.settings
        rows = {
            row["id"]: row["name"] for row in self.milvus.each(collection_of(self.generation, GUIDES), ("id", "name"))
        }
        numbers = sorted(rows)
        MilvusLibrary.write(work, numbers, [rows[n] for n in numbers])
        library = open_documents(work, manifest, settings)
        read = _Documents(library)
        write_names(work, read, People(encoder).careers_among)
        Spelling.write(work, read)
        write_starters(work, settings.corpus / QUESTIONS, read)
        calibration_of(settings).write(work)
        tables = self.files.get([f"frequencies/{n}" for n in range(1, self.count + 1)])
        merged = {
            name: Frequencies.sum([Frequencies.read(io.BytesIO(t), name) for t in tables.values()])
            for name in ("words", "guides")
        }
        Frequencies.write(work / FREQUENCIES, merged)
        search = open_search(work, manifest, encoder, settings)
        if manifest.sections <= SUGGESTED_UP_TO:
            write_questions(work, search, settings, progress)
        else:
            Suggestions.write_none(work)

    def _clear(self) -> None:
        """Drop generations but this one and the one before, which servers may still read."""
        for collection in self.milvus.collections():
            of = generation_of(collection)
            if is_of(collection, self.settings.milvus_collection) and of not in (self.generation, self.previous):
                self.milvus.drop(collection)


class _Documents:
    """The documents of an index, read anew each time they are gone through."""

    def __init__(self, library: DocumentStore) -> None:
        self._library = library

    def __iter__(self) -> Iterator[Document]:
        return each_document(self._library)


def _batches(found: Iterator[tuple[int, Document]]) -> Iterator[list[tuple[int, Document]]]:
    while batch := list(islice(found, _DOCUMENTS)):
        yield batch
