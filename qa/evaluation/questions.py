"""Question sets: JSON Lines, one question a line, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import QuestionSetError
from qa.reading.beir import json_lines
from qa.reading.files import is_whole


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known about its answer.

    ``relevant`` maps the ids of relevant sections ("document#anchor") or
    documents to their grades, from 1 up; it is empty for a question that the
    guides don't cover, and None where the set doesn't say. ``document`` is
    the guide that the question is asked within; ``place`` is where the
    question stands, for messages; ``unreviewed`` is true for a visitor's that
    was voted down, until a person has said what is relevant.
    """

    id: str
    text: str
    place: str
    relevant: Mapping[str, int] | None = None
    answers: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    category: str = ""
    document: str | None = None
    unreviewed: bool = False


def read_questions(path: Path) -> list[Question]:
    """The questions of a file, in its order. Fields that aren't known are left alone.

    Raises QuestionSetError or ReadError, which name file and line, for a line
    that can't be used, and when there is no question at all.
    """
    questions = []
    for number, values in json_lines(path):
        place = f"Line {number} of {path}"
        given = values.get("relevant")
        if given is not None and not _is_texts(given):
            raise QuestionSetError(f'{place} has a "relevant" that isn\'t a list of ids: write ["guide#section"].')
        relevant = None if given is None else dict.fromkeys(given, 1)
        questions.append(question_of(values, place, str(number), "id", "question", relevant))
    return checked(questions, path)


def question_of(
    values: Mapping[str, Any], place: str, number: str, id_key: str, text_key: str, relevant: Mapping[str, int] | None
) -> Question:
    """A question from a line's values. Raises QuestionSetError, which names the place."""
    text = values.get(text_key)
    if not isinstance(text, str | None):
        raise QuestionSetError(f'{place} has a "{text_key}" that isn\'t text: write it in quotes.')
    if text is None or not text.strip():
        raise QuestionSetError(f'{place} has no "{text_key}": give each line one.')
    for key in ("answers", "history"):
        if not _is_texts(values.get(key, [])):
            raise QuestionSetError(f'{place} has "{key}" that aren\'t a list of texts: write ["text", "text"].')
    for key in ("category", "document"):
        if not isinstance(values.get(key) or "", str):
            raise QuestionSetError(f'{place} has a "{key}" that isn\'t text: write it in quotes.')
    name = values.get(id_key)
    if not isinstance(name, str | int | None) or isinstance(name, bool):
        raise QuestionSetError(f'{place} has an "{id_key}" that is neither text nor a whole number: mend it.')
    return Question(
        id=number if name is None or name == "" else str(name),
        text=_sound(text, place),
        place=place,
        relevant=relevant,
        answers=tuple(_sound(t, place) for t in values.get("answers", [])),
        history=tuple(_sound(t, place) for t in values.get("history", [])),
        category=values.get("category") or "",
        document=values.get("document") or None,
        unreviewed=values.get("review") == "down",
    )


def checked(questions: list[Question], path: Path) -> list[Question]:
    """The questions, if there are any and each has an id of its own.

    Raises QuestionSetError, which names file and line, otherwise.
    """
    if not questions:
        raise QuestionSetError(f'The question set {path} has no questions: write one a line, as {{"question": "..."}}.')
    places: dict[str, str] = {}
    for question in questions:
        if question.id in places:
            both, mend = (question.place, places[question.id]), "give each question one of its own."
            if any(place.startswith(f"Line {question.id} of ") for place in both):
                mend = f"a line without an id has its number, so {mend}"
            raise QuestionSetError(f"{both[0]} has the id {question.id}, as {_lower(both[1])} has: {mend}")
        places[question.id] = question.place
    return questions


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)


def _sound(text: str, place: str) -> str:
    if not is_whole(text):
        raise QuestionSetError(f"{place} has half of a surrogate pair in it: write the whole character.")
    return text


def _lower(place: str) -> str:
    return place[:1].lower() + place[1:]
