"""A turn of the chat: from what the browser sends to what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qa.errors import QAError
from qa.server.render import NO_PASSAGES, answer_markdown, decoded, entities, passages_markdown
from qa.server.service import Service

Message = dict[str, Any]

# Messages of a conversation that are kept on the page.
_KEPT = 100


async def reply(service: Service, message: str, history: Sequence[Message] | None) -> tuple[list[Message], str]:
    """The conversation with the question and its answer, and the passages.

    Nothing that the browser sends is trusted: lengths are checked by the
    assistant, and of the history only the texts of messages are used.
    """
    settings = service.settings
    message = message.encode("utf-8", "replace").decode()  # without halves of characters
    shown = [said for m in list(history or [])[-_KEPT:] if (said := _said(m))]
    asked = [message_text(m) for m in shown if m["role"] == "user"]
    earlier = [text for text in asked if text.strip() and len(text) <= settings.max_question]
    try:
        answer = await service.ask(message, earlier[-settings.max_history :], face="chat")
    except QAError as error:
        content, passages = entities(str(error)), NO_PASSAGES
    else:
        content = answer_markdown(answer, settings.root_path)
        passages = passages_markdown(answer, settings.root_path)
    question: Message = {"role": "user", "content": entities(message[: settings.max_question])}
    return [*shown, question, {"role": "assistant", "content": content}], passages


def message_text(message: Message) -> str:
    """The text of a chat message as it was typed."""
    return decoded(_content(message))


def _said(message: Message) -> Message | None:
    """A message by its role and text alone, or None for what is neither's."""
    role, content = message.get("role"), _content(message)
    return {"role": role, "content": content} if role in ("user", "assistant") and content else None


def _content(message: Message) -> str:
    """The text of a message, whichever of Gradio's forms it has."""
    content = message.get("content")
    if isinstance(content, list):
        content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content.encode("utf-8", "replace").decode() if isinstance(content, str) else ""
