"""Who somebody is, from one request to the next: a signed cookie, and nothing on the server.

It holds which coder they are in which project, and the token that their forms must bring back (CSRF).
"""

import base64
import hashlib
import hmac
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

import orjson

COOKIE = "openlives"
AGE = 14 * 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Session:
    """The coder's key by project, and the token of their forms; `fresh` if the browser brought none that is good."""

    who: dict[str, str] = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    fresh: bool = True


def seal(session: Session, key: bytes) -> str:
    """Write a session as a cookie that only this server could have written."""
    told = base64.urlsafe_b64encode(
        orjson.dumps({"who": session.who, "token": session.token, "until": int(time.time()) + AGE})
    ).decode()
    return f"{told}.{_sign(told, key)}"


def unseal(cookie: str, key: bytes) -> Session:
    """Read a cookie; a forged, broken or old one is a fresh session of nobody."""
    told, _, signature = cookie.partition(".")
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _sign(told, key).encode()):
        return Session()
    found = orjson.loads(base64.urlsafe_b64decode(told))
    if found["until"] < time.time():
        return Session()
    return Session(found["who"], found["token"], fresh=False)


def _sign(told: str, key: bytes) -> str:
    return hmac.new(key, told.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def key_of(folder: Path, *, guarded: bool = False) -> bytes:
    """Give the key that signs, kept beside the projects so that a restart sends nobody away.

    Where passwords guard it is another: who only said a name, on this machine, is nobody there. Where there is no
    project yet, or no right to write, the key is for this run only: looking at a collection leaves nothing in it.
    """
    file = folder / "session.key"
    if not folder.is_dir() or not (file.exists() or os.access(folder, os.W_OK)):
        return secrets.token_bytes(32)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    kept = file.read_bytes()
    found = kept if len(kept) == 32 else secrets.token_bytes(32)  # cut short by a crash: good for this run
    return hmac.new(found, b"guarded", hashlib.sha256).digest() if guarded else found
