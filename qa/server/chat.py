"""The Gradio chat, mounted in the web application."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import gradio as gr
from fastapi import FastAPI

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import QAError
from qa.server.source import source_path
from qa.types import Answer, Citation, Related

Message = dict[str, Any]

NOT_COVERED = "The guides don't cover this question."
_NO_PASSAGES = "The passages that an answer is drawn from are shown here."
_PUNCTUATION = re.compile(r"[!-/:-@[-`{-~]")

_CSS = """
footer { display: none !important; }
.passages { border-left: 1px solid var(--border-color-primary); padding-left: 1rem; }
.passages mark { background: #ffe58f; color: #1c2430; padding: 0.1em 0; }
.dark .passages mark { background: #6b5200; color: #fff8e0; }
.passages blockquote { font-style: normal; margin: 0.4rem 0 0.8rem; white-space: pre-line; }
@media (max-width: 640px) { .passages { border-left: 0; padding-left: 0; } }
"""


def mount_chat(app: FastAPI, assistant: Assistant, settings: Settings) -> FastAPI:
    """Mount the chat at /; what was routed before keeps its place."""
    blocks = build_chat(assistant, settings)
    # Gradio's own checks on paths apply to launched apps only.
    blocks.has_launched = True
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=gr.themes.Default(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        css=_CSS,
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
    )
    return mounted


def build_chat(assistant: Assistant, settings: Settings) -> gr.Blocks:
    """The page: heading, starter questions, conversation, and passages beside it."""
    guides = len(assistant.library.ids)
    starters = assistant.starters()

    def respond(message: str, history: list[Message]) -> tuple[str, list[Message], str]:
        return "", *reply(assistant, message, history)

    def choose(question: str) -> Any:
        def respond_to_starter(history: list[Message]) -> tuple[str, list[Message], str]:
            return "", *reply(assistant, question, history)

        return respond_to_starter

    blocks = gr.Blocks(title=settings.title, analytics_enabled=False, fill_width=True)
    with blocks:
        promise = f"Answers in the guides' own words, with their sources. Guides: {guides}."
        gr.Markdown(f"# {entities(settings.title)}\n\n{promise}")
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                chat = gr.Chatbot(
                    label="Conversation",
                    height="58vh",
                    buttons=["copy"],
                    latex_delimiters=[],
                    allow_tags=False,
                    feedback_options=None,
                    allow_file_downloads=False,
                    render_markdown=True,
                )
                box = gr.Textbox(
                    label="Your question",
                    placeholder="Ask about a career: pay, skills, training, outlook ...",
                    max_length=settings.max_question,
                    submit_btn="Ask",
                    autofocus=True,
                    lines=1,
                    max_lines=4,
                )
                if starters:
                    gr.Markdown("Questions to start with:")
                buttons = [gr.Button(question, size="sm") for question in starters]
            with gr.Column(scale=2, min_width=300):
                gr.Markdown("## Passages")
                passages = gr.Markdown(_NO_PASSAGES, elem_classes="passages", latex_delimiters=[])
        gr.on(
            [box.submit], respond, [box, chat], [box, chat, passages], api_visibility="private", show_progress="minimal"
        )
        for button, question in zip(buttons, starters, strict=True):
            button.click(
                choose(question), [chat], [box, chat, passages], api_visibility="private", show_progress="minimal"
            )
    blocks.queue(max_size=32)
    return blocks


def reply(assistant: Assistant, message: str, history: list[Message]) -> tuple[list[Message], str]:
    """The conversation with the question and its answer, and the passages.

    Nothing that the browser sends is trusted: lengths are checked by the
    assistant, and of the history only the texts of questions are used.
    """
    history = list(history or [])
    earlier = [text for m in history if m.get("role") == "user" and (text := message_text(m))]
    try:
        answer = assistant.ask(message, earlier)
    except QAError as error:
        shown, passages = entities(str(error)), _NO_PASSAGES
    else:
        shown, passages = answer_markdown(answer), passages_markdown(answer)
    asked: Message = {"role": "user", "content": entities(message[: assistant.settings.max_question])}
    return [*history, asked, {"role": "assistant", "content": shown}], passages


def message_text(message: Message) -> str:
    """The text of a chat message, whichever of Gradio's forms it has."""
    content = message.get("content")
    if isinstance(content, list):
        content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return _decoded(content) if isinstance(content, str) else ""


def answer_markdown(answer: Answer) -> str:
    """An answer as Markdown: quotes, each with a link to its place."""
    if not answer.answered:
        lines = [f"**{NOT_COVERED}**"]
        if answer.related:
            lines += ["", "The nearest sections are:", ""]
            lines += [f"- [{entities(_place(r))}](/{source_path(r.document_id, r.anchor)})" for r in answer.related]
        return "\n".join(lines)
    parts = []
    for citation in answer.citations:
        quoted = "<br>".join(entities(line) for line in citation.quote.split("\n") if line.strip())
        link = f"/{source_path(citation.document_id, citation.anchor, citation.start, citation.end)}"
        parts.append(f"“{quoted}” [\\[{citation.number}\\] {entities(citation.document_title)}]({link})")
    return "\n\n".join(parts)


def passages_markdown(answer: Answer) -> str:
    """The passages with the quotes marked, and the sections near them."""
    parts = []
    for citation in answer.citations:
        link = f"/{source_path(citation.document_id, citation.anchor, citation.start, citation.end)}"
        outside = f" · [{entities('original page')}]({_safe(citation.url)})" if _safe(citation.url) else ""
        parts.append(
            f"### [{citation.number}] {entities(_place(citation))}\n\n"
            f"<blockquote>{_marked_passage(citation)}</blockquote>\n\n"
            f"[open the guide here]({link}){outside}"
        )
    if answer.related:
        near = [f"- [{entities(_place(r))}](/{source_path(r.document_id, r.anchor)})" for r in answer.related]
        parts.append("\n".join(["### Related sections", "", *near]))
    return "\n\n".join(parts) or _NO_PASSAGES


def _marked_passage(citation: Citation) -> str:
    # The quote stands in the passage, or elsewhere in the section and is shown before it.
    before, found, after = citation.passage.partition(citation.quote)
    if not found:
        return f"<mark>{entities(citation.quote)}</mark>\n…\n{entities(citation.passage)}"
    return f"{entities(before)}<mark>{entities(found)}</mark>{entities(after)}"


def _place(entry: Citation | Related) -> str:
    return " › ".join([entry.document_title, *entry.headings])


def _safe(url: str) -> str:
    """A web address fit for a Markdown link, or "" for any other."""
    if not url.startswith(("https://", "http://")) or re.search(r"[\s<>\"'()\\]", url):
        return ""
    return url


def entities(text: str) -> str:
    """Text whose punctuation is written as entities: never mark-up of any kind."""
    return _PUNCTUATION.sub(lambda found: f"&#{ord(found[0])};", text).replace("\n", "<br>")


def _decoded(text: str) -> str:
    return unescape(text.replace("<br>", "\n"))
