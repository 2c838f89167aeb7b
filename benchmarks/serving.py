"""A server under measurement: started, waited for, asked over HTTP, stopped."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

HOST = "127.0.0.1"
ASK = "/api/v1/ask"
PATIENCE = 120  # seconds that a server may take to start


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``started_s`` is from the process's start to the page."""

    port: int
    process: subprocess.Popen[bytes]
    started_s: float

    def memory_mb(self) -> float:
        """Resident memory now, with that of child processes."""
        whole = psutil.Process(self.process.pid)
        return float(sum(p.memory_info().rss for p in [whole, *whole.children(recursive=True)]) / 2**20)


@contextmanager
def serving(index: Path) -> Iterator[Server]:
    """``careers-qa serve`` on a free port, without its limit on requests.

    Raises RuntimeError when the page isn't served in time.
    """
    port = _free_port()
    command = [sys.executable, "-m", "qa.cli", "serve", "--index", str(index), "--port", str(port)]
    environment = {**os.environ, "CAREERS_QA_RATE_LIMIT": ""}
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _page_served(port):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError("The chat page isn't served: run careers-qa serve by hand to see why.")
            time.sleep(0.02)
        yield Server(port, process, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(timeout=30)


def has_api(port: int) -> bool:
    status, body = _post(http.client.HTTPConnection(HOST, port, timeout=30), "What does a nurse do?")
    return status == 200 and "answered" in json.loads(body)


def load(port: int, questions: Sequence[str], clients: int) -> list[float]:
    """Ask all questions by so many clients at once; the seconds of each request.

    Raises RuntimeError when a request isn't answered with status 200.
    """

    def client(number: int) -> list[float]:
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        spent = []
        for question in questions[number::clients]:
            began = time.perf_counter()
            status, _ = _post(connection, question)
            spent.append(time.perf_counter() - began)
            if status != 200:
                raise RuntimeError(f"{ASK} answered with status {status}.")
        return spent

    with ThreadPoolExecutor(clients) as pool:
        return [seconds for spent in pool.map(client, range(clients)) for seconds in spent]


def _post(connection: http.client.HTTPConnection, question: str) -> tuple[int, bytes]:
    body = json.dumps({"question": question})
    connection.request("POST", ASK, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def _page_served(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status == 200 and b"gradio" in answer.read()
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])
