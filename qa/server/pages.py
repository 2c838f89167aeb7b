"""Pages and files beside the API and the chat: sources, the widget, health, the API's page."""

from __future__ import annotations

import re
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from qa.assistant import Assistant
from qa.server.caching import IMMUTABLE, REVALIDATED, cached
from qa.server.problems import Problem
from qa.server.service import Service
from qa.server.source import POLICY, source_page
from qa.server.static_files import static, version_of

_MARK = re.compile(r"(\d{1,9})-(\d{1,9})")
_JS, _CSS = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_READ = ["GET", "HEAD"]

# Any page may load the widget's script; what it may ask is another matter.
WIDGET = "/widget.js"
_FROM_ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}
_FOR_ALL = {"Access-Control-Allow-Origin": "*", **_FROM_ANYWHERE}

_DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DOCS_FILES = {"swagger-ui-bundle.js": _JS, "swagger-ui.css": _CSS}
_DOCS_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>API</title><link rel="stylesheet" href="docs/swagger-ui.css"><link rel="icon" href="data:,"></head>
<body><main id="api"></main><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script>
</body></html>
"""
_DOCS_START = 'SwaggerUIBundle({ url: "v1/openapi.json", dom_id: "#api", validatorUrl: null });\n'


def _source(assistant: Assistant, document_id: str, mark: str, root_path: str) -> str:
    found = assistant.library.get(document_id)
    if found is None:
        raise Problem(404, "no-such-document", "There is no such guide: go back and follow a citation.")
    place = _MARK.fullmatch(mark)
    return source_page(found, (int(place[1]), int(place[2])) if place else None, root_path)


def pages_router(service: Service) -> APIRouter:
    """The routes; none of them is in the OpenAPI document."""
    router = APIRouter(include_in_schema=False)
    widget, frame = static("widget.js"), static("frame.js")
    version = version_of(widget)

    @router.api_route("/source/{document_id:path}", methods=_READ)
    async def source(request: Request, document_id: str, mark: str = "") -> Response:
        page = await service.desk.run(_source, service.holder.current, document_id, mark, service.settings.root_path)
        policy = {"Content-Security-Policy": POLICY}
        return cached(request, page.encode(), HTMLResponse.media_type, REVALIDATED, policy)

    @router.api_route(WIDGET, methods=_READ)
    async def widget_script(request: Request, v: str = "") -> Response:
        # Without its version a page gets a new widget within the hour.
        cache = IMMUTABLE if v == version else "public, max-age=3600"
        return cached(request, widget, _JS, cache, _FOR_ALL)

    @router.api_route("/frame.js", methods=_READ)
    async def frame_script(request: Request) -> Response:
        return cached(request, frame, _JS, "public, max-age=3600")

    @router.api_route("/healthz", methods=_READ)
    async def healthz() -> Response:
        # The widget tells by it a server that is down from one that doesn't let it in.
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store", **_FROM_ANYWHERE})

    @router.api_route("/readyz", methods=_READ)
    async def readyz() -> Response:
        library = service.holder.current.library
        await run_in_threadpool(library.ready)
        documents = len(library.ids)
        return JSONResponse({"status": "ready", "documents": documents}, headers={"Cache-Control": "no-store"})

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @router.api_route("/robots.txt", methods=_READ)
    async def robots(request: Request) -> Response:
        return cached(request, b"User-agent: *\nDisallow: /\n", PlainTextResponse.media_type, "public, max-age=3600")

    @router.api_route("/api/docs", methods=_READ)
    async def docs(request: Request) -> Response:
        policy = {"Content-Security-Policy": _DOCS_POLICY}
        return cached(request, _DOCS_PAGE.encode(), HTMLResponse.media_type, headers=policy)

    @router.api_route("/api/docs/{name}", methods=_READ)
    async def docs_file(request: Request, name: str) -> Response:
        if name == "start.js":
            return cached(request, _DOCS_START.encode(), _JS)
        if name not in _DOCS_FILES:
            raise Problem(404, "no-such-file", "There is no such file: go to /api/docs.")
        body = (files("fastapi_offline") / "static" / name).read_bytes()
        return cached(request, body, _DOCS_FILES[name], "public, max-age=86400")

    return router
