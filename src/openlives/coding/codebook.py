"""The codebook: a hierarchy of codes with their definitions, and what is done to it. Every function gives what it did.

Merging moves codings to the code that stays; splitting moves chosen codings to a new one; both are one action each, and
undone as one. A changed definition can put what was coded by it back into the queue.
"""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from openlives.coding.journal import Change, do, one, rows
from openlives.coding.project import Project, new_key
from openlives.errors import InputError

FIELDS = ("name", "definition", "include", "exclude", "examples", "colour")
PALETTE = ("#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#BBBBBB", "#EE7733", "#0077BB", "#009988")


def codes(project: Project, *, retired: bool = False) -> list[dict[str, Any]]:
    """List the codes in the order of the tree: parents before children, each with its depth and full path."""
    found = rows(
        project.connection, f"SELECT * FROM codes {'' if retired else 'WHERE retired = 0'} ORDER BY place, name, code"
    )
    below: dict[str | None, list[dict[str, Any]]] = {}
    known = {row["code"] for row in found}
    for row in found:
        below.setdefault(row["parent"] if row["parent"] in known else None, []).append(row)
    listed: list[dict[str, Any]] = []

    def walk(parent: str | None, path: tuple[str, ...]) -> None:
        for row in below.get(parent, []):
            listed.append({**row, "depth": len(path), "path": " / ".join((*path, row["name"]))})
            walk(row["code"], (*path, row["name"]))

    walk(None, ())
    return listed


def add(project: Project, coder: str, name: str, **fields: str | None) -> str:
    """Add a code; one of the same name under the same parent is given back instead."""
    name = _name(name)
    parent = fields.get("parent")
    same = one(
        project.connection, "SELECT code FROM codes WHERE name = ? AND parent IS ? AND retired = 0", [name, parent]
    )
    if same:
        return str(same["code"])
    count = project.connection.execute("SELECT count(*) FROM codes").fetchone()[0]
    row = {
        "code": new_key(),
        "parent": parent,
        "theme": None,
        "name": name,
        "definition": "",
        "include": "",
        "exclude": "",
        "examples": "",
        "colour": PALETTE[count % len(PALETTE)],
        "place": count,
        "retired": 0,
        **{k: v for k, v in fields.items() if v is not None},
    }
    do(project.connection, coder, "add", f"added the code {name!r}", [Change("codes", None, row)])
    return str(row["code"])


