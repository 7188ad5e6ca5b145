"""Passwords of coders, where a project is served beyond this machine: kept as salted hashes, never as they are."""

import base64
import hashlib
import hmac
import os

from openlives.coding.project import Project
from openlives.coding.sqlite import one, rows, writing
from openlives.errors import InputError

SHORTEST = 8
COST = {"n": 2**14, "r": 8, "p": 1}  # 16 MB and some tens of milliseconds a try (RFC 7914)


def hashed(password: str) -> str:
    """Give what is kept of a password: the way, its cost, the salt and the hash."""
    if len(password) < SHORTEST:
        raise InputError("The password is too short", todo=f"Give {SHORTEST} characters or more.")
    salt = os.urandom(16)
    told = [base64.b64encode(part).decode() for part in (salt, _scrypt(password, salt, COST))]
    return "$".join(("scrypt", *(str(value) for value in COST.values()), *told))


def verified(password: str, kept: str) -> bool:
    """Say whether a password is the one that was set; nothing set is never right."""
    parts = kept.split("$")
    if len(parts) != 6 or parts[0] != "scrypt":
        _scrypt(password, b"nobody", COST)  # as long as for somebody
        return False
    cost = dict(zip(COST, map(int, parts[1:4]), strict=True))
    return hmac.compare_digest(_scrypt(password, base64.b64decode(parts[4]), cost), base64.b64decode(parts[5]))


def _scrypt(password: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=cost["n"], r=cost["r"], p=cost["p"], dklen=32
    )


def give(project: Project, coder: str, password: str) -> None:
    """Set the password of a coder, who is given by key; it is no action to be undone."""
    kept = hashed(password)
    with writing(project.connection):
        project.connection.execute("UPDATE coders SET secret = ? WHERE coder = ?", [kept, coder])


def right(project: Project, name: str, password: str) -> str | None:
    """Give the key of the human coder of this name and password; None if there is none."""
    row = one(project.connection, "SELECT coder, secret FROM coders WHERE name = ? AND kind = 'human'", [name])
    fine = verified(password, row["secret"] if row else "")
    return str(row["coder"]) if row and fine else None


def lacking(project: Project) -> list[str]:
    """Name the human coders without a password."""
    found = rows(project.connection, "SELECT name FROM coders WHERE kind = 'human' AND secret = '' ORDER BY name")
    return [str(row["name"]) for row in found]


def set_password(project: Project, name: str, password: str) -> None:
    """Give a coder, who is named, a password; an older one ends."""
    give(project, project.coder(name), password)
