"""What every reply says and every request must be: the walls round the pages, in one place."""

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Walls:
    """Refuses requests under other names than this server's (DNS rebinding) and writes that come from other pages."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self.app, self.hosts = app, frozenset(hosts)  # no hosts: any name, where passwords guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def walled(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        if self.hosts and _name(headers.get("host", "")) not in self.hosts:
            refused = PlainTextResponse("This server does not go by that name.", 421)
            return await refused(scope, receive, walled)
        if scope["method"] not in ("GET", "HEAD") and not own(headers):
            refused = PlainTextResponse("That was sent from another page.", 403)
            return await refused(scope, receive, walled)
        return await self.app(scope, receive, walled)


def _name(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def own(headers: Headers) -> bool:
    """Say whether a write comes from our own pages, by what the browser tells.

    Under `no-referrer` a browser says of its own forms that their origin is null, and that the site is the same.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
    if origin is not None and origin != "null":
        return origin.partition("://")[2] == headers.get("host", "")
    return site in ("same-origin", "none") and (origin is None or "sec-fetch-site" in headers)
