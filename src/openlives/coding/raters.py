"""Read what two or more coders said from tables: a sheet each, a column each, or a file each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openlives.coding.ratings import Ratings, Unit, ratings, spellings, thread_address
from openlives.coding.sheets import ERRORS, Sheet, read_sheets
from openlives.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How tables of ratings are laid out.

    One of `sheets`, `columns` and the files names the coders, by being more than one. `unit` are the columns that
    together name a unit (`a|b`: whichever is there); without any, units are the same rows of each table. `address` is
    the column that names the thread; by default the first one that does. A blank cell is not rated, unless `blank` is
    the code that it stands for. `separator` divides the codes of a cell, where there may be several. `fold` says
    whether capitals matter not; where it is None and there are codes that differ in nothing else, that is an error.
    """

    columns: Sequence[str]
    sheets: Sequence[str] = ()
    unit: Sequence[str] = ()
    address: str | None = None
    blank: str | None = None
    separator: str | None = None
    fold: bool | None = None


def read_ratings(files: Sequence[Path], layout: Layout) -> Ratings:
    """Read what coders said of units.

    A unit that one table has and another has not is not rated there. Errors: InputError, for what cannot be read, a
    column or sheet that is missing, a unit that stands twice in a table, and rows that speak of other threads.
    """
    said: dict[str, dict[Unit, list[str]]] = {}
    for coder, sheet, column in _coders(files, layout):
        said[coder] = _read(sheet, column, layout)
    _same_threads(list(said.values()))
    return ratings(_folded(said, layout.fold))


def _coders(files: Sequence[Path], layout: Layout) -> Iterator[tuple[str, Sheet, str]]:
    """Give each coder's name, table and column."""
    counts = {"files": len({*files}), "sheets": len({*layout.sheets}), "columns": len({*layout.columns})}
    if counts != {"files": len(files), "sheets": len(layout.sheets), "columns": len(layout.columns)}:
        raise InputError("A file, sheet or column is named twice", todo="Each coder once.")
    several = [what for what, count in counts.items() if count > 1]
    if len(several) != 1 or not files or not layout.columns:
        raise InputError(
            f"Coders are either files, or sheets, or columns; more than one: {', '.join(several) or 'none of them'}",
            todo="For example: --sheet FIRST --sheet SECOND --column code, or --column FIRST --column SECOND.",
        )
    plain = len({file.stem for file in files}) == len(files)
    for file in files:
        for name, sheet in zip(layout.sheets or [""], read_sheets(file, layout.sheets), strict=True):
            for column in layout.columns:
                yield (
                    {"files": file.stem if plain else str(file), "sheets": name, "columns": column}[several[0]],
                    sheet,
                    column,
                )


def _read(sheet: Sheet, column: str, layout: Layout) -> dict[Unit, list[str]]:
    """Read one coder's codes by unit; blank cells are left out, unless they stand for a code."""
    coded, keys = sheet.column(column), [sheet.column(name) for name in layout.unit]
    place = sheet.column(layout.address) if layout.address else _address_column(sheet)
    found: dict[Unit, list[str]] = {}
    for number, row in sheet.rows:
        where = f"{sheet.name}, row {number}"
        if row[coded] in ERRORS:
            raise InputError(f"A cell that could not be computed: {row[coded]}", where=where, todo="Write the code.")
        name = " · ".join(row[key] for key in keys) if keys else f"row {number}"
        words = _words(row[coded], layout)
        if not words:
            continue
        if keys and not any(row[key] for key in keys):
            raise InputError("Rated, but the unit has no name", where=where, todo=f"Fill {', '.join(layout.unit)}.")
        unit = Unit(name, thread_address(row[place]) if place is not None else "", where)
        if unit in found:
            todo = "Name the columns that tell units apart (--unit, several times), or leave one of the rows out."
            raise InputError(f"A unit that stands there twice: {name[:200]}", where=where, todo=todo)
        found[unit] = words
    return found


def _words(cell: str, layout: Layout) -> list[str]:
    """Give the codes of a cell; none where it is blank, unless that stands for a code."""
    parts = [part.strip() for part in cell.split(layout.separator)] if layout.separator else [cell]
    words = [part for part in parts if part]
    return words or ([layout.blank] if layout.blank else [])


def _address_column(sheet: Sheet) -> int | None:
    """Find the first column that names threads."""
    width = range(len(sheet.columns))
    return next((place for place in width if any(thread_address(row[place]) for _, row in sheet.rows[:20])), None)


def _same_threads(said: list[dict[Unit, list[str]]]) -> None:
    """Refuse units that are one by name, and of two threads: rows of two tables that are not in the same order."""
    known: dict[str, Unit] = {}
    for told in said:
        for unit in told:
            other = known.setdefault(unit.name, unit)
            if unit.address and other.address and unit.address != other.address:
                raise InputError(
                    f"{other.address} and {unit.address} stand for the same unit",
                    where=f"{other.where}; {unit.where}",
                    todo="Put the rows into the same order, or name the columns that tell units apart (--unit).",
                )


def _folded(said: dict[str, dict[Unit, list[str]]], fold: bool | None) -> dict[str, dict[Unit, list[str]]]:
    """Put codes that differ in capitals only together, if told so; refuse to guess."""
    pairs = spellings(word for told in said.values() for words in told.values() for word in words)
    if pairs and fold is None:
        todo = "Say whether capitals matter (--ignore-case or --keep-case)."
        raise InputError(f"Codes that differ in capitals only: {pairs[0][0]!r} and {pairs[0][1]!r}", todo=todo)
    if not fold:
        return said
    spelt = {other: one for one, other in pairs}
    return {
        coder: {unit: [spelt.get(word, word) for word in words] for unit, words in told.items()}
        for coder, told in said.items()
    }
