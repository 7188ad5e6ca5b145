"""openlives demo: the whole way on a made-up world whose answers are known."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

import openlives
from openlives.cli.build import build
from openlives.cli.collect import every, finish, tell
from openlives.cli.progress import track
from openlives.collector import run
from openlives.collector.scope import Scope
from openlives.collector.session import session
from openlives.errors import InputError
from openlives.report import study as report
from openlives.twin import serve, world
from openlives.twin.clock import Clock
from openlives.twin.stage import Stage

PARTS = ("truth.json", "hub", "results")
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
    """Make a small Hub that never was, serve it, collect it, study it, and compare with what is known of it.

    Writes FOLDER/truth.json, FOLDER/hub and FOLDER/results, and ends with the path of the report.
    """
    _make_room(folder)
    imagined, hub = world.imagine(seed), folder / "hub"
    truth = world.truth(imagined)
    (folder / "truth.json").write_bytes(orjson.dumps(truth, option=orjson.OPT_INDENT_2))
    with serve.serving(serve.twin(Stage(imagined), Clock(), endless=True).app()) as endpoint:
        click.echo("A made-up Hub is served on this machine, and collected over its API")
        progress = session(hub, "collect", Scope(cards=True), run.collect, tell, endpoint=endpoint, every=every())
    finish(progress)
    context.invoke(build, hub=hub)
    collection = openlives.open(hub)
    page = report.study(collection, folder / "results", collection.rules(), track)
    click.echo(_compared(folder / "results", truth))
    click.echo(page)


def _make_room(folder: Path) -> None:
    """Clear away an earlier demo; anything else in the way is somebody's own, and stays."""
    marker = folder / ".made-up-world"
    parts = [folder / part for part in PARTS]
    if not marker.exists() and any(part.exists() for part in parts):
        raise InputError(
            "The folder holds something that no demo made",
            where=str(folder),
            todo="Give a new folder: openlives demo FOLDER",
        )
    for part in parts:
        shutil.rmtree(part, ignore_errors=True)
        part.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    marker.touch()


def _compared(results: Path, truth: Mapping[str, Any]) -> str:
    """Hold what the study found against what the made-up world knows of itself."""
    right = total = 0
    for people in ("everyone", "humans"):
        for question, names in KNOWN.items():
            numbers = orjson.loads((results / "answers" / f"{question}-{people}.json").read_bytes())["numbers"]
            for known, found in names.items():
                total += 1
                right += abs(numbers[found]["value"] - truth[people][known]) <= 1e-9 * abs(truth[people][known])
    governed = _governed(results, truth["planted"]["governance"])
    right, total = right + sum(governed), total + len(governed)
    return f"{right} of {total} known answers of the made-up world found"


def _governed(results: Path, planted: Mapping[str, Any]) -> list[bool]:
    """Hold what the study found of gates and of families against what was planted."""
    answers = results / "answers"
    gates, drift = (orjson.loads((answers / f"{name}-everyone.json").read_bytes()) for name in ("gates", "drift"))
    cases = {row["case"]: row["links"] for row in drift["tables"]["counts"]}
    numbers = {name: number["value"] for name, number in gates["numbers"].items()}
    return [
        numbers["access_threads"] == len(planted["access"]),
        numbers["ways_around"] == sum(one["workaround"] is not None for one in planted["access"]),
        cases["more open"] == len(planted["laundered"]),
        cases["dropped"] == len(planted["gate_dropped"]),
    ]
