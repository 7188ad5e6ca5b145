"""What became of each row since two files of one project parted, as their journals tell it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openlives.coding.journal import KEYS
from openlives.coding.project import Project
from openlives.coding.sqlite import rows
from openlives.errors import InputError

Key = tuple[str, tuple[Any, ...]]  # table, and the values of its keys
State = Mapping[str, Any] | None
States = Sequence[State]
History = dict[Key, list[State]]  # from the state in which they parted to the present one


def since_parting(project: Project, other: Project) -> tuple[History, History]:
    """Give what each side did since the journals last were one; where they never were, since each began."""
    mine, theirs = _entries(project), _entries(other)
    shared = 0
    while shared < min(len(mine), len(theirs)) and mine[shared] == theirs[shared]:
        shared += 1
    columns = {table: _columns(project, table) for table in KEYS}
    return _states(mine[shared:], columns), _states(theirs[shared:], columns)


def _entries(project: Project) -> list[dict[str, Any]]:
    return rows(project.connection, "SELECT at, coder, kind, changes FROM journal ORDER BY entry")


def _columns(project: Project, table: str) -> set[str]:
    return {row["name"] for row in rows(project.connection, f"PRAGMA table_info({table})")}


def _states(entries: list[dict[str, Any]], columns: Mapping[str, set[str]]) -> History:
    found: History = {}
    for entry in entries:
        for change in _changes(entry["changes"], columns):
            table, before, after = change["table"], change["before"], change["after"]
            key = table, tuple((after or before)[name] for name in KEYS[table])
            found.setdefault(key, [before]).append(after)
    return found


def _changes(told: str, columns: Mapping[str, set[str]]) -> list[dict[str, Any]]:
    """Read the changes of an entry; what a table of ours could not hold is refused: files come from anybody."""
    try:
        changes: list[dict[str, Any]] = json.loads(told)
        sound = all(_sound(change, columns) for change in changes)
    except (ValueError, TypeError, KeyError, AttributeError):
        sound = False
    if not sound:
        raise InputError(
            "The journal of a file was not written by openlives, or is broken", todo="Merge a copy that is whole."
        )
    return changes


def _sound(change: Mapping[str, Any], columns: Mapping[str, set[str]]) -> bool:
    sides = [side for side in (change["before"], change["after"]) if side is not None]
    plain = (value is None or isinstance(value, str | int) for side in sides for value in side.values())
    return bool(sides) and all({*side} == columns[change["table"]] for side in sides) and all(plain)


def newer(mine: State, theirs: State, ours: States, others: States) -> bool | None:
    """Tell whether their state is to be taken: they went on from ours (yes), we from theirs (no), or both (None)."""
    if theirs in ours[1:-1]:
        return False
    if mine in others:
        return True
    return False if theirs in ours else None


def merged(mine: State, theirs: State, ours: States, others: States) -> tuple[State, list[str]]:
    """Give the state that both sides come to, and the fields (or `there`) on which they are apart: ours stays."""
    if mine is None or theirs is None:
        if mine == theirs:
            return mine, []
        taken = newer(mine, theirs, ours, others)
        return (theirs, []) if taken else (mine, [] if taken is False else ["there"])
    result, apart = dict(mine), []
    for name in theirs:
        if mine.get(name) != theirs[name]:
            taken = newer(
                {name: mine.get(name)},
                {name: theirs[name]},
                [_only(name, s) for s in ours],
                [_only(name, s) for s in others],
            )
            if taken:
                result[name] = theirs[name]
            elif taken is None:
                apart.append(name)
    return result, apart


def _only(name: str, state: State) -> State:
    return None if state is None else {name: state.get(name)}
