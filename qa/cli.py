"""The command line: careers-qa."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from qa import __version__
from qa.config import Settings, load_settings
from qa.errors import QAError, QuestionError

NOT_COVERED = 3  # exit status of a question that the guides don't cover


class _Group(click.Group):
    """Shows the program's own errors as one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except QAError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt as error:
            raise click.ClickException("Stopped; an index that was there before is as it was.") from error


_index = click.option("--index", type=click.Path(path_type=Path), help="Folder of the index [default: index].")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="careers-qa")
def main() -> None:
    """Answers careers questions with the guides' own words, with citations.

    \b
    careers-qa build corpus
    careers-qa ask "How much do data scientists earn?"
    careers-qa serve
    """


@main.command()
@click.argument("corpus", required=False, type=click.Path(path_type=Path))
@_index
@click.option("--model", help="A sentence-transformers model: its name or folder [default: all-MiniLM-L6-v2].")
@click.option("--quiet", is_flag=True, help="No progress bars.")
def build(corpus: Path | None, index: Path | None, model: str | None, quiet: bool) -> None:
    """Read the guides of a folder and build their index.

    \b
    careers-qa build corpus --index index
    """
    from qa.builder import build as build_index

    settings = load_settings(corpus=corpus, index=index, model=model)
    summary = build_index(settings, progress=not quiet and sys.stderr.isatty())
    for line in summary.lines():
        click.echo(line)


@main.command()
@click.argument("question", required=False)
@_index
@click.option("--document", help="Answer from this guide alone, by its id.")
@click.option("--history", multiple=True, help="An earlier question; give it several times, oldest first.")
@click.option("--questions", type=click.Path(path_type=Path), help="Answer each question of a JSON Lines file.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, one line a question.")
def ask(
    question: str | None,
    index: Path | None,
    document: str | None,
    history: tuple[str, ...],
    questions: Path | None,
    as_json: bool,
) -> None:
    """Answer a question; exit status 0 answered, 3 not covered.

    \b
    careers-qa ask "What skills does a data engineer need?"
    careers-qa ask "And the salary?" --history "What does a statistician do?"
    careers-qa ask --questions corpus/questions.jsonl --json
    """
    from qa.assistant import Assistant

    if (question is None) == (questions is None):
        raise QuestionError('Give one question or --questions FILE, as in: careers-qa ask "What does a nurse do?".')
    rows: list[dict[str, Any]] = [{"question": question, "history": history}]
    if questions:
        rows = _question_rows(questions)
    assistant = Assistant.open(settings=load_settings(index=index))
    answered = True
    for row in rows:
        answer = assistant.ask(row["question"], row.get("history") or (), document)
        answered = answer.answered
        if as_json:
            click.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
        else:
            click.echo(_shown(answer.to_dict()))
    if questions is None and not answered:
        raise SystemExit(NOT_COVERED)


@main.command()
@_index
def check(index: Path | None) -> None:
    """Verify every file of the index against its manifest.

    \b
    careers-qa check --index index
    """
    from qa.stores.folder import current, verify

    folder = load_settings(index=index).index
    faults = verify(folder)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise click.ClickException(f"The index in {folder} is damaged: build it again with careers-qa build.")
    _, manifest = current(folder)
    click.echo(
        f"The index in {folder} is whole: {manifest.documents} documents, {manifest.sections} sections, "
        f"{manifest.passages} passages, model {manifest.model}, built {manifest.built}."
    )


@main.command()
@_index
def documents(index: Path | None) -> None:
    """List the guides of the index: id and title.

    \b
    careers-qa documents
    """
    from qa.stores.folder import require_whole
    from qa.stores.library import Library

    library = Library(require_whole(load_settings(index=index).index)[0])
    for number in range(len(library.ids)):
        document = library.document(number)
        click.echo(f"{document.id}\t{document.title}")


@main.command()
@_index
@click.option("--host", help="Address to listen on [default: 127.0.0.1].")
@click.option("--port", type=int, help="Port to listen on [default: 7860].")
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the guides, for --build.")
@click.option("--build", "build_first", is_flag=True, help="First build the index if it is missing or out of date.")
def serve(index: Path | None, host: str | None, port: int | None, corpus: Path | None, build_first: bool) -> None:
    """Serve the chat page.

    \b
    careers-qa serve --port 8000
    careers-qa serve --build
    """
    from qa.server.run import serve as run

    settings = load_settings(index=index, host=host, port=port, corpus=corpus)
    if build_first:
        build_if_needed(settings)
    run(settings)


def build_if_needed(settings: Settings) -> None:
    """Build the index when there is none or the corpus changed since."""
    from qa.builder import build as build_index
    from qa.builder import is_current

    if not is_current(settings):
        for line in build_index(settings, progress=sys.stderr.isatty()).lines():
            click.echo(line)


def _question_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a question set. Raises QuestionError with file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"The question set {path} can't be read ({error}): name a JSON Lines file.") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise QuestionError(f"Line {number} of {path} isn't JSON: mend it.") from error
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            raise QuestionError(f'Line {number} of {path} has no "question": give each line one.')
        rows.append(row)
    return rows


def _shown(answer: dict[str, Any]) -> str:
    """An answer for a terminal."""
    if not answer["answered"]:
        lines = ["The guides don't cover this question. The nearest sections:"]
    else:
        lines = [answer["answer"], ""]
        lines += [f"[{c['number']}] {_place(c)}" for c in answer["citations"]]
        lines += ["", "See also:"] if answer["related"] else []
    return "\n".join(lines + [f"  - {_place(r)}" for r in answer["related"]])


def _place(entry: dict[str, Any]) -> str:
    where = " > ".join([entry["document_title"], *entry["headings"]])
    return f"{where} ({entry['url']})" if entry["url"] else where


if __name__ == "__main__":
    main()
