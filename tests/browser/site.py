"""A portal on an origin of its own, and pages written into it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Portal</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">{head}</head>'
    "<body><main><h1>Portal</h1><p>Welcome.</p>{body}</main></body></html>"
)


@dataclass(frozen=True, slots=True)
class Site:
    """A folder that is served, the assistant that it embeds, their addresses, and where votes go."""

    folder: Path
    address: str
    assistant: str
    votes: Path | None = None

    def tag(self, attributes: str = "") -> str:
        return f'<script src="{self.assistant}/widget.js" data-title="Ask us" {attributes} async></script>'

    def page(self, name: str, head: str = "", body: str = "") -> str:
        """Write a page, and give its address."""
        (self.folder / name).write_text(PAGE.format(head=head, body=body), encoding="utf-8")
        return f"{self.address}/{name}"


class _Strict(SimpleHTTPRequestHandler):
    """Serves under the policy that docs/widget.md asks for, which the page's own scripts need too."""

    assistant = ""

    def end_headers(self) -> None:
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self' {self.assistant}; style-src 'self'; img-src data:; "
            f"connect-src {self.assistant} http://127.0.0.1:9; frame-src {self.assistant}; base-uri 'none'; "
            f"form-action 'none'",
        )
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """No line for each request."""


@contextmanager
def site(folder: Path, port: int, assistant: str, votes: Path | None = None) -> Iterator[Site]:
    handler = type("Handler", (_Strict,), {"assistant": assistant})
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Site(folder, f"http://127.0.0.1:{port}", assistant, votes)
    finally:
        server.shutdown()
        server.server_close()
