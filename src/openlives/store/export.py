"""The store as Parquet files, one a table: public by default, so with pseudonyms and without text."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import duckdb

from openlives.errors import InputError
from openlives.privacy import PRIVATE_COLUMNS, pseudonyms

TABLES = ("artifacts", "tags", "snapshots", "people", "threads", "events", "fetches", "imports", "meta")


class Opened(Protocol):
    """A collection, as far as an export needs it."""

    folder: Path

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The store."""


def export(collection: Opened, folder: Path, *, private: bool) -> Iterator[tuple[Path, int]]:
    """Write every table into a new folder, which appears when it is whole; yield each file and its number of rows."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            "The folder is not empty", where=str(folder), todo="Give a new one: an export overwrites nothing."
        )
    store = collection.connection.cursor()
    aside = folder.with_name(f".{folder.name}.making")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        if not private:
            people = store.execute("SELECT person, name, kind, staff, deleted FROM people ORDER BY person").df()
            people["name"] = people["name"].map(pseudonyms(collection.folder))
            store.register("hidden_people", people)
        for table in TABLES:
            _write(store, table, aside / f"{table}.parquet", private=private)
        if folder.exists():
            folder.rmdir()
        aside.rename(folder)
    except (OSError, duckdb.IOException) as error:
        raise InputError(
            f"The export could not be written: {str(error).splitlines()[0]}",
            where=str(folder),
            todo="Make room or check rights; nothing was kept.",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    for table in TABLES:
        row = store.execute(f"SELECT count(*) FROM {table}").fetchone()
        yield folder / f"{table}.parquet", int(row[0]) if row else 0


def _write(store: duckdb.DuckDBPyConnection, table: str, path: Path, *, private: bool) -> None:
    """Write one table; without --private, what is personal in it stays behind."""
    source, out = (table, ()) if private else (table, PRIVATE_COLUMNS.get(table, ()))
    if table == "people" and not private:
        source, out = "hidden_people", ()
    chosen = f"* EXCLUDE ({', '.join(out)})" if out else "*"
    quoted = str(path).replace("'", "''")
    store.execute(f"COPY (SELECT {chosen} FROM {source}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
