"""Make the store: from originals and decisions to the tables of `schema.sql`, aside, then renamed into place.

Readers keep the store they have open until they reopen it; nobody waits, and nobody sees half. The same originals and
decisions give the same tables, in whatever order they came in.
"""

import hashlib
import re
import shutil
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import duckdb

from openlives.errors import CollectionError
from openlives.records import RECORDS, arrow_schema
from openlives.store.decisions import Decisions
from openlives.store.imports import Origin
from openlives.store.names import aliases
from openlives.store.originals import originals, unfold

SCHEMA = "2"
REJECTS = "archive-rejects.parquet"  # what the archive holds and no table can: found anew by each build
SQL = files("openlives.store")


def fingerprint(found: list[Origin], decisions: Decisions) -> str:
    """Identify what a store is made of: the originals, the decisions and the schema."""
    parts = [SCHEMA, *(origin.id for origin in found), decisions.digest]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def build(hub: Path) -> Path:
    """Build `store.duckdb` of a collection from all that lies in it; give its path."""
    found = originals(hub)
    decisions = Decisions.read(hub / "decisions")
    aside = hub / ".store.duckdb.building"
    spill, scratch = hub / ".store.duckdb.spill", hub / ".store.duckdb.unfolded"
    shutil.rmtree(scratch, ignore_errors=True)
    aside.unlink(missing_ok=True)
    try:
        found, folders = _unfolded(hub, found, scratch)
        with duckdb.connect(str(aside), config={"temp_directory": str(spill)}) as db:
            db.execute("SET TimeZone = 'UTC'")
            db.execute("SET enable_progress_bar = ?", [sys.stdout.isatty()])
            db.execute("SET preserve_insertion_order = true")
            define(db)
            _originals(db, folders, found)
            _decisions(db, decisions)
            db.execute((SQL / "build.sql").read_text(encoding="utf-8"))
            for key, value in (("schema", SCHEMA), ("fingerprint", fingerprint(found, decisions))):
                db.execute("INSERT INTO meta VALUES (?, ?)", [key, value])
            findable(db)
            db.execute("INSERT INTO meta SELECT 'census', max(observed)::VARCHAR FROM imports WHERE census")
        aside.replace(hub / "store.duckdb")
    except (duckdb.Error, OSError) as error:
        todo = "The old store, if there was one, is untouched. Make room or check rights, then build again."
        raise CollectionError(
            f"The store could not be built: {str(error).splitlines()[0]}", where=hub.name, todo=todo
        ) from error
    finally:
        aside.unlink(missing_ok=True)
        Path(f"{aside}.wal").unlink(missing_ok=True)
        shutil.rmtree(spill, ignore_errors=True)
        shutil.rmtree(scratch, ignore_errors=True)
    return hub / "store.duckdb"


def findable(db: duckdb.DuckDBPyConnection) -> None:
    """Let an artifact be found by its name at once, and not by reading a million names; made last, it costs least."""
    db.execute("CREATE INDEX artifacts_by_name ON artifacts (name)")


def define(db: duckdb.DuckDBPyConnection) -> None:
    """Create the tables; the comments of `schema.sql` become comments in the database."""
    schema = (SQL / "schema.sql").read_text(encoding="utf-8")
    db.execute(schema)
    for table, body in re.findall(r"CREATE TABLE (\w+) (\(.*?\n\));", schema, re.DOTALL):
        head, *lines = body.splitlines()
        db.execute(f"COMMENT ON TABLE {table} IS '{_comment(head)}'")
        for line in lines[:-1]:
            db.execute(f"COMMENT ON COLUMN {table}.{line.split()[0]} IS '{_comment(line)}'")


def _comment(line: str) -> str:
    return line.split("--", 1)[1].strip().replace("'", "''")


def _unfolded(hub: Path, found: list[Origin], scratch: Path) -> tuple[list[Origin], dict[str, Path]]:
    """Give the folder of Parquet files of each original; that of the archive is made for this build only."""
    folders = {origin.id: hub / "imports" / origin.id for origin in found}
    for number, origin in enumerate(found):
        if origin.kind == "archive":
            folders[origin.id] = scratch / origin.id
            rows, rejected = unfold(hub, folders[origin.id])
            found[number] = replace(origin, rows=rows, rejected=rejected)
            (hub / REJECTS).unlink(missing_ok=True)
            if rejected:
                (folders[origin.id] / "rejects.parquet").replace(hub / REJECTS)
    return found, folders


