"""The way to the Gradio chat: what it needs passes, hardened; all else isn't there.

Gradio's routes for uploads, files, proxies, calls by name and the rest take
input that the chat never sends, so they are not reached at all.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from html import escape
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.caching import IMMUTABLE
from qa.server.paths import route_path
from qa.server.problems import problem_response
from qa.server.security import chat_policy

_JOIN = "/gradio_api/queue/join"
_READ = re.compile(
    r"/|/(assets|static)/[\w./@-]+|/theme\.css|/favicon\.ico|/manifest\.json"
    r"|/gradio_api/(queue/data|startup-events|heartbeat/\w+)"
)
_SENT = re.compile(r"/gradio_api/(queue/join|cancel)")
_HASHED = re.compile(r"/assets/[\w./@-]+[-.][\w-]{8}\.\w+")
_SCRIPT = re.compile(r"<script\b")
# Tags for previews by other sites; they name Gradio and its pictures on the web.
_PREVIEW = re.compile(r'\s*<meta\s+(property|name)="(og|twitter):[^>]*>')
# A script for pages that let Gradio's own frame tell its height, which the widget's doesn't.
_RESIZER = re.compile(r"\s*<script>(?:(?!</script>).)*\biframeResizer\b(?:(?!</script>).)*</script>", re.DOTALL)


class ChatMount(Mount):
    """Matches only what the chat page needs."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__("", app=_ChatPage(app, origins))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        wanted = {"GET": _READ, "HEAD": _READ, "POST": _SENT}.get(scope["method"])
        path = route_path(scope)
        if wanted is None or not wanted.fullmatch(path) or ".." in path:
            return Match.NONE, {}
        return super().matches(scope)


class _ChatPage:
    """Hardens what passes: nonces and policy for the page, caching for its assets."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = tuple(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = route_path(scope)
        if path == "/":
            await self._page(scope, receive, send)
        elif path == _JOIN:
            await self._join(scope, receive, send)
        else:
            await self._app(scope, receive, _with_caching(path, send))

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The page depends on no parameter; Gradio would read saved states by one.
        plain = [(n, v) for n, v in scope["headers"] if n.lower() != b"accept-encoding"]
        start: Message = {}
        body = bytearray()

        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._send_page(scope["method"], start, bytes(body), send)

        await self._app({**scope, "query_string": b"", "headers": plain}, receive, kept)

    async def _send_page(self, method: str, start: Message, body: bytes, send: Send) -> None:
        headers = MutableHeaders(scope=start)
        if start["status"] == 200:
            nonce = secrets.token_urlsafe(16)
            headers["Content-Security-Policy"] = chat_policy(nonce, self._origins)
            headers["Cache-Control"] = "no-store"
            if method == "GET":
                body = self._hardened(body.decode(), nonce).encode()
                headers["Content-Length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _hardened(self, page: str, nonce: str) -> str:
        origins = escape(" ".join(self._origins), quote=True)
        page = _RESIZER.sub("", _PREVIEW.sub("", page)).replace('href="/manifest.json"', 'href="./manifest.json"')
        page = page.replace("</head>", f'<script src="./frame.js" data-origins="{origins}"></script></head>', 1)
        # Data in Gradio's own scripts is escaped, so "<script" only ever opens one.
        return _SCRIPT.sub(f'<script nonce="{nonce}"', page)

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = _whole_characters(await Request(scope, receive).body())
        if not _plain(body):
            refusal = problem_response(scope, 422, "invalid", "The chat takes text alone: send no files.")
            await refusal(scope, receive, send)
            return

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        # Joining only notes an event down: what breaks Gradio here is one that the page doesn't have,
        # or whose parts are of another kind. It answers with 500, then raises.
        broke = False

        async def unless_broken(message: Message) -> None:
            nonlocal broke
            broke = broke or message.get("status", 0) >= 500
            if not broke:
                await send(message)

        try:
            await self._app(scope, again, unless_broken)
        except (LookupError, TypeError, ValueError, AttributeError):
            if not broke:
                raise
        if broke:
            refusal = problem_response(scope, 422, "invalid", "The chat has no such event: load its page again.")
            await refusal(scope, receive, send)


def _whole_characters(body: bytes) -> bytes:
    """JSON without halves of characters, which an escape can name and Gradio can't send back."""
    if b"\\u" not in body:
        return body
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return body


def _plain(body: bytes) -> bool:
    """Whether a body is JSON without files: Gradio would copy or download what they name."""
    try:
        rest: list[Any] = [json.loads(body)]
    except (ValueError, RecursionError):
        return False
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            if "path" in value:
                return False
            rest.extend(value.values())
        elif isinstance(value, list):
            rest.extend(value)
    return True


def _with_caching(path: str, send: Send) -> Send:
    async def cached(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            headers = MutableHeaders(scope=message)
            if _HASHED.fullmatch(path):
                headers["Cache-Control"] = IMMUTABLE
            elif Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream"):
                headers["Cache-Control"] = "no-store"
                headers["X-Accel-Buffering"] = "no"  # proxies pass events on at once
            elif not path.startswith("/gradio_api/"):
                headers["Cache-Control"] = "public, max-age=86400"
        await send(message)

    return cached
