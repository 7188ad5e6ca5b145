"""Every change of a project, with its recorded inverse: what makes undo without limit, audit and merging possible.

An action is a list of rows before and after. It is done only if every row still is as it was when the action was made:
otherwise somebody else was there first, and both sides are shown (`ConflictError`). Undoing turns the rows round; what
another coder changed in other fields since stays, and codings that others moved on or took away are left to them.
"""

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openlives.coding.sqlite import one, writing
from openlives.errors import InputError, OpenLivesError

Row = Mapping[str, Any]
KEYS = {
    "codes": ("code",),
    "themes": ("theme",),
    "codings": ("coding",),
    "memos": ("memo",),
    "requeued": ("unit", "coder", "code"),
    "rounds": ("round",),
    "round_units": ("round", "unit"),
    "round_coders": ("round", "coder"),
    "settled": ("round", "unit"),
    "versions": ("version",),
}
FINAL = ("close", "join")  # one's word that one is done, and a round's beginning: not undone


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
        _whole(connection, real)
        connection.execute("UPDATE journal SET state = 'past' WHERE coder = ? AND state = 'undone'", [coder])
        return _record(connection, coder, kind, says, real, round_, None)


def undo(connection: sqlite3.Connection, coder: str) -> str | None:
    """Undo the coder's own last action that is not undone; give it in words, or None if there is none."""
    return _turn(connection, coder, "done", "undone", "undo")


def redo(connection: sqlite3.Connection, coder: str) -> str | None:
    """Do again what the coder undid last, unless they did something else since."""
    return _turn(connection, coder, "undone", "done", "redo")


def let_stand(connection: sqlite3.Connection, coder: str) -> str | None:
    """Let the coder's last action stand for good, since others built upon it: undo goes on with the one before."""
    with writing(connection):
        found = _last(connection, coder, "done", "undo")
        if found is None:
            return None
        connection.execute("UPDATE journal SET state = 'past' WHERE entry = ?", [found["entry"]])
        return str(found["says"])


def _last(connection: sqlite3.Connection, coder: str, state: str, kind: str) -> dict[str, Any] | None:
    marks = ", ".join("?" * len(FINAL))
    return one(
        connection,
        f"""SELECT entry, says, changes, round FROM journal
            WHERE coder = ? AND state = ? AND turns IS NULL AND kind NOT IN ({marks})
            ORDER BY entry {"DESC" if kind == "undo" else "ASC"} LIMIT 1""",
        [coder, state, *FINAL],
    )


def _turn(connection: sqlite3.Connection, coder: str, state: str, becomes: str, kind: str) -> str | None:
    with writing(connection):
        found = _last(connection, coder, state, kind)
        if found is None:
            return None
        changes = [Change(**each) for each in json.loads(found["changes"])]
        laid = [change.turned() for change in reversed(changes)] if kind == "undo" else changes
        laid = [rebased for change in laid if (rebased := _rebased(connection, change))]
        for change in laid:
            _lay(connection, change)
        _whole(connection, laid)
        connection.execute("UPDATE journal SET state = ? WHERE entry = ?", [becomes, found["entry"]])
        _record(connection, coder, kind, found["says"], laid, found["round"], found["entry"])
        return str(found["says"])


def _rebased(connection: sqlite3.Connection, change: Change) -> Change | None:
    """Put a turned change onto what is there now, where nobody else touched the same; None if nothing is left of it.

    Codings that another coder moved on or took away since are theirs now. Anything else that does not fit is a
    conflict, found when it is laid.
    """
    present = _present(connection, change)
    if present is None or change.before is None:
        gone = present is None and change.before is not None and change.table in ("codings", "requeued")
        return None if gone else change
    if change.after is None:
        return Change(change.table, present, None) if change.table == "codings" else change
    altered = {name for name, value in change.after.items() if change.before[name] != value}
    if any(present[name] != change.before[name] for name in altered):
        return None if change.table == "codings" else change
    return Change(change.table, present, {**present, **{name: change.after[name] for name in altered}})


def _record(
    connection: sqlite3.Connection,
    coder: str,
    kind: str,
    says: str,
    changes: Sequence[Change],
    round_: str | None,
    turns: int | None,
) -> int:
    told = json.dumps(
        [{"table": change.table, "before": change.before, "after": change.after} for change in changes],
        ensure_ascii=False,
    )
    cursor = connection.execute(
        "INSERT INTO journal (at, coder, kind, says, changes, round, turns) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [int(time.time()), coder, kind, says, told, round_, turns],
    )
    return int(cursor.lastrowid or 0)


def _present(connection: sqlite3.Connection, change: Change) -> dict[str, Any] | None:
    row = change.after if change.after is not None else change.before
    keys = KEYS[change.table]
    where = " AND ".join(f"{key} = ?" for key in keys)
    return one(connection, f"SELECT * FROM {change.table} WHERE {where}", [(row or {})[key] for key in keys])


