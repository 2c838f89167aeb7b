"""Building an index: read, cut, encode, store, seal."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from qa.answering.abstention import DEFAULT, Calibration
from qa.answering.names import Names
from qa.answering.naming import write_names
from qa.answering.people import People
from qa.answering.suggestions import Suggestions
from qa.assistant import Assistant
from qa.config import Settings
from qa.digest import sha256
from qa.engines import connected, in_use, open_search
from qa.errors import ConfigError, CorpusError, IndexFolderError, PassageError, StoreError
from qa.reading.beir import CORPUS, is_beir, read_beir
from qa.reading.corpus import QUESTIONS, corpus_files, read_corpus
from qa.reading.encoder import Encoder
from qa.reading.models import fallback, open_encoder
from qa.reading.models import prepare as prepare_model
from qa.reading.passages import encoded_text, passages_of
from qa.reading.readers import Skipped, read_file
from qa.reading.worker import Reader
from qa.retrieval import fields
from qa.retrieval.fields import guide_text, heading_text, words_text
from qa.retrieval.hybrid import HybridSearch
from qa.retrieval.spelling import Spelling
from qa.starters import check_starters, write_starters
from qa.stores import folder
from qa.stores.encoding import Encoded, known_texts
from qa.stores.faiss_store import FaissStore
from qa.stores.library import Library
from qa.stores.tokens import TokenStore
from qa.stores.words import WordStore
from qa.types import Document, Passage

WHOLE = (1, 1)  # the one part of a corpus that isn't shared

# Loads a model, saves in a folder what answering needs of it, checked on samples.
Prepare = Callable[[str, Path, Sequence[str]], Encoder]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build read, what it skipped and why, and how many texts it encoded anew."""

    index: Path
    documents: int
    sections: int
    passages: int
    encoded: int
    skipped: tuple[Skipped, ...]
    note: str = ""

    def lines(self) -> list[str]:
        out = [
            f"Built {self.index}: {self.documents} documents, {self.sections} sections, "
            f"{self.passages} passages ({self.encoded} texts encoded)."
        ]
        out += [self.note] if self.note else []
        return out + [f"Skipped {s.path}: {s.reason}." for s in self.skipped]


def build(
    settings: Settings, progress: bool = True, prepare: Prepare | None = None, *, shard: tuple[int, int] = WHOLE
) -> Summary:
    """Build the index of a corpus and make it the current one.

    ``shard`` is which part of how many this builder does, from 1; several
    parts need Milvus, and the builder that finishes last makes it current.

    Raises ConfigError, CorpusError, ModelError, PassageError or
    IndexFolderError; the index that was there before then stays as it was.
    """
    if settings.index.resolve() == settings.corpus.resolve():
        raise ConfigError(
            f"The index can't be written into the guides' own folder {settings.corpus}: choose another with --index."
        )
    if prepare is None:
        prepare = partial(prepare_model, precision=settings.precision, earlier=_earlier_encoder(settings))
    if settings.store == "milvus":
        from qa.milvus_builder import build_in_milvus

        return build_in_milvus(settings, shard, progress, prepare)
    if shard != WHOLE:
        raise ConfigError(
            "Several builders can share a corpus in Milvus alone: set store to milvus, or leave out --shard."
        )
    corpus = corpus_fingerprint(settings.corpus)  # before reading: what is edited meanwhile is built again
    documents, skipped = read_documents(settings, progress)
    with folder.new_generation(settings.index, settings.keep_old) as work:
        encoder = prepare(settings.model, work / folder.ENCODER, samples_of(documents))
        note = fallback(work / folder.ENCODER)
        cut = [
            passages_of(d, settings.passage_words, encoder.max_tokens, encoder.count_tokens)
            for d in tqdm(documents, "Cutting", unit="guide", disable=not progress)
        ]
        check_offsets(documents, cut)
        passages = [
            encoded_text(d, d.sections[p.section], p.start, p.end)
            for d, ps in zip(documents, cut, strict=True)
            for p in ps
        ]
        pairs = [(d, s) for d in documents for s in d.sections]
        sections = [encoded_text(d, s, s.start, s.end) for d, s in pairs]
        known = known_texts(settings.index, encoder.dim)
        encoded = Encoded.of(passages, sections, encoder, lambda keys: known, progress)
        keys = [*encoded.passages, *encoded.sections]
        vectors = encoded.vectors(keys, encoder.dim)
        Library.write(work, documents, cut)
        FaissStore.build(vectors[: len(passages)].astype(np.float32)).save(work / folder.VECTORS)
        np.save(work / folder.SECTIONS, vectors[len(passages) :])
        TokenStore.write(work / folder.TOKENS, encoded.signs())
        np.save(work / folder.KEPT, vectors)
        np.save(work / folder.KEYS, np.frombuffer(b"".join(keys), dtype="V16"))
        WordStore.build([words_text(d, s) for d, s in pairs], fields.WORDS).save(work / folder.WORDS)
        WordStore.build([heading_text(d, s) for d, s in pairs], fields.HEADINGS).save(work / folder.HEADINGS)
        WordStore.build([guide_text(d) for d in documents], fields.GUIDES).save(work / folder.GUIDES)
        calibration_of(settings).write(work)
        write_names(work, documents, People(encoder).careers_among)
        Spelling.write(work, documents)
        write_starters(work, settings.corpus / QUESTIONS, documents)
        counts = len(documents), len(pairs), len(passages)
        manifest = manifest_for(settings, encoder, corpus, counts)
        write_questions(work, open_search(work, manifest, encoder, settings), settings, progress)
        folder.commit(settings.index, work, manifest)
    return Summary(settings.index, *counts, encoded.count, tuple(skipped), note)


