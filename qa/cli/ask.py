"""careers-qa ask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from qa.cli.options import index_option
from qa.config import load_settings
from qa.errors import QuestionError

NOT_COVERED = 3  # exit status of a question that the guides don't cover


@click.command()
@click.argument("question", required=False)
@index_option
@click.option("--document", help="Answer from this guide alone, by its id.")
@click.option("--history", multiple=True, help="An earlier question; give it several times, oldest first.")
@click.option("--questions", type=click.Path(path_type=Path), help="Answer each question of a JSON Lines file.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, one line a question.")
def ask(
    question: str | None,
    index: Path | None,
    document: str | None,
    history: tuple[str, ...],
    questions: Path | None,
    as_json: bool,
) -> None:
    """Answer a question; exit status 0 answered, 3 not covered.

    \b
    careers-qa ask "What skills does a data engineer need?"
    careers-qa ask "And the salary?" --history "What does a statistician do?"
    careers-qa ask --questions corpus/questions.jsonl --json
    """
    from qa.assistant import Assistant
    from qa.evaluation.questions import Question, read_questions

    if (question is None) == (questions is None):
        raise QuestionError('Give one question or --questions FILE, as in: careers-qa ask "What does a nurse do?".')
    if questions is not None and history:
        raise QuestionError(
            "--history goes with one question: give each question of a file its own, in its field history."
        )
    rows = read_questions(questions) if questions else [Question("1", question or "", "", history=history)]
    assistant = Assistant.open(settings=load_settings(index=index))
    answered = True
    for row in rows:
        answer = assistant.ask(row.text, row.history, document or row.document)
        answered = answer.answered
        if as_json:
            click.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
        else:
            click.echo(_shown(answer.to_dict()))
    if questions is None and not answered:
        raise SystemExit(NOT_COVERED)


def _shown(answer: dict[str, Any]) -> str:
    """An answer for a terminal."""
    lines = [f"(About: {answer['understood']['about']})"] if answer["understood"] else []
    if not answer["answered"]:
        lines.append("The guides don't cover this question. The nearest sections:")
    else:
        lines += _compared(answer) if answer["comparison"] else _quoted(answer)
        lines += [f"[{c['number']}] {_place(c)}{_dated(c)}" for c in answer["citations"]]
        lines += ["", "See also:"] if answer["related"] else []
    lines += [f"  - {_place(r)}" for r in answer["related"]]
    if answer["suggestions"]:
        lines += ["", "Ask next:", *(f"  - {question}" for question in answer["suggestions"])]
    return "\n".join(lines)


def _quoted(answer: dict[str, Any]) -> list[str]:
    """The quotes, each below the guide's line that it is read under; the reply to a greeting."""
    if not answer["citations"]:
        return [answer["answer"]]
    return [
        line
        for c in answer["citations"]
        for line in (*([c["lead"]] if c["lead"] else []), f"{c['quote']} [{c['number']}]", "")
    ]


def _compared(answer: dict[str, Any]) -> list[str]:
    lines, leads = [], {c["number"]: c["lead"] for c in answer["citations"]}
    for row in answer["comparison"]["rows"]:
        lines.append(row["matter"])
        for career, cell in zip(answer["comparison"]["careers"], row["cells"], strict=True):
            number = f" [{cell['citation']}]" if cell["citation"] else ""
            lead = f"{found}\n    " if (found := leads.get(cell["citation"])) else ""
            lines.append(f"  {career['title']}: {lead}{cell['text']}{number}")
        lines.append("")
    return lines


def _dated(citation: dict[str, Any]) -> str:
    """Date, region and currency of the figures, and the note on an old review."""
    figures = ", ".join(part for part in (citation["figures"] or {}).values() if part)
    return (f" – figures: {figures}" if figures else "") + (f" – {citation['note']}" if citation["note"] else "")


def _place(entry: dict[str, Any]) -> str:
    page = f", page {entry['page']}" if entry.get("page") else ""
    where = " > ".join([entry["document_title"], *entry["headings"]]) + page
    drawn = "source: " if entry["source_url"] else ""
    return f"{where} ({drawn}{entry['url']})" if entry["url"] else where
