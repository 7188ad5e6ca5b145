"""Serving a twin on a port of this machine: for a command, or for the length of a block."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

from openlives.errors import InputError
from openlives.twin import news
from openlives.twin.app import Twin
from openlives.twin.clock import Clock
from openlives.twin.quota import Quota
from openlives.twin.served import Served

PATIENCE = 30.0  # seconds until a server must stand


def twin(hub: Served, clock: Clock, *, endless: bool = False, nobody: str = "absent") -> Twin:
    """Put together a twin of a Hub."""
    return Twin(hub, clock.now, clock.real, Quota(clock.real, endless), nobody)


def run(one: Twin, app: Any, host: str, port: int) -> None:
    """Serve until somebody stops it."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise InputError(
            f"The twin cannot listen there: {error.strerror}", where=f"{host}:{port}", todo="Give another --port."
        ) from error
    server = _server(app, host, port)

    async def both() -> None:
        telling = asyncio.create_task(news.emit(one.hub, one.now, one.hooks))
        await server.serve()
        telling.cancel()

    with suppress(KeyboardInterrupt):  # it is how one ends a server
        asyncio.run(both())


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve in the background; give the address."""
    # Said to be TCP, or asyncio would leave Nagle's delay on: 40 ms a reply.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        server = _server(app, "127.0.0.1", port)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [found]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + PATIENCE
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def _server(app: Any, host: str, port: int) -> uvicorn.Server:
    """Make a quiet server: a fault of the twin is no news."""
    config = uvicorn.Config(
        app, host=host, port=port, log_level="critical", access_log=False, lifespan="off", date_header=False,
        server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    return uvicorn.Server(config)
