"""openlives code export, import: what other programs, tables and papers take."""

from collections.abc import Callable
from pathlib import Path

import click

from openlives.cli.code_common import coded, opened, placed, say
from openlives.cli.code_quotes import written
from openlives.coding import arrivals, bundle, methods, quotes, raters, shelf, table
from openlives.coding.exchange import qdc, qdpx
from openlives.coding.exchange.tidy import legible
from openlives.coding.project import Project
from openlives.coding.ratings import Ratings
from openlives.coding.sqlite import rows
from openlives.errors import InputError

Write = Callable[[Project], bytes]


@click.command()
@placed
@click.argument(
    "kind", metavar="KIND", type=click.Choice(["csv", "table", "codebook", "qdpx", "qdc", "quotes", "methods"])
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(name: str, hub: Path, kind: str, file: Path) -> None:
    """Write the project to FILE; open rounds are left out.

    \b
    csv       a row a comment and code, without text
    table     comments by theme, code, model, week, role, licence and gate (.csv or .parquet)
    codebook  the codebook as Markdown
    qdpx      the whole project with its texts, for other programs (REFI-QDA)
    qdc       the codebook alone, for other programs
    quotes    what was coded, with a warning where the words are found again
    methods   the methods paragraph
    """
    with opened(name, hub) as found:
        written = KINDS[kind](found) if kind != "table" else _table(found, file)
    try:
        file.write_bytes(written)
    except OSError as error:
        raise InputError(f"The file cannot be written: {error.strerror}", where=str(file), todo="Check it.") from error
    click.echo(str(file))


def _csv(project: Project) -> bytes:
    return str(table.codings(project).to_csv(index=False, lineterminator="\n")).encode()


def _table(project: Project, file: Path) -> bytes:
    found = table.counted(table.codings(project))
    if file.suffix == ".parquet":
        return bytes(found.to_parquet(index=False))
    return str(found.to_csv(index=False, lineterminator="\n")).encode()


def _bundle(project: Project) -> bytes:
    readable, places = legible(bundle.of_project(project))
    for place in places:
        click.echo(f"characters that XML cannot hold were replaced: {place}", err=True)
    return qdpx.write(readable)


def _quotes(project: Project) -> bytes:
    """Give the quotes as CSV, each with what of it is found in any comment of the project."""
    said = table.codings(project)
    texts = {row["unit"]: row["text"] for row in rows(project.connection, "SELECT unit, text FROM units")}
    told = [
        quotes.Quote(f"{row['unit']} {row['code']}", row["thread"], texts[row["unit"]], theme=row["theme"])
        for row in said[said["negative"] == 0].to_dict("records")
    ]
    return written(quotes.table(told, quotes.exposures(told, texts.items())))


KINDS: dict[str, Write] = {
    "csv": _csv,
    "codebook": lambda project: shelf.markdown(project).encode(),
    "qdpx": _bundle,
    "qdc": lambda project: qdc.write(bundle.of_project(project)),
    "quotes": _quotes,
    "methods": lambda project: f"{methods.paragraph(project)}\n".encode(),
}


@click.command("import")
@placed
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@coded
@click.option("--sheet", "sheets", multiple=True, help="Raters' tables: the sheet of each coder.")
@click.option("--column", "columns", multiple=True, help="Raters' tables: the column of codes.")
@click.option(
    "--stubs", is_flag=True, help="Raters' tables: keep threads that are not in the project, by their address."
)
@click.option("--utf16", is_flag=True, help=".qdpx: the other program counted UTF-16 units.")
def import_(
    name: str,
    hub: Path,
    files: tuple[Path, ...],
    coder: str,
    sheets: tuple[str, ...],
    columns: tuple[str, ...],
    *,
    stubs: bool,
    utf16: bool,
) -> None:
    """Bring in a project (.qdpx), a codebook (.qdc), or with --column tables of what raters said of threads."""
    with opened(name, hub) as found:
        me = found.coder(coder)
        if columns:
            _said(found, raters.read_ratings(files, raters.Layout(columns=columns, sheets=sheets)), stubs=stubs)
            return
        for file in files:
            if file.suffix.lower() == ".qdc":
                click.echo(f"{shelf.bring_in(found, me, file):,} codes are new")
                continue
            try:
                read = qdpx.read(file.read_bytes(), where=file.name, utf16=utf16)
            except OSError as error:
                raise InputError(f"It cannot be read: {error.strerror}", where=str(file), todo="Check it.") from error
            told = arrivals.bring_in(found, me, read)
            left = told.pop(arrivals.LEFT, 0)
            click.echo("New: " + ", ".join(f"{count:,} {kind}" for kind, count in told.items()))
            if left:
                click.echo(f"{left:,} codings left out: they cross comments, or the comment says something else here")
            for line in read.lost:
                say(f"not carried: {line}")


def _said(project: Project, ratings: Ratings, *, stubs: bool) -> None:
    """Put what raters said of threads to the first comments of these."""
    told = arrivals.of_raters(project, ratings, stubs=stubs)
    click.echo(f"{told.codings:,} codings of {told.known:,} threads that are here")
    if told.missing:
        kept = "kept as stubs" if stubs else "left out; --stubs keeps them by their address"
        click.echo(f"{len(told.missing):,} threads are not in the project: {kept}")
        for address in told.missing:
            say(f"  {address}")


COMMANDS = (export, import_)
