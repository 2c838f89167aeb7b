"""The JSON API under /api/v1."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from qa.assistant import Assistant
from qa.server import schemas
from qa.server.caching import REVALIDATED, cached
from qa.server.problems import Problem
from qa.server.service import Service
from qa.types import Hit

_JSON = "application/json"
_NEW = {"Cache-Control": "no-store"}
# Tells the widget that votes are taken, and leaves the answer itself as it is on every face.
_VOTABLE = {"Link": '<feedback>; rel="feedback"'}


def api_router(service: Service) -> APIRouter:
    """The routes, answering through the service."""
    router = APIRouter(prefix="/api/v1", tags=["API"])

    @router.post("/ask", summary="Answer a question", responses={200: {"model": schemas.Answer}})
    async def ask(body: schemas.AskRequest) -> Response:
        """The guides' own words on a question, or that they don't cover it."""
        _known(service.holder.current, body.document)
        answer = await service.ask(body.question, body.history, body.document)
        return JSONResponse(answer.to_dict(), headers=_NEW | (_VOTABLE if service.votes else {}))

    @router.post("/feedback", summary="Vote on an answer", responses={200: {"model": schemas.Voted}})
    async def feedback(body: schemas.FeedbackRequest) -> Response:
        """Keeps the vote, with what was asked and shown; no address and no cookie."""
        if service.votes is None:
            raise Problem(404, "feedback-off", "This assistant takes no votes: leave the thumbs out.")
        _known(service.holder.current, body.document)
        receipt = await service.vote(body.question, body.history, body.document, body.vote, body.reason, body.receipt)
        return JSONResponse({"receipt": receipt}, headers=_NEW)

    @router.get("/search", summary="Find sections", responses={200: {"model": schemas.SearchResult}})
    async def search(request: Request, query: Annotated[schemas.SearchQuery, Query()]) -> Response:
        """The best sections with their scores, whatever the confidence."""
        _known(service.holder.current, query.document)
        hits = await service.search(query.question, query.k, query.document)
        return _cached(
            request, {"question": query.question, "hits": [_hit(h) for h in hits]}, f"private, {REVALIDATED}"
        )

    @router.get("/documents", summary="List the guides", responses={200: {"model": schemas.Documents}})
    async def documents(request: Request, query: Annotated[schemas.DocumentsQuery, Query()]) -> Response:
        """The guides of the index, in its order."""
        return _cached(request, await service.desk.run(_listed, service.holder.current, query.offset, query.limit))

    @router.get(
        "/documents/{document_id:path}", summary="Read a guide", responses={200: {"model": schemas.DocumentBody}}
    )
    async def document(request: Request, document_id: str) -> Response:
        """A guide's text and sections."""
        return _cached(request, await service.desk.run(_whole, service.holder.current, document_id))

    return router


def _known(assistant: Assistant, document: str | None) -> None:
    if document is not None and document not in assistant.library.number_of:
        raise _no_document()


def _no_document() -> Problem:
    return Problem(404, "no-such-document", "There is no such guide: GET /api/v1/documents lists those there are.")


def _cached(request: Request, body: dict[str, Any], cache: str = REVALIDATED) -> Response:
    return cached(request, json.dumps(body, ensure_ascii=False).encode(), _JSON, cache)


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "document_id": hit.document.id,
        "document_title": hit.document.title,
        "headings": list(hit.section.headings),
        "anchor": hit.section.anchor,
        "url": hit.document.section_url(hit.section),
        "passage": hit.passage,
        "start": hit.passage_start,
        "end": hit.passage_end,
        "score": round(hit.score, 4),
    }


def _listed(assistant: Assistant, offset: int, limit: int) -> dict[str, Any]:
    library = assistant.library
    numbers = library.numbers[offset : offset + limit]
    entries = [
        {"id": d.id, "title": d.title, "url": d.url, "sections": len(d.sections)}
        for d in map(library.document, numbers)
    ]
    return {"total": len(library.ids), "offset": offset, "documents": entries}


def _whole(assistant: Assistant, document_id: str) -> dict[str, Any]:
    document = assistant.library.get(document_id)
    if document is None:
        raise _no_document()
    return {
        "id": document.id,
        "title": document.title,
        "url": document.url,
        "aliases": list(document.aliases),
        "metadata": document.metadata,
        "text": document.text,
        "sections": [
            {"anchor": s.anchor, "headings": list(s.headings), "start": s.start, "end": s.end}
            for s in document.sections
        ],
    }
