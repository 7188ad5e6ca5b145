"""What can go wrong with a reply, on demand and by seed: each reply has at most one fault, and none of them lasts.

A fault changes one reply, never what it speaks of: whoever asks again is told the truth, unless that reply is hit too.
"""

import asyncio
import gzip
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from openlives.errors import InputError

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]
WALL = b"<!DOCTYPE html><html><body>Request blocked (a fault of the twin)</body></html>"
LATER = b"<html><body>Gateway timeout (a fault of the twin)</body></html>"
HANG, SLOW = 3600.0, 20.0  # seconds
BURST = 3  # replies in a row


@dataclass(frozen=True, slots=True)
class Told:
    """A reply, whole, before it is sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    after: float = 0.0  # seconds until it begins
    pieces: int = 1  # how slowly the body comes
    broken: bool = False  # whether the connection is lost on the way

    def header(self, name: str) -> str | None:
        """Give a header."""
        return next((value for key, value in self.headers if key == name), None)

    def having(self, **headers: str | None) -> "Told":
        """Set headers, or take them away."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        kept = tuple((key, value) for key, value in self.headers if key not in names)
        return replace(self, headers=kept + tuple((key, value) for key, value in names.items() if value is not None))


Fault = Callable[[Told, Scope], Told | None]  # None: this reply cannot have this fault


def _refusal(status: int, body: bytes, kind: str = "text/html") -> Fault:
    return lambda told, _: replace(told, status=status, body=body).having(content_type=kind, link=None)


def _too_many(*, header: bool = False, retry: bool = False) -> Fault:
    """Refuse for asking too often, with or without saying when to come back."""

    def fault(told: Told, _: Scope) -> Told:
        reply = replace(told, status=429, body=b'{"error":"Too many requests (a fault of the twin)"}')
        policy = told.header("ratelimit-policy") or ""
        name = '"resolvers"' if "resolvers" in policy else '"api"'
        limit = {"ratelimit": f"{name};r=0;t=2" if header else None, "ratelimit_policy": policy if header else None}
        return reply.having(link=None, retry_after="3" if retry else None, **limit)

    return fault


