"""The Gradio chat, mounted in the web application."""

from __future__ import annotations

from typing import Any

import gradio as gr
from fastapi import FastAPI

from qa.errors import QAError
from qa.feedback import Vote
from qa.server.chat_mount import ChatMount
from qa.server.conversation import EVERY_GUIDE, Message, Turn, reply, reply_alone, reply_everywhere, vote
from qa.server.opening import Opening, Openings
from qa.server.problems import install, told
from qa.server.render import NO_PASSAGES, entities
from qa.server.service import Service
from qa.server.static_files import static
from qa.server.votes import LONGEST_REASON

_THANKS = "Thank you. What was good, or what was missing? (optional)"


def mount_chat(app: FastAPI, service: Service) -> None:
    """Mount the chat at /; what was routed before keeps its place."""
    blocks = build_chat(service)
    # Gradio's own checks on paths apply to launched apps only.
    blocks.has_launched = True
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=gr.themes.Default(
            primary_hue="blue",
            neutral_hue="slate",
            font=["system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ),
        css=static("chat.css").decode(),
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
    install(gradio_app)  # its own answer to a bad request can fail
    app.router.routes.append(ChatMount(gradio_app, service.settings.allowed_origins))


def build_chat(service: Service) -> gr.Blocks:
    """The page: heading, conversation with what to ask next, and passages beside it."""
    settings, openings = service.settings, Openings(service)
    blocks = gr.Blocks(title=settings.title, analytics_enabled=False, fill_width=True)
    with blocks:
        intro = gr.Markdown(_intro(settings.title), elem_classes="intro")
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                chat = gr.Chatbot(
                    label="Conversation",
                    show_label=False,
                    height="calc(100vh - 19rem)",
                    min_height="24rem",
                    autoscroll=False,  # frame.js brings the question into view; the end of a long answer tells little
                    buttons=[],  # what Gradio copies is the escaped source, not what is seen
                    latex_delimiters=[],
                    allow_tags=False,
                    feedback_options=("Like", "Dislike") if service.votes else None,
                    allow_file_downloads=False,
                    render_markdown=True,
                    elem_classes="chat",
                    placeholder="**Ask our career guides**\n\nEvery answer is a quote, with a link to its place.",
                )
                with gr.Row(visible=False, elem_classes="reason") as why:
                    reason = gr.Textbox(
                        label=_THANKS, max_length=LONGEST_REASON, submit_btn="Send", lines=1, max_lines=3
                    )
                voted = gr.Textbox(visible=False)  # the last vote's place and kind, and the receipts of all
                with gr.Row(elem_classes="asking"):
                    picker = gr.Dropdown(
                        [("All guides", "")], value="", label="Ask within", elem_classes="picker", visible=False
                    )
                    chip = gr.Button(visible=False, size="sm", elem_classes="chip")
                box = gr.Textbox(
                    label="Your question",
                    placeholder="Ask about a career: pay, skills, training, outlook …",
                    max_length=settings.max_question,
                    submit_btn="Ask",
                    lines=1,
                    max_lines=4,
                    elem_id="question",
                )
            with gr.Column(scale=2, min_width=300):
                gr.Markdown("## Passages")
                passages = gr.Markdown(NO_PASSAGES, elem_classes="passages", latex_delimiters=[])

        shown = [chat, passages, chip, why]  # frame.js empties the box, as soon as a question is sent
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}

        async def ask(message: str, messages: list[Message], document: str | None) -> list[Any]:
            if not str(message or "").strip():
                return [gr.skip()] * len(shown)
            return _shown(await reply(service, message, messages, document))

        async def ask_chosen(messages: list[Message], document: str | None, event: gr.SelectData) -> list[Any]:
            chosen = event.value.get("text") if isinstance(event.value, dict) else event.value
            if chosen == EVERY_GUIDE:
                return [*_shown(await reply_everywhere(service, messages)), ""]
            return [*_shown(await reply(service, str(chosen or ""), messages, document)), gr.skip()]

        async def ask_alone(messages: list[Message]) -> list[Any]:
            return _shown(await reply_alone(service, messages))

        async def like(messages: list[Message], kept: str, event: gr.LikeData) -> tuple[Any, ...]:
            if not isinstance(event.liked, bool):  # a thumb that is let go: the vote stays until there is another
                return gr.update(visible=False), "", kept
            place = event.index if isinstance(event.index, int) else -1
            given: Vote = "up" if event.liked else "down"
            receipts = await _voted(service, messages, place, given, receipts=_parted(kept)[2])
            return gr.update(visible=bool(receipts)), "", f"{place} {given} {receipts}" if receipts else kept

        async def explain(messages: list[Message], text: str, kept: str) -> tuple[Any, ...]:
            place, given, receipts = _parted(kept)
            if receipts and place.isdecimal():
                await _voted(service, messages, int(place), "up" if given == "up" else "down", text, receipts)
            return gr.update(visible=False), ""

        async def open_page() -> tuple[Any, ...]:
            try:
                return _opened(settings.title, await openings.current())
            except QAError as error:
                told(error)
                return gr.skip(), gr.skip(), gr.skip()

        gr.on([box.submit], ask, [box, chat, picker], shown, **quiet)
        gr.on([chat.example_select, chat.option_select], ask_chosen, [chat, picker], [*shown, picker], **quiet)
        chip.click(ask_alone, [chat], shown, **quiet)
        chat.clear(lambda: [*_shown(Turn([], NO_PASSAGES)), ""], None, [*shown, picker], **quiet)
        chat.like(like, [chat, voted], [why, reason, voted], trigger_mode="always_last", **quiet)
        reason.submit(explain, [chat, reason, voted], [why, reason], **quiet)
        blocks.load(open_page, None, [intro, chat, picker], api_visibility="private", show_progress="hidden")
    # The desk bounds what runs; Gradio's own queue only has to be no narrower, and to end.
    blocks.queue(max_size=service.desk.places, default_concurrency_limit=service.desk.places)
    return blocks


def _shown(turn: Turn) -> list[Any]:
    """What a turn changes: the conversation, the passages, the chip, the field for a reason."""
    chip = gr.update(value=f"about: {turn.about}", visible=bool(turn.about))
    return [turn.messages, turn.passages, chip, gr.update(visible=False)]


async def _voted(
    service: Service, messages: list[Message], place: int, given: Vote, reason: str = "", receipts: str = ""
) -> str:
    """The receipts with that of a vote; "" where it could not be kept."""
    try:
        return await vote(service, messages, place, given, reason, receipts)
    except QAError as error:
        told(error)
        return ""


def _parted(kept: str) -> list[str]:
    """The last vote's place and kind, and the receipts of all; "" for each that is missing."""
    return [*str(kept or "").split(" ", 2), "", "", ""][:3]


def _opened(title: str, opening: Opening) -> tuple[Any, ...]:
    """What a page gets when it opens: heading, questions to start with, guides to ask within."""
    guides = [(f"All {opening.documents} guides", ""), *opening.guides]
    return (
        _intro(title, opening.documents),
        gr.update(examples=[{"text": starter} for starter in opening.starters]),
        gr.update(choices=guides, value="", visible=len(opening.guides) > 1),
    )


def _intro(title: str, guides: int = 0) -> str:
    counted = f" Guides: {guides}." if guides else ""
    return f"# {entities(title)}\n\nAnswers in the guides' own words, with their sources.{counted}"
