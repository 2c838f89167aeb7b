"""careers-qa evaluate."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.options import index_option
from qa.config import Settings, load_settings
from qa.errors import IndexFolderError, QuestionSetError

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.evaluation.questions import Question

MISSED = 4  # exit status when a bound is missed
_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--questions", type=_FILE, help="A question set, JSON Lines.")
@click.option("--beir", type=_FILE, help="A BEIR folder; its corpus is indexed, in a cache unless --index is given.")
@click.option("--split", default="test", show_default=True, help="Which of the BEIR folder's qrels to use.")
@index_option
@click.option("--corpus", type=_FILE, help="Folder of the guides, for --sweep to cut anew [default: corpus].")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, which --compare reads.")
@click.option("--report", type=_FILE, help="Write one self-contained HTML page.")
@click.option("--run", "run_file", type=_FILE, help="Write the rankings as a TREC run file.")
@click.option("--qrels", "qrels_file", type=_FILE, help="Write what is relevant as a TREC qrels file.")
@click.option(
    "--min", "least", multiple=True, metavar="METRIC=VALUE", help="Exit with status 4 below this; repeatable."
)
@click.option("--max", "most", multiple=True, metavar="METRIC=VALUE", help="Exit with status 4 above this; repeatable.")
@click.option("--compare", "earlier", type=_FILE, help="An earlier --json output to compare with.")
@click.option("--sweep", "sweeps", is_flag=True, help="Compare settings in one table instead.")
@click.option("--allow-missing", is_flag=True, help="Count relevant sections that the index lacks as not found.")
@click.option("--failures", default=20, show_default=True, type=click.IntRange(0), help="Failed questions to list.")
def evaluate(
    questions: Path | None,
    beir: Path | None,
    split: str,
    index: Path | None,
    corpus: Path | None,
    as_json: bool,
    report: Path | None,
    run_file: Path | None,
    qrels_file: Path | None,
    least: tuple[str, ...],
    most: tuple[str, ...],
    earlier: Path | None,
    sweeps: bool,
    allow_missing: bool,
    failures: int,
) -> None:
    """Measure retrieval and answers on a question set or a BEIR folder.

    \b
    careers-qa evaluate --questions corpus/questions.jsonl --report report.html
    careers-qa evaluate --questions corpus/questions.jsonl --min nDCG@10=0.6
    careers-qa evaluate --beir scifact --json > before.json
    careers-qa evaluate --beir scifact --compare before.json
    careers-qa evaluate --questions corpus/questions.jsonl --sweep
    """
    if sweeps and (report or run_file or qrels_file or least or most or earlier):
        raise QuestionSetError(
            "--sweep prints a table only: leave out --report, --run, --qrels, --min, --max, --compare."
        )
    written = {"--report": report, "--run": run_file, "--qrels": qrels_file}
    _check_written(written, _read(questions, beir, split, earlier))

    from qa.assistant import Assistant
    from qa.evaluation.bounds import missed, parse_bound
    from qa.evaluation.collection import read_collection
    from qa.evaluation.comparison import compare, read_run
    from qa.evaluation.evaluation import evaluate as evaluate_set
    from qa.evaluation.judging import Judge
    from qa.evaluation.questions import read_questions
    from qa.evaluation.table import comparison_lines, failure_lines, slice_lines, summary_lines
    from qa.evaluation.trec import qrels_lines, run_lines

    bounds = [*(parse_bound(b) for b in least), *(parse_bound(b, most=True) for b in most)]
    before = read_run(earlier) if earlier else None
    progress = sys.stderr.isatty()
    if beir is not None and questions is None:
        settings = _beir_settings(beir, index, progress)
        assistant = Assistant.open(settings=settings)
        asked = read_collection(beir, split, Judge(assistant.library).anchors)
    elif questions is not None and beir is None:
        asked = read_questions(questions)
        assistant = Assistant.open(settings=load_settings(index=index, corpus=corpus))
    else:
        raise QuestionSetError(
            "Give one of --questions FILE and --beir FOLDER, as in: "
            "careers-qa evaluate --questions corpus/questions.jsonl."
        )
    if sweeps:
        _sweep(assistant, asked, allow_missing, as_json, progress)
        return
    result = evaluate_set(assistant, asked, str(beir or questions), allow_missing, progress)
    comparison = compare(result, before, str(earlier)) if before is not None else None
    if run_file:
        _write(run_file, "\n".join([*run_lines(result.outcomes), ""]))
    if qrels_file:
        _write(qrels_file, "\n".join([*qrels_lines(result.outcomes), ""]))
    if report:
        from qa.evaluation.report import page

        _write(report, page(result, comparison))
    if as_json:
        values = result.to_dict() | ({"comparison": comparison.to_dict()} if comparison else {})
        click.echo(json.dumps(values, ensure_ascii=False))
    else:
        lines = [*failure_lines(result, failures), "", *summary_lines(result), *slice_lines(result)]
        lines += comparison_lines(comparison) if comparison else []
        click.echo("\n".join(lines).strip("\n"))
    if sentences := missed(bounds, result.figures):
        click.echo("\n".join(sentences), err=True)
        raise SystemExit(MISSED)


def _sweep(assistant: Assistant, asked: Sequence[Question], allow_missing: bool, as_json: bool, progress: bool) -> None:
    from tqdm import tqdm

    from qa.evaluation.sweep import sweep, variants
    from qa.evaluation.table import sweep_lines

    total = len(variants(assistant.settings))
    swept = sweep(assistant.settings, asked, allow_missing)
    found = [(v.name, figures) for v, figures in tqdm(swept, "Comparing", total, disable=not progress)]
    if as_json:
        rows = [{"name": n, "figures": {m: g.to_dict() for m, g in f.items()}} for n, f in found if f is not None]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        click.echo("\n".join(sweep_lines(found)))


def _beir_settings(beir: Path, index: Path | None, progress: bool) -> Settings:
    """Settings with an index of the folder's corpus, built if there is none.

    Raises IndexFolderError rather than replace an index of something else.
    """
    from qa.builder import build, is_current
    from qa.engines import in_use
    from qa.reading.beir import CORPUS, is_beir

    if not is_beir(beir):
        raise QuestionSetError(f"The folder {beir} has no {CORPUS}: name a BEIR folder.")
    settings = load_settings(corpus=beir, index=index or _cache(beir))
    if index is None:  # an alias of its own in Milvus, too
        name = re.sub(r"\W", "_", f"{settings.milvus_collection}_{settings.index.name}")
        settings = settings.model_copy(update={"milvus_collection": name})
    if is_current(settings):
        return settings
    if index is not None:
        try:
            in_use(settings)
        except IndexFolderError:
            pass
        else:
            raise IndexFolderError(
                f"The index in {index} isn't one of {beir} with the settings in use: name an empty folder, "
                f"or build it with careers-qa build {beir} --index {index}."
            )
    build(settings, progress=progress)
    return settings


def _cache(beir: Path) -> Path:
    """Where the index of a BEIR folder is kept from one evaluation to the next."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    where = hashlib.sha256(str(beir.resolve()).encode()).hexdigest()[:12]
    return base / "careers-qa" / f"{beir.resolve().name}-{where}"


def _read(questions: Path | None, beir: Path | None, split: str, earlier: Path | None) -> list[Path]:
    """The files that an evaluation reads beside the index."""
    from qa.evaluation.collection import files_of

    return [*(path for path in (questions, earlier) if path), *(files_of(beir, split) if beir else ())]


def _check_written(written: Mapping[str, Path | None], read: Sequence[Path]) -> None:
    """Raise QuestionSetError for a file that can't be written, or that would replace another of this command."""
    taken = {path.resolve(): "is read by this evaluation" for path in read}
    for option, path in written.items():
        if path is None:
            continue
        if path.is_dir() or not path.parent.is_dir():
            raise QuestionSetError(f"The file {path} can't be written: name a file in a folder that exists.")
        if why := next((why for other, why in taken.items() if _is_one(path, other)), ""):
            raise QuestionSetError(f"The file {path} of {option} {why}: name another.")
        taken[path.resolve()] = "is written by another option too"


def _is_one(path: Path, other: Path) -> bool:
    """Whether two paths lead to one file, by whatever links."""
    return path.resolve() == other or (path.exists() and other.exists() and path.samefile(other))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise QuestionSetError(f"The file {path} can't be written ({error.strerror}): name another.") from error
