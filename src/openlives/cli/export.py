"""openlives export: the store as Parquet, with pseudonyms and without text."""

from pathlib import Path

import click

import openlives
from openlives.store.export import export as write


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--private", is_flag=True, help="With account names and texts: for your own engine, never for others.")
def export(hub: Path, folder: Path, private: bool) -> None:
    """Write the tables of HUB to FOLDER as Parquet, for another engine or another researcher.

    Account names become pseudonyms; titles, comments, cards and raw replies stay behind, unless --private is given.
    """
    for path, rows in write(openlives.open(hub), folder, private=private):
        click.echo(f"{path}: {rows:,} rows")
