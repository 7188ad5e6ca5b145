"""Tables of events, threads, models, people or fetches, in Parquet or CSV, by a map of columns in TOML.

A map says which column of the file is which field of a record, or how to make it in SQL; since it may hold SQL, a map
is code, and is to be trusted as such. DuckDB reads, casts and checks; rows that lack what a record needs, or whose
values cannot be what they claim, are rejected one by one.

A map for tables that change from month to month says `optional = true`: then a field of which the file has no column is
not known, and the import says which; and `json = [...]` names the columns that are JSON, as text or in columns of
their own. `observed = "folder"` takes the day of a snapshot from the name of a folder.
"""

import sys
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow.compute as pc

from openlives.errors import InputError
from openlives.records import EARLIEST, LATEST, OUTCOMES, RECORDS, required, sql_types
from openlives.sources import Sink
from openlives.sources.scan import broken_lines, plainly_named, present, quoted, scan, unread

MAPS = files("openlives.sources") / "maps"
KINDS = {"events": "events", "threads": "threads", "models": "artifacts", "people": "people", "fetches": "fetches"}
SUFFIXES = (".parquet", ".csv", ".csv.gz", ".tsv")
BATCH = 100_000
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


def read(path: Path, sink: Sink, *, kind: str, map_name: str | None = None) -> None:
    """Read one table into the sink; a file that cannot be read at all, or has the wrong columns, is an `InputError`."""
    with TemporaryDirectory() as scratch, duckdb.connect(config={"preserve_insertion_order": "true"}) as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET enable_progress_bar = ?", [sys.stdout.isatty()])
        try:
            have = scan(db, plainly_named(path, Path(scratch)))
            shape = _fitting(read_map(map_name, kind), have, path)
            _pour(db, shape, have, kind, sink)
        except duckdb.Error as error:
            first = " ".join(str(error).split("\nLINE ")[0].split())[:300]  # without our own SQL
            raise InputError(
                f"The table cannot be read: {first}", where=path.name, todo="Fetch or write it again."
            ) from error


def _fitting(shapes: list[Shape], have: dict[str, str], path: Path) -> Shape:
    """Pick the shape whose columns the file has: the one that uses most of them."""
    fitting = [shape for shape in shapes if not shape.lacks(have)]
    if fitting:
        return max(fitting, key=lambda shape: len(shape.needs))
    nearest = min(shapes, key=lambda shape: len(shape.lacks(have)))
    columns = ", ".join(c for c in have if c != "openlives_row")
    todo = f"Columns of the file: {columns}. Say which is which in a TOML map: --map FILE."
    raise InputError(f"Columns are missing: {', '.join(nearest.lacks(have))}", where=path.name, todo=todo)


def _pour(db: duckdb.DuckDBPyConnection, shape: Shape, have: dict[str, str], kind: str, sink: Sink) -> None:
    """Cast every field, send good rows to the sink, and reject the others with each field that fails."""
    types, needed = sql_types(RECORDS[KINDS[kind]]), required(RECORDS[KINDS[kind]])
    unknown = shape.unknown(have)
    if unknown:
        listed = ", ".join(f"{name} ({', '.join(columns)})" for name, columns in unknown.items())
        sink.note(f"not known, since the file lacks the columns: {listed}")
    shown = present(db, have, {c for columns in shape.uses.values() for c in columns}, shape.json)
    fields = {f: e for f, e in shape.fields.items() if f not in unknown and (f in shape.uses or e.strip('"') in have)}
    if shape.observed not in (None, FOLDER) and "observed" in types and "observed" not in fields:
        fields["observed"] = f"'{shape.observed}'"
    casts = {f: _cast(e, types[f], shown.get(e.strip('"'), "VARCHAR")) for f, e in fields.items()}
    faults = f"nullif(concat_ws('; ', {', '.join(_faults(fields, casts, types, needed))}), '')"
    unreadable = [c for c in shape.json if unread(c) in shown]
    chosen = ", ".join(
        [f"{cast} AS {quoted(f)}" for f, cast in casts.items()] + [quoted(unread(column)) for column in unreadable]
    )
    counts, bad = dict.fromkeys(unreadable, 0), 0
    for batch in db.execute(f"SELECT {chosen}, {faults} AS openlives_fault FROM shown").to_arrow_reader(BATCH):
        good = batch.filter(pc.is_null(batch["openlives_fault"]))
        bad += batch.num_rows - good.num_rows
        sink.batch(KINDS[kind], good)
        for column in unreadable:
            counts[column] += pc.sum(batch[unread(column)]).as_py() or 0
    if bad:
        _reject(db, faults, [c for c in have if c != "openlives_row"], sink)
    for column, count in counts.items():
        if count:
            sink.note(f"{column} is no JSON in {count:,} rows: what comes from it is not known there")
    for line, message, raw in broken_lines(db):
        sink.reject(f"line {line}", message, raw)


