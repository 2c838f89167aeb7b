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


@click.command()
@index_option
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
