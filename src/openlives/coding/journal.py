"""Every change of a project, with its recorded inverse: what makes undo without limit, audit and merging possible.

An action is a list of rows before and after. It is done only if every row still is as it was when the action was made:
otherwise somebody else was there first, and both sides are shown (`ConflictError`). Undoing turns the rows round.
"""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from openlives.errors import OpenLivesError

Row = Mapping[str, Any]
KEYS = {
    "codes": ("code",),
    "themes": ("theme",),
    "codings": ("coding",),
    "memos": ("memo",),
    "seen": ("unit", "coder"),
    "requeued": ("unit", "coder", "code"),
    "rounds": ("round",),
    "round_units": ("round", "unit"),
    "round_coders": ("round", "coder"),
    "versions": ("version",),
    "coders": ("coder",),
    "project": ("key",),
}


class ConflictError(OpenLivesError):
    """Somebody else changed the same thing in the meantime; nothing was written, and nothing of theirs is lost."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after; None before is a new row, None after a row taken away."""

    table: str
    before: Row | None
    after: Row | None

    def turned(self) -> "Change":
        """Give the inverse."""
        return Change(self.table, self.after, self.before)


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the one right to write; all of it happens, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def do(
    connection: sqlite3.Connection,
    coder: str,
    kind: str,
    says: str,
    changes: Sequence[Change],
    *,
    round_: str | None = None,
) -> int:
    """Do an action and record it; give its number. An action that changes nothing is not recorded, and is 0."""
    real = [change for change in changes if change.before != change.after]
    if not real:
        return 0
    with writing(connection):
        for change in real:
            _lay(connection, change)
        connection.execute("UPDATE journal SET state = 'past' WHERE coder = ? AND state = 'undone'", [coder])
        return _record(connection, coder, kind, says, real, round_, None)


def undo(connection: sqlite3.Connection, coder: str) -> str | None:
    """Undo the coder's own last action that is not undone; give it in words, or None if there is none."""
    return _turn(connection, coder, "done", "undone", "undo")


def redo(connection: sqlite3.Connection, coder: str) -> str | None:
    """Do again what the coder undid last, unless they did something else since."""
    return _turn(connection, coder, "undone", "done", "redo")


def _turn(connection: sqlite3.Connection, coder: str, state: str, becomes: str, kind: str) -> str | None:
    with writing(connection):
        order = "DESC" if kind == "undo" else "ASC"
        found = connection.execute(
            f"SELECT entry, says, changes, round FROM journal WHERE coder = ? AND state = ? AND turns IS NULL "
            f"AND kind NOT IN ('close', 'join', 'freeze') ORDER BY entry {order} LIMIT 1",
            [coder, state],
        ).fetchone()
        if found is None:
            return None
        entry, says, text, round_ = found
        changes = [Change(**one) for one in json.loads(text)]
        laid = [change.turned() for change in reversed(changes)] if kind == "undo" else changes
        for change in laid:
            _lay(connection, change)
        connection.execute("UPDATE journal SET state = ? WHERE entry = ?", [becomes, entry])
        _record(connection, coder, kind, says, laid, round_, entry)
        return str(says)


def _record(
    connection: sqlite3.Connection,
    coder: str,
    kind: str,
    says: str,
    changes: Sequence[Change],
    round_: str | None,
    turns: int | None,
) -> int:
    told = json.dumps([{"table": c.table, "before": c.before, "after": c.after} for c in changes], ensure_ascii=False)
    cursor = connection.execute(
        "INSERT INTO journal (at, coder, kind, says, changes, round, turns) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [int(time.time()), coder, kind, says, told, round_, turns],
    )
    return int(cursor.lastrowid or 0)


def _lay(connection: sqlite3.Connection, change: Change) -> None:
    """Write one row, if it still is what it was."""
    row = change.after if change.after is not None else change.before
    assert row is not None  # noqa: S101  # a change of nothing into nothing was left out before
    keys = KEYS[change.table]
    where = " AND ".join(f"{key} = ?" for key in keys)
    values = [row[key] for key in keys]
    present = one(connection, f"SELECT * FROM {change.table} WHERE {where}", values)
    if present != (dict(change.before) if change.before is not None else None):
        raise ConflictError(
            f"Somebody else changed this {change.table.removesuffix('s')} in the meantime",
            where=str(values[0]),
            todo=f"There is now: {_told(present)}. You wanted: {_told(change.after)}. Look again, and decide.",
        )
    _guard(connection, change)
    if change.after is None:
        connection.execute(f"DELETE FROM {change.table} WHERE {where}", values)
    elif change.before is None:
        names = ", ".join(change.after)
        marks = ", ".join("?" * len(change.after))
        connection.execute(f"INSERT INTO {change.table} ({names}) VALUES ({marks})", list(change.after.values()))
    else:
        sets = ", ".join(f"{name} = ?" for name in change.after)
        connection.execute(f"UPDATE {change.table} SET {sets} WHERE {where}", [*change.after.values(), *values])


def _guard(connection: sqlite3.Connection, change: Change) -> None:
    """Refuse what would break a blind round: codings that change after their coder closed it, and another codebook."""
    if _of_codebook(change) and connection.execute("SELECT 1 FROM round_coders WHERE closed IS NULL").fetchone():
        raise ConflictError(
            "A blind round is open, and the codebook stays as it is until everybody has closed it",
            todo="Note in a memo what is to be changed then.",
        )
    if change.table != "codings":
        return
    for row in (change.before, change.after):
        if row is None or row["round"] is None or row["layer"] != "coding":
            continue
        closed = connection.execute(
            "SELECT closed FROM round_coders WHERE round = ? AND coder = ?", [row["round"], row["coder"]]
        ).fetchone()
        if closed and closed[0] is not None:
            raise ConflictError(
                "The round is closed, and its codings stay as they are",
                where=str(row["round"]),
                todo="Adjudicate beside them: adjudications are a layer of their own.",
            )


def _of_codebook(change: Change) -> bool:
    """Say whether a change is one of the codebook: of a code (its theme apart), or of which code others' codings have."""
    before, after = change.before or {}, change.after or {}
    if change.table == "codings":
        return bool(before and after) and before["code"] != after["code"]
    return change.table == "codes" and {**before, "theme": None} != {**after, "theme": None}


def _told(row: Row | None) -> str:
    return (
        "nothing"
        if row is None
        else ", ".join(f"{key} {value!r}"[:80] for key, value in row.items() if value not in ("", None))
    )


def one(connection: sqlite3.Connection, query: str, values: Sequence[Any] = ()) -> dict[str, Any] | None:
    """Give the first row of a query as a mapping."""
    cursor = connection.execute(query, list(values))
    row = cursor.fetchone()
    return None if row is None else {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def rows(connection: sqlite3.Connection, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Give the rows of a query as mappings."""
    cursor = connection.execute(query, list(values))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
