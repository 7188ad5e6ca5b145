"""Keeping a project honest when the platform changes: what was coded is flagged or erased, never moved to other words."""

from dataclasses import dataclass

import duckdb

from openlives.coding.journal import rows, writing
from openlives.coding.project import Project
from openlives.coding.sample import hashed


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How many comments were found as they were, edited since, hidden, gone from the collection, or erased on request."""

    same: int = 0
    changed: int = 0
    hidden: int = 0
    gone: int = 0
    erased: int = 0


def keep_up(project: Project, store: duckdb.DuckDBPyConnection) -> Upkeep:
    """Compare every snapshot with the collection's present text.

    An edit or a hide flags the comment: its codings stay with the words that were coded. An account that was erased has no
    text in the store any more: then the snapshot, its memos and the text in the journal's memos go, too.
    """
    present = store.execute(
        """SELECT a.name || '#' || t.num AS thread, coalesce(e.id, '') AS event, e.time, e.body, coalesce(e.hidden, false), e.person IS NULL
           FROM events e JOIN threads t USING (thread) JOIN artifacts a ON a.artifact = t.artifact WHERE e.kind = 'comment'"""
    ).fetchall()
    now = {
        (str(thread), str(event), time): (body, hidden, nobody) for thread, event, time, body, hidden, nobody in present
    }
    counts = dict.fromkeys(("same", "changed", "hidden", "gone", "erased"), 0)
    with writing(project.connection):
        for unit in rows(
            project.connection, "SELECT unit, thread, event, time, hash, state FROM units WHERE state <> 'stub'"
        ):
            found = now.get((unit["thread"], unit["event"], unit["time"]))
            state = _state(unit["hash"], found)
            counts["same" if state == "present" else state] += 1
            if state == "erased":
                _erase(project, unit["unit"])
            elif state != unit["state"] and unit["state"] != "erased":
                project.connection.execute("UPDATE units SET state = ? WHERE unit = ?", [state, unit["unit"]])
    return Upkeep(**counts)


def _state(hash_: str, found: tuple[str | None, bool, bool] | None) -> str:
    if found is None:
        return "gone"
    body, hidden, nobody = found
    if body is None and nobody and hash_ != hashed(""):
        return "erased"
    if hidden:
        return "hidden"
    return "present" if hashed(body or "") == hash_ else "changed"


def _erase(project: Project, unit: str) -> None:
    connection = project.connection
    connection.execute(
        "UPDATE units SET text = '', hash = ?, state = 'erased', voice = NULL WHERE unit = ?", [hashed(""), unit]
    )
    connection.execute("UPDATE codings SET memo = '', start = NULL, stop = NULL WHERE unit = ?", [unit])
    connection.execute("DELETE FROM memos WHERE about = ?", [f"unit:{unit}"])
    connection.execute("DELETE FROM words WHERE unit = ?", [unit])
    # An inverse that would bring words back is none: actions on this comment can be undone no more.
    connection.execute("UPDATE journal SET changes = '[]', state = 'past' WHERE changes LIKE '%' || ? || '%'", [unit])
