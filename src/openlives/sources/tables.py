"""Tables of events, threads, models, people or fetches, in Parquet or CSV, by a map of columns in TOML.

A map says which column of the file is which field of a record, or how to make it in SQL; since it may hold SQL, a map
is code, and is to be trusted as such. DuckDB reads, casts and checks; rows that lack what a record needs, or whose
values cannot be what they claim, are rejected one by one.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from openlives.errors import InputError
from openlives.records import RECORDS, required, sql_types
from openlives.sources import Sink

MAPS = files("openlives.sources") / "maps"
KINDS = {"events": "events", "threads": "threads", "models": "artifacts", "people": "people", "fetches": "fetches"}
SUFFIXES = (".parquet", ".csv", ".csv.gz", ".tsv")
BATCH = 100_000


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape that a table can have: for each field an SQL expression, and the columns which that needs."""

    fields: dict[str, str]
    needs: frozenset[str]
    observed: str | None = None


def read_map(name: str | None, kind: str) -> list[Shape]:
    """Give the shapes that a map knows for a kind of table; without a map, columns are named as the fields are."""
    if name is None:
        own = sql_types(RECORDS[KINDS[kind]])
        need = frozenset(required(RECORDS[KINDS[kind]]))
        return [Shape({field: _quoted(field) for field in own}, need)]
    shipped = MAPS / f"{name}.toml"
    path = shipped if shipped.is_file() else Path(name)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        names = ", ".join(sorted(p.name.removesuffix(".toml") for p in MAPS.iterdir()))
        raise InputError(
            f"The map cannot be read: {error}", where=name, todo=f"Give a TOML file, or one of: {names}."
        ) from error
    if kind not in tables:
        raise InputError(f"The map has nothing on {kind}", where=name, todo=f"Add a [[{kind}]] table with its columns.")
    return [_shape(entry, kind, name) for entry in tables[kind]]


def _shape(entry: dict[str, Any], kind: str, where: str) -> Shape:
    known = sql_types(RECORDS[KINDS[kind]])
    fields, needs = {}, set()
    for field, column in entry.get("columns", {}).items():
        if field not in known:
            raise InputError(f"{kind} have no field {field!r}", where=where, todo=f"Fields: {', '.join(known)}.")
        fields[field] = column["sql"] if isinstance(column, dict) else _quoted(column)
        needs |= set(column["from"]) if isinstance(column, dict) else {column}
    return Shape(fields, frozenset(needs), entry.get("observed"))


def read(path: Path, sink: Sink, *, kind: str, map_name: str | None = None) -> None:
    """Read one table into the sink; a file that cannot be read at all, or has the wrong columns, is an `InputError`."""
    with duckdb.connect(config={"preserve_insertion_order": "true"}) as db:
        db.execute("SET TimeZone = 'UTC'")
        try:
            _scan(db, path)
            have = {name: str(kind_) for name, kind_, *_ in db.execute("DESCRIBE given").fetchall()}
            shape = _fitting(read_map(map_name, kind), have, path)
            _pour(db, shape, have, kind, sink)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise InputError(
                f"The table cannot be read: {first}", where=path.name, todo="Fetch or write it again."
            ) from error


