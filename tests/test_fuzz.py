"""A short part of `make fuzz`, and inputs that once broke something."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutator import SEEDS, mutated
from tests.fuzz.targets import TARGETS, tried

BROKE = [
    ("front_matter", b"a: 2024-13-45"),
    ("front_matter", b"a: " + b"[" * 5000),
    ("front_matter", b"a: " + b"9" * 5000),
    ("front_matter", b'title: "\\ud800"'),
    ("front_matter", b"a: !!binary x"),
    ("front_matter", b"a: !!int "),
    ("html", b"<table><tr><td><p>a" * 60),
    ("json", b'{"data": [{"title": "Nurse", "text": "\\ud800"}, {"title": "Pilot", "text": "Planes."}]}'),
    ("jsonl", b'{"title": "\\ud800 Nurse", "\\ud800": "a", "text": "x"}'),
    (
        "html",
        b'<h1>a</h1><script type="application/ld+json">{"@type": "Occupation", "skills": "\\ud800"}</script>',
    ),
    ("sitemap", b"<urlset><url><loc>http://[</loc></url></urlset>"),
    ("beir", b'{"_id": "a", "text": "\\ud800"}'),
    ("beir", b'{"_id": "a", "text": "x", "headers": 5}'),
    ("questions", b'{"question": "\\ud800?", "relevant": ["a"]}'),
    ("questions", b"[" * 100_000),
    ("configuration", b"a = " + b"[" * 5000),
    ("api", b"\x061e999"),
    ("chat", b"What do nurses earn?\n5"),
    ("chat", b'What do nurses earn?\n[5, {"role": "user"}]'),
    ("chat_events", b'{"data": ["\\ud800", []], "fn_index": 0, "session_hash": "\\ud800"}'),
    ("chat_events", b'{"data": ["nurse pay", []], "fn_index": 5, "session_hash": "a"}'),
    ("chat_events", b'{"data": 5, "fn_index": 0, "session_hash": "a"}'),
]


def test_every_target_has_seeds() -> None:
    assert set(SEEDS) == set(TARGETS)


@pytest.mark.parametrize(("target", "data"), BROKE, ids=[f"{t}-{n}" for n, (t, _) in enumerate(BROKE)])
def test_what_once_broke_it(target: str, data: bytes) -> None:
    tried(target, data)


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_are_read(target: str) -> None:
    assert tried(target, SEEDS[target][0]) is True
    for seed in SEEDS[target][1:]:
        tried(target, seed)


@pytest.mark.parametrize("target", TARGETS)
def test_mutated_seeds(target: str) -> None:
    chance = random.Random(7)
    for _ in range(150):
        tried(target, mutated(chance, target, SEEDS[target]))


@pytest.mark.parametrize("target", [t for t in TARGETS if not t.startswith(("api", "chat"))])
@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(st.binary(max_size=600), st.text(max_size=600).map(lambda t: t.encode("utf-8", "replace"))))
def test_any_bytes(target: str, data: bytes) -> None:
    tried(target, data)
