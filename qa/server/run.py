"""How the web application is served."""

from __future__ import annotations

from logging.config import dictConfig

from qa.assistant import Assistant
from qa.config import Settings
from qa.server.app import create_app
from qa.server.holder import Holder
from qa.server.logs import log_config

# Seconds that SIGTERM leaves to what runs; the chat's event streams would stay open.
_GRACE = 10


def serve(settings: Settings) -> None:
    """Open the index and serve the application until it is stopped."""
    import uvicorn

    dictConfig(log_config())  # what starting has to say is logged in the same form
    app = create_app(Holder(Assistant.open(settings=settings)), settings)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"The chat is at http://{host}:{settings.port}{settings.root_path}/", flush=True)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=log_config(),
        access_log=False,
        # The application reads a proxy's headers itself, from trusted ones only.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
