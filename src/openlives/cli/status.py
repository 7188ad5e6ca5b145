"""openlives status: what a collection holds, where it came from, and what looks wrong."""

from pathlib import Path

import click
import pyarrow.parquet as pq

from openlives.collection import Collection
from openlives.store import checks
from openlives.store.originals import originals


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option("--rejects", is_flag=True, help="List every rejected row: file, row, reason.")
def status(hub: Path, rejects: bool) -> None:
    """Say what the collection HUB holds, where that came from, and what looks wrong."""
    collection = Collection(hub)
    found = originals(hub)
    for origin in found:
        rows = ", ".join(f"{count:,} {kind}" for kind, count in origin.rows.items()) or "no rows"
        click.echo(f"{origin.file} ({origin.kind}, sha256 {origin.sha256[:12]}…): {rows}; {origin.rejected:,} rejected")
        if rejects and origin.rejected:
            table = pq.read_table(hub / "imports" / origin.id / "rejects.parquet", columns=["row", "reason"])
            for row in table.to_pylist():
                click.echo(f"  {origin.file}, {row['row']}: {row['reason']}")
    for line in checks.summary(collection.connection):
        click.echo(line)
    for check in checks.run(collection.connection):
        click.echo(str(check))
    if not collection.is_current:
        click.echo(f"The store is older than the collection. Make it anew: openlives build {hub}")
