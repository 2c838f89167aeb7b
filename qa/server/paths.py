"""Where a request comes from and where it goes, behind a proxy or not."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from qa.errors import ConfigError

# Gradio reads these too, so from anyone but a trusted proxy they are dropped.
_FORWARDED = (b"forwarded", b"x-forwarded-", b"x-real-ip", b"x-gradio-server")


def route_path(scope: Scope) -> str:
    """The path inside the application, without the proxy's prefix."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


class Proxied:
    """Takes client and scheme from a trusted proxy's headers, and the prefix off the path.

    It doesn't matter whether the proxy itself takes the prefix off.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str], root_path: str) -> None:
        self.app = app
        self._trusted = [_network(name) for name in trusted]
        self._proxied = ProxyHeadersMiddleware(self._under_root, list(trusted))  # type: ignore[arg-type]
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = dict(scope)
        if self._trusts(scope):
            await self._proxied(scope, receive, send)  # type: ignore[arg-type]
            return
        scope["headers"] = [(n, v) for n, v in scope["headers"] if not n.lower().startswith(_FORWARDED)]
        await self._under_root(scope, receive, send)

    def _trusts(self, scope: Scope) -> bool:
        if not self._trusted or not scope.get("client"):
            return False
        try:
            peer = ipaddress.ip_address(scope["client"][0])
        except ValueError:
            return False
        return any(peer in network for network in self._trusted)

    async def _under_root(self, scope: Scope, receive: Receive, send: Send) -> None:
        root, path = self._root_path, scope["path"]
        if root and path == root:
            await RedirectResponse(f"{root}/", 307)(scope, receive, send)
            return
        inside = path if path.startswith(f"{root}/") else root + path
        await self.app({**scope, "root_path": root, "path": inside}, receive, send)


def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(name)
    except ValueError as error:
        raise ConfigError(
            f"The setting trusted_proxies can't be used ({name}): write addresses or networks, such as 10.0.0.0/8."
        ) from error


def public_host(scope: Scope) -> str:
    """The host and port that the browser sees: the proxy's where one is trusted."""
    headers = Headers(scope=scope)
    return (headers.get("x-forwarded-host") or headers.get("host") or "").split(",")[0].strip().lower()
