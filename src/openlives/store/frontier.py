"""What the collector knows of the models it collects, and what it has still to do: the frontier of each run.

All of it is written in the transaction of the reply that it follows from (`Archive.together`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from openlives.store.archive import Archive, Row

MOST = 2**62
TRIES = 3  # rounds in which a failed look is tried again before its run ends


def begin(archive: Archive, command: str, scope: str, now: float, fresh: float = float("inf")) -> int:
    """Go on with the unfinished run of this scope, or begin one; tell which.

    One that began longer ago than `fresh` seconds is ended: what it knew of the Hub is too old.
    """
    query = "SELECT run FROM runs WHERE command = ? AND scope = ? AND ended IS NULL ORDER BY run DESC"
    found = archive.db.execute(query, [command, scope]).fetchone()
    if found and now - run(archive, found["run"])["started"] <= fresh:
        return int(found["run"])
    if found:
        end(archive, found["run"], now)
    with archive.together():
        values = (command, scope, now)
        begun = archive.db.execute("INSERT INTO runs (command, scope, started) VALUES (?, ?, ?)", values)
    return int(begun.lastrowid or 0)


def run(archive: Archive, number: int) -> Row:
    """Give a run."""
    found: Row = archive.db.execute("SELECT * FROM runs WHERE run = ?", [number]).fetchone()
    return found


def end(archive: Archive, number: int, now: float) -> None:
    """Finish a run, and forget its frontier."""
    with archive.together():
        archive.db.execute("UPDATE runs SET ended = ? WHERE run = ?", [now, number])
        archive.db.execute("DELETE FROM frontier WHERE run = ?", [number])


def at_page(archive: Archive, number: int, cursor: str | None, *, listed: bool) -> None:
    """Remember where the list of models goes on, or that it was read to its end."""
    archive.db.execute("UPDATE runs SET cursor = ?, listed = ? WHERE run = ?", [cursor, int(listed), number])


def model(archive: Archive, key: int) -> Row:
    """Give a model by its key in the archive."""
    found: Row = archive.db.execute("SELECT * FROM models WHERE model = ?", [key]).fetchone()
    return found


def known(archive: Archive, identity: Any) -> Row | None:
    """Give a model by the Hub's id, if we know it."""
    if not isinstance(identity, str):
        return None
    found: Row | None = archive.db.execute("SELECT * FROM models WHERE id = ?", [identity]).fetchone()
    return found


def named(archive: Archive, name: str) -> int:
    """Give the key of a model by name; a name that nobody knows yet becomes a model."""
    found = archive.db.execute("SELECT model FROM models WHERE name = ? ORDER BY model DESC", [name]).fetchone()
    if found:
        return int(found["model"])
    return int(archive.db.execute("INSERT INTO models (name) VALUES (?)", [name]).lastrowid or 0)


def meet(archive: Archive, told: dict[str, Any], created: int | None, now: float) -> int:
    """Take in what a list says of a model; give its key. The Hub's own id decides which model it is."""
    identity, name = _text(told.get("_id")), told["id"]
    found = known(archive, identity)
    if found is None:
        query = "SELECT model FROM models WHERE name = ? AND (id IS NULL OR ? IS NULL) ORDER BY model DESC"
        found = archive.db.execute(query, [name, identity]).fetchone()
    counts = (_number(told.get(what)) for what in ("likes", "downloads", "trendingScore"))
    facts = (created, *counts, _text(told.get("lastModified")), now)
    if found is None:
        query = """INSERT INTO models (id, name, created, likes, downloads, trending, modified, listed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
        return int(archive.db.execute(query, [identity, name, *facts]).lastrowid or 0)
    query = """UPDATE models SET id = coalesce(?, id), name = ?, created = coalesce(?, created), likes = ?,
        downloads = ?, trending = ?, modified = ?, listed = ? WHERE model = ?"""
    archive.db.execute(query, [identity, name, *facts, found["model"]])
    return int(found["model"])


def _number(value: Any) -> float | None:
    """Give a number that a column can hold; anything else is not known."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST
    return value if fits else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def plan(archive: Archive, number: int, task: str, models: Iterable[int]) -> None:
    """Put models on the frontier of a run, in this order."""
    rows = ((number, task, key, place) for place, key in enumerate(models))
    archive.db.executemany("INSERT OR IGNORE INTO frontier (run, task, model, place) VALUES (?, ?, ?, ?)", rows)


