"""The API's JSON, as its OpenAPI document describes it.

Answers are sent as the contract's ``Answer.to_dict()`` gives them; the models
of responses describe that and leave room for fields that come later.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

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
}


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty: type a question")
    # JSON can write halves of characters, which are no text that could be sent back.
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("it has half a character in it: send whole ones")
    return text


# The lengths stand in the settings; openapi.py writes them into the document.
Question = Annotated[str, AfterValidator(_text), Field(json_schema_extra={"pattern": r"\S"})]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


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


class Citation(Place):
    number: int
    passage: str
    quote: str = Field(description="The guide's own words: its text from start to end.")
    start: int
    end: int
    score: float = Field(description="Higher is better.")
    page: int | None = Field(default=None, description="The page on which the quote begins, in a guide with pages.")


class Answer(Response):
    """Quotes with citations; or, when the guides don't cover it, none and the nearest sections."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER]})

    question: str
    answered: bool
    confidence: float = Field(ge=0, le=1)
    answer: str = Field(description="The quotes, each followed by its [number].")
    citations: list[Citation]
    related: list[Place]
    elapsed_ms: float


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


class Problem(Response):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(description="A name that programs can rely on.")
    detail: str = Field(description="One sentence: what is wrong and what to do.")
    errors: list[dict[str, str]] = Field(default=[], description="What is wrong where, by JSON pointer.")
