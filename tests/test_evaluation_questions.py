"""Question sets and BEIR folders: what is read, and what is said of broken ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.errors import QAError
from qa.evaluation.collection import read_collection, read_qrels
from qa.evaluation.judging import Judge, holds
from qa.evaluation.questions import Question, read_questions


def written(text: str, name: str = "q.jsonl") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_field_is_read() -> None:
    row = {"id": 7, "question": "Pay?", "relevant": ["nurse#pay", "cook", "nurse#pay"], "answers": ["$1"],
           "history": ["What do nurses do?"], "category": "pay", "document": "nurse", "note": {"x": 1}}  # fmt: skip
    found, plain = read_questions(written(json.dumps(row) + '\n\n{"question": "b", "relevant": []}\n'))
    assert found == Question(
        "7", "Pay?", "Line 1 of q.jsonl", {"nurse#pay": 1, "cook": 1}, ("$1",), ("What do nurses do?",), "pay", "nurse"
    )
    assert (plain.id, plain.relevant, plain.document) == ("3", {}, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"question": "a"}\n{"question": ', "Line 2 of q.jsonl isn't JSON"),
        ("[1]", "Line 1 of q.jsonl isn't a JSON object"),
        ('{"id": "1"}', 'Line 1 of q.jsonl has no "question"'),
        ('{"question": "  "}', 'Line 1 of q.jsonl has no "question"'),
        ('{"question": 5}', 'Line 1 of q.jsonl has a "question" that isn\'t text'),
        ('{"question": "a", "relevant": "nurse"}', 'Line 1 of q.jsonl has a "relevant"'),
        ('{"question": "a", "answers": "x"}', 'Line 1 of q.jsonl has "answers"'),
        ('{"question": "a", "history": [1]}', 'Line 1 of q.jsonl has "history"'),
        ('{"question": "a", "category": 3}', 'Line 1 of q.jsonl has a "category"'),
        ('{"question": "a", "id": [1]}', 'Line 1 of q.jsonl has an "id"'),
        ('{"question": "\\ud800"}', "Line 1 of q.jsonl has half of a surrogate pair"),
        (
            '{"id": "x", "question": "a"}\n{"id": "x", "question": "b"}',
            "Line 2 of q.jsonl has the id x, as line 1 of q.jsonl has: give",
        ),
        (
            '{"id": "2", "question": "a"}\n{"question": "b"}',
            "Line 2 of q.jsonl has the id 2, as line 1 of q.jsonl has: a line without an id has its number, so give",
        ),
        ("\n\n", "The question set q.jsonl has no questions"),
    ],
)
def test_broken_sets_get_one_sentence_with_file_and_line(text: str, said: str) -> None:
    with pytest.raises(QAError) as error:
        read_questions(written(text))
    assert str(error.value).startswith(said)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_a_byte_order_mark_is_no_part_of_a_set() -> None:
    Path("q.jsonl").write_bytes(b'\xef\xbb\xbf{"question": "Pay?"}\n')
    assert [q.text for q in read_questions(Path("q.jsonl"))] == ["Pay?"]


def test_a_set_that_cant_be_read_gets_one_plain_sentence() -> None:
    Path("q.jsonl").write_bytes(b'{"question": "Pay?"}\n{"question": "caf\xe9?"}\n')
    with pytest.raises(QAError, match=r"^Line 2 of q\.jsonl isn't UTF-8: save the file as UTF-8\.$"):
        read_questions(Path("q.jsonl"))
    with pytest.raises(QAError, match=r"^The file none\.jsonl can't be read \(No such file or directory\): name a"):
        read_questions(Path("none.jsonl"))


def question(relevant: dict[str, int] | None, **more: object) -> Question:
    return Question("1", "Pay?", "Line 4 of q.jsonl", relevant, **more)  # type: ignore[arg-type]


class TestJudging:
    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            (question({"health/nurse#pay": 1, "health/nurse#pension": 1}), "names the section health/nurse#pension"),
            (question({"cook": 1}), "names the document cook"),
            (question({"health/nurse#pay": 1}, document="cook"), "asks within the document cook"),
            (question({}, unreviewed=True), "was voted down and isn't reviewed"),
            (question(None), 'has no "relevant"'),
            (question(None, answers=("nowhere to be found",)), 'has "answers" that no section'),
        ],
    )
    def test_what_the_index_lacks_is_an_error_that_names_it(
        self, assistant: Assistant, asked: Question, said: str
    ) -> None:
        with pytest.raises(QAError, match=f"^Line 4 of q.jsonl {said}"):
            Judge(assistant.library).judge(asked)

    def test_missing_sections_may_be_allowed(self, assistant: Assistant) -> None:
        judged = Judge(assistant.library).judge(question({"health/nurse#pension": 1}), allow_missing=True)
        assert (judged.by, judged.missing) == ("section", ("health/nurse#pension",))

    def test_by_section_and_by_document(self, assistant: Assistant) -> None:
        hits = assistant.search("nurse pay", 9)
        judge = Judge(assistant.library)
        by_section = judge.judge(question({"health/nurse#pay": 1}))
        assert (by_section.by, by_section.items(hits)) == ("section", [h.section_id for h in hits])
        by_document = judge.judge(question({"health/nurse": 1}))
        assert by_document.by == "document"
        assert by_document.items(hits) == list(dict.fromkeys(h.document.id for h in hits))
        assert by_document.items(hits)[0] == "health/nurse"
        mixed = judge.judge(question({"health/nurse": 1, "data-scientist#pay": 1}))
        assert mixed.by == "section"
        assert {"health/nurse", "data-scientist#pay"} <= set(mixed.items(hits))
        assert not any(item.startswith("health/nurse#") for item in mixed.items(hits))

    def test_by_answer_text(self, assistant: Assistant) -> None:
        judged = Judge(assistant.library).judge(question(None, answers=("MEDIAN\n wage of $93,600", "nowhere")))
        assert (judged.by, judged.relevant) == ("answer text", {"health/nurse#pay": 1})

    def test_not_covered(self, assistant: Assistant) -> None:
        assert Judge(assistant.library).judge(question({})).by == "not covered"


def test_answers_are_found_whatever_case_and_white_space() -> None:
    assert holds("They  earn\nA LOT.", ["nothing", "earn a lot"])
    assert not holds("They earn a lot.", ["earns"])


def collection(qrels: str, queries: str = '{"_id": "a", "text": "A?"}\n{"_id": "b", "text": "B?"}\n') -> Path:
    written(queries, "beir/queries.jsonl")
    written(f"query-id\tcorpus-id\tscore\n{qrels}", "beir/qrels/test.tsv")
    return Path("beir")


class TestCollections:
    def test_unanswerable_questions_ride_in_a_sidecar(self) -> None:
        folder = collection("a\tr1\t2\na\tr2\t0\n")
        written('{"_id": "u", "text": "U?", "answers": ["x"]}\n', "beir/unanswerable.jsonl")
        a, u = read_collection(folder, "test", {"r1": "doc#r1", "r2": "doc#r2"})
        assert (a.id, a.relevant) == ("a", {"doc#r1": 2})  # b isn't judged by this split
        assert (u.id, u.relevant, u.answers) == ("u", {}, ("x",))

    def test_rows_that_are_not_indexed_are_named(self, assistant: Assistant) -> None:
        (a,) = read_collection(collection("a\tgone\t1\n"), "test", {"r1": "doc#r1"})
        with pytest.raises(QAError, match=r"Line 1 of beir/queries.jsonl names the section #gone, which the index"):
            Judge(assistant.library).judge(a)

    @pytest.mark.parametrize(
        ("folder", "said"),
        [
            (("a\tr1\tx\n",), "Line 2 of beir/qrels/test.tsv isn't query-id"),
            (("a r1 1\n",), "Line 2 of beir/qrels/test.tsv isn't query-id"),
            (("z\tr1\t1\n", '{"_id": "a", "text": "A?"}'), "The question set beir/queries.jsonl has no questions"),
            (("a\tr1\t1\nz\tr1\t1\n",), "beir/qrels/test.tsv judges the query z"),
            (("a\tr1\t1\n", '{"text": "A?"}'), 'Line 1 of beir/queries.jsonl has no "_id"'),
            (("a\tr1\t1\n", '{"_id": "a"}'), 'Line 1 of beir/queries.jsonl has no "text"'),
        ],
    )
    def test_broken_collections(self, folder: tuple[str, ...], said: str) -> None:
        with pytest.raises(QAError) as error:
            read_collection(collection(*folder), "test", {})
        assert str(error.value).startswith(said)

    def test_a_missing_split_names_those_that_there_are(self) -> None:
        with pytest.raises(QAError, match=r"dev.tsv can't be read .*there are: test"):
            read_qrels(collection("") / "qrels" / "dev.tsv")
