"""openlives status: what a collection holds, where it came from, and what looks wrong."""

from pathlib import Path

import click
import pyarrow.parquet as pq

from openlives.collection import Collection
from openlives.store import archive, checks, ledger
from openlives.store.build import REJECTS
from openlives.store.imports import Origin
from openlives.store.originals import originals


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option("--rejects", is_flag=True, help="List every rejected row: file, row, reason.")
def status(hub: Path, rejects: bool) -> None:
    """Say what the collection HUB holds, where that came from, and what looks wrong.

    It may be asked while a collector is at work: the ledger is read as it stands.
    """
    if archive.exists(hub):
        with archive.opened(hub, read_only=True) as opened:
            for line in ledger.summary(opened):
                click.echo(line)
    if archive.exists(hub) and not (hub / "store.duckdb").exists():
        click.echo(f"There is no store yet. Make it: openlives build {hub}")
        return
    _store(hub, rejects=rejects)


def _store(hub: Path, *, rejects: bool) -> None:
    """Say what the store was made of, and what looks wrong in it."""
    collection = Collection(hub)
    for origin in originals(hub):
        rows = ", ".join(f"{count:,} {kind}" for kind, count in origin.rows.items()) or "no rows"
        click.echo(f"{origin.file} ({origin.kind}, sha256 {origin.sha256[:12]}…): {rows}; {origin.rejected:,} rejected")
        if rejects:
            _rejects(hub, origin)
    for line in checks.summary(collection.connection):
        click.echo(line)
    for check in checks.run(collection.connection):
        click.echo(str(check))
    if not collection.is_current:
        click.echo(f"The store is older than the collection. Make it anew: openlives build {hub}")


def _rejects(hub: Path, origin: Origin) -> None:
    """List the rows of one origin that could not be used; those of the archive are found by each build."""
    file = hub / REJECTS if origin.kind == "archive" else hub / "imports" / origin.id / "rejects.parquet"
    if file.exists():
        for row in pq.read_table(file, columns=["row", "reason"]).to_pylist():
            click.echo(f"  {origin.file}, {row['row']}: {row['reason']}")