def _scan(db: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make the view `given`: the file as it is, with the number of each row; CSV as text, its broken lines kept aside."""
    quoted = str(path).replace("'", "''")
    if path.suffix == ".parquet":
        source = f"read_parquet('{quoted}')"
    else:
        source = f"read_csv('{quoted}', header=true, all_varchar=true, store_rejects=true, strict_mode=true)"
    db.execute(f"CREATE VIEW given AS SELECT *, row_number() OVER () AS openlives_row FROM {source}")


def _fitting(shapes: list[Shape], have: dict[str, str], path: Path) -> Shape:
    """Pick the shape whose columns the file has: the one that uses most of them."""
    fitting = [shape for shape in shapes if shape.needs <= have.keys()]
    if fitting:
        return max(fitting, key=lambda shape: len(shape.needs))
    nearest = min(shapes, key=lambda shape: len(shape.needs - have.keys()))
    lacking = ", ".join(sorted(nearest.needs - have.keys()))
    columns = ", ".join(c for c in have if c != "openlives_row")
    todo = f"Columns of the file: {columns}. Say which is which in a TOML map: --map FILE."
    raise InputError(f"Columns are missing: {lacking}", where=path.name, todo=todo)


def _pour(db: duckdb.DuckDBPyConnection, shape: Shape, have: dict[str, str], kind: str, sink: Sink) -> None:
    """Cast every field, send good rows to the sink, and reject the others with each field that fails."""
    record = RECORDS[KINDS[kind]]
    types = sql_types(record)
    fields = {f: e for f, e in shape.fields.items() if shape.needs or e.strip('"') in have}
    fields = {f: e for f, e in fields.items() if not (e.startswith('"') and e.strip('"') not in have)}
    if shape.observed and "observed" in types and "observed" not in fields:
        fields["observed"] = f"'{shape.observed}'"
    casts = {f: _cast(e, types[f], have.get(e.strip('"'), "VARCHAR")) for f, e in fields.items()}
    faults = [
        f"CASE WHEN ({e}) IS NOT NULL AND {casts[f]} IS NULL THEN '{f} is not a {_plain(types[f])}' END"
        for f, e in fields.items()
    ]
    faults += [
        f"CASE WHEN {casts[f]} IS NULL OR CAST({casts[f]} AS VARCHAR) = '' THEN '{f} is missing' END"
        for f in required(record)
    ]
    chosen = ", ".join(f"{cast} AS {_quoted(f)}" for f, cast in casts.items())
    db.execute(
        f"CREATE VIEW read AS SELECT *, nullif(concat_ws('; ', {', '.join(faults)}), '') AS openlives_fault FROM given"
    )
    reader = db.execute(
        f"SELECT {chosen} FROM read WHERE openlives_fault IS NULL ORDER BY openlives_row"
    ).to_arrow_reader(BATCH)
    for batch in reader:
        sink.batch(KINDS[kind], batch)
    own = ", ".join(_quoted(c) for c in have if c != "openlives_row")
    bad = db.execute(
        f"SELECT openlives_row, openlives_fault, CAST(row({own}) AS VARCHAR) FROM read WHERE openlives_fault IS NOT NULL ORDER BY 1"
    )
    for row, fault, raw in bad.fetchall():
        sink.reject(f"row {row}", fault, raw)
    _broken_lines(db, sink)


def _broken_lines(db: duckdb.DuckDBPyConnection, sink: Sink) -> None:
    """Reject the lines of a CSV file that could not be split into its columns."""
    tables = {name for (name,) in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "reject_errors" in tables:
        broken = db.execute("SELECT DISTINCT line, error_message, csv_line FROM reject_errors ORDER BY line").fetchall()
        for line, message, raw in broken:
            sink.reject(f"line {line}", str(message).splitlines()[0], str(raw))


def _cast(expression: str, sql_type: str, have: str) -> str:
    """Turn an expression into a field's type, or into NULL where it cannot be."""
    if sql_type != "SECONDS":
        return f"TRY_CAST({expression} AS {sql_type})"
    if have.startswith(("TIMESTAMP", "DATE")):
        return f"CAST(floor(epoch({expression})) AS BIGINT)"
    if have in {"BIGINT", "INTEGER", "DOUBLE", "UBIGINT"}:
        return f"CAST(floor({expression}) AS BIGINT)"
    return f"CAST(floor(epoch(TRY_CAST({expression} AS TIMESTAMPTZ))) AS BIGINT)"


def _plain(sql_type: str) -> str:
    return {"SECONDS": "time", "BIGINT": "whole number", "BOOLEAN": "truth value", "VARCHAR[]": "list"}.get(
        sql_type, "text"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
