"""Exports of content systems in JSON and JSON Lines: one guide a record.

The records are the longest list of objects with titles, wherever it stands
("data", "items", "posts", ...). Objects that keep their fields one level
down ("attributes", "fields") are opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.errors import ReadError
from qa.reading.blocks import Reading
from qa.reading.files import text_of
from qa.reading.packages import LARGEST
from qa.reading.records import TITLE, Record, first_few, known, plain, read_records

# What content systems keep of a record beside its text.
_KEPT_BESIDE = (
    "type", "status", "author", "date", "date gmt", "modified", "modified gmt", "created", "created at", "changed",
    "updated", "updated at", "published at", "version", "revision", "guid", "uuid", "uid", "template", "format",
    "sticky", "parent", "order", "menu order", "weight", "comment status", "ping status", "featured media", "meta",
    "categories", "tags", "links", "relationships", "metadata", "sys", "locale", "lang", "langcode", "language", "path",
    "class list", "acf fc layout", "kind", "context", "relevant",
)  # fmt: skip
_INNER = ("attributes", "fields")
_DEEPEST = 6


def read_json(path: Path) -> Iterator[Reading | ReadError]:
    """Read an export in one JSON value. Raises ReadError when no guide is found in it."""
    try:
        data = json.loads(text_of(path, LARGEST))
    except (ValueError, RecursionError) as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ReadError(f"it isn't JSON{where}: export it again") from error
    if isinstance(data, dict) and _has_title(_opened(data)) and not _records(data):
        for guide in _read([Record("the object", _opened(data))]):
            yield replace(guide, name="") if isinstance(guide, Reading) else guide
        return
    found = _records(data)
    if not found:
        raise ReadError("no list of objects with a title is in it: export the guides as such a list")
    yield from _read(found)


def read_jsonl(path: Path) -> Iterator[Reading | ReadError]:
    """Read an export with one JSON object a line; lines that can't be used are named.

    Raises ReadError when none of its lines is an object.
    """
    records: list[Record] = []
    broken: list[str] = []
    for number, line in enumerate(text_of(path, LARGEST).split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            records.append(Record(f"line {number}", _opened(value)))
        else:
            broken.append(str(number))
    if not records:
        raise ReadError("none of its lines is a JSON object: export the guides so")
    yield from _read(records)
    if broken:
        yield ReadError(f"line {first_few(broken)} in it isn't a JSON object: mend it")


def _read(records: list[Record]) -> Iterator[Reading | ReadError]:
    return read_records(records, _KEPT_BESIDE)


def _records(data: Any, depth: int = 0) -> list[Record]:
    """The longest list of objects of which most have a title, at any depth."""
    if depth > _DEEPEST:
        return []
    best: list[Record] = []
    if isinstance(data, list):
        opened = [(n, _opened(v)) for n, v in enumerate(data, 1) if isinstance(v, dict)]
        if sum(_has_title(v) for _, v in opened) * 2 > len(data):
            return [Record(f"object {n}", v) for n, v in opened]
    inner = data if isinstance(data, list) else list(data.values()) if isinstance(data, dict) else []
    for value in inner:
        # A guide's own list of sections is none of guides.
        if not (isinstance(value, dict) and _has_title(_opened(value))):
            best = max(best, _records(value, depth + 1), key=len)
    return best


def _opened(record: Mapping[str, Any]) -> dict[str, Any]:
    outer = dict(record)
    inner = [outer.pop(key) for key in _INNER if isinstance(outer.get(key), dict)]
    return {**outer, **{k: v for fields in inner for k, v in fields.items()}}


def _has_title(record: Mapping[str, Any]) -> bool:
    return any(known(key) in TITLE and plain(value) for key, value in record.items())
