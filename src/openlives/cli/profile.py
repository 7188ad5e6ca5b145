"""openlives profile: one model, its life and its openness, in text."""

from pathlib import Path
from typing import Any

import click

import openlives
from openlives.report import profile as report


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.argument("model")
@click.option("--rules", "rules_file", type=click.Path(path_type=Path), help="A study file (TOML).")
@click.option("--people", type=click.Choice(["everyone", "humans", "both"]), help="Whose interactions count.")
@click.option("--since", help="First day of the window (UTC).")
@click.option("--until", help="First day after the window (UTC).")
@click.option("--json", "form", flag_value="json", help="All of it as JSON, with intervals, rules and evidence.")
@click.option("--md", "form", flag_value="md", help="The text as Markdown.")
def profile(hub: Path, model: str, rules_file: Path | None, form: str | None, **changes: Any) -> None:
    """Tell of one MODEL of the collection HUB: is its community alive, who answers, where people went, may I use it.

    MODEL is its name, or one that it had before. The page of the same model in `openlives serve` shows the same.
    """
    collection = openlives.open(hub)
    rules = collection.rules(rules_file).but(**{key: value for key, value in changes.items() if value})
    found = report.profile(collection, model, rules)
    if form == "json":
        click.echo(report.to_json(found).decode(), nl=False)
    else:
        click.echo(report.told(found, markdown=form == "md"))
