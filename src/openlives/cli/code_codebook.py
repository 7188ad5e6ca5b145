"""openlives code codebook …: the codes and their definitions, merged and split, frozen and compared."""

from pathlib import Path

import click

from openlives.cli.code_common import coded, opened, placed, say
from openlives.coding import codebook, shelf, versions, views


@click.group("codebook")
def group() -> None:
    """Codes: list, add, define, move, merge, split, recode, retire, freeze, compare, import."""


@group.command("list")
@placed
@click.option("--markdown", is_flag=True, help="As Markdown, with definitions.")
@click.option("--retired", is_flag=True, help="With codes that were merged away or retired.")
def list_(name: str, hub: Path, *, markdown: bool, retired: bool) -> None:
    """List the codes as a tree, with their definitions."""
    with opened(name, hub) as found:
        if markdown:
            say(shelf.markdown(found).rstrip())
            return
        for code in codebook.codes(found, retired=retired):
            definition = f": {code['definition']}" if code["definition"] else ""
            say(f"{'  ' * code['depth']}{code['name']}{' (retired)' if code['retired'] else ''}{definition}")


@group.command()
@placed
@click.argument("code")
@coded
@click.option("--under", help="The code above it.")
@click.option("--definition", help="What it means.")
def add(name: str, hub: Path, code: str, coder: str, under: str | None, definition: str | None) -> None:
    """Add CODE."""
    with opened(name, hub) as found:
        parent = codebook.find(found, under) if under else None
        codebook.add(found, found.coder(coder), code, parent=parent, definition=definition)


@group.command()
@placed
@click.argument("code")
@coded
@click.option("--name", "called", help="Another name.")
@click.option("--definition", help="What it means.")
@click.option("--include", help="What belongs to it.")
@click.option("--exclude", help="What does not.")
@click.option("--examples", help="Examples.")
@click.option("--colour", help="As #RRGGBB.")
@click.option("--requeue", is_flag=True, help="What was coded by it is to be looked at again.")
def define(name: str, hub: Path, code: str, coder: str, called: str | None, *, requeue: bool, **fields: str) -> None:
    """Change the name, definition or examples of CODE."""
    given = {key: value for key, value in {"name": called, **fields}.items() if value is not None}
    with opened(name, hub) as found:
        codebook.change(found, found.coder(coder), codebook.find(found, code), given, requeue=requeue)


@group.command()
@placed
@click.argument("code")
@coded
@click.option("--under", help="The code above it; without, it stands at the top.")
def move(name: str, hub: Path, code: str, coder: str, under: str | None) -> None:
    """Put CODE under another, or at the top."""
    with opened(name, hub) as found:
        parent = codebook.find(found, under) if under else None
        codebook.move(found, found.coder(coder), codebook.find(found, code), parent)


@group.command()
@placed
@click.argument("code")
@click.argument("into")
@coded
def merge(name: str, hub: Path, code: str, into: str, coder: str) -> None:
    """Merge CODE INTO another: its codings and what lies below it move, and it is retired."""
    with opened(name, hub) as found:
        moved = codebook.merge(found, found.coder(coder), codebook.find(found, code), codebook.find(found, into))
    click.echo(f"{moved:,} codings moved")


@group.command()
@placed
@click.argument("code")
@click.argument("new")
@click.argument("codings", nargs=-1, required=True)
@coded
def split(name: str, hub: Path, code: str, new: str, codings: tuple[str, ...], coder: str) -> None:
    """Split CODINGS off CODE, to the NEW code beside it; extracts shows their keys."""
    with opened(name, hub) as found:
        codebook.split(found, found.coder(coder), codebook.find(found, code), new, codings)


@group.command()
@placed
@click.argument("code")
@click.argument("into")
@click.argument("codings", nargs=-1)
@coded
def recode(name: str, hub: Path, code: str, into: str, codings: tuple[str, ...], coder: str) -> None:
    """Move codings of CODE INTO another code: all, or CODINGS only; both codes stay."""
    with opened(name, hub) as found:
        here, there = codebook.find(found, code), codebook.find(found, into)
        moved = codebook.recode(found, found.coder(coder), here, there, codings or None)
    click.echo(f"{moved:,} codings moved")


@group.command()
@placed
@click.argument("code")
@coded
def retire(name: str, hub: Path, code: str, coder: str) -> None:
    """Take CODE out of use; what was coded by it stays to be read."""
    with opened(name, hub) as found:
        codebook.retire(found, found.coder(coder), codebook.find(found, code))


@group.command()
@placed
@click.argument("version")
@coded
def freeze(name: str, hub: Path, version: str, coder: str) -> None:
    """Freeze the codebook as it is, under the name VERSION and a number."""
    with opened(name, hub) as found:
        click.echo(f"version {versions.freeze(found, found.coder(coder), version)}")


@group.command()
@placed
@click.argument("older", type=int)
@click.argument("newer", type=int, required=False)
def diff(name: str, hub: Path, older: int, newer: int | None) -> None:
    """Tell what changed between two versions, or since OLDER."""
    with opened(name, hub) as found:
        for line in versions.difference(found, older, newer):
            say(line)


@group.command()
@placed
@click.argument("code")
@coded
def extracts(name: str, hub: Path, code: str, coder: str) -> None:
    """Give all that was coded by CODE and those below it, across models and weeks."""
    with opened(name, hub) as found:
        for row in views.extracts(found, found.coder(coder), codebook.find(found, code)):
            week = "" if row["week"] is None else f", week {row['week']}"
            say(f"{row['coding']}  {row['thread']}{week}, {row['role']}, by {row['coder_name']}: {row['code_name']}")
            say(f"  {' '.join(row['quote'].split())[:300]}")


@group.command("import")
@placed
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@coded
def import_(name: str, hub: Path, file: Path, coder: str) -> None:
    """Add the codes of FILE: a table (.csv, .xlsx) of codes with themes or parents, or a REFI-QDA codebook (.qdc)."""
    with opened(name, hub) as found:
        click.echo(f"{shelf.bring_in(found, found.coder(coder), file):,} codes are new")
