"""Many clients in one process: each keeps a connection and asks one question after another."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.serving import ASK, HOST

PAUSE = 1.0  # seconds that a client which was refused waits, as Retry-After asks
_PATIENCE = 120  # seconds


@dataclass(frozen=True, slots=True)
class Sample:
    """A request: its status (0: no answer came), when it began, and how long it took, in seconds."""

    status: int
    began: float
    seconds: float


def request(question: str) -> bytes:
    body = json.dumps({"question": question}).encode()
    head = (
        f"POST {ASK} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def ask_all(
    port: int,
    questions: Sequence[str],
    clients: int,
    requests: int,
    more: Callable[[int], bool] = lambda _: True,
) -> list[Sample]:
    """So many clients make so many requests in all, those that are refused not counted.

    Clients begin within a second of each other. One that is refused waits as it
    is told to, and up to as long again, so that they don't all come back at once.
    They end before ``requests`` when ``more``, of the number so far, is false.
    """
    samples: list[Sample] = []
    bodies = [request(q) for q in questions]
    left = requests
    chance = random.Random(0)

    async def client(number: int) -> None:
        nonlocal left
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        turn = number
        await asyncio.sleep(chance.random() if clients > 1 else 0)
        while left > 0 and more(len(samples)):
            left -= 1
            began = time.perf_counter()
            try:
                if streams is None:
                    streams = await asyncio.open_connection(HOST, port)
                status = await asyncio.wait_for(_one(*streams, bodies[turn % len(bodies)]), _PATIENCE)
            except (OSError, EOFError, ValueError, TimeoutError):
                status = 0
            samples.append(Sample(status, began, time.perf_counter() - began))
            turn += clients
            if status == 0 and streams:
                streams[1].close()
                streams = None
            if status in (429, 503):
                left += 1
                await asyncio.sleep(PAUSE * (1 + chance.random()))
        if streams:
            streams[1].close()

    await asyncio.gather(*(client(n) for n in range(clients)))
    return samples


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> int:
    """Send a request and read its whole answer; its status."""
    writer.write(data)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length")), None
    )
    if length is not None:
        await reader.readexactly(length)
    else:  # in chunks
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    return int(head.split(b" ", 2)[1])
