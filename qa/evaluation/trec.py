"""Run and qrels files in TREC's format, for other tools of evaluation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from qa.evaluation.measures import scores_of
from qa.evaluation.running import Outcome

_TAG = "careers-qa"


def run_lines(outcomes: Sequence[Outcome]) -> list[str]:
    """``query Q0 id rank score tag``; scores fall strictly, so that no tool reorders."""
    return [
        f"{_name(o.question.id)} Q0 {_name(item)} {rank} {score:.0f} {_TAG}"
        for o in outcomes
        for rank, (item, score) in enumerate(scores_of(o.ranking).items(), 1)
    ]


def qrels_lines(outcomes: Sequence[Outcome]) -> list[str]:
    """``query 0 id grade`` for what is relevant."""
    return [
        f"{_name(o.question.id)} 0 {_name(item)} {grade}"
        for o in outcomes
        for item, grade in o.judgement.relevant.items()
    ]


def _name(name: str) -> str:
    """An id without white space, which separates the columns."""
    return re.sub(r"[\s%]", lambda found: quote(found.group()), name)
