from __future__ import annotations

import pytest

from qa.answering.smalltalk import reply, smalltalk, without_courtesy
from qa.assistant import Assistant


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("hi", "greeting"),
        ("Hello there!", "greeting"),
        ("Good morning", "greeting"),
        ("thanks!", "thanks"),
        ("ok great, thank you so much", "thanks"),
        ("thanks, bye!", "bye"),
        ("What can you do?", "about"),
        ("who are you", "about"),
        ("what’s your name?", "about"),
        ("hi, what can I ask?", "about"),
        ("help", "about"),
        ("ok", "filler"),
        ("hi, what does an actuary earn?", None),
        ("thanks. now what skills does a coach need", None),
        ("What can actuaries do?", None),
        ("how can you help patients as a nurse", None),
        ("good pay", None),
        ("High pay", None),
        ("?!", None),
    ],
)
def test_only_whole_courtesies(question: str, kind: str | None) -> None:
    assert smalltalk(question) == kind


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("hi, what does an actuary earn?", "what does an actuary earn?"),
        ("ok and for actuaries?", "and for actuaries?"),
        ("ok thanks. will it rain?", "will it rain?"),
        ("Good careers for writers", "Good careers for writers"),
        ("Right-handed people", "Right-handed people"),
        ("thanks", ""),
    ],
)
def test_the_question_behind_a_courtesy(question: str, rest: str) -> None:
    assert without_courtesy(question) == rest


def test_a_reply_names_the_guides(assistant: Assistant) -> None:
    answer = assistant.ask("Hello!")
    assert (answer.kind, answer.answered, answer.citations) == ("greeting", True, ())
    assert "3 guides" in answer.answer
    assert "Data Scientist" in answer.answer
    assert answer.to_dict()["answer"] == answer.answer
    assert all(assistant.ask(s).answered for s in answer.suggestions)


def test_many_guides_are_counted() -> None:
    assert reply("about", list("ABCD"), 6).endswith("There are 6 guides: A, B, C, D and 2 more.")
    assert reply("greeting", ["A"], 1) == "Hello. There is one guide: A."
