"""serve --watch: the index is built again when the guides change.

The build runs in a process of its own with little claim to the processor, as
careers-qa build would: it encodes only what changed, and what it loads stays
out of the server. Files are compared by name, size and time, which works on
every file system; a corpus that is still being copied is left until it rests.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress

from qa.builder import corpus_files_of, is_current
from qa.config import Settings
from qa.errors import CorpusError, QAError
from qa.server.logs import log_event
from qa.server.reload import Reloader

EVERY = 1.0  # seconds between looks
AGAIN = 30.0  # seconds until a build that failed is tried again
_BUILD = "import os; getattr(os, 'nice', int)(10); from qa.cli import main; main()"

Signature = tuple[tuple[str, int, int], ...]


def signature(settings: Settings) -> Signature:
    """Names, sizes and times of the corpus's files. Raises CorpusError as corpus_files."""
    found = []
    for path in corpus_files_of(settings.corpus):
        with suppress(OSError):  # it went meanwhile
            status = path.stat()
            found.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(found)


class Watcher:
    """Builds and reloads when the corpus differs from what the index was built of."""

    def __init__(self, reloader: Reloader, settings: Settings) -> None:
        self._reloader = reloader
        self._settings = settings
        self._built: Signature | None = None
        self._seen: Signature | None = None
        self._tried: Signature | None = None
        self._failed = -AGAIN

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        await self._logged(self._begin())
        while True:
            await asyncio.sleep(EVERY)
            await self._logged(self._look())

    async def _logged(self, work: Awaitable[None]) -> None:
        """Do what may fail; whatever goes wrong, the next look may succeed."""
        try:
            await work
        except QAError as error:
            log_event("watch failed", level=logging.ERROR, reason=str(error))
        except Exception as error:
            log_event("watch failed", level=logging.ERROR, error=error)

    async def _begin(self) -> None:
        before = await self._signature()
        if before is not None and await asyncio.to_thread(is_current, self._settings):
            self._built = before

    async def _look(self) -> None:
        seen = await self._signature()
        rests, self._seen = seen == self._seen, seen
        if seen is None or not rests or seen == self._built:
            return
        if time.monotonic() - self._failed < AGAIN and seen == self._tried:
            return
        self._tried = seen
        if await self._build():
            self._built = seen
            await self._reloader.reload(anyway=True)
        else:
            self._failed = time.monotonic()

    async def _signature(self) -> Signature | None:
        try:
            return await asyncio.to_thread(signature, self._settings)
        except CorpusError:  # a folder that is being replaced is missing for a moment
            return None

    async def _build(self) -> bool:
        """Run a build; whether it succeeded. Its own words are logged."""
        given = self._settings
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _BUILD, "build", str(given.corpus), "--index", str(given.index),
            "--model", given.model, "--quiet",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            said, _ = await process.communicate()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            raise
        seconds = round(time.perf_counter() - began, 1)
        lines = said.decode(errors="replace").strip().splitlines()
        level = logging.ERROR if process.returncode else logging.INFO
        log_event("build", level=level, status=process.returncode, seconds=seconds, said=lines[-20:])
        return process.returncode == 0
