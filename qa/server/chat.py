"""The Gradio chat, mounted in the web application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import gradio as gr
from fastapi import FastAPI

from qa.server.chat_mount import ChatMount
from qa.server.conversation import Message, reply
from qa.server.render import NO_PASSAGES, entities
from qa.server.service import Service

Turn = tuple[str, list[Message], str]

_CSS = """
footer { display: none !important; }
.passages { border-left: 1px solid var(--border-color-primary); padding-left: 1rem; }
.passages mark { background: #ffe58f; color: #1c2430; padding: 0.1em 0; }
.dark .passages mark { background: #6b5200; color: #fff8e0; }
.passages blockquote { font-style: normal; margin: 0.4rem 0 0.8rem; white-space: pre-line; }
.passages .passages { border-left: 0; padding-left: 0; }
@media (max-width: 640px) { .passages { border-left: 0; padding-left: 0; } }
"""


def mount_chat(app: FastAPI, service: Service) -> None:
    """Mount the chat at /; what was routed before keeps its place."""
    blocks = build_chat(service)
    # Gradio's own checks on paths apply to launched apps only.
    blocks.has_launched = True
    gr.mount_gradio_app(
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
        mcp_server=False,
        max_file_size=1,
    )
    # Gradio mounted itself for every path; the mount in its place lets through what the chat needs.
    gradio_app = app.router.routes.pop().app  # type: ignore[attr-defined]
    app.router.routes.append(ChatMount(gradio_app, service.settings.allowed_origins))


def build_chat(service: Service) -> gr.Blocks:
    """The page: heading, starter questions, conversation, and passages beside it."""
    assistant, settings = service.holder.current, service.settings
    guides = len(assistant.library.ids)
    starters = assistant.starters()

    async def respond(message: str, history: list[Message]) -> Turn:
        return "", *await reply(service, message, history)

    def choose(question: str) -> Callable[[list[Message]], Awaitable[Turn]]:
        async def respond_to_starter(history: list[Message]) -> Turn:
            return "", *await reply(service, question, history)

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
                    lines=1,
                    max_lines=4,
                    elem_id="question",
                )
                if starters:
                    gr.Markdown("Questions to start with:")
                buttons = [gr.Button(question, size="sm") for question in starters]
            with gr.Column(scale=2, min_width=300):
                gr.Markdown("## Passages")
                passages = gr.Markdown(NO_PASSAGES, elem_classes="passages", latex_delimiters=[])
        shown = [box, chat, passages]
        gr.on([box.submit], respond, [box, chat], shown, api_visibility="private", show_progress="minimal")
        for button, question in zip(buttons, starters, strict=True):
            button.click(choose(question), [chat], shown, api_visibility="private", show_progress="minimal")
    # The desk bounds what runs; Gradio's own queue only has to be no narrower, and to end.
    blocks.queue(max_size=service.desk.places, default_concurrency_limit=service.desk.places)
    return blocks
