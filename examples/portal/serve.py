"""A small careers portal with the widget: python examples/portal/serve.py.

The portal's pages are at http://127.0.0.1:7870, and are also the guides of
the assistant, which runs at http://127.0.0.1:7860 and lets that portal in.
Both ports must be free: a chat that runs at 7860 must be stopped first.
"""

from __future__ import annotations

import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from qa.builder import build, is_current
from qa.config import load_settings
from qa.errors import ConfigError, QAError
from qa.server.run import serve, why_taken

SITE = Path(__file__).parent / "site"
ASSISTANT, PORTAL = "http://127.0.0.1:7860", "http://127.0.0.1:7870"


class Page(SimpleHTTPRequestHandler):
    """Serves the site under the policy that docs/widget.md asks for, and no more."""

    assistant = ASSISTANT

    def end_headers(self) -> None:
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src 'self'; img-src 'self' data:; script-src {self.assistant}; "
            f"connect-src {self.assistant}; frame-src {self.assistant}; base-uri 'none'; form-action 'none'",
        )
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """No line for each request."""


def require_free(port: int) -> None:
    if why := why_taken("127.0.0.1", port):
        raise ConfigError(
            f"The example can't listen on port {port} ({why}): stop what does, such as the chat of make run."
        )


def main() -> None:
    for port in (7860, 7870):
        require_free(port)
    settings = load_settings(
        corpus=SITE, index=Path("index") / "portal", host="127.0.0.1", port=7860, allowed_origins=(PORTAL,)
    )
    if not is_current(settings):
        build(settings)
    portal = ThreadingHTTPServer(("127.0.0.1", 7870), partial(Page, directory=str(SITE)))
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    print(f"The portal is at {PORTAL}/data-scientist.html", flush=True)
    serve(settings)


if __name__ == "__main__":
    try:
        main()
    except QAError as error:
        sys.exit(f"Error: {error}")