def _lay(connection: sqlite3.Connection, change: Change) -> None:
    """Write one row, if it still is what it was."""
    row = {**(change.before or {}), **(change.after or {})}
    keys = KEYS[change.table]
    where, values = " AND ".join(f"{key} = ?" for key in keys), [row[key] for key in keys]
    present = _present(connection, change)
    if present != (dict(change.before) if change.before is not None else None):
        raise ConflictError(
            f"Somebody else changed this {change.table.removesuffix('s')} in the meantime",
            where=str(values[0]),
            todo=f"There is now: {_told(present)}. You wanted: {_told(change.after)}. Look again, and decide.",
        )
    _guard(connection, change)
    try:
        if change.after is None:
            connection.execute(f"DELETE FROM {change.table} WHERE {where}", values)
        elif change.before is None:
            names, marks = ", ".join(change.after), ", ".join("?" * len(change.after))
            connection.execute(f"INSERT INTO {change.table} ({names}) VALUES ({marks})", list(change.after.values()))
        else:
            altered = [name for name in change.after if change.after[name] != change.before[name]]
            sets = ", ".join(f"{name} = ?" for name in altered)  # the others' indexes need not be written
            new = [change.after[name] for name in altered]
            connection.execute(f"UPDATE {change.table} SET {sets} WHERE {where}", [*new, *values])
    except sqlite3.IntegrityError as error:  # what others code by cannot be taken from under them
        raise ConflictError(
            f"Somebody else uses this {change.table.removesuffix('s')}, or it rests on what is no more",
            where=str(row.get("name") or values[0]),
            todo="Look again: it can be retired, or let stand.",
        ) from error
    except UnicodeEncodeError as error:
        raise InputError("The words hold half a character", todo="Type them anew.") from error


def _whole(connection: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Refuse what would leave codes below themselves, where nobody finds them again, once all of it is laid."""
    query = "SELECT parent FROM codes WHERE code = ?"
    for row in (change.after for change in changes if change.table == "codes" and change.after is not None):
        at, passed = row["parent"], {row["code"]}
        while at is not None and at not in passed:
            passed.add(at)
            at = (one(connection, query, [at]) or {"parent": None})["parent"]
        if at is not None:
            raise ConflictError(
                "By now this code lies above what it would be put under",
                where=str(row["name"]),
                todo="Look at the codebook again, and move it there.",
            )


def _guard(connection: sqlite3.Connection, change: Change) -> None:
    """Refuse what a blind round forbids: codings of a coder who closed it, and a codebook that changes under it."""
    if change.table == "codings":
        for row in (change.before, change.after):
            if row is not None and row["round"] is not None and row["layer"] == "coding":
                _refuse_closed(connection, str(row["round"]), str(row["coder"]))
        if change.before and change.after and change.before["code"] != change.after["code"]:
            _refuse_frozen(connection)
    if change.table == "codes" and {**(change.before or {}), "theme": None} != {**(change.after or {}), "theme": None}:
        _refuse_frozen(connection)  # the board of themes can be arranged at any time
    if change.table in ("codes", "themes") and change.after is None:
        _refuse_used(connection, change)


def _refuse_closed(connection: sqlite3.Connection, round_: str, coder: str) -> None:
    closed = one(connection, "SELECT closed FROM round_coders WHERE round = ? AND coder = ?", [round_, coder])
    if closed and (closed["closed"] or 0) > 0:  # below zero: it was abandoned before they were done
        raise ConflictError(
            "The round is closed, and its codings stay as they are",
            where=round_,
            todo="Adjudicate beside them: adjudications are a layer of their own.",
        )


def _refuse_frozen(connection: sqlite3.Connection) -> None:
    held = one(
        connection,
        "SELECT r.name FROM rounds r JOIN round_coders c USING (round) WHERE c.closed IS NULL ORDER BY r.made",
    )
    if held:
        raise ConflictError(
            f"The codebook is frozen while the round {held['name']!r} is open",
            todo="Write a memo; change the codebook when everybody has closed the round.",
        )


def _refuse_used(connection: sqlite3.Connection, change: Change) -> None:
    """Refuse to take away what others put something under."""
    row = dict(change.before or {})
    column, key = ("parent", row["code"]) if change.table == "codes" else ("theme", row["theme"])
    below = one(connection, f"SELECT name FROM codes WHERE {column} = ? ORDER BY name", [key])
    if below:
        raise ConflictError(
            f"The code {below['name']!r} lies under it by now",
            where=str(row["name"]),
            todo="Move that first.",
        )


def _told(row: Row | None) -> str:
    told = {key: value for key, value in (row or {}).items() if value not in ("", None)}
    return ", ".join(f"{key} {value!r}"[:80] for key, value in told.items()) or "nothing"
