"""The Hub's API over a world or a collection: its routes, its refusals and its quotas.

Only what a reader of the Hub asks for; nothing can be written but watches and webhooks. See the Hub's own description
of its API, which the replies are held against.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openlives.twin import news, paging
from openlives.twin.cast import FLOOR
from openlives.twin.faults import Faulty
from openlives.twin.quota import Quota, who
from openlives.twin.replies import iso
from openlives.twin.served import Json, Served

METHODS = ["GET", "HEAD"]
WHOAMI: Json = {
    "type": "user", "id": "0" * 24, "email": None, "emailVerified": True, "canPay": False, "billingMode": "prepaid",
    "periodEnd": 0, "isPro": False, "fullname": "A client of the twin", "avatarUrl": "/avatars/client.svg", "orgs": [],
}  # fmt: skip


class Refusal(Exception):  # noqa: N818  # it is an answer, and no error of ours
    """A reply that is not what was asked for."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass(slots=True)
class Twin:
    """One served Hub: `now` gives its own time, `real` that of its clients; `nobody` is how deleted accounts show."""

    hub: Served
    now: Callable[[], int]
    real: Callable[[], float]
    quota: Quota
    nobody: str = "absent"
    watched: dict[str, set[str]] = field(default_factory=dict)
    hooks: list[Json] = field(default_factory=list)

    def app(self, rates: dict[str, float] | None = None, seed: int = 1) -> Any:
        """Give the application; with `rates`, one whose replies are hit by faults."""
        path = "/{ns}/{repo}"
        routes = [
            Route("/api/models", self._answer(self._models), methods=METHODS),
            Route("/api/models/{repo}", self._answer(self._model), methods=METHODS),
            Route("/api/models/{repo}/discussions", self._answer(self._threads), methods=METHODS),
            Route("/api/models/{repo}/discussions/{num:int}", self._answer(self._thread), methods=METHODS),
            Route(f"/api/models{path}", self._answer(self._model), methods=METHODS),
            Route(f"/api/models{path}/revision/{{rev}}", self._answer(self._model), methods=METHODS),
            Route(f"/api/models{path}/discussions", self._answer(self._threads), methods=METHODS),
            Route(f"/api/models{path}/discussions/{{num}}", self._answer(self._thread), methods=METHODS),
            Route(f"{path}/discussions/{{num}}/files.diff", self._answer(self._diff), methods=METHODS),
            Route(f"{path}/resolve/{{rev}}/README.md", self._answer(self._card), methods=METHODS),
            Route("/api/users/{name}/overview", self._answer(self._account), methods=METHODS),
            Route("/api/organizations/{name}/overview", self._answer(self._account), methods=METHODS),
            Route("/api/notifications", self._answer(self._notifications), methods=METHODS),
            Route("/api/settings/watch", self._answer(self._watch), methods=["PATCH"]),
            Route("/api/settings/webhooks", self._answer(self._hook), methods=["POST"]),
            Route("/api/whoami-v2", self._answer(self._whoami), methods=METHODS),
            Route("/twin/loop/{rest:path}", self._answer(self._loop), methods=METHODS),
        ]
        inner = Starlette(routes=routes, exception_handlers={404: self._nothing})
        return Faulty(inner, rates, seed) if rates else inner

    def _answer(self, route: Callable[[Request], Any]) -> Callable[[Request], Any]:
        """Answer within the quota; every reply tells of it, and of the time."""

        async def answer(request: Request) -> Response:
            client, tier, _ = who(dict(request.scope))
            fine, limits = self.quota.spend(client, tier, request.url.path)
            headers = limits | {"date": formatdate(self.real(), usegmt=True), "x-openlives-platform": self.hub.platform}
            try:
                reply: Response = await route(request) if fine else _too_many()
            except Refusal as refusal:
                reply = _json({"error": refusal.message}, refusal.status)
                reply.headers["x-error-message"] = refusal.message
                if refusal.code:
                    reply.headers["x-error-code"] = refusal.code
            except (ValueError, KeyError, TypeError, AttributeError) as error:  # what the client sent makes no sense
                reply = _json({"error": str(error)}, 400)
            reply.headers.update(headers)
            return reply

        return answer

    async def _nothing(self, _: Request, __: Exception) -> Response:
        return _json({"error": "Sorry, we can't find the page you are looking for."}, 404)

    async def _models(self, request: Request) -> Response:
        query = parse_qs(request.url.query)
        insider = who(dict(request.scope))[2]
        docs, cursor = paging.page(self.hub, query, self.now(), insider=insider)
        reply = _json(docs)
        if cursor:
            reply.headers["link"] = paging.links(f"{_site(request)}/api/models", query, cursor)
        return reply

    def _moved(self, request: Request, name: str) -> Response | None:
        """Lead from a former name to the present one."""
        present = self.hub.present(name, self.now())
        if present is None or present == name:
            return None
        target = request.url.path.replace(f"/{name}", f"/{present}", 1)
        query = f"?{request.url.query}" if request.url.query else ""
        return Response(status_code=307, headers={"location": target + query})

    def _found(self, request: Request) -> str | Response:
        """Give the name of the model that is asked for, a redirect to it, or the refusal that its state asks for."""
        name = "/".join(request.path_params[part] for part in ("ns", "repo") if part in request.path_params)
        if (moved := self._moved(request, name)) is not None:
            return moved
        if self.hub.present(name, self.now()) is None:
            _gone(request)
        state = self.hub.state(name, self.now())
        if state == "gone" or (state == "private" and not who(dict(request.scope))[2]):
            _gone(request)
        return name

    async def _model(self, request: Request) -> Response:
        name = self._found(request)
        if isinstance(name, Response):
            return name
        query = parse_qs(request.url.query)
        return _json(paging.shaped(self.hub.doc(name, self.now()), query if "expand" in query else {"full": ["true"]}))

    def _open(self, request: Request) -> str | Response:
        """Give the name of a model whose threads can be read."""
        name = self._found(request)
        state = self.hub.state(name, self.now()) if isinstance(name, str) else ""
        if state == "switched off":
            raise Refusal(403, "Discussions are disabled for this repo")
        if state == "moderated":
            raise Refusal(403, "Access to this resource is disabled.")
        if state == "unknown":
            raise Refusal(501, "Nobody has looked at the threads of this model", "NotCollected")
        return name

    async def _threads(self, request: Request) -> Response:
        name = self._open(request)
        if isinstance(name, Response):
            return name
        return self._shown(paging.listing(self.hub.rows(name, self.now()), parse_qs(request.url.query)))

    async def _thread(self, request: Request) -> Response:
        name, num = self._open(request), str(request.path_params["num"])
        if isinstance(name, Response):
            return name
        found = self.hub.thread(name, int(num), self.now()) if num.isascii() and num.isdigit() else None
        if found is None:
            raise Refusal(404, f"No discussion found matching num #{num}", "EntryNotFound")
        if not found:
            raise Refusal(410, "This discussion was deleted")
        more = {"diff": _change(found)} if parse_qs(request.url.query).get("diff") and found["isPullRequest"] else {}
        return self._shown({**found, **more})

    def _shown(self, content: Json) -> Response:
        """Show deleted accounts as they are to be shown: absent, or null."""
        return _json(_with_null(content) if self.nobody == "null" else content)

    async def _diff(self, request: Request) -> Response:
        name = self._open(request)
        if isinstance(name, Response):
            return name
        found = self.hub.thread(name, int(request.path_params["num"]), self.now())
        if not found or not found["isPullRequest"]:
            raise Refusal(404, "Entry not found", "EntryNotFound")
        return Response(_change(found), media_type="text/plain")

    async def _card(self, request: Request) -> Response:
        name = self._found(request)
        if isinstance(name, Response):
            return name
        text = self.hub.card(name, self.now())
        if text is None:
            raise Refusal(404, "Entry not found", "EntryNotFound")
        commit = self.hub.doc(name, self.now()).get("sha", "0" * 40)
        headers = {"etag": f'"{hashlib.sha256(text.encode()).hexdigest()[:40]}"', "x-repo-commit": commit}
        return Response(text, media_type="text/plain; charset=utf-8", headers=headers)

    async def _account(self, request: Request) -> Response:
        found = self.hub.account(request.path_params["name"], self.now())
        wanted = "user" if request.url.path.startswith("/api/users") else "org"
        if found is None or found["type"] != wanted:
            raise Refusal(404, "This user does not exist")
        return _json(found)

    async def _notifications(self, request: Request) -> Response:
        client = _known(request)
        since = parse_qs(request.url.query).get("lastUpdate", [None])[0]
        return _json(news.notifications(self.hub, self.watched.get(client, set()), since, self.now()))

    async def _watch(self, request: Request) -> Response:
        client, wish = _known(request), orjson.loads(await request.body())
        mine = self.watched.setdefault(client, set())
        mine |= {entry["id"] for entry in wish.get("add", [])}
        mine -= {entry["id"] for entry in wish.get("delete", [])}
        return _json({"success": True})

    async def _hook(self, request: Request) -> Response:
        _known(request)
        self.hooks.append(orjson.loads(await request.body()))
        return _json({"webhook": {"id": f"{len(self.hooks):024x}", **self.hooks[-1], "disabled": False}})

    async def _whoami(self, request: Request) -> Response:
        client = _known(request)
        name = f"made-up-{who(dict(request.scope))[1]}"
        access = {"displayName": client[-4:], "role": "read", "createdAt": iso(FLOOR)}
        token = {"type": "access_token", "accessToken": access}
        return _json({**WHOAMI, "name": name, "auth": token})

    async def _loop(self, request: Request) -> Response:
        return Response(status_code=307, headers={"location": request.url.path})


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json; charset=utf-8")


