"""careers-qa evaluate, and build on a BEIR folder, from the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import ir_measures
import pytest

from tests.conftest import GUIDES, ROOT, write_guides
from tests.test_cli import fake_model, run

__all__ = ["fake_model"]  # used by every test here

ROWS = (
    {"id": "pay", "question": "How much do nurses earn?", "relevant": ["health/nurse#pay"], "answers": ["$93,600"]},
    {"id": "degree", "question": "Which degree do nurses need?", "relevant": ["health/nurse"], "category": "training"},
    {"id": "moon", "question": "nurse on the moon", "relevant": []},
)


def write_rows(*rows: Mapping[str, object], name: str = "q.jsonl") -> str:
    Path(name).write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return name


@pytest.fixture
def built() -> None:
    write_guides(Path("corpus"), GUIDES)
    assert run("build").exit_code == 0
    write_rows(*ROWS)


@pytest.fixture
def beir(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_CACHE_HOME", str(Path("cache").resolve()))
    Path("set/qrels").mkdir(parents=True)
    rows: list[dict[str, object]] = [
        {"_id": "p1", "title": "Nurse", "headers": ["Pay"], "text": "Nurses earn $1."},
        {"_id": "p2", "title": "Nurse", "headers": ["Degree"], "text": "They need a degree."},
        {"_id": "p3", "title": "Developer", "text": "Software developers write programs."},
    ]
    write_rows(*rows, name="set/corpus.jsonl")
    write_rows({"_id": "a", "text": "nurse pay"}, {"_id": "b", "text": "software"}, name="set/queries.jsonl")
    write_rows({"_id": "u", "text": "nurse on the moon"}, name="set/unanswerable.jsonl")
    Path("set/qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\na\tp1\t1\nb\tp3\t1\n")
    Path("set/qrels/dev.tsv").write_text("query-id\tcorpus-id\tscore\na\tp2\t1\n")
    return "set"


@pytest.mark.usefixtures("built")
class TestAQuestionSet:
    def test_a_table_with_failures_first(self) -> None:
        result = run("evaluate", "--questions", "q.jsonl")
        assert result.exit_code == 0, result.output
        assert result.output.startswith("1 of 3 questions failed:\n\nmoon: nurse on the moon\n  expected: no answer\n")
        assert "1 by section, 1 by document; not covered by the guides: 1" in result.output
        assert re.search(
            r"^Success@1 +1\.0000 +1\.0000 to 1\.0000 +2  a relevant section is first$", result.output, re.M
        )
        assert re.search(r"^Mistaken +1\.0000 ", result.output, re.M)
        assert re.search(r"^By category +questions .*\ntraining +1 +1\.0000 ", result.output, re.M)

    def test_json_files_and_a_report(self) -> None:
        words = ("--json", "--run", "x.run", "--qrels", "x.qrels", "--report", "x.html")
        result = run("evaluate", "--questions", "q.jsonl", *words)
        values = json.loads(result.output)
        assert values["judged_by"] == {"section": 1, "document": 1, "not covered": 1}
        assert [row["id"] for row in values["rows"]] == ["moon", "pay", "degree"]
        assert Path("x.html").read_text(encoding="utf-8").startswith("<!doctype html>")
        # Another reader of the files comes to the same figures.
        qrels = ir_measures.read_trec_qrels("x.qrels")  # type: ignore[no-untyped-call]
        ranked = ir_measures.read_trec_run("x.run")  # type: ignore[no-untyped-call]
        again = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, ranked)
        assert again[ir_measures.nDCG @ 10] == pytest.approx(values["figures"]["nDCG@10"]["value"])

    def test_bounds_are_a_gate(self) -> None:
        kept = run("evaluate", "--questions", "q.jsonl", "--min", "nDCG@10=0.9", "--min", "Success@1=1")
        assert kept.exit_code == 0
        result = run("evaluate", "--questions", "q.jsonl", "--min", "nDCG@10=0.9", "--max", "Mistaken=0.5")
        assert result.exit_code == 4
        assert result.output.endswith("Mistaken is 1.0000, above the most allowed, 0.5.\n")

    def test_compare(self) -> None:
        Path("before.json").write_text(run("evaluate", "--questions", "q.jsonl", "--json").output)
        result = run("evaluate", "--questions", "q.jsonl", "--compare", "before.json")
        assert "Compared with before.json (2 covered and 1 other questions are in both)" in result.output
        assert "0 questions lost by nDCG@10." in result.output

    def test_sweep(self) -> None:
        result = run("evaluate", "--questions", "q.jsonl", "--sweep")
        assert result.exit_code == 0, result.output
        assert re.search(r"^BM25 alone( +[01]\.\d{4}){5}  ", result.output, re.M)
        assert re.search(r"^passages of 120 words( +[01]\.\d{4}){5}  ", result.output, re.M)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ((), "Give one of --questions FILE and --beir FOLDER"),
            (("--questions", "q.jsonl", "--beir", "x"), "Give one of --questions FILE and --beir FOLDER"),
            (("--questions", "none.jsonl"), "The file none.jsonl can't be read"),
            (("--beir", "corpus"), "The folder corpus has no corpus.jsonl"),
            (("--questions", "q.jsonl", "--min", "x=1"), "--min x=1 names no figure"),
            (("--questions", "q.jsonl", "--compare", "q.jsonl"), "The earlier run q.jsonl can't be read"),
            (("--questions", "q.jsonl", "--report", "no/x.html"), "The file no/x.html can't be written"),
            (("--questions", "q.jsonl", "--report", "./q.jsonl"), "The file q.jsonl of --report is read by this"),
            (("--questions", "q.jsonl", "--run", "link"), "The file link of --run is read by this evaluation"),
            (("--questions", "x", "--compare", "q.jsonl", "--qrels", "q.jsonl"), "The file q.jsonl of --qrels is read"),
            (("--beir", "set", "--run", "set/queries.jsonl"), "The file set/queries.jsonl of --run is read by this"),
            (("--questions", "q.jsonl", "--run", "x", "--qrels", "x"), "The file x of --qrels is written by another"),
            (("--questions", "q.jsonl", "--sweep", "--min", "AUC=1"), "--sweep prints a table only"),
        ],
    )
    def test_errors_are_one_sentence(self, words: tuple[str, ...], said: str) -> None:
        Path("link").symlink_to("q.jsonl")
        Path("set").mkdir()
        before = Path("q.jsonl").read_bytes()
        result = run("evaluate", *words)
        assert Path("q.jsonl").read_bytes() == before
        assert result.exit_code == 1
        assert result.output.startswith(f"Error: {said}")
        assert result.output.endswith(".\n")
        assert result.output.count("\n") == 1

    def test_a_section_that_does_not_exist_is_named(self) -> None:
        write_rows(*ROWS, {"question": "x", "relevant": ["health/nurse#pension"]})
        result = run("evaluate", "--questions", "q.jsonl")
        assert result.exit_code == 1
        assert "Line 4 of q.jsonl names the section health/nurse#pension" in result.output
        allowed = run("evaluate", "--questions", "q.jsonl", "--allow-missing")
        assert allowed.exit_code == 0
        assert "the index lacks it" in allowed.output

    def test_ask_reads_the_same_set(self) -> None:
        write_rows({"question": "pay?", "document": "health/nurse"}, {"question": "pay?", "document": "developer"})
        lines = run("ask", "--questions", "q.jsonl", "--json").output.splitlines()
        assert {c["document_id"] for c in json.loads(lines[0])["citations"]} == {"health/nurse"}
        assert {c["document_id"] for c in json.loads(lines[1])["citations"]} <= {"developer"}


class TestABeirFolder:
    def test_it_is_built_once_and_evaluated(self, beir: str) -> None:
        result = run("evaluate", "--beir", beir, "--json")
        assert result.exit_code == 0, result.output
        values = json.loads(result.output)
        assert values["judged_by"] == {"section": 2, "not covered": 1}
        assert values["figures"]["Success@1"]["value"] == 1
        assert values["rows"][0]["id"] == "u"
        (kept,) = Path("cache/careers-qa").glob("set-*/CURRENT")
        before = kept.read_text()
        assert run("evaluate", "--beir", beir).exit_code == 0
        assert kept.read_text() == before
        with Path("set/corpus.jsonl").open("a") as file:
            file.write('\n{"_id": "p4", "text": "More."}')
        assert run("evaluate", "--beir", beir).exit_code == 0
        assert kept.read_text() != before

    def test_another_split(self, beir: str) -> None:
        values = json.loads(run("evaluate", "--beir", beir, "--split", "dev", "--json").output)
        assert [row["relevant"] for row in values["rows"] if row["id"] == "a"] == [{"nurse#p2": 1}]
        missing = run("evaluate", "--beir", beir, "--split", "train")
        assert "there are: dev, test" in missing.output

    def test_an_index_of_other_guides_is_left_as_it_is(self, beir: str) -> None:
        write_guides(Path("corpus"), GUIDES)
        run("build", "--index", "mine")
        before = Path("mine/CURRENT").read_text()
        result = run("evaluate", "--beir", beir, "--index", "mine")
        assert result.exit_code == 1
        assert "The index in mine isn't one of set" in result.output
        assert Path("mine/CURRENT").read_text() == before
        assert run("evaluate", "--beir", beir, "--index", "new").exit_code == 0
        assert run("check", "--index", "new").exit_code == 0

    def test_build_reads_it(self, beir: str) -> None:
        assert "2 documents, 3 sections" in run("build", beir).output
        assert run("documents").output == "nurse\tNurse\ndeveloper\tDeveloper\n"
        Path("set/corpus.jsonl").write_text('{"_id": "1", "text": "x"}\n{')
        broken = run("build", beir)
        assert broken.exit_code == 1
        assert broken.output == "Error: Line 2 of set/corpus.jsonl isn't JSON: mend it.\n"
        Path("set/corpus.jsonl").write_text("")
        assert "has no rows" in run("build", beir).output
        assert run("documents").output == "nurse\tNurse\ndeveloper\tDeveloper\n"


def test_the_documentation_shows_every_option() -> None:
    from qa.cli.evaluate import evaluate

    text = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    for option in evaluate.params:
        assert option.opts[0] in text, option.name
