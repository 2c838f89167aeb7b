"""Links to a sentence on an outside page."""

from __future__ import annotations

from urllib.parse import quote as quote_url

# A long quote is named by its first and last words: its middle may hold
# mark-up on the page that it doesn't hold here.
_LONGEST, _ENDS = 8, 4


def text_fragment(url: str, quote: str) -> str:
    """The address with a text directive (WICG, "URL Fragment Text Directives"),
    at which a browser shows and marks the quote; without one for no quote."""
    # A directive doesn't match across blocks of the page, so the first line is named.
    words = quote.strip().split("\n")[0].split()
    if not url or not words:
        return url
    ends = [words] if len(words) <= _LONGEST else [words[:_ENDS], words[-_ENDS:]]
    directive = ",".join(_escaped(" ".join(part)) for part in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={directive}"


def _escaped(text: str) -> str:
    # A dash has a meaning of its own in a directive.
    return quote_url(text, safe="").replace("-", "%2D")
