"""Names of careers in questions: whole, in part, cut short."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.answering.names import Name, Names
from qa.answering.naming import write_names
from qa.types import Document, Section

TITLES = {
    "Junior AI/ML Engineer": ["Junior ML Engineer"],
    "Senior AI/ML Engineer": [],
    "Database Administrator": ["DBA", "Database Architect"],
    "Computer Network Architect": ["Network Architect"],
    "Computer Programmer": ["Programmer"],
    "Operations Research Analyst": ["OR Analyst"],
    "AI Governance Senior Consultant": [],
    "Web Developer": [],
    "Software Developer": ["QA Tester", "Software Quality Assurance Analyst"],
    "Statistician": [],
    "Models": [],
}
ENTRIES = [Name(name, title, title.lower()) for title, aliases in TITLES.items() for name in (title, *aliases)]
NAMES = Names(ENTRIES)


@pytest.mark.parametrize(
    ("text", "near", "topics"),
    [
        ("What do web developers do?", [], ["Web Developer"]),
        ("what about juniors?", [], ["Junior AI/ML Engineer"]),
        ("senior engineer or junior AI/ML engineer", [], ["Senior AI/ML Engineer", "Junior AI/ML Engineer"]),
        ("governance consultants' pay", [], ["AI Governance Senior Consultant"]),
        ("web devs, DBAs and programmers", [], ["Web Developer", "Database Administrator", "Computer Programmer"]),
        ("Junior or senior AI/ML engineer", [], ["Junior AI/ML Engineer", "Senior AI/ML Engineer"]),
        ("web or software developers", [], ["Web Developer", "Software Developer"]),
        ("and the testers?", [], ["Software Developer"]),
        ("Actuary or OR analyst", [], ["Operations Research Analyst"]),
        ("and the architects?", ["Database Administrator"], ["Database Administrator"]),
        ("for seniors", ["Junior AI/ML Engineer"], ["Senior AI/ML Engineer"]),
        ("hmm ok administrator?", [], ["Database Administrator"]),  # a name's last word and no more
        # Common words aren't names.
        ("And once they are senior?", [], []),
        ("how long is the programme", [], []),
        ("what computers and operations are there", [], []),
        ("qualities needed", [], []),
        ("do they do modeling?", [], []),
        ("or analyst pay", [], []),
        ("how do I develop", [], []),
        ("", [], []),
    ],
)
def test_names_in_a_question(text: str, near: list[str], topics: list[str]) -> None:
    found = NAMES.mentions(text, near)
    assert [m.name.topic for m in found] == topics
    assert all(text[m.start : m.end].strip() for m in found)


def test_a_title_is_a_name_without_its_brackets_too(tmp_path: Path) -> None:
    titles = ("Garda (Police Officer)", "Analyst (Junior)", "Analyst (Senior)")
    write_names(tmp_path, [Document(f"d{n}", title, "", (), ()) for n, title in enumerate(titles)])
    names = Names.read(tmp_path)
    for text in ("garda vs nurse", "what do police officers do", "Garda (Police Officer) pay"):
        assert names.found_in(text) == ["Garda (Police Officer)"]
    assert names.found_in("analyst pay") == []


def test_a_part_that_several_careers_share_names_none() -> None:
    assert NAMES.mentions("what about architects?") == []
    assert NAMES.mentions("what about engineers?") == []


@pytest.mark.parametrize(
    ("text", "strange"),
    [("how much does a prompt engineer earn", True), ("civil engineers", True), ("blockchain developer", True),
     ("web developer pay", False), ("what does an engineer earn", False), ("junior ML engineers", False)],
)  # fmt: skip
def test_careers_that_no_guide_is_about(text: str, strange: bool) -> None:
    assert NAMES.has_stranger(text, NAMES.mentions(text)) is strange


def _document(title: str) -> Document:
    return Document(title.lower(), title, "", (), ())


def test_joined_titles_name_each_career(tmp_path: Path) -> None:
    titles = ["Accountants and Auditors", "Computer and Information Research Scientists", "Police and Detectives"]
    titles += ["Claims Adjusters and Investigators", "Fire Inspectors and Investigators"]
    write_names(tmp_path, [_document(t) for t in titles])
    names = Names.read(tmp_path)
    assert names.found_in("do auditors travel") == ["Accountants and Auditors"]
    assert names.found_in("is a computer needed") == []
    assert names.found_in("do investigators travel") == []  # two guides are about some
    assert names.found_in("do fire investigators travel") == ["Fire Inspectors and Investigators"]


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Mobile App Developer", True),
        ("fabrication welder", True),
        ("Traffic Analysts", True),
        ("web developer", False),  # the guides call it so
        ("what does a welder do", False),
        ("pay of a welder", False),
        ("welder pay", False),
        ("", False),
    ],
)
def test_what_only_looks_for_a_career(text: str, only: bool) -> None:
    assert NAMES.looks_for_career(text, NAMES.mentions(text)) is only


def test_a_title_that_asks_is_no_career_but_a_whole() -> None:
    names = Names([Name(t, t, t) for t in ("How does the mentoring scheme work?", "Nurse")])
    assert names.found_in("do nurses work on schemes") == ["Nurse"]
    assert names.found_in("How does the mentoring scheme work?") == ["How does the mentoring scheme work?"]


def test_several_guides_may_be_about_one_career(tmp_path: Path) -> None:
    documents = [
        Document(n, t, "", (), ()) for n, t in (("handbook", "Porter"), ("jobs/porter", "Porter"), ("a", "Clerk"))
    ]
    write_names(tmp_path, documents)
    names = Names.read(tmp_path)
    (found,) = names.mentions("porter pay")
    assert [n.document for n in names.same(found.name)] == ["handbook", "jobs/porter"]
    assert [n.document for n in names.same(Name("Clerk", "Clerk", "a"))] == ["a"]
    assert names.of(found.name) == ["Porter"]


def test_what_is_no_career_is_told_when_names_are_written(tmp_path: Path) -> None:
    documents = [Document(title, title, "", (), ()) for title in ("Porter", "Interviews")]
    write_names(tmp_path, documents, lambda topics: [topic == "Porter" for topic in topics])
    names = Names.read(tmp_path)
    assert [names.is_career(name) for name in names.all] == [True, False]
    (tmp_path / "names.json").write_text('[{"name": "Clerk", "topic": "Clerk", "document": "a"}]', encoding="utf-8")
    assert Names.read(tmp_path).found_in("clerk pay") == ["Clerk"]  # as indexes had them before


def test_usual_headings_tell_a_career_whatever_its_title_sounds_like(tmp_path: Path) -> None:
    headings = ("Salary", "What fundraisers do", "Job outlook")
    sections = tuple(Section(h, (h,), "Fundraisers", 0, 0) for h in headings)
    documents = [Document("a", "Fundraisers", "", sections, ()), Document("b", "Fundraising", "", sections[:1], ())]
    write_names(tmp_path, documents, lambda topics: [False] * len(topics))
    names = Names.read(tmp_path)
    assert {name.topic: names.is_career(name) for name in names.all} == {"Fundraisers": True, "Fundraising": False}


def test_a_title_may_give_names_side_by_side(tmp_path: Path) -> None:
    titles = ("Cook / Chef", "Early childhood teacher | Kaiako", "Plumber | Our portal", "Nurse | Our portal")
    write_names(tmp_path, [Document(t, t, "", (), ()) for t in titles])
    names = Names.read(tmp_path)
    assert names.found_in("what do chefs earn") == ["Cook / Chef"]
    assert names.found_in("early childhood teachers and cooks") == ["Early childhood teacher | Kaiako", "Cook / Chef"]
    assert names.found_in("plumber pay on our portal") == ["Plumber | Our portal"]


LEVELS = Names(
    [
        Name(n, n, n.lower())
        for n in (
            "Senior Data Engineer",
            "Junior Data Engineer",
            "Principal Data Scientist",
            "Nurse",
            "Dairy Farm Manager",
        )
    ]
)


@pytest.mark.parametrize(
    ("topic", "word", "found"),
    [
        ("Senior Data Engineer", "junior", "Junior Data Engineer"),
        ("Senior Data Engineer", "scientist", None),  # it would take another level too
        ("Senior Data Engineer", "lead", None),
        ("Nurse", "junior", None),
    ],
)
def test_a_career_beside_another(topic: str, word: str, found: str | None) -> None:
    beside = LEVELS.beside(topic, word)
    assert (beside and beside.topic) == found


def test_a_word_that_one_career_has() -> None:
    alone = LEVELS.alone_with("dairy")
    assert alone is not None
    assert alone.topic == "Dairy Farm Manager"
    assert LEVELS.alone_with("data") is None


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("junior data scientist salary", True),
        ("principal data scientist salary", False),
        ("data scientist salary", False),
        ("senior nurse salary", False),
    ],
)
def test_another_level_of_a_career(text: str, other: bool) -> None:
    assert LEVELS.is_of_other_level(text, LEVELS.mentions(text)) is other
