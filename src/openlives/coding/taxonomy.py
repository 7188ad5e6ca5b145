"""Read a codebook from a table: codes under sub-themes under themes, or codes that name their parent.

Tables that were made to be printed are read too: lines above the heading, blank lines, and a heading that comes again
for a second part, under a title of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openlives.coding.sheets import Line, Sheet, read_sheets
from openlives.errors import InputError

LEVELS = (  # names of columns, from the finest level up
    ("code", "codes", "label", "subcode"),
    ("sub-theme", "sub-themes", "subtheme", "subthemes", "sub-category", "subcategory"),
    ("theme", "themes", "category", "categories"),
)
PARENT = ("parent", "parent code")
DEFINITION = ("definition", "definitions", "description", "meaning")


@dataclass(frozen=True, slots=True)
class TaxonomyCode:
    """A code, or a theme that holds others: the names from the top down to its own, which last two may be alike.

    `definition` is "" where the table has none; `part` is the title of its part of the table, "" where that has none.
    """

    path: tuple[str, ...]
    definition: str = ""
    part: str = ""

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]

    @property
    def parent(self) -> tuple[str, ...]:
        """The path of what holds it; () at the top."""
        return self.path[:-1]


def read_taxonomy(
    file: Path,
    *,
    levels: Sequence[str] = (),
    parent: str | None = None,
    definition: str | None = None,
    sheet: str | None = None,
) -> list[TaxonomyCode]:
    """Read a codebook, each parent before what it holds, in the order of the table.

    `levels` are the columns from the finest level up; or the first of them, with `parent` the column that names each
    code's parent. By default columns are known by their usual names (code, sub-theme, theme; parent; definition). A
    level that is blank is skipped: the code hangs under the next. Errors: InputError, for a file that cannot be read,
    a column that is missing, a parent that is none of the codes, and a circle of parents.
    """
    table = read_sheets(file, [sheet] if sheet else [], header=False)[0]
    named = Columns(tuple(levels), parent, definition)
    found: dict[tuple[str, tuple[str, ...]], TaxonomyCode] = {}
    for part, heading, rows in _parts(table, named):
        for path, meaning in _paths(table, heading, rows, named):
            for depth in range(1, len(path) + 1):
                own = meaning if depth == len(path) else ""
                known = found.get((part, path[:depth]))
                if known is None or (own and not known.definition):
                    found[part, path[:depth]] = TaxonomyCode(path[:depth], own, part)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by the names that the user gave, or by the usual ones."""

    levels: tuple[str, ...]
    parent: str | None
    definition: str | None

    def heads(self, line: tuple[str, ...]) -> bool:
        """Whether a line is the heading of a table."""
        return _place(line, (self.levels[0],) if self.levels else LEVELS[0]) is not None

    def places(self, line: tuple[str, ...]) -> tuple[list[int], int | None, int | None]:
        """Give where levels (finest first), parent and definition stand under a heading."""
        levels = [_place(line, names) for names in ([(name,) for name in self.levels] if self.levels else LEVELS)]
        parent = _place(line, (self.parent,) if self.parent else PARENT) if len(self.levels) < 2 else None
        meaning = _place(line, (self.definition,) if self.definition else DEFINITION)
        asked = [*zip(self.levels, levels, strict=False), (self.parent, parent), (self.definition, meaning)]
        if missing := [name for name, place in asked if name and place is None]:
            raise InputError(f"No column {missing[0]!r}", todo=f"Columns there: {', '.join(filter(None, line))[:500]}")
        return [place for place in levels if place is not None], parent, meaning


def _place(line: tuple[str, ...], names: Sequence[str]) -> int | None:
    """Find the first column with one of these names, whatever its capitals."""
    wanted = {name.casefold() for name in names}
    return next((place for place, cell in enumerate(line) if cell.casefold() in wanted), None)


def _parts(table: Sheet, named: Columns) -> Iterator[tuple[str, Line, list[Line]]]:
    """Divide a table at its headings: the title above, the heading, and the rows below."""
    heads = [place for place, (_, line) in enumerate(table.rows) if named.heads(line)]
    if not heads:
        first = ", ".join(filter(None, table.rows[0][1]))[:500]
        wanted = named.levels[0] if named.levels else "code"
        raise InputError(f"No column {wanted!r}", where=table.name, todo=f"Name it (--level); the first row: {first}")
    titled = [place > 0 and _is_title(table.rows[place - 1], table.rows[place]) for place in heads]
    ends = [place - title for place, title in zip(heads[1:], titled[1:], strict=True)] + [len(table.rows)]
    for place, title, end in zip(heads, titled, ends, strict=True):
        name = table.rows[place - 1][1][0] if title else ""
        yield name, table.rows[place], list(table.rows[place + 1 : end])


def _is_title(above: Line, heading: Line) -> bool:
    """Whether the row right above a heading is its title: one with a first cell, and fewer others than the heading."""
    return bool(
        above[0] == heading[0] - 1 and above[1][0] and len([*filter(None, above[1])]) < len([*filter(None, heading[1])])
    )


def _paths(table: Sheet, heading: Line, rows: list[Line], named: Columns) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the path and the definition of each row."""
    levels, parent, meaning = named.places(heading[1])
    held = _parents(table, rows, levels[0], parent) if parent is not None else {}
    for number, line in rows:
        if parent is None:
            path = tuple(line[place] for place in reversed(levels) if line[place])
        else:
            path = _climb(line[levels[0]], held, f"{table.name}, row {number}")
        if path:
            yield path, line[meaning] if meaning is not None else ""


def _parents(table: Sheet, rows: list[Line], code: int, parent: int) -> dict[str, str]:
    """Give each code's parent, "" at the top."""
    held: dict[str, str] = {}
    for number, line in rows:
        if held.setdefault(line[code], line[parent]) != line[parent]:
            where = f"{table.name}, row {number}"
            raise InputError(f"{line[code]!r} has two parents", where=where, todo="Name it after one of them.")
    return held


def _climb(name: str, held: dict[str, str], where: str) -> tuple[str, ...]:
    """Give the path of a code whose parents are named one by one."""
    path = [name] if name else []
    while path and (above := held[path[0]]):
        if above not in held:
            raise InputError(f"The parent {above!r} is none of the codes", where=where, todo="Add a row for it.")
        if above in path:
            raise InputError(f"{name!r} is held by itself", where=where, todo="Correct its parents.")
        path.insert(0, above)
    return tuple(path)
