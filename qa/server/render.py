"""Answers as Markdown for the chat; all text from guides is escaped."""

from __future__ import annotations

import re
from html import unescape

from qa.server.links import text_fragment
from qa.server.source import source_path
from qa.types import Answer, Citation, Related

NOT_COVERED = "The guides don't cover this question."
NO_PASSAGES = "The passages that an answer is drawn from are shown here."
_PUNCTUATION = re.compile(r"[!-/:-@[-`{-~]")


def answer_markdown(answer: Answer, root_path: str = "") -> str:
    """An answer: quotes, each with a link to its place."""
    if not answer.answered:
        lines = [f"**{NOT_COVERED}**"]
        if answer.related:
            lines += ["", "The nearest sections are:", "", *_related(answer, root_path)]
        return "\n".join(lines)
    parts = []
    for citation in answer.citations:
        quoted = "<br>".join(entities(line) for line in citation.quote.split("\n") if line.strip())
        link = f"{root_path}/{_source(citation)}"
        parts.append(f"“{quoted}” [\\[{citation.number}\\] {entities(citation.document_title)}]({link})")
    return "\n\n".join(parts)


def passages_markdown(answer: Answer, root_path: str = "") -> str:
    """The passages with the quotes marked, and the sections near them."""
    parts = []
    for citation in answer.citations:
        url = _safe(text_fragment(citation.url, citation.quote))
        outside = f" · [original page]({url})" if url else ""
        parts.append(
            f"### [{citation.number}] {entities(_place(citation))}\n\n"
            f"<blockquote>{_marked_passage(citation)}</blockquote>\n\n"
            f"[open the guide here]({root_path}/{_source(citation)}){outside}"
        )
    if answer.related:
        parts.append("\n".join(["### Related sections", "", *_related(answer, root_path)]))
    return "\n\n".join(parts) or NO_PASSAGES


def entities(text: str) -> str:
    """Text whose punctuation is written as entities: never mark-up of any kind."""
    return _PUNCTUATION.sub(lambda found: f"&#{ord(found[0])};", text).replace("\n", "<br>")


def decoded(text: str) -> str:
    """What entities() was given."""
    return unescape(text.replace("<br>", "\n"))


def _related(answer: Answer, root_path: str) -> list[str]:
    return [f"- [{entities(_place(r))}]({root_path}/{source_path(r.document_id, r.anchor)})" for r in answer.related]


def _source(citation: Citation) -> str:
    return source_path(citation.document_id, citation.anchor, citation.start, citation.end)


def _marked_passage(citation: Citation) -> str:
    # The quote stands in the passage, or elsewhere in the section and is shown before it.
    before, found, after = citation.passage.partition(citation.quote)
    if not found:
        return f"<mark>{entities(citation.quote)}</mark>\n…\n{entities(citation.passage)}"
    return f"{entities(before)}<mark>{entities(found)}</mark>{entities(after)}"


def _place(entry: Citation | Related) -> str:
    page = f", page {entry.page}" if isinstance(entry, Citation) and entry.page else ""
    return " › ".join([entry.document_title, *entry.headings]) + page


def _safe(url: str) -> str:
    """A web address fit for a Markdown link, or "" for any other."""
    if not url.startswith(("https://", "http://")) or re.search(r"[\s<>\"'()\\]", url):
        return ""
    return url
