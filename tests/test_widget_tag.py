"""The widget's file and the tag that embeds it."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from hashlib import sha384

from click.testing import CliRunner
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.cli import main
from qa.server.app import create_app
from qa.server.holder import Holder
from qa.server.static_files import static
from tests.conftest import ROOT
from widget.build import digest

MOST = 10_000  # bytes, gzipped


def test_the_widget_is_small() -> None:
    assert len(gzip.compress(static("widget.js"), 9)) <= MOST


def test_the_widget_is_made_of_its_sources() -> None:
    first = static("widget.js").decode().split("\n")[0]
    assert digest() in first, "run make widget"


def test_every_language_has_every_text() -> None:
    texts = json.loads((ROOT / "widget" / "texts.json").read_text(encoding="utf-8"))
    assert all(list(own) == list(texts["en"]) and all(own.values()) for own in texts.values())


def test_the_widget_needs_no_leave_of_a_policy() -> None:
    text = static("widget.js").decode()
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "Function(",
        "document.write",
        "cookie",
        "localStorage",
    ):
        assert forbidden not in text, forbidden
    outside = set(re.findall(r"https?://[\w.]+", text))
    assert outside == {"http://www.w3.org"}  # the namespace of SVG, which nothing loads


def test_the_tags_hash_is_what_the_server_sends(small: Assistant) -> None:
    printed = CliRunner().invoke(main, ["widget-tag", "https://assistant.example/x/", "--title", 'Ask "us"']).output
    tag = re.fullmatch(
        r'<script src="https://assistant\.example/x(/widget\.js\?v=\w+)" integrity="sha384-([^"]+)" '
        r'crossorigin="anonymous" data-title="Ask &quot;us&quot;" async></script>\n',
        printed,
    )
    assert tag, printed
    sent = TestClient(create_app(Holder(small), small.settings)).get(tag[1])
    assert b64encode(sha384(sent.content).digest()).decode() == tag[2]
    assert "immutable" in sent.headers["cache-control"]


def test_not_an_address() -> None:
    result = CliRunner().invoke(main, ["widget-tag", "assistant.example"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: assistant.example isn't a web address")
