"""Records of tables and exports: each becomes a guide, its fields the sections.

A field with a long text, in any record, is a section under its own name;
fields that are short in all records are rows of one table that opens the
guide ("Median pay | $93,600"). Some names have a place of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from qa.errors import ReadError
from qa.reading.blocks import Piece, Reading, slug
from qa.reading.html import read_html
from qa.reading.levels import DEEPEST, below
from qa.reading.markdown import read_markdown
from qa.reading.tables import row
from qa.reading.text import body_pieces

TITLE = ("title", "job title", "career", "occupation", "name", "headline")
_ID = ("slug", "id", "code")
_URL = ("url", "link", "permalink", "canonical url")
_SOURCE_URL = ("source url",)
_ALIASES = (
    *("aliases", "alternative titles", "alternate titles", "also known as", "synonyms"),
    *("other names", "other titles", "alternative names", "alternate names"),
)
_BODY = ("body", "content", "text", "html", "markdown", "body html", "content html")
_METADATA = ("figures date", "region", "currency", "reviewed", "source")
_HEADING = (*TITLE, "heading", "question", "label")
# How content systems wrap a text with its forms, the most finished first.
_WRAPPED = ("rendered", "processed", "html", "markdown", "value", "raw")
_LOCALE = re.compile(r"[a-z]{2}([-_][A-Za-z]{2})?")
_HTML = re.compile(r"<(p|br|ul|ol|li|h[1-6]|div|span|table|a|em|strong|b|i)\b[^>]*>|&(#\d+|#x[0-9a-f]+|[a-z]+);", re.I)
_MARKS = re.compile(r"^#{1,6} \S", re.MULTILINE)
_ADDRESS = re.compile(r"https?://\S+")
_SHORT = 12  # words
_DEEPEST_NESTING = 12


@dataclass(frozen=True, slots=True)
class Record:
    """Fields by name; ``where`` says which it is of its file ("row 7")."""

    where: str
    fields: Mapping[str, Any]


def read_records(records: Sequence[Record], ignored: Iterable[str] = ()) -> Iterator[Reading | ReadError]:
    """A guide from each record; last, an error that names the records without a title.

    ``ignored`` are names of fields to leave out. Raises ReadError for a
    record that is nested too deep.
    """
    left_out = set(ignored)
    long = {known(key) for r in records for key, value in r.fields.items() if _is_long(value)}
    untitled: list[str] = []
    for record in records:
        fields = _by_name({k: v for k, v in record.fields.items() if known(k) and known(k) not in left_out})
        title = _line(_first(fields, TITLE))
        if title:
            yield _guide(title, fields, long)
        else:
            untitled.append(record.where)
    if untitled:
        yield ReadError(f"{first_few(untitled)} in it can't be told from others: give each a title")


def first_few(names: Sequence[str]) -> str:
    """Some names in words, the first five by name: "row 2, row 7"."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"


def _guide(title: str, fields: dict[str, tuple[str, Any]], long: set[str]) -> Reading:
    name = _line(_first(fields, _ID)) or title
    url, source_url = (_line(_first(fields, names)) for names in (_URL, _SOURCE_URL))
    aliases = next((fields[n][1] for n in _ALIASES if n in fields), None) or []
    placed = {*_ID, *_URL, *_SOURCE_URL, *_ALIASES, *_METADATA, *_BODY, _found(fields, TITLE)}
    pieces = [Piece("heading", title, 1)]
    rest = {key: value for key, value in fields.items() if key not in placed and _is_content(value[1])}
    pieces += [row([label(k), _line(plain(v))]) for k, v in rest.values() if known(k) not in long]
    for key in _BODY:
        if key in fields:
            pieces += _without_echo(value_pieces("", fields[key][1], 1), title)
    whole = " ".join(" ".join(p.text.split()) for p in pieces)
    for k, v in rest.values():
        # An excerpt that only repeats the body is not a section.
        if known(k) in long and not ((text := _line(plain(v))) and text in whole):
            pieces += value_pieces(label(k), v, 2)
    return Reading(
        pieces if len(pieces) > 1 else [],
        title,
        url if _ADDRESS.fullmatch(url) else "",
        source_url if _ADDRESS.fullmatch(source_url) else "",
        tuple(a for a in (_line(plain(x)) for x in _listed(aliases)) if a),
        {n.replace(" ", "_"): v for n in _METADATA if n in fields and (v := _line(plain(fields[n][1])))},
        slug(name),
    )


def value_pieces(heading: str, value: Any, level: int) -> list[Piece]:
    """A field's value under its heading of ``level``, or with "" under the one above.

    Raises ReadError when it is nested too deep.
    """
    if level > _DEEPEST_NESTING:
        raise ReadError(f"its field {heading} is nested more than {_DEEPEST_NESTING} deep: export it flatter")
    if text := plain(value):
        body = text_pieces(text, min(level, DEEPEST))
    elif isinstance(value, Mapping):
        body = _mapping_pieces(value, level)
    elif isinstance(value, list):
        body = _list_pieces(value, level)
    else:
        body = []
    return [Piece("heading", heading, min(level, DEEPEST)), *body] if heading and body else body


