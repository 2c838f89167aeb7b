"""Scripts and styles of the package."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files


@cache
def static(name: str) -> bytes:
    """A file of the folder static, as it is sent."""
    return (files("qa.server") / "static" / name).read_bytes()


def version_of(script: bytes) -> str:
    """A short name of a script's present text, for addresses that never change."""
    return sha256(script).hexdigest()[:12]