def _truncated(told: Told, _: Scope) -> Told | None:
    return replace(told, body=told.body[: len(told.body) // 2]) if len(told.body) > 1 and _is_json(told) else None


def _is_json(told: Told) -> bool:
    return (told.header("content-type") or "").startswith("application/json")


def _page(told: Told, scope: Scope) -> Any:
    """Give the content of a list, of models or of threads; None for anything else."""
    if told.status != 200 or not scope["path"].endswith(("/api/models", "/discussions")):
        return None
    return orjson.loads(told.body)


def _rows(told: Told, scope: Scope, change: Callable[[list[Any]], list[Any]]) -> Told | None:
    """Change the rows of a list."""
    content = _page(told, scope)
    rows = content["discussions"] if isinstance(content, dict) else content
    if not rows:
        return None
    changed = change(rows)
    body = {**content, "discussions": changed} if isinstance(content, dict) else changed
    return replace(told, body=orjson.dumps(body))


def _duplicate(told: Told, scope: Scope) -> Told | None:
    return _rows(told, scope, lambda rows: [rows[0], *rows])


def _missing(told: Told, scope: Scope) -> Told | None:
    """Leave out one row, not always the same."""
    lost = scope.get("twin.draw", 0.5)
    return _rows(told, scope, lambda rows: [row for n, row in enumerate(rows) if n != int(lost * len(rows))])


def _shift(told: Told, scope: Scope) -> Told | None:
    """Show a page as it is once a thread was opened after the page before was read: the last row is pushed out."""
    query = dict(parse_qsl(scope["query_string"].decode()))
    if not scope["path"].endswith("/discussions") or query.get("p", "0") == "0":
        return None
    return _rows(told, scope, lambda rows: [rows[0], *rows[:-1]])


def _count(told: Told, scope: Scope) -> Told | None:
    content = _page(told, scope)
    if not isinstance(content, dict):
        return None
    return replace(told, body=orjson.dumps({**content, "count": content["count"] + 3}))


def _stray(told: Told, scope: Scope) -> Told | None:
    """Lead on from the last page, to an empty one."""
    if told.status != 200 or scope["path"] != "/api/models" or told.header("link"):
        return None
    cursor = "eyIkb3IiOlt7ImNyZWF0ZWRBdCI6bnVsbCwiX2lkIjp7IiRndCI6ImZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmYifX1dfQ=="
    kept = [pair for pair in parse_qsl(scope["query_string"].decode()) if pair[0] != "cursor"]
    return told.having(link=f'<{_site(scope)}/api/models?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"')


def _site(scope: Scope) -> str:
    host = dict(scope["headers"]).get(b"host", b"twin").decode("latin-1")
    return f"{scope['scheme']}://{host}"


def _moved(*, query: bool) -> Fault:
    """Redirect to the same place, with or without what was asked for there."""

    def fault(told: Told, scope: Scope) -> Told | None:
        asked = scope["query_string"].decode()
        if not query and not asked:
            return None
        target = scope["path"] + (f"?{asked}" if query and asked else "")
        return replace(told, status=307, body=b"").having(location=target, link=None)

    return fault


def _loop(told: Told, scope: Scope) -> Told:
    return replace(told, status=307, body=b"").having(location=f"/twin/loop{scope['path']}", link=None)


FAULTS: dict[str, Fault] = {
    "429": _too_many(header=True),
    "429-bare": _too_many(),
    "429-retry-after": _too_many(retry=True),
    "500": _refusal(500, b'{"error":"Internal error (a fault of the twin)"}', "application/json"),
    "502": _refusal(502, LATER),
    "503-burst": _refusal(503, LATER),
    "504": _refusal(504, LATER),
    "403-html": _refusal(403, WALL),
    "405-html": _refusal(405, WALL),
    "hang": lambda told, _: replace(told, after=HANG),
    "slow": lambda told, _: replace(told, pieces=8),
    "truncated": _truncated,
    "reset": lambda told, _: replace(told, broken=True),
    "duplicate": _duplicate,
    "missing": _missing,
    "shift": _shift,
    "count": _count,
    "stray-next": _stray,
    "redirect": _moved(query=True),
    "redirect-bare": _moved(query=False),
    "redirect-loop": _loop,
    "skew": lambda told, _: told.having(date="Thu, 01 Jan 2015 00:00:00 GMT"),
    "gzip": lambda told, _: replace(told, body=gzip.compress(told.body, mtime=0)).having(content_encoding="gzip"),
}


@dataclass(slots=True)
class Faulty:
    """An application whose replies are hit by faults.

    `rates` gives for each kind the share of replies that it hits; of two that hit the same reply, one is left out.
    """

    app: App
    rates: dict[str, float]
    seed: int = 1
    hits: Counter[str] = field(default_factory=Counter)
    asked: Counter[bytes] = field(default_factory=Counter)
    burst: int = 0

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one request, perhaps badly."""
        if scope["type"] != "http" or scope["path"].startswith("/twin/"):
            await self.app(scope, receive, send)
            return
        told = await _whole(self.app, scope, receive)
        await _sent(self._hit(told, scope), send)

    def _hit(self, told: Told, scope: Scope) -> Told:
        """Draw a fault for the nth reply to one question: the same seed gives the same, in whatever order they come."""
        if self.burst:
            self.burst -= 1
            self.hits["503-burst"] += 1
            return FAULTS["503-burst"](told, scope) or told
        question = scope["path"].encode() + b"?" + scope["query_string"]
        self.asked[question] += 1
        draw = Random(f"{self.seed} {self.asked[question]} {question!r}").random  # noqa: S311  # nothing secret hangs on it
        drawn = {name: draw() for name in self.rates}
        scope["twin.draw"] = draw()
        for name in sorted(self.rates, key=drawn.__getitem__):
            hit = FAULTS[name](told, scope) if drawn[name] < self.rates[name] else None
            if hit:
                self.hits[name] += 1
                self.burst = BURST - 1 if name == "503-burst" else 0
                return hit
        return told


def parse(spec: str) -> tuple[dict[str, float], int]:
    """Read `all=0.05,seed=3` or `hang=0.01,429=0.1`: the share of replies that each kind hits, and the seed."""
    rates: dict[str, float] = {}
    seed, kinds = 1, {name: name for name in FAULTS}
    for part in filter(None, spec.split(",")):
        name, _, value = part.partition("=")
        try:
            if name == "seed":
                seed = int(value)
            elif name == "all":
                rates = {kind: float(value) for kind in FAULTS} | rates
            else:
                rates[kinds[name]] = float(value)
        except (KeyError, ValueError) as error:
            todo = f"Write KIND=SHARE, separated by commas. Kinds: all, {', '.join(FAULTS)}; and seed=N."
            raise InputError(f"A fault is not understood: {part}", todo=todo) from error
    if not all(0 <= rate <= 1 for rate in rates.values()):
        raise InputError(
            "A share of faults lies outside 0 to 1", where=spec, todo="Write all=0.05 for five in a hundred."
        )
    return rates, seed


async def _whole(app: App, scope: Scope, receive: Any) -> Told:
    """Let the application answer, and keep the answer."""
    start: dict[str, Any] = {}
    parts: list[bytes] = []

    async def keep(message: Any) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, keep)
    headers = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in start["headers"])
    return Told(start["status"], headers, b"".join(parts))


async def _sent(told: Told, send: Any) -> None:
    """Send a reply as it is: late, slow or broken."""
    await asyncio.sleep(told.after)
    length = str(len(told.body) + (100 if told.broken else 0))
    headers = [(key.encode(), value.encode("latin-1")) for key, value in told.having(content_length=length).headers]
    await send({"type": "http.response.start", "status": told.status, "headers": headers})
    size = len(told.body) // told.pieces + 1
    for at in range(0, len(told.body), size) if told.pieces > 1 else ():
        await send({"type": "http.response.body", "body": told.body[at : at + size], "more_body": True})
        await asyncio.sleep(SLOW / told.pieces)
    if told.broken:
        await send({"type": "http.response.body", "body": told.body[: len(told.body) // 2], "more_body": True})
        raise ConnectionResetError("a fault of the twin")
    await send({"type": "http.response.body", "body": told.body if told.pieces == 1 else b"", "more_body": False})
