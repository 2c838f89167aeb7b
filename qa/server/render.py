"""Answers as Markdown for the chat; all text from guides is escaped.

What isn't a guide's own text stands in spans with a class, so that the page
can set it apart from the quotes.
"""

from __future__ import annotations

import re
from html import unescape

from qa.server.links import text_fragment
from qa.server.source import source_path
from qa.types import Answer, Cell, Citation, Comparison, Related

NOT_COVERED = "The guides don't cover this question."
NO_PASSAGES = "The passages that an answer is drawn from are shown here."
_PUNCTUATION = re.compile(r"[!-/:-@[-`{-~]")

# The calibrated confidence in words: a number would be read as a percentage
# of being right. The widget has the same bounds.
_BANDS = ((0.9, "Clear match"), (0.7, "Likely match"), (0.0, "Loose match: check the guide"))


def band(confidence: float) -> str:
    """A confidence, 0 to 1, in words."""
    return next(words for least, words in _BANDS if confidence >= least)


def answer_markdown(answer: Answer, root_path: str = "", within: str = "") -> str:
    """An answer: what it was understood to be about, then quotes, each with
    its lead before it and a link to its place, or a table of them. ``within``
    is the id of the guide that alone was asked."""
    parts = [_small("about", f"about: {answer.understood.about}")] if answer.understood else []
    if not answer.answered:
        parts.append(f"**{_not_covered(answer, within)}**")
        if answer.related:
            parts += ["The nearest sections are:", "\n".join(_related(answer, root_path))]
    elif answer.comparison:
        parts.append(_table(answer.comparison, answer.citations, root_path))
    elif answer.citations:
        parts += [_cited(citation, root_path) for citation in answer.citations]
        parts.append(_small("band", band(answer.confidence)))
    else:
        parts.append(entities(answer.answer))
    return "\n\n".join(parts)


def passages_markdown(answer: Answer, root_path: str = "") -> str:
    """The passages with the quotes marked, and the sections near them."""
    parts = []
    for citation in answer.citations:
        # The page that a guide is drawn from may say it in other words.
        drawn = bool(citation.source_url)
        url = _safe(citation.source_url or text_fragment(citation.url, citation.quote))
        outside = f" · [{'source' if drawn else 'original page'}]({url})" if url else ""
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


def _not_covered(answer: Answer, within: str) -> str:
    title = next((r.document_title for r in answer.related), within)  # they are all of that guide
    return f"The guide {entities(title)} doesn't cover this question." if within else NOT_COVERED


def _cited(citation: Citation, root_path: str) -> str:
    """Lead, quote, link, and how fresh its figures are, each on a line."""
    link = f"{root_path}/{_source(citation)}"
    lines = [_small("lead", citation.lead)] if citation.lead else []
    lines.append(f"{_quoted(citation.quote)} [\\[{citation.number}\\] {entities(citation.document_title)}]({link})")
    return "<br>".join([*lines, *_fresh(citation)])


def _quoted(text: str) -> str:
    return f"“{'<br>'.join(entities(line) for line in text.split(chr(10)) if line.strip())}”"


def _fresh(citation: Citation) -> list[str]:
    """Date, region and currency of the figures, and the note on an old review."""
    lines = [_small("figures", f"Figures: {citation.figures}")] if citation.figures else []
    return [*lines, _small("note", citation.note)] if citation.note else lines


def _table(comparison: Comparison, citations: tuple[Citation, ...], root_path: str) -> str:
    """A column for each career, and for each matter a line that names it above
    its cells. Every cell names its career again, for narrow screens, where the
    cells stand one below the other."""
    numbered = {c.number: c for c in citations}
    titles = [entities(career.title) for career in comparison.careers]
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    rows = []
    for row in comparison.rows:
        rows.append(f'<tr><th colspan="{len(titles)}" class="matter">{entities(row.matter)}</th></tr>')
        cells = zip(titles, row.cells, strict=True)
        said = (f'<td><span class="career">{t}</span>{_said(c, numbered, root_path)}</td>' for t, c in cells)
        rows.append(f"<tr>{''.join(said)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _said(cell: Cell, numbered: dict[int, Citation], root_path: str) -> str:
    """What a guide says of a matter, with its citation, or that it doesn't."""
    citation = numbered.get(cell.citation or 0)
    if citation is None:
        return _small("absent", cell.text)
    link = f'<a href="{root_path}/{_source(citation)}">[{citation.number}]</a>'
    lead = [_small("lead", citation.lead)] if citation.lead else []
    return "<br>".join([*lead, f"{_quoted(cell.text)} {link}", *_fresh(citation)])


def _small(kind: str, text: str) -> str:
    return f'<span class="{kind}">{entities(text)}</span>'


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
