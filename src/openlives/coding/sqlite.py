"""One SQLite file, opened by several at once: what was answered is on the disk, and what was erased is not."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from openlives.errors import OpenLivesError

STORAGE = (  # what a disk, a folder or another who writes can do to us
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
)  # fmt: skip


class Connection(sqlite3.Connection):
    """A connection that several threads may share: one of them writes at a time."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.held = threading.RLock()


class NotKeptError(OpenLivesError):
    """The disk is full, the folder is read-only, or another writes for too long: what was to be written was not."""

    exit_code = 5


@contextmanager
def telling(where: str) -> Iterator[None]:
    """Say in words that something was not kept, and why."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in STORAGE:
            raise
        todo = "Look at the disk and the folder, and do it once more."
        raise NotKeptError(f"Nothing of this was kept: {error}", where=where, todo=todo) from error


def connect(file: Path) -> sqlite3.Connection:
    """Open a file. Raises sqlite3.DatabaseError where it is none."""
    connection = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False, factory=Connection)
    connection.execute("PRAGMA trusted_schema = OFF")  # a file to be merged may be anybody's
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a keystroke that was answered is on the disk
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # erased words are written over, not only forgotten
    return connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the one right to write; all of it happens, or nothing. Within another, it is a part of that."""
    held = connection.held if isinstance(connection, Connection) else threading.RLock()
    with held:
        if connection.in_transaction:
            yield
            return
        with telling(str(connection.execute("PRAGMA database_list").fetchone()[2])):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk has rolled it back already
                    connection.execute("ROLLBACK")
                raise


def one(
    connection: sqlite3.Connection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> dict[str, Any] | None:
    """Give the first row of a query as a mapping."""
    found = connection.execute(query, values)
    row = found.fetchone()
    return None if row is None else {column[0]: value for column, value in zip(found.description, row, strict=True)}


def rows(
    connection: sqlite3.Connection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[dict[str, Any]]:
    """Give the rows of a query as mappings."""
    found = connection.execute(query, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
