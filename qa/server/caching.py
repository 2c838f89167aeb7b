"""Responses that a client may keep: ETag, Cache-Control, 304."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus

from fastapi import Request, Response

# Kept, but asked for again each time: a new index shows at once.
REVALIDATED = "no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"


def cached(
    request: Request, body: bytes, media_type: str, cache: str = REVALIDATED, headers: dict[str, str] | None = None
) -> Response:
    """The body with its ETag, or 304 without it where the client has the same."""
    # Weak, because compression on the way changes the bytes but not what they say.
    tag = f'W/"{sha256(body).hexdigest()[:24]}"'
    sent = {"ETag": tag, "Cache-Control": cache, **(headers or {})}
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or tag.removeprefix("W/") in {k.strip().removeprefix("W/") for k in known.split(",")}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=sent)
    return Response(body, headers=sent, media_type=media_type)
