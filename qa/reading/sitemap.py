"""Sitemaps beside saved pages: which address each file was saved from.

The format is that of sitemaps.org, version 0.9. Savers name files after the
path of the address, with or without the host before it, and with an ending
or "index" added, so a file is of the address whose path ends as the file's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, unquote, urlsplit
from xml.etree import ElementTree

from qa.errors import ReadError
from qa.reading.files import text_of

_NAME = re.compile(r"sitemap[\w.-]*\.xml", re.IGNORECASE)
_LARGEST = 60_000_000  # bytes; the format allows 50 MiB
_INDEX = "index"


def is_sitemap(path: Path) -> bool:
    """Whether a file is a sitemap by its name."""
    return _NAME.fullmatch(path.name) is not None


class Sitemap:
    """The addresses of the files below a folder, by the sitemaps in it.

    A sitemap holds for its own folder and those below.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self.problems: list[tuple[Path, str]] = []
        self._folders: dict[Path, dict[tuple[str, ...], set[str]]] = {}
        for path in files:
            try:
                addresses = _addresses(path)
            except ReadError as error:
                self.problems.append((path, str(error)))
                continue
            ends = self._folders.setdefault(path.parent, defaultdict(set))
            for address in addresses:
                try:
                    parts = _parts(urlsplit(address))
                except ValueError:  # a host that can't be one, as in http://[
                    continue
                for n in range(max(len(parts), 2)):  # the last of a bare host is ()
                    ends[parts[n:]].add(address)

    def url(self, path: Path) -> str:
        """The address of a saved file, or "" where none or more than one fits."""
        for folder in path.parents:
            ends = self._folders.get(folder)
            if ends is None:
                continue
            name = PurePosixPath(path.relative_to(folder).as_posix())
            found = ends.get(_bare(name.parts)) or ends.get(_bare((*name.parts[:-1], name.stem)))
            if found and len(found) == 1:
                return next(iter(found))
        return ""


def _addresses(path: Path) -> list[str]:
    """The pages that a sitemap lists. Raises ReadError when it isn't one."""
    text = text_of(path, _LARGEST)
    try:
        if "<!DOCTYPE" in text:
            raise ReadError("it isn't a sitemap, having a DOCTYPE: save it again")
        root = ElementTree.fromstring(text)  # noqa: S314 (entities need a DOCTYPE, which is refused)
    except (ElementTree.ParseError, ValueError) as error:
        raise ReadError(f"it isn't XML ({error}): save the sitemap again") from error
    kind = root.tag.rpartition("}")[2]
    if kind == "sitemapindex":
        return []  # those that it names are read where they lie
    if kind != "urlset":
        raise ReadError("it isn't a sitemap, having no urlset: save it again")
    texts = [(e.text or "").strip() for e in root.findall("{*}url/{*}loc")]
    return [t for t in texts if t.startswith(("http://", "https://"))]


def _parts(address: SplitResult) -> tuple[str, ...]:
    return _bare((address.netloc, *(p for p in unquote(address.path).split("/") if p)))


def _bare(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of a path without the last one's ending, and without "index"."""
    if not parts:
        return parts
    last = re.sub(r"\.(x?html?|php|aspx?|pdf|docx|md|txt)$", "", parts[-1], flags=re.IGNORECASE)
    return parts[:-1] if last.casefold() == _INDEX else (*parts[:-1], last)