def text_pieces(text: str, level: int) -> list[Piece]:
    """A text that may be HTML, Markdown or plain, its headings below ``level``."""
    if _HTML.search(text):
        return below(read_html(text).pieces, level)
    if _MARKS.search(text):
        return below(read_markdown(text).pieces, level)
    return body_pieces(text)


def _mapping_pieces(value: Mapping[str, Any], level: int) -> list[Piece]:
    fields = _by_name(value)
    if any(n in fields for n in _HEADING) and (name := _line(_first(fields, _HEADING))):
        used = _found(fields, _HEADING)
        rest = {k: v for key, (k, v) in fields.items() if key != used and _is_content(v)}
        body = [p for k, v in rest.items() for p in value_pieces("" if len(rest) == 1 else label(k), v, level + 1)]
        return [Piece("heading", name, min(level + 1, DEEPEST)), *body] if body else [Piece("item", name, 0, "- ")]
    out: list[Piece] = []
    for k, v in value.items():
        if _is_content(v):
            short = not _is_long(v) and plain(v)
            out += [row([label(k), _line(plain(v))])] if short else value_pieces(label(k), v, level + 1)
    return out


def _list_pieces(values: list[Any], level: int) -> list[Piece]:
    kept = [v for v in values if plain(v) or isinstance(v, (list, Mapping))]
    texts = [plain(v) for v in kept]
    if all(texts):
        if any(_HTML.search(t) or "\n" in t for t in texts):
            return [p for t in texts for p in text_pieces(t, min(level, DEEPEST))]
        return [Piece("item", _line(t), 0, "- ") for t in texts]
    tables = [v for v in kept if isinstance(v, Mapping)]
    columns = list(dict.fromkeys(k for v in tables for k, cell in v.items() if _is_content(cell)))
    flat = all(not isinstance(v[k], (list, Mapping)) or plain(v[k]) for v in tables for k in columns if k in v)
    long = any(_is_long(v[k]) for v in tables for k in columns if k in v)
    if len(tables) == len(kept) > 1 and len(columns) > 1 and flat and not long:
        rows = [[_line(plain(v.get(k))) or "–" for k in columns] for v in tables]
        return [row([label(k) for k in columns], header=True), *map(row, rows)]
    return [p for v in kept for p in value_pieces("", v, level + (isinstance(v, list)))]


def plain(value: Any) -> str:
    """The text of a value, unwrapped where a content system wraps it; "" for one with parts."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Mapping):
        inner = next((value[k] for k in _WRAPPED if isinstance(value.get(k), str)), None)
        if inner is not None:
            return str(inner).strip()
        if len(value) == 1 and _LOCALE.fullmatch(str(key := next(iter(value)))):
            return plain(value[key])
    return ""


def known(key: str) -> str:
    """A field's name without case and signs: "jobTitle" and "Job_title" are "job title"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key)
    return " ".join(re.sub(r"[^\w]|_", " ", spaced).casefold().split())


def label(key: str) -> str:
    """A field's name as a heading; one that people wrote stays as it is."""
    if " " in key.strip() or key[:1].isupper():
        return " ".join(key.split())
    words = known(key)
    return words[:1].upper() + words[1:]


def _by_name(given: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Filled fields by known name; where two share one, as "Skills" and "skills" do, the later is numbered."""
    fields: dict[str, tuple[str, Any]] = {}
    for key, value in given.items():
        if _is_filled(value):
            name = known(key)
            names = (f"{name} {n}" if n > 1 else name for n in range(1, len(given) + 1))
            fields[next(n for n in names if n not in fields)] = key, value
    return fields


def _found(fields: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((n for n in names if n in fields and plain(fields[n][1])), "")


def _first(fields: Mapping[str, tuple[str, Any]], names: Sequence[str]) -> str:
    found = _found(fields, names)
    return plain(fields[found][1]) if found else ""


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    text = plain(value)
    return text.split(";" if ";" in text else "|" if "|" in text else ",")


def _is_content(value: Any) -> bool:
    return _is_filled(value) and not _ADDRESS.fullmatch(plain(value))


def _is_filled(value: Any) -> bool:
    return bool(plain(value) or (isinstance(value, (list, Mapping)) and value))


def _is_long(value: Any) -> bool:
    text = plain(value)
    if not text:
        return isinstance(value, (list, Mapping))
    return "\n" in text or len(text.split()) > _SHORT or bool(re.search(r"<(p|ul|ol|h[1-6])\b", text))


def _without_echo(pieces: list[Piece], title: str) -> list[Piece]:
    """A body without the title that it repeats as its first heading."""
    first = pieces[0] if pieces else None
    return pieces[1:] if first and first.kind == "heading" and first.text.casefold() == title.casefold() else pieces


def _line(text: str) -> str:
    bare = unescape(re.sub(r"<[^>]+>", " ", text)) if _HTML.search(text) else text
    return " ".join(bare.split())
