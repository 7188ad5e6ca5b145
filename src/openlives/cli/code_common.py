"""What the commands of coding share: which project, and who codes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from openlives.coding import project as projects
from openlives.coding.places import printable
from openlives.coding.project import Project

Command = Callable[..., Any]


@contextmanager
def opened(name: str, hub: Path) -> Iterator[Project]:
    """Open a project for a command, and close it after."""
    project = projects.open_(projects.path_of(hub, name))
    try:
        yield project
    finally:
        project.close()


def placed(command: Command) -> Command:
    """Take the project's NAME and its collection HUB."""
    command = click.argument("hub", type=click.Path(path_type=Path, file_okay=False))(command)
    return click.argument("name")(command)


def coded(command: Command) -> Command:
    """Take who codes, from an option or the environment."""
    option = click.option(
        "--coder", envvar="OPENLIVES_CODER", callback=_somebody, help="Who you are; else OPENLIVES_CODER."
    )
    return option(command)


def _somebody(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    if not value:
        raise click.UsageError("Say who you are: --coder NAME, or set OPENLIVES_CODER.")
    return value


def say(text: str) -> None:
    """Print what may hold hostile text."""
    click.echo(printable(text))


def told(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """Print rows as lines of columns."""
    widths = {name: max(len(str(row[name])) for row in rows) for name in columns} if rows else {}
    for row in rows:
        say("  ".join(str(row[name]).ljust(widths[name]) for name in columns).rstrip())
