"""careers-qa serve."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.build import build_if_needed
from qa.cli.options import index_option
from qa.config import load_settings


@click.command()
@index_option
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
