"""A new index taken into use while the server answers.

A new generation is opened and asked once beside the one in use, in a thread,
and then swapped in; answers that run finish with the one that they began with.
One that can't be used leaves the one in use, and the log says why.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from qa.assistant import Assistant
from qa.config import Settings
from qa.engines import name_in_use
from qa.errors import QAError, StoreError
from qa.reading.encoder import Encoder
from qa.reading.models import open_encoder
from qa.server import schemas
from qa.server.holder import Holder
from qa.server.logs import log_event
from qa.server.problems import Problem
from qa.stores import folder

_WARM_UP = "What does a data scientist do?"


class Reloader:
    """Keeps a holder's assistant that of the generation in use."""

    def __init__(
        self, holder: Holder, settings: Settings, open_encoder: Callable[[Path], Encoder] = open_encoder
    ) -> None:
        self.holder = holder
        self.settings = settings
        self.generation = ""
        self._tried = ""
        self._open_encoder = open_encoder
        self._encoder: tuple[object, Encoder] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()

    def load(self) -> None:
        """Open the generation in use and swap it in. Raises as Assistant.open does."""
        began = time.perf_counter()
        # Its name is taken first: should a newer one come meanwhile, the next look finds that.
        name = self._tried = name_in_use(self.settings)
        assistant = Assistant.open(settings=self.settings, open_encoder=self._opened)
        # What a first question loads is loaded before anybody waits for it.
        assistant.ask(next(iter(assistant.starters(1)), _WARM_UP)[: self.settings.max_question])
        self.holder.swap(assistant)
        self.generation = name
        ms = round((time.perf_counter() - began) * 1000, 1)
        log_event("index", generation=name, documents=len(assistant.library.ids), ms=ms)

    async def reload(self, anyway: bool = False) -> bool:
        """Take a new generation into use; whether there was one.

        ``anyway`` also tries one again that couldn't be used. Raises as
        Assistant.open does.
        """
        async with self._one_at_a_time:
            name = ""  # while a store that is down can't tell it
            try:
                name = await asyncio.to_thread(name_in_use, self.settings)
                if name == self.generation or (name == self._tried and not anyway):
                    return False
                await asyncio.to_thread(self.load)
            except QAError as error:
                log_event("reload failed", level=logging.ERROR, generation=name, reason=str(error))
                raise
            # The old assistant's caches lead back to what they are of: that goes when cycles are looked for.
            await asyncio.to_thread(gc.collect)
            return True

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look for a new generation every so often, and at SIGHUP, as long as the context lasts."""
        loop = asyncio.get_running_loop()
        hangup = getattr(signal, "SIGHUP", None)
        # Signals reach the main thread alone, and not on every system.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            if hangup is not None:
                loop.add_signal_handler(hangup, lambda: self._later(self._quietly(anyway=True)))
        if self.settings.reload_seconds:
            self._later(self._look())
        try:
            yield
        finally:
            for task in list(self._tasks):
                task.cancel()
            with suppress(NotImplementedError, RuntimeError, ValueError):
                if hangup is not None:
                    loop.remove_signal_handler(hangup)

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self.settings.reload_seconds)
            await self._quietly()
            await asyncio.to_thread(folder.clear, self.settings.index, self.settings.keep_old)

    async def _quietly(self, anyway: bool = False) -> None:
        try:
            await self.reload(anyway)
        except QAError:
            pass  # it is logged, and the index in use goes on
        except Exception as error:
            log_event("fault", level=logging.ERROR, error=error)

    def _opened(self, place: Path) -> Encoder:
        """The encoder of a generation: the one in use where the model is the same."""
        generation = place.parent
        manifest = folder.manifest_of((generation / folder.MANIFEST).read_bytes(), str(generation))
        key = (manifest.model_fingerprint, manifest.dim, manifest.max_tokens, manifest.settings.get("precision"))
        if self._encoder is None or self._encoder[0] != key:
            self._encoder = (key, self._open_encoder(place))
        return self._encoder[1]


def reload_router(reloader: Reloader, token: str) -> APIRouter:
    """``POST /api/v1/reload`` for those who know the token."""
    router = APIRouter(prefix="/api/v1", tags=["API"])

    @router.post(
        "/reload",
        summary="Take a new index into use",
        responses={200: {"model": schemas.Reloaded}, 401: {"description": "The token is missing or another"}},
    )
    async def reload(request: Request) -> Response:
        """Whether there was a new index; the one in use stays until the new one answers."""
        given = request.headers.get("authorization", "")
        if not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
            raise Problem(
                401,
                "unauthorized",
                "The token is missing or another: send Authorization: Bearer and the setting reload_token.",
                {"WWW-Authenticate": "Bearer"},
            )
        try:
            changed = await reloader.reload(anyway=True)
        except QAError as error:  # whoever knows the token may know the host's paths
            status, code = (503, "store") if isinstance(error, StoreError) else (500, "index")
            raise Problem(status, code, str(error)) from error
        documents = len(reloader.holder.current.library.ids)
        return JSONResponse(
            {"reloaded": changed, "generation": reloader.generation, "documents": documents},
            headers={"Cache-Control": "no-store"},
        )

    return router
