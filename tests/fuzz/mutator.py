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

_PDF = (b"obj", b"endobj", b" 0 R", b"<<", b">>", b"stream\n", b"endstream", b"/Kids", b"/Count 999999999", b"/Length 1", b"/Filter/FlateDecode", b"/Filter/LZWDecode", b"/Outlines 1 0 R", b"/Parent 1 0 R", b"BT", b"ET", b"Tj", b"TJ", b"Tf", b"Td", b"cm", b"re", b"l", b"S", b"q", b"Q", b"(", b")", b"[", b"]", b"/MediaBox[0 0 0 0]", b"1e30", b"trailer", b"/Encrypt", b"/Font", b"/Resources")  # fmt: skip
_XML = (b"<w:p>", b"</w:p>", b"<w:t>", b"<w:tbl>", b"<w:tr>", b"<w:tc>", b'<w:pStyle w:val="Heading1"/>', b'<w:numPr/>', b'<c r="ZZZ9999999">', b'<row r="-1">', b'<c t="s">', b'<c t="inlineStr"><is><t>', b"<v>1e999</v>", b"<v>", b"</v>", b"<f>", b"<!DOCTYPE a [", b"<!ENTITY a '", b"&a;", b"<?xml version='1.0' encoding='utf-16'?>", b"<url><loc>", b"http://a.example/", b"//", b"[", b"xmlns=")  # fmt: skip
_TABLE = (b",", b";", b"\t", b"|", b'"', b'""', b"title", b"\n", b",,,,", b"pay,", b"=1+1", b"name")

DICTIONARIES: dict[str, tuple[bytes, ...]] = {
    "markdown": _COMMON + _MARKUP + _YAML,
    "html": _COMMON + _MARKUP,
    "text": _COMMON + _MARKUP,
    "pdf": _COMMON + _PDF,
    "docx": _COMMON + _XML,
    "xlsx": _COMMON + _XML,
    "csv": _COMMON + _TABLE + _MARKUP,
    "json": _COMMON + _JSON + _MARKUP,
    "jsonl": _COMMON + _JSON + _MARKUP,
    "sitemap": _COMMON + _XML,
    "front_matter": _COMMON + _YAML,
    "beir": _COMMON + _JSON + _MARKUP,
    "questions": _COMMON + _JSON,
    "qrels": (*_COMMON, b"\t", b"query-id\tcorpus-id\tscore\n", b'"', b"\n"),
    "configuration": _COMMON + _TOML,
    "manifest": (*_COMMON, *_JSON, b'"format": 7', b'"files": ', b"0123456789ab-" + b"0" * 32 + b"\n", b"../"),
    "api": _COMMON + _JSON + _WEB,
    "chat": _COMMON + _JSON + _MARKUP,
    "chat_events": _COMMON + _JSON + (b'{"path": "/etc/passwd"}', b'"event_data": ', b'"trigger_id": '),
}

_GUIDE = b"---\ntitle: Nurse\naliases: [RN]\nreviewed: 2024-05-01\n---\n\n# Nurse\n\nNurses care.\n\n## Pay\n\n- $93,600\n- more\n\n| a | b |\n| - | - |\n| c | d |\n"  # fmt: skip
_PAGE = b"<html><head><title>Nurse</title></head><body><main><h1>Nurse</h1><p>They care.</p><h2 id=pay>Pay</h2><ul><li>A<ul><li>B</ul></ul><table><tr><th>a<td>b</table></main></body></html>"  # fmt: skip
_TEXT = (
    "Nurse\n\nNurses care for people.\n\nDuties\n\n• one\n  ◦ two\n\nPay:\n\n# Pay ## Wages * $93,600 * more\n".encode()
)
_PDF_GUIDE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 245>>stream
BT /F1 24 Tf 72 760 Td (Nurse) Tj ET
BT /F1 11 Tf 72 720 Td (Nurses care for people who are ill.) Tj ET
BT /F1 16 Tf 72 690 Td (Pay) Tj ET
BT /F1 11 Tf 72 660 Td (They earn $93,600 a year.) Tj ET
72 600 100 20 re 172 600 100 20 re S
BT /F1 11 Tf 76 606 Td (a) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
6 0 obj<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 1>>endobj
7 0 obj<</Title(Pay)/Parent 6 0 R/Dest[3 0 R/Fit]>>endobj
trailer<</Root 1 0 R/Info<</Title(Nurse)>>>>
%%EOF"""
_WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Pay</w:t></w:r></w:p><w:p><w:r><w:t>They earn $93,600.</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>'  # fmt: skip
_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>title</t></is></c><c r="B1" t="inlineStr"><is><t>Pay</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Nurse</t></is></c><c r="B2"><v>93600</v></c></row></sheetData></worksheet>'  # fmt: skip
_SITES = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.example/guides/nurse</loc></url><url><loc>https://a.example/guides/pilot/index.html</loc></url></urlset>'  # fmt: skip

SEEDS: dict[str, tuple[bytes, ...]] = {
    "markdown": (_GUIDE, _TEXT),
    "html": (_PAGE,),
    "text": (_TEXT, _GUIDE),
    "pdf": (_PDF_GUIDE,),
    "docx": (_WORD,),
    "xlsx": (_SHEET,),
    "csv": (
        b'title,Pay,Work\nNurse,"$93,600, or more",They care.\nPilot,$200,They fly.\n',
        b"name;pay\na;1\nb;2\n",
    ),
    "json": (
        b'{"data": [{"id": 1, "attributes": {"title": "Nurse", "slug": "nurse", "body": "<h2>Pay</h2><p>$93,600", "skills": ["a", "b"]}}, {"title": "Pilot", "pay": {"low": 1, "high": 2}}]}',
        b'{"title": "Nurse", "text": "## Pay\\n\\n$93,600"}',
    ),
    "jsonl": (
        b'{"title": "Nurse", "pay": "$93,600"}\n{"title": "Pilot", "sections": [{"heading": "Pay", "text": "$200"}]}\n',
    ),
    "sitemap": (_SITES,),
    "front_matter": (b"title: Nurse\naliases: [a, b]\nurl: https://a.example\nreviewed: 2024-05-01\nn: 1.5\nb: yes",),
    "beir": (
        b'{"_id": "a#b", "title": "Nurse", "text": "They care.\\n\\n- one", "headers": ["Pay"], "metadata": {"url": "x"}}\n{"_id": "c", "title": "Nurse", "text": ""}',
    ),
    "questions": (b'{"id": 1, "question": "Pay?", "relevant": ["a#b"], "answers": ["x"], "history": ["y"]}\n',),
    "qrels": (b"query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t0\n",),
    "configuration": (b'port = 8000\nallowed_origins = ["https://a.example"]\nrate_limit = "1/minute"\n',),
    "manifest": (
        b'0123456789ab-00000000000000000000000000000000\n{"format": 7, "built": "", "model": "", "model_fingerprint": "", "dim": 1, "max_tokens": 1, "settings": {}, "corpus_fingerprint": "", "documents": 1, "sections": 1, "passages": 1, "files": {"a": [1, "b"]}}',
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
