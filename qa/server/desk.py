"""The desk: a few workers, and a queue before them that has an end.

Answering computes, so it runs in threads beside the event loop. What comes
when every place in the queue is taken is refused at once: a wait that nobody
lives to see helps no one.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from qa.errors import BusyError

Result = TypeVar("Result")


class Desk:
    """Runs calls in ``workers`` threads; at most ``waiting`` more may wait."""

    def __init__(self, workers: int, waiting: int) -> None:
        self.places = workers + waiting
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="answers")
        self._lock = threading.Lock()
        self._taken = 0

    @property
    def taken(self) -> int:
        """Calls that run or wait."""
        return self._taken

    async def run(self, call: Callable[..., Result], *arguments: Any) -> Result:
        """Run a call in a worker. Raises BusyError at once when all places are taken."""
        with self._lock:
            if self._taken >= self.places:
                raise BusyError("Too many questions are being answered: try again in a moment.")
            self._taken += 1
        try:
            future = self._pool.submit(call, *arguments)
        except RuntimeError as error:  # the pool is closed
            self._leave(None)
            raise BusyError("The server is stopping: try again in a moment.") from error
        # A caller who goes away leaves only when the work is done or never began.
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Take no more calls, and let those that run finish."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _leave(self, _: Future[Any] | None) -> None:
        with self._lock:
            self._taken -= 1
