"""The codebook: a hierarchy of codes with their definitions, and what is done to it; every change is one action.

Merging moves codings to the code that stays; splitting moves chosen codings to a new one. Codings of blind rounds never
move: they stay with the code that they were made by. A changed definition can put what was coded by it back into the
queue.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from openlives.coding.journal import Change, do
from openlives.coding.project import Project, new_key
from openlives.coding.sqlite import one, rows, writing
from openlives.errors import InputError

FIELDS = ("name", "definition", "include", "exclude", "examples", "colour")
PALETTE = ("#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#BBBBBB", "#EE7733", "#0077BB", "#009988")
REQUEUED = "the definition of {!r} changed"
PLACE = ("unit", "coder", "start", "stop", "round", "layer")  # a coder puts a code there once


def codes(project: Project, *, retired: bool = False) -> list[dict[str, Any]]:
    """List the codes in the order of the tree: parents before children, each with its depth and full path."""
    only = "" if retired else "WHERE retired = 0"
    return tree(rows(project.connection, f"SELECT * FROM codes {only} ORDER BY place, name, code"))


def tree(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put codes in the order of their tree; one whose parent is not among them stands at the top."""
    below: dict[str | None, list[Mapping[str, Any]]] = {}
    known = {row["code"] for row in found}
    for row in found:
        below.setdefault(row["parent"] if row["parent"] in known else None, []).append(row)
    listed: list[dict[str, Any]] = []
    waiting: list[tuple[Mapping[str, Any], tuple[str, ...]]] = [(row, ()) for row in reversed(below.get(None, []))]
    while waiting:
        row, above = waiting.pop()
        path = (*above, row["name"])
        listed.append({**row, "depth": len(above), "path": " / ".join(path)})
        waiting += [(child, path) for child in reversed(below.get(row["code"], []))]
    return listed


def add(project: Project, coder: str, name: str, **fields: str | None) -> str:
    """Add a code; one of the same name under the same parent is given back instead."""
    with writing(project.connection):
        code, changes = added(project, name, **fields)
        do(project.connection, coder, "add", f"added the code {named(name)!r}", changes)
        return code


def added(project: Project, name: str, **fields: str | None) -> tuple[str, list[Change]]:
    """Give the code of a name under its parent, and the change that makes it, where there is none yet."""
    name, parent = named(name), fields.get("parent")
    unknown = set(fields) - {*FIELDS, "parent", "vivo"}
    if unknown:
        raise InputError(f"A code has no {', '.join(sorted(unknown))}", todo=f"It has {', '.join(FIELDS)}.")
    if parent is not None:
        _used(get(project, parent))
    same = one(
        project.connection, "SELECT code FROM codes WHERE name = ? AND parent IS ? AND retired = 0", [name, parent]
    )
    if same:
        return str(same["code"]), []
    place = int((one(project.connection, "SELECT coalesce(max(place), -1) + 1 AS place FROM codes") or {})["place"])
    row = {"code": new_key(), "parent": parent, "theme": None, "name": name, "place": place, "retired": 0, "vivo": ""}
    row |= dict.fromkeys(("definition", "include", "exclude", "examples"), "")
    row |= {"colour": PALETTE[place % len(PALETTE)]} | {k: v for k, v in fields.items() if v is not None}
    return str(row["code"]), [Change("codes", None, row)]


def named(text: str) -> str:
    """Give the name of a code as it is kept, or refuse it."""
    text = " ".join(text.split())
    if not text or len(text) > 120 or not text.isprintable():  # a name, not a text
        raise InputError(f"That is no name for a code: {text[:40]!r}", todo="Give a short name.")
    return text


def change(project: Project, coder: str, code: str, fields: Mapping[str, str], *, requeue: bool = False) -> None:
    """Change a code's name, definition or examples; with `requeue`, what was coded by it is to be looked at again."""
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise InputError(f"A code has no {', '.join(sorted(unknown))}", todo=f"It has {', '.join(FIELDS)}.")
    with writing(project.connection):
        row = get(project, code)
        after = {**row, **fields, **({"name": named(fields["name"])} if "name" in fields else {})}
        changes = [Change("codes", row, after), *(_requeued(project, after) if requeue else [])]
        do(project.connection, coder, "change", f"changed the code {row['name']!r}", changes)


def _requeued(project: Project, code: Mapping[str, Any]) -> list[Change]:
    """Put every comment that was coded by a code into its coder's queue, once."""
    waiting = rows(
        project.connection,
        """SELECT DISTINCT c.unit, c.coder FROM codings c LEFT JOIN requeued r USING (unit, coder, code)
           WHERE c.code = ? AND r.unit IS NULL ORDER BY c.unit, c.coder""",
        [code["code"]],
    )
    why = REQUEUED.format(code["name"])
    return [Change("requeued", None, {**row, "code": code["code"], "why": why}) for row in waiting]


