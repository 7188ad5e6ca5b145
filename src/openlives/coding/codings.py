"""Codings: which code a coder puts to which words, and what they note beside it."""

import time
from collections.abc import Mapping
from typing import Any

from openlives.coding import codebook
from openlives.coding.journal import Change, do, one, rows
from openlives.coding.project import Project, new_key
from openlives.errors import InputError


def put(
    project: Project,
    coder: str,
    unit: str,
    code: str,
    *,
    span: tuple[int, int] | None = None,
    round_: str | None = None,
    layer: str = "coding",
) -> str:
    """Put a code to a comment, or to some of its characters; the same again is the same coding."""
    where, named = text_of(project, unit), codebook.get(project, code)
    if named["retired"]:
        raise InputError(f"The code {named['name']!r} is retired", todo="Choose another.")
    start, stop = span or (None, None)
    if start is not None and stop is not None and not 0 <= start < stop <= len(where["text"]):
        raise InputError(
            f"There are no characters {start} to {stop}", where=unit, todo="Mark words within the comment."
        )
    same = one(
        project.connection,
        "SELECT coding FROM codings WHERE unit = ? AND coder = ? AND code = ? AND start IS ? AND stop IS ? AND round IS ? AND layer = ?",
        [unit, coder, code, start, stop, round_, layer],
    )
    if same:
        return str(same["coding"])
    row = {
        "coding": new_key(),
        "unit": unit,
        "coder": coder,
        "code": code,
        "start": start,
        "stop": stop,
        "negative": 0,
        "memo": "",
        "round": round_,
        "layer": layer,
        "made": int(time.time()),
    }
    do(
        project.connection,
        coder,
        "code",
        f"coded {named['name']!r}",
        [Change("codings", None, row), *_answered(project, coder, unit)],
        round_=round_,
    )
    return str(row["coding"])


def in_vivo(project: Project, coder: str, unit: str, span: tuple[int, int], *, round_: str | None = None) -> str:
    """Make a code of the marked words themselves, and put it to them."""
    text = text_of(project, unit)["text"][slice(*span)]
    return put(
        project, coder, unit, codebook.add(project, coder, " ".join(text.split())[:80]), span=span, round_=round_
    )


def take(project: Project, coder: str, coding: str) -> None:
    """Take a coding of one's own away."""
    row = own(project, coder, coding)
    name = codebook.get(project, row["code"])["name"]
    do(project.connection, coder, "uncode", f"took {name!r} away", [Change("codings", row, None)], round_=row["round"])


def note(project: Project, coder: str, coding: str, *, memo: str | None = None, negative: bool | None = None) -> None:
    """Write a memo to a coding of one's own, or mark it as a case against the code."""
    row = own(project, coder, coding)
    after = {
        **row,
        "memo": row["memo"] if memo is None else memo,
        "negative": row["negative"] if negative is None else int(negative),
    }
    do(
        project.connection,
        coder,
        "note",
        "noted something beside a coding",
        [Change("codings", row, after)],
        round_=row["round"],
    )


def own(project: Project, coder: str, coding: str) -> dict[str, Any]:
    """Give a coding of the coder's own; another's is refused."""
    row = one(project.connection, "SELECT * FROM codings WHERE coding = ?", [coding])
    if row is None or row["coder"] != coder:
        raise InputError("That is no coding of yours", where=coding[:60], todo="Only one's own codings can be changed.")
    return row


def memo(project: Project, coder: str, about: str, text: str, *, round_: str | None = None) -> None:
    """Write a memo on anything (unit:KEY, code:KEY, theme:KEY, thread:ADDRESS, project); an empty text takes it away."""
    kind = about.partition(":")[0]
    if kind not in ("unit", "code", "theme", "thread", "project"):
        raise InputError(
            f"A memo cannot be about {about[:40]!r}", todo="unit:KEY, code:KEY, theme:KEY, thread:ADDRESS or project"
        )
    old = one(
        project.connection, "SELECT * FROM memos WHERE about = ? AND coder = ? AND round IS ?", [about, coder, round_]
    )
    row: Mapping[str, Any] | None = None
    if text.strip():
        fresh = {"memo": new_key(), "about": about, "coder": coder, "round": round_, "made": int(time.time())}
        row = {**(old or fresh), "text": text}
    if old or row:
        do(project.connection, coder, "memo", f"wrote a memo on a {kind}", [Change("memos", old, row)], round_=round_)


def see(project: Project, coder: str, unit: str) -> None:
    """Mark a comment as read; it is no action to be undone."""
    text_of(project, unit)
    project.connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", [unit, coder, int(time.time())])


def text_of(project: Project, unit: str) -> dict[str, Any]:
    """Give a unit, or say that there is none."""
    row = one(project.connection, "SELECT * FROM units WHERE unit = ?", [unit])
    if row is None:
        raise InputError("There is no such comment in the sample", where=unit[:60], todo="Look at the list of threads.")
    return row


def _answered(project: Project, coder: str, unit: str) -> list[Change]:
    """Take a comment that is coded anew out of the queue of what is to be looked at again."""
    return [
        Change("requeued", row, None)
        for row in rows(project.connection, "SELECT * FROM requeued WHERE unit = ? AND coder = ?", [unit, coder])
    ]
