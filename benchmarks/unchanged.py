"""Whether speed costs quality: python -m benchmarks.unchanged [DATA].

The first five sections for each of the 500 job titles, from the index as it
is (converted model, its precision, vectors kept as float16) and from the same
search over vectors that sentence-transformers gives in float32, searched
exactly. Where the lists differ, it says by how much the reference's own
scores tell the exchanged sections apart; and what both lists are worth, as
nDCG@10 by page with the paired difference.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.retrieval import built
from qa.assistant import Assistant
from qa.evaluation.measures import figures, measure
from qa.evaluation.questions import read_questions
from qa.reading.passages import encoded_text
from qa.reading.sentence_transformers import SentenceTransformerEncoder
from qa.retrieval.hybrid import HybridSearch
from qa.stores.faiss_store import FaissStore
from qa.stores.library import Library
from qa.stores.local import LocalPassages
from qa.stores.tokens import TokenStore, signs

_SHOWN = 5
_DEPTH = 100  # sections among which ten pages are
# Fused scores run from 0 to 1; what is nearer than this is a tie.
_TIE = 0.005


def reference(search: HybridSearch, model: str) -> HybridSearch:
    """The same search over sentence-transformers' own vectors."""
    library = search.library
    assert isinstance(library, Library)
    encoder = SentenceTransformerEncoder(model)
    pairs = [library.section(n) for n in range(len(library.section_document))]
    sections = [encoded_text(d, s, s.start, s.end) for d, s in pairs]
    passages = [encoded_text(*pairs[n], start, end) for n, start, end in library.passage_table.tolist()]
    texts = list(dict.fromkeys(passages + sections))
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    store = FaissStore.build(np.stack([vectors[t] for t in passages]), exact_up_to=len(passages))
    whole = np.stack([vectors[t] for t in sections])
    words = [signs(text, encoder.read([text])[1][0]) for text in sections]
    with TemporaryDirectory() as work:
        TokenStore.write(Path(work) / "tokens", words)
        tokens = TokenStore(Path(work) / "tokens")
        passages_of = LocalPassages(library, store, whole, tokens)
        return HybridSearch(library, passages_of, search.fields, encoder, search.weights)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path(os.environ.get("CAREERS_QA_DATA", "../shared/data")))
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / ".work" / "retrieval")
    options = parser.parse_args()
    settings = built(options.data / "ooh" / "markdown", options.work / "ooh")
    ours = Assistant.open(settings=settings)._search
    theirs = reference(ours, settings.model)
    questions = read_questions(options.data / "ooh" / "job-titles.jsonl")
    same, ties, gaps = 0, 0, []
    pages: list[dict[str, list[str]]] = [{}, {}]
    for question in questions:
        lists = [search.search(question.text, _DEPTH) for search in (theirs, ours)]
        for of, hits in zip(pages, lists, strict=True):
            of[question.id] = list(dict.fromkeys(h.document.id for h in hits))
        scores = {h.section_id: h.score for h in lists[0]}
        wanted, found = ([h.section_id for h in hits[:_SHOWN]] for hits in lists)
        if found == wanted:
            same += 1
            continue
        # Place by place: what the reference thinks of the section it has there, and of ours.
        gap = max(abs(scores[a] - scores.get(b, 0.0)) for a, b in zip(wanted, found, strict=True))
        ties += gap <= _TIE
        gaps.append(gap)
    count = len(questions)
    print(f"{count} job titles: the same {_SHOWN} sections in the same order for {same} ({same / count:.1%}).")
    print(
        f"Of the other {count - same}, {ties} exchange sections that the reference scores within {_TIE} of each other;"
    )
    print(
        f"the largest difference is {max(gaps, default=0):.4f}. The same, ties included: {(same + ties) / count:.1%}."
    )
    qrels = {q.id: q.relevant or {} for q in questions}
    before, after = (np.array(list(measure(qrels, of)["nDCG@10"].values())) for of in pages)
    (change,) = figures((after - before)[None])
    print(
        f"nDCG@10 by page: {before.mean():.4f} and {after.mean():.4f}, {change.low:+.4f} to {change.high:+.4f} apart."
    )


if __name__ == "__main__":
    main()
