"""Who may embed and call the application, and what its pages may do."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.paths import public_host, route_path
from qa.server.problems import problem_response

# What is no page of ours loads nothing and is framed by no one.
CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": CLOSED,
}
# What browsers heed on pages alone; the chat's many small files go without.
_OF_PAGES = {
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def chat_policy(nonce: str, origins: Sequence[str]) -> str:
    """What the chat page may load and do, and which portals may frame it.

    Styles may be inline because Gradio's components write them so; scripts
    only with the nonce of the response.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'none'",
            "object-src 'none'",
            "frame-src 'none'",
            "base-uri 'self'",
            "form-action 'none'",
            " ".join(["frame-ancestors", "'self'", *origins]),
        )
    )


class SecurityHeaders:
    """Adds the headers that every response or every page has, where it has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                page = headers.get("content-type", "").startswith("text/html")
                for name, value in (_HEADERS | (_OF_PAGES if page else {})).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)


class OriginGuard:
    """Refuses requests that a page of another origin makes, unless it is allowed by name.

    CORS only hides answers from such a page; this also spares the work.
    Reading the widget's own script is open to all, as to any script tag.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str], open_paths: Sequence[str]) -> None:
        self.app = app
        self._allowed = frozenset(allowed)
        self._open = frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            origin = Headers(scope=scope).get("origin")
            if origin is not None and not self._may(origin, scope):
                refusal = problem_response(
                    scope,
                    403,
                    "origin",
                    "Pages of this origin may not use the assistant: name it in the setting allowed_origins.",
                )
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _may(self, origin: str, scope: Scope) -> bool:
        # Only the host is compared with ours: behind a proxy that ends TLS the scheme isn't known.
        own = origin.partition("://")[2].lower() == public_host(scope)
        return own or origin in self._allowed or route_path(scope) in self._open
