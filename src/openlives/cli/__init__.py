"""The commands: one command, one file, and this list names them all."""

import sqlite3
import sys

import click
import duckdb

from openlives.cli.ask import ask
from openlives.cli.automation import automation
from openlives.cli.build import build
from openlives.cli.code import code
from openlives.cli.collect import collect
from openlives.cli.demo import demo
from openlives.cli.drift import drift
from openlives.cli.export import export
from openlives.cli.import_ import import_
from openlives.cli.openness import openness
from openlives.cli.profile import profile
from openlives.cli.questions import questions
from openlives.cli.refresh import refresh
from openlives.cli.rerun import rerun
from openlives.cli.serve import serve
from openlives.cli.site import site
from openlives.cli.status import status
from openlives.cli.study import study
from openlives.cli.twin import twin
from openlives.errors import OpenLivesError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="openlives")
def cli() -> None:
    """The lives of open models: how communities gather round them, how long they stay, and where they go.

    Exit codes: 0 done, 2 wrong use, 3 a file that cannot be read, 4 nothing to rest an answer on,
    5 no such collection or no usable store, 6 an impossible rule, 7 a rerun that differs,
    8 a Hub that cannot be reached or refuses, 9 a run that stopped before it was done.
    """


for command in (
    collect,
    refresh,
    import_,
    build,
    status,
    questions,
    ask,
    study,
    rerun,
    profile,
    automation,
    openness,
    drift,
    code,
    export,
    serve,
    site,
    twin,
    demo,
):
    cli.add_command(command)


def main() -> None:
    """Run a command; every error that a user can meet is one clear message and an exit code."""
    try:
        cli(prog_name="openlives")
    except OpenLivesError as error:
        click.echo(f"openlives: {error}", err=True)
        sys.exit(error.exit_code)
    except (OSError, MemoryError, duckdb.Error, sqlite3.Error) as error:
        if isinstance(error, BrokenPipeError):  # the reader of a pipe has seen enough
            sys.stderr.close()
            sys.exit(0)
        click.echo(f"openlives: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}", err=True)
        sys.exit(1)
