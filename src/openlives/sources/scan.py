"""A table as DuckDB sees it: one file becomes the view `given`, each row with its number.

The tables that others publish change from month to month. So a column that a map speaks of and the file lacks is NULL,
and one that holds JSON is JSON, whether the file keeps it as text or in columns of its own.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb

LONGEST_LINE = 64 * 2**20  # bytes of one line of CSV: a comment of 10 MB is no reason to lose a file


def plainly_named(path: Path, scratch: Path) -> Path:
    """Give the file another name where its own would be read as a pattern for many files."""
    if not set(str(path)) & set("*?[]{}"):
        return path
    link = scratch / f"given{''.join(path.suffixes[-2:]) if path.suffix == '.gz' else path.suffix}"
    link.symlink_to(path.resolve())
    return link


def scan(db: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Make the view `given`; CSV as text, its broken lines kept aside. Give the types of its columns."""
    quoted_path = str(path).replace("'", "''")
    if path.suffix.lower() == ".parquet":
        source = f"read_parquet('{quoted_path}')"
    else:
        source = f"""read_csv('{quoted_path}', header = true, all_varchar = true, store_rejects = true,
            strict_mode = true, max_line_size = {LONGEST_LINE}, buffer_size = {4 * LONGEST_LINE})"""
    db.execute(f"CREATE VIEW given AS SELECT *, row_number() OVER () AS openlives_row FROM {source}")
    return {name: str(kind) for name, kind, *_ in db.execute("DESCRIBE given").fetchall()}


def present(
    db: duckdb.DuckDBPyConnection, have: dict[str, str], wanted: Collection[str], json: Collection[str]
) -> dict[str, str]:
    """Make the view `shown`: `given` with what it lacks as NULL, and its JSON as JSON. Give the types of its columns.

    Where JSON is text that cannot be read it is NULL, and `openlives_unread_COLUMN` is true.
    """
    shown = [quoted(c) for c in have if c not in json]
    shown += [f"NULL::{'JSON' if c in json else 'VARCHAR'} AS {quoted(c)}" for c in sorted(wanted) if c not in have]
    for column in sorted(set(json) & have.keys()):
        name = quoted(column)
        if have[column] in ("VARCHAR", "JSON", "BLOB"):
            read = f"TRY_CAST(CAST({name} AS VARCHAR) AS JSON)"
            shown.append(f"{read} AS {name}")
            shown.append(f"trim({name}) <> '' AND {read} IS NULL AS {quoted(unread(column))}")
        else:
            shown.append(f"to_json({name}) AS {name}")
    db.execute(f"CREATE VIEW shown AS SELECT {', '.join(shown)} FROM given")
    return {name: str(kind) for name, kind, *_ in db.execute("DESCRIBE shown").fetchall()}


def broken_lines(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, str, str]]:
    """Give the lines of a CSV file that could not be split into its columns: number, complaint, text."""
    tables = {name for (name,) in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "reject_errors" in tables:
        broken = db.execute("""SELECT line, min(error_message), min(csv_line) FROM reject_errors
            GROUP BY line ORDER BY line""").fetchall()
        for line, message, raw in broken:
            yield line, str(message).splitlines()[0], str(raw)


def unread(column: str) -> str:
    """Name the column that tells where another could not be read."""
    return f"openlives_unread_{column}"


def quoted(name: str) -> str:
    """Write a name of a column for SQL."""
    return '"' + name.replace('"', '""') + '"'
