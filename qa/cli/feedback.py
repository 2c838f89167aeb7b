"""careers-qa feedback."""

from __future__ import annotations

import json
from pathlib import Path

import click

from qa.config import load_settings
from qa.errors import FeedbackError
from qa.feedback import Feedback


@click.group()
def feedback() -> None:
    """Read what visitors voted on answers.

    \b
    careers-qa feedback export > to-review.jsonl
    """


@feedback.command()
@click.option("--file", type=click.Path(path_type=Path), help="The file of votes [default: the setting feedback].")
@click.option("--down", is_flag=True, help="Only what was voted down.")
def export(file: Path | None, down: bool) -> None:
    """Print votes as question-set rows to review, one JSON object a line.

    What was voted down has "review": "down" and no relevant sections: fill
    them in, take "review" out, and add the row to the question set.

    \b
    careers-qa feedback export --down > to-review.jsonl
    """
    path = file or load_settings().feedback
    if path is None:
        raise FeedbackError("Feedback is off: set feedback to a file, or name one with --file.")
    if not path.is_file():
        raise FeedbackError(f"There is no feedback file {path}: it appears with the first vote.")
    for row in Feedback(path).question_set():
        if not down or row["review"] == "down":
            click.echo(json.dumps(row, ensure_ascii=False))
