"""Tables of events, threads, models, people or fetches, in Parquet or CSV, by a map of columns in TOML.

A map says which column of the file is which field of a record, or how to make it in SQL; since it may hold SQL, a map
is code, and is to be trusted as such. DuckDB reads, casts and checks; rows that lack what a record needs, or whose
values cannot be what they claim, are rejected one by one.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow.compute as pc

from openlives.errors import InputError
from openlives.records import EARLIEST, LATEST, OUTCOMES, RECORDS, required, sql_types
from openlives.sources import Sink
from openlives.sources.scan import broken_lines, plainly_named, present, quoted, scan, unread
from openlives.sources.shapes import FOLDER, KINDS, Shape, fitting, read_map

SUFFIXES = (".parquet", ".csv", ".csv.gz", ".tsv")
BATCH = 100_000


def read(path: Path, sink: Sink, *, kind: str, map_name: str | None = None) -> None:
    """Read one table into the sink; a file that cannot be read at all, or has the wrong columns, is an `InputError`."""
    with TemporaryDirectory() as scratch, duckdb.connect(config={"preserve_insertion_order": "true"}) as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET enable_progress_bar = ?", [sys.stdout.isatty()])
        try:
            have = scan(db, plainly_named(path, Path(scratch)))
            shape = fitting(read_map(map_name, kind), have, path)
            _pour(db, shape, have, kind, sink)
        except duckdb.Error as error:
            first = " ".join(str(error).split("\nLINE ")[0].split())[:300]  # without our own SQL
            raise InputError(
                f"The table cannot be read: {first}", where=path.name, todo="Fetch or write it again."
            ) from error


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
