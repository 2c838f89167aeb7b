"""Nothing leaves the machine: build, ask and chat with outside connections refused."""

from __future__ import annotations

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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "qa.cli", "serve", "--port", str(port)],
        env=guarded,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        page = _page(f"http://127.0.0.1:{port}/", server)
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert "Career guide assistant" in page
    assert "https://fonts." not in page


def _page(url: str, server: subprocess.Popen[str]) -> str:
    for _ in range(240):
        assert server.poll() is None, server.stdout.read() if server.stdout else ""
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server didn't answer within a minute")