def _name(text: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > 120 or not text.isprintable():  # a name, not a text
        raise InputError(f"That is no name for a code: {text[:40]!r}", todo="Give a short name.")
    return text


def change(project: Project, coder: str, code: str, fields: Mapping[str, str], *, requeue: bool = False) -> None:
    """Change a code's name, definition or examples; with `requeue`, what was coded by it is to be looked at again."""
    row = get(project, code)
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise InputError(f"A code has no {', '.join(sorted(unknown))}", todo=f"It has {', '.join(FIELDS)}.")
    after = {**row, **fields, **({"name": _name(fields["name"])} if "name" in fields else {})}
    changes = [Change("codes", row, after)]
    if requeue:
        touched = rows(
            project.connection, "SELECT DISTINCT unit, coder FROM codings WHERE code = ? ORDER BY unit, coder", [code]
        )
        there = {
            (r["unit"], r["coder"])
            for r in rows(project.connection, "SELECT unit, coder FROM requeued WHERE code = ?", [code])
        }
        why = f"the definition of {after['name']!r} changed"
        changes += [
            Change("requeued", None, {"unit": t["unit"], "coder": t["coder"], "code": code, "why": why})
            for t in touched
            if (t["unit"], t["coder"]) not in there
        ]
    do(project.connection, coder, "change", f"changed the code {row['name']!r}", changes)


def move(project: Project, coder: str, code: str, parent: str | None) -> None:
    """Put a code under another, or at the top; under itself or what lies below it is refused."""
    above = parent
    while above is not None:
        if above == code:
            raise InputError("A code cannot lie below itself", todo="Choose another place.")
        above = get(project, above)["parent"]
    row = get(project, code)
    do(
        project.connection,
        coder,
        "move",
        f"moved the code {row['name']!r}",
        [Change("codes", row, {**row, "parent": parent})],
    )


def merge(project: Project, coder: str, code: str, into: str) -> int:
    """Merge a code into another: its codings and children move, it is retired; give how many codings moved."""
    if code == into:
        raise InputError("A code cannot be merged into itself", todo="Choose another.")
    row, target = get(project, code), get(project, into)
    moved = rows(project.connection, "SELECT * FROM codings WHERE code = ? ORDER BY coding", [code])
    children = rows(project.connection, "SELECT * FROM codes WHERE parent = ? ORDER BY code", [code])
    changes = [Change("codings", coding, {**coding, "code": into}) for coding in moved]
    changes += [
        Change("codes", child, {**child, "parent": into if child["code"] != into else row["parent"]})
        for child in children
    ]
    changes.append(Change("codes", row, {**row, "retired": 1}))
    do(project.connection, coder, "merge", f"merged {row['name']!r} into {target['name']!r}", changes)
    return len(moved)


def split(project: Project, coder: str, code: str, name: str, codings: Sequence[str]) -> str:
    """Split chosen codings off a code, to a new one beside it; give the new code."""
    row = get(project, code)
    new = {
        **row,
        "code": new_key(),
        "name": _name(name),
        "definition": "",
        "include": "",
        "exclude": "",
        "examples": "",
    }
    chosen = [
        c
        for c in rows(project.connection, "SELECT * FROM codings WHERE code = ? ORDER BY coding", [code])
        if c["coding"] in set(codings)
    ]
    changes = [
        Change("codes", None, new),
        *(Change("codings", coding, {**coding, "code": new["code"]}) for coding in chosen),
    ]
    do(project.connection, coder, "split", f"split {name!r} off {row['name']!r}", changes)
    return str(new["code"])


def recode(project: Project, coder: str, code: str, into: str, codings: Sequence[str] | None = None) -> int:
    """Move codings from one code to another: all, or those chosen; both codes stay."""
    row, target = get(project, code), get(project, into)
    wanted = None if codings is None else set(codings)
    found = rows(project.connection, "SELECT * FROM codings WHERE code = ? ORDER BY coding", [code])
    moved = [c for c in found if wanted is None or c["coding"] in wanted]
    changes = [Change("codings", coding, {**coding, "code": into}) for coding in moved]
    do(
        project.connection,
        coder,
        "recode",
        f"moved {len(moved)} codings from {row['name']!r} to {target['name']!r}",
        changes,
    )
    return len(moved)


def retire(project: Project, coder: str, code: str) -> None:
    """Take a code out of use; what was coded by it stays to be read."""
    row = get(project, code)
    do(
        project.connection,
        coder,
        "retire",
        f"retired the code {row['name']!r}",
        [Change("codes", row, {**row, "retired": 1})],
    )


def get(project: Project, code: str) -> dict[str, Any]:
    """Give a code, or say that there is none."""
    row = one(project.connection, "SELECT * FROM codes WHERE code = ?", [code])
    if row is None:
        raise InputError(
            "There is no such code", where=code[:60], todo="It may have been undone: look at the codebook."
        )
    return row


def freeze(project: Project, coder: str, name: str) -> int:
    """Freeze the codebook as it is under a version number, which is given."""
    version = int(project.connection.execute("SELECT coalesce(max(version), 0) + 1 FROM versions").fetchone()[0])
    told = json.dumps(
        [{k: v for k, v in code.items() if k != "depth"} for code in codes(project)], ensure_ascii=False, sort_keys=True
    )
    row = {"version": version, "name": name, "made": int(time.time()), "codebook": told}
    do(project.connection, coder, "freeze", f"froze the codebook as version {version}", [Change("versions", None, row)])
    return version


def difference(project: Project, older: int, newer: int | None = None) -> list[str]:
    """Tell in words what changed between two versions, or since one."""
    then = {code["code"]: code for code in _version(project, older)}
    now = {code["code"]: code for code in (codes(project) if newer is None else _version(project, newer))}
    told = [f"added {now[key]['path']!r}" for key in now if key not in then]
    told += [f"took out {then[key]['path']!r}" for key in then if key not in now]
    for key in now:
        if key in then:
            told += [
                f"{now[key]['path']!r}: {field} was {then[key][field]!r}, is {now[key][field]!r}"
                for field in ("path", *FIELDS)
                if now[key][field] != then[key][field]
            ]
    return told


def _version(project: Project, version: int) -> list[dict[str, Any]]:
    row = one(project.connection, "SELECT codebook FROM versions WHERE version = ?", [version])
    if row is None:
        raise InputError(
            f"There is no version {version} of the codebook", todo="Freeze one with: openlives code freeze"
        )
    found: list[dict[str, Any]] = json.loads(row["codebook"])
    return found