def _too_many() -> Response:
    """Refuse whoever has spent the quota; the headers say for how long."""
    raise Refusal(429, "We had to rate limit you")


def _site(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _gone(request: Request) -> Response:
    """Refuse what does not exist, or must not be told of: strangers are not told which."""
    if "authorization" in request.headers:
        raise Refusal(404, "Repository not found", "RepoNotFound")
    raise Refusal(401, "Invalid username or password.", "RepoNotFound")


def _known(request: Request) -> str:
    client, tier, _ = who(dict(request.scope))
    if tier == "anonymous":
        raise Refusal(401, "Invalid username or password.")
    return client


def _change(thread: Json) -> str:
    """Give the change that a pull request proposes: of the card, and of nothing that exists."""
    title = thread["title"]
    return f"diff --git a/README.md b/README.md\n--- a/README.md\n+++ b/README.md\n@@ -1 +1,2 @@\n ---\n+{title}\n"


def _with_null(content: Any) -> Any:
    """Name a deleted author as null, where the Hub usually leaves the key away."""
    if isinstance(content, list):
        return [_with_null(one) for one in content]
    if not isinstance(content, dict):
        return content
    nobody = {"author": None} if {"createdAt", "type", "data"} <= content.keys() or "num" in content else {}
    return {**nobody, **{key: _with_null(value) for key, value in content.items()}}
