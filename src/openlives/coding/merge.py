"""Merging a file that was coded on another machine: both come to what coding in one file would have come to.

Keys of threads, comments and coders are made of what they stand for, so the same things meet. What only one side
changed since the files parted is taken from it; where both changed the same, the present side's stays and is told.
Codes and themes that were made apart but are called the same are taken for one. Erased on one side is erased.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openlives.coding import codebook
from openlives.coding.erasure import due, erase, erase_title, scrub
from openlives.coding.history import History, merged, since_parting
from openlives.coding.journal import KEYS, Change, do
from openlives.coding.mending import remembered, whole
from openlives.coding.project import Project
from openlives.coding.sqlite import one, rows, writing

COPIED = ("coders", "threads", "units", "seen")  # what is no action
ORDER = (
    "themes",
    "codes",
    "versions",
    "rounds",
    "round_units",
    "codings",
    "settled",
    "memos",
    "requeued",
    "round_coders",
)
Row = dict[str, Any]
Names = dict[str, dict[Any, Any]]  # for each kind of key, theirs → ours, where they are not the same


@dataclass(frozen=True, slots=True)
class Merged:
    """What came in, by kind, and what both sides had differently: the present side's stays, the other's is told."""

    added: Mapping[str, int]
    differs: tuple[str, ...] = field(default=())


def merge(project: Project, coder: str, other: Project) -> Merged:
    """Bring another file of the same work into this one, as one action."""
    ours, theirs = since_parting(project, other)
    with writing(project.connection):
        added = {table: _copy(project, other, table) for table in COPIED}
        _index(project)
        names = _same_names(project, other, theirs)
        changes, differs = _changes(project, names, (ours, theirs))
        changes, kept = whole(project, changes, _told(other, names))
        differs += [f"{row['name']!r} was taken away by one, and is used by the other: it stays" for row in kept]
        changes = _upwards(_rooted(project, changes, differs))
        for change in changes:
            added[change.table] = added.get(change.table, 0) + (change.before is None)
        final = any(change.table.startswith("round") for change in changes)
        says = f"merged the file {other.name!r}"
        do(project.connection, coder, "join" if final else "merge file", says, changes)
        _journal(project, other)
        _erased(project, other)
    if due(project):
        scrub(project)
    return Merged({table: count for table, count in added.items() if count}, tuple(differs))


def _copy(project: Project, other: Project, table: str) -> int:
    before = project.connection.total_changes
    secret = {"secret": ""} if table == "coders" else {}  # passwords stay on their machine
    for row in rows(other.connection, f"SELECT * FROM {table}"):
        marks = ", ".join("?" * len(row))
        values = list({**row, **secret}.values())
        project.connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", values)
    return project.connection.total_changes - before


def _index(project: Project) -> None:
    """Make what came in searchable."""
    project.connection.execute(
        """INSERT INTO words (text, title, unit) SELECT u.text, CASE WHEN u.place = 0 THEN t.title ELSE '' END, u.unit
           FROM units u JOIN threads t USING (thread)
           WHERE u.text <> '' AND u.unit NOT IN (SELECT unit FROM words) ORDER BY t.place, t.thread, u.place"""
    )


def _same_names(project: Project, other: Project, theirs: History) -> Names:
    """Find codes, themes and versions that were made apart but are the same, and free numbers for the rest.

    What the other side knows, or knew until it took it away, was not made apart.
    """
    theirs_too = {key[0] for table, key in theirs if table in ("codes", "themes")}
    known = {row["code"] for row in rows(project.connection, "SELECT code FROM codes")}
    paths = {row["path"]: row["code"] for row in codebook.codes(project)}
    same = {row["code"]: paths[row["path"]] for row in codebook.codes(other) if row["path"] in paths}
    codes = {key: ours for key, ours in same.items() if key not in known and ours not in theirs_too}
    themes = {row["name"]: row["theme"] for row in rows(project.connection, "SELECT * FROM themes")}
    there = rows(other.connection, "SELECT * FROM themes")
    themes = {name: theme for name, theme in themes.items() if theme not in theirs_too}
    return {
        "code": remembered(project, "code", codes),
        "theme": remembered(
            project, "theme", {row["theme"]: themes[row["name"]] for row in there if row["name"] in themes}
        ),
        "version": _versions(project, other),
    }


def _versions(project: Project, other: Project) -> dict[int, int]:
    """Number the other's versions of the codebook on from ours, but for those that both have."""
    mine = {
        (row["made"], row["codebook"]): row["version"] for row in rows(project.connection, "SELECT * FROM versions")
    }
    free, numbers = max(mine.values(), default=0) + 1, {}
    for row in rows(other.connection, "SELECT * FROM versions ORDER BY version"):
        number = mine.get((row["made"], row["codebook"]))
        if number is None:
            number = row["version"] if row["version"] not in mine.values() and row["version"] >= free else free
            free = number + 1
        numbers[row["version"]] = number
    return numbers


def _changes(project: Project, names: Names, histories: tuple[History, History]) -> tuple[list[Change], list[str]]:
    """Give what they did since the files parted as changes of ours, and what both sides did differently."""
    ours, theirs = histories
    changes: list[Change] = []
    differs: list[str] = []
    for table in ORDER:
        for (of, key), states in theirs.items():
            if of != table:
                continue
            told = [None if state is None else _ours(state, names, table) for state in states]
            last = next((state for state in reversed(told) if state is not None), None)
            if last is None:
                continue
            now = tuple(last[name] for name in KEYS[table])
            mine = _present(project, table, now)
            if key != now and mine is not None and table in ("codes", "themes", "versions"):
                continue  # made apart and called the same: ours it is
            result, apart = merged(mine, told[-1], ours.get((table, now), [mine]), told)
            changes += _tidied(project, Change(table, mine, result)) if result != mine else []
            differs += [_difference(table, mine, told[-1], name) for name in apart]
    return changes, differs


