"""Inputs from seeds: bytes changed, cut, doubled and spliced, with the tokens of the formats."""

from __future__ import annotations

import random
from collections.abc import Sequence

MOST = 4096  # bytes of an input

_COMMON = (b"\0", b"\xff", b"\n", "\u00e9".encode(), "\U0001f600".encode(), b"\xed\xa0\x80", b"\xef\xbb\xbf", "\u2028".encode(), "\u202e".encode(), b"\\ud800", b"\r\n", b"\t", b"1e999", b"-1", b"9" * 400)  # fmt: skip
_MARKUP = (b"# ", b"\n\n", b"---\n", b"- ", b"1. ", b"| ", b" | ", b"```", b"> ", b"**", b"[", b"](", b"![", b"<div>", b"</div>", b"<table>", b"<tr><td>", b"<ul><li>", b"<main>", b"<h1>", b"<script>", b"&#x0;", b"&amp;", b"===\n", b"    ", b"\xe2\x80\xa2 ", b"<p hidden>", b"<!--", b"<![CDATA[", b"<svg>", b"<math>", b"<template>")  # fmt: skip
_YAML = (b"a: ", b": ", b"- ", b"&a ", b"*a", b"!!int ", b"!!binary ", b"!!set ", b"!!python/object:os.system ", b"2024-13-45", b"<<: ", b"? ", b"|\n", b">\n", b"{", b"[", b"title: ", b"aliases: ", b"url: ", b"%YAML 9\n", b"0x", b"1:2:3", b".inf", b"'", b'"')  # fmt: skip
_JSON = (b'"_id": ', b'"text": ', b'"title": ', b'"headers": ', b'"metadata": ', b'"question": ', b'"relevant": ', b'"history": ', b'"answers": ', b'"document": ', b'"id": ', b"[", b"]", b"{", b"}", b"null", b"true", b"NaN", b'"', b", ", b'"\\ud800"', b'"role": "user"', b'"content": ', b'"fn_index": ', b'"session_hash": ', b'"data": ')  # fmt: skip
_TOML = (b"port = ", b"[a]\n", b"[[a]]\n", b"'''", b'"""', b"1979-05-27", b"0x", b"inf", b"title = ", b"allowed_origins = ", b"rate_limit = ", b"feedback = ", b"a.b.c = ", b"{", b"}")  # fmt: skip
_WEB = (b"question=", b"&k=", b"&document=", b"%00", b"%ff", b"../", b"..%2f", b"?mark=", b"offset=", b"limit=", b"nurse", b"health/nurse")  # fmt: skip

DICTIONARIES: dict[str, tuple[bytes, ...]] = {
    "markdown": _COMMON + _MARKUP + _YAML,
    "html": _COMMON + _MARKUP,
    "text": _COMMON + _MARKUP,
    "front_matter": _COMMON + _YAML,
    "beir": _COMMON + _JSON + _MARKUP,
    "questions": _COMMON + _JSON,
    "qrels": (*_COMMON, b"\t", b"query-id\tcorpus-id\tscore\n", b'"', b"\n"),
    "configuration": _COMMON + _TOML,
    "manifest": (*_COMMON, *_JSON, b'"format": 3', b'"files": ', b"0123456789ab-" + b"0" * 32 + b"\n", b"../"),
    "api": _COMMON + _JSON + _WEB,
    "chat": _COMMON + _JSON + _MARKUP,
    "chat_events": _COMMON + _JSON + (b'{"path": "/etc/passwd"}', b'"event_data": ', b'"trigger_id": '),
}

_GUIDE = b"---\ntitle: Nurse\naliases: [RN]\nreviewed: 2024-05-01\n---\n\n# Nurse\n\nNurses care.\n\n## Pay\n\n- $93,600\n- more\n\n| a | b |\n| - | - |\n| c | d |\n"  # fmt: skip
_PAGE = b"<html><head><title>Nurse</title></head><body><main><h1>Nurse</h1><p>They care.</p><h2 id=pay>Pay</h2><ul><li>A<ul><li>B</ul></ul><table><tr><th>a<td>b</table></main></body></html>"  # fmt: skip
_TEXT = (
    "Nurse\n\nNurses care for people.\n\nDuties\n\n• one\n  ◦ two\n\nPay:\n\n# Pay ## Wages * $93,600 * more\n".encode()
)
SEEDS: dict[str, tuple[bytes, ...]] = {
    "markdown": (_GUIDE, _TEXT),
    "html": (_PAGE,),
    "text": (_TEXT, _GUIDE),
    "front_matter": (b"title: Nurse\naliases: [a, b]\nurl: https://a.example\nreviewed: 2024-05-01\nn: 1.5\nb: yes",),
    "beir": (
        b'{"_id": "a#b", "title": "Nurse", "text": "They care.\\n\\n- one", "headers": ["Pay"], "metadata": {"url": "x"}}\n{"_id": "c", "title": "Nurse", "text": ""}',
    ),
    "questions": (b'{"id": 1, "question": "Pay?", "relevant": ["a#b"], "answers": ["x"], "history": ["y"]}\n',),
    "qrels": (b"query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t0\n",),
    "configuration": (b'port = 8000\nallowed_origins = ["https://a.example"]\nrate_limit = "1/minute"\n',),
    "manifest": (
        b'0123456789ab-00000000000000000000000000000000\n{"format": 3, "built": "", "model": "", "model_fingerprint": "", "dim": 1, "max_tokens": 1, "settings": {}, "corpus_fingerprint": "", "documents": 1, "sections": 1, "passages": 1, "files": {"a": [1, "b"]}}',
        b'0123456789ab\n{"format": 2}',
    ),
    "api": (
        b'\x00{"question": "nurse pay", "history": ["And hours?"], "document": null}',
        b"\x01question=nurse+pay&k=5",
        b"\x02offset=1&limit=2",
        b"\x03health/nurse",
        b"\x04health%2Fnurse",
    ),
    "chat": (b'What do nurses earn?\n[{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]',),
    "chat_events": (b'{"data": ["nurse pay", []], "fn_index": 0, "session_hash": "a", "event_data": null}',),
}


def mutated(chance: random.Random, target: str, pool: Sequence[bytes]) -> bytes:
    """A new input of a target, made of one or two of the pool."""
    data = bytearray(chance.choice(pool))
    words = DICTIONARIES[target]
    for _ in range(chance.choice((1, 1, 2, 3, 5, 9))):
        place = chance.randint(0, len(data))
        kind = chance.randrange(8)
        if kind == 0 and data:
            data[place % len(data)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[place:place] = chance.choice(words)
        elif kind == 2:
            data[place : place + chance.randint(1, 20)] = chance.choice(words)
        elif kind == 3:
            del data[place : place + chance.randint(1, 1 + len(data) // 4)]
        elif kind == 4:
            data[place:place] = data[place : place + chance.randint(1, 60)] * chance.choice((1, 2, 5))
        elif kind == 5:
            other = chance.choice(pool)
            start = chance.randint(0, len(other))
            data[place:] = other[start:]
        elif kind == 6:
            data[place:place] = chance.choice(words) * chance.choice((2, 10, 100, 1000))
        else:
            data[place:place] = chance.randbytes(chance.randint(1, 8))
    return bytes(data[:MOST])