def move(project: Project, coder: str, code: str, parent: str | None) -> None:
    """Put a code under another, or at the top; under itself or what lies below it is refused."""
    with writing(project.connection):
        row, above = get(project, code), parent
        if parent is not None:
            _used(get(project, parent))
        while above is not None:
            if above == code:
                raise InputError("A code cannot lie below itself", todo="Choose another place.")
            above = get(project, above)["parent"]
        changes = [Change("codes", row, {**row, "parent": parent})]
        do(project.connection, coder, "move", f"moved the code {row['name']!r}", changes)


def merge(project: Project, coder: str, code: str, into: str) -> int:
    """Merge a code into another: its codings and children move, it is retired; give how many codings moved."""
    if code == into:
        raise InputError("A code cannot be merged into itself", todo="Choose another.")
    with writing(project.connection):
        row, target = _used(get(project, code)), _used(get(project, into))
        changes = _moved(project, code, into)
        count = len(changes)
        for child in rows(project.connection, "SELECT * FROM codes WHERE parent = ? ORDER BY code", [code]):
            parent = into if child["code"] != into else row["parent"]
            changes.append(Change("codes", child, {**child, "parent": parent}))
        if _below(project, into, code) and get(project, into)["parent"] != code:  # a grandchild takes its place
            changes.append(Change("codes", target, {**target, "parent": row["parent"]}))
        changes.append(Change("codes", row, {**row, "retired": 1}))
        do(project.connection, coder, "merge", f"merged {row['name']!r} into {target['name']!r}", changes)
        return count


def _below(project: Project, code: str, above: str) -> bool:
    """Tell whether a code lies somewhere below another."""
    at = get(project, code)["parent"]
    while at is not None and at != above:
        at = get(project, at)["parent"]
    return bool(at == above)


def split(project: Project, coder: str, code: str, name: str, codings: Sequence[str]) -> str:
    """Split chosen codings off a code, to a new one beside it; give the new code."""
    with writing(project.connection):
        row = get(project, code)
        new, changes = added(project, name, parent=row["parent"], colour=row["colour"])
        if not changes:
            raise InputError(f"There is a code {named(name)!r} beside it already", todo="Recode to it, or rename.")
        changes = [Change("codes", None, {**(changes[0].after or {}), "theme": row["theme"]})]
        changes += _moved(project, code, new, codings)
        do(project.connection, coder, "split", f"split {named(name)!r} off {row['name']!r}", changes)
        return new


def recode(project: Project, coder: str, code: str, into: str, codings: Sequence[str] | None = None) -> int:
    """Move codings from one code to another: all, or those chosen; both codes stay."""
    with writing(project.connection):
        row, target = get(project, code), _used(get(project, into))
        changes = _moved(project, code, into, codings) if code != into else []
        says = f"moved {len(changes)} codings from {row['name']!r} to {target['name']!r}"
        do(project.connection, coder, "recode", says, changes)
        return len(changes)


def _moved(project: Project, code: str, into: str, codings: Sequence[str] | None = None) -> list[Change]:
    """Move codings; what stands there by the other code already is not doubled, unless something is noted with it."""
    asked = "SELECT * FROM codings WHERE code = ? AND (round IS NULL OR layer = 'adjudication') ORDER BY coding"
    wanted = None if codings is None else set(codings)
    there = {tuple(row[name] for name in PLACE) for row in rows(project.connection, asked, [into])}
    changes = []
    for row in rows(project.connection, asked, [code]):
        if wanted is not None and row["coding"] not in wanted:
            continue
        doubled = tuple(row[name] for name in PLACE) in there and not row["memo"] and not row["negative"]
        changes.append(Change("codings", row, None if doubled else {**row, "code": into}))
    return changes


def _used(code: dict[str, Any]) -> dict[str, Any]:
    """Give a code back, unless it is out of use: what is put there would be seen in no codebook."""
    if code["retired"]:
        raise InputError(f"The code {code['name']!r} is retired", todo="Look at the codebook again: choose another.")
    return code


def retire(project: Project, coder: str, code: str) -> None:
    """Take a code out of use; what was coded by it stays to be read."""
    with writing(project.connection):
        row = get(project, code)
        changes = [Change("codes", row, {**row, "retired": 1})]
        do(project.connection, coder, "retire", f"retired the code {row['name']!r}", changes)


def get(project: Project, code: str) -> dict[str, Any]:
    """Give a code, or say that there is none."""
    row = one(project.connection, "SELECT * FROM codes WHERE code = ?", [code])
    if row is None:
        raise InputError(
            "There is no such code", where=code[:60], todo="It may have been undone: look at the codebook."
        )
    return row


def find(project: Project, said: str) -> str:
    """Give the code that people mean: by key, by path (A / B), or by a name that only one code has."""
    listed = codes(project)
    wanted = " / ".join(" ".join(part.split()) for part in said.split("/"))
    for test in (("code", said), ("path", wanted), ("name", " ".join(said.split()))):
        found = [row for row in listed if row[test[0]] == test[1]]
        if len(found) == 1:
            return str(found[0]["code"])
        if found:
            raise InputError(
                f"Several codes are called {said[:60]!r}", todo=f"Say which: {'; '.join(r['path'] for r in found)}"
            )
    raise InputError(f"There is no code {said[:60]!r}", todo="Look at the codebook: openlives code codebook list")
