"""Keeping a project honest when the platform changes: codings are flagged or erased, never moved to other words."""

from dataclasses import dataclass

import duckdb

from openlives.coding.erasure import due, erase, erase_title, scrub
from openlives.coding.project import Project
from openlives.coding.snapshot import hashed
from openlives.coding.sqlite import rows, writing

Now = dict[tuple[str, str | int], tuple[str | None, bool, bool]]  # (text, hidden, by nobody that is known)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How many comments are as they were, edited since, hidden, gone from the collection, or erased on request."""

    same: int = 0
    changed: int = 0
    hidden: int = 0
    gone: int = 0
    erased: int = 0


def keep_up(project: Project, store: duckdb.DuckDBPyConnection) -> Upkeep:
    """Compare every snapshot with the collection's present text.

    An edit or a hide flags the comment: its codings stay with the words that were coded. An account that was erased has
    no text in the store any more: then the snapshot goes, its memos, the codes named by its words, and what the journal
    keeps of them; the file is written anew without them.
    """
    known = rows(project.connection, "SELECT unit, thread, event, time, hash, state FROM units WHERE state <> 'stub'")
    now, titles = _present(store, [row["thread"] for row in known], [row["event"] for row in known if row["event"]])
    counts = dict.fromkeys(("same", "changed", "hidden", "gone", "erased"), 0)
    with writing(project.connection):
        for unit in known:
            found = now.get((unit["thread"], unit["event"] or unit["time"])) or now.get(("", unit["event"]))
            state = "erased" if unit["state"] == "erased" else _state(unit["hash"], found)
            counts["same" if state == "present" else state] += 1
            if state == "erased" and unit["state"] != "erased":
                erase(project, unit["unit"])
            elif state != unit["state"]:
                project.connection.execute("UPDATE units SET state = ? WHERE unit = ?", [state, unit["unit"]])
        for row in rows(project.connection, "SELECT thread FROM threads WHERE title <> ''"):
            if row["thread"] in titles and titles[row["thread"]] is None:
                erase_title(project, row["thread"])
    if due(project):
        scrub(project)
    return Upkeep(**counts)


def _present(
    store: duckdb.DuckDBPyConnection, threads: list[str], events: list[str]
) -> tuple[Now, dict[str, str | None]]:
    """Read what the collection has now: comments by thread and id (or second), by id alone, and titles."""
    models = sorted({thread.rpartition("#")[0] for thread in threads})
    read = store.execute(
        """SELECT a.name || '#' || t.num, e.id, e.time, e.body, coalesce(e.hidden, false), e.person IS NULL, t.title
           FROM events e JOIN threads t USING (thread) JOIN artifacts a ON a.artifact = t.artifact
           WHERE e.kind = 'comment' AND (a.name = ANY (?::VARCHAR[]) OR e.id = ANY (?::VARCHAR[]))""",
        [models, events],
    )
    wanted, now, titles = set(models), Now(), dict[str, str | None]()
    while batch := read.fetchmany(10_000):
        for thread, event, time, body, hidden, nobody, title in batch:
            now[thread, event or time] = (body, hidden, nobody)
            if event:  # a model that was renamed since takes its comments with it
                now["", event] = (body, hidden, nobody)
            if thread.rpartition("#")[0] in wanted:
                titles[thread] = title
    return now, titles


def _state(hash_: str, found: tuple[str | None, bool, bool] | None) -> str:
    if found is None:
        return "gone"
    body, hidden, nobody = found
    if body is None and nobody and hash_ != hashed(""):
        return "erased"
    if hidden:
        return "hidden"
    return "present" if hashed(body or "") == hash_ else "changed"
