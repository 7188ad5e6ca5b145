"""Keeping a merged file whole: what one side built upon the other does not take away, and nothing points to nothing."""

from collections.abc import Mapping
from typing import Any

from openlives.coding.journal import Change
from openlives.coding.project import Project
from openlives.coding.sqlite import one, rows, writing

Row = Mapping[str, Any]
RESTS = {"codings": (("code", "codes"),), "codes": (("parent", "codes"), ("theme", "themes"))}
SAME = "same {} {}"  # by which fact of the project it is kept that theirs is ours


def remembered(project: Project, kind: str, found: Mapping[Any, Any]) -> dict[Any, Any]:
    """Add to codes or themes that are called the same those that were when a file was merged before, and keep them."""
    query = f"SELECT value FROM project WHERE key = ? AND value IN (SELECT {kind} FROM {kind}s)"
    known = {}
    with writing(project.connection):
        for theirs, ours in found.items():
            row = one(project.connection, query, [SAME.format(kind, theirs)])
            known[theirs] = row["value"] if row else ours
            project.connection.execute(
                "INSERT OR REPLACE INTO project VALUES (?, ?)", [SAME.format(kind, theirs), known[theirs]]
            )
    prefix = SAME.format(kind, "")
    told = rows(project.connection, "SELECT key, value FROM project WHERE substr(key, 1, ?) = ?", [len(prefix), prefix])
    here = {row[kind] for row in rows(project.connection, f"SELECT {kind} FROM {kind}s")}
    return {row["key"].removeprefix(prefix): row["value"] for row in told if row["value"] in here} | known


def whole(
    project: Project, changes: list[Change], told: Mapping[tuple[str, str], Row]
) -> tuple[list[Change], list[Row]]:
    """Let stay what others rest on, bring along what theirs rests on, and free what rests on nothing.

    `told` are the other's codes and themes, by table and key. Give the changes, and the rows that were kept or brought.
    """
    kept: list[Row] = []
    while True:
        state = _after(project, changes)
        missing = next(_missing(state), None)
        if missing is None:
            return changes, kept
        table, row, name, above = missing
        gone = next((c for c in changes if c.table == above and c.after is None and _key(c) == row[name]), None)
        if gone is not None and gone.before is not None:
            changes = [change for change in changes if change is not gone]
            kept.append(gone.before)
        elif name == "code" and (above, row[name]) in told:
            changes = [Change(above, None, told[above, row[name]]), *changes]
            kept.append(told[above, row[name]])
        else:
            changes = _freed(changes, table, row, name)


def _after(project: Project, changes: list[Change]) -> dict[str, dict[str, Row]]:
    """Give codings, codes and themes as they will be."""
    state: dict[str, dict[str, Row]] = {
        table: {row[table[:-1]]: row for row in rows(project.connection, f"SELECT * FROM {table}")}
        for table in ("codings", "codes", "themes")
    }
    for change in changes:
        if change.table in state and change.after is not None:
            state[change.table][_key(change)] = change.after
        elif change.table in state:
            state[change.table].pop(_key(change), None)
    return state


def _missing(state: Mapping[str, Mapping[str, Row]]) -> Any:
    for table, columns in RESTS.items():
        for row in state[table].values():
            for name, above in columns:
                if row[name] is not None and row[name] not in state[above]:
                    yield table, row, name, above


def _key(change: Change) -> str:
    return str((change.after or change.before or {})[change.table.removesuffix("s")])


def _freed(changes: list[Change], table: str, row: Row, name: str) -> list[Change]:
    """Put a code at the top, or under no theme; a coding whose code is nowhere goes."""
    after = None if table == "codings" else {**row, name: None}
    key = row[table.removesuffix("s")]
    mine = next((change for change in changes if change.table == table and _key(change) == key), None)
    if mine is None:
        return [Change(table, row, after), *changes]
    return [Change(table, mine.before, after) if change is mine else change for change in changes]
