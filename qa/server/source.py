"""The source page: a guide as it was read, the quoted sentence marked."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from urllib.parse import quote as quote_url

from qa.types import Block, Document

STYLE = """
:root { color-scheme: light dark; --text: #1c2430; --soft: #4c5868; --ground: #fff; --line: #d5dbe3;
  --link: #1a4fa3; --mark: #ffe58f; --mark-text: #1c2430; }
@media (prefers-color-scheme: dark) { :root { --text: #e8ecf2; --soft: #aab5c4; --ground: #12161d;
  --line: #343d4a; --link: #9cc1ff; --mark: #6b5200; --mark-text: #fff8e0; } }
body { margin: 0 auto; max-width: 46rem; padding: 1rem 1.25rem 6rem; font: 1.05rem/1.6 system-ui, sans-serif;
  color: var(--text); background: var(--ground); overflow-wrap: break-word; }
a { color: var(--link); } mark { background: var(--mark); color: var(--mark-text); padding: .1em 0; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; scroll-margin-top: 1rem; } header { color: var(--soft); }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .4rem; white-space: pre-wrap; }
table { border-collapse: collapse; margin: 1rem 0; } td, th { border: 1px solid var(--line); padding: .3rem .6rem;
  text-align: left; vertical-align: top; } .item { margin: .3rem 0; } :target { outline: 2px solid var(--link);
  outline-offset: .3rem; }
.d0 { margin-left: 1rem; } .d1 { margin-left: 2.5rem; } .d2 { margin-left: 4rem; } .d3 { margin-left: 5.5rem; }
"""
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
# The page has no script, and this one style.
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def source_path(document_id: str, anchor: str, start: int | None = None, end: int | None = None) -> str:
    """The address of a section on the source page, with a quote to mark."""
    marked = f"?mark={start}-{end}" if start is not None and end is not None else ""
    return f"source/{quote_url(document_id)}{marked}#{quote_url(anchor)}"


def source_page(document: Document, mark: tuple[int, int] | None = None, root_path: str = "") -> str:
    """The page of a guide as HTML; ``mark`` is a (start, end) in its text.

    Everything from the guide is escaped, so its mark-up shows as text.
    """
    body = "\n".join(_blocks(document, mark))
    return page(document.title, f"<header>{_header(document, root_path)}</header>\n<main>\n{body}\n</main>")


def page(title: str, body: str) -> str:
    """A page of the application's own that needs no script, under POLICY; ``body`` is HTML."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def home_link(root_path: str) -> str:
    """The way back to the chat, as HTML."""
    return f'<a href="{escape(root_path, quote=True)}/">Ask the guides</a>'


def _header(document: Document, root_path: str) -> str:
    parts = [home_link(root_path), f"Guide: {escape(document.title)}"]
    known = document.metadata
    if "source" in known:
        parts.append(f"Source: {escape(known['source'])}")
    if (address := document.url or document.source_url).startswith(("https://", "http://")):
        url = escape(address, quote=True)
        parts.append(f'<a href="{url}" rel="noopener noreferrer">{url}</a>')
    for key, name in (("figures_date", "Figures of"), ("region", "Region"), ("reviewed", "Reviewed")):
        if key in known:
            parts.append(f"{name}: {escape(known[key])}")
    return f"<p>{' · '.join(parts)}</p>"


def _blocks(document: Document, mark: tuple[int, int] | None) -> Iterator[str]:
    own_heading = {b.anchor for b in document.blocks if b.anchor}
    # Text before any heading is a section too; its anchor is put before it.
    openings = {s.start: s.anchor for s in document.sections if s.anchor not in own_heading}
    before: Block | None = None
    for block in document.blocks:
        if block.kind != "row" and before is not None and before.kind == "row":
            yield "</tbody></table>"
        place = block.start - len(block.marker)
        if place in openings:
            yield f'<span id="{escape(openings[place], quote=True)}"></span>'
        if block.kind == "row" and (before is None or before.kind != "row"):
            yield "<table><tbody>"
        yield _block(document, block, mark)
        before = block
    if before is not None and before.kind == "row":
        yield "</tbody></table>"


def _block(document: Document, block: Block, mark: tuple[int, int] | None) -> str:
    anchor = f' id="{escape(block.anchor, quote=True)}"' if block.anchor else ""
    if block.kind == "row":
        return _row(document, block, mark)
    inner = marked(document.text, block.start, block.end, mark)
    if block.kind == "heading":
        return f"<h{block.level}{anchor}>{inner}</h{block.level}>"
    if block.kind == "item":
        sign = "•" if block.marker.strip() in ("-", "*", "+") else block.marker.strip()
        return f'<p class="item d{min(block.level, 3)}">{escape(sign)} {inner}</p>'
    if block.kind == "code":
        return f"<pre><code>{inner}</code></pre>"
    return f"<p{anchor}>{inner}</p>"


def _row(document: Document, block: Block, mark: tuple[int, int] | None) -> str:
    tag = "th" if block.header else "td"
    cells, place = [], block.start
    for cell in document.text[block.start : block.end].split(" | "):
        cells.append(f"<{tag}>{marked(document.text, place, place + len(cell), mark)}</{tag}>")
        place += len(cell) + len(" | ")
    return f"<tr>{''.join(cells)}</tr>"


def marked(text: str, start: int, end: int, mark: tuple[int, int] | None) -> str:
    """``text[start:end]`` escaped, its part inside ``mark`` in a mark element."""
    if mark is None or mark[1] <= start or mark[0] >= end:
        return escape(text[start:end])
    first, last = max(start, mark[0]), min(end, mark[1])
    return f"{escape(text[start:first])}<mark>{escape(text[first:last])}</mark>{escape(text[last:end])}"
