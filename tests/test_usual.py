"""What is asked of any career, by its words."""

from __future__ import annotations

import pytest

from qa.answering.usual import (
    CAREER,
    EDUCATION,
    ENTRY,
    HOURS,
    OUTLOOK,
    PAY,
    PROGRESS,
    SKILLS,
    TOOLS,
    VACANCIES,
    WORKPLACE,
    matter_under,
    usual,
)


@pytest.mark.parametrize(
    ("asked", "phrase"),
    [
        ("How much does a   earn?", PAY),
        ("how much do   make", PAY),
        ("is a   well paid", PAY),
        (" training", EDUCATION),
        ("are   in demand", OUTLOOK),
        ("Are there vacancies for  ", VACANCIES),
        ("Where do   work?", WORKPLACE),
        ("what is it like to work as a  ", WORKPLACE),
        (" working conditions", WORKPLACE),
        ("How can a   get promoted?", PROGRESS),
        ("what hours do   work", HOURS),
        ("What skills does a   need?", SKILLS),
        ("what do   do all day", CAREER),
        (" day-to-day tasks", CAREER),
        ("Tell me about being a  ", CAREER),
        ("", CAREER),
        ("how do I become a  ", ENTRY),
        ("how long does it take to qualify as a  ", ENTRY),
        ("What is the career path of a  ", PROGRESS),
        ("where could it lead?", PROGRESS),
        ("Where this role leads", PROGRESS),
        ("Moving up", PROGRESS),
        ("a day in the life of a  ", CAREER),
        ("Day-to-day work", CAREER),
        ("what does the job involve", CAREER),
        ("key responsibilities", CAREER),
        ("what tools do   use", TOOLS),
        ("Hours and roster", HOURS),
        ("personal attributes", SKILLS),
        (f" {OUTLOOK}", OUTLOOK),
        # Anything else that is asked makes it a question of its own.
        ("is the training paid for  ", ""),
        ("what training for the exam", ""),
        ("skills and pay", ""),
        ("where do   eat", ""),
        ("how do   make bread", ""),
        ("do   work", ""),
        ("which software do   use", ""),
    ],
)
def test_a_usual_matter(asked: str, phrase: str) -> None:
    assert usual(asked) == phrase


def test_a_heading_may_name_the_career() -> None:
    assert matter_under("What web developers do", "Web developer") == CAREER
    assert matter_under("Pay of web developers", "Web developer") == PAY
    assert matter_under("Pay of web developers", "Nurse") == ""
