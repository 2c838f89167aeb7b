"""The command line: careers-qa."""

from __future__ import annotations

from typing import Any

import click

from qa import __version__
from qa.cli.ask import ask
from qa.cli.build import build
from qa.cli.calibrate import calibrate
from qa.cli.evaluate import evaluate
from qa.cli.feedback import feedback
from qa.cli.index import check, documents
from qa.cli.serve import serve
from qa.cli.widget import widget_tag
from qa.config import unknown_variables
from qa.errors import QAError

# What an installation that only serves leaves out (docs/deployment.md).
_BUILDING = {"sentence_transformers", "torch", "transformers", "ir_measures", "scipy"}


class _Group(click.Group):
    """Shows the program's own errors as one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except QAError as error:
            raise click.ClickException(str(error)) from error
        except ModuleNotFoundError as error:
            if (error.name or "").split(".")[0] not in _BUILDING:
                raise
            raise click.ClickException(
                f"{error.name} isn't installed, without which guides are served but not built or evaluated: "
                "run this where careers-qa is installed whole (pip install careers-qa)."
            ) from error
        except KeyboardInterrupt as error:
            raise click.ClickException("Stopped; an index that was there before is as it was.") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="careers-qa")
def main() -> None:
    """Answers careers questions with the guides' own words, with citations.

    \b
    careers-qa build corpus
    careers-qa ask "How much do data scientists earn?"
    careers-qa serve
    """
    for name in unknown_variables():
        click.echo(f"The variable {name} names no setting and is passed over: mend or unset it.", err=True)


for command in (build, ask, evaluate, calibrate, check, documents, serve, widget_tag, feedback):
    main.add_command(command)
