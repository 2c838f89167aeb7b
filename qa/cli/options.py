"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

index_option = click.option("--index", type=click.Path(path_type=Path), help="Folder of the index [default: index].")
