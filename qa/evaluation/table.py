"""An evaluation as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.evaluation.comparison import Comparison, Turned
from qa.evaluation.evaluation import FIGURES, Evaluation
from qa.evaluation.measures import MEASURES, Figure
from qa.evaluation.running import Outcome, Reason
from qa.evaluation.slices import Slice

_SLICES = 12  # slices of a kind that are listed
_TURNED = 10  # questions won, and lost, that are listed
_WIDTH = 48  # characters of a name
KINDS = {
    "guide": "By guide",
    "category": "By category",
    "named": "By how the question names its guide",
    "asked": "By what was asked before",
}
WHY: dict[Reason, str] = {
    "not indexed": "the index lacks it",
    "filtered out": "it lies outside the document that the question is asked within",
    "ranked below 5": "it was ranked below 5",
    "judged not covered": "the question was judged not covered",
    "answered although not covered": "the guides don't cover it, and it was answered",
    "answer not shown": "no shown passage holds the answer's text",
}


def summary_lines(evaluation: Evaluation) -> list[str]:
    """What was asked of what, how it was judged, and every figure."""
    index, figures = evaluation.index, evaluation.figures
    lines = [
        f"{len(evaluation.outcomes)} questions of {evaluation.name}, asked of {index['documents']} documents with "
        f"{index['sections']} sections (model {index['model']}).",
        f"{judged_line(evaluation)}",
        "",
    ]
    rows = [("figure", "value", "95 % interval", "questions", "")]
    rows += [(n, *_cells(figures[n]), FIGURES[n]) for n in FIGURES if n in figures and figures[n].value is not None]
    return lines + aligned(rows)


def judged_line(evaluation: Evaluation) -> str:
    """Which kind of relevance was used, and for how many questions."""
    by = evaluation.judged
    uncovered = by.pop("not covered", 0)
    judged = ", ".join(f"{count} by {kind}" for kind, count in by.items()) or "none"
    return f"Relevance judged: {judged}; not covered by the guides: {uncovered}."


def slice_lines(evaluation: Evaluation) -> list[str]:
    """The parts of the set, weakest first."""
    lines: list[str] = []
    for kind, heading in KINDS.items():
        parts = [p for p in slice_order(evaluation) if p[0].kind == kind]
        if not parts:
            continue
        more = f", the {_SLICES} weakest of {len(parts)}" if len(parts) > _SLICES else ""
        columns = ("Success@1", "Success@5", "nDCG@10", "Answered", "Mistaken")
        rows: list[Sequence[str]] = [(heading + more, "questions", *columns)]
        rows += [(_cut(p.name), str(len(p.outcomes)), *(number(f[c]) for c in columns)) for p, f in parts[:_SLICES]]
        lines += ["", *aligned(rows)]
    return lines


def slice_order(evaluation: Evaluation) -> list[tuple[Slice, dict[str, Figure]]]:
    """Slices by kind, the weakest of each first."""
    kinds = list(KINDS)
    return sorted(evaluation.slices, key=lambda part: (kinds.index(part[0].kind), *_strength(part)))


def failure_lines(evaluation: Evaluation, most: int) -> list[str]:
    """The questions that failed: what was expected at which rank, what came, and why."""
    failures = evaluation.failures
    if not failures:
        return ["", "No question failed."]
    lines = ["", f"{len(failures)} of {len(evaluation.outcomes)} questions failed:"]
    for outcome in failures[:most]:
        lines += ["", f"{outcome.question.id}: {outcome.question.text}", *(f"  {x}" for x in explained(outcome))]
    if len(failures) > most:
        lines += ["", f"{len(failures) - most} more are in --json and --report."]
    return lines


def explained(outcome: Outcome) -> list[str]:
    """What a question was to get, what it got, and why it failed."""
    lines = []
    if outcome.covered:
        names = list(outcome.judgement.relevant)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        at = f"at rank {outcome.rank}" if outcome.rank else f"not among {len(outcome.ranking)} found"
        lines.append(f"expected: {', '.join(names[:3])}{more} ({at})")
    else:
        lines.append("expected: no answer")
    if outcome.found and outcome.rank != 1:
        lines.append(f"came:     {outcome.found[0].section} ({outcome.found[0].title})")
    if not outcome.found:
        lines.append("came:     nothing")
    if outcome.quotes and outcome.reasons[:1] in (("answered although not covered",), ("answer not shown",)):
        lines.append(f"quoted:   {' '.join(outcome.quotes[0].split())}")
    if outcome.reasons:
        lines.append(f"why:      {', '.join(WHY[r] for r in outcome.reasons)} (confidence {outcome.confidence:.2f})")
    return lines


def comparison_lines(comparison: Comparison) -> list[str]:
    """Each measure's paired difference, and the questions won and lost."""
    aside = f"; {comparison.left_out} left out, not alike in both" if comparison.left_out else ""
    rows = [("measure", "before", "now", "difference", "95 % interval", "p")]
    rows += [
        (n, f"{c.before:.4f}", f"{c.after:.4f}", f"{c.difference:+.4f}", _interval(c.low, c.high, "+"), f"{c.p:.4f}")
        for n, c in comparison.changes.items()
    ]
    both = f"{comparison.shared} covered and {comparison.others} other questions are in both"
    lines = ["", f"Compared with {comparison.earlier} ({both}{aside}):"]
    lines += ["", *aligned(rows)]
    for word, turned in (("won", comparison.won), ("lost", comparison.lost)):
        lines += ["", f"{len(turned)} questions {word} by nDCG@10{':' if turned else '.'}"]
        lines += [f"  {_turn(t)}" for t in turned[:_TURNED]]
        lines += [f"  and {len(turned) - _TURNED} more in --json"] if len(turned) > _TURNED else []
    return lines


def sweep_lines(variants: Iterable[tuple[str, dict[str, Figure] | None]]) -> list[str]:
    """One row a variant of settings."""
    rows: list[Sequence[str]] = [("settings", *MEASURES, "95 % of nDCG@10")]
    missing = False
    for name, figures in variants:
        missing |= figures is None
        if figures is not None:
            last = figures["nDCG@10"]
            rows.append((name, *(number(figures[m]) for m in MEASURES), _interval(last.low, last.high)))
    note = "Passage lengths are left out: the corpus folder isn't what the index was built from; name it with --corpus."
    return aligned(rows) + (["", note] if missing else [])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with their columns in line: the first and last to the left, numbers to the right."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    last = len(widths) - 1
    left = {0} | ({last} if not rows[0][last] else set())
    return [
        "  ".join(
            c.ljust(w) if n in left else c.rjust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def number(figure: Figure) -> str:
    """A figure's value: shares with four decimals, milliseconds with one."""
    return "-" if figure.value is None else f"{figure.value:.{4 if figure.value <= 1 else 1}f}"


def _cells(figure: Figure) -> tuple[str, str, str]:
    return number(figure), _interval(figure.low, figure.high), str(figure.count)


def _interval(low: float | None, high: float | None, sign: str = "") -> str:
    return "-" if low is None or high is None else f"{low:{sign}.4f} to {high:{sign}.4f}"


def _strength(part: tuple[Slice, dict[str, Figure]]) -> tuple[float, str]:
    value = part[1]["nDCG@10"].value
    return (2.0 if value is None else value), part[0].name


def _turn(turned: Turned) -> str:
    before, after = (str(r) if r else "not found" for r in (turned.before, turned.after))
    return f"{turned.id}: rank {before} -> {after}: {turned.question}"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
