"""The archive of a collection: `archive.sqlite`, what the Hub told us, kept as it came.

One process writes, many read while it does (WAL). Whatever belongs together is written in one transaction, so that a
collector that is killed at any moment goes on where it stopped, and nothing is there twice.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from openlives.errors import CollectionError

SCHEMA = "1"
NAME = "archive.sqlite"
PATIENCE = 30.0  # seconds to wait for another writer
Row = sqlite3.Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply, or the lack of one (`status` is None, and `headers` say why)."""

    kind: str
    path: str
    time: float
    status: int | None
    headers: dict[str, str]
    body: bytes = b""
    model: int | None = None
    about: str | None = None
    num: int | None = None
    page: int | None = None
    moved: str | None = None


class Archive:
    """An open archive; `read_only` for those who look on while another collects."""

    def __init__(self, hub: Path, *, read_only: bool = False) -> None:
        self.path = hub / NAME
        try:
            if not read_only:
                hub.mkdir(parents=True, exist_ok=True)
            address = f"{self.path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
            self.db = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
            self.db.row_factory = sqlite3.Row
            self._prepare(read_only)
        except (sqlite3.Error, OSError) as error:
            raise CollectionError(
                f"The archive cannot be opened: {error}",
                where=f"{hub.name}/{NAME}",
                todo="Check the folder and your rights; an archive that is damaged must come from a backup.",
            ) from error

    def _prepare(self, read_only: bool) -> None:
        """Set up a new archive; refuse one of another schema."""
        if not read_only:
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")  # survives any kill; a power cut may take the last seconds
            if not self.db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                schema = (files("openlives.store") / "archive.sql").read_text(encoding="utf-8")
                self.db.executescript(f"BEGIN;{schema} INSERT INTO meta VALUES ('schema', '{SCHEMA}'); COMMIT;")
        found = self.meta("schema")
        if found != SCHEMA:
            raise sqlite3.DatabaseError(f"its schema is {found}, this version of openlives knows {SCHEMA}")

    def close(self) -> None:
        """Close it."""
        self.db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write everything of a block, or nothing of it."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.db.in_transaction:  # a full disk has undone it already
                self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def meta(self, key: str) -> str | None:
        """Give a fact about the archive."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
        return row["value"] if row else None

    def note(self, key: str, value: str) -> None:
        """Keep a fact about the archive."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [key, value])

    def keep(self, reply: Reply, run: int) -> int:
        """Keep a reply as it came; give its number. It counts for nothing until it is said to be of use."""
        told = (run, reply.kind, reply.model, reply.about, reply.num, reply.page, reply.path, reply.time, reply.status)
        headers = orjson.dumps(reply.headers).decode()
        with self.together():
            body = None if reply.status is None else self._body(reply.body)
            found = self.db.execute(
                "INSERT INTO replies (run, kind, model, about, num, page, path, time, status, headers, body, moved) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*told, headers, body, reply.moved),
            )
            self.db.execute("UPDATE runs SET requests = requests + 1 WHERE run = ?", [run])
        return int(found.lastrowid or 0)

    def _body(self, content: bytes) -> int:
        digest = hashlib.sha256(content).digest()
        known = self.db.execute("SELECT body FROM bodies WHERE sha256 = ?", [digest]).fetchone()
        if known:
            return int(known["body"])
        packed = (digest, zlib.compress(content))
        return int(self.db.execute("INSERT INTO bodies (sha256, packed) VALUES (?, ?)", packed).lastrowid or 0)

    def use(self, reply: int) -> None:
        """Say that the tables are to be made from this reply; part of the transaction that follows from it."""
        self.db.execute("UPDATE replies SET used = 1 WHERE reply = ?", [reply])

    def look(self, run: int, name: str, time: float, outcome: str, **why: Any) -> None:
        """Enter into the ledger how a look ended: of a model, or of its thread `num`."""
        values = (run, why.get("model"), name, why.get("num"), time, outcome, why.get("status"), why.get("reason"))
        self.db.execute(
            "INSERT INTO looks (run, model, name, num, time, outcome, status, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )

    def told(self) -> Iterator[Row]:
        """Give the replies that the tables are made from, in the order in which they came.

        Of equal replies to one question about threads only the last is given: it says the same, and later.
        """
        query = """
            SELECT r.reply, r.kind, r.model, r.about, r.num, r.time, r.moved, b.packed
            FROM replies r JOIN bodies b USING (body)
            WHERE r.used AND (r.kind NOT IN ('listing', 'thread') OR r.reply IN (
                SELECT max(reply) FROM replies WHERE used AND kind IN ('listing', 'thread')
                GROUP BY kind, model, about, num, page, body)) ORDER BY r.reply"""
        yield from self.db.execute(query)

    def looks(self) -> Iterator[Row]:
        """Give the ledger, in order."""
        yield from self.db.execute("SELECT * FROM looks ORDER BY look")


def unpack(packed: bytes) -> bytes:
    """Give a body as it came."""
    return zlib.decompress(packed)


def exists(hub: Path) -> bool:
    """Tell whether a collection has an archive."""
    return (hub / NAME).is_file()


@contextmanager
def opened(hub: Path, *, read_only: bool = False) -> Iterator[Archive]:
    """Open the archive of a collection for the length of a block."""
    with closing(Archive(hub, read_only=read_only)) as archive:
        yield archive
