"""openlives site: the public part of the explorer, as files."""

from pathlib import Path

import click

import openlives
from openlives.cli.progress import track


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--models", default=200, show_default=True, type=click.IntRange(0), help="So many models get a page.")
@click.option(
    "--rules",
    "rules_file",
    type=click.Path(path_type=Path),
    help="A study file (TOML); else HUB/decisions/study.toml; else the defaults.",
)
@click.option("--people", type=click.Choice(["everyone", "humans"]), help="Whose interactions count; else humans.")
def site(hub: Path, folder: Path, models: int, rules_file: Path | None, people: str | None) -> None:
    """Write the public pages about the collection HUB into FOLDER, for any file server, or none.

    Models, communities, questions and the map, with figures and data. It holds no comment, title or card, and no
    account but the owners in models' names; it needs no script. Threads and other rules are for openlives serve.
    """
    from openlives.web.explorer import site as pages  # noqa: PLC0415  # other commands need no pages

    rules = openlives.open(hub).rules(rules_file)
    rules = rules.but(people=people) if people else rules
    for left in pages.write(hub, folder, rules, models, track):
        click.echo(left)
    click.echo(folder / "index.html")
