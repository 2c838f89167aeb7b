"""Word files, turned by mammoth into the HTML of their styles, which is then read as a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from qa.errors import ReadError
from qa.reading.blocks import Reading
from qa.reading.html import read_html
from qa.reading.levels import titled
from qa.reading.packages import missing_extra, require_package
from qa.reading.tables import with_headers

# Styles of headings by the names that Word keeps whatever its language.
_STYLES = "\n".join(
    ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"]
    + [f"p[style-name='heading {n}'] => h{min(n + 1, 6)}:fresh" for n in range(1, 10)]
    + [f"p[style-name='Heading {n}'] => h{min(n + 1, 6)}:fresh" for n in range(1, 10)]
)
# Signs of notes, which would stand in the middle of sentences.
_NOTE = re.compile(
    r'<sup><a [^>]*id="(?:foot|end)note-ref-[^>]*>.*?</a></sup>|<a href="#(?:foot|end)note-ref[^>]*>↑</a>'
)


def read_docx(path: Path) -> Iterator[Reading]:
    """Read a Word file: headings by style, lists, tables; notes at the end; no pictures.

    Raises ReadError when it isn't one, is too large, or mammoth is missing.
    """
    require_package(path, "word/document.xml")
    try:
        import mammoth
    except ImportError as error:
        raise missing_extra("DOCX") from error
    try:
        with path.open("rb") as file:
            page = mammoth.convert_to_html(
                file, style_map=_STYLES, convert_image=mammoth.images.img_element(lambda image: {})
            ).value
    except Exception as error:  # a converter of broken files raises errors of many kinds
        raise ReadError(f"it can't be converted ({type(error).__name__}): open it in Word and save it again") from error
    pieces = with_headers(read_html(_NOTE.sub("", page)).pieces)
    pieces, title = titled(pieces, "", path)
    yield Reading(pieces, title)