def samples_of(documents: Iterable[Document]) -> list[str]:
    """What a model is converted and calibrated by: the sections of some documents."""
    return [f"{s.path}\n{d.section_text(s)}" for d in documents for s in d.sections]


def manifest_for(
    settings: Settings, encoder: Encoder, corpus: str, counts: tuple[int, int, int], **of_store: str | int | float
) -> folder.Manifest:
    """The manifest of what is built now, before its files are sealed.

    ``corpus`` is the corpus's fingerprint, ``counts`` are those of documents,
    sections and passages; ``of_store`` is what a store notes beside the settings.
    """
    documents, sections, passages = counts
    return folder.Manifest(
        format=folder.FORMAT,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        model=settings.model,
        model_fingerprint=encoder.fingerprint,
        dim=encoder.dim,
        max_tokens=encoder.max_tokens,
        settings={"passage_words": settings.passage_words, "precision": settings.precision, **of_store},
        corpus_fingerprint=corpus,
        documents=documents,
        sections=sections,
        passages=passages,
        files={},
    )


def recalibrate(settings: Settings, calibration: Calibration) -> None:
    """Make a generation that is the current one with another calibration.

    Raises IndexFolderError when there is no whole index to start from.
    """
    where = settings.index
    if settings.store == "milvus":
        from qa.stores.milvus_copy import GENERATION, copy_folder, publish

        in_use(settings)
        where = copy_folder(settings)
    generation, manifest = folder.require_whole(where, for_answering=False)
    with folder.new_generation(where, settings.keep_old) as work:
        shutil.copytree(generation, work, ignore=shutil.ignore_patterns(folder.MANIFEST), dirs_exist_ok=True)
        calibration.write(work)
        encoder = open_encoder(work / folder.ENCODER)
        write_questions(work, open_search(work, manifest, encoder, settings), settings, progress=False)
        folder.commit(where, work, manifest)
    if settings.store == "milvus":
        publish(connected(settings), str(manifest.settings[GENERATION]), folder.current(where)[0])


def is_current(settings: Settings) -> bool:
    """Whether the index was built from the corpus as it is, with these settings, by a version that this one reads."""
    try:
        generation, manifest = in_use(settings)
        Calibration.read(generation)
    except IndexFolderError:
        return False
    return (
        manifest.corpus_fingerprint == corpus_fingerprint(settings.corpus)
        and manifest.settings.get("passage_words") == settings.passage_words
        and manifest.settings.get("precision", "auto") == settings.precision
        and manifest.model == settings.model
    )


def corpus_files_of(corpus: Path) -> list[Path]:
    """The files that a build reads. Raises CorpusError when the folder is missing."""
    return [corpus / CORPUS] if is_beir(corpus) else corpus_files(corpus)


