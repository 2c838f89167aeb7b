"""Nothing leaves the machine: every command, the API and the chat with outside connections refused.

What the chat page and the widget ask for in a browser is checked by tests/browser.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import GUIDES, ROOT, write_guides

SETTINGS = "GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE", "CI"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which every Python process records outside connections."""
    environment = {k: v for k, v in os.environ.items() if k not in SETTINGS}
    environment["PYTHONPATH"] = f"{ROOT / 'tests' / 'guard'}{os.pathsep}{ROOT}"
    environment["GUARD_LOG"] = str(tmp_path / "outside.log")
    environment["HOME"] = str(tmp_path)
    environment["CAREERS_QA_RATE_LIMIT"] = ""
    yield environment
    assert not (tmp_path / "outside.log").exists(), (tmp_path / "outside.log").read_text()


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_the_guard_sees_and_refuses(tmp_path: Path, guarded: dict[str, str]) -> None:
    code = "import urllib.request as u; u.urlopen('http://example.org')"
    nested = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', {code!r}]).returncode)"
    assert run(guarded, "-c", nested).returncode != 0
    log = tmp_path / "outside.log"
    assert "example.org" in log.read_text()
    log.unlink()


@pytest.mark.model
def test_build_ask_and_chat_stay_on_the_machine(tmp_path: Path, guarded: dict[str, str]) -> None:
    write_guides(tmp_path / "corpus", GUIDES)
    built = run(guarded, "-m", "qa.cli", "build", "--quiet")
    assert built.returncode == 0, built.stderr
    asked = run(guarded, "-m", "qa.cli", "ask", "How much do data scientists earn?")
    assert "$112,590" in asked.stdout, asked.stderr
    (tmp_path / "set.jsonl").write_text('{"question": "What do nurses earn?", "relevant": ["health/nurse#pay"]}\n')
    measured = run(guarded, "-m", "qa.cli", "evaluate", "--questions", "set.jsonl", "--report", "report.html")
    assert measured.returncode == 0, measured.stderr
    assert run(guarded, "-m", "qa.cli", "check").returncode == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "qa.cli", "serve", "--port", str(port), "--watch"],
        env=guarded,
        stdout=log,  # a pipe that nobody reads would fill up
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        page = _page(f"http://127.0.0.1:{port}/", server)
        assert "$112,590" in _asked(port)
        # The guides change: the server builds, reloads and answers anew.
        pay = tmp_path / "corpus" / "data-scientist.md"
        pay.write_text(pay.read_text().replace("$112,590", "$2,000"))
        for _ in range(600):
            if "$2,000" in _asked(port):
                break
            time.sleep(0.2)
        else:
            raise AssertionError("the change wasn't served")
        assert "customElements" in _page(f"http://127.0.0.1:{port}/widget.js", server)
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()
    assert "Career guide assistant" in page
    assert "https://fonts." not in page


def _asked(port: int) -> str:
    """An answer over the API, and one in the chat, as its page asks for it."""
    base = f"http://127.0.0.1:{port}"
    question = "How much do data scientists earn?"
    api = _posted(f"{base}/api/v1/ask", {"question": question})
    event = {"data": [question, [], None], "fn_index": 0, "session_hash": "offline"}
    assert "event_id" in _posted(f"{base}/gradio_api/queue/join", event)
    with urllib.request.urlopen(f"{base}/gradio_api/queue/data?session_hash=offline", timeout=60) as stream:
        chat = next(line for line in map(bytes.decode, stream) if "process_completed" in line)
    assert '"success": true' in chat or '"success":true' in chat, chat
    return api


def _posted(url: str, body: object) -> str:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return str(response.read().decode())


def _page(url: str, server: subprocess.Popen[str]) -> str:
    for _ in range(240):
        assert server.poll() is None, "the server ended: see its log"
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server didn't answer within a minute")
