"""What is fuzzed. A target takes bytes; it tells whether they were read (True) or refused with
one of the program's own errors (False), and raises whatever else goes wrong."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path

from qa.builder import check_offsets
from qa.config import load_settings
from qa.errors import QAError
from qa.evaluation.collection import read_qrels
from qa.evaluation.questions import read_questions
from qa.reading.beir import CORPUS, read_beir
from qa.reading.front_matter import split_front_matter
from qa.reading.passages import passages_of
from qa.reading.readers import Skipped, read_file
from qa.server.source import source_page
from qa.starters import write_starters
from qa.stores import folder
from qa.types import Document
from tests.fakes import FakeEncoder
from tests.fuzz import formats, web

Target = Callable[[bytes], bool]
_ENCODER = FakeEncoder()


@cache
def place() -> Path:
    """A folder of this process for what readers take from a file."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))


def _file(name: str, data: bytes) -> Path:
    path = place() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def sound(document: Document) -> None:
    """Raises AssertionError when a document can't be indexed, kept or shown."""
    assert json.dumps(asdict(document), ensure_ascii=False).encode()
    anchors = [s.anchor for s in document.sections]
    assert len(set(anchors)) == len(anchors), "two sections have one anchor"
    assert all(document.section_text(s).strip() for s in document.sections), "a section is empty"
    # What no cutting can fit, a heading longer than the model reads, is refused by a sentence.
    check_offsets([document], [passages_of(document, 60, 64, _ENCODER.count_tokens)])
    assert source_page(document, (0, len(document.text)))


def _guide(ending: str, made: Callable[[bytes], bytes] = bytes) -> Target:
    def read(data: bytes) -> bool:
        guides = 0
        for found in read_file(_file(f"guide{ending}", made(data)), "guide", f"guide{ending}"):
            if isinstance(found, Skipped):
                assert found.reason
                assert "\n" not in found.reason
            else:
                sound(found)
                guides += 1
        return guides > 0

    return read


def front_matter(data: bytes) -> bool:
    front, rest = split_front_matter("---\n" + data.decode("utf-8", "replace").replace("\r", "\n") + "\n---\nText.")
    assert json.dumps([front.title, front.aliases, front.url, front.metadata], ensure_ascii=False).encode()
    return rest == "Text."


def beir(data: bytes) -> bool:
    documents = read_beir(_file(f"beir/{CORPUS}", data).parent)
    for document in documents:
        sound(document)
    return bool(documents)


def questions(data: bytes) -> bool:
    path = _file("questions.jsonl", data)
    write_starters(place(), path, [])
    return bool(read_questions(path))


def qrels(data: bytes) -> bool:
    return bool(read_qrels(_file("qrels.tsv", data)))


def configuration(data: bytes) -> bool:
    os.environ["CAREERS_QA_CONFIG"] = str(_file("careers-qa.toml", data))
    try:
        return bool(load_settings())
    finally:
        del os.environ["CAREERS_QA_CONFIG"]


def manifest(data: bytes) -> bool:
    """An index whose pointer or manifest is anything at all."""
    head, _, rest = data.partition(b"\n")
    _file("index/CURRENT", head)
    name = folder.current_name(place() / "index")
    if name and len(rest) % 2:  # a name that vouches for it
        name = f"{name[:12]}-{hashlib.sha256(rest).hexdigest()[:32]}"
        _file("index/CURRENT", name.encode())
    if name:
        _file(f"index/{name}/{folder.MANIFEST}", rest)
    try:
        return bool(folder.current(place() / "index"))
    finally:
        shutil.rmtree(place() / "index")


TARGETS: dict[str, Target] = {
    "markdown": _guide(".md"),
    "html": _guide(".html"),
    "text": _guide(".txt"),
    "pdf": _guide(".pdf"),
    "docx": _guide(".docx", partial(formats.package, ".docx")),
    "xlsx": _guide(".xlsx", partial(formats.package, ".xlsx")),
    "csv": _guide(".csv"),
    "json": _guide(".json"),
    "jsonl": _guide(".jsonl"),
    "sitemap": lambda data: formats.sitemap(_file("sitemap.xml", data)),
    "front_matter": front_matter,
    "beir": beir,
    "questions": questions,
    "qrels": qrels,
    "configuration": configuration,
    "manifest": manifest,
    "api": web.api,
    "chat": web.chat,
    "chat_events": web.chat_events,
}


def tried(name: str, data: bytes) -> bool:
    """Whether a target took the bytes; it refuses with the program's own errors alone."""
    try:
        return TARGETS[name](data)
    except QAError as error:
        sentence = str(error)
        assert sentence.strip(), "an error without a sentence"
        assert sentence.encode(), "an error that can't be shown"
        return False
