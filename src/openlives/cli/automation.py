"""openlives automation: whom the rules take for automation, and why."""

from pathlib import Path

import click
import orjson

import openlives
from openlives.measures import caught
from openlives.privacy import pseudonyms


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option("--rules", "rules_file", type=click.Path(path_type=Path), help="A study file (TOML).")
@click.option(
    "--names",
    is_flag=True,
    help="Show the names of accounts that only their behaviour gives away (private: they may be people).",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def automation(hub: Path, rules_file: Path | None, names: bool, as_json: bool) -> None:
    """Show whom the rules catch as automation in HUB, by which rule, and on what evidence.

    Accounts of the published table are named. Others are shown by a pseudonym unless --names is given.
    """
    collection = openlives.open(hub)
    both = collection.frames(collection.rules(rules_file).but(people="humans"))[0]
    rows = caught.whom(both)
    if not names:
        hide = pseudonyms(hub)
        rows = [row if row["rule"] == "listed" else {**row, "name": hide(row["name"])} for row in rows]
    if as_json:
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    for row in rows:
        click.echo(f"{row['name']:<28} {row['rule']:<10} {row['interactions']:>8,} interactions  {row['reason']}")
    total = sum(row["interactions"] for row in rows)
    click.echo(
        f"{len(rows)} accounts, {total:,} interactions. "
        "Decide otherwise in a study file: automation_accounts, automation_apps, automation_behaviour."
    )
