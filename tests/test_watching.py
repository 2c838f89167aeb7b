"""serve --watch over the real command: guides change, the answer does; and SIGHUP."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from qa.config import Settings
from qa.server import watching
from qa.server.holder import Holder
from qa.server.reload import Reloader
from tests.conftest import GUIDES, ROOT, write_guides
from tests.serving import free_port

PAY = "# Nurse\n\nNurses care for people.\n\n## Pay\n\nNurses earned a median wage of {} a year.\n"


def until(is_so: Callable[[], bool], what: str) -> None:
    for _ in range(1200):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError(what)


def answer(port: int) -> str:
    try:
        asked = httpx.post(
            f"http://127.0.0.1:{port}/api/v1/ask", json={"question": "How much do nurses earn?"}, timeout=60
        )
    except httpx.TransportError:
        return ""
    assert asked.status_code == 200
    return str(asked.json()["answer"])


def test_watching_goes_on_after_a_fault(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks: list[int] = []

    def fails(_: Settings) -> watching.Signature:
        looks.append(1)
        raise RuntimeError("unforeseen")

    async def scene() -> None:
        async with watching.Watcher(Reloader(Holder(), settings), settings).running():
            while len(looks) < 3:
                await asyncio.sleep(0.01)

    monkeypatch.setattr(watching, "EVERY", 0.01)
    monkeypatch.setattr(watching, "signature", fails)
    with caplog.at_level(logging.INFO, logger="careers_qa"):
        asyncio.run(asyncio.wait_for(scene(), 20))
    assert "unforeseen" in caplog.text


@pytest.mark.model
@pytest.mark.skipif(os.name != "posix", reason="SIGHUP is POSIX's")
def test_guides_that_change_are_served(tmp_path: Path) -> None:
    write_guides(tmp_path / "guides", GUIDES)
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CAREERS_QA_RATE_LIMIT": "", "CAREERS_QA_FEEDBACK": "off"}
    log = tmp_path / "log"
    command = [sys.executable, "-m", "qa.cli", "serve", "--corpus", "guides", "--port", str(port), "--build", "--watch"]
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=out, stderr=out)

    def events(name: str) -> list[dict[str, object]]:
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name]

    try:
        until(lambda: "$93,600" in answer(port), "the first index wasn't served")
        (tmp_path / "guides" / "health" / "nurse.md").write_text(PAY.format("$1,000"))
        until(lambda: "$1,000" in answer(port), "the change wasn't served")
        # The server may notice the index before the build's process has ended.
        until(lambda: bool(events("build")), "the build wasn't logged")
        assert " texts encoded" in str(events("build")[-1]["said"])
        assert "(0 texts" not in str(events("build")[-1]["said"])  # incrementally
        for path in (tmp_path / "guides").rglob("*.*"):
            path.unlink()
        until(lambda: bool(events("build")[1:]), "no build was tried")
        assert events("build")[-1]["status"] == 1
        assert "has no guide to read" in str(events("build")[-1]["said"])
        assert "$1,000" in answer(port)  # the index in use stays
        server.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert "$1,000" in answer(port)
    finally:
        server.terminate()
        server.wait(60)
