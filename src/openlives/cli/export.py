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

    Account names become pseudonyms; titles, comments, cards, raw replies, ids of events and who is an owner stay
    behind, unless --private is given. What is left still names artifacts and seconds, which the platform's own pages
    can link to accounts: share it as you would share the addresses of those pages.
    """
    for path, rows in write(openlives.open(hub), folder, private=private):
        click.echo(f"{path}: {rows:,} rows")
