"""What the collection knows of a model whose threads are read; reopened when the store was built anew."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from openlives.errors import CollectionError

WEEK = 604_800


@dataclass(slots=True)
class Shelf:
    """The store of a collection, shared by all requests; each takes a cursor of its own."""

    hub: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: duckdb.DuckDBPyConnection | None = None
    _stamp: tuple[int, int] = (0, 0)
    _told: dict[str, dict[str, str]] = field(default_factory=dict)
    _curves: dict[str, list[int]] = field(default_factory=dict)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Give a cursor on the store as it is now."""
        file = self.hub / "store.duckdb"
        with self._lock:
            try:
                found = file.stat()
            except FileNotFoundError as error:
                raise CollectionError("There is no store", where=str(file), todo="openlives build") from error
            stamp = (found.st_ino, found.st_mtime_ns)
            if self._open is None or stamp != self._stamp:
                self._open, self._stamp = _attached(file), stamp
                self._told.clear()
                self._curves.clear()
            cursor = self._open.cursor()
        return cursor.execute("USE store")

    def verdict(self, model: str) -> dict[str, str]:
        """Give the quadrant and what it rests on, where the register of openness is there; else nothing."""
        register = self.hub / "openness.parquet"
        if not register.is_file():
            return {}
        try:
            cursor = self.cursor()
            if model not in self._told:
                query = """SELECT o.quadrant, o.terms, o.access, o.process FROM read_parquet(?) o
                           JOIN artifacts a USING (artifact) WHERE a.name = ?"""
                row = cursor.execute(query, [str(register), model]).fetchone()
                names = ("quadrant", "terms", "access", "process")
                self._told[model] = {} if row is None else dict(zip(names, map(str, row), strict=True))
        except (duckdb.Error, CollectionError):  # a help beside the thread; reading goes on without it
            return {}
        return self._told[model]

    def curve(self, model: str) -> list[int]:
        """Count the comments of each week since the model's first; empty where the store does not know it."""
        try:
            cursor = self.cursor()
            if model not in self._curves:
                query = f"""SELECT week, count(*) FROM (SELECT (e.time - min(e.time) OVER ()) // {WEEK} AS week
                            FROM events e JOIN artifacts a USING (artifact) WHERE a.name = ? AND e.kind = 'comment')
                            WHERE week IS NOT NULL GROUP BY week"""
                found = {int(week): int(count) for week, count in cursor.execute(query, [model]).fetchall()}
                self._curves[model] = [found.get(week, 0) for week in range(max(found, default=-1) + 1)]
        except (duckdb.Error, CollectionError):
            return []
        return self._curves[model]


def _attached(file: Path) -> duckdb.DuckDBPyConnection:
    """Open a store beside whoever has its path open: what is opened by path is the same file for all, and stays so."""
    connection = duckdb.connect(":memory:")
    quoted = str(file).replace("'", "''")
    return connection.execute(f"ATTACH '{quoted}' AS store (READ_ONLY)")
