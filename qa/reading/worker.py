"""Reading in a process of its own: what hangs or grows there is ended, and the build goes on.

The process gets a request a file, pickled, and answers with its Documents or why
they are skipped. It is ended and started anew when a file takes too long;
a limit on its memory makes a file that needs too much one that is skipped.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from qa.reading.readers import Skipped, read_file
from qa.types import Document

MEMORY = 2 << 30  # bytes of address space, that of the libraries included
# Seconds after which the process ends itself, should nobody be left to end it.
_LATER = 5
_ROOT = Path(__file__).parent.parent.parent


class Reader:
    """Reads files like ``read_file``, each in at most ``seconds`` and ``memory`` bytes.

    Use it as a context: its process, which starts at the first file, ends with it.
    """

    def __init__(self, seconds: float, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def __call__(self, path: Path, file_id: str, name: str, url: str = "") -> list[Document | Skipped]:
        if self._process is None:
            self._start()
            self._answers.get()  # it has started: that isn't the file's time
        self._send((path, file_id, name, url))
        try:
            found = self._answers.get(timeout=self._seconds)
        except queue.Empty:
            self._end()
            return [Skipped(name, f"reading it took more than {self._seconds:g} seconds: split or simplify it")]
        if found is None:
            self._end()
            return [Skipped(name, "the reader broke on it: save it anew or leave it out")]
        answer: list[Document | Skipped] = found
        return answer

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _start(self) -> None:
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = process = subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", "qa.reading.worker", str(self._memory), str(self._seconds + _LATER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._answers = answers

        def receive() -> None:
            stdout = process.stdout
            try:
                while stdout:
                    answers.put(pickle.load(stdout))  # noqa: S301 - of a process of ours
            except Exception:  # it ended, perhaps in the midst of an answer
                answers.put(None)
                answers.put(None)

        threading.Thread(target=receive, daemon=True).start()

    def _send(self, request: tuple[Path, str, str, str]) -> None:
        if self._process and self._process.stdin:
            with suppress(OSError):  # it has ended: no answer comes, and the caller is told so
                pickle.dump(request, self._process.stdin)
                self._process.stdin.flush()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError, ValueError):
                if pipe:
                    pipe.close()


def _limit(memory: int) -> None:
    if os.name == "posix":
        import resource

        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer requests on standard input until it ends."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    _limit(memory)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints doesn't mix with answers
    _answer(answers, "started")
    while True:
        try:
            path, file_id, name, url = pickle.load(requests)  # noqa: S301 - of the process that started this one
        except EOFError:
            return
        _end_in(seconds)
        try:
            found = read_file(path, file_id, name, url)
        except MemoryError:
            found = [Skipped(name, "reading it needs too much memory: split or simplify it")]
        except Exception as error:
            found = [Skipped(name, f"the reader broke on it ({type(error).__name__}): save it anew or leave it out")]
        _end_in(0)
        _answer(answers, found)


def _end_in(seconds: float) -> None:
    """Have the system end this process then, whatever it does; 0 for never."""
    if os.name == "posix":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _answer(answers: Any, found: object) -> None:
    pickle.dump(found, answers)
    answers.flush()


if __name__ == "__main__":
    main()
