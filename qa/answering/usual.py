"""What is asked of any career, in the words that guides have for it.

Visitors ask "how do I become a welder" or "where do welders work"; guides
head their sections "Entry requirements" and "Work environment". A question
that asks for no more than such a matter is searched by the guides' words too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from qa.answering.matter import WHOLE, matter_of
from qa.stores.words import terms

PAY = "Pay, salary"
EDUCATION = "Education, degree and training needed"
OUTLOOK = "Job outlook, growth of employment"
VACANCIES = "Vacancies and current opportunities, job openings"
WORKPLACE = "Work environment, working conditions and workplaces"
HOURS = "Working hours, schedules and shifts"
SKILLS = "Skills and qualities needed"
TOOLS = "Tools and equipment"
PROGRESS = "Career path and progression, advancement and promotion"
# "What does a welder do", or no more than "welder", and the way into a career: seldom told in the question's words.
CAREER = "What they do, duties and day-to-day tasks"
ENTRY = "Training, education and entry requirements"
USUAL = (CAREER, ENTRY, PAY, EDUCATION, OUTLOOK, VACANCIES, WORKPLACE, HOURS, SKILLS, TOOLS, PROGRESS)

# Matters that guides put under one heading.
AKIN = {OUTLOOK: (VACANCIES,), VACANCIES: (OUTLOOK,), EDUCATION: (ENTRY,), ENTRY: (EDUCATION,)}

_OF_TERM = {
    term: phrase
    for phrase, words in (
        (PAY, "pay pays paid salary salaries wage wages earn earns earnings income money compensation remuneration"),
        (EDUCATION, "education degree degrees qualification qualifications study training"),
        (OUTLOOK, "outlook growth demand prospects future"),
        (VACANCIES, "vacancy vacancies openings opportunities hiring"),
        (WORKPLACE, "environment conditions workplace workplaces setting settings"),
        (HOURS, "hours shift shifts schedule schedules roster rosters rota rotas"),
        (SKILLS, "skill skills quality qualities strengths attributes attribute traits trait competencies abilities"),
        (TOOLS, "tool tools equipment"),
        (PROGRESS, "progression progress promotion promoted promotions advancement advance"),
        (CAREER, "duty duties task tasks responsibility responsibilities accountabilities"),
    )
    for term in terms(words)
}
# Words beside these that ask for nothing further.
_BESIDE = frozenset(
    terms(
        "better best well high higher highest good great big bigger faster fast strong work working path day daily "
        "main typical current available profession occupation trade field use uses used using personal key core "
        "primary essential general professional list describe explain details information"
    )
)
_LONGEST = 200  # characters of a heading that are looked at
_WHAT = re.compile(r"\W*(?:so )?(?:what\b|whats\b|(?:tell me|talk|info\w*) (?:more )?(?:about|on)\b|$)", re.IGNORECASE)
MAKING = frozenset(terms("make makes making"))
# A form of words, those that may be in it beside the career, and what it asks for.
_FORMS = tuple(
    (re.compile(form, re.IGNORECASE), frozenset(terms(words)), phrase)
    for form, words, phrase in (
        (
            r"\bwhere (?:\w+ ){1,3}(?:leads?|go|takes?)\b|\bwhat (?:can|could|do) .*\b(?:next|later|afterwards)\b|"
            r"\bmov(?:e|ing) (?:up|on)\b|\bpaths?\b",
            "lead leads go take takes later next afterwards move moving path paths",
            PROGRESS,
        ),
        (
            r"\b(?:day[- ]to[- ]day|typical (?:day|week)|day in the life)\b",
            "day week life typical work activities",
            CAREER,
        ),
        (
            r"\b(?:about the|introduction|overview|summary|in (?:a nutshell|short|brief))\b",
            "introduction overview summary nutshell short brief work",
            CAREER,
        ),
        (
            r"\b(?:becom\w+|qualify|(?:get|break) into|getting into|train as|start(?:ing)? (?:out )?as)\b",
            "long take takes qualify break train start starting steps step way path route best",
            ENTRY,
        ),
        (
            r"\bwhere\b.*\bwork(?:s|ing)?\b|\b(?:like|what's it like) (?:to work|working)\b",
            " ".join(WHOLE),
            WORKPLACE,
        ),
        (r"\bhow (?:much|well)\b.*\bmak(?:e|es|ing)\b", " ".join(MAKING), PAY),
    )
)


def of_term(stem: str) -> str:
    """The usual matter that a stemmed word alone stands for, "" for none."""
    return _OF_TERM.get(stem, "")


@lru_cache(maxsize=4096)
def matter_under(heading: str, topic: str) -> str:
    """The usual matter that a heading is for, whether or not it names the career: "What welders do"."""
    own = re.sub(rf"\b{re.escape(topic)}(?:e?s)?\b", " ", heading, flags=re.IGNORECASE) if topic != heading else heading
    return usual(own[:_LONGEST])


def usual(text: str) -> str:
    """The usual matter that a text asks for, apart from the careers that it names; "" if it asks for anything else."""
    if (phrase := text.strip(" :")) in USUAL:
        return phrase
    asked = set(matter_of(text))
    for form, words, of_form in _FORMS:
        if asked <= words and form.search(text):
            return of_form
    found = {_OF_TERM.get(term, "") for term in asked - _BESIDE}
    if len(found) == 1 and (phrase := found.pop()):
        return phrase
    return CAREER if not asked - WHOLE and _WHAT.match(text) else ""
