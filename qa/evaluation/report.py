"""An evaluation as one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qa.evaluation import plots
from qa.evaluation.comparison import Comparison
from qa.evaluation.evaluation import FIGURES, Evaluation
from qa.evaluation.measures import MEASURES
from qa.evaluation.running import Outcome
from qa.evaluation.table import WHY, judged_line, number, slice_order

_GUIDES = 30  # bars of the weakest guides
_RANKS = ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 10), (11, 20), (21, 50), (51, 10**9))


def page(evaluation: Evaluation, comparison: Comparison | None = None) -> str:
    """The report. Text of guides and questions is escaped by the template;
    the page's policy lets nothing be loaded and no script run but its own."""
    environment = Environment(
        loader=PackageLoader("qa.evaluation", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    folder = resources.files("qa.evaluation")
    script = folder.joinpath("report.js").read_text(encoding="utf-8")
    style = folder.joinpath("report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("report.html").render(
        evaluation=evaluation,
        comparison=comparison,
        judged=judged_line(evaluation),
        number=number,
        described=FIGURES,
        measures=list(MEASURES),
        slices=slice_order(evaluation),
        plots=_plots(evaluation),
        rows=[_row(evaluation, outcome) for outcome in evaluation.ranked],
        script=script,
        style=style,
        policy=f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'",
    )


def _row(evaluation: Evaluation, outcome: Outcome) -> dict[str, Any]:
    name = outcome.question.id
    return {
        "outcome": outcome,
        "why": ", ".join(WHY[reason] for reason in outcome.reasons),
        "value": evaluation.values["nDCG@10"].get(name),
        "expected": [(n, evaluation.expected_texts.get(n, "")) for n in list(outcome.judgement.relevant)[:3]],
        "more": max(len(outcome.judgement.relevant) - 3, 0),
    }


def _plots(evaluation: Evaluation) -> list[tuple[str, Markup]]:
    """Headings and plots; one that has nothing to show is left out."""
    outcomes = evaluation.outcomes
    covered = [o for o in outcomes if o.covered]
    others = [o for o in outcomes if not o.covered]
    found = []
    guides = [(p.name, f["nDCG@10"]) for p, f in slice_order(evaluation) if p.kind == "guide"]
    bars = [plots.Bar(n, f.value, f.low, f.high, f.count) for n, f in guides if f.value is not None][:_GUIDES]
    if bars:
        title = f"nDCG@10 by guide, the {_GUIDES} weakest" if len(guides) > _GUIDES else "nDCG@10 by guide"
        found.append((title, plots.bars(title, bars)))
    if covered:
        names = [str(a) if a == b else f"{a}-{b}" if b < 10**9 else f"{a}+" for a, b in _RANKS]
        counts = [sum(a <= (o.rank or 0) <= b for o in covered) for a, b in _RANKS]
        title = "Rank of the first relevant section"
        missing = sum(o.rank is None for o in covered)
        found.append((title, plots.columns(title, [*names, "none"], [*counts, missing], "rank")))
    title = "Confidence of covered and not covered questions"
    threshold = float(evaluation.settings["min_confidence"])
    scores = [o.confidence for o in covered], [o.confidence for o in others]
    found.append((title, plots.confidences(title, *scores, threshold)))
    answered, mistaken = evaluation.figures["Answered"].value, evaluation.figures["Mistaken"].value
    if evaluation.curve and answered is not None and mistaken is not None:
        title = "Covered questions answered, against errors"
        points = [(p.mistaken, p.answered) for p in evaluation.curve]
        found.append((title, plots.curve(title, points, (mistaken, answered))))
    title = "Latency"
    marks = {n: float(evaluation.figures[n].value or 0) for n in ("p50", "p95")}
    found.append((title, plots.histogram(title, [o.elapsed_ms for o in outcomes], marks, "milliseconds")))
    return found
