"""Slow and half-open connections are closed, and others don't wait for them; SIGTERM finishes what runs."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.server.app import create_app
from qa.server.connections import patient
from qa.server.holder import Holder
from tests.conftest import GUIDES, ROOT, write_guides
from tests.fakes import prepare_fake
from tests.serving import free_port

SECONDS = 1.0


@contextmanager
def served(app: Any, **options: Any) -> Iterator[int]:
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, http=patient(SECONDS), log_level="critical", lifespan="off", **options)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield port
    server.should_exit = True
    thread.join(20)


def closed(connection: socket.socket, within: float = 20) -> bool:
    """Whether the server ends a connection."""
    connection.settimeout(within)
    with suppress(ConnectionError):
        while connection.recv(65536):
            pass
    return True


@pytest.fixture
def app(small: Assistant) -> Any:
    return create_app(Holder(small), small.settings.model_copy(update={"rate_limit": "", "body_timeout": SECONDS}))


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: "])
def test_a_request_that_never_comes_ends(app: Any, sent: bytes) -> None:
    with served(app) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(sent)
        assert closed(connection)


def test_one_that_begins_after_another_ends_too(app: Any) -> None:
    with served(app) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200" in connection.recv(4096)
        connection.sendall(b"GET /heal")
        assert closed(connection)


def test_a_drip_of_bytes_doesnt_last(app: Any) -> None:
    with served(app) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < 30:
                connection.sendall(b"x")
                time.sleep(0.1)
        assert time.monotonic() - began < 30


def test_a_client_that_doesnt_read_is_let_go() -> None:
    let_go = threading.Event()

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            let_go.set()

        watching = asyncio.ensure_future(watch())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not let_go.is_set():
            await send({"type": "http.response.body", "body": bytes(1 << 20), "more_body": True})
            await asyncio.sleep(0)
        await watching

    with served(endless) as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert let_go.wait(30)


def test_slow_clients_dont_keep_others_waiting(app: Any) -> None:
    with served(app) as port:
        slow = []
        for number in range(200):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(
                b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\n{"[: 20 + number]
            )
            slow.append(connection)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as web:
            for _ in range(20):
                assert web.post("/api/v1/ask", json={"question": "nurse pay"}).status_code == 200
        assert all(closed(connection) for connection in slow)
        for connection in slow:
            connection.close()


def test_beyond_the_connections_allowed_503_comes_at_once(app: Any) -> None:
    with served(app, limit_concurrency=10) as port:
        open_ones = [socket.create_connection(("127.0.0.1", port)) for _ in range(12)]
        time.sleep(0.2)
        assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60).status_code == 503
        for connection in open_ones:
            connection.close()


@pytest.mark.skipif(os.name != "posix", reason="SIGTERM is POSIX's")
def test_sigterm_finishes_what_runs(tmp_path: Path) -> None:
    write_guides(tmp_path / "guides", GUIDES)
    build(
        Settings(corpus=tmp_path / "guides", index=tmp_path / "index", file_seconds=0),
        progress=False,
        prepare=prepare_fake,
    )
    code = """
import sys, time
from qa.assistant import Assistant
from qa.config import Settings
import qa.server.reload as reload
from qa.server.run import serve
from tests.fakes import open_fake
ask = Assistant.ask
def slow(self, question, *rest):
    if "slowly" in question:
        print("asked", flush=True)
        time.sleep(2)
    return ask(self, question, *rest)
Assistant.ask = slow
load = reload.Reloader.__init__
reload.Reloader.__init__ = lambda self, holder, settings: load(self, holder, settings, open_fake)
serve(Settings(index=sys.argv[1], port=int(sys.argv[2]), feedback=None))
"""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "index"), str(port)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout
    assert "The chat is at" in server.stdout.readline()
    for _ in range(400):
        with suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60)
            break
        time.sleep(0.1)
    answers: list[int] = []

    def ask() -> None:
        answer = httpx.post(f"http://127.0.0.1:{port}/api/v1/ask", json={"question": "nurse pay, slowly"}, timeout=60)
        answers.append(answer.status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    assert server.stdout.readline() == "asked\n"
    server.send_signal(signal.SIGTERM)
    asking.join(60)
    assert answers == [200]
    assert server.wait(60) in (0, -signal.SIGTERM)
    server.stdout.close()