def plan_unlisted(archive: Archive, number: int) -> None:
    """Put on the frontier whatever we know and the list no longer shows: it may be gone, private, or renamed."""
    started = run(archive, number)["started"]
    archive.db.execute(
        """INSERT OR IGNORE INTO frontier (run, task, model)
        SELECT ?, 'model', model FROM models WHERE coalesce(listed, 0) < ?""",
        [number, started],
    )


def due(archive: Archive, number: int, task: str, busy: Sequence[int], most: int) -> list[Row]:
    """Give the next models of the frontier that nobody is busy with, those that failed before last."""
    query = """SELECT f.tries, m.* FROM frontier f JOIN models m USING (model)
        WHERE f.run = ? AND f.task = ? AND f.tries < ? ORDER BY f.tries, f.place, f.model LIMIT ?"""
    rows = archive.db.execute(query, [number, task, TRIES, most + len(busy)]).fetchall()
    taken = set(busy)
    return [row for row in rows if row["model"] not in taken][:most]


def left(archive: Archive, number: int) -> dict[str, int]:
    """Count what is left on the frontier, by task."""
    query = "SELECT task, count(*) AS n FROM frontier WHERE run = ? AND tries < ? GROUP BY task"
    return {row["task"]: row["n"] for row in archive.db.execute(query, [number, TRIES])}


def done(archive: Archive, number: int, task: str, key: int) -> None:
    """Take a model off the frontier."""
    archive.db.execute("DELETE FROM frontier WHERE run = ? AND task = ? AND model = ?", [number, task, key])


def again(archive: Archive, number: int, task: str, key: int) -> None:
    """Let a model come last, since it failed."""
    query = "UPDATE frontier SET tries = tries + 1 WHERE run = ? AND task = ? AND model = ?"
    archive.db.execute(query, [number, task, key])


def looked(archive: Archive, key: int, now: float, outcome: str, reason: str | None, *, deep: bool) -> None:
    """Enter how the last look at a model ended."""
    query = (
        "UPDATE models SET looked = ?, outcome = ?, reason = ?, deep = CASE WHEN ? THEN ? ELSE deep END WHERE model = ?"
    )
    archive.db.execute(query, [now, outcome, reason, deep, now, key])


def threads(archive: Archive, key: int) -> dict[int, Row]:
    """Give the threads that we know of a model, by number."""
    return {row["num"]: row for row in archive.db.execute("SELECT * FROM threads WHERE model = ?", [key])}


def listed(archive: Archive, key: int, rows: dict[int, str]) -> None:
    """Remember what a listing said of each thread."""
    archive.db.executemany(
        """INSERT INTO threads (model, num, listed) VALUES (?, ?, ?)
        ON CONFLICT (model, num) DO UPDATE SET listed = excluded.listed, gone = 0""",
        ((key, num, row) for num, row in rows.items()),
    )


def fetched(archive: Archive, key: int, num: int, now: float, comments: list[int]) -> bool:
    """Remember that a thread was read whole, and when its comments were written; tell if it had failed before."""
    query = "SELECT failed FROM threads WHERE model = ? AND num = ?"
    before = archive.db.execute(query, [key, num]).fetchone()
    archive.db.execute(
        """UPDATE threads SET fetched = listed, time = ?, comments = ?, last_event = ?, failed = 0
        WHERE model = ? AND num = ?""",
        [now, str(comments), max(comments, default=None), key, num],
    )
    return bool(before and before["failed"])


def unread(archive: Archive, key: int, num: int) -> None:
    """Remember that a thread could not be read."""
    archive.db.execute("UPDATE threads SET failed = 1 WHERE model = ? AND num = ?", [key, num])


def lost(archive: Archive, key: int, num: int) -> None:
    """Remember that a thread is gone."""
    archive.db.execute("UPDATE threads SET gone = 1 WHERE model = ? AND num = ?", [key, num])


def sum_up(archive: Archive, key: int) -> None:
    """Sum up the comments that we know of a model."""
    archive.db.execute(
        """UPDATE models SET (first_event, last_event, events) = (
            SELECT min(c.value), max(c.value), count(c.value) FROM threads t, json_each(t.comments) c WHERE t.model = ?1
        ) WHERE model = ?1""",
        [key],
    )