def _rooted(project: Project, changes: list[Change], differs: list[str]) -> list[Change]:
    """Leave codes where they are here if both sides moved them so that, together, they would lie below themselves."""
    parents = {row["code"]: row["parent"] for row in rows(project.connection, "SELECT code, parent FROM codes")}
    here = dict(parents)
    moved = {c.after["code"]: c for c in changes if c.table == "codes" and c.after is not None}
    parents |= {code: (change.after or {})["parent"] for code, change in moved.items()}
    for code, change in moved.items():
        if parents[code] != here.get(code) and _circles(parents, code):
            parents[code] = here.get(code)
            differs.append(_difference("codes", change.before, change.after, "parent"))
    kept = [
        Change(c.table, c.before, {**c.after, "parent": parents[c.after["code"]]})
        if c.table == "codes" and c.after is not None
        else c
        for c in changes
    ]
    return [change for change in kept if change.before != change.after]


def _circles(parents: Mapping[str, str | None], code: str) -> bool:
    """Tell whether a code lies below itself."""
    at, passed = parents.get(code), set[str]()
    while at is not None and at not in passed:
        passed.add(at)
        at = parents.get(at)
    return code in passed


def _ours(row: Mapping[str, Any], names: Names, table: str) -> Row:
    """Give a row of theirs with the keys that the same things have here."""
    renamed = dict(row)
    for name in ("code", "theme", "version"):
        if renamed.get(name) in names[name]:
            renamed[name] = names[name][renamed[name]]
    if table == "codes" and renamed["parent"] in names["code"]:
        renamed["parent"] = names["code"][renamed["parent"]]
    return renamed


def _told(other: Project, names: Names) -> dict[tuple[str, str], Row]:
    """Give the other's codes and themes as rows of ours."""
    found = {}
    for table in ("codes", "themes"):
        for row in rows(other.connection, f"SELECT * FROM {table}"):
            ours = _ours(row, names, table)
            found[table, ours[table.removesuffix("s")]] = ours
    return found


def _present(project: Project, table: str, key: tuple[Any, ...]) -> Row | None:
    where = " AND ".join(f"{name} = ?" for name in KEYS[table])
    return one(project.connection, f"SELECT * FROM {table} WHERE {where}", key)


def _tidied(project: Project, change: Change) -> list[Change]:
    """Keep out what an erased comment must not get back, and free the name of a round that is another here."""
    after, run = dict(change.after or {}), project.connection
    if not after:
        return [change]
    if change.table == "rounds" and change.before is None:
        if one(run, "SELECT round FROM rounds WHERE name = ?", [after["name"]]):
            after["name"] = f"{after['name']} ({after['round'][:8]})"
        return [Change("rounds", None, after)]
    unit = after.get("unit") or str(after.get("about", "")).removeprefix("unit:")
    if one(run, "SELECT unit FROM units WHERE unit = ? AND state = 'erased'", [unit]):
        bare = {"memo": "", "start": None, "stop": None} if change.table == "codings" else {}
        return [] if change.table == "memos" else [Change(change.table, change.before, after | bare)]
    return [change]


def _upwards(changes: list[Change]) -> list[Change]:
    """Put what is taken away last and in turn, so that nothing is left to rest on what is no more."""
    return [c for c in changes if c.after is not None] + [c for c in reversed(changes) if c.after is None]


def _difference(table: str, mine: Mapping[str, Any] | None, theirs: Mapping[str, Any] | None, name: str) -> str:
    row = mine or theirs or {}
    what = f"{table.removesuffix('s')} {row.get('name') or row.get('about') or row.get(KEYS[table][0])!r}"
    if name == "there":
        return f"{what} was taken away {'there' if mine else 'here'}, and changed {'here' if mine else 'there'}"
    return f"{what}: {name} is {(mine or {}).get(name)!r} here and {(theirs or {}).get(name)!r} there"


def _journal(project: Project, other: Project) -> None:
    """Take over who did what and when; it can be undone where it was done."""
    query = "SELECT at, coder, kind, says, round FROM journal WHERE kind <> 'merge file' ORDER BY entry"
    here = Counter(tuple(row.values()) for row in rows(project.connection, query))
    for row in rows(other.connection, query):
        told = tuple(row.values())
        here[told] -= 1
        if here[told] < 0:
            project.connection.execute(
                """INSERT INTO journal (at, coder, kind, says, round, changes, state)
                   VALUES (?, ?, ?, ?, ?, '[]', 'past')""",
                told,
            )


def _erased(project: Project, other: Project) -> None:
    """Erase here what was erased there, the titles of those who opened a thread too."""
    there = rows(
        other.connection,
        """SELECT u.unit, u.thread, u.place, t.title FROM units u JOIN threads t USING (thread)
           WHERE u.state = 'erased' ORDER BY u.unit""",
    )
    present = {row["unit"] for row in rows(project.connection, "SELECT unit FROM units WHERE state <> 'erased'")}
    for row in there:
        if row["unit"] in present:
            erase(project, row["unit"])
        if row["place"] == 0 and not row["title"]:
            erase_title(project, row["thread"])
