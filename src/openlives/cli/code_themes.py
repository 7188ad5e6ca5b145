"""openlives code theme …: what codes are put together under."""

from pathlib import Path

import click

from openlives.cli.code_common import coded, opened, placed, say
from openlives.coding import codebook, themes


@click.group("theme")
def group() -> None:
    """Themes: list, add, define, put codes under them, drop."""


@group.command("list")
@placed
def list_(name: str, hub: Path) -> None:
    """List the themes with their codes, and last the codes that are under none."""
    with opened(name, hub) as found:
        for theme in themes.board(found):
            say(f"{theme['name']}{': ' + theme['definition'] if theme['definition'] else ''}")
            for code in theme["codes"]:
                say(f"  {code['path']}")


@group.command()
@placed
@click.argument("theme")
@coded
@click.option("--definition", default="", help="What it means.")
def add(name: str, hub: Path, theme: str, coder: str, definition: str) -> None:
    """Add THEME."""
    with opened(name, hub) as found:
        themes.add(found, found.coder(coder), theme, definition)


@group.command()
@placed
@click.argument("theme")
@coded
@click.option("--name", "called", default="", help="Another name.")
@click.option("--definition", default="", help="What it means.")
def define(name: str, hub: Path, theme: str, coder: str, called: str, definition: str) -> None:
    """Rename or define THEME."""
    with opened(name, hub) as found:
        key = themes.find(found, theme)
        kept = definition or themes.get(found, key)["definition"]
        themes.change(found, found.coder(coder), key, called, kept)


@group.command()
@placed
@click.argument("code")
@click.argument("theme", required=False)
@coded
def put(name: str, hub: Path, code: str, theme: str | None, coder: str) -> None:
    """Put CODE under THEME, or under none."""
    with opened(name, hub) as found:
        key = themes.find(found, theme) if theme else None
        themes.put(found, found.coder(coder), codebook.find(found, code), key)


@group.command()
@placed
@click.argument("theme")
@coded
def drop(name: str, hub: Path, theme: str, coder: str) -> None:
    """Take THEME away; its codes are under none then."""
    with opened(name, hub) as found:
        themes.drop(found, found.coder(coder), themes.find(found, theme))
