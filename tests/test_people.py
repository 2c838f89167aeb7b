"""Words for people of a career against words for what is asked of one."""

from __future__ import annotations

import pytest

from qa.answering.people import People
from qa.config import Settings
from qa.engines import in_use
from qa.reading.models import open_encoder
from qa.stores.folder import ENCODER
from tests.fakes import FakeEncoder


@pytest.fixture(scope="session")
def people(bundled: Settings) -> People:
    generation, _ = in_use(bundled, whole=True)
    return People(open_encoder(generation / ENCODER))


@pytest.mark.parametrize("phrase", ["nurses", "civil engineers", "a pilot", "plumbers", "an electrician", "surgeons"])
def test_people(people: People, phrase: str) -> None:
    assert people.are(phrase)


@pytest.mark.parametrize(
    "phrase", ["wages", "something shorter", "skills", "working hours", "the exams", "a degree", "nurse", "", "?"]
)
def test_no_people(people: People, phrase: str) -> None:
    assert not people.are(phrase)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How much do doctors make?", True),
        ("What qualifications does a pilot need?", True),
        ("teacher pay", True),
        ("which qualifications are needed?", False),
        ("any openings?", False),
        ("salary", False),
        ("", False),
    ],
)
def test_people_in_a_question(people: People, text: str, found: bool) -> None:
    assert bool(people.in_text(text)) is found


def test_words_without_the_form_of_people_arent_encoded() -> None:
    class Encoder(FakeEncoder):
        def encode(self, texts, *, query=False):  # type: ignore[no-untyped-def]
            raise AssertionError

    assert not People(Encoder()).in_text("what is the salary")


@pytest.mark.parametrize(
    ("text", "career"),
    [
        ("astronauts earn more", "astronauts"),
        ("do train drivers earn more", "train drivers"),
        ("a welder", "welder"),
        ("chef", "chef"),
        ("the national average", ""),
        ("salaries", ""),
        ("", ""),
    ],
)
def test_the_first_career_in_a_text(people: People, text: str, career: str) -> None:
    assert people.first_in(text) == career


@pytest.mark.parametrize(
    ("text", "said", "beyond"),
    [
        ("what do plumbers earn", {"electrician"}, True),
        ("what do plumbers earn", {"plumber"}, False),
        ("how do students become a judge", {"judg"}, False),  # students are of no career
        ("what are the wages", set(), False),
        ("", set(), False),
    ],
)
def test_people_that_a_guide_has_no_word_of(people: People, text: str, said: set[str], beyond: bool) -> None:
    assert people.beyond(text, said) is beyond


def test_titles_of_careers_and_of_matters(people: People) -> None:
    careers = ["Web Developer", "Sommelier", "Offshore chef and steward", "Garda (Police Officer)", "Social Workers"]
    careers += ["AI Governance Lead", "Managing Director"]
    matters = ["Interviews", "Working abroad", "Thinking about postgraduate study", "1", ""]
    assert people.careers_among([*careers, *matters]) == [True] * len(careers) + [False] * len(matters)
    assert people.careers_among([]) == []
