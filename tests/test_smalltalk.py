from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.smalltalk import reply, smalltalk, without_courtesy
from qa.assistant import Assistant

COURTESIES = (
    "hi hello hey hiya howdy greetings,good morning,good day,how are you,how are you doing today,thanks,thank you,"
    "thank you so much,thanks for all your help,thx,ty,cheers,much appreciated,that's great,that is all,bye,bye bye,"
    "bye-bye,goodbye,good bye,see you,see you later,good night,farewell,take care,ok,okay,great,wow,cool,nice,perfect,"
    "good,excellent,awesome,alright,right,oh,ah,hmm,well,sure,got it,i see,please"
).split(",")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("hi", "greeting"),
        ("Hello there!", "greeting"),
        ("Good morning", "greeting"),
        ("thanks!", "thanks"),
        ("ok great, thank you so much", "thanks"),
        ("thanks, bye!", "bye"),
        ("bye bye", "bye"),
        ("Good bye-bye", "bye"),
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


@pytest.mark.parametrize("courtesy", COURTESIES)
def test_long_texts_of_courtesies(courtesy: str) -> None:
    many = 120 // (len(courtesy) + 1)
    assert smalltalk(f"{courtesy} " * many)
    assert smalltalk(f"{courtesy} " * many + "x") is None
    assert smalltalk(f"{courtesy} " * 60 * many) is None  # no courtesy is so long
    assert without_courtesy(f"{courtesy}, " * 60 + "what is pay?").endswith("what is pay?")


@given(st.lists(st.sampled_from(COURTESIES), min_size=1, max_size=60), st.sampled_from([" ", "", "-", ", "]))
def test_courtesies_in_any_order_are_told_apart_from_a_question(courtesies: list[str], between: str) -> None:
    assert smalltalk(between.join([*courtesies, "x"])) is None


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
