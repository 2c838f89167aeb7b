"""A question set asked of a small index: outcomes, figures, slices, comparison, files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.crosscheck import rankings
from qa.assistant import Assistant
from qa.builder import build
from qa.config import Settings
from qa.errors import QuestionSetError
from qa.evaluation.bounds import missed, parse_bound
from qa.evaluation.comparison import compare, read_run
from qa.evaluation.coverage import curve
from qa.evaluation.evaluation import FIGURES, Evaluation, evaluate
from qa.evaluation.judging import Judgement
from qa.evaluation.measures import Figure, measure
from qa.evaluation.questions import Question
from qa.evaluation.running import Outcome
from qa.evaluation.sweep import sweep
from qa.evaluation.table import comparison_lines, failure_lines, summary_lines
from qa.evaluation.trec import qrels_lines, run_lines
from tests.fakes import open_fake, prepare_fake


def ask(name: str, text: str, *relevant: str, **more: object) -> Question:
    return Question(name, text, f"Line {name} of q.jsonl", dict.fromkeys(relevant, 1), **more)  # type: ignore[arg-type]


QUESTIONS = (
    ask("pay", "How much do nurses earn?", "health/nurse#pay", category="pay", answers=("$93,600",)),
    ask("wrong", "How much do nurses earn", "health/nurse#pay", category="pay", answers=("$1",)),
    ask("within", "What do nurses earn?", "health/nurse#pay", document="developer"),
    ask("alias", "How much does an analytics scientist earn?", "data-scientist#pay"),
    ask("document", "skills of data scientists", "data-scientist"),
    ask("after", "and the pay?", "health/nurse#pay", history=("What do nurses do?",)),
    ask("uncovered", "nurse pay on the moon"),
)


@pytest.fixture
def evaluation(assistant: Assistant) -> Evaluation:
    return evaluate(assistant, QUESTIONS, "q.jsonl")


def outcome(evaluation: Evaluation, name: str) -> Outcome:
    return next(o for o in evaluation.outcomes if o.question.id == name)


def made(ranking: Sequence[str], relevant: Sequence[str], answered: bool = True, **more: object) -> Outcome:
    judged = Judgement("section" if relevant else "not covered", dict.fromkeys(relevant, 1))
    question = ask("1", "Q?", *relevant)
    values: dict[str, object] = {"question": question, "judgement": judged, "confidence": 0.5, "quotes": ()}
    values |= {"passages": (), "elapsed_ms": 1.0, "found": (), "ranking": tuple(ranking), "answered": answered}
    return Outcome(**{**values, **more})  # type: ignore[arg-type]


def test_every_question_counts(evaluation: Evaluation) -> None:
    assert evaluation.figures["nDCG@10"].count == 6
    assert evaluation.values["nDCG@10"]["within"] == 0
    assert evaluation.judged == {"section": 5, "document": 1, "not covered": 1}
    said = "\n".join(summary_lines(evaluation))
    assert "Relevance judged: 5 by section, 1 by document; not covered by the guides: 1." in said


def test_an_answer_is_timed_before_its_sections_are_looked_for(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def noted(name: str) -> None:
        method = getattr(assistant, name)

        def call(*given: object) -> object:
            called.append(name)
            return method(*given)

        monkeypatch.setattr(assistant, name, call)

    noted("ask")
    noted("retrieve")
    evaluate(assistant, [ask("1", "data scientist pay", "data-scientist#pay")], "set")
    assert called[-2:] == ["ask", "retrieve"]


def test_a_section_counts_once(evaluation: Evaluation) -> None:
    for one in evaluation.outcomes:
        assert len(set(one.ranking)) == len(one.ranking)
    assert "health/nurse" not in outcome(evaluation, "pay").ranking
    assert outcome(evaluation, "document").ranking[0] == "data-scientist"


def test_reasons(evaluation: Evaluation) -> None:
    assert outcome(evaluation, "pay").reasons == ()
    assert outcome(evaluation, "wrong").reasons == ("answer not shown",)
    assert outcome(evaluation, "within").reasons[0] == "filtered out"
    assert outcome(evaluation, "uncovered").reasons == ("answered although not covered",)
    assert made(["a", "b", "c", "d", "e", "x"], ["x"]).reasons == ("ranked below 5",)
    assert made(["a"], ["a"], answered=False).reasons == ("judged not covered",)
    gone = replace(made([], ["x"]), judgement=Judgement("section", {"x": 1}, ("x",)))
    assert gone.reasons == ("not indexed",)


def test_failures_come_first_with_what_came_instead(evaluation: Evaluation) -> None:
    order = [o.question.id for o in evaluation.ranked]
    assert order[0] == "within"
    assert {*order[:3]} == {o.question.id for o in evaluation.failures} == {"within", "wrong", "uncovered"}
    said = "\n".join(failure_lines(evaluation, 2))
    assert "expected: health/nurse#pay (not among" in said
    assert "came:     developer#" in said
    assert "why:      it lies outside the document" in said
    assert "1 more are in --json and --report." in said


def test_answer_figures(evaluation: Evaluation) -> None:
    assert evaluation.figures["Quote"].value == 0.5
    assert evaluation.figures["Passage"].value == 0.5
    assert evaluation.figures["Mistaken"].value == 1
    assert (evaluation.figures["p50"].value or 0) <= (evaluation.figures["p95"].value or 0)


def test_slices(evaluation: Evaluation) -> None:
    parts = {(p.kind, p.name): {o.question.id for o in p.outcomes} for p, _ in evaluation.slices}
    assert parts["category", "pay"] == {"pay", "wrong"}
    assert parts["guide", "data-scientist"] == {"alias", "document"}
    assert parts["named", "by alias"] == {"alias"}
    assert parts["named", "by title"] == {"document"}
    assert parts["asked", "after earlier questions"] == {"after"}


def test_follow_ups_are_searched_in_their_history(evaluation: Evaluation, assistant: Assistant) -> None:
    assert outcome(evaluation, "after").ranking[0] == "health/nurse#pay"
    assert assistant.retrieve("and the pay?", ["What do nurses do?"], 1)[0].section_id == "health/nurse#pay"
    assert len(assistant.retrieve("nurse pay", k=3)) == 3


def test_the_curve_of_coverage_against_errors() -> None:
    outcomes = [made(["a"], ["a"], confidence=c) for c in (0.9, 0.6, 0.6)] + [made([], [], confidence=0.7)]
    points = [(p.threshold, p.answered, p.mistaken) for p in curve(outcomes)]
    assert points == [(0.9, pytest.approx(1 / 3), 0), (0.7, pytest.approx(1 / 3), 1), (0.6, 1, 1)]
    assert curve(outcomes[:3]) == []


def test_missing_sections_count_as_0_when_allowed(assistant: Assistant) -> None:
    questions = [ask("1", "nurse pay", "health/nurse#pay"), ask("2", "nurse pension", "health/nurse#pension")]
    with pytest.raises(QuestionSetError, match=r"Line 2 of q.jsonl names the section health/nurse#pension"):
        evaluate(assistant, questions)
    found = evaluate(assistant, questions, allow_missing=True)
    assert found.figures["Success@5"].value == 0.5
    assert outcome(found, "2").reasons[0] == "not indexed"


def test_a_question_that_cannot_be_asked_is_named(assistant: Assistant) -> None:
    with pytest.raises(QuestionSetError, match=r"Line 1 of q.jsonl can't be asked: the question has 2000 characters"):
        evaluate(assistant, [ask("1", "x" * 2000, "health/nurse")])


def test_questions_may_be_short(assistant: Assistant) -> None:
    assistant.settings = assistant.settings.model_copy(update={"max_question": 10})
    assert evaluate(assistant, [ask("pay", "nurse pay", "health/nurse#pay")], "q.jsonl").outcomes[0].answered


def test_run_files_keep_the_order(evaluation: Evaluation) -> None:
    lines = [line.split() for line in run_lines(evaluation.outcomes)]
    mine = [line for line in lines if line[0] == "pay"]
    assert [line[2] for line in mine] == list(outcome(evaluation, "pay").ranking)
    assert [int(line[3]) for line in mine] == list(range(1, len(mine) + 1))
    assert [float(line[4]) for line in mine] == list(range(len(mine), 0, -1))
    assert "pay 0 health/nurse#pay 1" in qrels_lines(evaluation.outcomes)
    spaced = replace(made(["my guide#a"], ["my guide#a"]), question=ask("question 1", "Q?"))
    assert run_lines([spaced]) == ["question%201 Q0 my%20guide#a 1 1 careers-qa"]
    assert qrels_lines([spaced]) == ["question%201 0 my%20guide#a 1"]


class TestBounds:
    def test_they_hold_or_are_missed(self) -> None:
        figures = {"nDCG@10": Figure(0.5, None, None, 3), "Mistaken": Figure(0.25, None, None, 4)}
        assert missed([parse_bound("ndcg@10=0.5"), parse_bound("Mistaken=0.25", most=True)], figures) == []
        assert missed([parse_bound("nDCG@10=0.51")], figures) == ["nDCG@10 is 0.5000, below the least allowed, 0.51."]
        assert missed([parse_bound("Mistaken=0.2", most=True)], figures) == [
            "Mistaken is 0.2500, above the most allowed, 0.2."
        ]

    @pytest.mark.parametrize("text", ["nDCG", "x=1", "nDCG@10", "nDCG@10=", "nDCG@10=nan", "=1"])
    def test_bad_bounds(self, text: str) -> None:
        with pytest.raises(QuestionSetError, match=r"^--min "):
            parse_bound(text)

    @pytest.mark.parametrize(("text", "meant"), [("Success@5=95", "0.95 for 95 %"), ("AUC=-1", ""), ("Quote=101", "")])
    def test_a_share_is_at_most_one(self, text: str, meant: str) -> None:
        with pytest.raises(QuestionSetError, match=rf"^--min {text} can't be meant, as .* is a share: .*{meant}\.$"):
            parse_bound(text)
        assert parse_bound("p95=250", most=True).value == 250

    def test_a_figure_that_the_set_cannot_give(self) -> None:
        with pytest.raises(QuestionSetError, match=r"AUC .* can't be bounded"):
            missed([parse_bound("AUC=0.5")], {"AUC": Figure(None, None, None, 0)})


class TestComparison:
    def rows(self, evaluation: Evaluation) -> Path:
        path = Path("run.json")
        path.write_text(json.dumps(evaluation.to_dict()), encoding="utf-8")
        return path

    def test_with_itself_nothing_changes(self, evaluation: Evaluation) -> None:
        same = compare(evaluation, read_run(self.rows(evaluation)), "run.json")
        assert (same.shared, same.others, same.left_out, same.won, same.lost) == (6, 1, 0, (), ())
        assert list(same.changes) == [n for n in FIGURES if n not in ("p50", "p95")]
        for name, change in same.changes.items():
            assert change.before == pytest.approx(evaluation.figures[name].value), name
            assert (change.difference, change.low or 0, change.high or 0, change.p) == (0, 0, 0, 1), name
        assert "(6 covered and 1 other questions are in both):" in "\n".join(comparison_lines(same))

    def test_what_was_answered_and_shown_changes_too(self, evaluation: Evaluation) -> None:
        rows = read_run(self.rows(evaluation))
        rows["pay"] |= {"answered": False, "confidence": 0.0, "quotes": [], "reasons": ["judged not covered"]}
        rows["uncovered"] |= {"answered": False, "confidence": 0.01}
        found = compare(evaluation, rows, "run.json").changes
        changed = {n: found[n].difference for n in ("Answered", "Mistaken", "Quote", "Passage")}
        assert changed == {"Answered": pytest.approx(1 / 6), "Mistaken": 1, "Quote": 0.5, "Passage": 0.5}
        assert found["AUC"].before == pytest.approx(5 / 6)
        assert found["AUC"].after == pytest.approx(evaluation.figures["AUC"].value)
        assert (found["AUC"].low or 0) <= found["AUC"].difference <= (found["AUC"].high or 0)

    def test_won_and_lost_with_the_exact_test(self, evaluation: Evaluation) -> None:
        rows = read_run(self.rows(evaluation))
        rows["pay"] |= {"rank": 4, "values": dict.fromkeys(rows["pay"]["values"], 0.0)}
        rows["within"] |= {"rank": 1, "values": dict.fromkeys(rows["within"]["values"], 1.0)}
        rows["after"]["question"] = "put in other words"
        found = compare(evaluation, rows, "run.json")
        assert [(t.id, t.before, t.after) for t in found.won] == [("pay", 4, 1)]
        assert [(t.id, t.before, t.after) for t in found.lost] == [("within", 1, None)]
        assert found.shared == 5
        assert (found.others, found.left_out) == (1, 1)
        assert found.changes["Success@1"].difference == 0
        assert found.changes["Success@1"].p == 1  # one won, one lost: swapping at random does as much

    def test_the_chance_of_a_difference(self, evaluation: Evaluation) -> None:
        """Five of five better: of 32 swaps, two are as extreme."""
        rows = read_run(self.rows(evaluation))
        good = [n for n, v in evaluation.values["Success@1"].items() if v == 1]
        assert len(good) == 5
        rows = {n: rows[n] | {"values": dict.fromkeys(rows[n]["values"], 0.0)} for n in good}
        assert compare(evaluation, rows, "run.json").changes["Success@1"].p == pytest.approx(2 / 32)

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"rows": [{"id": "a"}]}', '{"rows": 3}'])
    def test_files_that_are_no_run(self, text: str) -> None:
        Path("run.json").write_text(text, encoding="utf-8")
        with pytest.raises(QuestionSetError, match=r"run.json can't be read .*--json wrote"):
            read_run(Path("run.json"))

    def test_runs_of_other_questions(self, evaluation: Evaluation) -> None:
        with pytest.raises(QuestionSetError, match="shares no covered question"):
            compare(evaluation, {}, "run.json")


@pytest.mark.model
def test_with_the_real_model(corpus: Path, tmp_path: Path) -> None:
    settings = Settings(corpus=corpus, index=tmp_path / "real")
    build(settings, progress=False)
    questions = [
        ask("1", "How much money does a nurse make?", "health/nurse#pay", answers=("$93,600",)),
        ask("2", "What skills does a data scientist need?", "data-scientist#skills"),
        ask("3", "How do I bake sourdough bread?"),
    ]
    assistant = Assistant.open(settings=settings)
    found = evaluate(assistant, questions)
    for question in questions[:2]:
        (expected,) = question.relevant or {}
        rank = [h.section_id for h in assistant.search(question.text, 9)].index(expected) + 1
        assert found.values["RR@10"][question.id] == pytest.approx(1 / rank)
    assert found.figures["Success@5"].value == 1
    assert found.figures["Passage"].value == 1
    assert found.figures["AUC"].value == 1


@pytest.mark.data
def test_bm25_on_scifact_is_what_is_published(data: Path) -> None:
    values = list(measure(*rankings(data / "scifact", "bm25"))["nDCG@10"].values())
    assert len(values) == 300
    assert sum(values) / 300 == pytest.approx(0.687, abs=0.01)


def test_sweep_compares_settings(
    assistant: Assistant, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import qa.builder

    monkeypatch.setattr(qa.builder.build, "__defaults__", (True, prepare_fake))
    monkeypatch.setattr(
        Assistant.open.__func__,  # type: ignore[attr-defined]
        "__kwdefaults__",
        {"settings": None, "open_encoder": open_fake},
    )
    questions = [*QUESTIONS, ask("words", "top tenth", "data-scientist#pay")]  # words that the fake doesn't know
    found = {v.name: f for v, f in sweep(settings, questions)}
    assert {"dense alone", "BM25 alone", "hybrid, dense 0.5, headings 0.2", "passages of 120 words"} <= set(found)
    assert all(f is not None and f["nDCG@10"].count == 7 for f in found.values())
    here = evaluate(assistant, questions)
    assert found["as configured"] == {m: here.figures[m] for m in here.values}
    assert found["dense alone"] != found["BM25 alone"]
    # Guides that changed since aren't cut anew for an index of other guides.
    (settings.corpus / "new.md").write_text("# New\n\nNew text.\n")
    assert {v.name for v, f in sweep(settings, questions) if f is None} == {
        f"passages of {n} words" for n in (30, 60, 120, 180)
    }
