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
@click.option("--root-path", help="Path prefix that a proxy puts before all addresses, such as /assistant.")
@click.option(
    "--allow-origin", multiple=True, help="A portal that may embed the assistant, such as https://careers.example."
)
@click.option(
    "--trust-proxy", multiple=True, help="Address or network of a proxy whose X-Forwarded headers are believed."
)
@click.option("--corpus", type=click.Path(path_type=Path), help="Folder of the guides, for --build and --watch.")
@click.option("--build", "build_first", is_flag=True, help="First build the index if it is missing or out of date.")
@click.option("--watch", is_flag=True, help="Build the index again whenever the guides change.")
def serve(
    index: Path | None,
    host: str | None,
    port: int | None,
    root_path: str | None,
    allow_origin: tuple[str, ...],
    trust_proxy: tuple[str, ...],
    corpus: Path | None,
    build_first: bool,
    watch: bool,
) -> None:
    """Serve the chat page, the API and the widget.

    \b
    careers-qa serve --port 8000
    careers-qa serve --build
    careers-qa serve --build --watch --corpus guides
    careers-qa serve --allow-origin https://careers.example
    careers-qa serve --root-path /assistant --trust-proxy 10.0.0.0/8
    """
    from qa.server.run import serve as run

    settings = load_settings(
        index=index,
        host=host,
        port=port,
        corpus=corpus,
        root_path=root_path,
        allowed_origins=allow_origin or None,
        trusted_proxies=trust_proxy or None,
    )
    if build_first:
        build_if_needed(settings)
    run(settings, watch)
