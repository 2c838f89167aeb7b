"""careers-qa check and documents: what is in an index."""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.options import index_option
from qa.config import load_settings


@click.command()
@index_option
def check(index: Path | None) -> None:
    """Verify every file of the index against its manifest.

    \b
    careers-qa check --index index
    """
    from qa.engines import faults, in_use, place

    settings = load_settings(index=index)
    found, where = faults(settings), place(settings)
    for fault in found:
        click.echo(fault)
    if found:
        raise click.ClickException(f"The index in {where} is damaged: build it again with careers-qa build.")
    _, manifest = in_use(settings)
    click.echo(
        f"The index in {where} is whole: {manifest.documents} documents, {manifest.sections} sections, "
        f"{manifest.passages} passages, model {manifest.model}, built {manifest.built}."
    )


@click.command()
@index_option
def documents(index: Path | None) -> None:
    """List the guides of the index: id and title.

    \b
    careers-qa documents
    """
    from qa.engines import in_use, open_documents
    from qa.stores.engine import each_document

    settings = load_settings(index=index)
    for document in each_document(open_documents(*in_use(settings, whole=True), settings)):
        click.echo(f"{document.id}\t{document.title}")
