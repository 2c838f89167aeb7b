"""The web application: chat, API, source pages and widget in one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from qa import __version__
from qa.config import Settings
from qa.server.api import api_router
from qa.server.holder import Holder
from qa.server.limits import BodyLimit, RateLimit
from qa.server.observed import Faults, Observed
from qa.server.openapi import describe
from qa.server.pages import WIDGET, pages_router
from qa.server.paths import Proxied
from qa.server.problems import install
from qa.server.reload import Reloader, reload_router
from qa.server.security import OriginGuard, SecurityHeaders
from qa.server.service import Service


def create_app(
    holder: Holder,
    settings: Settings,
    reloader: Reloader | None = None,
    beside: Sequence[AbstractAsyncContextManager[None]] = (),
) -> FastAPI:
    """The application around the assistant in use, which ``reloader`` keeps
    new; what else runs as long as it does is ``beside``.

    Raises ConfigError when a setting of the server can't be used.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # it may look nothing up outside
    from qa.server.chat import mount_chat

    service = Service.of(holder, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for other in beside:
                await running.enter_async_context(other)
            yield
        service.desk.close()

    app = FastAPI(
        title=settings.title,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        root_path_in_servers=False,
        redirect_slashes=False,
        middleware=_middleware(service),
        lifespan=lifespan,
    )
    install(app)
    describe(app, settings)
    app.include_router(api_router(service))
    if reloader and (token := settings.reload_token.get_secret_value()):
        app.include_router(reload_router(reloader, token))
    app.include_router(pages_router(service))
    mount_chat(app, service)
    app.state.service = service
    # Built now rather than at the first request, so that a setting that can't be used ends the start.
    app.middleware_stack = app.build_middleware_stack()
    return app


def _middleware(service: Service) -> list[Middleware]:
    """What a request passes through, outermost first."""
    settings = service.settings
    return [
        Middleware(Proxied, settings.trusted_proxies, settings.root_path),
        Middleware(Observed, service.metrics),
        Middleware(SecurityHeaders),
        Middleware(GZipMiddleware, minimum_size=500, compresslevel=6),
        Middleware(OriginGuard, settings.allowed_origins, (WIDGET,)),
        # Also where no origin is allowed: without it Gradio lets every origin in.
        Middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["Retry-After", "Link"],
        ),
        Middleware(RateLimit, settings.rate_limit),
        Middleware(BodyLimit, settings.max_body, settings.body_timeout),
        Middleware(Faults),
    ]
