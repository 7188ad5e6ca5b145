"""The store as Parquet files, one a table: public by default, so with pseudonyms and without text."""

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
    """Write every table; yield each file and its number of rows."""
    store = collection.connection.cursor()
    hide = pseudonyms(collection.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            path = folder / f"{table}.parquet"
            quoted = str(path).replace("'", "''")
            if table == "people" and not private:
                people = store.execute("SELECT person, name, kind, staff, deleted FROM people ORDER BY person").df()
                people["name"] = [hide(name) for name in people["name"]]
                store.register("hidden", people)
                store.execute(f"COPY hidden TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
            else:
                out = () if private else PRIVATE_COLUMNS.get(table, ())
                chosen = f"* EXCLUDE ({', '.join(out)})" if out else "*"
                store.execute(f"COPY (SELECT {chosen} FROM {table}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
            row = store.execute(f"SELECT count(*) FROM {table}").fetchone()
            yield path, int(row[0]) if row else 0
    except (OSError, duckdb.IOException) as error:
        raise InputError(
            f"The export could not be written: {str(error).splitlines()[0]}",
            where=str(folder),
            todo="Make room or check rights.",
        ) from error
