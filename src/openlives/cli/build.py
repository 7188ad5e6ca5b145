"""openlives build: make the store of a collection from its originals and decisions."""

from pathlib import Path

import click

from openlives.collection import Collection
from openlives.errors import CollectionError
from openlives.store import archive, checks
from openlives.store import build as store


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
def build(hub: Path) -> None:
    """Build the store of the collection HUB, aside, then put it in place.

    The same originals and decisions always give the same tables.
    """
    if not (hub / "imports").is_dir() and not archive.exists(hub):
        raise CollectionError(
            "There is nothing to build from",
            where=str(hub),
            todo="Bring something in first: openlives collect HUB, or openlives import KIND FILE… HUB",
        )
    store.build(hub)
    found = Collection(hub)
    for line in checks.summary(found.connection):
        click.echo(line)
    for check in checks.run(found.connection):
        click.echo(str(check))
