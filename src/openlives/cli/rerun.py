"""openlives rerun: make a study again from its manifest, and say what differs."""

import tempfile
from pathlib import Path

import click

import openlives
from openlives.cli.progress import track
from openlives.errors import DifferentError
from openlives.report import manifest
from openlives.report import study as report


@click.command()
@click.argument("manifest_file", metavar="MANIFEST", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--hub",
    type=click.Path(path_type=Path, file_okay=False),
    help="The collection, where it no longer lies where it did.",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Keep the new study in this folder.")
def rerun(manifest_file: Path, hub: Path | None, out: Path | None) -> None:
    """Make the study of a MANIFEST again, in a folder of its own, and say what differs."""
    then = manifest.read(manifest_file)
    if out and out.resolve() == manifest_file.parent.resolve():
        raise click.UsageError("--out is the study itself: it would be replaced before it could be compared")
    collection = openlives.open(hub or manifest_file.parent / then["collection"])
    rules = openlives.Rules.of(
        {name: value for name, value in then["rules"].items() if value is not None}, where=manifest_file.name
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = out or Path(scratch) / "study"
        report.study(collection, folder, rules, track)
        found = manifest.differences(then, manifest.read(folder / "manifest.json"))
    if found:
        raise DifferentError("The rerun differs:\n  " + "\n  ".join(found))
    click.echo(f"The same: {len(then['outputs'])} files, byte for byte.")