def corpus_fingerprint(corpus: Path) -> str:
    """A digest of the names and bytes of a corpus's files.

    Raises CorpusError when the folder is missing.
    """
    digest = hashlib.sha256()
    for path in corpus_files_of(corpus):
        digest.update(path.relative_to(corpus).as_posix().encode(errors="surrogateescape") + b"\0")
        try:
            digest.update(bytes.fromhex(sha256(path)))
        except OSError:  # the build says so; here it is a file unlike any other
            digest.update(b"unreadable")
    return digest.hexdigest()


def read_documents(settings: Settings, progress: bool) -> tuple[list[Document], list[Skipped]]:
    """The guides of the corpus, and what of it was skipped. Raises CorpusError
    when it has none, and ReadError for a row of a BEIR folder."""
    corpus = settings.corpus
    if is_beir(corpus):
        if rows := read_beir(corpus):
            return rows, []
        raise CorpusError(f"The corpus {corpus / CORPUS} has no rows: name a BEIR folder that has some.")
    documents: list[Document] = []
    skipped: list[Skipped] = []
    total = len(corpus_files(corpus))
    for found in tqdm(_each_read(settings), "Reading", total, unit="file", disable=not progress):
        if isinstance(found, Document):
            documents.append(found)
        else:
            skipped.append(found)
    if not documents:
        why = f" ({skipped[0].path}: {skipped[0].reason})" if skipped else ""
        raise CorpusError(
            f"The corpus folder {corpus} has no guide to read{why}: put guides in it, such as .md, .html or .pdf files."
        )
    return documents, skipped


def numbered_documents(
    settings: Settings, part: int, count: int, skipped: list[Skipped]
) -> Iterator[tuple[int, Document]]:
    """Each ``count``-th document with its number in the corpus, from the ``part``-th on.

    What is skipped is added to ``skipped``. Raises CorpusError when the
    corpus has none at all.
    """
    number = 0
    for found in _each_read(settings):
        if isinstance(found, Skipped):
            skipped.append(found)
            continue
        if number % count == part - 1:
            yield number, found
        number += 1
    if not number:
        raise CorpusError(f"The corpus {settings.corpus} has no guide to read: put some in it.")


def _each_read(settings: Settings) -> Iterator[Document | Skipped]:
    if is_beir(settings.corpus):
        yield from read_beir(settings.corpus)
        return
    with Reader(settings.file_seconds) as reader:
        yield from read_corpus(settings.corpus, reader if settings.file_seconds else read_file)


def check_offsets(documents: Sequence[Document], cut: Sequence[Sequence[Passage]]) -> None:
    """Every letter of a section must stand in one of its passages, once."""
    for document, passages in zip(documents, cut, strict=True):
        for number, section in enumerate(document.sections):
            joined = "".join(document.text[p.start : p.end] for p in passages if p.section == number)
            if "".join(joined.split()) != "".join(document.section_text(section).split()):
                raise PassageError(
                    f"The passages of {document.id}#{section.anchor} aren't its text: report this with the file."
                )


def _earlier_encoder(settings: Settings) -> Path | None:
    """The encoder of the index in use, if it is whole."""
    try:
        return in_use(settings, whole=True)[0] / folder.ENCODER
    except (IndexFolderError, StoreError):
        return None


def calibration_of(settings: Settings) -> Calibration:
    """That of the index in use, if it was fitted for it: a rebuild keeps it. Else this version's default."""
    try:
        kept = Calibration.read(in_use(settings)[0])
    except IndexFolderError:
        return DEFAULT
    return DEFAULT if kept.fitted_on == DEFAULT.fitted_on else kept


def write_questions(work: Path, search: HybridSearch, settings: Settings, progress: bool) -> None:
    """Save the questions to start with and to go on with, each asked of the new index."""
    names = Names.read(work)
    spelling = Spelling.read(work, search.knows, search.is_word)
    assistant = Assistant(search, settings, names, spelling, calibration=Calibration.read(work))
    check_starters(work, lambda q: len(q) <= settings.max_question and assistant.ask(q).answered)
    Suggestions.write(
        work,
        search.library,
        search.passages.section_vectors(),
        assistant.leads_to,
        lambda q: bool(names.mentions(q)),
        progress,
    )
