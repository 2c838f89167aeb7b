"""A turn of the chat: from what the browser sends to what it shows.

The page keeps the conversation, the server nothing. Nothing that the browser
sends is trusted: the assistant checks lengths and guides, and of the messages
only roles, texts and marks are used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import QAError
from qa.feedback import Vote
from qa.server.problems import told
from qa.server.render import NO_PASSAGES, answer_markdown, decoded, entities, passages_markdown
from qa.server.service import Service
from qa.types import Answer

Message = dict[str, Any]

# An option under an answer that one guide didn't have.
EVERY_GUIDE = "Ask all guides"
# Messages of a conversation that are kept on the page.
_KEPT = 100
# A question's mark, its message's id: how many earlier questions it may draw on, and the guide asked within.
_MARK = re.compile(r"(\d{1,3}):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the page shows after a question; ``about`` is what a chip takes off, "" for none."""

    messages: list[Message]
    passages: str
    about: str = ""


async def reply(
    service: Service, message: str, messages: Sequence[Message] | None, document: str | None = None
) -> Turn:
    """The conversation with the question and its answer."""
    shown = _kept(messages)
    asked = _Asked.last(shown)
    return await _turn(service, message, shown, asked.reach + 1 if asked else 0, document)


async def reply_alone(service: Service, messages: Sequence[Message] | None) -> Turn:
    """The last question asked again as it stands, without the earlier ones."""
    shown = _kept(messages)
    asked = _Asked.last(shown)
    if asked is None:
        return Turn(shown, NO_PASSAGES)
    return await _turn(service, asked.question, shown[: asked.place], 0, asked.document)


async def reply_everywhere(service: Service, messages: Sequence[Message] | None) -> Turn:
    """The last question asked again, of all guides."""
    shown = _kept(messages)
    asked = _Asked.last(shown)
    if asked is None:
        return Turn(shown, NO_PASSAGES)
    return await _turn(service, asked.question, shown[: asked.place], asked.reach, None)


async def vote(
    service: Service, messages: Sequence[Message] | None, place: int, given: Vote, reason: str = "", receipts: str = ""
) -> str:
    """Keep a vote on the answer at a place of the conversation, or change the
    one that ``receipts`` has of it. Gives the receipts with its own, as JSON;
    "" where there is no such answer. Raises as Service.vote does."""
    shown = _all(messages)[: max(place, 0)]
    asked = _Asked.last(shown)
    if asked is None:
        return ""
    history = _earlier(service, shown[: asked.place], asked.reach)
    known = _receipts(receipts)
    receipt = await service.vote(asked.question, history, asked.document, given, reason, known.get(asked.key, ""))
    return json.dumps(known | {asked.key: receipt}) if receipt else ""


def message_text(message: Message) -> str:
    """The text of a chat message as it was typed."""
    return decoded(_content(message))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question in the conversation: its place, how many earlier ones it may draw on, its guide."""

    question: str
    place: int
    reach: int
    document: str | None

    @property
    def key(self) -> str:
        """What tells it from the conversation's other questions, wherever it stands by now."""
        return f"{self.reach}:{self.document or ''}:{self.question}"

    @classmethod
    def last(cls, shown: Sequence[Message]) -> _Asked | None:
        for place in range(len(shown) - 1, -1, -1):
            if shown[place]["role"] == "user":
                mark = _MARK.fullmatch(str(shown[place]["metadata"].get("id", "")))
                reach, document = (int(mark[1]), mark[2] or None) if mark else (0, None)
                return cls(message_text(shown[place]), place, reach, document)
        return None


async def _turn(service: Service, message: str, shown: list[Message], reach: int, document: str | None) -> Turn:
    settings = service.settings
    message, document = _sound(message), _sound(document) if document else None
    reach = min(reach, settings.max_history)
    answer: Answer | None = None
    try:
        answer = await service.ask(message, _earlier(service, shown, reach), document, face="chat")
    except QAError as error:
        content, passages = entities(told(error)), NO_PASSAGES
    else:
        content = answer_markdown(answer, settings.root_path, document or "")
        passages = passages_markdown(answer, settings.root_path)
    question: Message = {
        "role": "user",
        "content": entities(message[: settings.max_question].strip()),  # four spaces before it would make it code
        "metadata": {"id": f"{reach}:{document or ''}"},
    }
    said: Message = {"role": "assistant", "content": content, "metadata": {}}
    everywhere = (EVERY_GUIDE,) if answer and document and not answer.answered else ()
    said["options"] = [{"value": s} for s in (*everywhere, *(answer.suggestions if answer else ()))]
    about = answer.understood.about if answer and answer.understood else ""
    return Turn([*shown, question, said], passages, about)


def _earlier(service: Service, shown: Sequence[Message], reach: int) -> list[str]:
    """The questions that one after these messages may draw on, oldest first."""
    asked = [message_text(m) for m in shown if m["role"] == "user"]
    earlier = [text for text in asked if text.strip() and len(text) <= service.settings.max_question]
    return earlier[len(earlier) - min(reach, len(earlier)) :]


def _receipts(text: str) -> dict[str, str]:
    """Receipts by question; none where the page has sent anything else."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _kept(messages: Sequence[Message] | None) -> list[Message]:
    return _all(messages)[-_KEPT:]


def _all(messages: Sequence[Message] | None) -> list[Message]:
    """The messages that can be shown; none where a request has sent anything else in their place."""
    if not isinstance(messages, list):
        return []
    return [said for m in messages if isinstance(m, dict) and (said := _said(m))]


def _said(message: Message) -> Message | None:
    """A message by its role, text and mark alone, or None for what has none of these.
    Earlier suggestions go: only the last answer's are shown."""
    role, content, metadata = message.get("role"), _content(message), message.get("metadata")
    if role not in ("user", "assistant") or not content:
        return None
    mark = metadata.get("id") if isinstance(metadata, dict) else None
    kept = {"id": _sound(mark)} if isinstance(mark, str) and role == "user" else {}
    return {"role": role, "content": content, "metadata": kept}


def _content(message: Message) -> str:
    """The text of a message, whichever of Gradio's forms it has."""
    content = message.get("content")
    if isinstance(content, list):
        content = " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return _sound(content) if isinstance(content, str) else ""


def _sound(text: str) -> str:
    """A text without halves of characters, which could not be sent back."""
    return text.encode("utf-8", "replace").decode()
