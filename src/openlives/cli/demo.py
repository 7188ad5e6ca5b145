"""openlives demo: the whole way on a made-up world whose answers are known."""

import shutil
from functools import partial
from pathlib import Path

import click
import orjson

import openlives
from openlives.cli.build import build
from openlives.cli.progress import track
from openlives.errors import InputError
from openlives.report import study as report
from openlives.sources import Reader, hub_api, tables
from openlives.store.imports import bring_in
from openlives.twin import world

KNOWN = {
    "coverage": {"models": "active", "interactions": "interactions", "people": "people"},
    "distributions": {
        "duration_mean_days": "duration_mean",
        "interactions_per_model_mean": "interactions_mean",
        "participants_per_model_mean": "participants_mean",
        "contributions_per_participant_mean": "contributions_mean",
        "contributions_per_participant_variance": "contributions_variance",
    },
}


@click.command()
@click.argument("folder", default="demo", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=1, show_default=True, help="Which made-up world.")
@click.pass_context
def demo(context: click.Context, folder: Path, seed: int) -> None:
    """Make a small Hub that never was, import it, study it, and compare with what is known of it.

    Writes FOLDER/world, FOLDER/hub and FOLDER/results, and ends with the path of the report.
    """
    _make_room(folder)
    made, hub = world.make(folder / "world", seed=seed), folder / "hub"

    for kind, name, census in (
        ("api", "models.jsonl.gz", True),
        ("api", "threads.jsonl.gz", False),
        ("fetches", "looks.csv", False),
    ):
        reader: Reader = hub_api.read if kind == "api" else partial(tables.read, kind=kind)
        origin = bring_in(hub / "imports", made / name, kind, reader, census=census, platform="made-up world")
        click.echo(f"{name}: " + ", ".join(f"{count:,} {record}" for record, count in origin.rows.items()))
    context.invoke(build, hub=hub)
    collection = openlives.open(hub)
    page = report.study(collection, folder / "results", collection.rules(), track)
    truth = orjson.loads((made / "truth.json").read_bytes())
    click.echo(_compared(folder / "results", truth))
    click.echo(page)


def _make_room(folder: Path) -> None:
    """Clear away an earlier demo; anything else in the way is somebody's own, and stays."""
    marker = folder / ".made-up-world"
    parts = [folder / part for part in ("world", "hub", "results")]
    if not marker.exists() and any(part.exists() for part in parts):
        raise InputError(
            "The folder holds something that no demo made",
            where=str(folder),
            todo="Give a new folder: openlives demo FOLDER",
        )
    for part in parts:
        shutil.rmtree(part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    marker.touch()


def _compared(results: Path, truth: dict[str, dict[str, float]]) -> str:
    """Hold what the study found against what the made-up world knows of itself."""
    right = total = 0
    for people in ("everyone", "humans"):
        for question, names in KNOWN.items():
            numbers = orjson.loads((results / "answers" / f"{question}-{people}.json").read_bytes())["numbers"]
            for known, found in names.items():
                total += 1
                right += abs(numbers[found]["value"] - truth[people][known]) <= 1e-9 * abs(truth[people][known])
    return f"{right} of {total} known answers of the made-up world found"
