"""Markdown that was squeezed into one line when a page was copied.

Line breaks are put back where the mark-up shows that they were: before
`###` headings, list items and running numbers, and where a sentence opens
without the one before it having closed.
"""

from __future__ import annotations

import re

from qa.reading.blocks import Piece
from qa.reading.markdown import read_markdown

_LEAST_LENGTH = 200
_HEADING = re.compile(r"\s*(?<!\S)#{2,6} (?=\S)")
_DASH = re.compile(r" - (?=\*\*|[A-Z])")
_FENCE = re.compile(r"\s*```(\w*) (.*?) ?```\s*", re.DOTALL)
_NUMBER = re.compile(r"(?<!\S)(\d{1,2})\. (?=\*\*|[A-Z])")
_GLUE = re.compile(r"(?<=[a-z)\]]) (?=[A-Z][a-z]*\b)")
_BOLD_LEAD = re.compile(r"\*\*(.+?)\*\*")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?]) (?=[A-Z])")

# Words that open a sentence but, inside one or in a title, are lower case.
_OPENERS = frozenset(
    "A After All Although An As At Because Before Both But By Each Every For From Here How However If In It "
    "Its Many Most No On Once One Our Over Some Such That The Their Then There These They This Those Through "
    "To Typically Under Usually When Whether Which While With Within Without You Your".split()
)
SMALL_WORDS = frozenset("a an and as at by for from in of on or the to vs via with".split())
_LEAST_PARAGRAPH = 6  # words that a glued closing paragraph has at least


def is_squeezed(text: str) -> bool:
    """Whether a paragraph is Markdown that has lost its line breaks."""
    if len(text) < _LEAST_LENGTH or "\n" in text:
        return False
    return bool(_HEADING.search(text)) or len(_DASH.findall(text)) >= 3 or len(_running_numbers(text)) >= 3


def unfold(text: str, topic: str) -> list[Piece]:
    """Give the pieces of a squeezed line that stands under heading ``topic``."""
    fences: list[str] = []

    def keep(found: re.Match[str]) -> str:
        fences.append(f"\n\n```{found[1]}\n{found[2]}\n```\n\n")
        return f" \0{len(fences) - 1}\0 "

    text = _FENCE.sub(keep, text)
    parts = _HEADING.split(text)
    markdown = [_body(parts[0], topic)]
    for part in parts[1:]:
        heading, rest = _part_heading(part, topic)
        markdown += [f"### {heading}", _body(rest, topic)]
    joined = "\n\n".join(m for m in markdown if m.strip())
    joined = re.sub(r"\0(\d+)\0", lambda m: fences[int(m[1])], joined)
    return read_markdown(joined).pieces


def _running_numbers(text: str) -> list[re.Match[str]]:
    """The places of "1. ", "2. ", "3. " ... as far as they count up."""
    found: list[re.Match[str]] = []
    for match in _NUMBER.finditer(text):
        if int(match[1]) == len(found) + 1:
            found.append(match)
    return found if len(found) > 1 else []


def _body(text: str, topic: str) -> str:
    numbers = _running_numbers(text)
    if not numbers:
        return _bullets(text, topic, "")
    out = [_bullets(text[: numbers[0].start()], topic, "")]
    for n, number in enumerate(numbers):
        end = numbers[n + 1].start() if n + 1 < len(numbers) else len(text)
        item = _bullets(text[number.end() : end], topic, "   ")
        first, gap, rest = item.partition("\n")
        if n + 1 == len(numbers) and not gap:
            first, closing = _part_closing(first)
            rest = f"\n{closing}" if closing else ""
            gap = "\n" if closing else ""
        out.append(f"{n + 1}. {first}{gap}{rest}")
    return "\n".join(out)


def _bullets(text: str, topic: str, indent: str) -> str:
    """Break " - Item" runs into list lines, and lead-ins into paragraphs."""
    parts = _DASH.split(text.strip())
    if len(parts) == 1:
        return parts[0]
    lead, out = parts[0].strip(), []
    if lead:
        sentences = _SENTENCE_BREAK.split(lead)
        if indent and len(sentences) > 1 and sentences[-1].endswith(":"):
            out += [" ".join(sentences[:-1]), "", sentences[-1], ""]
            indent = ""
        else:
            out += [lead] if indent else [lead, ""]
    for n, part in enumerate((p.strip() for p in parts[1:]), 2):
        item, rest = part, ""
        if n == len(parts) or part.endswith(":"):
            item, rest = split_glued(part, topic)
            if not rest:
                item, rest = _part_closing(part)
        out.append(f"{indent}- {item}")
        if rest:
            out += ["", rest, ""]
            indent = ""
    return "\n".join(out)


def _part_closing(item: str) -> tuple[str, str]:
    """Part a "Name: sentence." item from the sentences that follow it."""
    sentences = _SENTENCE_BREAK.split(item)
    if len(sentences) < 2 or not (_BOLD_LEAD.match(item) or ":" in sentences[0]):
        return item, ""
    return sentences[0], " ".join(sentences[1:])


def _part_heading(text: str, topic: str) -> tuple[str, str]:
    """Part a heading from the text that its line break no longer parts.

    A heading is in title case; the text begins at a word that would be
    lower case in a title, at the topic's own name, or at the last capital
    before the first lower-case word.
    """
    dash = _DASH.search(text)
    head = text[: dash.start()] if dash else text
    words = head.split(" ")
    names = {w for w in topic.replace("/", " ").split() if w[:1].isupper()}
    last_capital = 1
    for n, word in enumerate(words):
        bare = word.strip(",.;:()")
        if not bare or bare == "\0":
            continue
        starts = bare in _OPENERS or word.endswith(",") or bare.split("/")[0] in names
        if n > 0 and bare[0].isupper() and starts:
            return " ".join(words[:n]), text[len(" ".join(words[:n])) + 1 :]
        if bare[0].islower() and bare not in SMALL_WORDS:
            return " ".join(words[:last_capital]), text[len(" ".join(words[:last_capital])) + 1 :]
        if bare[0].isupper() and n > 0:
            last_capital = n
    return head, text[len(head) :]


def split_glued(text: str, topic: str) -> tuple[str, str]:
    """Part an item from a sentence glued to it without a full stop.

    Gives the item and the rest, which is empty where nothing is glued on.
    The place is the first capital that opens a sentence: a word that is
    never capital within one, the topic's name, or a participle.
    """
    first_stop = re.search(r"[.!?:](?:\s|$)", text)
    if not first_stop:
        return text, ""
    name = topic.split(maxsplit=1)[0] if topic else ""
    for found in _GLUE.finditer(text, 0, first_stop.end()):
        rest = text[found.end() :]
        word = rest.split()[0].strip(",.")
        telling = word in _OPENERS or word == name or (word.endswith("ing") and len(word) > 5)
        if telling and (len(rest.split()) >= _LEAST_PARAGRAPH or rest.endswith(":")):
            return text[: found.start()], rest
    sentences = _SENTENCE_BREAK.split(text)
    if len(sentences) > 1 and sentences[-1].split()[0] in _OPENERS | {name}:
        return " ".join(sentences[:-1]), sentences[-1]
    return text, ""
