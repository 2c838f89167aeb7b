"""Which files of a folder are read, and how one is opened: bounded, and never one outside it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from qa.errors import ReadError

LARGEST_FILE = 20_000_000  # bytes; a guide is some ten thousand


def is_whole(text: str) -> bool:
    """Whether a text has whole characters alone: an escape in JSON can name half of one, which can't be written."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def refusal(path: Path, folder: Path) -> str:
    """Why a path below a folder isn't read, whatever its name; "" where it may be.

    A link is followed to a file inside the folder only, so that a corpus
    can't publish files of the machine that builds its index.
    """
    try:
        if path.is_symlink():
            if not path.resolve().is_relative_to(folder.resolve()):
                return "it is a link out of the corpus: copy the file into it"
            if path.is_dir():
                return "it is a link to a folder: copy the folder"
        mode = path.stat().st_mode
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        return f"it can't be opened ({getattr(error, 'strerror', None) or error})"
    return "" if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "it is a device, a pipe or a socket, not a file"


def read_bytes(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """A file's bytes. Raises ReadError when it can't be opened, isn't a plain file, or is too large.

    What was opened is what is checked, and never more than ``largest`` bytes
    are read, even of a file that grows.
    """
    try:
        # A pipe would keep an ordinary open() waiting.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ReadError("it is a device, a pipe or a socket, not a file")
            data = file.read(largest + 1)
    except OSError as error:
        raise ReadError(f"it can't be opened ({error.strerror or error})") from error
    except ValueError as error:
        raise ReadError("it can't be opened (its name has a zero byte)") from error
    if len(data) > largest:
        raise ReadError(f"it is larger than {largest // 1_000_000} MB: split it into guides")
    return data


def text_of(path: Path, largest: int = LARGEST_FILE) -> str:
    """A file's text with plain line ends. Raises ReadError as ``read_bytes``, and when the file isn't text."""
    data = read_bytes(path, largest)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ReadError("it is UTF-16: save it as UTF-8") from error
        if b"\0" in data:
            raise ReadError("it is a binary file, not text") from error
        raise ReadError(f"it isn't UTF-8 (byte {error.start + 1}): save it as UTF-8") from error
    if "\0" in text:
        raise ReadError("it is a binary file, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")
