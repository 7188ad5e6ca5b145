"""What became of each row since two files of one project parted, as their journals tell it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openlives.coding.journal import KEYS
from openlives.coding.project import Project
from openlives.coding.sqlite import rows

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
    return _states(mine[shared:]), _states(theirs[shared:])


def _entries(project: Project) -> list[dict[str, Any]]:
    return rows(project.connection, "SELECT at, coder, kind, changes FROM journal ORDER BY entry")


def _states(entries: list[dict[str, Any]]) -> History:
    found: History = {}
    for entry in entries:
        for change in json.loads(entry["changes"]):
            table, before, after = change["table"], change["before"], change["after"]
            key = table, tuple((after or before)[name] for name in KEYS[table])
            found.setdefault(key, [before]).append(after)
    return found


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
