"""openlives code round …, agree, adjudicate: blind rounds, how far coders agree, and what was settled."""

import math
from pathlib import Path

import click
import pandas as pd

from openlives.cli.code_common import coded, opened, placed, say
from openlives.coding import adjudicate, codebook, methods, raters, rounds
from openlives.coding.agreement import COEFFICIENTS, agreement_table, disagreements
from openlives.coding.places import find_unit, named
from openlives.errors import NothingToAskError


@click.group("round")
def group() -> None:
    """Blind rounds: begin, close, list."""


@group.command()
@placed
@click.argument("called")
@coded
@click.option("--with", "others", multiple=True, required=True, help="Who codes it; give each, yourself if you do.")
@click.option("--threads", default="", metavar="FILE", help="Addresses, one a line; without, the whole sample.")
def begin(name: str, hub: Path, called: str, coder: str, others: tuple[str, ...], threads: str) -> None:
    """Begin the blind round CALLED: the codebook is frozen, and nobody sees another's codings until all have closed."""
    with opened(name, hub) as found:
        units = rounds.chosen(found, Path(threads).read_text(encoding="utf-8").split() if threads else None)
        rounds.begin(found, found.coder(coder), called, units, [found.coder(each) for each in others])
    click.echo(f"{len(units):,} comments")


@group.command()
@placed
@click.argument("called")
@coded
def close(name: str, hub: Path, called: str, coder: str) -> None:
    """Say that one is done with the round CALLED: what one coded in it never changes from then on."""
    with opened(name, hub) as found:
        rounds.close(found, found.coder(coder), rounds.find(found, called)["round"])


@group.command()
@placed
@click.argument("called")
@coded
def abandon(name: str, hub: Path, called: str, coder: str) -> None:
    """Give up the round CALLED, which not all will close: the codebook is free, and all see what was coded.

    It is in the journal, and undo takes the round up again. Who had not closed it is counted in no agreement.
    """
    with opened(name, hub) as found:
        known = {each["name"]: each["coder"] for each in found.coders()}
        rounds.abandon(found, known.get(coder, coder), rounds.find(found, called)["round"])


@group.command("list")
@placed
def list_(name: str, hub: Path) -> None:
    """List the rounds, and whether they are open: not who has closed them, which would tell the others."""
    with opened(name, hub) as found:
        for row in rounds.listed(found):
            who = ", ".join(each["name"] for each in row["coders"])
            about = f"codebook version {row['version']}, {row['units']:,} comments by {who}"
            say(f"{row['name']}: {about}; {row['state']}")


@click.command()
@click.argument("where", nargs=-1, required=True)
@click.option("--sheet", "sheets", multiple=True, help="With files: the sheet of each coder.")
@click.option("--column", "columns", multiple=True, help="With files: the column of codes, one a coder or the same.")
@click.option("--unit", "units", multiple=True, help="With files: the columns that name what was coded.")
@click.option("--blank", help="With files: the code that a blank cell stands for; else it is not rated.")
@click.option("--separator", help="With files: what divides several codes of a cell.")
@click.option("--fold/--no-fold", default=None, help="With files: whether capitals matter not.")
@click.option("--csv", is_flag=True, help="The table as CSV.")
def agree(
    where: tuple[str, ...],
    sheets: tuple[str, ...],
    columns: tuple[str, ...],
    units: tuple[str, ...],
    blank: str | None,
    separator: str | None,
    *,
    fold: bool | None,
    csv: bool,
) -> None:
    """Tell how far coders agree, code by code, and on what they differ.

    Of a closed round: openlives code agree NAME HUB ROUND. Of tables: openlives code agree FILE.xlsx --sheet ONE
    --sheet TWO --column code, or FILE… --column ONE --column TWO.
    """
    if columns:
        layout = raters.Layout(columns=columns, sheets=sheets, unit=units, blank=blank, separator=separator, fold=fold)
        found = raters.read_ratings([Path(file) for file in where], layout)
    elif len(where) == 3:
        with opened(where[0], Path(where[1])) as project:
            row = rounds.find(project, where[2])
            if row["open"]:
                raise NothingToAskError("The round is still open", where=where[2], todo="All its coders must close it.")
            found = methods.rated(project, row["round"])
    else:
        raise click.UsageError("Give NAME HUB ROUND, or FILE… with --column.")
    table = agreement_table(found)
    if csv:
        click.echo(table.to_csv(index=False, lineterminator="\n"), nl=False)
        return
    _tell(table)
    apart = disagreements(found)
    click.echo(f"\n{len(apart):,} disagreements of {len(found.units):,}")
    for record in apart.to_dict("records"):
        said = ", ".join(
            f"{coder}: {record[coder] if record[coder] is not None else 'not rated'}" for coder in found.coders
        )
        say(f"  {record['address'] or record['unit']}  {said}")


def _tell(table: pd.DataFrame) -> None:
    """Print the table, a line a code, with the intervals that there are."""
    for row in table.to_dict("records"):
        parts = []
        for each in COEFFICIENTS:
            if math.isfinite(row[each]):
                low, high = row[f"{each}_low"], row[f"{each}_high"]
                parts.append(f"{each} {row[each]:.4f}" + (f" [{low:.2f}, {high:.2f}]" if math.isfinite(low) else ""))
        say(f"{row['code'] or 'all codes'} (n = {row['shared']:,}): {', '.join(parts) or 'not defined'}")


@click.command("adjudicate")
@placed
@click.argument("called")
@click.argument("comment", required=False)
@click.argument("codes", nargs=-1)
@coded
@click.option("--none", "nothing", is_flag=True, help="Settle it with no code at all.")
def adjudicate_(
    name: str, hub: Path, called: str, comment: str | None, codes: tuple[str, ...], coder: str, *, nothing: bool
) -> None:
    """List the disagreements of the round CALLED, or settle COMMENT with CODES: a layer beside what was said."""
    with opened(name, hub) as found:
        if comment is None:
            for row in adjudicate.disagreements(found, called):
                said = "; ".join(f"{who}: {', '.join(what) or 'no code'}" for who, what in row["said"].items())
                settled = "" if row["settled"] is None else f"  → {', '.join(row['settled']) or 'no code'}"
                say(f"{named(found, row['unit'])}  {said}{settled}")
            return
        if bool(codes) == nothing:
            raise click.UsageError("Give CODES, or --none.")
        chosen = [codebook.find(found, code) for code in codes]
        adjudicate.adjudicate(found, found.coder(coder), called, find_unit(found, comment), chosen)


COMMANDS = (group, agree, adjudicate_)