def _originals(db: duckdb.DuckDBPyConnection, folders: dict[str, Path], found: list[Origin]) -> None:
    """Make one view a kind of record over all imports, each row with its origin, row number and version."""
    for number, origin in enumerate(found, start=1):
        row = [
            number,
            origin.id,
            origin.file,
            origin.sha256,
            origin.kind,
            origin.map,
            origin.observed,
            origin.platform,
            origin.census,
            origin.rejected,
        ]
        db.execute("INSERT INTO imports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for kind, record in RECORDS.items():
        parts = [str(folders[o.id] / f"{kind}.parquet") for o in found if o.rows.get(kind)]
        source = (
            "read_parquet(["
            + ", ".join("'" + p.replace("'", "''") + "'" for p in parts)
            + "], filename = true, file_row_number = true, union_by_name = true)"
        )
        db.register("nothing", arrow_schema(record).empty_table())
        nothing = "SELECT *, '' AS filename, 0 AS file_row_number FROM nothing"
        # Originals of an earlier version lack the fields that came since: those are not known.
        source = f"(FROM {source} UNION ALL BY NAME {nothing})" if parts else f"({nothing})"
        observed = "f.observed" if "observed" in arrow_schema(record).names else "NULL"
        whole = "(f.raw IS NOT NULL)::INT" if "raw" in arrow_schema(record).names else "0"
        # Later observations win; of equal ones the one that kept the raw body, then the same import,
        # however often the store is built.
        version = (
            f"(coalesce({observed}, i.observed, 0)::HUGEINT * 10 + {whole}) * 100000000000000000000 "
            "+ i.origin * 1000000000000 + f.file_row_number"
        )
        db.execute(f"""CREATE TEMP TABLE o_{kind} AS
            SELECT f.* EXCLUDE (filename, file_row_number), i.origin, i.platform AS import_platform, i.census,
                f.file_row_number AS row, {version} AS version
            FROM {source} f JOIN imports i ON i.id = split_part(replace(f.filename, '\\', '/'), '/', -2)""")


def _decisions(db: duckdb.DuckDBPyConnection, decisions: Decisions) -> None:
    """Bring in what people decided: renames and erasures, and keep private artifacts out."""
    for table, view, decided in (
        ("artifact_alias", "o_artifacts", decisions.renames),
        ("person_alias", "o_people", {}),
    ):
        db.execute(f"CREATE TEMP TABLE {table} (name VARCHAR, present VARCHAR)")
        rows = list(aliases(db, view, decided).items())
        if rows:
            db.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
    _erase(db, decisions.erased)
    db.execute("""CREATE TEMP TABLE private_artifacts AS
        SELECT coalesce(present, name) AS name FROM o_artifacts LEFT JOIN artifact_alias USING (name)
        GROUP BY 1 HAVING arg_max(private, version)""")


def _erase(db: duckdb.DuckDBPyConnection, accounts: list[str]) -> None:
    """Find every name, present or former and in whatever case, of the accounts that are to be forgotten."""
    db.execute("CREATE TEMP TABLE to_erase (name VARCHAR, found BOOLEAN)")
    if accounts:
        db.executemany("INSERT INTO to_erase VALUES (lower(?), false)", [[name] for name in accounts])
    db.execute("""
        CREATE TEMP TABLE erased AS
        WITH names AS (
            SELECT author AS name FROM o_events UNION SELECT author FROM o_threads UNION SELECT name FROM o_people
            UNION SELECT name FROM person_alias
        ), known AS (SELECT name, coalesce(present, name) AS present FROM names LEFT JOIN person_alias USING (name)),
        hit AS (
            SELECT present FROM known
            WHERE lower(name) IN (SELECT name FROM to_erase) OR lower(present) IN (SELECT name FROM to_erase)
        )
        SELECT name, present FROM known WHERE present IN (SELECT present FROM hit)""")
    db.execute("UPDATE to_erase SET found = true WHERE name IN (SELECT lower(name) FROM erased)")
