"""How people name a comment: by its key, or as the third of its thread, owner/model#12:3."""

from typing import Any

from openlives.coding.project import Project
from openlives.coding.snapshot import NUMBER
from openlives.coding.sqlite import one
from openlives.errors import InputError


def find_unit(project: Project, said: str) -> str:
    """Give the comment that people mean."""
    thread, _, number = said.rpartition(":")
    row = one(project.connection, "SELECT unit FROM units WHERE unit = ?", [said])
    if row is None and NUMBER.fullmatch(number) and int(number) > 0:
        query = "SELECT unit FROM units WHERE thread = ? ORDER BY place, time, unit LIMIT 1 OFFSET ?"
        row = one(project.connection, query, [thread, int(number) - 1])
    if row is None:
        raise InputError(f"There is no comment {said[:80]!r} in the sample", todo="Name it as owner/model#12:3.")
    return str(row["unit"])


def named(project: Project, unit: str) -> str:
    """Name a comment as people do."""
    row: dict[str, Any] = one(project.connection, "SELECT thread, place FROM units WHERE unit = ?", [unit]) or {}
    return f"{row['thread']}:{row['place'] + 1}"


def printable(text: str) -> str:
    """Give hostile text as a terminal can show it: what would steer the terminal is written out."""
    lines = text.expandtabs(4).replace("\r\n", "\n").split("\n")
    return "\n".join("".join(map(_sign, line)) for line in lines)


def _sign(sign: str) -> str:
    if sign.isprintable() or sign == "\u200d":  # joins emoji
        return sign
    return sign.encode("unicode_escape").decode("ascii")
