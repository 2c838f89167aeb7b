"""careers-qa build."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from qa.cli.options import index_option
from qa.config import Settings, load_settings


@click.command()
@click.argument("corpus", required=False, type=click.Path(path_type=Path))
@index_option
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


def build_if_needed(settings: Settings) -> None:
    """Build the index when there is none or the corpus changed since."""
    from qa.builder import build as build_index
    from qa.builder import is_current

    if not is_current(settings):
        for line in build_index(settings, progress=sys.stderr.isatty()).lines():
            click.echo(line)
