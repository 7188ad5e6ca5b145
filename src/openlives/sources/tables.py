"""Tables of events, threads, models, people or fetches, in Parquet or CSV, by a map of columns in TOML.

A map says which column of the file is which field of a record, or how to make it in SQL; since it may hold SQL, a map
is code, and is to be trusted as such. DuckDB reads, casts and checks; rows that lack what a record needs, or whose
values cannot be what they claim, are rejected one by one.
"""

import sys
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from openlives.errors import InputError
from openlives.records import EARLIEST, LATEST, OUTCOMES, RECORDS, required, sql_types
from openlives.sources import Sink

MAPS = files("openlives.sources") / "maps"
KINDS = {"events": "events", "threads": "threads", "models": "artifacts", "people": "people", "fetches": "fetches"}
SUFFIXES = (".parquet", ".csv", ".csv.gz", ".tsv")
BATCH = 100_000
LONGEST_LINE = 64 * 2**20  # bytes of one line of CSV: a comment of 10 MB is no reason to lose a file


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
    if kind not in tables or not isinstance(tables[kind], list):
        raise InputError(f"The map has nothing on {kind}", where=name, todo=f"Add a [[{kind}]] table with its columns.")
    try:
        return [_shape(entry, kind, name) for entry in tables[kind]]
    except (AttributeError, KeyError, TypeError) as error:
        todo = 'Write field = "column" or field = { sql = "...", from = ["column"] } under [TABLE.columns].'
        raise InputError(f"The map is not understood: {error}", where=name, todo=todo) from error


def _shape(entry: dict[str, Any], kind: str, where: str) -> Shape:
    known = sql_types(RECORDS[KINDS[kind]])
    fields, needs = {}, set()
    for field, column in entry.get("columns", {}).items():
        if field not in known:
            raise InputError(f"{kind} have no field {field!r}", where=where, todo=f"Fields: {', '.join(known)}.")
        fields[field] = column["sql"] if isinstance(column, dict) else _quoted(column)
        needs |= set(column["from"]) if isinstance(column, dict) else {column}
    lacking = [field for field in required(RECORDS[KINDS[kind]]) if field not in fields]
    if lacking:
        todo = "Every row needs them: say where they come from."
        raise InputError(f"The map does not say what is: {', '.join(lacking)}", where=where, todo=todo)
    return Shape(fields, frozenset(needs), entry.get("observed"))


def read(path: Path, sink: Sink, *, kind: str, map_name: str | None = None) -> None:
    """Read one table into the sink; a file that cannot be read at all, or has the wrong columns, is an `InputError`."""
    with TemporaryDirectory() as scratch, duckdb.connect(config={"preserve_insertion_order": "true"}) as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET enable_progress_bar = ?", [sys.stdout.isatty()])
        try:
            _scan(db, _plainly_named(path, Path(scratch)))
            have = {name: str(kind_) for name, kind_, *_ in db.execute("DESCRIBE given").fetchall()}
            shape = _fitting(read_map(map_name, kind), have, path)
            _pour(db, shape, have, kind, sink)
        except duckdb.Error as error:
            first = " ".join(str(error).split("\nLINE ")[0].split())[:300]  # without our own SQL
            raise InputError(
                f"The table cannot be read: {first}", where=path.name, todo="Fetch or write it again."
            ) from error


def _plainly_named(path: Path, scratch: Path) -> Path:
    """Give the file another name where its own would be read as a pattern for many files."""
    if not set(str(path)) & set("*?[]{}"):
        return path
    link = scratch / f"given{''.join(path.suffixes[-2:]) if path.suffix == '.gz' else path.suffix}"
    link.symlink_to(path.resolve())
    return link


def _scan(db: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make the view `given`: the file with the number of each row; CSV as text, its broken lines kept aside."""
    quoted = str(path).replace("'", "''")
    if path.suffix.lower() == ".parquet":
        source = f"read_parquet('{quoted}')"
    else:
        source = f"""read_csv('{quoted}', header = true, all_varchar = true, store_rejects = true, strict_mode = true,
            max_line_size = {LONGEST_LINE}, buffer_size = {4 * LONGEST_LINE})"""
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
    types = sql_types(RECORDS[KINDS[kind]])
    fields = {f: e for f, e in shape.fields.items() if not (e.startswith('"') and e.strip('"') not in have)}
    if shape.observed and "observed" in types and "observed" not in fields:
        fields["observed"] = f"'{shape.observed}'"
    casts = {f: _cast(e, types[f], have.get(e.strip('"'), "VARCHAR")) for f, e in fields.items()}
    faults = ", ".join(_faults(fields, casts, types, required(RECORDS[KINDS[kind]])))
    chosen = ", ".join(f"{cast} AS {_quoted(f)}" for f, cast in casts.items())
    db.execute(f"CREATE VIEW read AS SELECT *, nullif(concat_ws('; ', {faults}), '') AS openlives_fault FROM given")
    good = f"SELECT {chosen} FROM read WHERE openlives_fault IS NULL ORDER BY openlives_row"
    for batch in db.execute(good).to_arrow_reader(BATCH):
        sink.batch(KINDS[kind], batch)
    own = ", ".join(_quoted(c) for c in have if c != "openlives_row")
    bad = f"""SELECT openlives_row, openlives_fault, CAST(row({own}) AS VARCHAR) FROM read
        WHERE openlives_fault IS NOT NULL ORDER BY 1"""
    for row, fault, raw in db.execute(bad).fetchall():
        sink.reject(f"row {row}", fault, raw)
    _broken_lines(db, sink)


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


def _broken_lines(db: duckdb.DuckDBPyConnection, sink: Sink) -> None:
    """Reject the lines of a CSV file that could not be split into its columns."""
    tables = {name for (name,) in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "reject_errors" in tables:
        broken = db.execute("""SELECT line, min(error_message), min(csv_line) FROM reject_errors
            GROUP BY line ORDER BY line""").fetchall()
        for line, message, raw in broken:
            sink.reject(f"line {line}", str(message).splitlines()[0], str(raw))


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


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
