"""Fuzzing the server: requests to the API, turns of the chat, events that Gradio takes."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message

from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.server.app import create_app
from qa.server.conversation import reply
from qa.server.holder import Holder
from qa.server.service import Service
from tests.conftest import GUIDES, write_guides
from tests.fakes import open_fake, prepare_fake

# Method and path; what follows in the input is query or body.
_ROUTES = (
    ("POST", "/api/v1/ask"),
    ("GET", "/api/v1/search"),
    ("GET", "/api/v1/documents"),
    ("GET", "/api/v1/documents/"),
    ("GET", "/source/"),
    ("GET", "/"),
    ("POST", "/gradio_api/cancel"),
)
_LIMITS: dict[str, Any] = {"rate_limit": "", "max_question": 200, "max_history": 3, "max_body": 4096}


@cache
def _served() -> tuple[ASGIApp, Service, asyncio.AbstractEventLoop]:
    logging.getLogger("careers_qa").setLevel(logging.CRITICAL)
    place = Path(tempfile.mkdtemp())
    settings = Settings(
        corpus=write_guides(place / "guides", GUIDES), index=place / "index", file_seconds=0, feedback=None, **_LIMITS
    )
    build(settings, progress=False, prepare=prepare_fake)
    assistant = Assistant.open(settings=settings, open_encoder=open_fake)
    app = create_app(Holder(assistant), settings)
    return app, app.state.service, asyncio.new_event_loop()


def _sent(method: str, path: bytes, query: bytes, body: bytes) -> tuple[int, bytes]:
    """The status and body that the application answers a request with."""
    app, _, loop = _served()
    out: list[Message] = []
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        out.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        # As uvicorn gives it.
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"a.example"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    loop.run_until_complete(asyncio.wait_for(app(scope, receive, send), 20))
    return out[0]["status"], b"".join(m.get("body", b"") for m in out[1:])


def api(data: bytes) -> bool:
    """A request; 500 is never an answer."""
    method, path = _ROUTES[data[0] % len(_ROUTES)] if data else _ROUTES[0]
    rest = data[1:]
    below = path.endswith("/") and path != "/"
    status, body = _sent(
        method,
        path.encode() + (rest if below else b""),
        b"" if below or method == "POST" else rest,
        rest if method == "POST" else b"",
    )
    assert status < 500, f"{status}: {body[:300]!r}"
    if path.startswith("/api/"):
        answer = json.loads(body)
        assert status == 200 or answer["detail"]
    return status == 200


def chat(data: bytes) -> bool:
    """A turn with any message and any conversation before it."""
    _, service, loop = _served()
    head, _, rest = data.partition(b"\n")
    message = head.decode("utf-8", "surrogatepass" if len(head) % 2 else "replace") if _decodes(head) else repr(head)
    try:
        history = json.loads(rest)
    except (ValueError, RecursionError):
        history = [{"role": "user", "content": rest.decode("latin-1")}]
    turn = loop.run_until_complete(reply(service, message, history))
    assert json.dumps([turn.messages, turn.passages], ensure_ascii=False).encode()
    assert "<script" not in json.dumps([*turn.messages[-2:], turn.passages])
    return bool(turn.messages[-1]["content"])


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def chat_events(data: bytes) -> bool:
    """What a page would send to Gradio, of any content."""
    status, body = _sent("POST", b"/gradio_api/queue/join", b"", data)
    assert status < 500, f"{status}: {body[:300]!r}"
    return status == 200
