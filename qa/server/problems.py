"""Errors as RFC 9457 problem details, or as a short page for a browser."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from html import escape
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Scope

from qa.errors import BusyError, FeedbackError, NotReadyError, QAError, QuestionError, StoreError
from qa.invalid import advice
from qa.server.logs import log_event
from qa.server.source import POLICY, home_link, page

MEDIA_TYPE = "application/problem+json"
_SENTENCES = {
    400: "The request can't be read: send it as the API's description says.",
    404: "There is nothing at this address: see /api/docs for what there is.",
    405: "This address doesn't take that method: the Allow header names those that it takes.",
    500: "Something went wrong in the server: try again; its log says what it was.",
}
_UNKEPT = "The vote can't be kept just now: try again later."
_UNREAD = "The guides can't be read just now: try again later."


class Problem(HTTPException):
    """An error with its status, a code that programs can rely on, and a sentence."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code


def problem_response(
    scope: Scope,
    status: int,
    code: str = "",
    detail: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response that tells a client of an error."""
    title = HTTPStatus(status).phrase
    detail = detail or _SENTENCES.get(status, f"{title}.")
    sent = {"Cache-Control": "no-store", **(headers or {})}
    # Of all clients, only browsers that open a page put HTML first.
    if scope["method"] in ("GET", "HEAD") and Headers(scope=scope).get("accept", "").startswith("text/html"):
        back = home_link(scope.get("root_path", ""))
        body = f"<main>\n<h1>{title}</h1>\n<p>{escape(detail)}</p>\n<p>{back}</p>\n</main>"
        return HTMLResponse(page(title, body), status, {"Content-Security-Policy": POLICY, **sent})
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code or title.lower().replace(" ", "-"),
        "detail": detail,
    }
    if errors:
        problem["errors"] = list(errors)
    return JSONResponse(problem, status, sent, media_type=MEDIA_TYPE)


def told(error: QAError) -> str:
    """What a visitor is told of an error. Where its own sentence names files or
    addresses of the host, that goes into the log."""
    if isinstance(error, (QuestionError, BusyError, NotReadyError)):
        return str(error)
    log_event("failed", level=logging.ERROR, reason=str(error))
    return _UNKEPT if isinstance(error, FeedbackError) else _UNREAD


def install(app: FastAPI) -> None:
    """Make every error of the application's routes a problem."""

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        own = isinstance(error, Problem)
        code, detail = (error.code, error.detail) if isinstance(error, Problem) else ("", "")
        # What the framework says itself (such as "Not Found") says no more than the title.
        if not own and error.status_code not in _SENTENCES:
            detail = str(error.detail)
        return problem_response(request.scope, error.status_code, code, detail, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        # Of a body that isn't JSON the place is the character at which that shows, no part of the request.
        errors = [
            {"pointer": _pointer(() if found["type"] == "json_invalid" else found["loc"]), "detail": advice(found)}
            for found in error.errors()
        ]
        first = errors[0] if errors else {"pointer": "", "detail": "it can't be read"}
        where = first["pointer"].lstrip("#/") or "body"
        return problem_response(
            request.scope, 422, "invalid", f"The request's {where} can't be taken: {first['detail']}.", errors
        )

    @app.exception_handler(QAError)
    async def _known(request: Request, error: QAError) -> Response:
        detail = told(error)
        if isinstance(error, QuestionError):
            return problem_response(request.scope, 422, "question", detail)
        if isinstance(error, BusyError):
            return problem_response(request.scope, 503, "busy", detail, headers={"Retry-After": "1"})
        if isinstance(error, NotReadyError):
            return problem_response(request.scope, 503, "not-ready", detail, headers={"Retry-After": "5"})
        if isinstance(error, FeedbackError):
            return problem_response(request.scope, 503, "busy", detail, headers={"Retry-After": "60"})
        if isinstance(error, StoreError):
            return problem_response(request.scope, 503, "store", detail, headers={"Retry-After": "5"})
        return problem_response(request.scope, 500, "index", detail)


def _pointer(place: Sequence[str | int]) -> str:
    """Where in the request: a JSON pointer as a fragment (RFC 6901)."""
    parts = [str(p) for p in place if p not in ("body", "query", "path")]
    return "#/" + "/".join(p.replace("~", "~0").replace("/", "~1") for p in parts) if parts else "#"