def _reject(db: duckdb.DuckDBPyConnection, faults: str, own: list[str], sink: Sink) -> None:
    """Reject the rows that have a fault, as they stand in the file."""
    db.execute(f"CREATE VIEW faulty AS SELECT openlives_row AS row, {faults} AS fault FROM shown")
    bad = f"""SELECT openlives_row, fault, CAST(row({", ".join(map(quoted, own))}) AS VARCHAR)
        FROM given JOIN (FROM faulty WHERE fault IS NOT NULL) ON row = openlives_row ORDER BY 1"""
    for row, fault, raw in db.execute(bad).fetchall():
        sink.reject(f"row {row}", fault, raw)


def _faults(fields: dict[str, str], casts: dict[str, str], types: dict[str, str], needed: list[str]) -> list[str]:
    """Give for each field the SQL that says what is wrong with it, or NULL."""
    faults = [
        f"CASE WHEN ({e}) IS NOT NULL AND {casts[f]} IS NULL THEN '{f} is not a {_plain(types[f])}' END"
        for f, e in fields.items()
    ]
    faults += [
        f"CASE WHEN ({fields[f]}) IS NULL OR CAST({casts[f]} AS VARCHAR) = '' THEN '{f} is missing' END" for f in needed
    ]
    if "outcome" in casts:
        known = ", ".join(f"'{outcome}'" for outcome in OUTCOMES)
        faults.append(f"CASE WHEN {casts['outcome']} NOT IN ({known}) THEN 'no such outcome' END")
    return faults


def _cast(expression: str, sql_type: str, have: str) -> str:
    """Turn an expression into a field's type, or into NULL where it cannot be."""
    if sql_type == "SECONDS":
        return _time(expression, have)
    if sql_type == "BIGINT" and have == "VARCHAR":  # 1.5, 0x10 and 1e3 are no counts, whatever SQL makes of them
        text = f"trim(CAST({expression} AS VARCHAR))"
        return f"CASE WHEN regexp_full_match({text}, '[+-]?[0-9]+([.]0+)?') THEN TRY_CAST({text} AS BIGINT) END"
    return f"TRY_CAST({expression} AS {sql_type})"


def _time(expression: str, have: str) -> str:
    """Turn a time of any kind into integer seconds; times outside 1990 to 2100 are mistakes of unit or of zone."""
    if have.startswith(("TIMESTAMP", "DATE")):
        seconds = f"epoch({expression})"
    elif have == "VARCHAR":
        text = f"CAST({expression} AS VARCHAR)"
        number = f"CASE WHEN regexp_full_match({text}, '[0-9]+([.][0-9]+)?') THEN TRY_CAST({text} AS DOUBLE) END"
        seconds = f"coalesce({number}, epoch(TRY_CAST({text} AS TIMESTAMPTZ)))"
    else:
        seconds = f"TRY_CAST({expression} AS DOUBLE)"
    whole = f"TRY_CAST(floor({seconds}) AS BIGINT)"
    return f"CASE WHEN {whole} BETWEEN {EARLIEST} AND {LATEST - 1} THEN {whole} END"


def _plain(sql_type: str) -> str:
    return {
        "SECONDS": "time between 1990 and 2100",
        "BIGINT": "whole number",
        "BOOLEAN": "truth value",
        "VARCHAR[]": "list",
    }.get(sql_type, "text")
