"""Connections that get nowhere are closed, so that they don't keep places from others.

uvicorn ends idle connections between requests, but waits without end for a
request that began or never came, and for a client that doesn't read.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    _Protocol = Any
else:
    _Protocol = AutoHTTPProtocol


def patient(seconds: float) -> type[asyncio.Protocol]:
    """A protocol for uvicorn that gives the head of a request, and a client
    that has stopped reading, so many seconds."""

    class Patient(_Protocol):  # type: ignore[misc]
        _waiting: asyncio.TimerHandle | None = None
        _stuck: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            _keep_alive(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.cycle is not None and not self.cycle.response_complete:
                self._rest()  # the head is complete, and the application's own bounds hold
            elif self._waiting is None and self.timeout_keep_alive_task is None:
                self._wait()

        def connection_lost(self, error: Exception | None) -> None:
            self._rest()
            self._moves()
            super().connection_lost(error)

        def pause_writing(self) -> None:
            super().pause_writing()
            self._stuck = self.loop.call_later(seconds, self.transport.abort)

        def resume_writing(self) -> None:
            self._moves()
            super().resume_writing()

        def _wait(self) -> None:
            self._waiting = self.loop.call_later(seconds, self.transport.abort)

        def _rest(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _moves(self) -> None:
            if self._stuck is not None:
                self._stuck.cancel()
                self._stuck = None

    return Patient


def _keep_alive(transport: asyncio.Transport) -> None:
    """Have the system ask whether the other end is there: a stream of events may be silent for long."""
    found = transport.get_extra_info("socket")
    if found is None or found.family not in (socket.AF_INET, socket.AF_INET6):
        return
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
