"""What chat and API share: the assistant in use, the desk, and what is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.config import Settings
from qa.feedback import Vote
from qa.server.desk import Desk
from qa.server.holder import Holder
from qa.server.logs import log_event
from qa.server.metrics import Metrics
from qa.server.votes import Votes
from qa.types import Answer, Hit


@dataclass(frozen=True, slots=True)
class Service:
    """Answers questions off the event loop, counts them, and logs them if told to."""

    holder: Holder
    desk: Desk
    metrics: Metrics
    settings: Settings
    votes: Votes | None = None

    @classmethod
    def of(cls, holder: Holder, settings: Settings) -> Service:
        desk = Desk(settings.workers, settings.max_waiting)
        return cls(holder, desk, Metrics(desk), settings, Votes.open(settings.feedback))

    async def ask(
        self, question: str, history: Sequence[str] = (), document: str | None = None, *, face: str = "api"
    ) -> Answer:
        """An answer, for the ``face`` that asks. Raises what Assistant.ask
        raises, BusyError and NotReadyError."""
        answer = await self.desk.run(self.holder.current.ask, question, tuple(history), document)
        outcome = "greeting" if answer.kind == "greeting" else "answered" if answer.answered else "not_covered"
        self.metrics.answers.labels(face, outcome).inc()
        if self.settings.log_questions:
            log_event("question", face=face, question=question, outcome=outcome, confidence=answer.confidence)
        return answer

    async def search(self, question: str, k: int, document: str | None = None) -> list[Hit]:
        """Sections with scores. Raises as ask does."""
        return await self.desk.run(self.holder.current.search, question, k, document)

    async def vote(
        self,
        question: str,
        history: Sequence[str],
        document: str | None,
        vote: Vote,
        reason: str = "",
        receipt: str = "",
    ) -> str:
        """Keep a vote on an answer, and give its receipt; "" where feedback is
        off. Raises as ask does, and FeedbackError."""
        if self.votes is None:
            return ""
        return await self.desk.run(
            self.votes.add, self.holder.current, question, tuple(history), document, vote, reason, receipt
        )
