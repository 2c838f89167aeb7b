"""The OpenAPI document: lengths from the settings, errors as they are sent."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from qa.config import Settings
from qa.server import schemas
from qa.server.problems import MEDIA_TYPE

_ALL = {
    "403": "A page of an origin that isn't allowed",
    "422": "The request can't be taken",
    "429": "More requests than the limit; Retry-After says how long to wait",
    "500": "Something went wrong in the server",
    "503": "Too many questions wait, or no index is loaded; Retry-After says how long to wait",
}
_OF_BODIES = {"400": "The body can't be read", "408": "The body took too long", "413": "The body is too large"}
_NOT_FOUND = {"404": "There is no such guide, or no feedback is taken"}


def describe(app: FastAPI, settings: Settings) -> None:
    """Give the application its OpenAPI document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, settings)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description="Answers in the guides' own words, with citations.",
        routes=app.routes,
        servers=[{"url": settings.root_path or "/"}],
    )
    parts = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        parts.pop(name, None)
    parts["Problem"] = schemas.Problem.model_json_schema()
    for name in ("AskRequest", "FeedbackRequest"):
        asked = parts[name]["properties"]
        asked["question"]["maxLength"] = asked["history"]["items"]["maxLength"] = settings.max_question
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "question":
                    parameter["schema"]["maxLength"] = settings.max_question
            errors = _ALL | (_OF_BODIES if method == "post" else {}) | ({} if path.endswith("s") else _NOT_FOUND)
            operation["responses"] |= {status: _problem(text) for status, text in sorted(errors.items())}
    return document


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
