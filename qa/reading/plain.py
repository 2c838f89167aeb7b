"""The text of a file that is text."""

from __future__ import annotations

from pathlib import Path

from qa.errors import ReadError
from qa.reading.packages import require_size


def text_of(path: Path, largest: int) -> str:
    """A file's text with plain line ends.

    Raises ReadError when the file can't be opened, is larger than ``largest``
    bytes, or isn't text.
    """
    require_size(path, largest)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"it can't be opened ({error.strerror or error})") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise ReadError("it is a binary file, not text") from error
        raise ReadError(f"it isn't UTF-8 (byte {error.start + 1}): save it as UTF-8") from error
    if "\0" in text:
        raise ReadError("it is a binary file, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")
