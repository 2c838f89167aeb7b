"""Limits on what a client may send: size and time of a body, and requests."""

from __future__ import annotations

import asyncio
import ipaddress
import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.errors import ConfigError
from qa.server.paths import route_path
from qa.server.problems import problem_response

# What costs work; assets, health and metrics don't count.
_COUNTED = ("/api/v1/", "/source/", "/gradio_api/queue/join")
_FREE = ("/api/v1/openapi.json",)


def parsed_limit(rate: str) -> RateLimitItem | None:
    """A limit such as "120/minute"; None for "". Raises ConfigError."""
    if not rate:
        return None
    try:
        return parse(rate)
    except ValueError as error:
        raise ConfigError(
            f'The setting rate_limit can\'t be used ({rate}): write it as "120/minute", or "" for none.'
        ) from error


class RateLimit:
    """Answers 429 with Retry-After to a client that asks more than the limit."""

    def __init__(self, app: ASGIApp, rate: str) -> None:
        self.app = app
        self._limit = parsed_limit(rate)
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._limit is not None and _counts(scope):
            client = client_key(scope)
            if not self._window.hit(self._limit, client):
                reset = self._window.get_window_stats(self._limit, client).reset_time
                wait = max(1, math.ceil(reset - time.time()))
                refusal = problem_response(
                    scope,
                    429,
                    "rate-limited",
                    f"You asked more than {self._limit} allows: try again in {wait} seconds.",
                    headers={"Retry-After": str(wait)},
                )
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _counts(scope: Scope) -> bool:
    path = route_path(scope)
    return scope["method"] != "OPTIONS" and path.startswith(_COUNTED) and path not in _FREE


def client_key(scope: Scope) -> str:
    """Who a client is: its address, of IPv6 the network that one customer has."""
    host = str((scope.get("client") or ("unknown",))[0])
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class BodyLimit:
    """Reads a body before anything else sees it: at most ``size`` bytes in ``seconds``.

    So a handler never waits for a slow client, and never holds a large body.
    """

    def __init__(self, app: ASGIApp, size: int, seconds: float) -> None:
        self.app = app
        self._size = size
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        body: bytes | None = None
        try:
            if not (declared.isdecimal() and int(declared) > self._size):
                body = await asyncio.wait_for(self._read(receive), self._seconds)
        except TimeoutError:
            slow = f"The request took more than {self._seconds:g} seconds to arrive: send it again."
            refusal = problem_response(scope, 408, "slow", slow, headers={"Connection": "close"})
            await refusal(scope, receive, send)
            return
        if body is None:
            large = f"The request is larger than the {self._size} bytes allowed: send less."
            refusal = problem_response(scope, 413, "too-large", large, headers={"Connection": "close"})
            await refusal(scope, receive, send)
            return
        await self.app(scope, _replayed(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The body, or None when it is too large."""
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self._size:
                return None
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
