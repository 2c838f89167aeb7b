"""Plain text guides, as copied off a page: headings without mark-up, bullets.

What such a text leaves unsaid is read from its layout. A short line alone,
in title case and without a full stop, is a heading. A heading whose
introduction ends in a colon right before another heading is the parent of
those that follow; where such an introduction has no heading, a section
without one begins there. A paragraph of Markdown squeezed into one line is
unfolded (see qa.reading.squeezed), and its heading opens a topic.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qa.reading.blocks import Piece, Reading
from qa.reading.lines import is_hard_wrapped
from qa.reading.markdown import read_markdown
from qa.reading.squeezed import SMALL_WORDS, is_squeezed, split_glued, unfold

_BULLET = re.compile(r"^(\s*)([•◦▪‣·*–-]|\d{1,3}[.)])\s+(?=\S)")
_HEADING_MARKS = re.compile(r"^#{1,6} \S", re.MULTILINE)
_RULE = re.compile(r"^\s*([=\-_*~])\1{2,}\s*$")
_PICTURE = re.compile(r"^logo|\b(image|picture|photo|logo|icon|banner|thumbnail)s?$")
_MOST_HEADING_WORDS = 12
_SENTENCE_END = (".", "!", ";", ",", ":")


def read_text(text: str) -> Reading:
    """Read a plain text file; one with `#` headings is read as Markdown."""
    if _HEADING_MARKS.search(text):
        return read_markdown(text)
    pieces = _pieces(text)
    title = next((p.text for p in pieces if p.kind == "heading"), "")
    return Reading(_unglue(_unfold(_levels(_without_echoes(pieces))), title), title)


def body_pieces(text: str) -> list[Piece]:
    """The paragraphs, list items and rows of a text that holds no headings."""
    return _pieces(text, headings=False)


def _pieces(text: str, headings: bool = True) -> list[Piece]:
    pieces: list[Piece] = []
    chunks = [chunk.split("\n") for chunk in re.split(r"\n[ \t]*\n", text.expandtabs(4)) if chunk.strip()]
    wrapped = is_hard_wrapped([[x.strip() for x in c] for c in chunks if not any(_BULLET.match(x) for x in c)])
    for chunk in chunks:
        lines = [line for line in chunk if line.strip()]
        heading = headings and (len(lines) == 1 or (len(lines) == 2 and _RULE.match(lines[1])))
        if heading and looks_like_heading(lines[0]):
            pieces.append(Piece("heading", lines[0].strip(), 2))
            continue
        run: list[str] = []
        indents: list[int] = []
        for line in lines:
            found = _BULLET.match(line)
            if found and not is_squeezed(line):
                pieces += _paragraphs(run, wrapped)
                run = []
                while indents and indents[-1] > len(found[1]):
                    indents.pop()
                if not indents or indents[-1] < len(found[1]):
                    indents.append(len(found[1]))
                depth = len(indents) - 1
                pieces.append(Piece("item", line[found.end() :].strip(), depth, "  " * depth + found[2] + " "))
            elif indents and not run and line.startswith(" " * (indents[-1] + 2)):
                pieces[-1] = replace(pieces[-1], text=f"{pieces[-1].text} {line.strip()}")
            else:
                run.append(line.strip())
                indents = []
        pieces += _paragraphs(run, wrapped)
    return pieces


def bare(text: str) -> str:
    """The letters and digits of a text alone, to compare it by."""
    return re.sub(r"[\W_]+", "", text).casefold()


def looks_like_heading(line: str) -> bool:
    """Whether a line that stands alone reads as a heading."""
    line = line.strip()
    words = line.split()
    if not words or len(words) > _MOST_HEADING_WORDS or line.endswith(_SENTENCE_END) or _BULLET.match(line):
        return False
    if " | " in line or not line[0].isalnum() or line[0].islower():
        return False
    if not any(c.isalpha() for c in line):
        return False
    telling = [w for w in words if w.strip("(),&/").lower() not in SMALL_WORDS and w[0].isalpha()]
    capital = sum(w[0].isupper() for w in telling)
    # Sentence case ("Career development") is told from prose by its length.
    return capital == len(telling) or len(words) <= 5


def _paragraphs(lines: list[str], wrapped: bool) -> list[Piece]:
    texts = [" ".join(lines)] if wrapped and lines else lines
    return [Piece("row" if " | " in t else "paragraph", t) for t in texts if not _is_leftover(t)]


def _is_leftover(line: str) -> bool:
    """Whether a line is what copying left of a picture or logo ("second image")."""
    return len(line.split()) <= 3 and line[0].islower() and bool(_PICTURE.search(line))


def _without_echoes(pieces: list[Piece]) -> list[Piece]:
    """Drop a heading that the page repeats right below itself."""
    return [
        p
        for n, p in enumerate(pieces)
        if not (n and p.kind == "heading" and pieces[n - 1].kind == "heading" and p.text == pieces[n - 1].text)
    ]


def _levels(pieces: list[Piece]) -> list[Piece]:
    """Give headings their levels: title 1, parents 2, the rest 3."""
    leveled: list[Piece] = []
    parents = False
    first = True
    for n, piece in enumerate(pieces):
        after = pieces[n + 1] if n + 1 < len(pieces) else None
        if piece.kind == "heading":
            if (after and is_squeezed(after.text)) or first:
                level = 1
            elif _introduces(pieces, n):
                level, parents = 2, True
            else:
                level = 3 if parents else 2
            first = False
            leveled.append(replace(piece, level=level))
        elif (
            piece.kind == "paragraph"
            and piece.text.endswith(":")
            and after is not None
            and after.kind == "heading"
            and n > 0
            and pieces[n - 1].kind in ("item", "row")
        ):
            parents = True
            leveled.append(replace(piece, untitled=True))
        else:
            leveled.append(piece)
    return leveled


def _introduces(pieces: list[Piece], n: int) -> bool:
    """Whether the heading at n stands over the headings that follow it."""
    body = []
    for piece in pieces[n + 1 :]:
        if piece.kind == "heading":
            break
        body.append(piece)
    else:
        return False
    if not body:
        return True
    return len(body) <= 2 and body[-1].kind == "paragraph" and body[-1].text.endswith(":")


def _unfold(pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for piece in pieces:
        if piece.kind == "paragraph" and is_squeezed(piece.text):
            topic = next((p.text for p in reversed(out) if p.kind == "heading"), "")
            out += unfold(piece.text, topic)
        else:
            out.append(piece)
    return out


def _unglue(pieces: list[Piece], title: str) -> list[Piece]:
    """Part a list's last item from a closing paragraph glued to its end."""
    out: list[Piece] = []
    for n, piece in enumerate(pieces):
        last = n + 1 == len(pieces) or pieces[n + 1].kind != "item"
        # Only where the list's items have no full stop of their own.
        bare = n > 0 and pieces[n - 1].kind == "item" and not pieces[n - 1].text.endswith(".")
        if piece.kind == "item" and last and bare and piece.text.endswith("."):
            item, rest = split_glued(piece.text, title)
            out.append(replace(piece, text=item))
            if rest:
                out.append(Piece("paragraph", rest))
        else:
            out.append(piece)
    return out
