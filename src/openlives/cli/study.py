"""openlives study: the whole quantitative half of the paper, on anybody's collection."""

from pathlib import Path

import click

import openlives
from openlives.cli.progress import track
from openlives.report import study as report


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for answers, figures, report and manifest.",
)
@click.option(
    "--rules",
    "rules_file",
    type=click.Path(path_type=Path),
    help="A study file (TOML); else HUB/decisions/study.toml; else the defaults.",
)
def study(hub: Path, out: Path, rules_file: Path | None) -> None:
    """Ask every question of HUB and write answers, figures, a report and a manifest to a folder."""
    collection = openlives.open(hub)
    click.echo(report.study(collection, out, collection.rules(rules_file), track))
