from __future__ import annotations

from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.retrieval.spelling import Spelling
from qa.stores.words import terms
from qa.types import Document

TEXT = "The salary of a scientist. Statisticians need a license. Networks and databases. Data, data, dating."


@pytest.fixture
def spelling(tmp_path: Path) -> Spelling:
    Spelling.write(tmp_path, [Document("d", "Cartographer", TEXT, (), (), aliases=("Mapmaker",))])
    known = set(terms(f"{TEXT} cartographer mapmaker"))
    return Spelling.read(tmp_path, known.__contains__, {"movies", "scientism"}.__contains__)


@pytest.mark.parametrize(
    ("question", "mended"),
    [
        ("How much salery?", "How much salary?"),
        ("what do sientists do", "what do sientists do"),  # the guides have the singular alone
        ("a sientist", "a scientist"),
        ("netwroks and databses", "networks and databases"),
        ("cartografer pay", "cartographer pay"),
        ("mapmakr", "mapmaker"),
        ("networked databeses", "networked databases"),
        ("salaries in Germany", "salaries in Germany"),
        ("date", "date"),  # short words are too near to others
        ("licese", "license"),  # of the same stem
        ("netwroks", "networks"),
        ("dated", "dated"),
        ("scientism", "scientism"),  # a word of the language
        ("", ""),
    ],
)
def test_misspelt_words_are_mended(spelling: Spelling, question: str, mended: str) -> None:
    assert spelling.mended(question) == mended


def test_words_are_mended_when_the_index_is_gone(tmp_path: Path) -> None:
    Spelling.write(tmp_path, [Document("d", "Cartographer", TEXT, (), ())])
    spelling = Spelling.read(tmp_path, lambda _: False, lambda _: False)
    next(tmp_path.iterdir()).unlink()
    assert spelling.mended("cartografer") == "cartographer"


def test_a_misspelt_question_is_answered(assistant: Assistant) -> None:
    answer = assistant.ask("How much do data sientists earn?")
    assert answer.question == "How much do data sientists earn?"
    assert answer.citations[0].anchor == "pay"
