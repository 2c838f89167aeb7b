"""The web application: the chat at /, source pages, and how it is served."""

from __future__ import annotations

import os
import re

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse

from qa.assistant import Assistant
from qa.config import Settings
from qa.server.source import source_page

_MARK = re.compile(r"^(\d{1,9})-(\d{1,9})$")


def create_app(assistant: Assistant, settings: Settings) -> FastAPI:
    """The application around an opened assistant."""
    # Neither Gradio nor the model hub may look anything up outside.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    from qa.server.chat import mount_chat

    app = FastAPI(title=settings.title, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/source/{document_id:path}", response_class=HTMLResponse)
    def source(document_id: str, mark: str = "") -> HTMLResponse:
        document = assistant.library.get(document_id)
        if document is None:
            raise HTTPException(404, "There is no such guide: go back to the chat and follow a citation.")
        found = _MARK.match(mark)
        return HTMLResponse(source_page(document, (int(found[1]), int(found[2])) if found else None))

    return mount_chat(app, assistant, settings)


def serve(settings: Settings) -> None:
    """Open the index and serve the chat until it is stopped."""
    import uvicorn

    app = create_app(Assistant.open(settings=settings), settings)
    print(f"The chat is at http://{settings.host}:{settings.port}", flush=True)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning")
