"""Maps of columns in TOML: which column of a table is which field of a record, or how to make it in SQL.

A map for tables that change from month to month says `optional = true`: then a field of which the file has no column is
not known, and the import says which; and `json = [...]` names the columns that are JSON, as text or in columns of
their own. `observed = "folder"` takes the day of a snapshot from the name of a folder.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from openlives.errors import InputError
from openlives.records import RECORDS, required, sql_types
from openlives.sources.scan import quoted

MAPS = files("openlives.sources") / "maps"
KINDS = {"events": "events", "threads": "threads", "models": "artifacts", "people": "people", "fetches": "fetches"}
FOLDER = "folder"  # a map's `observed` where the name of a folder is the day


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape that a table can have: for each field an SQL expression, and the columns which that uses.

    `needs` are the columns without which the shape does not fit; any one of a tuple will do.
    """

    fields: dict[str, str]
    needs: frozenset[str | tuple[str, ...]]
    observed: str | None = None
    uses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    json: tuple[str, ...] = ()
    optional: bool = False

    def lacks(self, have: Collection[str]) -> list[str]:
        """Name the columns that are needed and not there."""
        each = [(need,) if isinstance(need, str) else need for need in self.needs]
        return sorted(" or ".join(need) for need in each if not set(need) & set(have))

    def unknown(self, have: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Name the fields of an optional shape of which the file has no column, and the columns that it lacks."""
        unknown = {f: columns for f, columns in self.uses.items() if columns and not set(columns) & set(have)}
        return unknown if self.optional else {}


def read_map(name: str | None, kind: str) -> list[Shape]:
    """Give the shapes that a map knows for a kind of table; without a map, columns are named as the fields are."""
    if name is None:
        own = sql_types(RECORDS[KINDS[kind]])
        need = frozenset(required(RECORDS[KINDS[kind]]))
        return [Shape({name: quoted(name) for name in own}, need)]
    shipped = MAPS / f"{name}.toml"
    path = shipped if shipped.is_file() else Path(name)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        names = ", ".join(sorted(p.name.removesuffix(".toml") for p in MAPS.iterdir()))
        raise InputError(
            f"The map cannot be read: {error}", where=name, todo=f"Give a TOML file, or one of: {names}."
        ) from error
    if kind not in tables or not isinstance(tables[kind], list):
        raise InputError(f"The map has nothing on {kind}", where=name, todo=f"Add a [[{kind}]] table with its columns.")
    try:
        return [_shape(entry, kind, name) for entry in tables[kind]]
    except (AttributeError, KeyError, TypeError) as error:
        todo = 'Write field = "column" or field = { sql = "...", from = ["column"] } under [TABLE.columns].'
        raise InputError(f"The map is not understood: {error}", where=name, todo=todo) from error


def _shape(entry: dict[str, Any], kind: str, where: str) -> Shape:
    known, needed = sql_types(RECORDS[KINDS[kind]]), required(RECORDS[KINDS[kind]])
    fields, uses = {}, {}
    for name, column in entry.get("columns", {}).items():
        if name not in known:
            raise InputError(f"{kind} have no field {name!r}", where=where, todo=f"Fields: {', '.join(known)}.")
        fields[name] = column["sql"] if isinstance(column, dict) else quoted(column)
        uses[name] = tuple(column["from"]) if isinstance(column, dict) else (column,)
    lacking = [name for name in needed if name not in fields]
    if lacking:
        todo = "Every row needs them: say where they come from."
        raise InputError(f"The map does not say what is: {', '.join(lacking)}", where=where, todo=todo)
    optional = bool(entry.get("optional"))
    needs = {uses[name] for name in needed} if optional else {c for columns in uses.values() for c in columns}
    return Shape(fields, frozenset(needs), entry.get("observed"), uses, tuple(entry.get("json", ())), optional)


def is_dated_by_folder(kind: str, map_name: str | None) -> bool:
    """Tell whether a map takes the day of a snapshot from the name of a folder."""
    return map_name is not None and any(shape.observed == FOLDER for shape in read_map(map_name, kind))


def folder_day(path: Path) -> str:
    """Give the name of the nearest folder above a file that is a day, or nothing."""
    for parent in path.absolute().parents:
        try:
            return date.fromisoformat(parent.name).isoformat()
        except ValueError:
            continue
    return ""


def fitting(shapes: list[Shape], have: dict[str, str], path: Path) -> Shape:
    """Pick the shape whose columns the file has: the one that uses most of them."""
    fit = [shape for shape in shapes if not shape.lacks(have)]
    if fit:
        return max(fit, key=lambda shape: len(shape.needs))
    nearest = min(shapes, key=lambda shape: len(shape.lacks(have)))
    columns = ", ".join(c for c in have if c != "openlives_row")
    todo = f"Columns of the file: {columns}. Say which is which in a TOML map: --map FILE."
    raise InputError(f"Columns are missing: {', '.join(nearest.lacks(have))}", where=path.name, todo=todo)
