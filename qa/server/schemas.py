"""The API's JSON, as its OpenAPI document describes it.

Answers are sent as the contract's ``Answer.to_dict()`` gives them; the models
of responses describe that and leave room for fields that come later.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from qa.feedback import Vote
from qa.reading.files import is_whole
from qa.server.votes import LONGEST_REASON
from qa.types import AnswerKind

_QUESTION = "How much do data scientists earn?"
_CITATION: dict[str, Any] = {
    "number": 1,
    "document_id": "data-scientist",
    "document_title": "Data Scientist",
    "headings": ["Pay"],
    "anchor": "pay",
    "url": "https://careers.example/data-scientist#pay",
    "passage": "The median annual wage for data scientists was $112,590 in May 2024.",
    "quote": "The median annual wage for data scientists was $112,590 in May 2024.",
    "start": 2104,
    "end": 2172,
    "score": 0.91,
    "figures": {"date": "May 2024", "region": "United States", "currency": "USD"},
    "note": "",
    "lead": "",
}
_RELATED: dict[str, Any] = {
    "document_id": "statistician",
    "document_title": "Statistician",
    "headings": ["Pay"],
    "anchor": "pay",
    "url": "",
}
ANSWER: dict[str, Any] = {
    "question": _QUESTION,
    "answered": True,
    "confidence": 0.93,
    "answer": "The median annual wage for data scientists was $112,590 in May 2024. [1]",
    "citations": [_CITATION],
    "related": [_RELATED],
    "elapsed_ms": 5.4,
    "kind": "answer",
    "understood": None,
    "comparison": None,
    "suggestions": ["What skills does a data scientist need?"],
}


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty: type a question")
    return _whole(text)


def _whole(text: str) -> str:
    if not is_whole(text):
        raise ValueError("it has half a character in it: send whole ones")
    return text


# The lengths stand in the settings; openapi.py writes them into the document.
Question = Annotated[str, AfterValidator(_text), Field(json_schema_extra={"pattern": r"\S"})]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _object(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise ValueError("it isn't a JSON object: send one, with the header Content-Type: application/json")
        return value


class Response(BaseModel):
    model_config = ConfigDict(extra="allow")


class AskRequest(Request):
    """A question, with the visitor's earlier ones."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": _QUESTION},
                {"question": "And the outlook?", "history": [_QUESTION]},
                {"question": "What training is needed?", "document": "data-scientist"},
            ]
        }
    )

    question: Question
    history: list[Question] = Field(default=[], description="The visitor's earlier questions, oldest first.")
    document: str | None = Field(default=None, description="Answer from this guide alone, by its id.")


class FeedbackRequest(AskRequest):
    """A vote on an answer: what was asked, as it was asked, with the vote."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": _QUESTION, "vote": "up"},
                {
                    "question": "And the outlook?",
                    "history": [_QUESTION],
                    "vote": "down",
                    "reason": "Wrong guide",
                },
            ]
        }
    )

    vote: Vote
    reason: Annotated[str, AfterValidator(_whole)] = Field(
        default="", max_length=LONGEST_REASON, description="Why, in the visitor's words."
    )
    receipt: str = Field(
        default="", max_length=100, description="The receipt of an earlier vote, which this one takes the place of."
    )


class Voted(Response):
    """The vote is kept."""

    receipt: str = Field(description="Send it along to change the vote, or to add a reason.")


class SearchQuery(BaseModel):
    """What sections to find."""

    model_config = ConfigDict(extra="forbid")

    question: Question = Field(examples=[_QUESTION])
    k: int = Field(default=5, ge=1, le=50, description="Sections, at most.")
    document: str | None = Field(default=None, description="Search this guide alone, by its id.")


class DocumentsQuery(BaseModel):
    """Which page of the list of guides."""

    model_config = ConfigDict(extra="forbid")

    offset: int = Field(default=0, ge=0, le=1_000_000_000, description="Guides to pass over.")
    limit: int = Field(default=100, ge=1, le=1000, description="Guides, at most.")


class Place(Response):
    document_id: str
    document_title: str
    headings: list[str]
    anchor: str
    url: str = Field(description="The outside address of the section, or empty.")
    source_url: str = Field(
        default="", description="The page that a guide without one of its own is drawn from: url leads there too."
    )


class Figures(Response):
    """When, where and in which currency the figures of a quote hold, each as the guide says or empty."""

    date: str
    region: str
    currency: str


class Citation(Place):
    number: int
    passage: str
    quote: str = Field(description="The guide's own words: its text from start to end.")
    start: int
    end: int
    score: float = Field(description="Higher is better.")
    figures: Figures | None = Field(description="Of a quote of pay, demand or a forecast.")
    note: str = Field(description="A sentence to show with the quote, or empty: that the guide's review is old.")
    lead: str = Field(description="The guide's own line that the quote is read under, or empty.")
    page: int | None = Field(default=None, description="The page on which the quote begins, in a guide with pages.")


class Understood(Response):
    """What a follow-up was taken to be; ask again without a history to take that off."""

    about: str
    question: str = Field(description="The question as it was searched.")


class Cell(Response):
    citation: int | None = Field(description="The number of a citation; null where the guide doesn't state it.")
    text: str


class Row(Response):
    matter: str
    cells: list[Cell] = Field(description="One for each career, in their order.")


class Career(Response):
    title: str
    document_id: str = Field(description="Empty where no guide goes by the title.")


class Comparison(Response):
    """The same matters from two to four guides, side by side."""

    careers: list[Career]
    rows: list[Row]


class Answer(Response):
    """Quotes with citations; or, when the guides don't cover it, none and the nearest sections."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER]})

    question: str
    answered: bool
    confidence: float = Field(ge=0, le=1)
    answer: str = Field(description="The quotes, each followed by its [number]; the reply to a greeting.")
    citations: list[Citation]
    related: list[Place]
    elapsed_ms: float
    kind: AnswerKind = Field(description="How to show it.")
    understood: Understood | None
    comparison: Comparison | None
    suggestions: list[str] = Field(description="Questions to ask next, each known to be answered.")


class Found(Place):
    passage: str
    start: int
    end: int
    score: float = Field(description="Higher is better.")


class SearchResult(Response):
    """Sections, best first, whatever the confidence."""

    question: str
    hits: list[Found]


class DocumentEntry(Response):
    id: str
    title: str
    url: str
    sections: int


class Documents(Response):
    """A page of the list of guides."""

    total: int
    offset: int
    documents: list[DocumentEntry]


class SectionEntry(Response):
    anchor: str
    headings: list[str]
    start: int
    end: int


class DocumentBody(Response):
    """A guide. Offsets are characters of its text, as in citations."""

    id: str
    title: str
    url: str
    aliases: list[str]
    metadata: dict[str, str]
    text: str
    sections: list[SectionEntry]


class Reloaded(Response):
    """Which index is in use, and whether it is a new one."""

    reloaded: bool
    generation: str
    documents: int


class Problem(Response):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description="A name that programs can rely on.")
    detail: str = Field(description="One sentence: what is wrong and what to do.")
    errors: list[dict[str, str]] = Field(default=[], description="What is wrong where, by JSON pointer.")
