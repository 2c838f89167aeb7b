"""Every request is counted, timed and logged, and what breaks becomes a problem."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.logs import log_event
from qa.server.metrics import Metrics
from qa.server.paths import route_path
from qa.server.problems import problem_response

_CHAT = ("/assets/", "/static/", "/gradio_api/")
_METHODS = ("GET", "HEAD", "POST", "OPTIONS")


class Observed:
    """Counts, times and logs by route, of which there are few, never by address."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        finally:
            seconds = time.perf_counter() - started
            route = _route(scope, status)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(method, route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(seconds)
            log_event("request", method=method, route=route, status=status, ms=round(seconds * 1000, 2))


def _route(scope: Scope, status: int) -> str:
    path = route_path(scope)
    if path.startswith(_CHAT):
        return "/gradio_api" if path.startswith("/gradio_api") else "/assets"
    route = getattr(scope.get("route"), "path", None)
    if isinstance(route, str) and route:
        return route
    return "/" if path == "/" else "other"


class Faults:
    """Turns what no handler expected into a problem, and logs it with its traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def seen(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except Exception as error:
            log_event("fault", level=logging.ERROR, error=error)
            if begun:
                raise
            await problem_response(scope, 500)(scope, receive, send)
