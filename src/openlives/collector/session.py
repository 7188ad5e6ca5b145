"""Opening a Hub to collect from: the archive, the token, the connection; and closing it all, whatever happens."""

import asyncio
import fcntl
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import get_token

from openlives.collector.client import AGENT, HOPS, LANES, LONGEST, Asker, may_see_token
from openlives.collector.run import Progress, watch
from openlives.collector.scope import Scope
from openlives.errors import CollectionError, HubError, InputError
from openlives.store import archive as store
from openlives.store import frontier

HUB = "https://huggingface.co"
LOCK = ".collecting"
Work = Callable[[Asker, Scope, Progress], Awaitable[None]]


def session(
    hub: Path,
    command: str,
    scope: Scope,
    work: Work,
    tell: Callable[[Progress], None],
    *,
    endpoint: str = HUB,
    share: float = 0.5,
    requests: int | None = None,
    every: float = 1.0,
    fresh: float = float("inf"),
) -> Progress:
    """Run the collector on one collection until it is done, stopped, or out of requests; tell of its progress."""
    check_share(share)
    check_endpoint(endpoint)
    token = token_for(endpoint)
    try:
        with store.opened(hub) as archive, _alone(hub):
            _same_hub(archive, endpoint)
            number = frontier.begin(archive, command, scope.key(), time.time(), fresh)
            return asyncio.run(_run(archive, number, endpoint, token, share, requests, scope, work, tell, every))
    except sqlite3.Error as error:
        raise CollectionError(
            f"The archive cannot be written: {error}",
            where=hub.name,
            todo="Make room, or end the other collector; then run the same command again: it goes on where it stopped.",
        ) from error


def check_share(share: float) -> None:
    """Refuse a share of the quota that is none."""
    if not 0 < share <= 1:
        raise InputError(f"A share of the quota is above 0 and at most 1, not {share}", todo="Give --share 0.5.")


def check_endpoint(endpoint: str) -> None:
    """Refuse an address that is none, or that carries a password: it would be kept."""
    try:
        parts = urlsplit(endpoint)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        fine = False
    if not fine:
        todo = "Write https://NAME or http://127.0.0.1:PORT, without a user; the token is found by itself."
        raise InputError("That is no address of a Hub", todo=todo)


@contextmanager
def _alone(hub: Path) -> Iterator[None]:
    """See to it that one collector is at work on a collection, and no more: two would ask everything twice."""
    with (hub / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CollectionError(
                "Another collector is at work here", where=str(hub), todo="Wait for it, or end it: openlives status HUB"
            ) from error
        yield


def token_for(endpoint: str) -> str | None:
    """Give the token that the user is logged in with, if this endpoint may see it."""
    return get_token() if may_see_token(endpoint) else None


async def _run(
    archive: store.Archive, number: int, endpoint: str, token: str | None, share: float, requests: int | None,
    scope: Scope, work: Work, tell: Callable[[Progress], None], every: float,
) -> Progress:  # fmt: skip
    async with client(endpoint, token) as http:
        asker = Asker(archive, number, http, share, time.time, requests, token)
        progress = Progress(asker)
        telling = asyncio.create_task(watch(progress, tell, every))
        working = asyncio.create_task(_worked(asker, endpoint, scope, work, progress))
        try:
            _stop_on_signals(working, progress)
            await working
        except asyncio.CancelledError:
            if not progress.why:
                raise
        finally:
            telling.cancel()
        return progress


async def _worked(asker: Asker, endpoint: str, scope: Scope, work: Work, progress: Progress) -> None:
    await _found(asker, endpoint)
    await work(asker, scope, progress)


def _stop_on_signals(working: asyncio.Task[None], progress: Progress) -> None:
    """End the work at once when somebody interrupts it: whatever is written is written whole."""

    def stop() -> None:
        progress.why = "stopped"
        working.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)


def client(endpoint: str, token: str | None, transport: httpx2.AsyncBaseTransport | None = None) -> httpx2.AsyncClient:
    """Give a connection that says who we are; it follows no redirect, so that the token goes nowhere else."""
    headers = {"user-agent": AGENT, "accept": "application/json, text/plain;q=0.9"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return httpx2.AsyncClient(
        base_url=endpoint,
        headers=headers,
        timeout=httpx2.Timeout(LONGEST / 2, connect=10),
        limits=httpx2.Limits(max_connections=LANES, max_keepalive_connections=LANES),
        follow_redirects=False,
        max_redirects=HOPS,
        transport=transport,
    )


def _same_hub(archive: store.Archive, endpoint: str) -> None:
    """See to it that a collection is of one Hub only."""
    known = archive.meta("endpoint")
    if known is not None and known != endpoint.rstrip("/") and archive.meta("platform") != "made-up world":
        raise CollectionError(
            f"This collection is of {known}", where=str(archive.path.parent), todo="Give another folder, or --endpoint."
        )


async def _found(asker: Asker, endpoint: str) -> None:
    """Find out whom we are talking to: a twin says so itself, so that nothing made up passes for real."""
    try:
        async with asyncio.timeout(LONGEST):
            reply = await asker.http.head("/api/models?limit=1")
    except (httpx2.HTTPError, OSError) as error:
        raise HubError(
            f"The Hub cannot be reached: {type(error).__name__}",
            where=endpoint,
            todo="Check the address and your network.",
        ) from error
    host = urlsplit(endpoint).hostname or endpoint
    usual = "huggingface" if host in ("huggingface.co", "hf.co") else host
    told, known = reply.headers.get("x-openlives-platform", usual), asker.archive.meta("platform")
    if known not in (None, told):
        raise CollectionError(f"This collection is of {known}, and not of {told}", todo="Give another folder.")
    asker.archive.note("platform", told)
    asker.archive.note("endpoint", endpoint.rstrip("/"))
