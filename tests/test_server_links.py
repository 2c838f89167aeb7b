from __future__ import annotations

import pytest

from qa.server.links import text_fragment


@pytest.mark.parametrize(
    ("url", "quote", "link"),
    [
        ("https://a.example/x#pay", "They earn $5.", "https://a.example/x#pay:~:text=They%20earn%20%245."),
        ("https://a.example/x", "well-paid, mostly", "https://a.example/x#:~:text=well%2Dpaid%2C%20mostly"),
        ("https://a.example/x", "a b c d e f g h i", "https://a.example/x#:~:text=a%20b%20c%20d,f%20g%20h%20i"),
        ("https://a.example/x", "one\ntwo", "https://a.example/x#:~:text=one"),
        ("https://a.example/x", " ", "https://a.example/x"),
        ("", "one", ""),
    ],
)
def test_text_fragment(url: str, quote: str, link: str) -> None:
    assert text_fragment(url, quote) == link
