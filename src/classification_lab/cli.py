"""The project's commands: Kedro's, with a `run` that keeps to what a person needs to see."""

import logging
from typing import Any

import click
from kedro.framework.cli.project import run as kedro_run
from kedro.framework.cli.utils import KedroCliError

from classification_lab import console

logger = logging.getLogger(__name__)

console.install()  # Kedro imports this module for every command, before the command does anything

_INTERRUPTED = 130  # what shells report for a program that Ctrl-C ended


@click.group(name="classification-lab")
def cli() -> None:
    """Classification Lab."""


@cli.command(name="run", params=[*kedro_run.params], help=kedro_run.help)
@click.option("--verbose", is_flag=True, help="Show the whole traceback of any error.")
@click.pass_context
def run(context: click.Context, /, verbose: bool, **options: Any) -> Any:
    """Run Kedro's command; `--pipeline` is `--pipelines` with one name."""
    if options["pipeline"] and not options["pipelines"]:
        options |= {"pipelines": [options["pipeline"]], "pipeline": None}
    try:
        return context.invoke(kedro_run, **options)
    except KeyboardInterrupt:
        logger.error("interrupted; the same command goes on from what is stored")  # noqa: TRY400
        context.exit(_INTERRUPTED)
    except KedroCliError as error:  # under click 8.4 Kedro's class loses its own message
        raise click.ClickException(str(error)) from error
    except (click.ClickException, click.exceptions.Exit):
        raise
    except Exception as error:
        if verbose:
            raise
        console.tell(error)
        context.exit(1)
