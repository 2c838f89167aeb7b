"""Put on PYTHONPATH, refuses and records every connection that leaves the machine.

It works in each Python process that is started, children included.
"""

import os
import sys
from typing import Any

_HERE = ("127.", "::1", "localhost", "0.0.0.0")


def _outside(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return host is not None and host != "" and not str(host).startswith(_HERE)


def _guard(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None  # a path: a socket of this machine
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return
    if _outside(host):
        with open(os.environ["GUARD_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123
            log.write(f"{event} {host}\n")
        raise OSError(f"refused: {event} {host}")


if "GUARD_LOG" in os.environ:
    sys.addaudithook(_guard)
