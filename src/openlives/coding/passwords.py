"""Passwords of coders, for a project that is served beyond this machine; kept salted and hashed, never as they are."""

import hashlib
import hmac
import secrets

from openlives.coding.project import Project
from openlives.coding.sqlite import one, writing
from openlives.errors import InputError

COST = {"n": 2**14, "r": 8, "p": 1}  # scrypt as RFC 7914 has it for people who wait at a screen
SHORTEST = 8


def set_password(project: Project, name: str, password: str) -> None:
    """Give a coder a password; an older one ends."""
    if len(password) < SHORTEST:
        raise InputError("The password is too short", todo=f"Take {SHORTEST} characters or more.")
    key, salt = project.coder(name), secrets.token_bytes(16)
    with writing(project.connection):
        project.connection.execute(
            "UPDATE coders SET secret = ? WHERE coder = ?", [f"{salt.hex()}:{_hashed(password, salt).hex()}", key]
        )


def fits(project: Project, name: str, password: str) -> bool:
    """Tell whether it is the coder's password; one who has none cannot come in by it."""
    found = one(project.connection, "SELECT secret FROM coders WHERE name = ?", [name])
    salt, _, kept = str(found["secret"] if found else "").partition(":")
    hashed = _hashed(password, bytes.fromhex(salt))  # also for nobody: an answer takes the same time
    return bool(kept) and hmac.compare_digest(hashed.hex(), kept)


def without(project: Project) -> list[str]:
    """List the people who have no password."""
    found = project.connection.execute("SELECT name FROM coders WHERE kind = 'human' AND secret = '' ORDER BY name")
    return [str(name) for (name,) in found]


def _hashed(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, dklen=32, **COST)
