"""careers-qa build."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from qa.cli.options import index_option
from qa.config import Settings, load_settings
from qa.errors import ConfigError


@click.command()
@click.argument("corpus", required=False, type=click.Path(path_type=Path))
@index_option
@click.option("--model", help="A sentence-transformers model: its name or folder [default: all-MiniLM-L6-v2].")
@click.option("--shard", metavar="PART/OF", help="Build one part of several, such as 2/8, into Milvus.")
@click.option("--quiet", is_flag=True, help="No progress bars.")
def build(corpus: Path | None, index: Path | None, model: str | None, shard: str | None, quiet: bool) -> None:
    """Read the guides of a folder and build their index.

    \b
    careers-qa build corpus --index index
    careers-qa build corpus --shard 2/8
    """
    from qa.builder import WHOLE
    from qa.builder import build as build_index

    settings = load_settings(corpus=corpus, index=index, model=model)
    summary = build_index(settings, progress=not quiet and sys.stderr.isatty(), shard=_shard(shard) or WHOLE)
    for line in summary.lines():
        click.echo(line)


def _shard(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise ConfigError(f"The part {text} can't be built: give --shard as part/of, such as 2/8.")
    return int(found[1]), int(found[2])


def build_if_needed(settings: Settings) -> None:
    """Build the index when there is none or the corpus changed since."""
    from qa.builder import build as build_index
    from qa.builder import is_current

    if not is_current(settings):
        for line in build_index(settings, progress=sys.stderr.isatty()).lines():
            click.echo(line)
