"""Erasing somebody's words from a project: snapshot, spans, memos and every trace, down to the bytes of the file.

That a code was put there stays; to which words does not. What people quoted by hand elsewhere, in definitions,
examples or memos on other things, cannot be known here.
"""

import json
import sqlite3
from typing import Any

from openlives.coding.codebook import REQUEUED
from openlives.coding.project import Project, backups
from openlives.coding.snapshot import hashed
from openlives.coding.sqlite import rows
from openlives.errors import CollectionError

VIVO = "in vivo (erased)"
DUE = "erased_words_in_file"  # kept until the file was written anew: a crash or a reader may come between


def erase(project: Project, unit: str) -> None:
    """Take a comment's words out of every table; to be called while writing, and followed by `scrub`."""
    run = project.connection.execute
    run("INSERT OR IGNORE INTO project VALUES (?, 'yes')", [DUE])
    run("UPDATE units SET text = '', hash = ?, state = 'erased', voice = NULL WHERE unit = ?", [hashed(""), unit])
    run("UPDATE codings SET memo = '', start = NULL, stop = NULL WHERE unit = ?", [unit])
    run("DELETE FROM memos WHERE about = ?", [f"unit:{unit}"])
    run("DELETE FROM words WHERE unit = ?", [unit])
    named = {row["code"] for row in rows(project.connection, "SELECT code FROM codes WHERE vivo = ?", [unit])}
    told = rows(project.connection, "SELECT entry, changes FROM journal WHERE instr(changes, ?)", [unit])
    for row in told:
        changes = json.loads(row["changes"])
        named |= {_row(each)["code"] for each in changes if _row(each).get("vivo") == unit}
        changes = [_bared(each, unit) for each in changes if _row(each).get("about") != f"unit:{unit}"]
        _rewrite(project, row["entry"], [each for each in changes if each["before"] != each["after"]])
    for code in sorted(named):
        _unname(project, code)


def _row(change: dict[str, Any]) -> dict[str, Any]:
    return {**(change["before"] or {}), **(change["after"] or {})}


def _bared(change: dict[str, Any], unit: str) -> dict[str, Any]:
    """Give a recorded change of a coding without what was marked and noted: its inverse brings no words back."""
    if change["table"] != "codings" or _row(change)["unit"] != unit:
        return change
    bare = {"memo": "", "start": None, "stop": None}
    return change | {side: change[side] | bare for side in ("before", "after") if change[side]}


def _rewrite(project: Project, entry: int, changes: list[dict[str, Any]]) -> None:
    """Record an action without what was erased; nothing is left to be undone of one that was about that only."""
    state = "state" if changes else "'past'"
    project.connection.execute(
        f"UPDATE journal SET changes = ?, state = {state} WHERE entry = ?",
        [json.dumps(changes, ensure_ascii=False), entry],
    )


def _unname(project: Project, code: str) -> None:
    """Take a name that was made of somebody's words from a code, in the journal and in frozen versions, too."""
    run, name = project.connection.execute, f"{VIVO} {code[:8]}"
    run("UPDATE codes SET name = ? WHERE code = ?", [name, code])
    run("UPDATE requeued SET why = ? WHERE code = ?", [REQUEUED.format(name), code])
    for row in rows(project.connection, "SELECT entry, changes FROM journal WHERE instr(changes, ?)", [code]):
        changes = json.loads(row["changes"])
        states = [state for each in changes for state in (each["before"], each["after"]) if state]
        for state in states:
            if "codebook" in state:
                state["codebook"] = _renamed(state["codebook"], code, name)
            elif state.get("code") == code and "why" in state:
                state["why"] = REQUEUED.format(name)
            elif state.get("code") == code and "name" in state:
                run("UPDATE journal SET says = replace(says, ?, ?)", [repr(state["name"]), repr(name)])
                state["name"] = name
        _rewrite(project, row["entry"], changes)
    for row in rows(project.connection, "SELECT version, codebook FROM versions WHERE instr(codebook, ?)", [code]):
        told = _renamed(row["codebook"], code, name)
        run("UPDATE versions SET codebook = ? WHERE version = ?", [told, row["version"]])


def _renamed(codebook: str, code: str, name: str) -> str:
    """Rename a code in a frozen version, and in the paths of those below it; parents stand before children."""
    codes, paths = json.loads(codebook), dict[str, str]()
    for each in codes:
        each["name"] = name if each["code"] == code else each["name"]
        above = paths.get(each["parent"] or "")
        each["path"] = paths[each["code"]] = f"{above} / {each['name']}" if above else each["name"]
    return json.dumps(codes, ensure_ascii=False, sort_keys=True)


def erase_title(project: Project, thread: str) -> None:
    """Take a thread's title away, whose author was erased."""
    project.connection.execute("INSERT OR IGNORE INTO project VALUES (?, 'yes')", [DUE])
    project.connection.execute("UPDATE threads SET title = '' WHERE thread = ?", [thread])
    project.connection.execute(
        "UPDATE words SET title = '' WHERE unit IN (SELECT unit FROM units WHERE thread = ?)", [thread]
    )


def due(project: Project) -> bool:
    """Tell whether the file may still hold words that were erased."""
    return bool(project.fact(DUE))


def scrub(project: Project) -> None:
    """Write the file anew, so that no free page, index or log holds what was erased; copies kept of it go, too.

    Raises CollectionError where others read the file, or the disk is full: no table has the words then, the file may;
    the next `keep_up` tries again.
    """
    run = project.connection.execute
    for copy in backups(project.file):
        copy.unlink()
    try:
        run("INSERT INTO words (words) VALUES ('optimize')")  # the index keeps deleted words until put together
        run("VACUUM")
        held = run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        held = str(error)
    if held:
        raise CollectionError(
            f"Words were erased, but the file may still hold them: {'others read it' if held == 1 else held}",
            where=str(project.file),
            todo="End openlives serve and whatever else has it open, then once more: openlives code keep",
        )
    run("DELETE FROM project WHERE key = ?", [DUE])
