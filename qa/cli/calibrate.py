"""careers-qa calibrate."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.options import index_option
from qa.config import load_settings


@click.command()
@click.option(
    "--questions", type=click.Path(path_type=Path), required=True, help="A question set, some of it not covered."
)
@index_option
def calibrate(questions: Path, index: Path | None) -> None:
    """Fit the confidence to a question set and keep it in the index.

    A rebuild keeps it too. Measure with careers-qa evaluate before and after.

    \b
    careers-qa calibrate --questions corpus/questions.jsonl
    """
    from qa.assistant import Assistant
    from qa.builder import recalibrate
    from qa.evaluation.calibration import fit
    from qa.evaluation.judging import Judge
    from qa.evaluation.questions import read_questions

    settings = load_settings(index=index)
    assistant = Assistant.open(settings=settings)
    judge = Judge(assistant.library)
    rows = [q for q in read_questions(questions) if assistant.is_question(q.text)]
    covered = [judge.judge(q).by != "not covered" for q in rows]
    found = [assistant.evidence(q.text, q.history, q.document) for q in rows]
    calibration = fit(found, covered, str(questions))
    recalibrate(settings, calibration)
    sure = [calibration.confidence(e) >= settings.min_confidence for e in found]
    answered = sum(s for s, c in zip(sure, covered, strict=True) if c) / sum(covered)
    mistaken = sum(s for s, c in zip(sure, covered, strict=True) if not c) / (len(covered) - sum(covered))
    click.echo(
        f"Calibrated {settings.index} on {calibration.covered} covered and {calibration.not_covered} other questions: "
        f"{answered:.1%} of the covered are answered, {mistaken:.1%} of the others by mistake."
    )
