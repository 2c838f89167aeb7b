"""Bounds on files that converters open, and the extra that brings the converters."""

from __future__ import annotations

import zipfile
from pathlib import Path

from qa.errors import ReadError

LARGEST = 100_000_000  # bytes of a PDF, office file, table or export; with pictures, a guide is some millions
LARGEST_XML = 50_000_000  # bytes of an office file's XML once unpacked, which converters hold in memory
_MOST_PARTS = 10_000
_OLE = b"\xd0\xcf\x11\xe0"  # the container of encrypted office files, and of those before 2007


def require_size(path: Path, largest: int = LARGEST) -> None:
    """Raises ReadError when a file can't be opened or is larger than ``largest`` bytes."""
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise ReadError(f"it can't be opened ({error.strerror or error})") from error
    if size > largest:
        raise ReadError(f"it is larger than {largest // 1_000_000} MB: split it into guides")


def require_package(path: Path, part: str) -> None:
    """Check an office file before a converter reads it; ``part`` is one that it must hold.

    Raises ReadError when it isn't the zip package that its name says, is
    encrypted, or would unpack to more XML than a guide has: sizes are those
    that the package declares, beyond which its parts can't be read.
    """
    require_size(path)
    kind = path.suffix.lstrip(".").upper()
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        with path.open("rb") as file:
            if file.read(4) == _OLE:
                raise ReadError(f"it has a password, or an older format: save it as {kind} without one") from error
        raise ReadError(f"it is broken or isn't a {kind} file: save it again") from error
    if part not in {p.filename for p in parts}:
        raise ReadError(f"it isn't a {kind} file, having no {part}: save it again")
    if any(p.flag_bits & 1 for p in parts):
        raise ReadError("it is encrypted: save it without a password")
    xml = sum(p.file_size for p in parts if p.filename.lower().endswith((".xml", ".rels", ".vml")))
    if xml > LARGEST_XML or len(parts) > _MOST_PARTS:
        raise ReadError(f"it would unpack to more than {LARGEST_XML // 1_000_000} MB of text: split it into guides")


def missing_extra(kind: str) -> ReadError:
    """The error for a kind of file whose converter isn't installed."""
    return ReadError(f"{kind} files need the extra `files`: type pip install 'careers-qa[files]' and build again")
