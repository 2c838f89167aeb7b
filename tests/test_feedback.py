"""Votes in SQLite, and their export."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

import qa.feedback
from qa.cli import main
from qa.config import Settings
from qa.errors import FeedbackError
from qa.evaluation.questions import read_questions
from qa.feedback import Feedback


def test_votes_become_rows_to_review(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "votes.sqlite3")
    shown = [("actuary#salary", "a quote"), ("actuary#salary", "another"), ("actuary#skills", "third")]
    feedback.add("Actuary pay?", "up", shown=shown)
    feedback.add("actuary  PAY?", "up", shown=shown)
    feedback.add("and the hours?", "down", history=["Actuary pay?"], reason=" wrong guide ")
    good, bad = feedback.question_set()
    assert good["relevant"] == ["actuary#salary", "actuary#skills"]
    assert (good["review"], good["up"], good["down"]) == ("up", 2, 0)
    assert (bad["review"], bad["relevant"], bad["history"]) == ("down", [], ["Actuary pay?"])
    assert bad["reasons"] == ["wrong guide"]
    assert "history" not in good


def test_greetings_are_no_rows(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "votes.sqlite3")
    for said in ("Hello", "thank you!", "Hello, what do nurses earn?"):
        feedback.add(said, "up")
    assert [row["question"] for row in feedback.question_set()] == ["Hello, what do nurses earn?"]


def test_one_vote_down_marks_a_question(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "votes.sqlite3")
    feedback.add("q", "down", shown=[("a#b", "x")])
    feedback.add("q", "up", shown=[("a#b", "x")])
    (row,) = feedback.question_set()
    assert (row["review"], row["relevant"], row["shown"]) == ("down", [], ["a#b"])


def test_nothing_but_the_vote_is_kept(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "votes.sqlite3")
    feedback.add("q", "up")
    with sqlite3.connect(feedback.path) as connection:
        columns = [c[1] for c in connection.execute("PRAGMA table_info(votes)")]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert columns == ["id", "time", "question", "history", "shown", "vote", "reason"]


def test_fields_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feedback = Feedback(tmp_path / "votes.sqlite3")
    long = "x" * 100_000
    feedback.add(long, "down", shown=[(long, long)] * 100, history=[long] * 100, reason=long)
    with sqlite3.connect(feedback.path) as connection:
        (size,) = connection.execute("SELECT length(question || history || shown || reason) FROM votes").fetchone()
    assert size < 25_000
    monkeypatch.setattr(qa.feedback, "MOST_VOTES", 3)
    for number in range(6):
        feedback.add(f"q{number}", "up")
    assert [r["question"] for r in feedback.question_set()] == ["q3", "q4", "q5"]


def _add(path: Path, start: int) -> None:
    for number in range(start, start + 20):
        Feedback(path).add(f"q{number}", "up")


def test_threads_and_processes_may_vote_at_once(tmp_path: Path) -> None:
    path = tmp_path / "votes.sqlite3"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add, args=(path, 100 * n)) for n in (1, 2)]
    for process in processes:
        process.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: _add(path, 1000 * n), range(1, 5)))
    for process in processes:
        process.join()
    assert [p.exitcode for p in processes] == [0, 0]
    assert len(list(Feedback(path).question_set())) == 120


@pytest.mark.parametrize(("question", "vote"), [("q", "sideways"), (" ", "up")])
def test_bad_votes(tmp_path: Path, question: str, vote: str) -> None:
    feedback = Feedback(tmp_path / "votes.sqlite3")
    with pytest.raises(FeedbackError):
        feedback.add(question, vote)  # type: ignore[arg-type]
    assert list(feedback.question_set()) == []


def test_a_file_that_cant_be_used(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("this is no database, and longer than its header " * 40, encoding="utf-8")
    for path in (tmp_path / "text", tmp_path / "missing" / "votes.sqlite3"):
        with pytest.raises(FeedbackError, match=path.name):
            Feedback(path)


@pytest.mark.parametrize("value", ["off", "", None])
def test_off(value: str | None) -> None:
    assert Settings(feedback=value).feedback is None  # type: ignore[arg-type]


def test_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner().invoke
    assert "no feedback file" in run(main, ["feedback", "export"]).output
    feedback = Feedback(Path("feedback.sqlite3"))  # in the test's own working folder
    feedback.add("q1", "up", shown=[("a#b", "x")])
    feedback.add("q2", "down")
    rows = [json.loads(line) for line in run(main, ["feedback", "export"]).output.splitlines()]
    assert [r["question"] for r in rows] == ["q1", "q2"]
    (row,) = [json.loads(line) for line in run(main, ["feedback", "export", "--down"]).output.splitlines()]
    assert (row["question"], row["review"]) == ("q2", "down")
    Path("to-review.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert read_questions(Path("to-review.jsonl"))[0].unreviewed
    monkeypatch.setenv("CAREERS_QA_FEEDBACK", "off")
    assert "off" in run(main, ["feedback", "export"]).output
