"""openlives twin: serve a made-up Hub, or a collection, over the Hub's own API."""

from pathlib import Path

import click

from openlives.errors import InputError
from openlives.twin import faults, serve
from openlives.twin.cast import DAY, END
from openlives.twin.clock import Clock
from openlives.twin.served import Served
from openlives.twin.stage import Stage
from openlives.twin.world import imagine, read
from openlives.values import moment

WORLDS = {"small": (400, 0.44), "paper": (1_120_000, 0.0846)}  # models, and the share that is active (paper, section 4)


@click.command()
@click.option(
    "--world",
    default="small",
    show_default=True,
    metavar="small|paper|FILE",
    help="Which made-up world: a size, or a TOML file with seed, models and active.",
)
@click.option(
    "--hub",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Serve this collection instead, names and texts included.",
)
@click.option("--seed", default=1, show_default=True, help="Which made-up world of this size.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(1, 65535), help="Where to listen.")
@click.option(
    "--faults", "spec", default="", metavar="SPEC", help="What goes wrong: all=0.05,seed=3 or hang=0.01,429=0.1."
)
@click.option(
    "--clock",
    "factor",
    default=0.0,
    show_default=True,
    help="How many times as fast as ours the world's time runs; 0: it stands still.",
)
@click.option(
    "--at",
    "start",
    default="",
    metavar="DATE",
    help="The world's time at the start; else its end, or 90 days before where time runs.",
)
@click.option("--endless", is_flag=True, help="No quota.")
@click.option(
    "--nobody",
    type=click.Choice(["absent", "null"]),
    default="absent",
    show_default=True,
    help="How deleted accounts show.",
)
def twin(world: str, hub: Path | None, seed: int, host: str, port: int, spec: str, factor: float, start: str,
         endless: bool, nobody: str) -> None:  # fmt: skip
    """Serve a made-up Hub whose truth is known, or a collection, to any client of the Hub's API.

    Tokens say what they are: hf_free_x, hf_pro_x, hf_team_x …; one that ends in _insider sees private models.
    """
    served = _served(world, hub, seed)
    begins = moment(start, "--at") or (END if factor == 0 or hub else END - 90 * DAY)
    one = serve.twin(served, Clock(begins, factor), endless=endless, nobody=nobody)
    rates, fault_seed = faults.parse(spec)
    click.echo(f"A twin of the Hub ({served.platform}) listens at http://{host}:{port}. Ctrl-C ends it.")
    if hub:
        click.echo("It serves account names and texts as they were collected: mind who can reach it.", err=True)
    serve.run(one, one.app(rates, fault_seed), host, port)


def _served(world: str, hub: Path | None, seed: int) -> Served:
    if hub:
        from openlives.twin.extract import Extract  # noqa: PLC0415  # a made-up world needs no database

        return Extract(hub)
    if world in WORLDS:
        models, active = WORLDS[world]
        return Stage(imagine(seed, models, active))
    if not Path(world).is_file():
        raise InputError(
            "There is no such world", where=world, todo=f"Give one of {', '.join(WORLDS)}, or a TOML file."
        )
    return Stage(read(Path(world)))
