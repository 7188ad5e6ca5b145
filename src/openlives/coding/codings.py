"""Codings: which code a coder puts to which words, and what they note beside it.

What belongs to a blind round is found here, not chosen: as long as a coder has not closed it, all that they say on its
comments is a part of it.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from openlives.coding import codebook, rounds
from openlives.coding.journal import Change, do
from openlives.coding.project import Project, new_key
from openlives.coding.sqlite import one, rows, writing
from openlives.errors import InputError

ABOUT = ("unit", "code", "theme", "thread", "project")


def put(
    project: Project,
    coder: str,
    unit: str,
    code: str,
    *,
    span: tuple[int, int] | None = None,
    round_: str | None = None,
) -> str:
    """Put a code to a comment, or to some of its characters; the same again is the same coding."""
    with writing(project.connection):
        where, named = text_of(project, unit), codebook.get(project, code)
        if named["retired"]:
            raise InputError(f"The code {named['name']!r} is retired", todo="Choose another.")
        return _put(project, coder, where, code, span, (f"coded {named['name']!r}", ()), round_)


def in_vivo(project: Project, coder: str, unit: str, span: tuple[int, int], *, round_: str | None = None) -> str:
    """Make a code of the marked words themselves, and put it to them: one action."""
    with writing(project.connection):
        where = text_of(project, unit)
        _within(where, span)
        words = " ".join(where["text"][slice(*span)].split())[:80]
        printable = "".join(sign if sign.isprintable() else " " for sign in words)
        code, changes = codebook.added(project, printable, vivo=unit)
        return _put(project, coder, where, code, span, ("coded in vivo", changes), round_)


def _put(
    project: Project,
    coder: str,
    where: Mapping[str, Any],
    code: str,
    span: tuple[int, int] | None,
    told: tuple[str, Sequence[Change]],
    round_: str | None,
) -> str:
    if where["state"] == "erased":
        raise InputError("The comment was erased", where=where["unit"], todo="Go on to the next.")
    if span is not None:
        _within(where, span)
    start, stop = span or (None, None)
    round_ = _round(project, coder, where["unit"], round_)
    place = [where["unit"], coder, code, start, stop, round_]
    same = one(
        project.connection,
        """SELECT coding FROM codings WHERE unit = ? AND coder = ? AND code = ? AND start IS ? AND stop IS ?
           AND round IS ? AND layer = 'coding'""",
        place,
    )
    if same:
        return str(same["coding"])
    row = {"coding": new_key(), "unit": where["unit"], "coder": coder, "code": code, "start": start, "stop": stop}
    row |= {"negative": 0, "memo": "", "round": round_, "layer": "coding", "made": int(time.time())}
    changes = [*told[1], Change("codings", None, row), *_answered(project, coder, where["unit"])]
    do(project.connection, coder, "code", told[0], changes, round_=round_)
    return str(row["coding"])


def _within(where: Mapping[str, Any], span: tuple[int, int]) -> None:
    start, stop = span
    if not 0 <= start < stop <= len(where["text"]):
        raise InputError(
            f"There are no characters {start} to {stop}", where=where["unit"], todo="Mark words within the comment."
        )


def _round(project: Project, coder: str, unit: str, wanted: str | None) -> str | None:
    """Find the round of a coding; one that was asked for must be the coder's, and hold the comment."""
    if wanted is None:
        return rounds.current(project, coder, unit)
    query = (
        "SELECT h.unit FROM round_units h JOIN round_coders r USING (round) WHERE round = ? AND unit = ? AND coder = ?"
    )
    if one(project.connection, query, [wanted, unit, coder]) is None:
        raise InputError("That comment is in no such round of yours", where=unit, todo="Look at the list of rounds.")
    return wanted


def take(project: Project, coder: str, coding: str) -> None:
    """Take a coding of one's own away."""
    with writing(project.connection):
        row = own(project, coder, coding)
        says = f"took {codebook.get(project, row['code'])['name']!r} away"
        do(project.connection, coder, "uncode", says, [Change("codings", row, None)], round_=row["round"])


def note(project: Project, coder: str, coding: str, *, memo: str | None = None, negative: bool | None = None) -> None:
    """Write a memo to a coding of one's own, or mark it as a case against the code."""
    with writing(project.connection):
        row = own(project, coder, coding)
        after = {**row, **({} if memo is None else {"memo": memo})}
        after |= {} if negative is None else {"negative": int(negative)}
        changes = [Change("codings", row, after)]
        do(project.connection, coder, "note", "noted something beside a coding", changes, round_=row["round"])


def own(project: Project, coder: str, coding: str) -> dict[str, Any]:
    """Give a coding of the coder's own; another's is refused."""
    row = one(project.connection, "SELECT * FROM codings WHERE coding = ?", [coding])
    if row is None or row["coder"] != coder:
        raise InputError("That is no coding of yours", where=coding[:60], todo="Only one's own codings can be changed.")
    return row


def memo(project: Project, coder: str, about: str, text: str, *, round_: str | None = None) -> None:
    """Write a memo on unit:KEY, code:KEY, theme:KEY, thread:ADDRESS or project; an empty text takes it away."""
    kind = about.partition(":")[0]
    if kind not in ABOUT:
        raise InputError(
            f"A memo cannot be about {about[:40]!r}", todo="unit:KEY, code:KEY, theme:KEY, thread:ADDRESS or project"
        )
    with writing(project.connection):
        round_ = round_ or rounds.belonging(project, coder, about, done=True)
        old = one(
            project.connection,
            "SELECT * FROM memos WHERE about = ? AND coder = ? AND round IS ? ORDER BY made, memo",
            [about, coder, round_],
        )
        row: dict[str, Any] | None = None
        if text.strip():
            fresh = {"memo": new_key(), "about": about, "coder": coder, "round": round_, "made": int(time.time())}
            row = {**(old or fresh), "text": text}
        if old or row:
            changes = [Change("memos", old, row)]
            do(project.connection, coder, "memo", f"wrote a memo on a {kind}", changes, round_=round_)


def see(project: Project, coder: str, unit: str) -> None:
    """Mark a comment as read; it is no action to be undone."""
    text_of(project, unit)
    with writing(project.connection):
        project.connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", [unit, coder, int(time.time())])


def text_of(project: Project, unit: str) -> dict[str, Any]:
    """Give a unit, or say that there is none."""
    row = one(project.connection, "SELECT * FROM units WHERE unit = ?", [unit])
    if row is None:
        raise InputError("There is no such comment in the sample", where=unit[:60], todo="Look at the list of threads.")
    return row


def _answered(project: Project, coder: str, unit: str) -> list[Change]:
    """Take a comment that is coded anew out of the queue of what is to be looked at again."""
    waiting = rows(project.connection, "SELECT * FROM requeued WHERE unit = ? AND coder = ?", [unit, coder])
    return [Change("requeued", row, None) for row in waiting]
