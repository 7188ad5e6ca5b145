"""openlives code quotes: paraphrases and who checked them, filled in by hand, and what of it may be printed."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import click

from openlives.cli.code_common import opened, placed
from openlives.coding import quotes
from openlives.coding.sheets import read_sheets
from openlives.coding.sqlite import rows
from openlives.errors import InputError

COLUMNS = ("theme", "code", "address", "quote", "paraphrase", "paraphrased_by", "checked_by")
TOLD = ("state", "found", "printable")


@click.command("quotes")
@placed
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def quotes_(name: str, hub: Path, file: Path, out: Path) -> None:
    """Check FILE, quotes as exported with paraphrases filled in (.csv, .xlsx), and write to OUT what may be printed.

    Fill in the columns paraphrase, paraphrased_by and checked_by. A paraphrase is for print when no comment of the
    project is found by its words, and somebody checked it who did not write it.
    """
    told = read(file)
    with opened(name, hub) as found:
        texts = [(row["unit"], row["text"]) for row in rows(found.connection, "SELECT unit, text FROM units")]
    checked = quotes.table(told, quotes.exposures(told, texts))
    try:
        out.write_bytes(written(checked))
    except OSError as error:
        raise InputError(f"The file cannot be written: {error.strerror}", where=str(out), todo="Check it.") from error
    states: dict[str, int] = {}
    for row in checked:
        states[row.state] = states.get(row.state, 0) + 1
    for state, count in sorted(states.items()):
        click.echo(f"{count:,} {state}")


def read(file: Path) -> list[quotes.Quote]:
    """Read quotes with what was filled in beside them. Raises InputError on a column that is missing."""
    (sheet,) = read_sheets(file)
    places = {name: sheet.column(name) for name in COLUMNS}
    found = []
    for number, line in sheet.rows:
        cell = {name: line[place] for name, place in places.items()}
        found.append(
            quotes.Quote(
                f"{number} {cell['code']}", cell["address"], cell["quote"], cell["paraphrase"], cell["paraphrased_by"],
                cell["checked_by"], cell["theme"],
            )
        )  # fmt: skip
    return found


def written(table: Iterable[quotes.Row]) -> bytes:
    """Write quotes as CSV, with their state, what of them is found, and what may be printed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *TOLD])
    for row in table:
        quote = row.quote
        found = "; ".join(
            f"{each.of}: {each.length} {each.unit} in {each.comments} comments" for each in row.exposures[:3]
        )
        code = quote.name.partition(" ")[2]
        filled = (quote.paraphrase, quote.paraphrased_by, quote.checked_by, row.state, found, row.printable)
        writer.writerow(map(calm, (quote.theme, code, quote.address, quote.text, *filled)))
    return text.getvalue().encode()


def calm(cell: str) -> str:
    """Keep a spreadsheet from taking somebody's words for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


COMMANDS = (quotes_,)
