"""openlives drift: who is freer than what it was made from, and who changed licence or gate."""

from pathlib import Path

import click

from openlives.cli.ask import ask


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option("--rules", "rules_file", type=click.Path(path_type=Path), help="A study file (TOML).")
@click.option("--json", "form", flag_value="json", help="The whole answer as JSON.")
@click.option("--csv", "form", flag_value="csv", help="The cases as CSV.")
@click.option("--table", help="With --csv, another table: changes, families, counts or numbers.")
@click.option(
    "--figure", type=click.Path(path_type=Path, dir_okay=False), help="Write the figure (.svg, .pdf or .png)."
)
@click.pass_context
def drift(context: click.Context, /, hub: Path, **given: object) -> None:
    """Show drift in HUB: licence and gate of models against those of their bases, and over dated looks.

    It is `openlives ask drift`: nobody's interactions count in it, so there is one answer.
    """
    context.invoke(ask, name="drift", hub=hub, people="everyone", **given)
