"""How the web application is served."""

from __future__ import annotations

import os
import socket
import sys
from logging.config import dictConfig

from qa.config import Settings
from qa.errors import ConfigError
from qa.server.app import create_app
from qa.server.connections import patient
from qa.server.holder import Holder
from qa.server.logs import log_config
from qa.server.reload import Reloader

# Seconds that SIGTERM leaves to what runs; the chat's event streams would stay open.
_GRACE = 10
# Seconds after which a thread that answers lets the event loop have its turn.
# Python's own 5 ms, for each of the workers, is what refusals would wait for.
_SWITCH = 0.0005


def serve(settings: Settings, watch: bool = False) -> None:
    """Open the index and serve the application until it is stopped; with
    ``watch`` the index is built again when the guides change.

    Raises ConfigError when the address or another setting can't be used, and
    as Assistant.open does.
    """
    import uvicorn

    os.environ["HF_HUB_OFFLINE"] = "1"  # the hub's library reads it once, when a model is loaded
    _require_free(settings)
    dictConfig(log_config())  # what starting has to say is logged in the same form
    sys.setswitchinterval(_SWITCH)
    holder = Holder()
    reloader = Reloader(holder, settings)
    reloader.load()
    beside = [reloader.running()]
    if watch:
        from qa.server.watching import Watcher

        beside.append(Watcher(reloader, settings).running())
    app = create_app(holder, settings, reloader, beside)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"The chat is at http://{host}:{settings.port}{settings.root_path}/", flush=True)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        http=patient(settings.body_timeout),
        limit_concurrency=settings.max_connections,
        log_config=log_config(),
        access_log=False,
        # The application reads a proxy's headers itself, from trusted ones only.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )


def _require_free(settings: Settings) -> None:
    """Say before anything is loaded that the address can't be listened on."""
    if why := why_taken(settings.host, settings.port):
        raise ConfigError(
            f"The server can't listen on {settings.host}, port {settings.port} ({why}): "
            "choose another with --host or --port."
        )


def why_taken(host: str, port: int) -> str:
    """Why an address can't be listened on, "" where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        return str(error.strerror).split(" (")[0]  # Python adds the address
    return ""
